//! Emptying leads: their captures keep id, number, time and kind, and the row is folded anew.

use super::reattribution::{entry, put};
use super::store::LeadRow;
use crate::app::App;
use crate::captures::store::{self as log, LogRow, erasing};
use crate::events::cache::EventInfo;
use crate::feed::{EntryKind, NewEntry};
use crate::storage::{StorageError, Tx};
use mobile_core::fold::Fold;
use mobile_core::wire::lead::ConsentState;
use sqlx::types::Json;

/// Empties leads and gives what their spaces are told, which the caller appends. One that is empty
/// already stays as it is.
pub async fn empty(
    app: &App,
    tx: &mut Tx,
    info: &EventInfo,
    leads: Vec<LeadRow>,
) -> Result<Vec<NewEntry>, StorageError> {
    let mut entries = Vec::with_capacity(leads.len());
    for mut lead in leads.into_iter().filter(|lead| !lead.is_erased()) {
        let rows = log::log_of(tx, info.id, lead.space_id, lead.id).await?;
        erasing::empty(tx, info.id, lead.space_id, &rows).await?;
        let rows = log::log_of(tx, info.id, lead.space_id, lead.id).await?;
        let logged = rows.iter().map(LogRow::logged).collect::<Result<Vec<_>, _>>()?;
        lead.fold = Json(Fold::of(&logged));
        lead.hear(Some((ConsentState::Erased, app.now())));
        lead.registered = None;
        entries.push(entry(app, &lead, EntryKind::Redacted, None));
        put(app, tx, info.id, info, lead).await?;
    }
    Ok(entries)
}
