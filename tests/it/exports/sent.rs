//! Which exports count as sent, and files that are built beside.

use super::{built, csv_rows, export, listed, scan_many, withdraw, workbook};
use calamine::Reader as _;
use harness::{eventually, on_every_engine};
use serde_json::{Value, json};
use std::collections::BTreeSet;

on_every_engine! {
    async fn since_last_counts_only_exports_that_were_sent_to_the_end(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        scan_many(&ines, 0..1000).await;
        // More than sockets hold on the way, so that the server cannot be done before we leave.
        for round in 0..20 {
            let text = "x".repeat(9000);
            let notes: Vec<Value> = (0..100)
                .map(|at| ines.capture("note", &json!({"code": format!("HALL-{:06}", (round * 100 + at) % 1000), "text": text})))
                .collect();
            ines.deliver(&notes).await.all_accepted();
        }
        let url = format!("{}/api/v1/exhibitors/{}/leads/export?format=csv", ada.api.base(), ada.exhibitor);
        let mut half = harness::http::client().get(url).bearer_auth(ada.api.token().unwrap()).send().await.unwrap();
        assert_eq!(half.status(), 200);
        assert!(!half.chunk().await.unwrap().unwrap().is_empty());
        drop(half);
        let dropped = eventually(|| async {
            let first = listed(&ada).await.first().cloned().unwrap();
            (first["status"] != "building").then_some(first)
        }).await;
        assert_eq!(dropped["status"], "failed", "{dropped}");
        assert_eq!(csv_rows(&export(&ada, "format=csv&since_last=true").await).len(), 1000, "the dropped one does not count");
        assert_eq!(listed(&ada).await[0]["status"], "sent");
        assert_eq!(csv_rows(&export(&ada, "format=csv&since_last=true").await).len(), 0, "the complete one does");
        scan_many(&ines, 7..8).await;
        scan_many(&ines, 2000..2001).await;
        let answer = export(&ada, "format=csv&since_last=true").await;
        assert_eq!(csv_rows(&answer).len(), 2, "one changed, one new");
        let newest = &listed(&ada).await[0];
        assert!(newest["from_seq"].as_i64().unwrap() >= 3000 && newest["to_seq"].as_i64() > newest["from_seq"].as_i64());
    }

    async fn everything_is_new_where_the_feed_no_longer_reaches_back_to_the_last_export(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        scan_many(&ines, 0..3).await;
        assert_eq!(ada.lead_ids("?new_since_export=true").await.len(), 3, "nothing was exported");
        assert_eq!(csv_rows(&export(&ada, "format=csv").await).len(), 3);
        scan_many(&ines, 3..5).await;
        assert_eq!(ada.lead_ids("?new_since_export=true").await.len(), 2);
        let mut tx = fair.app().write().await.unwrap();
        server::feed::store::prune(&mut tx, fair.site.event, fair.now().plus_micros(1_000_000), 1).await.unwrap();
        tx.commit(&fair.app().hub).await.unwrap();
        assert_eq!(ada.lead_ids("?new_since_export=true").await.len(), 5, "rather once more than never");
    }

    async fn a_filtered_export_does_not_stand_for_a_complete_one(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        let (hot, cold) = (fair.registration("Hot One").badge().await, fair.registration("Cold One").badge().await);
        ines.scan(&hot).rate("hot").upload().await.all_accepted();
        ines.scan(&cold).rate("cold").upload().await.all_accepted();
        assert_eq!(csv_rows(&export(&ada, "format=csv&rating=hot").await).len(), 1);
        assert_eq!(csv_rows(&export(&ada, "format=csv&tab=withdrawn").await).len(), 0);
        assert_eq!(csv_rows(&export(&ada, "format=csv&since_last=true").await).len(), 2);
        assert_eq!(csv_rows(&export(&ada, "format=csv&rating=hot&since_last=true").await).len(), 0);
    }

    async fn a_workbook_is_built_in_the_background_and_can_be_had_again(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada Admin").await);
        let badge = fair.registration("Noor Aziz").badge().await;
        ines.scan(&badge).rate("hot").upload().await.all_accepted();
        let path = format!("/exhibitors/{}/exports", ada.exhibitor);
        let begun = ada.api.post(&path, &json!({"format": "xlsx", "rating": "hot", "since_last": "true"})).await.done(201);
        let ready = built(&ada, &begun["id"]).await;
        assert_eq!((&ready["status"], &ready["has_file"], &ready["row_count"]), (&json!("ready"), &json!(true), &json!(2)));
        assert_eq!((&ready["filter"], &ready["created_by"]), (&json!("rating=hot"), &json!("Ada Admin")));
        let file = format!("{path}/{}/file", begun["id"].as_str().unwrap());
        let first = ada.api.get(&file).await;
        assert_eq!(workbook(&first).worksheet_range("Scans").unwrap().height(), 3);
        assert_eq!(listed(&ada).await[0]["status"], "sent");
        assert_eq!(ada.api.get(&file).await.body, first.body, "the same bytes again");
        let sam = space.scanner("Sam").await;
        sam.api.get(&file).await.refused("forbidden");
        // What somebody took back is not handed out again.
        withdraw(fair, &badge).await;
        ada.api.get(&file).await.refused("used_up");
        assert_eq!(listed(&ada).await[0]["has_file"], false);
    }

    async fn an_export_of_5000_leads_has_each_once_while_scans_come_in(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        scan_many(&ines, 0..5000).await;
        let (answer, ()) = tokio::join!(export(&ada, "format=csv"), scan_many(&ines, 0..500));
        let rows = csv_rows(&answer);
        let ids: BTreeSet<&str> = rows.iter().map(|row| row["lead_id"].as_str()).collect();
        assert_eq!((rows.len(), ids.len()), (5000, 5000));
        let mut book = workbook(&export(&ada, "format=xlsx").await);
        assert_eq!(book.worksheet_range("Scans").unwrap().height(), 5002);
        assert_eq!(book.worksheet_range("Scan log").unwrap().height(), 5502);
        let log = csv_rows(&export(&ada, "format=csv&tab=scan_log").await);
        let scans: BTreeSet<&str> = log.iter().map(|row| row["capture_id"].as_str()).collect();
        assert_eq!(scans.len(), 5500);
    }
}
