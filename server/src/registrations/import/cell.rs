//! What may stand in a cell: cleaning that loses nothing a person meant, then the checks.

use super::column::Column;
use super::report::BadReason;
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// What people and programs write for "nothing". "Null" is not among them: people are called so.
const PLACEHOLDERS: &[&str] =
    &["-", "--", "–", "—", "/", "n/a", "n.a.", "néant", "NÉANT", "neant", "(none)", "(vide)", "#n/a"];
/// What spreadsheets write where a formula failed; `#N/A` is a look-up that found nothing, so it is empty.
const SPREADSHEET_ERRORS: &[&str] = &[
    "#ref!",
    "#value!",
    "#name?",
    "#div/0!",
    "#null!",
    "#num!",
    "#valeur!",
    "#nom?",
    "#spill!",
    "#data!",
    "#getting_data",
];

/// Appends the cleaned value of a cell to `out` (nothing for an empty cell), or says why it cannot go in.
///
/// Cleaning: both ends trimmed, line breaks and runs of space to one space (", " between the lines
/// of a street), NFC, the `="01000"` and `'01000` with which spreadsheets keep zeros undone. A badge
/// code stays as it is printed, but for its ends and U+0000, which becomes U+FFFD as in scans.
pub(super) fn clean(column: Column, raw: &str, out: &mut String) -> Result<(), BadReason> {
    let value = unforced(trim(raw));
    if value.is_empty() {
        return Ok(());
    }
    if value.len() > super::MAX_CELL_BYTES {
        return Err(BadReason::TooLong);
    }
    if column == Column::BadgeCode {
        if is_mangled_number(value) {
            return Err(BadReason::MangledNumber);
        }
        for c in value.chars() {
            out.push(if c == '\0' { '\u{fffd}' } else { c });
        }
        return Ok(());
    }
    if is_one_of(value, PLACEHOLDERS) {
        return Ok(());
    }
    if is_one_of(value, SPREADSHEET_ERRORS) {
        return Err(BadReason::SpreadsheetError);
    }
    let start = out.len();
    append_spaced(value, if column == Column::Street { ", " } else { " " }, out)?;
    if !out[start..].is_ascii() && !is_nfc(&out[start..]) {
        let composed: String = out[start..].nfc().collect();
        out.truncate(start);
        out.push_str(&composed);
    }
    if column == Column::Email {
        let address = bare_address(&out[start..]).to_owned();
        if !is_email(&address) {
            return Err(BadReason::InvalidEmail);
        }
        out.truncate(start);
        out.push_str(&address);
    }
    let value = &out[start..];
    if value.len() > column.limit() && value.chars().count() > column.limit() {
        return Err(BadReason::TooLong);
    }
    if matches!(column, Column::Phone | Column::ExternalId | Column::Postcode) && is_mangled_number(value) {
        return Err(BadReason::MangledNumber);
    }
    Ok(())
}

/// The shape of an e-mail address: one `@`, a local part of at most 64 bytes, a domain with a dot
/// and without empty labels, no spaces, brackets or list separators, at most 254 bytes. Whether
/// anyone reads it, only a mail can tell.
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let is_plain = |c: char| {
        !c.is_whitespace()
            && !c.is_control()
            && !matches!(c, '<' | '>' | '(' | ')' | '[' | ']' | ',' | ';' | ':' | '\\' | '"' | '@')
    };
    text.len() <= 254
        && (1..=64).contains(&local.len())
        && local.chars().all(is_plain)
        && local.split('.').all(|part| !part.is_empty())
        && domain.contains('.')
        && domain.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-' || !c.is_ascii() && is_plain(c))
        })
}

/// `Ann <ann@a.example>`, `mailto:ann@a.example` and `ann@a.example;` without what surrounds the address.
fn bare_address(text: &str) -> &str {
    let mut text = text;
    if let Some(inner) = text.strip_suffix('>').and_then(|rest| rest.rsplit_once('<')) {
        text = inner.1;
    }
    if let Some(scheme) = text.get(..7)
        && scheme.eq_ignore_ascii_case("mailto:")
    {
        text = &text[7..];
    }
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, ';' | ','))
}

/// Without surrounding space of any kind, byte order marks and zero-width spaces.
fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'))
}

/// `="01000"` and `'01000` are how a spreadsheet is told to keep a text; `'t Hooft` is a name.
fn unforced(text: &str) -> &str {
    if let Some(inner) = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')) {
        return trim(inner);
    }
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '=' | '+' | '-' | '@')) => rest,
        _ => text,
    }
}

fn append_spaced(value: &str, line_break: &str, out: &mut String) -> Result<(), BadReason> {
    // Most cells: plain ASCII with single spaces.
    let mut previous = b' ';
    let is_plain = value.bytes().all(|byte| {
        let fits = matches!(byte, b' '..=b'~') && !(byte == b' ' && previous == b' ');
        previous = byte;
        fits
    });
    if is_plain {
        out.push_str(value);
        return Ok(());
    }
    let mut gap = "";
    for c in value.chars() {
        match c {
            '\u{feff}' | '\u{200b}' => {}
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => gap = line_break,
            _ if c.is_whitespace() => gap = if gap.is_empty() { " " } else { gap },
            '\u{fffd}' => return Err(BadReason::UnreadableText),
            _ if c.is_control() => return Err(BadReason::ControlCharacter),
            _ => {
                out.push_str(gap);
                gap = "";
                out.push(c);
            }
        }
    }
    Ok(())
}

fn is_one_of(value: &str, known: &[&str]) -> bool {
    value.len() <= 16 && known.iter().any(|text| text.eq_ignore_ascii_case(value))
}

/// `3.36E+10`: digits that a spreadsheet has already thrown away.
fn is_mangled_number(value: &str) -> bool {
    let Some((mantissa, exponent)) = value.split_once(['E', 'e']) else { return false };
    let Some((whole, fraction)) = mantissa.split_once(['.', ',']) else { return false };
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    is_digits(whole) && is_digits(fraction) && exponent.strip_prefix('+').is_some_and(is_digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(column: Column, raw: &str) -> Result<String, BadReason> {
        let mut out = String::from("before");
        clean(column, raw, &mut out)?;
        Ok(out.strip_prefix("before").unwrap_or_default().to_owned())
    }

    #[test]
    fn values_are_trimmed_composed_and_of_one_line() {
        for (column, raw, expected) in [
            (Column::FirstName, " \u{a0}Ine\u{300}s \u{feff}", "Inès"),
            (Column::Company, "Acme\r\nRobotics", "Acme Robotics"),
            (Column::Street, "12 rue Haute\nBât. B", "12 rue Haute, Bât. B"),
            (Column::Postcode, "=\"01000\"", "01000"),
            (Column::Postcode, "'01000", "01000"),
            (Column::Phone, "'+33 1 44 55 66 77", "+33 1 44 55 66 77"),
            (Column::LastName, "'t Hooft", "'t Hooft"),
            (Column::LastName, "Null", "Null"),
            (Column::Company, "n/a", ""),
            (Column::Email, " - ", ""),
            (Column::Email, "Ann Lee <ann@acme.example>", "ann@acme.example"),
            (Column::Email, "mailto:ann@acme.example;", "ann@acme.example"),
            (Column::BadgeCode, " BEGIN:VCARD\r\nN:a\0b ", "BEGIN:VCARD\r\nN:a\u{fffd}b"),
            (Column::BadgeCode, "-", "-"),
        ] {
            assert_eq!(cleaned(column, raw), Ok(expected.to_owned()), "{raw:?}");
        }
    }

    #[test]
    fn what_cannot_be_right_is_refused_with_its_reason() {
        for (column, raw, reason) in [
            (Column::FirstName, "A\u{7}nn", BadReason::ControlCharacter),
            (Column::FirstName, "A\0nn", BadReason::ControlCharacter),
            (Column::LastName, "M\u{fffd}ller", BadReason::UnreadableText),
            (Column::Company, "#REF!", BadReason::SpreadsheetError),
            (Column::Phone, "3,36123E+10", BadReason::MangledNumber),
            (Column::BadgeCode, "4.00123E+12", BadReason::MangledNumber),
            (Column::Email, "ann@acme.example, bob@acme.example", BadReason::InvalidEmail),
            (Column::Email, "ann at acme", BadReason::InvalidEmail),
        ] {
            assert_eq!(cleaned(column, raw), Err(reason), "{raw:?}");
        }
        assert_eq!(cleaned(Column::FirstName, &"é".repeat(200)), Ok("é".repeat(200)));
        assert_eq!(cleaned(Column::FirstName, &"é".repeat(201)), Err(BadReason::TooLong));
        assert_eq!(cleaned(Column::BadgeCode, &"x".repeat(8193)), Err(BadReason::TooLong));
    }

    #[test]
    fn an_address_has_one_at_sign_and_a_domain_with_a_dot() {
        for good in ["a@b.fr", "ann.lee+fair@mail.acme.example", "o'neill@acme.example", "josé@exämple.fr", "x@a-b.co"]
        {
            assert!(is_email(good), "{good}");
        }
        for bad in [
            "", "@", "a@", "@b.fr", "a@b", "a b@c.fr", "a@b..fr", "a.@b.fr", ".a@b.fr", "a@@b.fr", "a@b.fr.",
            "a@-b.fr", "a@b_c.fr", "a@b.fr\n",
        ] {
            assert!(!is_email(bad), "{bad:?}");
        }
        assert!(!is_email(&format!("{}@b.fr", "a".repeat(65))));
    }
}
