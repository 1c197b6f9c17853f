//! Which three finders may belong to one code, the likeliest first.
//!
//! Among few finders all triples are looked at; on a sheet of badges only what lies near each
//! other. The corner lies opposite the longest side, except in a steep view.

use super::locate::Finder;

/// Three finders that may be the corners of one code.
#[derive(Debug, Clone, Copy)]
pub(super) struct Triple {
    /// Top left, top right, bottom left, for a code that is not mirrored.
    pub corners: [Finder; 3],
    /// Smaller is likelier.
    pub cost: f32,
}

/// Neighbours of a corner that are tried, where there are many finders.
const NEIGHBOURS: usize = 12;

/// All plausible triples of the first `most` finders, the likeliest first; where more of them are
/// sure, all of those, but only with what lies near. Answers the work it took.
pub(super) fn triples(finders: &[Finder], step: usize, most: usize, out: &mut Vec<Triple>) -> usize {
    out.clear();
    let sure = finders.partition_point(|f| f.certainty(step) > 0.5);
    let work = if sure > most {
        triples_of_neighbours(&finders[..sure], out)
    } else {
        triples_of_all(&finders[..finders.len().min(most)], out)
    };
    for triple in &mut *out {
        let doubt: f32 = triple.corners.iter().map(|f| (1.0 - f.certainty(step)).clamp(0.0, 1.0)).sum();
        triple.cost += 0.35 * doubt;
    }
    out.sort_unstable_by(|a, b| a.cost.total_cmp(&b.cost));
    work
}

fn triples_of_neighbours(finders: &[Finder], out: &mut Vec<Triple>) -> usize {
    for (a, corner) in finders.iter().enumerate() {
        let mut near = [(f32::INFINITY, a); NEIGHBOURS];
        for (b, other) in finders.iter().enumerate() {
            let distance = corner.at.distance(other.at);
            if distance < near[NEIGHBOURS - 1].0 && alike(corner, other) {
                let place = near.partition_point(|n| n.0 <= distance);
                near.copy_within(place..NEIGHBOURS - 1, place + 1);
                near[place] = (distance, b);
            }
        }
        let near = &near[..near.partition_point(|n| n.0.is_finite())];
        for (i, &(_, b)) in near.iter().enumerate() {
            for &(_, c) in &near[i + 1..] {
                // Each triple is met at each of its finders, and taken at its corner.
                let own = arrange(finders, [a, b, c]).filter(|t| t.corners[0].at == corner.at);
                // On a sheet the finders of different badges stand square too, only further apart.
                out.extend(own.map(|t| Triple { cost: t.cost + distance_cost(&t), ..t }));
            }
        }
    }
    finders.len() * (finders.len() * 3 + NEIGHBOURS * NEIGHBOURS * 20)
}

/// What each module between a corner and its neighbours adds to the cost of a triple on a sheet.
fn distance_cost(triple: &Triple) -> f32 {
    let [corner, right, down] = triple.corners;
    0.005 * (corner.at.distance(right.at) + corner.at.distance(down.at)) / corner.module.max(1.0)
}

fn triples_of_all(finders: &[Finder], out: &mut Vec<Triple>) -> usize {
    let n = finders.len();
    for a in 0..n {
        for b in a + 1..n {
            if !alike(&finders[a], &finders[b]) {
                continue;
            }
            for c in b + 1..n {
                if !alike(&finders[a], &finders[c]) || !alike(&finders[b], &finders[c]) {
                    continue;
                }
                out.extend(arrange(finders, [a, b, c]));
            }
        }
    }
    n.pow(3) * 3
}

pub(super) fn alike(a: &Finder, b: &Finder) -> bool {
    let distance = a.at.distance(b.at);
    let module = f32::midpoint(a.module, b.module);
    a.inverted == b.inverted
        && a.module < b.module * 2.2
        && b.module < a.module * 2.2
        // A side of version 1 is 14 modules between centres, of version 40 170, a diagonal 1.4
        // times that; a rotated code's module is measured up to 1.4 times too long.
        && distance > module * 8.5
        && distance < module * 260.0
}

/// The likeliest arrangement of three finders, then the less likely that a steep view may show.
fn arrange(finders: &[Finder], members: [usize; 3]) -> impl Iterator<Item = Triple> {
    let [a, b, c] = members.map(|i| finders[i]);
    let (ab, bc, ca) = (a.at.distance(b.at), b.at.distance(c.at), c.at.distance(a.at));
    // The corner lies opposite the longest side, unless the view is steep.
    let mut corners = [(ab, [c, a, b]), (bc, [a, b, c]), (ca, [b, c, a])];
    corners.sort_unstable_by(|p, q| q.0.total_cmp(&p.0));
    let longest = corners[0].0;
    let clear = a.clarity.min(b.clarity).min(c.clarity) > 0.7;
    corners.into_iter().enumerate().filter_map(move |(i, (length, corners))| {
        let mut triple = arranged(corners)?;
        if i > 0 {
            if !clear || length < longest * 0.6 {
                return None;
            }
            triple.cost += 0.3;
        }
        Some(triple)
    })
}

fn arranged([corner, mut right, mut down]: [Finder; 3]) -> Option<Triple> {
    if (right.at - corner.at).cross(down.at - corner.at) < 0.0 {
        std::mem::swap(&mut right, &mut down);
    }
    let (u, v) = (right.at - corner.at, down.at - corner.at);
    let (along, across) = (u.length(), v.length());
    let cosine = u.dot(v) / (along * across).max(1e-6);
    let ratio = (along / across).ln().abs();
    if cosine.abs() > 0.75 || ratio > 1.0 {
        return None;
    }
    let corners = [corner, right, down];
    let modules = corners.map(|f| f.module);
    let spread = modules.iter().fold(0f32, |m, &x| m.max(x)) / modules.iter().fold(f32::MAX, |m, &x| m.min(x));
    let cost = cosine.abs() + 0.7 * ratio + 0.8 * spread.ln();
    Some(Triple { corners, cost })
}
