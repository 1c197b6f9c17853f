//! Which category a cell means, whatever its case, accents or plural.

use crate::registrations::folding::fold;

/// The event's categories, with the names by which files call them.
#[derive(Clone, Debug, Default)]
pub struct Categories {
    /// (folded name, code)
    names: Vec<(String, String)>,
    default: Option<String>,
}

impl Categories {
    /// Categories by code; each is known by its code until [`Self::also_called`] adds a name.
    pub fn new<C: Into<String>>(codes: impl IntoIterator<Item = C>) -> Self {
        let mut categories = Self::default();
        for code in codes {
            let code = code.into();
            categories.names.push((folded(&code), code));
        }
        categories
    }

    /// The category of rows that name none. Without it, such rows go in without a category.
    #[must_use]
    pub fn with_default(mut self, code: impl Into<String>) -> Self {
        self.default = Some(code.into());
        self
    }

    /// Another name (a label in some language) of a category.
    #[must_use]
    pub fn also_called(mut self, name: &str, code: impl Into<String>) -> Self {
        self.names.push((folded(name), code.into()));
        self
    }

    pub(super) fn default_code(&self) -> Option<&str> {
        self.default.as_deref()
    }

    /// The code of the category that a cell names. An event without categories takes any text.
    pub(super) fn find<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        if self.names.is_empty() {
            return Some(name);
        }
        if let Some((_, code)) = self.names.iter().find(|(_, code)| code == name) {
            return Some(code);
        }
        let wanted = folded(name);
        self.names.iter().find(|(known, _)| *known == wanted).map(|(_, code)| code.as_str())
    }
}

/// Folded, with spaces for underscores and hyphens, without the plural's `s`.
fn folded(name: &str) -> String {
    let text = fold(&name.replace(['_', '-'], " "));
    match text.strip_suffix('s') {
        Some(singular) if text.len() > 3 && !text.ends_with("ss") => singular.to_owned(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_category_is_known_by_any_of_its_names_in_any_spelling() {
        let categories = Categories::new(["visitor", "vip", "press"])
            .also_called("Visiteur", "visitor")
            .also_called("Invité d'honneur", "vip");
        for (name, code) in [
            ("Visitors", Some("visitor")),
            ("VISITEUR", Some("visitor")),
            ("INVITE D’HONNEUR", Some("vip")),
            ("press", Some("press")),
            ("Pres", None),
            ("speaker", None),
        ] {
            assert_eq!(categories.find(name), code, "{name}");
        }
        assert_eq!(Categories::default().find("anything"), Some("anything"));
    }
}
