//! The menu of the partner space: what the organiser closes, partners find in no menu, and the API does
//! not do it. Scans are taken in whatever is closed.

use crate::helpdesk::picture;
use harness::browser::Browser;
use harness::{Answer, Fair, Organizer, on_every_engine};
use mobile_core::time::Timestamp;
use serde_json::{Value, json};

const HOUR: i64 = 3_600_000_000;

async fn set(olga: &Organizer, tab: &str, edit: Value) -> Answer {
    olga.api.patch(&format!("/events/{}/partner-menu/{tab}", olga.site.event), None, &edit).await
}

async fn order(olga: &Organizer) -> Vec<String> {
    let menu: Value = olga.api.get(&format!("/events/{}/partner-menu", olga.site.event)).await.ok();
    menu["tabs"].as_array().unwrap().iter().map(|tab| tab["tab"].as_str().unwrap().to_owned()).collect()
}

fn at(fair: &Fair, hours: i64) -> Timestamp {
    fair.now().plus_micros(hours * HOUR)
}

on_every_engine! {
    async fn a_tab_that_is_switched_off_is_refused_by_the_api_and_comes_back(fair) {
        let olga = fair.organizer().await;
        let space = fair.exhibitor("Acme").open().await;
        let ada = space.admin("Ada").await;
        let of = |path: &str| format!("/exhibitors/{}{path}", space.id);
        ada.api.get(&of("/team")).await.done(200);
        set(&olga, "team", json!({"is_enabled": false})).await.done(200);
        let problem = ada.api.get(&of("/team")).await.refused("not_in_package");
        assert!(problem.detail.contains("switched this part of the space off"), "{}", problem.detail);
        ada.api.get(&of("/devices")).await.done(200);
        let me = ada.api.get("/me").await.json();
        let rights = &me["capabilities"]["exhibitors"][0];
        let closed = rights["not_open"].as_array().unwrap();
        assert_eq!((closed.len(), &closed[0]["capability"], &closed[0]["code"]), (1, &json!("team_manage"), &json!("not_in_package")));
        assert!(!rights["capabilities"].as_array().unwrap().contains(&json!("team_manage")));
        olga.api.get(&of("/team")).await.done(200);
        set(&olga, "team", json!({"is_enabled": true})).await.done(200);
        ada.api.get(&of("/team")).await.done(200);
        let done = olga.api.get(&format!("/events/{}/audit", fair.site.event)).await.json();
        assert_eq!(done["items"].as_array().unwrap().iter().filter(|one| one["action"] == "partner_menu_changed").count(), 2);
    }

    async fn scans_are_taken_in_while_the_leads_tab_is_closed_and_appear_when_it_opens(fair) {
        let olga = fair.organizer().await;
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        let noor = fair.registration("Noor Aziz").badge().await;
        let mut live = ada.live(None).await;
        set(&olga, "leads", json!({"opens_at": at(fair, 2)})).await.done(200);
        assert_eq!(live.end().await, Some(4403), "whoever watches leads is told that it is over");
        let upload = ines.scan(&noor).upload().await.all_accepted();
        assert!(upload.only().lead.is_none(), "the phone learns nothing of the lead");
        let problem = ada.leads("").await.refused("not_open_yet");
        assert!(problem.detail.contains("The organiser opens this part of your space later, by the event's clock on"), "{}", problem.detail);
        for path in ["/leads/export?format=csv", "/exports", "/feed?wait=0"] {
            ada.api.get(&format!("/exhibitors/{}{path}", space.id)).await.refused("not_open_yet");
        }
        fair.app().clock.advance(3 * HOUR);
        assert_eq!(ada.leads("").await.done(200)["total"], 1);
        set(&olga, "leads", json!({"opens_at": null, "closes_at": at(fair, -1)})).await.done(200);
        let problem = ada.leads("").await.refused("not_in_package");
        assert!(problem.detail.contains("closed this part of your space; ask them"), "{}", problem.detail);
        ines.scan(&noor).upload().await.all_accepted();
        set(&olga, "leads", json!({"closes_at": null})).await.done(200);
        let leads = ada.leads("").await.done(200);
        assert_eq!((&leads["total"], &leads["items"][0]["scan_count"]), (&json!(1), &json!(2)));
    }

    async fn a_stream_ends_when_its_tabs_time_is_over_without_anybodys_doing(fair) {
        let olga = fair.organizer().await;
        let space = fair.exhibitor("Acme").open().await;
        let ada = space.admin("Ada").await;
        set(&olga, "leads", json!({"closes_at": fair.now().plus_micros(2_000_000)})).await.done(200);
        // Long before the next heartbeat, which would come after twenty seconds.
        let begun = std::time::Instant::now();
        let mut live = ada.live(None).await;
        assert_eq!(live.end().await, Some(4403));
        assert!(begun.elapsed() < std::time::Duration::from_secs(19));
        ada.leads("").await.refused("not_in_package");
    }

    async fn a_part_of_the_leads_is_closed_on_its_own(fair) {
        let olga = fair.organizer().await;
        let space = fair.exhibitor("Acme").open().await;
        let ada = space.admin("Ada").await;
        set(&olga, "leads_meetings", json!({"is_enabled": false})).await.done(200);
        ada.leads("").await.done(200);
        ada.leads("?source=networking").await.done(200);
        ada.leads("?source=meeting").await.refused("not_in_package");
        let export = |query: &str| format!("/exhibitors/{}/leads/export?{query}", space.id);
        ada.api.get(&export("format=csv&tab=meetings")).await.refused("not_in_package");
        assert_eq!(ada.api.get(&export("format=csv&tab=networking")).await.status, 200);
        assert_eq!(ada.api.get(&export("format=xlsx")).await.status, 200, "a workbook comes without that part");
        ada.api.get(&format!("/exhibitors/{}/meetings", space.id)).await.done(200);
        set(&olga, "sessions", json!({"is_enabled": false})).await.done(200);
        ada.api.get(&format!("/exhibitors/{}/sessions", space.id)).await.refused("not_in_package");
        ada.leads("?source=session").await.done(200);
    }

    async fn the_order_and_the_names_are_kept_and_what_cannot_be_is_refused_by_its_field(fair) {
        let olga = fair.organizer().await;
        set(&olga, "team", json!({"position": 0, "names": {"en": " Crew ", "fr": "Équipe du stand"}})).await.done(200);
        let menu = set(&olga, "charts", json!({"position": 1})).await.done(200);
        assert_eq!(menu["tabs"][0]["names"], json!({"en": "Crew", "fr": "Équipe du stand"}));
        let order = order(&olga).await;
        assert_eq!((order.len(), &order[..3]), (15, &["team".to_owned(), "charts".into(), "leads".into()][..]));
        for (edit, pointer) in [
            (json!({"position": 15}), "/position"),
            (json!({"names": {"xx": "?"}}), "/names/xx"),
            (json!({"names": {"en": "x".repeat(41)}}), "/names/en"),
            (json!({"opens_at": at(fair, 2), "closes_at": at(fair, 1)}), "/closes_at"),
        ] {
            assert_eq!(set(&olga, "team", edit).await.refused("invalid_field").errors[0].pointer, pointer);
        }
        set(&olga, "settings", json!({"is_enabled": false})).await.refused("not_found");
        fair.site.organizer_member("Vic", "viewer").await.api
            .patch(&format!("/events/{}/partner-menu/team", fair.site.event), None, &json!({})).await.refused("forbidden");
        let copy = json!({"slug": "next-year", "name": "Next year", "starts_at": at(fair, 9000), "ends_at": at(fair, 9050)});
        let copied = olga.api.post(&format!("/events/{}/duplicates", fair.site.event), &copy).await.done(201);
        let event = copied["id"].as_str().unwrap().to_owned();
        let menu: Value = olga.api.get(&format!("/events/{event}/partner-menu")).await.ok();
        assert_eq!(menu["tabs"][0]["names"]["en"], "Crew", "the next event begins with the same menu");
    }

    async fn the_tabs_of_a_duplicated_event_open_and_close_as_much_later_as_it_is(fair) {
        let olga = fair.organizer().await;
        let events = |path: &str| format!("/events/{path}");
        let (opens_at, closes_at) = (at(fair, -3), at(fair, -1));
        set(&olga, "messages", json!({"opens_at": opens_at, "closes_at": closes_at})).await.done(200);
        let days = json!({"days": 40}).to_string().into_bytes();
        let headers = [("content-type", "application/json")];
        let retention = events(&format!("{}/retention", fair.site.event));
        olga.api.send(reqwest::Method::PUT, &retention, &headers, Some(days)).await.done(200);
        let this = olga.api.get(&events(&fair.site.event.to_string())).await.done(200);
        let began: Timestamp = serde_json::from_value(this["starts_at"].clone()).unwrap();
        let starts_at = began.plus_micros(9000 * HOUR);
        let copy = json!({"slug": "next-year", "name": "Next year", "starts_at": starts_at,
            "ends_at": starts_at.plus_micros(50 * HOUR)});
        let copied = olga.api.post(&events(&format!("{}/duplicates", fair.site.event)), &copy).await.done(201);
        let event = copied["id"].as_str().unwrap();
        let menu: Value = olga.api.get(&events(&format!("{event}/partner-menu"))).await.ok();
        let tab = menu["tabs"].as_array().unwrap().iter().find(|tab| tab["tab"] == "messages").unwrap();
        assert_eq!((&tab["opens_at"], &tab["closes_at"]),
            (&json!(opens_at.plus_micros(9000 * HOUR)), &json!(closes_at.plus_micros(9000 * HOUR))), "it is not over from the start");
        let kept = olga.api.get(&events(&format!("{event}/retention"))).await.done(200);
        assert_eq!((&kept["days"], &kept["is_default"]), (&json!(40), &json!(false)));
    }

    async fn an_organiser_sets_the_menu_and_partners_see_it_at_once(fair) {
        let Some(browser) = Browser::start().await else { return };
        let olga = fair.organizer().await;
        let space = fair.exhibitor("Acme").open().await;
        let ada = space.admin("Ada Admin").await;
        let base = olga.api.base().to_owned();
        let mut tab = browser.tab(1440, 900).await;
        tab.sign_in(&olga.api).await;
        tab.go(&format!("{base}/events/{}/partner-menu", fair.site.event)).await;
        tab.click("[aria-label='Edit Charts']").await;
        tab.until("document.querySelector('#edit[open]') !== null").await;
        picture(&mut tab, "partner-menu-edit-1440").await;
        tab.value("(() => { const put = (name, value) => { document.querySelector(`#edit [name=\"${name}\"]`).value = value; }; \
            put('names.en', 'Figures'); put('opens_at', '2031-05-01T09:00'); })()").await;
        tab.click("#edit .button.primary").await;
        tab.until("document.querySelector('#main tbody').textContent.includes('Figures')").await;
        tab.click("[aria-label='Switch off Questions']").await;
        tab.until("document.querySelector('#ask').open").await;
        tab.click("#ask-do").await;
        tab.until("document.querySelector(\"[aria-label='Switch on Questions']\") !== null").await;
        tab.click("[aria-label='Move Team up']").await;
        tab.until("[...document.querySelectorAll('#main tbody tr:not(.part) b')].map((it) => it.textContent).join() \
            .includes('Team,Figures')").await;
        picture(&mut tab, "partner-menu-1440").await;
        let mut phone = browser.tab(390, 844).await;
        phone.sign_in(&olga.api).await;
        phone.go(&format!("{base}/events/{}/partner-menu", fair.site.event)).await;
        assert_eq!(phone.value("document.documentElement.scrollWidth").await, json!(390));
        picture(&mut phone, "partner-menu-390").await;

        let mut partner = browser.tab(1440, 900).await;
        partner.sign_in(&ada.api).await;
        partner.go(&format!("{base}/exhibitors/{}/leads", space.id)).await;
        let menu = partner.value("[...document.querySelectorAll('.side li')].map((it) => it.textContent.trim().replace(/:.*/, '')).join()").await;
        assert_eq!(menu, json!("Home,Leads,Meetings,Messages,People,Sessions,Team,Figures,Public profile,Phones,Activity"));
        let why = partner.value("document.querySelector('.side [aria-disabled]').title").await;
        assert!(why.as_str().unwrap().contains("1 May 2031, 09:00"), "{why}");
        picture(&mut partner, "partner-menu-partner-1440").await;
        partner.go(&format!("{base}/exhibitors/{}/questions", space.id)).await;
        assert!(partner.value("document.body.textContent").await.as_str().unwrap().contains("switched this part of the space off"));
        assert_eq!(tab.problems(), [] as [&str; 0]);
    }
}
