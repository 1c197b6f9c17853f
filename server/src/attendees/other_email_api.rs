//! The routes of the address that exhibitors see instead of the registered one.

use super::other_email::{self, OtherEmail};
use crate::access::ProvenScope;
use crate::app::App;
use crate::extract::{Payload, Speaks};
use crate::fields::Email;
use crate::openapi::Refused;
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(set_exhibitor_email)).routes(routes!(prove_exhibitor_email))
}

/// The address that exhibitors are to see.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct WishedEmail {
    /// The e-mail address; null: the registered one.
    email: Option<String>,
}

/// The address that exhibitors see.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ExhibitorEmail {
    /// The e-mail address that exhibitors see; null: the registered one.
    email: Option<String>,
    /// The address that a link was mailed to; exhibitors see it once the link is opened.
    waiting: Option<String>,
}

impl From<OtherEmail> for ExhibitorEmail {
    fn from(other: OtherEmail) -> Self {
        Self { email: other.shown, waiting: other.waiting }
    }
}

/// Names the e-mail address that exhibitors see instead of the registered one, or takes it back. A link is mailed
/// to an address that was not proven yet; once it is opened, lists, streams and later exports follow at once.
/// Taking it back needs no link. Signing in and the organiser's mails stay with the registered address, and no
/// import changes the other one.
#[utoipa::path(put, path = "/attendee/{token}/exhibitor-email", operation_id = "set_exhibitor_email",
    tag = "attendees", params(("token" = String, Path)), request_body = WishedEmail,
    responses((status = 200, description = "What exhibitors see now, and what waits", body = ExhibitorEmail), Refused))]
async fn set_exhibitor_email(
    State(app): State<App>,
    scope: ProvenScope,
    Speaks(language): Speaks,
    Payload(sent): Payload<WishedEmail>,
) -> Result<Json<ExhibitorEmail>, Problem> {
    let wished =
        sent.email.as_deref().map(Email::parse).transpose().map_err(|detail| Problem::field("/email", detail))?;
    Ok(Json(other_email::name(&app, &scope, wished.as_ref(), language).await?.into()))
}

/// A mailed link.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct AddressLink {
    /// The last part of the link.
    token: String,
}

/// Has exhibitors see the address that a link was mailed to; each works once.
#[utoipa::path(post, path = "/attendee/exhibitor-email", operation_id = "prove_exhibitor_email", tag = "attendees",
    request_body = AddressLink,
    responses((status = 200, description = "What exhibitors see now", body = ExhibitorEmail), Refused))]
async fn prove_exhibitor_email(
    State(app): State<App>,
    Payload(sent): Payload<AddressLink>,
) -> Result<Json<ExhibitorEmail>, Problem> {
    let proof = other_email::prove(&app, &sent.token).await?;
    Ok(Json(ExhibitorEmail { email: Some(proof.email), waiting: None }))
}
