//! Secrets that stand for a person or a device. Stored as hashes only.
//!
//! A secret is found by looking its hash up, which tells nothing of it, or compared with [`same`]: how
//! long a refusal takes says nothing about where the two differ. A test looks for comparisons that do
//! neither.

use crate::app::App;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use std::array::TryFromSliceError;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

/// SHA-256 of a secret: what the database keeps. Equality takes as long wherever two of them differ.
#[derive(Clone, Copy)]
pub struct TokenHash([u8; 32]);

impl PartialEq for TokenHash {
    fn eq(&self, other: &Self) -> bool {
        same(&self.0, &other.0)
    }
}

impl Eq for TokenHash {}

impl Hash for TokenHash {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(…)")
    }
}

impl Deref for TokenHash {
    type Target = [u8; 32];
    fn deref(&self) -> &[u8; 32] {
        &self.0
    }
}

impl From<[u8; 32]> for TokenHash {
    fn from(hash: [u8; 32]) -> Self {
        Self(hash)
    }
}

impl TryFrom<&[u8]> for TokenHash {
    type Error = TryFromSliceError;
    fn try_from(hash: &[u8]) -> Result<Self, TryFromSliceError> {
        hash.try_into().map(Self)
    }
}

/// Whether two secrets, or what is made of them, are the same; takes as long wherever they differ. Of
/// two lengths it says at once that they are not.
pub fn same(one: &[u8], other: &[u8]) -> bool {
    one.ct_eq(other).into()
}

/// A fresh secret of 256 bits with a prefix that says what it is for.
pub fn make(app: &App, prefix: &str) -> String {
    format!("{prefix}_{}", URL_SAFE_NO_PAD.encode(app.random::<32>()))
}

/// The hash of a secret.
pub fn hash(token: &str) -> TokenHash {
    TokenHash(Sha256::digest(token.as_bytes()).into())
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
/// Prefix of a link that proves an attendee's other address.
pub const ADDRESS_LINK: &str = "lx";
/// Prefix of a view's token.
pub const VIEW: &str = "lv";
/// Prefix of a signed-in attendee's token.
pub const ATTENDEE: &str = "la";

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn hashes_are_the_same_only_whole_and_show_nothing() {
        let known = hash("lu_secret");
        assert_eq!(known, hash("lu_secret"));
        for (at, bit) in [(0, 1), (15, 128), (31, 1)] {
            let mut other = *known;
            other[at] ^= bit;
            assert_ne!(known, TokenHash::from(other));
        }
        assert!(same(b"halls", b"halls") && !same(b"halls", b"hallt") && !same(b"halls", b"hall"));
        assert_eq!(format!("{known:?}"), "TokenHash(…)");
    }

    /// Names of what only its owner knows.
    const SECRETS: [&str; 5] = ["secret", "password", "token", "proof", "address_hash"];
    /// What stands beside `==` and is no secret, and why.
    const OPEN: [(&str, &str); 2] =
        [("public_id(", "the owner's own list shows it"), ("fingerprint()", "of the key that is public")];

    /// The operands of each comparison of a line.
    fn operands(line: &str) -> Vec<(&str, &str)> {
        let code = line.split("//").next().unwrap_or_default();
        let is_part = |c: char| c.is_alphanumeric() || "_.()&*:?[]'\"".contains(c);
        let signs = code.match_indices("==").chain(code.match_indices("!="));
        let sides = signs.map(|(at, sign)| (code[..at].trim_end(), code[at + sign.len()..].trim_start()));
        sides
            .map(|(left, right)| {
                let left = left.trim_end_matches(is_part).len()..left.len();
                let right_ends = right.find(|c| !is_part(c)).unwrap_or(right.len());
                (&code[left], &right[..right_ends])
            })
            .collect()
    }

    fn careless(folder: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                careless(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                // What tests compare is theirs.
                let code = text.split("#[cfg(test)]").next().unwrap_or_default();
                let is_careless = |line: &&str| {
                    operands(line).iter().any(|(left, right)| {
                        let both = format!("{left} {right}").to_lowercase();
                        SECRETS.iter().any(|name| both.contains(name))
                            && !OPEN.iter().any(|(open, _)| both.contains(open))
                    })
                };
                found.extend(code.lines().filter(is_careless).map(|line| format!("{}: {line}", path.display())));
            }
        }
    }

    #[test]
    fn no_secret_is_compared_byte_by_byte() {
        assert_eq!(operands("    if a.password == Some(sent.as_str()) {"), [("a.password", "Some(sent.as_str())")]);
        for folder in ["src", "../mobile-core/src"] {
            let mut found = Vec::new();
            careless(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut found);
            assert!(found.is_empty(), "these take longer the more is right; use `token::same`: {found:#?}");
        }
    }
}
