//! Undoes blur between modules: a channel is estimated from modules whose colour is known, then
//! the colours that explain the picture best through that channel are searched.
//!
//! Each module's brightness is taken as a weighted sum of its own and its 24 neighbours' colours:
//! that is what defocus, motion and a coarse sensor do. The weights come by least squares from the
//! pilots, then from all modules as judged so far; the colours by flipping one module at a time
//! while the residual falls (iterated conditional modes; Besag 1986). That modules are either dark
//! or light is what ordinary deconvolution cannot use.

use super::pilots::Pilots;
use super::read::Modules;

const SPAN: usize = 5;
const TAPS: usize = SPAN * SPAN;
const UNKNOWNS: usize = TAPS + 1;

/// Buffers that equalising uses again and again.
#[derive(Debug, Default)]
pub(super) struct Equaliser {
    colours: Vec<f32>,
    residual: Vec<f32>,
    padded: usize,
}

impl Equaliser {
    /// Rewrites `modules` by what explains them best. `rounds` of estimating and searching.
    pub fn run(&mut self, modules: &mut Modules, pilots: &Pilots, rounds: usize) {
        let side = modules.side;
        // Two modules of quiet zone on each side, light.
        self.padded = side + 4;
        self.colours.clear();
        self.colours.resize(self.padded * self.padded, -1.0);
        for y in 0..side {
            for x in 0..side {
                let i = y * side + x;
                let colour = match pilots.signs[i] {
                    0 if modules.values[i] > 0.0 => 1.0,
                    0 => -1.0,
                    sign => f32::from(sign),
                };
                self.colours[(y + 2) * self.padded + x + 2] = colour;
            }
        }
        for round in 0..rounds {
            let Some(weights) = self.estimate(modules, pilots, round == 0) else { return };
            self.search(modules, pilots, &weights);
        }
        self.judge(modules, pilots);
    }

    fn neighbours(&self, x: usize, y: usize) -> [f32; UNKNOWNS] {
        let mut all = [1.0; UNKNOWNS];
        for dy in 0..SPAN {
            let from = (y + dy) * self.padded + x;
            all[dy * SPAN..(dy + 1) * SPAN].copy_from_slice(&self.colours[from..from + SPAN]);
        }
        all
    }

    /// Weights by least squares, drawn a little towards no blur at all.
    fn estimate(&self, modules: &Modules, pilots: &Pilots, pilots_lead: bool) -> Option<[f32; UNKNOWNS]> {
        let side = modules.side;
        let mut normal = [[0f64; UNKNOWNS + 1]; UNKNOWNS];
        let mut count = 0.0;
        for y in 0..side {
            for x in 0..side {
                let i = y * side + x;
                let weight = if pilots.signs[i] != 0 && pilots_lead { 2.0 } else { 1.0 };
                let a = self.neighbours(x, y);
                let value = modules.values[i].clamp(-2.0, 2.0);
                count += f64::from(weight);
                for (r, row) in normal.iter_mut().enumerate() {
                    let scaled = a[r] * weight;
                    for (c, cell) in row[..=r].iter_mut().enumerate() {
                        *cell += f64::from(scaled * a[c]);
                    }
                    row[UNKNOWNS] += f64::from(scaled * value);
                }
            }
        }
        let ridge = 0.02 * count;
        let lower = normal;
        for (r, row) in normal.iter_mut().enumerate() {
            row[r] += ridge;
            for (cell, below) in row[r + 1..UNKNOWNS].iter_mut().zip(&lower[r + 1..]) {
                *cell = below[r];
            }
        }
        normal[TAPS / 2][UNKNOWNS] += ridge * 0.8;
        solve(&mut normal)
    }

    fn search(&mut self, modules: &Modules, pilots: &Pilots, weights: &[f32; UNKNOWNS]) {
        let side = modules.side;
        self.residual.clear();
        self.residual.resize(self.padded * self.padded, 0.0);
        for y in 0..side {
            for x in 0..side {
                let a = self.neighbours(x, y);
                let explained: f32 = a.iter().zip(weights).map(|(a, w)| a * w).sum();
                self.residual[(y + 2) * self.padded + x + 2] =
                    modules.values[y * side + x].clamp(-2.0, 2.0) - explained;
            }
        }
        for _ in 0..8 {
            let mut flipped = false;
            for y in 0..side {
                for x in 0..side {
                    if pilots.signs[y * side + x] == 0 && self.gain(x, y, side, weights) > 1e-4 {
                        self.flip(x, y, side, weights);
                        flipped = true;
                    }
                }
            }
            if !flipped {
                break;
            }
        }
    }

    /// By how much the residual's energy falls when the module is turned around.
    fn gain(&self, x: usize, y: usize, side: usize, weights: &[f32; UNKNOWNS]) -> f32 {
        let change = -2.0 * self.colours[(y + 2) * self.padded + x + 2];
        let mut gain = 0.0;
        // The module is neighbour (dx, dy) of the one at (x + 2 - dx, y + 2 - dy).
        for dy in 0..SPAN {
            let v = y + 4 - dy;
            if v < 2 || v >= side + 2 {
                continue;
            }
            for dx in 0..SPAN {
                let u = x + 4 - dx;
                if u < 2 || u >= side + 2 {
                    continue;
                }
                let residual = self.residual[v * self.padded + u];
                let step = change * weights[dy * SPAN + dx];
                gain += step * (2.0 * residual - step);
            }
        }
        gain
    }

    fn flip(&mut self, x: usize, y: usize, side: usize, weights: &[f32; UNKNOWNS]) {
        let at = (y + 2) * self.padded + x + 2;
        let change = -2.0 * self.colours[at];
        self.colours[at] = -self.colours[at];
        for dy in 0..SPAN {
            for dx in 0..SPAN {
                let (u, v) = (x + 4 - dx, y + 4 - dy);
                if u >= 2 && v >= 2 && u < side + 2 && v < side + 2 {
                    self.residual[v * self.padded + u] -= change * weights[dy * SPAN + dx];
                }
            }
        }
    }

    /// Colours with how much worse the picture would be explained without them.
    fn judge(&mut self, modules: &mut Modules, pilots: &Pilots) {
        let side = modules.side;
        let Some(weights) = self.estimate(modules, pilots, false) else { return };
        self.search(modules, pilots, &weights);
        let energy: f32 = weights[..TAPS].iter().map(|w| 4.0 * w * w).sum::<f32>().max(1e-3);
        for y in 0..side {
            for x in 0..side {
                let sure = (-self.gain(x, y, side, &weights) / energy).clamp(0.0, 1.5);
                modules.values[y * side + x] = self.colours[(y + 2) * self.padded + x + 2] * sure.max(1e-3);
            }
        }
    }
}

/// Gaussian elimination with pivots.
fn solve(m: &mut [[f64; UNKNOWNS + 1]; UNKNOWNS]) -> Option<[f32; UNKNOWNS]> {
    for i in 0..UNKNOWNS {
        let pivot = (i..UNKNOWNS).max_by(|&a, &b| m[a][i].abs().total_cmp(&m[b][i].abs()))?;
        m.swap(i, pivot);
        if m[i][i].abs() < 1e-9 {
            return None;
        }
        let lead = m[i];
        for row in &mut m[i + 1..] {
            let factor = row[i] / lead[i];
            if factor != 0.0 {
                for (cell, l) in row[i..].iter_mut().zip(&lead[i..]) {
                    *cell -= factor * l;
                }
            }
        }
    }
    let mut out = [0f32; UNKNOWNS];
    for i in (0..UNKNOWNS).rev() {
        let sum: f64 = (i + 1..UNKNOWNS).map(|k| m[i][k] * f64::from(out[k])).sum();
        out[i] = ((m[i][UNKNOWNS] - sum) / m[i][i]) as f32;
    }
    Some(out)
}
