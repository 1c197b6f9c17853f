//! Exports: what stands in them, what does not, and which ones count as sent.

mod consents;
mod sent;

use calamine::{Data, Reader as _, Xlsx};
use harness::actors::TeamMember;
use harness::{Answer, Badge, Fair, Phone, eventually, on_every_engine};
use mobile_core::capture::ContactField;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use std::path::Path;
use std::process::Command;

/// Asks for an export.
async fn export(who: &TeamMember, query: &str) -> Answer {
    who.api.get(&format!("/exhibitors/{}/leads/export?{query}", who.exhibitor)).await
}

/// The rows of a CSV export, by column.
fn csv_rows(answer: &Answer) -> Vec<BTreeMap<String, String>> {
    assert_eq!(answer.status, 200, "{}", answer.text());
    let mut reader = csv::Reader::from_reader(answer.body.as_slice());
    let codes: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let row = |record: csv::StringRecord| codes.iter().cloned().zip(record.iter().map(str::to_owned)).collect();
    reader.records().map(|record| row(record.unwrap())).collect()
}

fn header(answer: &Answer) -> String {
    answer.text().lines().next().unwrap_or_default().trim_end().to_owned()
}

fn workbook(answer: &Answer) -> Xlsx<Cursor<Vec<u8>>> {
    assert_eq!(answer.status, 200, "{}", answer.text());
    Xlsx::new(Cursor::new(answer.body.clone())).unwrap()
}

/// Takes back what a person allowed an exhibitor.
async fn withdraw(fair: &Fair, badge: &Badge) {
    let mut tx = fair.app().write().await.unwrap();
    server::consent::withdraw(fair.app(), &mut tx, fair.site.event, badge.registration, None, "attendee area")
        .await
        .unwrap();
    tx.commit(&fair.app().hub).await.unwrap();
}

/// The space's exports, newest first.
async fn listed(who: &TeamMember) -> Vec<Value> {
    let list: Value = who.api.get(&format!("/exhibitors/{}/exports", who.exhibitor)).await.ok();
    list["items"].as_array().unwrap().clone()
}

/// Waits until an export is not being built any more.
async fn built(who: &TeamMember, id: &Value) -> Value {
    let path = format!("/exhibitors/{}/exports/{}", who.exhibitor, id.as_str().unwrap());
    eventually(|| async {
        let export: Value = who.api.get(&path).await.ok();
        (export["status"] != "building").then_some(export)
    })
    .await
}

/// Scans codes that nobody knows, in batches.
async fn scan_many(phone: &Phone, codes: std::ops::Range<usize>) {
    let codes: Vec<usize> = codes.collect();
    for batch in codes.chunks(500) {
        let scans: Vec<Value> = batch.iter().map(|code| phone.scanned(format!("HALL-{code:06}").as_str())).collect();
        phone.deliver(&scans).await.all_accepted();
    }
}

on_every_engine! {
    async fn a_csv_export_has_the_columns_and_values_of_the_contract(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let ((ines, _), ada) = (space.booth_phone("Inès", "Hall 4", "B12").await, space.admin("Ada Admin").await);
        let badge = fair.registration("Noor Aziz").with(ContactField::Company, "Aziz, Sons & Co")
            .with(ContactField::Phone, "+33 1 44").with(ContactField::Postcode, "01500").badge().await;
        ines.scan(&badge).note("wants a \"demo\"").note("call back").rate("hot").tag("vip").tag("asap")
            .stage("contacted").answer("budget", "10k").consent("marketing", true).upload().await.all_accepted();
        let answer = export(&ada, "format=csv").await;
        assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8; header=present"));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        let disposition = answer.header("content-disposition").unwrap();
        assert!(disposition.starts_with("attachment; filename=\"acme-leads-20") && disposition.ends_with(".csv\""),
            "{disposition}");
        assert_eq!(header(&answer), "lead_id,badge_number,registration_ref,category,first_name,last_name,job_title,company,\
            email,phone,street,postcode,city,country,language,rating,stage,tags,notes,budget,first_scanned_at,\
            last_scanned_at,first_scanned_at_utc,last_scanned_at_utc,scan_count,scanned_by,devices,booths,owner,sources,\
            disclosure_consent,marketing_consent,consent_at,notice_version,match,created_at,updated_at");
        let rows = csv_rows(&answer);
        assert_eq!(rows.len(), 1);
        let lead = ines.lead_of(&badge).await;
        let is = |column: &str, value: &str| assert_eq!(rows[0][column], value, "{column}");
        is("lead_id", &lead.id.to_string());
        is("badge_number", &format!("{}-{}", &badge.number[..4], &badge.number[4..]));
        is("category", "visitor");
        is("first_name", "Noor");
        is("last_name", "Aziz");
        is("company", "Aziz, Sons & Co");
        is("phone", "'+33 1 44");
        is("postcode", "01500");
        is("rating", "hot");
        is("stage", "contacted");
        is("tags", "asap; vip");
        is("budget", "10k");
        is("scan_count", "1");
        is("scanned_by", "Inès");
        is("devices", "Inès's phone");
        is("booths", "Hall 4 B12");
        is("sources", "scan");
        is("disclosure_consent", "granted");
        is("marketing_consent", "granted");
        is("match", "matched");
        is("first_scanned_at_utc", &lead.first_scanned_at.unwrap().to_string());
        let notes: Vec<&str> = rows[0]["notes"].split('\n').collect();
        assert!(notes.len() == 2 && notes[0].ends_with("Inès: wants a \"demo\"") && notes[1].ends_with("Inès: call back"),
            "{notes:?}");
        // The default policy's scan is the consent; the ledger has none on disclosure.
        assert_eq!(rows[0]["consent_at"], rows[0]["first_scanned_at"]);
    }

    async fn no_cell_of_an_export_is_a_formula(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("=Ines()").await, space.admin("Ada Admin").await);
        let badge = fair.registration("=cmd|'/c Aziz").with(ContactField::Company, "@SUM(1+1)").badge().await;
        ines.scan(&badge).note("=HYPERLINK(\"x\")").tag("-1+1").stage("+1").answer("=question", "=1").upload().await
            .all_accepted();
        let answer = export(&ada, "format=csv").await;
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(answer.body.as_slice());
        for record in reader.records() {
            for cell in &record.unwrap() {
                let first = cell.chars().find(|c| !c.is_whitespace());
                assert!(!first.is_some_and(|c| "=+-@".contains(c)), "{cell}");
            }
        }
        let book = export(&ada, "format=xlsx").await;
        let mut book = workbook(&book);
        for sheet in book.sheet_names() {
            let formulas = book.worksheet_formula(&sheet).unwrap();
            assert!(formulas.used_cells().all(|(_, _, formula)| formula.is_empty()), "{sheet}");
        }
        let scans = book.worksheet_range("Scans").unwrap();
        assert!(scans.used_cells().any(|(_, _, cell)| *cell == Data::String("@SUM(1+1)".into())), "texts stay as they are");
    }

    async fn a_workbook_has_every_tab_and_says_what_it_is(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada Admin").await);
        let badge = fair.registration("Noor Aziz").with(ContactField::Phone, "0033144").badge().await;
        ines.scan(&badge).upload().await.all_accepted();
        ines.scan(&badge).upload().await.all_accepted();
        let answer = export(&ada, "format=xlsx").await;
        let media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        assert_eq!(answer.header("content-type"), Some(media));
        let mut book = workbook(&answer);
        assert_eq!(book.sheet_names(), ["Scans", "Contact sharing and messaging", "Sessions", "Networking contacts",
            "Meetings", "Scan log", "Withdrawn", "About"]);
        let scans = book.worksheet_range("Scans").unwrap();
        assert_eq!(scans.height(), 3, "labels, codes, one person");
        let column = |code: &str| (0..scans.width()).find(|at| scans[(1, *at)] == Data::String(code.into())).unwrap();
        assert_eq!(scans[(2, column("phone"))], Data::String("0033144".into()), "a phone number is text");
        assert_eq!(scans[(2, column("scan_count"))], Data::Float(2.0));
        assert!(matches!(scans[(2, column("first_scanned_at"))], Data::DateTime(_)), "a time is typed");
        assert_eq!(book.worksheet_range("Scan log").unwrap().height(), 4);
        assert_eq!(book.worksheet_range("Meetings").unwrap().height(), 2, "headers alone");
        let about = book.worksheet_range("About").unwrap();
        let said: BTreeMap<String, String> =
            about.rows().map(|row| (row[1].to_string(), row[2].to_string())).collect();
        assert_eq!(said["event"], "Spring Fair");
        assert_eq!(said["exhibitor"], "Acme");
        assert_eq!(said["time_zone"], "Europe/Paris");
        assert_eq!(said["exported_by"], "Ada Admin");
        assert_eq!((said["from_seq"].as_str(), said["rows_scans"].as_str(), said["rows_scan_log"].as_str()), ("0", "1", "2"));
        assert!(said["to_seq"].parse::<f64>().unwrap() >= 2.0);
        let french = export(&ada, "format=xlsx&lang=fr").await;
        assert!(workbook(&french).sheet_names().contains(&"Rendez-vous".to_owned()));
    }

    async fn people_who_withdrew_are_in_the_tab_withdrawn_only_and_nameless(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        let gone = fair.registration("Secretive Zachary").with(ContactField::Email, "zachary@example.org").badge().await;
        let stays = fair.registration("Noor Aziz").badge().await;
        let lead = ines.scan(&gone).note("Zachary wants a demo").answer("who", "Zachary").upload().await.lead_id();
        ines.scan(&stays).upload().await.all_accepted();
        withdraw(fair, &gone).await;
        for format in ["csv", "jsonl", "vcf"] {
            let answer = export(&ada, &format!("format={format}")).await;
            assert!(!answer.text().contains("achary") && answer.text().contains("Noor"), "{}", answer.text());
        }
        let log = export(&ada, "format=csv&tab=scan_log").await;
        assert!(!log.text().contains(&lead.to_string()) && csv_rows(&log).len() == 1, "{}", log.text());
        let withdrawn = export(&ada, "format=csv&tab=withdrawn").await;
        let rows = csv_rows(&withdrawn);
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0]["lead_id"], lead.to_string());
        assert_eq!(rows[0]["channel"], "attendee area");
        assert_eq!(rows[0]["purpose"], "disclosure; marketing; messages");
        assert_eq!(rows[0]["scanned_by"], "Ines");
        assert!(!rows[0]["withdrawn_at_utc"].is_empty());
        assert!(!withdrawn.text().contains("achary"));
        let mut book = workbook(&export(&ada, "format=xlsx").await);
        for sheet in book.sheet_names() {
            let range = book.worksheet_range(&sheet).unwrap();
            assert!(range.used_cells().all(|(_, _, cell)| !cell.to_string().contains("achary")), "{sheet}");
            let is_there = range.used_cells().any(|(_, _, cell)| cell.to_string() == lead.to_string());
            assert_eq!(is_there, sheet == "Withdrawn", "{sheet}");
        }
    }

    async fn only_admins_export(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let other = fair.exhibitor("Bolt").open().await;
        let (sam, eve) = (space.scanner("Sam").await, other.admin("Eve").await);
        let olga = fair.organizer().await;
        for path in ["leads/export?format=csv", "exports"] {
            let path = format!("/exhibitors/{}/{path}", space.id);
            sam.api.get(&path).await.refused("forbidden");
            eve.api.get(&path).await.refused("not_found");
            assert_eq!(olga.api.get(&path).await.status, 200, "the organizer's owner may");
        }
        let path = format!("/exhibitors/{}/exports", space.id);
        sam.api.post(&path, &json!({"format": "xlsx"})).await.refused("forbidden");
        eve.api.post(&path, &json!({"format": "xlsx"})).await.refused("not_found");
    }

    async fn a_wrong_parameter_is_named(fair) {
        let ada = fair.exhibitor("Acme").open().await.admin("Ada").await;
        for (query, pointer) in [("", "?format"), ("format=pdf", "?format"), ("format=csv&tab=leads", "?tab"),
            ("format=vcf&tab=scan_log", "?tab"), ("format=csv&rating=lukewarm", "?rating"),
            ("format=csv&lang=xx", "?lang"), ("format=csv&day=tomorrow", "?day")] {
            let problem = export(&ada, query).await.refused("invalid_field");
            assert_eq!(problem.errors[0].pointer, pointer, "{query}");
        }
        let path = format!("/exhibitors/{}/exports", ada.exhibitor);
        let problem = ada.api.post(&path, &json!({"format": "csv", "tab": "leads"})).await.refused("invalid_field");
        assert_eq!(problem.errors[0].pointer, "/tab");
        assert!(listed(&ada).await.is_empty(), "nothing was begun");
    }

    async fn columns_that_the_policy_withholds_from_everybody_are_left_out(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        fair.site.set_disclosure(json!({"*": {"scannable": "yes", "fields": ["first_name", "last_name", "company"]}})).await;
        let badge = fair.registration("Noor Aziz").with(ContactField::Phone, "0144").with(ContactField::Email, "n@example.org")
            .badge().await;
        ines.scan(&badge).upload().await.all_accepted();
        let answer = export(&ada, "format=csv").await;
        let codes = header(&answer);
        let codes: BTreeSet<&str> = codes.split(',').collect();
        assert!(codes.contains("first_name") && !codes.contains("phone") && !codes.contains("email"), "{codes:?}");
        assert!(!answer.text().contains("0144"));
        let rows = csv_rows(&answer);
        assert_eq!((rows[0]["last_name"].as_str(), rows[0]["match"].as_str()), ("Aziz", "matched"), "nothing is shifted");
        // What the team typed is its own.
        ines.deliver(&[ines.capture("contact", &json!({"code": badge.code, "phone": "0155"}))]).await.all_accepted();
        assert_eq!(csv_rows(&export(&ada, "format=csv").await)[0]["phone"], "0155");
    }

    async fn every_note_is_exported_however_many_there_are(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        let badge = fair.registration("Noor Aziz").badge().await;
        ines.scan(&badge).upload().await.all_accepted();
        let notes: Vec<Value> =
            (0..33).map(|at| ines.capture("note", &json!({"code": badge.code, "text": format!("note {at}")}))).collect();
        ines.deliver(&notes).await.all_accepted();
        ines.deliver(&[ines.capture("annul", &json!({"annuls": notes[3]["id"], "code": badge.code}))]).await.all_accepted();
        let answer = export(&ada, "format=jsonl").await;
        let row: Value = serde_json::from_str(answer.text().trim()).unwrap();
        let texts: Vec<&str> = row["notes"].as_array().unwrap().iter().map(|note| note["text"].as_str().unwrap()).collect();
        let expected: Vec<String> = (0..33).filter(|at| *at != 3).map(|at| format!("note {at}")).collect();
        assert_eq!(texts, expected);
        assert_eq!(row["notes"][0]["author"], "Ines");
    }

    async fn the_scan_log_has_a_row_a_scan_and_keeps_to_the_filter(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, omar, ada) = (space.phone("Ines").await, space.phone("Omar").await, space.admin("Ada").await);
        let badge = fair.registration("Noor Aziz").badge().await;
        let mut typed = ines.scanned(&badge);
        typed["entry"] = json!("typed");
        typed["operator"] = json!("Temp Tina");
        ines.deliver(std::slice::from_ref(&typed)).await.all_accepted();
        let taken_back = omar.scanned(&badge);
        omar.deliver(&[taken_back.clone(), omar.capture("annul", &json!({"annuls": taken_back["id"], "code": badge.code}))])
            .await.all_accepted();
        let rows = csv_rows(&export(&ada, "format=csv&tab=scan_log").await);
        assert_eq!(rows.len(), 2);
        assert_eq!((rows[0]["entry"].as_str(), rows[0]["operator"].as_str(), rows[0]["annulled"].as_str()),
            ("typed", "Temp Tina", "false"));
        assert_eq!((rows[1]["scanned_by"].as_str(), rows[1]["device"].as_str(), rows[1]["annulled"].as_str()),
            ("Omar", "Omar's phone", "true"));
        assert_eq!(rows[0]["last_name"], "Aziz");
        let of_ines = csv_rows(&export(&ada, &format!("format=csv&tab=scan_log&device={}", ines.device)).await);
        assert_eq!(of_ines.len(), 1);
        assert_eq!(of_ines[0]["capture_id"], typed["id"].as_str().unwrap());
    }

    async fn cards_are_made_of_people(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        let badge = fair.registration("Noor Aziz").with(ContactField::Email, "noor@example.org").badge().await;
        ines.scan(&badge).upload().await.all_accepted();
        scan_many(&ines, 0..1).await;
        let answer = export(&ada, "format=vcf").await;
        assert_eq!(answer.header("content-type"), Some("text/vcard; charset=utf-8"));
        assert_eq!(answer.text().matches("BEGIN:VCARD").count(), 1, "a code without a person has no card");
        assert!(answer.text().contains("FN:Noor Aziz\r\n") && answer.text().contains("noor@example.org"));
    }

    async fn the_command_line_writes_the_same_file(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        let badge = fair.registration("Noor Aziz").badge().await;
        ines.scan(&badge).upload().await.all_accepted();
        let event: Value = fair.organizer().await.api.get(&format!("/events/{}", fair.site.event)).await.ok();
        let file = fair.database.directory().join("leads.csv");
        let args = server::cli::export::LeadsArgs {
            event: event["slug"].as_str().unwrap().to_owned(),
            exhibitor: "acme".to_owned(),
            format: "csv".to_owned(),
            output: file.clone(),
            tab: None,
            filter: None,
            since_last: true,
            bom: false,
            lang: None,
        };
        server::cli::export::leads(fair.app(), &args).await.unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), export(&ada, "format=csv").await.text());
        server::cli::export::leads(fair.app(), &args).await.unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap().lines().count(), 1, "nothing is new since");
        let unknown = server::cli::export::LeadsArgs { exhibitor: "bolt".to_owned(), ..args };
        assert!(server::cli::export::leads(fair.app(), &unknown).await.unwrap_err().contains("--exhibitor"));
        let piped = Command::new(env!("CARGO_BIN_EXE_leadline-under-test"))
            .args(["export", "leads", "--exhibitor", "acme", "--format", "csv", "-o", "-", "--event"])
            .arg(event["slug"].as_str().unwrap())
            .arg(format!("--database-url={}", fair.database.url()))
            .arg(format!("--data-dir={}", fair.database.directory().display()))
            .output()
            .unwrap();
        assert_eq!(String::from_utf8(piped.stdout).unwrap(), export(&ada, "format=csv").await.text());
        assert!(!Path::new("-").exists());
    }
}
