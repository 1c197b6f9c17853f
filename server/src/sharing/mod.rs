//! Contact sharing and messaging: what an exhibitor and an attendee write to each other, and whether
//! the attendee shares their contact details there.
//!
//! There is one conversation between an exhibitor and an attendee ([`store`]). Either side begins it and
//! writes within limits ([`talk`]); details appear to the exhibitor only by the attendee's own word, which
//! goes through the consent ledger and makes a lead ([`agree`]). Who of the team is in a conversation is
//! in [`members`]; [`view`] decides what each side sees. The organiser sees how much is written, what was
//! reported and blocked, never a text ([`oversight`]); so live views, too, carry no text.

pub mod agree;
pub mod api;
pub mod attendee_api;
pub mod member_store;
pub mod members;
pub mod message_store;
pub mod news;
pub mod oversight;
pub mod oversight_api;
pub mod oversight_page;
pub mod oversight_store;
pub mod page;
mod sides;
pub mod store;
pub mod talk;
pub mod view;

use crate::access::{AttendeeScope, MessageScope};
use crate::app::App;
use crate::feed::{self, EntryKind, NewEntry};
use crate::meetings::Side;
use crate::problem::Problem;
use crate::storage::{StorageError, Tx};
use mobile_core::ids::{ConversationId, EventId, ExhibitorId, RegistrationId, TeamMemberId};
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{ConversationRow, Shown};

/// Whether the attendee shares their contact details.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "TEXT", rename_all = "snake_case")]
pub enum Sharing {
    /// Nobody asked: the attendee wrote first.
    None,
    /// The exhibitor asked, by writing first or later.
    Requested,
    /// The attendee shares them.
    Granted,
    /// The attendee does not want to.
    Refused,
    /// The attendee shared them and took that back.
    Withdrawn,
}

impl Sharing {
    /// The name in JSON and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Requested => "requested",
            Self::Granted => "granted",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// The proof that somebody may act for one side of conversations.
#[derive(Debug, Clone, Copy)]
pub struct Party {
    event: EventId,
    side: Side,
    exhibitor: Option<ExhibitorId>,
    registration: Option<RegistrationId>,
    /// Who of the team acts.
    member: Option<TeamMemberId>,
    /// Whether they see conversations that they are not in.
    sees_all: bool,
}

impl Party {
    /// The event.
    pub(super) fn event(&self) -> EventId {
        self.event
    }

    /// Which side.
    pub(super) fn side(&self) -> Side {
        self.side
    }

    /// Who of the team acts.
    pub(super) fn member(&self) -> Option<TeamMemberId> {
        self.member
    }

    /// The exhibitor or the attendee, whose messages are counted together.
    pub(super) fn sender(&self) -> uuid::Uuid {
        let exhibitor = self.exhibitor.map(|id| id.0);
        exhibitor.or(self.registration.map(|id| id.0)).unwrap_or_default()
    }

    /// The conversations that this one sees.
    pub(super) fn shown(&self) -> Shown {
        Shown {
            event: self.event,
            exhibitor: self.exhibitor,
            registration: self.registration,
            reader: self.member,
            only_of: self.member.filter(|_| !self.sees_all),
        }
    }
}

impl From<&MessageScope> for Party {
    fn from(scope: &MessageScope) -> Self {
        Self {
            event: scope.event(),
            side: Side::Exhibitor,
            exhibitor: Some(scope.exhibitor()),
            registration: None,
            member: scope.member(),
            sees_all: scope.roles().iter().any(|role| role.sees_all_leads()),
        }
    }
}

impl From<&AttendeeScope> for Party {
    fn from(scope: &AttendeeScope) -> Self {
        let registration = Some(scope.registration());
        let side = Side::Attendee;
        Self { event: scope.event(), side, exhibitor: None, registration, member: None, sees_all: true }
    }
}

/// A conversation of this side; others are not found.
pub(super) async fn find(tx: &mut Tx, party: &Party, id: ConversationId) -> Result<ConversationRow, Problem> {
    store::find(tx, &party.shown(), id).await?.ok_or_else(Problem::not_found)
}

/// The same, with others that change it waiting until this transaction ends.
pub(super) async fn hold(tx: &mut Tx, party: &Party, id: ConversationId) -> Result<ConversationRow, Problem> {
    store::lock(tx, party.event, id).await?;
    find(tx, party, id).await
}

/// What the feed says of a change: that there is one.
pub(super) fn entry(row: &ConversationRow, now: Timestamp) -> NewEntry {
    NewEntry::of_other(EntryKind::Conversation, row.exhibitor_id.into(), row.id.0, now)
}

/// Tells live views of a change and commits it.
pub(super) async fn finish(app: &App, mut tx: Tx, row: &ConversationRow) -> Result<(), StorageError> {
    feed::store::append(&mut tx, row.event_id, &[entry(row, app.now())]).await?;
    tx.commit(&app.hub).await
}

/// The refusal that does not tell a block from a refusal, nor from who never allowed messages.
pub(super) fn no_messages() -> Problem {
    let detail = "This person takes no messages from you at this event. They can still write to you.";
    Problem::new(Reason::NoMessages, detail)
}

/// Removes the conversations of an exhibitor that is deleted.
pub async fn forget_exhibitor(tx: &mut Tx, event: EventId, exhibitor: ExhibitorId) -> Result<(), StorageError> {
    store::forget_exhibitor(tx, event, exhibitor).await
}

/// Conversations that a download holds at most; nobody has as many.
const DOWNLOADED: usize = 500;
/// Messages of each.
const DOWNLOADED_MESSAGES: usize = 5_000;

/// All that an attendee wrote and was written, for them to take along.
pub async fn own(app: &App, scope: &AttendeeScope) -> Result<Vec<serde_json::Value>, Problem> {
    let party = Party::from(scope);
    let mut tx = app.read().await?;
    let rows = store::list(&mut tx, &party.shown(), None, None, DOWNLOADED).await?;
    let mut known = Vec::with_capacity(rows.len());
    for row in rows {
        let messages = message_store::messages(&mut tx, &row, None, DOWNLOADED_MESSAGES).await?;
        known.push((row, messages));
    }
    tx.done().await?;
    let told = known.into_iter().map(|(row, messages)| {
        let messages: Vec<_> =
            messages.iter().rev().map(|one| json!({"by": one.side, "at": one.created_at, "text": one.text})).collect();
        json!({"exhibitor": row.exhibitor, "begun_by": row.begun_by, "sharing": row.sharing, "messages": messages})
    });
    Ok(told.collect())
}

/// Erases what an attendee and exhibitors wrote to each other, when the attendee is erased.
pub async fn erase(tx: &mut Tx, event: EventId, registration: RegistrationId) -> Result<u64, StorageError> {
    message_store::erase(tx, event, registration).await
}
