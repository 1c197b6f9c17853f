//! Lists of people from files.

use crate::browsing::{has, picture};
use crate::desk::Desk;
use harness::browser::Browser;
use harness::{Engine, Fair, on_every_engine};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::pin::pin;
use std::time::Instant;

const PEOPLE: &str = "Référence;Prénom;Nom;E-mail;Code postal;Catégorie;Code badge\n\
    A-1;Noor;Aziz;noor@a.example;01000;Visiteur;C-1\n\
    A-2;Inès;Roy;info@b.example;75011;VIP;\n\
    ;Omar;Roy;info@b.example;75011;Mineur;\n";

/// The person of this first name in a list of registrations.
fn named<'a>(people: &'a serde_json::Value, first_name: &str) -> &'a serde_json::Value {
    let items = people["items"].as_array().unwrap();
    items.iter().find(|person| person["first_name"] == first_name).expect("the person is in the list")
}

on_every_engine! {
    async fn repeating_an_import_changes_nothing(fair) {
        let desk = Desk::open(fair).await;
        let first = desk.import("", PEOPLE).await.done(200);
        assert_eq!(counts(&first), [3, 0, 0, 0], "{first}");
        let before = desk.get("/registrations").await.done(200);
        let again = desk.import("", PEOPLE).await.done(200);
        assert_eq!(counts(&again), [0, 0, 3, 0], "{again}");
        assert_eq!(desk.get("/registrations").await.done(200), before);
        let of = |name: &str| {
            let items = before["items"].as_array().unwrap();
            items.iter().find(|item| item["first_name"] == name).unwrap().clone()
        };
        assert_eq!((of("Noor")["postcode"].as_str(), of("Noor")["badge"]["code"].as_str()), (Some("01000"), Some("C-1")));
        assert_eq!(of("Omar")["category"], "minor");
    }

    async fn a_dry_run_says_what_would_happen_and_writes_nothing(fair) {
        let desk = Desk::open(fair).await;
        let dry = desk.import("?dry_run=true", PEOPLE).await.done(200);
        assert_eq!((counts(&dry), dry["dry_run"].as_bool()), ([3, 0, 0, 0], Some(true)));
        assert_eq!(desk.get("/registrations").await.done(200)["items"], json!([]));
        desk.import("", PEOPLE).await.done(200);
        assert_eq!(dry["new_categories"], json!([]), "every event knows visitors, VIPs and minors");
        let changed = PEOPLE.replace("Noor", "Nour");
        assert_eq!(counts(&desk.import("?dry_run=true", changed).await.done(200)), [0, 1, 2, 0]);
    }

    async fn categories_that_are_new_to_the_event_are_named_until_somebody_has_them(fair) {
        let desk = Desk::open(fair).await;
        let file = "last_name,category\nRoy,Hosted Delegation\nLee,Hosted Delegation\nPoe,Ambasador\nKim,visiteurs\n";
        for query in ["?dry_run=true", ""] {
            let report = desk.import(query, file).await.done(200);
            assert_eq!(report["new_categories"], json!(["Ambasador", "Hosted Delegation"]), "{query}");
        }
        assert_eq!(desk.import("?dry_run=true", file).await.done(200)["new_categories"], json!([]));
    }

    async fn good_rows_go_in_and_bad_ones_are_named_by_row_column_and_reason(fair) {
        let desk = Desk::open(fair).await;
        let file = "external_id,last_name,email,badge_code\n1,Roy,nobody,\n2,Aziz,a@b.example,X\n3,Lee,l@b.example,\n";
        let report = desk.import("", file).await.done(200);
        assert_eq!(counts(&report), [2, 0, 0, 1], "{report}");
        let bad = &report["bad_rows"][0];
        let told = (bad["row"].as_i64(), bad["column"].as_str(), bad["reason"].as_str());
        assert_eq!(told, (Some(2), Some("email"), Some("invalid_email")));
        let stolen = desk.import("", "external_id,last_name,badge_code\n3,Lee,X\n").await.done(200);
        let bad = &stolen["bad_rows"][0];
        assert_eq!((bad["column"].as_str(), bad["reason"].as_str()), (Some("badge_code"), Some("duplicate_badge_code")));
    }

    async fn what_did_not_go_in_is_told_in_the_language_of_who_imports(fair) {
        let desk = Desk::open(fair).await;
        let path = desk.at("/registrations/import?dry_run=true");
        let import = async |file: Vec<u8>| {
            let headers = [("content-type", "text/csv"), ("accept-language", "fr")];
            desk.organizer.api.send(reqwest::Method::POST, &path, &headers, Some(file)).await
        };
        let long = "x".repeat(300);
        let file = format!(
            "external_id,last_name,email,company,badge_code\n1,Roy,nobody,,\n2,,,Acme,\n3,Lee,,{long},\n4,Kim,,#REF!,\n\
             5,Aziz,,A\u{7}B,\n6,Roy,,,X\n7,Poe,,,X\n8,Noe,,,4.00123E+12\n"
        );
        let report = import(file.into_bytes()).await.done(200);
        let told: Vec<&str> = report["bad_rows"].as_array().unwrap().iter().map(|bad| bad["detail"].as_str().unwrap()).collect();
        for (line, french) in told.iter().zip([
            "adresse e-mail", "ni prénom ni nom", "dépasse 200 caractères", "erreur du tableur", "caractère de contrôle",
            "la ligne 7 donne ce code", "a arrondi ce nombre",
        ]) {
            assert!(line.contains(french), "{line} / {french}: {told:#?}");
        }
        assert_eq!(told.len(), 7, "{told:#?}");
        for (file, french) in [
            (&b"%PDF-1.7 ..."[..], "pas un tableau"), (b"", "aucune ligne"), (b"a,b\n1,2\n", "a | b"),
            (b"\xd0\xcf\x11\xe0old workbook", "Excel 97"),
        ] {
            let refused = import(file.to_vec()).await.json();
            assert!(refused["detail"].as_str().unwrap().contains(french), "{refused}");
        }
    }

    async fn a_french_file_is_looked_at_on_the_page_before_it_goes_in(fair) {
        let Some(browser) = Browser::start().await else { return };
        let desk = Desk::open(fair).await;
        let file = fair.database.directory().join("inscrits.csv");
        let rows = "Prénom;Nom;E-mail;Type\nNoor;Aziz;noor@a.example;Mécène\n;;omar@b.example;\nInès;Roy;info;\n";
        std::fs::write(&file, rows).unwrap();
        let mut tab = browser.tab(1440, 900).await;
        tab.ask("Network.setExtraHTTPHeaders", &json!({"headers": {"accept-language": "fr"}})).await;
        tab.sign_in(&desk.organizer.api).await;
        tab.go(&format!("{}{}/people", desk.organizer.api.base(), desk.at(""))).await;
        tab.click("[data-open=import]").await;
        tab.choose_file("#import [name=file]", &file).await;
        tab.click("#import [value=try]").await;
        has(&mut tab, "#import .bad-rows", "Ligne 4, E-mail").await;
        has(&mut tab, "#import .bad-rows", "ce n’est pas une adresse e-mail").await;
        has(&mut tab, "#import .bad-rows", "ni prénom ni nom").await;
        has(&mut tab, "#import [data-report]", "Type → Catégorie").await;
        has(&mut tab, "#import [data-report]", "nouvelles pour cet événement\u{a0}: Mécène.").await;
        picture(&mut tab, "import-fr-1440").await;
        tab.click("#import [value=import]").await;
        harness::eventually(async || (desk.people().await.len() == 1).then_some(())).await;
        assert_eq!(tab.problems(), [] as [&str; 0]);
    }

    async fn a_mapping_names_headers_and_a_wrong_one_is_refused(fair) {
        let desk = Desk::open(fair).await;
        let file = "Sté,Who,Zone\nAcme,Noor Aziz,B\n";
        let mapping = "%7B%22St%C3%A9%22%3A%22company%22%2C%22Who%22%3A%22full_name%22%7D";
        desk.import(&format!("?mapping={mapping}"), file).await.done(200);
        assert_eq!(desk.get("/registrations").await.done(200)["items"][0]["company"], "Acme");
        let wrong = desk.import("?mapping=%7B%22Who%22%3A%22shoe%22%7D", file).await.done(422);
        assert_eq!(wrong["errors"][0]["pointer"], "?mapping");
    }

    async fn what_is_no_table_is_refused_with_the_way_out(fair) {
        let desk = Desk::open(fair).await;
        for (file, status) in [(&b"%PDF-1.7 ..."[..], 415), (b"", 422), (b"\xd0\xcf\x11\xe0old workbook", 415), (b"a,b\n1,2\n", 422)] {
            desk.import("", file).await.done(status);
        }
        let as_json = desk.post("/registrations/import", json!([])).await.refused("unsupported_media_type");
        assert!(as_json.detail.contains("text/csv"), "{as_json:?}");
    }

    async fn a_scan_made_before_the_import_gets_its_person(fair) {
        let desk = Desk::open(fair).await;
        let scanned = desk.scan("C-1").await;
        assert_eq!(scanned["lead"]["match"], "unmatched");
        desk.import("", PEOPLE).await.done(200);
        let lead = &desk.leads().await[0];
        assert_eq!((lead["match"].as_str(), lead["id"].as_str()), (Some("matched"), scanned["lead_id"].as_str()));
        assert_eq!(lead["registration"]["last_name"], "Aziz");
    }

    async fn a_changed_row_reaches_the_leads_of_its_person(fair) {
        let desk = Desk::open(fair).await;
        desk.import("", PEOPLE).await.done(200);
        desk.scan("C-1").await;
        desk.import("", PEOPLE.replace("Noor", "Nour")).await.done(200);
        let lead = &desk.leads().await[0];
        assert_eq!((lead["registration"]["first_name"].as_str(), lead["version"].as_i64()), (Some("Nour"), Some(2)));
        let streamed = desk.streamed_since(1).await;
        assert!(streamed.contains("lead.updated") && streamed.contains("Nour"), "{streamed}");
    }

    async fn codes_that_come_later_take_the_place_of_badges_never_printed(fair) {
        let desk = Desk::open(fair).await;
        let without = "first_name,last_name,email\nNoor,Aziz,n@a.example\nOmar,Roy,o@a.example\n";
        desk.import("", without).await.done(200);
        let people = desk.get("/registrations").await.done(200);
        let omar = named(&people, "Omar")["badge"]["id"].as_str().unwrap();
        desk.post(&format!("/badges/{omar}/print"), json!({})).await.done(200);
        let with = "first_name,last_name,email,badge_code\nNoor,Aziz,n@a.example,X\nOmar,Roy,o@a.example,Y\n";
        assert_eq!(counts(&desk.import("", with).await.done(200)), [0, 2, 0, 0]);
        let people = desk.get("/registrations").await.done(200);
        for (name, code, statuses) in [("Noor", "X", ["replaced", "active"]), ("Omar", "Y", ["active", "active"])] {
            let person = named(&people, name);
            assert_eq!(person["badge"]["code"], code);
            let found: Vec<&str> =
                person["badges"].as_array().unwrap().iter().map(|badge| badge["status"].as_str().unwrap()).collect();
            assert_eq!(found, statuses);
        }
    }

    async fn scans_go_in_while_a_long_list_is_imported(fair) {
        let desk = Desk::open(fair).await;
        let file = people(5_000);
        let mut import = pin!(desk.import("", file.as_bytes()));
        let mut scans = 0;
        let report = loop {
            let code = format!("EARLY-{scans}");
            tokio::select! {
                biased;
                report = &mut import => break report.done(200),
                _ = desk.scan(&code) => scans += 1,
            }
        };
        assert_eq!(counts(&report), [5_000, 0, 0, 0]);
        assert!(scans >= 3, "{scans} scans got through while ten chunks were written");
    }
}

/// Run with `cargo test --release -p tests --test it -- --ignored --nocapture fifty_thousand`.
#[test]
#[ignore = "prints how long 50,000 rows take"]
#[expect(clippy::print_stdout, reason = "its figures are what it is run for")]
fn fifty_thousand_rows() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        harness::run(engine, "fifty_thousand_rows", async |fair: &Fair| {
            let desk = Desk::open(fair).await;
            let file = people(50_000);
            let other = file.replace("Company", "Firm");
            for (what, file) in [("new", &file), ("again", &file), ("changed", &other)] {
                let begun = Instant::now();
                let report = desk.import("", file.as_bytes()).await.done(200);
                println!("{engine:?}, 50,000 rows {what}: {:.1?} {:?}", begun.elapsed(), counts(&report));
            }
        });
    }
}

fn people(count: usize) -> String {
    let mut file = String::from("external_id,first_name,last_name,email,company,job_title,city,country,badge_code\n");
    for at in 0..count {
        let code = if at % 2 == 0 { format!("CODE-{at}") } else { String::new() };
        writeln!(file, "R{at:06},Ines{at},Roy{at},ines{at}@example.org,Company {at},Engineer,Lyon,FR,{code}").unwrap();
    }
    file
}

fn counts(report: &Value) -> [u64; 4] {
    ["created", "updated", "unchanged", "rejected"].map(|name| report[name].as_u64().unwrap())
}
