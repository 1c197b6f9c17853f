//! WCAG 2.2 AA as far as a machine can tell: axe-core finds nothing on any page, and none scrolls sideways.
//! What a page looks like does not depend on the engine, so SQLite alone is asked. The scanner's screens are
//! looked at in `scanner`, the demo's page in `demo`.

use crate::every_page::Pages;
use harness::browser::{Browser, Tab};
use harness::{Engine, Fair};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

const AXE: &str = include_str!("../vendor/axe-core/axe.min.js");
/// The rules of WCAG up to 2.2, A and AA.
const RULES: &str =
    "{ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'], resultTypes: ['violations'] }";

/// What is no page for eyes, or is looked at elsewhere.
const NOT_HERE: [&str; 10] = [
    // Pictures, and what browsers fetch by themselves.
    "/attendee/{registration_id}/badge.svg",
    "/attendee/worker.js",
    "/scan-worker.js",
    "/scan.webmanifest",
    // The part of a lead's page that is put beside the list.
    "/exhibitors/{exhibitor_id}/leads/{lead_id}/panel",
    // The selects of its filters, with more to choose among.
    "/exhibitors/{exhibitor_id}/leads/filters",
    // It leads elsewhere at once.
    "/view-as/leave",
    // Only where the demo runs: its picture of a code, its numbers and its page, which `demo` looks at.
    "/demo/scanner.svg",
    "/demo/figures",
    "/demo/badges/{name}",
];

/// The dialogs of a page that are there to be filled by a person; those of a question and of an answer are empty
/// until there is one.
const DIALOGS: &str = "[...document.querySelectorAll('dialog[id]:not(#ask, #answer)')].map((one) => one.id)";

/// What axe finds on the page that is open, a line each.
pub async fn found(tab: &mut Tab) -> Vec<String> {
    if tab.value("typeof axe").await != "object" {
        tab.value(&format!("{AXE}; true")).await;
    }
    let told = "({ html, any }) => html.slice(0, 160) + ' ' + (any[0]?.message ?? '')";
    let line = format!("({{ id, nodes }}) => id + ': ' + nodes.slice(0, 3).map({told}).join(' | ')");
    let asked = format!("axe.run(document, {RULES}).then(({{ violations }}) => violations.map({line}))");
    let violations = tab.value(&asked).await;
    violations.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

async fn look(fair: &Fair, (width, height): (u32, u32), theme: &str, language: &str) {
    let Some(browser) = Browser::start().await else { return };
    let pages = Pages::of(fair).await;
    let mut tab = browser.tab(width, height).await;
    // A page that fades in is not yet as contrasted as it will be.
    let media = json!({"features": [{"name": "prefers-color-scheme", "value": theme},
        {"name": "prefers-reduced-motion", "value": "reduce"}]});
    tab.ask("Emulation.setEmulatedMedia", &media).await;
    let mut wrong = Vec::new();
    for page in &pages.all {
        pages.open(&mut tab, page, language).await;
        for said in found(&mut tab).await {
            wrong.push(format!("{}: {said}", page.1));
        }
        for dialog in tab.value(DIALOGS).await.as_array().into_iter().flatten().filter_map(Value::as_str) {
            let it = format!("document.getElementById({dialog:?})");
            tab.value(&format!("{it}.showModal()")).await;
            for said in found(&mut tab).await {
                wrong.push(format!("{} #{dialog}: {said}", page.1));
            }
            tab.value(&format!("{it}.close()")).await;
        }
        let wide = tab.value("document.documentElement.scrollWidth").await.as_u64().unwrap_or_default();
        if wide > u64::from(width) {
            wrong.push(format!("{}: scrolls sideways, {wide} px", page.1));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

macro_rules! looks {
    ($($(#[$how:meta])* $name:ident: $size:expr, $theme:literal, $language:literal;)*) => {$(
        #[test]
        $(#[$how])*
        fn $name() {
            let test = concat!(module_path!(), "::", stringify!($name));
            harness::run(Engine::Sqlite, test, async |fair| look(fair, $size, $theme, $language).await);
        }
    )*};
}

// Two of them see each size, theme and language; three more are for when pages change.
looks! {
    axe_finds_nothing_on_phones_in_french_in_the_dark: (390, 844), "dark", "fr";
    axe_finds_nothing_on_desks: (1440, 900), "light", "en";
    #[ignore = "takes minutes: scripts/test.sh axe -- --ignored"]
    axe_finds_nothing_on_phones: (390, 844), "light", "en";
    #[ignore = "takes minutes: scripts/test.sh axe -- --ignored"]
    axe_finds_nothing_on_tablets_in_french: (820, 1180), "light", "fr";
    #[ignore = "takes minutes: scripts/test.sh axe -- --ignored"]
    axe_finds_nothing_on_desks_in_french_in_the_dark: (1440, 900), "dark", "fr";
}

/// Every address at which the server has a page, as its sources name them.
fn addresses((root, folder): (&Path, &Path), into: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            addresses((root, &path), into);
        } else if path.strip_prefix(root).is_ok_and(|within| within.to_string_lossy().contains("page")) {
            let source = std::fs::read_to_string(&path).unwrap();
            let routes = source.split(".route(").skip(1).filter_map(|route| {
                let (address, rest) = route.trim_start().strip_prefix('"')?.split_once('"')?;
                let handlers = rest.split(';').next().unwrap_or_default();
                handlers.contains("get(").then(|| address.to_owned())
            });
            into.extend(routes);
        }
    }
}

/// Whether a path is one of an address such as `/events/{event_id}/wall`.
fn is_of(path: &str, address: &str) -> bool {
    let path = path.split('?').next().unwrap_or_default();
    let (path, address): (Vec<&str>, Vec<&str>) = (path.split('/').collect(), address.split('/').collect());
    path.len() == address.len()
        && path.iter().zip(&address).all(|(part, wanted)| wanted.starts_with('{') || part == wanted)
}

#[test]
fn every_page_that_there_is_is_looked_at() {
    harness::run(Engine::Sqlite, concat!(module_path!(), "::every_page_that_there_is_is_looked_at"), async |fair| {
        let seen = Pages::of(fair).await.all;
        let mut all = BTreeSet::new();
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../server/src");
        addresses((&root, &root), &mut all);
        assert!(all.len() > 70, "the sources name their routes another way: {all:#?}");
        let is_seen = |address: &str| seen.iter().any(|(_, path)| is_of(path, address));
        let missed: Vec<_> = all
            .iter()
            .filter(|address| !NOT_HERE.contains(&address.as_str()) && *address != "/demo" && !is_seen(address))
            .collect();
        assert!(missed.is_empty(), "nobody looks at {missed:#?}");
        let gone: Vec<_> = NOT_HERE.iter().filter(|address| !all.contains(**address)).collect();
        assert!(gone.is_empty(), "there is no {gone:#?}");
    });
}
