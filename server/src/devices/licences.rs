//! Licences: how many devices an exhibitor may have at once.
//!
//! A licence is never bound to a person or a phone: unpairing frees it, replacing does, and so do
//! 48 hours of silence when nothing is left to be sent. A phone that comes back from silence is let
//! in again, since it may hold scans.

use super::pairing::NewDevice;
use super::store::{self, CodeRow, InUse};
use super::{DevicePark, DeviceState};
use crate::packages;
use crate::problem::Problem;
use crate::storage::{StorageError, Tx};
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;

/// A device that is silent for so long, with nothing to send, holds no licence.
const SILENCE_MICROS: i64 = 48 * 3600 * 1_000_000;

/// How many licences an exhibitor has, and how many are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Licences {
    /// Devices that hold one now.
    pub taken: usize,
    /// Devices that may; none: as many as are wanted.
    pub limit: Option<u32>,
    /// Whether more may be paired, to be invoiced later.
    pub may_overrun: bool,
}

/// Counts the licences of an exhibitor.
pub(super) async fn count(tx: &mut Tx, park: &DevicePark, now: Timestamp) -> Result<Option<Licences>, StorageError> {
    let Some(exhibitor) = park.exhibitor() else { return Ok(None) };
    let entitlements = packages::entitlements(tx, park.event(), exhibitor).await?;
    let taken = taken(tx, park, now).await?;
    Ok(Some(Licences { taken, limit: entitlements.licences, may_overrun: entitlements.licence_overrun }))
}

async fn taken(tx: &mut Tx, park: &DevicePark, now: Timestamp) -> Result<usize, StorageError> {
    let active = store::active(tx, park).await?;
    let ids: Vec<_> = active.iter().map(|device| device.id).collect();
    let states = super::states(store::queues_of(tx, park, &ids).await?);
    let state = |device: &InUse| states.get(&device.id).copied().unwrap_or_default();
    Ok(active.iter().filter(|device| takes_licence(device.created_at, state(device), now)).count())
}

/// Makes room for a device: ends what the same app was paired as before, and refuses one more than
/// the exhibitor has licences for.
///
/// Others that pair for the exhibitor wait until this transaction has ended.
pub(super) async fn make_room(
    tx: &mut Tx,
    park: &DevicePark,
    code: &CodeRow,
    device: &NewDevice,
    now: Timestamp,
) -> Result<(), Problem> {
    let Some(exhibitor) = park.exhibitor() else { return Ok(()) };
    let entitlements = packages::lock_entitlements(tx, park.event(), exhibitor).await?;
    store::replace(tx, park, code, device, now).await?;
    let is_free = entitlements.licence_overrun || packages::is_test(tx, park.event(), exhibitor).await?;
    let Some(licences) = entitlements.licences.filter(|_| !is_free) else { return Ok(()) };
    let taken = taken(tx, park, now).await?;
    if taken < licences as usize {
        return Ok(());
    }
    let detail = format!(
        "{taken} of {licences} licences are in use. Unpair a device that is not used any more, or ask the organiser, who \
         can raise the number at once."
    );
    Err(Problem::new(Reason::LicenceLimit, detail))
}

/// When a device that goes on being silent frees its licence; none while something of it is left to be sent.
pub fn freed_at(paired_at: Timestamp, state: DeviceState) -> Option<Timestamp> {
    let heard_of = state.last_seen_at.map_or(paired_at, |seen| seen.max(paired_at));
    (state.not_yet_sent == 0).then(|| heard_of.plus_micros(SILENCE_MICROS))
}

/// Whether an active device takes a licence now.
fn takes_licence(paired_at: Timestamp, state: DeviceState, now: Timestamp) -> bool {
    freed_at(paired_at, state).is_none_or(|at| now < at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_days_of_silence_free_a_licence_unless_something_is_unsent() {
        let (paired_at, later) = (Timestamp::from_micros(0), Timestamp::from_micros(SILENCE_MICROS));
        let silent = DeviceState::default();
        assert!(takes_licence(paired_at, silent, later.plus_micros(-1)));
        assert!(!takes_licence(paired_at, silent, later));
        assert!(takes_licence(paired_at, DeviceState { not_yet_sent: 1, ..silent }, later), "it holds scans");
        let seen = DeviceState { last_seen_at: Some(Timestamp::from_micros(5)), ..silent };
        assert!(takes_licence(paired_at, seen, later));
    }
}
