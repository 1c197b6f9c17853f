//! The dear stages: only where cheap ones left something, and only while the budget lasts.
//!
//! Leads first: a better map, erasures, equalising. Then finders that the strict search cannot see
//! (quiet zone lost, motion, defocus), from rows and columns, and pairs of finders whose third
//! is covered or washed out.

use super::binarize::Bits;
use super::budget::Purse;
use super::geometry::Point;
use super::locate::{Finder, Strictness};
use super::luma::{self, Plane};
use super::mesh::Mesh;
use super::search::{Bench, Lead, Search, WORTH_REFINING, add, middle, sampling};
use super::triple::{self, Triple};
use super::{Code, FoundBy, read, sample};

/// Buffers of the dear stages.
#[derive(Debug, Default)]
pub(super) struct Dear {
    turned: Vec<u8>,
    turned_bits: Bits,
    sharp: Vec<u8>,
    rows: Vec<u16>,
    kept: Vec<Finder>,
    followed: Vec<Followed>,
}

/// How far a lead is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effort {
    /// A better map and erasures, for leads that fit well.
    Light,
    /// Everything.
    Full,
}

/// A place where a code of some size was looked for.
#[derive(Debug)]
struct Followed {
    at: Point,
    side: usize,
    times: u32,
}

/// Below this, modules agree with the pilots as they would by chance.
const LEAST_AGREEMENT: f32 = 0.4;
/// The same without the finders, which every lead has: what was ever read had half at the least.
const LEAST_BETWEEN: f32 = 0.3;
/// Likelihood of the best format, of 30, that blur may leave of a code; chance gives up to 12.
const LEAST_LIKELIHOOD: f32 = 11.0;
/// Pairs of finders tried with a supposed third.
const MOST_PAIRS: usize = 20;
/// Finders, the surest, that pairs are made of.
const PAIRED_FINDERS: usize = 7;

impl Search<'_, '_> {
    /// Goes through the stages; `first` is the plane that the cheap ones began with.
    pub(super) fn dear_stages(&mut self, first: usize, purse: &mut Purse<'_>) {
        self.dear.followed.clear();
        self.follow_leads(Effort::Full, purse);
        let order = [first, first.wrapping_sub(1), first + 1];
        for sharpened in [false, true] {
            for level in order {
                if level >= self.planes.len() || (!self.codes.is_empty() && !self.has_open_leads()) {
                    continue;
                }
                let plane = self.planes[level];
                if !purse.spend(plane.width * plane.height * if sharpened { 6 } else { 4 }) {
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
                self.follow_leads(Effort::Full, purse);
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
        self.locator.finders.sort_unstable_by(|a, b| b.certainty(1).total_cmp(&a.certainty(1)));
        self.dear.kept = kept;
        self.dear.turned = turned;
        self.try_triples(plane, level, 1, purse);
        if self.codes.is_empty() {
            self.try_pairs(plane, level, purse);
        }
    }

    fn try_pairs(&mut self, plane: &Plane<'_>, level: usize, purse: &mut Purse<'_>) {
        let mut tried = 0;
        let count = self.locator.finders.len().min(PAIRED_FINDERS);
        for (i, j) in (0..count).flat_map(|i| (i + 1..count).map(move |j| (i, j))) {
            let (a, b) = (self.locator.finders[i], self.locator.finders[j]);
            if a.certainty(1).min(b.certainty(1)) < 0.45 || !triple::alike(&a, &b) || tried >= MOST_PAIRS {
                continue;
            }
            tried += 1;
            for triple in thirds(&a, &b) {
                if let Some(code) = self.attempt(plane, level, &triple, 0.3, purse) {
                    add(self.codes, code);
                    return;
                }
            }
        }
    }

    /// Follows the likeliest leads first.
    pub(super) fn follow_leads(&mut self, effort: Effort, purse: &mut Purse<'_>) {
        let mut leads = std::mem::take(self.leads);
        for lead in &mut leads {
            let light = effort == Effort::Light;
            if self.is_read(lead) || (light && (lead.refined || lead.fit < WORTH_REFINING)) {
                continue;
            }
            if !light && self.followed_enough(lead) {
                continue;
            }
            if !purse.spend(lead.guess.side * lead.guess.side * 120) {
                break;
            }
            let code = if lead.refined { None } else { self.refine(lead, purse) };
            if let Some(code) = code.or_else(|| if light { None } else { self.follow(lead, purse) }) {
                add(self.codes, code);
            }
        }
        *self.leads = leads;
    }

    /// Whether the same code was followed twice already; other planes would only show it again.
    fn followed_enough(&mut self, lead: &Lead) -> bool {
        let (at, module) = middle(lead);
        let side = lead.guess.side;
        let known = self.dear.followed.iter_mut().find(|f| f.side == side && f.at.distance(at) < module * 1.5);
        match known {
            Some(followed) => {
                followed.times += 1;
                followed.times > 2
            }
            None => {
                self.dear.followed.push(Followed { at, side, times: 1 });
                false
            }
        }
    }

    /// Moves the map to where modules show clearest and reads with erasures.
    fn refine(&mut self, lead: &mut Lead, purse: &mut Purse<'_>) -> Option<Code> {
        let bench = &mut *self.bench;
        let (side, inverted) = (lead.guess.side, lead.inverted);
        bench.pilots.set(side);
        let (plane, map, factor) = sampling(self.planes, lead);
        bench.samples.take(&plane, &map, side, inverted);
        bench.samples.level();
        let (map, visited) = sample::sharpen_map(&plane, &map, &mut bench.samples, &bench.pilots, inverted);
        purse.charge(visited * 5);
        lead.guess.map = map.scaled(1.0 / factor);
        lead.refined = true;
        bench.samples.take(&plane, &map, side, inverted);
        bench.samples.level();
        bench.samples.judge(&mut bench.modules);
        if !looks_like_a_code(bench) || !purse.spend(read_cost(side)) {
            return None;
        }
        let reading = read::read(&bench.modules, true, &mut bench.scratch)?;
        let by = if reading.erased { FoundBy::Erasures } else { FoundBy::Refined };
        Some(self.code(reading, lead, by))
    }

    /// What is dear, on a map refined before.
    fn follow(&mut self, lead: &Lead, purse: &mut Purse<'_>) -> Option<Code> {
        let bench = &mut *self.bench;
        let (side, inverted) = (lead.guess.side, lead.inverted);
        bench.pilots.set(side);
        let (plane, map, _) = sampling(self.planes, lead);
        bench.samples.take(&plane, &map, side, inverted);
        bench.samples.level();
        bench.samples.judge(&mut bench.modules);
        let likelihood = read::likelihood(&bench.modules);
        if !looks_like_a_code(bench) || likelihood < LEAST_LIKELIHOOD || !purse.spend(read_cost(side)) {
            return None;
        }
        bench.samples.take_logarithm();
        bench.samples.level();
        bench.samples.judge(&mut bench.modules);
        if let Some(reading) = read::read(&bench.modules, true, &mut bench.scratch) {
            return Some(self.code(reading, lead, FoundBy::Refined));
        }
        let mut mesh = Mesh::flat(map, side);
        for _ in 0..2 {
            bench.samples.take_by(&plane, |x, y| mesh.map(x, y), side, inverted);
            bench.samples.level();
            bench.samples.expect(&bench.pilots, inverted);
            purse.charge(mesh.settle(&plane, &bench.samples, &mut bench.places) * 5);
        }
        bench.samples.take_by(&plane, |x, y| mesh.map(x, y), side, inverted);
        bench.samples.level();
        bench.samples.judge(&mut bench.modules);
        if !purse.spend(read_cost(side)) {
            return None;
        }
        if let Some(reading) = read::read(&bench.modules, true, &mut bench.scratch) {
            return Some(self.code(reading, lead, FoundBy::Unbent));
        }
        for wide in [true, false] {
            if !purse.spend(side * side * 800 + read_cost(side)) {
                return None;
            }
            if wide {
                bench.samples.take(&plane, &map, side, inverted);
                bench.samples.level_widely();
            } else {
                bench.samples.take_by(&plane, |x, y| mesh.map(x, y), side, inverted);
                bench.samples.level();
            }
            bench.samples.judge(&mut bench.modules);
            bench.equaliser.run(&mut bench.modules, &bench.pilots, 3);
            if let Some(reading) = read::read(&bench.modules, true, &mut bench.scratch) {
                return Some(self.code(reading, lead, FoundBy::Equalised));
            }
        }
        None
    }
}

/// Work of a reading with erasures.
fn read_cost(side: usize) -> usize {
    60_000 + side * side * 60
}

/// Whether the modules show what every code of this size must show.
fn looks_like_a_code(bench: &Bench) -> bool {
    bench.pilots.agreement(&bench.modules, false) >= LEAST_AGREEMENT
        && bench.pilots.agreement(&bench.modules, true) >= LEAST_BETWEEN
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
