//! From a square of modules to what it says.
//!
//! `rqrr` walks the matrix and gives the codewords in their order; the format is decided here, by
//! likelihood over both copies, and so is the correction, because the brightness of each module
//! tells which codewords to trust. A reading counts only with enough evidence that it is no
//! accident: see [`EVIDENCE`].

use super::correct::{MOST_CHECKS, correct};
use super::layout::{self, Blocks, Level};
use super::text::{self, Content};

/// Bits of evidence that a reading must have: check bits that nothing was spent on, less what the
/// choice of error places could have made up, and the structure of the text. Chance passes one
/// try in 2^`EVIDENCE`; a frame makes some thousand tries at the most.
const EVIDENCE: f32 = 26.0;

/// A square of modules: positive is dark, and the further from 0, the surer (1 is plain).
#[derive(Debug, Default)]
pub(super) struct Modules {
    pub side: usize,
    pub values: Vec<f32>,
}

/// A code that was read.
#[derive(Debug)]
pub(super) struct Reading {
    pub content: Content,
    pub level: Level,
    pub mirrored: bool,
    pub erased: bool,
}

#[derive(Clone, Copy)]
struct Format {
    level: Level,
    mask: u8,
    word: u16,
    mirrored: bool,
    likelihood: f32,
}

/// Buffers that reading uses again and again.
#[derive(Debug, Default)]
pub(super) struct ReadScratch {
    codewords: Vec<u8>,
    trust: Vec<f32>,
    order: Vec<usize>,
    block: Vec<u8>,
    data: Vec<u8>,
}

impl Modules {
    fn at(&self, x: usize, y: usize, mirrored: bool) -> f32 {
        if mirrored { self.values[x * self.side + y] } else { self.values[y * self.side + x] }
    }
}

/// What `rqrr` sees: modules without their mask, and a format without errors.
struct Unmasked<'a> {
    modules: &'a Modules,
    format: Format,
    /// Answer whether the module is untrustworthy in place of whether it is dark.
    doubts: Option<f32>,
}

impl rqrr::BitGrid for Unmasked<'_> {
    fn size(&self) -> usize {
        self.modules.side
    }

    fn bit(&self, y: usize, x: usize) -> bool {
        let of_format = (x == 8 && y < 9) || (y == 8 && x < 8);
        if of_format && let Some(i) = (0..15).find(|&i| layout::format_place(i) == (x, y)) {
            return (self.format.word >> i) & 1 == 1;
        }
        let value = self.modules.at(x, y, self.format.mirrored);
        match self.doubts {
            Some(limit) => value.abs() < limit,
            None => (value > 0.0) != layout::masked(self.format.mask, x, y),
        }
    }
}

/// The likeliest formats, best first: two for each way round.
fn formats(modules: &Modules) -> [Option<Format>; 3] {
    let mut best: [Option<Format>; 3] = [None; 3];
    for mirrored in [false, true] {
        let mut first = [0f32; 15];
        for (i, sum) in first.iter_mut().enumerate() {
            let (x, y) = layout::format_place(i);
            let (u, v) = layout::format_twin(i, modules.side);
            *sum = modules.at(x, y, mirrored).clamp(-1.0, 1.0) + modules.at(u, v, mirrored).clamp(-1.0, 1.0);
        }
        for data in 0..32u16 {
            let word = layout::format_word(data);
            let likelihood =
                first.iter().enumerate().map(|(i, v)| if word >> i & 1 == 1 { *v } else { -*v }).sum::<f32>();
            let format =
                Format { level: Level::from_format(data >> 3), mask: (data & 7) as u8, word, mirrored, likelihood };
            let mut carry = Some(format);
            for slot in &mut best {
                if slot.is_none_or(|s| carry.is_some_and(|c| c.likelihood > s.likelihood)) {
                    std::mem::swap(slot, &mut carry);
                }
            }
        }
    }
    best
}

/// Reads the modules. With `erasures` the least trusted codewords may be taken as missing, which
/// costs some ten times the work of a plain reading.
pub(super) fn read(modules: &Modules, erasures: bool, scratch: &mut ReadScratch) -> Option<Reading> {
    let version = layout::version(modules.side)?;
    let formats = formats(modules);
    let top = formats[0]?.likelihood;
    formats
        .into_iter()
        .flatten()
        .take_while(|format| format.likelihood > 6.0 && format.likelihood > top * 0.6)
        .find_map(|format| read_as(modules, version, format, erasures, scratch))
}

fn read_as(
    modules: &Modules,
    version: usize,
    format: Format,
    erasures: bool,
    scratch: &mut ReadScratch,
) -> Option<Reading> {
    let blocks = layout::blocks(version, format.level);
    // 0 is wrong for no version: rqrr knows the same 40 sizes.
    let (_, raw) = rqrr::Grid::new(Unmasked { modules, format, doubts: None }).get_raw_data().ok()?;
    scratch.codewords.clear();
    scratch.codewords.extend_from_slice(raw.data.get(..blocks.total)?);
    let mut reading = assemble(version, format, blocks, 0, scratch);
    if reading.is_none() && erasures {
        measure_trust(modules, format, blocks.total, scratch);
        for share in [2, 3, 4, 5, 6, 7] {
            reading = assemble(version, format, blocks, share, scratch);
            if reading.is_some() {
                break;
            }
        }
    }
    reading
}

/// How sure the least sure module of each codeword is, from thresholds that rqrr walks for us.
fn measure_trust(modules: &Modules, format: Format, total: usize, scratch: &mut ReadScratch) {
    const STEPS: [f32; 7] = [0.08, 0.16, 0.25, 0.35, 0.5, 0.65, 0.8];
    scratch.trust.clear();
    scratch.trust.resize(total, 1.0);
    for limit in STEPS.into_iter().rev() {
        let Ok((_, raw)) = rqrr::Grid::new(Unmasked { modules, format, doubts: Some(limit) }).get_raw_data() else {
            return;
        };
        for (trust, doubts) in scratch.trust.iter_mut().zip(&raw.data) {
            if *doubts != 0 {
                *trust = limit - 0.02 * doubts.count_ones() as f32;
            }
        }
    }
}

/// Corrects each block, with `share` eighths of its checks spent on erasures, and reads the text.
fn assemble(
    version: usize,
    format: Format,
    blocks: Blocks,
    share: usize,
    scratch: &mut ReadScratch,
) -> Option<Reading> {
    let checks = blocks.correction;
    let mut weakest = f32::INFINITY;
    scratch.data.clear();
    for block in 0..blocks.count {
        let long = usize::from(block >= blocks.short);
        // Data codewords are interleaved column by column; the long blocks' last ones follow the
        // common columns, then the checks.
        let place = |i: usize| {
            if i < blocks.data {
                i * blocks.count + block
            } else if i < blocks.data + long {
                blocks.data * blocks.count + block - blocks.short
            } else {
                let before = blocks.data * blocks.count + blocks.count - blocks.short;
                before + (i - blocks.data - long) * blocks.count + block
            }
        };
        let length = blocks.data + long + checks;
        scratch.block.clear();
        scratch.block.extend((0..length).map(|i| scratch.codewords[place(i)]));
        let mut erased = [0usize; MOST_CHECKS];
        let count = checks * share / 8;
        if count > 0 {
            scratch.order.clear();
            scratch.order.extend(0..length);
            scratch.order.sort_unstable_by(|&a, &b| scratch.trust[place(a)].total_cmp(&scratch.trust[place(b)]));
            erased[..count].copy_from_slice(&scratch.order[..count]);
        }
        let errors = correct(&mut scratch.block, checks, &erased[..count])?;
        let unspent = checks as f32 - 2.0 * errors as f32 - count as f32;
        // Places of errors could be chosen in (length over errors) ways, with 255 values each,
        // and each costs two checks: that leaves so many bits that chance had to meet.
        let choices: f32 = (0..errors).map(|i| ((length - i) as f32 / (i + 1) as f32).log2()).sum();
        weakest = weakest.min(8.0 * (unspent + errors as f32) - choices);
        scratch.data.extend_from_slice(&scratch.block[..blocks.data + long]);
    }
    let content = text::content(&scratch.data, version)?;
    let surplus = (format.likelihood - 15.0).clamp(0.0, 8.0);
    let structure = 3.0 + content.padding.min(24) as f32 + surplus;
    (weakest + structure >= EVIDENCE).then_some(Reading {
        content,
        level: format.level,
        mirrored: format.mirrored,
        erased: share > 0,
    })
}
