//! Follows paper that is not flat: a lattice of small shifts on top of the projection.
//!
//! Each node of the lattice moves to where the modules around it show clearest, and a little
//! towards its neighbours, since paper bends smoothly.

use super::geometry::{Point, Projection};
use super::luma::Plane;
use super::sample::{Expected, Samples};

/// Nodes along a side.
const NODES: usize = 5;

/// A projection and the shifts of its lattice, in pixels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mesh {
    map: Projection,
    side: f32,
    shifts: [[Point; NODES]; NODES],
}

/// A module near a node.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    at: Point,
    share: f32,
    expected: Expected,
}

impl Mesh {
    pub fn flat(map: Projection, side: usize) -> Mesh {
        Mesh { map, side: side as f32, shifts: [[Point::default(); NODES]; NODES] }
    }

    /// The pixel of a place in modules.
    #[inline]
    pub fn map(&self, x: f32, y: f32) -> Point {
        let scale = (NODES - 1) as f32 / self.side;
        let (u, v) = ((x * scale).clamp(0.0, 3.999), (y * scale).clamp(0.0, 3.999));
        let (i, j) = (u as usize, v as usize);
        let (fu, fv) = (u - i as f32, v - j as f32);
        let (top, bottom) = (&self.shifts[j], &self.shifts[j + 1]);
        let above = top[i] * (1.0 - fu) + top[i + 1] * fu;
        let below = bottom[i] * (1.0 - fu) + bottom[i + 1] * fu;
        self.map.map(x, y) + above * (1.0 - fv) + below * fv
    }

    /// Moves the nodes, for levels taken with the flat map. Answers how many places were visited.
    pub fn settle(&mut self, plane: &Plane<'_>, samples: &Samples, places: &mut Vec<Place>) -> usize {
        let cell = self.side / (NODES - 1) as f32;
        let middle = self.side / 2.0;
        let module = self.map.map(middle, middle).distance(self.map.map(middle + 1.0, middle)).clamp(0.5, 60.0);
        let mut visited = 0;
        for step in [0.6, 0.3, 0.3, 0.15] {
            for node in 0..NODES * NODES {
                let (i, j) = (node % NODES, node / NODES);
                self.list_places(i, j, cell, samples, places);
                let mut clarity = |mesh: &Mesh| {
                    visited += places.len();
                    let shift = mesh.shifts[j][i];
                    let shown = |place: &Place| place.expected.clarity(plane, place.at + shift * place.share);
                    let sum: f32 = places.iter().map(shown).sum();
                    sum - mesh.strain(i, j) / (module * module) * cell * cell * 0.6
                };
                let mut best = clarity(self);
                for (dx, dy) in [(1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)] {
                    let before = self.shifts[j][i];
                    self.shifts[j][i] = before + Point::new(dx, dy) * (step * module);
                    let moved = clarity(self);
                    if moved > best {
                        best = moved;
                    } else {
                        self.shifts[j][i] = before;
                    }
                }
            }
        }
        visited
    }

    /// Lists the modules around a node: where they would lie if it had no shift, and how much of its
    /// shift each takes part in.
    fn list_places(&mut self, i: usize, j: usize, cell: f32, samples: &Samples, places: &mut Vec<Place>) {
        let range = |n: usize| {
            let from = ((n as f32 - 0.8) * cell).max(0.0) as usize;
            from..(((n as f32 + 0.8) * cell).ceil() as usize).min(samples.side)
        };
        let share = |at: usize, n: usize| (1.0 - ((at as f32 + 0.5) / cell - n as f32).abs()).max(0.0);
        let shift = std::mem::take(&mut self.shifts[j][i]);
        places.clear();
        for y in range(j) {
            for x in range(i) {
                places.push(Place {
                    at: self.map(x as f32 + 0.5, y as f32 + 0.5),
                    share: share(x, i) * share(y, j),
                    expected: samples.expected[y * samples.side + x],
                });
            }
        }
        self.shifts[j][i] = shift;
    }

    /// Square of the distance between a node's shift and the mean of its neighbours'.
    fn strain(&self, i: usize, j: usize) -> f32 {
        let (mut sum, mut count) = (Point::default(), 0.0);
        for (x, y) in [(i.wrapping_sub(1), j), (i + 1, j), (i, j.wrapping_sub(1)), (i, j + 1)] {
            if let Some(shift) = self.shifts.get(y).and_then(|row| row.get(x)) {
                sum = sum + *shift;
                count += 1.0;
            }
        }
        let apart = self.shifts[j][i] - sum * (1.0 / count);
        apart.dot(apart)
    }
}
