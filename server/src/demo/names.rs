//! Names of people, by culture: `fixtures/demo/names.toml`, and their Latin form for e-mail addresses.
//!
//! A name in another script is written `native=Latin` in the file, because a transliteration made
//! by a rule would not be what the person uses.

use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

use super::fixtures::{FixtureError, from_toml, wrong};
use super::random::Dice;

/// A name as its bearer writes it and in Latin letters; equal for Latin cultures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    pub native: String,
    pub latin: String,
}

/// People who share a language, a script and a stock of names.
#[derive(Debug)]
pub struct Culture {
    /// BCP 47 language.
    pub language: String,
    pub script: String,
    /// Share of the registrations, relative to the other cultures.
    pub weight: f64,
    /// Probability that a person registers in Latin letters.
    pub latin: f64,
    /// ISO 3166 countries; a frequent one stands several times.
    pub countries: Vec<String>,
    pub given: Vec<Name>,
    pub family: Vec<Name>,
}

impl Culture {
    /// A given and a family name, in the script in which this person registers.
    pub fn draw(&self, dice: &mut Dice) -> Drawn {
        let in_latin = dice.chance(self.latin);
        self.draw_in(in_latin, dice)
    }

    /// A given and a family name in Latin letters.
    pub fn draw_latin(&self, dice: &mut Dice) -> Drawn {
        self.draw_in(true, dice)
    }

    fn draw_in(&self, in_latin: bool, dice: &mut Dice) -> Drawn {
        let mut side = |names: &[Name]| dice.pick(names).cloned().unwrap_or_else(|| Name::latin_only("Doe"));
        let (given, family) = (side(&self.given), side(&self.family));
        let written = |name: &Name| {
            if in_latin { name.latin.clone() } else { name.native.clone() }
        };
        Drawn {
            first: written(&given),
            last: written(&family),
            mailbox: format!("{}.{}", address_part(&given.latin), address_part(&family.latin)),
            script: if in_latin { "Latin".to_owned() } else { self.script.clone() },
        }
    }
}

/// A person's name as registered, with the local part of a plausible e-mail address.
#[derive(Clone, Debug)]
pub struct Drawn {
    pub first: String,
    pub last: String,
    pub mailbox: String,
    pub script: String,
}

impl Name {
    fn latin_only(text: &str) -> Self {
        Self { native: text.to_owned(), latin: text.to_owned() }
    }
}

/// Reads the cultures; a name in another script without its Latin form is an error.
pub fn read(source: (&'static str, &str)) -> Result<Vec<Culture>, FixtureError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sheet {
        language: String,
        script: String,
        weight: f64,
        latin: f64,
        countries: Vec<String>,
        given: String,
        family: String,
    }
    #[derive(Deserialize)]
    struct Sheets {
        culture: Vec<Sheet>,
    }
    let file = source.0;
    let sheets: Sheets = from_toml(source)?;
    sheets
        .culture
        .into_iter()
        .map(|sheet| {
            let names = |list: &str| -> Result<Vec<Name>, FixtureError> {
                list.split([',', '\n'])
                    .map(str::trim)
                    .filter(|name| !name.is_empty())
                    .map(|name| match name.split_once('=') {
                        Some((native, latin)) => Ok(Name { native: native.to_owned(), latin: latin.to_owned() }),
                        None if sheet.script == "Latin" => Ok(Name::latin_only(name)),
                        None => Err(wrong(file, format!("{name} ({}) lacks its Latin form", sheet.language))),
                    })
                    .collect()
            };
            Ok(Culture {
                given: names(&sheet.given)?,
                family: names(&sheet.family)?,
                language: sheet.language,
                script: sheet.script,
                weight: sheet.weight,
                latin: sheet.latin / 100.0,
                countries: sheet.countries,
            })
        })
        .collect()
}

/// Lower-case ASCII letters, digits and hyphens of a Latin text, as used in addresses: `Müßig-Ó` gives `mussig-o`.
///
/// Empty when nothing of the text is Latin.
pub fn address_part(text: &str) -> String {
    let mut part = String::with_capacity(text.len());
    for letter in text.nfd() {
        match letter {
            'ß' => part.push_str("ss"),
            'æ' | 'Æ' => part.push_str("ae"),
            'œ' | 'Œ' => part.push_str("oe"),
            'ø' | 'Ø' => part.push('o'),
            'ł' | 'Ł' => part.push('l'),
            'đ' | 'Đ' | 'ð' => part.push('d'),
            'ı' => part.push('i'),
            _ if letter.is_ascii_alphanumeric() => part.push(letter.to_ascii_lowercase()),
            ' ' | '-' if !part.is_empty() && !part.ends_with('-') => part.push('-'),
            _ => {}
        }
    }
    part.truncate(part.trim_end_matches('-').len());
    part
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_only_plain_letters() {
        assert_eq!(address_part("Łucja Müßig-Øre"), "lucja-mussig-ore");
        assert_eq!(address_part("d'Aubigny"), "daubigny");
        assert_eq!(address_part("Đặng Işıl"), "dang-isil");
        assert_eq!(address_part("三羽"), "");
    }

    #[test]
    fn a_name_in_another_script_needs_its_latin_form() {
        let sheet = "[[culture]]\nlanguage='el'\nscript='Greek'\nweight=1\nlatin=0\ncountries=['GR']\ngiven='Ζωή'\nfamily='Ιωάννου=Ioannou'";
        let refused = read(("names.toml", sheet)).map(|_| ()).map_err(|error| error.to_string());
        assert_eq!(refused, Err("fixtures/demo/names.toml: Ζωή (el) lacks its Latin form".to_owned()));
    }
}
