//! Contact sharing and messaging: what each side sees in every state, and what stops spam.

mod limits;

use harness::http::Api;
use harness::{Answer, Badge, Fair, Organizer, Space, TeamMember, on_every_engine};
use mobile_core::capture::ContactField;
use reqwest::Method;
use serde_json::{Value, json};

const DAY: i64 = 24 * 3_600_000_000;

struct Stand {
    olga: Organizer,
    space: Space,
    ada: TeamMember,
}

impl Stand {
    async fn open(fair: &Fair) -> Self {
        fair.site.set_disclosure(json!({"*": {"listed": true}, "press": {"listed": false}})).await;
        let space = fair.exhibitor("Acme").open().await;
        let ada = space.admin("Ada Admin").await;
        Self { olga: fair.organizer().await, space, ada }
    }

    fn at(&self, path: &str) -> String {
        format!("/exhibitors/{}/conversations{path}", self.space.id)
    }

    async fn begin(&self, badge: &Badge, text: &str) -> Answer {
        self.ada.api.post(&self.at(""), &json!({"registration_id": badge.registration, "text": text})).await
    }

    async fn write(&self, id: &str, text: &str) -> Answer {
        self.ada.api.post(&self.at(&format!("/{id}/messages")), &json!({"text": text})).await
    }

    async fn get(&self, id: &str) -> Value {
        self.ada.api.get(&self.at(&format!("/{id}"))).await.done(200)
    }

    async fn attendee(&self, badge: &Badge) -> Attendee {
        let api = self.space.site.attendee(badge).await;
        Attendee { api, link: badge.registration.to_string(), exhibitor: json!(self.space.id) }
    }

    async fn leads(&self, query: &str) -> Value {
        self.ada.leads(query).await.done(200)
    }
}

#[derive(Clone)]
struct Attendee {
    api: Api,
    link: String,
    exhibitor: Value,
}

impl Attendee {
    fn at(&self, path: &str) -> String {
        format!("/attendee/{}/conversations{path}", self.link)
    }

    async fn begin(&self, text: &str, share: bool) -> Answer {
        let new = json!({"exhibitor_id": self.exhibitor, "text": text, "share": share});
        self.api.post(&self.at(""), &new).await
    }

    async fn write(&self, id: &str, text: &str) -> Answer {
        self.api.post(&self.at(&format!("/{id}/messages")), &json!({"text": text})).await
    }

    async fn share(&self, id: &str, granted: bool) -> Answer {
        self.api.post(&self.at(&format!("/{id}/sharing")), &json!({"granted": granted})).await
    }

    async fn block(&self, id: &str, blocked: bool) -> Answer {
        let body = json!({"blocked": blocked}).to_string().into_bytes();
        let headers = [("content-type", "application/json")];
        self.api.send(Method::PUT, &self.at(&format!("/{id}/block")), &headers, Some(body)).await
    }
}

fn id(made: &Value) -> String {
    made["id"].as_str().unwrap().to_owned()
}

async fn noor(fair: &Fair) -> Badge {
    let noor = fair.registration("Noor Aziz").with(ContactField::Email, "noor@a.example");
    noor.with(ContactField::Company, "Aziz & Co").badge().await
}

on_every_engine! {
    async fn contact_details_appear_only_once_the_attendee_agrees_and_go_when_they_withdraw(fair) {
        let stand = Stand::open(fair).await;
        let badge = noor(fair).await;
        let attendee = stand.attendee(&badge).await;
        let begun = stand.begin(&badge, "May we show you our pump?").await.done(201);
        let id = id(&begun);
        assert_eq!((&begun["sharing"], &begun["begun_by"]), (&json!("requested"), &json!("exhibitor")));
        assert_eq!(begun["contact"]["last_name"], "Aziz", "as on the contact list");
        assert_eq!(begun["contact"]["email"], Value::Null, "an address only when they agree");
        assert_eq!((&begun["lead_id"], &stand.leads("").await["total"]), (&Value::Null, &json!(0)));
        // Who asks sees nothing more before the answer, whatever is written.
        let theirs = attendee.api.get(&attendee.at("")).await.done(200);
        assert_eq!((&theirs["items"][0]["exhibitor"], &theirs["items"][0]["unread"]), (&json!("Acme"), &json!(1)));
        assert_eq!(theirs["items"][0]["members"][0]["name"], "Ada Admin");
        attendee.write(&id, "Which one?").await.done(201);
        assert_eq!(stand.get(&id).await["contact"]["email"], Value::Null);
        assert_eq!(stand.leads("").await["total"], 0, "an unanswered request discloses nothing");
        let mut live = stand.ada.live(None).await;
        let granted = attendee.share(&id, true).await.done(200);
        assert_eq!(granted["sharing"], "granted");
        let mut kinds = Vec::new();
        while kinds.len() < 2 {
            kinds.push(live.entry().await["type"].as_str().unwrap().to_owned());
        }
        assert_eq!(kinds, ["lead.captured", "conversation.changed"]);
        let shown = stand.get(&id).await;
        assert_eq!((&shown["contact"]["email"], &shown["sharing"]), (&json!("noor@a.example"), &json!("granted")));
        let leads = stand.leads("?source=contact_sharing").await;
        assert_eq!((&leads["total"], &leads["items"][0]["sources"]), (&json!(1), &json!(["contact_sharing"])));
        assert_eq!(leads["items"][0]["registration"]["email"], "noor@a.example");
        let csv = stand.ada.api.get(&format!("/exhibitors/{}/leads/export?format=csv&tab=contact_sharing", stand.space.id)).await;
        assert!(csv.text().contains("noor@a.example") && csv.text().contains("Ada Admin"), "{}", csv.text());
        let withdrawn = attendee.share(&id, false).await.done(200);
        assert_eq!(withdrawn["sharing"], "withdrawn");
        let shown = stand.get(&id).await;
        assert_eq!((&shown["contact"], &shown["sharing"]), (&Value::Null, &json!("withdrawn")));
        let lead = &stand.leads("").await["items"][0];
        assert_eq!((&lead["consent"], &lead["registration"]), (&json!("withdrawn"), &Value::Null));
        let csv = stand.ada.api.get(&format!("/exhibitors/{}/leads/export?format=csv&tab=contact_sharing", stand.space.id)).await;
        assert!(!csv.text().contains("noor@"), "{}", csv.text());
        stand.write(&id, "Please come back").await.refused("no_messages");
        attendee.share(&id, true).await.done(200);
        assert_eq!(stand.get(&id).await["contact"]["email"], "noor@a.example", "who withdrew may share again");
        assert_eq!(stand.space.rows_unlike_their_log().await, []);
    }

    async fn a_refused_request_discloses_nothing_and_ends_the_asking(fair) {
        let stand = Stand::open(fair).await;
        let badge = noor(fair).await;
        let attendee = stand.attendee(&badge).await;
        let id = id(&stand.begin(&badge, "Hello").await.done(201));
        assert_eq!(attendee.share(&id, false).await.done(200)["sharing"], "refused");
        let shown = stand.get(&id).await;
        assert_eq!((&shown["sharing"], &shown["contact"]["email"]), (&json!("refused"), &Value::Null));
        assert_eq!(stand.leads("").await["total"], 0);
        stand.write(&id, "Are you sure?").await.refused("no_messages");
        stand.begin(&badge, "Are you sure?").await.refused("no_messages");
        stand.ada.api.post(&stand.at(&format!("/{id}/request")), &json!({})).await.refused("no_messages");
        attendee.write(&id, "What do you sell?").await.done(201);
        stand.write(&id, "Pumps").await.done(201);
        attendee.share(&id, true).await.done(200);
        assert_eq!(stand.leads("?source=contact_sharing").await["total"], 1);
    }

    async fn an_attendee_writes_first_without_saying_who_they_are_or_shares_at_once(fair) {
        let stand = Stand::open(fair).await;
        let press = fair.registration("Paul Presse").category("press").with(ContactField::Email, "paul@p.example").badge().await;
        let paul = stand.attendee(&press).await;
        let begun = paul.begin("What is new?", false).await.done(201);
        assert_eq!((&begun["sharing"], &begun["members"][0]["name"]), (&json!("none"), &json!("Ada Admin")));
        let id_of_paul = id(&begun);
        let shown = stand.get(&id_of_paul).await;
        assert_eq!((&shown["contact"], &shown["category"], &shown["unread"]), (&Value::Null, &json!("press"), &json!(1)));
        assert_eq!(stand.leads("").await["total"], 0);
        let asked = stand.ada.api.post(&stand.at(&format!("/{id_of_paul}/request")), &json!({})).await.done(200);
        assert_eq!(asked["sharing"], "requested");
        stand.ada.api.post(&stand.at(&format!("/{id_of_paul}/request")), &json!({})).await.refused("used_up");
        let badge = noor(fair).await;
        let noor = stand.attendee(&badge).await;
        assert_eq!(noor.begin("Call me", true).await.done(201)["sharing"], "granted");
        assert_eq!(stand.leads("").await["items"][0]["registration"]["email"], "noor@a.example");
        // Minors never disclose anything, whatever they say.
        let minor = fair.registration("Mia Minor").category("minor").badge().await;
        let mia = stand.attendee(&minor).await;
        let begun = mia.begin("Hello", false).await.done(201);
        mia.share(&id(&begun), true).await.refused("not_disclosed");
        assert_eq!(stand.leads("").await["total"], 1);
    }

    async fn one_person_met_in_three_ways_is_one_lead_with_three_sources(fair) {
        let stand = Stand::open(fair).await;
        let badge = noor(fair).await;
        let attendee = stand.attendee(&badge).await;
        stand.space.phone("Ines").await.scan(&badge).upload().await.all_accepted();
        attendee.begin("We met at your stand", true).await.done(201);
        let starts_at = fair.now().as_micros();
        let starts_at = mobile_core::time::Timestamp::from_micros(starts_at - starts_at.rem_euclid(300_000_000) + 3_600_000_000);
        let wish = json!({"exhibitor_id": stand.space.id, "starts_at": starts_at, "ends_at": starts_at.plus_micros(1_800_000_000)});
        attendee.api.post(&format!("/attendee/{}/meetings", attendee.link), &wish).await.done(201);
        let leads = stand.leads("").await;
        assert_eq!(leads["total"], 1);
        let mut sources: Vec<&str> = leads["items"][0]["sources"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
        sources.sort_unstable();
        assert_eq!(sources, ["contact_sharing", "meeting", "scan"]);
        assert_eq!(stand.space.rows_unlike_their_log().await, []);
    }

    async fn a_blocked_side_cannot_write_and_the_organiser_sees_numbers_but_no_text(fair) {
        let stand = Stand::open(fair).await;
        let badge = noor(fair).await;
        let attendee = stand.attendee(&badge).await;
        let id = id(&stand.begin(&badge, "Secret offer").await.done(201));
        attendee.block(&id, true).await.done(200);
        stand.write(&id, "Still there?").await.refused("no_messages");
        attendee.write(&id, "Hm").await.refused("no_messages");
        let path = attendee.at(&format!("/{id}/report"));
        attendee.api.post(&path, &json!({"reason": "boring"})).await.refused("invalid_field");
        attendee.api.post(&path, &json!({"reason": "spam"})).await.done(204);
        attendee.api.post(&path, &json!({"reason": "offensive"})).await.done(204);
        let event = format!("/events/{}", fair.site.event);
        let volumes = stand.olga.api.get(&format!("{event}/conversation-volumes")).await.done(200);
        let counted = &volumes["items"][0];
        assert_eq!((&counted["exhibitor"], &counted["messages"], &counted["blocked_by_attendees"], &counted["reports"]),
            (&json!("Acme"), &json!(1), &json!(1), &json!(1)));
        let reports = stand.olga.api.get(&format!("{event}/conversation-reports")).await.done(200);
        assert_eq!((&reports["items"][0]["reason"], &reports["items"][0]["exhibitor_messages"]), (&json!("offensive"), &json!(1)));
        let all = format!("{volumes}{reports}");
        assert!(!all.contains("Secret") && !all.contains("Noor"), "{all}");
        let report = reports["items"][0]["id"].as_str().unwrap();
        stand.olga.api.post(&format!("{event}/conversation-reports/{report}/close"), &json!({})).await.done(204);
        // The organiser may do in a space what its admin may, but not read what is written there.
        for path in [stand.at(""), stand.at(&format!("/{id}")), stand.at(&format!("/{id}/messages"))] {
            stand.olga.api.get(&path).await.refused("forbidden");
        }
        attendee.block(&id, false).await.done(200);
        stand.write(&id, "Hello again").await.done(201);
    }

    async fn members_come_and_go_and_others_of_the_team_see_nothing(fair) {
        let stand = Stand::open(fair).await;
        let (sam, tom) = (stand.space.scanner("Sam Scanner").await, stand.space.scanner("Tom Scanner").await);
        let carl = stand.space.member("Carl Contact", "commercial_contact").await;
        let badge = noor(fair).await;
        let attendee = stand.attendee(&badge).await;
        let wish = json!({"registration_id": badge.registration, "text": "Hello from Sam"});
        let id = id(&sam.api.post(&stand.at(""), &wish).await.done(201));
        let at = stand.at(&format!("/{id}"));
        tom.api.get(&at).await.refused("not_found");
        tom.api.post(&stand.at(""), &wish).await.refused("already_exists");
        assert_eq!(tom.api.get(&stand.at("")).await.done(200)["items"], json!([]));
        let members = format!("{at}/members");
        sam.api.post(&members, &json!({"member_id": carl.id})).await.refused("invalid_field");
        sam.api.post(&members, &json!({"member_id": tom.id})).await.done(201);
        assert_eq!(tom.api.get(&at).await.done(200)["members"].as_array().unwrap().len(), 2);
        let names = |conversation: &Value| {
            let mut names: Vec<String> =
                conversation["members"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect();
            names.sort();
            names
        };
        let theirs = attendee.api.get(&attendee.at(&format!("/{id}"))).await.done(200);
        assert_eq!(names(&theirs), ["Sam Scanner", "Tom Scanner"]);
        attendee.write(&id, "Who are you?").await.done(201);
        assert_eq!(tom.api.get(&at).await.done(200)["unread"], 1);
        tom.api.post(&format!("{at}/read"), &json!({"number": 99})).await.done(204);
        assert_eq!(tom.api.get(&at).await.done(200)["unread"], 0);
        assert_eq!(sam.api.get(&at).await.done(200)["unread"], 1, "each reads for themselves");
        let gone = format!("{members}/{}", tom.id);
        stand.ada.api.delete(&gone).await.done(204);
        tom.api.get(&at).await.refused("not_found");
        stand.ada.api.delete(&gone).await.refused("not_found");
        stand.ada.api.delete(&format!("{members}/{}", sam.id)).await.refused("confirmation_required");
    }

    async fn news_wait_for_one_attendee_alone(fair) {
        let stand = Stand::open(fair).await;
        let (badge, other) = (noor(fair).await, fair.registration("Omar Bey").badge().await);
        let attendee = stand.attendee(&badge).await;
        let news = format!("/attendee/{}/news", attendee.link);
        let now = attendee.api.get(&news).await.done(200);
        assert_eq!((&now["state"], &now["unread"]), (&json!(0), &json!(0)));
        let waiting = tokio::spawn({
            let (api, news) = (attendee.api.clone(), news.clone());
            async move { api.get(&format!("{news}?since=0&wait=50")).await.done(200) }
        });
        stand.begin(&other, "Not for Noor").await.done(201);
        stand.begin(&badge, "For Noor").await.done(201);
        let came = waiting.await.unwrap();
        assert_eq!(came["unread"], 1);
        let same = attendee.api.get(&format!("{news}?since={}&wait=0", came["state"])).await.done(200);
        assert_eq!(same, came);
        attendee.api.get(&format!("{news}?wait=56")).await.refused("invalid_field");
    }

    async fn taking_everything_back_elsewhere_holds_in_conversations_too(fair) {
        let stand = Stand::open(fair).await;
        let badge = noor(fair).await;
        let attendee = stand.attendee(&badge).await;
        let id = id(&attendee.begin("Hello", true).await.done(201));
        attendee.api.post(&format!("/attendee/{}/consent", attendee.link), &json!({"granted": false})).await.done(200);
        let shown = stand.get(&id).await;
        assert_eq!((&shown["sharing"], &shown["contact"]), (&json!("withdrawn"), &Value::Null));
        stand.write(&id, "Hello?").await.refused("no_messages");
        let data = attendee.api.get(&format!("/attendee/{}/data", attendee.link)).await.done(200);
        assert_eq!(data["conversations"][0]["messages"][0]["text"], "Hello", "{data}");
    }

    async fn who_is_erased_leaves_numbers_and_no_text(fair) {
        let stand = Stand::open(fair).await;
        let badge = noor(fair).await;
        let attendee = stand.attendee(&badge).await;
        let id = id(&attendee.begin("My number is 0123", false).await.done(201));
        let mut tx = fair.app().write().await.unwrap();
        assert_eq!(server::sharing::erase(&mut tx, fair.site.event, badge.registration).await.unwrap(), 1);
        server::networking::erase(&mut tx, fair.site.event, badge.registration).await.unwrap();
        tx.commit(&fair.app().hub).await.unwrap();
        let read = stand.ada.api.get(&stand.at(&format!("/{id}/messages"))).await.done(200);
        assert_eq!((&read["items"][0]["text"], &stand.get(&id).await["message_count"]), (&json!(""), &json!(1)));
    }

    async fn a_phone_cannot_say_that_somebody_shared_their_details(fair) {
        let stand = Stand::open(fair).await;
        let badge = noor(fair).await;
        let capture = json!({"id": fair.app().new_id::<mobile_core::ids::CaptureId>(), "captured_at": fair.now(),
            "kind": "contact_sharing", "code": badge.code, "conversation_id": stand.space.id});
        let done = stand.ada.deliver(&[capture]).await.done(200);
        assert_eq!((&done["results"][0]["outcome"], &done["results"][0]["reason"]), (&json!("rejected"), &json!("unknown_kind")));
    }
}
