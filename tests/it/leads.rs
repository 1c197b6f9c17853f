//! What a space knows of each person: lists and filters, edits, history, matching, and the promise
//! that a lead's row is what its log adds up to.

mod edits;
mod history;
mod lists;

use harness::chaos::Dice;
use harness::{Engine, Fair, Phone, on_every_engine};
use mobile_core::capture::ContactField;
use mobile_core::ids::{LeadId, SpaceId};
use mobile_core::wire::lead::{ConsentState, Match};
use serde_json::{Value, json};

on_every_engine! {
    async fn an_unmatched_scan_gets_its_person_when_the_desk_registers_them(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada, olga) = (space.phone("Ines").await, space.admin("Ada").await, fair.organizer().await);
        let upload = ines.scan("WALK-IN-77").note("came late").upload().await.all_accepted();
        assert_eq!(upload.reasons(), ["unknown_badge", ""]);
        let before = ada.lead(upload.lead_id()).await;
        assert_eq!((before.matched, before.consent, before.name()), (Match::Unmatched, ConsentState::Pending, None));
        let mut live = ada.live(None).await;
        let person = json!({"first_name": "Noor", "last_name": "Aziz", "email": "noor@example.org", "badge_code": "WALK-IN-77"});
        let registered = olga.register(&person).await.done(201);
        assert_eq!(registered["badge"]["code"], "WALK-IN-77");
        let frame = live.entry().await;
        assert_eq!((&frame["type"], &frame["lead"]["id"]), (&json!("lead.updated"), &json!(upload.lead_id())));
        let after = ada.lead(upload.lead_id()).await;
        assert_eq!((after.matched, after.name().as_deref(), after.note_texts()), (Match::Matched, Some("Noor Aziz"), vec!["came late"]));
        assert!(after.version > before.version);
        assert_eq!(ada.names("?q=noor").await, ["Noor Aziz"], "found by the name from now on");
        assert_eq!(space.rows_unlike_their_log().await, []);
    }

    async fn two_leads_of_one_person_become_one_and_the_other_id_stays_an_alias(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        let badge = fair.registration("Noor Aziz").badge().await;
        let unmatched = ines.scanned("OLD-TICKET");
        let older = ines.deliver(std::slice::from_ref(&unmatched)).await.all_accepted().lead_id();
        fair.app().clock.advance(1000);
        let younger = ines.scan(&badge).note("by badge").upload().await.all_accepted().lead_id();
        assert_ne!(older, younger);
        let mut live = ada.live(None).await;
        fair.site.another_badge(badge.registration, "OLD-TICKET").await;
        let frame = live.entry().await;
        assert_eq!(frame["type"], "lead.merged");
        assert_eq!((&frame["merged_id"], &frame["lead"]["id"]), (&json!(younger), &json!(older)), "the older id survives");
        let lead = ada.lead(younger).await;
        assert_eq!((lead.id, lead.scan_count, lead.note_texts()), (older, 2, vec!["by badge"]));
        assert_eq!(ada.names("").await, ["Noor Aziz"]);
        ines.deliver(&[ines.capture("note", &json!({"lead_id": younger, "text": "by alias"}))]).await.all_accepted();
        assert_eq!(ada.lead(older).await.note_texts(), ["by badge", "by alias"]);
        assert_eq!(ines.deliver(&[unmatched]).await.all_duplicates().lead_id(), older);
        assert_eq!(space.rows_unlike_their_log().await, []);
    }

    async fn a_business_card_is_a_lead_with_what_the_card_says(fair) {
        let [ines] = fair.exhibitor("Acme").phones(["Ines"]).await;
        let card = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Aziz;Noor;;;\r\nFN:Noor Aziz\r\nORG:Öresund Ltd\r\nEND:VCARD";
        let lead = ines.lead(ines.scan(card).upload().await.all_accepted().lead_id()).await;
        assert_eq!((lead.matched, lead.name().as_deref()), (Match::Unmatched, Some("Noor Aziz")));
        let correction = json!({"lead_id": lead.id, "company": "Oresund Group"});
        ines.deliver(&[ines.capture("contact", &correction)]).await.all_accepted();
        let contact = ines.lead(lead.id).await.contact.clone().unwrap();
        assert_eq!((contact.get(ContactField::Company), contact.get(ContactField::FirstName)), (Some("Oresund Group"), Some("Noor")));
    }

    async fn a_correction_stands_beside_what_the_organizer_knows(fair) {
        let [ines] = fair.exhibitor("Acme").phones(["Ines"]).await;
        let badge = fair.registration("Noor Aziz").with(ContactField::Company, "Old Ltd").badge().await;
        ines.scan(&badge).upload().await.all_accepted();
        let correction = json!({"code": badge.code, "company": "New Ltd"});
        ines.deliver(&[ines.capture("contact", &correction)]).await.all_accepted();
        let lead = ines.lead_of(&badge).await;
        assert_eq!(lead.registration.as_ref().unwrap().contact.get(ContactField::Company), Some("Old Ltd"));
        assert_eq!(lead.contact.as_ref().unwrap().get(ContactField::Company), Some("New Ltd"));
    }

    async fn a_refused_consent_hides_the_person_and_no_scan_brings_them_back(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        let badge = fair.registration("Noor Aziz").badge().await;
        let lead = ines.scan(&badge).note("secret").consent("disclosure", false).upload().await.all_accepted().lead_id();
        ines.scan(&badge).upload().await.all_accepted();
        for answer in [ada.ask_lead(lead).await, ada.leads("").await, ada.leads("?q=noor").await, ines.send(&[ines.scanned(&badge)]).await] {
            assert!(!answer.text().contains("Noor") && !answer.text().contains("secret"), "{}", answer.text());
        }
        assert_eq!(ada.lead(lead).await.consent, ConsentState::Withdrawn);
        assert!(!json!(ada.history(lead).await).to_string().contains("secret"));
    }

    async fn a_category_that_is_asked_first_shows_nobody_before_the_answer(fair) {
        let [ines] = fair.exhibitor("Acme").phones(["Ines"]).await;
        fair.site.set_disclosure(json!({"press": {"scannable": "ask", "fields": ["first_name", "last_name"]}})).await;
        let badge = fair.registration("Petra Press").category("press").with(ContactField::Email, "p@press.example").badge().await;
        let lead = ines.scan(&badge).upload().await.all_accepted().lead_id();
        assert_eq!((ines.lead(lead).await.consent, ines.lead(lead).await.name()), (ConsentState::Pending, None));
        ines.scan(&badge).consent("disclosure", true).upload().await.all_accepted();
        let shown = ines.lead(lead).await;
        assert_eq!((shown.consent, shown.name().as_deref()), (ConsentState::Granted, Some("Petra Press")));
        assert_eq!(shown.registration.as_ref().unwrap().contact.get(ContactField::Email), None, "only the fields of the policy");
    }

    async fn with_own_leads_only_a_member_sees_what_they_scanned_or_own(fair) {
        let space = fair.exhibitor("Acme").with_own_leads_only().open().await;
        let (ada, sam, ines) = (space.admin("Ada").await, space.scanner("Sam").await, space.phone("Ines").await);
        let noor = fair.registration("Noor Aziz").badge().await;
        let mine = json!({"id": fair.app().new_id::<uuid::Uuid>(), "captured_at": fair.now(), "kind": "scan", "code": noor.code});
        sam.deliver(&[mine]).await.done(200);
        let other = ines.scan(&fair.registration("Omid Other").badge().await).upload().await.all_accepted().lead_id();
        assert_eq!(sam.names("").await, ["Noor Aziz"]);
        assert_eq!(sam.leads("").await.json()["total"], 1);
        sam.ask_lead(other).await.refused("not_found");
        assert_same("", ada.names("").await, &["Noor Aziz", "Omid Other"]);
        let etag = ada.ask_lead(other).await.header("etag").unwrap().to_owned();
        ada.edit(other, Some(&etag), &json!({"owner": sam.id})).await.done(200);
        assert_eq!(sam.lead(other).await.name().as_deref(), Some("Omid Other"), "handed over, it is theirs");
    }

    async fn roles_without_leads_see_none(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let lead = space.phone("Ines").await.scan("HALL").upload().await.lead_id();
        for role in ["commercial_contact", "attendee"] {
            let member = space.member("Nina", role).await;
            member.leads("").await.refused("forbidden");
            member.ask_lead(lead).await.refused("forbidden");
        }
        space.scanner("Sam").await.api.get(&format!("/exhibitors/{}/rejected-captures", space.id)).await.refused("forbidden");
        let elsewhere = fair.elsewhere().await;
        let stranger = elsewhere.organizer_member("Otto", "owner").await;
        stranger.api.get(&format!("/exhibitors/{}/leads", space.id)).await.refused("not_found");
        stranger.api.get(&format!("/events/{}", fair.site.event)).await.refused("not_found");
    }

    async fn a_row_is_what_its_log_adds_up_to_after_any_traffic(fair) {
        for seed in [1, 2] {
            random_traffic(fair, seed).await;
        }
    }
}

fn assert_same(query: &str, mut got: Vec<String>, expected: &[&str]) {
    let mut expected: Vec<String> = expected.iter().map(|name| (*name).to_owned()).collect();
    got.sort_unstable();
    expected.sort_unstable();
    assert_eq!(got, expected, "{query}");
}

/// Phones with wrong clocks do everything at once, deliver late, twice and in any order, take things
/// back, while codes turn out to be people that are known already.
async fn random_traffic(fair: &harness::Fair, seed: u64) {
    let mut dice = Dice::new(seed);
    let space = fair.exhibitor(&format!("Space {seed}")).open().await;
    let mut badges = Vec::new();
    for number in 0..3 {
        badges.push(fair.registration(&format!("Person {number}")).badge().await);
    }
    let mut codes: Vec<String> = badges.iter().map(|badge| badge.code.clone()).collect();
    codes.extend((0..4).map(|number| format!("OTHER-{seed}-{number}")));
    let mut phones = Vec::new();
    for name in ["Ines", "Omar", "Tess"] {
        phones.push(space.phone(name).await);
    }
    let mut captures: Vec<(usize, Value)> = Vec::new();
    for _ in 0..120 {
        let holder = dice.below(3) as usize;
        captures.push((holder, any_capture(&phones[holder], &codes, &captures, &mut dice, fair)));
    }
    dice.shuffle(&mut captures);
    for (at, (holder, capture)) in captures.iter().enumerate() {
        let mut batch = vec![capture.clone()];
        if dice.once_in(3) {
            let (_, earlier) = &captures[dice.below(at as u64 + 1) as usize];
            batch.push(earlier.clone());
        }
        phones[*holder].deliver(&batch).await;
        if at == 40 {
            fair.site.another_badge(badges[0].registration, &codes[3]).await;
        }
        if at == 80 {
            fair.registration("Fresh Face").code(&codes[4]).badge().await;
        }
    }
    assert_eq!(space.rows_unlike_their_log().await, [], "seed {seed}");
    for (holder, capture) in &captures {
        phones[*holder].deliver(std::slice::from_ref(capture)).await;
    }
    assert_eq!(space.rows_unlike_their_log().await, [], "seed {seed}, told again");
}

fn any_capture(
    phone: &Phone,
    codes: &[String],
    before: &[(usize, Value)],
    dice: &mut Dice,
    fair: &harness::Fair,
) -> Value {
    let code = dice.one_of(codes).as_str();
    let mut capture = match dice.below(9) {
        0 if !before.is_empty() => phone.capture("annul", &json!({"annuls": dice.one_of(before).1["id"]})),
        1 => phone.capture("note", &json!({"code": code, "text": format!("note {}", dice.below(1000))})),
        2 => phone.capture("rating", &json!({"code": code, "rating": *dice.one_of(&["hot", "warm", "cold"])})),
        3 => phone.capture(
            "tags",
            &json!({"code": code, "add": [*dice.one_of(&["a", "b"])], "remove": [*dice.one_of(&["b", "c"])]}),
        ),
        4 => phone.capture("answers", &json!({"code": code, "answers": {"q": dice.below(3)}})),
        5 => phone.capture("stage", &json!({"code": code, "stage": *dice.one_of(&["new", "won"])})),
        6 => phone.capture("contact", &json!({"code": code, "city": *dice.one_of(&["Paris", ""])})),
        _ => phone.scanned(code),
    };
    // Few times, so that some are equal.
    let at = fair.now().plus_micros(-1_000_000 * (dice.below(4) as i64));
    capture["captured_at"] = json!(at);
    capture
}

/// How PostgreSQL would look rows of a table up by keys.
macro_rules! plan_on_postgres {
    ($fair:ident, $table:literal by $column:literal, $is_locked:literal) => {{
        let mut tx = $fair.app().write().await.unwrap();
        let server::storage::Conn::Postgres(conn) = tx.conn() else { panic!("this is about PostgreSQL") };
        let mut query = sqlx::QueryBuilder::<sqlx::Postgres>::new("EXPLAIN ");
        let keys: Vec<_> = (0..64).map(|_| ($fair.app().new_id::<SpaceId>(), $fair.app().new_id::<LeadId>())).collect();
        server::push_wanted!(query, keys.iter());
        query.push("SELECT t.* ");
        server::push_found!(query, $fair.site.event, $table "t" by $column, $is_locked);
        let plan: Vec<String> = query.build_query_scalar().fetch_all(conn).await.unwrap();
        plan.join("\n")
    }};
}

#[test]
fn soon_after_an_events_first_scans_postgres_takes_each_key_to_its_index() {
    harness::run(Engine::Postgres, "each_key_to_an_index", async |fair: &Fair| {
        let [phone] = fair.exhibitor("Acme").phones(["Ines"]).await;
        let scans: Vec<Value> = (0..400).map(|number| phone.scanned(format!("CODE-{number}").as_str())).collect();
        phone.deliver(&scans).await.all_accepted();
        // The planner knows nothing of the young tables, until the server has it look.
        harness::eventually(|| async {
            let plans = [
                plan_on_postgres!(fair, "lead" by "registration_id", true),
                plan_on_postgres!(fair, "lead" by "id", true),
                plan_on_postgres!(fair, "capture" by "id", false),
            ];
            let reaches = |plan: &String| {
                let asked = plan.lines().find(|line| line.contains("Index Cond")).unwrap_or_default();
                asked.contains("\"*VALUES*\".column2")
            };
            plans.iter().all(reaches).then_some(())
        })
        .await;
    });
}
