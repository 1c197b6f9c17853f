//! From a square of modules to what it says.
//!
//! The format is decided by likelihood over both copies; `rqrr` walks the matrix and gives the
//! codewords in their order. The brightness of each module, in the same order by `walk`, tells which
//! of them to trust when they are corrected. A reading counts only with enough evidence that it is
//! no accident: see [`EVIDENCE`].

use super::correct::correct;
use super::layout::{self, Blocks, Level};
use super::text::{Content, Segments};
use super::walk::Walk;

/// Bits of evidence that a reading must have: check bits that nothing was spent on, less what the
/// choice of error places could have made up, and the structure of the text. Chance passes one
/// try in 2^`EVIDENCE`; a frame makes some thousand tries at the most.
const EVIDENCE: f32 = 26.0;

/// Of these, what each block must bring itself: sound padding in one place says nothing of what was
/// made up in another.
const LEAST_OF_A_BLOCK: f32 = 16.0;

/// Eighths of a block's checks that are spent on its least trusted codewords, one after another.
const SHARES: [usize; 7] = [0, 2, 3, 4, 5, 6, 7];

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
    /// Its five bits.
    data: u16,
    level: Level,
    mask: u8,
    mirrored: bool,
    likelihood: f32,
}

/// Buffers that reading uses again and again.
#[derive(Debug, Default)]
pub(super) struct ReadScratch {
    walk: Walk,
    codewords: Vec<u8>,
    trust: Vec<f32>,
    order: Vec<usize>,
    block: Vec<u8>,
    data: Vec<u8>,
    segments: Segments,
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
}

impl rqrr::BitGrid for Unmasked<'_> {
    fn size(&self) -> usize {
        self.modules.side
    }

    fn bit(&self, y: usize, x: usize) -> bool {
        let of_format = (x == 8 && y < 9) || (y == 8 && x < 8);
        if of_format && let Some(i) = (0..15).find(|&i| layout::format_place(i) == (x, y)) {
            return layout::format_word(self.format.data) >> i & 1 == 1;
        }
        (self.modules.at(x, y, self.format.mirrored) > 0.0) != layout::masked(self.format.mask, x, y)
    }
}

/// `rqrr` 0.11 takes the last alignment pattern of this version to be two modules further in.
const WALKED_HERE: usize = 21;

/// The codewords as they stand in the modules, data and checks interleaved.
fn codewords(modules: &Modules, version: usize, format: Format, total: usize, scratch: &mut ReadScratch) -> Option<()> {
    scratch.walk.set(modules.side);
    scratch.codewords.clear();
    if version != WALKED_HERE {
        let (_, raw) = rqrr::Grid::new(Unmasked { modules, format }).get_raw_data().ok()?;
        scratch.codewords.extend_from_slice(raw.data.get(..total)?);
        return Some(());
    }
    let (places, _) = scratch.walk.places.as_chunks::<8>();
    let is_set = |&(x, y): &(u8, u8)| {
        let (x, y) = (usize::from(x), usize::from(y));
        (modules.at(x, y, format.mirrored) > 0.0) != layout::masked(format.mask, x, y)
    };
    let bits = places.get(..total)?.iter();
    let codeword =
        |bits: &[(u8, u8); 8]| bits.iter().fold(0, |codeword, place| codeword << 1 | u8::from(is_set(place)));
    scratch.codewords.extend(bits.map(codeword));
    Some(())
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
            let (level, mask) = (Level::from_format(data >> 3), (data & 7) as u8);
            let format = Format { data, level, mask, mirrored, likelihood };
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

/// How well the best format fits, of at most 30: both copies, and each module counts at most 1.
pub(super) fn likelihood(modules: &Modules) -> f32 {
    formats(modules)[0].map_or(0.0, |format| format.likelihood)
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
    codewords(modules, version, format, blocks.total, scratch)?;
    let shares: &[usize] = if erasures { &SHARES } else { &SHARES[..1] };
    if erasures {
        measure_trust(modules, format, blocks.total, scratch);
    }
    // What is mended and yet says nothing was mended wrongly: more erasures may do it right.
    (0..shares.len()).map_while(|first| assemble(version, format, blocks, &shares[first..], scratch)).flatten().next()
}

/// How sure each codeword is: by its least sure module, in steps, and by how many are that unsure.
fn measure_trust(modules: &Modules, format: Format, total: usize, scratch: &mut ReadScratch) {
    const STEPS: [f32; 7] = [0.08, 0.16, 0.25, 0.35, 0.5, 0.65, 0.8];
    let (codewords, _) = scratch.walk.places.as_chunks::<8>();
    scratch.trust.clear();
    scratch.trust.extend(codewords[..total].iter().map(|bits| {
        let sure = bits.map(|(x, y)| modules.at(usize::from(x), usize::from(y), format.mirrored).abs());
        let least = sure.iter().copied().fold(f32::INFINITY, f32::min);
        let limit = STEPS.into_iter().find(|limit| least < *limit);
        limit.map_or(1.0, |limit| limit - 0.02 * sure.iter().filter(|sure| **sure < limit).count() as f32)
    }));
}

/// Corrects each block with the first share of erasures that mends it, and reads the text. `None`
/// when a block cannot be mended, `Some(None)` when what is mended is no text or proves too little.
fn assemble(
    version: usize,
    format: Format,
    blocks: Blocks,
    shares: &[usize],
    scratch: &mut ReadScratch,
) -> Option<Option<Reading>> {
    let mut weakest = f32::INFINITY;
    let mut erased = false;
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
        let length = blocks.data + long + blocks.correction;
        scratch.order.clear();
        let mended = shares.iter().find_map(|&share| {
            scratch.block.clear();
            scratch.block.extend((0..length).map(|i| scratch.codewords[place(i)]));
            if share > 0 && scratch.order.is_empty() {
                scratch.order.extend(0..length);
                scratch.order.sort_unstable_by(|&a, &b| scratch.trust[place(a)].total_cmp(&scratch.trust[place(b)]));
            }
            let least = &scratch.order[..blocks.correction * share / 8];
            correct(&mut scratch.block, blocks.correction, least).map(|errors| (errors, least.len()))
        });
        let (errors, count) = mended?;
        erased |= count > 0;
        let unspent = blocks.correction as f32 - 2.0 * errors as f32 - count as f32;
        // Places of errors could be chosen in (length over errors) ways, with 255 values each,
        // and each costs two checks: that leaves so many bits that chance had to meet.
        let choices: f32 = (0..errors).map(|i| ((length - i) as f32 / (i + 1) as f32).log2()).sum();
        weakest = weakest.min(8.0 * (unspent + errors as f32) - choices);
        scratch.data.extend_from_slice(&scratch.block[..blocks.data + long]);
    }
    let Some(padding) = scratch.segments.read(&scratch.data, version) else { return Some(None) };
    let surplus = (format.likelihood - 15.0).clamp(0.0, 8.0);
    let structure = 3.0 + padding.min(24) as f32 + surplus;
    let is_proven = weakest >= LEAST_OF_A_BLOCK && weakest + structure >= EVIDENCE;
    Some(is_proven.then(|| Reading {
        content: scratch.segments.content(),
        level: format.level,
        mirrored: format.mirrored,
        erased,
    }))
}
