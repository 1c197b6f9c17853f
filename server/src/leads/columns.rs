//! The columns of the Leads tab that can be left out. The name always stands there.

use crate::problem::Problem;

/// Their names in addresses, in the order of the page.
pub const COLUMNS: [&str; 6] = ["company", "rating", "tags", "last", "scans", "notes"];
/// What stands in an address where the name alone is wanted: an empty value would be no choice at all.
pub const NAME_ALONE: &str = "name";

/// The columns that a choice such as `company,rating` shows; all of them where there is none.
pub fn shown(choice: &str) -> Result<Vec<&'static str>, Problem> {
    if choice.is_empty() {
        return Ok(COLUMNS.to_vec());
    }
    let wanted: Vec<&str> = choice.split(',').filter(|name| *name != NAME_ALONE).collect();
    if wanted.iter().any(|name| !COLUMNS.contains(name)) {
        return Err(Problem::field("?columns", format!("must be a list of “{}”", COLUMNS.join(", "))));
    }
    Ok(COLUMNS.into_iter().filter(|column| wanted.contains(column)).collect())
}

/// The choice in which one column is switched; empty when all are shown again.
pub fn switched(shown: &[&str], column: &str) -> String {
    let kept: Vec<&str> = COLUMNS.into_iter().filter(|name| shown.contains(name) != (*name == column)).collect();
    match kept.len() {
        0 => NAME_ALONE.to_owned(),
        all if all == COLUMNS.len() => String::new(),
        _ => kept.join(","),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_that_is_switched_twice_is_where_it_was() {
        let all = shown("").unwrap();
        let without = switched(&all, "tags");
        assert_eq!(without, "company,rating,last,scans,notes");
        assert_eq!(switched(&shown(&without).unwrap(), "tags"), "");
        let last = switched(&shown("notes").unwrap(), "notes");
        assert_eq!(last, "name");
        assert_eq!(shown(&last).unwrap(), [""; 0]);
        assert_eq!(switched(&[], "rating"), "rating");
        assert!(shown("shoe size").is_err());
    }
}
