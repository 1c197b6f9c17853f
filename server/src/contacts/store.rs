//! The registrations that a contact list is made of.

use crate::access::ContactScope;
use crate::search;
use crate::storage::{StorageError, Tx, runs};
use crate::{shown_contact, sql, sql_built};
use mobile_core::capture::Contact;
use mobile_core::ids::{EventId, ExhibitorId, RegistrationId};
use sqlx::types::Json;

/// Somebody who is registered.
#[derive(Debug, sqlx::FromRow)]
pub struct PersonRow {
    /// Who.
    pub id: RegistrationId,
    /// The category.
    pub category: String,
    /// What is known of the person.
    pub contact: Json<Contact>,
    /// Whose team they are in.
    pub exhibitor_id: Option<ExhibitorId>,
}

/// Somebody whom an exhibitor wants to reach.
#[derive(Debug, sqlx::FromRow)]
pub struct AttendeeRow {
    /// The category.
    pub category: String,
    /// Whose team they are in.
    pub team: Option<ExhibitorId>,
    /// The consent of the exhibitor's lead of them, where one shows.
    pub lead_consent: Option<String>,
}

/// Somebody who is registered, and what they are to an exhibitor.
pub async fn attendee(
    tx: &mut Tx,
    event: EventId,
    registration: RegistrationId,
    exhibitor: ExhibitorId,
) -> Result<Option<AttendeeRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT r.category, r.exhibitor_id AS team, (SELECT MAX(l.consent) FROM lead l WHERE l.event_id = r.event_id \
         AND l.space_id = $3 AND l.registration_id = r.id AND NOT l.is_hidden) AS lead_consent \
         FROM registration r WHERE r.event_id = $1 AND r.id = $2 AND r.merged_into IS NULL")
        .bind(event).bind(registration).bind(exhibitor).fetch_optional(conn))?)
}

const PEOPLE: &str = concat!(
    "SELECT r.id, r.category, ",
    shown_contact!(),
    " AS contact, r.exhibitor_id FROM registration r WHERE r.event_id = "
);

/// Registrations by name after a place. The words narrow them by all that is known; whoever shows them
/// looks again at what may be shown.
pub async fn after(
    tx: &mut Tx,
    scope: &ContactScope,
    words: &[String],
    category: Option<&str>,
    after: Option<RegistrationId>,
    limit: i64,
) -> Result<Vec<PersonRow>, StorageError> {
    Ok(sql_built!(tx, conn, query = PEOPLE => {
        query.push_bind(scope.event()).push(" AND merged_into IS NULL");
        if let Some(category) = category {
            query.push(" AND category = ").push_bind(category.to_owned());
        }
        for word in words {
            query.push(" AND search LIKE ").push_bind(search::pattern(word)).push(" ESCAPE '\\'");
        }
        if let Some(id) = after {
            query.push(" AND (sort_name, id) > (SELECT p.sort_name, p.id FROM registration p WHERE p.event_id = ")
                .push_bind(scope.event()).push(" AND p.id = ").push_bind(id).push(")");
        }
        query.push(" ORDER BY sort_name, id LIMIT ").push_bind(limit);
    }, query.build_query_as().fetch_all(conn))?)
}

/// Some registrations.
pub async fn by_ids(tx: &mut Tx, scope: &ContactScope, ids: &[RegistrationId]) -> Result<Vec<PersonRow>, StorageError> {
    let mut found = Vec::with_capacity(ids.len());
    for run in runs(ids) {
        let rows: Vec<PersonRow> = sql_built!(tx, conn, query = PEOPLE => {
            query.push_bind(scope.event()).push(" AND id IN (");
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

/// The categories of the event's registrations, sorted.
pub async fn categories(tx: &mut Tx, scope: &ContactScope) -> Result<Vec<String>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar(
        "SELECT DISTINCT category FROM registration WHERE event_id = $1 AND merged_into IS NULL ORDER BY category")
        .bind(scope.event()).fetch_all(conn))?)
}
