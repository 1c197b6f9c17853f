//! Rows of a list of exhibitors: which header means what, and what each row says once its cells are
//! checked. Several rows of one exhibitor name several admins of it.

use crate::exhibitors::booth::{Booth, BoothParts, BoothText};
use crate::fields::{Email, Slug, line};
use crate::registrations::folding::fold;
use crate::registrations::import::Table;
use crate::words::Words;
use serde::Serialize;

/// A column of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    Slug,
    Name,
    Hall,
    Booth,
    Package,
    AdminFirstName,
    AdminLastName,
    AdminEmail,
    AdminLanguage,
}

impl Column {
    /// In the order in which reports name them.
    pub const ALL: [Self; 9] = [
        Self::Slug,
        Self::Name,
        Self::Hall,
        Self::Booth,
        Self::Package,
        Self::AdminFirstName,
        Self::AdminLastName,
        Self::AdminEmail,
        Self::AdminLanguage,
    ];

    /// Its name in the API and in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Slug => "slug",
            Self::Name => "name",
            Self::Hall => "hall",
            Self::Booth => "booth",
            Self::Package => "package",
            Self::AdminFirstName => "admin_first_name",
            Self::AdminLastName => "admin_last_name",
            Self::AdminEmail => "admin_email",
            Self::AdminLanguage => "admin_language",
        }
    }

    /// What people call it beside its name, in English and French, folded and without spaces.
    const fn others(self) -> &'static [&'static str] {
        match self {
            Self::Slug => &["shortname", "nomcourt", "identifiant"],
            Self::Name => {
                &["exhibitor", "exhibitorname", "company", "exposant", "societe", "entreprise", "raisonsociale"]
            }
            Self::Hall => &["pavilion", "pavillon"],
            Self::Booth => &["stand", "boothnumber", "standnumber", "numerodestand", "ndestand", "nstand"],
            Self::Package => &["formule", "offre", "pack"],
            Self::AdminFirstName => {
                &["firstname", "contactfirstname", "prenom", "prenomducontact", "prenomdeladministrateur"]
            }
            Self::AdminLastName => {
                &["lastname", "surname", "contactlastname", "nomdefamille", "nomducontact", "nomdeladministrateur"]
            }
            Self::AdminEmail => &[
                "email",
                "mail",
                "contactemail",
                "courriel",
                "adresseemail",
                "emailducontact",
                "emaildeladministrateur",
            ],
            Self::AdminLanguage => &["language", "langue", "languedeladministrateur"],
        }
    }
}

/// "Nom" alone is the exhibitor's; beside a column that surely is, it is a person's.
const EITHER: &str = "nom";

/// The column that each header fills, the first of two that fill the same.
fn columns(header: &[String]) -> Vec<Option<Column>> {
    let squashed: Vec<String> = header.iter().map(|text| squash(text)).collect();
    let sure = |text: &str| {
        Column::ALL.into_iter().find(|column| squash(column.name()) == text || column.others().contains(&text))
    };
    let has_name = squashed.iter().any(|text| sure(text) == Some(Column::Name));
    let either = if has_name { Column::AdminLastName } else { Column::Name };
    let mut found: Vec<Option<Column>> = Vec::with_capacity(squashed.len());
    for text in &squashed {
        let column = if text == EITHER { Some(either) } else { sure(text) };
        found.push(column.filter(|column| !found.contains(&Some(*column))));
    }
    found
}

fn squash(text: &str) -> String {
    fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// How many headers of a row are known.
pub fn known(header: &[String]) -> usize {
    columns(header).into_iter().flatten().count()
}

/// A header and the column that it fills.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = ExhibitorHeader)]
pub struct MappedHeader {
    /// As the file has it.
    pub header: String,
    /// What it fills; null: nothing, its cells are left out.
    pub column: Option<&'static str>,
}

/// A cell that keeps its row out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = ExhibitorBadRow)]
pub struct BadRow {
    /// The row's number in the file.
    pub row: u32,
    /// The column of the cell.
    pub column: &'static str,
    /// What is wrong, with the way out.
    pub detail: String,
}

/// An admin of an exhibitor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admin {
    pub first_name: String,
    pub last_name: String,
    pub email: Email,
    pub language: Option<Words>,
}

/// What a row says; empty cells say nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub row: u32,
    pub slug: Option<Slug>,
    pub name: String,
    pub booths: Vec<Booth>,
    pub package: Option<String>,
    pub admin: Option<Admin>,
}

/// The headers of a table with what they fill.
pub fn mapping(table: &Table) -> Vec<MappedHeader> {
    let filled = columns(&table.header);
    let headers = table.header.iter().zip(filled).filter(|(header, _)| !header.is_empty());
    headers.map(|(header, column)| MappedHeader { header: header.clone(), column: column.map(Column::name) }).collect()
}

/// Reads a row; what is wrong with it goes to `bad`.
pub fn read(columns_of: &Table, (row, cells): (u32, &[String]), bad: &mut Vec<BadRow>) -> Option<Line> {
    let filled = columns(&columns_of.header);
    let cell = |column: Column| {
        let at = filled.iter().position(|found| *found == Some(column))?;
        cells.get(at).map(|text| text.trim()).filter(|text| !text.is_empty())
    };
    let before = bad.len();
    let mut keep = |column: Column, detail: String| bad.push(BadRow { row, column: column.name(), detail });
    let slug = cell(Column::Slug).and_then(|text| Slug::parse(text).map_err(|why| keep(Column::Slug, why.into())).ok());
    let name = line(cell(Column::Name).unwrap_or_default(), super::super::MAX_NAME);
    let name = name.map_err(|why| keep(Column::Name, why)).ok();
    let booth = match (cell(Column::Hall), cell(Column::Booth)) {
        (Some(hall), Some(numbers)) => {
            let in_hall = |number: &str| BoothParts { hall: hall.to_owned(), number: number.to_owned() };
            Some(BoothText::Several(
                numbers.split(';').filter(|number| !number.trim().is_empty()).map(in_hall).collect(),
            ))
        }
        (None, Some(text)) => Some(BoothText::Text(text.to_owned())),
        (Some(_), None) => {
            keep(Column::Booth, "a hall needs the number of the stand in it".into());
            None
        }
        (None, None) => None,
    };
    let booths = booth.map_or(Ok(Vec::new()), BoothText::checked).map_err(|why| keep(Column::Booth, why));
    let package = cell(Column::Package).map(str::to_owned);
    let admin = admin(cell, &mut keep);
    (bad.len() == before).then_some(())?;
    Some(Line { row, slug, name: name?, booths: booths.ok()?, package, admin })
}

/// The admin that a row names, if it names one.
fn admin<'a>(cell: impl Fn(Column) -> Option<&'a str>, keep: &mut impl FnMut(Column, String)) -> Option<Admin> {
    let parts = [Column::AdminFirstName, Column::AdminLastName, Column::AdminEmail];
    if parts.iter().all(|column| cell(*column).is_none()) {
        return None;
    }
    let mut text = |column: Column| {
        let checked = line(cell(column).unwrap_or_default(), 100);
        checked.map_err(|_| keep(column, "an admin needs a first name, a last name and an e-mail".into())).ok()
    };
    let (first_name, last_name, email) =
        (text(Column::AdminFirstName), text(Column::AdminLastName), text(Column::AdminEmail));
    let email = email.and_then(|text| Email::parse(&text).map_err(|why| keep(Column::AdminEmail, why.into())).ok());
    let language = cell(Column::AdminLanguage).and_then(|text| {
        let called = Words::called(text);
        if called.is_none() {
            keep(Column::AdminLanguage, Words::unknown());
        }
        called
    });
    Some(Admin { first_name: first_name?, last_name: last_name?, email: email?, language })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> (Vec<Line>, Vec<BadRow>) {
        let table = Table::read(text.as_bytes(), 100, known).expect("a table");
        let mut bad = Vec::new();
        let read = table.rows.iter().filter_map(|(row, cells)| read(&table, (*row, cells), &mut bad)).collect();
        (read, bad)
    }

    #[test]
    fn headers_are_known_in_both_languages() {
        let (found, bad) =
            lines("Raison sociale;Hall;N° de stand;Prénom;Nom;E-mail\nAcmé;2;B14;Inès;Roy;I@a.example\n");
        assert_eq!(bad, []);
        assert_eq!(found[0].name, "Acmé");
        assert_eq!(found[0].booths, [Booth { hall: "2".into(), number: "B14".into() }]);
        let admin = found[0].admin.as_ref().expect("an admin");
        assert_eq!((admin.last_name.as_str(), admin.email.as_str()), ("Roy", "i@a.example"));
        let (alone, _) = lines("Nom,Stand\nAcme,Hall 2 / B14\n");
        assert_eq!((alone[0].name.as_str(), alone[0].admin.as_ref()), ("Acme", None));
        let (several, _) = lines("Nom;Hall;Stand\nAcme;2;\"B14; B15\"\n");
        let numbers: Vec<&str> = several[0].booths.iter().map(|booth| booth.number.as_str()).collect();
        assert_eq!(numbers, ["B14", "B15"]);
    }

    #[test]
    fn a_column_is_known_by_what_pages_call_it() {
        for words in Words::all() {
            for column in Column::ALL {
                let called = words.coded("field", column.name());
                assert_eq!(columns(std::slice::from_ref(&called)), [Some(column)], "{called}, in {words:?}");
            }
        }
    }

    #[test]
    fn each_wrong_cell_of_a_row_is_named() {
        let (found, bad) = lines("name,slug,admin email,language\n,A B,x,xx\nBolt,,,\n");
        assert_eq!(found.len(), 1);
        let columns: Vec<&str> = bad.iter().map(|bad| bad.column).collect();
        assert_eq!(columns, ["slug", "name", "admin_first_name", "admin_last_name", "admin_email", "admin_language"]);
        assert!(bad.iter().all(|bad| bad.row == 2));
    }
}
