//! Who the tokens of the last moment belong to, and what they may be in a space.
//!
//! Looking both up costs as much as a single capture's whole way into the log. An entry lives half a
//! second, so that an ended access ends reading within a second on every node; this node drops all
//! entries at once when somebody's rights change.

use super::identity::Identity;
use super::scope::ExhibitorScope;
use super::token::TokenHash;
use mobile_core::ids::ExhibitorId;
use mobile_core::time::Timestamp;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

const LIVES_MICROS: i64 = 500_000;
const MOST: usize = 20_000;

/// Values that are used for a moment without looking again.
#[derive(Debug)]
struct Momentary<K, V>(Mutex<HashMap<K, (Timestamp, V)>>);

impl<K, V> Default for Momentary<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash, V: Clone> Momentary<K, V> {
    fn entries(&self) -> MutexGuard<'_, HashMap<K, (Timestamp, V)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, key: &K, now: Timestamp) -> Option<V> {
        let entries = self.entries();
        let (at, value) = entries.get(key)?;
        (0..LIVES_MICROS).contains(&now.micros_since(*at)).then(|| value.clone())
    }

    fn put(&self, key: K, value: V, now: Timestamp, is_current: impl FnOnce() -> bool) {
        let mut entries = self.entries();
        if !is_current() {
            return;
        }
        if entries.len() >= MOST {
            entries.retain(|_, (at, _)| now.micros_since(*at) < LIVES_MICROS);
        }
        if entries.len() < MOST {
            entries.insert(key, (now, value));
        }
    }
}

/// Tokens and standings looked up within the last half second.
#[derive(Debug, Default)]
pub struct IdentityCache {
    tokens: Momentary<TokenHash, Identity>,
    /// By account or device, and exhibitor.
    scopes: Momentary<(Uuid, ExhibitorId), ExhibitorScope>,
    /// How often everything was forgotten.
    clears: AtomicU64,
}

/// When a look into the database began: what was read before somebody's rights changed is not remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Began(u64);

impl IdentityCache {
    pub(super) fn get(&self, hash: &TokenHash, now: Timestamp) -> Option<Identity> {
        self.tokens.get(hash, now)
    }

    /// To be asked before the database is.
    pub(super) fn begin(&self) -> Began {
        Began(self.clears.load(Ordering::Acquire))
    }

    pub(super) fn put(&self, hash: TokenHash, identity: Identity, now: Timestamp, began: Began) {
        self.tokens.put(hash, identity, now, || self.begin() == began);
    }

    pub(super) fn scope(&self, who: Uuid, exhibitor: ExhibitorId, now: Timestamp) -> Option<ExhibitorScope> {
        self.scopes.get(&(who, exhibitor), now)
    }

    pub(super) fn put_scope(&self, who: Uuid, scope: &ExhibitorScope, now: Timestamp, began: Began) {
        self.scopes.put((who, scope.exhibitor()), scope.clone(), now, || self.begin() == began);
    }

    /// Forgets everyone: somebody's access has just changed.
    pub fn clear(&self) {
        // Counted first: what is put from now on was looked up too early, what was put before goes.
        self.clears.fetch_add(1, Ordering::AcqRel);
        self.tokens.entries().clear();
        self.scopes.entries().clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mobile_core::ids::{DeviceId, EventId};
    use std::sync::Arc;

    #[test]
    fn what_was_read_before_rights_changed_is_not_remembered_after() {
        let cache = IdentityCache::default();
        let device = super::super::identity::DeviceIdentity {
            id: DeviceId(Uuid::nil()),
            event: EventId(Uuid::nil()),
            exhibitor: None,
            member: None,
            booth: None,
            revoked_at: None,
            lost_at: None,
        };
        let (identity, hash, now) =
            (Identity::Device(Arc::new(device)), super::super::token::hash("a"), Timestamp::from_micros(0));
        let early = cache.begin();
        cache.put(hash, identity.clone(), now, early);
        assert!(cache.get(&hash, now).is_some());
        cache.clear();
        cache.put(hash, identity.clone(), now, early);
        assert!(cache.get(&hash, now).is_none());
        cache.put(hash, identity, now, cache.begin());
        assert!(cache.get(&hash, now).is_some());
    }
}
