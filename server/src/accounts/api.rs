//! Signing in and out, accepting an invitation, and who one is.

use super::view::Me;
use crate::access::Identity;
use crate::access::identity::{COOKIE, token_of};
use crate::app::App;
use crate::extract::{PathIds, Payload};
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
    OpenApiRouter::new().routes(routes!(login)).routes(routes!(logout)).routes(routes!(me)).routes(routes!(accept))
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
    let secure = if app.settings.is_tls { "; Secure" } else { "" };
    let text = format!("{COOKIE}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&text).expect("tokens are base64url")
}

/// E-mail and password.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// The account's e-mail address; case does not matter.
    pub email: String,
    /// Its password.
    pub password: String,
}

/// The password of an account.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptInvitation {
    /// A new account's password, at least 8 characters; or the password of the account one has.
    pub password: String,
}

type SignedInAnswer = ([(header::HeaderName, HeaderValue); 2], Extension<HoldsSecret>, Json<SignedIn>);

fn signed_in_answer(app: &App, signed_in: SignedIn) -> SignedInAnswer {
    let cookie = (header::SET_COOKIE, session_cookie(app, &signed_in));
    let no_store = (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    ([cookie, no_store], Extension(HoldsSecret), Json(signed_in))
}

/// Signs in with e-mail and password. The answer also sets the cookie of the pages.
#[utoipa::path(post, path = "/auth/login", operation_id = "login", tag = "accounts", request_body = Credentials,
    responses((status = 200, description = "Signed in", body = SignedIn),
        Refused))]
async fn login(State(app): State<App>, Payload(sent): Payload<Credentials>) -> Result<SignedInAnswer, Problem> {
    let signed_in = super::sign_in(&app, &sent.email, &sent.password).await?;
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
    Payload(sent): Payload<AcceptInvitation>,
) -> Result<SignedInAnswer, Problem> {
    let signed_in = super::accept_invitation(&app, &token, &sent.password).await?;
    Ok(signed_in_answer(&app, signed_in))
}
