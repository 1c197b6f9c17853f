//! What was taken in and then carried on by something else.

use super::{order, undo};
use harness::on_every_engine;
use serde_json::json;

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
}
