//! Which category a text means. The disclosure policy goes by it, so "Mineurs" must never pass for
//! a category of its own: minors and crew are known by every name that files give them.

use super::folding::fold;
use crate::events::disclosure::Disclosure;

/// The category of people who name none.
pub const DEFAULT: &str = "visitor";

/// Codes, each with its names in files; compared folded, without the plural's `s`.
const KNOWN: &[(&str, &[&str])] = &[
    (DEFAULT, &["visitor", "visiteur", "visiteuse", "attendee", "guest", "besucher", "visitante"]),
    ("buyer", &["buyer", "acheteur", "acheteuse", "hosted buyer", "einkaufer"]),
    ("vip", &["vip", "v.i.p.", "v.i.p"]),
    ("press", &["press", "presse", "media", "journalist", "journaliste"]),
    ("speaker", &["speaker", "intervenant", "intervenante", "conferencier", "conferenciere", "orateur"]),
    ("student", &["student", "etudiant", "etudiante"]),
    ("exhibitor", &["exhibitor", "exposant", "exposante", "partner", "partenaire", "aussteller"]),
    ("crew", &["crew", "staff", "equipe", "organisation", "organization", "organizer", "organiser", "organisateur"]),
    (
        "minor",
        &["minor", "mineur", "mineure", "child", "children", "enfant", "kid", "under 18", "u18", "-18", "minderjahrig"],
    ),
];

/// The code of the category that a text names: a category of the event's policy in any spelling,
/// else one that every event knows, else the text itself.
pub fn code(policy: &Disclosure, text: &str) -> String {
    let text = text.trim();
    if text.is_empty() {
        return DEFAULT.to_owned();
    }
    if policy.0.contains_key(text) && text != "*" {
        return text.to_owned();
    }
    let wanted = singular(text);
    if let Some(named) = policy.0.keys().find(|known| *known != "*" && singular(known) == wanted) {
        return named.clone();
    }
    let known = KNOWN.iter().find(|(_, names)| names.iter().any(|name| singular(name) == wanted));
    known.map_or_else(|| text.to_owned(), |(code, _)| (*code).to_owned())
}

/// The categories to choose from: those that every event knows, then the policy's own.
pub fn choices(policy: &Disclosure) -> Vec<String> {
    let mut codes: Vec<String> = KNOWN.iter().map(|(code, _)| (*code).to_owned()).collect();
    let own = policy.0.keys().filter(|code| *code != "*" && !codes.contains(code)).cloned().collect::<Vec<_>>();
    codes.extend(own);
    codes
}

/// Folded, with spaces for underscores and hyphens inside, without the plural's `s`.
fn singular(name: &str) -> String {
    let mut text = fold(name);
    if text.len() > 1 {
        let (first, rest) = text.split_at(text.chars().next().map_or(0, char::len_utf8));
        text = format!("{first}{}", rest.replace(['_', '-'], " "));
    }
    match text.strip_suffix('s') {
        Some(singular) if text.len() > 3 && !text.ends_with("ss") => singular.to_owned(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::disclosure::{Rule, Scannable};
    use std::collections::BTreeMap;

    #[test]
    fn minors_and_crew_are_known_by_every_name_so_that_nothing_of_them_is_disclosed() {
        let policy = Disclosure::default();
        for text in ["Minors", "MINEUR", "mineurs", "Enfants", "Under-18", "-18", "minor"] {
            assert_eq!(policy.rule(&code(&policy, text)).scannable, Scannable::No, "{text}");
        }
        for text in ["Staff", "crew", "Équipe", "Organisateurs"] {
            assert_eq!(code(&policy, text), "crew", "{text}");
        }
    }

    #[test]
    fn the_organisers_own_categories_come_first_and_unknown_ones_stay_as_written() {
        let policy =
            Disclosure(BTreeMap::from([("VIP".to_owned(), Rule::default()), ("*".to_owned(), Rule::default())]));
        assert_eq!(code(&policy, "vips"), "VIP");
        assert_eq!(code(&policy, " Hosted Delegation "), "Hosted Delegation");
        assert_eq!((code(&policy, ""), code(&policy, "Visiteurs")), ("visitor".into(), "visitor".into()));
        assert_eq!(code(&policy, "*"), "*");
    }
}
