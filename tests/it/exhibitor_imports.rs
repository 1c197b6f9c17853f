//! Exhibitors from files, with their admins: one call, which can be repeated.

use crate::browsing::{has, opened, picture};
use harness::browser::Browser;
use harness::{Answer, Fair, on_every_engine};
use reqwest::Method;
use serde_json::{Value, json};
use std::io::Write as _;

const LIST: &str = "Raison sociale;Hall;Stand;Formule;Prénom;Nom;E-mail;Zone\n\
    Acmé & Fils;2;B14;Gold;Ines;Roy;ines@acme.example;Nord\n\
    Acmé & Fils;;;;Omar;Haddad;omar@acme.example;\n\
    Bolt;;C1;;;;;\n";

/// Sends a file to an address of the event.
async fn import(fair: &Fair, query: &str, file: &str) -> Answer {
    let organizer = fair.organizer().await;
    let path = format!("/events/{}/exhibitors/import{query}", fair.site.event);
    organizer.api.send(Method::POST, &path, &[("content-type", "text/csv")], Some(file.as_bytes().to_vec())).await
}

/// New, changed and unchanged exhibitors, new admins, and rows that stayed out.
fn counts(report: &Value) -> [u64; 5] {
    ["created", "updated", "unchanged", "admins", "rejected"].map(|name| report[name].as_u64().unwrap())
}

async fn exhibitors(fair: &Fair) -> Vec<Value> {
    let path = format!("/events/{}/exhibitors", fair.site.event);
    fair.organizer().await.api.get(&path).await.done(200)["items"].as_array().unwrap().clone()
}

on_every_engine! {
    async fn a_list_brings_exhibitors_with_their_admins_and_repeating_it_changes_nothing(fair) {
        let olga = fair.organizer().await;
        let event = format!("/events/{}", fair.site.event);
        let gold = olga.api.post(&format!("{event}/packages"), &json!({"name": "Gold", "terms": {}})).await.done(201);
        let dry = import(fair, "?dry_run=true", LIST).await.done(200);
        assert_eq!(counts(&dry), [2, 0, 0, 2, 0], "{dry}");
        assert_eq!(exhibitors(fair).await, [] as [Value; 0], "a look writes nothing");
        assert_eq!(dry["new_halls"], json!(["2"]), "a stand without a hall names none");
        let left_out = dry["mapping"].as_array().unwrap().iter().find(|one| one["header"] == "Zone").unwrap();
        assert_eq!((&left_out["column"], &dry["mapping"][0]["column"]), (&Value::Null, &json!("name")));

        let report = import(fair, "", LIST).await.done(200);
        assert_eq!(counts(&report), [2, 0, 0, 2, 0], "{report}");
        let made = exhibitors(fair).await;
        let acme = made.iter().find(|one| one["name"] == "Acmé & Fils").unwrap();
        assert_eq!((&acme["slug"], &acme["booth"]), (&json!("acme-fils"), &json!("2 B14")));
        assert_eq!(acme["package_id"], gold["id"]);
        let team = format!("/exhibitors/{}/team", acme["id"].as_str().unwrap());
        let team = olga.api.get(&team).await.done(200);
        let people: Vec<_> = team["items"].as_array().unwrap().iter()
            .map(|member| (member["email"].as_str().unwrap(), member["roles"].clone(), member["status"].as_str().unwrap()))
            .collect();
        let admin = json!(["admin"]);
        assert_eq!(people, [("ines@acme.example", admin.clone(), "invited"), ("omar@acme.example", admin, "invited")]);

        let again = import(fair, "", LIST).await.done(200);
        assert_eq!((counts(&again), &again["new_halls"]), ([0, 0, 2, 0, 0], &json!([])));
        assert_eq!(exhibitors(fair).await, made, "repeating changes nothing");
        let moved = LIST.replace("C1", "C2");
        assert_eq!(counts(&import(fair, "?dry_run=true", &moved).await.done(200)), [0, 1, 1, 0, 0]);
        assert_eq!(counts(&import(fair, "", &moved).await.done(200)), [0, 1, 1, 0, 0]);
    }

    async fn good_rows_go_in_and_bad_ones_are_named(fair) {
        let file = "name,slug,package,admin_first_name,admin_last_name,admin_email\n\
            Acme,acme,,Ada,Admin,ada@acme.example\n,,,,,\nBolt,B OLT,,,,\nCube,,Platinum,,,\nDune,,,Dan,,dan\nEcho,acme,,,,\n";
        let report = import(fair, "", file).await.done(200);
        let bad: Vec<_> = report["bad_rows"].as_array().unwrap().iter()
            .map(|bad| (bad["row"].as_u64().unwrap(), bad["column"].as_str().unwrap())).collect();
        assert_eq!(bad, [(4, "slug"), (5, "package"), (6, "admin_last_name"), (6, "admin_email")], "{report}");
        assert_eq!(counts(&report), [1, 0, 0, 1, 3]);
        // Rows with the same short name are one exhibitor, the last word on its name holds.
        assert_eq!(exhibitors(fair).await[0]["name"], "Echo");
        // Somebody who scans there already becomes an admin too.
        let space = fair.exhibitor("Zed").open().await;
        space.scanner("Sam Scanner").await;
        let team = format!("/exhibitors/{}/team", space.id);
        let sam = fair.organizer().await.api.get(&team).await.done(200)["items"][0].clone();
        let email = sam["email"].as_str().unwrap();
        let row = format!("name,admin_first_name,admin_last_name,admin_email\nZed,Sam,Scanner,{email}\n");
        assert_eq!(counts(&import(fair, "", &row).await.done(200)), [0, 0, 1, 1, 0]);
        let team = fair.organizer().await.api.get(&team).await.done(200);
        assert_eq!(team["items"][0]["roles"], json!(["admin", "scanner"]));
        for (file, reason) in [("a,b\n1,2\n", "invalid_field"), ("", "invalid_field"), ("<html>", "unsupported_media_type")] {
            import(fair, "", file).await.refused(reason);
        }
        let long = format!("name\n{}", "Acme\n".repeat(5001));
        import(fair, "", &long).await.refused("too_large");
    }

    async fn what_did_not_go_in_is_told_in_the_language_of_who_imports(fair) {
        let olga = fair.organizer().await;
        let path = format!("/events/{}/exhibitors/import?dry_run=true", fair.site.event);
        let import = async |file: &str| {
            let headers = [("content-type", "text/csv"), ("accept-language", "fr")];
            olga.api.send(Method::POST, &path, &headers, Some(file.as_bytes().to_vec())).await
        };
        let file = "name,hall,package,admin_first_name,admin_language\nAcme,2,,,\nBolt,,Gold,,\nCube,,,Ada,xx\n";
        let report = import(file).await.done(200);
        let told: Vec<&str> =
            report["bad_rows"].as_array().unwrap().iter().map(|bad| bad["detail"].as_str().unwrap()).collect();
        for french in ["numéro du stand", "pas de formule", "un prénom, un nom", "le code d’une langue connue"] {
            assert!(told.iter().any(|line| line.contains(french)), "{french}: {told:#?}");
        }
        let refused = import("Zinc,B14\nBolt,C1\n").await.json();
        assert!(refused["detail"].as_str().unwrap().contains("Zinc | B14"), "{refused}");
        assert!(refused["detail"].as_str().unwrap().contains("première ligne"), "{refused}");
    }

    async fn an_organiser_looks_at_a_list_and_takes_it_in(fair) {
        let Some(browser) = Browser::start().await else { return };
        let olga = fair.organizer().await;
        let mut file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
        file.write_all(LIST.replace("Gold", "").as_bytes()).unwrap();
        let mut tab = opened(&browser, &olga.api, &format!("/events/{}/exhibitors", fair.site.event)).await;
        tab.click("[data-open=import]").await;
        tab.choose_file("#import input[type=file]", file.path()).await;
        tab.click("#import [value=try]").await;
        has(&mut tab, "#import [data-report]", "2 new exhibitors").await;
        has(&mut tab, "#import [data-report]", "2 admins invited").await;
        has(&mut tab, "#import [data-report]", "Raison sociale → Name").await;
        has(&mut tab, "#import [data-report]", "Prénom → Admin first name").await;
        has(&mut tab, "#import [data-report]", "no stand was in before: 2.").await;
        has(&mut tab, "#import [data-report]", "Left out: Zone").await;
        picture(&mut tab, "exhibitors-import-1440").await;
        tab.click("#import [value=import]").await;
        has(&mut tab, "#import [data-report]", "Done:").await;
        tab.go(&format!("{}/events/{}/exhibitors", olga.api.base(), fair.site.event)).await;
        has(&mut tab, "#rows", "Acmé & Fils").await;
        assert_eq!(tab.problems(), [] as [&str; 0]);
    }
}
