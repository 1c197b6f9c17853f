//! The routes of teams.

use super::form::Answers;
use super::roles::Roles;
use super::store::MemberRow;
use super::{MemberDraft, MemberEdit};
use crate::access::TeamAdminScope;
use crate::accounts::InvitationStatus;
use crate::app::App;
use crate::badges::api::file_response;
use crate::badges::stock::StockParams;
use crate::events::api::etag;
use crate::extract::{IfMatch, Params, PathIds, Payload, PublicUrl, given};
use crate::idempotency::HoldsSecret;
use crate::openapi::Refused;
use crate::paging::{Page, PageParams};
use crate::problem::Problem;
use crate::words::Words;
use axum::extract::State;
use axum::http::{HeaderName, StatusCode};
use axum::response::Response;
use axum::{Extension, Json};
use mobile_core::ids::{ExhibitorId, RegistrationId, TeamMemberId};
use mobile_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this slice.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(edit, remove))
        .routes(routes!(invite_again, uninvite))
        .routes(routes!(print_badges))
}

/// A team member.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct MemberView {
    /// The member.
    pub id: TeamMemberId,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// E-mail address.
    pub email: String,
    /// What they do for the exhibitor.
    pub roles: Roles,
    /// Whether they have accepted their invitation.
    pub has_accepted: bool,
    /// How far they have come into the team.
    pub status: InvitationStatus,
    /// Until when their newest link works, or worked; null when they have none.
    pub invited_until: Option<Timestamp>,
    /// The language of their mails; null: the event's.
    pub language: Option<Words>,
    /// Whether they are mailed at closing time what the day brought; for admins.
    pub has_daily_mail: bool,
    /// Their registration, where they have a badge.
    pub registration_id: Option<RegistrationId>,
    /// What was filled in of the organiser's fields, by their keys; see the team form.
    #[schema(value_type = Object)]
    pub extra: Answers,
    /// Rises with every change; the `ETag`.
    pub version: i64,
    /// When they were added.
    pub created_at: Timestamp,
}

impl MemberView {
    /// A member as of now.
    pub fn of(row: MemberRow, now: Timestamp) -> Self {
        Self {
            id: row.id,
            roles: row.roles(),
            status: row.status(now),
            invited_until: row.invited_until,
            language: row.language,
            has_daily_mail: row.has_daily_mail,
            registration_id: row.registration_id,
            extra: row.extra.0,
            first_name: row.first_name,
            last_name: row.last_name,
            email: row.email,
            has_accepted: row.account_id.is_some(),
            version: row.version,
            created_at: row.created_at,
        }
    }
}

/// A member who was just added.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct InvitedMember {
    /// The member.
    #[serde(flatten)]
    pub member: MemberView,
    /// The link to pass on; it works once.
    pub invitation_url: String,
    /// When the link ends.
    pub invitation_expires_at: Timestamp,
    /// Whether an invitation is on its way by mail too, with a link of its own: that one alone shows that the address
    /// is theirs. None is sent before something is open to this person.
    pub is_mailed: bool,
}

/// A fresh invitation.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct InvitationView {
    /// The link to pass on; it works once.
    pub invitation_url: String,
    /// When the link ends.
    pub expires_at: Timestamp,
    /// Whether an invitation is on its way by mail too, with a link of its own: that one alone shows that the address
    /// is theirs. None is sent before something is open to this person.
    pub is_mailed: bool,
}

/// A person to add.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMember {
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// E-mail address, once in each team.
    pub email: String,
    /// At least one.
    pub roles: Roles,
    /// The language of their mails; absent: the event's.
    #[serde(default)]
    pub language: Option<Words>,
    /// The organiser's fields by their keys, those that are required at least; see the team form.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub extra: Answers,
}

/// What changes of a member; fields that are absent stay.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditMember {
    /// Given name.
    #[serde(default)]
    pub first_name: Option<String>,
    /// Family name.
    #[serde(default)]
    pub last_name: Option<String>,
    /// Another address is another person: access ends until a new invitation is accepted.
    #[serde(default)]
    pub email: Option<String>,
    /// The whole set of roles.
    #[serde(default)]
    pub roles: Option<Roles>,
    /// The language of their mails; null: the event's.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Words>)]
    pub language: Option<Option<Words>>,
    /// Whether they are mailed at closing time what the day brought: numbers, nothing of visitors. Admins
    /// alone get it.
    #[serde(default)]
    pub has_daily_mail: Option<bool>,
    /// The organiser's fields by their keys; those that are not named stay, null empties one.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub extra: Option<Answers>,
}

/// Whether a badge may be cancelled.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct Confirmation {
    /// `badge`, to go on where the person's badge would be cancelled.
    pub confirm: Option<String>,
}

impl Confirmation {
    fn is_of_badge(&self) -> bool {
        self.confirm.as_deref() == Some("badge")
    }
}

/// Lists the team.
#[utoipa::path(get, path = "/exhibitors/{exhibitor_id}/team", operation_id = "list_team", tag = "team",
    params(("exhibitor_id" = ExhibitorId, Path), PageParams),
    responses((status = 200, description = "A page of members", body = Page<MemberView>),
        Refused))]
async fn list(
    State(app): State<App>,
    scope: TeamAdminScope,
    Params(page): Params<PageParams>,
) -> Result<Json<Page<MemberView>>, Problem> {
    let now = app.now();
    Ok(Json(super::list(&app, &scope, &page).await?.map(|row| MemberView::of(row, now))))
}

/// Adds a person and makes their invitation. The link is a secret: the answer is not stored under an
/// `Idempotency-Key`; sent again, the same address is `already_exists`.
#[utoipa::path(post, path = "/exhibitors/{exhibitor_id}/team", operation_id = "add_team_member", tag = "team",
    params(("exhibitor_id" = ExhibitorId, Path)), request_body = NewMember,
    responses((status = 201, description = "Added", body = InvitedMember),
        Refused))]
async fn add(
    State(app): State<App>,
    scope: TeamAdminScope,
    server: PublicUrl,
    Payload(sent): Payload<NewMember>,
) -> Result<(StatusCode, Extension<HoldsSecret>, Json<InvitedMember>), Problem> {
    let draft = MemberDraft {
        first_name: sent.first_name,
        last_name: sent.last_name,
        email: sent.email,
        roles: sent.roles,
        language: sent.language,
        extra: Some(sent.extra),
    };
    let (row, invited) = super::add(&app, &scope, draft).await?;
    let answer = InvitedMember {
        member: MemberView::of(row, app.now()),
        invitation_url: invited.invitation.link(&server.0),
        invitation_expires_at: invited.invitation.expires_at,
        is_mailed: invited.is_mailed,
    };
    Ok((StatusCode::CREATED, Extension(HoldsSecret), Json(answer)))
}

/// Changes a member. With `If-Match`, only the version that was read.
#[utoipa::path(patch, path = "/exhibitors/{exhibitor_id}/team/{member_id}", operation_id = "edit_team_member",
    tag = "team", params(("exhibitor_id" = ExhibitorId, Path), ("member_id" = TeamMemberId, Path), Confirmation,
        ("If-Match" = Option<String>, Header, description = "The version that was read")),
    request_body = EditMember,
    responses((status = 200, description = "The changed member", body = MemberView),
        Refused))]
async fn edit(
    State(app): State<App>,
    scope: TeamAdminScope,
    ids: PathIds<(ExhibitorId, TeamMemberId)>,
    version: Option<IfMatch>,
    Params(confirmation): Params<Confirmation>,
    Payload(sent): Payload<EditMember>,
) -> Result<([(HeaderName, String); 1], Json<MemberView>), Problem> {
    let edit = MemberEdit {
        first_name: sent.first_name,
        last_name: sent.last_name,
        email: sent.email,
        roles: sent.roles,
        language: sent.language,
        has_daily_mail: sent.has_daily_mail,
        extra: sent.extra,
    };
    let seen = (version.map(|version| version.0), confirmation.is_of_badge());
    let row = super::edit(&app, &scope, ids.0.1, seen, edit).await?;
    Ok((etag(row.version), Json(MemberView::of(row, app.now()))))
}

/// Removes a member. What they captured stays theirs.
#[utoipa::path(delete, path = "/exhibitors/{exhibitor_id}/team/{member_id}", operation_id = "remove_team_member",
    tag = "team", params(("exhibitor_id" = ExhibitorId, Path), ("member_id" = TeamMemberId, Path), Confirmation),
    responses((status = 204, description = "Removed"),
        Refused))]
async fn remove(
    State(app): State<App>,
    scope: TeamAdminScope,
    ids: PathIds<(ExhibitorId, TeamMemberId)>,
    Params(confirmation): Params<Confirmation>,
) -> Result<StatusCode, Problem> {
    super::remove(&app, &scope, ids.0.1, confirmation.is_of_badge()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes a new invitation for a member who has not accepted one; the former link ends.
#[utoipa::path(post, path = "/exhibitors/{exhibitor_id}/team/{member_id}/invitation",
    operation_id = "invite_team_member_again", tag = "team",
    params(("exhibitor_id" = ExhibitorId, Path), ("member_id" = TeamMemberId, Path)),
    responses((status = 201, description = "Invited", body = InvitationView),
        Refused))]
async fn invite_again(
    State(app): State<App>,
    scope: TeamAdminScope,
    server: PublicUrl,
    ids: PathIds<(ExhibitorId, TeamMemberId)>,
) -> Result<(StatusCode, Extension<HoldsSecret>, Json<InvitationView>), Problem> {
    let invited = super::invite_again(&app, &scope, ids.0.1).await?;
    let answer = InvitationView {
        invitation_url: invited.invitation.link(&server.0),
        expires_at: invited.invitation.expires_at,
        is_mailed: invited.is_mailed,
    };
    Ok((StatusCode::CREATED, Extension(HoldsSecret), Json(answer)))
}

/// Takes the invitation of a member back who has not accepted it: the link works no more.
#[utoipa::path(delete, path = "/exhibitors/{exhibitor_id}/team/{member_id}/invitation",
    operation_id = "revoke_invitation", tag = "team",
    params(("exhibitor_id" = ExhibitorId, Path), ("member_id" = TeamMemberId, Path)),
    responses((status = 204, description = "Taken back"),
        Refused))]
async fn uninvite(
    State(app): State<App>,
    scope: TeamAdminScope,
    ids: PathIds<(ExhibitorId, TeamMemberId)>,
) -> Result<StatusCode, Problem> {
    super::uninvite(&app, &scope, ids.0.1).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The badges of the team as one document, where the organiser shows them.
#[utoipa::path(get, path = "/exhibitors/{exhibitor_id}/team/badges.pdf", operation_id = "print_team_badges", tag = "team",
    params(("exhibitor_id" = ExhibitorId, Path), StockParams),
    responses((status = 200, description = "The sheets", body = Vec<u8>, content_type = "application/pdf"),
        Refused))]
async fn print_badges(
    State(app): State<App>,
    scope: TeamAdminScope,
    Params(params): Params<StockParams>,
) -> Result<Response, Problem> {
    let pdf = super::badge::sheets(&app, &scope, params.stock()?).await?;
    Ok(file_response("application/pdf", "team-badges.pdf", pdf))
}
