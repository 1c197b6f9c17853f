//! Meetings and their cells in the database.

use super::view::MeetingRules;
use super::{Side, Status, cell_store};
use crate::storage::{StorageError, Tx, runs};
use crate::{affected, shown_contact, sql, sql_built};
use mobile_core::capture::Contact;
use mobile_core::ids::{AccountId, EventId, ExhibitorId, MeetingId, MeetingLocationId, RegistrationId, TeamMemberId};
use mobile_core::time::Timestamp;
use sqlx::types::Json;
use uuid::Uuid;

/// A meeting with the names of what it needs.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct MeetingRow {
    /// The event.
    pub event_id: EventId,
    /// The meeting.
    pub id: MeetingId,
    /// The exhibitor.
    pub exhibitor_id: ExhibitorId,
    /// Its name.
    pub exhibitor: String,
    /// The attendee.
    pub registration_id: RegistrationId,
    /// The attendee's category.
    pub category: String,
    /// What is known of the attendee, to whom mails go.
    pub contact: Json<Contact>,
    /// What exhibitors may get to see of them.
    pub shown: Json<Contact>,
    /// The commercial contact.
    pub member_id: Option<TeamMemberId>,
    /// Their first name.
    pub member_first: Option<String>,
    /// Their last name.
    pub member_last: Option<String>,
    /// Their address.
    pub member_email: Option<String>,
    /// Where.
    pub location_id: Option<MeetingLocationId>,
    /// The place's name.
    pub location: Option<String>,
    /// How to get there, or the address of an online room.
    pub address: Option<String>,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// What has become of it.
    pub status: Status,
    /// Who asked first.
    pub asked_by: Side,
    /// Who has to answer.
    pub awaits: Option<Side>,
    /// What was written with the request.
    pub message: Option<String>,
    /// What was written with the newest answer.
    pub answer: Option<String>,
    /// Rises when times, place or state change: iCalendar's SEQUENCE.
    pub sequence: i64,
    /// When the request expires.
    pub expires_at: Option<Timestamp>,
    /// Who asked, of the exhibitor's side.
    pub account_id: Option<AccountId>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it was answered.
    pub answered_at: Option<Timestamp>,
    /// Who ended it.
    pub ended_by: Option<Side>,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Rises with every change; the `ETag`.
    pub version: i64,
}

impl MeetingRow {
    /// The contact's name.
    pub fn member(&self) -> Option<String> {
        let names = [self.member_first.as_deref(), self.member_last.as_deref()];
        let name = names.into_iter().flatten().collect::<Vec<_>>().join(" ").trim().to_owned();
        Some(name).filter(|name| !name.is_empty())
    }

    /// What it takes time of while it is open: the place, and the calendars of those who agreed.
    pub fn resources(&self) -> Vec<Uuid> {
        let agreed = |side: Side| self.status == Status::Accepted || self.awaits != Some(side);
        let mut resources: Vec<Uuid> = self.location_id.map(|id| id.0).into_iter().collect();
        resources.extend(self.member_id.filter(|_| agreed(Side::Exhibitor)).map(|id| id.0));
        resources.extend(Some(self.registration_id.0).filter(|_| agreed(Side::Attendee)));
        resources.sort_unstable();
        resources
    }
}

pub(super) const COLUMNS: &str = concat!(
    "SELECT m.*, x.name AS exhibitor, r.category, r.contact, ",
    shown_contact!(),
    " AS shown, t.first_name AS member_first, t.last_name AS member_last, t.email AS member_email, l.name AS location, l.address FROM meeting m \
     JOIN exhibitor x ON x.event_id = m.event_id AND x.id = m.exhibitor_id \
     JOIN registration r ON r.event_id = m.event_id AND r.id = m.registration_id \
     LEFT JOIN team_member t ON t.event_id = m.event_id AND t.id = m.member_id \
     LEFT JOIN meeting_location l ON l.event_id = m.event_id AND l.id = m.location_id WHERE m.event_id = "
);

/// Some meetings of an event, for the feed.
pub async fn by_ids(tx: &mut Tx, event: EventId, ids: &[MeetingId]) -> Result<Vec<MeetingRow>, StorageError> {
    let mut found = Vec::new();
    for run in runs(ids) {
        let rows: Vec<MeetingRow> = sql_built!(tx, conn, query = COLUMNS => {
            query.push_bind(event).push(" AND m.id IN (");
            let mut list = query.separated(", ");
            for id in run {
                list.push_bind(*id);
            }
            list.push_unseparated(")");
        }, query.build_query_as().fetch_all(conn))?;
        found.extend(rows);
    }
    Ok(found)
}

/// Removes what an exhibitor has of meetings: requests, slots and places, and its people's links.
pub async fn forget_exhibitor(tx: &mut Tx, event: EventId, exhibitor: ExhibitorId) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query("DELETE FROM meeting WHERE event_id = $1 AND exhibitor_id = $2").bind(event).bind(exhibitor)
    )?;
    affected!(
        tx,
        sqlx::query("DELETE FROM meeting_slot WHERE event_id = $1 AND exhibitor_id = $2").bind(event).bind(exhibitor)
    )?;
    affected!(
        tx,
        sqlx::query("DELETE FROM meeting_location WHERE event_id = $1 AND exhibitor_id = $2")
            .bind(event)
            .bind(exhibitor)
    )?;
    Ok(())
}

/// Which of an event's meetings somebody may see: those of one exhibitor, or of one attendee.
#[derive(Debug, Clone, Copy)]
pub struct Shown {
    /// The event.
    pub event: EventId,
    /// Of this exhibitor.
    pub exhibitor: Option<ExhibitorId>,
    /// Of this attendee.
    pub registration: Option<RegistrationId>,
    /// With this contact.
    pub member: Option<TeamMemberId>,
}

/// What a list of meetings is narrowed to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Narrowed {
    /// Only this one.
    pub id: Option<MeetingId>,
    /// Who asked.
    pub asked_by: Option<Side>,
    /// What has become of it.
    pub status: Option<Status>,
    /// After this place.
    pub after: Option<(Timestamp, MeetingId)>,
}

/// Meetings in the order of their times.
pub async fn list(
    tx: &mut Tx,
    shown: &Shown,
    narrowed: Narrowed,
    limit: usize,
) -> Result<Vec<MeetingRow>, StorageError> {
    Ok(sql_built!(tx, conn, query = COLUMNS => {
        query.push_bind(shown.event);
        if let Some(exhibitor) = shown.exhibitor {
            query.push(" AND m.exhibitor_id = ").push_bind(exhibitor);
        }
        if let Some(registration) = shown.registration {
            query.push(" AND m.registration_id = ").push_bind(registration);
        }
        if let Some(member) = shown.member {
            query.push(" AND m.member_id = ").push_bind(member);
        }
        if let Some(id) = narrowed.id {
            query.push(" AND m.id = ").push_bind(id);
        }
        if let Some(side) = narrowed.asked_by {
            query.push(" AND m.asked_by = ").push_bind(side);
        }
        if let Some(status) = narrowed.status {
            query.push(" AND m.status = ").push_bind(status);
        }
        if let Some((at, id)) = narrowed.after {
            query.push(" AND (m.starts_at, m.id) > (").push_bind(at).push(", ").push_bind(id).push(")");
        }
        query.push(" ORDER BY m.starts_at, m.id LIMIT ").push_bind(limit as i64);
    }, query.build_query_as().fetch_all(conn))?)
}

/// A meeting to keep.
#[derive(Debug)]
pub struct NewMeeting<'a> {
    pub id: MeetingId,
    pub exhibitor: ExhibitorId,
    pub registration: RegistrationId,
    pub member: Option<TeamMemberId>,
    pub location: Option<MeetingLocationId>,
    pub times: (Timestamp, Timestamp),
    pub asked_by: Side,
    pub message: Option<&'a str>,
    pub expires_at: Timestamp,
    pub account: Option<AccountId>,
    pub now: Timestamp,
}

/// Adds a request.
pub async fn insert(tx: &mut Tx, event: EventId, new: &NewMeeting<'_>) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "INSERT INTO meeting (event_id, id, exhibitor_id, registration_id, member_id, location_id, starts_at, \
             ends_at, status, asked_by, awaits, message, sequence, expires_at, account_id, created_at, updated_at, \
             version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, $13, $14, $15, $15, 1)"
        )
        .bind(event)
        .bind(new.id)
        .bind(new.exhibitor)
        .bind(new.registration)
        .bind(new.member)
        .bind(new.location)
        .bind(new.times.0)
        .bind(new.times.1)
        .bind(Status::Pending)
        .bind(new.asked_by)
        .bind(new.asked_by.other())
        .bind(new.message)
        .bind(new.expires_at)
        .bind(new.account)
        .bind(new.now)
    )?;
    Ok(())
}

/// Has others that change a meeting wait.
pub async fn lock(tx: &mut Tx, event: EventId, id: MeetingId) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query("UPDATE meeting SET version = version WHERE event_id = $1 AND id = $2").bind(event).bind(id)
    )?;
    Ok(())
}

/// Writes what a meeting has become.
pub async fn update(tx: &mut Tx, event: EventId, row: &MeetingRow) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "UPDATE meeting SET member_id = $3, location_id = $4, starts_at = $5, ends_at = $6, status = $7, awaits = $8, \
             answer = $9, sequence = $10, expires_at = $11, answered_at = $12, ended_by = $13, updated_at = $14, \
             reminded_at = CASE WHEN starts_at = $5 THEN reminded_at END, version = version + 1 WHERE event_id = $1 AND id = $2"
        )
        .bind(event)
        .bind(row.id)
        .bind(row.member_id)
        .bind(row.location_id)
        .bind(row.starts_at)
        .bind(row.ends_at)
        .bind(row.status)
        .bind(row.awaits)
        .bind(&row.answer)
        .bind(row.sequence)
        .bind(row.expires_at)
        .bind(row.answered_at)
        .bind(row.ended_by)
        .bind(row.updated_at)
    )?;
    Ok(())
}

/// Requests that nobody answered in time.
pub async fn overdue(tx: &mut Tx, event: EventId, now: Timestamp) -> Result<Vec<MeetingId>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar(
        "SELECT id FROM meeting WHERE event_id = $1 AND expires_at <= $2 AND status = 'pending' ORDER BY id LIMIT 500")
        .bind(event).bind(now).fetch_all(conn))?)
}

/// Ends a request that nobody answered; false when somebody just did.
pub async fn expire(tx: &mut Tx, event: EventId, id: MeetingId, now: Timestamp) -> Result<bool, StorageError> {
    let ended = affected!(
        tx,
        sqlx::query(
            "UPDATE meeting SET status = 'expired', awaits = NULL, expires_at = NULL, sequence = sequence + 1, \
             version = version + 1, updated_at = $3 \
             WHERE event_id = $1 AND id = $2 AND status = 'pending' AND expires_at <= $3"
        )
        .bind(event)
        .bind(id)
        .bind(now)
    )?;
    if ended == 1 {
        cell_store::free(tx, event, id).await?;
    }
    Ok(ended == 1)
}

/// How many requests a side has made since a time.
pub async fn asked_since(tx: &mut Tx, shown: &Shown, asked_by: Side, since: Timestamp) -> Result<i64, StorageError> {
    Ok(sql_built!(tx, conn, query = "SELECT COUNT(*) FROM meeting WHERE event_id = " => {
        query.push_bind(shown.event).push(" AND asked_by = ").push_bind(asked_by).push(" AND created_at >= ")
            .push_bind(since);
        if let Some(exhibitor) = shown.exhibitor.filter(|_| asked_by == Side::Exhibitor) {
            query.push(" AND exhibitor_id = ").push_bind(exhibitor);
        }
        if let Some(registration) = shown.registration.filter(|_| asked_by == Side::Attendee) {
            query.push(" AND registration_id = ").push_bind(registration);
        }
    }, query.build_query_scalar().fetch_one(conn))?)
}

/// How many requests of a side the other side of this pair has declined since it last asked or agreed itself.
pub async fn declined(
    tx: &mut Tx,
    event: EventId,
    (exhibitor, registration): (ExhibitorId, RegistrationId),
    asked_by: Side,
) -> Result<i64, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar(
        "SELECT COUNT(*) FROM meeting m WHERE m.event_id = $1 AND m.exhibitor_id = $2 AND m.registration_id = $3 \
         AND m.asked_by = $4 AND m.status = 'declined' AND m.ended_by <> $4 AND NOT EXISTS (SELECT 1 FROM meeting o \
           WHERE o.event_id = m.event_id AND o.exhibitor_id = m.exhibitor_id AND o.registration_id = m.registration_id \
           AND o.created_at > m.created_at AND (o.asked_by <> $4 OR o.status = 'accepted'))")
        .bind(event).bind(exhibitor).bind(registration).bind(asked_by).fetch_one(conn))?)
}

/// The event's rules.
pub async fn rules(tx: &mut Tx, event: EventId) -> Result<MeetingRules, StorageError> {
    let found: Option<MeetingRules> = sql!(tx, conn => sqlx::query_as(
        "SELECT request_hours, daily_requests, contacts_manage FROM meeting_rules WHERE event_id = $1")
        .bind(event).fetch_optional(conn))?;
    Ok(found.unwrap_or_default())
}

/// Sets the event's rules.
pub async fn set_rules(
    tx: &mut Tx,
    scope: &crate::access::EventAdminScope,
    rules: &MeetingRules,
) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "INSERT INTO meeting_rules (event_id, request_hours, daily_requests, contacts_manage) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (event_id) DO UPDATE SET request_hours = excluded.request_hours, \
             daily_requests = excluded.daily_requests, contacts_manage = excluded.contacts_manage"
        )
        .bind(scope.event())
        .bind(rules.request_hours)
        .bind(rules.daily_requests)
        .bind(rules.contacts_manage)
    )?;
    Ok(())
}
