//! The brightness of each module, and what it says against its neighbours'.

use super::geometry::{Point, Projection};
use super::luma::Plane;
use super::pilots::Pilots;
use super::read::Modules;

/// Grey values of a square of modules and the levels they are judged by.
#[derive(Debug, Default)]
pub(super) struct Samples {
    pub side: usize,
    /// Brightness, turned around for inverted codes, so that dark modules are always low.
    pub grey: Vec<f32>,
    /// Level between dark and light around each module.
    pub middle: Vec<f32>,
    /// Half the distance between dark and light around each module.
    pub half: Vec<f32>,
    /// By module, what a picture is compared with.
    pub expected: Vec<Expected>,
    sums: Vec<[f32; 4]>,
}

/// What is known of a module before the picture is looked at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expected {
    /// Level between dark and light, as the picture has it.
    middle: f32,
    /// From brightness to clarity; its sign says which way a pilot should differ.
    scale: f32,
    is_pilot: bool,
}

impl Expected {
    /// How clearly the module shows at a place: pilots by their known colour and twice.
    #[inline]
    pub fn clarity(&self, plane: &Plane<'_>, at: Point) -> f32 {
        let soft = ((self.middle - plane.bilinear(at.x, at.y)) * self.scale).clamp(-1.3, 1.3);
        if self.is_pilot { 2.0 * soft } else { soft.abs() }
    }
}

/// Half the side of the square of modules whose levels count for one module.
const REACH: usize = 4;
/// The same where blur must be seen as it is, not evened out.
const WIDE_REACH: usize = 12;

impl Samples {
    /// Takes the brightness at the middle of each module; of large modules the mean of five places.
    pub fn take(&mut self, plane: &Plane<'_>, map: &Projection, side: usize, inverted: bool) {
        self.take_by(plane, |x, y| map.map(x, y), side, inverted);
    }

    /// As [`Samples::take`], with any map from modules to pixels.
    pub fn take_by(&mut self, plane: &Plane<'_>, map: impl Fn(f32, f32) -> Point, side: usize, inverted: bool) {
        self.side = side;
        self.grey.clear();
        let middle = side as f32 / 2.0;
        let module = map(middle, middle).distance(map(middle + 1.0, middle));
        for y in 0..side {
            for x in 0..side {
                let (cx, cy) = (x as f32 + 0.5, y as f32 + 0.5);
                let at = map(cx, cy);
                let mut value = plane.bilinear(at.x, at.y);
                if module > 3.5 {
                    for (dx, dy) in [(-0.22, -0.22), (0.22, -0.22), (-0.22, 0.22), (0.22, 0.22)] {
                        let at = map(cx + dx, cy + dy);
                        value += plane.bilinear(at.x, at.y);
                    }
                    value /= 5.0;
                }
                self.grey.push(if inverted { 255.0 - value } else { value });
            }
        }
    }

    /// Finds the levels of dark and light around each module.
    pub fn level(&mut self) {
        self.level_within(REACH);
    }

    /// Levels from a wide surrounding: a linear picture of the code, as the equaliser needs it.
    pub fn level_widely(&mut self) {
        self.level_within(WIDE_REACH);
    }

    /// Turns brightness into its logarithm, in which a shadow's edge moves dark and light alike.
    pub fn take_logarithm(&mut self) {
        for value in &mut self.grey {
            *value = 46.0 * (*value + 1.0).ln();
        }
    }

    fn level_within(&mut self, reach: usize) {
        let side = self.side;
        let count = self.grey.len() as f32;
        let mean = self.grey.iter().sum::<f32>() / count;
        let spread = self.grey.iter().map(|v| (v - mean).abs()).sum::<f32>() / count;
        self.middle.clear();
        self.middle.resize(side * side, mean);
        self.half.clear();
        self.half.resize(side * side, spread.max(1.0));
        for pass in 0..2 {
            self.sum_up(pass == 0);
            for y in 0..side {
                for x in 0..side {
                    let [dark_count, dark, light_count, light] = self.window(x, y, reach);
                    let i = y * side + x;
                    if pass == 0 {
                        self.middle[i] = (dark + light) / (dark_count + light_count);
                    } else if dark_count > 2.0 && light_count > 2.0 {
                        let (dark, light) = (dark / dark_count, light / light_count);
                        self.middle[i] = f32::midpoint(dark, light);
                        self.half[i] = ((light - dark) / 2.0).max(spread * 0.3).max(1.0);
                    }
                }
            }
        }
    }

    fn sum_up(&mut self, all_dark: bool) {
        let wide = self.side + 1;
        self.sums.clear();
        self.sums.resize(wide * wide, [0.0; 4]);
        for y in 0..self.side {
            let mut row = [0f32; 4];
            for x in 0..self.side {
                let value = self.grey[y * self.side + x];
                let at = if all_dark || value < self.middle[y * self.side + x] { 0 } else { 2 };
                row[at] += 1.0;
                row[at + 1] += value;
                let above = self.sums[y * wide + x + 1];
                self.sums[(y + 1) * wide + x + 1] = std::array::from_fn(|i| above[i] + row[i]);
            }
        }
    }

    fn window(&self, x: usize, y: usize, reach: usize) -> [f32; 4] {
        let wide = self.side + 1;
        let (left, right) = (x.saturating_sub(reach), (x + reach + 1).min(self.side));
        let (top, bottom) = (y.saturating_sub(reach), (y + reach + 1).min(self.side));
        let at = |x: usize, y: usize| self.sums[y * wide + x];
        let (a, b, c, d) = (at(left, top), at(right, top), at(left, bottom), at(right, bottom));
        std::array::from_fn(|i| d[i] - b[i] - c[i] + a[i])
    }

    /// What `clarity` needs of each module, once for many maps.
    pub fn expect(&mut self, pilots: &Pilots, inverted: bool) {
        self.expected.clear();
        let turn = if inverted { -1.0 } else { 1.0 };
        let levels = self.middle.iter().zip(&self.half).zip(&pilots.signs);
        self.expected.extend(levels.map(|((&middle, &half), &sign)| {
            let (middle, scale) = (if inverted { 255.0 - middle } else { middle }, turn / half);
            Expected { middle, scale: scale * if sign < 0 { -1.0 } else { 1.0 }, is_pilot: sign != 0 }
        }));
    }

    /// How clearly the modules show where a map puts them.
    fn clarity(&self, plane: &Plane<'_>, map: &Projection) -> f32 {
        let mut sum = 0.0;
        for (y, row) in self.expected.chunks_exact(self.side).enumerate() {
            for (at, expected) in map.row(y, self.side).zip(row) {
                sum += expected.clarity(plane, at);
            }
        }
        sum
    }

    /// Writes how dark each module is against its surroundings. Modules brighter than paper are
    /// glare: they keep their colour, but nobody should trust it.
    pub fn judge(&self, out: &mut Modules) {
        out.side = self.side;
        out.values.clear();
        let count = self.grey.len() as f32;
        // Light modules that are no brighter than their mean: paper, without the glare itself.
        let mut light = f32::INFINITY;
        for _ in 0..2 {
            let (mut sum, mut lights) = (0.0, 0.0);
            for (value, middle) in self.grey.iter().zip(&self.middle) {
                if value > middle && *value <= light {
                    sum += value;
                    lights += 1.0;
                }
            }
            light = if lights > 0.0 { sum / lights } else { light };
        }
        let half = self.half.iter().sum::<f32>() / count;
        out.values.extend(self.grey.iter().zip(&self.middle).zip(&self.half).map(|((value, middle), own)| {
            let soft = (middle - value) / own;
            if value - light > 0.7 * half { soft * 0.1 } else { soft }
        }));
    }
}

/// Moves the corners of a map, in ever smaller steps, to where pilots and modules show clearest.
///
/// `samples` must hold the levels taken with the map as it comes. Answers the better map and how
/// many places of the picture were looked at.
pub(super) fn sharpen_map(
    plane: &Plane<'_>,
    map: &Projection,
    samples: &mut Samples,
    pilots: &Pilots,
    inverted: bool,
) -> (Projection, usize) {
    samples.expect(pilots, inverted);
    let side = samples.side as f32;
    let mut corners = [map.map(0.0, 0.0), map.map(side, 0.0), map.map(side, side), map.map(0.0, side)];
    let module = (corners[0].distance(corners[2]) / (side * 1.42)).clamp(0.5, 60.0);
    let mut visited = 0;
    let mut clarity = |map: &Projection| {
        visited += samples.expected.len();
        samples.clarity(plane, map)
    };
    let mut best = *map;
    let mut best_clarity = clarity(map);
    for step in [0.8, 0.4, 0.2] {
        for _ in 0..2 {
            let mut moved = false;
            for corner in [2, 1, 3, 0] {
                for (dx, dy) in [(1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)] {
                    let mut trial = corners;
                    trial[corner] = trial[corner] + Point::new(dx, dy) * (step * module);
                    let Some(map) = Projection::of_square(0.0, side, trial) else { continue };
                    let clarity = clarity(&map);
                    if clarity > best_clarity {
                        (best, best_clarity, corners, moved) = (map, clarity, trial, true);
                    }
                }
            }
            if !moved {
                break;
            }
        }
    }
    (best, visited)
}
