//! The language of pages: chosen by the person, then by the browser, and nothing of another is left.

use crate::every_page::Pages;
use harness::browser::{Browser, Tab};
use harness::http::Api;
use harness::{Answer, on_every_engine};
use reqwest::Method;
use reqwest::redirect::Policy;
use serde_json::{Value, json};
use server::accounts::{self, password::Password};
use server::affected;

const PASSWORD: &str = "correct horse battery";

/// Words that every English sentence is made of, and no French one.
const ENGLISH: &str = "(?<!\\p{L})(the|and|with|your|you|this|that|from|are|not|yet|who|what|when|is|of|to|by|no|all|here|it|its|they|them|add|save|show|every)(?!\\p{L})";

/// What a page says outside of what people called things: its texts, and the names of what has none.
const SAID: &str = "(() => {
    const texts = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const of = walk.currentNode.parentElement;
        if (!of.closest('script, style, [dir=auto], [lang]:not(html), code, .letter, [data-slot=by], .crumbs, h1, option, datalist')) texts.push(walk.currentNode.textContent);
    }
    for (const it of document.querySelectorAll('[aria-label], [placeholder], [title], [alt], [data-ask], [data-done], [data-title]')) {
        for (const name of ['aria-label', 'placeholder', 'title', 'alt', 'data-ask', 'data-ask-do', 'data-done', 'data-title']) texts.push(it.getAttribute(name) ?? '');
    }
    return texts.map((text) => text.replace(/\\s+/g, ' ').trim()).filter(Boolean);
})()";

/// What the page that is open says in English, or has no text for.
pub async fn left_in_english(tab: &mut Tab) -> Vec<String> {
    let said = tab.value(&format!("{SAID}.filter((text) => /{ENGLISH}/iu.test(text) || text.includes('⟦'))")).await;
    said.as_array().into_iter().flatten().map(ToString::to_string).collect()
}

on_every_engine! {
    async fn every_page_is_french_for_a_french_browser(fair) {
        let Some(browser) = Browser::start().await else { return };
        let pages = Pages::of(fair).await;
        let mut tab = browser.tab(1440, 900).await;
        let mut left = Vec::new();
        // The reference of the API is written for programmers, in English; the scanner asks the browser itself, and
        // its French is looked at with its screens.
        for page in pages.all.iter().filter(|(_, path)| !["/api/docs", "/scan"].contains(&path.as_str())) {
            pages.open(&mut tab, page, "fr-FR,fr;q=0.9,en;q=0.5").await;
            let (_, path) = page;
            assert_eq!(tab.value("document.documentElement.lang").await, json!("fr"), "{path}");
            left.extend(left_in_english(&mut tab).await.into_iter().map(|text| format!("{path}: {text}")));
        }
        assert!(left.is_empty(), "left in English: {left:#?}");
    }

    async fn a_person_chooses_another_language_than_the_browsers(fair) {
        let Some(browser) = Browser::start().await else { return };
        let acme = fair.exhibitor("Acme").open().await;
        let ada = acme.admin("Ada Admin").await;
        let mut tab = browser.tab(1440, 900).await;
        tab.sign_in(&ada.api).await;
        tab.go(&format!("{}/exhibitors/{}/team", ada.api.base(), acme.id)).await;
        assert_eq!(tab.value("document.querySelector('h1').textContent").await, json!("Team"));
        tab.click(".bar .menu summary").await;
        tab.click(".menu [name=language][value=fr]").await;
        tab.until("document.documentElement?.lang === 'fr' && document.readyState === 'complete'").await;
        assert_eq!(tab.value("document.querySelector('h1').textContent").await, json!("Équipe"));

        // What the API says of a field comes in the page's language too.
        tab.click("[data-open=add]").await;
        tab.value("(() => { for (const [name, text] of [['first_name', 'Karim'], ['last_name', 'Haddad'], ['email', 'karim']]) document.querySelector(`dialog[open] [name=${name}]`).value = text; })()").await;
        tab.value("document.querySelector('dialog[open] form').noValidate = true").await;
        tab.click("dialog[open] [value=scanner]").await;
        tab.click("dialog[open] .dialog-foot button").await;
        tab.until("document.querySelector('dialog[open] .wrong')?.textContent.includes('Doit être une adresse e-mail')").await;
        tab.go(&format!("{}/account", ada.api.base())).await;
        tab.click(".bar .menu summary").await;
        tab.click(".menu [name=language][value=en]").await;
        tab.until("document.documentElement?.lang === 'en' && document.querySelector('h1')?.textContent === 'Your account'").await;
    }

    async fn a_refusal_is_told_in_the_language_of_who_asks(fair) {
        let ask = |language: &'static str| {
            let api = &fair.site.api;
            async move { api.send(reqwest::Method::GET, "/me", &[("accept-language", language)], None).await.json() }
        };
        let (english, french, dutch) = (ask("en").await, ask("fr-CH").await, ask("nl").await);
        assert_eq!(english["title"], "Sign in first");
        assert_eq!((&french["title"], &french["code"]), (&json!("Connectez-vous d’abord"), &english["code"]));
        assert_eq!(dutch["title"], english["title"]);
    }

    async fn the_language_that_a_person_chose_follows_them_to_another_browser_and_into_mails(fair) {
        let password = Password::parse(PASSWORD).unwrap();
        accounts::create_owner(fair.app(), "Fairs Ltd", "olga@fairs.example", "Olga Owner", &password).await.unwrap();
        let form = async |path: &str, cookie: &str, body: &str| {
            let kind = ("content-type", "application/x-www-form-urlencoded");
            let headers = [kind, ("sec-fetch-site", "same-origin"), ("cookie", cookie)];
            let client = reqwest::Client::builder().redirect(Policy::none()).build().expect("a client");
            let nobody = Api::new(client, fair.site.api.base());
            nobody.send(Method::POST, &format!("/{path}"), &headers, Some(body.as_bytes().to_vec())).await
        };
        let cookies_of = |answer: &Answer| -> Vec<String> {
            let all = answer.headers.get_all("set-cookie").iter();
            all.map(|cookie| cookie.to_str().unwrap().to_owned()).collect()
        };
        let credentials = format!("email=olga%40fairs.example&password={}", PASSWORD.replace(' ', "+"));
        // Without a choice nothing is kept.
        let entered = form("/sign-in", "", &credentials).await;
        assert_eq!(entered.status, 303, "{}", entered.text());
        let cookies = cookies_of(&entered);
        assert_eq!(cookies.len(), 1, "{cookies:?}");
        let session = cookies[0].split(';').next().unwrap().to_owned();
        assert_eq!(form("/language", &session, "language=fr").await.status, 303);

        // Elsewhere she signs in and finds French, whatever was chosen there by somebody else.
        for before in ["", "leadline_language=en"] {
            let entered = form("/sign-in", before, &credentials).await;
            let cookies = cookies_of(&entered);
            assert!(cookies.iter().any(|cookie| cookie.starts_with("leadline_language=fr;")), "{before}: {cookies:?}");
        }
        let ask = json!({"email": "olga@fairs.example"});
        fair.site.api.post("/auth/password-resets", &ask).await;
        let mail = fair.mail_to("olga@fairs.example", 1).await;
        assert_eq!(mail.subject, "Choisir un nouveau mot de passe");
    }
    async fn a_language_whose_file_is_gone_is_english_and_one_that_never_was_is_refused(fair) {
        let olga = fair.organizer().await;
        let path = format!("/events/{}/phases", fair.site.event);
        let problem = olga.api.patch(&path, None, &json!({"language": "xx"})).await.refused("invalid_field");
        assert_eq!(problem.errors[0].pointer, "/language");
        assert!(problem.errors[0].detail.contains("“en, "), "{}", problem.errors[0].detail);
        let mut tx = fair.app().write().await.unwrap();
        affected!(tx, sqlx::query("UPDATE event SET language = 'xx'")).unwrap();
        affected!(tx, sqlx::query("UPDATE account SET language = 'xx'")).unwrap();
        tx.commit(&fair.app().hub).await.unwrap();
        assert_eq!(olga.api.get(&path).await.ok::<Value>()["language"], "en");
        let french = olga.api.patch(&path, None, &json!({"language": "fr"})).await.done(200);
        assert_eq!(french["language"], "fr");
    }
}
