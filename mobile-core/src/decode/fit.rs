//! From three finders to the map from modules to pixels: size of the code, perspective, alignment.

use super::binarize::Bits;
use super::geometry::{Point, Projection};
use super::luma::Plane;
use super::pilots::{alignment_fit, find_alignment, finders_fit, timing_fit};
use super::triple::Triple;

/// A supposed size of a code and where its modules lie, in pixels of the plane searched.
#[derive(Debug, Clone, Copy)]
pub(super) struct Guess {
    pub side: usize,
    pub map: Projection,
    /// How well the timing lines alternate, -1 to 1.
    pub timing: f32,
}

/// Guesses of one triple, the best first.
pub(super) type Guesses = [Option<Guess>; 7];

/// The sizes a triple may have, the best alternating timing lines first.
pub(super) fn guesses(plane: &Plane<'_>, bits: &Bits, triple: &Triple) -> (Guesses, usize) {
    let [corner, right, down] = triple.corners;
    let module = |of: usize, toward: Point| {
        let finder = triple.corners[of];
        let direction = (toward - finder.at) * (1.0 / toward.distance(finder.at).max(1e-3));
        let ahead = reach(plane, bits, finder.at, direction, finder.module, finder.inverted);
        let back = reach(plane, bits, finder.at, direction * -1.0, finder.module, finder.inverted);
        let module = match (ahead, back) {
            (Some(a), Some(b)) if a < b * 1.5 && b < a * 1.5 => (a + b) / 7.0,
            (Some(a), None) | (None, Some(a)) => a / 3.5,
            (Some(a), Some(b)) => a.min(b) / 3.5,
            (None, None) => finder.module,
        };
        // Blur and dirt mislead; rows and columns of the finder itself then tell better.
        if module > finder.module * 1.5 || module < finder.module * 0.5 { finder.module } else { module }
    };
    let (corner_right, right_corner) = (module(0, right.at), module(1, corner.at));
    let (corner_down, down_corner) = (module(0, down.at), module(2, corner.at));
    let along = corner.at.distance(right.at) / f32::midpoint(corner_right, right_corner);
    let across = corner.at.distance(down.at) / f32::midpoint(corner_down, down_corner);
    // Nearness in perspective: a module's length along a line falls with the square of the depth.
    let nearness = |near: f32, far: f32| (near / far).sqrt().clamp(0.75, 1.33);
    let weights = [1.0, nearness(corner_right, right_corner), nearness(corner_down, down_corner)];
    let estimate = f32::midpoint(along, across) + 7.0;
    let nearest = ((estimate - 17.0) / 4.0).round() as i32;
    let mut found: Guesses = [None; 7];
    let mut visited = 0;
    for (slot, offset) in found.iter_mut().zip([0, 1, -1, 2, -2, 3, -3]) {
        let version = nearest + offset;
        // Small codes are measured well; more than one version off is for large ones only.
        let large = [1, 1, 8, 20][offset.unsigned_abs() as usize];
        if !(1..=40).contains(&version) || (offset.abs() > 1 && nearest < large) {
            continue;
        }
        let side = 17 + 4 * version as usize;
        let Some(map) = corner_map(triple, side, weights) else { continue };
        visited += side * 2;
        let doubt = (side as f32 - estimate).abs() / estimate;
        *slot = Some(Guess { side, map, timing: timing_fit_of(plane, &map, side, corner.inverted) - doubt });
    }
    found.sort_unstable_by(|a, b| {
        let value = |g: &Option<Guess>| g.map_or(f32::NEG_INFINITY, |g| g.timing);
        value(b).total_cmp(&value(a))
    });
    (found, visited)
}

/// Looks for the perspective that shows finders and timing lines clearest, for each size that the
/// guesses hold: a steep view bends the fourth corner away from where lengths alone put it.
pub(super) fn tilted(plane: &Plane<'_>, triple: &Triple, guesses: &Guesses) -> (Option<Guess>, usize) {
    const STEPS: [f32; 5] = [0.64, 0.8, 1.0, 1.25, 1.56];
    let inverted = triple.corners[0].inverted;
    let mut best: (f32, Option<Guess>) = (0.8, None);
    let mut visited = 0;
    let mut consider = |side: usize, b: f32, c: f32, best: &mut (f32, Option<Guess>)| {
        let Some(map) = corner_map(triple, side, [1.0, b, c]) else { return false };
        visited += 108;
        let turn = if inverted { -1.0 } else { 1.0 };
        let finders = turn * finders_fit(plane, &map, side);
        if finders < 0.35 {
            return false;
        }
        visited += side * 2;
        let timing = timing_fit_of(plane, &map, side, inverted);
        let better = finders + timing > best.0;
        if better {
            *best = (finders + timing, Some(Guess { side, map, timing }));
        }
        better
    };
    for guess in guesses.iter().flatten().take(3) {
        let mut at = None;
        for (b, c) in STEPS.iter().flat_map(|b| STEPS.iter().map(move |c| (*b, *c))) {
            if consider(guess.side, b, c, &mut best) {
                at = Some((b, c));
            }
        }
        let Some(mut at) = at else { continue };
        for step in [1.12f32, 1.06, 1.03] {
            let (b, c) = at;
            let less = 1.0 / step;
            for (db, dc) in [(less, 1.0), (step, 1.0), (1.0, less), (1.0, step), (less, less), (step, step)] {
                if consider(guess.side, b * db, c * dc, &mut best) {
                    at = (b * db, c * dc);
                }
            }
        }
    }
    (best.1, visited)
}

fn timing_fit_of(plane: &Plane<'_>, map: &Projection, side: usize, inverted: bool) -> f32 {
    let fit = timing_fit(plane, map, side);
    if inverted { -fit } else { fit }
}

/// The map that three corners and their depths give; the fourth corner follows from both.
fn corner_map(triple: &Triple, side: usize, [a, b, c]: [f32; 3]) -> Option<Projection> {
    let [corner, right, down] = triple.corners.map(|f| f.at);
    let d = (b + c - a).max(0.4);
    let fourth = (right * b + down * c - corner * a) * (1.0 / d);
    Projection::of_square(3.5, side as f32 - 3.5, [corner, right, fourth, down])
}

/// From a finder's centre to its outer edge, in pixels: 3.5 modules. Where dark surroundings hide
/// the outer edge, the inner edge of its ring tells.
fn reach(plane: &Plane<'_>, bits: &Bits, from: Point, direction: Point, module: f32, inverted: bool) -> Option<f32> {
    const STEP: f32 = 0.25;
    let limit = (module * 8.0 / STEP) as usize;
    let (mut changes, mut inner, mut last) = (0, 0.0, 0.0);
    let mut dark = true;
    for i in 1..limit {
        let length = i as f32 * STEP;
        let at = from + direction * length;
        // Between pixels, because a slanted edge of whole pixels would be crossed several times.
        let level = plane.bilinear(at.x, at.y) - bits.threshold(at.x, at.y);
        if ((level < 0.0) != inverted) == dark || length - last < module * 0.35 {
            continue;
        }
        dark = !dark;
        changes += 1;
        last = length;
        if changes == 2 {
            inner = length;
        } else if changes == 3 {
            // Too much light thins the ring from both sides: the mean of its edges stays.
            return Some(if length > inner * 1.8 { inner * 1.4 } else { (inner + length) * (3.5 / 6.0) });
        }
    }
    (changes == 2).then_some(inner * 1.4)
}

/// Looks for the alignment pattern near the fourth corner and bends the map to it.
pub(super) fn align(
    plane: &Plane<'_>,
    guess: &Guess,
    triple: &[Point; 3],
    inverted: bool,
) -> (Option<Projection>, usize) {
    if guess.side < 25 {
        return (None, 0);
    }
    let expected = guess.side as f32 - 6.5;
    let turn = if inverted { -1.0 } else { 1.0 };
    let map = |x: f32, y: f32| guess.map.map(x, y);
    let reach = 6 + (guess.side / 16).min(6);
    let (found, mut visited) = find_alignment(plane, map, (expected, expected), reach, turn, (0.35, 0.02));
    let Some((fit, offset)) = found else { return (None, visited) };
    let mut best = (fit, Point::new(expected, expected) + offset);
    for step in [0.25, 0.12] {
        let centre = best.1;
        for (dx, dy) in
            [(1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0), (1.0, 1.0), (-1.0, 1.0), (1.0, -1.0), (-1.0, -1.0)]
        {
            let at = centre + Point::new(dx, dy) * step;
            let fit = turn * alignment_fit(plane, map, at.x, at.y);
            visited += 25;
            if fit > best.0 {
                best = (fit, at);
            }
        }
    }
    let low = 3.5;
    let high = guess.side as f32 - 3.5;
    let from = [Point::new(low, low), Point::new(high, low), Point::new(expected, expected), Point::new(low, high)];
    let to = [triple[0], triple[1], guess.map.map(best.1.x, best.1.y), triple[2]];
    (Projection::between(from, to), visited)
}
