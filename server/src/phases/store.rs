//! The moments of an event and the people who are mailed, in the database.

use super::MailKind;
use crate::events::phases::MomentsRow;
use crate::packages::store::TermsRow;
use crate::registrations::folding::sort_by_name;
use crate::storage::{StorageError, Tx};
use crate::words::Words;
use crate::{affected, sql};
use mobile_core::ids::{AccountId, EventId, ExhibitorId, TeamMemberId};
use mobile_core::time::Timestamp;
use serde_json::{Value, json};

/// What the organiser sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct SettingsRow {
    /// The moments.
    #[sqlx(flatten)]
    pub moments: MomentsRow,
    /// The language of mails to people without one of their own.
    pub language: Words,
    /// Whether exhibitors' admins print the badges of their team.
    pub has_team_badges: bool,
    /// Whether visitors hear on the evening of their first scan who met them.
    pub has_evening_mail: bool,
    /// When everybody who was there then got the scanning mail.
    pub scanning_mailed_at: Option<Timestamp>,
}

impl SettingsRow {
    /// What the audit log remembers of it.
    pub fn told(&self) -> Value {
        let moments = &self.moments;
        json!({"spaces_open_at": moments.spaces_open_at, "leads_open_at": moments.leads_open_at,
            "scanning_from": moments.scanning_from, "scanning_until": moments.scanning_until,
            "leads_close_at": moments.leads_close_at, "language": self.language, "has_team_badges": self.has_team_badges,
            "has_evening_mail": self.has_evening_mail})
    }
}

/// How an event's moments are set.
pub async fn find(tx: &mut Tx, event: EventId) -> Result<Option<SettingsRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT starts_at, ends_at, spaces_open_at, leads_open_at, scanning_from, scanning_until, leads_close_at, \
         language, has_team_badges, has_evening_mail, scanning_mailed_at FROM event WHERE id = $1")
        .bind(event).fetch_optional(conn))?)
}

/// The same, to be changed by this transaction; others that want to wait.
pub async fn find_for_edit(tx: &mut Tx, event: EventId) -> Result<Option<SettingsRow>, StorageError> {
    affected!(tx, sqlx::query("UPDATE event SET version = version WHERE id = $1").bind(event))?;
    find(tx, event).await
}

/// Sets an event's moments. Where leads open later than they did, their mail is yet to come.
pub async fn update(tx: &mut Tx, event: EventId, row: &SettingsRow) -> Result<(), StorageError> {
    let moments = &row.moments;
    affected!(
        tx,
        sqlx::query(
            "UPDATE event SET spaces_open_at = $2, leads_open_at = $3, scanning_from = $4, scanning_until = $5, \
         leads_close_at = $6, language = $7, has_team_badges = $8, has_evening_mail = $9, version = version + 1 WHERE id = $1"
        )
        .bind(event)
        .bind(moments.spaces_open_at)
        .bind(moments.leads_open_at)
        .bind(moments.scanning_from)
        .bind(moments.scanning_until)
        .bind(moments.leads_close_at)
        .bind(row.language)
        .bind(row.has_team_badges)
        .bind(row.has_evening_mail)
    )?;
    Ok(())
}

/// Events whose spaces the organiser has opened, that are not over, and whose scanning mail is yet to
/// come.
pub async fn unmailed(tx: &mut Tx, now: Timestamp) -> Result<Vec<(EventId, MomentsRow)>, StorageError> {
    #[derive(sqlx::FromRow)]
    struct Row {
        id: EventId,
        #[sqlx(flatten)]
        moments: MomentsRow,
    }
    let rows: Vec<Row> = sql!(tx, conn => sqlx::query_as(
        "SELECT id, starts_at, ends_at, spaces_open_at, leads_open_at, scanning_from, scanning_until, leads_close_at \
         FROM event WHERE scanning_mailed_at IS NULL AND spaces_open_at <= $1 AND ends_at > $1 ORDER BY id")
        .bind(now).fetch_all(conn))?;
    Ok(rows.into_iter().map(|row| (row.id, row.moments)).collect())
}

/// Notes that everybody who is there has got the scanning mail.
pub async fn scanning_mailed(tx: &mut Tx, event: EventId, now: Timestamp) -> Result<(), StorageError> {
    affected!(tx, sqlx::query("UPDATE event SET scanning_mailed_at = $2 WHERE id = $1").bind(event).bind(now))?;
    Ok(())
}

/// A person who may be mailed.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct PersonRow {
    /// The member.
    pub id: TeamMemberId,
    /// Their exhibitor.
    pub exhibitor_id: ExhibitorId,
    /// Its name.
    pub exhibitor_name: String,
    /// Their account, once they have joined.
    pub account_id: Option<AccountId>,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// E-mail address.
    pub email: String,
    /// Their own language.
    pub language: Option<Words>,
    /// Roles.
    pub is_admin: bool,
    /// Roles.
    pub is_scanner: bool,
    /// Whether they had a registration before, which is the team's too once they accept.
    pub is_registered: bool,
    /// When they got the access mail.
    pub access_mailed_at: Option<Timestamp>,
    /// When they got the scanning mail.
    pub scanning_mailed_at: Option<Timestamp>,
    /// What their exhibitor is entitled to.
    #[sqlx(flatten)]
    pub terms: TermsRow,
}

impl PersonRow {
    /// Whether this mail is for somebody with these roles.
    pub fn is_for(&self, kind: MailKind) -> bool {
        match kind {
            // Whoever was registered before and has no role in the space is mailed nothing else: it asks them whether
            // they are of the team.
            MailKind::Access => self.is_admin || (self.is_registered && !self.is_scanner),
            MailKind::Scanning => self.is_admin || self.is_scanner,
        }
    }

    /// Whether this person has got this mail, or a later one.
    pub fn has_got(&self, kind: MailKind) -> bool {
        match kind {
            MailKind::Access => self.access_mailed_at.or(self.scanning_mailed_at).is_some(),
            MailKind::Scanning => self.scanning_mailed_at.is_some(),
        }
    }

    /// First and last name.
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name).trim().to_owned()
    }
}

/// Whether a `team_member m` who has not joined had a registration before.
macro_rules! is_registered {
    () => {
        "(m.registration_id IS NOT NULL AND NOT m.is_registered_here AND m.account_id IS NULL)"
    };
}

/// The people of an event's teams, test exhibitors left out, in the order of exhibitors' names.
pub async fn people(tx: &mut Tx, event: EventId) -> Result<Vec<PersonRow>, StorageError> {
    let mut people: Vec<PersonRow> = sql!(tx, conn => sqlx::query_as(concat!(
        "SELECT m.id, m.exhibitor_id, x.name AS exhibitor_name, m.account_id, m.first_name, m.last_name, m.email, \
         COALESCE(a.language, m.language) AS language, m.is_admin, m.is_scanner, ", is_registered!(), " AS is_registered, \
         m.access_mailed_at, m.scanning_mailed_at, x.terms, p.terms AS package_terms FROM team_member m LEFT JOIN account a ON a.id = m.account_id \
         JOIN exhibitor x ON x.event_id = m.event_id AND x.id = m.exhibitor_id \
         LEFT JOIN package p ON p.event_id = x.event_id AND p.id = x.package_id \
         WHERE m.event_id = $1 AND m.removed_at IS NULL AND NOT x.is_test AND (m.is_admin OR m.is_scanner OR ", is_registered!(), ") \
         ORDER BY x.id, m.id"))
        .bind(event).fetch_all(conn))?;
    sort_by_name(&mut people, |person| &person.exhibitor_name);
    Ok(people)
}

/// The admins of an exhibitor.
pub async fn admins_of(tx: &mut Tx, event: EventId, exhibitor: ExhibitorId) -> Result<Vec<PersonRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(concat!(
        "SELECT m.id, m.exhibitor_id, x.name AS exhibitor_name, m.account_id, m.first_name, m.last_name, m.email, \
         COALESCE(a.language, m.language) AS language, m.is_admin, m.is_scanner, ", is_registered!(), " AS is_registered, \
         m.access_mailed_at, m.scanning_mailed_at, x.terms, p.terms AS package_terms FROM team_member m LEFT JOIN account a ON a.id = m.account_id \
         JOIN exhibitor x ON x.event_id = m.event_id AND x.id = m.exhibitor_id \
         LEFT JOIN package p ON p.event_id = x.event_id AND p.id = x.package_id \
         WHERE m.event_id = $1 AND m.exhibitor_id = $2 AND m.removed_at IS NULL AND m.is_admin ORDER BY m.id"))
        .bind(event).bind(exhibitor).fetch_all(conn))?)
}

/// One person of a team.
pub async fn person(tx: &mut Tx, event: EventId, member: TeamMemberId) -> Result<Option<PersonRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(concat!(
        "SELECT m.id, m.exhibitor_id, x.name AS exhibitor_name, m.account_id, m.first_name, m.last_name, m.email, \
         COALESCE(a.language, m.language) AS language, m.is_admin, m.is_scanner, ", is_registered!(), " AS is_registered, \
         m.access_mailed_at, m.scanning_mailed_at, x.terms, p.terms AS package_terms FROM team_member m LEFT JOIN account a ON a.id = m.account_id \
         JOIN exhibitor x ON x.event_id = m.event_id AND x.id = m.exhibitor_id \
         LEFT JOIN package p ON p.event_id = x.event_id AND p.id = x.package_id \
         WHERE m.event_id = $1 AND m.id = $2 AND m.removed_at IS NULL"))
        .bind(event).bind(member).fetch_optional(conn))?)
}

/// Notes that a person gets a mail; false when somebody else has sent it since `seen` was read. The
/// scanning mail says all that the access mail does.
pub async fn mailed(
    tx: &mut Tx,
    event: EventId,
    seen: &PersonRow,
    kind: MailKind,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let access = match kind {
        MailKind::Access => Some(now),
        MailKind::Scanning => seen.access_mailed_at.or(Some(now)),
    };
    let scanning = match kind {
        MailKind::Access => seen.scanning_mailed_at,
        MailKind::Scanning => Some(now),
    };
    let noted = affected!(
        tx,
        sqlx::query(
            "UPDATE team_member SET access_mailed_at = $3, scanning_mailed_at = $4 \
         WHERE event_id = $1 AND id = $2 AND removed_at IS NULL \
         AND COALESCE(access_mailed_at, 0) = $5 AND COALESCE(scanning_mailed_at, 0) = $6"
        )
        .bind(event)
        .bind(seen.id)
        .bind(access)
        .bind(scanning)
        .bind(seen.access_mailed_at.map_or(0, Timestamp::as_micros))
        .bind(seen.scanning_mailed_at.map_or(0, Timestamp::as_micros))
    )?;
    Ok(noted == 1)
}
