//! Finder patterns by their run ratio 1:1:3:1:1, in rows and then through the centre.
//!
//! Any straight line through a finder's centre meets the ratio, at any rotation, so a row that
//! meets it is followed by a column and a second row. Both polarities come from one pass: in an
//! inverted code the five runs begin light.

use super::Point;
use super::binarize::Bits;
use super::budget::Purse;
use super::luma::Plane;
use super::pilots::correlation;

/// A finder pattern, in pixels of the plane it was seen in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Finder {
    pub at: Point,
    /// Pixels a module, mean of row and column; up to 1.4 times too long in a rotated code.
    pub module: f32,
    /// Rows that met the ratio.
    pub hits: u32,
    pub inverted: bool,
    /// How well the rings show in grey along four lines through the centre, 0 to 1.
    pub clarity: f32,
}

impl Finder {
    /// About 1 for a real finder, near 0 for noise: clarity, and hits against what its size would
    /// give in every `step`th row.
    pub fn certainty(&self, step: usize) -> f32 {
        let rows = self.hits as f32 * step as f32 / (3.0 * self.module).max(1.0);
        self.clarity * (0.4 + 0.6 * rows.min(1.0))
    }
}

/// What hits must be like to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strictness {
    /// All five runs, in row and column.
    Closed,
    /// The outer ring may run into dark surroundings, where the quiet zone is lost; and rows
    /// alone suffice where enough of them lie upon each other, as under motion blur.
    Open,
}

/// Rows upon each other that met the ratio while no column did.
#[derive(Debug, Clone, Copy)]
struct Stack {
    first: i32,
    last: i32,
    sum: f32,
    count: u32,
    module: f32,
    inverted: bool,
}

/// Buffers and results of the search.
#[derive(Debug, Default)]
pub(super) struct Locator {
    changes: Vec<i32>,
    growing: Vec<Stack>,
    stacks: Vec<Stack>,
    pub finders: Vec<Finder>,
}

/// Most finders kept from one plane: a sheet of a hundred badges, all three of each.
const MOST: usize = 300;
/// Most stacks looked at in one plane.
const MOST_STACKS: usize = 2_000;

impl Locator {
    /// Searches every `step`th row, until all are or the purse is empty.
    pub fn search(
        &mut self,
        plane: &Plane<'_>,
        bits: &Bits,
        step: usize,
        strictness: Strictness,
        purse: &mut Purse<'_>,
    ) {
        self.finders.clear();
        self.stacks.clear();
        self.growing.clear();
        let open = strictness == Strictness::Open;
        for y in (step / 2..bits.height).step_by(step) {
            bits.changes(y, &mut self.changes);
            let mut visited = bits.width / 8 + self.changes.len() * 3;
            self.retire(y as i32);
            for i in 0..self.changes.len().saturating_sub(5) {
                let runs = &self.changes[i..i + 6];
                let middle = runs[3] - runs[2];
                // Most windows fail this, the middle against the rings on its sides.
                let inner = runs[4] - runs[1];
                if middle * 20 < inner * 7 || middle * 20 > inner * 17 || inner < 5 {
                    continue;
                }
                let lengths = [runs[1] - runs[0], runs[2] - runs[1], middle, runs[4] - runs[3], runs[5] - runs[4]];
                let Some(whole) = finder_length(lengths, 0.55, open) else { continue };
                visited += 60 + self.finders.len() * 2 + self.growing.len();
                let centre = (runs[2] + runs[3]) as f32 / 2.0;
                if self.consider(plane, bits, (centre, y as i32), whole / 7.0, i % 2 == 1, open) {
                    visited += 300 + whole as usize * 8;
                }
            }
            if !purse.spend(visited) {
                break;
            }
        }
        if open {
            self.retire(i32::MAX);
            self.unstack(plane, step);
            purse.charge(self.stacks.len() * 200);
        }
        self.finders.sort_unstable_by(|a, b| b.certainty(step).total_cmp(&a.certainty(step)));
    }

    /// Counts a row that met the ratio. Answers whether its surroundings had to be looked at.
    fn consider(
        &mut self,
        plane: &Plane<'_>,
        bits: &Bits,
        (x, y): (f32, i32),
        module: f32,
        inverted: bool,
        open: bool,
    ) -> bool {
        let known = self.finders.iter_mut().find(|f| {
            f.inverted == inverted
                && (f.at.x - x).abs() < f.module * 1.5
                && (f.at.y - y as f32).abs() < f.module * 2.5
                && module < f.module * 1.6
                && module > f.module * 0.6
        });
        if let Some(finder) = known {
            finder.hits += 1;
            return false;
        }
        if self.finders.len() >= MOST {
            return false;
        }
        match crossed(plane, bits, (x, y), module, inverted, open) {
            Some(finder) if finder.clarity > 0.45 => self.finders.push(finder),
            _ if open => self.stack(x, y, module, inverted),
            _ => {}
        }
        true
    }

    /// Sets stacks aside that the rows have left behind, if they are tall enough.
    fn retire(&mut self, y: i32) {
        let stacks = &mut self.stacks;
        self.growing.retain(|stack| {
            let grows = y.saturating_sub(stack.last) <= 3;
            if !grows && stack.count >= 3 && stacks.len() < MOST_STACKS {
                stacks.push(*stack);
            }
            grows
        });
    }

    fn stack(&mut self, x: f32, y: i32, module: f32, inverted: bool) {
        let above = self.growing.iter_mut().find(|s| {
            s.inverted == inverted
                && (s.sum / s.count as f32 - x).abs() < s.module * 0.8
                && module < s.module * 1.35
                && module > s.module * 0.74
        });
        if let Some(stack) = above {
            stack.last = y;
            stack.sum += x;
            stack.count += 1;
            return;
        }
        self.growing.push(Stack { first: y, last: y, sum: x, count: 1, module, inverted });
    }

    fn unstack(&mut self, plane: &Plane<'_>, step: usize) {
        for stack in &self.stacks {
            let tall = (stack.last - stack.first + step as i32) as f32;
            if tall < stack.module * 1.7 || tall > stack.module * 5.0 {
                continue;
            }
            let at = Point {
                x: stack.sum / stack.count as f32,
                y: f32::midpoint(stack.first as f32, stack.last as f32) + 0.5,
            };
            let clear = clarity(plane, at, &[Point { x: stack.module * 7.0, y: 0.0 }], stack.inverted, false);
            let near = self.finders.iter().any(|f| f.inverted == stack.inverted && f.at.distance(at) < f.module * 2.0);
            if clear > 0.6 && !near && self.finders.len() < MOST {
                let clarity = clear * 0.7;
                self.finders.push(Finder {
                    at,
                    module: stack.module,
                    hits: stack.count,
                    inverted: stack.inverted,
                    clarity,
                });
            }
        }
    }
}

/// The length of five runs that are 1:1:3:1:1, each within `slack` of a module and the half pixel
/// that sampling costs. With `open` the outer ones may be longer than they should.
///
/// Where dark runs are too short or too long throughout, because of too much light, a run and its
/// neighbour together still have their length.
fn finder_length(runs: [i32; 5], slack: f32, open: bool) -> Option<f32> {
    run_lengths(runs, slack, open).or_else(|| pair_lengths(runs, slack))
}

fn pair_lengths(runs: [i32; 5], slack: f32) -> Option<f32> {
    let [a, b, c, d, e] = runs;
    let module = (a + e + 2 * (b + c + d)) as f32 / 12.0;
    let near =
        |pair: i32, modules: f32| (pair as f32 - modules * module).abs() <= modules * 0.36 * slack * module + 0.6;
    let alike = |p: i32, q: i32| (p - q).abs() as f32 <= 0.5 * module + 1.0;
    let sound = near(a + b, 2.0)
        && near(b + c, 4.0)
        && near(c + d, 4.0)
        && near(d + e, 2.0)
        && alike(a, e)
        && alike(b, d)
        && b.min(d) as f32 > 0.35 * module
        && a.min(e) as f32 > 0.15 * module;
    sound.then_some(module * 7.0)
}

fn run_lengths(runs: [i32; 5], slack: f32, open: bool) -> Option<f32> {
    let mut whole = runs.iter().sum::<i32>() as f32;
    if open {
        let inner = (runs[1] + runs[2] + runs[3]) as f32 * 7.0 / 5.0;
        whole = whole.min(inner);
    }
    let module = whole / 7.0;
    let near = |run: i32, modules: f32| (run as f32 - modules * module).abs() <= modules.sqrt() * slack * module + 0.5;
    let outer = |run: i32| near(run, 1.0) || (open && run as f32 > module);
    let fits = outer(runs[0]) && near(runs[1], 1.0) && near(runs[2], 3.0) && near(runs[3], 1.0) && outer(runs[4]);
    fits.then_some(whole)
}

/// By how much of a module a run may be off, on a line through the centre.
const UPRIGHT: f32 = 0.65;
/// The same on a line that may miss the centre.
const SLANTED: f32 = 0.9;

/// Follows a column and a row through a supposed centre, then both diagonals.
fn crossed(
    plane: &Plane<'_>,
    bits: &Bits,
    (x, y): (f32, i32),
    module: f32,
    inverted: bool,
    open: bool,
) -> Option<Finder> {
    let start = Point { x, y: y as f32 + 0.5 };
    let (offset, mut tall) = cross(bits, start, (0, 1), inverted, module, SLANTED, open)?;
    let start = Point { x, y: start.y + offset };
    let (offset, wide) = cross(bits, start, (1, 0), inverted, module, UPRIGHT, open)?;
    let mut start = Point { x: start.x + offset, y: start.y };
    if offset.abs() > module * 0.3 {
        // The first column missed the centre, as in a slanting finder: now it cannot.
        let (offset, length) = cross(bits, start, (0, 1), inverted, module, UPRIGHT, open)?;
        (start.y, tall) = (start.y + offset, length);
    }
    if tall > wide * 2.6 || wide > tall * 2.6 {
        return None;
    }
    let at = start;
    let mut lines = [Point { x: wide, y: 0.0 }, Point { x: 0.0, y: tall }, Point::default(), Point::default()];
    let mut count = 2;
    let larger = tall.max(wide) / 7.0;
    for direction in [(1, 1), (1, -1)] {
        if let Some((_, length)) = cross(bits, at, direction, inverted, larger, UPRIGHT, open) {
            lines[count] = Point { x: length * direction.0 as f32, y: length * direction.1 as f32 };
            count += 1;
        }
    }
    if count == 2 {
        return None;
    }
    let clarity = clarity(plane, at, &lines[..count], inverted, open) * if count == 4 { 1.0 } else { 0.85 };
    Some(Finder { at, module: (tall + wide) / 14.0, hits: 1, inverted, clarity })
}

/// Correlation of the grey along lines through the centre with the rings of a finder.
fn clarity(plane: &Plane<'_>, at: Point, lines: &[Point], inverted: bool, open: bool) -> f32 {
    let mut s = [0f32; 5];
    for line in lines {
        let modules = if open { 3 } else { 4 };
        for i in -modules..=modules {
            let place = at + *line * (i as f32 / 7.0);
            let value = plane.bilinear(place.x, place.y);
            let dark = matches!(i32::abs(i), 0 | 1 | 3);
            let sign = if dark == inverted { 1.0 } else { -1.0 };
            s = [s[0] + 1.0, s[1] + value, s[2] + value * value, s[3] + sign, s[4] + sign * value];
        }
    }
    correlation(&s)
}

/// Follows a line through a supposed centre, one pixel a step. Answers how many steps further the
/// centre lies, and the steps of all five runs.
fn cross(
    bits: &Bits,
    at: Point,
    (dx, dy): (i32, i32),
    inverted: bool,
    module: f32,
    slack: f32,
    open: bool,
) -> Option<(f32, f32)> {
    let (x, y) = (at.x.floor() as i32, at.y.floor() as i32);
    let limit = (module * 7.0) as i32 + 2;
    let colour = |step: i32| bits.dark(x + dx * step, y + dy * step) != inverted;
    if !colour(0) {
        return None;
    }
    let follow = |sign: i32| {
        let mut ends = [0i32; 3];
        let mut step = 0;
        for (i, end) in ends.iter_mut().enumerate() {
            let dark = i != 1;
            while step <= limit && colour(sign * step) == dark {
                step += 1;
            }
            if step > limit && !(open && i == 2) {
                return None;
            }
            *end = step;
        }
        Some(ends)
    };
    let (ahead, back) = (follow(1)?, follow(-1)?);
    let runs = [back[2] - back[1], back[1] - back[0], ahead[0] + back[0] - 1, ahead[1] - ahead[0], ahead[2] - ahead[1]];
    let whole = finder_length(runs, slack, open)?;
    // Edges of the middle and of the rings all tell the centre.
    let inner = (ahead[0] - back[0]) as f32;
    let middle = (ahead[1] - back[1]) as f32;
    let outer = (ahead[2] - back[2]) as f32;
    let shift = if open { (inner + middle) / 4.0 } else { (inner + middle + outer) / 6.0 };
    let from = if dx == 0 { y as f32 + 0.5 - at.y } else { x as f32 + 0.5 - at.x };
    Some((from + shift, whole))
}
