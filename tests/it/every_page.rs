//! Every page of the three areas with something on it, for tests that look at all of them.

use crate::browsing::{attendee, attendee_link, picture};
use harness::browser::Tab;
use harness::http::Api;
use harness::{Badge, Fair, Organizer, Space, TeamMember};
use mobile_core::capture::ContactField;
use mobile_core::time::Timestamp;
use serde_json::{Value, json};
use server::accounts::{self, password::Password};

const NOOR: &str = "noor@a.example";
const MINUTE: i64 = 60_000_000;

/// Who looks at a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    Nobody,
    Admin,
    Organiser,
    Attendee,
}

/// A fair with something on every page.
#[derive(Debug)]
pub struct Pages {
    base: String,
    admin: Api,
    organiser: Api,
    attendee: Api,
    /// What there is, by who may look at it.
    pub all: Vec<(Who, String)>,
}

impl Pages {
    pub async fn of(fair: &Fair) -> Self {
        let acme = fair.exhibitor("Acme").open().await;
        let ada = acme.admin("Ada Admin").await;
        let olga = fair.organizer().await;
        fair.site.set_disclosure(json!({"visitor": {"scannable": "yes", "listed": true}})).await;
        let noor =
            fair.registration("Noor Aziz").with(ContactField::Email, NOOR).with(ContactField::Company, "Aziz SA");
        let noor = noor.badge().await;
        let attendee = attendee(fair, NOOR).await;
        let mut all = of_nobody(fair, &ada).await;
        all.push((Who::Nobody, other_address(fair, &attendee, &noor).await));
        all.extend(of_space(fair, &ada, &acme, &noor).await.into_iter().map(|path| (Who::Admin, path)));
        all.extend(of_event(fair, &olga, &acme, &noor).await.into_iter().map(|path| (Who::Organiser, path)));
        let bolt = fair.exhibitor("Bolt").open().await;
        all.extend(of_attendee(&ada, (&acme, &bolt), &noor).await.into_iter().map(|path| (Who::Attendee, path)));
        // Who is registered for another event too chooses between them. It comes last: it is one more mail.
        fair.elsewhere().await.registration("Noor Aziz").with(ContactField::Email, NOOR).badge().await;
        all.push((Who::Attendee, "/attendee".to_owned()));
        Self { base: fair.site.api.base().to_owned(), admin: ada.api, organiser: olga.api, attendee, all }
    }

    /// Opens a page as who may look at it, in a language.
    pub async fn open(&self, tab: &mut Tab, (who, path): &(Who, String), language: &str) {
        tab.sign_out().await;
        let of_attendee = server::access::attendee::ATTENDEE_COOKIE;
        let cookies = match who {
            Who::Nobody => None,
            Who::Admin => Some((server::access::identity::COOKIE, &self.admin)),
            Who::Organiser => Some((server::access::identity::COOKIE, &self.organiser)),
            Who::Attendee => Some((of_attendee, &self.attendee)),
        };
        if let Some((name, api)) = cookies {
            let cookie = json!({"name": name, "value": api.token(), "url": self.base});
            tab.ask("Network.setCookie", &cookie).await;
        }
        tab.ask("Network.setExtraHTTPHeaders", &json!({"headers": {"Accept-Language": language}})).await;
        tab.go(&format!("{}{path}", self.base)).await;
        let name = path.trim_matches('/').replace(|letter: char| !letter.is_ascii_alphanumeric(), "-");
        picture(tab, &format!("{name}-{language:.2}")).await;
    }
}

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

/// Where a link leads, without the server.
fn path_of(link: &str) -> String {
    let (_, rest) = link.split_once("://").unwrap();
    rest[rest.find('/').unwrap()..].to_owned()
}

/// Before anybody is signed in: forms, and what mailed links open.
async fn of_nobody(fair: &Fair, ada: &TeamMember) -> Vec<(Who, String)> {
    let mut all: Vec<String> =
        ["/sign-in", "/reset-password", "/attendee/sign-in", "/scan", "/api/docs", "/no-such-page"]
            .map(str::to_owned)
            .into();
    let password = Password::parse("correct horse").unwrap();
    accounts::create_owner(fair.app(), "Owl Ltd", "olga@owl.example", "Olga Owl", &password).await.unwrap();
    fair.site.api.post("/auth/password-resets", &json!({"email": "olga@owl.example"})).await.done(202);
    all.push(path_of(fair.mail_to("olga@owl.example", 1).await.link()));
    all.push("/reset-password/no-such-link".to_owned());
    let team = format!("/exhibitors/{}/team", ada.exhibitor);
    let person =
        json!({"first_name": "Karim", "last_name": "Haddad", "email": "karim@a.example", "roles": ["scanner"]});
    let invited = ada.api.post(&team, &person).await.done(201);
    all.push(path_of(invited["invitation_url"].as_str().unwrap()));
    all.push(format!("/attendee/sign-in/{}", attendee_link(&fair.site, NOOR).await));
    all.into_iter().map(|path| (Who::Nobody, path)).collect()
}

/// What the link opens that proves another address for exhibitors.
async fn other_address(fair: &Fair, own: &Api, badge: &Badge) -> String {
    let path = format!("/attendee/{}/exhibitor-email", badge.registration);
    let body = json!({"email": "noor@work.example"}).to_string().into_bytes();
    own.send(reqwest::Method::PUT, &path, &[("content-type", "application/json")], Some(body)).await.done(200);
    path_of(fair.mail_to("noor@work.example", 1).await.link())
}

/// The space of an exhibitor.
async fn of_space(fair: &Fair, ada: &TeamMember, acme: &Space, noor: &Badge) -> Vec<String> {
    let space = format!("/exhibitors/{}", acme.id);
    let ines = acme.phone("Ines").await;
    ines.scan(noor).note("Zinc 40").upload().await.all_accepted();
    ines.scan("TICKET-4711").upload().await;
    let lead = ada.lead_ids("?match=matched").await[0];
    let now = fair.now();
    let talk = json!({"title": "Zinc 2030", "kind": "talk", "signup": "open", "exhibitor_id": acme.id,
        "starts_at": now.plus_micros(60 * MINUTE), "ends_at": now.plus_micros(120 * MINUTE)});
    let sessions = format!("/events/{}/sessions", fair.site.event);
    let talk = fair.organizer().await.api.post(&sessions, &talk).await.done(201);
    let place = ada.api.post(&format!("{space}/meeting-locations"), &json!({"name": "Table 4"})).await.done(201);
    let begins = Timestamp::from_micros(now.as_micros() - now.as_micros().rem_euclid(5 * MINUTE) + 90 * MINUTE);
    let wish = json!({"registration_id": noor.registration, "location_id": place["id"], "starts_at": begins,
        "ends_at": begins.plus_micros(30 * MINUTE)});
    let meeting = ada.api.post(&format!("{space}/meetings"), &wish).await.done(201);
    let wish = json!({"registration_id": noor.registration, "text": "Our new zinc"});
    let written = ada.api.post(&format!("{space}/conversations"), &wish).await.done(201);
    let code = ada.api.post(&format!("{space}/pairing-codes"), &json!({"label": "Counter"})).await.done(201);
    let mut all: Vec<String> = [
        "",
        "/leads",
        "/leads?q=nobody",
        "/leads?tab=contact_sharing",
        "/leads?tab=sessions",
        "/leads?tab=networking",
        "/leads?tab=meetings",
        "/charts",
        "/team",
        "/devices",
        "/meetings",
        "/meetings/day",
        "/meetings/week",
        "/meetings/week?by=person",
        "/meetings/new",
        "/meetings/places",
        "/people",
        "/conversations",
        "/sessions",
        "/profile",
        "/questions",
        "/activity",
    ]
    .map(|part| format!("{space}{part}"))
    .into();
    all.push(format!("{space}/leads/{lead}"));
    all.push(format!("{space}/sessions/{}", id(&talk)));
    all.push(format!("{space}/meetings/new?registration={}", noor.registration));
    all.push(format!("{space}/meetings/{}/move", id(&meeting)));
    all.push(format!("{space}/conversations/{}", id(&written)));
    let lena = fair.registration("Lena Voss").badge().await;
    all.push(format!("{space}/conversations/new?registration={}", lena.registration));
    all.push(format!("{space}/devices/sheet?code={}", code["pairing_code"].as_str().unwrap()));
    all
}

/// The organiser's console, with a deed of the help desk of each kind under way.
async fn of_event(fair: &Fair, olga: &Organizer, acme: &Space, noor: &Badge) -> Vec<String> {
    let event = format!("/events/{}", fair.site.event);
    let nour = fair.registration("Nour Aziz").badge().await;
    olga.api.post(&format!("{event}/packages"), &json!({"name": "Base", "terms": {"licences": 2}})).await.done(201);
    olga.api.post(&format!("{event}/print-runs"), &json!({"is_unprinted": true})).await.done(201);
    let mut all: Vec<String> = [
        "/monitor",
        "/wall",
        "/exhibitors",
        "/profile-fields",
        "/team-form",
        "/packages",
        "/disclosure",
        "/partner-menu",
        "/messages",
        "/print-runs",
        "/people",
        "/sessions",
        "/meeting-places",
        "/help-desk",
        "/help-desk?q=acme",
        "/help-desk?q=aziz",
        "/registration-desk",
        "/personal-data",
        "/personal-data?q=aziz",
        "/ready",
        "/phases",
        "/doors",
        "/members",
        "/report",
        "/activity",
    ]
    .map(|part| format!("{event}{part}"))
    .into();
    let (one, other) = (noor.registration, nour.registration);
    let codes = olga.api.get(&format!("{event}/unmatched-codes")).await.done(200);
    let code = codes["items"][0]["code_hash"].as_str().unwrap();
    let phones = olga.api.get(&format!("/exhibitors/{}/devices", acme.id)).await.done(200);
    let phone = id(&phones["items"][0]);
    for deed in [
        format!("merge={one}&q=aziz"),
        format!("merge={one}&with={other}"),
        format!("swap={one}&with={other}"),
        format!("code={code}&q=aziz"),
        format!("device={phone}"),
        format!("aside={}", acme.id),
    ] {
        all.push(format!("{event}/help-desk?{deed}"));
    }
    all.push(format!("{event}/exhibitors/{}/view-as", acme.id));
    all.push(format!("/organizers/{}/members", fair.site.organizer));
    all.extend(["/", "/account", "/events/new"].map(str::to_owned));
    all
}

/// An attendee's own area.
/// The visitor's area; the first stand is one that they know, to the second they never wrote.
async fn of_attendee(ada: &TeamMember, (acme, bolt): (&Space, &Space), noor: &Badge) -> Vec<String> {
    let area = format!("/attendee/{}", noor.registration);
    let space = format!("/exhibitors/{}", acme.id);
    let written = ada.api.get(&format!("{space}/conversations")).await.done(200);
    let meetings = ada.api.get(&format!("{space}/meetings")).await.done(200);
    let parts = ["", "/agenda", "/sessions", "/exhibitors", "/profiles", "/people", "/connect", "/messages", "/data"]
        .map(str::to_owned);
    let of_stands = [
        format!("/profiles/{}", acme.id),
        format!("/meet/{}", acme.id),
        format!("/write/{}", bolt.id),
        format!("/messages/{}", id(&written["items"][0])),
        format!("/meetings/{}", id(&meetings["items"][0])),
    ];
    parts.into_iter().chain(of_stands).map(|part| format!("{area}{part}")).collect()
}
