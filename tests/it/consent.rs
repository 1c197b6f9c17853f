//! Consent that the attendee takes back, and gives again.

use crate::desk::{Desk, text};
use harness::{Fair, on_every_engine};
use mobile_core::ids::{ExhibitorId, RegistrationId};
use serde_json::Value;
use server::consent;

async fn withdraw(fair: &Fair, registration: RegistrationId, exhibitor: Option<ExhibitorId>) -> u64 {
    let mut tx = fair.app().write().await.unwrap();
    let count =
        consent::withdraw(fair.app(), &mut tx, fair.site.event, registration, exhibitor, "attendee").await.unwrap();
    tx.commit(&fair.app().hub).await.unwrap();
    count
}

async fn restore(fair: &Fair, registration: RegistrationId, exhibitor: Option<ExhibitorId>) -> u64 {
    let mut tx = fair.app().write().await.unwrap();
    let count =
        consent::restore(fair.app(), &mut tx, fair.site.event, registration, exhibitor, "attendee").await.unwrap();
    tx.commit(&fair.app().hub).await.unwrap();
    count
}

on_every_engine! {
    async fn a_withdrawal_hides_the_person_until_the_person_allows_it_again(fair) {
        let desk = Desk::open(fair).await;
        let noor = desk.register("Noor").await;
        let (code, id) = (text(&noor, "/badge/code"), text(&noor, "/id").parse().unwrap());
        desk.scan(code).await;
        assert_eq!(withdraw(fair, id, Some(desk.space.id)).await, 1);
        let rescanned = desk.scan(code).await;
        assert!(!rescanned.to_string().contains("Aziz"), "a scan undoes no withdrawal: {rescanned}");
        let lead = &desk.leads().await[0];
        assert_eq!((text(lead, "/consent"), &lead["registration"]), ("withdrawn", &Value::Null));
        let streamed = desk.streamed_since(1).await;
        assert!(streamed.contains("lead.redacted") && !streamed.contains("Aziz"), "{streamed}");
        let found: Value = desk.admin.leads("?q=aziz").await.ok();
        assert_eq!(found["total"], 0, "nobody finds a withdrawn person by name");
        assert_eq!(withdraw(fair, id, None).await, 0, "nothing more is taken back");
        assert_eq!(restore(fair, id, None).await, 1);
        assert_eq!(text(&desk.leads().await[0], "/registration/last_name"), "Aziz");
        assert_eq!(desk.space.rows_unlike_their_log().await, []);
    }

    async fn a_withdrawal_from_one_exhibitor_leaves_the_others_alone(fair) {
        let desk = Desk::open(fair).await;
        let other = fair.exhibitor("Bolt").open().await;
        let (phone, admin) = (other.phone("Omar").await, other.admin("Bea").await);
        let noor = desk.register("Noor").await;
        let (code, id) = (text(&noor, "/badge/code"), text(&noor, "/id").parse().unwrap());
        desk.scan(code).await;
        phone.scan(code).upload().await.all_accepted();
        let before: Value = admin.leads("").await.ok();
        assert_eq!(withdraw(fair, id, Some(desk.space.id)).await, 1);
        assert_eq!(text(&desk.leads().await[0], "/consent"), "withdrawn");
        let after: Value = admin.leads("").await.ok();
        assert_eq!(after["items"], before["items"], "not even the version moves");
        assert_eq!(withdraw(fair, id, None).await, 1, "now the other one too");
    }

    async fn a_withdrawal_from_everyone_also_holds_for_exhibitors_met_later(fair) {
        let desk = Desk::open(fair).await;
        let noor = desk.register("Noor").await;
        let (code, id) = (text(&noor, "/badge/code"), text(&noor, "/id").parse().unwrap());
        assert_eq!(withdraw(fair, id, None).await, 0, "nobody has met the person yet");
        let receipt = desk.scan(code).await;
        assert!(!receipt.to_string().contains("Aziz"), "the receipt discloses nothing: {receipt}");
        let lead = &desk.leads().await[0];
        assert_eq!((text(lead, "/consent"), &lead["registration"]), ("withdrawn", &Value::Null));
        let streamed = desk.streamed_since(0).await;
        assert!(streamed.contains("lead.captured") && !streamed.contains("Aziz"), "{streamed}");
        assert_eq!(restore(fair, id, None).await, 1);
        assert_eq!(text(&desk.leads().await[0], "/registration/last_name"), "Aziz");
        assert_eq!(desk.space.rows_unlike_their_log().await, []);
    }

    async fn the_ledger_remembers_who_took_everything_back(fair) {
        let desk = Desk::open(fair).await;
        let id: RegistrationId = text(&desk.register("Noor").await, "/id").parse().unwrap();
        let is_withdrawn = async || {
            let mut tx = fair.app().read().await.unwrap();
            let withdrawn = consent::withdrawn_from_all(&mut tx, fair.site.event, &[id]).await.unwrap();
            tx.done().await.unwrap();
            withdrawn.contains(&id)
        };
        withdraw(fair, id, Some(desk.space.id)).await;
        assert!(!is_withdrawn().await);
        withdraw(fair, id, None).await;
        assert!(is_withdrawn().await);
        restore(fair, id, None).await;
        assert!(!is_withdrawn().await);
    }
}
