//! The keys that the code uses, and the messages that there are, in every language.

use super::languages::{ENGLISH, LANGUAGES, Language, meant};
use super::{Words, key_of_detail, labelled};
use crate::exports::columns::Tab;
use crate::registrations::import::ImportError;
use mobile_core::reason::Reason;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Every source that may name a key, by path; not what lies in `locales/`, nor this file.
fn sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    found
}

fn walk(folder: &Path, into: &mut Vec<(PathBuf, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        if path.is_dir() {
            walk(&path, into);
        } else if ["rs", "html", "js"].contains(&extension) && !path.ends_with("words/tests.rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            into.push((path, text));
        }
    }
}

/// What stands in double quotes, if it looks like a key.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    let is_key =
        |word: &&str| word.contains('-') && word.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    text.split('"').filter(is_key)
}

/// What is asked for by `t("…")`.
fn asked_for(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("t(\"").filter_map(|(at, call)| {
        let before = text[..at].chars().next_back();
        let is_call = before.is_none_or(|before| !before.is_alphanumeric() && before != '_');
        is_call.then(|| text[at + call.len()..].split('"').next().unwrap_or_default())
    })
}

/// The languages that the product comes in; of any other a part is welcome too.
const COMPLETE: [&str; 2] = ["en", "fr"];

/// What the code asks for by a key that it puts together: a test of their own compares them.
const PUT_TOGETHER: [&str; 2] = ["column-", "sheet-"];

/// What English derives from a code or from its own sentence, so that only other languages have messages.
const CODED: [&str; 9] =
    ["reason-", "detail-", "category-", "field-", "status-", "action-", "member-", "capture-", "filter-"];

fn names(language: &Language) -> BTreeSet<&str> {
    language.names().filter(|name| !CODED.iter().any(|family| name.starts_with(family))).collect()
}

fn english() -> &'static Language {
    &LANGUAGES[ENGLISH]
}

#[test]
fn every_file_of_a_language_can_be_read() {
    for language in LANGUAGES.iter() {
        assert!(language.mistakes.is_empty(), "{}: {:#?}", language.code, language.mistakes);
    }
    assert_eq!(Words::all().next().map(Words::code), Some("en"));
    assert!(COMPLETE.iter().all(|code| Words::named(code).is_some()));
    assert_eq!(Words::named("fr").unwrap().name(), "Français");
}

#[test]
fn every_key_that_the_code_asks_for_is_there() {
    let known = names(english());
    for (path, text) in sources() {
        for key in asked_for(&text).filter(|key| key.contains('-')) {
            assert!(known.contains(key), "{}: there is no text `{key}`", path.display());
        }
    }
}

#[test]
fn every_text_is_used_somewhere() {
    let sources = sources();
    let used: BTreeSet<&str> = sources.iter().flat_map(|(_, text)| quoted(text)).collect();
    // The scanner's modules name theirs otherwise: `web/assets/texts.rs` compares those.
    let is_idle = |key: &&str| {
        !used.contains(key)
            && !key.starts_with("scanner-")
            && !PUT_TOGETHER.iter().any(|family| key.starts_with(family))
    };
    let idle: Vec<&str> = names(english()).into_iter().filter(is_idle).collect();
    assert!(idle.is_empty(), "nothing uses {idle:#?}");
}

#[test]
fn every_sheet_and_every_column_of_an_export_has_a_name_and_nothing_else_has() {
    let columns = Tab::ALL.into_iter().flat_map(|tab| tab.columns(&[]));
    let columns = columns.map(|column| format!("column-{}", column.code()));
    let sheets = Tab::ALL.into_iter().map(Tab::code).chain(["about"]).map(|code| format!("sheet-{code}"));
    let asked_for: BTreeSet<String> = columns.chain(sheets).collect();
    let there = names(english()).into_iter().filter(|key| PUT_TOGETHER.iter().any(|family| key.starts_with(family)));
    assert_eq!(there.map(str::to_owned).collect::<BTreeSet<_>>(), asked_for);
}

/// Where a language is named in the code, and why.
const NAMED: [(&str, &str); 3] = [
    ("demo/office.rs", "somebody of the fair in Paris was asked in French"),
    ("demo/questions.rs", "the fair's own questions are written in both"),
    ("events/disclosure_page.rs", "a field of a person who is made up"),
];

#[test]
fn no_code_chooses_between_languages_by_name() {
    for (path, text) in sources() {
        let is_named = NAMED.iter().any(|(known, _)| path.ends_with(known));
        let is_script = path.extension().is_some_and(|extension| extension == "js");
        // Modules get their words from the server, the scanner's with them.
        if is_named || is_script || path.ends_with("tests.rs") {
            continue;
        }
        let product = text.split("#[cfg(test)]").next().unwrap_or_default();
        let told = product.lines().filter(|line| !line.trim_start().starts_with("//"));
        for (line, code) in told.enumerate() {
            for choice in ["\"fr\"", "is_french", ".fr\"", "english, french"] {
                assert!(!code.contains(choice), "{}, near line {line}: {code}", path.display());
            }
        }
    }
}

#[test]
fn a_language_is_called_by_its_code_and_its_names() {
    let called = |text| Words::called(text).map(Words::code);
    for french in ["fr", "FR", "fr-CA", "Français", "francais ", "French", "FRENCH (Canada)", "fra"] {
        assert_eq!(called(french), Some("fr"), "{french}");
    }
    assert_eq!([called("English"), called("anglais"), called("en_GB")], [Some("en"); 3]);
    assert_eq!([called(""), called("  "), called("Klingon"), called("frisian")], [None; 4]);
}

#[test]
fn a_tag_means_the_nearest_language_that_there_is() {
    let codes = ["en", "fr", "pt-BR", "zh-Hans", "zh-Hans-SG"];
    for (tag, expected) in [
        ("fr-CA", Some("fr")),
        ("FR", Some("fr")),
        ("pt-BR", Some("pt-BR")),
        ("pt-br", Some("pt-BR")),
        ("pt", Some("pt-BR")),
        ("pt-PT", None),
        ("zh-Hans-SG", Some("zh-Hans-SG")),
        ("zh-Hans-CN", Some("zh-Hans")),
        ("zh", Some("zh-Hans")),
        ("zh-Hant", None),
        ("p", None),
        ("", None),
        ("*", None),
    ] {
        assert_eq!(meant(tag, &codes), expected, "{tag}");
    }
    assert_eq!(meant("pt", &["en", "pt-BR", "pt"]), Some("pt"), "a nearer one");
    assert_eq!(meant("pt-PT", &["en", "pt", "pt-BR"]), Some("pt"));
}

#[test]
fn the_code_of_a_language_is_read_and_an_unknown_one_told_of() {
    assert_eq!(serde_json::from_str::<Words>("\"fr\"").unwrap().code(), "fr");
    assert_eq!(serde_json::to_string(&Words::default()).unwrap(), "\"en\"");
    let refused = serde_json::from_str::<Words>("\"xx\"").unwrap_err().to_string();
    assert!(refused.contains("“en, ") && refused.contains("fr"), "{refused}");
    let french = Words::named("fr").unwrap().detail(&Words::unknown()).unwrap();
    assert!(french.contains("langue connue : « en, "), "{french}");
}

#[test]
fn every_language_has_the_same_texts_with_the_same_arguments() {
    let arguments = |language: &'static Language| -> BTreeMap<&str, BTreeSet<String>> {
        names(language).into_iter().map(|name| (name, language.arguments(name))).collect()
    };
    let expected = arguments(english());
    for language in &LANGUAGES[ENGLISH + 1..] {
        let found = arguments(language);
        let is_complete = COMPLETE.contains(&language.code.as_str());
        for (key, given) in expected.iter().filter(|(key, _)| is_complete || found.contains_key(*key)) {
            assert_eq!(found.get(key), Some(given), "`{key}` in {}", language.code);
        }
        let more: Vec<_> = found.keys().filter(|key| !expected.contains_key(*key)).collect();
        assert!(more.is_empty(), "{} alone has {more:?}", language.code);
    }
}

#[test]
fn every_reason_has_a_title_in_every_language() {
    for language in LANGUAGES[ENGLISH + 1..].iter().filter(|language| COMPLETE.contains(&language.code.as_str())) {
        for reason in Reason::ALL {
            let key = format!("reason-{}", reason.code());
            assert!(language.format(&key, None).is_some(), "`{key}` is missing in {}", language.code);
        }
    }
}

#[test]
fn every_detail_of_another_language_is_still_said_in_english() {
    let key_of = |english: &str| {
        // What is filled in is a number where somebody translated it.
        let english: String =
            english.split('{').map(|part| part.split_once('}').map_or(part, |(_, rest)| rest)).collect();
        key_of_detail(&english)
    };
    let mut sources = sources();
    let core = Path::new(env!("CARGO_MANIFEST_DIR")).join("../mobile-core/src");
    walk(&core, &mut sources);
    let said: BTreeSet<String> = sources.iter().flat_map(|(_, text)| text.split('"')).map(key_of).collect();
    for language in &LANGUAGES[ENGLISH + 1..] {
        for name in language.names().filter(|name| name.starts_with("detail-")) {
            assert!(said.contains(name), "`{name}` in {} translates nothing", language.code);
        }
    }
}

#[test]
fn numbers_of_what_went_wrong_stand_in_every_language() {
    let french = Words::named("fr").unwrap();
    let told = french.detail("must have at most 60 characters").unwrap();
    assert!(told.contains("60"), "{told}");
    let told = french.detail("must have 1 to 10,000 characters").unwrap();
    assert_eq!(told.chars().filter(char::is_ascii_digit).collect::<String>(), "110000", "{told}");
    assert_eq!(french.detail("must be blue"), None);
    let told = french.detail("3 of 5 licences are in use. Unpair a device that is not used any more.").unwrap();
    assert!(told.starts_with("3 licences sur 5"), "{told}");
}

#[test]
fn what_is_quoted_of_a_file_stands_in_every_language() {
    let french = Words::named("fr").unwrap();
    let seen = "Noor · “Nour” · Aziz";
    let english = ImportError::NoHeader { seen: seen.to_owned() }.to_string();
    assert!(english.ends_with(&format!("“{seen}”")), "{english}");
    let told = french.detail("must be one of “now, in 2 weeks”").unwrap();
    assert_eq!(
        told, "doit être l’une de ces valeurs\u{a0}: «\u{a0}now, in 2 weeks\u{a0}»",
        "the list is no part of the key"
    );
    for ended in [english.clone(), format!("{english}.")] {
        let told = french.detail(&ended).unwrap();
        assert!(told.contains(seen) && told.contains("première ligne"), "{told}");
    }
}

#[test]
fn numbers_are_grouped_and_counted_as_the_language_does() {
    let (english, french) = (Words::default(), Words::named("fr").unwrap());
    assert_eq!([0, 999, 1000, 1_234_567].map(|n| english.number(n)), ["0", "999", "1,000", "1,234,567"]);
    assert_eq!(french.number(1_234_567), "1\u{202f}234\u{202f}567");
    assert_eq!([english.hundredths(382), english.hundredths(100_005)], ["3.82", "1,000.05"]);
    assert_eq!(french.hundredths(382), "3,82");
}

#[test]
fn what_fills_a_text_cannot_become_markup() {
    let text = Words::default().t("stand-numbered").with("number", "<b>&4</b>");
    assert_eq!(text.html(), "Stand &#60;b&#62;&#38;4&#60;/b&#62;");
}

#[test]
fn a_language_lies_in_one_file_or_in_several() {
    let german = Words::written(
        "de",
        "language-name = Deutsch\nnumber-group = .\nnumber-grouped = { $number }\nstand-numbered = Stand { $number }",
    );
    assert_eq!((german.code(), german.name().as_str()), ("de", "Deutsch"));
    assert_eq!(german.number(1_234_567), "1.234.567");
    assert_eq!(german.t("common-save").to_string(), Words::default().t("common-save").to_string());
}

#[test]
fn what_a_language_lacks_is_there_in_english_for_modules_too() {
    let german =
        Language::read("de".to_owned(), vec!["scanner-back = Zurück\njs-page-dismiss = Schließen\n".to_owned()]);
    let german = Words(Box::leak(Box::new(german)));
    let said = german.beginning_with("scanner-");
    assert_eq!((&said["scanner-back"], &said["scanner-close"]), (&json!("Zurück"), &json!("Close")));
    assert_eq!(german.of_modules("page")["js-page-dismiss"], json!("Schließen"));
}

#[test]
fn short_codes_are_abbreviations() {
    assert_eq!(labelled("vip"), "VIP");
    assert_eq!(labelled("trade_press"), "Trade press");
}
