//! What the log says: much, at its most talkative, and never a secret or an address.

use harness::chaos::Process;
use harness::{Engine, run_durable};
use reqwest::Method;
use serde_json::json;
use std::collections::BTreeSet;

const LEADLINE: &str = env!("CARGO_BIN_EXE_leadline-under-test");
const PASSWORD: &str = "correct horse battery staple";

#[test]
fn no_secret_of_a_full_run_is_in_the_log_on_sqlite() {
    run_durable(Engine::Sqlite, "no_secret_is_logged::sqlite", full_run);
}

#[test]
fn no_secret_of_a_full_run_is_in_the_log_on_postgres() {
    run_durable(Engine::Postgres, "no_secret_is_logged::postgres", full_run);
}

/// Signs in, invites, pairs, scans, streams, views, exports and fails, and looks for what it was told.
async fn full_run(fair: &harness::Fair) {
    let olga = fair.organizer().await;
    let space = fair.exhibitor("Acme").open().await;
    let ada = space.admin("Ada Admin").await;
    let badge = fair.registration("Noor Azizova").badge().await;
    fair.node().stop().await;
    let log = fair.database.directory().join("server.log");
    let mut process = Process::start_talking(LEADLINE, fair.database.url(), fair.database.directory(), &log).await;
    let (olga, nobody) = (olga.api.at(process.api.base()), process.api.clone());
    let mut secrets: BTreeSet<String> = [PASSWORD, badge.code.as_str(), "Azizova"].map(str::to_owned).into();
    secrets.extend([olga.token(), ada.api.token()].into_iter().flatten().map(str::to_owned));
    let secret = |answer: &serde_json::Value, field: &str| answer[field].as_str().expect(field).to_owned();

    let team = format!("/exhibitors/{}/team", space.id);
    let member =
        json!({"first_name": "Karim", "last_name": "Haddad", "email": "karim@secret.example", "roles": ["scanner"]});
    let invited = secret(&olga.post(&team, &member).await.done(201), "invitation_url");
    let invitation = invited.rsplit('/').next().unwrap().to_owned();
    let accept = format!("/auth/invitations/{invitation}/accept");
    secrets.insert(secret(&nobody.post(&accept, &json!({"password": PASSWORD})).await.done(200), "token"));
    let credentials = json!({"email": "karim@secret.example", "password": PASSWORD});
    let token = secret(&nobody.post("/auth/login", &credentials).await.done(200), "token");
    nobody.post("/auth/login", &json!({"email": "karim@secret.example", "password": "hunter2-wrong"})).await;
    secrets.extend([invitation, token, "hunter2-wrong".to_owned(), "karim@secret.example".to_owned()]);

    let codes = format!("/exhibitors/{}/pairing-codes", space.id);
    let code = secret(&olga.post(&codes, &json!({})).await.done(201), "pairing_code");
    let wish = json!({"pairing_code": code, "install_id": "i", "device_name": "Pixel", "platform": "test"});
    let phone = secret(&nobody.post("/auth/devices", &wish).await.done(201), "device_token");
    let scan = json!({"id": fair.app().new_id::<mobile_core::ids::CaptureId>(), "kind": "scan", "captured_at": fair.now(),
        "code": badge.code});
    let wrong = json!({"id": "no-id", "kind": "note", "text": "Azizova likes olives"});
    let batch = json!({"sent_at": fair.now(), "captures": [scan, wrong]});
    nobody.with_token(&phone).post("/captures", &batch).await.done(200);
    let renewed = nobody.with_token(&phone).post("/auth/devices/token", &json!({})).await.done(201);
    secrets.insert(secret(&renewed, "device_token"));
    let ticket = secret(&olga.post("/live-tickets", &json!({"exhibitor_id": space.id})).await.done(201), "ticket");
    nobody.get(&format!("/exhibitors/{}/live?ticket={ticket}", space.id)).await;
    let view = json!({"member_id": ada.id});
    let view = secret(&olga.post(&format!("/events/{}/views", fair.site.event), &view).await.done(201), "token");
    nobody.with_token(&view).get(&format!("/exhibitors/{}/leads?q=azizova", space.id)).await.done(200);
    olga.get(&format!("/exhibitors/{}/leads/export?format=csv", space.id)).await;
    let links = format!("/events/{}/registrations/{}/links", fair.site.event, badge.registration);
    let link = secret(&olga.post(&links, &json!({"purpose": "attendee"})).await.done(201), "token");
    nobody.get(&format!("/attendee/{link}")).await.done(200);
    nobody.post("/auth/password-resets", &json!({"email": "karim@secret.example"})).await;
    nobody.send(Method::POST, "/captures", &[("content-type", "application/json")], Some(b"{broken".to_vec())).await;
    secrets.extend([code.replace('-', ""), code, phone, ticket, view, link, "olives".to_owned()]);
    assert!(process.ask_to_end().success());

    let said = std::fs::read_to_string(&log).expect("the log");
    assert!(said.len() > 10_000, "it talked: {} bytes", said.len());
    let folded = said.to_lowercase();
    let told: Vec<&String> = secrets.iter().filter(|secret| folded.contains(&secret.to_lowercase())).collect();
    for secret in &told {
        let line = said.lines().find(|line| line.to_lowercase().contains(&secret.to_lowercase()));
        eprintln!("{secret}: {}", line.unwrap_or_default());
    }
    assert!(told.is_empty(), "the log tells {} secrets", told.len());
}
