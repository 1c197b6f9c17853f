//! The routes of profiles: the organiser's fields, the exhibitor's own profile and logo. Those of
//! attendees are in [`super::attendee_api`].

use super::fields::{self, Content, FieldEdit, Kind, ProfileField, ProfileForm};
use super::{Profile, attendee_api, logo};
use crate::access::{EventAdminScope, EventScope, ProfileScope};
use crate::app::App;
use crate::events::api::etag;
use crate::extract::{IfMatch, PathIds, Payload, read_body};
use crate::forms::Words;
use crate::openapi::Refused;
use crate::problem::Problem;
use axum::Json;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderName, StatusCode, header};
use mobile_core::ids::{EventId, ExhibitorId};
use mobile_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// The routes of this slice.
pub fn routes() -> OpenApiRouter<App> {
    // Pictures are larger than the bodies of other operations.
    let logos =
        OpenApiRouter::new().routes(routes!(set_logo, delete_logo)).layer(DefaultBodyLimit::max(logo::MAX_BYTES));
    OpenApiRouter::new()
        .routes(routes!(list_fields, create_field))
        .routes(routes!(edit_field, delete_field))
        .routes(routes!(own, save))
        .routes(routes!(get_logo))
        .merge(logos)
        .merge(attendee_api::routes())
}

/// The fields of an event's profiles.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ProfileFields {
    /// In the order in which they are shown.
    items: Vec<ProfileField>,
}

impl From<ProfileForm> for ProfileFields {
    fn from(form: ProfileForm) -> Self {
        Self { items: form.0 }
    }
}

/// A new field.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewProfileField {
    /// What its content is kept under: 1 to 63 of a-z, 0-9 and -, unique in the event.
    key: String,
    /// What it holds.
    kind: Kind,
    /// What it is called, by language.
    #[schema(value_type = Object)]
    words: Words,
    /// The most characters it takes, or the most tags.
    most: i64,
}

/// What changes of a field; what is absent stays.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct EditProfileField {
    /// What it is called, in all languages anew.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    words: Option<Words>,
    /// The most characters it takes, or the most tags. What is longer already stays until it is edited.
    #[serde(default)]
    most: Option<i64>,
    /// Its place among the fields, from 1.
    #[serde(default)]
    position: Option<usize>,
}

/// Lists the fields that exhibitors' profiles have.
#[utoipa::path(get, path = "/events/{event_id}/profile-fields", operation_id = "list_profile_fields", tag = "profiles",
    params(("event_id" = EventId, Path)), responses((status = 200, body = ProfileFields), Refused))]
async fn list_fields(State(app): State<App>, scope: EventScope) -> Result<Json<ProfileFields>, Problem> {
    Ok(Json(fields::list(&app, &scope).await?.into()))
}

/// Adds a field to the profiles.
#[utoipa::path(post, path = "/events/{event_id}/profile-fields", operation_id = "create_profile_field",
    tag = "profiles", params(("event_id" = EventId, Path)), request_body = NewProfileField,
    responses((status = 201, description = "All fields", body = ProfileFields), Refused))]
async fn create_field(
    State(app): State<App>,
    scope: EventAdminScope,
    Payload(sent): Payload<NewProfileField>,
) -> Result<(StatusCode, Json<ProfileFields>), Problem> {
    let field = ProfileField { key: sent.key, kind: sent.kind, words: sent.words, most: sent.most };
    Ok((StatusCode::CREATED, Json(fields::add(&app, &scope, field).await?.into())))
}

/// Changes a field of the profiles, or moves it.
#[utoipa::path(patch, path = "/events/{event_id}/profile-fields/{key}", operation_id = "edit_profile_field",
    tag = "profiles", params(("event_id" = EventId, Path), ("key" = String, Path)), request_body = EditProfileField,
    responses((status = 200, description = "All fields", body = ProfileFields), Refused))]
async fn edit_field(
    State(app): State<App>,
    scope: EventAdminScope,
    ids: PathIds<(EventId, String)>,
    Payload(sent): Payload<EditProfileField>,
) -> Result<Json<ProfileFields>, Problem> {
    let edit = FieldEdit { words: sent.words, most: sent.most, position: sent.position };
    Ok(Json(fields::edit(&app, &scope, &ids.0.1, edit).await?.into()))
}

/// Takes a field away. What exhibitors wrote in it is shown to nobody, and is there again with the field.
#[utoipa::path(delete, path = "/events/{event_id}/profile-fields/{key}", operation_id = "delete_profile_field",
    tag = "profiles", params(("event_id" = EventId, Path), ("key" = String, Path)),
    responses((status = 200, description = "The fields that are left", body = ProfileFields), Refused))]
async fn delete_field(
    State(app): State<App>,
    scope: EventAdminScope,
    ids: PathIds<(EventId, String)>,
) -> Result<Json<ProfileFields>, Problem> {
    Ok(Json(fields::remove(&app, &scope, &ids.0.1).await?.into()))
}

/// An exhibitor's profile as its admin edits it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct OwnProfile {
    /// The fields that there are, in their order.
    fields: Vec<ProfileField>,
    /// What stands in them, by key.
    #[schema(value_type = Object)]
    values: Content,
    /// Where the logo is; null while there is none.
    logo: Option<String>,
    /// Rises with every change of the texts; the `ETag`. 0 while nothing was ever saved.
    version: i64,
    /// When the texts were saved.
    updated_at: Option<Timestamp>,
}

/// What an exhibitor says of itself.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewProfile {
    /// What stands in the fields, by key: a text, or a list of texts for tags. What is absent becomes empty.
    #[serde(default)]
    #[schema(value_type = Object)]
    values: Content,
}

type Versioned = ([(HeaderName, String); 1], Json<OwnProfile>);

fn versioned(profile: Profile) -> Versioned {
    let shown = OwnProfile {
        fields: profile.form.0,
        values: profile.content,
        logo: profile.logo.map(logo::address),
        version: profile.version,
        updated_at: profile.updated_at,
    };
    (etag(shown.version), Json(shown))
}

/// An exhibitor's own profile.
#[utoipa::path(get, path = "/exhibitors/{exhibitor_id}/profile", operation_id = "get_own_profile", tag = "profiles",
    params(("exhibitor_id" = ExhibitorId, Path)), responses((status = 200, body = OwnProfile), Refused))]
async fn own(State(app): State<App>, scope: ProfileScope) -> Result<Versioned, Problem> {
    Ok(versioned(super::own(&app, &scope).await?))
}

/// Saves an exhibitor's profile; attendees see it at once. With `If-Match`, only over the version that was
/// read.
#[utoipa::path(put, path = "/exhibitors/{exhibitor_id}/profile", operation_id = "save_profile", tag = "profiles",
    params(("exhibitor_id" = ExhibitorId, Path),
        ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    request_body = NewProfile,
    responses((status = 200, description = "As it is now", body = OwnProfile), Refused))]
async fn save(
    State(app): State<App>,
    scope: ProfileScope,
    version: Option<IfMatch>,
    Payload(sent): Payload<NewProfile>,
) -> Result<Versioned, Problem> {
    Ok(versioned(super::save(&app, &scope, version.map(|version| version.0), &sent.values).await?))
}

/// Where a logo is.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct LogoView {
    /// Its address below this server's; another upload has another one.
    logo: String,
}

/// Sets an exhibitor's logo: a PNG, JPEG, WebP or GIF of up to 2 MiB and 3,000 pixels a side, whatever its
/// `Content-Type` says. It is drawn anew, 480 pixels on the longer side at most.
#[utoipa::path(put, path = "/exhibitors/{exhibitor_id}/profile/logo", operation_id = "set_logo", tag = "profiles",
    params(("exhibitor_id" = ExhibitorId, Path)),
    request_body(content((Vec<u8> = "image/png"), (Vec<u8> = "image/jpeg"), (Vec<u8> = "image/webp"),
        (Vec<u8> = "image/gif"))),
    responses((status = 200, description = "Kept", body = LogoView), Refused))]
async fn set_logo(State(app): State<App>, scope: ProfileScope, request: Request) -> Result<Json<LogoView>, Problem> {
    let uploaded = read_body(request, &app).await?;
    let id = logo::set(&app, &scope, uploaded.into()).await?;
    Ok(Json(LogoView { logo: logo::address(id) }))
}

/// Takes an exhibitor's logo away.
#[utoipa::path(delete, path = "/exhibitors/{exhibitor_id}/profile/logo", operation_id = "delete_logo", tag = "profiles",
    params(("exhibitor_id" = ExhibitorId, Path)), responses((status = 204, description = "Gone"), Refused))]
async fn delete_logo(State(app): State<App>, scope: ProfileScope) -> Result<StatusCode, Problem> {
    logo::remove(&app, &scope).await?;
    Ok(StatusCode::NO_CONTENT)
}

type Picture = ([(HeaderName, &'static str); 3], Vec<u8>);

/// A logo. It never changes under its address, so it may be kept for good.
#[utoipa::path(get, path = "/logos/{logo_id}", operation_id = "get_logo", tag = "profiles",
    params(("logo_id" = Uuid, Path)),
    responses((status = 200, description = "A PNG", body = Vec<u8>, content_type = "image/png"), Refused))]
async fn get_logo(State(app): State<App>, id: PathIds<Uuid>) -> Result<Picture, Problem> {
    let picture = logo::picture(&app, id.0).await?;
    let headers = [
        (header::CONTENT_TYPE, "image/png"),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'"),
    ];
    Ok((headers, picture))
}
