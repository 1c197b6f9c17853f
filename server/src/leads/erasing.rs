//! Emptying leads: their captures keep id, number, time and kind, and the row is folded anew.

use super::refold::{put, refold};
use super::store::LeadRow;
use crate::app::App;
use crate::captures::store::{self as log, erasing};
use crate::events::cache::EventInfo;
use crate::feed::{EntryKind, NewEntry};
use crate::storage::{StorageError, Tx};
use mobile_core::wire::lead::ConsentState;

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
        refold(tx, info.id, &mut lead).await?;
        lead.hear(Some((ConsentState::Erased, app.now())));
        lead.registered = None;
        entries.push(NewEntry::of_lead(EntryKind::Redacted, lead.space_id, lead.id, app.now()));
        put(app, tx, info.id, info, lead).await?;
    }
    Ok(entries)
}
