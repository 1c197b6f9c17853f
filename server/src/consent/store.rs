//! The consent ledger, what attendees said themselves: rows are only ever added.

use crate::storage::{StorageError, Tx, runs};
use crate::{affected, sql_built};
use mobile_core::capture::Purpose;
use mobile_core::ids::{EventId, ExhibitorId, RegistrationId};
use mobile_core::time::Timestamp;
use uuid::Uuid;

/// What was said.
#[derive(Debug, Clone, Copy)]
pub struct NewConsent<'a> {
    /// By whom.
    pub registration: RegistrationId,
    /// To whom; none: to all exhibitors.
    pub exhibitor: Option<ExhibitorId>,
    /// What for.
    pub purpose: Purpose,
    /// Given or taken back.
    pub is_granted: bool,
    /// Where it was said.
    pub channel: &'a str,
    /// The notice that was shown.
    pub notice_version: Option<&'a str>,
    /// When.
    pub at: Timestamp,
}

/// Appends what an attendee said themselves.
pub async fn append(tx: &mut Tx, event: EventId, id: Uuid, new: &NewConsent<'_>) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "INSERT INTO consent_entry (event_id, id, registration_id, exhibitor_id, purpose, is_granted, channel, \
         notice_version, created_at, is_own) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        )
        .bind(event)
        .bind(id)
        .bind(new.registration)
        .bind(new.exhibitor)
        .bind(new.purpose.as_str())
        .bind(new.is_granted)
        .bind(new.channel)
        .bind(new.notice_version)
        .bind(new.at)
        .bind(true)
    )?;
    Ok(())
}

/// What somebody said of their own details.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct OwnWord {
    /// Who said it.
    pub registration_id: RegistrationId,
    /// To whom; none: to all exhibitors.
    pub exhibitor_id: Option<ExhibitorId>,
    /// Given or taken back.
    pub is_granted: bool,
    /// Where it was said.
    pub channel: String,
    /// When.
    pub created_at: Timestamp,
}

/// What these people said themselves, oldest first; what booths recorded is left out.
pub async fn own_words(
    tx: &mut Tx,
    event: EventId,
    registrations: &[RegistrationId],
    purpose: Purpose,
) -> Result<Vec<OwnWord>, StorageError> {
    let mut said = Vec::new();
    for run in runs(registrations) {
        let rows: Vec<OwnWord> = sql_built!(tx, conn,
            query = "SELECT registration_id, exhibitor_id, is_granted, channel, created_at FROM consent_entry WHERE is_own \
                AND event_id = " => {
            query.push_bind(event).push(" AND purpose = ").push_bind(purpose.as_str());
            query.push(" AND registration_id IN (");
            let mut list = query.separated(", ");
            for id in run { list.push_bind(*id); }
            list.push_unseparated(") ORDER BY created_at, id");
        }, query.build_query_as().fetch_all(conn))?;
        said.extend(rows);
    }
    Ok(said)
}

/// Removes entries of a channel that nobody said themselves.
pub async fn remove(tx: &mut Tx, event: EventId, channel: &str, ids: &[Uuid]) -> Result<(), StorageError> {
    for id in ids {
        affected!(
            tx,
            sqlx::query("DELETE FROM consent_entry WHERE event_id = $1 AND id = $2 AND channel = $3")
                .bind(event)
                .bind(*id)
                .bind(channel)
        )?;
    }
    Ok(())
}
