//! Requests for meetings, and what becomes of them: accepted, declined, moved by a counter-proposal,
//! cancelled, expired, or one side did not come.

use super::letters;
use super::place_store;
use super::places::{FreeSlot, Wanted};
use super::proposals::{Proposal, checked, checked_message, may_meet, not_declined, take};
use super::store::{self, MeetingRow, Narrowed, NewMeeting, Shown};
use super::view::MeetingRules;
use super::{Side, Status, cell_store};
use crate::access::{AttendeeScope, ExhibitorScope, MeetingAdminScope, MeetingScope, Stand};
use crate::app::App;
use crate::captures::{self, Noted, Surroundings, What};
use crate::feed::{self, EntryKind, NewEntry};
use crate::mail::MeetingChange;
use crate::paging::{Page, PageParams};
use crate::problem::Problem;
use crate::storage::{StorageError, Tx};
use mobile_core::ids::{AccountId, CaptureId, EventId, ExhibitorId, MeetingId, RegistrationId, TeamMemberId};
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;

const HOUR: i64 = 3_600_000_000;
const DAY: i64 = 24 * HOUR;

/// The proof that somebody may act for one side of meetings.
#[derive(Debug, Clone, Copy)]
pub struct Party {
    event: EventId,
    side: Side,
    exhibitor: Option<ExhibitorId>,
    registration: Option<RegistrationId>,
    /// Only the meetings of this contact.
    member: Option<TeamMemberId>,
    account: Option<AccountId>,
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

    /// The meetings that this side sees.
    fn shown(&self) -> Shown {
        Shown { event: self.event, exhibitor: self.exhibitor, registration: self.registration, member: self.member }
    }
}

impl Party {
    /// The exhibitor's team, whichever of the two scopes below proves it.
    fn team(scope: &ExhibitorScope) -> Self {
        Self {
            event: scope.event(),
            side: Side::Exhibitor,
            exhibitor: Some(scope.exhibitor()),
            registration: None,
            member: None,
            account: scope.account(),
        }
    }
}

impl From<&MeetingScope> for Party {
    fn from(scope: &MeetingScope) -> Self {
        Self::team(scope)
    }
}

impl From<&MeetingAdminScope> for Party {
    fn from(scope: &MeetingAdminScope) -> Self {
        Self::team(scope)
    }
}

impl From<&AttendeeScope> for Party {
    fn from(scope: &AttendeeScope) -> Self {
        let registration = Some(scope.registration());
        Self { event: scope.event(), side: Side::Attendee, exhibitor: None, registration, member: None, account: None }
    }
}

impl From<&Stand> for Party {
    /// A commercial contact acts for the exhibitor in the meetings that are theirs.
    fn from(stand: &Stand) -> Self {
        Self {
            event: stand.event(),
            side: Side::Exhibitor,
            exhibitor: Some(stand.exhibitor()),
            registration: None,
            member: Some(stand.member()),
            account: None,
        }
    }
}

/// What one side does with a request.
#[derive(Debug, Clone)]
pub enum Act {
    /// Agrees.
    Accept,
    /// Does not want it.
    Decline,
    /// Calls it off.
    Cancel,
    /// Says that the other side did not come.
    NoShow,
    /// Proposes another time or place.
    Move(Proposal),
}

/// Asks for a meeting.
///
/// # Errors
/// `slot_taken` with the nearest free slots, `too_many_requests` past the day's limit, `no_messages` where the
/// other side has declined two requests, `not_found` for
/// an attendee that this exhibitor may not see.
pub async fn ask(
    app: &App,
    party: &Party,
    (exhibitor, registration): (ExhibitorId, RegistrationId),
    proposal: &Proposal,
    message: Option<&str>,
) -> Result<MeetingRow, Problem> {
    let around = Surroundings::load(app, party.event).await?;
    expire(app, party.event).await?;
    let now = app.now();
    let message = checked_message(message)?;
    let mut tx = app.write().await?;
    tx.reads_badges(party.event).await?;
    may_meet(&mut tx, party, &around.info, (exhibitor, registration)).await?;
    let MeetingRules { request_hours: hours, daily_requests: daily, .. } = store::rules(&mut tx, party.event).await?;
    if store::asked_since(&mut tx, &party.shown(), party.side, now.plus_micros(-DAY)).await? >= daily {
        let detail = format!("{daily} requests a day may be made. Wait for answers, or ask again tomorrow.");
        return Err(Problem::new(Reason::TooManyRequests, detail).retry_after(3600));
    }
    not_declined(&mut tx, party, (exhibitor, registration)).await?;
    let agreed = checked(&mut tx, &around.info, exhibitor, proposal, None, now).await?;
    let id: MeetingId = app.new_id();
    let new = NewMeeting {
        id,
        exhibitor,
        registration,
        member: agreed.member,
        location: agreed.location,
        times: agreed.times,
        asked_by: party.side,
        message: message.as_deref(),
        expires_at: agreed.times.0.min(now.plus_micros(hours * HOUR)),
        account: party.account,
        now,
    };
    store::insert(&mut tx, party.event, &new).await?;
    let row = find(&mut tx, party, id).await?;
    let tx = take(app, tx, &row, &row.resources()).await?;
    // Whoever asks to meet an exhibitor has told it who they are.
    let met = party.side == Side::Attendee;
    let told = Some((party.side, MeetingChange::Asked));
    finish(app, tx, &around, &row, (met, told)).await?;
    Ok(row)
}

/// Tells the other side by mail, live views, and the exhibitor of its lead; then commits.
async fn finish(
    app: &App,
    mut tx: Tx,
    around: &Surroundings,
    row: &MeetingRow,
    (is_met, told): (bool, Option<(Side, MeetingChange)>),
) -> Result<(), StorageError> {
    if let Some(told) = told {
        letters::tell(app, &mut tx, &around.info, row, told).await?;
    }
    let mut entries = vec![entry(row.exhibitor_id, row.id, app.now())];
    if is_met {
        let noted = Noted {
            exhibitor: row.exhibitor_id,
            registration: row.registration_id,
            id: CaptureId(row.id.0),
            at: app.now(),
            what: What::Met(row.id),
        };
        entries.extend(captures::note(app, &mut tx, around, &[noted]).await?);
    }
    feed::store::append(&mut tx, row.event_id, &entries).await?;
    tx.commit(&app.hub).await
}

/// What live views are told of a meeting.
pub(super) fn entry(exhibitor: ExhibitorId, meeting: MeetingId, now: Timestamp) -> NewEntry {
    NewEntry::of_other(EntryKind::Meeting, exhibitor.into(), meeting.0, now)
}

async fn find(tx: &mut Tx, party: &Party, id: MeetingId) -> Result<MeetingRow, Problem> {
    let narrowed = Narrowed { id: Some(id), ..Narrowed::default() };
    store::list(tx, &party.shown(), narrowed, 1).await?.pop().ok_or_else(Problem::not_found)
}

/// Does something with a meeting. `version` is the one that was read.
///
/// # Errors
/// `used_up` when it is not this side's turn any more, `slot_taken` with the nearest free slots when a
/// calendar filled up meanwhile.
pub async fn act(
    app: &App,
    party: &Party,
    id: MeetingId,
    version: Option<i64>,
    act: &Act,
    more: (Option<TeamMemberId>, Option<&str>),
) -> Result<MeetingRow, Problem> {
    // Two that move onto each other's times may wait for each other; PostgreSQL then lets one try again.
    for _ in 0..2 {
        match act_once(app, party, id, version, act, more).await {
            Err(problem) if problem.reason() == Reason::Unavailable => {}
            done => return done,
        }
    }
    act_once(app, party, id, version, act, more).await
}

async fn act_once(
    app: &App,
    party: &Party,
    id: MeetingId,
    version: Option<i64>,
    act: &Act,
    (member, message): (Option<TeamMemberId>, Option<&str>),
) -> Result<MeetingRow, Problem> {
    let around = Surroundings::load(app, party.event).await?;
    expire(app, party.event).await?;
    let now = app.now();
    let message = checked_message(message)?;
    let mut tx = app.write().await?;
    tx.reads_badges(party.event).await?;
    store::lock(&mut tx, party.event, id).await?;
    let known = find(&mut tx, party, id).await?;
    Problem::unless_current(known.version, version)?;
    let mut row = MeetingRow { updated_at: now, answer: message.or_else(|| known.answer.clone()), ..known.clone() };
    let mine = known.status == Status::Pending && known.awaits == Some(party.side);
    if member.is_some() && party.side == Side::Exhibitor {
        row.member_id = member;
    }
    match act {
        Act::Accept if mine => {
            row.status = Status::Accepted;
            row.answered_at = Some(now);
        }
        Act::Decline if mine => {
            row.status = Status::Declined;
            row.answered_at = Some(now);
            row.ended_by = Some(party.side);
        }
        Act::Cancel if known.status.is_open() => {
            row.status = Status::Cancelled;
            row.ended_by = Some(party.side);
        }
        Act::NoShow if known.status == Status::Accepted && known.starts_at <= now => {
            row.status = Status::NoShow;
            row.ended_by = Some(party.side);
        }
        Act::Move(proposal) if known.status.is_open() && known.starts_at > now => {
            let proposal = Proposal { member: proposal.member.or(row.member_id), ..proposal.clone() };
            let agreed = checked(&mut tx, &around.info, known.exhibitor_id, &proposal, Some(&known), now).await?;
            let hours = store::rules(&mut tx, party.event).await?.request_hours;
            (row.starts_at, row.ends_at) = agreed.times;
            (row.location_id, row.member_id) = (agreed.location, agreed.member);
            row.status = Status::Pending;
            row.awaits = Some(party.side.other());
            row.expires_at = Some(row.starts_at.min(now.plus_micros(hours * HOUR)));
        }
        _ => return Err(too_late(&known, party.side)),
    }
    if row.status != Status::Pending {
        (row.awaits, row.expires_at) = (None, None);
    }
    if let Some(contact) = row.member_id.filter(|_| row.member_id != known.member_id)
        && !place_store::has_member(&mut tx, party.event, Some(known.exhibitor_id), contact).await?
    {
        return Err(Problem::field("/member_id", "is nobody of this exhibitor's team"));
    }
    row.sequence += 1;
    cell_store::free(&mut tx, party.event, id).await?;
    store::update(&mut tx, party.event, &row).await?;
    if row.status.is_open() {
        tx = take(app, tx, &row, &row.resources()).await?;
    }
    let row = find(&mut tx, party, id).await?;
    let is_met = row.status == Status::Accepted;
    let told = letters::change(act).map(|change| (party.side, change));
    finish(app, tx, &around, &row, (is_met, told)).await?;
    Ok(row)
}

fn too_late(row: &MeetingRow, side: Side) -> Problem {
    let detail = match row.status {
        Status::Pending if row.awaits == Some(side.other()) => "It is the other side's turn to answer.".to_owned(),
        Status::Pending => "This cannot be done before the meeting is agreed on and has begun.".to_owned(),
        Status::Accepted => "The meeting was agreed on; it can be moved before it begins, or cancelled.".to_owned(),
        status => format!("The meeting is {}: nothing more can be done with it.", status.as_str().replace('_', " ")),
    };
    Problem::new(Reason::UsedUp, detail)
}

/// Ends requests that nobody answered in time, and gives their times back.
pub async fn expire(app: &App, event: EventId) -> Result<(), StorageError> {
    let now = app.now();
    let mut tx = app.read().await?;
    let overdue = store::overdue(&mut tx, event, now).await?;
    tx.done().await?;
    if overdue.is_empty() {
        return Ok(());
    }
    let info = app.events.info(app, event).await?;
    let mut tx = app.write().await?;
    let waiting = store::by_ids(&mut tx, event, &overdue).await?;
    let mut ended = Vec::new();
    for id in overdue {
        if store::expire(&mut tx, event, id, now).await? {
            ended.push(id);
        }
    }
    let rows = store::by_ids(&mut tx, event, &ended).await?;
    for row in &rows {
        // Who waited is told that the other did not answer.
        let silent = waiting.iter().find(|known| known.id == row.id).and_then(|known| known.awaits);
        let silent = silent.unwrap_or(row.asked_by.other());
        letters::tell(app, &mut tx, &info, row, (silent, MeetingChange::Expired)).await?;
    }
    let entries: Vec<NewEntry> = rows.iter().map(|row| entry(row.exhibitor_id, row.id, now)).collect();
    if !entries.is_empty() {
        feed::store::append(&mut tx, event, &entries).await?;
    }
    tx.commit(&app.hub).await
}

/// The meetings of one side, in the order of their times.
pub async fn list(
    app: &App,
    party: &Party,
    (asked_by, status): (Option<Side>, Option<Status>),
    page: &PageParams,
) -> Result<Page<MeetingRow>, Problem> {
    let (limit, after) = (page.limit()?, page.after::<(Timestamp, MeetingId)>()?);
    expire(app, party.event).await?;
    let mut tx = app.read().await?;
    let seq = feed::store::head(&mut tx, party.event).await?;
    let narrowed = Narrowed { id: None, asked_by, status, after };
    let rows = store::list(&mut tx, &party.shown(), narrowed, limit + 1).await?;
    tx.done().await?;
    Ok(Page::of(rows, limit, seq, |row| (row.starts_at, row.id)))
}

/// One meeting of this side.
pub async fn get(app: &App, party: &Party, id: MeetingId) -> Result<MeetingRow, Problem> {
    expire(app, party.event).await?;
    let mut tx = app.read().await?;
    let row = find(&mut tx, party, id).await?;
    tx.done().await?;
    Ok(row)
}

/// Slots that are free on both sides, the nearest to a time first.
pub async fn free(app: &App, party: &Party, wanted: Wanted, limit: usize) -> Result<Vec<FreeSlot>, Problem> {
    expire(app, party.event).await?;
    let mut tx = app.read().await?;
    let free = place_store::free(&mut tx, party.event, &wanted, limit as i64).await?;
    tx.done().await?;
    Ok(free)
}
