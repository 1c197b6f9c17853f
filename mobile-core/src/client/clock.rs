//! The clocks and the randomness of the native client: the only place of this crate that has any.

use std::sync::OnceLock;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use uuid::Uuid;

use crate::ids;
use crate::queue::sync::Now;
use crate::time::Timestamp;

/// Both clocks, now. The monotonic one counts from the first call.
pub fn now() -> Now {
    static ORIGIN: OnceLock<Instant> = OnceLock::new();
    let monotonic = ORIGIN.get_or_init(Instant::now).elapsed();
    #[expect(clippy::disallowed_methods, reason = "a phone's clock is read here and nowhere else")]
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Now {
        wall: Timestamp::from_micros(i64::try_from(since_1970.as_micros()).unwrap_or(i64::MAX)),
        monotonic_us: u64::try_from(monotonic.as_micros()).unwrap_or(u64::MAX),
    }
}

/// 128 random bits of the system.
///
/// # Panics
/// Where the system has no source of randomness, on which nothing else would work either.
pub fn random() -> u128 {
    let mut bits = [0; 16];
    getrandom::fill(&mut bits).expect("the system has a source of randomness");
    u128::from_le_bytes(bits)
}

/// A new UUID of version 7.
pub fn new_id() -> Uuid {
    ids::uuid(now().wall, random())
}
