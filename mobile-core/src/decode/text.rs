//! From corrected data codewords to bytes and text.
//!
//! Segments follow ISO/IEC 18004, 7.4. Byte segments rarely say their encoding, so it is guessed
//! as the field does: UTF-8 where it fits, Shift-JIS where the bytes look Japanese, else
//! ISO-8859-1. A stream that breaks the rules is no reading: that is one more check.

use encoding_rs::{Encoding, SHIFT_JIS, UTF_8};

/// What a code says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Content {
    pub bytes: Vec<u8>,
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Charset {
    Ascii,
    Guess,
    Latin1,
    Named(&'static Encoding),
}

struct BitReader<'a> {
    data: &'a [u8],
    at: usize,
}

impl BitReader<'_> {
    fn left(&self) -> usize {
        self.data.len() * 8 - self.at
    }

    fn take(&mut self, count: usize) -> Option<usize> {
        if self.left() < count {
            return None;
        }
        let value = (self.at..self.at + count)
            .fold(0, |value, i| value << 1 | usize::from(self.data[i / 8] >> (7 - i % 8) & 1));
        self.at += count;
        Some(value)
    }
}

const ALPHANUMERIC: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// The segments of a code, in buffers that live on: most of what looks like a code for a moment is
/// none, and must take no memory.
#[derive(Debug, Default)]
pub(super) struct Segments {
    bytes: Vec<u8>,
    /// Where each part ends, and its encoding.
    parts: Vec<(usize, Charset)>,
}

impl Segments {
    /// Reads all segments; `None` when they are not well formed. Answers the bits of padding after
    /// the end that had to be exact, as evidence against a misreading.
    pub fn read(&mut self, data: &[u8], version: usize) -> Option<usize> {
        let size = usize::from(version >= 10) + usize::from(version >= 27);
        let mut bits = BitReader { data, at: 0 };
        let Self { bytes, parts } = self;
        bytes.clear();
        parts.clear();
        let mut charset = Charset::Guess;
        let mut gs1 = false;
        while bits.left() >= 4 {
            let from = bytes.len();
            let mode = bits.take(4)?;
            match mode {
                0 => break,
                1 => numeric(&mut bits, [10, 12, 14][size], bytes)?,
                2 => alphanumeric(&mut bits, [9, 11, 13][size], gs1, bytes)?,
                3 => {
                    // Structured append: which part of how many, and a parity. Each part is reported.
                    bits.take(16)?;
                }
                4 => {
                    let count = bits.take([8, 16, 16][size])?;
                    if bits.left() < count * 8 {
                        return None;
                    }
                    for _ in 0..count {
                        bytes.push(bits.take(8)? as u8);
                    }
                }
                5 => gs1 = true,
                7 => charset = designated(&mut bits)?,
                8 => kanji(&mut bits, [8, 10, 12][size], bytes)?,
                9 => {
                    gs1 = true;
                    bits.take(8)?;
                }
                _ => return None,
            }
            if bytes.len() > from {
                let set = match mode {
                    1 | 2 => Charset::Ascii,
                    8 => Charset::Named(SHIFT_JIS),
                    _ => charset,
                };
                parts.push((bytes.len(), set));
            }
        }
        let padding = padding(&mut bits)?;
        (!bytes.is_empty()).then_some(padding)
    }

    /// What the segments say.
    pub fn content(&self) -> Content {
        Content { bytes: self.bytes.clone(), text: text(&self.bytes, &self.parts) }
    }
}

fn numeric(bits: &mut BitReader<'_>, size: usize, out: &mut Vec<u8>) -> Option<()> {
    let mut count = bits.take(size)?;
    while count > 0 {
        let digits = count.min(3);
        let value = bits.take([0, 4, 7, 10][digits])?;
        if value >= [1, 10, 100, 1000][digits] {
            return None;
        }
        for i in (0..digits).rev() {
            out.push(b'0' + (value / [1, 10, 100][i] % 10) as u8);
        }
        count -= digits;
    }
    Some(())
}

fn alphanumeric(bits: &mut BitReader<'_>, size: usize, gs1: bool, out: &mut Vec<u8>) -> Option<()> {
    let from = out.len();
    let mut count = bits.take(size)?;
    while count >= 2 {
        let pair = bits.take(11)?;
        out.push(*ALPHANUMERIC.get(pair / 45)?);
        out.push(ALPHANUMERIC[pair % 45]);
        count -= 2;
    }
    if count == 1 {
        out.push(*ALPHANUMERIC.get(bits.take(6)?)?);
    }
    if gs1 {
        // In GS1 codes "%" separates fields and "%%" is a per cent sign.
        let (mut i, mut to) = (from, from);
        while i < out.len() {
            let doubled = out[i] == b'%' && out.get(i + 1) == Some(&b'%');
            out[to] = if out[i] == b'%' && !doubled { 0x1d } else { out[i] };
            i += 1 + usize::from(doubled);
            to += 1;
        }
        out.truncate(to);
    }
    Some(())
}

fn kanji(bits: &mut BitReader<'_>, size: usize, out: &mut Vec<u8>) -> Option<()> {
    let count = bits.take(size)?;
    if bits.left() < count * 13 {
        return None;
    }
    for _ in 0..count {
        let value = bits.take(13)?;
        let packed = ((value / 0xc0) << 8) | (value % 0xc0);
        let code = packed + if packed < 0x1f00 { 0x8140 } else { 0xc140 };
        out.extend_from_slice(&[(code >> 8) as u8, code as u8]);
    }
    Some(())
}

/// After the terminator come zero bits to the next byte, then 0xEC and 0x11 in turn. Some makers
/// pad otherwise, so a deviation is no error: it only gives no evidence.
fn padding(bits: &mut BitReader<'_>) -> Option<usize> {
    let filler = bits.left() % 8;
    if bits.take(filler)? != 0 {
        return Some(0);
    }
    let from = bits.at / 8;
    let exact = bits.data[from..].iter().enumerate().all(|(i, &b)| b == [0xec, 0x11][i % 2]);
    Some(if exact { filler + (bits.data.len() - from) * 8 } else { 0 })
}

fn designated(bits: &mut BitReader<'_>) -> Option<Charset> {
    let first = bits.take(8)?;
    let number = if first & 0x80 == 0 {
        first
    } else if first & 0xc0 == 0x80 {
        ((first & 0x3f) << 8) | bits.take(8)?
    } else if first & 0xe0 == 0xc0 {
        ((first & 0x1f) << 16) | bits.take(16)?
    } else {
        return None;
    };
    // AIM's ECI register. Those that `encoding_rs` does not know are guessed.
    let label: &[u8] = match number {
        1 | 3 => return Some(Charset::Latin1),
        4 => b"iso-8859-2",
        5 => b"iso-8859-3",
        6 => b"iso-8859-4",
        7 => b"iso-8859-5",
        8 => b"iso-8859-6",
        9 => b"iso-8859-7",
        10 => b"iso-8859-8",
        11 => b"windows-1254",
        12 => b"iso-8859-10",
        13 => b"windows-874",
        15 => b"iso-8859-13",
        16 => b"iso-8859-14",
        17 => b"iso-8859-15",
        18 => b"iso-8859-16",
        20 => b"shift_jis",
        21 => b"windows-1250",
        22 => b"windows-1251",
        23 => b"windows-1252",
        24 => b"windows-1256",
        25 => b"utf-16be",
        26 => b"utf-8",
        28 => b"big5",
        29 | 31 => b"gbk",
        30 => b"euc-kr",
        32 => b"gb18030",
        33 => b"utf-16le",
        _ => return Some(Charset::Guess),
    };
    Some(Encoding::for_label(label).map_or(Charset::Guess, Charset::Named))
}

fn text(bytes: &[u8], parts: &[(usize, Charset)]) -> String {
    // One guess for all that is undesignated: a text may be cut anywhere between segments.
    let mut undesignated = Vec::new();
    let mut from = 0;
    for &(to, charset) in parts {
        if charset == Charset::Guess {
            undesignated.extend_from_slice(&bytes[from..to]);
        }
        from = to;
    }
    let guess = guessed(&undesignated);
    let mut text = String::with_capacity(bytes.len());
    let mut from = 0;
    let mut i = 0;
    while i < parts.len() {
        // Neighbouring parts of one encoding are decoded together, plain ones with their neighbours.
        let charset = if parts[i].1 == Charset::Guess { guess } else { parts[i].1 };
        let mut to = parts[i].0;
        while let Some(&(next, set)) = parts.get(i + 1) {
            if (if set == Charset::Guess { guess } else { set }) != charset {
                break;
            }
            to = next;
            i += 1;
        }
        let part = &bytes[from..to];
        match charset {
            Charset::Named(encoding) => text.push_str(&encoding.decode_without_bom_handling(part).0),
            _ => text.extend(part.iter().map(|&b| char::from(b))),
        }
        from = to;
        i += 1;
    }
    text
}

fn guessed(bytes: &[u8]) -> Charset {
    if std::str::from_utf8(bytes).is_ok() {
        return Charset::Named(UTF_8);
    }
    if looks_japanese(bytes) { Charset::Named(SHIFT_JIS) } else { Charset::Latin1 }
}

/// Shift-JIS is taken only where every byte fits it and double-byte characters, or half-width
/// katakana in a row, outweigh what a Latin text would show: one accent between ASCII letters.
fn looks_japanese(bytes: &[u8]) -> bool {
    let (mut pairs, mut katakana, mut run, mut longest) = (0, 0, 0, 0);
    let mut i = 0;
    while i < bytes.len() {
        match bytes[i] {
            0x00..=0x7f => {
                run = 0;
                i += 1;
            }
            0xa1..=0xdf => {
                katakana += 1;
                run += 1;
                longest = longest.max(run);
                i += 1;
            }
            0x81..=0x9f | 0xe0..=0xfc => {
                let Some(&next) = bytes.get(i + 1) else { return false };
                if !(0x40..=0xfc).contains(&next) || next == 0x7f {
                    return false;
                }
                pairs += 1;
                run += 2;
                longest = longest.max(run);
                i += 2;
            }
            _ => return false,
        }
    }
    if SHIFT_JIS.decode_without_bom_handling(bytes).1 {
        return false;
    }
    longest >= 4 || (katakana >= 3 && longest >= 3) || (pairs > 0 && pairs * 2 * 5 >= bytes.len() * 2)
}
