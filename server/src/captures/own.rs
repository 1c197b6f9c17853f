//! What the server itself notes in an exhibitor's space: that somebody attended its session, that a
//! meeting was agreed on. They are captures like any other, so that the lead equals its log, and one
//! person met in three ways is one lead with three sources.

use super::group::{self, Surroundings};
use super::{Item, Job, store};
use crate::access::CaptureScope;
use crate::access::SystemScope;
use crate::app::App;
use crate::feed::NewEntry;
use crate::leads;
use crate::storage::{StorageError, Tx};
use mobile_core::ids::{
    CaptureId, ConnectionId, ConversationId, ExhibitorId, MeetingId, RegistrationId, SessionId, SpaceId,
};
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;
use serde_json::{Value, json};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// The person went into a session of the exhibitor's.
    Attended(SessionId),
    /// A meeting was agreed on, or the attendee asked for it.
    Met(MeetingId),
    /// The attendee shared their contact details in a conversation.
    Shared(ConversationId),
    /// The attendee and somebody of the team agreed to stay in touch.
    Connected(ConnectionId),
    /// What was noted under this id did not happen.
    Annulled(CaptureId),
}

/// Something to note about a registered person.
#[derive(Debug, Clone, Copy)]
pub struct Noted {
    /// In whose space.
    pub exhibitor: ExhibitorId,
    /// About whom.
    pub registration: RegistrationId,
    /// The capture's id; the same again changes nothing.
    pub id: CaptureId,
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub what: What,
}

/// Notes what happened and gives the feed entries, which the caller appends before it commits.
pub async fn note(
    app: &App,
    tx: &mut Tx,
    around: &Surroundings,
    noted: &[Noted],
) -> Result<Vec<NewEntry>, StorageError> {
    let event = around.info.id;
    let mut noted = noted.to_vec();
    // The order in which leads are locked everywhere.
    noted.sort_unstable_by_key(|one| (SpaceId::from(one.exhibitor), one.registration));
    let mut jobs: Vec<Job> = Vec::new();
    for one in noted {
        let space = SpaceId::from(one.exhibitor);
        let known = match one.what {
            What::Annulled(target) => (space, target),
            _ => (space, one.id),
        };
        let is_known = !store::kept(tx, event, &[known]).await?.is_empty();
        if is_known != matches!(one.what, What::Annulled(_)) {
            continue;
        }
        let Some(lead) = leads::of_person(app, tx, &around.info, space, one.registration).await? else { continue };
        let mut capture = json!({"id": one.id, "captured_at": one.at, "lead_id": lead});
        let (kind, field, value) = match one.what {
            What::Attended(session) => ("session_check_in", "session_id", json!(session)),
            What::Met(meeting) => ("meeting", "meeting_id", json!(meeting)),
            What::Shared(conversation) => ("contact_sharing", "conversation_id", json!(conversation)),
            What::Connected(connection) => ("networking", "connection_id", json!(connection)),
            What::Annulled(target) => ("annul", "annuls", json!(target)),
        };
        capture["kind"] = json!(kind);
        capture[field] = value;
        let scope = SystemScope::new().capturing(event, one.exhibitor);
        jobs.push(Job { is_own: true, ..Job::here(scope, vec![Item::made(&capture)], app.now()) });
    }
    if jobs.is_empty() { Ok(Vec::new()) } else { group::take_own(app, tx, &jobs, around).await }
}

/// What the server writes into the logs of spaces on somebody's behalf.
#[derive(Debug, Default)]
pub struct Written {
    /// The feed's entries, which the caller appends before it commits.
    pub entries: Vec<NewEntry>,
    /// Why some were not taken in.
    pub refused: Vec<Reason>,
}

/// Writes captures into spaces, as corrections do: each with the time that it names.
///
/// Call it after [`Tx::changes_badges`], so that no scan under way reads what is about to change.
pub async fn write(
    app: &App,
    tx: &mut Tx,
    around: &Surroundings,
    written: Vec<(CaptureScope, Vec<Value>)>,
) -> Result<Written, StorageError> {
    let now = app.now();
    let job = |(scope, captures): (CaptureScope, Vec<Value>)| Job {
        is_own: true,
        ..Job::here(scope, captures.iter().map(Item::made).collect(), now)
    };
    let jobs: Vec<Job> = written.into_iter().filter(|(_, captures)| !captures.is_empty()).map(job).collect();
    if jobs.is_empty() {
        return Ok(Written::default());
    }
    let (entries, refused) = group::take_written(app, tx, &jobs, around).await?;
    Ok(Written { entries, refused })
}
