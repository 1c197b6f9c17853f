//! A change of what the event discloses reaches what every lead is found by, whatever happens to whoever made
//! it and to the server that began it.

use harness::{Fair, TeamMember, on_every_engine};
use serde_json::{Value, json};
use server::affected;
use server::events::disclosure::{Disclosure, Rule};
use server::leads::policy;
use sqlx::types::Json;
use std::collections::BTreeMap;

/// Changes what visitors disclose as another server does that is killed right after it: here nobody has heard
/// of it.
async fn change_unheard(fair: &Fair, rule: Value) {
    let (app, event) = (fair.app(), fair.site.event);
    let rules: BTreeMap<String, Rule> = serde_json::from_value(json!({"visitor": rule})).unwrap();
    let disclosure = Json(Disclosure(rules).checked().unwrap());
    let mut tx = app.write().await.unwrap();
    affected!(tx, sqlx::query("UPDATE event SET disclosure = $2 WHERE id = $1").bind(event).bind(disclosure)).unwrap();
    let _carried_out_by_nobody = policy::change(app, &mut tx, event, None).await.unwrap();
    tx.commit(&app.hub).await.unwrap();
}

async fn found(who: &TeamMember, query: &str) -> i64 {
    who.leads(query).await.done(200)["total"].as_i64().unwrap()
}

on_every_engine! {
    async fn what_a_stopped_server_left_of_a_change_is_done_at_the_next_start(fair) {
        // More than are written anew in one transaction.
        const MANY: usize = 501;
        let (acme, olga) = (fair.exhibitor("Acme").open().await, fair.organizer().await);
        let (ines, ada) = (acme.phone("Ines").await, acme.admin("Ada").await);
        let people: Vec<String> = (0..MANY).map(|one| format!("Noor,Aziz {one},HALL-{one}")).collect();
        olga.import(&format!("first_name,last_name,badge_code\n{}", people.join("\n"))).await.done(200);
        let scans: Vec<Value> = (0..MANY).map(|one| ines.scanned(format!("HALL-{one}").as_str())).collect();
        for batch in scans.chunks(300) {
            ines.deliver(batch).await.all_accepted();
        }
        assert_eq!(found(&ada, "?q=aziz").await, MANY as i64);
        change_unheard(fair, json!({"scannable": "no"})).await;
        change_unheard(fair, json!({"fields": ["first_name"]})).await;
        policy::take_up(fair.app()).await.unwrap();
        assert_eq!((found(&ada, "?q=aziz").await, found(&ada, "?q=noor").await), (0, MANY as i64));
        // Nothing is left to do: a lead that does not follow stays as it is.
        let mut tx = fair.app().write().await.unwrap();
        affected!(tx, sqlx::query("UPDATE lead SET search = 'aziz'")).unwrap();
        tx.commit(&fair.app().hub).await.unwrap();
        policy::take_up(fair.app()).await.unwrap();
        assert_eq!(found(&ada, "?q=aziz").await, MANY as i64);
    }

    async fn a_scan_that_knows_the_former_policy_is_found_by_the_one_in_force(fair) {
        let acme = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (acme.phone("Ines").await, acme.admin("Ada").await);
        let (noor, omar) = (fair.registration("Noor Aziz").badge().await, fair.registration("Omar Bey").badge().await);
        // Now the server remembers for a second what is disclosed.
        ines.scan(&noor).upload().await.all_accepted();
        change_unheard(fair, json!({"fields": ["first_name"]})).await;
        let upload = ines.scan(&omar).upload().await.all_accepted();
        assert_eq!((found(&ada, "?q=bey").await, found(&ada, "?q=omar").await), (0, 1));
        let told = json!(upload.only().lead);
        assert!(told.to_string().contains("Omar") && !told.to_string().contains("Bey"), "{told}");
        // An edit is written by it too.
        let lead = upload.lead_id();
        ada.edit(lead, Some("\"1\""), &json!({"add": ["demo"]})).await.done(200);
        assert_eq!((found(&ada, "?q=bey").await, found(&ada, "?q=demo").await), (0, 1));
    }
}
