//! The team form in the database, a row a version, and what was answered to it.

use crate::access::EventAdminScope;
use crate::forms::FormRow;
use crate::storage::{StorageError, Tx};
use crate::team::store::MemberRow;
use crate::{affected, sql};
use mobile_core::ids::{EventId, TeamMemberId};
use sqlx::types::Json;

/// Versions looked at for the words of former fields; whoever saves more often loses the oldest words.
const MOST_VERSIONS: i64 = 100;

/// The versions, newest first.
pub async fn versions(tx: &mut Tx, event: EventId) -> Result<Vec<FormRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT version, body, created_at FROM team_form WHERE event_id = $1 ORDER BY version DESC LIMIT $2")
        .bind(event).bind(MOST_VERSIONS).fetch_all(conn))?)
}

/// Has others that change the event's form wait.
pub async fn lock(tx: &mut Tx, scope: &EventAdminScope) -> Result<(), StorageError> {
    affected!(tx, sqlx::query("UPDATE event SET version = version WHERE id = $1").bind(scope.event()))?;
    Ok(())
}

/// Adds a version.
pub async fn insert(tx: &mut Tx, scope: &EventAdminScope, row: &FormRow) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "INSERT INTO team_form (event_id, version, body, created_at, created_by) VALUES ($1, $2, $3, $4, $5)"
        )
        .bind(scope.event())
        .bind(row.version)
        .bind(Json(&row.body.0))
        .bind(row.created_at)
        .bind(scope.account())
    )?;
    Ok(())
}

/// A member with the exhibitor's name, as the organiser's table of all teams has them.
#[derive(Debug, sqlx::FromRow)]
pub struct ListedRow {
    /// The exhibitor.
    pub exhibitor: String,
    /// The member.
    #[sqlx(flatten)]
    pub member: MemberRow,
}

/// The members of all teams after a place, those of test exhibitors left out.
pub async fn listed(
    tx: &mut Tx,
    scope: &EventAdminScope,
    after: Option<TeamMemberId>,
    limit: i64,
) -> Result<Vec<ListedRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT x.name AS exhibitor, m.*, (SELECT MAX(i.expires_at) FROM invitation i WHERE i.event_id = m.event_id \
         AND i.member_id = m.id AND i.accepted_at IS NULL) AS invited_until FROM team_member m \
         JOIN exhibitor x ON x.event_id = m.event_id AND x.id = m.exhibitor_id AND NOT x.is_test \
         WHERE m.event_id = $1 AND m.removed_at IS NULL AND ($2 IS NULL OR m.id > $2) ORDER BY m.id LIMIT $3")
        .bind(scope.event()).bind(after).bind(limit).fetch_all(conn))?)
}
