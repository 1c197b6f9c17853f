use super::*;
use crate::registrations::import::{Import, Options};
use uuid::Uuid;

/// Reads a CSV and takes its rows in, as a second or later file into what the plan knows.
fn take(plan: &mut Plan, csv: &str) -> Vec<RowOutcome> {
    let import = Import::read(csv.as_bytes(), &Options::default()).unwrap();
    assert_eq!(import.bad, []);
    let policy = Disclosure::default();
    let mut next = plan.planned().len() as u128;
    let rows = import.rows.iter().map(|row| {
        next += 1;
        plan.take(row, &policy, || RegistrationId(Uuid::from_u128(next)), Timestamp::from_micros(0))
    });
    rows.collect()
}

fn created(count: usize) -> Vec<RowOutcome> {
    vec![RowOutcome::Created; count]
}

#[test]
fn repeating_a_file_changes_nothing() {
    let csv = "external_id,first_name,last_name,email,badge_code,category\n\
               A-1,Noor,Aziz,noor@a.example,C-1,VIP\n,Ines,Roy,info@a.example,,\n,Omar,Roy,info@a.example,C-3,Visiteur\n";
    let mut plan = Plan::default();
    assert_eq!(take(&mut plan, csv), created(3));
    assert_eq!(take(&mut plan, csv), vec![RowOutcome::Unchanged; 3]);
    assert_eq!(plan.planned().len(), 3);
}

#[test]
fn colleagues_who_share_an_address_stay_two_people() {
    let mut plan = Plan::default();
    let csv = "first_name,last_name,email\nInes,Roy,info@a.example\nOmar,Roy,info@a.example\n";
    assert_eq!(take(&mut plan, csv), created(2));
}

#[test]
fn two_tickets_of_one_person_stay_two_registrations() {
    let mut plan = Plan::default();
    let references = "external_id,first_name,last_name,email\n1,Ines,Roy,i@a.example\n2,Ines,Roy,i@a.example\n";
    assert_eq!(take(&mut plan, references), created(2));
    let mut plan = Plan::default();
    let codes = "badge_code,first_name,last_name,email\nX,Ines,Roy,i@a.example\nY,Ines,Roy,i@a.example\n";
    assert_eq!(take(&mut plan, codes), created(2));
}

#[test]
fn a_later_file_brings_references_and_codes_to_people_without_them() {
    let mut plan = Plan::default();
    take(&mut plan, "first_name,last_name,email\nInes,Roy,i@a.example\nJohn,Smith,\n");
    let later = "external_id,badge_code,first_name,last_name,email\nA-1,X,INES,Roy,I@a.example\nA-2,Y,John,Smith,\n";
    assert_eq!(take(&mut plan, later), [RowOutcome::Updated, RowOutcome::Created], "a name alone is no proof");
    assert_eq!(plan.planned()[0].registration.external_id.as_deref(), Some("A-1"));
    assert_eq!(plan.planned()[0].new_codes.len(), 1);
    assert_eq!(take(&mut plan, later), vec![RowOutcome::Unchanged; 2]);
}

#[test]
fn an_empty_cell_leaves_what_is_known() {
    let mut plan = Plan::default();
    take(&mut plan, "external_id,last_name,company,city\n1,Roy,Acme,Lyon\n");
    assert_eq!(take(&mut plan, "external_id,last_name,company,city\n1,Roy,,Paris\n"), [RowOutcome::Updated]);
    let contact = &plan.planned()[0].registration.contact;
    assert_eq!((contact.get(ContactField::Company), contact.get(ContactField::City)), (Some("Acme"), Some("Paris")));
}

#[test]
fn a_code_of_somebody_else_keeps_its_row_out_by_row_column_and_reason() {
    let mut plan = Plan::default();
    take(&mut plan, "external_id,last_name,badge_code\n1,Roy,X\n2,Aziz,Y\n");
    let outcomes = take(&mut plan, "external_id,last_name,badge_code\n1,Roy,Y\n3,Lee,X\n");
    for (outcome, line) in outcomes.iter().zip([2, 3]) {
        let RowOutcome::Rejected(bad) = outcome else { panic!("{outcome:?} went in") };
        assert_eq!((bad.row, bad.column, bad.reason.as_str()), (line, "badge_code", "duplicate_badge_code"));
    }
    assert_eq!(plan.planned().len(), 2);
}

#[test]
fn codes_are_compared_by_their_key_and_not_by_their_letters() {
    let mut plan = Plan::default();
    let code = mobile_core::badge::code::generate(&[7; 12]).as_str().to_owned();
    take(&mut plan, &format!("last_name,badge_code\nRoy,{code}\n"));
    // Look-alike letters of our own codes are mended, so this is the same code.
    let small = format!("{}{}{}", &code[..1], code[1..19].to_lowercase(), &code[19..]);
    let again = take(&mut plan, &format!("last_name,badge_code\nRoy,{small}\n"));
    assert_eq!(again, [RowOutcome::Unchanged]);
}

#[test]
fn a_row_that_fits_several_people_is_refused_instead_of_guessed() {
    let mut plan = Plan::default();
    take(&mut plan, "external_id,first_name,last_name\n1,John,Smith\n2,John,Smith\n");
    let outcomes = take(&mut plan, "first_name,last_name\nJohn,Smith\n");
    assert!(matches!(&outcomes[0], RowOutcome::Rejected(bad) if bad.reason == "ambiguous_person"), "{outcomes:?}");
}

#[test]
fn a_corrected_name_is_found_under_its_new_key() {
    let mut plan = Plan::default();
    take(&mut plan, "external_id,first_name,last_name,email\n1,Jon,Smith,j@a.example\n");
    take(&mut plan, "external_id,first_name,last_name,email\n1,John,Smith,j@a.example\n");
    let rows = "first_name,last_name,email\nJohn,Smith,j@a.example\nJon,Smith,j@a.example\n";
    assert_eq!(take(&mut plan, rows), [RowOutcome::Unchanged, RowOutcome::Created]);
}
