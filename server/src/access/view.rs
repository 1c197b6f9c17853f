//! Views: an organizer's member looks at one space as one of its members sees it.
//!
//! A view is an identity of its own, of one space and for a time. It only reads: a request that
//! changes something is refused before anything is looked up. A browser has it beside its own sign-in,
//! in a cookie that counts in that space alone, so that the organiser's other pages stay theirs.

use super::identity::{AccountIdentity, changes, cookie_of};
use super::policy::{Capability, Role};
use super::{Identity, store, token};
use crate::app::App;
use crate::problem::Problem;
use axum::http::request::Parts;
use mobile_core::ids::{EventId, ExhibitorId, TeamMemberId};
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;
use std::sync::Arc;
use uuid::Uuid;

/// The cookie of a view.
pub const VIEW_COOKIE: &str = "leadline_view";

/// Somebody of the organizer who sees a space as a member of it does.
#[derive(Debug, Clone)]
pub struct ViewIdentity {
    /// The view.
    pub id: Uuid,
    /// Who looks.
    pub viewer: Arc<AccountIdentity>,
    /// The event.
    pub event: EventId,
    /// The space.
    pub exhibitor: ExhibitorId,
    /// As whom.
    pub member: TeamMemberId,
    /// Their name.
    pub member_name: String,
    /// Whether contacts are masked, because whoever looks may not see leads themselves.
    pub is_masked: bool,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl ViewIdentity {
    /// Refuses what no view shows: files of leads, and, where contacts are masked, what holds nothing
    /// else.
    pub fn allows(&self, capability: Capability) -> Result<(), Problem> {
        use Capability::{ContactRead, LeadExport, LeadLive, MeetingRead, Message, RejectedRead};
        match capability {
            LeadExport => Err(refused(
                "A view takes no leads away. Leave it, and export on behalf of the exhibitor at the help desk.",
            )),
            LeadLive | MeetingRead | ContactRead | RejectedRead if self.is_masked => {
                Err(refused("Your role does not include seeing contacts, so this part of the space is not shown."))
            }
            Message => Err(refused("What a space and attendees write to each other is theirs; no view shows it.")),
            _ => Ok(()),
        }
    }
}

fn refused(detail: &'static str) -> Problem {
    Problem::new(Reason::ViewOnly, detail)
}

/// The same identity, or the view that a request of it goes through.
pub(super) async fn through(
    app: &App,
    parts: &Parts,
    identity: Identity,
    by_cookie: bool,
) -> Result<Identity, Problem> {
    let view = match &identity {
        Identity::View(_) => identity,
        Identity::Account(account) if by_cookie => {
            let Some(secret) = cookie_of(&parts.headers, VIEW_COOKIE) else { return Ok(identity) };
            let Some(place) = place_of(parts.uri.path()) else { return Ok(identity) };
            match find(app, secret).await? {
                Some(view) if view.viewer.id == account.id && place.is_none_or(|one| one == view.exhibitor) => {
                    Identity::View(view)
                }
                _ => return Ok(identity),
            }
        }
        _ => return Ok(identity),
    };
    if let Identity::View(view) = &view
        && view.expires_at <= app.now()
    {
        return Err(refused("This view has ended. Leave it to go on as yourself."));
    }
    if changes(&parts.method) {
        return Err(refused(
            "You see this space as somebody else does, and nothing can be changed meanwhile. Leave the view first.",
        ));
    }
    Ok(view)
}

/// The space that a path is in; none within for what names its space in the body.
#[expect(clippy::option_option, reason = "a path outside of any space is not one that names none")]
fn place_of(path: &str) -> Option<Option<ExhibitorId>> {
    let path = path.strip_prefix("/api/v1").unwrap_or(path);
    if path == "/captures" {
        return Some(None);
    }
    let id = path.strip_prefix("/exhibitors/")?.split('/').next()?;
    Some(Some(id.parse().ok()?))
}

/// The view of a secret, whether or not its time is over; none when it was left, or when whoever looks
/// has signed out or lost the right, or the member has gone.
pub(super) async fn find(app: &App, secret: &str) -> Result<Option<Arc<ViewIdentity>>, Problem> {
    if !secret.starts_with(token::VIEW) {
        return Ok(None);
    }
    let Some(row) = store::view_by_token(app, &token::hash(secret)).await? else { return Ok(None) };
    let Some(role) = Role::organizer(&row.role).filter(|role| role.may(Capability::ViewAs)) else { return Ok(None) };
    if store::sign_in_until(app, row.account_id, row.sign_in_id).await?.is_none() {
        return Ok(None);
    }
    let view = ViewIdentity::from(row);
    Ok(Some(Arc::new(ViewIdentity { is_masked: view.is_masked || is_masked_for(role), ..view })))
}

/// Whether a role sees no contacts through a view.
pub fn is_masked_for(role: Role) -> bool {
    !role.may(Capability::LeadRead)
}

/// Until when a view is open, none once it is not; for streams, which hold no token.
///
/// # Errors
/// `forbidden` once whoever looks lost the right to see contacts, where the view was opened with it.
pub(super) async fn open_until(app: &App, view: &ViewIdentity) -> Result<Option<Timestamp>, Problem> {
    let signed_in = store::sign_in_until(app, view.viewer.id, view.viewer.sign_in).await?;
    let Some(until) = signed_in.map(|until| until.min(view.expires_at)).filter(|until| *until > app.now()) else {
        return Ok(None);
    };
    let role = store::event_role(app, view.viewer.id, view.event).await?;
    let Some(role) = role.filter(|role| role.may(Capability::ViewAs)) else { return Ok(None) };
    if !view.is_masked && is_masked_for(role) {
        return Err(Problem::new(Reason::Forbidden, "Your role no longer includes seeing contacts. Ask again."));
    }
    Ok(store::is_view_open(app, view.id).await?.then_some(until))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_counts_in_spaces_and_for_what_names_one() {
        let id = "019ab2c4-0000-7000-8000-000000000001";
        let space = Some(Some(id.parse().expect("an id")));
        assert_eq!(place_of(&format!("/exhibitors/{id}/leads")), space);
        assert_eq!(place_of(&format!("/api/v1/exhibitors/{id}/leads")), space);
        assert_eq!(place_of("/api/v1/captures"), Some(None));
        for elsewhere in ["/", "/exhibitors/x", "/api/v1/me", &format!("/api/v1/events/1/exhibitors/{id}")] {
            assert_eq!(place_of(elsewhere), None, "{elsewhere}");
        }
    }
}
