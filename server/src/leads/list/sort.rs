//! The order of a list, and the place in it where a page ends.

use crate::problem::Problem;
use mobile_core::ids::LeadId;
use serde::{Deserialize, Serialize};

/// What the sort compares, as SQL of both engines.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sort {
    pub(super) column: &'static str,
    pub(super) is_text: bool,
    pub(super) is_descending: bool,
}

impl Sort {
    pub(super) fn parse(sort: Option<&str>) -> Result<Self, Problem> {
        let sort = sort.unwrap_or("-last_scanned_at");
        let (name, is_descending) = sort.strip_prefix('-').map_or((sort, false), |name| (name, true));
        let (column, is_text) = match name {
            "last_scanned_at" => ("COALESCE(l.last_scanned_at, l.newest_at)", false),
            "first_scanned_at" => ("COALESCE(l.first_scanned_at, l.newest_at)", false),
            "updated_at" => ("l.updated_at", false),
            "name" => ("l.search", true),
            _ => {
                return Err(Problem::field(
                    "?sort",
                    "must be last_scanned_at, first_scanned_at, updated_at or name, with - for the other way round",
                ));
            }
        };
        Ok(Self { column, is_text, is_descending })
    }
}

/// The place after a row: the compared value and the id that breaks ties. A text is looked up again by the id, since
/// whoever gets a cursor can read it and the text is a person's name; it says only whether there was one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Place {
    #[serde(rename = "n")]
    Number(i64, LeadId),
    #[serde(rename = "t")]
    Text(LeadId, bool),
}
