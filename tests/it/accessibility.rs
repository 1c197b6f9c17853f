//! WCAG 2.2 AA as far as a machine can tell: axe-core finds nothing on any page, and none scrolls sideways.
//! What a page looks like does not depend on the engine, so SQLite alone is asked.

use crate::every_page::Pages;
use harness::browser::{Browser, Tab};
use harness::{Engine, Fair};
use serde_json::{Value, json};

const AXE: &str = include_str!("../vendor/axe-core/axe.min.js");
/// The rules of WCAG up to 2.2, A and AA.
const RULES: &str =
    "{ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'], resultTypes: ['violations'] }";

/// What axe finds on the page that is open, a line each.
async fn found(tab: &mut Tab) -> Vec<String> {
    tab.value(&format!("{AXE}; true")).await;
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
        let wide = tab.value("document.documentElement.scrollWidth").await.as_u64().unwrap_or_default();
        if wide > u64::from(width) {
            wrong.push(format!("{}: scrolls sideways, {wide} px", page.1));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

macro_rules! looks {
    ($($name:ident: $size:expr, $theme:literal, $language:literal;)*) => {$(
        #[test]
        fn $name() {
            let test = concat!(module_path!(), "::", stringify!($name));
            harness::run(Engine::Sqlite, test, async |fair| look(fair, $size, $theme, $language).await);
        }
    )*};
}

looks! {
    axe_finds_nothing_on_phones_in_french: (390, 844), "light", "fr";
    axe_finds_nothing_on_phones_in_the_dark: (390, 844), "dark", "en";
    axe_finds_nothing_on_desks: (1440, 900), "light", "en";
    axe_finds_nothing_on_desks_in_french_in_the_dark: (1440, 900), "dark", "fr";
}
