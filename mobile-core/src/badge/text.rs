//! The text of a code as it is kept: 1 to 8,192 bytes of UTF-8 without U+0000.
//!
//! Nothing is trimmed and no case is changed: the text is evidence of what was scanned. Databases
//! and C strings cannot hold U+0000, so it becomes U+FFFD before anything is compared.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::capture::MAX_CODE_BYTES;
use crate::reason::Reason;

/// A code's text within its bounds.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BadgeText(String);

/// Why a text cannot be the text of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadgeTextError {
    /// No character at all.
    Empty,
    /// More than [`MAX_CODE_BYTES`], reason `code_too_long`.
    TooLong {
        /// The length after U+0000 became U+FFFD.
        bytes: usize,
    },
}

impl BadgeText {
    /// Takes a text as it was scanned.
    ///
    /// # Errors
    /// [`BadgeTextError`] when it is empty or too long.
    pub fn new(text: &str) -> Result<Self, BadgeTextError> {
        let text = without_nul(text);
        match text.len() {
            0 => Err(BadgeTextError::Empty),
            bytes if bytes > MAX_CODE_BYTES => Err(BadgeTextError::TooLong { bytes }),
            _ => Ok(Self(text.into_owned())),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, owned.
    pub fn into_string(self) -> String {
        self.0
    }

    /// See [`super::parse`].
    pub fn parse(&self) -> super::Badge {
        super::parse(&self.0)
    }
}

impl BadgeTextError {
    /// The reason that a refusal carries.
    pub const fn reason(self) -> Reason {
        match self {
            Self::Empty => Reason::InvalidField,
            Self::TooLong { .. } => Reason::CodeTooLong,
        }
    }
}

impl TryFrom<String> for BadgeText {
    type Error = BadgeTextError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(&text)
    }
}

impl From<BadgeText> for String {
    fn from(text: BadgeText) -> Self {
        text.0
    }
}

impl fmt::Display for BadgeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for BadgeTextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("a code needs at least one character"),
            Self::TooLong { bytes } => {
                write!(f, "a code may have at most {MAX_CODE_BYTES} bytes, this one has {bytes}")
            }
        }
    }
}

impl std::error::Error for BadgeTextError {}

pub(super) fn without_nul(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { Cow::Owned(text.replace('\0', "\u{FFFD}")) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_kept_as_scanned() {
        assert_eq!(BadgeText::new(" a\tB \n").unwrap().as_str(), " a\tB \n");
        assert_eq!(BadgeText::new("a\0b").unwrap().as_str(), "a\u{FFFD}b");
    }

    #[test]
    fn the_bounds_count_bytes_after_mending() {
        assert_eq!(BadgeText::new(""), Err(BadgeTextError::Empty));
        assert!(BadgeText::new(&"x".repeat(8192)).is_ok());
        assert_eq!(BadgeText::new(&"x".repeat(8193)), Err(BadgeTextError::TooLong { bytes: 8193 }));
        assert_eq!(BadgeText::new(&"\0".repeat(2731)), Err(BadgeTextError::TooLong { bytes: 8193 }));
    }

    #[test]
    fn json_with_a_text_out_of_bounds_is_refused_with_the_way_out() {
        let error = serde_json::from_str::<BadgeText>("\"\"").unwrap_err();
        assert!(error.to_string().contains("at least one character"), "{error}");
    }
}
