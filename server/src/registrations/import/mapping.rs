//! What a person says about headers that the import does not know or takes for something else.

use super::ImportError;
use super::column::{Column, Target, squash};
use std::str::FromStr;

/// Header to column, or to nothing; read from a JSON object such as `{"Sté": "company", "Zone": null}`.
/// A column is one of [`Column::ALL`] by name, or `full_name`. Headers are compared as written, then
/// without case, accents and punctuation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping {
    /// (header as written, squashed, what it fills)
    entries: Vec<(String, String, Option<Target>)>,
}

impl Mapping {
    /// What the mapping says of a header; `None` if nothing.
    pub(super) fn find(&self, header: &str) -> Option<Said> {
        if self.entries.is_empty() {
            return None;
        }
        let exact = self.entries.iter().find(|(text, _, _)| text == header);
        let (_, _, target) = exact.or_else(|| {
            let squashed = squash(header);
            self.entries.iter().find(|(_, known, _)| !known.is_empty() && *known == squashed)
        })?;
        Some(target.map_or(Said::Ignore, Said::Fill))
    }

    pub(super) fn headers(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|(header, _, _)| header.as_str())
    }
}

impl FromStr for Mapping {
    type Err = ImportError;

    fn from_str(json: &str) -> Result<Self, ImportError> {
        let object: std::collections::BTreeMap<String, Option<String>> =
            serde_json::from_str(json).map_err(|error| ImportError::InvalidMapping(error.to_string()))?;
        let mut entries = Vec::with_capacity(object.len());
        for (header, column) in object {
            let target = column
                .map(|name| {
                    Target::named(&name).ok_or_else(|| {
                        let known: Vec<&str> = Column::ALL.into_iter().map(Column::name).collect();
                        ImportError::InvalidMapping(format!(
                            "“{name}” for header “{header}” is no column; use {} or full_name, or null to ignore",
                            known.join(", ")
                        ))
                    })
                })
                .transpose()?;
            let header = header.trim().to_owned();
            entries.push((header.clone(), squash(&header), target));
        }
        Ok(Self { entries })
    }
}

/// What a mapping says of one header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    Fill(Target),
    Ignore,
}
