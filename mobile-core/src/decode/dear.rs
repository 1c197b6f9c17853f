//! The dear stages: only where cheap ones left something, and only while the budget lasts.
//!
//! Leads first: a better map, erasures, equalising. Then finders that the strict search cannot see
//! (quiet zone lost, motion, defocus), from rows and columns, and pairs of finders whose third
//! is covered or washed out.

use super::binarize::Bits;
use super::budget::Purse;
use super::fit::Guess;
use super::geometry::Point;
use super::locate::{self, Finder, Strictness, Triple};
use super::luma::{self, Plane};
use super::search::{Lead, Search, add, covers, middle, sampling};
use super::{Code, FoundBy, read, sample};

/// Buffers of the dear stages.
#[derive(Debug, Default)]
pub(super) struct Dear {
    turned: Vec<u8>,
    turned_bits: Bits,
    sharp: Vec<u8>,
    rows: Vec<u16>,
    kept: Vec<Finder>,
}

/// Pairs of finders tried with a supposed third.
const MOST_PAIRS: usize = 30;

impl Search<'_, '_> {
    /// Goes through the stages; `first` is the plane that the cheap ones began with.
    pub(super) fn dear_stages(&mut self, first: usize, purse: &mut Purse<'_>) {
        self.follow_leads(purse);
        let order = [first, first.wrapping_sub(1), first + 1];
        for sharpened in [false, true] {
            for level in order {
                if level >= self.planes.len() || !self.codes.is_empty() {
                    continue;
                }
                let plane = self.planes[level];
                if !purse.spend(plane.width * plane.height * if sharpened { 9 } else { 6 }) {
                    return;
                }
                self.leads.clear();
                if sharpened {
                    let mut sharp = std::mem::take(&mut self.dear.sharp);
                    luma::sharpen(&plane, &mut self.dear.rows, &mut sharp);
                    let sharper = Plane { data: &sharp, stride: plane.width, ..plane };
                    self.open_level(&sharper, level, purse);
                    self.dear.sharp = sharp;
                } else {
                    self.open_level(&plane, level, purse);
                }
                self.follow_leads(purse);
            }
        }
    }

    /// Searches rows and columns for finders by the open rule, then tries triples and pairs.
    fn open_level(&mut self, plane: &Plane<'_>, level: usize, purse: &mut Purse<'_>) {
        let mut turned = std::mem::take(&mut self.dear.turned);
        luma::transpose(plane, &mut turned);
        let across = Plane { data: &turned, width: plane.height, height: plane.width, stride: plane.height };
        self.dear.turned_bits.fill(&across);
        self.locator.search(&across, &self.dear.turned_bits, 1, Strictness::Open, purse);
        let mut kept = std::mem::take(&mut self.dear.kept);
        kept.clear();
        kept.extend(self.locator.finders.iter().map(|f| Finder { at: Point { x: f.at.y, y: f.at.x }, ..*f }));
        self.bits.fill(plane);
        self.locator.search(plane, self.bits, 1, Strictness::Open, purse);
        for finder in &kept {
            let near = |f: &&mut Finder| f.inverted == finder.inverted && f.at.distance(finder.at) < f.module * 2.0;
            match self.locator.finders.iter_mut().find(near) {
                Some(known) if known.certainty(1) < finder.certainty(1) => *known = *finder,
                Some(_) => {}
                None => self.locator.finders.push(*finder),
            }
        }
        self.locator.finders.sort_by(|a, b| b.certainty(1).total_cmp(&a.certainty(1)));
        self.dear.kept = kept;
        self.dear.turned = turned;
        self.try_triples(plane, level, 1, purse);
        if self.codes.is_empty() {
            self.try_pairs(plane, level, purse);
        }
    }

    fn try_pairs(&mut self, plane: &Plane<'_>, level: usize, purse: &mut Purse<'_>) {
        let finders: Vec<Finder> =
            self.locator.finders.iter().take(10).filter(|f| f.certainty(1) > 0.45).copied().collect();
        let mut tried = 0;
        for (i, a) in finders.iter().enumerate() {
            for b in &finders[i + 1..] {
                if !locate::alike(a, b) || tried >= MOST_PAIRS {
                    continue;
                }
                tried += 1;
                for triple in thirds(a, b) {
                    if let Some(code) = self.attempt(plane, level, &triple, purse) {
                        add(self.codes, code);
                        return;
                    }
                }
            }
        }
    }

    /// The dear stages, on the likeliest leads first.
    fn follow_leads(&mut self, purse: &mut Purse<'_>) {
        let leads = std::mem::take(self.leads);
        for lead in &leads {
            let (at, _) = middle(lead);
            if self.codes.iter().any(|code| covers(code, self.frame, at)) {
                continue;
            }
            // Mostly the equaliser; reading with erasures costs as much again for small codes.
            if !purse.spend(600_000 + lead.guess.side * lead.guess.side * 4_000) {
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
        purse.charge(visited * 10);
        bench.samples.take(&plane, &map, lead.guess.side, lead.inverted);
        bench.samples.level();
        bench.samples.judge(&mut bench.modules);
        let refined = Lead { guess: Guess { map: map.scaled(1.0 / factor), ..lead.guess }, ..*lead };
        if let Some(reading) = read::read(&bench.modules, true, &mut bench.scratch) {
            let by = if reading.erased { FoundBy::Erasures } else { FoundBy::Refined };
            return Some(self.code(reading, &refined, by));
        }
        bench.equaliser.run(&mut bench.modules, &bench.pilots, 3);
        let reading = read::read(&bench.modules, true, &mut bench.scratch)?;
        Some(self.code(reading, &refined, FoundBy::Equalised))
    }
}

/// The triples that two finders may belong to: both along a side, with the third at either end and
/// on either hand, or both on the diagonal.
fn thirds(a: &Finder, b: &Finder) -> [Triple; 6] {
    let along = b.at - a.at;
    let hand = Point { x: -along.y, y: along.x };
    let middle = (a.at + b.at) * 0.5;
    let module = f32::midpoint(a.module, b.module);
    let supposed = |at: Point| Finder { at, module, hits: 0, clarity: 0.0, inverted: a.inverted };
    let triple = |corner: Finder, right: Finder, down: Finder| Triple { corners: [corner, right, down], cost: 1.0 };
    [
        triple(*a, *b, supposed(a.at + hand)),
        triple(*b, supposed(b.at + hand), *a),
        triple(*a, supposed(a.at - hand), *b),
        triple(*b, *a, supposed(b.at - hand)),
        triple(supposed(middle - hand * 0.5), *b, *a),
        triple(supposed(middle + hand * 0.5), *a, *b),
    ]
}
