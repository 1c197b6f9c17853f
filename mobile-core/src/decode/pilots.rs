//! Modules whose colour is known beforehand: finders, timing and alignment patterns.
//!
//! They say how well a map fits, and they train the equaliser.

use super::geometry::{Point, Projection};
use super::layout;
use super::luma::Plane;
use super::read::Modules;

/// Most groups of pilots: three finders, two timing lines, 46 alignment patterns.
const MOST_GROUPS: usize = 52;

#[derive(Debug, Clone, Copy)]
pub(super) struct Pilot {
    pub x: u8,
    pub y: u8,
    pub dark: bool,
    group: u8,
}

/// The known modules of one size of code.
#[derive(Debug, Default)]
pub(super) struct Pilots {
    side: usize,
    pub all: Vec<Pilot>,
    /// 1 dark, -1 light, 0 unknown, for each module.
    pub signs: Vec<i8>,
    groups: usize,
}

/// Whether a module of a square of rings is dark: rings at distance 0, 1, 3 of a finder's centre.
fn finder_dark(dx: usize, dy: usize) -> bool {
    matches!(dx.max(dy), 0 | 1 | 3)
}

impl Pilots {
    /// Lists the pilots of a code with so many modules along a side.
    pub fn set(&mut self, side: usize) {
        if self.side == side {
            return;
        }
        self.side = side;
        self.all.clear();
        self.signs.clear();
        self.signs.resize(side * side, 0);
        for (group, (cx, cy)) in [(3, 3), (side - 4, 3), (3, side - 4)].into_iter().enumerate() {
            for y in cy.saturating_sub(4)..(cy + 5).min(side) {
                for x in cx.saturating_sub(4)..(cx + 5).min(side) {
                    self.add(x, y, finder_dark(x.abs_diff(cx), y.abs_diff(cy)), group);
                }
            }
        }
        for i in 8..side - 8 {
            self.add(i, 6, i % 2 == 0, 3);
            self.add(6, i, i % 2 == 0, 4);
        }
        self.groups = 5;
        if let Some(version) = layout::version(side) {
            for (cx, cy) in layout::alignment_centres(version) {
                for y in cy - 2..=cy + 2 {
                    for x in cx - 2..=cx + 2 {
                        self.add(x, y, x.abs_diff(cx).max(y.abs_diff(cy)) != 1, self.groups);
                    }
                }
                self.groups += 1;
            }
        }
    }

    fn add(&mut self, x: usize, y: usize, dark: bool, group: usize) {
        let sign = &mut self.signs[y * self.side + x];
        if *sign == 0 {
            *sign = if dark { 1 } else { -1 };
            self.all.push(Pilot { x: x as u8, y: y as u8, dark, group: group as u8 });
        }
    }

    /// How well sampled modules agree with the pilots, from -1 to 1; with `between` only with those
    /// that are no finders, for three finders may stand for anything.
    pub fn agreement(&self, modules: &Modules, between: bool) -> f32 {
        let (mut sum, mut count) = (0.0, 0.0);
        for pilot in self.all.iter().filter(|pilot| !between || pilot.group >= 3) {
            let value = modules.values[usize::from(pilot.y) * self.side + usize::from(pilot.x)].clamp(-1.0, 1.0);
            sum += if pilot.dark { value } else { -value };
            count += 1.0;
        }
        sum / f32::max(count, 1.0)
    }

    /// How well the picture shows the pilots where the map puts them, from -1 to 1: the mean over
    /// the patterns of the correlation of darkness, so that light may differ between them.
    pub fn fit(&self, plane: &Plane<'_>, map: &Projection, inverted: bool) -> f32 {
        let mut sums = [[0f32; 5]; MOST_GROUPS];
        for pilot in &self.all {
            let at = map.map(f32::from(pilot.x) + 0.5, f32::from(pilot.y) + 0.5);
            let value = plane.bilinear(at.x, at.y);
            let sign = if pilot.dark == inverted { 1.0 } else { -1.0 };
            let s = &mut sums[usize::from(pilot.group)];
            s[0] += 1.0;
            s[1] += value;
            s[2] += value * value;
            s[3] += sign;
            s[4] += sign * value;
        }
        let (mut total, mut weight) = (0.0, 0.0);
        for (group, s) in sums[..self.groups].iter().enumerate() {
            let w = if group < 3 {
                1.0
            } else if group < 5 {
                0.7
            } else {
                1.5 / (self.groups - 5) as f32
            };
            total += w * correlation(s);
            weight += w;
        }
        total / weight
    }
}

/// Pearson's r of sums: count, values, squares, signs, products.
pub(super) fn correlation(&[n, v, vv, s, sv]: &[f32; 5]) -> f32 {
    let variance = (vv - v * v / n) / n;
    let signs = 1.0 - (s / n) * (s / n);
    let together = (sv - s * v / n) / n;
    // Two grey levels of noise must not count as a pattern.
    together / ((variance + 2.0) * signs).sqrt().max(1e-3)
}

/// How well both timing lines alternate for a supposed size.
pub(super) fn timing_fit(plane: &Plane<'_>, map: &Projection, side: usize) -> f32 {
    let mut total = 0.0;
    for along in [true, false] {
        let mut s = [0f32; 5];
        for i in 7..side - 7 {
            let (x, y) = if along { (i, 6) } else { (6, i) };
            let at = map.map(x as f32 + 0.5, y as f32 + 0.5);
            let value = plane.bilinear(at.x, at.y);
            let sign = if i % 2 == 0 { -1.0 } else { 1.0 };
            s = [s[0] + 1.0, s[1] + value, s[2] + value * value, s[3] + sign, s[4] + sign * value];
        }
        total += correlation(&s);
    }
    total / 2.0
}

/// How well an alignment pattern shows with its centre at (x, y) in modules.
pub(super) fn alignment_fit(plane: &Plane<'_>, map: impl Fn(f32, f32) -> Point, x: f32, y: f32) -> f32 {
    let mut s = [0f32; 5];
    for dy in -2i8..=2 {
        for dx in -2i8..=2 {
            let at = map(x + f32::from(dx), y + f32::from(dy));
            let value = plane.bilinear(at.x, at.y);
            let sign = if dx.abs().max(dy.abs()) == 1 { 1.0 } else { -1.0 };
            s = [s[0] + 1.0, s[1] + value, s[2] + value * value, s[3] + sign, s[4] + sign * value];
        }
    }
    correlation(&s)
}

/// Most half modules that an alignment pattern is looked for to each side.
const MOST_REACH: usize = 12;
const WIDEST: usize = 2 * MOST_REACH + 9;

/// Looks for an alignment pattern around (x, y) in modules, `reach` half modules to each side.
/// Answers the best correlation above `least`, less `penalty` for each module of distance, its
/// distance, and how many places were visited. `turn` is -1 for inverted codes.
pub(super) fn find_alignment(
    plane: &Plane<'_>,
    map: impl Fn(f32, f32) -> Point,
    (x, y): (f32, f32),
    reach: usize,
    turn: f32,
    (least, penalty): (f32, f32),
) -> (Option<(f32, Point)>, usize) {
    let reach = reach.min(MOST_REACH);
    let wide = 2 * reach + 9;
    // Patterns half a module apart share their places, so each is looked at once.
    let mut grey = [0f32; WIDEST * WIDEST];
    let from = (reach + 4) as f32 / 2.0;
    for (j, row) in grey.chunks_exact_mut(wide).take(wide).enumerate() {
        for (i, value) in row.iter_mut().enumerate() {
            let at = map(x - from + i as f32 / 2.0, y - from + j as f32 / 2.0);
            *value = plane.bilinear(at.x, at.y);
        }
    }
    let mut best = None;
    let mut highest = least;
    for j in 0..=2 * reach {
        for i in 0..=2 * reach {
            let (mut sum, mut squares, mut ring) = (0.0, 0.0, 0.0);
            for dy in 0..5 {
                for dx in 0..5 {
                    let value = grey[(j + 2 * dy) * wide + i + 2 * dx];
                    sum += value;
                    squares += value * value;
                    if dx.abs_diff(2).max(dy.abs_diff(2)) == 1 {
                        ring += value;
                    }
                }
            }
            let offset = Point::new(i as f32 - reach as f32, j as f32 - reach as f32) * 0.5;
            // Eight light modules among 25.
            let fit = turn * correlation(&[25.0, sum, squares, -9.0, 2.0 * ring - sum]) - penalty * offset.length();
            if fit > highest {
                highest = fit;
                best = Some((fit, offset));
            }
        }
    }
    (best, wide * wide + (2 * reach + 1) * (2 * reach + 1) * 2)
}

/// How well the three finders show, by four lines through each: the mean of their correlations.
pub(super) fn finders_fit(plane: &Plane<'_>, map: &Projection, side: usize) -> f32 {
    let far = side as f32 - 3.5;
    let fits = [(3.5, 3.5), (far, 3.5), (3.5, far)].map(|(cx, cy)| {
        let mut s = [0f32; 5];
        for (dx, dy) in [(1.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, -1.0)] {
            for i in -4i8..=4 {
                let at = map.map(cx + dx * f32::from(i), cy + dy * f32::from(i));
                let value = plane.bilinear(at.x, at.y);
                let sign = if matches!(i.abs(), 0 | 1 | 3) { -1.0 } else { 1.0 };
                s = [s[0] + 1.0, s[1] + value, s[2] + value * value, s[3] + sign, s[4] + sign * value];
            }
        }
        correlation(&s)
    });
    fits.iter().sum::<f32>() / 3.0
}
