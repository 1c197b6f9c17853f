//! Where an exhibitor stands: hall and number, as a text such as "Hall 2 / B14" or apart.

use serde::Deserialize;

const MAX_PART: usize = 60;

/// A booth as it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(untagged, expecting = "must be a text such as \"Hall 2 / B14\", or {\"hall\", \"number\"}")]
pub enum BoothText {
    /// Hall and number in one, parted by a slash or the last space.
    Text(String),
    /// Hall and number apart.
    Parts(BoothParts),
}

/// Hall and number.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BoothParts {
    /// The hall; empty where there is only one.
    #[serde(default)]
    pub hall: String,
    /// The number within the hall.
    pub number: String,
}

/// A booth's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booth {
    /// The hall; empty where there is only one.
    pub hall: String,
    /// The number within the hall.
    pub number: String,
}

impl BoothText {
    /// The place; none for a text that is empty.
    pub fn checked(self) -> Result<Option<Booth>, String> {
        let (hall, number) = match self {
            Self::Text(text) => {
                let text = text.trim();
                if text.is_empty() {
                    return Ok(None);
                }
                match text.rsplit_once('/').or_else(|| text.rsplit_once(char::is_whitespace)) {
                    Some((hall, number)) => (hall.trim().to_owned(), number.trim().to_owned()),
                    None => (String::new(), text.to_owned()),
                }
            }
            Self::Parts(parts) => (parts.hall.trim().to_owned(), parts.number.trim().to_owned()),
        };
        if number.is_empty() {
            return Err("must name the number within the hall, such as \"Hall 2 / B14\"".into());
        }
        for part in [&hall, &number] {
            if part.chars().count() > MAX_PART || part.chars().any(char::is_control) {
                return Err(format!("must be one line, hall and number at most {MAX_PART} characters each"));
            }
        }
        Ok(Some(Booth { hall, number }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(String, String)> {
        let booth = BoothText::Text(text.into()).checked().expect("a good booth");
        booth.map(|booth| (booth.hall, booth.number))
    }

    #[test]
    fn a_booth_reads_as_people_write_it() {
        let parts = |hall: &str, number: &str| Some((hall.to_owned(), number.to_owned()));
        assert_eq!(read("Hall 2 / B14"), parts("Hall 2", "B14"));
        assert_eq!(read("Hall 2 B14"), parts("Hall 2", "B14"));
        assert_eq!(read("B14"), parts("", "B14"));
        assert_eq!(read("2/B14"), parts("2", "B14"));
        assert_eq!(read("  "), None);
        assert!(BoothText::Text("Hall 2 /".into()).checked().is_err());
        assert!(BoothText::Text("x".repeat(61)).checked().is_err());
    }

    #[test]
    fn a_booth_may_be_sent_in_parts() {
        let booth: BoothText = serde_json::from_str(r#"{"hall": "2", "number": "B14"}"#).expect("parts");
        assert_eq!(booth.checked(), Ok(Some(Booth { hall: "2".into(), number: "B14".into() })));
        let error = serde_json::from_str::<BoothText>("14").expect_err("a number is no booth").to_string();
        assert!(error.contains("Hall 2 / B14"), "{error}");
    }
}
