//! What people do to their own account: password, sign-ins, second step.

use crate::access::Identity;
use crate::accounts::passwords;
use crate::accounts::second_factor::{self, SecondFactorView};
use crate::accounts::sign_ins::{self, SignInView};
use crate::app::App;
use crate::extract::{PathIds, Payload, Speaks};
use crate::idempotency::HoldsSecret;
use crate::openapi::Refused;
use crate::problem::Problem;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::{Extension, Json};
use mobile_core::ids::SignInId;
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of one's own account.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(change_password))
        .routes(routes!(list_sign_ins, end_other_sign_ins))
        .routes(routes!(end_sign_in))
        .routes(routes!(get_second_factor, enrol))
        .routes(routes!(confirm))
        .routes(routes!(disable))
        .routes(routes!(renew_codes))
}

/// The present password and the new one.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// The present password.
    pub password: String,
    /// At least 8 characters.
    pub new_password: String,
}

/// One's own password, before what could not be undone.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnPassword {
    /// The account's password.
    pub password: String,
}

/// A code of the app.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FirstCode {
    /// Six digits.
    #[schema(example = "287082")]
    pub code: String,
}

/// Password and code.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BothProofs {
    /// The account's password.
    pub password: String,
    /// A code of the app, or a recovery code.
    pub code: String,
}

/// The sign-ins of an account.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SignIns {
    /// The newest first.
    pub items: Vec<SignInView>,
}

/// What an app is set up with.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct EnrolmentView {
    /// For typing.
    pub secret: String,
    /// For a QR code.
    pub uri: String,
}

/// Codes that take the app's place, each once. They are told this one time.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct RecoveryCodes {
    /// Ten of them.
    pub recovery_codes: Vec<String>,
}

type Secret<T> = ([(HeaderName, HeaderValue); 1], Extension<HoldsSecret>, Json<T>);

fn secret<T>(answer: T) -> Secret<T> {
    ([(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))], Extension(HoldsSecret), Json(answer))
}

/// Changes one's password. One's other sign-ins end, and a mail tells of it.
#[utoipa::path(post, path = "/me/password", operation_id = "change_password", tag = "accounts",
    request_body = PasswordChange,
    responses((status = 204, description = "Changed"),
        Refused))]
async fn change_password(
    State(app): State<App>,
    identity: Identity,
    Speaks(language): Speaks,
    Payload(sent): Payload<PasswordChange>,
) -> Result<StatusCode, Problem> {
    passwords::change(&app, identity.account()?, (&sent.password, &sent.new_password), language).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// One's sign-ins that have not ended.
#[utoipa::path(get, path = "/me/sign-ins", operation_id = "list_sign_ins", tag = "accounts",
    responses((status = 200, description = "The sign-ins, the newest first", body = SignIns),
        Refused))]
async fn list_sign_ins(State(app): State<App>, identity: Identity) -> Result<Json<SignIns>, Problem> {
    Ok(Json(SignIns { items: sign_ins::list(&app, identity.account()?).await? }))
}

/// Ends one's sign-ins, but for the one that asks.
#[utoipa::path(delete, path = "/me/sign-ins", operation_id = "end_other_sign_ins", tag = "accounts",
    responses((status = 204, description = "Ended"),
        Refused))]
async fn end_other_sign_ins(State(app): State<App>, identity: Identity) -> Result<StatusCode, Problem> {
    sign_ins::end_others(&app, identity.account()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends one of one's sign-ins: it reads nothing from that moment on.
#[utoipa::path(delete, path = "/me/sign-ins/{sign_in_id}", operation_id = "end_sign_in", tag = "accounts",
    params(("sign_in_id" = SignInId, Path)),
    responses((status = 204, description = "Ended"),
        Refused))]
async fn end_sign_in(
    State(app): State<App>,
    identity: Identity,
    PathIds(id): PathIds<SignInId>,
) -> Result<StatusCode, Problem> {
    sign_ins::end(&app, identity.account()?, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whether signing in asks for a code of an app.
#[utoipa::path(get, path = "/me/second-factor", operation_id = "get_second_factor", tag = "accounts",
    responses((status = 200, description = "How it stands", body = SecondFactorView),
        Refused))]
async fn get_second_factor(State(app): State<App>, identity: Identity) -> Result<Json<SecondFactorView>, Problem> {
    Ok(Json(second_factor::state(&app, identity.account()?).await?))
}

/// Begins a second step of signing in; it counts once it was confirmed with a code of the app.
#[utoipa::path(post, path = "/me/second-factor", operation_id = "enrol_second_factor", tag = "accounts",
    request_body = OwnPassword,
    responses((status = 201, description = "What to set the app up with", body = EnrolmentView),
        Refused))]
async fn enrol(
    State(app): State<App>,
    identity: Identity,
    Payload(sent): Payload<OwnPassword>,
) -> Result<(StatusCode, Secret<EnrolmentView>), Problem> {
    let begun = second_factor::enrol(&app, identity.account()?, &sent.password).await?;
    Ok((StatusCode::CREATED, secret(EnrolmentView { secret: begun.secret, uri: begun.uri })))
}

/// Switches the second step on, and gives the recovery codes.
#[utoipa::path(post, path = "/me/second-factor/confirm", operation_id = "confirm_second_factor", tag = "accounts",
    request_body = FirstCode,
    responses((status = 200, description = "On", body = RecoveryCodes),
        Refused))]
async fn confirm(
    State(app): State<App>,
    identity: Identity,
    Speaks(language): Speaks,
    Payload(sent): Payload<FirstCode>,
) -> Result<Secret<RecoveryCodes>, Problem> {
    let recovery_codes = second_factor::confirm(&app, identity.account()?, &sent.code, language).await?;
    Ok(secret(RecoveryCodes { recovery_codes }))
}

/// Switches the second step off.
#[utoipa::path(post, path = "/me/second-factor/disable", operation_id = "disable_second_factor", tag = "accounts",
    request_body = BothProofs,
    responses((status = 204, description = "Off"),
        Refused))]
async fn disable(
    State(app): State<App>,
    identity: Identity,
    Speaks(language): Speaks,
    Payload(sent): Payload<BothProofs>,
) -> Result<StatusCode, Problem> {
    second_factor::disable(&app, identity.account()?, (&sent.password, &sent.code), language).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives new recovery codes; the former ones work no more.
#[utoipa::path(post, path = "/me/second-factor/recovery-codes", operation_id = "renew_recovery_codes", tag = "accounts",
    request_body = BothProofs,
    responses((status = 200, description = "The new ones", body = RecoveryCodes),
        Refused))]
async fn renew_codes(
    State(app): State<App>,
    identity: Identity,
    Payload(sent): Payload<BothProofs>,
) -> Result<Secret<RecoveryCodes>, Problem> {
    let recovery_codes = second_factor::renew_codes(&app, identity.account()?, (&sent.password, &sent.code)).await?;
    Ok(secret(RecoveryCodes { recovery_codes }))
}
