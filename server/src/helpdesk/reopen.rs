//! Leads of one exhibitor, open again for a while after the organiser closed them for all.

use super::{Deed, Doer, Kind, built_upon, remember, store};
use crate::access::EventAdminScope;
use crate::app::App;
use crate::audit::Action;
use crate::packages;
use crate::problem::Problem;
use crate::rights;
use crate::storage::Tx;
use mobile_core::ids::{EventId, ExhibitorId};
use mobile_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The longest time ahead, in microseconds: 90 days.
const LONGEST_MICROS: i64 = 90 * 24 * 3600 * 1_000_000;

/// What reopening changes.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
pub struct ReopenPreview {
    /// The exhibitor.
    pub exhibitor_id: ExhibitorId,
    /// Leads that can be changed again.
    pub leads: u64,
    /// Until when.
    pub until: Timestamp,
    /// Until when they were reopened before.
    pub before: Option<Timestamp>,
}

/// What taking it back needs.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Reopened {
    exhibitor: ExhibitorId,
    before: Option<Timestamp>,
    until: Timestamp,
}

/// Says what reopening would change, and changes nothing.
///
/// # Errors
/// `invalid_field` for a time that is over or too far away, and where the contacts were removed.
pub async fn preview(
    app: &App,
    scope: &EventAdminScope,
    exhibitor: ExhibitorId,
    until: Timestamp,
) -> Result<ReopenPreview, Problem> {
    let info = app.events.info(app, scope.event()).await?;
    let now = app.now();
    if until <= now || until.micros_since(now) > LONGEST_MICROS {
        return Err(Problem::field("/until", "must be within the next 90 days"));
    }
    if info.are_contacts_gone(now) {
        return Err(Problem::field("/until", "is too late: the contacts of this event were removed"));
    }
    let mut tx = app.read().await?;
    let (before, leads) = store::window(&mut tx, scope, exhibitor).await?.ok_or_else(Problem::not_found)?;
    tx.done().await?;
    Ok(ReopenPreview { exhibitor_id: exhibitor, leads: leads as u64, until, before })
}

/// Opens an exhibitor's leads until a time. Gives the deed, by which it can be taken back.
pub async fn reopen(
    app: &App,
    scope: &EventAdminScope,
    exhibitor: ExhibitorId,
    until: Timestamp,
) -> Result<(Uuid, ReopenPreview), Problem> {
    let event = scope.event();
    let looked = preview(app, scope, exhibitor, until).await?;
    let mut tx = app.write().await?;
    // Of two who open it at once, the second follows the first, and says so in what undoing needs.
    packages::lock_entitlements(&mut tx, event, exhibitor).await?;
    let (before, _) = store::window(&mut tx, scope, exhibitor).await?.ok_or_else(Problem::not_found)?;
    store::set_window(&mut tx, event, exhibitor, (before, Some(until))).await?;
    let undo = Reopened { exhibitor, before, until };
    let deed = Deed {
        id: app.new_id(),
        kind: Kind::Reopen,
        action: Action::LeadsReopened,
        exhibitor: Some(exhibitor),
        subject: exhibitor.0,
        leads: looked.leads,
        undo: &undo,
    };
    let id = deed.id;
    remember(app, &mut tx, Doer { event, account: Some(scope.account()) }, deed).await?;
    rights::commit(app, tx, event, exhibitor.into(), exhibitor.0).await?;
    Ok((id, ReopenPreview { before, ..looked }))
}

/// Closes them again, as they were.
pub(super) async fn undo(tx: &mut Tx, event: EventId, was: &Reopened) -> Result<(), Problem> {
    if store::set_window(tx, event, was.exhibitor, (Some(was.until), was.before)).await? {
        return Ok(());
    }
    Err(built_upon())
}
