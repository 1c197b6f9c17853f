//! Rights: every operation of the API, asked by everybody, compared with the table of rights.
//!
//! Whoever is walked here is of this tenant or of another; streams are opened, long polls asked. An
//! operation without a row in `access::operations`, or without a request below, fails the walk.

mod ask;
mod callers;
mod crossed;
mod entitled;
mod guests;
mod links;
mod pages;
mod requests;
mod targets;
mod things;

use ask::Ask;
use callers::{Caller, Callers};
use harness::{Subscriber, on_every_engine};
use mobile_core::wire::ProblemBody;
use reqwest::Method;
use serde_json::{Value, json};
use server::access::operations::{self, Need};
use std::collections::{BTreeMap, BTreeSet};
use targets::Targets;

/// What became of a request as far as rights are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// It was dealt with, even if something else was wrong with it.
    Allowed,
    NotSignedIn,
    Forbidden,
    /// It is not there, or not for this caller.
    NotFound,
    /// Access of the device has ended.
    Ended,
    /// It goes through a view, which only looks.
    ViewOnly,
    /// The server's own mistake, or a refusal that is no problem.
    Failed,
}

impl Verdict {
    fn of(status: u16, body: &[u8]) -> Self {
        if status < 400 {
            return Self::Allowed;
        }
        let problem = serde_json::from_slice::<ProblemBody>(body).ok().filter(|_| status < 500);
        let Some(problem) = problem else { return Self::Failed };
        match problem.code.as_str() {
            "not_signed_in" => Self::NotSignedIn,
            "forbidden" => Self::Forbidden,
            "not_found" => Self::NotFound,
            "device_revoked" => Self::Ended,
            "view_only" => Self::ViewOnly,
            _ => Self::Allowed,
        }
    }
}

/// What a caller got.
struct Got {
    verdict: Verdict,
    /// Whether it was done, and not only allowed.
    is_done: bool,
    /// The status, and how it was refused.
    told: String,
}

impl Got {
    fn of(status: u16, body: &[u8]) -> Self {
        let refusal =
            if status < 400 { String::new() } else { String::from_utf8_lossy(body).chars().take(200).collect() };
        Self { verdict: Verdict::of(status, body), is_done: status < 300, told: format!("{status} {refusal}") }
    }
}

/// What the table of rights says of a caller.
fn expected(need: Need, caller: &Caller, method: &Method) -> Verdict {
    use Verdict::{Allowed, Ended, Forbidden, NotFound, NotSignedIn};
    if let Some(is_masked) = caller.view {
        return through_a_view(need, is_masked, method);
    }
    match (need, caller.attendee) {
        (Need::Nothing, _) | (Need::Attendee, Some(true)) => return Allowed,
        (Need::Attendee, Some(false)) => return NotFound,
        // An attendee's sign-in is none of a person's of the fair, nor theirs an attendee's.
        (Need::Attendee, None) | (_, Some(_)) => return NotSignedIn,
        (_, None) => {}
    }
    let is_person = caller.is_person;
    let by = |roles: &[server::access::Role], capability| {
        if roles.is_empty() {
            NotFound
        } else if roles.iter().any(|role| role.may(capability)) {
            Allowed
        } else {
            Forbidden
        }
    };
    if caller.api.token().is_none() {
        return NotSignedIn;
    }
    match need {
        Need::Nothing | Need::Attendee => Allowed,
        Need::Person if is_person => Allowed,
        Need::Organizer(capability) if is_person => {
            if caller.organizer.iter().any(|role| role.may(capability)) {
                Allowed
            } else {
                Forbidden
            }
        }
        Need::Stream if is_person => by(&caller.space, server::access::Capability::LeadRead),
        Need::Device | Need::Space(_) | Need::Anywhere(_) if caller.has_ended => Ended,
        // A device is about itself. It names no space either; it delivers to its own, also after its access ended.
        Need::Device | Need::NamedSpace(_) if !is_person => Allowed,
        Need::Person | Need::Device | Need::Organizer(_) | Need::Stream => Forbidden,
        Need::Event(capability) | Need::Members(capability) => by(&caller.event, capability),
        Need::Anywhere(capability) => by(&caller.here, capability),
        Need::Space(capability) | Need::NamedSpace(capability) => by(&caller.space, capability),
    }
}

/// What somebody gets done who sees the space as one of its admins does: what an admin reads, but no
/// file of leads, nothing written to attendees, nothing that holds contacts where those are masked, and no change at all.
fn through_a_view(need: Need, is_masked: bool, method: &Method) -> Verdict {
    use server::access::Capability::{
        ContactRead, LeadExport, LeadLive, MeetingManage, MeetingRead, Message, RejectedRead,
    };
    match need {
        Need::Nothing => Verdict::Allowed,
        Need::Attendee => Verdict::NotSignedIn,
        _ if *method != Method::GET => Verdict::ViewOnly,
        Need::Person | Need::Device | Need::Organizer(_) | Need::Stream | Need::Space(LeadExport | Message) => {
            Verdict::ViewOnly
        }
        Need::Event(_) | Need::Members(_) | Need::Anywhere(_) => Verdict::NotFound,
        Need::Space(LeadLive | MeetingRead | MeetingManage | ContactRead | RejectedRead) if is_masked => {
            Verdict::ViewOnly
        }
        Need::Space(_) | Need::NamedSpace(_) => Verdict::Allowed,
    }
}

/// Every operation of the document: method, path and name.
fn document() -> Vec<(Method, String, String)> {
    let document: Value = serde_json::from_str(&server::router::document().to_json().unwrap()).unwrap();
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Some(name) = operation["operationId"].as_str() else { continue };
            found.push((method.to_uppercase().parse().unwrap(), path.clone(), name.to_owned()));
        }
    }
    // Signing out and unpairing end the caller, so they come last.
    let ends = |name: &str| {
        ["unpair_door_device", "unpair_device", "logout", "sign_out_attendee"].iter().position(|ending| *ending == name)
    };
    found.sort_by_key(|(_, _, name)| ends(name));
    found
}

async fn ask(caller: &Caller, method: &Method, path: &str, ask: Ask) -> Got {
    let api = ask.by.as_ref().filter(|_| caller.attendee == Some(true)).unwrap_or(&caller.api);
    if ask.is_stream {
        return match Subscriber::connect(api, path, None, None).await {
            Ok(_) => Got { verdict: Verdict::Allowed, is_done: true, told: String::new() },
            Err(answer) => Got::of(answer.status, &answer.body),
        };
    }
    let mut headers = Vec::new();
    headers.extend(ask.content_type.map(|kind| ("content-type", kind)));
    headers.extend(ask.version.as_deref().map(|version| ("if-match", version)));
    let answer = api.send(method.clone(), path, &headers, ask.body).await;
    Got::of(answer.status, &answer.body)
}

#[test]
fn the_table_of_rights_names_every_operation_and_no_other() {
    let there: BTreeSet<String> = document().into_iter().map(|(_, _, name)| name).collect();
    let named: BTreeSet<String> = operations::named().map(str::to_owned).collect();
    assert_eq!(there.difference(&named).collect::<Vec<_>>(), Vec::<&String>::new(), "without a row in the table");
    assert_eq!(named.difference(&there).collect::<Vec<_>>(), Vec::<&String>::new(), "without an operation");
}

#[test]
fn every_operation_with_an_id_within_another_is_asked_with_somebody_elses() {
    let with_two = document().into_iter().filter(|(_, path, _)| path.matches('{').count() > 1);
    let unnamed: Vec<String> = with_two.map(|(_, _, name)| name).filter(|name| crossed::of(name).is_none()).collect();
    assert_eq!(unnamed, Vec::<String>::new(), "whose ids these take is not said in `access/crossed.rs`");
}

#[test]
fn the_document_says_of_every_operation_who_may() {
    let document: Value = serde_json::from_str(&server::router::document().to_json().unwrap()).unwrap();
    for item in document["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values().filter(|operation| operation["operationId"].is_string()) {
            let (name, rights) = (&operation["operationId"], &operation["x-rights"]);
            assert!(rights["at"].is_string(), "{name}");
            let security = match rights["at"].as_str().unwrap() {
                "nothing" => json!([]),
                "attendee" if operations::asks_for_proof(name.as_str().unwrap()) => {
                    json!([{"bearer": []}, {"attendee_cookie": []}])
                }
                // The last one is the secret link in the address, beside which nothing is sent.
                "attendee" => json!([{"bearer": []}, {"attendee_cookie": []}, {}]),
                _ => Value::Null,
            };
            assert_eq!(operation["security"], security, "{name}");
        }
    }
    let cookie = &document["components"]["securitySchemes"]["attendee_cookie"];
    assert_eq!((&cookie["in"], &cookie["name"]), (&json!("cookie"), &json!("leadline_attendee")));
    let export = &document["paths"]["/api/v1/exhibitors/{exhibitor_id}/leads/export"]["get"]["x-rights"];
    assert_eq!(export["roles"], json!(["owner", "manager", "admin"]));
}

on_every_engine! {
    async fn everybody_may_what_the_table_says_and_nothing_else(fair) {
        let callers = Callers::gather(fair).await;
        let targets = Targets::prepare(fair, &callers).await;
        let mut wrong = Vec::new();
        let mut succeeded: BTreeMap<String, bool> = BTreeMap::new();
        for (method, template, name) in document() {
            let need = operations::need(&name).unwrap_or_else(|| panic!("{name} is not in the table of rights"));
            for caller in callers.all() {
                let request = targets.ask(&name, caller).await;
                let path = request.path(&template);
                let at = format!("{} calls {name} ({method} {path})", caller.name);
                let Got { verdict, is_done, told } = ask(caller, &method, &path, request).await;
                let due = expected(need, caller, &method);
                if verdict != due {
                    wrong.push(format!("{at}: {verdict:?}, not {due:?} ({told})"));
                }
                *succeeded.entry(name.clone()).or_default() |= is_done;
            }
        }
        let never = succeeded.into_iter().filter(|(_, is_done)| !is_done);
        wrong.extend(never.map(|(name, _)| format!("nobody gets {name} done, so the walk proves nothing of it")));
        assert!(wrong.is_empty(), "{} cells are wrong:\n{}", wrong.len(), wrong.join("\n"));
    }

    async fn an_id_of_another_tenant_names_nothing_even_under_ones_own_address(fair) {
        let callers = Callers::gather(fair).await;
        let targets = Targets::prepare(fair, &callers).await;
        let mut wrong = Vec::new();
        for (method, template, name) in document() {
            for (caller, request) in targets.crossed(&name).await {
                let caller = callers.named(caller);
                let path = request.path(&template);
                let at = format!("{} calls {name} ({method} {path})", caller.name);
                let Got { verdict, told, .. } = ask(caller, &method, &path, request).await;
                if verdict != Verdict::NotFound {
                    wrong.push(format!("{at}: {verdict:?}, not NotFound ({told})"));
                }
            }
        }
        assert!(wrong.is_empty(), "another tenant's things show in {} cells:\n{}", wrong.len(), wrong.join("\n"));
    }

    async fn a_ticket_for_a_stream_opens_that_stream_only_and_once(fair) {
        let (x, y) = (fair.exhibitor("Acme").open().await, fair.exhibitor("Bolt").open().await);
        let admin = x.admin("Ada").await;
        let ticket = async || {
            let body = json!({"exhibitor_id": x.id});
            admin.api.post("/live-tickets", &body).await.done(201)["ticket"].as_str().unwrap().to_owned()
        };
        let open = async |path: String| Subscriber::connect(&fair.site.api, &path, None, None).await;
        let first = ticket().await;
        open(format!("/exhibitors/{}/live?ticket={first}", x.id)).await.unwrap();
        let again = open(format!("/exhibitors/{}/live?ticket={first}", x.id)).await.unwrap_err();
        again.refused("not_signed_in");
        for path in [format!("/exhibitors/{}/live", y.id), format!("/events/{}/live", fair.site.event)] {
            let ticket = ticket().await;
            open(format!("{path}?ticket={ticket}")).await.unwrap_err().refused("not_found");
        }
    }

    async fn only_so_many_imports_are_read_at_once(fair) {
        let organizer = fair.organizer().await;
        let csv = "first_name,last_name\nNoor,Aziz\n";
        let turns = fair.app().importing.available_permits();
        let held = fair.app().importing.acquire_many(u32::try_from(turns).unwrap()).await.unwrap();
        let refused = organizer.import(csv).await;
        refused.refused("unavailable");
        assert_eq!((refused.status, refused.header("retry-after")), (503, Some("5")));
        drop(held);
        assert_eq!(organizer.import(csv).await.done(200)["created"], 1);
    }
}
