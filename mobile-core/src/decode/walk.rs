//! In which order a code's modules carry its bits: two columns at a time from the right, up and
//! down, around everything that is fixed (ISO/IEC 18004, 7.7.3).

use super::layout;

/// The places of one size of code, kept because readings of one size follow each other.
#[derive(Debug, Default)]
pub(super) struct Walk {
    side: usize,
    /// Column and row of each bit, the first codeword's highest first.
    pub places: Vec<(u8, u8)>,
}

impl Walk {
    /// Lists the places of a code with so many modules along a side, which must be that of a version.
    pub fn set(&mut self, side: usize) {
        let Some(version) = layout::version(side).filter(|_| self.side != side) else { return };
        self.side = side;
        self.places.clear();
        let fixed = Fixed::new(version, side);
        let mut right = side - 1;
        let mut is_upward = true;
        loop {
            // The column of the timing line counts as none.
            if right == 6 {
                right = 5;
            }
            for step in 0..side {
                let y = if is_upward { side - 1 - step } else { step };
                for x in [right, right - 1] {
                    if !fixed.holds(x, y) {
                        self.places.push((x as u8, y as u8));
                    }
                }
            }
            if right < 2 {
                return;
            }
            right -= 2;
            is_upward = !is_upward;
        }
    }
}

/// The modules that carry no data.
struct Fixed {
    version: usize,
    side: usize,
    /// Which alignment pattern, from 1, reaches over this column or row; 0 is none.
    near: [u8; 177],
    last: u8,
}

impl Fixed {
    fn new(version: usize, side: usize) -> Self {
        let (centres, along) = layout::alignment(version);
        let mut near = [0; 177];
        for (i, &centre) in centres[..along].iter().enumerate() {
            near[centre - 2..=centre + 2].fill(i as u8 + 1);
        }
        Self { version, side, near, last: along as u8 }
    }

    fn holds(&self, x: usize, y: usize) -> bool {
        let far = self.side - 8;
        // Finders with their margins, and both copies of the format.
        let is_corner = (x < 9 && (y < 9 || y >= far)) || (x >= far && y < 9);
        let is_timing = x == 6 || y == 6;
        let of_version = |a: usize, b: usize| a < 6 && (far - 3..far).contains(&b);
        let is_version = self.version >= 7 && (of_version(x, y) || of_version(y, x));
        is_corner || is_timing || is_version || self.is_alignment(x, y)
    }

    fn is_alignment(&self, x: usize, y: usize) -> bool {
        let (i, j) = (self.near[x], self.near[y]);
        let in_a_finder = (i == 1 && (j == 1 || j == self.last)) || (i == self.last && j == 1);
        i > 0 && j > 0 && !in_a_finder
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shows `rqrr` one bit of each module's number, with a format that has no errors.
    struct Numbered {
        side: usize,
        bit: usize,
    }

    impl rqrr::BitGrid for Numbered {
        fn size(&self) -> usize {
            self.side
        }

        fn bit(&self, y: usize, x: usize) -> bool {
            if let Some(i) = (0..15).find(|&i| layout::format_place(i) == (x, y)) {
                return layout::format_word(0) >> i & 1 == 1;
            }
            (y * self.side + x) >> self.bit & 1 == 1
        }
    }

    #[test]
    fn every_version_is_walked_as_another_reader_walks_it() {
        let mut walk = Walk::default();
        // rqrr 0.11 takes the last alignment pattern of version 21 to be two modules further in.
        for version in (1..=40).filter(|version| *version != 21) {
            let side = layout::side(version);
            walk.set(side);
            let mut theirs = vec![0usize; walk.places.len()];
            for bit in 0..15 {
                let (_, raw) = rqrr::Grid::new(Numbered { side, bit }).get_raw_data().unwrap();
                assert_eq!(raw.len, theirs.len(), "version {version}");
                for (i, place) in theirs.iter_mut().enumerate() {
                    *place |= usize::from(raw.data[i / 8] >> (7 - i % 8) & 1) << bit;
                }
            }
            let ours: Vec<usize> = walk.places.iter().map(|&(x, y)| usize::from(y) * side + usize::from(x)).collect();
            assert!(ours == theirs, "version {version}");
        }
    }
}
