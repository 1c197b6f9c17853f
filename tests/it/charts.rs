//! Charts of an exhibitor: that their numbers are those of the list, and who sees which.

use harness::browser::Browser;
use harness::on_every_engine;
use reqwest::Method;
use serde_json::json;

on_every_engine! {
    async fn charts_count_what_stands_and_lead_to_it(fair) {
        let Some(browser) = Browser::start().await else { return };
        let space = fair.exhibitor("Acme").open().await;
        let (ines, omar, ada) = (space.phone("Ines").await, space.phone("Omar").await, space.admin("Ada Admin").await);
        let form = json!({"languages": ["en"], "questions": [
            {"key": "when", "kind": "choice", "words": {"en": "When do you buy?"}, "choices": [
                {"key": "now", "words": {"en": "Now"}}, {"key": "later", "words": {"en": "Next year"}}]}]});
        let headers = [("content-type", "application/json")];
        let path = format!("/exhibitors/{}/form", space.id);
        ada.api.send(Method::PUT, &path, &headers, Some(form.to_string().into_bytes())).await.done(200);
        let [a, b, c] = [fair.registration("Ana One").badge().await, fair.registration("Bea Two").badge().await,
            fair.registration("Cleo Three").badge().await];
        ines.scan(&a).rate("hot").answer("when", "now").upload().await.all_accepted();
        ines.scan(&b).rate("hot").note("call").answer("when", "later").upload().await.all_accepted();
        omar.scan(&c).answer("when", "now").upload().await.all_accepted();
        // What is taken back counts no longer.
        let again = omar.scan(&a).upload().await.all_accepted().only().id.clone();
        omar.deliver(&[omar.capture("annul", &json!({"annuls": again}))]).await.all_accepted();

        let mut tab = browser.tab(1440, 900).await;
        tab.sign_in(&ada.api).await;
        let base = format!("{}/exhibitors/{}", ada.api.base(), space.id);
        tab.go(&format!("{base}/charts")).await;
        let shown = tab.value("document.querySelector('#main').innerText").await;
        let shown = shown.as_str().unwrap();
        assert!(shown.contains("3 scans"), "{shown}");
        let line = async |tab: &mut harness::browser::Tab, label: &str| {
            let row = format!("[...document.querySelectorAll('.bars tr')].find((row) => row.innerText.startsWith('{label}'))");
            tab.value(&format!("{row}.querySelector('td.number').innerText")).await
        };
        for (label, count) in [("Ines", "2"), ("Omar", "1"), ("Hot", "2"), ("Warm", "0"), ("Not rated", "1"), ("Now", "2"), ("Next year", "1")] {
            assert_eq!(line(&mut tab, label).await, json!(count), "{label}: {shown}");
        }
        tab.value("[...document.querySelectorAll('.bars a')].find((link) => link.innerText === 'Now').click()").await;
        tab.until("document.querySelectorAll('#rows tr').length === 2").await;
        assert_eq!(tab.value("document.querySelector('.pill').innerText.trim()").await, json!("When do you buy? Now"));

        // Hot without a note is one click, and only Ana.
        tab.go(&format!("{base}/leads")).await;
        tab.value("[...document.querySelectorAll('.chip')].find((chip) => chip.innerText.includes('Hot without note')).click()").await;
        tab.until("document.querySelectorAll('#rows tr').length === 1").await;
        assert_eq!(tab.value("document.querySelector('#rows .who').innerText").await, json!("Ana One"));
        tab.value("[...document.querySelectorAll('.chip')].find((chip) => chip.innerText.includes('Hot without note')).click()").await;
        tab.until("document.querySelectorAll('#rows tr').length === 3").await;
        assert_eq!(tab.problems(), [] as [&str; 0]);
    }

    async fn a_scanner_who_sees_their_own_leads_sees_their_own_numbers(fair) {
        let olga = fair.organizer().await;
        let space = fair.exhibitor("Acme").open().await;
        olga.api.patch(&format!("/events/{}/exhibitors/{}", fair.site.event, space.id), None, &json!({"visibility": "own"})).await.done(200);
        let (ines, karim) = (space.phone("Ines").await, space.scanner("Karim Haddad").await);
        let badge = fair.registration("Ana One").badge().await;
        ines.scan(&badge).rate("hot").upload().await.all_accepted();
        let page = karim.api.get(&format!("//exhibitors/{}/charts", space.id)).await.text();
        assert!(page.contains("No scans") && !page.contains("Ines"), "{page}");
        let ada = space.admin("Ada Admin").await;
        let page = ada.api.get(&format!("//exhibitors/{}/charts", space.id)).await.text();
        assert!(page.contains("1 scan") && page.contains("Ines"), "{page}");
    }

    async fn a_scan_that_was_taken_back_is_in_no_number_of_whoever_made_it(fair) {
        let space = fair.exhibitor("Acme").with_own_leads_only().open().await;
        let (ada, sam, ines) = (space.admin("Ada Admin").await, space.scanner("Sam").await, space.phone("Ines").await);
        let badge = fair.registration("Ana One").badge().await;
        let mine = json!({"id": fair.app().new_id::<uuid::Uuid>(), "captured_at": fair.now(), "kind": "scan", "code": badge.code});
        sam.deliver(std::slice::from_ref(&mine)).await.done(200);
        ines.scan(&badge).rate("hot").upload().await.all_accepted();
        let reached = async |who: &harness::TeamMember| {
            who.api.get(&format!("/exhibitors/{}/goal", space.id)).await.done(200)["reached"].clone()
        };
        assert_eq!((reached(&sam).await, sam.names("").await.len()), (json!(1), 1));
        let annul = json!({"id": fair.app().new_id::<uuid::Uuid>(), "captured_at": fair.now(), "kind": "annul", "annuls": mine["id"]});
        sam.deliver(&[annul]).await.done(200);
        assert_eq!((reached(&sam).await, sam.names("").await.len()), (json!(0), 0), "the list and the numbers agree");
        assert_eq!(reached(&ada).await, json!(1), "the colleague's scan still counts");
    }

    async fn the_parts_of_the_tab_list_who_came_by_their_source(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada Admin").await);
        let badge = fair.registration("Ana One").badge().await;
        ines.scan(&badge).upload().await.all_accepted();
        let of = async |part: &str| ada.api.get(&format!("//exhibitors/{}/leads{part}", space.id)).await.text();
        assert!(of("").await.contains("Ana One"));
        let sessions = of("?tab=sessions").await;
        assert!(!sessions.contains("Ana One") && sessions.contains("No session attendance yet"), "{sessions}");
        assert!(sessions.contains("tab=sessions&amp;") || sessions.contains("tab=sessions&#38;"), "chips stay in the part: {sessions}");
        assert!(of("?tab=networking").await.contains("No networking contacts yet"));
    }

    async fn the_goal_is_set_by_an_admin_and_the_way_to_it_is_drawn_by_day(fair) {
        let Some(browser) = Browser::start().await else { return };
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada, karim) = (space.phone("Ines").await, space.admin("Ada Admin").await, space.scanner("Karim Haddad").await);
        let now = fair.now();
        for (name, days) in [("Ana One", 1), ("Bea Two", 0), ("Cleo Three", 0)] {
            let badge = fair.registration(name).badge().await;
            // Yesterday's scan, of the event's first day.
            let at = now.plus_micros(-days * 23 * 3_600_000_000);
            ines.scan(&badge).at(at).upload().await.all_accepted();
        }
        let path = format!("/exhibitors/{}/goal", space.id);
        let set = async |api: &harness::http::Api, leads: serde_json::Value| {
            let headers = [("content-type", "application/json")];
            api.send(Method::PUT, &path, &headers, Some(json!({"leads": leads}).to_string().into_bytes())).await
        };
        set(&karim.api, json!(10)).await.refused("forbidden");
        set(&ada.api, json!(0)).await.refused("invalid_field");
        let none = ada.api.get(&path).await.done(200);
        assert_eq!((&none["leads"], &none["reached"]), (&json!(null), &json!(3)));
        let days = none["days"].as_array().unwrap();
        assert_eq!(days.last().unwrap()["total"], 3, "{none:#}");
        assert!(days.len() >= 2 && days[0]["total"] != 3, "a column a day: {none:#}");

        let mut tab = browser.tab(1440, 900).await;
        tab.sign_in(&ada.api).await;
        tab.go(&format!("{}/exhibitors/{}/charts", ada.api.base(), space.id)).await;
        tab.click(".goal [data-open=goal]").await;
        tab.until("document.querySelector('dialog#goal[open]') !== null").await;
        tab.value("document.querySelector('dialog#goal [name=leads]').focus()").await;
        tab.type_text("12").await;
        tab.click("dialog#goal .primary").await;
        tab.until("document.querySelector('[data-goal]')?.innerText === '3 of 12 leads'").await;
        tab.until("document.querySelector('.goal').innerText.includes('25')").await;
        let line = tab.value("document.querySelector('[data-goal-line] .unseen').textContent").await;
        assert_eq!(line, json!("Goal: 12 leads"));
        assert_eq!(ada.api.get(&path).await.done(200)["leads"], json!(12));
        assert_eq!(tab.problems(), [] as [&str; 0]);
        if let Some(folder) = std::env::var_os("LEADLINE_LOOK") {
            std::fs::write(std::path::PathBuf::from(folder).join("goal-1440.png"), tab.picture().await).unwrap();
        }
    }
}
