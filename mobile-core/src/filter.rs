//! The offline badge filter: whether a code is a badge of the event, without network and without
//! any personal data.
//!
//! A binary fuse filter (Graf and Lemire 2022; 16-bit fingerprints, about 2.3 bytes a badge, wrong
//! once in 65,536) over the hashes of all codes, and two short lists: codes added since it was built,
//! and codes revoked. A phone downloads it once and then asks for what changed since; the lists it
//! gets then replace the ones it has, so that answers may be lost or come twice. The bytes begin with
//! a mark and the version of the format and end with a checksum; `docs/decisions` says why.

use std::fmt;

use sha2::{Digest, Sha256};
use xorf::{BinaryFuse16, Filter as _};

use crate::time::Timestamp;

/// The media type of both forms.
pub const MEDIA_TYPE: &str = "application/vnd.leadline.badge-filter";
/// A filter is built anew when more than one code in this many was added since.
pub const REBUILD_SHARE: usize = 100;

const WHOLE: &[u8; 4] = b"LLF\x01";
const DELTA: &[u8; 4] = b"LLD\x01";
/// The first bytes of SHA-256 over everything before.
const SUM: usize = 8;
/// The most that is read: a filter of four million badges.
const MOST_BYTES: usize = 16 << 20;
/// The longest segment that the builder makes.
const LONGEST_SEGMENT: u32 = 1 << 18;

/// What a phone can say of a code without network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// A badge of this event.
    Genuine,
    /// A badge that was lost, cancelled or misused, as of this time.
    Revoked {
        /// When the server last said so.
        as_of: Timestamp,
    },
    /// Saved, details follow: no badge that the filter knows. A walk-in may be newer than it.
    Unknown,
}

/// A filter with its lists.
#[derive(Clone)]
pub struct BadgeFilter {
    version: u64,
    as_of: Timestamp,
    count: u32,
    fuse: BinaryFuse16,
    added: Vec<u64>,
    revoked: Vec<u64>,
}

/// What changed since a filter was built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// The version of the filter that this belongs to.
    pub version: u64,
    /// Until when the lists are complete.
    pub as_of: Timestamp,
    /// Codes that the filter does not hold, by [`code_key`].
    pub added: Vec<u64>,
    /// All codes that are revoked now, by [`code_key`].
    pub revoked: Vec<u64>,
}

/// Why bytes are no filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilterError {
    /// They do not begin as a filter does, or it is one of a newer format.
    NotAFilter,
    /// They end early, or something in them was changed.
    Damaged,
    /// The changes belong to another filter: download the whole one.
    OtherVersion {
        /// The filter that is needed.
        needs: u64,
    },
    /// No filter could be built of these codes.
    NotBuilt,
}

/// What a code is known by: the first 8 bytes of its hash.
pub fn code_key(code_hash: &[u8; 32]) -> u64 {
    let mut first = [0; 8];
    first.copy_from_slice(&code_hash[..8]);
    u64::from_be_bytes(first)
}

impl BadgeFilter {
    /// Builds a filter of all codes of an event. `version` names it and is not used twice; `as_of`
    /// is when the codes were read. Takes about 60 ns and 40 bytes a code.
    ///
    /// # Errors
    /// [`FilterError::NotBuilt`], by odds of one in many millions.
    pub fn build(version: u64, as_of: Timestamp, mut codes: Vec<u64>, revoked: Vec<u64>) -> Result<Self, FilterError> {
        codes.sort_unstable();
        codes.dedup();
        let count = u32::try_from(codes.len()).map_err(|_| FilterError::NotBuilt)?;
        let fuse = BinaryFuse16::try_from(codes.as_slice()).map_err(|_| FilterError::NotBuilt)?;
        Ok(Self { version, as_of, count, fuse, added: Vec::new(), revoked: sorted(revoked) })
    }

    /// What names this filter; say it as `since` to get only what changed.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Until when the filter with its lists is complete.
    pub fn as_of(&self) -> Timestamp {
        self.as_of
    }

    /// Codes that it was built of.
    pub fn count(&self) -> usize {
        self.count as usize
    }

    /// Whether so many codes were added since that it should be built anew.
    pub fn is_outgrown(&self, added: usize) -> bool {
        added * REBUILD_SHARE > self.count()
    }

    /// What can be said of a code.
    pub fn verdict(&self, code_hash: &[u8; 32]) -> Verdict {
        let key = code_key(code_hash);
        if self.revoked.binary_search(&key).is_ok() {
            return Verdict::Revoked { as_of: self.as_of };
        }
        // A filter of nothing holds nothing, whatever its fingerprints say.
        let is_held = self.count > 0 && self.fuse.contains(&key);
        if is_held || self.added.binary_search(&key).is_ok() { Verdict::Genuine } else { Verdict::Unknown }
    }

    /// Takes what changed since: the lists replace those it has. Older changes change nothing.
    ///
    /// # Errors
    /// [`FilterError::OtherVersion`] when they belong to another filter.
    pub fn apply(&mut self, changes: Changes) -> Result<(), FilterError> {
        if changes.version != self.version {
            return Err(FilterError::OtherVersion { needs: changes.version });
        }
        if changes.as_of >= self.as_of {
            self.as_of = changes.as_of;
            (self.added, self.revoked) = (sorted(changes.added), sorted(changes.revoked));
        }
        Ok(())
    }

    /// Takes what the server answered, whichever form it chose.
    ///
    /// # Errors
    /// [`FilterError`]; the filter stays as it was.
    pub fn update(&mut self, bytes: &[u8]) -> Result<(), FilterError> {
        if bytes.starts_with(DELTA) {
            return self.apply(Changes::from_bytes(bytes)?);
        }
        *self = Self::from_bytes(bytes)?;
        Ok(())
    }

    /// The filter as it is stored and sent: all numbers little-endian; mark, version, time, count,
    /// the fuse's seed and lengths, its fingerprints, both lists, and a checksum.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(64 + 2 * self.fuse.fingerprints.len());
        bytes.extend_from_slice(WHOLE);
        bytes.extend_from_slice(&self.version.to_le_bytes());
        bytes.extend_from_slice(&self.as_of.as_micros().to_le_bytes());
        bytes.extend_from_slice(&self.count.to_le_bytes());
        bytes.extend_from_slice(&self.fuse.descriptor.seed.to_le_bytes());
        bytes.extend_from_slice(&self.fuse.descriptor.segment_length.to_le_bytes());
        bytes.extend_from_slice(&self.fuse.descriptor.segment_count_length.to_le_bytes());
        bytes.extend_from_slice(&(self.fuse.fingerprints.len() as u32).to_le_bytes());
        for fingerprint in &self.fuse.fingerprints {
            bytes.extend_from_slice(&fingerprint.to_le_bytes());
        }
        write_list(&self.added, &mut bytes);
        write_list(&self.revoked, &mut bytes);
        seal(bytes)
    }

    /// Reads what [`BadgeFilter::to_bytes`] wrote. No bytes make it or what it returns panic.
    ///
    /// # Errors
    /// [`FilterError::NotAFilter`] and [`FilterError::Damaged`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FilterError> {
        let mut rest = Rest(opened(bytes, WHOLE)?);
        let (version, as_of) = (rest.u64()?, rest.time()?);
        let (count, seed) = (rest.u32()?, rest.u64()?);
        let (segment_length, segment_count_length, length) = (rest.u32()?, rest.u32()?, rest.u32()?);
        // The reader of the filter trusts these: whatever the hash, it looks at three fingerprints
        // between 0 and the lengths' sum.
        let is_sound = segment_length.is_power_of_two()
            && segment_length <= LONGEST_SEGMENT
            && u64::from(segment_count_length) + 2 * u64::from(segment_length) <= u64::from(length)
            && segment_count_length > 0
            && segment_count_length.is_multiple_of(segment_length);
        if !is_sound {
            return Err(FilterError::Damaged);
        }
        let fingerprints = rest.take(length as usize * 2)?;
        let fingerprints = fingerprints.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
        // The type of the descriptor has no public name, so an empty filter is filled.
        let mut fuse = BinaryFuse16::try_from(&[] as &[u64]).map_err(|_| FilterError::NotBuilt)?;
        fuse.descriptor.seed = seed;
        fuse.descriptor.segment_length = segment_length;
        fuse.descriptor.segment_length_mask = segment_length - 1;
        fuse.descriptor.segment_count_length = segment_count_length;
        fuse.fingerprints = fingerprints;
        let (added, revoked) = (rest.list()?, rest.list()?);
        rest.end()?;
        Ok(Self { version, as_of, count, fuse, added, revoked })
    }
}

impl Changes {
    /// The changes as they are sent.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(40 + 8 * (self.added.len() + self.revoked.len()));
        bytes.extend_from_slice(DELTA);
        bytes.extend_from_slice(&self.version.to_le_bytes());
        bytes.extend_from_slice(&self.as_of.as_micros().to_le_bytes());
        write_list(&sorted(self.added.clone()), &mut bytes);
        write_list(&sorted(self.revoked.clone()), &mut bytes);
        seal(bytes)
    }

    /// Reads what [`Changes::to_bytes`] wrote.
    ///
    /// # Errors
    /// [`FilterError::NotAFilter`] and [`FilterError::Damaged`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FilterError> {
        let mut rest = Rest(opened(bytes, DELTA)?);
        let (version, as_of) = (rest.u64()?, rest.time()?);
        let (added, revoked) = (rest.list()?, rest.list()?);
        rest.end()?;
        Ok(Self { version, as_of, added, revoked })
    }
}

fn sorted(mut codes: Vec<u64>) -> Vec<u64> {
    codes.sort_unstable();
    codes.dedup();
    codes
}

fn write_list(list: &[u64], bytes: &mut Vec<u8>) {
    bytes.extend_from_slice(&(list.len() as u32).to_le_bytes());
    for code in list {
        bytes.extend_from_slice(&code.to_le_bytes());
    }
}

fn seal(mut bytes: Vec<u8>) -> Vec<u8> {
    let sum = Sha256::digest(&bytes);
    bytes.extend_from_slice(&sum[..SUM]);
    bytes
}

/// What stands between the mark and a right checksum.
fn opened<'b>(bytes: &'b [u8], mark: &[u8]) -> Result<&'b [u8], FilterError> {
    if !bytes.starts_with(mark) {
        return Err(FilterError::NotAFilter);
    }
    let (body, sum) = bytes.split_last_chunk::<SUM>().ok_or(FilterError::Damaged)?;
    let is_right = bytes.len() <= MOST_BYTES && Sha256::digest(body)[..SUM] == *sum;
    body.get(mark.len()..).filter(|_| is_right).ok_or(FilterError::Damaged)
}

/// What is still to be read.
struct Rest<'b>(&'b [u8]);

impl<'b> Rest<'b> {
    fn take(&mut self, length: usize) -> Result<&'b [u8], FilterError> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(FilterError::Damaged)?;
        self.0 = rest;
        Ok(taken)
    }

    fn u32(&mut self) -> Result<u32, FilterError> {
        let bytes = self.take(4)?;
        Ok(bytes.iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte)))
    }

    fn u64(&mut self) -> Result<u64, FilterError> {
        let bytes = self.take(8)?;
        Ok(bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    fn time(&mut self) -> Result<Timestamp, FilterError> {
        Ok(Timestamp::from_micros(self.u64()? as i64))
    }

    fn list(&mut self) -> Result<Vec<u64>, FilterError> {
        let length = self.u32()? as usize;
        let bytes = self.take(length.checked_mul(8).ok_or(FilterError::Damaged)?)?;
        let mut rest = Rest(bytes);
        let list: Result<Vec<u64>, FilterError> = (0..length).map(|_| rest.u64()).collect();
        Ok(sorted(list?))
    }

    fn end(&self) -> Result<(), FilterError> {
        if self.0.is_empty() { Ok(()) } else { Err(FilterError::Damaged) }
    }
}

impl fmt::Debug for BadgeFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { version, as_of, count, .. } = self;
        f.debug_struct("BadgeFilter")
            .field("version", version)
            .field("as_of", as_of)
            .field("count", count)
            .field("added", &self.added.len())
            .field("revoked", &self.revoked.len())
            .finish_non_exhaustive()
    }
}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAFilter => f.write_str("this is no badge filter, or one of a newer program"),
            Self::Damaged => f.write_str("the badge filter is cut short or was changed; download it again"),
            Self::OtherVersion { needs } => {
                write!(f, "these changes belong to badge filter {needs}; download the whole one")
            }
            Self::NotBuilt => f.write_str("no badge filter could be built of these codes"),
        }
    }
}

impl std::error::Error for FilterError {}

#[cfg(test)]
mod tests;
