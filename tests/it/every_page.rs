//! Every page of the three areas with something on it, for tests that look at all of them.

use crate::browsing::{attendee, picture};
use harness::Fair;
use harness::browser::Tab;
use harness::http::Api;
use mobile_core::capture::ContactField;
use serde_json::json;

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
        let event = fair.site.event;
        fair.site.set_disclosure(json!({"visitor": {"scannable": "yes", "listed": true}})).await;
        let noor = fair
            .registration("Noor Aziz")
            .with(ContactField::Email, "noor@a.example")
            .with(ContactField::Company, "Aziz SA")
            .badge()
            .await;
        let ines = acme.phone("Ines").await;
        ines.scan(&noor).note("Zinc 40").upload().await.all_accepted();
        let lead = ada.lead_ids("").await[0];
        olga.api
            .post(&format!("/events/{event}/packages"), &json!({"name": "Base", "terms": {"licences": 2}}))
            .await
            .done(201);
        let talk = json!({"title": "Zinc 2030", "kind": "talk", "signup": "open", "exhibitor_id": acme.id,
            "starts_at": fair.now().plus_micros(3_600_000_000), "ends_at": fair.now().plus_micros(7_200_000_000)});
        let talk = olga.api.post(&format!("/events/{event}/sessions"), &talk).await.done(201);
        let places = format!("/exhibitors/{}/meeting-locations", acme.id);
        ada.api.post(&places, &json!({"name": "Table 4"})).await.done(201);
        let attendee = attendee(fair, "noor@a.example").await;
        let (space, of_event) = (format!("/exhibitors/{}", acme.id), format!("/events/{event}"));
        let area = format!("/attendee/{}", noor.registration);
        let mut all = Vec::new();
        for path in ["/sign-in", "/reset-password", "/attendee/sign-in", "/no-such-page"] {
            all.push((Who::Nobody, path.to_owned()));
        }
        for path in ["/", "/account"] {
            all.push((Who::Organiser, path.to_owned()));
        }
        all.push((Who::Organiser, "/events/new".to_owned()));
        all.push((Who::Organiser, format!("/organizers/{}/members", fair.site.organizer)));
        for part in [
            "/leads",
            "/leads?tab=networking",
            "/charts",
            "/team",
            "/devices",
            "/meetings",
            "/meetings/day",
            "/meetings/week",
            "/meetings/new",
            "/meetings/places",
            "/people",
            "/conversations",
            "/sessions",
            "/profile",
            "/questions",
            "/activity",
        ] {
            all.push((Who::Admin, format!("{space}{part}")));
        }
        all.push((Who::Admin, format!("{space}/leads/{lead}")));
        all.push((Who::Admin, format!("{space}/sessions/{}", talk["id"].as_str().unwrap())));
        all.push((Who::Admin, format!("{space}/meetings/new?registration={}", noor.registration)));
        for part in [
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
            "/help-desk?q=acme",
            "/registration-desk",
            "/personal-data",
            "/ready",
            "/phases",
            "/doors",
            "/members",
            "/report",
            "/activity",
        ] {
            all.push((Who::Organiser, format!("{of_event}{part}")));
        }
        all.push((Who::Organiser, format!("{of_event}/exhibitors/{}/view-as", acme.id)));
        let of_exhibitor = ["profiles", "meet", "write"].map(|part| format!("/{part}/{}", acme.id));
        let parts =
            ["", "/agenda", "/sessions", "/exhibitors", "/profiles", "/people", "/connect", "/messages", "/data"];
        for part in parts.into_iter().chain(of_exhibitor.iter().map(String::as_str)) {
            all.push((Who::Attendee, format!("{area}{part}")));
        }
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
