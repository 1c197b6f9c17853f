//! Views: somebody of the organizer opens an exhibitor's space exactly as one of its members sees it.
//!
//! A view is for a time, only reads, and is in the audit log of both sides. What it lets through is
//! [`crate::access::view`]'s; here it begins and ends.

pub mod api;
pub mod page;
pub mod store;

use crate::access::view::is_masked_for;
use crate::access::{AccountIdentity, ViewScope, token};
use crate::app::App;
use crate::audit::{self, Action, NewEntry};
use crate::problem::Problem;
use crate::rights;
use mobile_core::ids::{AccountId, ExhibitorId, TeamMemberId};
use mobile_core::time::Timestamp;
use serde_json::json;
use store::{MemberRow, NewView, OpenView};
use uuid::Uuid;

/// How long a view lasts: long enough to see what somebody means, too short to be forgotten.
pub const LASTS_MICROS: i64 = 30 * 60 * 1_000_000;

/// A view that has begun.
#[derive(Debug)]
pub struct Begun {
    /// The view.
    pub id: Uuid,
    /// The secret that looks through it.
    pub token: String,
    /// The space.
    pub exhibitor: ExhibitorId,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Whether contacts are masked.
    pub is_masked: bool,
    /// The first page of the space that the member may open.
    pub address: String,
}

/// Opens the space of a member, active or invited, as they see it.
///
/// # Errors
/// `not_found` for a member of another event, `invalid_field` for one who has no access to the space.
pub async fn begin(
    app: &App,
    scope: &ViewScope,
    viewer: &AccountIdentity,
    member: TeamMemberId,
) -> Result<Begun, Problem> {
    let mut tx = app.read().await?;
    let seen = store::member(&mut tx, scope, member).await?.ok_or_else(Problem::not_found)?;
    tx.done().await?;
    let exhibitor = seen.exhibitor_id;
    let Some(page) = seen.first_page() else {
        return Err(Problem::field("/member_id", "has a badge only, and no access to the space"));
    };
    let (now, secret) = (app.now(), token::make(app, token::VIEW));
    let is_masked = is_masked_for(scope.role());
    let new = NewView {
        id: app.new_id(),
        hash: token::hash(&secret),
        exhibitor,
        member,
        account: viewer.id,
        sign_in: viewer.sign_in,
        is_masked,
        now,
        expires_at: now.plus_micros(LASTS_MICROS),
    };
    let mut tx = app.write().await?;
    store::clear_ended(&mut tx, scope, now).await?;
    store::insert(&mut tx, scope, &new).await?;
    let detail = json!({"name": seen.name(), "until": new.expires_at, "contacts_masked": is_masked});
    let entry = NewEntry::new(Action::ViewBegun, Some(viewer.id), Some(member.0)).at(exhibitor).with(detail);
    audit::append(app, &mut tx, scope.event(), &entry).await?;
    tx.commit(&app.hub).await?;
    let address = format!("/exhibitors/{exhibitor}/{page}");
    Ok(Begun { id: new.id, token: secret, exhibitor, expires_at: new.expires_at, is_masked, address })
}

/// The people of an exhibitor as whom its space can be seen.
pub async fn members(
    app: &App,
    scope: &ViewScope,
    exhibitor: ExhibitorId,
) -> Result<(String, Vec<MemberRow>), Problem> {
    let mut tx = app.read().await?;
    let name = store::exhibitor_name(&mut tx, scope, exhibitor).await?.ok_or_else(Problem::not_found)?;
    let members = store::members(&mut tx, scope, exhibitor).await?;
    tx.done().await?;
    Ok((name, members))
}

/// The views of whoever asks that are open.
pub async fn open(app: &App, scope: &ViewScope) -> Result<Vec<OpenView>, Problem> {
    let mut tx = app.read().await?;
    let open = store::open(&mut tx, scope, app.now()).await?;
    tx.done().await?;
    let is_masked = is_masked_for(scope.role());
    Ok(open.into_iter().map(|view| OpenView { is_masked: view.is_masked || is_masked, ..view }).collect())
}

/// Leaves a view of one's own; its streams end within a second.
pub async fn leave(app: &App, scope: &ViewScope, id: Uuid) -> Result<(), Problem> {
    let mut tx = app.read().await?;
    let open = store::open(&mut tx, scope, app.now()).await?;
    tx.done().await?;
    let view = open.into_iter().find(|view| view.id == id).ok_or_else(Problem::not_found)?;
    end(app, &view, scope.account()).await
}

/// Leaves the view of a secret, whoever brings it: it is theirs. Gives the event to go back to.
pub async fn leave_by_secret(app: &App, secret: &str) -> Result<Option<OpenView>, Problem> {
    let mut tx = app.read().await?;
    let found = store::by_secret(&mut tx, &token::hash(secret)).await?;
    tx.done().await?;
    let Some((view, account)) = found else { return Ok(None) };
    if view.ended_at.is_none() {
        end(app, &view, account).await?;
    }
    Ok(Some(view))
}

async fn end(app: &App, view: &OpenView, account: AccountId) -> Result<(), Problem> {
    let mut tx = app.write().await?;
    if !store::end(&mut tx, view.id, app.now()).await? {
        // Left in another tab meanwhile.
        return Ok(tx.done().await?);
    }
    let entry = NewEntry::new(Action::ViewLeft, Some(account), Some(view.member_id.0)).at(view.exhibitor_id);
    audit::append(app, &mut tx, view.event_id, &entry).await?;
    Ok(rights::commit(app, tx, view.event_id, view.exhibitor_id.into(), view.id).await?)
}
