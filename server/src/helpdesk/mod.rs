//! The help desk: one search for everything that somebody at the counter may name, and the few deeds
//! that put right what went wrong at a fair.
//!
//! What belongs to a slice (correcting a person, a new badge, inviting again, pairing) is that
//! slice's; here is only what touches several. Each deed is previewed with the number of leads that
//! it changes, is in the audit log, and can be taken back for a day.

pub mod api;
mod deeds_api;
pub mod merge;
mod moved;
pub mod moves;
pub mod page;
pub mod quarantine;
mod quarantine_api;
pub mod reopen;
pub mod rescued;
pub mod search;
pub mod store;
pub mod swap;
pub mod unmatched;

use crate::access::{Capability, DeskScope};
use crate::app::App;
use crate::audit;
use crate::feed::{self, NewEntry};
use crate::paging::{Page, PageParams};
use crate::problem::Problem;
use crate::sessions::merging::Kept;
use crate::storage::{StorageError, Tx};
use mobile_core::ids::{BadgeId, CaptureId, ConversationId, EventId, ExhibitorId, MeetingId, TeamMemberId};
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqlx::types::Json;
pub use store::ActionRow;
use uuid::Uuid;

/// For how long a deed can be taken back.
pub const UNDO_MICROS: i64 = 24 * 3600 * 1_000_000;

/// What the desk did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type, Serialize, utoipa::ToSchema)]
#[sqlx(type_name = "TEXT", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Two registrations became one.
    Merge,
    /// A code that nobody knew got its person.
    Assign,
    /// A device's scans went to another exhibitor.
    Move,
    /// A capture that lay aside was taken in.
    Release,
    /// A capture that lay aside was put away.
    Discard,
    /// An exhibitor's leads were opened again.
    Reopen,
    /// Two people got each other's badges.
    Swap,
    /// A phone's rescue file was taken in.
    Rescue,
}

impl Kind {
    /// What whoever takes it back must be allowed to do.
    const fn capability(self) -> Capability {
        match self {
            Self::Merge | Self::Assign | Self::Swap | Self::Rescue => Capability::Register,
            Self::Move | Self::Reopen => Capability::EventManage,
            Self::Release | Self::Discard => Capability::RejectedRead,
        }
    }
}

/// What went from one registration to another.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Carried {
    /// Badges.
    pub badges: Vec<BadgeId>,
    /// Times in which a badge stood for the person before it was assigned to somebody else.
    pub holdings: Vec<Uuid>,
    /// Places in teams.
    pub members: Vec<TeamMemberId>,
    /// Meetings.
    pub meetings: Vec<MeetingId>,
    /// Conversations with exhibitors that the one who stayed had none with.
    #[serde(default)]
    pub conversations: Vec<ConversationId>,
    /// Personal links, by the hash of their secret.
    pub links: Vec<String>,
    /// The sign-ups of the one who went, and those of the one who stayed for the same sessions, as they were.
    pub signups: (Vec<Kept>, Vec<Kept>),
}

/// A deed to be remembered with what taking it back needs.
struct Deed<'a, U> {
    id: Uuid,
    kind: Kind,
    /// The audit log's name for it.
    action: audit::Action,
    exhibitor: Option<ExhibitorId>,
    subject: Uuid,
    leads: u64,
    undo: &'a U,
}

/// Who does it, and at which event.
#[derive(Debug, Clone, Copy)]
struct Doer {
    event: EventId,
    account: Option<mobile_core::ids::AccountId>,
}

/// Remembers a deed, in the desk's list and in the audit log; before the feed's entries.
async fn remember<U: Serialize>(app: &App, tx: &mut Tx, doer: Doer, deed: Deed<'_, U>) -> Result<(), StorageError> {
    let row = ActionRow {
        id: deed.id,
        kind: deed.kind,
        account_id: doer.account,
        exhibitor_id: deed.exhibitor,
        subject_id: deed.subject,
        leads: deed.leads as i64,
        undo: Json(serde_json::to_value(deed.undo).unwrap_or_default()),
        created_at: app.now(),
        undone_at: None,
    };
    store::put_action(tx, doer.event, &row).await?;
    note(app, tx, doer, deed.action, &row, json!({"leads": deed.leads})).await
}

async fn note(
    app: &App,
    tx: &mut Tx,
    doer: Doer,
    action: audit::Action,
    row: &ActionRow,
    detail: serde_json::Value,
) -> Result<(), StorageError> {
    let entry = audit::NewEntry::new(action, doer.account, Some(row.subject_id)).with(detail);
    let entry = row.exhibitor_id.map_or(entry.clone(), |exhibitor| entry.at(exhibitor));
    audit::append(app, tx, doer.event, &entry).await
}

/// Appends what the spaces are told, if anything; the last write before the commit.
async fn tell(tx: &mut Tx, event: EventId, entries: &[NewEntry]) -> Result<(), StorageError> {
    if !entries.is_empty() {
        feed::store::append(tx, event, entries).await?;
    }
    Ok(())
}

/// What the desk did, newest first.
pub async fn actions(app: &App, scope: &DeskScope, page: &PageParams) -> Result<Page<ActionRow>, Problem> {
    let (limit, before) = (page.limit()?, page.after::<(Timestamp, Uuid)>()?);
    let mut tx = app.read().await?;
    let seq = feed::store::head(&mut tx, scope.event()).await?;
    let rows = store::actions(&mut tx, scope, before, limit + 1).await?;
    tx.done().await?;
    Ok(Page::of(rows, limit, seq, |row| (row.created_at, row.id)))
}

/// Whether a deed can still be taken back.
pub fn is_undoable(row: &ActionRow, now: Timestamp) -> bool {
    row.undone_at.is_none() && now.micros_since(row.created_at) < UNDO_MICROS
}

/// Takes a deed back.
///
/// # Errors
/// `used_up` after a day, when it was taken back already, or when something else builds on it.
pub async fn undo(app: &App, scope: &DeskScope, id: Uuid) -> Result<ActionRow, Problem> {
    // Before the transaction, which then needs no second connection.
    let around = crate::captures::Surroundings::load(app, scope.event()).await?;
    let mut tx = app.write().await?;
    tx.changes_badges(scope.event()).await?;
    let mut row = store::action(&mut tx, scope, id).await?.ok_or_else(Problem::not_found)?;
    if !scope.role().may(row.kind.capability()) {
        return Err(Problem::new(Reason::Forbidden, "Your role does not include this. Ask a manager of the event."));
    }
    if row.undone_at.is_some() {
        return Err(Problem::new(Reason::UsedUp, "This was taken back already."));
    }
    if !is_undoable(&row, app.now()) {
        return Err(Problem::new(Reason::UsedUp, "This can be taken back for 24 hours, which are over."));
    }
    row.undone_at = Some(app.now());
    store::put_action(&mut tx, scope.event(), &row).await?;
    let doer = Doer { event: scope.event(), account: Some(scope.account()) };
    if matches!(row.kind, Kind::Reopen | Kind::Swap) {
        return undo_rights(app, tx, scope, row).await;
    }
    let entries = match row.kind {
        Kind::Merge => merge::undo(app, &mut tx, scope, &around, &row).await?,
        Kind::Assign => unmatched::undo(app, &mut tx, scope, &read(&row)?).await?,
        Kind::Move => moved::undo(app, &mut tx, &around, row.clone()).await?,
        Kind::Release | Kind::Discard => quarantine::undo(app, &mut tx, &around, row.subject_id, &read(&row)?).await?,
        Kind::Rescue => rescued::undo(app, &mut tx, (scope, &around), row.clone()).await?,
        Kind::Reopen | Kind::Swap => Vec::new(),
    };
    note(app, &mut tx, doer, audit::Action::DeskActionUndone, &row, json!({"kind": row.kind})).await?;
    tell(&mut tx, scope.event(), &entries).await?;
    tx.commit(&app.hub).await?;
    Ok(row)
}

/// Takes back what tells its spaces by itself.
async fn undo_rights(app: &App, mut tx: Tx, scope: &DeskScope, row: ActionRow) -> Result<ActionRow, Problem> {
    let event = scope.event();
    let doer = Doer { event, account: Some(scope.account()) };
    note(app, &mut tx, doer, audit::Action::DeskActionUndone, &row, json!({"kind": row.kind})).await?;
    if row.kind == Kind::Swap {
        swap::undo(app, &mut tx, scope, &read(&row)?).await?;
        tx.commit(&app.hub).await?;
    } else {
        reopen::undo(&mut tx, event, &read(&row)?).await?;
        crate::rights::commit(app, tx, event, ExhibitorId(row.subject_id).into(), row.subject_id).await?;
    }
    Ok(row)
}

fn read<U: DeserializeOwned>(row: &ActionRow) -> Result<U, StorageError> {
    serde_json::from_value(row.undo.0.clone())
        .map_err(|_| StorageError::Corrupt(format!("what undoing {} needs cannot be read", row.id)))
}

/// Something that has changed since, so that taking it back would do harm.
fn built_upon() -> Problem {
    Problem::new(Reason::UsedUp, "Something else was done with it since; take that back first.")
}

/// What takes back a capture that the desk had taken in.
fn annulment(app: &App, capture: CaptureId) -> Value {
    json!({"id": app.new_id::<CaptureId>(), "kind": "annul", "annuls": capture, "captured_at": app.now(),
        "reason": "taken back by the help desk"})
}

/// The bytes of hexadecimal digits.
fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    digits.chunks(2).map(|pair| Some((digit(pair[0])? << 4) | digit(pair[1])?)).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_hash_comes_back_from_its_digits() {
        let hash = [0x00, 0x7f, 0xa5, 0xff];
        assert_eq!(super::unhex(&crate::audit::hex(&hash)).as_deref(), Some(&hash[..]));
        assert_eq!(super::unhex("0"), None);
        assert_eq!(super::unhex("zz"), None);
    }
}
