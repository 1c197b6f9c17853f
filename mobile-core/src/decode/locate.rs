//! Finder patterns by their run ratio 1:1:3:1:1, in rows and then through the centre.
//!
//! Any straight line through a finder's centre meets the ratio, at any rotation, so a row that
//! meets it is followed by a column and a second row. Both polarities come from one pass: in an
//! inverted code the five runs begin light.

use super::Point;
use super::binarize::Bits;

/// A finder pattern, in pixels of the plane it was seen in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Finder {
    pub at: Point,
    /// Pixels a module, mean of row and column; up to 1.4 times too long in a rotated code.
    pub module: f32,
    /// Rows that met the ratio.
    pub hits: u32,
    pub inverted: bool,
}

impl Finder {
    /// Hits against what its size would give in every `step`th row: about 1 for a real finder.
    pub fn certainty(&self, step: usize) -> f32 {
        self.hits as f32 * step as f32 / (3.0 * self.module).max(1.0)
    }
}

/// Buffers and results of the search.
#[derive(Debug, Default)]
pub(super) struct Locator {
    changes: Vec<i32>,
    pub finders: Vec<Finder>,
}

/// Most finders kept from one plane; the busiest photograph of the sample sets shows 61.
const MOST: usize = 160;

impl Locator {
    /// Searches every `step`th row. Answers how many pixels were visited.
    pub fn search(&mut self, bits: &Bits, step: usize) -> usize {
        self.finders.clear();
        let mut visited = 0;
        for y in (step / 2..bits.height).step_by(step) {
            bits.changes(y, &mut self.changes);
            visited += bits.width / 4 + self.changes.len() * 2;
            for i in 0..self.changes.len().saturating_sub(5) {
                let runs = &self.changes[i..i + 6];
                let whole = runs[5] - runs[0];
                let middle = runs[3] - runs[2];
                // Most windows fail this, the middle's share of 3/7, first.
                if middle * 5 < whole * 3 / 2 || middle * 5 > whole * 3 || whole < 7 {
                    continue;
                }
                let lengths = [runs[1] - runs[0], runs[2] - runs[1], middle, runs[4] - runs[3], runs[5] - runs[4]];
                if !is_finder(lengths, 0.55) {
                    continue;
                }
                visited += whole as usize * 4;
                let centre = (runs[2] + runs[3]) as f32 / 2.0;
                self.consider(bits, centre, y as i32, whole as f32 / 7.0, i % 2 == 1);
            }
        }
        self.finders.sort_by(|a, b| {
            b.certainty(step).min(1.0).total_cmp(&a.certainty(step).min(1.0)).then(b.hits.cmp(&a.hits))
        });
        visited
    }

    fn consider(&mut self, bits: &Bits, x: f32, y: i32, module: f32, inverted: bool) {
        let known = self.finders.iter_mut().find(|f| {
            f.inverted == inverted
                && (f.at.x - x).abs() < f.module * 1.5
                && (f.at.y - y as f32).abs() < f.module * 2.5
                && module < f.module * 1.6
                && module > f.module * 0.6
        });
        if let Some(finder) = known {
            finder.hits += 1;
            return;
        }
        if self.finders.len() >= MOST {
            return;
        }
        let Some((cy, tall)) = cross(bits, x as i32, y, false, inverted, module) else { return };
        let Some((cx, wide)) = cross(bits, x as i32, cy as i32, true, inverted, module) else { return };
        if tall > wide * 2.6 || wide > tall * 2.6 {
            return;
        }
        self.finders.push(Finder { at: Point { x: cx, y: cy }, module: (tall + wide) / 14.0, hits: 1, inverted });
    }
}

/// Whether five runs are 1:1:3:1:1, each within `slack` of a module and the half pixel that
/// sampling costs.
fn is_finder(runs: [i32; 5], slack: f32) -> bool {
    let module = runs.iter().sum::<i32>() as f32 / 7.0;
    let near = |run: i32, modules: f32| (run as f32 - modules * module).abs() <= modules.sqrt() * slack * module + 0.5;
    near(runs[0], 1.0) && near(runs[1], 1.0) && near(runs[2], 3.0) && near(runs[3], 1.0) && near(runs[4], 1.0)
}

/// Follows a row or column through a supposed centre. Answers the centre along it and the length
/// of all five runs, in pixels.
fn cross(bits: &Bits, x: i32, y: i32, along_row: bool, inverted: bool, module: f32) -> Option<(f32, f32)> {
    let (dx, dy) = if along_row { (1, 0) } else { (0, 1) };
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
            if step > limit {
                return None;
            }
            *end = step;
        }
        Some(ends)
    };
    let (ahead, back) = (follow(1)?, follow(-1)?);
    let runs = [back[2] - back[1], back[1] - back[0], ahead[0] + back[0] - 1, ahead[1] - ahead[0], ahead[2] - ahead[1]];
    if !is_finder(runs, 0.65) {
        return None;
    }
    let from = if along_row { x } else { y } as f32;
    // Edges of the middle and of the ring both tell the centre.
    let inner = (ahead[0] - back[0]) as f32;
    let outer = (ahead[2] - back[2]) as f32;
    let middle = (ahead[1] - back[1]) as f32;
    Some((from + 0.5 + (inner + middle + outer) / 6.0, runs.iter().sum::<i32>() as f32))
}

/// Three finders that may be the corners of one code.
#[derive(Debug, Clone, Copy)]
pub(super) struct Triple {
    /// Places in the list of finders.
    pub members: [usize; 3],
    /// Top left, top right, bottom left, for a code that is not mirrored.
    pub corners: [Finder; 3],
    /// Smaller is likelier.
    pub cost: f32,
}

/// All plausible triples of the first `most` finders, the likeliest first.
pub(super) fn triples(finders: &[Finder], step: usize, most: usize, out: &mut Vec<Triple>) {
    out.clear();
    let n = finders.len().min(most);
    for a in 0..n {
        for b in a + 1..n {
            if !alike(&finders[a], &finders[b]) {
                continue;
            }
            for c in b + 1..n {
                if !alike(&finders[a], &finders[c]) || !alike(&finders[b], &finders[c]) {
                    continue;
                }
                if let Some(mut triple) = arrange(finders, [a, b, c]) {
                    let doubt: f32 = triple.corners.iter().map(|f| (1.0 - f.certainty(step)).clamp(0.0, 1.0)).sum();
                    triple.cost += 0.35 * doubt;
                    out.push(triple);
                }
            }
        }
    }
    out.sort_by(|a, b| a.cost.total_cmp(&b.cost));
}

fn alike(a: &Finder, b: &Finder) -> bool {
    let distance = a.at.distance(b.at);
    let module = f32::midpoint(a.module, b.module);
    a.inverted == b.inverted
        && a.module < b.module * 2.2
        && b.module < a.module * 2.2
        // A side of version 1 is 14 modules between centres, of version 40 170, a diagonal 1.4
        // times that; a rotated code's module is measured up to 1.4 times too long.
        && distance > module * 8.5
        && distance < module * 260.0
}

fn arrange(finders: &[Finder], members: [usize; 3]) -> Option<Triple> {
    let [a, b, c] = members.map(|i| finders[i].at);
    let (ab, bc, ca) = (a.distance(b), b.distance(c), c.distance(a));
    // The corner lies opposite the longest side.
    let [corner, mut right, mut down] = if ab >= bc && ab >= ca {
        [members[2], members[0], members[1]]
    } else if bc >= ca {
        [members[0], members[1], members[2]]
    } else {
        [members[1], members[2], members[0]]
    };
    let at = |i: usize| finders[i].at;
    if (at(right) - at(corner)).cross(at(down) - at(corner)) < 0.0 {
        std::mem::swap(&mut right, &mut down);
    }
    let (u, v) = (at(right) - at(corner), at(down) - at(corner));
    let (along, across) = (u.length(), v.length());
    let cosine = u.dot(v) / (along * across).max(1e-6);
    let ratio = (along / across).ln().abs();
    if cosine.abs() > 0.75 || ratio > 1.0 {
        return None;
    }
    let corners = [corner, right, down].map(|i| finders[i]);
    let modules = corners.map(|f| f.module);
    let spread = modules.iter().fold(0f32, |m, &x| m.max(x)) / modules.iter().fold(f32::MAX, |m, &x| m.min(x));
    let cost = cosine.abs() + 0.7 * ratio + 0.8 * spread.ln();
    Some(Triple { members: [corner, right, down], corners, cost })
}
