//! What ISO/IEC 18004 fixes for each version: where patterns lie and how codewords are divided.

/// Error-correction codewords a block, by level (L, M, Q, H) and version.
#[rustfmt::skip]
const CORRECTION: [[u8; 40]; 4] = [
    [7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28, 30, 30, 26, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30],
    [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28],
    [13, 22, 18, 26, 18, 24, 18, 22, 20, 24, 28, 26, 24, 20, 30, 24, 28, 28, 26, 30, 28, 30, 30, 30, 30, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30],
    [17, 28, 22, 16, 22, 28, 26, 26, 24, 28, 24, 28, 22, 24, 24, 30, 28, 28, 26, 28, 30, 24, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30],
];

/// Blocks of codewords, by level (L, M, Q, H) and version.
#[rustfmt::skip]
const BLOCKS: [[u8; 40]; 4] = [
    [1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16, 17, 18, 19, 19, 20, 21, 22, 24, 25],
    [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49],
    [1, 1, 2, 2, 4, 4, 6, 6, 8, 8, 8, 10, 12, 16, 12, 17, 16, 18, 21, 20, 23, 23, 25, 27, 29, 34, 34, 35, 38, 40, 43, 45, 48, 51, 53, 56, 59, 62, 65, 68],
    [1, 1, 2, 4, 4, 4, 5, 6, 8, 8, 11, 11, 16, 16, 18, 16, 19, 21, 25, 25, 25, 34, 30, 32, 35, 37, 40, 42, 45, 48, 51, 54, 57, 60, 63, 66, 70, 74, 77, 81],
];

/// How much of a code may be damaged and still be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[cfg_attr(feature = "wasm", derive(serde::Serialize))]
pub enum Level {
    /// About 7 %.
    L,
    /// About 15 %.
    M,
    /// About 25 %.
    Q,
    /// About 30 %.
    H,
}

impl Level {
    /// From the two bits in the format information.
    pub(super) fn from_format(bits: u16) -> Level {
        match bits & 3 {
            0 => Level::M,
            1 => Level::L,
            2 => Level::H,
            _ => Level::Q,
        }
    }
}

/// Modules along a side.
pub(super) fn side(version: usize) -> usize {
    17 + 4 * version
}

/// The version of a code with so many modules along a side.
pub(super) fn version(side: usize) -> Option<usize> {
    ((21..=177).contains(&side) && side % 4 == 1).then(|| (side - 17) / 4)
}

/// How the codewords of a version and level are divided into blocks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Blocks {
    pub count: usize,
    /// How many of the blocks are short; the others hold one data codeword more.
    pub short: usize,
    /// Data codewords of a short block.
    pub data: usize,
    /// Error-correction codewords of each block.
    pub correction: usize,
    /// Codewords altogether.
    pub total: usize,
}

pub(super) fn blocks(version: usize, level: Level) -> Blocks {
    let index = (version - 1).min(39);
    let total = data_modules(version) / 8;
    let count = usize::from(BLOCKS[level as usize][index]);
    let correction = usize::from(CORRECTION[level as usize][index]);
    Blocks { count, short: count - total % count, data: total / count - correction, correction, total }
}

/// Modules that carry codewords and remainder bits.
fn data_modules(version: usize) -> usize {
    let mut modules = (16 * version + 128) * version + 64;
    if version >= 2 {
        let along = version / 7 + 2;
        modules -= (25 * along - 10) * along - 55;
    }
    if version >= 7 {
        modules -= 36;
    }
    modules
}

/// Centres of the alignment patterns along one side, in modules, and how many there are.
pub(super) fn alignment(version: usize) -> ([usize; 7], usize) {
    let mut centres = [0; 7];
    if version < 2 {
        return (centres, 0);
    }
    let along = version / 7 + 2;
    let step = if version == 32 { 26 } else { (version * 4 + along * 2 + 1) / (along * 2 - 2) * 2 };
    let mut at = side(version) - 7;
    for slot in centres[1..along].iter_mut().rev() {
        *slot = at;
        at = at.saturating_sub(step);
    }
    centres[0] = 6;
    (centres, along)
}

/// Places of the alignment patterns' centres (column, row) that a code of this version has.
pub(super) fn alignment_centres(version: usize) -> impl Iterator<Item = (usize, usize)> {
    let (centres, along) = alignment(version);
    (0..along * along).filter_map(move |i| {
        let (x, y) = (i % along, i / along);
        let in_a_finder = (x == 0 && (y == 0 || y + 1 == along)) || (x + 1 == along && y == 0);
        (!in_a_finder).then(|| (centres[x], centres[y]))
    })
}

/// Whether mask pattern `mask` turns the module around.
pub(super) fn masked(mask: u8, x: usize, y: usize) -> bool {
    match mask {
        0 => (x + y).is_multiple_of(2),
        1 => y.is_multiple_of(2),
        2 => x.is_multiple_of(3),
        3 => (x + y).is_multiple_of(3),
        4 => (y / 2 + x / 3).is_multiple_of(2),
        5 => x * y % 2 + x * y % 3 == 0,
        6 => (x * y % 2 + x * y % 3).is_multiple_of(2),
        _ => ((x + y) % 2 + x * y % 3).is_multiple_of(2),
    }
}

/// The 15 bits that stand for two bits of level and three of mask.
pub(super) const fn format_word(data: u16) -> u16 {
    let mut rest = data << 10;
    let mut bit = 14;
    while bit >= 10 {
        if rest >> bit & 1 == 1 {
            rest ^= 0x537 << (bit - 10);
        }
        bit -= 1;
    }
    (data << 10 | rest) ^ 0x5412
}

/// Column and row of bit `i` (0 lowest) of the first copy of the format information.
pub(super) fn format_place(i: usize) -> (usize, usize) {
    match i {
        0..=5 => (8, i),
        6 => (8, 7),
        7 => (8, 8),
        8 => (7, 8),
        _ => (14 - i, 8),
    }
}

/// Column and row of bit `i` (0 lowest) of the second copy.
pub(super) fn format_twin(i: usize, side: usize) -> (usize, usize) {
    if i < 8 { (side - 1 - i, 8) } else { (8, side - 15 + i) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alignment_patterns_lie_where_the_standard_puts_them() {
        assert_eq!(alignment(2), ([6, 18, 0, 0, 0, 0, 0], 2));
        assert_eq!(alignment(14), ([6, 26, 46, 66, 0, 0, 0], 4));
        assert_eq!(alignment(32), ([6, 34, 60, 86, 112, 138, 0], 6));
        assert_eq!(alignment(40), ([6, 30, 58, 86, 114, 142, 170], 7));
        assert_eq!(alignment_centres(7).count(), 6);
    }

    #[test]
    fn blocks_add_up_to_all_codewords() {
        for version in 1..=40 {
            for level in [Level::L, Level::M, Level::Q, Level::H] {
                let b = blocks(version, level);
                assert_eq!(
                    b.short * (b.data + b.correction) + (b.count - b.short) * (b.data + 1 + b.correction),
                    b.total
                );
            }
        }
        assert_eq!(blocks(1, Level::M).data, 16);
        assert_eq!(blocks(40, Level::L).total, 3706);
    }

    #[test]
    fn words_of_the_format_are_the_published_ones() {
        assert_eq!(format_word(0b01_000), 0b111_0111_1100_0100);
        assert_eq!(format_word(0b00_101), 0b100_0000_1100_1110);
    }
}
