//! From a camera frame to the QR codes in it.
//!
//! Cheap attempts first, costly ones only on what looks like a code and while the budget lasts:
//! binarise a plane of about half a megapixel (`binarize`), find finder patterns (`locate`), fit
//! size and perspective (`fit`), sample (`sample`) and read (`read`); then other planes; then, for
//! triples of finders that gave nothing, a better map, equalising (`equalise`) and erasures.
//! No I/O, clock, threads or panics; after warm-up a frame without a code allocates nothing.

mod binarize;
mod budget;
mod correct;
mod equalise;
mod fit;
mod geometry;
mod layout;
mod locate;
mod luma;
mod pilots;
mod read;
mod sample;
mod text;

pub use budget::Budget;
pub use geometry::Point;
pub use layout::Level;
pub use luma::{Frame, FrameError, Luma, MAX_SIDE, Rotation};

use binarize::Bits;
use budget::Purse;
use equalise::Equaliser;
use fit::Guess;
use geometry::Projection;
use locate::{Locator, Triple};
use luma::{Pixels, Plane};
use pilots::Pilots;
use read::{Modules, ReadScratch, Reading};
use sample::Samples;

/// The stage that read a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FoundBy {
    /// The first sampling after the finders and the alignment pattern.
    Plain,
    /// A map refined until the modules showed clearest.
    Refined,
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
/// Every so many rows are searched for finders.
const ROW_STEP: usize = 2;

/// A triple that looked like a code and could not be read yet.
#[derive(Debug, Clone, Copy)]
struct Lead {
    guess: Guess,
    inverted: bool,
    /// The plane whose pixels the map is in.
    level: usize,
    fit: f32,
}

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
}

/// What one attempt works with.
#[derive(Debug, Default)]
struct Bench {
    samples: Samples,
    modules: Modules,
    pilots: Pilots,
    equaliser: Equaliser,
    scratch: ReadScratch,
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
        let mut codes = Vec::new();
        let (width, height) = frame.size();
        let mut purse = Purse::new(*budget, stop);
        if width.min(height) < 21 || !purse.spend(width * height / 2) {
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
            frame,
            codes: &mut codes,
        };
        for level in order {
            let unexplained = search.level(level, &mut purse);
            if !search.codes.is_empty() && !unexplained {
                return codes;
            }
        }
        if budget.has_dear_stages() {
            search.follow_leads(&mut purse);
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

/// One frame's search and all it uses.
struct Search<'a, 'f> {
    planes: &'a [Plane<'a>],
    bits: &'a mut Bits,
    locator: &'a mut Locator,
    triples: &'a mut Vec<Triple>,
    leads: &'a mut Vec<Lead>,
    bench: &'a mut Bench,
    frame: &'a Frame<'f>,
    codes: &'a mut Vec<Code>,
}

/// Finders of one plane that are combined to triples.
const MOST_FINDERS: usize = 28;
/// Triples of one plane that are tried.
const MOST_TRIPLES: usize = 60;
/// Leads kept for the dear stages.
const MOST_LEADS: usize = 24;

impl Search<'_, '_> {
    /// Searches one plane and reads what is plain. Answers whether finders are left that no code
    /// explains.
    fn level(&mut self, level: usize, purse: &mut Purse<'_>) -> bool {
        let plane = self.planes[level];
        if !purse.spend(plane.width * plane.height * 3 / 2) {
            return false;
        }
        self.bits.fill(&plane);
        let visited = self.locator.search(self.bits, ROW_STEP);
        purse.charge(visited);
        let scale = (1 << level) as f32;
        let codes = &*self.codes;
        self.locator.finders.retain(|f| !codes.iter().any(|code| covers(code, self.frame, f.at * scale)));
        let mut triples = std::mem::take(self.triples);
        locate::triples(&self.locator.finders, ROW_STEP, MOST_FINDERS, &mut triples);
        let mut used = [false; 256];
        for triple in triples.iter().take(MOST_TRIPLES) {
            if triple.members.iter().any(|&m| used[m]) {
                continue;
            }
            let Some(code) = self.attempt(level, triple, purse) else {
                continue;
            };
            for (i, finder) in self.locator.finders.iter().enumerate() {
                if covers(&code, self.frame, finder.at * scale) {
                    used[i] = true;
                }
            }
            add(self.codes, code);
        }
        *self.triples = triples;
        let left = |inverted: bool| {
            let sure = self.locator.finders.iter().zip(&used);
            sure.filter(|(f, used)| !**used && f.inverted == inverted && f.certainty(ROW_STEP) > 0.5).count()
        };
        left(false) >= 2 || left(true) >= 2
    }

    fn attempt(&mut self, level: usize, triple: &Triple, purse: &mut Purse<'_>) -> Option<Code> {
        let plane = self.planes[level];
        let inverted = triple.corners[0].inverted;
        let (guesses, visited) = fit::guesses(&plane, self.bits, triple);
        purse.charge(2_000 + visited * 8);
        let points = triple.corners.map(|f| f.at);
        let best = guesses[0]?.timing;
        for guess in guesses.into_iter().flatten().take(2) {
            if guess.timing < 0.1 || guess.timing < best - 0.35 {
                break;
            }
            let (aligned, visited) = fit::align(&plane, &guess, &points, inverted);
            self.bench.pilots.set(guess.side);
            purse.charge(visited * 5 + self.bench.pilots.all.len() * 10);
            let map = aligned.unwrap_or(guess.map);
            let fit = self.bench.pilots.fit(&plane, &map, inverted);
            if fit < 0.3 {
                continue;
            }
            let guess = Guess { map, ..guess };
            let lead = Lead { guess, inverted, level, fit };
            if !purse.spend(20_000 + guess.side * guess.side * 50) {
                return None;
            }
            if let Some(reading) = self.read_plain(&lead) {
                return Some(self.code(reading, &lead, FoundBy::Plain));
            }
            self.keep(lead);
        }
        None
    }

    fn keep(&mut self, lead: Lead) {
        let at = self.leads.partition_point(|l| l.fit > lead.fit);
        if self.leads.len() == MOST_LEADS {
            self.leads.pop();
        }
        if at <= self.leads.len() {
            self.leads.insert(at, lead);
        }
    }

    fn read_plain(&mut self, lead: &Lead) -> Option<Reading> {
        let (plane, map, _) = sampling(self.planes, lead);
        let bench = &mut *self.bench;
        bench.samples.take(&plane, &map, lead.guess.side, lead.inverted);
        bench.samples.level();
        bench.samples.judge(&mut bench.modules);
        read::read(&bench.modules, false, &mut bench.scratch)
    }

    /// The dear stages, on the likeliest leads first.
    fn follow_leads(&mut self, purse: &mut Purse<'_>) {
        let leads = std::mem::take(self.leads);
        for lead in &leads {
            let scale = (1 << lead.level) as f32;
            let middle = lead.guess.side as f32 / 2.0;
            let centre = lead.guess.map.map(middle, middle) * scale;
            if self.codes.iter().any(|code| covers(code, self.frame, centre)) {
                continue;
            }
            if !purse.spend(2_000_000) {
                break;
            }
            if let Some(code) = self.follow(lead, purse) {
                add(self.codes, code);
            }
        }
        *self.leads = leads;
    }

    fn follow(&mut self, lead: &Lead, purse: &mut Purse<'_>) -> Option<Code> {
        let planes = self.planes;
        let bench = &mut *self.bench;
        bench.pilots.set(lead.guess.side);
        let (plane, map, factor) = sampling(planes, lead);
        bench.samples.take(&plane, &map, lead.guess.side, lead.inverted);
        bench.samples.level();
        let (map, visited) = sample::sharpen_map(&plane, &map, &bench.samples, &bench.pilots, lead.inverted);
        purse.charge(visited * 6);
        bench.samples.take(&plane, &map, lead.guess.side, lead.inverted);
        bench.samples.level();
        bench.samples.judge(&mut bench.modules);
        let refined = Lead { guess: Guess { map: map.scaled(1.0 / factor), ..lead.guess }, ..*lead };
        if let Some(reading) = read::read(&bench.modules, true, &mut bench.scratch) {
            let by = if reading.erased { FoundBy::Erasures } else { FoundBy::Refined };
            return Some(self.code(reading, &refined, by));
        }
        bench.equaliser.run(&mut bench.modules, &bench.pilots, 3);
        purse.charge(lead.guess.side * lead.guess.side * 1_500);
        let reading = read::read(&bench.modules, true, &mut bench.scratch)?;
        Some(self.code(reading, &refined, FoundBy::Equalised))
    }

    fn code(&self, reading: Reading, lead: &Lead, found_by: FoundBy) -> Code {
        let scale = (1 << lead.level) as f32;
        let side = lead.guess.side as f32;
        let mut corners = [(0.0, 0.0), (side, 0.0), (side, side), (0.0, side)]
            .map(|(x, y)| self.frame.upright(lead.guess.map.map(x, y) * scale));
        if reading.mirrored {
            corners.swap(1, 3);
        }
        Code {
            text: reading.content.text,
            bytes: reading.content.bytes,
            corners,
            version: layout::version(lead.guess.side).unwrap_or(1) as u8,
            level: reading.level,
            mirrored: reading.mirrored,
            inverted: lead.inverted,
            found_by,
        }
    }
}

/// The plane on which a lead is sampled best, the map into it, and its size against the lead's
/// plane. About three pixels a module: noise is averaged and nothing blurred.
fn sampling<'p>(planes: &[Plane<'p>], lead: &Lead) -> (Plane<'p>, Projection, f32) {
    let middle = lead.guess.side as f32 / 2.0;
    let scale = (1 << lead.level) as f32;
    let module = lead.guess.map.map(middle, middle).distance(lead.guess.map.map(middle + 1.0, middle)) * scale;
    let level = ((module / 2.8).max(1.0).log2() as usize).min(planes.len() - 1);
    let factor = scale / (1 << level) as f32;
    (planes[level], lead.guess.map.scaled(factor), factor)
}

/// Whether a point of the stored picture lies on a code.
fn covers(code: &Code, frame: &Frame<'_>, point: Point) -> bool {
    let point = frame.upright(point);
    let sides = (0..4).map(|i| {
        let (a, b) = (code.corners[i], code.corners[(i + 1) % 4]);
        (b - a).cross(point - a) >= 0.0
    });
    let right = sides.filter(|s| *s).count();
    right == 4 || right == 0
}

/// Adds a code unless the same one is there already.
fn add(codes: &mut Vec<Code>, code: Code) {
    let middle = |code: &Code| code.corners.iter().fold(Point::default(), |s, c| s + *c * 0.25);
    let size = code.corners[0].distance(code.corners[2]);
    let known = codes.iter().any(|c| c.bytes == code.bytes && middle(c).distance(middle(&code)) < size / 2.0);
    if !known {
        codes.push(code);
    }
}
