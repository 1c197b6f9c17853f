//! QR symbols. Rule: one of Leadline's own codes is always version 1, level M, the smallest symbol
//! there is, because it is read from furthest away; any other text gets the smallest version at
//! level M, and level L only where M cannot hold it.
//!
//! Text beyond ASCII goes into one byte segment: the crate's optimiser would take some UTF-8 bytes
//! for Shift JIS and write a kanji segment, which readers turn into another text.

use qrcode::bits::Bits;
use qrcode::{Color, EcLevel, QrCode, Version};

use super::CodeProblem;

/// Light modules that must surround a symbol (ISO/IEC 18004).
pub(super) const QUIET_MODULES: usize = 4;

/// The modules of one symbol, without its quiet zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QrMatrix {
    version: u8,
    size: usize,
    dark: Vec<bool>,
}

/// The symbol that says `code`.
pub fn qr(code: &str) -> Result<QrMatrix, CodeProblem> {
    if code.is_empty() {
        return Err(CodeProblem::Empty);
    }
    [EcLevel::M, EcLevel::L]
        .into_iter()
        .find_map(|level| smallest(code.as_bytes(), level))
        .ok_or(CodeProblem::TooLong { bytes: code.len() })
}

fn smallest(text: &[u8], level: EcLevel) -> Option<QrMatrix> {
    // 7,089 digits are the most that any symbol holds.
    if text.len() > 7089 {
        return None;
    }
    (1..=40).find_map(|version| {
        let whole = in_one_segment(text, version, level);
        let bits = whole.or_else(|| in_mixed_segments(text, version, level))?;
        let symbol = QrCode::with_bits(bits, level).ok()?;
        let size = symbol.width();
        let dark = symbol.to_colors().into_iter().map(|colour| colour == Color::Dark).collect();
        Some(QrMatrix { version: version as u8, size, dark })
    })
}

fn in_one_segment(text: &[u8], version: i16, level: EcLevel) -> Option<Bits> {
    let mut bits = Bits::new(Version::Normal(version));
    if text.iter().all(u8::is_ascii_digit) {
        bits.push_numeric_data(text).ok()?;
    } else if text.iter().all(|&b| is_alphanumeric(b)) {
        bits.push_alphanumeric_data(text).ok()?;
    } else {
        bits.push_byte_data(text).ok()?;
    }
    bits.push_terminator(level).ok()?;
    Some(bits)
}

fn in_mixed_segments(text: &[u8], version: i16, level: EcLevel) -> Option<Bits> {
    if !text.is_ascii() {
        return None;
    }
    let mut bits = Bits::new(Version::Normal(version));
    bits.push_optimal_data(text).ok()?;
    bits.push_terminator(level).ok()?;
    Some(bits)
}

/// The 45 characters of the alphanumeric mode.
fn is_alphanumeric(byte: u8) -> bool {
    byte.is_ascii_digit() || byte.is_ascii_uppercase() || b" $%*+-./:".contains(&byte)
}

impl QrMatrix {
    /// From 1 (21 modules a side) to 40 (177).
    pub fn version(&self) -> u8 {
        self.version
    }

    /// Modules a side, without the quiet zone.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Modules a side with the quiet zone of four on both.
    pub fn size_with_quiet_zone(&self) -> usize {
        self.size + 2 * QUIET_MODULES
    }

    /// Whether the module in column `x` of row `y` is dark; outside the symbol all is light.
    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        x < self.size && y < self.size && self.dark[y * self.size + x]
    }

    /// The dark areas as closed polygons of module corners, dark to the right of each side. Filled
    /// as one path they leave no seams between modules, which separate squares show on screens.
    pub(super) fn outlines(&self) -> Vec<Vec<(u16, u16)>> {
        let corners = self.size + 1;
        let mut sides = vec![[None::<(u16, u16)>; 2]; corners * corners];
        let at = |(x, y): (u16, u16)| usize::from(y) * corners + usize::from(x);
        let mut put = |from: (u16, u16), to: (u16, u16)| {
            let slots = &mut sides[at(from)];
            // No corner of square modules starts more than two sides.
            if slots[0].is_none() {
                slots[0] = Some(to);
            } else {
                slots[1] = Some(to);
            }
        };
        for y in 0..self.size {
            for x in (0..self.size).filter(|&x| self.is_dark(x, y)) {
                let (left, top) = (x as u16, y as u16);
                let (right, bottom) = (left + 1, top + 1);
                if y == 0 || !self.is_dark(x, y - 1) {
                    put((left, top), (right, top));
                }
                if !self.is_dark(x + 1, y) {
                    put((right, top), (right, bottom));
                }
                if !self.is_dark(x, y + 1) {
                    put((right, bottom), (left, bottom));
                }
                if x == 0 || !self.is_dark(x - 1, y) {
                    put((left, bottom), (left, top));
                }
            }
        }
        let mut loops = Vec::new();
        let last = self.size as u16;
        for start in (0..=last).flat_map(|y| (0..=last).map(move |x| (x, y))) {
            while sides[at(start)].iter().any(Option::is_some) {
                let mut path = vec![start];
                let mut here = start;
                // Every corner is entered as often as it is left, so the walk ends where it began.
                while let Some(next) = sides[at(here)].iter_mut().find_map(Option::take) {
                    let straight = path.len() > 1 && {
                        let before = path[path.len() - 2];
                        (before.0 == here.0 && here.0 == next.0) || (before.1 == here.1 && here.1 == next.1)
                    };
                    if straight {
                        path.pop();
                    }
                    here = next;
                    if here == start {
                        break;
                    }
                    path.push(here);
                }
                loops.push(path);
            }
        }
        loops
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads the symbol back from a plain drawing of its modules.
    pub fn read(matrix: &QrMatrix) -> String {
        let side = matrix.size_with_quiet_zone() * 4;
        let mut picture = rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| {
            let (x, y) = ((x / 4).wrapping_sub(QUIET_MODULES), (y / 4).wrapping_sub(QUIET_MODULES));
            if matrix.is_dark(x, y) { 0 } else { 255 }
        });
        let grids = picture.detect_grids();
        assert_eq!(grids.len(), 1);
        grids[0].decode().unwrap().1
    }

    #[test]
    fn every_code_of_leadlines_own_is_version_1() {
        // 20 characters in runs that tempt an optimiser to change modes.
        let mut state = 7_u64;
        for round in 0..3000 {
            let code: String = (0..20)
                .map(|at| {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    let pool: &[u8] =
                        if at % 20 < round % 20 { b"0123456789" } else { b"0123456789ABCDEFGHJKMNPQRSTVWXYZ" };
                    char::from(pool[(state >> 33) as usize % pool.len()])
                })
                .collect();
            let matrix = qr(&code).unwrap();
            assert_eq!((matrix.version(), matrix.size()), (1, 21), "{code}");
            if round % 500 == 0 {
                assert_eq!(read(&matrix), code);
            }
        }
    }

    #[test]
    fn any_other_text_is_read_back_as_it_was() {
        for text in [
            "a",
            "https://example.org/b/42?x=1",
            "Zoë Łukasiewicz",
            "山田太郎",
            "\u{1F980} é\n\t",
            "0042",
            "é".repeat(700).as_str(),
        ] {
            assert_eq!(read(&qr(text).unwrap()), text);
        }
    }

    #[test]
    fn a_text_longer_than_any_symbol_is_refused() {
        assert_eq!(qr(""), Err(CodeProblem::Empty));
        assert!(qr(&"0".repeat(7089)).is_ok());
        assert_eq!(qr(&"0".repeat(7090)), Err(CodeProblem::TooLong { bytes: 7090 }));
        assert_eq!(qr(&"é".repeat(1477)), Err(CodeProblem::TooLong { bytes: 2954 }));
    }

    #[test]
    fn the_outlines_enclose_just_the_dark_modules() {
        let matrix = qr("LEADLINE7F3K92QX0042").unwrap();
        let outlines = matrix.outlines();
        let dark = (0..21).flat_map(|y| (0..21).map(move |x| (x, y))).filter(|&(x, y)| matrix.is_dark(x, y)).count();
        // The shoelace formula: holes run the other way round and count negative.
        let twice: i64 = outlines
            .iter()
            .flat_map(|path| path.iter().zip(path.iter().cycle().skip(1)))
            .map(|(a, b)| i64::from(a.0) * i64::from(b.1) - i64::from(b.0) * i64::from(a.1))
            .sum();
        assert_eq!(twice, 2 * dark as i64);
    }
}
