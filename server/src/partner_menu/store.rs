//! The menu of partner spaces in the database, and whom they can ask: documents of the event.

use super::Menu;
use super::contacts::PartnerContact;
use crate::storage::{StorageError, Tx};
use crate::{affected, sql};
use mobile_core::ids::EventId;
use sqlx::types::Json;

/// The menu of an event.
pub async fn find(tx: &mut Tx, event: EventId) -> Result<Option<Menu>, StorageError> {
    let menu: Option<Json<Menu>> = sql!(tx, conn => sqlx::query_scalar(
        "SELECT partner_menu FROM event WHERE id = $1").bind(event).fetch_optional(conn))?;
    Ok(menu.map(|menu| menu.0))
}

/// The same, to be changed by this transaction; others that want to wait.
pub async fn find_for_edit(tx: &mut Tx, event: EventId) -> Result<Option<Menu>, StorageError> {
    affected!(tx, sqlx::query("UPDATE event SET version = version WHERE id = $1").bind(event))?;
    find(tx, event).await
}

/// Sets the menu of an event.
pub async fn update(tx: &mut Tx, event: EventId, menu: &Menu) -> Result<(), StorageError> {
    affected!(tx, sqlx::query("UPDATE event SET partner_menu = $2 WHERE id = $1").bind(event).bind(Json(menu)))?;
    Ok(())
}

/// Whom of the organiser exhibitors can ask.
pub async fn contacts(tx: &mut Tx, event: EventId) -> Result<Option<Vec<PartnerContact>>, StorageError> {
    let contacts: Option<Json<Vec<PartnerContact>>> = sql!(tx, conn => sqlx::query_scalar(
        "SELECT partner_contacts FROM event WHERE id = $1").bind(event).fetch_optional(conn))?;
    Ok(contacts.map(|contacts| contacts.0))
}

/// Sets whom they can ask.
pub async fn set_contacts(tx: &mut Tx, event: EventId, contacts: &[PartnerContact]) -> Result<(), StorageError> {
    let contacts = Json(contacts);
    affected!(tx, sqlx::query("UPDATE event SET partner_contacts = $2 WHERE id = $1").bind(event).bind(contacts))?;
    Ok(())
}
