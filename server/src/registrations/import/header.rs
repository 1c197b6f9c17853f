//! Finds the header among the first rows of a table and decides which column fills what.
//!
//! The header is the first row in which two known names are met; titles above it are skipped. When
//! the row below it knows more names (a header under merged group titles, or one of two rows), the
//! two are read as one.

use super::column::{Column, NameOrder, Recognised, Target, recognise, squash};
use super::mapping::Said;
use super::report::MappedHeader;
use super::row::RawRow;
use super::{ImportError, Mapping};

/// Rows among which the header is looked for.
pub(super) const SEARCHED_ROWS: usize = 20;
/// Columns further right are not read: no list of people is that wide, a damaged file may be.
pub(super) const MAX_COLUMNS: usize = 256;

/// The header of a table and what its columns fill.
#[derive(Clone, Debug)]
pub(super) struct Header {
    /// Position of its last row among the first rows, from 0.
    pub index: usize,
    /// (position of the file's column, what it fills)
    pub columns: Vec<(usize, Target)>,
    pub mapping: Vec<MappedHeader>,
    pub ignored: Vec<String>,
    texts: Vec<String>,
}

impl Header {
    /// Whether the header stands here again, as in files glued together.
    pub fn is_repeated_by(&self, row: &RawRow) -> bool {
        self.columns.iter().all(|(index, _)| row.get(*index).trim() == self.texts[*index])
    }

    /// How well the rows fit, for choosing between delimiters and between sheets.
    pub fn score(&self) -> usize {
        self.columns.len()
    }
}

/// The header among the first rows of a table, if there is one.
pub(super) fn find(rows: &[RawRow], mapping: &Mapping) -> Option<Header> {
    let rows = &rows[..rows.len().min(SEARCHED_ROWS)];
    // A table of one column may be a list of whole names; nothing else has a single known header.
    let needed = if rows.iter().all(|row| row.len() <= 1) { 1 } else { 2 };
    for (index, row) in rows.iter().enumerate() {
        let texts: Vec<String> = row.cells().map(|cell| cell.trim().to_owned()).collect();
        let known = count_known(&texts, mapping);
        if known < needed {
            continue;
        }
        if let Some(below) = rows.get(index + 1) {
            let joined = join(&texts, below);
            // As many known names again: labels above codes, as in our own workbooks.
            let below_alone: Vec<String> = below.cells().map(|cell| cell.trim().to_owned()).collect();
            if count_known(&below_alone, mapping) >= known || count_known(&joined, mapping) > known {
                return Some(resolve(index + 1, joined, mapping));
            }
        }
        return Some(resolve(index, texts, mapping));
    }
    None
}

/// Refuses a mapping that names a header which the file does not have.
pub(super) fn check_mapping(header: &Header, mapping: &Mapping) -> Result<(), ImportError> {
    for wanted in mapping.headers() {
        if !header.texts.iter().any(|text| text == wanted || squash(text) == squash(wanted)) {
            return Err(ImportError::MappedHeaderMissing {
                header: wanted.to_owned(),
                found: header.texts.iter().filter(|text| !text.is_empty()).cloned().collect::<Vec<_>>().join(", "),
            });
        }
    }
    Ok(())
}

/// The lower row's names, and the upper row's where the lower has none.
fn join(upper: &[String], lower: &RawRow) -> Vec<String> {
    (0..upper.len().max(lower.len()))
        .map(|index| match lower.get(index).trim() {
            "" => upper.get(index).cloned().unwrap_or_default(),
            text => text.to_owned(),
        })
        .collect()
}

fn count_known(texts: &[String], mapping: &Mapping) -> usize {
    texts
        .iter()
        .filter(|text| !text.is_empty())
        .filter(|text| mapping.find(text).is_some() || recognise(text).is_some())
        .count()
}

fn resolve(index: usize, texts: Vec<String>, mapping: &Mapping) -> Header {
    let mut header = Header { index, columns: Vec::new(), mapping: Vec::new(), ignored: Vec::new(), texts };
    let understood: Vec<Option<(bool, Recognised)>> = header
        .texts
        .iter()
        .map(|text| match mapping.find(text) {
            Some(Said::Fill(target)) => Some((true, Recognised::Sure(target))),
            Some(Said::Ignore) => None,
            None => recognise(text).map(|found| (false, found)),
        })
        .collect();
    let has = |column| {
        understood.contains(&Some((true, Recognised::Sure(Target::Column(column)))))
            || understood.contains(&Some((false, Recognised::Sure(Target::Column(column)))))
    };
    let name_means = match (has(Column::FirstName), has(Column::LastName)) {
        (true, false) => Some(Target::Column(Column::LastName)),
        (false, false) => Some(Target::FullName(NameOrder::FirstLast)),
        // "Name" beside both parts repeats them.
        (_, true) => None,
    };
    // What the mapping says goes first, so that it wins over a header that is merely recognised.
    for by_mapping in [true, false] {
        for (position, found) in understood.iter().enumerate().take(MAX_COLUMNS) {
            let Some((mapped, recognised)) = *found else { continue };
            if mapped != by_mapping {
                continue;
            }
            let target = match recognised {
                Recognised::Sure(target) => Some(target),
                Recognised::NameOrLastName => name_means,
            };
            if let Some(target) = target
                && !header.columns.iter().any(|(_, taken)| taken.name() == target.name())
            {
                header.columns.push((position, target));
            }
        }
    }
    header.columns.sort_by_key(|(position, _)| *position);
    for (position, text) in header.texts.iter().enumerate() {
        match header.columns.iter().find(|(taken, _)| *taken == position) {
            Some((_, target)) => header.mapping.push(MappedHeader { header: text.clone(), column: target.name() }),
            None if text.is_empty() => {}
            None => header.ignored.push(text.clone()),
        }
    }
    header
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(lines: &[&[&str]]) -> Vec<RawRow> {
        lines
            .iter()
            .enumerate()
            .map(|(index, cells)| {
                let mut row = RawRow::default();
                row.start(index as u32 + 1);
                cells.iter().for_each(|cell| row.push(cell));
                row
            })
            .collect()
    }

    fn targets(header: &Header) -> Vec<(usize, &'static str)> {
        header.columns.iter().map(|(index, target)| (*index, target.name())).collect()
    }

    #[test]
    fn title_rows_above_the_header_are_skipped() {
        let table = rows(&[
            &["Salon 2026"],
            &["Liste des visiteurs", "", "12/03"],
            &["Nom", "Prénom", "Société"],
            &["Roy", "Inès", "Acme"],
        ]);
        let header = find(&table, &Mapping::default()).unwrap();
        assert_eq!(header.index, 2);
        assert_eq!(targets(&header), [(0, "last_name"), (1, "first_name"), (2, "company")]);
    }

    #[test]
    fn a_header_of_two_rows_with_merged_cells_is_read_as_one() {
        let table = rows(&[
            &["Nom", "Prénom", "Adresse", "", ""],
            &["", "", "Rue", "Code postal", "Ville"],
            &["Roy", "Inès", "1 rue Haute", "01000", "Bourg"],
        ]);
        let header = find(&table, &Mapping::default()).unwrap();
        assert_eq!(header.index, 1);
        assert_eq!(
            targets(&header),
            [(0, "last_name"), (1, "first_name"), (2, "street"), (3, "postcode"), (4, "city")]
        );
    }

    #[test]
    fn labels_above_codes_are_one_header() {
        let table = rows(&[&["Prénom", "Nom", "E-mail"], &["first_name", "last_name", "email"], &["Inès", "Roy", ""]]);
        let header = find(&table, &Mapping::default()).unwrap();
        assert_eq!(header.index, 1);
        assert_eq!(header.mapping[0].header, "first_name");
    }

    #[test]
    fn name_alone_is_the_whole_name_and_beside_a_first_name_the_last() {
        let whole = find(&rows(&[&["Name", "Company"]]), &Mapping::default()).unwrap();
        assert_eq!(targets(&whole), [(0, "full_name"), (1, "company")]);
        let both = find(&rows(&[&["Name", "First name", "Last name"]]), &Mapping::default()).unwrap();
        assert_eq!(targets(&both), [(1, "first_name"), (2, "last_name")]);
        assert_eq!(both.ignored, ["Name"]);
    }

    #[test]
    fn a_mapping_wins_over_recognition_and_null_ignores() {
        let mapping: Mapping = r#"{"Sté": "company", "Entreprise": null, "x1": "external_id"}"#.parse().unwrap();
        let header = find(&rows(&[&["Entreprise", "Sté", "X1", "Email", "E-mail"]]), &mapping).unwrap();
        assert_eq!(targets(&header), [(1, "company"), (2, "external_id"), (3, "email")]);
        assert_eq!(header.ignored, ["Entreprise", "E-mail"]);
        assert!(check_mapping(&header, &mapping).is_ok());
        let other: Mapping = r#"{"Firma": "company"}"#.parse().unwrap();
        assert!(matches!(check_mapping(&header, &other), Err(ImportError::MappedHeaderMissing { .. })));
    }

    #[test]
    fn a_file_without_two_known_names_has_no_header() {
        assert!(find(&rows(&[&["a", "b"], &["Inès", "Roy"]]), &Mapping::default()).is_none());
        assert!(find(&[], &Mapping::default()).is_none());
        assert!(find(&rows(&[&["Nom complet"], &["Inès Roy"]]), &Mapping::default()).is_some());
    }
}
