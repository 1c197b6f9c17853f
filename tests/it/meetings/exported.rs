//! Meetings as they are taken home.

use super::{Stand, soon};
use harness::on_every_engine;
use serde_json::{Value, json};

on_every_engine! {
    async fn the_export_has_a_row_a_meeting_and_names_only_who_agreed(fair) {
        let stand = Stand::open(fair).await;
        let (noor, omar) = (fair.registration("Noor Aziz").badge().await, fair.registration("Omar Bey").badge().await);
        let place = stand.place("Table 4").await;
        let agreed = stand.ask(&noor, soon(fair, 60), &place).await.done(201);
        stand.attendee(&noor).await.answer(&agreed, json!({"action": "accept"})).await.done(200);
        stand.ask(&omar, soon(fair, 120), &place).await.done(201);
        let export = async |query: &str| {
            let path = stand.at(&format!("/leads/export?format=jsonl&tab=meetings{query}"));
            let text = stand.ada.api.get(&path).await.text();
            text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()).collect::<Vec<_>>()
        };
        let rows = export("").await;
        let told = |row: &Value| [&row["status"], &row["last_name"], &row["team_member"], &row["requested_by"]].map(Clone::clone);
        assert_eq!(told(&rows[0]), [json!("accepted"), json!("Aziz"), json!("Ada Admin"), json!("exhibitor")]);
        assert_eq!(told(&rows[1]), [json!("pending"), Value::Null, json!("Ada Admin"), json!("exhibitor")]);
        assert_eq!(export("&q=aziz").await.len(), 1, "a filter of leads leaves out who is none");
        // What changed since: meetings with people who are no lead too, and those whose lead is as it was.
        assert_eq!(export("&since_last=true").await.len(), 0);
        let asked = stand.ask(&fair.registration("Nora Novak").badge().await, soon(fair, 180), &place).await.done(201);
        stand.answer(&agreed, json!({"action": "cancel"})).await.done(200);
        let since = export("&since_last=true").await;
        assert_eq!(since.len(), 2, "{since:?}");
        for meeting in [&agreed, &asked] {
            assert!(since.iter().any(|row| row["meeting_id"] == meeting["id"]), "{since:?}");
        }
    }
}
