//! What each side sees of a conversation.
//!
//! The attendee shows to the exhibitor as a lead where they shared their details or are one anyway, else
//! as on the contact list, else by category alone.

use super::message_store::MessageRow;
use super::store::ConversationRow;
use super::{Party, Sharing, member_store};
use crate::access::{Capability, MessageScope};
use crate::app::App;
use crate::consent::{self, OwnWords};
use crate::contacts;
use crate::events::cache::Names;
use crate::leads::store::LeadRow;
use crate::leads::{self, view};
use crate::meetings::Side;
use crate::problem::Problem;
use crate::storage::{StorageError, Tx};
use mobile_core::capture::Contact;
use mobile_core::ids::{ConversationId, ExhibitorId, LeadId, RegistrationId, TeamMemberId};
use mobile_core::time::Timestamp;
use mobile_core::wire::lead::ConsentState;
use serde::Serialize;

/// What holds of a conversation's contact details now: the attendee may have said so elsewhere, to this
/// exhibitor or to all, after they said it here.
pub(super) async fn sharing(tx: &mut Tx, row: &ConversationRow) -> Result<Sharing, StorageError> {
    let words = consent::own_words(tx, row.event_id, &[row.registration_id]).await?;
    Ok(in_force(row, &words))
}

fn in_force(row: &ConversationRow, words: &OwnWords) -> Sharing {
    let word = words.of(row.registration_id, row.exhibitor_id.into()).map(|(state, _)| state);
    match (row.sharing, word) {
        (Sharing::Granted, Some(ConsentState::Withdrawn | ConsentState::Erased)) => Sharing::Withdrawn,
        (Sharing::Withdrawn, Some(ConsentState::Granted)) => Sharing::Granted,
        (said, _) => said,
    }
}

/// Somebody of the team who is in a conversation.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct MemberView {
    /// Who.
    pub id: TeamMemberId,
    /// First and last name.
    pub name: String,
}

/// A conversation as its exhibitor sees it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ConversationView {
    /// The conversation.
    pub id: ConversationId,
    /// The attendee.
    pub registration_id: RegistrationId,
    /// The attendee's category.
    pub category: String,
    /// The attendee, as far as this reader may see them; null where nothing is disclosed.
    pub contact: Option<Contact>,
    /// The lead that the attendee is, where this reader sees it.
    pub lead_id: Option<LeadId>,
    /// Who wrote first.
    pub begun_by: Side,
    /// Whether the attendee shares their contact details.
    pub sharing: Sharing,
    /// When they were last asked for.
    pub asked_at: Option<Timestamp>,
    /// When the attendee last answered.
    pub answered_at: Option<Timestamp>,
    /// Who of the team is in it.
    pub members: Vec<MemberView>,
    /// Messages in it.
    pub message_count: i64,
    /// When the newest was written.
    pub last_message_at: Option<Timestamp>,
    /// By which side.
    pub last_side: Option<Side>,
    /// The attendee's messages that the reader, if in it, has not read.
    pub unread: i64,
    /// Whether this exhibitor blocked the attendee.
    pub is_blocked: bool,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Rises with every change.
    pub version: i64,
}

/// A conversation as its attendee sees it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct AttendeeConversationView {
    /// The conversation.
    pub id: ConversationId,
    /// The exhibitor.
    pub exhibitor_id: ExhibitorId,
    /// Its name.
    pub exhibitor: String,
    /// Who of the exhibitor reads it.
    pub members: Vec<MemberView>,
    /// Who wrote first.
    pub begun_by: Side,
    /// Whether the attendee shares their contact details.
    pub sharing: Sharing,
    /// Messages in it.
    pub message_count: i64,
    /// When the newest was written.
    pub last_message_at: Option<Timestamp>,
    /// By which side.
    pub last_side: Option<Side>,
    /// The exhibitor's messages that the attendee has not read.
    pub unread: i64,
    /// Whether the attendee blocked the exhibitor.
    pub is_blocked: bool,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Rises with every change.
    pub version: i64,
}

/// A message.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct MessageView {
    /// Its number in the conversation, from 1.
    pub number: i64,
    /// Which side wrote it.
    pub side: Side,
    /// Who of the team wrote it.
    pub member: Option<MemberView>,
    /// What was written: plain text, never markup.
    pub text: String,
    /// When.
    pub created_at: Timestamp,
}

fn named(names: &Names, id: TeamMemberId) -> MemberView {
    MemberView { id, name: names.member(id).unwrap_or_default() }
}

/// Messages with the names of their authors.
pub async fn messages(app: &App, party: &Party, rows: Vec<MessageRow>) -> Result<Vec<MessageView>, Problem> {
    let names = app.events.names(app, party.event()).await?;
    let shown = rows.into_iter().map(|row| MessageView {
        member: row.member_id.map(|id| named(&names, id)),
        number: row.number,
        side: row.side,
        text: row.text,
        created_at: row.created_at,
    });
    Ok(shown.collect())
}

/// Conversations as the attendee sees them.
pub async fn to_attendee(
    app: &App,
    party: &Party,
    rows: Vec<ConversationRow>,
) -> Result<Vec<AttendeeConversationView>, Problem> {
    let names = app.events.names(app, party.event()).await?;
    let ids: Vec<ConversationId> = rows.iter().map(|row| row.id).collect();
    let people: Vec<RegistrationId> = rows.first().map(|row| row.registration_id).into_iter().collect();
    let mut tx = app.read().await?;
    let members = member_store::members(&mut tx, party.event(), &ids).await?;
    let words = consent::own_words(&mut tx, party.event(), &people).await?;
    tx.done().await?;
    let shown = rows.into_iter().map(|row| AttendeeConversationView {
        members: members
            .iter()
            .filter(|one| one.conversation_id == row.id)
            .map(|one| named(&names, one.member_id))
            .collect(),
        sharing: in_force(&row, &words),
        is_blocked: row.blocked_by_attendee_at.is_some(),
        id: row.id,
        exhibitor_id: row.exhibitor_id,
        exhibitor: row.exhibitor,
        begun_by: row.begun_by,
        message_count: row.message_count,
        last_message_at: row.last_message_at,
        last_side: row.last_side,
        unread: row.unread,
        updated_at: row.updated_at,
        version: row.version,
    });
    Ok(shown.collect())
}

/// Conversations as somebody of the exhibitor's team sees them.
pub async fn to_exhibitor(
    app: &App,
    scope: &MessageScope,
    rows: Vec<ConversationRow>,
) -> Result<Vec<ConversationView>, Problem> {
    let (event, space) = (scope.event(), scope.space());
    let names = app.events.names(app, event).await?;
    let info = app.events.info(app, event).await?;
    let ids: Vec<ConversationId> = rows.iter().map(|row| row.id).collect();
    let people: Vec<RegistrationId> = rows.iter().map(|row| row.registration_id).collect();
    let keys: Vec<_> = people.iter().map(|person| (space, *person)).collect();
    let mut tx = app.read().await?;
    let members = member_store::members(&mut tx, event, &ids).await?;
    let words = consent::own_words(&mut tx, event, &people).await?;
    let leads = leads::store::find_by(&mut tx, event, &keys, false).await?;
    tx.done().await?;
    let listed = match scope.listing() {
        Some(listing) => contacts::of(app, &listing, &people).await?,
        None => Vec::new(),
    };
    let shown = rows.into_iter().map(|row| {
        let sharing = in_force(&row, &words);
        let lead = leads.iter().find(|lead| lead.registration_id == Some(row.registration_id) && !lead.is_hidden);
        // Who shared their details here did so with everybody who is in the conversation.
        let seen = lead.filter(|lead| sharing == Sharing::Granted || is_visible(lead, scope));
        let rendered = seen.map(|lead| view::render(lead, &info, &names));
        let is_open = rendered
            .as_ref()
            .is_none_or(|lead| !matches!(lead.consent, ConsentState::Withdrawn | ConsentState::Erased));
        let on_list = listed.iter().find(|person| person.id == row.registration_id).filter(|_| is_open);
        let contact = rendered.as_ref().and_then(|lead| lead.registration.as_ref()).map(|known| known.contact.clone());
        ConversationView {
            members: members
                .iter()
                .filter(|one| one.conversation_id == row.id)
                .map(|one| named(&names, one.member_id))
                .collect(),
            contact: contact.or_else(|| on_list.map(|person| person.contact.clone())),
            lead_id: lead.filter(|lead| is_visible(lead, scope)).map(|lead| lead.id),
            sharing,
            is_blocked: row.blocked_by_exhibitor_at.is_some(),
            id: row.id,
            registration_id: row.registration_id,
            category: row.category,
            begun_by: row.begun_by,
            asked_at: row.asked_at,
            answered_at: row.answered_at,
            message_count: row.message_count,
            last_message_at: row.last_message_at,
            last_side: row.last_side,
            unread: row.unread,
            updated_at: row.updated_at,
            version: row.version,
        }
    });
    Ok(shown.collect())
}

/// One conversation as somebody of the exhibitor's team sees it.
pub async fn one_to_exhibitor(
    app: &App,
    scope: &MessageScope,
    row: ConversationRow,
) -> Result<ConversationView, Problem> {
    to_exhibitor(app, scope, vec![row]).await?.pop().ok_or_else(Problem::not_found)
}

/// One conversation as the attendee sees it.
pub async fn one_to_attendee(
    app: &App,
    party: &Party,
    row: ConversationRow,
) -> Result<AttendeeConversationView, Problem> {
    to_attendee(app, party, vec![row]).await?.pop().ok_or_else(Problem::not_found)
}

fn is_visible(lead: &LeadRow, scope: &MessageScope) -> bool {
    scope.may(Capability::LeadRead) && view::is_visible(lead, scope.sees())
}
