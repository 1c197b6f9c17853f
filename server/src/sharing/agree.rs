//! What is agreed on in a conversation: sharing contact details, blocking, reporting.
//!
//! A grant is the attendee's own word in the consent ledger and makes a lead; a withdrawal is one too,
//! and hides what was shared everywhere. A request that is refused or unanswered discloses nothing.

use super::store::{self, ConversationRow};
use super::talk::{CHANNEL, tell, within_day};
use super::{Party, Sharing, entry, find, finish, hold, no_messages, oversight, oversight_store, view};
use crate::app::App;
use crate::captures::{self, Noted, Surroundings, What};
use crate::consent;
use crate::events::disclosure::Scannable;
use crate::feed;
use crate::meetings::Side;
use crate::packages;
use crate::problem::Problem;
use mobile_core::ids::{CaptureId, ConversationId};
use mobile_core::reason::Reason;
use mobile_core::wire::lead::ConsentState;

/// Asks the attendee for their contact details.
///
/// # Errors
/// `used_up` where they were asked already or share them, `no_messages` after a refusal.
pub async fn ask(app: &App, party: &Party, id: ConversationId) -> Result<ConversationRow, Problem> {
    let now = app.now();
    let mut tx = app.write().await?;
    let exhibitor = party.shown().exhibitor.ok_or_else(Problem::not_found)?;
    packages::lock_entitlements(&mut tx, party.event(), exhibitor).await?;
    let mut row = hold(&mut tx, party, id).await?;
    let said = consent::message_words(&mut tx, row.event_id, &[row.registration_id]).await?;
    let word = said.of(row.registration_id, row.exhibitor_id.into()).map(|(state, _)| state);
    let is_stopped = matches!(word, Some(ConsentState::Withdrawn | ConsentState::Erased));
    match view::sharing(&mut tx, &row).await? {
        Sharing::None => {}
        Sharing::Requested => {
            return Err(Problem::new(Reason::UsedUp, "They were asked already; wait for the answer."));
        }
        Sharing::Granted => return Err(Problem::new(Reason::UsedUp, "They share their contact details already.")),
        Sharing::Refused | Sharing::Withdrawn => return Err(no_messages()),
    }
    if is_stopped || row.blocked_by(Side::Attendee).is_some() {
        return Err(no_messages());
    }
    let rules = store::rules(&mut tx, party.event()).await?;
    within_day(&mut tx, party, &rules, now).await?;
    (row.sharing, row.asked_at, row.updated_at) = (Sharing::Requested, Some(now), now);
    store::update(&mut tx, &row).await?;
    let row = find(&mut tx, party, id).await?;
    finish(app, tx, &row).await?;
    Ok(row)
}

/// Shares the attendee's contact details, refuses to, or takes them back. Saying it again changes nothing.
///
/// # Errors
/// `not_disclosed` where the event discloses nobody of the attendee's category.
pub async fn share(app: &App, party: &Party, id: ConversationId, is_granted: bool) -> Result<ConversationRow, Problem> {
    let around = Surroundings::load(app, party.event()).await?;
    let now = app.now();
    let mut tx = app.write().await?;
    // Before any row is held: scans under way must not write a lead from what they read before.
    tx.changes_badges(party.event()).await?;
    let mut row = hold(&mut tx, party, id).await?;
    let state = view::sharing(&mut tx, &row).await?;
    let is_shared = state == Sharing::Granted;
    if is_granted && is_shared || !is_granted && matches!(state, Sharing::Refused | Sharing::Withdrawn) {
        return Ok(row);
    }
    if is_granted && around.info.disclosure.rule(&row.category).scannable == Scannable::No {
        let detail = "The event shows nobody of your category to exhibitors, so nothing can be shared.";
        return Err(Problem::new(Reason::NotDisclosed, detail));
    }
    row.sharing = match (is_granted, is_shared) {
        (true, _) => Sharing::Granted,
        (false, true) => Sharing::Withdrawn,
        (false, false) => Sharing::Refused,
    };
    (row.answered_at, row.updated_at) = (Some(now), now);
    store::update(&mut tx, &row).await?;
    let (event, person, exhibitor) = (row.event_id, row.registration_id, Some(row.exhibitor_id));
    if is_granted {
        consent::allow_messages(app, &mut tx, event, person, row.exhibitor_id, CHANNEL).await?;
        consent::restore(app, &mut tx, event, person, exhibitor, CHANNEL).await?;
        let noted = Noted {
            exhibitor: row.exhibitor_id,
            registration: person,
            id: CaptureId(row.id.0),
            at: now,
            what: What::Shared(row.id),
        };
        let mut entries = captures::note(app, &mut tx, &around, &[noted]).await?;
        entries.push(entry(&row, now));
        feed::store::append(&mut tx, event, &entries).await?;
    } else {
        if is_shared {
            consent::withdraw(app, &mut tx, event, person, exhibitor, CHANNEL).await?;
        }
        tell(&mut tx, &row, now).await?;
    }
    let row = find(&mut tx, party, id).await?;
    tx.commit(&app.hub).await?;
    Ok(row)
}

/// Blocks the other side, or lets it write again.
pub async fn block(app: &App, party: &Party, id: ConversationId, is_blocked: bool) -> Result<ConversationRow, Problem> {
    let now = app.now();
    let mut tx = app.write().await?;
    let mut row = hold(&mut tx, party, id).await?;
    if row.blocked_by(party.side()).is_some() == is_blocked {
        return Ok(row);
    }
    let at = is_blocked.then_some(now);
    match party.side() {
        Side::Exhibitor => row.blocked_by_exhibitor_at = at,
        Side::Attendee => row.blocked_by_attendee_at = at,
    }
    row.updated_at = now;
    store::update(&mut tx, &row).await?;
    let row = find(&mut tx, party, id).await?;
    finish(app, tx, &row).await?;
    Ok(row)
}

/// Reports a conversation to the organiser, who learns who reports whom and why, not what was written.
pub async fn report(
    app: &App,
    party: &Party,
    id: ConversationId,
    reason: oversight::ReportReason,
) -> Result<(), Problem> {
    let mut tx = app.write().await?;
    let row = hold(&mut tx, party, id).await?;
    oversight_store::add_report(&mut tx, &row, (app.new_id(), app.now()), party.side(), reason).await?;
    tx.commit(&app.hub).await?;
    Ok(())
}
