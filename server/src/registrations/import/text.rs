//! Bytes of a CSV file to text: byte order marks, UTF-16, and Windows-1252 where it is not UTF-8.

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;

/// Bytes looked at to tell UTF-16 without a byte order mark.
const SAMPLE_BYTES: usize = 4096;

/// The text of a file and the name of its encoding. Never fails: Windows-1252 gives every byte a
/// character. Lone carriage returns, the line ends of old Macs, become line feeds.
pub(super) fn decode(bytes: &[u8]) -> (Cow<'_, str>, &'static str) {
    let (text, encoding) = decode_as_is(bytes);
    if text.contains('\r') && !text.contains('\n') {
        return (Cow::Owned(text.replace('\r', "\n")), encoding);
    }
    (text, encoding)
}

fn decode_as_is(bytes: &[u8]) -> (Cow<'_, str>, &'static str) {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        let (text, _) = encoding.decode_without_bom_handling(&bytes[length..]);
        return (text, encoding.name());
    }
    if let Some(encoding) = unmarked_utf16(bytes) {
        let (text, _) = encoding.decode_without_bom_handling(bytes);
        return (text, encoding.name());
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (Cow::Borrowed(text), "UTF-8");
    }
    if is_mostly_utf8(bytes) {
        return (String::from_utf8_lossy(bytes), "UTF-8");
    }
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
    (text, WINDOWS_1252.name())
}

/// A few bad bytes in a UTF-8 file spoil their own rows; read as Windows-1252 they would spoil every
/// accent of the file. By accident, bytes of Windows-1252 seldom make a UTF-8 character.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().bytes().filter(|byte| *byte >= 0xc0).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > bad * 5
}

/// Latin text in UTF-16 has a zero in most pairs, always on the same side; no other encoding has.
fn unmarked_utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(SAMPLE_BYTES)];
    let pairs = sample.len() / 2;
    if pairs < 4 {
        return None;
    }
    let zeros = |offset: usize| sample.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    if odd * 10 > pairs * 7 && even * 10 < pairs {
        return Some(UTF_16LE);
    }
    (even * 10 > pairs * 7 && odd * 10 < pairs).then_some(UTF_16BE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, little: bool) -> Vec<u8> {
        text.encode_utf16().flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
    }

    #[test]
    fn every_encoding_that_spreadsheets_save_is_read() {
        let text = "Prénom;Société\nInès;Œuvre €\n";
        let mut marked = vec![0xef, 0xbb, 0xbf];
        marked.extend(text.as_bytes());
        let mut little = vec![0xff, 0xfe];
        little.extend(utf16(text, true));
        let mut big = vec![0xfe, 0xff];
        big.extend(utf16(text, false));
        for (bytes, encoding) in [
            (text.as_bytes().to_vec(), "UTF-8"),
            (marked, "UTF-8"),
            (little, "UTF-16LE"),
            (big, "UTF-16BE"),
            (utf16(text, true), "UTF-16LE"),
            (utf16(text, false), "UTF-16BE"),
            (WINDOWS_1252.encode(text).0.into_owned(), "windows-1252"),
        ] {
            assert_eq!(decode(&bytes), (Cow::Borrowed(text), encoding));
        }
        let mut spoilt = "Inès, Zoé, Noël, Anaïs, Rémi, Éloïse".as_bytes().to_vec();
        spoilt.push(0xe9);
        assert_eq!(decode(&spoilt), (Cow::Borrowed("Inès, Zoé, Noël, Anaïs, Rémi, Éloïse\u{fffd}"), "UTF-8"));
        assert_eq!(decode(b"a,b\rc,d\r").0, "a,b\nc,d\n");
    }
}
