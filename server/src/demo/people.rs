//! The demo's attendees: 2,500 registrations in many scripts.
//!
//! Two hundred wear badges printed by other ticket systems. A few share an address or a name with a
//! colleague, some have no e-mail, one has a single name: what real lists hold, so that matching by
//! e-mail alone would show. Everything follows from the seed.

use std::collections::{HashMap, HashSet};

use super::codes::{IMPORTED, imported_codes};
use super::fixtures::{CategorySheet, CompanyKind, CompanyRow, Fixtures};
use super::names::{Culture, Drawn, address_part};
use super::random::Dice;

/// A registration as an organiser's list would hold it. Optional fields are absent, never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The number in the organiser's own list, unique.
    pub external_id: String,
    pub category: String,
    pub first_name: String,
    pub last_name: String,
    pub email: Option<String>,
    pub company: Option<String>,
    pub job_title: Option<String>,
    pub phone: Option<String>,
    pub postcode: Option<String>,
    pub city: Option<String>,
    pub country: String,
    pub language: String,
    /// The text of a badge that another system printed; `None` gets a badge of ours.
    pub imported_code: Option<String>,
    /// The script in which the name is written.
    pub script: String,
}

/// The registrations of the event, in the order of the organiser's list.
pub fn registrations(fixtures: &Fixtures, seed: u64) -> Vec<Person> {
    let mut dice = Dice::new(seed, "people");
    let mut categories: Vec<&CategorySheet> =
        fixtures.event.categories.iter().flat_map(|category| std::iter::repeat_n(category, category.count)).collect();
    dice.shuffle(&mut categories);
    let mut draw = Draw { fixtures, dice, addresses: HashSet::new(), shared: HashMap::new() };
    let mut people: Vec<Person> =
        categories.into_iter().enumerate().map(|(position, category)| draw.person(position + 1, category)).collect();
    add_edge_cases(&mut people);
    let mut codes = imported_codes(&mut Dice::new(seed, "codes"), IMPORTED);
    for person in people.iter_mut().filter(|person| matches!(person.category.as_str(), "visitor" | "student")) {
        // Every seventh or so, so that imported badges are spread over the list.
        if draw.dice.chance(0.16)
            && let Some(code) = codes.pop()
        {
            person.imported_code = Some(code);
        }
    }
    // The share above is chosen to use all codes up; what luck left over goes to the first without one.
    for person in people.iter_mut().filter(|person| person.imported_code.is_none()) {
        let Some(code) = codes.pop() else { break };
        person.imported_code = Some(code);
    }
    people
}

/// People who scan at an exhibitor's stand: first name, last name, e-mail address.
///
/// Drawn from names of the exhibitor's country, in Latin letters.
pub fn staff(fixtures: &Fixtures, stand: usize, count: usize, seed: u64) -> Vec<[String; 3]> {
    let mut dice = Dice::new(seed.wrapping_add(stand as u64), "staff");
    let Some(exhibitor) = fixtures.exhibitors.get(stand) else { return Vec::new() };
    let near: Vec<&Culture> =
        fixtures.cultures.iter().filter(|culture| culture.countries.contains(&exhibitor.country)).collect();
    let mut staff: Vec<[String; 3]> = Vec::with_capacity(count);
    while staff.len() < count {
        let Some(culture) = dice.pick(&near).copied().or(fixtures.cultures.first()) else { break };
        let name = culture.draw_latin(&mut dice);
        // The number keeps two people of one name apart.
        let mailbox = if staff.iter().any(|[first, last, _]| (first, last) == (&name.first, &name.last)) {
            format!("{}{}", name.mailbox, staff.len())
        } else {
            name.mailbox
        };
        staff.push([name.first, name.last, format!("{mailbox}@{}.example", exhibitor.slug)]);
    }
    staff
}

struct Draw<'f> {
    fixtures: &'f Fixtures,
    dice: Dice,
    addresses: HashSet<String>,
    /// Addresses that a company's colleagues share, by company.
    shared: HashMap<String, String>,
}

impl Draw<'_> {
    fn person(&mut self, number: usize, category: &CategorySheet) -> Person {
        let (culture, name) = draw_name(self.fixtures, &mut self.dice);
        let culture = &self.fixtures.cultures[culture];
        let home = self.dice.pick(&culture.countries).cloned().unwrap_or_else(|| "FR".to_owned());
        let (company, country, place) = self.employer(category, &home);
        let mut person = Person {
            external_id: format!("TP-{number:05}"),
            category: category.key.clone(),
            first_name: name.first.clone(),
            last_name: name.last.clone(),
            email: self.address(&name, company.as_deref()),
            job_title: self.title(category, &culture.language),
            phone: None,
            postcode: place.as_ref().and_then(|place| filled(&place.postcode)),
            city: place.as_ref().and_then(|place| filled(&place.city)),
            language: culture.language.clone(),
            imported_code: None,
            script: name.script,
            company,
            country,
        };
        if self.dice.chance(0.8) {
            person.phone = fiction_phone(&person.country, &mut self.dice);
        }
        if category.key == "minor" {
            // A school registers a class: no address of a child's own.
            (person.email, person.phone) = (None, None);
        }
        person
    }

    /// Company, country and place of work. Exhibitors' people work for an exhibitor.
    fn employer(&mut self, category: &CategorySheet, home: &str) -> (Option<String>, String, Option<CompanyRow>) {
        let kind = match category.key.as_str() {
            "exhibitor" => {
                let row = self.dice.pick(&self.fixtures.exhibitors);
                let country = row.map_or(home, |row| row.country.as_str()).to_owned();
                return (row.map(|row| row.name.clone()), country, None);
            }
            "press" => CompanyKind::Media,
            "student" | "minor" => CompanyKind::School,
            "crew" => CompanyKind::Crew,
            "speaker" if self.dice.chance(0.6) => CompanyKind::Institution,
            _ => CompanyKind::Industry,
        };
        let of_kind: Vec<&CompanyRow> = self.fixtures.companies.iter().filter(|row| row.kind == kind).collect();
        let near: Vec<&CompanyRow> =
            of_kind.iter().copied().filter(|row| row.country == home || row.country == "*").collect();
        let Some(row) = self.dice.pick(if near.is_empty() { &of_kind } else { &near }).copied() else {
            return (None, home.to_owned(), None);
        };
        let country = if row.country == "*" { home.to_owned() } else { row.country.clone() };
        let place = CompanyRow {
            name: row.name.clone(),
            city: row.city.clone(),
            postcode: row.postcode.clone(),
            country: country.clone(),
            kind,
        };
        // One visitor in thirty registers without a company.
        let company = if self.dice.chance(0.033) { None } else { Some(row.name.clone()) };
        (company, country, Some(place))
    }

    fn title(&mut self, category: &CategorySheet, language: &str) -> Option<String> {
        let titles = |wanted: &str| -> Vec<&str> {
            let rows = self.fixtures.titles.iter().filter(|row| row.category == category.key && row.language == wanted);
            rows.map(|row| row.title.as_str()).collect()
        };
        let (own, any) = (titles(language), titles("*"));
        if self.dice.chance(0.06) {
            return None;
        }
        let own_first = !own.is_empty() && (any.is_empty() || self.dice.chance(0.7));
        self.dice.pick(if own_first { &own } else { &any }).map(|title| (*title).to_owned())
    }

    fn address(&mut self, name: &Drawn, company: Option<&str>) -> Option<String> {
        if self.dice.chance(0.02) {
            return None;
        }
        let domain = company.map(address_part).filter(|domain| !domain.is_empty());
        let domain = format!("{}.example", domain.as_deref().unwrap_or("post"));
        // Small companies register everyone under one address.
        if let Some(company) = company
            && self.dice.chance(0.03)
        {
            return Some(self.shared.entry(company.to_owned()).or_insert_with(|| format!("contact@{domain}")).clone());
        }
        let mut address = format!("{}@{domain}", name.mailbox);
        let mut repeat = 1;
        while !self.addresses.insert(address.clone()) {
            repeat += 1;
            address = format!("{}{repeat}@{domain}", name.mailbox);
        }
        Some(address)
    }
}

/// Names that break careless layouts and careless matching.
fn add_edge_cases(people: &mut [Person]) {
    let visitors = people.iter_mut().filter(|person| person.category == "visitor");
    for (position, person) in visitors.take(4).enumerate() {
        let (first, last) = match position {
            0 => ("Maximiliane-Charlotte Friederike", "Freifrau von und zu Wolfenbüttel-Braunschweig-Lüneburg"),
            1 => ("Bo", "Ó"),
            // The same name at two companies: two people.
            _ => ("Marie", "Lefèvre"),
        };
        first.clone_into(&mut person.first_name);
        last.clone_into(&mut person.last_name);
        "Latin".clone_into(&mut person.script);
        let short = first.split(['-', ' ']).next().unwrap_or(first);
        person.email = Some(format!("{}{position}@post.example", address_part(short)));
    }
}

/// A culture's position and a name drawn from it.
pub(super) fn draw_name(fixtures: &Fixtures, dice: &mut Dice) -> (usize, Drawn) {
    let culture = dice.weighted(fixtures.cultures.iter().map(|culture| culture.weight));
    (culture, fixtures.cultures[culture].draw(dice))
}

/// A number from a range that the country keeps for films and examples; `None` where there is none.
pub(super) fn fiction_phone(country: &str, dice: &mut Dice) -> Option<String> {
    let (prefix, digits) = match country {
        "FR" => ("+33 6 39 98 ", 4),
        "GB" => ("+44 7700 900", 3),
        "US" => ("+1 212 555 01", 2),
        "DE" => ("+49 30 23125 ", 3),
        "IE" => ("+353 20 915 ", 4),
        _ => return None,
    };
    let number = dice.text(b"0123456789", digits);
    Some(if country == "FR" {
        format!("{prefix}{} {}", &number[..2], &number[2..])
    } else {
        format!("{prefix}{number}")
    })
}

fn filled(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::fixtures::FixtureError;

    fn people() -> Result<Vec<Person>, FixtureError> {
        Ok(registrations(&Fixtures::load()?, 42))
    }

    #[test]
    fn two_thousand_five_hundred_people_register_in_nine_categories() -> Result<(), FixtureError> {
        let people = people()?;
        assert_eq!(people.len(), 2_500);
        let categories: HashSet<&str> = people.iter().map(|person| person.category.as_str()).collect();
        assert_eq!(categories.len(), 9);
        let ids: HashSet<&str> = people.iter().map(|person| person.external_id.as_str()).collect();
        assert_eq!(ids.len(), 2_500);
        Ok(())
    }

    #[test]
    fn names_are_written_in_many_scripts() -> Result<(), FixtureError> {
        let people = people()?;
        for script in [
            "Latin",
            "Greek",
            "Cyrillic",
            "Arabic",
            "Hebrew",
            "Devanagari",
            "Tamil",
            "Bengali",
            "Thai",
            "Han",
            "Japanese",
            "Hangul",
            "Georgian",
            "Armenian",
            "Ethiopic",
        ] {
            assert!(people.iter().any(|person| person.script == script), "{script}");
        }
        let latin = people.iter().filter(|person| person.script == "Latin").count();
        assert!((1_900..2_450).contains(&latin), "{latin} of 2,500 in Latin letters");
        Ok(())
    }

    #[test]
    fn two_hundred_badges_were_printed_by_other_systems_each_with_a_code_of_its_own() -> Result<(), FixtureError> {
        let people = people()?;
        let codes: HashSet<&str> = people.iter().filter_map(|person| person.imported_code.as_deref()).collect();
        assert_eq!(codes.len(), IMPORTED);
        assert_eq!(people.iter().filter(|person| person.imported_code.is_some()).count(), IMPORTED);
        assert!(codes.iter().any(|code| code.contains('/')));
        assert!(codes.iter().any(|code| code.bytes().all(|byte| byte.is_ascii_digit())));
        Ok(())
    }

    #[test]
    fn every_address_is_at_an_example_domain_and_some_colleagues_share_one() -> Result<(), FixtureError> {
        let people = people()?;
        let mut seen: HashMap<&str, usize> = HashMap::new();
        for email in people.iter().filter_map(|person| person.email.as_deref()) {
            let (local, domain) = email.split_once('@').unwrap_or_default();
            assert!(
                !local.is_empty() && local.is_ascii() && domain.len() > 8 && domain.ends_with(".example"),
                "{email}"
            );
            *seen.entry(email).or_default() += 1;
        }
        assert!(seen.values().any(|count| *count > 1));
        assert!(people.iter().any(|person| person.email.is_none()));
        Ok(())
    }

    #[test]
    fn minors_have_neither_address_nor_phone() -> Result<(), FixtureError> {
        let people = people()?;
        let minors = || people.iter().filter(|person| person.category == "minor");
        assert_eq!(minors().count(), 30);
        assert!(minors().all(|person| person.email.is_none() && person.phone.is_none()));
        Ok(())
    }

    #[test]
    fn the_same_seed_registers_the_same_people() -> Result<(), FixtureError> {
        assert_eq!(people()?, people()?);
        Ok(())
    }

    #[test]
    fn every_stand_has_staff_with_addresses_of_their_own() -> Result<(), FixtureError> {
        let fixtures = Fixtures::load()?;
        let mut addresses = HashSet::new();
        for stand in 0..fixtures.exhibitors.len() {
            let staff = staff(&fixtures, stand, 4, 42);
            assert_eq!(staff.len(), 4);
            addresses.extend(staff.into_iter().map(|[_, _, email]| email));
        }
        assert_eq!(addresses.len(), 240);
        Ok(())
    }
}
