//! The attendee's side of profiles: the list of exhibitors, and what each shows of itself.

use super::directory::{self, ListedExhibitor, PublicExhibitor, PublicProfile, Search};
use super::fields::{Content, ProfileField};
use super::logo;
use crate::access::AttendeeScope;
use crate::app::App;
use crate::extract::{Params, PathIds};
use crate::meetings::places::FreeSlot;
use crate::openapi::Refused;
use crate::paging::Page;
use crate::problem::Problem;
use crate::sessions::Speaker;
use axum::Json;
use axum::extract::State;
use mobile_core::ids::{ExhibitorId, SessionId};
use mobile_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(get))
}

/// What is looked for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ProfileParams {
    /// Words that must all occur in name, booths or tags, in any spelling.
    q: Option<String>,
    /// Only exhibitors with this tag.
    tag: Option<String>,
    /// Length of the page, 1 to 500.
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Lists the exhibitors of the event by name, with their logos and tags.
#[utoipa::path(get, path = "/attendee/{token}/profiles", operation_id = "list_profiles", tag = "profiles",
    params(("token" = String, Path), ProfileParams),
    responses((status = 200, description = "A page of exhibitors", body = Page<ListedExhibitor>), Refused))]
async fn list(
    State(app): State<App>,
    scope: AttendeeScope,
    Params(params): Params<ProfileParams>,
) -> Result<Json<Page<ListedExhibitor>>, Problem> {
    let search = Search { q: params.q.unwrap_or_default(), tag: params.tag.unwrap_or_default() };
    Ok(Json(directory::list(&app, &scope, &search, params.limit, params.cursor.as_deref()).await?))
}

/// A session of an exhibitor.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ProfileSession {
    /// The session.
    id: SessionId,
    /// Its title.
    title: String,
    /// What it is about.
    description: Option<String>,
    /// Where.
    room: Option<String>,
    /// When it begins.
    starts_at: Timestamp,
    /// When it ends.
    ends_at: Timestamp,
    /// Who speaks.
    speakers: Vec<Speaker>,
}

/// What an exhibitor shows of itself.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ProfileView {
    /// Who, where, and whom to write to.
    #[serde(flatten)]
    exhibitor: PublicExhibitor,
    /// Where its logo is; null while there is none.
    logo: Option<String>,
    /// The fields of the event's profiles, in their order.
    fields: Vec<ProfileField>,
    /// What it says in them, by key. Texts are texts: markup in them is to be shown, not followed.
    #[schema(value_type = Object)]
    values: Content,
    /// Its talks, the earliest first.
    sessions: Vec<ProfileSession>,
    /// The next slots that are free for both; `ask_exhibitor_for_meeting` takes them.
    free_slots: Vec<FreeSlot>,
}

impl From<PublicProfile> for ProfileView {
    fn from(found: PublicProfile) -> Self {
        let PublicProfile { exhibitor, profile, sessions, slots } = found;
        let mut values = profile.content;
        // What stands in a field that was taken away is nobody's business.
        values.retain(|key, _| profile.form.0.iter().any(|field| field.key == *key));
        let sessions = sessions.into_iter().map(|row| ProfileSession {
            id: row.id,
            title: row.title,
            description: row.description,
            room: row.room,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            speakers: row.speakers.0,
        });
        Self {
            exhibitor,
            logo: profile.logo.map(logo::address),
            fields: profile.form.0,
            values,
            sessions: sessions.collect(),
            free_slots: slots,
        }
    }
}

/// The public profile of an exhibitor.
#[utoipa::path(get, path = "/attendee/{token}/profiles/{exhibitor_id}", operation_id = "get_profile", tag = "profiles",
    params(("token" = String, Path), ("exhibitor_id" = ExhibitorId, Path)),
    responses((status = 200, body = ProfileView), Refused))]
async fn get(
    State(app): State<App>,
    scope: AttendeeScope,
    ids: PathIds<(String, ExhibitorId)>,
) -> Result<Json<ProfileView>, Problem> {
    Ok(Json(directory::get(&app, &scope, ids.0.1).await?.into()))
}
