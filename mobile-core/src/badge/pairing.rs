//! The pairing picture: `leadline:pair?server=…&code=…`, both percent-encoded. A phone that scans
//! it is paired, it never becomes a lead.

use super::{Badge, Meaning};

/// What a pairing code says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pairing {
    /// Address of the server, with its scheme.
    pub server: String,
    /// The pairing code.
    pub code: String,
}

impl Pairing {
    /// The text that a pairing picture holds.
    pub fn to_text(&self) -> String {
        format!("leadline:pair?server={}&code={}", encode(&self.server), encode(&self.code))
    }
}

pub(super) fn badge(text: &str) -> Option<Badge> {
    let text = text.trim();
    let (opening, query) = text.split_once('?')?;
    if !opening.eq_ignore_ascii_case("leadline:pair") {
        return None;
    }
    let value = |name: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(key, _)| key.eq_ignore_ascii_case(name)).and_then(|(_, value)| decode(value))
    };
    let (server, code) = (value("server")?, value("code")?);
    let scheme = server.get(..8).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://"))
        || server.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http://"));
    (scheme && !code.is_empty()).then(|| Badge::new(text, Meaning::Pairing(Pairing { server, code })))
}

fn encode(value: &str) -> String {
    value.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
            let digit = |value: u8| char::from(DIGITS[usize::from(value & 15)]);
            encoded.extend(['%', digit(byte >> 4), digit(byte)]);
        }
        encoded
    })
}

fn decode(value: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let (&[high, low], tail) = rest.split_first_chunk::<2>()?;
        bytes.push((char::from(high).to_digit(16)? * 16 + char::from(low).to_digit(16)?) as u8);
        rest = tail;
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::super::{Meaning, parse};
    use super::*;

    #[test]
    fn a_pairing_text_reads_back() {
        let pairing = Pairing { server: "https://leads.example:8443/é".into(), code: "K7-Q&2".into() };
        let badge = parse(&pairing.to_text());
        assert_eq!(*badge.meaning(), Meaning::Pairing(pairing));
        assert!(badge.asks_first());
    }

    #[test]
    fn a_half_pairing_text_is_opaque() {
        for text in [
            "leadline:pair?server=https%3A%2F%2Fx",
            "leadline:pair?server=x&code=1",
            "leadline:pair?server=https://x&code=%ZZ",
        ] {
            assert_eq!(*parse(text).meaning(), Meaning::Opaque, "{text}");
        }
    }
}
