//! Where a queue keeps its bytes: a file on a phone, a database of the browser, memory in tests.
//!
//! The trait is small so that a new place is easy to get right: three calls, each of which either
//! happened or did not when it returns. What the bytes mean is in [`super::record`].

use std::fmt;

/// A durable sequence of bytes with one owner at a time.
///
/// A second process or tab either is refused with [`StorageError::InUse`], or takes over: from then
/// on every write of the first fails with it. Two writers that do not know of each other would
/// undo each other's captures in [`Storage::replace`].
pub trait Storage {
    /// Everything kept, oldest first; empty when nothing was ever kept.
    ///
    /// # Errors
    /// [`StorageError`] when the bytes cannot be read.
    fn load(&mut self) -> Result<Vec<u8>, StorageError>;

    /// Adds to the end. On success the bytes survive a power cut; on failure any part of them may
    /// have been kept.
    ///
    /// # Errors
    /// [`StorageError`] when they may not survive.
    fn append(&mut self, bytes: &[u8]) -> Result<(), StorageError>;

    /// Puts other bytes in place of everything, wholly or not at all, whatever happens meanwhile.
    ///
    /// # Errors
    /// [`StorageError`] when the former bytes are still the ones kept.
    fn replace(&mut self, bytes: &[u8]) -> Result<(), StorageError>;

    /// Keeps bytes that could not be read, out of the way, for a person to look into.
    ///
    /// # Errors
    /// [`StorageError`] when they could not be kept.
    fn set_aside(&mut self, bytes: &[u8]) -> Result<(), StorageError>;
}

/// The storage did not do what it was asked.
#[derive(Debug)]
pub enum StorageError {
    /// No space is left.
    Full(String),
    /// Another process or tab has the queue open.
    InUse(String),
    /// Anything else, as the system puts it.
    Failed(String),
}

impl fmt::Display for StorageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full(place) => write!(f, "no space is left for the queue in {place}; free some and try again"),
            Self::InUse(place) => write!(f, "the queue in {place} is open elsewhere; close that first"),
            Self::Failed(why) => write!(f, "the queue cannot be kept: {why}"),
        }
    }
}

impl std::error::Error for StorageError {}
