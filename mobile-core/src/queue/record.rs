//! The bytes of a queue: an append-only log of records, each with its length and a checksum.
//!
//! A torn write damages the end only; a rotten sector damages what it holds, and reading goes on at
//! the next record that is whole. Nothing unreadable is thrown away: the caller sets it aside.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use super::Settlement;
use crate::ids::{CaptureId, QueueId};

/// Begins every record, so that reading can find its place again.
const MARK: [u8; 4] = *b"LLR\x01";
/// Mark, length (4 bytes, little-endian), and the first 8 bytes of SHA-256 over length and payload.
const HEAD: usize = 16;

/// One change of a queue.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Record {
    /// From here on captures are numbered under this id.
    Numbering { queue_id: QueueId, next_seq: u64 },
    /// A capture was taken.
    Taken {
        id: CaptureId,
        queue_id: QueueId,
        seq: u64,
        body: Box<RawValue>,
        /// Whom it was taken for; absent where that was not known yet.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        destination: Option<String>,
    },
    /// An answer named a capture.
    Settled { id: CaptureId, settlement: Settlement },
    /// The server lost captures it had: they are to be sent again.
    Unsettled { ids: Vec<CaptureId> },
    /// The server's count of settled numbers.
    Counted { queue_id: QueueId, contiguous_seq: u64 },
    /// From here on captures are taken for this destination. What was taken for nobody becomes its.
    Destination { destination: String },
    /// Everything unsent goes to the present destination, whomever it was taken for.
    Adopted,
    /// Whether the server said that this phone may show nothing of the event any more.
    Access { is_ended: bool },
    /// A person has seen that this capture was not accepted.
    Dismissed { id: CaptureId },
}

/// Adds a record's bytes to `log`.
pub(super) fn write(record: &Record, log: &mut Vec<u8>) {
    // Strings, numbers and ids: nothing in a record can fail to become JSON.
    let payload = serde_json::to_vec(record).unwrap_or_default();
    write_payload(&payload, log);
}

pub(super) fn write_payload(payload: &[u8], log: &mut Vec<u8>) {
    let length = (payload.len() as u32).to_le_bytes();
    log.extend_from_slice(&MARK);
    log.extend_from_slice(&length);
    log.extend_from_slice(&checksum(length, payload));
    log.extend_from_slice(payload);
}

/// What a log holds.
pub(super) struct Log {
    /// The payloads, oldest first.
    pub(super) payloads: Vec<Range<usize>>,
    /// What could not be read between and behind them.
    pub(super) damaged: Vec<Range<usize>>,
}

/// Reads a log in time linear in its length, whatever its bytes are.
pub(super) fn read(log: &[u8]) -> Log {
    let mut found = Log { payloads: Vec::new(), damaged: Vec::new() };
    let mut end = 0;
    for place in places(log) {
        // A mark inside what was read is a checksum that happens to look like one.
        if place.start < end {
            continue;
        }
        let Some(payload) = payload_in(log, &place) else { continue };
        if place.start > end {
            found.damaged.push(end..place.start);
        }
        end = payload.end;
        found.payloads.push(payload);
    }
    if end < log.len() {
        found.damaged.push(end..log.len());
    }
    found
}

/// Where records may lie: from each mark to the next one that cannot belong to its own head.
///
/// Payloads are JSON, which has no control characters and so never holds a mark; without that limit
/// a log of false marks, each with a length that reaches to the end, would be hashed once a mark.
fn places(log: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let marks = || log.windows(MARK.len()).enumerate().filter(|(_, bytes)| *bytes == MARK).map(|(at, _)| at);
    let mut ends = marks().peekable();
    marks().map(move |start| {
        while ends.next_if(|end| *end < start + HEAD).is_some() {}
        start..ends.peek().copied().unwrap_or(log.len())
    })
}

fn payload_in(log: &[u8], place: &Range<usize>) -> Option<Range<usize>> {
    let rest = log.get(place.clone())?.strip_prefix(&MARK)?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let (sum, rest) = rest.split_first_chunk::<8>()?;
    let size = u32::from_le_bytes(*length) as usize;
    let payload = rest.get(..size)?;
    let from = place.start + HEAD;
    (checksum(*length, payload) == *sum).then_some(from..from + size)
}

fn checksum(length: [u8; 4], payload: &[u8]) -> [u8; 8] {
    let digest = Sha256::new().chain_update(length).chain_update(payload).finalize();
    let mut sum = [0; 8];
    sum.copy_from_slice(&digest[..8]);
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(payloads: &[&[u8]]) -> Vec<u8> {
        let mut log = Vec::new();
        for payload in payloads {
            write_payload(payload, &mut log);
        }
        log
    }

    fn payloads(log: &[u8]) -> Vec<&[u8]> {
        read(log).payloads.into_iter().map(|range| &log[range]).collect()
    }

    #[test]
    fn a_log_cut_anywhere_keeps_every_whole_record() {
        let whole = log(&[b"one", b"", b"three"]);
        for cut in 0..=whole.len() {
            let kept = payloads(&whole[..cut]).len();
            let expected = [HEAD + 3, 2 * HEAD + 3, 3 * HEAD + 8].iter().filter(|end| **end <= cut).count();
            assert_eq!(kept, expected, "cut at {cut}");
        }
    }

    #[test]
    fn one_rotten_byte_costs_one_record() {
        let whole = log(&[b"one", b"two", b"three"]);
        for at in 0..whole.len() {
            let mut rotten = whole.clone();
            rotten[at] ^= 0x20;
            let log = read(&rotten);
            assert_eq!((log.payloads.len(), log.damaged.len()), (2, 1), "byte {at}");
        }
    }

    #[test]
    fn false_marks_cost_no_more_than_their_own_bytes() {
        for gap in [0, 1, 12, 13, 100] {
            // Each claims everything behind it, so that trusting the length would hash it again and again.
            let count = 20_000_u32;
            let false_mark = |n: u32| {
                let length = (count - n - 1) * (16 + gap);
                [&MARK[..], &length.to_le_bytes(), &[7; 8], &vec![b' '; gap as usize]].concat()
            };
            let mut crafted: Vec<u8> = (0..count).flat_map(false_mark).collect();
            write_payload(b"sound", &mut crafted);
            let hashed: usize = places(&crafted).map(|place| place.len()).sum();
            assert!(hashed <= crafted.len(), "{hashed} of {} bytes", crafted.len());
            assert_eq!(payloads(&crafted), [b"sound"], "gap {gap}");
        }
        let dense = MARK.repeat(50_000);
        let hashed: usize = places(&dense).map(|place| place.len()).sum();
        assert!(hashed <= HEAD / MARK.len() * dense.len());
    }

    #[test]
    fn a_checksum_that_looks_like_a_mark_hides_nothing() {
        let mut bytes = log(&[b"one", b"two"]);
        // As if the checksum of the first held a mark: that record is gone, the second is not.
        bytes[8..12].copy_from_slice(&MARK);
        assert_eq!(payloads(&bytes), [b"two"]);
        let place = places(&log(&[b"one"])).next();
        assert_eq!(place, Some(0..HEAD + 3));
    }

    #[test]
    fn noise_is_no_record() {
        let noise: Vec<u8> = (0..5000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
        assert!(read(&noise).payloads.is_empty());
        assert!(read(&MARK.repeat(1000)).payloads.is_empty());
        assert!(read(&[0; 4096]).payloads.is_empty());
    }
}
