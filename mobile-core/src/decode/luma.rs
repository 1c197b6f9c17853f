//! Camera frames as phones deliver them, seen as a plane of brightness.
//!
//! A QR code reads at any rotation, so a rotated frame is never turned: only the corners of what
//! was found are. Constructors check sizes once; nothing behind them can index out of bounds.

use super::Point;

/// Why a buffer is no frame. The message names what to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FrameError {
    /// Width or height is zero or above [`MAX_SIDE`].
    Size {
        /// Width as given, in pixels.
        width: usize,
        /// Height as given, in pixels.
        height: usize,
    },
    /// The stride is shorter than a row.
    Stride {
        /// Bytes a row needs.
        needed: usize,
        /// Stride as given, in bytes.
        given: usize,
    },
    /// The buffer ends before the last row does.
    Short {
        /// Bytes that the sizes ask for.
        needed: usize,
        /// Bytes in the buffer.
        given: usize,
    },
}

impl std::fmt::Display for FrameError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            FrameError::Size { width, height } => {
                write!(f, "a frame of {width}x{height} pixels: each side must be 1 to {MAX_SIDE}")
            }
            FrameError::Stride { needed, given } => {
                write!(f, "a stride of {given} bytes is shorter than a row of {needed}")
            }
            FrameError::Short { needed, given } => {
                write!(f, "the buffer holds {given} bytes, the sizes ask for {needed}")
            }
        }
    }
}

impl std::error::Error for FrameError {}

/// Longest side of a frame, in pixels.
pub const MAX_SIDE: usize = 16_384;

fn check(data: &[u8], width: usize, height: usize, stride: usize, bytes_per_pixel: usize) -> Result<(), FrameError> {
    if width == 0 || height == 0 || width > MAX_SIDE || height > MAX_SIDE {
        return Err(FrameError::Size { width, height });
    }
    let row = width * bytes_per_pixel;
    if stride < row {
        return Err(FrameError::Stride { needed: row, given: stride });
    }
    // The last row need not be padded to the stride: phones deliver it both ways.
    let needed = stride.saturating_mul(height - 1).saturating_add(row);
    if data.len() < needed {
        return Err(FrameError::Short { needed, given: data.len() });
    }
    Ok(())
}

/// A plane of brightness, one byte a pixel, 0 black to 255 white.
#[derive(Debug, Clone, Copy)]
pub struct Luma<'a> {
    data: &'a [u8],
    width: usize,
    height: usize,
    stride: usize,
}

impl<'a> Luma<'a> {
    /// `stride` is the distance between the starts of two rows, in bytes.
    pub fn new(data: &'a [u8], width: usize, height: usize, stride: usize) -> Result<Self, FrameError> {
        check(data, width, height, stride, 1)?;
        Ok(Luma { data, width, height, stride })
    }

    /// Width in pixels.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Height in pixels.
    pub fn height(&self) -> usize {
        self.height
    }

    pub(super) fn plane(&self) -> Plane<'a> {
        Plane { data: self.data, width: self.width, height: self.height, stride: self.stride }
    }
}

/// How far the picture must be turned clockwise to stand upright, as phones report it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rotation {
    /// Upright already.
    #[default]
    None,
    /// A quarter turn clockwise.
    Quarter,
    /// Upside down.
    Half,
    /// Three quarter turns clockwise.
    ThreeQuarters,
}

impl Rotation {
    /// From degrees clockwise: 0, 90, 180 or 270; anything else is `None`.
    pub fn from_degrees(degrees: u16) -> Option<Rotation> {
        Some(match degrees {
            0 => Rotation::None,
            90 => Rotation::Quarter,
            180 => Rotation::Half,
            270 => Rotation::ThreeQuarters,
            _ => return None,
        })
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Pixels<'a> {
    Luma(Luma<'a>),
    Rgba { data: &'a [u8], width: usize, height: usize, stride: usize },
}

/// One picture to decode, in a layout that cameras deliver, and how it must be turned.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    pub(super) pixels: Pixels<'a>,
    rotation: Rotation,
}

impl<'a> Frame<'a> {
    /// A bare plane of brightness.
    pub fn luma(luma: Luma<'a>) -> Self {
        Frame { pixels: Pixels::Luma(luma), rotation: Rotation::None }
    }

    /// Android's NV21: a full plane of brightness, then interleaved chroma, which is not looked at.
    pub fn nv21(data: &'a [u8], width: usize, height: usize) -> Result<Self, FrameError> {
        Ok(Self::luma(Luma::new(data, width, height, width)?))
    }

    /// `YUV_420_888` or I420: the Y plane with its row stride; the chroma planes are not needed.
    pub fn yuv420(y: &'a [u8], width: usize, height: usize, y_stride: usize) -> Result<Self, FrameError> {
        Ok(Self::luma(Luma::new(y, width, height, y_stride)?))
    }

    /// Four bytes a pixel (red, green, blue, ignored), as a browser's canvas gives them.
    pub fn rgba(data: &'a [u8], width: usize, height: usize, stride: usize) -> Result<Self, FrameError> {
        check(data, width, height, stride, 4)?;
        Ok(Frame { pixels: Pixels::Rgba { data, width, height, stride }, rotation: Rotation::None })
    }

    /// The same frame, to be turned by `rotation` before a person sees it.
    #[must_use]
    pub fn rotated(mut self, rotation: Rotation) -> Self {
        self.rotation = rotation;
        self
    }

    /// Width and height in pixels, as stored.
    pub fn size(&self) -> (usize, usize) {
        match self.pixels {
            Pixels::Luma(luma) => (luma.width, luma.height),
            Pixels::Rgba { width, height, .. } => (width, height),
        }
    }

    /// Where a point of the stored picture lies in the upright one.
    pub(super) fn upright(&self, point: Point) -> Point {
        let (width, height) = self.size();
        let (width, height) = (width as f32, height as f32);
        match self.rotation {
            Rotation::None => point,
            Rotation::Quarter => Point { x: height - point.y, y: point.x },
            Rotation::Half => Point { x: width - point.x, y: height - point.y },
            Rotation::ThreeQuarters => Point { x: point.y, y: width - point.x },
        }
    }
}

/// A plane whose sizes were checked. Pixel (0, 0) covers the square from 0 to 1.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plane<'a> {
    pub data: &'a [u8],
    pub width: usize,
    pub height: usize,
    pub stride: usize,
}

impl<'a> Plane<'a> {
    pub fn row(&self, y: usize) -> &'a [u8] {
        &self.data[y * self.stride..y * self.stride + self.width]
    }

    /// Brightness between pixels, to 1/256 of their distance; outside the plane the nearest pixel
    /// counts. The plane must have two pixels each way, which every plane that is searched has.
    #[inline]
    pub fn bilinear(&self, x: f32, y: f32) -> f32 {
        // NaN turns into 0 in the casts, so any coordinate is safe.
        let x = ((x - 0.5) * 256.0).clamp(0.0, ((self.width - 1) * 256) as f32) as i32;
        let y = ((y - 0.5) * 256.0).clamp(0.0, ((self.height - 1) * 256) as f32) as i32;
        let (xi, yi) = ((x >> 8).min(self.width as i32 - 2), (y >> 8).min(self.height as i32 - 2));
        let (fx, fy) = (x - (xi << 8), y - (yi << 8));
        let at = yi as usize * self.stride + xi as usize;
        let (top, bottom) = (&self.data[at..at + 2], &self.data[at + self.stride..at + self.stride + 2]);
        let above = i32::from(top[0]) * (256 - fx) + i32::from(top[1]) * fx;
        let below = i32::from(bottom[0]) * (256 - fx) + i32::from(bottom[1]) * fx;
        (above * (256 - fy) + below * fy) as f32 * (1.0 / 65_536.0)
    }
}

/// Brightness of RGBA pixels by the integer weights of ITU-R BT.601.
pub(super) fn luma_of_rgba(data: &[u8], width: usize, height: usize, stride: usize, out: &mut Vec<u8>) {
    out.clear();
    for y in 0..height {
        let row = &data[y * stride..y * stride + width * 4];
        out.extend(
            row.as_chunks::<4>()
                .0
                .iter()
                .map(|&[r, g, b, _]| ((u32::from(r) * 77 + u32::from(g) * 150 + u32::from(b) * 29 + 128) >> 8) as u8),
        );
    }
}

/// The plane at half the size, each pixel the mean of four.
pub(super) fn halve(plane: &Plane<'_>, out: &mut Vec<u8>) -> (usize, usize) {
    let (width, height) = (plane.width / 2, plane.height / 2);
    out.clear();
    out.resize(width * height, 0);
    for (y, target) in out.chunks_exact_mut(width.max(1)).enumerate() {
        let (top, bottom) = (plane.row(2 * y), plane.row(2 * y + 1));
        for ((pixel, a), b) in target.iter_mut().zip(top.as_chunks::<2>().0).zip(bottom.as_chunks::<2>().0) {
            let sum = u16::from(a[0]) + u16::from(a[1]) + u16::from(b[0]) + u16::from(b[1]);
            *pixel = ((sum + 2) >> 2) as u8;
        }
    }
    (width, height)
}

/// The plane with rows and columns exchanged, in tiles that stay in the cache.
pub(super) fn transpose(plane: &Plane<'_>, out: &mut Vec<u8>) {
    const TILE: usize = 16;
    out.clear();
    out.resize(plane.width * plane.height, 0);
    for top in (0..plane.height).step_by(TILE) {
        for left in (0..plane.width).step_by(TILE) {
            for y in top..(top + TILE).min(plane.height) {
                let row = plane.row(y);
                for x in left..(left + TILE).min(plane.width) {
                    out[x * plane.height + y] = row[x];
                }
            }
        }
    }
}

/// The plane with edges steepened: each pixel moved away from the mean of the 5 x 5 around it by
/// one and a half times its distance (unsharp masking).
pub(super) fn sharpen(plane: &Plane<'_>, sums: &mut Vec<u16>, out: &mut Vec<u8>) {
    let (width, height) = (plane.width, plane.height);
    out.clear();
    out.resize(width * height, 0);
    // Sums of five rows, kept up to date from row to row; rows outside repeat the border.
    let row = |y: isize| plane.row(y.clamp(0, height as isize - 1) as usize);
    sums.clear();
    sums.resize(width, 0);
    for y in -3..2isize {
        for (sum, &pixel) in sums.iter_mut().zip(row(y)) {
            *sum += u16::from(pixel);
        }
    }
    for (y, target) in out.chunks_exact_mut(width).enumerate() {
        let y = y as isize;
        for ((sum, &below), &above) in sums.iter_mut().zip(row(y + 2)).zip(row(y - 3)) {
            *sum = *sum + u16::from(below) - u16::from(above);
        }
        let source = row(y);
        target.copy_from_slice(source);
        for (i, five) in sums.windows(5).enumerate() {
            let mean = (i32::from(five[0])
                + i32::from(five[1])
                + i32::from(five[2])
                + i32::from(five[3])
                + i32::from(five[4]))
                / 25;
            let pixel = i32::from(source[i + 2]);
            target[i + 2] = (pixel + (pixel - mean) * 3 / 2).clamp(0, 255) as u8;
        }
    }
}
