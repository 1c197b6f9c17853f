//! Dark or light, by thresholds that follow the light from block to block.
//!
//! Each block of 8 x 8 pixels gives its middle grey; a pixel is compared with the middle of the
//! blocks around it, weighed by their contrast, so that flat areas do not decide and a shadow's
//! edge moves the threshold with it. Pixels come out as bits, 64 a word, for quick run lengths.

use super::luma::Plane;

/// Side of a block in pixels.
const BLOCK: usize = 8;
/// No block of more contrast than this is taken for noise.
const MOST_NOISE: u32 = 24;

/// One bit a pixel, set where it is dark, and the thresholds it was made with.
#[derive(Debug, Default)]
pub(super) struct Bits {
    pub width: usize,
    pub height: usize,
    words_per_row: usize,
    words: Vec<u64>,
    blocks_wide: usize,
    low: Vec<u8>,
    high: Vec<u8>,
    weights: Vec<[u32; 2]>,
    spread: Vec<[u32; 2]>,
    thresholds: Vec<u8>,
    column_low: Vec<u8>,
    column_high: Vec<u8>,
    columns: Vec<[u32; 2]>,
    flat: Vec<bool>,
}

impl Bits {
    /// Fills the bits from a plane. Visits each pixel twice.
    pub fn fill(&mut self, plane: &Plane<'_>) {
        self.width = plane.width;
        self.height = plane.height;
        self.words_per_row = plane.width.div_ceil(64);
        self.blocks_wide = plane.width.div_ceil(BLOCK);
        self.measure_blocks(plane);
        self.set_thresholds();
        self.compare(plane);
    }

    fn measure_blocks(&mut self, plane: &Plane<'_>) {
        self.low.clear();
        self.high.clear();
        for top in (0..plane.height).step_by(BLOCK) {
            self.column_low.clear();
            self.column_low.extend_from_slice(plane.row(top));
            self.column_high.clear();
            self.column_high.extend_from_slice(plane.row(top));
            for y in top + 1..(top + BLOCK).min(plane.height) {
                let row = plane.row(y);
                for (low, &pixel) in self.column_low.iter_mut().zip(row) {
                    *low = (*low).min(pixel);
                }
                for (high, &pixel) in self.column_high.iter_mut().zip(row) {
                    *high = (*high).max(pixel);
                }
            }
            self.low.extend(self.column_low.chunks(BLOCK).map(|c| c.iter().fold(255, |a, &b| b.min(a))));
            self.high.extend(self.column_high.chunks(BLOCK).map(|c| c.iter().fold(0, |a, &b| b.max(a))));
        }
    }

    /// Threshold of a block: contrast-weighted mean of the middles of 5 x 5 blocks, or of 13 x 13
    /// where those are flat, as inside the finders of a code that fills the picture. A flat block
    /// that its threshold would cut through is noise and taken as light throughout.
    fn set_thresholds(&mut self) {
        let wide = self.blocks_wide;
        let tall = self.low.len() / wide.max(1);
        let noise = self.noise();
        self.weights.clear();
        self.weights.extend(self.low.iter().zip(&self.high).map(|(&low, &high)| {
            let contrast = u32::from(high - low);
            let weight = if contrast > noise { (contrast * contrast / 16).max(1) } else { 1 };
            [weight, weight * (u32::from(low) + u32::from(high)) / 2]
        }));
        self.spread_sums(wide, tall, 2);
        self.thresholds.clear();
        self.thresholds.extend(self.spread.iter().map(|[weight, sum]| (sum / weight) as u8));
        // The 25 blocks around weigh no more than if all were noise.
        self.flat.clear();
        self.flat.extend(self.spread.iter().map(|[weight, _]| *weight <= 25));
        if !self.flat.contains(&true) {
            return;
        }
        self.spread_sums(wide, tall, 6);
        for (i, threshold) in self.thresholds.iter_mut().enumerate() {
            if !self.flat[i] {
                continue;
            }
            let [weight, sum] = self.spread[i];
            *threshold = (sum / weight) as u8;
            if *threshold <= self.high[i] {
                *threshold = (*threshold).min(self.low[i]);
            }
        }
    }

    /// Contrast that noise alone gives a block: a little above what the calmest fifth shows.
    fn noise(&self) -> u32 {
        let mut counts = [0u32; 256];
        for (&low, &high) in self.low.iter().zip(&self.high) {
            counts[usize::from(high - low)] += 1;
        }
        let fifth = self.low.len() as u32 / 5;
        let mut below = 0;
        let calm = counts.iter().position(|&count| {
            below += count;
            below > fifth
        });
        let calm = calm.unwrap_or(0) as u32;
        (calm + calm / 3 + 2).min(MOST_NOISE)
    }

    /// Sums of `weights` over squares of `2 * radius + 1` blocks, clipped at the edges.
    fn spread_sums(&mut self, wide: usize, tall: usize, radius: usize) {
        self.spread.clear();
        self.spread.resize(wide * tall, [0, 0]);
        let mut columns = std::mem::take(&mut self.columns);
        columns.clear();
        columns.resize(wide, [0, 0]);
        for y in 0..radius.min(tall) {
            add_row(&mut columns, &self.weights[y * wide..(y + 1) * wide], false);
        }
        for y in 0..tall {
            if y + radius < tall {
                add_row(&mut columns, &self.weights[(y + radius) * wide..(y + radius + 1) * wide], false);
            }
            if y > radius {
                add_row(&mut columns, &self.weights[(y - radius - 1) * wide..(y - radius) * wide], true);
            }
            let mut sum = [0u32; 2];
            for column in &columns[..radius.min(wide)] {
                sum = [sum[0] + column[0], sum[1] + column[1]];
            }
            for x in 0..wide {
                if let Some(column) = columns.get(x + radius) {
                    sum = [sum[0] + column[0], sum[1] + column[1]];
                }
                if x > radius {
                    let column = columns[x - radius - 1];
                    sum = [sum[0] - column[0], sum[1] - column[1]];
                }
                self.spread[y * wide + x] = sum;
            }
        }
        self.columns = columns;
    }

    fn compare(&mut self, plane: &Plane<'_>) {
        self.words.clear();
        self.words.resize(self.words_per_row * plane.height, 0);
        if self.words_per_row == 0 {
            return;
        }
        for (y, words) in self.words.chunks_exact_mut(self.words_per_row).enumerate() {
            let at = y / BLOCK * self.blocks_wide;
            let thresholds = &self.thresholds[at..at + self.blocks_wide];
            let (chunks, rest) = plane.row(y).as_chunks::<BLOCK>();
            for (i, (chunk, &threshold)) in chunks.iter().zip(thresholds).enumerate() {
                words[i / 8] |= darker(u64::from_le_bytes(*chunk), threshold) << (8 * (i % 8));
            }
            if !rest.is_empty() {
                let mut last = [255u8; BLOCK];
                last[..rest.len()].copy_from_slice(rest);
                let i = chunks.len();
                words[i / 8] |= darker(u64::from_le_bytes(last), thresholds[i]) << (8 * (i % 8));
            }
        }
    }

    /// Whether the pixel is dark; outside the plane nothing is.
    #[inline]
    pub fn dark(&self, x: i32, y: i32) -> bool {
        if x < 0 || y < 0 || x as usize >= self.width || y as usize >= self.height {
            return false;
        }
        let word = self.words[y as usize * self.words_per_row + x as usize / 64];
        word >> (x as usize % 64) & 1 == 1
    }

    /// The grey level below which a pixel here is dark.
    pub fn threshold(&self, x: f32, y: f32) -> f32 {
        let column = (x.max(0.0) as usize / BLOCK).min(self.blocks_wide.saturating_sub(1));
        let row = (y.max(0.0) as usize).min(self.height.saturating_sub(1)) / BLOCK;
        self.thresholds.get(row * self.blocks_wide + column).copied().map_or(128.0, f32::from)
    }

    /// Where the colour changes along a row. The first change is from light to dark, so runs that
    /// begin at an even place of the list are dark.
    pub fn changes(&self, y: usize, out: &mut Vec<i32>) {
        out.clear();
        let mut before = 0;
        for (i, &word) in self.words[y * self.words_per_row..(y + 1) * self.words_per_row].iter().enumerate() {
            let mut flips = word ^ (word << 1 | before);
            before = word >> 63;
            while flips != 0 {
                out.push((i * 64) as i32 + flips.trailing_zeros() as i32);
                flips &= flips - 1;
            }
        }
        if before == 1 || out.len() % 2 == 1 {
            out.push(self.width as i32);
        }
    }
}

fn add_row(columns: &mut [[u32; 2]], row: &[[u32; 2]], remove: bool) {
    for (column, value) in columns.iter_mut().zip(row) {
        *column = if remove {
            [column[0] - value[0], column[1] - value[1]]
        } else {
            [column[0] + value[0], column[1] + value[1]]
        };
    }
}

/// One bit a byte of `pixels`, the first byte lowest, set where the byte is below `threshold`:
/// eight unsigned comparisons in one word, then gathered by a multiplication.
#[inline]
fn darker(pixels: u64, threshold: u8) -> u64 {
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let limit = u64::from(threshold) * 0x0101_0101_0101_0101;
    let difference = ((pixels | HIGH) - (limit & !HIGH)) ^ ((pixels ^ !limit) & HIGH);
    let below = ((!pixels & limit) | (!(pixels ^ limit) & difference)) & HIGH;
    (below >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_pixels_are_compared_as_one_by_one() {
        let mut state = 1u64;
        for _ in 0..20_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let threshold = (state >> 13) as u8;
            let pixels = state ^ state >> 29;
            let expected = pixels
                .to_le_bytes()
                .iter()
                .enumerate()
                .fold(0u64, |bits, (i, &pixel)| bits | u64::from(pixel < threshold) << i);
            assert_eq!(darker(pixels, threshold), expected);
        }
    }
}
