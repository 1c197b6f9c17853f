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
/// Unknowns and the value that they explain, in whole lanes.
const WIDTH: usize = 28;
/// Sums that the compiler keeps in one register.
const LANES: usize = 4;
/// One equation, or the weights that solve all of them.
type Row = [f32; WIDTH];

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

    /// The colours around a module, 1 for the level, and 0 up to the width of the row.
    fn neighbours(&self, x: usize, y: usize) -> Row {
        let mut all = [0.0; WIDTH];
        for (dy, row) in all.chunks_exact_mut(SPAN).take(SPAN).enumerate() {
            let from = (y + dy) * self.padded + x;
            row.copy_from_slice(&self.colours[from..from + SPAN]);
        }
        all[TAPS] = 1.0;
        all
    }

    /// Weights by least squares, drawn a little towards no blur at all.
    fn estimate(&self, modules: &Modules, pilots: &Pilots, pilots_lead: bool) -> Option<Row> {
        let side = modules.side;
        // Sums of whole numbers but for the last column, and four at a time.
        let mut sums = [[[0f32; LANES]; WIDTH / LANES]; UNKNOWNS];
        let mut count = 0.0;
        for y in 0..side {
            for x in 0..side {
                let i = y * side + x;
                let weight = if pilots.signs[i] != 0 && pilots_lead { 2.0 } else { 1.0 };
                let mut a = self.neighbours(x, y);
                a[UNKNOWNS] = modules.values[i].clamp(-2.0, 2.0);
                count += weight;
                let (lanes, _) = a.as_chunks::<LANES>();
                for (r, row) in sums.iter_mut().enumerate() {
                    let scaled = a[r] * weight;
                    for (cells, a) in row[r / LANES..].iter_mut().zip(&lanes[r / LANES..]) {
                        *cells = std::array::from_fn(|lane| cells[lane] + scaled * a[lane]);
                    }
                }
            }
        }
        let mut normal = [[0f64; UNKNOWNS + 1]; UNKNOWNS];
        for (r, row) in normal.iter_mut().enumerate() {
            for (c, cell) in row.iter_mut().enumerate() {
                // The sums of equations hold the right half alone: they are symmetric.
                let (r, c) = if c < r { (c, r) } else { (r, c) };
                *cell = f64::from(sums[r][c / LANES][c % LANES]);
            }
        }
        let ridge = 0.02 * f64::from(count);
        for (r, row) in normal.iter_mut().enumerate() {
            row[r] += ridge;
        }
        normal[TAPS / 2][UNKNOWNS] += ridge * 0.8;
        solve(&mut normal)
    }

    fn search(&mut self, modules: &Modules, pilots: &Pilots, weights: &Row) -> Channel {
        let side = modules.side;
        self.residual.clear();
        self.residual.resize(self.padded * self.padded, 0.0);
        for y in 0..side {
            for x in 0..side {
                let a = self.neighbours(x, y);
                let mut explained = [0f32; LANES];
                for (a, w) in a.as_chunks::<LANES>().0.iter().zip(weights.as_chunks::<LANES>().0) {
                    explained = std::array::from_fn(|lane| explained[lane] + a[lane] * w[lane]);
                }
                self.residual[(y + 2) * self.padded + x + 2] =
                    modules.values[y * side + x].clamp(-2.0, 2.0) - explained.iter().sum::<f32>();
            }
        }
        let channel = Channel::new(weights);
        for _ in 0..8 {
            let mut flipped = false;
            for y in 0..side {
                for x in 0..side {
                    if pilots.signs[y * side + x] == 0 && self.gain(x, y, side, &channel) > 1e-4 {
                        self.flip(x, y, side, weights);
                        flipped = true;
                    }
                }
            }
            if !flipped {
                break;
            }
        }
        channel
    }

    /// By how much the residual's energy falls when the module is turned around: what each of the 25
    /// modules that it reaches would gain, where outside the code there is nothing to explain.
    fn gain(&self, x: usize, y: usize, side: usize, channel: &Channel) -> f32 {
        let change = -2.0 * self.colours[(y + 2) * self.padded + x + 2];
        let mut shared = 0.0;
        for (dy, taps) in channel.reach.iter().enumerate() {
            let from = (y + dy) * self.padded + x;
            let residual = &self.residual[from..from + SPAN];
            shared += residual.iter().zip(taps).map(|(residual, tap)| residual * tap).sum::<f32>();
        }
        2.0 * change * shared - 4.0 * channel.energy(x, y, side)
    }

    fn flip(&mut self, x: usize, y: usize, side: usize, weights: &Row) {
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
        let channel = self.search(modules, pilots, &weights);
        let energy = (4.0 * channel.all).max(1e-3);
        for y in 0..side {
            for x in 0..side {
                let sure = (-self.gain(x, y, side, &channel) / energy).clamp(0.0, 1.5);
                modules.values[y * side + x] = self.colours[(y + 2) * self.padded + x + 2] * sure.max(1e-3);
            }
        }
    }
}

/// The weights as one module sees them: how much of it goes to each of its neighbours.
struct Channel {
    reach: [[f32; SPAN]; SPAN],
    /// Sum of the squares of all weights.
    all: f32,
}

impl Channel {
    fn new(weights: &Row) -> Self {
        let reach: [[f32; SPAN]; SPAN] =
            std::array::from_fn(|dy| std::array::from_fn(|dx| weights[TAPS - 1 - (dy * SPAN + dx)]));
        let all = reach.iter().flatten().map(|tap| tap * tap).sum();
        Self { reach, all }
    }

    /// Sum of the squares of the weights that stay within the code.
    fn energy(&self, x: usize, y: usize, side: usize) -> f32 {
        let is_inner = |at: usize| at >= 2 && at + 2 < side;
        if is_inner(x) && is_inner(y) {
            return self.all;
        }
        let within = |at: usize, step: usize| at + step >= 2 && at + step < side + 2;
        let rows = self.reach.iter().enumerate().filter(|(dy, _)| within(y, *dy));
        rows.flat_map(|(_, row)| row.iter().enumerate().filter(|(dx, _)| within(x, *dx)))
            .map(|(_, tap)| tap * tap)
            .sum()
    }
}

/// Gaussian elimination with pivots.
fn solve(m: &mut [[f64; UNKNOWNS + 1]; UNKNOWNS]) -> Option<Row> {
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
    let mut out = [0f32; WIDTH];
    for i in (0..UNKNOWNS).rev() {
        let sum: f64 = (i + 1..UNKNOWNS).map(|k| m[i][k] * f64::from(out[k])).sum();
        out[i] = ((m[i][UNKNOWNS] - sum) / m[i][i]) as f32;
    }
    Some(out)
}
