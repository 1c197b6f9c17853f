//! Asking, agreeing and ending.

use super::store::{self, ConnectionRow, PersonRow};
use super::{Channel, Status};
use crate::access::AttendeeScope;
use crate::app::App;
use crate::captures::{self, Noted, Surroundings, What};
use crate::consent;
use crate::events::cache::EventInfo;
use crate::events::disclosure::Scannable;
use crate::feed;
use crate::problem::Problem;
use crate::storage::{StorageError, Tx};
use mobile_core::badge::{code_hash, number};
use mobile_core::ids::{ConnectionId, ExhibitorId, RegistrationId};
use mobile_core::reason::Reason;

/// People whom an attendee may ask in 24 hours.
const DAILY_ASKED: i64 = 100;
const DAY: i64 = 24 * 3_600_000_000;
/// Where the ledger says that something was said.
const CHANNEL: &str = "networking";

/// Whom to connect with.
#[derive(Debug, Clone)]
pub enum Whom {
    /// Whose badge says this, or has this number.
    Code(String),
    /// Somebody of the list.
    Person(RegistrationId),
}

/// Asks somebody; where they asked before, that agrees.
///
/// # Errors
/// `unknown_badge` for a code of nobody, `no_messages` for who refused or ended it, `not_disclosed` where
/// the event shows nobody of either's category, `too_many_requests` past the day's limit.
pub async fn ask(app: &App, scope: &AttendeeScope, whom: &Whom) -> Result<ConnectionRow, Problem> {
    let around = Surroundings::load(app, scope.event()).await?;
    let now = app.now();
    let mut tx = app.write().await?;
    tx.changes_badges(scope.event()).await?;
    let (other, channel) = find(&mut tx, scope, whom).await?;
    if other.id == scope.registration() {
        return Err(Problem::field("/code", "is your own badge"));
    }
    may_connect(&mut tx, scope, &around.info, &other).await?;
    if store::asked_since(&mut tx, scope, now.plus_micros(-DAY)).await? >= DAILY_ASKED {
        let detail = format!("{DAILY_ASKED} people a day may be asked. Go on tomorrow.");
        return Err(Problem::new(Reason::TooManyRequests, detail).retry_after(3600));
    }
    let id = store::hold(&mut tx, scope, other.id, app.new_id(), channel, now).await?;
    let row = one(&mut tx, scope, id).await?;
    let me = scope.registration();
    match row.status {
        Status::Connected => return Ok(row),
        Status::Requested if row.asked_by == me => return Ok(row),
        Status::Requested => return agree(app, tx, scope, &around, row).await,
        // Who refused may still ask; who was refused may not, nor who was left.
        Status::Refused if row.asked_by == me => return Err(refused()),
        Status::Ended if row.ended_by == Some(row.other_id) => return Err(refused()),
        Status::Refused | Status::Ended => {}
    }
    let row = ConnectionRow { asked_by: me, status: Status::Requested, channel, asked_at: now, ended_by: None, ..row };
    store::update(&mut tx, scope.event(), &row, now).await?;
    tx.commit(&app.hub).await?;
    Ok(row)
}

fn refused() -> Problem {
    Problem::new(Reason::NoMessages, "This person does not want to connect with you. They can still ask you.")
}

async fn one(tx: &mut Tx, scope: &AttendeeScope, id: ConnectionId) -> Result<ConnectionRow, Problem> {
    store::list(tx, scope, Some(id)).await?.pop().ok_or_else(Problem::not_found)
}

async fn find(tx: &mut Tx, scope: &AttendeeScope, whom: &Whom) -> Result<(PersonRow, Channel), Problem> {
    match whom {
        Whom::Code(text) => {
            let text = text.trim();
            let typed = number::parse(text).map(|number| number.as_str().to_owned());
            let holder = store::holder(tx, scope, &code_hash(text), typed.as_deref()).await?;
            let person = match holder {
                Some(id) => store::person(tx, scope, id).await?,
                None => None,
            };
            let unknown = || Problem::new(Reason::UnknownBadge, "No badge of this event says this. Type it again.");
            Ok((person.ok_or_else(unknown)?, Channel::Badge))
        }
        Whom::Person(id) => {
            let person = store::person(tx, scope, *id).await?.filter(|person| person.is_listed);
            let person = person.ok_or_else(|| Problem::field("/registration_id", "is nobody of the list"))?;
            Ok((person, Channel::List))
        }
    }
}

/// Whether the event lets these two see anything of each other.
async fn may_connect(tx: &mut Tx, scope: &AttendeeScope, info: &EventInfo, other: &PersonRow) -> Result<(), Problem> {
    let me = store::person(tx, scope, scope.registration()).await?.ok_or_else(Problem::not_found)?;
    for category in [&me.category, &other.category] {
        // Teams are public to the attendees whom they meet.
        let is_team = other.exhibitor_id.is_some() && *category == other.category
            || me.exhibitor_id.is_some() && *category == me.category;
        if !is_team && info.disclosure.rule(category).scannable == Scannable::No {
            let detail = "The event shows nobody of this category to others, so they cannot be connected with.";
            return Err(Problem::new(Reason::NotDisclosed, detail));
        }
    }
    Ok(())
}

/// Agrees to what was asked, or refuses it.
///
/// # Errors
/// `used_up` where nothing waits for this one's answer.
pub async fn answer(
    app: &App,
    scope: &AttendeeScope,
    id: ConnectionId,
    is_accepted: bool,
) -> Result<ConnectionRow, Problem> {
    let around = Surroundings::load(app, scope.event()).await?;
    let mut tx = app.write().await?;
    tx.changes_badges(scope.event()).await?;
    store::lock(&mut tx, scope.event(), id).await?;
    let row = one(&mut tx, scope, id).await?;
    if row.status == Status::Connected && is_accepted {
        return Ok(row);
    }
    if row.status != Status::Requested || row.asked_by == scope.registration() {
        return Err(Problem::new(Reason::UsedUp, "Nothing waits for your answer here any more."));
    }
    if is_accepted {
        return agree(app, tx, scope, &around, row).await;
    }
    let row = ConnectionRow { status: Status::Refused, ..row };
    store::update(&mut tx, scope.event(), &row, app.now()).await?;
    tx.commit(&app.hub).await?;
    Ok(row)
}

/// The spaces that the two are a lead of by being connected, and who of them is the lead.
async fn spaces(
    tx: &mut Tx,
    scope: &AttendeeScope,
    row: &ConnectionRow,
) -> Result<Vec<(ExhibitorId, RegistrationId)>, StorageError> {
    let mine = store::person(tx, scope, scope.registration()).await?.and_then(|me| me.exhibitor_id);
    let theirs = row.exhibitor_id.map(|space| (space, scope.registration()));
    let both = [theirs, mine.map(|space| (space, row.other_id))];
    Ok(if mine == row.exhibitor_id { Vec::new() } else { both.into_iter().flatten().collect() })
}

/// Connects the two, within a transaction that holds them.
async fn agree(
    app: &App,
    mut tx: Tx,
    scope: &AttendeeScope,
    around: &Surroundings,
    row: ConnectionRow,
) -> Result<ConnectionRow, Problem> {
    let (event, now) = (scope.event(), app.now());
    let capture = app.new_id();
    let row = ConnectionRow {
        status: Status::Connected,
        connected_at: Some(now),
        capture_id: Some(capture),
        ended_by: None,
        ..row
    };
    store::update(&mut tx, event, &row, now).await?;
    let mut noted = Vec::new();
    for (exhibitor, registration) in spaces(&mut tx, scope, &row).await? {
        // Both said so themselves, and were told that the exhibitor gets a lead.
        consent::restore(app, &mut tx, event, registration, Some(exhibitor), CHANNEL).await?;
        noted.push(Noted { exhibitor, registration, id: capture, at: now, what: What::Connected(row.id) });
    }
    let entries = captures::note(app, &mut tx, around, &noted).await?;
    if !entries.is_empty() {
        feed::store::append(&mut tx, event, &entries).await?;
    }
    tx.commit(&app.hub).await?;
    Ok(row)
}

/// Ends a connection or takes a request back; leads that came of it alone end with it.
pub async fn end(app: &App, scope: &AttendeeScope, id: ConnectionId) -> Result<(), Problem> {
    let around = Surroundings::load(app, scope.event()).await?;
    let (event, now) = (scope.event(), app.now());
    let mut tx = app.write().await?;
    tx.changes_badges(event).await?;
    store::lock(&mut tx, event, id).await?;
    let row = one(&mut tx, scope, id).await?;
    if !matches!(row.status, Status::Connected | Status::Requested) {
        return Ok(());
    }
    let mut noted = Vec::new();
    if let Some(capture) = row.capture_id.filter(|_| row.status == Status::Connected) {
        for (exhibitor, registration) in spaces(&mut tx, scope, &row).await? {
            let what = What::Annulled(capture);
            noted.push(Noted { exhibitor, registration, id: app.new_id(), at: now, what });
        }
    }
    let ended = ConnectionRow { status: Status::Ended, ended_by: Some(scope.registration()), capture_id: None, ..row };
    store::update(&mut tx, event, &ended, now).await?;
    let entries = captures::note(app, &mut tx, &around, &noted).await?;
    if !entries.is_empty() {
        feed::store::append(&mut tx, event, &entries).await?;
    }
    tx.commit(&app.hub).await?;
    Ok(())
}

/// Whether the attendee is on the list.
pub async fn is_listed(app: &App, scope: &AttendeeScope) -> Result<bool, Problem> {
    let mut tx = app.read().await?;
    let is_listed = store::is_listed(&mut tx, scope).await?;
    tx.done().await?;
    Ok(is_listed)
}

/// Puts the attendee on the list of those whom others may ask, or takes them off it.
pub async fn set_listed(app: &App, scope: &AttendeeScope, is_listed: bool) -> Result<(), Problem> {
    let mut tx = app.write().await?;
    store::set_listed(&mut tx, scope, is_listed, app.now()).await?;
    tx.commit(&app.hub).await?;
    Ok(())
}
