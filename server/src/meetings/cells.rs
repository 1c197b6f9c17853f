//! Five-minute cells: a meeting takes those that it touches of everything that it needs, and the
//! unique key (event, resource, cell) lets only one meeting have each.
//!
//! They are taken in key order, so that two that want several of the same wait for each other and
//! never in a circle.

use mobile_core::time::Timestamp;
use std::ops::Range;

/// Microseconds of a cell.
pub const CELL_MICROS: i64 = 5 * 60 * 1_000_000;
/// The longest meeting, in cells: eight hours.
pub const MOST_CELLS: i64 = 96;

/// The cells between two times, which are whole multiples of five minutes.
pub fn between(starts_at: Timestamp, ends_at: Timestamp) -> Range<i64> {
    starts_at.as_micros().div_euclid(CELL_MICROS)..ends_at.as_micros().div_euclid(CELL_MICROS)
}

/// What is wrong with the times of a meeting or a slot, by its field.
pub fn check(starts_at: Timestamp, ends_at: Timestamp) -> Result<(), (&'static str, &'static str)> {
    for (field, at) in [("starts_at", starts_at), ("ends_at", ends_at)] {
        if at.as_micros().rem_euclid(CELL_MICROS) != 0 {
            return Err((field, "must be a multiple of five minutes, such as 10:05"));
        }
    }
    if ends_at <= starts_at {
        return Err(("ends_at", "must be later than the beginning"));
    }
    if between(starts_at, ends_at).count() as i64 > MOST_CELLS {
        return Err(("ends_at", "must be at most eight hours after the beginning"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000_000;

    fn check_minutes(from: i64, to: i64) -> Result<(), (&'static str, &'static str)> {
        check(Timestamp::from_micros(from * MINUTE), Timestamp::from_micros(to * MINUTE))
    }

    #[test]
    fn meetings_that_follow_each_other_share_no_cell() {
        let at = |minute| Timestamp::from_micros(minute * MINUTE);
        assert_eq!(between(at(10), at(25)), 2..5);
        assert_eq!(between(at(25), at(30)), 5..6);
        assert_eq!(between(at(-5), at(5)), -1..1);
    }

    #[test]
    fn a_meeting_that_is_empty_backwards_or_between_the_cells_is_refused() {
        assert!(check_minutes(10, 25).is_ok());
        for (from, to, field) in [(10, 10, "ends_at"), (25, 10, "ends_at"), (12, 25, "starts_at"), (0, 485, "ends_at")]
        {
            assert_eq!(check_minutes(from, to).map_err(|wrong| wrong.0), Err(field), "{from} to {to}");
        }
    }
}
