//! The rescue file: what a phone could not send, sealed to the event's key, to be opened by the
//! organiser without the phone.
//!
//! A person saves it from a phone whose screen breaks or whose network never comes, and hands it to
//! the help desk by whatever way is left. Whoever carries it can read nothing: the body is a
//! `crypto_box` sealed box (X25519, XSalsa20-Poly1305, as libsodium's `crypto_box_seal`). In the
//! open stand only the event's id and a fingerprint of the key, so that a wrong file is told as
//! one. Opening it twice is safe: captures are known by their ids.

use std::fmt;

use crypto_box::aead::rand_core::{CryptoRng, RngCore};
use crypto_box::{PublicKey, SecretKey};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use crate::ids::{DeviceId, EventId, ExhibitorId, QueueId};
use crate::queue::{Queue, Queued, Storage};
use crate::time::Timestamp;

/// The media type of a rescue file.
pub const MEDIA_TYPE: &str = "application/vnd.leadline.rescue";
/// The most bytes a rescue file may have: tens of thousands of scans.
pub const MOST_BYTES: usize = 32 << 20;

const MARK: &[u8; 4] = b"LLX\x01";
/// Bytes of the key's fingerprint.
const FINGERPRINT: usize = 8;
const HEAD: usize = 4 + 16 + FINGERPRINT;

/// The public half of an event's key pair, as pairing gives it to a phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RescueKey([u8; 32]);

/// The private half. Only the server has it.
#[derive(Clone)]
pub struct RescueSecret(SecretKey);

/// What a rescue file holds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Rescued {
    /// The event.
    pub event_id: EventId,
    /// The device's time of saving.
    pub saved_at: Timestamp,
    /// The device, if it was paired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_id: Option<DeviceId>,
    /// SHA-256 of the device's token as hexadecimal digits: proof that the file is this device's,
    /// since anyone who has the public key can seal something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_proof: Option<String>,
    /// The server's clock minus the device's in microseconds, as the phone last knew it. The file
    /// travels for hours, so its times cannot be corrected by when it arrives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_offset_us: Option<i64>,
    /// The captures, one part for each space and numbering.
    pub parts: Vec<RescuedPart>,
}

/// The captures of one space and numbering, as a request would carry them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RescuedPart {
    /// Whom they were taken for; absent for a door, or where the phone did not know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exhibitor_id: Option<ExhibitorId>,
    /// The storage that numbers them.
    pub queue_id: QueueId,
    /// The captures, oldest first.
    pub captures: Vec<Box<RawValue>>,
}

/// Who saves a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Saver<'a> {
    /// The event whose key it is sealed to.
    pub event_id: EventId,
    /// The device.
    pub device_id: Option<DeviceId>,
    /// The exhibitor the device is paired to.
    pub exhibitor_id: Option<ExhibitorId>,
    /// The device's token, of which the file holds a hash.
    pub device_token: Option<&'a str>,
    /// What [`crate::queue::sync::Sync::clock_offset_us`] says, if it says anything.
    pub clock_offset_us: Option<i64>,
    /// The device's time.
    pub now: Timestamp,
}

/// Why bytes cannot be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RescueError {
    /// They do not begin as a rescue file does.
    NotARescueFile,
    /// A rescue file of another event.
    OtherEvent(EventId),
    /// Sealed to another key of this event.
    OtherKey,
    /// It is cut short, or something in it was changed.
    Damaged,
    /// It was opened, and what is in it is of a newer program.
    TooNew,
    /// It is larger than [`MOST_BYTES`].
    TooLong,
    /// A key has 32 bytes.
    NotAKey,
}

impl RescueKey {
    /// The key from its 64 hexadecimal digits.
    ///
    /// # Errors
    /// [`RescueError::NotAKey`].
    pub fn from_hex(hex: &str) -> Result<Self, RescueError> {
        from_hex(hex).map(Self).ok_or(RescueError::NotAKey)
    }

    /// The key of these bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes of the key.
    pub fn to_bytes(self) -> [u8; 32] {
        self.0
    }

    /// The 64 hexadecimal digits of the key.
    pub fn to_hex(self) -> String {
        hex(&self.0)
    }

    fn fingerprint(self) -> [u8; FINGERPRINT] {
        let mut first = [0; FINGERPRINT];
        first.copy_from_slice(&Sha256::digest(self.0)[..FINGERPRINT]);
        first
    }
}

impl Rescued {
    /// The hash of the device's token, if the file holds one.
    pub fn proof(&self) -> Option<[u8; 32]> {
        self.device_proof.as_deref().and_then(from_hex)
    }

    /// How many captures it holds.
    pub fn count(&self) -> usize {
        self.parts.iter().map(|part| part.captures.len()).sum()
    }
}

impl RescueSecret {
    /// The secret of these 32 random bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(SecretKey::from_bytes(bytes))
    }

    /// The public half.
    pub fn key(&self) -> RescueKey {
        RescueKey(*self.0.public_key().as_bytes())
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn from_hex(hex: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if hex.len() != 64 {
        return None;
    }
    for (byte, digits) in bytes.iter_mut().zip(hex.as_bytes().chunks_exact(2)) {
        let digit = |at: usize| char::from(digits[at]).to_digit(16);
        *byte = (digit(0)? << 4 | digit(1)?) as u8;
    }
    Some(bytes)
}

/// What of a queue belongs in a rescue file: everything that no answer has named, whomever it was
/// taken for, and what was not accepted and not dismissed.
pub fn contents<S: Storage>(queue: &Queue<S>, saver: Saver<'_>) -> Rescued {
    let mut parts: Vec<RescuedPart> = Vec::new();
    let is_wanted = |capture: &&Queued| capture.is_unsent() || capture.is_shown_as_not_accepted();
    for capture in queue.captures().iter().filter(is_wanted) {
        // A destination that is no exhibitor's id is the caller's own name for where it is paired.
        let named = capture.destination().and_then(|destination| destination.parse::<ExhibitorId>().ok());
        let exhibitor_id = named.or(saver.exhibitor_id.filter(|_| queue.is_for_present(capture)));
        let (queue_id, body) = (capture.queue_id, capture.body.clone());
        match parts.iter_mut().find(|part| part.queue_id == queue_id && part.exhibitor_id == exhibitor_id) {
            Some(part) => part.captures.push(body),
            None => parts.push(RescuedPart { exhibitor_id, queue_id, captures: vec![body] }),
        }
    }
    Rescued {
        event_id: saver.event_id,
        saved_at: saver.now,
        device_id: saver.device_id,
        device_proof: saver.device_token.map(|token| hex(&Sha256::digest(token.as_bytes()))),
        clock_offset_us: saver.clock_offset_us,
        parts,
    }
}

/// Seals contents to an event's key. `random` is 32 fresh random bytes, never used again.
///
/// # Errors
/// [`RescueError::TooLong`].
pub fn seal(rescued: &Rescued, key: RescueKey, random: [u8; 32]) -> Result<Vec<u8>, RescueError> {
    // Ids, times and JSON that was checked when it was taken: this cannot fail.
    let body = serde_json::to_vec(rescued).unwrap_or_default();
    let mut once = Once(Some(random));
    let sealed = PublicKey::from_bytes(key.0).seal(&mut once, &body).map_err(|_| RescueError::TooLong)?;
    let mut file = Vec::with_capacity(HEAD + sealed.len());
    file.extend_from_slice(MARK);
    file.extend_from_slice(rescued.event_id.0.as_bytes());
    file.extend_from_slice(&key.fingerprint());
    file.extend_from_slice(&sealed);
    if file.len() > MOST_BYTES { Err(RescueError::TooLong) } else { Ok(file) }
}

/// The event that a file says it is for, before anything is opened.
///
/// # Errors
/// [`RescueError::NotARescueFile`] and [`RescueError::Damaged`].
pub fn event_of(file: &[u8]) -> Result<EventId, RescueError> {
    let rest = file.strip_prefix(MARK).ok_or(RescueError::NotARescueFile)?;
    let (event, _) = rest.split_first_chunk::<16>().ok_or(RescueError::Damaged)?;
    Ok(EventId(uuid::Uuid::from_bytes(*event)))
}

/// Opens a file with its event's secret.
///
/// # Errors
/// [`RescueError`] says what is wrong with it.
pub fn open(file: &[u8], event: EventId, secret: &RescueSecret) -> Result<Rescued, RescueError> {
    if file.len() > MOST_BYTES {
        return Err(RescueError::TooLong);
    }
    let named = event_of(file)?;
    if named != event {
        return Err(RescueError::OtherEvent(named));
    }
    let (head, sealed) = file.split_at_checked(HEAD).ok_or(RescueError::Damaged)?;
    if head[HEAD - FINGERPRINT..] != secret.key().fingerprint() {
        return Err(RescueError::OtherKey);
    }
    let body = secret.0.unseal(sealed).map_err(|_| RescueError::Damaged)?;
    let rescued: Rescued = serde_json::from_slice(&body).map_err(|_| RescueError::TooNew)?;
    // The open part is no part of the seal.
    if rescued.event_id == event { Ok(rescued) } else { Err(RescueError::OtherEvent(rescued.event_id)) }
}

/// Hands the caller's random bytes to the seal, which draws one key and nothing else.
struct Once(Option<[u8; 32]>);

impl RngCore for Once {
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        self.fill_bytes(&mut bytes);
        u32::from_le_bytes(bytes)
    }

    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.fill_bytes(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        // Drawn in portions, should another version of the library want more: each its own hash.
        for portion in bytes.chunks_mut(32) {
            let seed = self.0.unwrap_or_default();
            self.0 = Some(Sha256::digest([seed.as_slice(), b"next"].concat()).into());
            portion.copy_from_slice(&Sha256::digest([seed.as_slice(), b"drawn"].concat())[..portion.len()]);
        }
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), crypto_box::aead::rand_core::Error> {
        self.fill_bytes(bytes);
        Ok(())
    }
}

impl CryptoRng for Once {}

impl fmt::Debug for Saver<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Saver")
            .field("event_id", &self.event_id)
            .field("device_id", &self.device_id)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for RescueSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RescueSecret(…)")
    }
}

impl fmt::Display for RescueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotARescueFile => {
                f.write_str("this is not a Leadline rescue file; choose the file that the phone saved")
            }
            Self::OtherEvent(event) => write!(f, "this rescue file is of another event ({event}); import it there"),
            Self::OtherKey => f.write_str(
                "this rescue file was sealed to another key: the event was deleted, or is on another server",
            ),
            Self::Damaged => f.write_str(
                "the rescue file is cut short or was changed on the way; save it again on the phone and copy it whole",
            ),
            Self::TooNew => {
                f.write_str("the rescue file is of a newer app than this server; update the server and try again")
            }
            Self::TooLong => {
                write!(f, "a rescue file has at most {} MiB; save it again after sending some", MOST_BYTES >> 20)
            }
            Self::NotAKey => f.write_str("a rescue key has 64 hexadecimal digits"),
        }
    }
}

impl std::error::Error for RescueError {}

#[cfg(test)]
mod tests;
