//! What a category is called on badges, and the colour of its band.
//!
//! Known categories have a colour that people at fairs expect; any other gets one of a palette by
//! its name, the same on every badge and every server.

use super::print::Rgb;

/// Code, label and colour.
const KNOWN: &[(&str, &str, Rgb)] = &[
    ("visitor", "Visitor", Rgb(0x1f, 0x5f, 0xa8)),
    ("buyer", "Buyer", Rgb(0x0f, 0x76, 0x6e)),
    ("vip", "VIP", Rgb(0xb0, 0x7d, 0x12)),
    ("press", "Press", Rgb(0x8e, 0x24, 0xaa)),
    ("speaker", "Speaker", Rgb(0xc2, 0x41, 0x0c)),
    ("student", "Student", Rgb(0x3f, 0x7d, 0x20)),
    ("exhibitor", "Exhibitor", Rgb(0x33, 0x41, 0x55)),
    ("crew", "Crew", Rgb(0x11, 0x18, 0x27)),
    ("minor", "Minor", Rgb(0xf9, 0x73, 0x16)),
];

/// For categories of the organiser's own.
const PALETTE: &[Rgb] = &[
    Rgb(0x25, 0x63, 0xeb),
    Rgb(0x04, 0x78, 0x57),
    Rgb(0xb9, 0x1c, 0x1c),
    Rgb(0x6d, 0x28, 0xd9),
    Rgb(0xa1, 0x62, 0x07),
    Rgb(0xbe, 0x18, 0x5d),
    Rgb(0x0e, 0x74, 0x90),
];

/// What a badge calls a category, and its colour.
pub fn label_and_colour(category: &str) -> (String, Rgb) {
    if let Some((_, label, colour)) = KNOWN.iter().find(|(code, ..)| code.eq_ignore_ascii_case(category)) {
        return ((*label).to_owned(), *colour);
    }
    // FNV-1a, 32 bits.
    let hash = category.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let colour = PALETTE[hash as usize % PALETTE.len()];
    let spaced = category.replace('_', " ");
    let mut letters = spaced.chars();
    let label = letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect());
    (label, colour)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_category_has_a_label_and_the_same_colour_each_time() {
        assert_eq!(label_and_colour("vip"), label_and_colour("VIP"));
        let (label, colour) = label_and_colour("hosted_buyer");
        assert_eq!((label.as_str(), colour), ("Hosted buyer", label_and_colour("hosted_buyer").1));
        assert_eq!(label_and_colour("").0, "");
    }
}
