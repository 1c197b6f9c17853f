//! More of the help desk: opening leads again, swapping badges, exporting on behalf, rescue files.

use crate::helpdesk::picture;
use harness::browser::Browser;
use harness::{Answer, Fair, Organizer, eventually, on_every_engine};
use mobile_core::ids::RegistrationId;
use serde_json::{Value, json};

const DAY: i64 = 24 * 3600 * 1_000_000;

async fn undo(who: &Organizer, action: &Value) -> Answer {
    let action = action.as_str().expect("a deed");
    who.api.post(&format!("/events/{}/desk-actions/{action}/undo", who.site.event), &json!({})).await
}

async fn swap(who: &Organizer, one: RegistrationId, body: &Value, query: &str) -> Answer {
    who.api.post(&format!("/events/{}/registrations/{one}/swap-badges{query}", who.site.event), body).await
}

/// Closes the leads of the event, now.
async fn close_leads(fair: &Fair, olga: &Organizer) {
    let soon = fair.now().plus_micros(2 * DAY);
    olga.api
        .patch(&format!("/events/{}/phases", fair.site.event), None, &json!({"leads_close_at": soon}))
        .await
        .done(200);
    fair.app().clock.advance(2 * DAY + DAY / 2);
}

on_every_engine! {
    async fn an_exhibitors_leads_open_again_for_a_while_and_only_theirs(fair) {
        let olga = fair.organizer().await;
        let (acme, bolt) = (fair.exhibitor("Acme").open().await, fair.exhibitor("Bolt").open().await);
        let badge = fair.registration("Noor Aziz").badge().await;
        let (ada, bea) = (acme.admin("Ada").await, bolt.admin("Bea").await);
        let lead = acme.phone("Ines").await.scan(&badge).upload().await.all_accepted().lead_id();
        let other = bolt.phone("Bo").await.scan(&badge).upload().await.all_accepted().lead_id();
        close_leads(fair, &olga).await;
        ada.edit(lead, Some("\"1\""), &json!({"rating": "hot"})).await.refused("leads_closed");
        let window = format!("/events/{}/exhibitors/{}/leads-window", fair.site.event, acme.id);
        let until = fair.now().plus_micros(2 * DAY);
        olga.api.post(&window, &json!({"until": fair.now()})).await.refused("invalid_field");
        let looked = olga.api.post(&format!("{window}?dry_run=true"), &json!({"until": until})).await.done(200);
        assert_eq!((&looked["leads"], &looked["action_id"]), (&json!(1), &Value::Null));
        ada.edit(lead, Some("\"1\""), &json!({"rating": "hot"})).await.refused("leads_closed");
        let deed = olga.api.post(&window, &json!({"until": until})).await.done(200);
        ada.edit(lead, Some("\"1\""), &json!({"rating": "hot"})).await.done(200);
        bea.edit(other, Some("\"1\""), &json!({"rating": "hot"})).await.refused("leads_closed");
        undo(&olga, &deed["action_id"]).await.done(200);
        ada.edit(lead, Some("\"2\""), &json!({"rating": "cold"})).await.refused("leads_closed");
        olga.api.post(&window, &json!({"until": until})).await.done(200);
        ada.edit(lead, Some("\"2\""), &json!({"rating": "cold"})).await.done(200);
        fair.app().clock.advance(2 * DAY);
        fair.app().identities.clear();
        ada.edit(lead, Some("\"3\""), &json!({"rating": "hot"})).await.refused("leads_closed");
        let log = olga.api.get(&format!("/events/{}/audit", fair.site.event)).await.done(200);
        assert!(log["items"].as_array().unwrap().iter().any(|entry| entry["action"] == "leads_reopened"));
    }

    async fn people_who_wear_each_others_badges_get_their_scans_and_can_have_them_back(fair) {
        let dora = fair.site.organizer_member("Dora Desk", "desk").await;
        let acme = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (acme.phone("Ines").await, acme.admin("Ada").await);
        let (noor, omar) = (fair.registration("Noor Aziz").badge().await, fair.registration("Omar Bell").badge().await);
        let since = fair.now();
        ines.scan(&noor).note("says Omar").upload().await.all_accepted();
        ines.scan(&omar).note("says Noor").upload().await.all_accepted();
        let body = json!({"registration_id": omar.registration, "from": since});
        let looked = swap(&dora, noor.registration, &body, "?dry_run=true").await.done(200);
        assert_eq!((&looked["leads"], &looked["action_id"]), (&json!(2), &Value::Null));
        let from_now = json!({"registration_id": omar.registration, "from": fair.now()});
        let looked = swap(&dora, noor.registration, &from_now, "?dry_run=true").await.done(200);
        assert_eq!(looked["leads"], 0, "what was scanned before stays");
        let notes = async || {
            let leads = ada.leads("").await.done(200);
            let mut said: Vec<(String, String)> = leads["items"].as_array().unwrap().iter()
                .flat_map(|lead| lead["notes"].as_array().unwrap().iter().map(|note| (
                    lead["registration"]["first_name"].as_str().unwrap_or_default().to_owned(),
                    note["text"].as_str().unwrap().to_owned(),
                )).collect::<Vec<_>>())
                .collect();
            said.sort();
            said
        };
        let told = |one: &str, other: &str| vec![("Noor".to_owned(), one.to_owned()), ("Omar".to_owned(), other.to_owned())];
        assert_eq!(notes().await, told("says Omar", "says Noor"));
        let deed = swap(&dora, noor.registration, &body, "").await.done(200);
        assert_eq!(notes().await, told("says Noor", "says Omar"));
        assert_eq!(acme.rows_unlike_their_log().await, []);
        undo(&dora, &deed["action_id"]).await.done(200);
        assert_eq!(notes().await, told("says Omar", "says Noor"));
        undo(&dora, &deed["action_id"]).await.refused("used_up");
        swap(&dora, noor.registration, &json!({"registration_id": noor.registration}), "").await.refused("invalid_field");
    }

    async fn an_export_on_behalf_is_told_to_the_exhibitors_admins(fair) {
        let olga = fair.organizer().await;
        let acme = fair.exhibitor("Acme").open().await;
        let ada = acme.admin("Ada Admin").await;
        let badge = fair.registration("Noor Aziz").badge().await;
        acme.phone("Ines").await.scan(&badge).upload().await.all_accepted();
        let export = format!("/exhibitors/{}/leads/export?format=csv", acme.id);
        assert_eq!(ada.api.get(&export).await.status, 200);
        assert_eq!(olga.api.get(&export).await.status, 200);
        let team = ada.api.get(&format!("/exhibitors/{}/team", acme.id)).await.done(200);
        let address = team["items"].as_array().unwrap().iter().find(|one| one["id"] == json!(ada.id)).unwrap()["email"]
            .as_str().unwrap().to_owned();
        let mail = fair.mail_to(&address, 1).await;
        assert!(mail.subject.contains("exported the leads of Acme") && mail.text.contains("Olga Owner"), "{mail:?}");
        assert_eq!(fair.mails().iter().filter(|mail| mail.to == address).count(), 1, "not for their own export");
    }

    async fn what_is_not_open_is_told_with_why(fair) {
        let olga = fair.organizer().await;
        let acme = fair.exhibitor("Acme").open().await;
        let (ada, badge) = (acme.admin("Ada").await, fair.registration("Noor Aziz").badge().await);
        acme.phone("Ines").await.scan(&badge).upload().await.all_accepted();
        let own = async || ada.api.get("/me").await.done(200)["capabilities"]["exhibitors"][0].take();
        assert_eq!(own().await["not_open"], json!([]));
        close_leads(fair, &olga).await;
        let own = own().await;
        let closed = own["not_open"].as_array().unwrap().iter().find(|one| one["capability"] == "lead_write").unwrap();
        assert_eq!(closed["code"], "leads_closed");
        assert!(closed["detail"].as_str().unwrap().contains("closed on"), "{closed}");
        assert!(!own["capabilities"].as_array().unwrap().contains(&json!("lead_write")));
        assert!(own["capabilities"].as_array().unwrap().contains(&json!("lead_read")));
    }

    async fn the_desk_swaps_and_looks_into_a_rescue_file_on_its_page(fair) {
        let Some(browser) = Browser::start().await else { return };
        let olga = fair.organizer().await;
        let acme = fair.exhibitor("Acme").open().await;
        let (noor, omar) = (fair.registration("Noor Aziz").badge().await, fair.registration("Omar Bell").badge().await);
        let ada = acme.admin("Ada").await;
        let (file, _) = crate::rescue::stranded_file(fair, &ada, &[&noor.code, "HALL-4-0017"]).await;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("phone.leadline");
        std::fs::write(&path, &file).unwrap();
        close_leads(fair, &olga).await;
        let page = format!("{}/events/{}/help-desk", olga.api.base(), fair.site.event);
        let mut tab = browser.tab(1440, 900).await;
        tab.sign_in(&olga.api).await;
        tab.go(&page).await;
        tab.choose_file("form[data-rescue] [name=file]", &path).await;
        tab.click("form[data-rescue] [value=look]").await;
        tab.until("document.querySelector('[data-report]').textContent.includes('It holds 2 entries.')").await;
        tab.until("document.querySelector('[data-report]').textContent.includes('Acme: 2')").await;
        picture(&mut tab, "desk-rescue-1440").await;
        tab.click("form[data-rescue] [value=take]").await;
        tab.until("document.querySelector('[data-report]').textContent.includes('Taken in: 2')").await;
        std::fs::write(&path, b"LLX\x01 not one").unwrap();
        tab.choose_file("form[data-rescue] [name=file]", &path).await;
        tab.click("form[data-rescue] [value=look]").await;
        tab.until("document.querySelector('form[data-rescue] .form-problem').textContent !== ''").await;
        tab.go(&format!("{page}?q=aziz")).await;
        tab.click("[aria-label='Swap badges: Noor Aziz wears somebody else’s']").await;
        tab.until("document.querySelector('.notice')?.textContent.includes('Whose badge does Noor Aziz')").await;
        tab.go(&format!("{page}?swap={}&with={}", noor.registration, omar.registration)).await;
        tab.until("document.querySelector('#swap-title') !== null").await;
        picture(&mut tab, "desk-swap-1440").await;
        tab.click("section[aria-labelledby=swap-title] .button.primary").await;
        tab.until("document.querySelector('#swap-title') === null").await;
        tab.go(&page).await;
        tab.until("document.querySelector('.desk-deeds').textContent.includes('Swapped the badges')").await;
        tab.go(&format!("{page}?q=acme")).await;
        tab.click("[aria-label='Open leads again: Acme']").await;
        tab.until("document.querySelector('#reopen').open").await;
        let until = fair.now().plus_micros(3 * DAY).to_string();
        tab.value(&format!("document.querySelector('#reopen [name=until]').value = '{}'", &until[..16])).await;
        picture(&mut tab, "desk-reopen-1440").await;
        tab.click("#reopen .button.primary").await;
        let window = format!("/events/{}/audit", fair.site.event);
        eventually(async || {
            let log = olga.api.get(&window).await.done(200);
            log["items"].as_array().unwrap().iter().any(|entry| entry["action"] == "leads_reopened").then_some(())
        })
        .await;
        let mut phone = browser.tab(390, 844).await;
        phone.sign_in(&olga.api).await;
        phone.go(&format!("{page}?swap={}&with={}", noor.registration, omar.registration)).await;
        picture(&mut phone, "desk-swap-390").await;
        assert_eq!(phone.value("document.documentElement.scrollWidth").await, json!(390));
    }

    async fn the_registration_desk_registers_prints_and_warns_of_twins(fair) {
        let Some(browser) = Browser::start().await else { return };
        let dora = fair.site.organizer_member("Dora Desk", "desk").await;
        let noor = json!({"first_name": "Noor", "last_name": "Aziz"});
        dora.api.post(&format!("/events/{}/registrations", fair.site.event), &noor).await.done(201);
        let page = format!("{}/events/{}/registration-desk", dora.api.base(), fair.site.event);
        let mut tab = browser.tab(1440, 900).await;
        tab.sign_in(&dora.api).await;
        tab.go(&page).await;
        let fill = |name: &str, text: &str| {
            format!("(() => {{ const it = document.querySelector('[name={name}]'); it.value = '{text}'; \
                it.dispatchEvent(new Event('input', {{ bubbles: true }})); }})()")
        };
        for (name, text) in [("first_name", "noor"), ("last_name", "AZIZ"), ("company", "Aziz & Co"), ("email", "n@a.example")] {
            tab.value(&fill(name, text)).await;
        }
        tab.click("form[data-desk] [value=register]").await;
        tab.until("document.querySelector('[data-twins]').textContent.includes('Noor Aziz')").await;
        picture(&mut tab, "registration-desk-1440").await;
        let shown = "[...document.querySelectorAll('form[data-desk] .row-actions button:not([hidden])')].map((it) => it.value).join()";
        assert_eq!(tab.value(shown).await, json!("anyway"), "one way to go on");
        // Enter looks for twins again.
        tab.value("document.querySelector('[data-twins]').replaceChildren()").await;
        tab.value("document.querySelector('[name=company]').focus()").await;
        tab.press("Enter").await;
        tab.until("document.querySelector('[data-twins]').textContent.includes('Noor Aziz')").await;
        assert_eq!(tab.value("document.querySelectorAll('#done li').length").await, json!(0));
        tab.click("form[data-desk] [value=anyway]").await;
        tab.until("document.querySelectorAll('#done li').length === 1").await;
        assert_eq!(tab.value(shown).await, json!("register"));
        tab.value(&fill("first_name", "Nora")).await;
        tab.value(&fill("last_name", "Nobody")).await;
        tab.value(&fill("email", "N@A.example")).await;
        tab.click("form[data-desk] [value=register]").await;
        tab.until("document.querySelector('[data-twins]').textContent.includes('n@a.example')").await;
        tab.value(&fill("email", "nora@a.example")).await;
        tab.click("form[data-desk] [value=register]").await;
        tab.until("document.querySelectorAll('#done li').length === 2").await;
        let print = tab.value("document.querySelector('#done a').getAttribute('href')").await;
        let print = print.as_str().unwrap().strip_prefix("/api/v1").unwrap().to_owned();
        assert_eq!(dora.api.get(&print).await.header("content-type"), Some("application/pdf"));
        let mut phone = browser.tab(390, 844).await;
        phone.sign_in(&dora.api).await;
        phone.go(&page).await;
        picture(&mut phone, "registration-desk-390").await;
        assert_eq!(phone.value("document.documentElement.scrollWidth").await, json!(390));
    }

    async fn of_two_who_open_leads_at_once_the_last_word_is_the_one_in_force(fair) {
        let olga = fair.organizer().await;
        let acme = fair.exhibitor("Acme").open().await;
        close_leads(fair, &olga).await;
        let window = format!("/events/{}/exhibitors/{}/leads-window", fair.site.event, acme.id);
        let wishes: Vec<Value> = (1..7).map(|days| json!({"until": fair.now().plus_micros(days * DAY)})).collect();
        let done = futures_util::future::join_all(wishes.iter().map(|wish| olga.api.post(&window, wish))).await;
        let deeds: Vec<Value> = done.into_iter().map(|answer| answer.done(200)).collect();
        // Each followed another: taken back one by one from the last, all of them go.
        let mut left: Vec<&Value> = deeds.iter().map(|deed| &deed["action_id"]).collect();
        while !left.is_empty() {
            let before = left.len();
            let mut stays = Vec::new();
            for deed in left {
                if undo(&olga, deed).await.status != 200 {
                    stays.push(deed);
                }
            }
            left = stays;
            assert!(left.len() < before, "a deed that changed nothing was told as done");
        }
    }
}
