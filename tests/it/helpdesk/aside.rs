//! What was taken in and then carried on by something else, and how far back the desk's list goes.

use super::{desk, merge, order, undo};
use harness::on_every_engine;
use serde_json::{Value, json};

on_every_engine! {
    async fn what_was_taken_in_and_moved_on_is_taken_back_after_the_move(fair) {
        let olga = fair.organizer().await;
        let (acme, bolt) = (fair.exhibitor("Acme").open().await, fair.exhibitor("Bolt").open().await);
        let (ines, ada, bea) = (acme.phone("Ines").await, acme.admin("Ada").await, bolt.admin("Bea").await);
        let noor = fair.registration("Noor Aziz").badge().await;
        let scan = ines.scan(&noor).captures();
        fair.site.lose(&ines).await;
        ines.send(&scan).await.done(200);
        let aside = ada.rejected().await[0]["id"].as_str().unwrap().to_owned();
        let release = format!("/exhibitors/{}/rejected-captures/{aside}/release", acme.id);
        let taken = ada.api.post(&release, &json!({})).await.done(200);
        let path = format!("/events/{}/devices/{}/move-scans", fair.site.event, ines.device);
        let moved = olga.api.post(&path, &order(&bolt, fair.now())).await.done(200);
        let totals = async || (ada.leads("").await.json()["total"].clone(), bea.leads("").await.json()["total"].clone());
        assert_eq!((&moved["captures"], totals().await), (&json!(1), (json!(0), json!(1))));
        undo(&olga, &taken["action_id"]).await.refused("used_up");
        assert_eq!(totals().await, (json!(0), json!(1)));
        undo(&olga, &moved["action_id"]).await.done(200);
        assert_eq!(totals().await, (json!(1), json!(0)));
        undo(&olga, &taken["action_id"]).await.done(200);
        assert_eq!((totals().await, ada.rejected().await.len()), ((json!(0), json!(0)), 1), "nothing of it stays");
        for space in [&acme, &bolt] {
            assert_eq!(space.rows_unlike_their_log().await, []);
        }
    }

    async fn a_deed_is_found_and_taken_back_however_many_came_after_it(fair) {
        let dora = desk(fair).await;
        let (noor, nour) = (fair.registration("Noor Aziz").badge().await, fair.registration("Nour Aziz").badge().await);
        let merged = merge(&dora, noor.registration, nour.registration, "").await.done(200);
        let mut tx = fair.app().write().await.unwrap();
        let (event, id): (_, uuid::Uuid) = (fair.site.event, merged["action_id"].as_str().unwrap().parse().unwrap());
        let first: server::helpdesk::ActionRow = server::sql!(tx, conn => sqlx::query_as(
            "SELECT * FROM desk_action WHERE event_id = $1 AND id = $2").bind(event).bind(id).fetch_one(conn))
        .unwrap();
        for later in 1..=40 {
            let mut deed = first.clone();
            (deed.id, deed.kind) = (fair.app().new_id(), server::helpdesk::Kind::Discard);
            deed.created_at = first.created_at.plus_micros(later);
            server::helpdesk::store::put_action(&mut tx, fair.site.event, &deed).await.unwrap();
        }
        tx.commit(&fair.app().hub).await.unwrap();
        let deeds = format!("/events/{}/desk-actions?limit=30", fair.site.event);
        let newest = dora.api.get(&deeds).await.done(200);
        assert!(!newest["items"].to_string().contains(merged["action_id"].as_str().unwrap()));
        let earlier = dora.api.get(&format!("{deeds}&cursor={}", newest["next_cursor"].as_str().unwrap())).await.done(200);
        assert_eq!((earlier["items"].as_array().unwrap().len(), &earlier["next_cursor"]), (11, &Value::Null));
        assert_eq!((&earlier["items"][10]["id"], &earlier["items"][10]["is_undoable"]), (&merged["action_id"], &json!(true)));
        let page = dora.api.get(&format!("//events/{}/help-desk", fair.site.event)).await.text();
        let cursor = page.split_once("?cursor=").and_then(|(_, rest)| rest.split_once('#')).unwrap().0;
        assert!(!page.contains("Noor Aziz"), "{page}");
        let page = dora.api.get(&format!("//events/{}/help-desk?cursor={cursor}", fair.site.event)).await.text();
        assert!(page.contains("Noor Aziz") && page.contains("/undo"), "{page}");
        undo(&dora, &merged["action_id"]).await.done(200);
    }

    async fn a_phone_that_was_unpaired_first_is_still_found_to_move_its_scans(fair) {
        let olga = fair.organizer().await;
        let (acme, bolt) = (fair.exhibitor("Acme").open().await, fair.exhibitor("Bolt").open().await);
        let (ines, bea) = (acme.phone("Ines").await, bolt.admin("Bea").await);
        ines.scan(&fair.registration("Noor Aziz").badge().await).upload().await.all_accepted();
        fair.site.revoke(&ines).await;
        let found = olga.api.get(&format!("/events/{}/help-desk?q=acme", fair.site.event)).await.done(200);
        let devices = found["exhibitors"][0]["devices"].as_array().unwrap();
        let device = devices.iter().find(|device| device["id"] == json!(ines.device)).expect("it is listed");
        assert_eq!(device["has_ended"], true);
        let page = olga.api.get(&format!("//events/{}/help-desk?q=acme", fair.site.event)).await.text();
        assert!(page.contains(&format!("?device={}", ines.device)) && page.contains("1 phone that was unpaired"), "{page}");
        let path = format!("/events/{}/devices/{}/move-scans", fair.site.event, ines.device);
        olga.api.post(&path, &order(&bolt, fair.now())).await.done(200);
        assert_eq!(bea.leads("").await.json()["total"], 1);
    }
}
