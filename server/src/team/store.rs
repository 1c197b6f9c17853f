//! Team members in the database.

use super::MemberFields;
use super::form::Answers;
use super::roles::{Roles, TeamRole};
use crate::access::{ExhibitorScope, TeamAdminScope};
use crate::accounts::InvitationStatus;
use crate::storage::{StorageError, Tx};
use crate::words::Words;
use crate::{affected, sql};
use mobile_core::ids::{AccountId, RegistrationId, TeamMemberId};
use mobile_core::time::Timestamp;
use sqlx::types::Json;

/// A member as it is kept.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct MemberRow {
    /// The member.
    pub id: TeamMemberId,
    /// Who signs in as this member, once the invitation is accepted.
    pub account_id: Option<AccountId>,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// E-mail address.
    pub email: String,
    /// Roles.
    pub is_admin: bool,
    /// Roles.
    pub is_commercial_contact: bool,
    /// Roles.
    pub is_attendee: bool,
    /// Roles.
    pub is_scanner: bool,
    /// Rises with every change.
    pub version: i64,
    /// When the member was added.
    pub created_at: Timestamp,
    /// The language of their mails; none: the event's.
    pub language: Option<Words>,
    /// Whether they are mailed at closing time what the day brought.
    pub has_daily_mail: bool,
    /// What was answered to the organiser's fields.
    pub extra: Json<Answers>,
    /// Their registration, where they have a badge.
    pub registration_id: Option<RegistrationId>,
    /// Whether the team made that registration: it ends with the member.
    pub is_registered_here: bool,
    /// Until when their newest invitation could be, or could have been, accepted; none when it was
    /// taken back.
    #[sqlx(default)]
    pub invited_until: Option<Timestamp>,
}

impl MemberRow {
    /// How far they have come.
    pub fn status(&self, now: Timestamp) -> InvitationStatus {
        InvitationStatus::of(self.account_id.is_some(), self.invited_until, now)
    }

    /// The roles as a set.
    pub fn roles(&self) -> Roles {
        let roles = [
            (self.is_admin, TeamRole::Admin),
            (self.is_commercial_contact, TeamRole::CommercialContact),
            (self.is_attendee, TeamRole::Attendee),
            (self.is_scanner, TeamRole::Scanner),
        ];
        Roles::of(roles.into_iter().filter_map(|(is, role)| is.then_some(role)))
    }
}

/// Adds a member; `Taken` when the address is in the team.
pub async fn insert(
    tx: &mut Tx,
    scope: &TeamAdminScope,
    id: TeamMemberId,
    fields: &MemberFields,
    now: Timestamp,
) -> Result<MemberRow, StorageError> {
    let roles = &fields.roles;
    Ok(sql!(tx, conn => sqlx::query_as(
        "INSERT INTO team_member (event_id, id, exhibitor_id, first_name, last_name, email, is_admin, \
         is_commercial_contact, is_attendee, is_scanner, version, created_at, language, extra) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, $11, $12, $13) RETURNING *")
        .bind(scope.event()).bind(id).bind(scope.exhibitor()).bind(&fields.first_name).bind(&fields.last_name)
        .bind(fields.email.as_str()).bind(roles.is_admin()).bind(roles.has(TeamRole::CommercialContact))
        .bind(roles.has(TeamRole::Attendee)).bind(roles.has(TeamRole::Scanner)).bind(now).bind(fields.language)
        .bind(Json(&fields.extra))
        .fetch_one(conn))?)
}

/// A member who was not removed.
pub async fn find(tx: &mut Tx, scope: &TeamAdminScope, id: TeamMemberId) -> Result<Option<MemberRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT m.*, (SELECT MAX(i.expires_at) FROM invitation i WHERE i.event_id = m.event_id \
         AND i.member_id = m.id AND i.accepted_at IS NULL) AS invited_until FROM team_member m \
         WHERE m.event_id = $1 AND m.id = $2 AND m.exhibitor_id = $3 AND m.removed_at IS NULL")
        .bind(scope.event()).bind(id).bind(scope.exhibitor()).fetch_optional(conn))?)
}

/// The members after a place, oldest first, removed ones left out.
pub async fn list(
    tx: &mut Tx,
    scope: &TeamAdminScope,
    after: Option<TeamMemberId>,
    limit: usize,
) -> Result<Vec<MemberRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT m.*, (SELECT MAX(i.expires_at) FROM invitation i WHERE i.event_id = m.event_id \
         AND i.member_id = m.id AND i.accepted_at IS NULL) AS invited_until FROM team_member m \
         WHERE m.event_id = $1 AND m.exhibitor_id = $2 AND m.removed_at IS NULL \
         AND ($3 IS NULL OR m.id > $3) ORDER BY m.id LIMIT $4")
        .bind(scope.event()).bind(scope.exhibitor()).bind(after).bind(limit as i64).fetch_all(conn))?)
}

/// Has others that change this team wait, so that two admins cannot remove each other at once. A badge may come or
/// go with a member: scans under way go first, as they do for all who change badges before anything else.
pub async fn lock_team(tx: &mut Tx, scope: &TeamAdminScope) -> Result<(), StorageError> {
    tx.changes_badges(scope.event()).await?;
    affected!(
        tx,
        sqlx::query("UPDATE exhibitor SET version = version WHERE event_id = $1 AND id = $2")
            .bind(scope.event())
            .bind(scope.exhibitor())
    )?;
    Ok(())
}

/// Whether somebody else is an admin too; one who has joined, where that is asked.
pub async fn has_other_admin(
    tx: &mut Tx,
    scope: &TeamAdminScope,
    member: TeamMemberId,
    must_have_joined: bool,
) -> Result<bool, StorageError> {
    let others: i64 = sql!(tx, conn => sqlx::query_scalar(
        "SELECT COUNT(*) FROM team_member WHERE event_id = $1 AND exhibitor_id = $2 AND is_admin \
         AND removed_at IS NULL AND id <> $3 AND (account_id IS NOT NULL OR NOT $4)")
        .bind(scope.event()).bind(scope.exhibitor()).bind(member).bind(must_have_joined).fetch_one(conn))?;
    Ok(others > 0)
}

/// Changes a member; one who became somebody else loses the account, and is mailed as a newcomer.
pub async fn update(
    tx: &mut Tx,
    scope: &TeamAdminScope,
    id: TeamMemberId,
    fields: &MemberFields,
    is_someone_else: bool,
) -> Result<(), StorageError> {
    let roles = &fields.roles;
    affected!(
        tx,
        sqlx::query(
            "UPDATE team_member SET first_name = $4, last_name = $5, email = $6, is_admin = $7, \
         is_commercial_contact = $8, is_attendee = $9, is_scanner = $10, language = $12, \
         has_daily_mail = $13, extra = $14, \
         account_id = CASE WHEN $11 THEN NULL ELSE account_id END, \
         access_mailed_at = CASE WHEN $11 THEN NULL ELSE access_mailed_at END, \
         scanning_mailed_at = CASE WHEN $11 THEN NULL ELSE scanning_mailed_at END, version = version + 1 \
         WHERE event_id = $1 AND exhibitor_id = $2 AND id = $3"
        )
        .bind(scope.event())
        .bind(scope.exhibitor())
        .bind(id)
        .bind(&fields.first_name)
        .bind(&fields.last_name)
        .bind(fields.email.as_str())
        .bind(roles.is_admin())
        .bind(roles.has(TeamRole::CommercialContact))
        .bind(roles.has(TeamRole::Attendee))
        .bind(roles.has(TeamRole::Scanner))
        .bind(is_someone_else)
        .bind(fields.language)
        // Another person has not asked for it.
        .bind(fields.has_daily_mail && !is_someone_else)
        .bind(Json(&fields.extra))
    )?;
    Ok(())
}

/// Removes a member: the row stays, its access and that of the devices given to it ends, and what the
/// organiser asked of them is forgotten.
pub async fn remove(tx: &mut Tx, scope: &TeamAdminScope, id: TeamMemberId, now: Timestamp) -> Result<(), StorageError> {
    let event = scope.event();
    affected!(
        tx,
        sqlx::query(
            "UPDATE team_member SET removed_at = $4, extra = $5, version = version + 1 \
         WHERE event_id = $1 AND exhibitor_id = $2 AND id = $3"
        )
        .bind(event)
        .bind(scope.exhibitor())
        .bind(id)
        .bind(now)
        .bind(Json(Answers::new()))
    )?;
    end_devices(tx, scope, id, now).await
}

/// Ends the reading of the devices that were given to a member, and the codes that would pair others.
pub async fn end_devices(
    tx: &mut Tx,
    scope: &TeamAdminScope,
    id: TeamMemberId,
    now: Timestamp,
) -> Result<(), StorageError> {
    let event = scope.event();
    affected!(tx, sqlx::query("DELETE FROM pairing_code WHERE event_id = $1 AND member_id = $2").bind(event).bind(id))?;
    affected!(
        tx,
        sqlx::query("UPDATE device SET revoked_at = $3 WHERE event_id = $1 AND member_id = $2 AND revoked_at IS NULL")
            .bind(event)
            .bind(id)
            .bind(now)
    )?;
    Ok(())
}

/// Gives a member a registration, which the team made for them or they had, or takes it.
pub async fn set_registration(
    tx: &mut Tx,
    scope: &TeamAdminScope,
    id: TeamMemberId,
    registration: Option<RegistrationId>,
    is_registered_here: bool,
) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "UPDATE team_member SET registration_id = $4, is_registered_here = $5 \
             WHERE event_id = $1 AND exhibitor_id = $2 AND id = $3"
        )
        .bind(scope.event())
        .bind(scope.exhibitor())
        .bind(id)
        .bind(registration)
        .bind(is_registered_here)
    )?;
    Ok(())
}

/// How many members have a badge.
pub async fn count_badges(tx: &mut Tx, scope: &TeamAdminScope) -> Result<i64, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar(
        "SELECT COUNT(*) FROM team_member WHERE event_id = $1 AND exhibitor_id = $2 AND removed_at IS NULL \
         AND registration_id IS NOT NULL")
        .bind(scope.event()).bind(scope.exhibitor()).fetch_one(conn))?)
}

/// Whether a badge of a `team_member m` is for the team to know. A name and an address make nobody a colleague: what
/// somebody had before is the team's only once they have joined, as somebody who reads the mail of that address.
macro_rules! is_the_teams {
    () => {
        "(m.is_registered_here OR EXISTS (SELECT 1 FROM account a WHERE a.id = m.account_id AND a.is_email_proven))"
    };
}

/// The registrations of the team whose badges this admin may have, in the order in which people were added.
pub async fn registrations(
    tx: &mut Tx,
    scope: &TeamAdminScope,
    limit: i64,
) -> Result<Vec<RegistrationId>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar(concat!(
        "SELECT m.registration_id FROM team_member m WHERE m.event_id = $1 AND m.exhibitor_id = $2 \
         AND m.removed_at IS NULL AND m.registration_id IS NOT NULL AND ($4 OR ", is_the_teams!(), ") \
         ORDER BY m.id LIMIT $3"))
        .bind(scope.event()).bind(scope.exhibitor()).bind(limit).bind(scope.is_organizers()).fetch_all(conn))?)
}

/// The exhibitor's name, which is the company on the badges.
pub async fn exhibitor_name(tx: &mut Tx, scope: &TeamAdminScope) -> Result<String, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar("SELECT name FROM exhibitor WHERE event_id = $1 AND id = $2")
        .bind(scope.event()).bind(scope.exhibitor()).fetch_one(conn))?)
}

/// The badges that stand for people of the team now: whose, what the code says, and the number.
pub async fn crew_badges(
    tx: &mut Tx,
    scope: &ExhibitorScope,
) -> Result<Vec<(TeamMemberId, String, String)>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(concat!(
        "SELECT m.id, b.code, b.number FROM team_member m \
         JOIN badge b ON b.event_id = m.event_id AND b.registration_id = m.registration_id AND b.status = 'active' \
         WHERE m.event_id = $1 AND m.exhibitor_id = $2 AND m.removed_at IS NULL \
         AND ", is_the_teams!(), " ORDER BY b.id"))
        .bind(scope.event()).bind(scope.exhibitor()).fetch_all(conn))?)
}
