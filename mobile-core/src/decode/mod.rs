//! From a camera frame to the QR codes in it.
//!
//! Cheap attempts first, costly ones only on what looks like a code and while the budget lasts:
//! binarise a plane of about half a megapixel (`binarize`), find finder patterns (`locate`), fit
//! size and perspective (`fit`), sample (`sample`) and read (`read`); then other planes; then, for
//! triples of finders that gave nothing (`dear`), a better map, erasures, bent paper (`mesh`) and
//! blur undone (`equalise`); last, finders by looser rules. `correct` and `text` read codewords.
//! No I/O, clock, threads or panics; after warm-up a frame without a code allocates nothing.

mod binarize;
mod budget;
mod correct;
mod dear;
mod equalise;
mod fit;
mod geometry;
mod lattice;
mod layout;
mod locate;
mod luma;
mod mesh;
mod pilots;
mod read;
mod sample;
mod search;
#[cfg(test)]
mod tests;
mod text;
mod triple;
mod walk;

pub use budget::Budget;
pub use geometry::Point;
pub use layout::Level;
pub use luma::{Frame, FrameError, Luma, MAX_SIDE, Rotation};

use binarize::Bits;
use budget::Purse;
use dear::Dear;
use locate::Locator;
use luma::{Pixels, Plane};
use search::{Bench, Lead, Search};
use triple::Triple;

/// The stage that read a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[cfg_attr(feature = "wasm", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum FoundBy {
    /// The first sampling after the finders and the alignment pattern.
    Plain,
    /// A map refined until the modules showed clearest.
    Refined,
    /// A lattice of shifts that follows bent paper.
    Unbent,
    /// Blur between modules undone.
    Equalised,
    /// The least visible codewords taken as missing.
    Erasures,
}

/// A QR code that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Code {
    /// What it says, by its declared encoding or the likeliest one.
    pub text: String,
    /// The bytes behind the text; kanji segments as Shift-JIS.
    pub bytes: Vec<u8>,
    /// Outer corners in pixels of the upright frame: the code's own top left, then clockwise
    /// (counter-clockwise for a mirrored one).
    pub corners: [Point; 4],
    /// 1 (21 modules a side) to 40 (177 modules).
    pub version: u8,
    /// How much of the code may be damaged.
    pub level: Level,
    /// Whether the code is seen from behind or in a mirror.
    pub mirrored: bool,
    /// Whether the code is light on dark.
    pub inverted: bool,
    /// The stage that read it.
    pub found_by: FoundBy,
}

/// Decodes one frame; for many frames keep a [`Decoder`], which reuses its buffers.
///
/// ```
/// use mobile_core::decode::{Budget, Frame, Luma, decode};
/// let grey = vec![200; 640 * 480];
/// let frame = Frame::luma(Luma::new(&grey, 640, 480, 640)?);
/// assert!(decode(&frame, &Budget::preview()).is_empty());
/// # Ok::<(), mobile_core::decode::FrameError>(())
/// ```
pub fn decode(frame: &Frame<'_>, budget: &Budget) -> Vec<Code> {
    Decoder::new().decode(frame, budget)
}

/// Pixels of a plane above which a coarser one is searched first.
const COMFORTABLE: usize = 600_000;
/// Coarser planes than this show no code.
const COARSEST_SIDE: usize = 120;
/// Decodes frames one after another, with buffers that live as long as it does.
#[derive(Debug, Default)]
pub struct Decoder {
    base: Vec<u8>,
    pyramid: Vec<Vec<u8>>,
    bits: Bits,
    locator: Locator,
    triples: Vec<Triple>,
    leads: Vec<Lead>,
    bench: Bench,
    dear: Dear,
    spent: u64,
}

impl Decoder {
    /// A decoder without buffers; the first frame makes them.
    pub fn new() -> Self {
        Self::default()
    }

    /// All codes of a frame, each once, within the budget.
    pub fn decode(&mut self, frame: &Frame<'_>, budget: &Budget) -> Vec<Code> {
        self.decode_until(frame, budget, None)
    }

    /// As [`Decoder::decode`], ending early when `stop` says so; it is asked between stages.
    pub fn decode_until(&mut self, frame: &Frame<'_>, budget: &Budget, stop: Option<&dyn Fn() -> bool>) -> Vec<Code> {
        let (width, height) = frame.size();
        let mut purse = Purse::new(*budget, width * height, stop);
        let codes = self.run(frame, *budget, &mut purse);
        self.spent = purse.spent();
        codes
    }

    /// Units of work that the last frame took, against which budgets are counted.
    pub fn work_of_last_frame(&self) -> u64 {
        self.spent
    }

    fn run(&mut self, frame: &Frame<'_>, budget: Budget, purse: &mut Purse<'_>) -> Vec<Code> {
        let mut codes = Vec::new();
        let (width, height) = frame.size();
        if width.min(height) < 21 || !purse.spend(width * height / 4) {
            return codes;
        }
        let base = match frame.pixels {
            Pixels::Luma(luma) => luma.plane(),
            Pixels::Rgba { data, width, height, stride } => {
                luma::luma_of_rgba(data, width, height, stride, &mut self.base);
                Plane { data: &self.base, width, height, stride: width }
            }
        };
        let planes = pyramid(base, &mut self.pyramid);
        self.leads.clear();
        let first = planes.iter().position(|p| p.width * p.height <= COMFORTABLE).unwrap_or(planes.len() - 1);
        // The comfortable plane, coarser ones, which cost little, then finer ones.
        let order = (first..planes.len()).chain((0..first).rev());
        let mut search = Search {
            planes: &planes,
            bits: &mut self.bits,
            locator: &mut self.locator,
            triples: &mut self.triples,
            leads: &mut self.leads,
            bench: &mut self.bench,
            dear: &mut self.dear,
            frame,
            codes: &mut codes,
            tilts: 0,
        };
        for level in order {
            let unexplained = search.level(level, purse);
            if !search.codes.is_empty() && !unexplained && !search.has_open_leads() {
                return codes;
            }
        }
        if budget.has_dear_stages() {
            if search.has_certain_leads() {
                purse.open_reserve();
            }
            search.dear_stages(first, purse);
        }
        codes
    }
}

/// The plane and its halves, finest first.
fn pyramid<'p>(base: Plane<'p>, buffers: &'p mut Vec<Vec<u8>>) -> Planes<'p> {
    let mut depth = 0;
    while depth < MOST_PLANES - 1 && (base.width >> (depth + 1)).min(base.height >> (depth + 1)) >= COARSEST_SIDE {
        depth += 1;
    }
    buffers.resize_with(buffers.len().max(depth), Vec::new);
    let mut sizes = [(0, 0); MOST_PLANES];
    for i in 0..depth {
        let (done, rest) = buffers.split_at_mut(i);
        let above = match done.last() {
            None => base,
            Some(data) => Plane { data, width: sizes[i - 1].0, height: sizes[i - 1].1, stride: sizes[i - 1].0 },
        };
        sizes[i] = luma::halve(&above, &mut rest[0]);
    }
    let mut planes = Planes { all: [base; MOST_PLANES], count: depth + 1 };
    for i in 0..depth {
        let (width, height) = sizes[i];
        planes.all[i + 1] = Plane { data: &buffers[i], width, height, stride: width };
    }
    planes
}

/// Halvings of the largest frame down to the coarsest plane.
const MOST_PLANES: usize = 8;

struct Planes<'p> {
    all: [Plane<'p>; MOST_PLANES],
    count: usize,
}

impl<'p> std::ops::Deref for Planes<'p> {
    type Target = [Plane<'p>];
    fn deref(&self) -> &[Plane<'p>] {
        &self.all[..self.count]
    }
}
