//! Consent that the attendee takes back, and gives again.

use crate::desk::{Desk, text};
use harness::{Fair, on_every_engine};
use mobile_core::capture::ContactField;
use mobile_core::ids::{ExhibitorId, RegistrationId};
use mobile_core::wire::lead::ConsentState;
use serde_json::{Value, json};
use server::consent;

async fn withdraw(fair: &Fair, registration: RegistrationId, exhibitor: Option<ExhibitorId>) -> u64 {
    let mut tx = fair.app().write().await.unwrap();
    let count =
        consent::withdraw(fair.app(), &mut tx, fair.site.event, registration, exhibitor, "attendee").await.unwrap();
    tx.commit(&fair.app().hub).await.unwrap();
    count
}

async fn restore(fair: &Fair, registration: RegistrationId, exhibitor: Option<ExhibitorId>) -> u64 {
    let mut tx = fair.app().write().await.unwrap();
    let count =
        consent::restore(fair.app(), &mut tx, fair.site.event, registration, exhibitor, "attendee").await.unwrap();
    tx.commit(&fair.app().hub).await.unwrap();
    count
}

on_every_engine! {
    async fn a_withdrawal_hides_the_person_until_the_person_allows_it_again(fair) {
        let desk = Desk::open(fair).await;
        let noor = desk.register("Noor").await;
        let (code, id) = (text(&noor, "/badge/code"), text(&noor, "/id").parse().unwrap());
        desk.scan(code).await;
        assert_eq!(withdraw(fair, id, Some(desk.space.id)).await, 1);
        let rescanned = desk.scan(code).await;
        assert!(!rescanned.to_string().contains("Aziz"), "a scan undoes no withdrawal: {rescanned}");
        let lead = &desk.leads().await[0];
        assert_eq!((text(lead, "/consent"), &lead["registration"]), ("withdrawn", &Value::Null));
        let streamed = desk.streamed_since(1).await;
        assert!(streamed.contains("lead.redacted") && !streamed.contains("Aziz"), "{streamed}");
        let found: Value = desk.admin.leads("?q=aziz").await.ok();
        assert_eq!(found["total"], 0, "nobody finds a withdrawn person by name");
        assert_eq!(withdraw(fair, id, None).await, 0, "nothing more is taken back");
        assert_eq!(restore(fair, id, None).await, 1);
        assert_eq!(text(&desk.leads().await[0], "/registration/last_name"), "Aziz");
        assert_eq!(desk.space.rows_unlike_their_log().await, []);
    }

    async fn a_withdrawal_from_one_exhibitor_leaves_the_others_alone(fair) {
        let desk = Desk::open(fair).await;
        let other = fair.exhibitor("Bolt").open().await;
        let (phone, admin) = (other.phone("Omar").await, other.admin("Bea").await);
        let noor = desk.register("Noor").await;
        let (code, id) = (text(&noor, "/badge/code"), text(&noor, "/id").parse().unwrap());
        desk.scan(code).await;
        phone.scan(code).upload().await.all_accepted();
        let before: Value = admin.leads("").await.ok();
        assert_eq!(withdraw(fair, id, Some(desk.space.id)).await, 1);
        assert_eq!(text(&desk.leads().await[0], "/consent"), "withdrawn");
        let after: Value = admin.leads("").await.ok();
        assert_eq!(after["items"], before["items"], "not even the version moves");
        assert_eq!(withdraw(fair, id, None).await, 1, "now the other one too");
    }

    async fn a_withdrawal_from_everyone_also_holds_for_exhibitors_met_later(fair) {
        let desk = Desk::open(fair).await;
        let noor = desk.register("Noor").await;
        let (code, id) = (text(&noor, "/badge/code"), text(&noor, "/id").parse().unwrap());
        assert_eq!(withdraw(fair, id, None).await, 0, "nobody has met the person yet");
        let receipt = desk.scan(code).await;
        assert!(!receipt.to_string().contains("Aziz"), "the receipt discloses nothing: {receipt}");
        let lead = &desk.leads().await[0];
        assert_eq!((text(lead, "/consent"), &lead["registration"]), ("withdrawn", &Value::Null));
        let streamed = desk.streamed_since(0).await;
        assert!(streamed.contains("lead.captured") && !streamed.contains("Aziz"), "{streamed}");
        assert_eq!(restore(fair, id, None).await, 1);
        assert_eq!(text(&desk.leads().await[0], "/registration/last_name"), "Aziz");
        assert_eq!(desk.space.rows_unlike_their_log().await, []);
    }

    async fn what_a_person_allows_holds_where_the_event_asks_first(fair) {
        let desk = Desk::open(fair).await;
        fair.site.set_disclosure(json!({"visitor": {"scannable": "ask"}})).await;
        let noor = fair.registration("Noor Aziz").with(ContactField::Company, "Aziz & Co").badge().await;
        desk.phone.scan(&noor).upload().await.all_accepted();
        let before = &desk.leads().await[0];
        assert_eq!(text(before, "/consent"), "pending");
        assert_eq!(restore(fair, noor.registration, Some(desk.space.id)).await, 1);
        assert_eq!(text(&desk.leads().await[0], "/registration/last_name"), "Aziz");
        let rescanned = desk.scan(&noor.code).await;
        assert_eq!(text(&rescanned, "/lead/consent"), "granted", "a scan asks nothing again: {rescanned}");
        // At the booth the person says no after all, and later yes: the newest word counts.
        for (granted, consent) in [(false, "withdrawn"), (true, "granted")] {
            desk.phone.scan(&noor).consent("disclosure", granted).upload().await.all_accepted();
            assert_eq!(text(&desk.leads().await[0], "/consent"), consent);
        }
        assert_eq!(withdraw(fair, noor.registration, None).await, 1);
        desk.phone.scan(&noor).consent("disclosure", true).upload().await.all_accepted();
        assert_eq!(text(&desk.leads().await[0], "/consent"), "withdrawn", "no booth undoes the person's own word");
        assert_eq!(desk.space.rows_unlike_their_log().await, []);
    }

    async fn before_the_answer_only_company_and_category_show(fair) {
        let desk = Desk::open(fair).await;
        fair.site.set_disclosure(json!({"visitor": {"scannable": "ask"}, "press": {"scannable": "ask", "fields":
            ["last_name"]}})).await;
        let noor = fair.registration("Noor Aziz").with(ContactField::Company, "Aziz & Co")
            .with(ContactField::Email, "noor@a.example").badge().await;
        desk.phone.scan(&noor).upload().await.all_accepted();
        let streamed = desk.streamed_since(0).await;
        let lead = desk.leads().await.remove(0);
        assert_eq!(
            lead["registration"],
            json!({"id": noor.registration, "category": "visitor", "company": "Aziz & Co"})
        );
        assert!(streamed.contains("Aziz & Co") && !streamed.contains("noor@") && !streamed.contains("Noor"), "{streamed}");
        for (query, found) in [("?q=co", 1), ("?q=noor", 0), ("?category=visitor", 1), ("?country=FR", 0)] {
            assert_eq!(desk.admin.leads(query).await.done(200)["total"], found, "{query}");
        }
        let export = desk.admin.api.get(&format!("/exhibitors/{}/leads/export?format=csv", desk.space.id)).await;
        assert!(export.text().contains("Aziz & Co") && !export.text().contains("noor@"), "{}", export.text());
        // Where the policy holds the company back, the category alone shows.
        let press = fair.registration("Paul Presse").with(ContactField::Company, "Le Soir").category("press").badge().await;
        desk.phone.scan(&press).upload().await.all_accepted();
        let lead = desk.leads().await.remove(0);
        assert_eq!(lead["registration"], json!({"id": press.registration, "category": "press"}));
        desk.phone.scan(&noor).consent("disclosure", true).upload().await.all_accepted();
        let lead = desk.leads().await.remove(0);
        assert_eq!(text(&lead, "/registration/email"), "noor@a.example");
    }

    async fn a_withdrawal_also_holds_for_an_unknown_code_that_turns_out_to_be_the_person(fair) {
        let desk = Desk::open(fair).await;
        let noor = desk.register("Noor").await;
        let id: RegistrationId = text(&noor, "/id").parse().unwrap();
        withdraw(fair, id, None).await;
        desk.scan("A-CODE-FROM-ELSEWHERE").await;
        fair.site.another_badge(id, "A-CODE-FROM-ELSEWHERE").await;
        let lead = &desk.leads().await[0];
        assert_eq!((text(lead, "/consent"), &lead["registration"]), ("withdrawn", &Value::Null));
    }

    async fn a_policy_that_discloses_less_is_kept_by_searches_at_once(fair) {
        let desk = Desk::open(fair).await;
        let noor = desk.register("Noor").await;
        desk.scan(text(&noor, "/badge/code")).await;
        assert_eq!(desk.admin.leads("?q=aziz").await.done(200)["total"], 1);
        let policy = json!({"disclosure": {"visitor": {"scannable": "no"}}});
        desk.patch("", None, policy).await.done(200);
        for query in ["?q=aziz", "?category=visitor", "?consent=granted"] {
            assert_eq!(desk.admin.leads(query).await.done(200)["total"], 0, "{query}");
        }
        desk.patch("", None, json!({"disclosure": {"*": {"listed": true}}})).await.done(200);
        assert_eq!(desk.admin.leads("?q=aziz").await.done(200)["total"], 1);
    }

    async fn what_less_may_be_seen_of_by_a_stands_word_is_told_as_that(fair) {
        let desk = Desk::open(fair).await;
        fair.site.set_disclosure(json!({"press": {"scannable": "ask"}})).await;
        let noor = fair.registration("Noor Aziz").badge().await;
        let paul = fair.registration("Paul Presse").category("press").badge().await;
        desk.phone.scan(&noor).upload().await.all_accepted();
        // A stream that has rendered what may not be seen any more.
        let mut live = desk.admin.live(None).await;
        let seq = desk.admin.leads("").await.done(200)["seq"].as_u64().unwrap();
        desk.phone.scan(&noor).upload().await.all_accepted();
        assert!(live.entry().await.to_string().contains("Aziz"));
        let said = json!({"code": noor.code, "purpose": "disclosure", "granted": false, "channel": "booth"});
        desk.phone.deliver(&[desk.phone.capture("consent", &said)]).await.all_accepted();
        for kind in ["lead.captured", "lead.redacted"] {
            assert_eq!(text(&live.entry().await, "/type"), kind);
        }
        let streamed = desk.streamed_since(seq).await;
        assert!(streamed.contains("lead.redacted") && !streamed.contains("Aziz"), "{streamed}");
        // So is a grant that is taken back, where the event asks first.
        let granted = desk.phone.scan(&paul).consent("disclosure", true).captures();
        desk.phone.deliver(&granted).await.all_accepted();
        let seq = desk.admin.leads("").await.done(200)["seq"].as_u64().unwrap();
        let annul = desk.phone.capture("annul", &json!({"annuls": granted[1]["id"]}));
        desk.phone.deliver(&[annul]).await.all_accepted();
        for kind in ["lead.captured", "lead.captured", "lead.captured", "lead.redacted"] {
            assert_eq!(text(&live.entry().await, "/type"), kind);
        }
        let streamed = desk.streamed_since(seq).await;
        assert!(streamed.contains("lead.redacted") && !streamed.contains("Presse"), "{streamed}");
        // What takes nothing away is told as it was.
        desk.phone.scan(&paul).consent("disclosure", true).upload().await.all_accepted();
        desk.phone.scan(&noor).consent("disclosure", false).upload().await.all_accepted();
        for _ in 0..4 {
            assert_eq!(text(&live.entry().await, "/type"), "lead.captured");
        }
        assert_eq!(desk.space.rows_unlike_their_log().await, []);
    }

    async fn what_a_person_allows_anew_holds_over_what_a_stand_recorded_meanwhile(fair) {
        let desk = Desk::open(fair).await;
        let noor = fair.registration("Noor Aziz").badge().await;
        desk.phone.scan(&noor).upload().await.all_accepted();
        assert_eq!(restore(fair, noor.registration, Some(desk.space.id)).await, 0, "the event allows it anyway");
        for said in [Some(desk.space.id), None] {
            desk.phone.scan(&noor).consent("disclosure", false).upload().await.all_accepted();
            assert_eq!(text(&desk.leads().await[0], "/consent"), "withdrawn");
            assert_eq!(restore(fair, noor.registration, said).await, 1);
            assert_eq!(text(&desk.leads().await[0], "/registration/last_name"), "Aziz");
        }
        assert_eq!(desk.space.rows_unlike_their_log().await, []);
    }

    async fn the_ledger_remembers_who_took_everything_back(fair) {
        let desk = Desk::open(fair).await;
        let id: RegistrationId = text(&desk.register("Noor").await, "/id").parse().unwrap();
        // A space that has not met the person yet.
        let later = fair.exhibitor("Bolt").open().await.id.into();
        let is_withdrawn = async || {
            let mut tx = fair.app().read().await.unwrap();
            let words = consent::own_words(&mut tx, fair.site.event, &[id]).await.unwrap();
            tx.done().await.unwrap();
            words.of(id, later).is_some_and(|(word, _)| word == ConsentState::Withdrawn)
        };
        withdraw(fair, id, Some(desk.space.id)).await;
        assert!(!is_withdrawn().await);
        withdraw(fair, id, None).await;
        assert!(is_withdrawn().await);
        restore(fair, id, None).await;
        assert!(!is_withdrawn().await);
    }
}
