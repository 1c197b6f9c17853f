//! Team members in the database.

use super::MemberFields;
use super::roles::{Roles, TeamRole};
use crate::access::TeamAdminScope;
use crate::storage::{StorageError, Tx};
use crate::{affected, sql};
use mobile_core::ids::{AccountId, TeamMemberId};
use mobile_core::time::Timestamp;

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
}

impl MemberRow {
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
         is_commercial_contact, is_attendee, is_scanner, version, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, $11) RETURNING *")
        .bind(scope.event()).bind(id).bind(scope.exhibitor()).bind(&fields.first_name).bind(&fields.last_name)
        .bind(fields.email.as_str()).bind(roles.is_admin()).bind(roles.has(TeamRole::CommercialContact))
        .bind(roles.has(TeamRole::Attendee)).bind(roles.has(TeamRole::Scanner)).bind(now).fetch_one(conn))?)
}

/// A member who was not removed.
pub async fn find(tx: &mut Tx, scope: &TeamAdminScope, id: TeamMemberId) -> Result<Option<MemberRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT * FROM team_member WHERE event_id = $1 AND id = $2 AND exhibitor_id = $3 AND removed_at IS NULL")
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
        "SELECT * FROM team_member WHERE event_id = $1 AND exhibitor_id = $2 AND removed_at IS NULL \
         AND ($3 IS NULL OR id > $3) ORDER BY id LIMIT $4")
        .bind(scope.event()).bind(scope.exhibitor()).bind(after).bind(limit as i64).fetch_all(conn))?)
}

/// Has others that change this team wait, so that two admins cannot remove each other at once.
pub async fn lock_team(tx: &mut Tx, scope: &TeamAdminScope) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query("UPDATE exhibitor SET version = version WHERE event_id = $1 AND id = $2")
            .bind(scope.event())
            .bind(scope.exhibitor())
    )?;
    Ok(())
}

/// Whether somebody else is an admin too.
pub async fn has_other_admin(tx: &mut Tx, scope: &TeamAdminScope, member: TeamMemberId) -> Result<bool, StorageError> {
    let others: i64 = sql!(tx, conn => sqlx::query_scalar(
        "SELECT COUNT(*) FROM team_member WHERE event_id = $1 AND exhibitor_id = $2 AND is_admin \
         AND removed_at IS NULL AND id <> $3")
        .bind(scope.event()).bind(scope.exhibitor()).bind(member).fetch_one(conn))?;
    Ok(others > 0)
}

/// Changes a member; one who became somebody else loses the account.
pub async fn update(
    tx: &mut Tx,
    scope: &TeamAdminScope,
    id: TeamMemberId,
    fields: &MemberFields,
    is_someone_else: bool,
) -> Result<MemberRow, StorageError> {
    let roles = &fields.roles;
    Ok(sql!(tx, conn => sqlx::query_as(
        "UPDATE team_member SET first_name = $4, last_name = $5, email = $6, is_admin = $7, \
         is_commercial_contact = $8, is_attendee = $9, is_scanner = $10, \
         account_id = CASE WHEN $11 THEN NULL ELSE account_id END, version = version + 1 \
         WHERE event_id = $1 AND exhibitor_id = $2 AND id = $3 RETURNING *")
        .bind(scope.event()).bind(scope.exhibitor()).bind(id).bind(&fields.first_name).bind(&fields.last_name)
        .bind(fields.email.as_str()).bind(roles.is_admin()).bind(roles.has(TeamRole::CommercialContact))
        .bind(roles.has(TeamRole::Attendee)).bind(roles.has(TeamRole::Scanner)).bind(is_someone_else)
        .fetch_one(conn))?)
}

/// Removes a member: the row stays, its access and that of the devices given to it ends.
pub async fn remove(tx: &mut Tx, scope: &TeamAdminScope, id: TeamMemberId, now: Timestamp) -> Result<(), StorageError> {
    let event = scope.event();
    affected!(
        tx,
        sqlx::query(
            "UPDATE team_member SET removed_at = $4, version = version + 1 \
         WHERE event_id = $1 AND exhibitor_id = $2 AND id = $3"
        )
        .bind(event)
        .bind(scope.exhibitor())
        .bind(id)
        .bind(now)
    )?;
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
