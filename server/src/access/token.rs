//! Secrets that stand for a person or a device. Stored as hashes only.

use crate::app::App;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// SHA-256 of a secret: what the database keeps.
pub type TokenHash = [u8; 32];

/// A fresh secret of 256 bits with a prefix that says what it is for.
pub fn make(app: &App, prefix: &str) -> String {
    format!("{prefix}_{}", URL_SAFE_NO_PAD.encode(app.random::<32>()))
}

/// The hash of a secret.
pub fn hash(token: &str) -> TokenHash {
    Sha256::digest(token.as_bytes()).into()
}

/// The name of a secret in lists that its owner sees: half of its hash, which tells nothing of it.
pub fn public_id(hash: &[u8]) -> Uuid {
    let mut half = [0; 16];
    half.iter_mut().zip(hash).for_each(|(to, from)| *to = *from);
    uuid::Builder::from_custom_bytes(half).into_uuid()
}

/// Prefix of a signed-in person's token.
pub const ACCOUNT: &str = "lu";
/// Prefix of a device's token.
pub const DEVICE: &str = "ld";
/// Prefix of an invitation's token.
pub const INVITATION: &str = "li";
/// Prefix of a personal link.
pub const LINK: &str = "lp";
/// Prefix of a live ticket.
pub const TICKET: &str = "lt";
/// Prefix of a password reset's token.
pub const RESET: &str = "lr";
/// Prefix of the token of a sign-in that waits for its second step.
pub const SECOND_STEP: &str = "ls";
/// Prefix of a link that signs an attendee in.
pub const ATTENDEE_LINK: &str = "ll";
/// Prefix of a view's token.
pub const VIEW: &str = "lv";
/// Prefix of a signed-in attendee's token.
pub const ATTENDEE: &str = "la";
