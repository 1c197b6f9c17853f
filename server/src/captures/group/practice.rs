//! The practice badge goes the whole way of a scan, except that it never becomes a lead: it is kept,
//! receipted, and proves that its device works.

use super::{Prepared, Work};
use crate::devices;
use crate::storage::{StorageError, Tx};
use mobile_core::badge::{self, practice};
use mobile_core::capture::Action;
use mobile_core::ids::DeviceId;
use mobile_core::time::Timestamp;
use std::collections::BTreeMap;
use std::sync::LazyLock;

static HASH: LazyLock<[u8; 32]> = LazyLock::new(|| badge::code_hash(practice::TEXT));

/// Whether a capture is about the practice badge.
pub(super) fn is_practice(hash: Option<[u8; 32]>) -> bool {
    hash == Some(*HASH)
}

impl Work<'_> {
    /// Keeps which devices scanned the practice badge, in the order of their ids.
    pub(super) async fn mark_tested(&self, tx: &mut Tx) -> Result<(), StorageError> {
        let is_new = |one: &&Prepared| {
            is_practice(one.hash)
                && matches!(one.logged.capture.action, Action::Scan { .. })
                && self.accepted.contains(&(one.job, one.item))
        };
        let mut tested: BTreeMap<DeviceId, Timestamp> = BTreeMap::new();
        for one in self.prepared.iter().filter(is_new) {
            if let Some(device) = one.logged.author.device {
                let at = tested.entry(device).or_insert(one.logged.corrected_at);
                *at = one.logged.corrected_at.max(*at);
            }
        }
        let tested: Vec<_> = tested.into_iter().collect();
        devices::mark_tested(tx, self.event, &tested).await
    }
}
