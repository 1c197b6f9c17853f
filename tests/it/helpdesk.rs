//! The help desk: merging people, assigning codes, moving scans, what lies aside, and taking it back.

mod aside;
mod merging;

pub use crate::browsing::picture;
use harness::browser::Browser;
use harness::{Answer, Fair, Organizer, eventually, on_every_engine};
use mobile_core::badge::code_hash;
use mobile_core::capture::ContactField;
use mobile_core::ids::RegistrationId;
use mobile_core::time::Timestamp;
use serde_json::{Value, json};
use server::helpdesk::moves;

const HOUR: i64 = 3_600_000_000;

async fn desk(fair: &Fair) -> Organizer {
    fair.site.organizer_member("Dora Desk", "desk").await
}

async fn merge(who: &Organizer, into: RegistrationId, from: RegistrationId, query: &str) -> Answer {
    let path = format!("/events/{}/registrations/{into}/merge{query}", who.site.event);
    who.api.post(&path, &json!({"registration_id": from})).await
}

async fn undo(who: &Organizer, action: &Value) -> Answer {
    let action = action.as_str().expect("a deed");
    who.api.post(&format!("/events/{}/desk-actions/{action}/undo", who.site.event), &json!({})).await
}

async fn withdraw(fair: &Fair, person: RegistrationId) {
    let mut tx = fair.app().write().await.unwrap();
    server::consent::withdraw(fair.app(), &mut tx, fair.site.event, person, None, "attendee").await.unwrap();
    tx.commit(&fair.app().hub).await.unwrap();
}

/// What a move is asked for: everything of today, for another exhibitor.
fn order(target: &harness::Space, now: Timestamp) -> Value {
    json!({"exhibitor_id": target.id, "from": now.plus_micros(-HOUR), "until": now.plus_micros(HOUR),
        "reason": "paired at the wrong stand"})
}

on_every_engine! {
    async fn two_people_who_are_one_become_one_lead_with_the_notes_of_both(fair) {
        let dora = desk(fair).await;
        let acme = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (acme.phone("Ines").await, acme.admin("Ada").await);
        let noor = fair.registration("Noor Aziz").badge().await;
        let nour = fair.registration("Nour Aziz").with(ContactField::Email, "nour@a.example").badge().await;
        ines.scan(&noor).note("wants a demo").upload().await.all_accepted();
        let other = ines.scan(&nour).note("has a budget").rate("hot").upload().await.all_accepted().lead_id();
        let seq = ada.leads("").await.json()["seq"].as_u64();

        let looked = merge(&dora, noor.registration, nour.registration, "?dry_run=true").await.done(200);
        assert_eq!((&looked["leads"], &looked["joined_leads"], &looked["action_id"]), (&json!(1), &json!(1), &Value::Null));
        assert_eq!(ada.leads("").await.json()["total"], 2, "looking changes nothing");
        let merged = merge(&dora, noor.registration, nour.registration, "").await.done(200);

        let leads = ada.leads("").await.json();
        assert_eq!(leads["total"], 1);
        let lead = ines.lead_of(&noor).await;
        assert_eq!((lead.note_texts(), lead.scan_count), (vec!["wants a demo", "has a budget"], 2));
        assert_eq!(leads["items"][0]["registration"]["email"], "nour@a.example", "what only the other had is taken over");
        assert_eq!(ada.lead(other).await.id, lead.id, "the former id leads to the one lead");
        assert!(ada.poll(seq, 0).await.to_string().contains("lead.merged"));
        // The other badge still works, and counts for the same person.
        assert_eq!(ines.scan(&nour).upload().await.all_accepted().lead_id(), lead.id);
        assert_eq!(acme.rows_unlike_their_log().await, []);
        let people = dora.api.get(&format!("/events/{}/registrations", fair.site.event)).await.json();
        assert_eq!(people["items"].as_array().map(Vec::len), Some(1));
        assert_eq!(people["items"][0]["badges"].as_array().map(Vec::len), Some(2));
        merge(&dora, noor.registration, nour.registration, "").await.refused("invalid_field");

        undo(&dora, &merged["action_id"]).await.done(200);
        assert_eq!(ada.leads("").await.json()["total"], 2);
        assert_eq!((ines.lead_of(&noor).await.note_texts(), ines.lead_of(&noor).await.scan_count), (vec!["wants a demo"], 1));
        let nours = ines.lead_of(&nour).await;
        assert_eq!((nours.note_texts(), nours.scan_count), (vec!["has a budget"], 2), "the scan since went with its badge");
        assert_eq!(acme.rows_unlike_their_log().await, []);
        undo(&dora, &merged["action_id"]).await.refused("used_up");
    }

    async fn the_stricter_consent_wins_and_comes_apart_again(fair) {
        let dora = desk(fair).await;
        let acme = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (acme.phone("Ines").await, acme.admin("Ada").await);
        let open = fair.registration("Noor Aziz").badge().await;
        let shy = fair.registration("Nour Aziz").badge().await;
        ines.scan(&open).upload().await.all_accepted();
        ines.scan(&shy).upload().await.all_accepted();
        withdraw(fair, shy.registration).await;
        let merged = merge(&dora, open.registration, shy.registration, "").await.done(200);
        let leads = ada.leads("?consent=withdrawn").await.json();
        assert_eq!((&leads["total"], &leads["items"][0]["registration"]), (&json!(1), &Value::Null));
        // Another exhibitor that meets the person only now follows it too.
        let bolt = fair.exhibitor("Bolt").phones(["Bo"]).await;
        bolt[0].scan(&open).upload().await.all_accepted();
        let met: Value = bolt[0].api.get(&format!("/exhibitors/{}/leads", bolt[0].exhibitor)).await.ok();
        assert_eq!(met["items"][0]["consent"], "withdrawn");
        undo(&dora, &merged["action_id"]).await.done(200);
        assert_eq!(ada.leads("?consent=granted").await.json()["total"], 1);
        assert_eq!(ada.leads("?consent=withdrawn").await.json()["total"], 1);
    }

    async fn merging_a_minor_leaves_a_minor(fair) {
        let dora = desk(fair).await;
        let visitor = fair.registration("Noor Aziz").badge().await;
        let minor = fair.registration("Noor Aziz").category("minor").badge().await;
        let merged = merge(&dora, visitor.registration, minor.registration, "").await.done(200);
        assert_eq!(merged["category"], "minor");
        undo(&dora, &merged["action_id"]).await.done(200);
        let path = format!("/events/{}/registrations/{}", fair.site.event, visitor.registration);
        assert_eq!(dora.api.get(&path).await.json()["category"], "visitor");
    }

    async fn what_was_corrected_since_a_merge_stays_when_it_is_taken_back(fair) {
        let dora = desk(fair).await;
        let visitor = fair.registration("Noor Aziz").badge().await;
        let crew = fair.registration("Noor Aziz").category("crew").badge().await;
        let merged = merge(&dora, visitor.registration, crew.registration, "").await.done(200);
        assert_eq!(merged["category"], "crew");
        let path = format!("/events/{}/registrations/{}", fair.site.event, visitor.registration);
        dora.api.patch(&path, None, &json!({"category": "minor"})).await.done(200);
        undo(&dora, &merged["action_id"]).await.done(200);
        assert_eq!(dora.api.get(&path).await.json()["category"], "minor");
    }

    async fn two_desks_that_register_and_merge_the_same_person_end_with_one(fair) {
        let (dora, dirk) = (desk(fair).await, fair.site.organizer_member("Dirk Desk", "desk").await);
        let person = json!({"first_name": "Noor", "last_name": "Aziz", "email": "noor@a.example"});
        let (one, two) = tokio::join!(dora.register(&person), dirk.register(&person));
        let id = |answer: Answer| answer.done(201)["id"].as_str().unwrap().parse::<RegistrationId>().unwrap();
        let (one, two) = (id(one), id(two));
        assert_ne!(one, two, "an e-mail and a name prove nobody to be one person");
        // Both notice, and merge at once, each into their own.
        let (left, right) = tokio::join!(merge(&dora, one, two, ""), merge(&dirk, two, one, ""));
        let statuses = [left.status, right.status];
        assert!(statuses.contains(&200) && statuses.iter().all(|status| [200, 404, 422].contains(status)), "{statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "one of them was first: {statuses:?}");
        let people = dora.api.get(&format!("/events/{}/registrations", fair.site.event)).await.json();
        assert_eq!(people["items"].as_array().map(Vec::len), Some(1));
        assert_eq!(people["items"][0]["badges"].as_array().map(Vec::len), Some(2), "both badges are valid");
    }

    async fn an_unknown_contact_card_is_named_by_whom_it_names(fair) {
        let dora = desk(fair).await;
        let ines = fair.exhibitor("Acme").open().await.phone("Ines").await;
        ines.scan("BEGIN:VCARD\r\nVERSION:3.0\r\nN:Parry;Gwen;;;\r\nFN:Gwen Parry\r\nORG:Torchwood\r\nEND:VCARD\r\n").upload().await;
        let listed = dora.api.get(&format!("/events/{}/unmatched-codes", fair.site.event)).await.json();
        let code = &listed["items"][0];
        assert_eq!((&code["name"], &code["company"]), (&json!("Gwen Parry"), &json!("Torchwood")));
        let page = dora.api.get(&format!("//events/{}/help-desk", fair.site.event)).await.text();
        assert!(page.contains("Gwen Parry") && !page.contains("BEGIN:VCARD"), "{page}");
    }

    async fn a_code_that_nobody_knew_gets_its_person_in_every_space(fair) {
        let dora = desk(fair).await;
        let (acme, bolt) = (fair.exhibitor("Acme").open().await, fair.exhibitor("Bolt").open().await);
        let (ines, bo) = (acme.phone("Ines").await, bolt.phone("Bo").await);
        let noor = fair.registration("Noor Aziz").badge().await;
        ines.scan("TICKET-4711").note("asked for a price").upload().await;
        bo.scan("TICKET-4711").upload().await;
        bo.scan(&noor).upload().await.all_accepted();
        let codes = format!("/events/{}/unmatched-codes", fair.site.event);
        let listed = dora.api.get(&codes).await.json();
        let code = &listed["items"][0];
        assert_eq!((&code["code"], &code["leads"], &code["scans"]), (&json!("TICKET-4711"), &json!(2), &json!(2)));
        let assign = format!("{codes}/{}/assign", code["code_hash"].as_str().unwrap());
        dora.api.post(&assign, &json!({"registration_id": RegistrationId(uuid::Uuid::nil())})).await.refused("invalid_field");
        let assigned = dora.api.post(&assign, &json!({"registration_id": noor.registration})).await.done(200);
        assert_eq!(assigned["leads"], 2);
        assert_eq!(ines.lead_of(&noor).await.note_texts(), ["asked for a price"]);
        assert_eq!(bo.lead_of(&noor).await.scan_count, 2, "what was known and what was not are one lead");
        assert_eq!(dora.api.get(&codes).await.json()["items"], json!([]));
        dora.api.post(&assign, &json!({"registration_id": noor.registration})).await.refused("not_found");

        undo(&dora, &assigned["action_id"]).await.done(200);
        assert_eq!(dora.api.get(&codes).await.json()["items"][0]["leads"], 2);
        assert_eq!(bo.lead_of(&noor).await.scan_count, 1);
        for space in [&acme, &bolt] {
            assert_eq!(space.rows_unlike_their_log().await, []);
        }
    }

    async fn a_revoked_badge_that_was_scanned_is_no_code_that_nobody_knows(fair) {
        let dora = desk(fair).await;
        let ines = fair.exhibitor("Acme").open().await.phone("Ines").await;
        let (noor, omar) = (fair.registration("Noor Aziz").badge().await, fair.registration("Omar Roy").badge().await);
        let badge = format!("/events/{}/badges/{}", fair.site.event, noor.id);
        dora.api.post(&format!("{badge}/revoke"), &json!({"reason": "lost"})).await.done(200);
        ines.scan(&noor).upload().await.all_accepted();
        let codes = format!("/events/{}/unmatched-codes", fair.site.event);
        assert_eq!(dora.api.get(&codes).await.json()["items"], json!([]));
        let hash = server::audit::hex(&code_hash(&noor.code));
        let assign = dora.api.post(&format!("{codes}/{hash}/assign"), &json!({"registration_id": omar.registration})).await;
        let problem = assign.refused("badge_revoked");
        assert!(problem.detail.contains("a new badge can be made"), "{problem:?}");
    }

    async fn scans_go_to_the_right_exhibitor_while_the_phone_is_still_uploading(fair) {
        let olga = fair.organizer().await;
        let (acme, bolt) = (fair.exhibitor("Acme").open().await, fair.exhibitor("Bolt").open().await);
        let (ines, ada, bea) = (acme.phone("Ines").await, acme.admin("Ada").await, bolt.admin("Bea").await);
        let (noor, omar) = (fair.registration("Noor Aziz").badge().await, fair.registration("Omar Roy").badge().await);
        let early = ines.scan(&noor).note("wants a demo").captures();
        let late = ines.scan(&omar).note("call on Monday").captures();
        ines.deliver(&early).await.all_accepted();
        let (from_acme, from_bolt) = (ada.leads("").await.json()["seq"].as_u64(), bea.leads("").await.json()["seq"].as_u64());

        let path = format!("/events/{}/devices/{}/move-scans", fair.site.event, ines.device);
        let order = order(&bolt, fair.now());
        let looked = olga.api.post(&format!("{path}?dry_run=true"), &order).await.done(200);
        assert_eq!((&looked["captures"], &looked["leads"]), (&json!(2), &json!(1)));
        let moved = olga.api.post(&path, &order).await.done(200);
        assert_eq!(moved["captures"], 2);
        assert_eq!((ada.leads("").await.json()["total"].clone(), bea.leads("").await.json()["total"].clone()), (json!(0), json!(1)));
        assert!(ada.poll(from_acme, 0).await.to_string().contains("wrong stand"), "the reason is in the stream");
        assert!(bea.poll(from_bolt, 0).await.to_string().contains("lead.captured"));
        let theirs = bea.leads("").await.json()["items"][0].clone();
        assert_eq!(theirs["notes"][0]["text"], "wants a demo");
        let history = bea.history(theirs["id"].as_str().unwrap().parse().unwrap()).await;
        assert!(json!(history).to_string().contains(&acme.id.to_string()), "it says where it came from");

        // The phone goes on sending what it still holds, to where it is paired, and is told all is kept.
        ines.deliver(&late).await.all_accepted();
        assert_eq!(moves::sweep(fair.app()).await.unwrap(), 2);
        assert_eq!(moves::sweep(fair.app()).await.unwrap(), 0, "nothing moves twice");
        assert_eq!((ada.leads("").await.json()["total"].clone(), bea.leads("").await.json()["total"].clone()), (json!(0), json!(2)));
        ines.deliver(&early).await.all_duplicates();
        olga.api.post(&path, &order).await.done(200);
        assert_eq!(bea.leads("").await.json()["total"], 2, "asking again moves nothing");

        undo(&olga, &moved["action_id"]).await.done(200);
        assert_eq!((ada.leads("").await.json()["total"].clone(), bea.leads("").await.json()["total"].clone()), (json!(2), json!(0)));
        for space in [&acme, &bolt] {
            assert_eq!(space.rows_unlike_their_log().await, []);
        }
    }

    async fn a_move_that_makes_no_sense_says_why(fair) {
        let olga = fair.organizer().await;
        let (acme, bolt) = (fair.exhibitor("Acme").open().await, fair.exhibitor("Bolt").open().await);
        let ines = acme.phone("Ines").await;
        let path = format!("/events/{}/devices/{}/move-scans", fair.site.event, ines.device);
        let good = order(&bolt, fair.now());
        for (field, value) in [
            ("exhibitor_id", json!(acme.id)),
            ("exhibitor_id", json!(ines.device)),
            ("until", good["from"].clone()),
            ("reason", json!(" ")),
        ] {
            let mut order = good.clone();
            order[field] = value;
            let problem = olga.api.post(&path, &order).await.refused("invalid_field");
            assert_eq!(problem.errors[0].pointer, format!("/{field}"));
        }
        desk(fair).await.api.post(&path, &good).await.refused("forbidden");
    }

    async fn what_a_lost_phone_sends_is_taken_in_or_put_away_and_back(fair) {
        let dora = fair.organizer().await;
        let acme = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (acme.phone("Ines").await, acme.admin("Ada").await);
        let noor = fair.registration("Noor Aziz").badge().await;
        let scan = ines.scan(&noor).captures();
        fair.site.lose(&ines).await;
        ines.send(&scan).await.done(200);
        let aside = ada.rejected().await[0]["id"].as_str().unwrap().to_owned();
        let path = |deed: &str| format!("/exhibitors/{}/rejected-captures/{aside}/{deed}", acme.id);
        let away = ada.api.post(&path("discard"), &json!({})).await.done(200);
        assert_eq!(ada.rejected().await, [] as [Value; 0]);
        ada.api.post(&path("release"), &json!({})).await.refused("used_up");
        undo(&dora, &away["action_id"]).await.done(200);
        let taken = ada.api.post(&path("release"), &json!({})).await.done(200);
        assert_eq!((ada.leads("").await.json()["total"].clone(), ada.rejected().await.len()), (json!(1), 0));
        assert_eq!(ada.names("").await, ["Noor Aziz"]);
        undo(&dora, &taken["action_id"]).await.done(200);
        assert_eq!((ada.leads("").await.json()["total"].clone(), ada.rejected().await.len()), (json!(0), 1));
        assert_eq!(acme.rows_unlike_their_log().await, []);
    }

    async fn one_search_finds_a_stand_a_colleague_a_phone_a_badge_number_and_a_visitor(fair) {
        let olga = fair.organizer().await;
        let acme = fair.exhibitor("Acme").open().await;
        acme.admin("Ada Admin").await;
        acme.phone("Counter left").await;
        let edit = format!("/events/{}/exhibitors/{}", fair.site.event, acme.id);
        olga.api.patch(&edit, None, &json!({"booth": {"hall": "4", "number": "B12"}})).await;
        let noor = fair.registration("Noor Aziz").badge().await;
        let find = async |q: &str| olga.api.get(&format!("/events/{}/help-desk?q={q}", fair.site.event)).await.done(200);
        for q in ["acme", "ada%20admin", "counter"] {
            assert_eq!(find(q).await["exhibitors"][0]["name"], "Acme", "{q}");
        }
        for q in ["noor", noor.number.as_str()] {
            assert_eq!(find(q).await["people"][0]["id"], json!(noor.registration), "{q}");
        }
        assert_eq!(find("nothing%20like%20it").await, json!({"people": [], "exhibitors": []}));
        let seen = desk(fair).await.api.get(&format!("/events/{}/help-desk?q=acme", fair.site.event)).await.done(200);
        assert_eq!(seen["exhibitors"][0]["team"], json!([]), "the desk's role manages no teams");
        assert_eq!(find("acme").await["exhibitors"][0]["licences_taken"], json!(1));
        assert_eq!(seen["exhibitors"][0]["licences_taken"], Value::Null, "nor phones: it is told no number of them");
    }

    async fn the_desk_merges_moves_and_takes_back_on_its_page(fair) {
        let Some(browser) = Browser::start().await else { return };
        let olga = fair.organizer().await;
        let (acme, bolt) = (fair.exhibitor("Acme").open().await, fair.exhibitor("Bolt").open().await);
        let (ines, ada, bea) = (acme.phone("Ines").await, acme.admin("Ada Admin").await, bolt.admin("Bea").await);
        let noor = fair.registration("Noor Aziz").with(ContactField::Company, "Aziz SA").badge().await;
        let nour = fair.registration("Nour Aziz").badge().await;
        ines.scan(&noor).upload().await.all_accepted();
        ines.scan(&nour).upload().await.all_accepted();
        ines.scan("TICKET-4711").upload().await;
        let base = format!("{}/events/{}/help-desk", olga.api.base(), fair.site.event);
        let mut tab = browser.tab(1440, 900).await;
        tab.sign_in(&olga.api).await;
        tab.go(&base).await;
        picture(&mut tab, "desk-1440").await;
        tab.click("#q").await;
        tab.type_text("aziz").await;
        tab.click(".finder .button.primary").await;
        tab.until("document.querySelectorAll('#main tbody tr').length === 2").await;
        tab.click("[aria-label='Merge Noor Aziz with another registration']").await;
        tab.until("document.querySelector('.notice')?.textContent.includes('Noor Aziz')").await;
        tab.click("[aria-label='Nour Aziz is the same person']").await;
        tab.until("document.querySelector('#merge-title') !== null").await;
        picture(&mut tab, "desk-merge-1440").await;
        tab.click(".desk-panel .button.primary").await;
        tab.until("document.querySelector('#merge-title') === null && document.readyState === 'complete'").await;
        eventually(async || (ada.leads("").await.json()["total"] == 2).then_some(())).await;

        tab.go(&format!("{base}?q=acme")).await;
        picture(&mut tab, "desk-exhibitor-1440").await;
        tab.click("[aria-label='Pairing code for Acme']").await;
        tab.until("document.querySelector('#answer[open] img')?.naturalWidth > 0").await;
        tab.click("#answer [aria-label=Close]").await;
        tab.click("a[href*='device=']").await;
        tab.until("document.querySelector('#move-title') !== null").await;
        tab.value(&format!("(() => {{ const put = (name, value) => {{ document.querySelector(`.desk-form [name=${{name}}]`).value = value; }}; \
            put('target', '{}'); put('from', '2020-01-01T00:00'); put('until', '2040-01-01T00:00'); put('reason', 'Wrong stand'); }})()", bolt.id)).await;
        tab.click(".desk-form .button.primary").await;
        tab.until("document.querySelector('.desk-form [role=status]')?.textContent.includes('go over')").await;
        picture(&mut tab, "desk-move-1440").await;
        tab.click(".desk-form .button.primary").await;
        tab.until("document.querySelector('#move-title') === null && document.readyState === 'complete'").await;
        eventually(async || (bea.leads("").await.json()["total"] == 2).then_some(())).await;

        tab.go(&base).await;
        tab.until("document.querySelectorAll('.desk-deeds li').length === 2").await;
        tab.click(".desk-deeds li:first-child button").await;
        tab.until("document.querySelector('#ask').open").await;
        tab.click("#ask-do").await;
        tab.until("document.querySelector('.desk-deeds li:first-child').textContent.includes('Taken back')").await;
        assert_eq!(bea.leads("").await.json()["total"], 0);
        let mut phone = browser.tab(390, 844).await;
        phone.sign_in(&olga.api).await;
        for place in ["", "?q=acme", "?q=aziz"] {
            phone.go(&format!("{base}{place}")).await;
            assert_eq!(phone.value("document.documentElement.scrollWidth").await, json!(390), "{place}");
            picture(&mut phone, &format!("desk-390{}", place.replace(['?', '='], "-"))).await;
        }
        assert_eq!(tab.problems(), [] as [&str; 0]);
    }
}
