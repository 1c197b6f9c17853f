//! The end-of-show report: it agrees with what was scanned, and holds nothing of a visitor.

use calamine::{Data, Reader as _, Xlsx};
use harness::on_every_engine;
use mobile_core::capture::ContactField;
use serde_json::{Value, json};
use std::io::Cursor;

fn of<'a>(report: &'a Value, name: &str) -> &'a Value {
    report["exhibitors"].as_array().unwrap().iter().find(|row| row["name"] == name).unwrap()
}

on_every_engine! {
    async fn the_report_counts_scans_visitors_ratings_and_phones(fair) {
        let (acme, zed) = (fair.exhibitor("Acme").open().await, fair.exhibitor("Zed").open().await);
        let (ines, omar) = (acme.phone("Ines").await, acme.phone("Omar").await);
        let (noor, ben) = (fair.registration("Noor Aziz").badge().await, fair.registration("Ben Ott").badge().await);
        ines.scan(&noor).rate("hot").upload().await.all_accepted();
        omar.scan(&noor).upload().await.all_accepted();
        omar.scan(&ben).rate("cold").upload().await.all_accepted();
        // Neither the practice badge nor what was taken back is a scan of a lead.
        let mistaken = ines.scanned(&ben);
        let taken_back = ines.capture("annul", &json!({"annuls": mistaken["id"]}));
        ines.deliver(&[mistaken, taken_back, ines.scanned(mobile_core::badge::practice::TEXT)]).await.all_accepted();
        zed.phone("Zoe").await;
        let olga = fair.organizer().await;
        let report = olga.api.get(&format!("/events/{}/report", fair.site.event)).await.done(200);
        let acme = of(&report, "Acme");
        assert_eq!((&acme["scans"], &acme["visitors"], &acme["leads"]), (&json!(3), &json!(2), &json!(2)));
        assert_eq!((&acme["hot"], &acme["warm"], &acme["cold"]), (&json!(1), &json!(0), &json!(1)));
        assert_eq!((&acme["peak_devices"], &acme["per_day"], &acme["rank_in_hall"]), (&json!(2), &json!([3]), &json!(1)));
        assert_eq!(acme["rank_in_package"], json!(null), "there are no packages");
        let totals = &report["totals"];
        assert_eq!((&totals["visitors"], &totals["scans_per_visitor_percent"]), (&json!(2), &json!(150)));
        assert_eq!((&totals["without_scan"], of(&report, "Zed")["rank_in_hall"].as_u64()), (&json!(1), Some(2)));
        let hours: u64 = report["hours"].as_array().unwrap().iter().map(|hour| hour["scans"].as_u64().unwrap()).sum();
        assert_eq!(hours, 3);
        let sum = |row: &Value| row.as_array().unwrap().iter().map(|scans| scans.as_u64().unwrap()).sum::<u64>();
        assert_eq!((sum(&acme["per_hour"]), sum(&of(&report, "Zed")["per_hour"])), (3, 0));

        let path = format!("/events/{}/report", fair.site.event);
        let workbook = olga.api.get(&format!("{path}?format=xlsx")).await;
        let mut workbook: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(workbook.body)).unwrap();
        assert_eq!(workbook.sheet_names(), ["Exhibitors", "Totals", "By the hour", "Exhibitors by the hour"]);
        let rows = |range: &calamine::Range<Data>| range.rows().map(<[Data]>::to_vec).collect::<Vec<_>>();
        let totals = rows(&workbook.worksheet_range("Totals").unwrap());
        let figure = |name: &str| totals.iter().find(|row| row[0] == *name).map(|row| row[1].clone());
        assert_eq!((figure("Scans"), figure("Visitors scanned")), (Some(Data::Float(3.0)), Some(Data::Float(2.0))));
        assert_eq!(figure("Scans a visitor"), Some(Data::Float(1.5)));
        let by_hour = rows(&workbook.worksheet_range("Exhibitors by the hour").unwrap());
        assert_eq!((by_hour[1][0].to_string(), by_hour[2][0].to_string()), ("Acme".to_owned(), "Zed".to_owned()));
        let scans = by_hour[1][1..].iter().map(|cell| cell.to_string().parse::<u64>().unwrap()).sum::<u64>();
        assert_eq!(scans, 3, "{by_hour:?}");
        let page = olga.api.get(&format!("/{path}")).await.text();
        assert_eq!(page.matches("<details class=\"by-time\" data-printed>").count(), 1, "Zed has no hours: {page}");
    }

    async fn the_report_holds_nothing_of_a_visitor_in_any_format(fair) {
        let space = fair.exhibitor("=Acme").open().await;
        let ines = space.phone("Ines").await;
        let noor = fair.registration("Noor Aziz").with(ContactField::Email, "noor@zed.example").badge().await;
        ines.scan(&noor).note("a private note").upload().await.all_accepted();
        let olga = fair.organizer().await;
        let path = format!("/events/{}/report", fair.site.event);
        let page = olga.api.get(&format!("/{path}")).await;
        let csv = olga.api.get(&format!("{path}?format=csv")).await;
        for answer in [&page, &csv, &olga.api.get(&path).await] {
            assert_eq!(answer.status, 200);
            for secret in ["Noor", "noor@", "private"] {
                assert!(!answer.text().contains(secret), "{secret}: {}", answer.text());
            }
        }
        assert!(csv.text().contains("\r\n'=Acme,"), "no cell is a formula: {}", csv.text());
        let workbook = olga.api.get(&format!("{path}?format=xlsx")).await;
        assert!(workbook.header("content-type").unwrap().contains("spreadsheetml"));
        let refused = olga.api.get(&format!("{path}?format=pdf")).await;
        assert_eq!(refused.status, 422, "{}", refused.text());
    }

    async fn a_phone_that_two_days_of_silence_freed_is_not_billed_beside_the_next(fair) {
        let (acme, zed) = (fair.exhibitor("Acme").open().await, fair.exhibitor("Zed").open().await);
        acme.phone("Ines").await;
        let zoe = zed.phone("Zoe").await;
        let _held = zoe.scanned("HELD");
        zoe.heartbeat().await;
        fair.app().clock.advance(49 * 3600 * 1_000_000);
        acme.phone("Omar").await;
        zed.phone("Zac").await;
        let olga = fair.organizer().await;
        let report = olga.api.get(&format!("/events/{}/report", fair.site.event)).await.done(200);
        assert_eq!(of(&report, "Acme")["peak_devices"], 1);
        assert_eq!(of(&report, "Zed")["peak_devices"], 2, "a phone that holds scans holds its licence");
    }
}
