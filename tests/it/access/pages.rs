//! Rights at pages: every address beside the API, asked by everybody, compared with the table of pages;
//! and with things of another tenant. An address of the sources that the table does not name fails.

mod table;

use super::callers::{Caller, Callers};
use super::crossed::Part;
use super::targets::Targets;
use super::things::Things;
use super::{Verdict, expected};
use crate::access::ask::Ask;
use crate::browsing::attendee_link;
use harness::Answer;
use harness::http::Api;
use harness::on_every_engine;
use reqwest::redirect::Policy;
use reqwest::{Client, Method};
use server::access::Capability;
use server::access::operations::Need;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use table::{For, PAGES};

/// What somebody sees who opens an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    /// What is there, or where it leads to, or what was wrong with what was sent.
    Shown,
    /// The page to sign in at.
    SignIn,
    Forbidden,
    Missing,
    /// What no page should answer.
    Failed,
}

impl Seen {
    fn of(answer: &Answer, wanted: For) -> Self {
        let place = answer.header("location").unwrap_or_default();
        let is_sign_in = ["/sign-in", "/attendee/sign-in"].iter().any(|page| place.starts_with(page));
        match answer.status {
            300..=399 if is_sign_in && wanted != For::Anyone => Self::SignIn,
            403 => Self::Forbidden,
            404 => Self::Missing,
            401 | 500.. => Self::Failed,
            _ => Self::Shown,
        }
    }

    /// What the table says that somebody sees.
    fn due(wanted: For, caller: &Caller, method: &Method) -> Self {
        let need = match wanted {
            For::Anyone => return Self::Shown,
            For::Attendees => return if caller.attendee.is_some() { Self::Shown } else { Self::SignIn },
            For::Who(need) => need,
        };
        let is_attendees = need == Need::Attendee || caller.attendee.is_some();
        let is_device = !caller.is_person && caller.view.is_none() && caller.api.token().is_some();
        let verdict = match (need, caller.view) {
            // A device has no pages, whatever it is a device of.
            _ if is_device && !is_attendees => Verdict::Forbidden,
            // Beside a view, the pages about oneself are still one's own: the one who looks is owner or viewer.
            (Need::Person, Some(_)) | (Need::Organizer(_), Some(false)) if *method == Method::GET => Verdict::Allowed,
            _ => expected(need, caller, method),
        };
        match verdict {
            Verdict::Allowed => Self::Shown,
            Verdict::NotSignedIn => Self::SignIn,
            Verdict::Forbidden | Verdict::Ended | Verdict::ViewOnly => Self::Forbidden,
            Verdict::NotFound => Self::Missing,
            Verdict::Failed => Self::Failed,
        }
    }
}

impl Targets {
    /// The request of an address about somebody's things.
    async fn page(&self, of: &Things, (method, template): (&str, &str), caller: &Caller) -> Ask {
        let ask = of.ask().with("organizer_id", of.space.site.organizer);
        match (method, template) {
            ("GET", "/static/{*path}") => {
                let file = server::web::assets::paths().next().unwrap();
                ask.with("*path", file)
            }
            ("GET", "/invitations/{token}") => ask.with("token", self.invited().await.0),
            ("GET", "/reset-password/{token}") => ask.with("token", self.reset_token().await),
            ("GET", "/attendee/sign-in/{token}") => {
                ask.with("token", attendee_link(&self.site, "noor@a.example").await)
            }
            ("GET", "/attendee/exhibitor-email/{token}") => ask.with("token", self.address_link().await),
            // What a link would do is not asked here, only who may send its form.
            ("POST", address) if address.ends_with("{token}") => ask.with("token", "no-such-link"),
            ("POST", "/account/sign-ins/{sign_in_id}/end") => {
                ask.with("sign_in_id", self.another_sign_in(caller).await)
            }
            ("POST", "/events/{event_id}/phases") => {
                let moments = ["spaces_open_at", "leads_open_at", "scanning_from", "scanning_until", "leads_close_at"];
                let form = moments.map(|moment| format!("{moment}=&")).concat();
                Ask { body: Some(format!("{form}language=en&has_team_badges=true").into_bytes()), ..ask }
            }
            ("POST", "/events/{event_id}/phases/mail") => {
                Ask { body: Some(b"kind=access&audience=new".to_vec()), ..ask }
            }
            ("GET", "/exhibitors/{exhibitor_id}/sessions/{session_id}") => ask.with("session_id", &of.own_session),
            ("GET", "/exhibitors/{exhibitor_id}/conversations/new") => {
                Ask { query: format!("?registration={}", of.badge.registration).into(), ..ask }
            }
            ("GET", "/exhibitors/{exhibitor_id}/devices/sheet") => {
                Ask { query: format!("?code={}", self.pairing_code().await).into(), ..ask }
            }
            _ => ask,
        }
    }

    /// Requests of an address with things of somebody else's in it, each with who asks it.
    async fn crossed_page(&self, method: &str, template: &'static str, need: Need) -> Vec<(&'static str, Ask)> {
        let nobody = super::callers::person("nobody", &self.site.api);
        let is_fairs = ["/profiles/{exhibitor_id}", "/write/{exhibitor_id}", "/meet/{exhibitor_id}"]
            .iter()
            .any(|end| template.ends_with(end));
        let (callers, part): (&[&'static str], Part) = match need {
            Need::Attendee if is_fairs => (&["the attendee"], Part::Fair),
            Need::Attendee => (&["the attendee"], Part::Attendee),
            Need::Space(Capability::Message) => (&["an admin"], Part::Talk),
            Need::Space(_) => (&["the owner", "an admin"], Part::Space),
            _ => (&["the owner"], Part::Event),
        };
        let inner = template.split('{').skip(1).filter_map(|rest| rest.split('}').next()).skip(1).last();
        let mut crossed = Vec::new();
        for caller in callers.iter().copied() {
            // The whole address is somebody else's; the neighbour's is the owner's too.
            crossed.push((caller, self.page(&self.foreign, (method, template), &nobody).await));
            if caller != "the owner" {
                crossed.push((caller, self.page(&self.neighbour, (method, template), &nobody).await));
            }
            let Some(name) = inner else { continue };
            for others in self.others(part) {
                let theirs = self.page(others, (method, template), &nobody).await.ids[name].clone();
                crossed.push((caller, self.page(&self.own, (method, template), &nobody).await.with(name, theirs)));
            }
        }
        crossed
    }
}

/// Asks as a browser does that sends a form from the server's own page, and follows nothing.
async fn open(client: &Client, caller: &Caller, method: &Method, path: &str, ask: Ask) -> Answer {
    let own = Api::new(client.clone(), caller.api.base());
    let own = caller.api.token().map_or_else(|| own.clone(), |token| own.with_token(token));
    if *method == Method::GET {
        return own.get(path).await;
    }
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("origin", own.base())];
    own.send(method.clone(), path, &headers, Some(ask.body.unwrap_or_default())).await
}

fn still() -> Client {
    Client::builder().redirect(Policy::none()).build().expect("a client")
}

/// The addresses that a source routes by itself, without the API's, which carry their description.
fn routed(text: &str) -> Vec<(&'static str, String)> {
    let text = text.split("#[cfg(test)]").next().unwrap();
    let mut found = Vec::new();
    for call in text.split(".route(").skip(1) {
        let (address, methods) = arguments(call).split_once(',').unwrap();
        let literal = address.trim().strip_prefix('"').map(|literal| literal.trim_end_matches('"'));
        let address = literal.unwrap_or_else(|| constant(text, address.trim()));
        for (method, name) in
            [("GET", "get("), ("POST", "post("), ("PUT", "put("), ("PATCH", "patch("), ("DELETE", "delete(")]
        {
            let begins = |at: usize| !methods[..at].ends_with(|letter: char| letter.is_alphanumeric() || letter == '_');
            if methods.match_indices(name).any(|(at, _)| begins(at)) {
                found.push((method, address.to_owned()));
            }
        }
    }
    found
}

/// What stands before the parenthesis that closes a call.
fn arguments(call: &str) -> &str {
    let mut depth = 1;
    let end = call.find(|letter: char| {
        depth += i32::from(letter == '(') - i32::from(letter == ')');
        depth == 0
    });
    &call[..end.unwrap()]
}

fn constant<'t>(text: &'t str, name: &str) -> &'t str {
    let (_, rest) = text.split_once(&format!("const {name}: &str = \"")).unwrap_or_else(|| panic!("what is {name}?"));
    rest.split('"').next().unwrap()
}

#[test]
fn the_table_of_pages_names_every_address_and_no_other() {
    let mut there = BTreeSet::new();
    crate::openapi::each_file(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../server/src"), &mut |path, text| {
        // The demo's own pages are on no other server, and no tenant's.
        if !path.components().any(|part| part.as_os_str() == "demo") {
            there.extend(routed(text));
        }
    });
    let named: BTreeSet<(&str, String)> =
        PAGES.iter().map(|(method, address, _)| (*method, address.split('?').next().unwrap().to_owned())).collect();
    assert_eq!(
        there.difference(&named).collect::<Vec<_>>(),
        Vec::<&(&str, String)>::new(),
        "without a row in the table"
    );
    assert_eq!(named.difference(&there).collect::<Vec<_>>(), Vec::<&(&str, String)>::new(), "without a route");
}

on_every_engine! {
    async fn every_page_is_shown_to_whom_the_table_says_and_to_nobody_else(fair) {
        let callers = Callers::gather(fair).await;
        let targets = Targets::prepare(fair, &callers).await;
        let client = still();
        let mut wrong = Vec::new();
        let mut succeeded: BTreeMap<&str, bool> = BTreeMap::new();
        for (method, template, wanted) in PAGES.iter().copied() {
            let verb: Method = method.parse().unwrap();
            for caller in callers.all() {
                let request = targets.page(&targets.own, (method, template), caller).await;
                let path = request.page(template);
                let answer = open(&client, caller, &verb, &path, request).await;
                let (seen, due) = (Seen::of(&answer, wanted), Seen::due(wanted, caller, &verb));
                if seen != due {
                    let at = format!("{} opens {method} {path}", caller.name);
                    wrong.push(format!("{at}: {seen:?} ({}), not {due:?}", answer.status));
                }
                if verb == Method::GET {
                    *succeeded.entry(template).or_default() |= seen == Seen::Shown && answer.status < 400;
                }
            }
        }
        let never = succeeded.into_iter().filter(|(_, is_done)| !is_done);
        wrong.extend(never.map(|(address, _)| format!("nobody sees {address}, so the walk proves nothing of it")));
        assert!(wrong.is_empty(), "{} cells are wrong:\n{}", wrong.len(), wrong.join("\n"));
    }

    async fn no_page_shows_what_is_another_tenants(fair) {
        let callers = Callers::gather(fair).await;
        let targets = Targets::prepare(fair, &callers).await;
        let client = still();
        let mut wrong = Vec::new();
        for (method, template, wanted) in PAGES.iter().copied().filter(|(_, template, _)| template.contains("_id}")) {
            let For::Who(need) = wanted else { continue };
            if need == Need::Person {
                continue;
            }
            for (caller, request) in targets.crossed_page(method, template, need).await {
                let caller = callers.named(caller);
                let path = request.page(template);
                let answer = open(&client, caller, &method.parse().unwrap(), &path, request).await;
                let seen = Seen::of(&answer, wanted);
                if seen != Seen::Missing {
                    let at = format!("{} opens {method} {path}", caller.name);
                    wrong.push(format!("{at}: {seen:?} ({}), not Missing", answer.status));
                }
            }
        }
        assert!(wrong.is_empty(), "another tenant's things show in {} cells:\n{}", wrong.len(), wrong.join("\n"));
    }
}
