//! When an event's time is over: exhibitors are told twice, then all contacts are removed.
//!
//! The work is done in small pieces, and what is left to do is read from the data itself: a server that
//! stops in the middle, or two that do it at once, end with the same. Nothing is removed before every
//! exhibitor with leads was told two weeks ahead.

use super::store::event as kept;
use super::{empty_people, files, store, tell};
use crate::access::{EventAdminScope, EventScope};
use crate::app::App;
use crate::audit::{self, Action, NewEntry};
use crate::captures::store::erasing;
use crate::events::cache::EventInfo;
use crate::events::retention::{FEWEST_DAYS, MOST_DAYS, NOTICES, Retention};
use crate::fields::Email;
use crate::leads;
use crate::mail::{self, Message, Place};
use crate::phases;
use crate::problem::Problem;
use crate::rights;
use crate::storage::StorageError;
use mobile_core::ids::EventId;
use mobile_core::time::Timestamp;
use serde_json::json;
use std::time::Duration;

/// Leads, or people, of one transaction: scans of other events go in between.
const CHUNK: usize = 100;
/// How often to look.
const EVERY: Duration = Duration::from_mins(1);
/// For how long whoever was erased finds that they were.
const PROOF_MICROS: i64 = 30 * 24 * 3600 * 1_000_000;

/// How an event's contacts are kept.
pub async fn get(app: &App, scope: &EventScope) -> Result<Retention, Problem> {
    app.events.forget(scope.event());
    Ok(app.events.info(app, scope.event()).await?.retention)
}

/// Says for how many days after its end an event's contacts are kept; none: the default.
///
/// # Errors
/// `invalid_field` where the exhibitors would have less than two weeks to take their leads along, or
/// the contacts are gone already.
pub async fn set(app: &App, scope: &EventAdminScope, days: Option<i64>) -> Result<Retention, Problem> {
    let event = scope.event();
    if days.is_some_and(|days| !(FEWEST_DAYS..=MOST_DAYS).contains(&days)) {
        return Err(Problem::field("/days", format!("must be from {FEWEST_DAYS} to {MOST_DAYS}")));
    }
    let mut tx = app.write().await?;
    let (ends_at, mut row) = kept::for_edit(&mut tx, event).await?.ok_or_else(Problem::not_found)?;
    let before = row.retention(ends_at);
    if before.removed_at.is_some() {
        return Err(Problem::field("/days", "cannot be changed: the contacts of this event were removed"));
    }
    row.retention_days = days;
    let after = row.retention(ends_at);
    let soonest = app.now().plus_micros(NOTICES[0] * crate::events::retention::DAY);
    if after.wanted_at < soonest && after.wanted_at < before.wanted_at {
        let detail = "must leave the exhibitors two weeks from now to take their leads along; choose more days";
        return Err(Problem::field("/days", detail));
    }
    if after == before {
        tx.done().await?;
        return Ok(before);
    }
    // Later than they were told: they are told again.
    let is_told_anew = after.wanted_at > before.wanted_at;
    kept::set_days(&mut tx, event, days, is_told_anew).await?;
    let detail = json!({"before": {"days": before.days}, "after": {"days": after.days}});
    let entry = NewEntry::new(Action::RetentionChanged, Some(scope.account()), Some(event.0)).with(detail);
    audit::append(app, &mut tx, event, &entry).await?;
    rights::commit(app, tx, event, event.into(), event.0).await?;
    get(app, scope).await
}

/// Looks every minute what is due, for as long as the server runs.
pub async fn run(app: App) {
    let mut rounds = app.rounds(EVERY);
    while rounds.next().await {
        if let Err(problem) = turn(&app).await {
            tracing::warn!(detail = problem.detail(), "the retention of contacts could not be kept; trying again");
        }
    }
}

/// Does what is due now at every event.
pub async fn turn(app: &App) -> Result<(), Problem> {
    let now = app.now();
    let mut tx = app.write().await?;
    store::forget_proofs(&mut tx, now.plus_micros(-PROOF_MICROS)).await?;
    tx.commit(&app.hub).await?;
    let mut tx = app.read().await?;
    let events = kept::with_contacts(&mut tx).await?;
    tx.done().await?;
    for (event, ends_at, row) in events {
        let retention = row.retention(ends_at);
        if retention.are_contacts_gone(now) {
            app.events.forget(event);
            remove(app, event).await?;
            continue;
        }
        for days in NOTICES {
            // Whoever is to be told first is told first.
            let is_turn = days == NOTICES[0] || retention.noticed_at.is_some();
            if is_turn && retention.is_notice_due(days, now) {
                app.events.forget(event);
                notice(app, event, days, retention.removes_at().max(now.plus_micros(days_of(days)))).await?;
            }
        }
    }
    Ok(())
}

fn days_of(days: i64) -> i64 {
    // The first notice moves a removal that would come too soon; the second follows it.
    if days == NOTICES[0] { days * crate::events::retention::DAY } else { 0 }
}

/// Tells the admins of each exhibitor with leads when its contacts go.
async fn notice(app: &App, event: EventId, days: i64, removes_at: Timestamp) -> Result<(), Problem> {
    let info = app.events.info(app, event).await?;
    let server = app.settings.own_url();
    let mut mails = 0_u64;
    loop {
        let mut tx = app.read().await?;
        let untold = store::untold(&mut tx, event, days).await?;
        tx.done().await?;
        if untold.is_empty() {
            break;
        }
        for (exhibitor, name) in untold {
            let mut tx = app.write().await?;
            if !store::told(&mut tx, event, exhibitor, (days, app.now())).await? {
                tx.done().await?;
                continue;
            }
            for admin in phases::store::admins_of(&mut tx, event, exhibitor).await? {
                let Ok(to) = Email::parse(&admin.email) else { continue };
                let place = Place {
                    name: admin.name(),
                    exhibitor: name.clone(),
                    event: info.name.clone(),
                    timezone: info.timezone.clone(),
                    starts_at: info.starts_at,
                };
                let link = format!("{server}/exhibitors/{exhibitor}/leads?export=1");
                let message = Message::Retention { place, link, removes_at, days };
                mail::enqueue(app, &mut tx, &to, admin.language.unwrap_or(info.language), &message).await?;
                mails += 1;
            }
            tx.commit(&app.hub).await?;
        }
    }
    let is_first = days == NOTICES[0];
    if !is_first && mails == 0 {
        return Ok(());
    }
    let mut tx = app.write().await?;
    if is_first && !kept::set_noticed(&mut tx, event, app.now()).await? {
        return Ok(tx.done().await?);
    }
    let detail = json!({"days": days, "mails": mails});
    audit::append(app, &mut tx, event, &NewEntry::new(Action::RetentionNoticed, None, Some(event.0)).with(detail))
        .await?;
    Ok(rights::commit(app, tx, event, event.into(), event.0).await?)
}

/// Removes the contacts of an event, piece by piece.
async fn remove(app: &App, event: EventId) -> Result<(), Problem> {
    let info = app.events.info(app, event).await?;
    let leads = remove_leads(app, &info).await?;
    let people = remove_people(app, &info).await?;
    remove_leadless(app, event).await?;
    let mut tx = app.write().await?;
    erasing::empty_all_aside(&mut tx, event).await?;
    kept::empty_around(&mut tx, event).await?;
    audit::store::erase_details(&mut tx, event).await?;
    let exports = store::exports(&mut tx, event).await?;
    // Of two servers that do it at once one notes it; the files of each are its own.
    if kept::set_removed(&mut tx, event, app.now()).await? {
        let detail = json!({"leads": leads, "people": people});
        let entry = NewEntry::new(Action::ContactsRemoved, None, Some(event.0)).with(detail);
        audit::append(app, &mut tx, event, &entry).await?;
        rights::commit(app, tx, event, event.into(), event.0).await?;
    } else {
        tx.done().await?;
    }
    files::remove(app, &exports).await;
    files::remove_kept(app, event).await;
    tracing::info!(%event, leads, people, "the contacts of an event were removed: its time is over");
    Ok(())
}

async fn remove_leads(app: &App, info: &EventInfo) -> Result<u64, StorageError> {
    let mut removed = 0;
    loop {
        let mut tx = app.write().await?;
        tx.changes_badges(info.id).await?;
        let rows = leads::store::unerased(&mut tx, info.id, CHUNK).await?;
        if rows.is_empty() {
            tx.done().await?;
            return Ok(removed);
        }
        removed += rows.len() as u64;
        let entries = leads::erasing::empty(app, &mut tx, info, rows).await?;
        tell(&mut tx, info.id, &entries).await?;
        tx.commit(&app.hub).await?;
        tokio::task::yield_now().await;
    }
}

async fn remove_people(app: &App, info: &EventInfo) -> Result<u64, StorageError> {
    let mut removed = 0;
    loop {
        let mut tx = app.write().await?;
        tx.changes_badges(info.id).await?;
        let people = store::unerased(&mut tx, info.id, CHUNK as i64).await?;
        if people.is_empty() {
            tx.done().await?;
            return Ok(removed);
        }
        removed += people.len() as u64;
        for email in people.iter().filter_map(|person| person.email.as_deref()) {
            store::forget_mails(&mut tx, email).await?;
        }
        let entries = empty_people(app, &mut tx, info, &people, app.now()).await?;
        tell(&mut tx, info.id, &entries).await?;
        tx.commit(&app.hub).await?;
        tokio::task::yield_now().await;
    }
}

async fn remove_leadless(app: &App, event: EventId) -> Result<(), StorageError> {
    let mut after = None;
    loop {
        let mut tx = app.write().await?;
        let rows = erasing::leadless(&mut tx, event, None, after, CHUNK).await?;
        let Some((space, last)) = rows.last() else { return tx.done().await };
        after = Some((*space, last.id));
        for (space, row) in &rows {
            erasing::empty(&mut tx, event, *space, std::slice::from_ref(row)).await?;
        }
        tx.commit(&app.hub).await?;
    }
}
