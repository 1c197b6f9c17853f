//! The home of a partner space: whom of the organiser to ask, what visitors see, and numbers for those who may
//! open the page behind them.

use crate::helpdesk::picture;
use harness::browser::Browser;
use harness::{Answer, Organizer, on_every_engine};
use reqwest::Method;
use serde_json::{Value, json};

async fn name(olga: &Organizer, contacts: Value) -> Answer {
    let path = format!("/events/{}/partner-contacts", olga.site.event);
    let body = json!({"contacts": contacts}).to_string().into_bytes();
    olga.api.send(Method::PUT, &path, &[("content-type", "application/json")], Some(body)).await
}

on_every_engine! {
    async fn a_home_has_the_numbers_that_its_reader_may_see_and_whom_to_ask(fair) {
        let olga = fair.organizer().await;
        let space = fair.exhibitor("Acme").with_own_leads_only().open().await;
        let (ada, sam, ines) = (space.admin("Ada Admin").await, space.scanner("Sam").await, space.phone("Ines").await);
        let contact = json!({"name": "Hall office", "about": "Power and water", "email": "hall@owl.example", "phone": null});
        let named = name(&olga, json!([contact])).await.done(200);
        assert_eq!(named["contacts"], json!([contact]));
        ines.scan(&fair.registration("Ana One").badge().await).rate("hot").upload().await.all_accepted();
        ines.scan(&fair.registration("Bea Two").badge().await).upload().await.all_accepted();
        let path = format!("/exhibitors/{}/home", space.id);
        let home = ada.api.get(&path).await.done(200);
        assert_eq!((&home["name"], &home["contacts"]), (&json!("Acme"), &json!([contact])));
        let counted = |home: &Value, names: &[&str]| names.iter().map(|name| home["counters"][name].clone()).collect::<Vec<_>>();
        let of_leads = ["leads", "new_today", "hot", "unrated"];
        assert_eq!(counted(&home, &of_leads), [2, 2, 1, 1].map(Value::from));
        assert_eq!(counted(&home, &["meetings_to_answer", "unread_messages", "devices", "not_yet_sent"]), [0, 0, 1, 0].map(Value::from));
        let own = sam.api.get(&path).await.done(200);
        assert_eq!(counted(&own, &of_leads), [0, 0, 0, 0].map(Value::from), "they scanned nobody");
        assert_eq!(counted(&own, &["devices", "not_yet_sent"]), [Value::Null, Value::Null], "phones are the admin's");
        let organisers = olga.api.get(&path).await.done(200);
        assert_eq!(organisers["counters"]["unread_messages"], Value::Null, "texts are for those who write them");
        fair.exhibitor("Bolt").open().await.admin("Bea").await.api.get(&path).await.refused("not_found");
        name(&olga, json!([{"name": " "}])).await.refused("invalid_field");
        name(&olga, json!([{"name": "Desk", "email": "nobody"}])).await.refused("invalid_field");
        let viewer = fair.site.organizer_member("Vera Viewer", "viewer").await;
        name(&viewer, json!([])).await.refused("forbidden");
    }

    async fn an_organiser_names_whom_to_ask_and_partners_find_them_at_home(fair) {
        let Some(browser) = Browser::start().await else { return };
        let olga = fair.organizer().await;
        let space = fair.exhibitor("Acme").open().await;
        let (ada, ines) = (space.admin("Ada Admin").await, space.phone("Ines").await);
        ines.scan(&fair.registration("Ana One").badge().await).rate("hot").upload().await.all_accepted();
        let base = olga.api.base().to_owned();
        let mut tab = browser.tab(1440, 900).await;
        tab.sign_in(&olga.api).await;
        tab.go(&format!("{base}/events/{}/partner-menu", fair.site.event)).await;
        tab.click("[data-open=contacts]").await;
        tab.until("document.querySelector('dialog#contacts[open]') !== null").await;
        tab.value("document.querySelector('dialog#contacts textarea').focus()").await;
        tab.type_text("Olga Owl, stands, build-up, olga@owl.example, +33 6 39 98 40 11").await;
        tab.click("dialog#contacts .primary").await;
        tab.until("document.querySelector('#main .contacts')?.textContent.includes('stands, build-up')").await;
        tab.click("[data-open=contacts]").await;
        let kept = tab.value("document.querySelector('dialog#contacts textarea').value").await;
        assert_eq!(kept, json!("Olga Owl, stands, build-up, olga@owl.example, +33 6 39 98 40 11"));
        for (width, height) in [(390, 844), (820, 1180), (1440, 900)] {
            let mut partner = browser.tab(width, height).await;
            partner.sign_in(&ada.api).await;
            partner.go(&format!("{base}/exhibitors/{}", space.id)).await;
            let shown = partner.value("document.querySelector('#main').innerText").await;
            let shown = shown.as_str().unwrap();
            assert!(shown.contains("Olga Owl") && shown.contains("olga@owl.example"), "{shown}");
            assert_eq!(partner.value("document.documentElement.scrollWidth").await, json!(width));
            picture(&mut partner, &format!("home-{width}")).await;
            partner.click(".home-figures a[href$='rating=hot']").await;
            partner.until("document.querySelectorAll('#rows tr').length === 1").await;
            assert_eq!(partner.problems(), [] as [&str; 0]);
        }
    }
}
