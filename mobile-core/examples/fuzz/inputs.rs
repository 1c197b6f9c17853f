//! Random inputs that get past the first check: damaged copies of sound ones.

/// A generator whose every number follows from a seed (`SplitMix64`; Steele, Lea, Flood 2014).
#[derive(Debug)]
pub struct Random(u64);

impl Random {
    /// The generator of one input.
    pub fn of(seed: u64, number: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ number.wrapping_mul(0xd134_2543_de82_ef95))
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    /// Below `limit`, which must not be 0.
    pub fn below(&mut self, limit: usize) -> usize {
        (self.bits() % limit as u64) as usize
    }

    /// From `low` to below `high`.
    pub fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * (self.bits() >> 40) as f32 / (1u32 << 24) as f32
    }

    /// Whether one in `n` came up.
    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    /// One of several.
    pub fn pick<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }

    /// Any bytes, fewer than `limit`.
    pub fn bytes(&mut self, limit: usize) -> Vec<u8> {
        let length = self.below(limit);
        (0..length).map(|_| self.bits() as u8).collect()
    }

    /// Damages bytes: flips, cuts, doublings, transplants, and words that parsers treat specially.
    pub fn damage(&mut self, bytes: &mut Vec<u8>, words: &[&str]) {
        for _ in 0..=self.below(6) {
            let at = self.below(bytes.len() + 1);
            let length = self.below(bytes.len() - at + 1);
            match self.below(8) {
                0 if at < bytes.len() => bytes[at] ^= 1 << self.below(8),
                1 if at < bytes.len() => bytes[at] = self.bits() as u8,
                2 => bytes.truncate(at),
                3 => drop(bytes.drain(at..at + length.min(20))),
                4 => {
                    let copy = bytes[at..at + length.min(200)].to_vec();
                    let to = self.below(bytes.len() + 1);
                    bytes.splice(to..to, copy);
                }
                5 => {
                    let random = self.bytes(12);
                    bytes.splice(at..at, random);
                }
                6 if !words.is_empty() => {
                    let word = self.pick(words);
                    bytes.splice(at..at, word.bytes());
                }
                _ if !words.is_empty() => {
                    let word = self.pick(words);
                    bytes.splice(at..at + length.min(word.len()), word.bytes());
                }
                _ => {}
            }
        }
    }
}
