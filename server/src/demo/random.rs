//! Seeded pseudo-randomness for the demo: the same seed gives the same event.
//!
//! `SplitMix64` (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
//! Never for secrets: badge codes and tokens come from the operating system.

/// A small deterministic generator. Cloning it forks the same future.
#[derive(Clone, Debug)]
pub struct Dice {
    state: u64,
}

impl Dice {
    /// Dice for one purpose: `label` keeps the streams of two purposes apart under one seed.
    pub fn new(seed: u64, label: &str) -> Self {
        // FNV-1a over the label, so that adding a purpose does not change the others.
        let salt = label
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        Self { state: seed ^ salt }
    }

    /// The next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number in `0..bound`; 0 when `bound` is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        // Multiply-shift: the bias is below one in 2^40 for the sizes used here.
        ((u128::from(self.next_u64()) * bound as u128) >> 64) as usize
    }

    /// A number in `low..=high`.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = usize::try_from(high - low).unwrap_or(0) + 1;
        low + self.below(span) as i64
    }

    /// A number in `0.0..1.0`.
    pub fn unit(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// True with the given probability (0.0 to 1.0).
    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// One of the items; `None` when there are none.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len()))
    }

    /// The position of one weight, chosen in proportion; 0 when all weights are 0.
    pub fn weighted(&mut self, weights: impl Iterator<Item = f64> + Clone) -> usize {
        let total: f64 = weights.clone().sum();
        let mut left = self.unit() * total;
        let mut last = 0;
        for (position, weight) in weights.enumerate() {
            if left < weight {
                return position;
            }
            left -= weight;
            last = position;
        }
        last
    }

    /// A count with the given mean, after Poisson (Knuth's product method; meant for means below 30).
    pub fn count(&mut self, mean: f64) -> usize {
        let limit = (-mean).exp();
        let mut product = self.unit();
        let mut count = 0;
        while product > limit && count < 100 {
            product *= self.unit();
            count += 1;
        }
        count
    }

    /// A text of `length` characters from an ASCII alphabet.
    pub fn text(&mut self, alphabet: &[u8], length: usize) -> String {
        (0..length).filter_map(|_| self.pick(alphabet).map(|byte| char::from(*byte))).collect()
    }

    /// Puts the items in a random order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_and_label_give_the_same_numbers_and_another_label_others() {
        let draw = |label| {
            let mut dice = Dice::new(7, label);
            [dice.next_u64(), dice.next_u64(), dice.next_u64()]
        };
        assert_eq!(draw("people"), draw("people"));
        assert_ne!(draw("people"), draw("traffic"));
    }

    #[test]
    fn draws_stay_in_their_bounds_and_reach_both_ends() {
        let mut dice = Dice::new(1, "bounds");
        let drawn: Vec<i64> = (0..2_000).map(|_| dice.between(-3, 4)).collect();
        assert_eq!(drawn.iter().min(), Some(&-3));
        assert_eq!(drawn.iter().max(), Some(&4));
        assert_eq!(dice.below(0), 0);
        assert_eq!(dice.pick::<u8>(&[]), None);
    }

    #[test]
    fn weights_are_kept_in_proportion() {
        let mut dice = Dice::new(2, "weights");
        let mut seen = [0_u32; 3];
        for _ in 0..10_000 {
            seen[dice.weighted([1.0, 0.0, 3.0].into_iter())] += 1;
        }
        assert_eq!(seen[1], 0);
        assert!((2_200..2_800).contains(&seen[0]), "{seen:?}");
    }

    #[test]
    fn counts_have_their_mean() {
        let mut dice = Dice::new(3, "counts");
        let total: usize = (0..10_000).map(|_| dice.count(3.5)).sum();
        assert!((34_000..36_000).contains(&total), "{total}");
    }
}
