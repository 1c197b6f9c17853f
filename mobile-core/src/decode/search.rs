//! One frame's search: finders of a plane, triples of finders, attempts to read.
//!
//! What looked like a code and could not be read is kept as a lead for the dear stages (`dear`).

use super::binarize::Bits;
use super::budget::Purse;
use super::dear::{Dear, Effort};
use super::equalise::Equaliser;
use super::fit::{self, Guess};
use super::geometry::Projection;
use super::lattice::{self, Lattice};
use super::locate::{Finder, Locator, Strictness};
use super::luma::Plane;
use super::mesh::Place;
use super::pilots::Pilots;
use super::read::{self, Modules, ReadScratch, Reading};
use super::sample::Samples;
use super::triple::{self, Triple};
use super::{Code, FoundBy, Frame, Point, layout};

/// Every so many rows are searched for finders.
pub(super) const ROW_STEP: usize = 2;

/// A triple that looked like a code and could not be read yet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lead {
    pub guess: Guess,
    pub inverted: bool,
    /// The plane whose pixels the map is in.
    pub level: usize,
    pub fit: f32,
    /// Whether the map was refined already, and read with erasures in vain.
    pub refined: bool,
}

/// What one attempt works with.
#[derive(Debug, Default)]
pub(super) struct Bench {
    pub samples: Samples,
    pub modules: Modules,
    pub pilots: Pilots,
    pub equaliser: Equaliser,
    /// Where modules lie around one node of a mesh.
    pub places: Vec<Place>,
    pub scratch: ReadScratch,
}

/// One frame's search and all it uses.
pub(super) struct Search<'a, 'f> {
    pub planes: &'a [Plane<'a>],
    pub bits: &'a mut Bits,
    pub locator: &'a mut Locator,
    pub triples: &'a mut Vec<Triple>,
    pub leads: &'a mut Vec<Lead>,
    pub bench: &'a mut Bench,
    pub dear: &'a mut Dear,
    pub frame: &'a Frame<'f>,
    pub codes: &'a mut Vec<Code>,
    /// Steeper views that may still be tried on this plane.
    pub tilts: u32,
}

/// Finders of one plane that are combined to triples.
const MOST_FINDERS: usize = 28;
/// Triples of one plane that are tried.
const MOST_TRIPLES: usize = 60;
/// Leads kept for the dear stages.
const MOST_LEADS: usize = 8;
/// Agreement with the pilots below which no picture of many thousands was ever read; finders alone,
/// with nothing between them, give about a half.
const LEAST_FIT: f32 = 0.6;
/// Agreement with the pilots from which a lead is refined at once, before other planes are searched.
pub(super) const WORTH_REFINING: f32 = 0.7;
/// Agreement with the pilots that nothing but a code has.
const CERTAIN: f32 = 0.85;
/// Timing below this may mean that the view is steeper than the guess.
const DOUBTFUL_TIMING: f32 = 0.5;
/// Triples of one plane for which steeper views are tried.
const MOST_TILTS: u32 = 3;

impl Search<'_, '_> {
    /// Searches one plane and reads what is plain. Answers whether finders are left that no code
    /// explains.
    pub(super) fn level(&mut self, level: usize, purse: &mut Purse<'_>) -> bool {
        let plane = self.planes[level];
        if !purse.spend(plane.width * plane.height * 3 / 2) {
            return false;
        }
        self.bits.fill(&plane);
        self.locator.search(&plane, self.bits, ROW_STEP, Strictness::Closed, purse);
        self.try_triples(&plane, level, ROW_STEP, purse)
    }

    /// Reads what the located finders show. Answers whether two or more are left that no code
    /// explains.
    pub(super) fn try_triples(&mut self, plane: &Plane<'_>, level: usize, step: usize, purse: &mut Purse<'_>) -> bool {
        let scale = (1 << level) as f32;
        self.forget_read(scale);
        let mut triples = std::mem::take(self.triples);
        purse.charge(triple::triples(&self.locator.finders, step, MOST_FINDERS, &mut triples));
        self.tilts = MOST_TILTS;
        for triple in triples.iter().take(MOST_TRIPLES.max(self.locator.finders.len())) {
            let read = |f: &Finder| self.codes.iter().any(|code| covers(code, self.frame, f.at * scale));
            if triple.corners.iter().any(read) {
                continue;
            }
            if let Some(code) = self.attempt(plane, level, triple, 0.1, purse) {
                add(self.codes, code);
            }
        }
        *self.triples = triples;
        self.follow_leads(Effort::Light, purse);
        self.forget_read(scale);
        let sure = |inverted: bool| {
            self.locator.finders.iter().filter(|f| f.inverted == inverted && f.certainty(step) > 0.5).count()
        };
        sure(false) >= 2 || sure(true) >= 2
    }

    /// Drops the finders that lie on codes read already.
    fn forget_read(&mut self, scale: f32) {
        let (codes, frame) = (&*self.codes, self.frame);
        self.locator.finders.retain(|f| !codes.iter().any(|code| covers(code, frame, f.at * scale)));
    }

    pub(super) fn attempt(
        &mut self,
        plane: &Plane<'_>,
        level: usize,
        triple: &Triple,
        least_timing: f32,
        purse: &mut Purse<'_>,
    ) -> Option<Code> {
        let inverted = triple.corners[0].inverted;
        let (guesses, visited) = fit::guesses(plane, self.bits, triple);
        purse.charge(1_500 + (800.0 * triple.corners[0].module) as usize + visited * 6);
        let points = triple.corners.map(|f| f.at);
        let best = guesses[0]?.timing;
        let (mut guesses, mut tries) = (guesses, 2);
        if best < DOUBTFUL_TIMING && self.tilts > 0 && triple.corners.iter().all(|f| f.clarity > 0.55) {
            self.tilts -= 1;
            let (tilted, visited) = fit::tilted(plane, triple, &guesses);
            purse.charge(visited * 5);
            if tilted.is_some() {
                tries = 3;
                guesses = [tilted, guesses[0], guesses[1], None, None, None, None];
            }
        }
        let best = best.max(guesses[0]?.timing);
        for guess in guesses.into_iter().flatten().take(tries) {
            if guess.timing < least_timing || guess.timing < best - 0.35 {
                continue;
            }
            self.bench.pilots.set(guess.side);
            purse.charge(self.bench.pilots.all.len() * 6);
            let mut fit = self.bench.pilots.fit(plane, &guess.map, inverted);
            if fit < LEAST_FIT / 2.0 {
                continue;
            }
            let (aligned, visited) = fit::align(plane, &guess, &points, inverted);
            let map = aligned.unwrap_or(guess.map);
            if aligned.is_some() {
                fit = self.bench.pilots.fit(plane, &map, inverted);
            }
            purse.charge(visited * 5 + self.bench.pilots.all.len() * 6);
            if fit < LEAST_FIT {
                continue;
            }
            let guess = Guess { map, ..guess };
            let lead = Lead { guess, inverted, level, fit, refined: false };
            if !purse.spend(15_000 + guess.side * guess.side * 70) {
                return None;
            }
            if let Some((reading, by)) = self.read_plain(&lead, purse) {
                return Some(self.code(reading, &lead, by));
            }
            self.keep(lead);
        }
        None
    }

    /// Keeps a lead, the best fitting first, one for each size and place.
    fn keep(&mut self, lead: Lead) {
        let (at, module) = middle(&lead);
        let same = |l: &Lead| {
            l.guess.side == lead.guess.side && l.inverted == lead.inverted && middle(l).0.distance(at) < module * 2.0
        };
        if let Some(known) = self.leads.iter().position(same) {
            if self.leads[known].fit >= lead.fit {
                return;
            }
            self.leads.remove(known);
        }
        let place = self.leads.partition_point(|l| l.fit > lead.fit);
        if place < MOST_LEADS {
            self.leads.truncate(MOST_LEADS - 1);
            self.leads.insert(place, lead);
        }
    }

    fn read_plain(&mut self, lead: &Lead, purse: &mut Purse<'_>) -> Option<(Reading, FoundBy)> {
        let (plane, map, _) = sampling(self.planes, lead);
        let bench = &mut *self.bench;
        let side = lead.guess.side;
        bench.samples.take(&plane, &map, side, lead.inverted);
        bench.samples.level();
        bench.samples.judge(&mut bench.modules);
        if let Some(reading) = read::read(&bench.modules, false, &mut bench.scratch) {
            return Some((reading, FoundBy::Plain));
        }
        if side < lattice::LEAST_SIDE || lead.fit < WORTH_REFINING || !purse.spend(side * side * 70) {
            return None;
        }
        let (lattice, visited) = Lattice::find(&plane, &map, side, lead.inverted);
        purse.charge(visited * 5);
        let lattice = lattice?;
        bench.samples.take_by(&plane, |x, y| lattice.map(x, y), side, lead.inverted);
        bench.samples.level();
        bench.samples.judge(&mut bench.modules);
        Some((read::read(&bench.modules, false, &mut bench.scratch)?, FoundBy::Unbent))
    }

    /// Whether something is left that looks much like a code.
    pub(super) fn has_open_leads(&self) -> bool {
        self.leads.iter().any(|lead| lead.fit > WORTH_REFINING && !self.is_read(lead))
    }

    /// Whether something is left that certainly is a code.
    pub(super) fn has_certain_leads(&self) -> bool {
        self.leads.iter().any(|lead| lead.fit > CERTAIN && !self.is_read(lead))
    }

    /// Whether a code that was read lies where the lead does.
    pub(super) fn is_read(&self, lead: &Lead) -> bool {
        let (at, _) = middle(lead);
        self.codes.iter().any(|code| covers(code, self.frame, at))
    }

    pub(super) fn code(&self, reading: Reading, lead: &Lead, found_by: FoundBy) -> Code {
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
pub(super) fn sampling<'p>(planes: &[Plane<'p>], lead: &Lead) -> (Plane<'p>, Projection, f32) {
    let scale = (1 << lead.level) as f32;
    let (_, module) = middle(lead);
    let level = ((module / 2.8).max(1.0).log2() as usize).min(planes.len() - 1);
    let factor = scale / (1 << level) as f32;
    (planes[level], lead.guess.map.scaled(factor), factor)
}

/// The middle of a lead and the length of a module there, in pixels of the frame.
pub(super) fn middle(lead: &Lead) -> (Point, f32) {
    let middle = lead.guess.side as f32 / 2.0;
    let scale = (1 << lead.level) as f32;
    let at = lead.guess.map.map(middle, middle);
    (at * scale, at.distance(lead.guess.map.map(middle + 1.0, middle)) * scale)
}

/// Whether a point of the stored picture lies on a code.
pub(super) fn covers(code: &Code, frame: &Frame<'_>, point: Point) -> bool {
    let point = frame.upright(point);
    let sides = (0..4).map(|i| {
        let (a, b) = (code.corners[i], code.corners[(i + 1) % 4]);
        (b - a).cross(point - a) >= 0.0
    });
    let right = sides.filter(|s| *s).count();
    right == 4 || right == 0
}

/// Adds a code unless the same one is there already.
pub(super) fn add(codes: &mut Vec<Code>, code: Code) {
    let middle = |code: &Code| code.corners.iter().fold(Point::default(), |s, c| s + *c * 0.25);
    let size = code.corners[0].distance(code.corners[2]);
    let known = codes.iter().any(|c| c.bytes == code.bytes && middle(c).distance(middle(&code)) < size / 2.0);
    if !known {
        codes.push(code);
    }
}
