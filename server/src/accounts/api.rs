//! Signing in and out, accepting an invitation, and who one is. Passwords, the second step, the list of
//! sign-ins and the members of an organizer are in the modules below.

mod organizers;
mod own;

use super::invitations::{self, Acceptance};
use super::view::Me;
use super::{Attempt, passwords, sign_ins};
use crate::access::identity::{COOKIE, token_of};
use crate::access::{Identity, token};
use crate::app::App;
use crate::extract::{Agent, PathIds, Payload, Speaks};
use crate::idempotency::HoldsSecret;
use crate::openapi::Refused;
use crate::problem::Problem;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::{Extension, Json};
use mobile_core::wire::SignedIn;
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this slice.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(login))
        .routes(routes!(logout))
        .routes(routes!(me))
        .routes(routes!(accept))
        .routes(routes!(ask_for_reset))
        .routes(routes!(reset))
        .merge(own::routes())
        .merge(organizers::routes())
}

/// The cookie that pages sign in with.
pub fn session_cookie(app: &App, signed_in: &SignedIn) -> HeaderValue {
    let seconds = signed_in.expires_at.micros_since(app.now()).max(0) / 1_000_000;
    cookie(app, &signed_in.token, seconds)
}

/// The cookie that takes [`session_cookie`] back.
pub fn ended_cookie(app: &App) -> HeaderValue {
    cookie(app, "", 0)
}

fn cookie(app: &App, token: &str, seconds: i64) -> HeaderValue {
    let secure = if app.settings.is_secure() { "; Secure" } else { "" };
    let text = format!("{COOKIE}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&text).expect("tokens are base64url")
}

/// Ends the sign-in whose cookie a browser still has when it signs in again.
pub async fn rotate(app: &App, headers: &HeaderMap) -> Result<(), Problem> {
    match token_of(headers) {
        Some((former, true)) if former.starts_with(token::ACCOUNT) => sign_ins::rotate(app, former).await,
        _ => Ok(()),
    }
}

/// E-mail and password.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// The account's e-mail address; case does not matter.
    pub email: String,
    /// Its password.
    pub password: String,
    /// The code of the app, or a recovery code, where the account asks for one: without it the answer
    /// is `second_factor_required`.
    #[serde(default)]
    pub code: Option<String>,
}

/// The password of an account.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptInvitation {
    /// A new account's password, at least 8 characters; or the password of the account one has.
    pub password: String,
    /// The code of the app, where the account one has asks for one.
    #[serde(default)]
    pub code: Option<String>,
}

/// Who forgot a password.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ForgottenPassword {
    /// The account's e-mail address.
    pub email: String,
}

/// A new password.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPassword {
    /// At least 8 characters.
    pub password: String,
}

type SignedInAnswer = ([(header::HeaderName, HeaderValue); 2], Extension<HoldsSecret>, Json<SignedIn>);

fn signed_in_answer(app: &App, signed_in: SignedIn) -> SignedInAnswer {
    let cookie = (header::SET_COOKIE, session_cookie(app, &signed_in));
    let no_store = (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    ([cookie, no_store], Extension(HoldsSecret), Json(signed_in))
}

/// Signs in with e-mail and password, and the code of the app where the account asks for one. The
/// answer also sets the cookie of the pages.
#[utoipa::path(post, path = "/auth/login", operation_id = "login", tag = "accounts", request_body = Credentials,
    responses((status = 200, description = "Signed in", body = SignedIn),
        Refused))]
async fn login(
    State(app): State<App>,
    Agent(agent): Agent,
    headers: HeaderMap,
    Payload(sent): Payload<Credentials>,
) -> Result<SignedInAnswer, Problem> {
    let attempt = Attempt { email: &sent.email, password: &sent.password, agent: agent.as_deref() };
    let signed_in = super::sign_in(&app, attempt, sent.code.as_deref()).await?;
    rotate(&app, &headers).await?;
    Ok(signed_in_answer(&app, signed_in))
}

/// Ends the sign-in whose token is sent.
#[utoipa::path(post, path = "/auth/logout", operation_id = "logout", tag = "accounts",
    responses((status = 204, description = "Signed out"),
        Refused))]
async fn logout(
    State(app): State<App>,
    identity: Identity,
    headers: HeaderMap,
) -> Result<(StatusCode, [(header::HeaderName, HeaderValue); 1]), Problem> {
    let account = identity.account()?.id;
    if let Some((token, _)) = token_of(&headers) {
        super::sign_out(&app, token, account).await?;
    }
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, ended_cookie(&app))]))
}

/// Who is signed in, where they belong and what they may do.
#[utoipa::path(get, path = "/me", operation_id = "get_me", tag = "accounts",
    responses((status = 200, description = "The signed-in person", body = Me),
        Refused))]
async fn me(State(app): State<App>, identity: Identity) -> Result<Json<Me>, Problem> {
    Ok(Json(super::view::me(&app, identity.account()?).await?))
}

/// Accepts an invitation and signs in. Each works once; afterwards, and past its end, 410.
#[utoipa::path(post, path = "/auth/invitations/{token}/accept", operation_id = "accept_invitation", tag = "accounts",
    params(("token" = String, Path, description = "The last part of the invitation's link")),
    request_body = AcceptInvitation,
    responses((status = 200, description = "Accepted and signed in", body = SignedIn),
        Refused))]
async fn accept(
    State(app): State<App>,
    PathIds(token): PathIds<String>,
    Agent(agent): Agent,
    headers: HeaderMap,
    Payload(sent): Payload<AcceptInvitation>,
) -> Result<SignedInAnswer, Problem> {
    let with = Acceptance { password: &sent.password, code: sent.code.as_deref(), agent: agent.as_deref() };
    let signed_in = invitations::accept(&app, &token, with).await?;
    rotate(&app, &headers).await?;
    Ok(signed_in_answer(&app, signed_in))
}

/// Mails a link to a new password. The answer is the same whether or not the address has an account.
#[utoipa::path(post, path = "/auth/password-resets", operation_id = "ask_for_password_reset", tag = "accounts",
    request_body = ForgottenPassword,
    responses((status = 202, description = "If the address has an account, a mail is on its way"),
        Refused))]
async fn ask_for_reset(
    State(app): State<App>,
    Speaks(language): Speaks,
    Payload(sent): Payload<ForgottenPassword>,
) -> Result<StatusCode, Problem> {
    passwords::ask(&app, &sent.email, language)?;
    Ok(StatusCode::ACCEPTED)
}

/// Sets a new password by a mailed link. All sign-ins of the account end; each link works once.
#[utoipa::path(post, path = "/auth/password-resets/{token}", operation_id = "reset_password", tag = "accounts",
    params(("token" = String, Path, description = "The last part of the mailed link")), request_body = NewPassword,
    responses((status = 204, description = "Set; sign in with it"),
        Refused))]
async fn reset(
    State(app): State<App>,
    PathIds(token): PathIds<String>,
    Speaks(language): Speaks,
    Payload(sent): Payload<NewPassword>,
) -> Result<StatusCode, Problem> {
    passwords::reset(&app, &token, &sent.password, language).await?;
    Ok(StatusCode::NO_CONTENT)
}
