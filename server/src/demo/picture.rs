//! What a simulated phone's camera sees: a badge with its QR code, held more or less well.
//!
//! Drawn ray by ray: a plane in space stands before a pinhole camera, so that tilt, rotation and
//! distance come out as perspective. Then uneven light, blur and grain. The same text and seed
//! always give the same picture; most are decodable, as most real shots are.

use image::{GrayImage, Luma};
use qrcode::bits::Bits;
use qrcode::{Color, EcLevel, QrCode, Version};

const WIDTH: u32 = 640;
const HEIGHT: u32 = 480;
/// Focal length in pixels: a phone's preview covers some 50 degrees.
const FOCAL: f32 = 690.0;
/// A badge in millimetres; its code lies in the lower half.
const BADGE: (f32, f32) = (86.0, 120.0);
const CODE_MM: f32 = 38.0;
const CODE_TOP: f32 = 62.0;

/// Photographs a badge that carries `code_text`: 640 x 480 grey pixels, a few milliseconds of work.
///
/// A text that no QR code can hold (over 2,331 bytes at level M) gives a badge without a code.
pub fn photograph(code_text: &str, seed: u64) -> GrayImage {
    let mut chance = Chance(seed ^ 0x9e37_79b9_7f4a_7c15);
    let badge = Badge::new(code_text, &mut chance);
    let pose = Pose::random(&mut chance);
    let light = Light::random(&mut chance);
    let mut picture = GrayImage::from_fn(WIDTH, HEIGHT, |x, y| {
        let (px, py) = (x as f32 + 0.5, y as f32 + 0.5);
        let (u, v) = pose.on_badge(px, py);
        let surface = badge.brightness(u, v).unwrap_or_else(|| light.hall(px, py));
        Luma([(surface * light.at(px, py)).clamp(0.0, 255.0) as u8])
    });
    // Every lens softens a little, a hurried hand more; the first pass also smooths the edges that
    // one ray a pixel leaves jagged.
    for _ in 0..=chance.below(2) {
        picture = softened(&picture);
    }
    let grain = 2.0 + 7.0 * chance.unit();
    for pixel in picture.pixels_mut() {
        let noise = (chance.unit() + chance.unit() - 1.0) * grain;
        pixel.0[0] = (f32::from(pixel.0[0]) + noise).clamp(0.0, 255.0) as u8;
    }
    picture
}

/// `SplitMix64` (Steele, Lea, Flood 2014): enough for pictures, nothing secret.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// 0 to 1.
    fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1u32 << 24) as f32
    }

    fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }
}

/// The printed side of a badge, in millimetres from its top left corner.
struct Badge {
    modules: Vec<bool>,
    side: usize,
    paper: f32,
    band: f32,
}

impl Badge {
    fn new(text: &str, chance: &mut Chance) -> Badge {
        let code = smallest(text);
        let side = code.as_ref().map_or(0, QrCode::width);
        let modules = code.map(|c| c.to_colors().iter().map(|m| *m == Color::Dark).collect()).unwrap_or_default();
        Badge { modules, side, paper: chance.between(205.0, 250.0), band: chance.between(40.0, 170.0) }
    }

    /// Brightness of the print, `None` beside the badge.
    fn brightness(&self, x: f32, y: f32) -> Option<f32> {
        if !(0.0..BADGE.0).contains(&x) || !(0.0..BADGE.1).contains(&y) {
            return None;
        }
        if y < 16.0 || y > BADGE.1 - 7.0 {
            return Some(self.band);
        }
        let module = CODE_MM / self.side.max(1) as f32;
        let (u, v) = ((x - (BADGE.0 - CODE_MM) / 2.0) / module, (y - CODE_TOP) / module);
        if u < 0.0 || v < 0.0 || u >= self.side as f32 || v >= self.side as f32 {
            // Two grey bars stand for the name and the company.
            let name = (28.0..34.0).contains(&y) && (14.0..72.0).contains(&x);
            let company = (41.0..44.0).contains(&y) && (24.0..62.0).contains(&x);
            return Some(if name || company { 70.0 } else { self.paper });
        }
        let dark = self.modules.get(v as usize * self.side + u as usize).copied().unwrap_or(false);
        Some(if dark { 28.0 } else { self.paper })
    }
}

/// The smallest code for the text: one alphanumeric segment in version 1-M where that holds it,
/// because the optimiser now and then takes a version more.
fn smallest(text: &str) -> Option<QrCode> {
    let alphanumeric = |b: u8| b.is_ascii_digit() || b.is_ascii_uppercase() || b" $%*+-./:".contains(&b);
    if text.len() <= 20 && text.bytes().all(alphanumeric) {
        let mut bits = Bits::new(Version::Normal(1));
        bits.push_alphanumeric_data(text.as_bytes()).ok()?;
        bits.push_terminator(EcLevel::M).ok()?;
        return QrCode::with_bits(bits, EcLevel::M).ok();
    }
    QrCode::with_error_correction_level(text, EcLevel::M).ok()
}

type Vector = [f32; 3];

fn dot(a: Vector, b: Vector) -> f32 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// Where the badge is: the place of its code's middle before the camera, and its two directions.
struct Pose {
    middle: Vector,
    right: Vector,
    down: Vector,
    normal: Vector,
}

impl Pose {
    fn random(chance: &mut Chance) -> Pose {
        // 15 to 35 cm away makes the code some 190 to 80 pixels wide.
        let distance = chance.between(150.0, 350.0);
        let room = 0.22 * distance;
        let middle = [chance.between(-room, room), chance.between(-room * 0.6, room * 0.6), distance];
        let (roll, yaw, pitch) = (chance.between(-0.5, 0.5), chance.between(-0.6, 0.6), chance.between(-0.5, 0.5));
        let (sr, cr) = roll.sin_cos();
        let (sy, cy) = yaw.sin_cos();
        let (sp, cp) = pitch.sin_cos();
        let turn = |[x, y, z]: Vector| {
            let (x, y) = (x * cr - y * sr, x * sr + y * cr);
            let (y, z) = (y * cp - z * sp, y * sp + z * cp);
            [x * cy + z * sy, y, z * cy - x * sy]
        };
        let (right, down, normal) = (turn([1.0, 0.0, 0.0]), turn([0.0, 1.0, 0.0]), turn([0.0, 0.0, 1.0]));
        Pose { middle, right, down, normal }
    }

    /// Where the ray through a pixel meets the badge, in millimetres from its top left corner.
    fn on_badge(&self, x: f32, y: f32) -> (f32, f32) {
        let ray = [(x - WIDTH as f32 / 2.0) / FOCAL, (y - HEIGHT as f32 / 2.0) / FOCAL, 1.0];
        let length = dot(self.normal, self.middle) / dot(self.normal, ray);
        let from_middle: Vector = std::array::from_fn(|i| ray[i] * length - self.middle[i]);
        (dot(from_middle, self.right) + BADGE.0 / 2.0, dot(from_middle, self.down) + CODE_TOP + CODE_MM / 2.0)
    }
}

/// The light of a hall: a slope over the picture, and what stands behind the badge.
struct Light {
    base: f32,
    slope: (f32, f32),
    stripes: (f32, f32),
}

impl Light {
    fn random(chance: &mut Chance) -> Light {
        Light {
            base: chance.between(0.45, 1.0),
            slope: (chance.between(-0.35, 0.35), chance.between(-0.35, 0.35)),
            stripes: (chance.between(0.01, 0.05), chance.between(0.01, 0.05)),
        }
    }

    fn at(&self, x: f32, y: f32) -> f32 {
        let across = x / WIDTH as f32 - 0.5;
        let along = y / HEIGHT as f32 - 0.5;
        (self.base * (1.0 + self.slope.0 * across + self.slope.1 * along)).max(0.15)
    }

    fn hall(&self, x: f32, y: f32) -> f32 {
        110.0 + 55.0 * (x * self.stripes.0).sin() + 45.0 * (y * self.stripes.1 + x * 0.004).cos()
    }
}

/// Each pixel the mean of the nine around it.
fn softened(picture: &GrayImage) -> GrayImage {
    let (width, height) = (WIDTH as usize, HEIGHT as usize);
    let source = picture.as_raw();
    let mut out = picture.clone();
    for (y, row) in out.chunks_exact_mut(width).enumerate().skip(1).take(height - 2) {
        let above = &source[(y - 1) * width..(y + 2) * width];
        for x in 1..width - 1 {
            let sum: u16 =
                (0..3).flat_map(|r| &above[r * width + x - 1..r * width + x + 2]).map(|&p| u16::from(p)).sum();
            row[x] = (sum / 9) as u8;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use mobile_core::decode::{Budget, Decoder, Frame, Luma as Plane};

    fn texts(picture: &GrayImage, decoder: &mut Decoder) -> Vec<String> {
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let frame = Frame::luma(Plane::new(picture, width, height, width).unwrap());
        decoder.decode(&frame, &Budget::preview()).into_iter().map(|code| code.text).collect()
    }

    #[test]
    fn most_photographs_decode_and_none_says_anything_else() {
        let mut decoder = Decoder::new();
        let mut read = 0;
        for seed in 0..30 {
            let text = format!("1{:019}", seed * 7_919);
            let found = texts(&photograph(&text, seed), &mut decoder);
            assert!(found.is_empty() || found == [text], "{found:?}");
            read += found.len();
        }
        assert!(read >= 27, "{read} of 30 were read");
    }

    #[test]
    fn the_same_seed_gives_the_same_picture() {
        let text = "BEGIN:VCARD\nFN:Ana Ito\nEND:VCARD";
        assert_eq!(photograph(text, 3), photograph(text, 3));
        assert_ne!(photograph(text, 3), photograph(text, 4));
    }

    #[test]
    fn a_text_that_no_code_can_hold_gives_a_badge_without_one() {
        assert!(texts(&photograph(&"x".repeat(9_000), 1), &mut Decoder::new()).is_empty());
    }
}
