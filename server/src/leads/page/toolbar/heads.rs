//! The columns of the list: their heads, which change its order, and the choice of which are shown.

use super::{Chip, Toolbar};
use crate::leads::columns;

/// Order of the list when nothing is said.
pub const NEWEST_FIRST: &str = "-last_scanned_at";

/// A column's head.
pub struct Column {
    /// What it says.
    pub label: &'static str,
    /// Its class.
    pub class: &'static str,
    /// `ascending`, `descending` or empty.
    pub sort: &'static str,
    /// The list sorted by it; empty where it cannot be.
    pub href: String,
}

impl Toolbar<'_> {
    /// The columns.
    pub fn columns(&self) -> Vec<Column> {
        let sorted = if self.query.get("sort").is_empty() { NEWEST_FIRST } else { self.query.get("sort") };
        let sortable = |label, class, name: &str, begins_descending: bool| {
            let (up, down) = (name.to_owned(), format!("-{name}"));
            let sort = if sorted == up {
                "ascending"
            } else if sorted == down {
                "descending"
            } else {
                ""
            };
            let next = match sort {
                "ascending" => &down,
                "descending" => &up,
                _ if begins_descending => &down,
                _ => &up,
            };
            let next = if next == NEWEST_FIRST { "" } else { next };
            Column { label, class, sort, href: self.to(&self.query.with("sort", next)) }
        };
        let plain = |label, class| Column { label, class, sort: "", href: String::new() };
        vec![
            sortable("common-name", "c-who", "name", false),
            plain("leads-column-company", "c-company"),
            plain("leads-rating", "c-rating"),
            plain("leads-tags", "c-tags"),
            sortable("leads-last-scan", "c-last", "last_scanned_at", true),
            plain("common-scans", "c-count c-scans"),
            plain("leads-notes", "c-count c-notes"),
        ]
    }

    /// The choice of columns: each with the list in which it is switched.
    pub fn choices_of_columns(&self) -> Vec<Chip> {
        let label = |column| match column {
            "company" => "leads-column-company",
            "rating" => "leads-rating",
            "tags" => "leads-tags",
            "last" => "leads-last-scan",
            "scans" => "common-scans",
            _ => "leads-notes",
        };
        let choice = |column: &'static str| Chip {
            label: label(column),
            icon: "",
            href: self.to(&self.query.with("columns", &columns::switched(self.shown, column))),
            is_on: self.shown.contains(&column),
        };
        columns::COLUMNS.map(choice).into()
    }
}
