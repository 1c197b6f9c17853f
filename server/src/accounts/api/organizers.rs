//! Who belongs to an organizer: seen, asked, given another role, removed.

use crate::access::{OrganizerRole, OrganizerScope};
use crate::accounts::InvitationStatus;
use crate::accounts::organizers::{self, Draft};
use crate::accounts::store::organizers::PersonRow;
use crate::app::App;
use crate::extract::{PathIds, Payload, PublicUrl, Speaks};
use crate::idempotency::HoldsSecret;
use crate::openapi::Refused;
use crate::problem::Problem;
use crate::words::Words;
use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use mobile_core::ids::OrganizerId;
use mobile_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, invite)).routes(routes!(edit, remove)).routes(routes!(invite_again))
}

/// Somebody who belongs to an organizer, or was asked to.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct OrganizerMember {
    /// The member: what it is called changes when they accept.
    id: Uuid,
    /// Their name.
    name: String,
    /// Their e-mail address.
    email: String,
    /// What they are, or will be.
    role: OrganizerRole,
    /// How far they have come.
    status: InvitationStatus,
    /// Until when their link works, or worked; null for those who have joined.
    invited_until: Option<Timestamp>,
}

impl OrganizerMember {
    fn of(row: PersonRow, now: Timestamp) -> Self {
        Self {
            id: row.id,
            status: row.status(now),
            name: row.name,
            email: row.email,
            role: row.role,
            invited_until: row.invited_until,
        }
    }
}

/// Who belongs to an organizer.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct OrganizerMembers {
    /// The members by name, then who was asked and has not come yet.
    items: Vec<OrganizerMember>,
}

/// Somebody who was just asked.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct InvitedOrganizerMember {
    /// The person.
    #[serde(flatten)]
    member: OrganizerMember,
    /// The link to pass on; it works once.
    invitation_url: String,
    /// When the link ends.
    invitation_expires_at: Timestamp,
}

/// A fresh link.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct OrganizerInvitation {
    /// The link to pass on; it works once.
    invitation_url: String,
    /// When the link ends.
    expires_at: Timestamp,
}

/// A person to ask.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewOrganizerMember {
    /// Their name.
    name: String,
    /// Their e-mail address.
    email: String,
    /// What they will be.
    role: OrganizerRole,
    /// The language of the mail; absent: that of the request.
    #[serde(default)]
    language: Option<Words>,
}

/// Another role.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct EditOrganizerMember {
    /// What they are from now on.
    role: OrganizerRole,
}

/// Lists who belongs to an organizer, and who was asked to.
#[utoipa::path(get, path = "/organizers/{organizer_id}/members", operation_id = "list_organizer_members",
    tag = "accounts", params(("organizer_id" = OrganizerId, Path)),
    responses((status = 200, description = "Everybody", body = OrganizerMembers), Refused))]
async fn list(State(app): State<App>, scope: OrganizerScope) -> Result<Json<OrganizerMembers>, Problem> {
    let now = app.now();
    let people = organizers::list(&app, &scope).await?.into_iter();
    Ok(Json(OrganizerMembers { items: people.map(|row| OrganizerMember::of(row, now)).collect() }))
}

/// Asks somebody to join an organizer, by mail. The role is theirs once they accept; only owners make
/// owners. The link is a secret: the answer is not stored under an `Idempotency-Key`.
#[utoipa::path(post, path = "/organizers/{organizer_id}/members", operation_id = "invite_organizer_member",
    tag = "accounts", params(("organizer_id" = OrganizerId, Path)), request_body = NewOrganizerMember,
    responses((status = 201, description = "Asked", body = InvitedOrganizerMember), Refused))]
async fn invite(
    State(app): State<App>,
    scope: OrganizerScope,
    server: PublicUrl,
    Speaks(language): Speaks,
    Payload(sent): Payload<NewOrganizerMember>,
) -> Result<(StatusCode, Extension<HoldsSecret>, Json<InvitedOrganizerMember>), Problem> {
    let language = sent.language.unwrap_or(language);
    let draft = Draft { name: sent.name, email: sent.email, role: sent.role, language };
    let (person, invitation) = organizers::invite(&app, &scope, draft).await?;
    let answer = InvitedOrganizerMember {
        member: OrganizerMember::of(person, app.now()),
        invitation_url: invitation.link(&server.0),
        invitation_expires_at: invitation.expires_at,
    };
    Ok((StatusCode::CREATED, Extension(HoldsSecret), Json(answer)))
}

/// Gives a member, or whoever was asked, another role. It holds at once, on streams too; the last owner
/// stays one, and only owners make and unmake owners.
#[utoipa::path(patch, path = "/organizers/{organizer_id}/members/{member_id}", operation_id = "edit_organizer_member",
    tag = "accounts", params(("organizer_id" = OrganizerId, Path), ("member_id" = Uuid, Path)),
    request_body = EditOrganizerMember,
    responses((status = 200, description = "The changed member", body = OrganizerMember), Refused))]
async fn edit(
    State(app): State<App>,
    scope: OrganizerScope,
    ids: PathIds<(OrganizerId, Uuid)>,
    Payload(sent): Payload<EditOrganizerMember>,
) -> Result<Json<OrganizerMember>, Problem> {
    let person = organizers::set_role(&app, &scope, ids.0.1, sent.role).await?;
    Ok(Json(OrganizerMember::of(person, app.now())))
}

/// Removes a member, whose access to all events of the organizer ends at once, or takes an invitation back.
#[utoipa::path(delete, path = "/organizers/{organizer_id}/members/{member_id}",
    operation_id = "remove_organizer_member", tag = "accounts",
    params(("organizer_id" = OrganizerId, Path), ("member_id" = Uuid, Path)),
    responses((status = 204, description = "Removed"), Refused))]
async fn remove(
    State(app): State<App>,
    scope: OrganizerScope,
    ids: PathIds<(OrganizerId, Uuid)>,
) -> Result<StatusCode, Problem> {
    organizers::remove(&app, &scope, ids.0.1).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Mails whoever was asked and has not come yet a new link; the former one ends.
#[utoipa::path(post, path = "/organizers/{organizer_id}/members/{member_id}/invitation",
    operation_id = "invite_organizer_member_again", tag = "accounts",
    params(("organizer_id" = OrganizerId, Path), ("member_id" = Uuid, Path)),
    responses((status = 201, description = "Asked again", body = OrganizerInvitation), Refused))]
async fn invite_again(
    State(app): State<App>,
    scope: OrganizerScope,
    server: PublicUrl,
    ids: PathIds<(OrganizerId, Uuid)>,
) -> Result<(StatusCode, Extension<HoldsSecret>, Json<OrganizerInvitation>), Problem> {
    let invitation = organizers::invite_again(&app, &scope, ids.0.1).await?;
    let answer = OrganizerInvitation { invitation_url: invitation.link(&server.0), expires_at: invitation.expires_at };
    Ok((StatusCode::CREATED, Extension(HoldsSecret), Json(answer)))
}
