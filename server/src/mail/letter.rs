//! From a message to a letter: one template a message holds its words in English and in French, and
//! both the plain text and the HTML are made of it, so that neither says what the other does not.
//!
//! A template is a subject line and paragraphs with empty lines between. A paragraph
//! `=> Label | address` is a button, lines that begin with `- ` are a list.

use super::{DayOfLeads, FactorChange, Language, MeetingChange, Message, Place};
use crate::access::OrganizerRole;
use askama::Template;
use mobile_core::time::Timestamp;

/// A letter, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The subject.
    pub subject: String,
    /// All of it as plain text.
    pub text: String,
    /// All of it as HTML.
    pub html: String,
}

/// A part of a letter.
#[derive(Debug, PartialEq, Eq)]
enum Part<'t> {
    Paragraph(String),
    List(Vec<&'t str>),
    Button { label: &'t str, link: &'t str },
}

macro_rules! templates {
    ($($name:ident = $path:literal { $($field:ident: $kind:ty),* }),* $(,)?) => {$(
        #[derive(Template)]
        // The words are plain text, and their empty lines count.
        #[template(path = $path, escape = "none", whitespace = "preserve")]
        struct $name<'m> {
            is_french: bool,
            $($field: $kind,)*
        }
    )*};
}

templates! {
    Invitation = "mail/invitation.txt" { place: &'m Place, opening: String, link: &'m str, until: String },
    OrganizerInvitation = "mail/organizer_invitation.txt" {
        name: &'m str, organizer: &'m str, role: OrganizerRole, link: &'m str, days: i64
    },
    SpaceOpen = "mail/space_open.txt" { place: &'m Place, opening: String, link: &'m str },
    Scanning = "mail/scanning.txt" {
        place: &'m Place, opening: String, link: &'m str, until: Option<String>, is_admin: bool,
        licences: Option<i64>, closing: String
    },
    Reminder = "mail/reminder.txt" {
        place: &'m Place, opening: String, link: &'m str, until: Option<String>, is_unpaired: bool,
        is_untested: bool, is_alone: bool, asks_nothing: bool
    },
    Daily = "mail/daily.txt" { place: &'m Place, link: &'m str, closing: String, total: i64, brought: &'m DayOfLeads },
    Retention = "mail/retention.txt" { place: &'m Place, link: &'m str, until: String, days: i64 },
    ExportedForYou = "mail/exported_for_you.txt" { place: &'m Place, by: &'m str, rows: i64, link: &'m str },
    Erased = "mail/erased.txt" { event: &'m str },
    Evening = "mail/evening.txt" { event: &'m str, exhibitors: i64, link: &'m str },
    PasswordReset = "mail/password_reset.txt" { name: &'m str, link: &'m str, minutes: i64 },
    AttendeeSignIn = "mail/attendee_sign_in.txt" { name: &'m str, events: &'m str, link: &'m str, minutes: i64 },
    ExhibitorEmail = "mail/exhibitor_email.txt" { name: &'m str, event: &'m str, link: &'m str, minutes: i64 },
    Meeting = "mail/meeting.txt" {
        name: &'m str, with: &'m str, event: &'m str, begins: String, location: &'m str, note: &'m str,
        change: MeetingChange, link: &'m str
    },
    PasswordChanged = "mail/password_changed.txt" { name: &'m str, link: &'m str },
    SecondFactor = "mail/second_factor.txt" { name: &'m str, link: &'m str, change: FactorChange },
}

#[derive(Template)]
#[template(path = "mail/letter.html")]
struct Html<'t> {
    language: &'static str,
    subject: &'t str,
    parts: &'t [Part<'t>],
}

/// Writes a message in a language.
pub fn of(message: &Message, language: Language) -> Result<Letter, askama::Error> {
    let is_french = language == Language::Fr;
    let day = |at: Timestamp, place: &Place| moment(at, &place.timezone, language);
    let words = match message {
        Message::Invitation { place, link, expires_at } => {
            let (opening, until) = (day(place.starts_at, place), day(*expires_at, place));
            Invitation { is_french, place, opening, link, until }.render()
        }
        Message::OrganizerInvitation { name, organizer, role, link, days } => {
            OrganizerInvitation { is_french, name, organizer, role: *role, link, days: *days }.render()
        }
        Message::SpaceOpen { place, link } => {
            SpaceOpen { is_french, place, opening: day(place.starts_at, place), link }.render()
        }
        Message::Scanning { place, link, expires_at, is_admin, licences, closes_at } => Scanning {
            is_french,
            place,
            opening: day(place.starts_at, place),
            link,
            until: expires_at.map(|at| day(at, place)),
            is_admin: *is_admin,
            licences: *licences,
            closing: day(*closes_at, place),
        }
        .render(),
        Message::Reminder { place, link, expires_at, is_unpaired, is_untested, is_alone, asks_nothing } => Reminder {
            is_french,
            place,
            opening: day(place.starts_at, place),
            link,
            until: expires_at.map(|at| day(at, place)),
            is_unpaired: *is_unpaired,
            is_untested: *is_untested,
            is_alone: *is_alone,
            asks_nothing: *asks_nothing,
        }
        .render(),
        Message::Daily { place, link, closed_at, brought } => {
            Daily { is_french, place, link, closing: day(*closed_at, place), total: brought.total(), brought }.render()
        }
        Message::Retention { place, link, removes_at, days } => {
            Retention { is_french, place, link, until: day(*removes_at, place), days: *days }.render()
        }
        Message::ExportedForYou { place, by, rows, link } => {
            ExportedForYou { is_french, place, by, rows: *rows, link }.render()
        }
        Message::Erased { event } => Erased { is_french, event }.render(),
        Message::Evening { event, exhibitors, link } => {
            Evening { is_french, event, exhibitors: *exhibitors, link }.render()
        }
        Message::PasswordReset { name, link, minutes } => {
            PasswordReset { is_french, name, link, minutes: *minutes }.render()
        }
        Message::AttendeeSignIn { name, events, link, minutes } => {
            AttendeeSignIn { is_french, name, events, link, minutes: *minutes }.render()
        }
        Message::ExhibitorEmail { name, event, link, minutes } => {
            ExhibitorEmail { is_french, name, event, link, minutes: *minutes }.render()
        }
        Message::Meeting { name, with, event, timezone, starts_at, location, note, change, link, .. } => {
            let begins = moment(*starts_at, timezone, language);
            Meeting { is_french, name, with, event, begins, location, note, change: *change, link }.render()
        }
        Message::PasswordChanged { name, link } => PasswordChanged { is_french, name, link }.render(),
        Message::SecondFactor { name, change, link } => {
            SecondFactor { is_french, name, link, change: *change }.render()
        }
    }?;
    letter(&words, language)
}

fn letter(words: &str, language: Language) -> Result<Letter, askama::Error> {
    let mut paragraphs = Vec::new();
    let mut lines: Vec<&str> = Vec::new();
    for line in words.trim().lines().map(str::trim).chain([""]) {
        if !line.is_empty() {
            lines.push(line);
        } else if !lines.is_empty() {
            paragraphs.push(std::mem::take(&mut lines));
        }
    }
    let subject = paragraphs.first().map(|lines| lines.join(" ")).unwrap_or_default();
    let parts: Vec<Part<'_>> = paragraphs.iter().skip(1).map(|lines| part(lines)).collect();
    let html = Html { language: language.code(), subject: &subject, parts: &parts }.render()?;
    Ok(Letter { text: text(&parts), html, subject })
}

fn part<'t>(lines: &[&'t str]) -> Part<'t> {
    if let [line] = lines
        && let Some((label, link)) = line.strip_prefix("=> ").and_then(|rest| rest.split_once(" | "))
    {
        return Part::Button { label, link };
    }
    let items: Option<Vec<&str>> = lines.iter().map(|line| line.strip_prefix("- ")).collect();
    items.map_or_else(|| Part::Paragraph(lines.join(" ")), Part::List)
}

fn text(parts: &[Part<'_>]) -> String {
    let mut text = String::new();
    for part in parts {
        match part {
            Part::Paragraph(paragraph) => text.push_str(paragraph),
            Part::List(items) => {
                let lines: Vec<String> = items.iter().map(|item| format!("- {item}")).collect();
                text.push_str(&lines.join("\r\n"));
            }
            Part::Button { label, link } => text.extend([label, ":\r\n", link]),
        }
        text.push_str("\r\n\r\n");
    }
    text.truncate(text.trim_end().len());
    text.push_str("\r\n");
    text
}

/// `3 March 2026, 09:00` or `3 mars 2026 à 09:00`, at the event.
fn moment(at: Timestamp, timezone: &str, language: Language) -> String {
    const ENGLISH: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    const FRENCH: [&str; 12] = [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ];
    let zone = jiff::tz::TimeZone::get(timezone).unwrap_or(jiff::tz::TimeZone::UTC);
    let at = jiff::Timestamp::from_microsecond(at.as_micros()).unwrap_or_default().to_zoned(zone);
    let month = usize::try_from(at.month() - 1).unwrap_or(0).min(11);
    let (day, year, hour, minute) = (at.day(), at.year(), at.hour(), at.minute());
    match language {
        Language::En => format!("{day} {} {year}, {hour:02}:{minute:02}", ENGLISH[month]),
        Language::Fr => {
            let day = if day == 1 { "1er".to_owned() } else { day.to_string() };
            format!("{day} {} {year} à {hour:02}:{minute:02}", FRENCH[month])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: &str = "https://leads.example.org/invitations/li_x";

    fn place() -> Place {
        Place {
            name: "Ines <b>Ito</b>".into(),
            exhibitor: "Acme & Sons".into(),
            event: "Spring Fair".into(),
            timezone: "Europe/Paris".into(),
            starts_at: Timestamp::from_micros(1_772_438_400_000_000),
        }
    }

    fn every_message() -> Vec<Message> {
        let (link, at) = (LINK.to_owned(), Timestamp::from_micros(1_773_000_000_000_000));
        let meeting = |change| Message::Meeting {
            name: "Noor Aziz".into(),
            with: "Acme".into(),
            event: "Spring Fair".into(),
            timezone: "Europe/Paris".into(),
            starts_at: at,
            location: "Table 4".into(),
            note: "Gladly".into(),
            change,
            link: link.clone(),
            calendar: crate::mail::Calendar { method: "REQUEST".into(), text: String::new() },
        };
        let scanning = |is_admin, licences, expires_at| Message::Scanning {
            place: place(),
            link: link.clone(),
            expires_at,
            is_admin,
            licences,
            closes_at: at,
        };
        let reminder = |expires_at: Option<Timestamp>| Message::Reminder {
            place: place(),
            link: link.clone(),
            expires_at,
            is_unpaired: true,
            is_untested: true,
            is_alone: expires_at.is_some(),
            asks_nothing: expires_at.is_none(),
        };
        let asked = |role| Message::OrganizerInvitation {
            name: "Ines <b>Ito</b>".into(),
            organizer: "Acme & Sons".into(),
            role,
            link: link.clone(),
            days: 14,
        };
        let daily = |brought| Message::Daily { place: place(), link: link.clone(), closed_at: at, brought };
        vec![
            Message::Invitation { place: place(), link: link.clone(), expires_at: at },
            asked(OrganizerRole::Owner),
            asked(OrganizerRole::Manager),
            asked(OrganizerRole::Viewer),
            asked(OrganizerRole::Desk),
            Message::SpaceOpen { place: place(), link: link.clone() },
            scanning(true, Some(1), Some(at)),
            scanning(true, Some(5), None),
            scanning(false, None, Some(at)),
            reminder(Some(at)),
            reminder(None),
            Message::Retention { place: place(), link: link.clone(), removes_at: at, days: 14 },
            daily(DayOfLeads { hot: 1, warm: 0, cold: 0, unrated: 0, people: Vec::new(), phones: Vec::new() }),
            daily(DayOfLeads {
                hot: 3,
                warm: 2,
                cold: 1,
                unrated: 4,
                people: vec![("Ines Ito".into(), 6), ("Omar Bey".into(), 4)],
                phones: vec![("Stand phone".into(), 2)],
            }),
            Message::ExportedForYou { place: place(), by: "Olga Owner".into(), rows: 12, link: link.clone() },
            Message::Evening { event: "Spring Fair".into(), exhibitors: 1, link: link.clone() },
            Message::Evening { event: "Spring Fair".into(), exhibitors: 7, link: link.clone() },
            Message::PasswordReset { name: "Ines Ito".into(), link: link.clone(), minutes: 60 },
            meeting(MeetingChange::Asked),
            meeting(MeetingChange::Moved),
            meeting(MeetingChange::Accepted),
            meeting(MeetingChange::Declined),
            meeting(MeetingChange::Cancelled),
            meeting(MeetingChange::Expired),
            meeting(MeetingChange::Reminder),
            Message::AttendeeSignIn {
                name: "Ines Ito".into(),
                events: "Spring Fair".into(),
                link: link.clone(),
                minutes: 60,
            },
            Message::ExhibitorEmail {
                name: "Ines <b>Ito</b>".into(),
                event: "Fair & Sons".into(),
                link: link.clone(),
                minutes: 60,
            },
            Message::PasswordChanged { name: "Ines Ito".into(), link: link.clone() },
            Message::SecondFactor { name: "Ines".into(), change: FactorChange::On, link: link.clone() },
            Message::SecondFactor { name: "Ines".into(), change: FactorChange::Off, link: link.clone() },
            Message::SecondFactor { name: "Ines".into(), change: FactorChange::RecoveryUsed, link },
        ]
    }

    #[test]
    fn every_message_says_the_same_in_text_and_html_and_differs_by_language() {
        for message in every_message() {
            let [en, fr] = [Language::En, Language::Fr].map(|language| of(&message, language).expect("a letter"));
            assert_ne!(en.subject, fr.subject);
            assert_ne!(en.text, fr.text);
            for (letter, code) in [(&en, "en"), (&fr, "fr")] {
                assert!(!letter.subject.is_empty() && !letter.subject.contains('\n'), "{letter:?}");
                assert!(letter.text.contains(LINK) && letter.html.contains(LINK), "{letter:?}");
                assert!(letter.html.contains(&format!("lang=\"{code}\"")));
                assert!(!letter.text.contains("=>") && !letter.text.contains("{{"), "{}", letter.text);
                for paragraph in letter.text.split("\r\n\r\n").filter(|part| !part.contains(['<', '&', ':', '-'])) {
                    assert!(letter.html.contains(paragraph.trim()), "{paragraph} is not in {}", letter.html);
                }
            }
        }
    }

    #[test]
    fn nothing_that_somebody_typed_is_markup_and_nothing_comes_from_elsewhere() {
        for message in every_message() {
            let letter = of(&message, Language::En).expect("a letter");
            assert!(!letter.html.contains("<b>Ito") && !letter.html.contains("& Sons"), "{}", letter.html);
            assert!(!letter.html.contains("<img") && !letter.html.contains("<script"), "{}", letter.html);
        }
        let letter = of(&every_message()[0], Language::En).expect("a letter");
        assert!(letter.text.contains("Acme & Sons"), "plain text is not escaped: {}", letter.text);
    }

    #[test]
    fn moments_are_told_as_the_event_tells_them() {
        let at = Timestamp::from_micros(1_772_438_400_000_000);
        assert_eq!(moment(at, "Europe/Paris", Language::En), "2 March 2026, 09:00");
        assert_eq!(moment(at, "America/New_York", Language::Fr), "2 mars 2026 à 03:00");
        assert_eq!(moment(at.plus_micros(-86_400_000_000), "Europe/Paris", Language::Fr), "1er mars 2026 à 09:00");
    }

    #[test]
    fn a_template_is_a_subject_and_parts() {
        let letter = letter("\nHello\n\nA line\nand more.\n\n- one\n- two\n\n=> Open it | https://x/y\n", Language::En);
        let letter = letter.expect("a letter");
        assert_eq!(letter.subject, "Hello");
        assert_eq!(letter.text, "A line and more.\r\n\r\n- one\r\n- two\r\n\r\nOpen it:\r\nhttps://x/y\r\n");
    }
}
