//! `PostgreSQL` Europe's conference system: badges say `https://HOST/t/at/TOKEN/`, tickets
//! `https://HOST/t/id/TOKEN/`, older ones `AT$TOKEN$AT` and `ID$TOKEN$ID`.
//!
//! The key is the token in lower case: it is random (40 to 64 hexadecimal digits), so the host
//! adds nothing, and lists hold the bare token.

use super::{Badge, Meaning};

/// What such a code says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pgeu {
    /// Which of the registration's two tokens it is.
    pub kind: PgeuKind,
    /// The token as printed.
    pub token: String,
}

/// The two tokens that a registration has there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PgeuKind {
    /// `AT`: the public token on the badge, for sponsors to scan.
    Badge,
    /// `ID`: the ticket, for check-in.
    Ticket,
}

pub(super) fn badge(text: &str) -> Option<Badge> {
    let text = text.trim();
    let (kind, token) = wrapped(text).or_else(|| addressed(text))?;
    let is_token = (40..=64).contains(&token.len()) && token.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_token.then(|| Badge::new(token.to_ascii_lowercase(), Meaning::Pgeu(Pgeu { kind, token: token.to_owned() })))
}

fn kind(name: &str) -> Option<PgeuKind> {
    match name {
        _ if name.eq_ignore_ascii_case("at") => Some(PgeuKind::Badge),
        _ if name.eq_ignore_ascii_case("id") => Some(PgeuKind::Ticket),
        _ => None,
    }
}

fn wrapped(text: &str) -> Option<(PgeuKind, &str)> {
    let (head, rest) = text.split_once('$')?;
    let (token, tail) = rest.split_once('$')?;
    (head.eq_ignore_ascii_case(tail)).then_some((kind(head)?, token))
}

fn addressed(text: &str) -> Option<(PgeuKind, &str)> {
    let (scheme, rest) = text.split_once("://")?;
    if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
        return None;
    }
    let mut parts = rest.split('/');
    let (_host, t, name, token) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let ends = matches!((parts.next(), parts.next()), (None | Some(""), None));
    (t.eq_ignore_ascii_case("t") && ends).then_some((kind(name)?, token))
}

#[cfg(test)]
mod tests {
    use super::super::{Meaning, parse};
    use super::*;

    const TOKEN: &str = "abcdef1234567890abcdef1234567890abcdef12";

    #[test]
    fn every_form_of_a_badge_has_the_same_key() {
        let forms = [
            format!("https://www.postgresql.example/t/at/{TOKEN}/"),
            format!("HTTPS://WWW.POSTGRESQL.EXAMPLE/T/AT/{}", TOKEN.to_uppercase()),
            format!("AT${TOKEN}$AT"),
        ];
        for form in forms {
            let badge = parse(&form);
            assert_eq!(badge.key(), TOKEN, "{form}");
            assert!(matches!(badge.meaning(), Meaning::Pgeu(Pgeu { kind: PgeuKind::Badge, .. })), "{form}");
        }
        let ticket = parse(&format!("ID${TOKEN}$ID"));
        assert!(matches!(ticket.meaning(), Meaning::Pgeu(Pgeu { kind: PgeuKind::Ticket, .. })));
    }

    #[test]
    fn the_printed_test_code_and_near_misses_are_no_badges() {
        for text in ["AT$TESTTESTTESTTEST$AT", &format!("AT${TOKEN}$ID"), &format!("AT${TOKEN}"), "$$"] {
            assert_eq!(*parse(text).meaning(), Meaning::Opaque, "{text}");
        }
        assert_eq!(*parse(&format!("https://x.example/t/at/{TOKEN}/more")).meaning(), Meaning::Url);
    }
}
