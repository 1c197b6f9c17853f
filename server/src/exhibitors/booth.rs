//! Where an exhibitor stands: hall and number, as a text such as "Hall 2 / B14" or apart, of one booth or several.

use serde::Deserialize;

const MAX_PART: usize = 60;
/// Most booths of one exhibitor.
const MOST: usize = 20;
/// Between the booths of a text.
pub const BETWEEN: &str = "; ";

/// Booths as they are sent.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(
    untagged,
    expecting = "must be a text such as \"Hall 2 / B14\", {\"hall\", \"number\"}, or a list of these two"
)]
pub enum BoothText {
    /// Hall and number in one, parted by a slash or the last space; several booths parted by semicolons.
    Text(String),
    /// Hall and number apart.
    Parts(BoothParts),
    /// Several booths.
    Several(Vec<BoothParts>),
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
    /// The places, each once; none for a text that is empty.
    pub fn checked(self) -> Result<Vec<Booth>, String> {
        let parts = match self {
            Self::Text(text) => {
                text.split(';').map(str::trim).filter(|text| !text.is_empty()).map(BoothParts::of_text).collect()
            }
            Self::Parts(parts) => vec![parts],
            Self::Several(several) => several,
        };
        if parts.len() > MOST {
            return Err(format!("must be at most {MOST} booths"));
        }
        let mut booths: Vec<Booth> = Vec::with_capacity(parts.len());
        for part in parts {
            let booth = part.checked()?;
            if !booths.contains(&booth) {
                booths.push(booth);
            }
        }
        Ok(booths)
    }
}

impl BoothParts {
    fn of_text(text: &str) -> Self {
        match text.rsplit_once('/').or_else(|| text.rsplit_once(char::is_whitespace)) {
            Some((hall, number)) => Self { hall: hall.to_owned(), number: number.to_owned() },
            None => Self { hall: String::new(), number: text.to_owned() },
        }
    }

    fn checked(self) -> Result<Booth, String> {
        let (hall, number) = (self.hall.trim().to_owned(), self.number.trim().to_owned());
        if number.is_empty() {
            return Err("must name the number within the hall, such as \"Hall 2 / B14\"".into());
        }
        for part in [&hall, &number] {
            if part.chars().count() > MAX_PART || part.chars().any(char::is_control) {
                return Err(format!("must be one line, hall and number at most {MAX_PART} characters each"));
            }
        }
        Ok(Booth { hall, number })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, String)> {
        let booths = BoothText::Text(text.into()).checked().expect("good booths");
        booths.into_iter().map(|booth| (booth.hall, booth.number)).collect()
    }

    #[test]
    fn a_booth_reads_as_people_write_it() {
        let parts = |hall: &str, number: &str| vec![(hall.to_owned(), number.to_owned())];
        assert_eq!(read("Hall 2 / B14"), parts("Hall 2", "B14"));
        assert_eq!(read("Hall 2 B14"), parts("Hall 2", "B14"));
        assert_eq!(read("B14"), parts("", "B14"));
        assert_eq!(read("2/B14"), parts("2", "B14"));
        assert_eq!(read("  "), []);
        assert_eq!(read("2/B14; Hall 3 C2;2 / B14"), [parts("2", "B14"), parts("Hall 3", "C2")].concat());
        assert!(BoothText::Text("Hall 2 /".into()).checked().is_err());
        assert!(BoothText::Text("B1; Hall 2 /".into()).checked().is_err());
        assert!(BoothText::Text("x".repeat(61)).checked().is_err());
        let crowd: Vec<String> = (0..21).map(|number| number.to_string()).collect();
        assert!(BoothText::Text(crowd.join(BETWEEN)).checked().is_err());
    }

    #[test]
    fn booths_may_be_sent_in_parts() {
        let booth: BoothText = serde_json::from_str(r#"{"hall": "2", "number": "B14"}"#).expect("parts");
        assert_eq!(booth.checked(), Ok(vec![Booth { hall: "2".into(), number: "B14".into() }]));
        let several: BoothText =
            serde_json::from_str(r#"[{"hall": "2", "number": "B14"}, {"number": "C2"}]"#).expect("a list");
        assert_eq!(several.checked().map(|booths| booths.len()), Ok(2));
        let error = serde_json::from_str::<BoothText>("14").expect_err("a number is no booth").to_string();
        assert!(error.contains("Hall 2 / B14"), "{error}");
    }
}
