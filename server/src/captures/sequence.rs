//! Which numbers of a queue are settled: all up to one, and some ranges ahead of it.

use std::fmt::Write as _;

/// Ranges ahead that are remembered; phones send in order, so there are few.
const MOST_RANGES: usize = 1000;

/// Settled numbers, from 1.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settled {
    /// Every number up to this one.
    pub contiguous: u64,
    /// Ranges past it, both ends included, in order, not touching.
    ahead: Vec<(u64, u64)>,
}

impl Settled {
    /// Reads what [`Settled::ahead_text`] wrote.
    pub fn read(contiguous: u64, ahead: &str) -> Self {
        let range = |text: &str| {
            let (first, last) = text.split_once('-').unwrap_or((text, text));
            Some((first.parse().ok()?, last.parse().ok()?))
        };
        Self { contiguous, ahead: ahead.split(',').filter_map(range).collect() }
    }

    /// The ranges ahead, such as `5-7,9`.
    pub fn ahead_text(&self) -> String {
        let mut text = String::new();
        for (first, last) in &self.ahead {
            if !text.is_empty() {
                text.push(',');
            }
            let _ = if first == last { write!(text, "{first}") } else { write!(text, "{first}-{last}") };
        }
        text
    }

    /// How many numbers up to `newest` are not settled.
    pub fn open(&self, newest: u64) -> u64 {
        let ahead = self.ahead.iter().map(|(first, last)| last.saturating_sub(*first).saturating_add(1));
        newest.saturating_sub(self.contiguous).saturating_sub(ahead.sum())
    }

    /// Whether a number is settled.
    pub fn has(&self, seq: u64) -> bool {
        let at = self.ahead.partition_point(|(_, last)| *last < seq);
        seq <= self.contiguous || self.ahead.get(at).is_some_and(|(first, _)| *first <= seq)
    }

    /// Settles a number.
    pub fn settle(&mut self, seq: u64) {
        if seq == 0 || self.has(seq) {
            return;
        }
        let at = self.ahead.partition_point(|(first, _)| *first < seq);
        self.ahead.insert(at, (seq, seq));
        self.join(at);
        if at > 0 {
            self.join(at - 1);
        }
        while self.ahead.first().is_some_and(|(first, _)| *first == self.contiguous + 1) {
            self.contiguous = self.ahead.remove(0).1;
        }
        if self.ahead.len() > MOST_RANGES {
            self.bridge();
        }
    }

    /// Takes the smallest gap between two ranges for settled. To forget a range instead would leave a gap for ever,
    /// since phones send nothing again that an answer has named. What arrives of the gap yet is taken in like anything
    /// under a number that is taken, and its phone begins a new queue.
    fn bridge(&mut self) {
        let gaps = self.ahead.windows(2).map(|pair| pair[1].0.saturating_sub(pair[0].1));
        if let Some((at, _)) = gaps.enumerate().min_by_key(|(_, gap)| *gap) {
            self.ahead[at].1 = self.ahead[at + 1].1;
            self.ahead.remove(at + 1);
        }
    }

    /// Joins a range with the next when they touch.
    fn join(&mut self, at: usize) {
        if let (Some((_, last)), Some((next, end))) = (self.ahead.get(at).copied(), self.ahead.get(at + 1).copied())
            && last.checked_add(1) == Some(next)
        {
            self.ahead[at].1 = end;
            self.ahead.remove(at + 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST_RANGES, Settled};

    #[test]
    fn gaps_are_remembered_until_they_close() {
        let mut settled = Settled::default();
        for seq in [1, 2, 5, 7, 6, 9] {
            settled.settle(seq);
        }
        assert_eq!((settled.contiguous, settled.ahead_text().as_str()), (2, "5-7,9"));
        assert!(settled.has(6) && !settled.has(3) && !settled.has(8));
        assert_eq!(Settled::read(2, "5-7,9"), settled);
        for seq in [4, 3, 8] {
            settled.settle(seq);
        }
        assert_eq!((settled.contiguous, settled.ahead_text().as_str()), (9, ""));
    }

    #[test]
    fn what_is_open_leaves_out_what_arrived_ahead() {
        assert_eq!(Settled::read(0, "").open(0), 0);
        assert_eq!(Settled::read(2, "").open(14), 12);
        assert_eq!(Settled::read(2, "5-7,9").open(9), 3);
        assert_eq!(Settled::read(9, "").open(3), 0, "a restored server knows more than the phone's new queue");
        assert_eq!(Settled::read(0, "nonsense,9-1").open(u64::MAX), u64::MAX - 1);
    }

    #[test]
    fn what_was_settled_far_ahead_leaves_no_gap_for_ever() {
        let most = MOST_RANGES as u64;
        let mut settled = Settled::default();
        // Every other number, and at the end a gap that is wider.
        (1..=most).for_each(|at| settled.settle(at * 2));
        settled.settle(most * 2 + 10);
        assert_eq!(settled.ahead.len(), MOST_RANGES);
        assert!(settled.has(most * 2 + 10) && !settled.has(most * 2 + 5));
        (1..=most * 2 + 9).for_each(|seq| settled.settle(seq));
        assert_eq!((settled.contiguous, settled.open(most * 2 + 10)), (most * 2 + 10, 0));
    }

    #[test]
    fn any_order_of_arrival_settles_the_same() {
        let mut seqs: Vec<u64> = (1..=50).collect();
        seqs.extend([60, 61, u64::MAX]);
        let forward = seqs.iter().fold(Settled::default(), |mut settled, seq| {
            settled.settle(*seq);
            settled
        });
        let backward = seqs.iter().rev().fold(Settled::default(), |mut settled, seq| {
            settled.settle(*seq);
            settled
        });
        assert_eq!(forward, backward);
        assert_eq!(forward.contiguous, 50);
    }
}
