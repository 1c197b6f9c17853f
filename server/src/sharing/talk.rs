//! Writing: who may write to whom, how much, and how far each has read.

use super::message_store::{self, MessageRow, NewMessage};
use super::store::{self, ConversationRow};
use super::{Party, Sharing, entry, find, finish, hold, member_store, members, no_messages};
use crate::app::App;
use crate::consent;
use crate::contacts;
use crate::events::cache::EventInfo;
use crate::feed;
use crate::meetings::Side;
use crate::packages::{self, Entitlement};
use crate::paging::{Page, PageParams};
use crate::problem::Problem;
use crate::registrations;
use crate::storage::Tx;
use mobile_core::ids::{ConversationId, EventId, ExhibitorId, RegistrationId};
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;
use mobile_core::wire::lead::ConsentState;

/// Characters of a message at most.
pub const MOST_TEXT: usize = 4_000;
/// Where the ledger says that something was said.
pub(super) const CHANNEL: &str = "conversation";
const DAY: i64 = 24 * 3_600_000_000;

/// Limits that stop spam, where the event sets no others.
#[derive(Debug, Clone, Copy, sqlx::FromRow)]
pub struct Rules {
    /// People whom an exhibitor may ask, or exhibitors whom an attendee may begin to write to, in 24 hours.
    pub daily_requests: i64,
    /// Messages that either may write in 24 hours.
    pub daily_messages: i64,
    /// Messages that an exhibitor may write to somebody who has not written back.
    pub unanswered_messages: i64,
}

impl Default for Rules {
    fn default() -> Self {
        Self { daily_requests: 50, daily_messages: 500, unanswered_messages: 3 }
    }
}

/// What was written, trimmed; it is shown as text wherever it is shown.
fn checked(text: &str) -> Result<String, Problem> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err(Problem::field("/text", "must not be empty")),
        count if count > MOST_TEXT => {
            let detail = format!("must have at most {MOST_TEXT} characters; this has {count}. Write several messages");
            Err(Problem::field("/text", detail))
        }
        _ => Ok(text.replace('\0', "\u{FFFD}")),
    }
}

fn too_many(detail: String) -> Problem {
    Problem::new(Reason::TooManyRequests, detail).retry_after(3600)
}

/// Writes to somebody, which begins the conversation where there is none. An exhibitor that writes first
/// asks for contact details by it.
///
/// # Errors
/// `no_messages` for somebody who refused, blocked or withdrew, `too_many_requests` past a limit.
pub async fn begin(
    app: &App,
    party: &Party,
    (exhibitor, registration): (ExhibitorId, RegistrationId),
    text: &str,
) -> Result<ConversationRow, Problem> {
    let text = checked(text)?;
    let info = app.events.info(app, party.event()).await?;
    let now = app.now();
    let mut tx = app.write().await?;
    may_begin(&mut tx, party, &info, (exhibitor, registration)).await?;
    let known = store::between(&mut tx, party.event(), exhibitor, registration).await?;
    let id = match known {
        Some(id) => id,
        None => {
            let rules = store::rules(&mut tx, party.event()).await?;
            within_day(&mut tx, party, &rules, now).await?;
            let both = (exhibitor, registration);
            store::insert(&mut tx, party.event(), app.new_id(), both, party.side(), now).await?;
            // Of two who begin at once, the second writes into what the first began.
            let id = store::between(&mut tx, party.event(), exhibitor, registration).await?;
            id.ok_or_else(Problem::not_found)?
        }
    };
    let whole = Party { sees_all: true, ..*party };
    let mut row = hold(&mut tx, &whole, id).await?;
    if row.message_count > 0 && !party.sees_all && row.member_read.is_none() {
        let detail = "A colleague writes with this person already. Ask to be added to the conversation.";
        return Err(Problem::new(Reason::AlreadyExists, detail));
    }
    if row.message_count == 0 {
        if party.side() == Side::Exhibitor {
            (row.sharing, row.asked_at) = (Sharing::Requested, Some(now));
        } else {
            for admin in members::of_new(&mut tx, party.event(), exhibitor).await? {
                member_store::add_member(&mut tx, &row, admin, 0, now).await?;
            }
        }
    }
    put(app, &mut tx, party, &mut row, &text).await?;
    let row = find(&mut tx, &whole, id).await?;
    finish(app, tx, &row).await?;
    Ok(row)
}

/// Writes into a conversation.
///
/// # Errors
/// As [`begin`].
pub async fn write(app: &App, party: &Party, id: ConversationId, text: &str) -> Result<ConversationRow, Problem> {
    let text = checked(text)?;
    let mut tx = app.write().await?;
    let mut row = hold(&mut tx, party, id).await?;
    put(app, &mut tx, party, &mut row, &text).await?;
    let row = find(&mut tx, party, id).await?;
    finish(app, tx, &row).await?;
    Ok(row)
}

/// Adds a message to a conversation that is held.
async fn put(app: &App, tx: &mut Tx, party: &Party, row: &mut ConversationRow, text: &str) -> Result<(), Problem> {
    let (event, now) = (row.event_id, app.now());
    let rules = store::rules(tx, event).await?;
    may_write(tx, party, row, &rules).await?;
    if message_store::sent_since(tx, event, party.sender(), now.plus_micros(-DAY)).await? >= rules.daily_messages {
        let detail = format!("{} messages a day may be written. Go on tomorrow.", rules.daily_messages);
        return Err(too_many(detail));
    }
    row.message_count += 1;
    (row.last_message_at, row.last_side, row.updated_at) = (Some(now), Some(party.side()), now);
    let new = NewMessage {
        id: app.new_id(),
        number: row.message_count,
        side: party.side(),
        sender: party.sender(),
        member: party.member(),
        text,
        now,
    };
    message_store::add_message(tx, event, row.id, &new).await?;
    match party.side() {
        Side::Exhibitor => {
            row.unanswered += 1;
            if let Some(member) = party.member() {
                // Who writes is in the conversation, and has read it.
                member_store::add_member(tx, row, member, row.message_count, now).await?;
                member_store::member_read(tx, row, member, row.message_count).await?;
            }
        }
        Side::Attendee => {
            row.unanswered = 0;
            row.attendee_read = row.message_count;
            consent::allow_messages(app, tx, event, row.registration_id, row.exhibitor_id, CHANNEL).await?;
        }
    }
    store::update(tx, row).await?;
    Ok(())
}

/// Whether the two may come into a conversation at all. Has others of whoever begins it wait, so that a
/// day's limit holds whatever comes at once.
async fn may_begin(
    tx: &mut Tx,
    party: &Party,
    info: &EventInfo,
    (exhibitor, registration): (ExhibitorId, RegistrationId),
) -> Result<(), Problem> {
    let event = party.event();
    if party.side() == Side::Attendee {
        registrations::hold(tx, event, registration).await?;
        if !store::has_exhibitor(tx, event, exhibitor).await? {
            return Err(Problem::field("/exhibitor_id", "is no exhibitor of this event"));
        }
        let own = contacts::attendee(tx, event, registration, exhibitor).await?;
        if own.is_some_and(|own| own.team == Some(exhibitor)) {
            return Err(Problem::field("/exhibitor_id", "is your own team"));
        }
        return Ok(());
    }
    let entitlements = packages::lock_entitlements(tx, event, exhibitor).await?;
    let nobody = || Problem::field("/registration_id", "is nobody whom you can write to");
    let found = contacts::attendee(tx, event, registration, exhibitor).await?.ok_or_else(nobody)?;
    let is_listed = info.disclosure.rule(&found.category).listed && entitlements.includes(Entitlement::ContactList);
    let said = consent::own_words(tx, event, &[registration]).await?.of(registration, exhibitor.into());
    let is_withdrawn = matches!(said, Some((ConsentState::Withdrawn | ConsentState::Erased, _)));
    if !(is_listed || found.is_lead_that_agreed()) || is_withdrawn || found.team == Some(exhibitor) {
        return Err(nobody());
    }
    Ok(())
}

/// Whether this side may write into the conversation now.
async fn may_write(tx: &mut Tx, party: &Party, row: &ConversationRow, rules: &Rules) -> Result<(), Problem> {
    if row.blocked_by(party.side()).is_some() {
        let detail = "You blocked this conversation. Unblock it to write again.";
        return Err(Problem::new(Reason::NoMessages, detail));
    }
    if row.blocked_by(party.side().other()).is_some() {
        return Err(no_messages());
    }
    if party.side() == Side::Attendee {
        return Ok(());
    }
    let said = consent::message_words(tx, row.event_id, &[row.registration_id]).await?;
    let word = said.of(row.registration_id, row.exhibitor_id.into()).map(|(state, _)| state);
    let is_stopped = matches!(word, Some(ConsentState::Withdrawn | ConsentState::Erased));
    // After a refusal the attendee writes next, or nobody.
    let is_refused = row.sharing == Sharing::Refused && row.last_side != Some(Side::Attendee);
    if is_stopped || is_refused {
        return Err(no_messages());
    }
    if row.unanswered >= rules.unanswered_messages {
        let detail = format!("{} messages wait for an answer. Write again when one has come.", row.unanswered);
        return Err(too_many(detail));
    }
    Ok(())
}

/// Whether this side may ask or begin once more today.
pub(super) async fn within_day(tx: &mut Tx, party: &Party, rules: &Rules, now: Timestamp) -> Result<(), Problem> {
    if store::asked_since(tx, &party.shown(), now.plus_micros(-DAY)).await? < rules.daily_requests {
        return Ok(());
    }
    let detail =
        format!("{} people a day may be written to anew. Wait for answers, or go on tomorrow.", rules.daily_requests);
    Err(too_many(detail))
}

/// Notes that this side has read a conversation up to a message.
pub async fn read(app: &App, party: &Party, id: ConversationId, number: i64) -> Result<(), Problem> {
    let mut tx = app.write().await?;
    let row = find(&mut tx, party, id).await?;
    let number = number.clamp(0, row.message_count);
    match party.member() {
        Some(member) => member_store::member_read(&mut tx, &row, member, number).await?,
        None => store::attendee_read(&mut tx, &row, number).await?,
    }
    tx.commit(&app.hub).await?;
    Ok(())
}

/// The conversations of one side, the one that changed last first.
pub async fn list(
    app: &App,
    party: &Party,
    sharing: Option<Sharing>,
    page: &PageParams,
) -> Result<Page<ConversationRow>, Problem> {
    let (limit, after) = (page.limit()?, page.after::<(Timestamp, ConversationId)>()?);
    let mut tx = app.read().await?;
    let seq = feed::store::head(&mut tx, party.event()).await?;
    let rows = store::list(&mut tx, &party.shown(), sharing, after, limit + 1).await?;
    tx.done().await?;
    Ok(Page::of(rows, limit, seq, |row| (row.updated_at, row.id)))
}

/// One conversation.
pub async fn get(app: &App, party: &Party, id: ConversationId) -> Result<ConversationRow, Problem> {
    let mut tx = app.read().await?;
    let row = find(&mut tx, party, id).await?;
    tx.done().await?;
    Ok(row)
}

/// Messages of a conversation, the newest first; the cursor leads to older ones.
pub async fn messages(
    app: &App,
    party: &Party,
    id: ConversationId,
    page: &PageParams,
) -> Result<Page<MessageRow>, Problem> {
    let (limit, before) = (page.limit()?, page.after::<i64>()?);
    let mut tx = app.read().await?;
    let seq = feed::store::head(&mut tx, party.event()).await?;
    let row = find(&mut tx, party, id).await?;
    let rows = message_store::messages(&mut tx, &row, before, limit + 1).await?;
    tx.done().await?;
    Ok(Page::of(rows, limit, seq, |row| row.number))
}

/// The conversation that two have, for links to it; whether the reader may see it is asked there.
pub async fn between(
    app: &App,
    event: EventId,
    (exhibitor, registration): (ExhibitorId, RegistrationId),
) -> Result<Option<ConversationId>, Problem> {
    let mut tx = app.read().await?;
    let known = store::between(&mut tx, event, exhibitor, registration).await?;
    tx.done().await?;
    Ok(known)
}

/// How many conversations this side has, and messages in them that it has not read.
pub async fn unread(app: &App, party: &Party) -> Result<(i64, i64), Problem> {
    let mut tx = app.read().await?;
    let counted = store::unread(&mut tx, &party.shown()).await?;
    tx.done().await?;
    Ok(counted)
}

/// Appends what a change is told by; for changes that commit with something else.
pub(super) async fn tell(tx: &mut Tx, row: &ConversationRow, now: Timestamp) -> Result<(), Problem> {
    feed::store::append(tx, row.event_id, &[entry(row, now)]).await?;
    Ok(())
}
