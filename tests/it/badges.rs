//! Badges and what becomes of them.

use crate::desk::{Desk, text};
use harness::on_every_engine;
use mobile_core::time::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

const MINUTE: i64 = 60_000_000;

on_every_engine! {
    async fn a_badge_is_had_as_svg_png_and_pdf(fair) {
        let desk = Desk::open(fair).await;
        let noor = desk.register("Noor").await;
        let badge = format!("/badges/{}", text(&noor, "/badge/id"));
        let svg = desk.get(&format!("{badge}.svg")).await;
        assert_eq!(svg.header("content-type"), Some("image/svg+xml"));
        assert!(svg.text().contains(text(&noor, "/badge/number")));
        let png = desk.get(&format!("{badge}.png?dpi=203")).await;
        assert_eq!((png.header("content-type"), image::load_from_memory(&png.body).is_ok()), (Some("image/png"), true));
        for query in ["", "?stock=a4-4&preprinted=true", "?stock=90x120mm&margin_top=5", "?stock=62mm"] {
            let pdf = desk.get(&format!("{badge}.pdf{query}")).await;
            assert_eq!((pdf.header("content-type"), pdf.body.starts_with(b"%PDF-")), (Some("application/pdf"), true), "{query}");
        }
        assert_eq!(text(&desk.get(&badge).await.done(200), "/code"), text(&noor, "/badge/code"));
        let many = desk.get("/badges.pdf?stock=a4-4&unprinted=true").await;
        assert!(many.body.starts_with(b"%PDF-"));
        for (path, reason) in [
            (format!("{badge}.pdf?stock=postcard"), "invalid_field"),
            (format!("{badge}.png?dpi=9"), "invalid_field"),
            (format!("{badge}.gif"), "not_found"),
            (format!("/badges/{}.svg", Uuid::nil()), "not_found"),
            ("/badges.pdf?category=nobody".to_owned(), "not_found"),
        ] {
            desk.get(&path).await.refused(reason);
        }
    }

    async fn the_next_document_is_printed_on_the_same_sheets(fair) {
        let desk = Desk::open(fair).await;
        desk.register("Noor").await;
        desk.register("Omar").await;
        let asked = "category=visitor&unprinted=true&limit=1&stock=a4-4&preprinted=true&one_ink=true&margin_top=1.5\
                     &margin_right=1.5&margin_bottom=1.5&margin_left=1.5&columns=1&rows=2&offset_x=0.5&offset_y=0.5";
        let first = desk.get(&format!("/badges.pdf?{asked}")).await;
        let link = first.header("link").unwrap_or_else(|| panic!("no more: {}", first.text())).to_owned();
        let next = link.split_once("/badges.pdf?").unwrap().1.split_once('>').unwrap().0;
        for asked in asked.split('&') {
            assert!(next.split('&').any(|kept| kept == asked), "{asked} in {next}");
        }
        let second = desk.get(&format!("/badges.pdf?{next}")).await;
        assert!(second.body.starts_with(b"%PDF-") && second.header("link").is_none());
        let problem = desk.get("/badges.pdf?preprintd=true").await.refused("invalid_field");
        assert!(problem.errors[0].pointer.contains("preprintd"), "{:?}", problem.errors[0].pointer);
    }

    async fn a_print_keeps_the_code_and_is_counted(fair) {
        let desk = Desk::open(fair).await;
        let noor = desk.register("Noor").await;
        let path = format!("/badges/{}/print", text(&noor, "/badge/id"));
        desk.post(&path, json!({})).await.done(200);
        let badge = desk.post(&path, json!({})).await.done(200);
        assert_eq!((badge["print_count"].as_i64(), text(&badge, "/code")), (Some(2), text(&noor, "/badge/code")));
        desk.get("/badges.pdf?unprinted=true").await.refused("not_found");
    }

    async fn a_reissued_badge_has_a_new_code_and_the_old_one_still_counts_as_the_person(fair) {
        let desk = Desk::open(fair).await;
        let noor = desk.register("Noor").await;
        let old = format!("/badges/{}", text(&noor, "/badge/id"));
        let new = desk.post(&format!("{old}/reissue"), json!({})).await.done(201);
        assert_ne!(text(&new, "/code"), text(&noor, "/badge/code"));
        assert_ne!(text(&new, "/number"), text(&noor, "/badge/number"));
        assert_eq!(text(&desk.get(&old).await.done(200), "/status"), "replaced");
        desk.scan(text(&noor, "/badge/code")).await;
        desk.scan(text(&new, "/code")).await;
        let leads = desk.leads().await;
        assert_eq!((leads.len(), leads[0]["scan_count"].as_i64()), (1, Some(2)));
        assert_eq!(text(&leads[0], "/registration/first_name"), "Noor");
        let again = desk.post(&format!("{old}/reissue"), json!({})).await.refused("used_up");
        assert!(again.detail.contains(text(&new, "/number")), "{again:?}");
    }

    async fn a_lost_badge_discloses_nothing_from_then_on(fair) {
        let desk = Desk::open(fair).await;
        let noor = desk.register("Noor").await;
        let badge = format!("/badges/{}", text(&noor, "/badge/id"));
        let lost = desk.post(&format!("{badge}/revoke"), json!({"reason": "lost"})).await.done(200);
        assert_eq!(text(&lost, "/status"), "lost");
        let scanned = desk.scan(text(&noor, "/badge/code")).await;
        assert_eq!((text(&scanned, "/outcome"), text(&scanned, "/reason")), ("accepted", "badge_revoked"), "{scanned}");
        let stolen = desk.post(&format!("{badge}/revoke"), json!({"reason": "misuse"})).await.done(200);
        assert_eq!((text(&stolen, "/status"), text(&stolen, "/revoked_at")), ("misuse", text(&lost, "/revoked_at")));
        desk.post(&format!("{badge}/revoke"), json!({"reason": "bored"})).await.refused("invalid_field");
        let new = desk.post(&format!("{badge}/reissue"), json!({})).await.done(201);
        assert_eq!(text(&new, "/status"), "active");
        assert_eq!(text(&desk.get(&badge).await.done(200), "/status"), "misuse");
    }

    async fn swapped_badges_move_their_scans_to_the_people_who_wore_them(fair) {
        let desk = Desk::open(fair).await;
        let (noor, omar) = (desk.register("Noor").await, desk.register("Omar").await);
        let code = text(&noor, "/badge/code").to_owned();
        desk.scan(&code).await;
        let from = fair.now();
        desk.scan(&code).await;
        desk.enter(text(&noor, "/badge/number"), "typed").await;
        let assign = json!({"registration_id": omar["id"], "from": from});
        let path = format!("/badges/{}/assign", text(&noor, "/badge/id"));
        let moved = desk.post(&path, assign.clone()).await.done(200);
        assert_eq!(moved["registration_id"], omar["id"]);
        desk.scan(&code).await;
        let scans = |leads: &[Value]| {
            let mut scans: Vec<(String, i64)> = leads
                .iter()
                .map(|lead| (text(lead, "/registration/first_name").to_owned(), lead["scan_count"].as_i64().unwrap()))
                .collect();
            scans.sort();
            scans
        };
        assert_eq!(scans(&desk.leads().await), [("Noor".to_owned(), 1), ("Omar".to_owned(), 3)]);
        desk.post(&path, assign).await.done(200);
        assert_eq!(scans(&desk.leads().await), [("Noor".to_owned(), 1), ("Omar".to_owned(), 3)]);
        let nobody = json!({"registration_id": Uuid::nil(), "from": from});
        let problem = desk.post(&path, nobody).await.refused("invalid_field");
        assert_eq!(problem.errors[0].pointer, "/registration_id");
    }

    async fn a_late_scan_counts_for_whoever_wore_the_badge_when_it_was_made(fair) {
        let desk = Desk::open(fair).await;
        let (noor, omar) = (desk.register("Noor").await, desk.register("Omar").await);
        let mia = desk.register("Mia").await;
        let code = text(&noor, "/badge/code").to_owned();
        let late = desk.phone.scanned(code.as_str());
        let number = json!({"code": text(&noor, "/badge/number"), "entry": "typed"});
        let late_typed = desk.phone.capture("scan", &number);
        let assign = async |to: &Value, from: Timestamp| {
            let assign = json!({"registration_id": to["id"], "from": from});
            desk.post(&format!("/badges/{}/assign", text(&noor, "/badge/id")), assign).await.done(200);
        };
        fair.app().clock.advance(MINUTE);
        assign(&omar, fair.now()).await;
        let between = desk.phone.scanned(code.as_str());
        fair.app().clock.advance(MINUTE);
        assign(&mia, fair.now()).await;
        let after = desk.phone.scanned(code.as_str());
        fair.app().clock.advance(MINUTE);
        desk.phone.deliver(&[after, late, between, late_typed]).await.all_accepted();
        let mut scans: Vec<(String, i64)> = desk.leads().await.iter()
            .map(|lead| (text(lead, "/registration/first_name").to_owned(), lead["scan_count"].as_i64().unwrap()))
            .collect();
        scans.sort();
        assert_eq!(scans, [("Mia".to_owned(), 1), ("Noor".to_owned(), 2), ("Omar".to_owned(), 1)]);
        // An assignment that reaches further back takes the scans of everyone who had it since.
        assign(&omar, fair.now().plus_micros(-60 * MINUTE)).await;
        let leads = desk.leads().await;
        assert_eq!((leads.len(), leads[0]["scan_count"].as_i64()), (1, Some(4)), "{leads:#?}");
        assert_eq!(desk.space.rows_unlike_their_log().await, []);
    }

    async fn a_lead_whose_every_scan_was_of_somebody_else_becomes_theirs(fair) {
        let desk = Desk::open(fair).await;
        let (noor, omar) = (desk.register("Noor").await, desk.register("Omar").await);
        let from = fair.now();
        let first = desk.scan(text(&noor, "/badge/code")).await;
        let assign = json!({"registration_id": omar["id"], "from": from});
        desk.post(&format!("/badges/{}/assign", text(&noor, "/badge/id")), assign).await.done(200);
        let leads = desk.leads().await;
        assert_eq!((leads.len(), text(&leads[0], "/registration/first_name")), (1, "Omar"));
        assert_eq!(leads[0]["id"], first["lead_id"], "the id that phones know stays");
        // And back: the scan of Omar's own badge and the one that was never his come apart again.
        desk.scan(text(&omar, "/badge/code")).await;
        let back = json!({"registration_id": noor["id"], "from": from});
        desk.post(&format!("/badges/{}/assign", text(&noor, "/badge/id")), back).await.done(200);
        assert_eq!(desk.leads().await.len(), 2);
    }
}
