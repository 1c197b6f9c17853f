//! Cursors of lists: where the next page begins, as an opaque text.

use crate::problem::Problem;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Longest page a list gives.
pub const MAX_LIMIT: u32 = 500;
/// Length of a page when nothing is asked for.
pub const DEFAULT_LIMIT: u32 = 100;

const NUL: &[u8] = b"\\u0000";

/// Writes the place after the last row of a page.
pub fn write<T: Serialize>(place: &T) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(place).expect("a place is made of numbers, ids and texts"))
}

/// Reads a cursor back; `None` when it was not made by [`write`] for this list.
pub fn read<T: DeserializeOwned>(cursor: &str) -> Option<T> {
    let place = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    // No row's place holds U+0000, which not every engine can compare.
    if place.windows(NUL.len()).any(|letters| letters == NUL) {
        return None;
    }
    serde_json::from_slice(&place).ok()
}

/// The length of a page: 1 to 500, 100 when nothing is asked for.
pub fn limit(asked: Option<u32>) -> Result<u32, Problem> {
    match asked {
        None => Ok(DEFAULT_LIMIT),
        Some(limit @ 1..=MAX_LIMIT) => Ok(limit),
        Some(_) => Err(Problem::field("?limit", "must be a number from 1 to 500")),
    }
}

/// Where a page begins, if a cursor was given.
pub fn place<T: DeserializeOwned>(cursor: Option<&str>) -> Result<Option<T>, Problem> {
    match cursor {
        None => Ok(None),
        Some(cursor) => read(cursor).map(Some).ok_or_else(unknown),
    }
}

/// A list cannot go on from a cursor.
pub fn unknown() -> Problem {
    Problem::field("?cursor", "is not one that this list gave; begin without a cursor")
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_cursor_reads_back_and_a_made_up_one_does_not() {
        let place = (17_i64, "x".to_owned());
        assert_eq!(super::read(&super::write(&place)), Some(place));
        assert_eq!(super::read::<(i64, String)>("bm9uc2Vuc2U"), None);
        assert_eq!(super::read::<(i64, String)>(&super::write(&(17_i64, "a\0b"))), None);
    }
}
