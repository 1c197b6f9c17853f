//! What opens the app: how much a phone fetches for it, and in which language it stands there without network.

use super::{PHONE, Stand};
use harness::browser::Browser;
use harness::on_every_engine;
use harness::wire::Weather;
use reqwest::Method;
use serde_json::json;

/// The languages whose texts the page itself has fetched.
const FETCHED: &str = "performance.getEntriesByType('resource').map(({ name }) => name.split('/words/')[1])
    .filter((name) => name && name !== 'languages.js').sort().join()";

on_every_engine! {
    async fn another_language_is_chosen_without_network_and_stays(fair) {
        let Some(browser) = Browser::start().await else { return };
        let stand = Stand::at(fair, "Acme").await;
        let mut tab = browser.tab(PHONE.0, PHONE.1).await;
        stand.pair(&mut tab).await;
        assert_eq!(tab.value(FETCHED).await, json!("en.js"));
        tab.until("navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null)").await;
        stand.wire.turn(Weather::Cut);
        tab.click("[data-tab=more]").await;
        let names = tab.value("[...document.querySelectorAll('#s-language option')].map((one) => one.label).join()").await;
        assert_eq!(names, json!("English,Français"));
        tab.value("(() => {
            const choice = document.getElementById('s-language');
            choice.value = 'fr';
            choice.dispatchEvent(new Event('change'));
        })()").await;
        tab.until("document.documentElement.lang === 'fr' && document.body.innerText.includes('Réglages')").await;
        tab.ask("Page.reload", &json!({})).await;
        tab.until("document.querySelector('[data-tab=leads]')?.innerText === 'Leads'").await;
    }

    async fn the_app_describes_itself_in_the_language_of_who_installs_it(fair) {
        let french = [("accept-language", "fr-CH,fr;q=0.9")];
        let manifest = fair.site.api.send(Method::GET, "//scan.webmanifest", &french, None).await;
        assert!(manifest.text().contains("à votre stand"));
    }

    async fn the_scanner_opens_with_less_than_sixty_kibibytes(fair) {
        let mut bytes = 0;
        // Not in it: the WebAssembly with its glue, the icons that only installing fetches, other languages,
        // what only a device at a door runs, and what few phones ever show.
        let others = ["/wasm/", "/scan-180", "/scan-192", "/scan-512", "/js/door/", "/door.css", "/js/scan/seldom/"];
        let is_language = |file: &str| file.contains("/scan/words/") && !file.ends_with("/languages.js");
        let is_shell = |file: &&String| {
            if is_language(file) { file.ends_with("/en.js") } else { others.iter().all(|other| !file.contains(other)) }
        };
        for file in server::scanner::page::files().iter().filter(is_shell) {
            let gzip = [("accept-encoding", "gzip")];
            let answer = fair.site.api.send(Method::GET, &format!("/{file}"), &gzip, None).await;
            assert_eq!(answer.status, 200, "{file}");
            bytes += answer.body.len();
        }
        assert!(bytes < 60 * 1024, "the page, its styles, its modules and one language have {bytes} bytes");
    }
}
