//! The chain: each entry's hash covers the one before, so that none can be changed, left out or put
//! in between unseen.

use super::store::ChainRow;
use mobile_core::ids::EventId;
use mobile_core::time::Timestamp;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// What the first entry follows.
pub(super) const BEGINNING: [u8; 32] = [0; 32];

/// An entry as it is hashed.
#[derive(Debug)]
pub(super) struct Entry {
    pub event: EventId,
    pub seq: i64,
    pub at: Timestamp,
    pub action: String,
    pub actor: Option<Uuid>,
    pub exhibitor: Option<Uuid>,
    pub subject: Option<Uuid>,
    pub detail_hash: [u8; 32],
}

impl Entry {
    /// SHA-256 over the hash before and every field, each of a fixed length or with its length.
    pub fn hash(&self, before: &[u8]) -> [u8; 32] {
        let mut hasher = Sha256::new();
        hasher.update(b"leadline audit 1");
        hasher.update(before);
        hasher.update(self.event.0.as_bytes());
        hasher.update(self.seq.to_be_bytes());
        hasher.update(self.at.as_micros().to_be_bytes());
        hasher.update((self.action.len() as u64).to_be_bytes());
        hasher.update(self.action.as_bytes());
        for id in [self.actor, self.exhibitor, self.subject] {
            hasher.update([u8::from(id.is_some())]);
            hasher.update(id.unwrap_or_default().as_bytes());
        }
        hasher.update(self.detail_hash);
        hasher.finalize().into()
    }
}

/// Binds a detail without giving it away: who has only the hash cannot try names against it.
pub(super) fn detail_hash(salt: &[u8], detail: &str) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update((salt.len() as u64).to_be_bytes());
    hasher.update(salt);
    hasher.update(detail.as_bytes());
    hasher.finalize().into()
}

/// Where a chain breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The first entry that is not as it was written.
    pub seq: i64,
    /// What is wrong with it.
    pub detail: &'static str,
}

/// What became of walking one chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Whose chain; nil: the server's own.
    pub event: EventId,
    /// Entries that are as they were written.
    pub entries: i64,
    /// Of those, how many have had their detail erased.
    pub erased: i64,
    /// The newest hash: kept elsewhere, it shows later that nothing was taken from the end.
    pub head: [u8; 32],
    /// Where it breaks, if it does.
    pub broken: Option<Broken>,
}

/// A walk along a chain from its beginning.
#[derive(Debug)]
pub(super) struct Walk {
    seen: Verified,
    seq: i64,
}

impl Walk {
    pub fn begin(event: EventId) -> Self {
        let seen = Verified { event, entries: 0, erased: 0, head: BEGINNING, broken: None };
        Self { seen, seq: 0 }
    }

    /// The newest number that was seen.
    pub fn seq(&self) -> i64 {
        self.seq
    }

    /// Takes in the next entry.
    pub fn step(&mut self, row: &ChainRow) {
        let expected = self.seq + 1;
        self.seq = row.seq;
        if self.seen.broken.is_some() {
            return;
        }
        if row.seq != expected {
            self.seen.broken = Some(Broken { seq: expected, detail: "is missing" });
            return;
        }
        let detail_hash: [u8; 32] = row.detail_hash.as_slice().try_into().unwrap_or_default();
        let entry = Entry {
            event: self.seen.event,
            seq: row.seq,
            at: row.at,
            action: row.action.clone(),
            actor: row.actor_id,
            exhibitor: row.exhibitor_id,
            subject: row.subject_id,
            detail_hash,
        };
        let hash = entry.hash(&self.seen.head);
        let detail = row.salt.as_deref().zip(row.detail.as_deref());
        if hash.as_slice() != row.hash {
            self.seen.broken = Some(Broken { seq: row.seq, detail: "is not as it was written" });
        } else if detail.is_some_and(|(salt, detail)| self::detail_hash(salt, detail) != detail_hash) {
            self.seen.broken = Some(Broken { seq: row.seq, detail: "has another detail than was written" });
        } else {
            self.seen.head = hash;
            self.seen.entries += 1;
            self.seen.erased += i64::from(detail.is_none());
        }
    }

    /// Nothing says where the chain ends.
    pub fn gone(mut self) -> Verified {
        self.seen.broken = Some(Broken { seq: 1, detail: "is missing: the whole chain was taken away" });
        self.seen
    }

    /// Holds the end against what the chain's head says.
    pub fn end(mut self, seq: i64, hash: &[u8]) -> Verified {
        if self.seen.broken.is_none() && (seq != self.seq || hash != self.seen.head) {
            self.seen.broken = Some(Broken { seq: self.seq + 1, detail: "is missing: the chain was longer" });
        }
        self.seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(length: i64) -> Vec<ChainRow> {
        let mut before = BEGINNING;
        (1..=length)
            .map(|seq| {
                let (salt, detail) = (vec![7; 16], format!("{{\"n\":{seq}}}"));
                let hashed = detail_hash(&salt, &detail);
                let entry = Entry {
                    event: EventId(Uuid::nil()),
                    seq,
                    at: Timestamp::from_micros(seq),
                    action: "leads_read".into(),
                    actor: Some(Uuid::from_u128(1)),
                    exhibitor: None,
                    subject: None,
                    detail_hash: hashed,
                };
                before = entry.hash(&before);
                ChainRow {
                    seq,
                    at: entry.at,
                    action: entry.action,
                    actor_id: entry.actor,
                    exhibitor_id: None,
                    subject_id: None,
                    detail_hash: hashed.to_vec(),
                    hash: before.to_vec(),
                    salt: Some(salt),
                    detail: Some(detail),
                }
            })
            .collect()
    }

    fn walk(rows: &[ChainRow], head: &ChainRow) -> Verified {
        let mut walk = Walk::begin(EventId(Uuid::nil()));
        for row in rows {
            walk.step(row);
        }
        walk.end(head.seq, &head.hash)
    }

    #[test]
    fn a_chain_holds_until_anything_of_it_changes() {
        let rows = chain(5);
        let whole = walk(&rows, &rows[4]);
        assert_eq!((whole.entries, whole.erased, whole.broken), (5, 0, None));
        let broken_at = |change: &dyn Fn(&mut Vec<ChainRow>)| {
            let mut changed = rows.clone();
            change(&mut changed);
            walk(&changed, &rows[4]).broken.map(|broken| broken.seq)
        };
        assert_eq!(broken_at(&|rows| rows[2].action = "signed_in".into()), Some(3));
        assert_eq!(broken_at(&|rows| rows[2].actor_id = None), Some(3));
        assert_eq!(broken_at(&|rows| rows[1].at = Timestamp::from_micros(9)), Some(2));
        assert_eq!(broken_at(&|rows| rows[3].detail = Some("{}".into())), Some(4));
        assert_eq!(broken_at(&|rows| drop(rows.remove(1))), Some(2));
        assert_eq!(broken_at(&|rows| rows.truncate(3)), Some(4), "taken from the end");
        assert_eq!(broken_at(&|rows| rows.swap(1, 2)), Some(2));
    }

    #[test]
    fn erasing_what_is_personal_does_not_break_it() {
        let mut rows = chain(3);
        rows[1].salt = None;
        rows[1].detail = None;
        let whole = walk(&rows, &rows[2]);
        assert_eq!((whole.entries, whole.erased, whole.broken), (3, 1, None));
    }
}
