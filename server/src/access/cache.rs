//! Who the tokens of the last moment belong to.
//!
//! Looking a token up costs a fifth of a single capture's time. An entry lives half a second, so
//! that an ended access ends reading within a second on every node; this node drops it at once.

use super::identity::Identity;
use super::token::TokenHash;
use mobile_core::time::Timestamp;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

const LIVES_MICROS: i64 = 500_000;
const MOST: usize = 20_000;

/// Tokens seen within the last half second.
#[derive(Debug, Default)]
pub struct IdentityCache {
    entries: Mutex<HashMap<TokenHash, (Timestamp, Identity)>>,
}

impl IdentityCache {
    pub(super) fn get(&self, hash: &TokenHash, now: Timestamp) -> Option<Identity> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, identity) = entries.get(hash)?;
        (0..LIVES_MICROS).contains(&now.micros_since(*at)).then(|| identity.clone())
    }

    pub(super) fn put(&self, hash: TokenHash, identity: Identity, now: Timestamp) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= MOST {
            entries.retain(|_, (at, _)| now.micros_since(*at) < LIVES_MICROS);
        }
        if entries.len() < MOST {
            entries.insert(hash, (now, identity));
        }
    }

    /// Forgets everyone: somebody's access has just changed.
    pub fn clear(&self) {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
