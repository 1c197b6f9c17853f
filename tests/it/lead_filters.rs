//! What the filters of the Leads tab offer: what all leads of the space have, whatever page they stand on, and
//! nothing that the reader does not see; and the leads that are one's own.

use crate::browsing::opened;
use crate::desk::Desk;
use harness::browser::Browser;
use harness::{TeamMember, on_every_engine};
use mobile_core::capture::ContactField;
use mobile_core::ids::LeadId;
use reqwest::Method;
use serde_json::{Value, json};

/// What a page of the tab offers, and what the opened filters do.
async fn offered(member: &TeamMember) -> (String, String) {
    let list = format!("//exhibitors/{}/leads", member.exhibitor);
    let filters = member.api.get(&format!("{list}/filters")).await;
    assert_eq!(filters.status, 200, "{}", filters.text());
    (member.api.get(&list).await.text(), filters.text())
}

fn option(value: &str) -> String {
    format!("<option value=\"{value}\"")
}

/// A form with a question of every kind.
async fn ask(desk: &Desk) {
    let form = json!({"languages": ["en"], "questions": [
        {"key": "when", "kind": "choice", "words": {"en": "When?"}, "choices": [{"key": "now", "words": {"en": "Now"}}]},
        {"key": "what", "kind": "choices", "words": {"en": "What?"}, "choices": [{"key": "arm", "words": {"en": "Arm"}}]},
        {"key": "visit", "kind": "yes_no", "words": {"en": "Visit?"}},
        {"key": "cells", "kind": "number", "words": {"en": "Cells?"}},
        {"key": "who", "kind": "text", "words": {"en": "Who?"}}]});
    let path = format!("/exhibitors/{}/form", desk.space.id);
    let headers = [("content-type", "application/json")];
    desk.admin.api.send(Method::PUT, &path, &headers, Some(form.to_string().into_bytes())).await.done(200);
}

on_every_engine! {
    async fn filters_offer_what_all_leads_have_not_only_those_of_the_first_page(fair) {
        let desk = Desk::open(fair).await;
        ask(&desk).await;
        let (booth_phone, booth) = desk.space.booth_phone("Omar", "4", "C12").await;
        let noor = fair.registration("Noor Aziz").with(ContactField::Country, "FR").badge().await;
        desk.phone.scan(&noor).tag("pricing").stage("qualified").upload().await.all_accepted();
        let given = |answers: Value| desk.phone.capture("answers", &json!({"code": noor.code, "answers": answers}));
        desk.phone.deliver(&[given(json!({"visit": true, "cells": 4, "who": "a friend", "what": ["arm"]}))]).await.all_accepted();
        // What somebody said who withdrew is offered to nobody, nor what others' leads have.
        let gone = fair.registration("Gwen Gone").with(ContactField::Country, "WA").badge().await;
        desk.phone.scan(&gone).answer("who", "an enemy").consent("disclosure", false).upload().await.all_accepted();
        let zed = fair.exhibitor("Zed").open().await.phone("Zoe").await;
        zed.scan(&noor).tag("theirs").upload().await.all_accepted();
        fair.app().clock.advance(60_000_000);
        let scans: Vec<Value> = (0..100).map(|n| desk.phone.scanned(format!("HALL-{n}").as_str())).collect();
        desk.phone.deliver(&scans).await.all_accepted();

        let (page, filters) = offered(&desk.admin).await;
        for value in ["FR", "pricing", "qualified", "cells:4", "who:a friend"] {
            assert!(!page.contains(&option(value)), "{value} is on the second page");
            assert!(filters.contains(&option(value)), "{value} is missing: {filters}");
        }
        let ids = [desk.phone.device.to_string(), booth_phone.device.to_string(), booth.to_string()];
        let ids = ids.iter().map(String::as_str);
        for value in ids.chain(["when:now", "what:arm", "visit:true", "visit:false"]) {
            assert!(page.contains(&option(value)) && filters.contains(&option(value)), "{value} is missing: {filters}");
        }
        for text in ["Visit? Yes", "Visit? No", "What? Arm", "Cells? 4", "4 C12"] {
            assert!(filters.contains(text), "{text} is missing: {filters}");
        }
        for value in ["WA", "theirs", "who:an enemy"] {
            assert!(!filters.contains(&option(value)), "{value}: {filters}");
        }

        let Some(browser) = Browser::start().await else { return };
        let mut tab = opened(&browser, &desk.admin.api, &format!("/exhibitors/{}/leads?rating=cold", desk.space.id)).await;
        tab.click(".filter-menu summary").await;
        tab.until("document.querySelector('.filter-menu [name=tag] option[value=pricing]') !== null").await;
        assert_eq!(tab.value("document.querySelector('.filter-menu [name=rating]').value").await, json!("cold"));
        tab.value("{ const rating = document.querySelector('.filter-menu [name=rating]'); rating.value = ''; \
            const who = document.querySelector('.filter-menu [name=answer]'); who.value = 'who:a friend'; \
            who.dispatchEvent(new Event('change', { bubbles: true })); }").await;
        tab.until("location.search === '?answer=who%3Aa+friend'").await;
        tab.until("[...document.querySelectorAll('#rows .who')].map((one) => one.textContent).join() === 'Noor Aziz'").await;
        assert_eq!(tab.problems(), [] as [&str; 0]);
    }

    async fn filters_offer_nothing_of_leads_that_one_does_not_see(fair) {
        let space = fair.exhibitor("Acme").with_own_leads_only().open().await;
        let (ada, sam, ines) = (space.admin("Ada").await, space.scanner("Sam").await, space.phone("Ines").await);
        let noor = fair.registration("Noor Aziz").with(ContactField::Country, "FR").badge().await;
        ines.scan(&noor).tag("pricing").stage("qualified").upload().await.all_accepted();
        let ((_, all), (_, own)) = (offered(&ada).await, offered(&sam).await);
        for value in ["FR", "pricing", "qualified"] {
            assert!(all.contains(&option(value)), "{value} is missing: {all}");
            assert!(!own.contains(&option(value)), "{value}: {own}");
        }
    }

    async fn ones_own_leads_are_those_that_one_scanned_or_owns(fair) {
        let desk = Desk::open(fair).await;
        let (ada, sam) = (&desk.admin, desk.space.scanner("Sam").await);
        let scanned = async |name: &str| -> LeadId {
            let badge = fair.registration(name).badge().await;
            desk.phone.scan(&badge).upload().await.all_accepted().lead_id()
        };
        let (bea, _) = (scanned("Bea Baum").await, scanned("Cleo Cruz").await);
        let ana = fair.registration("Ana Abel").badge().await;
        let scan = json!({"id": fair.app().new_id::<uuid::Uuid>(), "captured_at": fair.now(), "kind": "scan", "code": ana.code});
        sam.deliver(&[scan]).await.done(200);
        let own = async |member: &TeamMember, lead: LeadId| {
            let version = ada.ask_lead(lead).await.header("etag").unwrap().to_owned();
            ada.edit(lead, Some(&version), &json!({"owner": member.id})).await.done(200);
        };
        own(&sam, bea).await;
        let mut names = sam.names("?mine=true").await;
        names.sort();
        assert_eq!(names, ["Ana Abel", "Bea Baum"]);
        assert_eq!(sam.names("?mine=false").await.len(), 3);
        assert!(ada.names("?mine=true").await.is_empty());
        let list = format!("/exhibitors/{}/leads", desk.space.id);
        let olga = fair.organizer().await;
        olga.api.get(&format!("{list}?mine=true")).await.refused("invalid_field");
        // A view that Sam shares opens for the organiser as what it is there: the leads of all.
        let shared = olga.api.get(&format!("/{list}?mine=true&sort=name")).await.text();
        assert!(shared.contains("Ana") && shared.contains("Cleo") && !shared.contains("class=\"pill\""), "{shared}");
        let longer = olga.api.get(&format!("/{list}?q={}", "a".repeat(300))).await.text();
        assert!(longer.contains(&format!("value=\"{}\"", "a".repeat(200))), "{longer}");

        let Some(browser) = Browser::start().await else { return };
        let mut tab = opened(&browser, &ada.api, &list).await;
        tab.until("document.querySelector('#live').dataset.state === 'live'").await;
        tab.value("[...document.querySelectorAll('.chip')].find((chip) => chip.textContent.includes('Mine')).click()").await;
        tab.until("location.search === '?mine=true' && document.querySelectorAll('#rows tr').length === 0").await;
        tab.until("document.querySelector('.pill').textContent === 'Mine'").await;
        own(ada, bea).await;
        tab.until("[...document.querySelectorAll('#rows .who')].map((one) => one.textContent).join() === 'Bea Baum'").await;
        let csv = ada.api.get(&format!("{list}/export?format=csv&mine=true")).await.text();
        assert!(csv.contains("Bea") && !csv.contains("Ana") && !csv.contains("Cleo"), "{csv}");
        own(&sam, bea).await;
        tab.until("document.querySelectorAll('#rows tr').length === 0").await;
        assert_eq!(tab.problems(), [] as [&str; 0]);
    }

    async fn where_somebody_came_from_is_a_filter_of_the_page(fair) {
        let desk = Desk::open(fair).await;
        let badge = fair.registration("Noor Aziz").badge().await;
        desk.phone.scan(&badge).upload().await.all_accepted();
        let typed = desk.phone.capture("contact", &json!({"lead_id": fair.app().new_id::<LeadId>(),
            "first_name": "Mona", "last_name": "Manual"}));
        desk.phone.deliver(&[typed]).await.all_accepted();
        let (page, _) = offered(&desk.admin).await;
        for source in ["scan", "manual", "session", "meeting", "contact_sharing", "networking"] {
            assert!(page.contains(&option(source)), "{source} is missing");
        }
        let of = async |source: &str| {
            desk.admin.api.get(&format!("//exhibitors/{}/leads?source={source}", desk.admin.exhibitor)).await.text()
        };
        let (scanned, by_hand) = (of("scan").await, of("manual").await);
        assert!(scanned.contains("Noor Aziz") && !scanned.contains("Mona Manual"));
        assert!(by_hand.contains("Mona Manual") && !by_hand.contains("Noor Aziz"));
        assert!(by_hand.contains("Came by"), "the filter in force says what it is");
    }
}
