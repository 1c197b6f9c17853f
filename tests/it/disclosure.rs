//! Every category, in every state of consent, with the registered e-mail address or another one for
//! exhibitors, at every place where an exhibitor sees people: exactly the fields that the event's policy
//! discloses, and nothing else of anybody.

use crate::browsing::attendee;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use calamine::{Reader as _, Xlsx};
use harness::{Badge, Fair, Phone, Received, Space, TeamMember, on_every_engine};
use mobile_core::capture::ContactField::{self, Company, Country, Email, FirstName, JobTitle, LastName};
use reqwest::Method;
use serde_json::json;
use server::consent;
use std::io::Cursor;

const CATEGORIES: [&str; 5] = ["visitor", "buyer", "press", "crew", "minor"];
/// What an exhibitor's contact list shows at most.
const LISTED: [ContactField; 5] = [FirstName, LastName, JobTitle, Company, Country];

/// What the person said of the exhibitor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    Nothing,
    Granted,
    Withdrawn,
}

/// Which e-mail address exhibitors see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Address {
    Registered,
    Another,
}

struct Person {
    category: &'static str,
    said: Said,
    address: Address,
    badge: Badge,
}

impl Person {
    /// A text that stands in this field of this person and nowhere else.
    fn mark(category: &str, said: Said, address: Address, field: ContactField) -> String {
        let mark = format!("{}-{address:?}-{category}-{said:?}", field.as_str().replace('_', "")).to_lowercase();
        if field == Email { format!("{mark}@secret.example") } else { mark }
    }

    /// The address that a person with another one names for exhibitors.
    fn another(category: &str, said: Said) -> String {
        format!("chosen-{category}-{said:?}@secret.example").to_lowercase()
    }

    /// What stands in this field for exhibitors.
    fn text(&self, field: ContactField) -> String {
        match (field, self.address) {
            (Email, Address::Another) => Self::another(self.category, self.said),
            _ => Self::mark(self.category, self.said, self.address, field),
        }
    }

    /// The registered address, where exhibitors must never see it.
    fn hidden(&self) -> Option<String> {
        let registered = Self::mark(self.category, self.said, self.address, Email);
        (self.address == Address::Another).then_some(registered)
    }

    /// What the policy of this test discloses of them.
    fn disclosed(&self) -> Vec<ContactField> {
        match (self.category, self.said) {
            (_, Said::Withdrawn) | ("crew" | "minor", _) => Vec::new(),
            ("buyer", _) => vec![LastName, Company],
            ("press", Said::Nothing) => vec![Company],
            _ => ContactField::ALL.into(),
        }
    }

    /// Fails where a text shows more or less of them than these fields.
    fn shows(&self, place: &str, text: &str, expected: &[ContactField], looked_at: &[ContactField]) {
        let text = text.to_lowercase();
        let (category, said, address) = (self.category, self.said, self.address);
        for field in looked_at {
            let shown = text.contains(&self.text(*field));
            assert_eq!(shown, expected.contains(field), "{place}: {field:?} of {category}, {said:?}, {address:?}");
        }
        let is_hidden = self.hidden().is_none_or(|hidden| !text.contains(&hidden));
        assert!(is_hidden, "{place}: the registered address of {category}, {said:?}");
    }
}

/// Has exhibitors see another address of somebody.
async fn name_another(fair: &Fair, badge: &Badge, registered: &str, another: &str) {
    let own = attendee(fair, registered).await;
    let path = format!("/attendee/{}/exhibitor-email", badge.registration);
    let body = json!({"email": another}).to_string().into_bytes();
    own.send(Method::PUT, &path, &[("content-type", "application/json")], Some(body)).await.done(200);
    let proof = json!({"token": fair.mail_to(another, 1).await.token()});
    own.post("/attendee/exhibitor-email", &proof).await.done(200);
}

/// One person of each category in each state with either address, scanned by the phone before they said
/// anything.
async fn everybody(fair: &Fair, space: &Space, phone: &Phone) -> Vec<Person> {
    let mut people = Vec::new();
    let states = [Said::Nothing, Said::Granted, Said::Withdrawn];
    for category in CATEGORIES {
        let kinds = states.into_iter().flat_map(|said| [(said, Address::Registered), (said, Address::Another)]);
        for (said, address) in kinds {
            let mark = |field| Person::mark(category, said, address, field);
            let name = format!("{} {}", mark(FirstName), mark(LastName));
            let mut person = fair.registration(&name).category(category);
            for field in ContactField::ALL.into_iter().filter(|field| ![FirstName, LastName].contains(field)) {
                person = person.with(field, &mark(field));
            }
            let badge = person.badge().await;
            let chosen = Person::another(category, said);
            if address == Address::Another && said == Said::Granted {
                name_another(fair, &badge, &mark(Email), &chosen).await;
            }
            phone.scan(&badge).upload().await.all_accepted();
            if address == Address::Another && said != Said::Granted {
                // Leads that are there change too.
                name_another(fair, &badge, &mark(Email), &chosen).await;
            }
            let (app, event) = (fair.app(), fair.site.event);
            let (who, of) = (badge.registration, Some(space.id));
            let mut tx = app.write().await.unwrap();
            match said {
                Said::Nothing => 0,
                Said::Granted => consent::restore(app, &mut tx, event, who, of, "attendee").await.unwrap(),
                Said::Withdrawn => consent::withdraw(app, &mut tx, event, who, of, "attendee").await.unwrap(),
            };
            tx.commit(&app.hub).await.unwrap();
            people.push(Person { category, said, address, badge });
        }
    }
    people
}

/// A badge from elsewhere that says itself whose it is.
fn card(email: &str) -> String {
    format!("BEGIN:VCARD\r\nVERSION:3.0\r\nN:Card;Carla;;;\r\nFN:Carla Card\r\nEMAIL:{email}\r\nEND:VCARD")
}

async fn text_of(who: &TeamMember, path: &str) -> String {
    let answer = who.api.get(&format!("/exhibitors/{}{path}", who.exhibitor)).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    answer.text()
}

on_every_engine! {
    async fn each_place_shows_exactly_the_fields_that_are_disclosed(fair) {
        fair.site.set_disclosure(json!({
            "*": {"listed": true},
            "buyer": {"listed": true, "fields": ["last_name", "company"]},
            "press": {"listed": true, "scannable": "ask"},
            "crew": {"listed": true, "scannable": "no"},
        })).await;
        let space = fair.exhibitor("Acme").open().await;
        let (phone, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        let people = everybody(fair, &space, &phone).await;
        let all = ContactField::ALL;
        let cards: Vec<ContactField> = all.into_iter().filter(|field| *field != ContactField::Language).collect();
        for (place, path) in [
            ("list", "/leads?limit=500"), ("stream", "/feed?since=0&wait=0"), ("CSV", "/leads/export?format=csv"),
            ("JSON lines", "/leads/export?format=jsonl"), ("page", ""),
        ] {
            let text = match place {
                "page" => ada.api.get(&format!("//exhibitors/{}/leads", space.id)).await.text(),
                _ => text_of(&ada, path).await,
            };
            // A row of the page has no place for phone and address.
            let looked_at = if place == "page" { vec![FirstName, LastName, JobTitle, Company, Country] } else { all.into() };
            for person in &people {
                person.shows(place, &text, &person.disclosed(), &looked_at);
            }
        }
        let mut live = ada.live(Some(0)).await;
        let mut text = String::new();
        while live.seen < live.hello {
            let Received::Frame(frame) = live.next().await else { panic!("the stream ended") };
            text.push_str(&frame.to_string());
        }
        let workbook = ada.api.get(&format!("/exhibitors/{}/leads/export?format=xlsx", space.id)).await.body;
        let mut workbook = Xlsx::new(Cursor::new(workbook)).unwrap();
        let cells = workbook.worksheets().into_iter().map(|(_, sheet)| {
            sheet.used_cells().map(|(_, _, cell)| cell.to_string()).collect::<Vec<_>>().join("\n")
        });
        let cells = cells.collect::<Vec<_>>().join("\n");
        for person in &people {
            person.shows("socket", &text, &person.disclosed(), &all);
            person.shows("workbook", &cells, &person.disclosed(), &all);
        }
        // Folded lines are put together again.
        let text = text_of(&ada, "/leads/export?format=vcf").await.replace("\r\n ", "");
        for person in &people {
            person.shows("vCard", &text, &person.disclosed(), &cards);
        }
        for nothing in ["/leads/export?format=csv&tab=scan_log", "/leads/export?format=csv&tab=withdrawn"] {
            let text = text_of(&ada, nothing).await;
            for person in people.iter().filter(|person| person.said == Said::Withdrawn) {
                person.shows(nothing, &text, &[], &all);
            }
        }
        let text = text_of(&ada, "/contacts?limit=500").await;
        for person in &people {
            let listed: Vec<_> = person.disclosed().into_iter().filter(|field| LISTED.contains(field)).collect();
            person.shows("contact list", &text, &listed, &all);
        }
        for person in &people {
            // The receipt of one scan more, the lead alone, and what searching for each value finds.
            let receipt = phone.scan(&person.badge).upload().await.all_accepted();
            let lead = receipt.lead_id();
            for (place, text) in [
                ("receipt", serde_json::to_string(&receipt.0).unwrap()),
                ("lead", text_of(&ada, &format!("/leads/{lead}")).await),
                ("history", text_of(&ada, &format!("/leads/{lead}/history")).await),
            ] {
                let expected = if place == "history" { Vec::new() } else { person.disclosed() };
                person.shows(place, &text, &expected, &all);
            }
            for field in [FirstName, Company, Email] {
                let mark = person.text(field);
                let found = ada.leads(&format!("?q={mark}")).await.done(200)["total"].clone();
                let expected = u64::from(person.disclosed().contains(&field));
                assert_eq!(found, expected, "{mark} is looked for");
            }
            if let Some(hidden) = person.hidden() {
                assert_eq!(ada.leads(&format!("?q={hidden}")).await.done(200)["total"], 0, "{hidden} is looked for");
            }
        }
    }

    async fn a_card_on_a_badge_tells_no_more_than_the_policy(fair) {
        fair.site.set_disclosure(json!({
            "buyer": {"fields": ["company"]}, "press": {"scannable": "ask"}, "crew": {"scannable": "no"},
        })).await;
        let space = fair.exhibitor("Acme").open().await;
        let (phone, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        let mut live = ada.live(None).await;
        for category in ["buyer", "press", "crew", "minor"] {
            let mark = format!("{category}@card.example");
            let known = fair.registration("Known Person").category(category).code(&card(&mark)).badge().await;
            let met = phone.scan(&known).note("met").upload().await.all_accepted();
            let (first, second) = (live.entry().await, live.entry().await);
            let history = text_of(&ada, &format!("/leads/{}/history", met.lead_id())).await;
            assert!(history.contains("met"), "{history}");
            let mut told = vec![first.to_string(), second.to_string(), history, serde_json::to_string(&met.0).unwrap()];
            for path in ["/leads?limit=500", "/feed?since=0&wait=0", "/leads/export?format=csv", "/leads/export?format=vcf"] {
                told.push(text_of(&ada, path).await);
            }
            for told in told {
                assert!(!told.contains(&mark), "{category}: {told}");
            }
            assert_eq!(ada.leads(&format!("?q={mark}")).await.done(200)["total"], 0, "{category}");
        }
        assert_eq!(space.rows_unlike_their_log().await, []);
    }

    async fn a_card_that_turns_out_to_be_a_badge_tells_no_more_from_then_on(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (phone, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        let mut live = ada.live(None).await;
        let mark = "noor@card.example";
        let lead = phone.scan(card(mark).as_str()).upload().await.all_accepted().lead_id();
        assert!(live.entry().await.to_string().contains(mark), "of somebody unknown it is all that is known");
        fair.registration("Noor Aziz").category("crew").code(&card(mark)).badge().await;
        let told = live.entry().await;
        assert!(told["type"] == "lead.redacted" && !told.to_string().contains(mark), "{told}");
        for path in ["/leads", "/feed?since=0&wait=0", &format!("/leads/{lead}/history"), "/leads/export?format=jsonl"] {
            let told = text_of(&ada, path).await;
            assert!(!told.contains(mark), "{path}: {told}");
        }
        assert_eq!(ada.leads(&format!("?q={mark}")).await.done(200)["total"], 0);
        assert_eq!(space.rows_unlike_their_log().await, []);
    }

    async fn no_cursor_names_anybody(fair) {
        fair.site.set_disclosure(json!({"*": {"listed": true, "fields": ["company"]}})).await;
        let space = fair.exhibitor("Acme").open().await;
        let (phone, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        let people = everybody(fair, &space, &phone).await;
        assert!(people.len() > 2);
        for list in ["/contacts?limit=1", "/leads?limit=1", "/leads?limit=1&sort=name"] {
            let page = ada.api.get(&format!("/exhibitors/{}{list}", space.id)).await.done(200);
            let cursor = page["next_cursor"].as_str().unwrap();
            let read = URL_SAFE_NO_PAD.decode(cursor).or_else(|_| STANDARD_NO_PAD.decode(cursor)).unwrap();
            let read = String::from_utf8_lossy(&read).to_lowercase();
            assert!(!read.contains("firstname") && !read.contains("lastname"), "{list}: {read}");
        }
    }
}
