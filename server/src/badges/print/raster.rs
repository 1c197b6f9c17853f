//! Letters as outlines, and a small grey canvas to fill them on. The canvas samples each pixel row
//! at four heights, measures exactly how far each sample lies inside the outline (non-zero
//! winding), and adds the four: good enough for badge numbers and names, and it needs no drawing
//! library.

use std::fmt::Write as _;

use krilla::text::GlyphId;
use rustybuzz::ttf_parser::{self, OutlineBuilder};

use super::fonts::FontId;
use super::pdf::THICKENING;
use super::text::Line;

/// Heights sampled in each pixel row.
const SAMPLES: usize = 4;
/// Straight pieces that a curve is cut into; at badge sizes the error is far below a dot.
const PIECES: usize = 8;

/// One glyph's closed polygons in pixels, y downwards.
#[derive(Default)]
struct Contour {
    polygons: Vec<Vec<(f32, f32)>>,
}

/// Each glyph of a line with its origin, for a line that begins at `x` on the base line `y` at
/// `size` an em. A font without a bold is drawn twice, a little apart.
fn glyphs(line: &Line, x: f32, y: f32, size: f32, mut draw: impl FnMut(FontId, GlyphId, f32, f32)) {
    let mut pen = x;
    for run in &line.runs {
        let shifts: &[f32] = if run.thicken { &[-0.5, 0.5] } else { &[0.0] };
        for glyph in &run.glyphs {
            let (left, base) = (pen + glyph.x_offset * size, y - glyph.y_offset * size);
            for shift in shifts {
                draw(run.font, glyph.glyph_id, left + shift * THICKENING * size, base);
            }
            pen += glyph.x_advance * size;
        }
    }
}

fn trace(font: FontId, glyph: GlyphId, builder: &mut impl OutlineBuilder) {
    if let (Some(face), Ok(glyph)) = (font.face(), u16::try_from(glyph.to_u32())) {
        face.outline_glyph(ttf_parser::GlyphId(glyph), builder);
    }
}

fn units_per_em(font: FontId) -> f32 {
    font.face().map_or(1000.0, |face| face.units_per_em() as f32)
}

/// Appends a line of text to the data of an SVG path, curves as curves, to a hundredth of a unit.
pub(super) fn write_svg(path: &mut String, line: &Line, x: f32, y: f32, size: f32) {
    glyphs(line, x, y, size, |font, glyph, x, y| {
        trace(font, glyph, &mut SvgPen { path, x, y, scale: size / units_per_em(font) });
    });
}

struct SvgPen<'p> {
    path: &'p mut String,
    x: f32,
    y: f32,
    scale: f32,
}

impl SvgPen<'_> {
    fn put(&mut self, command: char, points: &[(f32, f32)]) {
        for (at, (x, y)) in points.iter().enumerate() {
            let (x, y) = (self.x + x * self.scale, self.y - y * self.scale);
            // Writing to a String cannot fail.
            let _ = match at {
                0 => write!(self.path, "{command}{x:.2} {y:.2}"),
                _ => write!(self.path, " {x:.2} {y:.2}"),
            };
        }
    }
}

impl OutlineBuilder for SvgPen<'_> {
    fn move_to(&mut self, x: f32, y: f32) {
        self.put('M', &[(x, y)]);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.put('L', &[(x, y)]);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.put('Q', &[(x1, y1), (x, y)]);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.put('C', &[(x1, y1), (x2, y2), (x, y)]);
    }

    fn close(&mut self) {
        self.path.push('Z');
    }
}

struct Tracer {
    contour: Contour,
    x: f32,
    y: f32,
    scale: f32,
}

impl Tracer {
    fn place(&self, x: f32, y: f32) -> (f32, f32) {
        (self.x + x * self.scale, self.y - y * self.scale)
    }

    fn last(&self) -> (f32, f32) {
        self.contour.polygons.last().and_then(|polygon| polygon.last()).copied().unwrap_or((self.x, self.y))
    }

    /// A Bézier curve: `weights` are its Bernstein polynomials at a place along it.
    fn curve<const N: usize>(&mut self, points: [(f32, f32); N], weights: impl Fn(f32, f32) -> [f32; N]) {
        for piece in 1..=PIECES {
            let far = piece as f32 / PIECES as f32;
            let sum = |(left, top): (f32, f32), (point, weight): (&(f32, f32), f32)| {
                (left + point.0 * weight, top + point.1 * weight)
            };
            self.push(points.iter().zip(weights(1.0 - far, far)).fold((0.0, 0.0), sum));
        }
    }

    fn push(&mut self, point: (f32, f32)) {
        if let Some(polygon) = self.contour.polygons.last_mut() {
            polygon.push(point);
        }
    }
}

impl OutlineBuilder for Tracer {
    fn move_to(&mut self, x: f32, y: f32) {
        let point = self.place(x, y);
        self.contour.polygons.push(vec![point]);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let point = self.place(x, y);
        self.push(point);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let points = [self.last(), self.place(x1, y1), self.place(x, y)];
        self.curve(points, |near, far| [near * near, 2.0 * near * far, far * far]);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let points = [self.last(), self.place(x1, y1), self.place(x2, y2), self.place(x, y)];
        self.curve(points, |near, far| [near.powi(3), 3.0 * near.powi(2) * far, 3.0 * near * far.powi(2), far.powi(3)]);
    }

    fn close(&mut self) {}
}

/// White paper that takes black ink.
pub(super) struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Canvas {
    pub(super) fn white(width: usize, height: usize) -> Canvas {
        Canvas { width, height, pixels: vec![255; width * height] }
    }

    /// Rows from the top, a byte a pixel, 255 white.
    pub(super) fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    pub(super) fn fill_square(&mut self, left: usize, top: usize, side: usize) {
        let right = (left + side).min(self.width);
        for y in top..(top + side).min(self.height) {
            if left < right {
                self.pixels[y * self.width + left..y * self.width + right].fill(0);
            }
        }
    }

    /// Draws a line of text; all measures in pixels.
    pub(super) fn write(&mut self, line: &Line, x: f32, y: f32, size: f32) {
        glyphs(line, x, y, size, |font, glyph, x, y| {
            let scale = size / units_per_em(font);
            let mut tracer = Tracer { contour: Contour::default(), x, y, scale };
            trace(font, glyph, &mut tracer);
            self.fill(&tracer.contour);
        });
    }

    fn fill(&mut self, contour: &Contour) {
        let sides: Vec<[(f32, f32); 2]> = contour
            .polygons
            .iter()
            .flat_map(|polygon| polygon.iter().zip(polygon.iter().cycle().skip(1)))
            .map(|(a, b)| [*a, *b])
            .collect();
        let heights = sides.iter().flatten().map(|point| point.1);
        let (low, high) = heights.fold((f32::MAX, f32::MIN), |(low, high), y| (low.min(y), high.max(y)));
        if low > high {
            return;
        }
        let mut covered = vec![0.0_f32; self.width];
        let mut crossings: Vec<(f32, i32)> = Vec::new();
        for row in low.max(0.0) as usize..(high.ceil().max(0.0) as usize).min(self.height) {
            covered.fill(0.0);
            for sample in 0..SAMPLES {
                let y = row as f32 + (sample as f32 + 0.5) / SAMPLES as f32;
                crossings.clear();
                crossings.extend(
                    sides
                        .iter()
                        .filter(|[a, b]| (a.1 <= y) != (b.1 <= y))
                        .map(|[a, b]| (a.0 + (y - a.1) / (b.1 - a.1) * (b.0 - a.0), if a.1 < b.1 { 1 } else { -1 })),
                );
                crossings.sort_by(|a, b| a.0.total_cmp(&b.0));
                let mut winding = 0;
                for pair in crossings.windows(2) {
                    winding += pair[0].1;
                    if winding != 0 {
                        cover(&mut covered, pair[0].0, pair[1].0);
                    }
                }
            }
            for (pixel, share) in self.pixels[row * self.width..].iter_mut().zip(&covered) {
                let left = 1.0 - (share / SAMPLES as f32).min(1.0);
                *pixel = (f32::from(*pixel) * left).round() as u8;
            }
        }
    }
}

/// Adds to each pixel how much of it lies between `from` and `to`.
fn cover(covered: &mut [f32], from: f32, to: f32) {
    let (from, to) = (from.clamp(0.0, covered.len() as f32), to.clamp(0.0, covered.len() as f32));
    for (at, share) in covered.iter_mut().enumerate().take(to.ceil() as usize).skip(from as usize) {
        *share += (to.min(at as f32 + 1.0) - from.max(at as f32)).max(0.0);
    }
}
