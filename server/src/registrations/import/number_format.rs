//! Number formats that show digits which the number does not have: postcodes as `00000`, French
//! phone numbers as `0#" "##" "##" "##" "##`. Without them 01000 would arrive as 1000.

/// A format that only places digits and fixed characters. Anything else (decimals, thousands,
/// percent, dates, conditions) is no such format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DigitPattern {
    places: Vec<Place>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// `0`: a digit, zero if there is none.
    Always,
    /// `#`: a digit if there is one.
    IfAny,
    Literal(char),
}

impl DigitPattern {
    /// `None` for formats that show no more than the number's own digits.
    pub fn parse(format: &str) -> Option<Self> {
        let mut places = Vec::new();
        let mut characters = format.chars();
        while let Some(c) = characters.next() {
            match c {
                '0' => places.push(Place::Always),
                '#' => places.push(Place::IfAny),
                ' ' | '-' | '(' | ')' | '+' => places.push(Place::Literal(c)),
                '\\' => places.push(Place::Literal(characters.next()?)),
                '"' => loop {
                    match characters.next()? {
                        '"' => break,
                        literal => places.push(Place::Literal(literal)),
                    }
                },
                // `_x` leaves the width of a character; `*x` fills the cell with it.
                '_' | '*' => {
                    characters.next()?;
                }
                _ => return None,
            }
        }
        let digits = places.iter().filter(|place| !matches!(place, Place::Literal(_))).count();
        (digits >= 2 && places.contains(&Place::Always)).then_some(Self { places })
    }

    /// Appends the number as the format shows it: digits are dealt out from the right, the
    /// leftmost place takes all that remain.
    pub fn show(&self, number: u64, text: &mut String) {
        let digits = number.to_string();
        let mut rest = digits.trim_start_matches('0').chars().rev();
        let first = self.places.iter().position(|place| !matches!(place, Place::Literal(_))).unwrap_or(0);
        let mut reversed = Vec::with_capacity(digits.len() + self.places.len());
        for (index, place) in self.places.iter().enumerate().rev() {
            match place {
                Place::Literal(literal) => reversed.push(*literal),
                Place::Always => reversed.push(rest.next().unwrap_or('0')),
                Place::IfAny => reversed.extend(rest.next()),
            }
            if index == first {
                reversed.extend(rest.by_ref());
            }
        }
        text.extend(reversed.iter().rev());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(format: &str, number: u64) -> Option<String> {
        let mut text = String::new();
        DigitPattern::parse(format)?.show(number, &mut text);
        Some(text)
    }

    #[test]
    fn a_number_is_shown_with_the_zeros_and_spaces_of_its_format() {
        for (format, number, expected) in [
            ("00000", 1000, Some("01000")),
            ("00000", 123_456, Some("123456")),
            ("0#\" \"##\" \"##\" \"##\" \"##", 612_345_678, Some("06 12 34 56 78")),
            ("\"+\"00 000", 33_144, Some("+33 144")),
            ("00000\\-0000", 21_234_567, Some("02123-4567")),
            ("000", 0, Some("000")),
            ("0", 5, None),
            ("General", 5, None),
            ("0.00", 5, None),
            ("#,##0", 5, None),
            ("00\"", 5, None),
        ] {
            assert_eq!(shown(format, number).as_deref(), expected, "{format}");
        }
    }
}
