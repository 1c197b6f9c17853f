//! Saved views of the Leads tab, and what else is done with many leads at once: columns, tags, taking back.

use crate::browsing::picture;
use harness::browser::Browser;
use harness::on_every_engine;
use serde_json::{Value, json};

on_every_engine! {
    async fn a_view_keeps_filters_order_and_columns_under_a_name(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ada, karim) = (space.admin("Ada Admin").await, space.scanner("Karim Haddad").await);
        let views = format!("/exhibitors/{}/saved-views", space.id);
        let hot = json!({"name": "Hot first", "query": "?rating=hot&sort=name&columns=company,rating&cursor=x"});
        let made = ada.api.post(&views, &hot).await.done(201);
        assert_eq!(made["query"], "rating=hot&sort=name&columns=company%2Crating", "without the place in the list");
        assert_eq!((&made["is_own"], &made["is_shared"]), (&json!(true), &json!(false)));
        ada.api.post(&views, &hot).await.refused("already_exists");

        // A colleague finds it once it is shared, and changes it under a name of their own only.
        let of_karim = async || karim.api.get(&views).await.done(200)["items"].clone();
        assert_eq!(of_karim().await, json!([]));
        let one = format!("{views}/{}", made["id"].as_str().unwrap());
        karim.api.patch(&one, None, &json!({"name": "Mine"})).await.refused("not_found");
        ada.api.patch(&one, None, &json!({"is_shared": true})).await.done(200);
        let found = of_karim().await;
        assert_eq!((&found[0]["name"], &found[0]["saved_by"], &found[0]["is_own"]), (&json!("Hot first"), &json!("Ada Admin"), &json!(false)));
        karim.api.patch(&one, None, &json!({"name": "Mine"})).await.refused("forbidden");
        karim.api.delete(&one).await.refused("forbidden");
        karim.api.post(&views, &json!({"name": "Hot first", "query": "rating=hot"})).await.done(201);
        let names = |items: &Value| items.as_array().unwrap().iter().map(|view| view["is_own"].clone()).collect::<Vec<_>>();
        assert_eq!(names(&of_karim().await), [json!(true), json!(false)], "one's own stand first");

        for (query, told) in [("rating=purple", "purple"), ("shoe=42", "shoe"), ("columns=shoe", "columns"), ("sort=shoe", "sort")] {
            let problem = ada.api.post(&views, &json!({"name": query, "query": query})).await.refused("invalid_field");
            assert_eq!(problem.errors[0].pointer, "/query", "{query}");
            assert!(problem.errors[0].detail.contains(told), "{query}: {}", problem.errors[0].detail);
        }
        ada.api.post(&views, &json!({"name": " ", "query": ""})).await.refused("invalid_field");
        // Nobody of another space finds it, and a phone has none.
        let bo = fair.exhibitor("Bolt").open().await.admin("Bo Admin").await;
        bo.api.get(&views).await.refused("not_found");
        let phone = space.phone("Ines").await;
        phone.api.post(&views, &json!({"name": "Phone"})).await.refused("invalid_field");
        ada.api.delete(&one).await.done(204);
        assert_eq!(of_karim().await.as_array().unwrap().len(), 1);
    }

    async fn a_view_of_today_means_the_day_on_which_it_is_looked_at(fair) {
        let Some(browser) = Browser::start().await else { return };
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada Admin").await);
        ines.scan(&fair.registration("Ana One").badge().await).upload().await.all_accepted();
        let base = format!("{}/exhibitors/{}/leads", ada.api.base(), space.id);
        let mut tab = browser.tab(1440, 900).await;
        tab.sign_in(&ada.api).await;
        tab.go(&base).await;
        tab.until("document.querySelectorAll('#rows tr').length === 1").await;
        tab.value("[...document.querySelectorAll('.chip')].find((chip) => chip.textContent.includes('Today')).click()").await;
        tab.until("location.search === '?day=today' && document.querySelector('.pill').textContent === 'Day: Today'").await;
        tab.click(".views-menu summary").await;
        tab.value("document.querySelector('.view-form [name=name]').focus()").await;
        tab.type_text("This day").await;
        tab.click(".view-form .primary").await;
        tab.until("document.querySelector('.view-link[aria-current]')?.textContent.includes('This day') === true").await;
        let views = ada.api.get(&format!("/exhibitors/{}/saved-views", space.id)).await.done(200);
        assert_eq!(views["items"][0]["query"], "day=today");

        // A day later it has that day's leads, live too.
        fair.app().clock.advance(24 * 3_600_000_000);
        tab.go(&base).await;
        tab.until("document.querySelectorAll('#rows tr').length === 1").await;
        tab.click(".views-menu summary").await;
        tab.click(".view-link").await;
        tab.until("document.querySelectorAll('#rows tr').length === 0").await;
        assert_eq!(tab.problems(), [] as [&str; 0]);
    }

    async fn leads_are_filtered_by_the_times_of_their_scans(fair) {
        let Some(browser) = Browser::start().await else { return };
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada Admin").await);
        for (name, hours_ago) in [("Ana One", 5), ("Bea Two", 2)] {
            let badge = fair.registration(name).badge().await;
            let mut scan = ines.scanned(&badge);
            scan["captured_at"] = json!(fair.now().plus_micros(-hours_ago * 3_600_000_000));
            ines.deliver(&[scan]).await.all_accepted();
        }
        let zone = server::web::EventZone::named("Europe/Paris");
        let [from, before] = [-3, -1].map(|hours| zone.local(fair.now().plus_micros(hours * 3_600_000_000)));
        let mut tab = browser.tab(1440, 900).await;
        tab.sign_in(&ada.api).await;
        tab.go(&format!("{}/exhibitors/{}/leads", ada.api.base(), space.id)).await;
        tab.until("document.querySelectorAll('#rows tr').length === 2").await;
        tab.click(".filter-menu summary").await;
        for (name, at) in [("since", &from), ("until", &before)] {
            tab.value(&format!("document.querySelector('#filters [name={name}]').value = '{at}'")).await;
        }
        tab.value("document.querySelector('.filter-zone').scrollIntoView({ block: 'end' })").await;
        picture(&mut tab, "leads-times-1440").await;
        tab.value("document.querySelector('.filter-actions .primary').scrollIntoView()").await;
        tab.click(".filter-actions .primary").await;
        tab.until("document.querySelectorAll('#rows tr').length === 1 && document.querySelector('#rows .who').textContent.includes('Bea')").await;
        assert_eq!(tab.value("document.querySelectorAll('.pill').length").await, json!(2));
        assert_eq!(tab.value("document.querySelector('#filters [name=since]').value").await, json!(from));
        picture(&mut tab, "leads-times-filtered-1440").await;

        // What comes in live is held against the same times: this scan is of now, after `until`.
        ines.scan(&fair.registration("Cleo Three").badge().await).upload().await.all_accepted();
        tab.until("document.querySelector('[data-figure=leads]').textContent === '3'").await;
        assert_eq!(tab.value("document.querySelectorAll('#rows tr').length").await, json!(1));
        tab.click(".pill:nth-of-type(2)").await;
        tab.until("document.querySelectorAll('#rows tr').length === 2").await;
        ines.scan(&fair.registration("Dora Four").badge().await).upload().await.all_accepted();
        tab.until("document.querySelectorAll('#rows tr').length === 3").await;
        assert_eq!(tab.problems(), [] as [&str; 0]);
        let mut phone = browser.tab(390, 844).await;
        phone.sign_in(&ada.api).await;
        phone.go(&format!("{}/exhibitors/{}/leads?since={from}", ada.api.base(), space.id)).await;
        phone.click(".filter-menu summary").await;
        phone.value("document.querySelector('.filter-zone').scrollIntoView({ block: 'end' })").await;
        picture(&mut phone, "leads-times-390").await;
        assert_eq!(phone.value("document.documentElement.scrollWidth").await, json!(390));
    }

    async fn many_leads_are_tagged_at_once_and_each_history_says_so(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada Admin").await);
        let mut leads = Vec::new();
        for name in ["Ana One", "Bea Two"] {
            let badge = fair.registration(name).badge().await;
            leads.push(ines.scan(&badge).tag("old").upload().await.all_accepted().lead_id());
        }
        let other = fair.exhibitor("Bolt").open().await.phone("Omar").await;
        let badge = fair.registration("Cleo Three").badge().await;
        let foreign = other.scan(&badge).upload().await.all_accepted().lead_id();
        let path = format!("/exhibitors/{}/leads/tag", space.id);
        let asked = json!({"lead_ids": [leads[0], leads[1], foreign], "add": ["demo"], "remove": ["old"]});
        let answer = ada.api.post(&path, &asked).await.done(200);
        assert_eq!((&answer["tagged"], &answer["not_found"]), (&json!(2), &json!([foreign])));
        for lead in &leads {
            assert_eq!(ada.ask_lead(*lead).await.json()["tags"], json!(["demo"]));
            assert_eq!(ada.history(*lead).await[0]["kind"], "tags");
        }
        ada.api.post(&path, &json!({"lead_ids": leads})).await.refused("invalid_field");
        ada.api.post(&path, &json!({"lead_ids": [], "add": ["x"]})).await.refused("invalid_field");
    }

    async fn what_was_done_to_a_lead_is_taken_back_and_stays_in_its_history(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada Admin").await);
        let badge = fair.registration("Ana One").badge().await;
        let lead = ines.scan(&badge).rate("hot").upload().await.all_accepted().lead_id();
        let version = async || ada.ask_lead(lead).await.header("etag").unwrap().to_owned();
        ada.edit(lead, Some(&version().await), &json!({"rating": "cold"})).await.done(200);
        let history = ada.history(lead).await;
        assert_eq!(history[0]["kind"], "rating");
        let changed = ada.edit(lead, Some(&version().await), &json!({"annul": history[0]["id"]})).await.done(200);
        assert_eq!(changed["rating"], "hot", "what was there before is there again");
        let history = ada.history(lead).await;
        assert_eq!((&history[0]["kind"], &history[1]["is_annulled"]), (&json!("annul"), &json!(true)));
        let problem = ada.edit(lead, Some(&version().await), &json!({"annul": history[0]["id"]})).await.refused("invalid_field");
        assert_eq!(problem.errors[0].pointer, "/annul");
        let strange = fair.app().new_id::<mobile_core::ids::CaptureId>();
        ada.edit(lead, Some(&version().await), &json!({"annul": strange})).await.refused("invalid_field");
        assert!(space.rows_unlike_their_log().await.is_empty());
    }

    async fn the_leads_tab_saves_a_view_leaves_columns_out_and_tags_what_is_picked(fair) {
        let Some(browser) = Browser::start().await else { return };
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada Admin").await);
        let mut leads = Vec::new();
        for (name, rating) in [("Ana One", "hot"), ("Bea Two", "hot"), ("Cleo Three", "cold")] {
            let badge = fair.registration(name).badge().await;
            leads.push(ines.scan(&badge).rate(rating).upload().await.all_accepted().lead_id());
        }
        let mut tab = browser.tab(1440, 900).await;
        tab.sign_in(&ada.api).await;
        let base = format!("{}/exhibitors/{}/leads", ada.api.base(), space.id);
        tab.go(&format!("{base}?rating=hot")).await;
        tab.until("document.querySelectorAll('#rows tr').length === 2").await;

        tab.click(".columns-menu summary").await;
        tab.value("[...document.querySelectorAll('.column-link')].find((link) => link.innerText.includes('Company')).click()").await;
        tab.until("location.search.includes('columns=') && getComputedStyle(document.querySelector('#rows .c-company')).display === 'none'").await;
        tab.click(".views-menu summary").await;
        tab.value("document.querySelector('.view-form [name=name]').focus()").await;
        tab.type_text("Hot ones").await;
        tab.click(".view-form .primary").await;
        tab.until("document.querySelector('.view-link[aria-current]')?.textContent.includes('Hot ones') === true").await;

        // Elsewhere, the view is one click away.
        tab.go(&base).await;
        tab.until("document.querySelectorAll('#rows tr').length === 3").await;
        tab.click(".views-menu summary").await;
        tab.click(".view-link").await;
        tab.until("document.querySelectorAll('#rows tr').length === 2").await;
        assert_eq!(tab.value("document.getElementById('table').dataset.leftOut").await, json!("company"));

        tab.click("#rows tr:first-child .pick").await;
        tab.until("document.getElementById('bulk').hidden === false").await;
        tab.click("[data-bulk=all]").await;
        tab.until("document.querySelectorAll('[data-pick]:checked').length === 2").await;
        tab.value("document.querySelector('#bulk [name=tag]').focus()").await;
        tab.type_text("demo").await;
        tab.click("[data-bulk=tag]").await;
        tab.until("document.querySelectorAll('#rows .tag').length === 2 && document.getElementById('bulk').hidden && !document.getElementById('bulk').hasAttribute('aria-busy')").await;
        tab.click("#rows tr:first-child .pick").await;
        tab.value(&format!("document.querySelector('#bulk [name=owner]').value = '{}'", ada.id)).await;
        tab.click("[data-bulk=assign]").await;
        tab.until("document.getElementById('bulk').hidden").await;

        // What was done is taken back in the lead's history.
        tab.value("document.querySelector('#rows tr:first-child .who').click()").await;
        tab.until("document.querySelectorAll('#panel .undo').length > 2").await;
        let before = tab.value("document.querySelectorAll('#panel .tag').length").await;
        assert_eq!(before, json!(1));
        tab.value("[...document.querySelectorAll('#panel .history li li')].find((line) => line.innerText.includes('Tagged')).querySelector('.undo').click()").await;
        tab.until("document.querySelectorAll('#panel .tag-line .tag').length === 0").await;
        tab.until("document.querySelector('#panel .history').innerText.includes('taken back')").await;
        assert_eq!(tab.problems(), [] as [&str; 0]);
        if let Some(folder) = std::env::var_os("LEADLINE_LOOK") {
            let folder = std::path::PathBuf::from(folder);
            std::fs::write(folder.join("leads-1440.png"), tab.picture().await).unwrap();
            tab.value("document.querySelector('[data-action=close]').click()").await;
            tab.value("document.querySelector('#rows tr:first-child [data-pick]').click()").await;
            tab.click(".views-menu summary").await;
            std::fs::write(folder.join("leads-bulk-1440.png"), tab.picture().await).unwrap();
            let mut phone = browser.tab(390, 844).await;
            phone.go(&base).await;
            phone.click("#rows tr:first-child .pick").await;
            std::fs::write(folder.join("leads-390.png"), phone.picture().await).unwrap();
            phone.click(".views-menu summary").await;
            std::fs::write(folder.join("leads-views-390.png"), phone.picture().await).unwrap();
        }
    }
}
