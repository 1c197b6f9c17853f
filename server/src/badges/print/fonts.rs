//! The embedded fonts, in the order in which they are asked for a character. Rule: each is parsed
//! once a process and shared by every badge. They are cut from Noto by `scripts/fonts.sh`; their
//! licence and versions lie beside them in `fonts/`.

use std::sync::OnceLock;

use rustybuzz::Face;

/// How heavy a line of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Weight {
    Regular,
    Bold,
}

/// One script's font: its regular file, and its bold one where we carry it.
struct Family {
    regular: Source,
    bold: Option<Source>,
}

struct Source {
    data: &'static [u8],
    face: OnceLock<Option<Face<'static>>>,
    pdf: OnceLock<Option<krilla::text::Font>>,
}

/// A font file of the list, by the place of its family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct FontId {
    family: u8,
    bold: bool,
}

macro_rules! source {
    ($($part:literal),+) => {
        Source { data: include_bytes!(concat!("fonts/", $($part),+)), face: OnceLock::new(), pdf: OnceLock::new() }
    };
}
macro_rules! two_weights {
    ($name:literal) => {
        Family { regular: source!($name, "-Regular.ttf"), bold: Some(source!($name, "-Bold.ttf")) }
    };
}
macro_rules! one_weight {
    ($file:literal) => {
        Family { regular: source!($file), bold: None }
    };
}

/// Latin first, because most text is; the largest last, because every miss costs a look-up.
static FAMILIES: [Family; 22] = [
    two_weights!("NotoSans"),
    two_weights!("NotoSansArabic"),
    two_weights!("NotoSansHebrew"),
    two_weights!("NotoSansArmenian"),
    two_weights!("NotoSansGeorgian"),
    two_weights!("NotoSansDevanagari"),
    two_weights!("NotoSansThai"),
    one_weight!("NotoSansBengali-Regular.ttf"),
    one_weight!("NotoSansGurmukhi-Regular.ttf"),
    one_weight!("NotoSansGujarati-Regular.ttf"),
    one_weight!("NotoSansOriya-Regular.ttf"),
    one_weight!("NotoSansTamil-Regular.ttf"),
    one_weight!("NotoSansTelugu-Regular.ttf"),
    one_weight!("NotoSansKannada-Regular.ttf"),
    one_weight!("NotoSansMalayalam-Regular.ttf"),
    one_weight!("NotoSansSinhala-Regular.ttf"),
    one_weight!("NotoSansLao-Regular.ttf"),
    one_weight!("NotoSansMyanmar-Regular.ttf"),
    one_weight!("NotoSansKhmer-Regular.ttf"),
    one_weight!("NotoSansEthiopic-Regular.ttf"),
    one_weight!("NotoSansThaana-Regular.ttf"),
    one_weight!("NotoSansCJK-Regular.otf"),
];

impl FontId {
    /// Every font, in the order of asking, for text of this weight.
    pub(super) fn chain(weight: Weight) -> impl Iterator<Item = FontId> {
        FAMILIES.iter().enumerate().map(move |(family, known)| FontId {
            family: family as u8,
            bold: weight == Weight::Bold && known.bold.is_some(),
        })
    }

    /// Whether bold text in this font must be thickened by the printer.
    pub(super) fn needs_thickening(self, weight: Weight) -> bool {
        weight == Weight::Bold && !self.bold
    }

    pub(super) fn face(self) -> Option<&'static Face<'static>> {
        let source = self.source();
        source.face.get_or_init(|| Face::from_slice(source.data, 0)).as_ref()
    }

    /// The same font for the PDF writer; cheap to clone.
    pub(super) fn for_pdf(self) -> Option<krilla::text::Font> {
        let source = self.source();
        source.pdf.get_or_init(|| krilla::text::Font::new(source.data.into(), 0)).clone()
    }

    pub(super) fn has(self, character: char) -> bool {
        self.face().is_some_and(|face| face.glyph_index(character).is_some())
    }

    fn source(self) -> &'static Source {
        let family = &FAMILIES[usize::from(self.family)];
        match &family.bold {
            Some(bold) if self.bold => bold,
            _ => &family.regular,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_embedded_font_can_be_read_and_draws_its_script() {
        let samples = [
            "Ångström ẞ Łódź Ελένη Ґалина",
            "محمد",
            "נועה",
            "Արամ",
            "თამარ",
            "प्रिया",
            "สมชาย",
            "অনন্যা",
            "ਗੁਰਪ੍ਰੀਤ",
            "પ્રિયા",
            "ପ୍ରିୟା",
            "தமிழ்",
            "తెలుగు",
            "ಕನ್ನಡ",
            "മലയാളം",
            "සිංහල",
            "ລາວ",
            "မြန်မာ",
            "ខ្មែរ",
            "አማርኛ",
            "ދިވެހި",
            "山田太郎김민준あア",
        ];
        for weight in [Weight::Regular, Weight::Bold] {
            assert_eq!(FontId::chain(weight).count(), samples.len());
            for (font, sample) in FontId::chain(weight).zip(samples) {
                assert!(font.for_pdf().is_some());
                for letter in sample.chars().filter(|c| !c.is_whitespace()) {
                    assert!(font.has(letter), "{font:?} lacks {letter}");
                }
            }
        }
    }
}
