//! Limits: failures by address, everything by identity, each told when to come again.

use harness::{Database, Engine, Fair, builders};
use serde_json::json;
use server::limits::Sizes;

fn run(engine: Engine, name: &str, sizes: Sizes, body: impl AsyncFnOnce(&Fair)) {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(async {
        let Some(database) = Database::make(engine, name).await else { return };
        let settings = server::app::Settings { limits: sizes, ..builders::settings(&database) };
        let fair = Fair::open_with(database, settings).await;
        body(&fair).await;
        fair.close().await;
    });
}

#[test]
fn an_address_that_fails_too_often_waits_and_whoever_is_signed_in_goes_on() {
    let sizes = Sizes { failures: 5, failures_a_minute: 1, ..Sizes::default() };
    for engine in [Engine::Sqlite, Engine::Postgres] {
        run(engine, "limits::address", sizes, async |fair| {
            let olga = fair.organizer().await;
            let wrong = |n: u32| json!({"email": format!("nobody{n}@a.example"), "password": "no such password"});
            for n in 0..6 {
                fair.site.api.post("/auth/login", &wrong(n)).await.refused("wrong_credentials");
            }
            let refused = fair.site.api.post("/auth/login", &wrong(7)).await;
            refused.refused("too_many_requests");
            let seconds: u32 = refused.header("retry-after").unwrap().parse().unwrap();
            assert!((1..=60).contains(&seconds), "{seconds}");
            let phone = json!({"pairing_code": "nope", "install_id": "i", "device_name": "x", "platform": "y"});
            fair.site.api.post("/auth/devices", &phone).await.refused("too_many_requests");
            assert_eq!(olga.api.get("/me").await.status, 200, "who is signed in is not touched");
        });
    }
}

#[test]
fn an_identity_that_runs_wild_waits_and_its_captures_still_arrive() {
    let sizes = Sizes { requests: 20, requests_a_second: 1, ..Sizes::default() };
    for engine in [Engine::Sqlite, Engine::Postgres] {
        run(engine, "limits::identity", sizes, async |fair| {
            let space = fair.exhibitor("Acme").open().await;
            let (ada, phone) = (space.admin("Ada").await, space.phone("Ines").await);
            let mut waits = None;
            for _ in 0..40 {
                let answer = ada.api.get("/me").await;
                if answer.status != 200 {
                    answer.refused("too_many_requests");
                    waits = answer.header("retry-after").map(str::to_owned);
                    break;
                }
            }
            assert_eq!(waits.as_deref(), Some("1"));
            let badge = fair.registration("Noor Aziz").badge().await;
            for _ in 0..40 {
                phone.scan(&badge).upload().await.all_accepted();
            }
        });
    }
}
