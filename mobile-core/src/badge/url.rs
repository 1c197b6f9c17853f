//! Plain web addresses, and the codes that stand on leaflets and goods.
//!
//! The key of an address has its scheme and host in lower case (printers write QR codes in
//! capitals to save space) and the rest as it is, since paths and tokens depend on case.

use super::{Badge, Foreign, Meaning};

pub(super) fn badge(text: &str) -> Option<Badge> {
    let text = text.trim();
    let (scheme, rest) = text.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    if scheme != "http" && scheme != "https" {
        return None;
    }
    let (host, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    if host.is_empty() || rest.contains(|character: char| character.is_whitespace() || character.is_control()) {
        return None;
    }
    Some(Badge::new(format!("{scheme}://{}{path}", host.to_ascii_lowercase()), Meaning::Url))
}

/// Codes that are known not to be badges. Their key is the text.
pub(super) fn foreign(text: &str) -> Option<Badge> {
    const ACTIONS: [&str; 11] =
        ["tel", "mailto", "sms", "smsto", "geo", "otpauth", "matmsg", "mebkm", "begin", "bitcoin", "upi"];
    let trimmed = text.trim();
    let kind = if is_trade_item(trimmed) {
        Foreign::Product
    } else {
        let (scheme, _) = trimmed.split_once(':')?;
        let scheme = scheme.to_ascii_lowercase();
        match scheme.as_str() {
            "wifi" => Foreign::Wifi,
            _ if ACTIONS.contains(&scheme.as_str()) => Foreign::Action,
            _ => return None,
        }
    };
    Some(Badge::new(text, Meaning::Foreign(kind)))
}

/// GS1 General Specifications 7.9: weights 3 and 1 from the right, the sum a multiple of ten.
fn is_trade_item(text: &str) -> bool {
    matches!(text.len(), 8 | 12 | 13 | 14)
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && text.bytes().any(|byte| byte != b'0')
        && text
            .bytes()
            .rev()
            .enumerate()
            .map(|(at, digit)| u32::from(digit - b'0') * if at % 2 == 0 { 1 } else { 3 })
            .sum::<u32>()
            % 10
            == 0
}

#[cfg(test)]
mod tests {
    use super::super::{Foreign, Meaning, parse};

    #[test]
    fn capitals_in_scheme_and_host_do_not_matter() {
        let badge = parse("HTTPS://Badge.Example:8443/T/AbC?x=Y#Z\n");
        assert_eq!((badge.key(), badge.meaning()), ("https://badge.example:8443/T/AbC?x=Y#Z", &Meaning::Url));
        assert!(badge.asks_first());
    }

    #[test]
    fn codes_of_leaflets_and_goods_ask_first() {
        for (text, kind) in [
            ("WIFI:T:WPA;S:Hall 4;P:secret;;", Foreign::Wifi),
            ("4006381333931", Foreign::Product),
            ("mailto:a@b.example", Foreign::Action),
        ] {
            assert_eq!(*parse(text).meaning(), Meaning::Foreign(kind), "{text}");
            assert_eq!(parse(text).key(), text);
            assert!(parse(text).asks_first());
        }
    }

    #[test]
    fn numbers_and_words_that_only_look_alike_are_opaque() {
        for text in ["4006381333932", "00000000", "https://", "https:// x", "visitor:17"] {
            assert_eq!(*parse(text).meaning(), Meaning::Opaque, "{text}");
        }
    }
}
