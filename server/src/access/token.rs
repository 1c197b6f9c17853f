//! Secrets that stand for a person or a device. Stored as hashes only.

use crate::app::App;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

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
