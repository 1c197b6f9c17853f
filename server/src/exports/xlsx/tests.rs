//! Workbooks read back by a real reader.

use super::super::columns::Question;
use super::super::sheet::NoteCell;
use super::*;
use calamine::{Data, Range, Reader, Xlsx};
use jiff::tz::TimeZone;
use mobile_core::time::Timestamp;
use std::io::Cursor;

fn about() -> About<'static> {
    About {
        event: "Salon",
        exhibitor: "=Acme",
        time_zone: "Europe/Paris",
        filter: "",
        person: "Inès Roy",
        consent_state: "as of position 42",
        exported_at: "2026-03-12T18:00:00Z".parse().unwrap(),
        from_seq: 0,
        to_seq: 42,
    }
}

fn french() -> Words {
    Words::named("fr").unwrap()
}

fn paris() -> LocalTimes {
    LocalTimes::new(TimeZone::get("Europe/Paris").unwrap())
}

fn export(words: Words, fill: impl FnOnce(&mut XlsxExport) -> Vec<Filled>) -> Xlsx<Cursor<Vec<u8>>> {
    let folder = tempfile::tempdir().unwrap();
    let mut export = XlsxExport::new(words, paris(), Some(folder.path())).unwrap();
    let tabs = fill(&mut export);
    let mut bytes = Vec::new();
    export.finish(tabs, &about(), &mut bytes).unwrap();
    Xlsx::new(Cursor::new(bytes)).unwrap()
}

fn sheet(book: &mut Xlsx<Cursor<Vec<u8>>>, name: &str) -> Range<Data> {
    book.worksheet_range(name).unwrap()
}

#[test]
fn the_workbook_has_every_sheet_with_its_headers_in_the_language_of_the_person() {
    let mut book = export(Words::default(), |_| Vec::new());
    assert_eq!(
        book.sheet_names(),
        [
            "Scans",
            "Contact sharing and messaging",
            "Sessions",
            "Networking contacts",
            "Meetings",
            "Scan log",
            "Withdrawn",
            "About"
        ]
    );
    for tab in Tab::ALL {
        let range = sheet(&mut book, SheetNames::new(Words::default()).of(tab));
        let codes: Vec<String> = range.rows().nth(1).unwrap().iter().map(ToString::to_string).collect();
        let expected: Vec<String> = tab.columns(&[]).iter().map(|column| column.code().to_owned()).collect();
        assert_eq!(codes, expected);
    }
    let book = export(french(), |_| Vec::new());
    assert_eq!(book.sheet_names()[5], "Journal des scans");
    assert_eq!(book.sheet_names()[7], "À propos");
}

#[test]
fn a_language_that_lies_in_one_file_names_sheets_and_columns_and_what_it_lacks_is_english() {
    let german = Words::written(
        "de",
        "sheet-meetings = Termine\nsheet-about = Über diese Datei\ncolumn-first_name = Vorname\n\
         about-rows = Zeilen von { $sheet }",
    );
    let mut book = export(german, |_| Vec::new());
    assert_eq!(book.sheet_names()[4..], ["Termine", "Scan log", "Withdrawn", "Über diese Datei"]);
    let head =
        |book: &mut Xlsx<Cursor<Vec<u8>>>, column| sheet(book, "Scans").get_value((0, column)).unwrap().to_string();
    assert_eq!([4, 5].map(|column| head(&mut book, column)), ["Vorname", "Last name"]);
    let about = sheet(&mut book, "Über diese Datei");
    let label = |code: &str| about.rows().find(|row| row[1] == Data::String(code.to_owned())).unwrap()[0].to_string();
    assert_eq!([label("rows_meetings"), label("event")], ["Zeilen von Termine", "Event"]);
}

#[test]
fn cells_keep_their_types_and_texts_stay_texts() {
    let columns =
        Tab::Scans.columns(&[Question { code: "budget".to_owned(), label: "Budget".to_owned(), heading: None }]);
    let at: Timestamp = "2026-07-12T09:30:15.250000Z".parse().unwrap();
    let tags = [Cow::from("a"), Cow::from("b")];
    let notes = [NoteCell { at, author: "Omar".into(), text: "wants a demo".into() }];
    let mut cells = vec![Cell::Empty; columns.len()];
    for (code, cell) in [
        ("lead_id", Cell::Text("https://example.com")),
        ("first_name", Cell::Text("=1+1")),
        ("last_name", Cell::Text("A\u{1}B\u{ffff}_x0041_")),
        ("phone", Cell::Text("+33 1 44")),
        ("postcode", Cell::Text("01000")),
        ("tags", Cell::List(&tags)),
        ("notes", Cell::Notes(&notes)),
        ("first_scanned_at", Cell::Local(at)),
        ("first_scanned_at_utc", Cell::Utc(at)),
        ("scan_count", Cell::Integer(3)),
        ("match", Cell::Flag(true)),
    ] {
        cells[columns.iter().position(|column| column.code() == code).unwrap()] = cell;
    }
    let mut book = export(french(), |export| {
        let mut sheet = export.sheet(Tab::Scans, &columns).unwrap();
        sheet.row(&cells).unwrap();
        assert!(matches!(sheet.row(&cells[1..]), Err(ExportError::CellCount { .. })));
        vec![sheet.finish().unwrap()]
    });
    let range = sheet(&mut book, "Scans");
    let value = |code: &str| {
        let position = columns.iter().position(|column| column.code() == code).unwrap();
        range.get_value((2, position as u32)).unwrap().clone()
    };
    let text = |text: &str| Data::String(text.to_owned());
    assert_eq!(range.get_value((0, 4)), Some(&text("Prénom")));
    assert_eq!(value("lead_id"), text("https://example.com"));
    assert_eq!(value("first_name"), text("=1+1"));
    assert_eq!(value("phone"), text("+33 1 44"));
    assert_eq!(value("postcode"), text("01000"));
    assert_eq!(value("tags"), text("a; b"));
    assert_eq!(value("notes"), text("2026-07-12 11:30 Omar: wants a demo"));
    assert_eq!(value("scan_count"), Data::Float(3.0));
    assert_eq!(value("match"), Data::Bool(true));
    assert_eq!(value("budget"), Data::Empty);
    for (code, hour) in [("first_scanned_at", 11), ("first_scanned_at_utc", 9)] {
        let Data::DateTime(time) = value(code) else { panic!("{code} is no time") };
        assert_eq!(time.to_ymd_hms_milli(), (2026, 7, 12, hour, 30, 15, 250));
    }
    assert!(book.worksheet_formula("Scans").unwrap().is_empty());
    assert!(book.hyperlinks_by_sheet_name("Scans").unwrap().is_empty());
}

#[test]
fn tabs_filled_side_by_side_come_in_order_and_about_counts_their_rows() {
    let (of_log, of_scans) = (Tab::ScanLog.columns(&[]), Tab::Scans.columns(&[]));
    let mut book = export(Words::default(), |export| {
        let mut log = export.sheet(Tab::ScanLog, &of_log).unwrap();
        let mut scans = export.sheet(Tab::Scans, &of_scans).unwrap();
        for _ in 0..3 {
            log.row(&vec![Cell::Text("x"); of_log.len()]).unwrap();
            scans.row(&vec![Cell::Text("y"); of_scans.len()]).unwrap();
        }
        log.row(&vec![Cell::Text("x"); of_log.len()]).unwrap();
        assert_eq!((log.rows(), scans.rows()), (4, 3));
        vec![log.finish().unwrap(), scans.finish().unwrap()]
    });
    assert_eq!(book.sheet_names()[0], "Scans");
    assert_eq!(book.sheet_names()[5], "Scan log");
    assert_eq!(sheet(&mut book, "Scans").get_value((2, 0)), Some(&Data::String("y".to_owned())));
    assert_eq!(sheet(&mut book, "Scan log").get_value((5, 0)), Some(&Data::String("x".to_owned())));
    assert_eq!(book.sheet_names().len(), 8);
    let about = sheet(&mut book, "About");
    let line = |code: &str| {
        about.rows().find(|row| matches!(&row[1], Data::String(found) if found == code)).unwrap()[2].clone()
    };
    assert_eq!(line("rows_scan_log"), Data::Float(4.0));
    assert_eq!(line("rows_scans"), Data::Float(3.0));
    assert_eq!(line("rows_sessions"), Data::Float(0.0));
    assert_eq!(line("to_seq"), Data::Float(42.0));
    assert_eq!(line("exhibitor"), Data::String("=Acme".to_owned()));
    assert_eq!(line("time_zone"), Data::String("Europe/Paris".to_owned()));
    let Data::DateTime(time) = line("exported_at") else { panic!("no time") };
    assert_eq!(time.to_ymd_hms_milli(), (2026, 3, 12, 19, 0, 0, 0));
}

#[test]
fn a_text_too_long_for_a_cell_is_cut_and_says_so() {
    assert_eq!(fit(&"é".repeat(32_767), Words::default()), "é".repeat(32_767));
    for long in ["a".repeat(40_000), "😀".repeat(20_000), "é".repeat(32_768)] {
        let cut = fit(&long, french());
        assert!(cut.encode_utf16().count() <= MAX_TEXT_UNITS);
        assert!(cut.ends_with("[coupé : une cellule n'en contient pas plus]"));
        assert!(long.starts_with(cut.split('…').next().unwrap()));
    }
}

#[test]
fn a_workbook_can_be_read_as_an_import() {
    let columns = Tab::Scans.columns(&[]);
    let mut cells = vec![Cell::Empty; columns.len()];
    cells[4] = Cell::Text("Inès");
    cells[5] = Cell::Text("Roy");
    cells[11] = Cell::Text("01000");
    let export = XlsxExport::new(Words::default(), paris(), None).unwrap();
    let mut sheet = export.sheet(Tab::Scans, &columns).unwrap();
    sheet.row(&cells).unwrap();
    let tabs = vec![sheet.finish().unwrap()];
    let mut bytes = Vec::new();
    export.finish(tabs, &about(), &mut bytes).unwrap();
    let import =
        crate::registrations::import::Import::read(&bytes, &crate::registrations::import::Options::default()).unwrap();
    assert_eq!(import.rows.last().unwrap().get(crate::registrations::import::Column::Postcode), Some("01000"));
}

#[test]
fn rows_past_the_end_of_a_sheet_go_to_a_further_one() {
    let columns = Tab::ContactSharing.columns(&[]);
    let mut cells = vec![Cell::Empty; columns.len()];
    let mut book = export(Words::default(), |export| {
        export.rows_per_sheet = 5;
        let mut sheet = export.sheet(Tab::ContactSharing, &columns).unwrap();
        for number in 0..7 {
            cells[0] = Cell::Integer(number);
            sheet.row(&cells).unwrap();
        }
        vec![sheet.finish().unwrap()]
    });
    let names = ["Contact sharing and messaging", "Contact sharing and messagi (2)", "Contact sharing and messagi (3)"];
    assert_eq!(book.sheet_names()[1..4], names);
    let numbers: Vec<String> = names
        .iter()
        .flat_map(|name| sheet(&mut book, name).rows().skip(2).map(|row| row[0].to_string()).collect::<Vec<_>>())
        .collect();
    assert_eq!(numbers, ["0", "1", "2", "3", "4", "5", "6"]);
    let about = sheet(&mut book, "About");
    let count =
        about.rows().find(|row| matches!(&row[1], Data::String(code) if code == "rows_contact_sharing")).unwrap();
    assert_eq!(count[2], Data::Float(7.0));
}
