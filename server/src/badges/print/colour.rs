//! Colours of ink, and which text can be read on them (WCAG 2.2, relative luminance).

/// A colour in sRGB.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Rgb(pub u8, pub u8, pub u8);

impl Rgb {
    pub const BLACK: Rgb = Rgb(0, 0, 0);
    pub const WHITE: Rgb = Rgb(255, 255, 255);

    /// Reads `#1f7a8c` or `1f7a8c`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Rgb> {
        let digits = text.strip_prefix('#').unwrap_or(text);
        if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let [_, r, g, b] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
        Some(Rgb(r, g, b))
    }

    /// Black or white, whichever stands out more: at least 4.5 to 1 on any colour.
    #[must_use]
    pub fn ink_on(self) -> Rgb {
        if self.contrast(Rgb::WHITE) >= self.contrast(Rgb::BLACK) { Rgb::WHITE } else { Rgb::BLACK }
    }

    /// From 1 (the same) to 21 (black and white).
    pub fn contrast(self, other: Rgb) -> f32 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    fn luminance(self) -> f32 {
        let linear = |channel: u8| {
            let c = f32::from(channel) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_on_any_category_colour_can_be_read() {
        for r in (0..=255).step_by(15) {
            for g in (0..=255).step_by(15) {
                for b in (0..=255).step_by(15) {
                    let band = Rgb(r, g, b);
                    assert!(band.contrast(band.ink_on()) >= 4.5, "{band:?}");
                }
            }
        }
    }

    #[test]
    fn a_colour_is_read_with_and_without_its_hash() {
        assert_eq!(Rgb::parse("#1F7a8c"), Some(Rgb(0x1f, 0x7a, 0x8c)));
        assert_eq!(Rgb::parse("1f7a8c"), Rgb::parse("#1f7a8c"));
        for wrong in ["", "#", "#fff", "#1f7a8", "+1f7a8", "#1f7a8cc", "été"] {
            assert_eq!(Rgb::parse(wrong), None, "{wrong}");
        }
    }
}
