//! Points and the projective map from modules to pixels.

/// A point in pixels; pixel (0, 0) covers the square from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(feature = "wasm", derive(serde::Serialize))]
pub struct Point {
    /// To the right.
    pub x: f32,
    /// Down.
    pub y: f32,
}

impl Point {
    /// A point at `x`, `y`.
    pub fn new(x: f32, y: f32) -> Self {
        Point { x, y }
    }

    pub(super) fn length(self) -> f32 {
        self.x.hypot(self.y)
    }

    pub(super) fn distance(self, other: Point) -> f32 {
        (self - other).length()
    }

    pub(super) fn dot(self, other: Point) -> f32 {
        self.x * other.x + self.y * other.y
    }

    pub(super) fn cross(self, other: Point) -> f32 {
        self.x * other.y - self.y * other.x
    }
}

impl std::ops::Add for Point {
    type Output = Point;
    fn add(self, other: Point) -> Point {
        Point { x: self.x + other.x, y: self.y + other.y }
    }
}

impl std::ops::Sub for Point {
    type Output = Point;
    fn sub(self, other: Point) -> Point {
        Point { x: self.x - other.x, y: self.y - other.y }
    }
}

impl std::ops::Mul<f32> for Point {
    type Output = Point;
    fn mul(self, factor: f32) -> Point {
        Point { x: self.x * factor, y: self.y * factor }
    }
}

/// A projective map of the plane: rows of a 3 x 3 matrix.
#[derive(Debug, Clone, Copy)]
pub(super) struct Projection([f32; 9]);

impl Projection {
    /// Maps (0,0), (1,0), (1,1), (0,1) to the four points; Heckbert, "Fundamentals of Texture
    /// Mapping", 1989, section 2.2.3. `None` where three of them lie on a line.
    pub fn of_unit_square(to: [Point; 4]) -> Option<Projection> {
        let [p0, p1, p2, p3] = to;
        let d1 = p1 - p2;
        let d2 = p3 - p2;
        let d3 = p0 - p1 + p2 - p3;
        let area = d1.cross(d2);
        if area.abs() < 1e-3 || !area.is_finite() {
            return None;
        }
        let g = d3.cross(d2) / area;
        let h = d1.cross(d3) / area;
        Some(Projection([
            p1.x - p0.x + g * p1.x,
            p3.x - p0.x + h * p3.x,
            p0.x,
            p1.y - p0.y + g * p1.y,
            p3.y - p0.y + h * p3.y,
            p0.y,
            g,
            h,
            1.0,
        ]))
    }

    /// Maps the corners of the square from `low` to `high` (both axes) to the four points.
    pub fn of_square(low: f32, high: f32, to: [Point; 4]) -> Option<Projection> {
        let Projection(m) = Self::of_unit_square(to)?;
        let scale = 1.0 / (high - low);
        let row = |i: usize| [m[i] * scale, m[i + 1] * scale, m[i + 2] - (m[i] + m[i + 1]) * scale * low];
        let (a, b, c) = (row(0), row(3), row(6));
        Some(Projection([a[0], a[1], a[2], b[0], b[1], b[2], c[0], c[1], c[2]]))
    }

    /// Maps four points of the module plane to four points of the picture.
    pub fn between(from: [Point; 4], to: [Point; 4]) -> Option<Projection> {
        let back = Self::of_unit_square(from)?.inverse()?;
        Some(Self::of_unit_square(to)?.after(&back))
    }

    #[inline]
    pub fn map(&self, x: f32, y: f32) -> Point {
        let m = &self.0;
        let w = 1.0 / (m[6] * x + m[7] * y + m[8]);
        Point { x: (m[0] * x + m[1] * y + m[2]) * w, y: (m[3] * x + m[4] * y + m[5]) * w }
    }

    /// The pixels of the middles of `count` modules in row `y`, one after another.
    #[inline]
    pub fn row(&self, y: usize, count: usize) -> impl Iterator<Item = Point> + use<> {
        let m = self.0;
        let y = y as f32 + 0.5;
        let (nx, ny, nw) = (m[1] * y + m[2], m[4] * y + m[5], m[7] * y + m[8]);
        (0..count).map(move |x| {
            let x = x as f32 + 0.5;
            let w = 1.0 / (m[6] * x + nw);
            Point { x: (m[0] * x + nx) * w, y: (m[3] * x + ny) * w }
        })
    }

    /// First `first`, then `self`.
    pub fn after(&self, first: &Projection) -> Projection {
        let (a, b) = (&self.0, &first.0);
        Projection(std::array::from_fn(|i| (0..3).map(|k| a[i / 3 * 3 + k] * b[k * 3 + i % 3]).sum()))
    }

    pub fn inverse(&self) -> Option<Projection> {
        let m = &self.0;
        let minors = [
            m[4] * m[8] - m[5] * m[7],
            m[2] * m[7] - m[1] * m[8],
            m[1] * m[5] - m[2] * m[4],
            m[5] * m[6] - m[3] * m[8],
            m[0] * m[8] - m[2] * m[6],
            m[2] * m[3] - m[0] * m[5],
            m[3] * m[7] - m[4] * m[6],
            m[1] * m[6] - m[0] * m[7],
            m[0] * m[4] - m[1] * m[3],
        ];
        let determinant = m[0] * minors[0] + m[1] * minors[3] + m[2] * minors[6];
        (determinant.abs() > 1e-12).then(|| Projection(minors.map(|v| v / determinant)))
    }

    /// The same map into a picture `factor` times as large.
    pub fn scaled(&self, factor: f32) -> Projection {
        let m = &self.0;
        Projection(std::array::from_fn(|i| if i < 6 { m[i] * factor } else { m[i] }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_map_to_corners() {
        let to = [Point::new(10.0, 12.0), Point::new(92.0, 20.0), Point::new(99.0, 110.0), Point::new(4.0, 80.0)];
        let from = [(3.5, 3.5), (21.5, 3.5), (18.5, 18.5), (3.5, 21.5)].map(|(x, y)| Point::new(x, y));
        let map = Projection::between(from, to).unwrap();
        for (f, t) in from.iter().zip(&to) {
            assert!(map.map(f.x, f.y).distance(*t) < 0.01);
        }
        for (x, at) in map.row(7, 30).enumerate() {
            assert!(at.distance(map.map(x as f32 + 0.5, 7.5)) < 0.01);
        }
        let square = Projection::of_square(3.5, 21.5, to).unwrap();
        assert!(square.map(21.5, 21.5).distance(to[2]) < 0.01);
        assert!(square.map(3.5, 21.5).distance(to[3]) < 0.01);
    }
}
