//! What the scanner says, as modules: one a language, and one that names the languages. They are made of the
//! messages that begin with `scanner-`, so that a language is added in one place for pages and phones, and lie
//! beside the scanner's own modules, so that a phone keeps them like those. What doors alone say lies beside theirs, and
//! what few phones ever say in a module of its own.
//!
//! `t("pair.codeHint")` says the message `scanner-pair-code-hint`: a dot, and the beginning of a word in a name, is a
//! hyphen there.

use crate::words::Words;
use mobile_core::reason::Reason;
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::sync::LazyLock;

const FOLDER: &str = "js/scan/words";
const PREFIX: &str = "scanner-";
const FOLDER_OF_DOORS: &str = "js/door/words";
const OF_DOORS: &str = "door-";
const FOLDER_OF_SELDOM: &str = "js/scan/seldom/words";
/// What few phones ever say, besides why something was not accepted.
const SELDOM: &str = "transfer-";
/// The kinds of captures that phones and doors take.
const KINDS: [&str; 10] = [
    "annul",
    "answers",
    "consent",
    "contact",
    "note",
    "rating",
    "scan",
    "session_check_in",
    "session_check_out",
    "tags",
];

/// The modules by their path below `/static`: constants of the binary.
pub static MODULES: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let languages = Words::all().flat_map(|words| {
        let of = |prefix: &'static str| move |(key, _): &(String, Value)| key.starts_with(prefix);
        let (of_doors, others): (Map<_, _>, Map<_, _>) = texts(words).into_iter().partition(of(OF_DOORS));
        let (seldom, of_all): (Map<_, _>, Map<_, _>) = others.into_iter().partition(of(SELDOM));
        let seldom = seldom.into_iter().chain(refusals(words)).collect();
        [(FOLDER, of_all), (FOLDER_OF_DOORS, of_doors), (FOLDER_OF_SELDOM, seldom)]
            .map(|(folder, texts)| (format!("{folder}/{}.js", words.code()), module(&texts)))
    });
    let names: Vec<(&str, String)> = Words::all().map(|words| (words.code(), words.name())).collect();
    languages.chain([(format!("{FOLDER}/languages.js"), module(&names))]).collect()
});

/// Each text, or its forms by the categories of numbers, by what its key has behind the prefix.
fn texts(words: Words) -> Map<String, Value> {
    let texts = words.beginning_with(PREFIX).into_iter();
    texts.map(|(key, said)| (key.strip_prefix(PREFIX).unwrap_or(&key).to_owned(), said)).collect()
}

/// What captures, and the reasons for which some are not accepted, are called on pages.
fn refusals(words: Words) -> Map<String, Value> {
    let reasons = Reason::ALL.iter().map(|reason| (format!("reason-{}", reason.code()), words.reason(*reason)));
    let kinds = KINDS.iter().map(|kind| (format!("kind-{kind}"), words.coded("capture", kind)));
    reasons.chain(kinds).map(|(key, said)| (key, Value::String(said))).collect()
}

fn module(value: &impl Serialize) -> String {
    format!("export default {};\n", crate::web::text::json_in_page(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::assets::Files;
    use std::collections::BTreeSet;

    /// Every text that there is to say.
    fn all_texts() -> Map<String, Value> {
        texts(Words::default()).into_iter().chain(refusals(Words::default())).collect()
    }

    /// The scanner's modules, and those of doors, by path.
    fn sources() -> impl Iterator<Item = (String, String)> {
        let of_scanner = Files::iter().filter(|path| path.starts_with("js/scan/") || path.starts_with("js/door/"));
        of_scanner.map(|path| {
            let source = String::from_utf8(Files::get(&path).unwrap().data.into_owned()).unwrap();
            (path.into_owned(), source)
        })
    }

    /// What a key of a module is called among the messages.
    fn named(key: &str) -> String {
        key.chars().fold(String::new(), |name, c| match c {
            '.' => name + "-",
            c if c.is_ascii_uppercase() => name + "-" + &c.to_ascii_lowercase().to_string(),
            c => name + &c.to_string(),
        })
    }

    fn is_key(text: &str) -> bool {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "._".contains(c))
    }

    /// What stands in the brackets of each `t(…)`.
    fn calls(source: &str) -> impl Iterator<Item = &str> {
        source.match_indices('(').filter_map(|(at, _)| {
            let before = source[..at].strip_suffix('t')?.chars().next_back();
            let rest = &source[at + 1..];
            let mut open = 1_u32;
            let end = rest.find(|c: char| {
                open = match c {
                    '(' => open + 1,
                    ')' => open - 1,
                    _ => open,
                };
                open == 0
            });
            let is_call = before.is_none_or(|before| !before.is_alphanumeric() && !"_.".contains(before));
            end.filter(|_| is_call).map(|end| &rest[..end])
        })
    }

    /// Keys that a module puts together, such as `card.${reason}`: what stands before and behind the part that is
    /// filled in, which is one word.
    fn patterns(source: &str) -> impl Iterator<Item = (String, String)> {
        source.split('`').filter_map(|text| {
            let (before, rest) = text.split_once("${")?;
            let (_, behind) = rest.split_once('}')?;
            let is_pattern = before.contains('.') && is_key(before) && (behind.is_empty() || is_key(behind));
            is_pattern.then(|| (named(before), named(behind)))
        })
    }

    fn fits((before, behind): &(String, String), name: &str) -> bool {
        let word = name.strip_prefix(before.as_str()).and_then(|rest| rest.strip_suffix(behind.as_str()));
        word.is_some_and(|word| !word.is_empty() && !word.contains('-'))
    }

    /// What a module asks for, and whether it is there.
    fn asked_for(source: &str, known: &Map<String, Value>) -> Vec<(String, bool)> {
        let mut asked = Vec::new();
        for call in calls(source) {
            let quoted = call.split('"').skip(1).step_by(2).enumerate();
            // Its first argument, or the keys with a dot among which it chooses.
            let keys = quoted.filter(|(at, text)| *at == 0 && call.starts_with('"') || text.contains('.'));
            asked.extend(keys.map(|(_, key)| (key.to_owned(), known.contains_key(&named(key)))));
            if call.starts_with('`') {
                let mut patterns = patterns(call);
                asked.push((call.to_owned(), patterns.any(|pattern| known.keys().any(|name| fits(&pattern, name)))));
            }
        }
        asked
    }

    /// The texts that no module says.
    fn idle(sources: &[String], known: &Map<String, Value>) -> Vec<String> {
        let written = sources.iter().flat_map(|source| source.split('"')).filter(|text| is_key(text)).map(named);
        let written: BTreeSet<String> = written.collect();
        let patterns: Vec<(String, String)> = sources.iter().flat_map(|source| patterns(source)).collect();
        let is_said = |name: &str| written.contains(name) || patterns.iter().any(|pattern| fits(pattern, name));
        known.keys().filter(|name| !is_said(name.as_str())).cloned().collect()
    }

    #[test]
    fn every_text_that_the_scanner_asks_for_is_there() {
        let known = all_texts();
        let mut all = 0;
        for (path, source) in sources() {
            for (key, is_there) in asked_for(&source, &known) {
                assert!(is_there, "{path}: there is no text `{key}`");
                all += 1;
            }
        }
        assert!(all > 150, "only {all} texts were found in the modules");
    }

    #[test]
    fn the_scanner_says_every_text_that_there_is() {
        let sources: Vec<String> = sources().map(|(_, source)| source).collect();
        assert_eq!(idle(&sources, &all_texts()), [""; 0], "the scanner never says these");
    }

    #[test]
    fn texts_that_are_missing_or_idle_are_found() {
        let known: Map<String, Value> =
            ["go", "pair-code-hint", "rating-hot"].map(|name| (name.to_owned(), Value::Null)).into_iter().collect();
        let source = r#"t("go"), say(t(`rating.${how}`)), at("no.call"), t(is ? "pair.codeHint" : "pair.code")"#;
        let missing = |source| asked_for(source, &known).into_iter().filter(|(_, is)| !is).map(|(key, _)| key);
        assert_eq!(missing(source).collect::<Vec<_>>(), ["pair.code"]);
        assert_eq!(missing("t(`${key}.hot`), t(`cold.${how}`)").count(), 2);
        assert_eq!(idle(&[source.to_owned()], &known), [""; 0]);
        assert_eq!(idle(&["t(\"go\")".to_owned()], &known), ["pair-code-hint", "rating-hot"]);
    }

    #[test]
    fn a_language_is_a_module_and_has_its_name() {
        let names = &MODULES["js/scan/words/languages.js"];
        assert!(names.contains(r#"["en","English"]"#) && names.contains(r#"["fr","Français"]"#), "{names}");
        let french = &MODULES["js/scan/words/fr.js"];
        assert!(french.starts_with("export default {") && french.ends_with("};\n"), "{french}");
        assert!(french.contains(r#""pair-code":"Code d’association""#), "{french}");
        assert!(!french.contains("door-") && MODULES["js/door/words/fr.js"].contains("door-inside"), "{french}");
        let seldom = &MODULES["js/scan/seldom/words/fr.js"];
        assert!(seldom.contains("transfer-once") && !french.contains("transfer-once"), "{seldom}");
        assert!(seldom.contains(r#""reason-full":"Il n’y a plus de place""#), "{seldom}");
        assert!(seldom.contains(r#""kind-session_check_in":"Entrée""#), "{seldom}");
        assert!(french.contains(r#"{"one":"1 scan n’avait pas encore été envoyé.","other":"{$n} scans"#), "{french}");
    }
}
