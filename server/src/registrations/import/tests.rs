//! Files as people send them: written by hand, saved by spreadsheets, damaged, hostile.

use super::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use std::fmt::Write as _;
use std::io::Write as _;

fn read(text: &str) -> Import {
    Import::read(text.as_bytes(), &Options::default()).unwrap()
}

fn refused(bytes: &[u8]) -> ImportError {
    Import::read(bytes, &Options::default()).unwrap_err()
}

fn values(import: &Import, column: Column) -> Vec<&str> {
    import.rows.iter().map(|row| row.get(column).unwrap_or("")).collect()
}

fn bad(import: &Import) -> Vec<(u32, Column, BadReason)> {
    import.bad.iter().map(|bad| (bad.row, bad.column, bad.reason)).collect()
}

#[test]
fn a_french_semicolon_file_in_windows_1252_goes_in() {
    let text = "Réf.;Nom;Prénom;Société;Code postal;Tél.;Catégorie\r\n\
                0042;Lefèvre;Zoé;\"Œuvres; fils\";01000;04 74 00 00 00;Visiteur\r\n";
    let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(text);
    let options =
        Options { categories: Categories::new(["visitor"]).also_called("visiteur", "visitor"), ..Options::default() };
    let import = Import::read(&bytes, &options).unwrap();
    let row = &import.rows[0];
    assert_eq!(row.line(), 2);
    for (column, value) in [
        (Column::ExternalId, "0042"),
        (Column::LastName, "Lefèvre"),
        (Column::FirstName, "Zoé"),
        (Column::Company, "Œuvres; fils"),
        (Column::Postcode, "01000"),
        (Column::Phone, "04 74 00 00 00"),
        (Column::Category, "visitor"),
    ] {
        assert_eq!(row.get(column), Some(value));
    }
    assert_eq!(row.get(Column::City), None);
    assert_eq!(import.layout.encoding, Some("windows-1252"));
    assert_eq!(import.layout.delimiter, Some(';'));
    assert!(import.bad.is_empty());
}

#[test]
fn good_rows_go_in_beside_bad_ones_which_are_reported_by_row_column_and_reason() {
    let text = "First name,Last name,Email,Category,Badge code\n\
                Inès,Roy,ines@acme.example,visitor,A1\n\
                Omar,Haddad,omar at acme,visitor,A2\n\
                ,,ghost@acme.example,visitor,A3\n\
                \n\
                Noor,Aziz,noor@acme.example,alien,A4\n\
                Inès,Roy-Martin,ines@acme.example,,A1\n";
    let options = Options { categories: Categories::new(["visitor"]).with_default("visitor"), ..Options::default() };
    let import = Import::read(text.as_bytes(), &options).unwrap();
    assert_eq!(values(&import, Column::LastName), ["Roy-Martin"]);
    assert_eq!(values(&import, Column::Category), ["visitor"]);
    assert_eq!(
        bad(&import),
        [
            (3, Column::Email, BadReason::InvalidEmail),
            (4, Column::LastName, BadReason::MissingName),
            (6, Column::Category, BadReason::UnknownCategory),
        ]
    );
    assert_eq!(import.bad_count, 3);
    assert_eq!(import.bad[0].value, "omar at acme");
    // The same code without a reference is the same badge: the later row replaces the earlier.
    assert_eq!(import.repeated, [RepeatedRow { row: 7, replaces: 2, is_same_person: false }]);
}

#[test]
fn one_badge_code_for_two_references_is_reported() {
    let import = read("id,last name,badge code\n1,Roy,A1\n2,Haddad,A1\n3,Aziz,A3\n");
    assert_eq!(values(&import, Column::LastName), ["Roy", "Aziz"]);
    assert_eq!(bad(&import), [(3, Column::BadgeCode, BadReason::DuplicateBadgeCode)]);
    assert!(import.bad[0].detail.contains("row 2"));
}

#[test]
fn colleagues_who_share_an_email_stay_two_people_and_a_repeated_person_is_one() {
    let import = read(
        "First name,Last name,Email,Company\nInès,Roy,info@acme.example,Acme\nOmar,Roy,info@acme.example,Acme\nINES,roy,Info@acme.example,Acme SA\n",
    );
    assert_eq!(values(&import, Column::FirstName), ["Omar", "INES"]);
    assert_eq!(import.repeated, [RepeatedRow { row: 4, replaces: 2, is_same_person: true }]);
    assert_eq!(import.repeated_count, 1);
}

#[test]
fn a_row_is_known_by_its_reference_then_its_badge_code_then_the_person() {
    let import = read("id,badge code,last name\nR1,B1,Roy\n,B2,Roy\n,,Roy\n");
    assert_eq!(import.rows[0].identity(), Identity::ExternalId("R1"));
    assert_eq!(import.rows[1].identity(), Identity::BadgeCode("B2"));
    assert_eq!(import.rows[2].identity(), Identity::Person("\u{1f}\u{1f}roy".to_owned()));
}

#[test]
fn whole_names_are_split_and_quoted_line_breaks_do_not_shift_rows() {
    let import = read("Nom complet\tAdresse\nDUPONT Jean\t\"1 rue Haute\nBât. B\"\nAnna van Dyck\t\n");
    assert_eq!(values(&import, Column::FirstName), ["Jean", "Anna"]);
    assert_eq!(values(&import, Column::LastName), ["DUPONT", "van Dyck"]);
    assert_eq!(values(&import, Column::Street), ["1 rue Haute, Bât. B", ""]);
    assert_eq!(import.rows[1].line(), 4);
    assert_eq!(import.layout.mapping[0], MappedHeader { header: "Nom complet".to_owned(), column: "full_name" });
}

#[test]
fn ragged_rows_stray_quotes_and_repeated_headers_do_no_harm() {
    let import =
        read("Nom,Prénom,Ville\nRoy\nHaddad,Omar \"Omi\",Lyon,extra,cells\nNom,Prénom,Ville\n\"Aziz\"x,Noor,\n,,\n");
    assert_eq!(values(&import, Column::LastName), ["Roy", "Haddad", "Azizx"]);
    assert_eq!(values(&import, Column::FirstName), ["", "Omar \"Omi\"", "Noor"]);
    assert!(import.bad.is_empty());
}

#[test]
fn an_unclosed_quotation_mark_is_reported_and_the_rows_before_it_go_in() {
    let mut text = String::from("Nom,Prénom\nRoy,Inès\nHaddad,\"Omar\n");
    for n in 0..2000 {
        writeln!(text, "Aziz,Noor{n}").unwrap();
    }
    let import = read(&text);
    assert_eq!(values(&import, Column::LastName), ["Roy"]);
    assert_eq!(bad(&import), [(3, Column::FirstName, BadReason::UnclosedQuotation)]);
    let short = read("Nom,Prénom\nRoy,Inès\nHaddad,\"Omar\nAziz,Noor\n");
    assert_eq!(values(&short, Column::LastName), ["Roy"]);
    assert_eq!(bad(&short), [(3, Column::FirstName, BadReason::UnclosedQuotation)]);
}

#[test]
fn the_report_names_the_mapping_used_and_the_headers_ignored() {
    let mapping = r#"{"Zone": "category", "Société": null}"#.parse().unwrap();
    let import = Import::read(
        "Nom,Prénom,Société,Zone,Humeur\nRoy,Inès,Acme,Nord,bonne\n".as_bytes(),
        &Options { mapping, ..Options::default() },
    )
    .unwrap();
    let used: Vec<_> = import.layout.mapping.iter().map(|mapped| (mapped.header.as_str(), mapped.column)).collect();
    assert_eq!(used, [("Nom", "last_name"), ("Prénom", "first_name"), ("Zone", "category")]);
    assert_eq!(import.layout.ignored, ["Société", "Humeur"]);
    assert_eq!(values(&import, Column::Category), ["Nord"]);
    assert_eq!(values(&import, Column::Company), [""]);
}

#[test]
fn what_is_no_list_is_refused_with_the_way_out() {
    assert_eq!(refused(b""), ImportError::Empty);
    assert_eq!(refused(b"\xef\xbb\xbf\r\n \r\n"), ImportError::Empty);
    assert!(matches!(refused(b"hello\nworld\n"), ImportError::NoHeader { .. }));
    assert_eq!(refused(b"<!DOCTYPE html><table><tr><td>Nom</td></tr></table>"), ImportError::NotATable);
    assert_eq!(refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest"), ImportError::OldWorkbook);
    assert_eq!(refused(b"email,company\na@b.fr,Acme\n"), ImportError::NoNameColumn);
    assert_eq!(refused(&vec![b'a'; MAX_FILE_BYTES + 1]), ImportError::TooLarge);
    assert!(matches!(refused(b"PK\x03\x04 no zip at all"), ImportError::Unreadable(_)));
    assert!("[1]".parse::<Mapping>().is_err());
    assert!(r#"{"a": "shoe_size"}"#.parse::<Mapping>().unwrap_err().to_string().contains("external_id"));
}

#[test]
fn any_bytes_are_read_or_refused_but_never_crash() {
    let mut runner = proptest::test_runner::TestRunner::default();
    runner
        .run(&proptest::collection::vec(proptest::num::u8::ANY, 0..400), |mut bytes| {
            let _ = Import::read(&bytes, &Options::default());
            bytes.splice(0..0, *b"nom;email\n\"");
            let _ = Import::read(&bytes, &Options::default());
            bytes.splice(0..0, *b"PK\x03\x04");
            let _ = Import::read(&bytes, &Options::default());
            Ok(())
        })
        .unwrap();
}

/// A workbook as an organiser's assistant makes it: a title, merged group headings, formats.
fn decorated_workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Lisez-moi").unwrap().write(0, 0, "Bonjour").unwrap();
    let sheet = book.add_worksheet();
    let bold = Format::new().set_bold();
    sheet.merge_range(0, 0, 0, 7, "Salon des machines, visiteurs attendus", &bold).unwrap();
    sheet.merge_range(2, 0, 2, 2, "Contact", &bold).unwrap();
    sheet.merge_range(2, 3, 2, 5, "Adresse", &bold).unwrap();
    sheet.merge_range(2, 6, 3, 6, "N° de badge", &bold).unwrap();
    sheet.merge_range(2, 7, 3, 7, "Référence", &bold).unwrap();
    for (column, text) in ["Nom", "Prénom", "Téléphone", "Rue", "Code postal", "Pays"].into_iter().enumerate() {
        sheet.write(3, column as u16, text).unwrap();
    }
    sheet.write(5, 0, "Roy").unwrap().write(5, 1, "Inès").unwrap();
    sheet
        .write_with_format(5, 2, 474_000_000, &Format::new().set_num_format("0#\" \"##\" \"##\" \"##\" \"##"))
        .unwrap();
    sheet.write(5, 3, "1 rue Haute\n2e étage").unwrap();
    sheet.write_with_format(5, 4, 1000, &Format::new().set_num_format("00000")).unwrap();
    sheet.write(5, 5, "France").unwrap();
    sheet.write(5, 6, "0012").unwrap();
    sheet.write(5, 7, 4_006_381_333_931.0).unwrap();
    sheet.write(6, 0, "Haddad").unwrap().write(6, 4, "01000").unwrap();
    let date = ExcelDateTime::from_ymd(2026, 3, 12).unwrap();
    sheet.write_with_format(6, 7, &date, &Format::new().set_num_format("dd/mm/yyyy")).unwrap();
    let moment = ExcelDateTime::from_ymd(2026, 3, 12).unwrap().and_hms(9, 30, 0).unwrap();
    sheet.write(7, 0, "Aziz").unwrap();
    sheet.write_with_format(7, 7, &moment, &Format::new().set_num_format("dd/mm/yyyy hh:mm")).unwrap();
    sheet.write(8, 0, "Li").unwrap().write(8, 7, 12.5).unwrap();
    sheet.write_with_format(9, 0, "", &bold).unwrap();
    book.save_to_buffer().unwrap()
}

#[test]
fn a_workbook_with_titles_merged_headers_dates_and_leading_zeros_goes_in() {
    let import = Import::read(&decorated_workbook(), &Options::default()).unwrap();
    assert_eq!(import.layout.format, FileFormat::Xlsx);
    assert_eq!(import.layout.sheet.as_deref(), Some("Sheet2"));
    assert_eq!(import.layout.header_row, 4);
    assert_eq!(values(&import, Column::LastName), ["Roy", "Haddad", "Aziz", "Li"]);
    assert_eq!(values(&import, Column::ExternalId), ["4006381333931", "2026-03-12", "2026-03-12T09:30:00", "12.5"]);
    assert_eq!(values(&import, Column::Postcode), ["01000", "01000", "", ""]);
    assert_eq!(values(&import, Column::Phone), ["04 74 00 00 00", "", "", ""]);
    assert_eq!(values(&import, Column::BadgeCode), ["0012", "", "", ""]);
    assert_eq!(values(&import, Column::Street), ["1 rue Haute, 2e étage", "", "", ""]);
    assert_eq!(import.rows.iter().map(ImportRow::line).collect::<Vec<_>>(), [6, 7, 8, 9]);
    assert!(import.bad.is_empty(), "{:?}", import.bad);
}

#[test]
fn a_number_whose_last_digits_the_workbook_lost_goes_in_nowhere_that_they_matter() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, text) in ["Nom", "Référence", "N° de badge", "Société"].into_iter().enumerate() {
        sheet.write(0, column as u16, text).unwrap();
    }
    sheet.write(1, 0, "Roy").unwrap().write(1, 1, 999_999_999_999_999.0).unwrap();
    sheet.write(2, 0, "Haddad").unwrap().write(2, 2, 123_456_789_012_345_680.0).unwrap();
    sheet.write(3, 0, "Aziz").unwrap().write(3, 1, 1e15).unwrap();
    sheet.write(4, 0, "Li").unwrap().write(4, 3, 123_456_789_012_345_680.0).unwrap();
    let import = Import::read(&book.save_to_buffer().unwrap(), &Options::default()).unwrap();
    assert_eq!(values(&import, Column::ExternalId), ["999999999999999", ""]);
    assert_eq!(values(&import, Column::Company), ["", "1.23456789012346E+17"]);
    let rounded = BadReason::MangledNumber;
    assert_eq!(bad(&import), [(3, Column::BadgeCode, rounded), (4, Column::ExternalId, rounded)]);
}

#[test]
fn a_cell_far_out_in_a_workbook_costs_nothing() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "Nom").unwrap().write(0, 1, "Prénom").unwrap();
    sheet.write(1, 0, "Roy").unwrap().write(1_048_575, 16_383, "far").unwrap();
    let import = Import::read(&book.save_to_buffer().unwrap(), &Options::default()).unwrap();
    assert_eq!(values(&import, Column::LastName), ["Roy"]);
}

#[test]
fn an_archive_that_inflates_beyond_measure_is_refused() {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    archive.start_file("xl/worksheets/sheet1.xml", options).unwrap();
    let zeros = vec![b' '; 1 << 20];
    for _ in 0..520 {
        archive.write_all(&zeros).unwrap();
    }
    let bytes = archive.finish().unwrap().into_inner();
    assert!(bytes.len() < 1 << 20);
    assert_eq!(refused(&bytes), ImportError::Inflates);
}

#[test]
fn an_archive_that_is_no_workbook_is_refused() {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive.start_file("word/document.xml", zip::write::SimpleFileOptions::default()).unwrap();
    archive.write_all(b"<w/>").unwrap();
    let bytes = archive.finish().unwrap().into_inner();
    assert!(matches!(refused(&bytes), ImportError::NotAWorkbook | ImportError::Unreadable(_)));
}

#[test]
fn a_damaged_workbook_is_read_or_refused_but_never_crashes() {
    let bytes = decorated_workbook();
    for position in (0..bytes.len()).step_by(37) {
        let mut damaged = bytes.clone();
        damaged[position] ^= 0x55;
        let _ = Import::read(&damaged, &Options::default());
        let _ = Import::read(&bytes[..position], &Options::default());
    }
}

#[test]
fn the_same_people_arrive_from_csv_and_from_a_workbook() {
    let lines =
        [["Nom", "Prénom", "Email"], ["Roy", "Inès", "ines@acme.example"], ["Haddad", "Omar", "omar@acme.example"]];
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, cells) in lines.iter().enumerate() {
        sheet.write_row(row as u32, 0, cells.iter().copied()).unwrap();
    }
    let from_book = Import::read(&book.save_to_buffer().unwrap(), &Options::default()).unwrap();
    let from_text = read(&lines.map(|cells| cells.join(";")).join("\n"));
    assert_eq!(from_book.rows, from_text.rows);
}
