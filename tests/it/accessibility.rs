//! WCAG 2.2 AA as far as a machine can tell: axe-core finds nothing on any page.

use crate::every_page::Pages;
use harness::browser::Browser;
use harness::on_every_engine;
use serde_json::{Value, json};

const AXE: &str = include_str!("../vendor/axe-core/axe.min.js");
/// The rules of WCAG up to 2.2, A and AA.
const RULES: &str =
    "{ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'], resultTypes: ['violations'] }";

/// What axe finds on the page that is open, a line each.
async fn found(tab: &mut harness::browser::Tab) -> Vec<String> {
    tab.value(&format!("{AXE}; true")).await;
    let violations = tab
        .value(&format!(
            "axe.run(document, {RULES}).then(({{ violations }}) => violations.map(({{ id, nodes }}) => \
             `${{id}}: ${{nodes.slice(0, 3).map(({{ html, any }}) => html.slice(0, 160) + ' ' + (any[0]?.message ?? '')).join(' | ')}}`))"
        ))
        .await;
    violations.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

on_every_engine! {
    async fn axe_finds_nothing_on_any_page(fair) {
        let Some(browser) = Browser::start().await else { return };
        let pages = Pages::of(fair).await;
        let mut wrong = Vec::new();
        for (width, height, theme, language) in
            [(390, 844, "light", "fr"), (390, 844, "dark", "en"), (1440, 900, "light", "en"), (1440, 900, "dark", "fr")]
        {
            let mut tab = browser.tab(width, height).await;
            tab.theme(theme).await;
            // A page that fades in is not yet as contrasted as it will be.
            tab.ask("Emulation.setEmulatedMedia", &json!({"features": [
                {"name": "prefers-color-scheme", "value": theme}, {"name": "prefers-reduced-motion", "value": "reduce"}]})).await;
            for page in &pages.all {
                pages.open(&mut tab, page, language).await;
                for said in found(&mut tab).await {
                    wrong.push(format!("{} at {width} px, {theme}, {language}: {said}", page.1));
                }
                let wide = tab.value("document.documentElement.scrollWidth").await.as_u64().unwrap_or_default();
                if wide > u64::from(width) {
                    wrong.push(format!("{} at {width} px, {language}: scrolls sideways, {wide} px", page.1));
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
