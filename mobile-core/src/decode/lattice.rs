//! Follows a large code from alignment pattern to alignment pattern.
//!
//! From version 7 on there are six and more of them. Each is looked for where the neighbours found
//! before let expect it; what lies between them moves with them, so that paper may bend and lenses
//! may distort. Smaller codes have one pattern, which `fit` finds; for them there is `mesh`.

use super::geometry::{Point, Projection};
use super::layout;
use super::luma::Plane;
use super::pilots::{alignment_fit, find_alignment};

/// Smallest side of a code with several alignment patterns, version 7.
pub(super) const LEAST_SIDE: usize = 45;
/// Most alignment patterns along a side.
const MOST: usize = 7;
/// Correlation from which a pattern counts as found.
const FOUND: f32 = 0.55;
/// Half modules to each side that a pattern is looked for around where its neighbours expect it.
const REACH: usize = 4;

/// A projection and how far each alignment pattern lies from where it says, in pixels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lattice {
    map: Projection,
    centres: [f32; MOST],
    along: usize,
    shifts: [[Point; MOST]; MOST],
}

impl Lattice {
    /// Finds the patterns of a code. Answers the lattice and how many places were visited; `None`
    /// where fewer than half of them show.
    pub fn find(plane: &Plane<'_>, map: &Projection, side: usize, inverted: bool) -> (Option<Lattice>, usize) {
        let (places, along) = layout::version(side).map_or(([0; MOST], 0), layout::alignment);
        if along < 3 {
            return (None, 0);
        }
        let centres = places.map(|place| place as f32 + 0.5);
        let mut lattice = Lattice { map: *map, centres, along, shifts: [[Point::default(); MOST]; MOST] };
        let turn = if inverted { -1.0 } else { 1.0 };
        let last = along - 1;
        let (mut found, mut visited) = (0, 0);
        for j in 0..along {
            for i in 0..along {
                if (i == 0 || i == last) && (j == 0 || j == last) && (i, j) != (last, last) {
                    continue;
                }
                let expected = lattice.expected(i, j);
                let (x, y) = (centres[i], centres[j]);
                let shifted = |u: f32, v: f32| map.map(u, v) + expected;
                let (near, looked) = find_alignment(plane, shifted, (x, y), REACH, turn, (FOUND, 0.03));
                visited += looked;
                let known = near.is_some();
                let mut best = near.unwrap_or_default();
                for step in if known { [0.25, 0.12].as_slice() } else { &[] } {
                    let centre = best.1;
                    for (dx, dy) in [(1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)] {
                        let at = centre + Point::new(dx, dy) * *step;
                        let fit = turn * alignment_fit(plane, shifted, x + at.x, y + at.y);
                        visited += 25;
                        if fit > best.0 {
                            best = (fit, at);
                        }
                    }
                }
                found += usize::from(known);
                let (from, to) = (map.map(x, y), map.map(x + best.1.x, y + best.1.y));
                lattice.shifts[j][i] = expected + (to - from);
            }
        }
        let usable = found * 2 >= along * along - 3;
        (usable.then_some(lattice), visited)
    }

    /// What the patterns to the left and above let expect.
    fn expected(&self, i: usize, j: usize) -> Point {
        match (i.checked_sub(1), j.checked_sub(1)) {
            (Some(left), Some(above)) => (self.shifts[j][left] + self.shifts[above][i]) * 0.5,
            (Some(left), None) => self.shifts[j][left],
            (None, Some(above)) => self.shifts[above][i],
            (None, None) => Point::default(),
        }
    }

    /// The pixel of a place in modules.
    #[inline]
    pub fn map(&self, x: f32, y: f32) -> Point {
        let cell = |at: f32| {
            let inner = self.centres[1..self.along - 1].iter().filter(|c| **c <= at).count();
            let (low, high) = (self.centres[inner], self.centres[inner + 1]);
            (inner, ((at - low) / (high - low)).clamp(0.0, 1.0))
        };
        let ((i, u), (j, v)) = (cell(x), cell(y));
        let (top, bottom) = (&self.shifts[j], &self.shifts[j + 1]);
        let above = top[i] * (1.0 - u) + top[i + 1] * u;
        let below = bottom[i] * (1.0 - u) + bottom[i + 1] * u;
        self.map.map(x, y) + above * (1.0 - v) + below * v
    }
}
