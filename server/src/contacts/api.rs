//! The route of the contact list.

use super::{Person, Search};
use crate::access::ContactScope;
use crate::app::App;
use crate::extract::Params;
use crate::openapi::Refused;
use crate::paging::Page;
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use mobile_core::capture::Contact;
use mobile_core::ids::{ExhibitorId, RegistrationId};
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this slice.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list))
}

/// What is looked for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ContactParams {
    /// Words that must all occur in name, company, position or country, in any spelling.
    q: Option<String>,
    /// Only this category.
    category: Option<String>,
    /// Only this country, as disclosed.
    country: Option<String>,
    /// Length of the page, 1 to 500.
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Somebody whom an exhibitor may ask for a meeting.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ContactView {
    /// Who.
    registration_id: RegistrationId,
    /// The category's code.
    category: String,
    /// Names, company, position and country, as far as disclosed.
    #[serde(flatten)]
    contact: Contact,
}

impl From<Person> for ContactView {
    fn from(person: Person) -> Self {
        Self { registration_id: person.id, category: person.category, contact: person.contact }
    }
}

/// Lists attendees whom an exhibitor may ask for a meeting, by last name.
#[utoipa::path(get, path = "/exhibitors/{exhibitor_id}/contacts", operation_id = "list_contacts", tag = "contacts",
    params(("exhibitor_id" = ExhibitorId, Path), ContactParams),
    responses((status = 200, description = "A page of people", body = Page<ContactView>), Refused))]
async fn list(
    State(app): State<App>,
    scope: ContactScope,
    Params(params): Params<ContactParams>,
) -> Result<Json<Page<ContactView>>, Problem> {
    let search = Search { q: params.q.unwrap_or_default(), category: params.category, country: params.country };
    let page = super::list(&app, &scope, &search, params.limit, params.cursor.as_deref()).await?;
    Ok(Json(page.map(ContactView::from)))
}
