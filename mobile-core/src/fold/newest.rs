//! The newest few of many, with the count of all.

use super::Order;
use serde::{Deserialize, Serialize};

/// How many are kept with the lead; the log has them all.
pub const KEPT: usize = 20;

/// Something with a place in the order of captures.
pub trait Placed {
    /// Its place.
    fn order(&self) -> Order;
}

/// The newest [`KEPT`] items, newest first, and how many there are in all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Newest<T> {
    #[serde(rename = "n")]
    count: u64,
    #[serde(rename = "k")]
    kept: Vec<T>,
}

impl<T> Default for Newest<T> {
    fn default() -> Self {
        Self { count: 0, kept: Vec::new() }
    }
}

impl<T> Newest<T> {
    /// How many there are in all.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The newest one.
    pub fn newest(&self) -> Option<&T> {
        self.kept.first()
    }

    /// The kept ones, newest first.
    pub fn kept(&self) -> &[T] {
        &self.kept
    }
}

impl<T: Placed> Newest<T> {
    /// Adds one that was not added before.
    pub(super) fn add(&mut self, item: T) {
        self.count += 1;
        let at = self.kept.partition_point(|kept| kept.order() > item.order());
        if at < KEPT {
            self.kept.insert(at, item);
            self.kept.truncate(KEPT);
        }
    }
}
