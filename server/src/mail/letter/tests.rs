//! Every letter in every language, whatever people are called.

use super::*;
use crate::access::OrganizerRole;
use crate::mail::{DayOfLeads, FactorChange, MeetingChange, Place};
use mobile_core::time::Timestamp;

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

fn french() -> Words {
    Words::named("fr").expect("French")
}

fn day() -> DayOfLeads {
    DayOfLeads { hot: 3, warm: 2, cold: 1, unrated: 4, people: Vec::new(), phones: Vec::new() }
}

fn meeting(change: MeetingChange, name: &str) -> Message {
    Message::Meeting {
        name: name.into(),
        with: name.into(),
        event: "Spring Fair".into(),
        timezone: "Europe/Paris".into(),
        starts_at: Timestamp::from_micros(1_773_000_000_000_000),
        location: name.into(),
        note: name.into(),
        change,
        link: LINK.to_owned(),
        calendar: crate::mail::Calendar { method: "REQUEST".into(), text: String::new() },
    }
}

/// The same, where everybody has a usual name.
fn renamed(message: &Message) -> Message {
    match message {
        Message::Daily { link, closed_at, .. } => {
            let (people, phones) = (vec![("Ines".into(), 1)], vec![("Phone".into(), 1)]);
            let brought = DayOfLeads { people, phones, ..day() };
            Message::Daily { place: place(), link: link.clone(), closed_at: *closed_at, brought }
        }
        Message::ExportedForYou { link, .. } => {
            Message::ExportedForYou { place: place(), by: "Olga".into(), rows: 2, link: link.clone() }
        }
        _ => meeting(MeetingChange::Asked, "Acme"),
    }
}

fn every_message() -> Vec<Message> {
    let (link, at) = (LINK.to_owned(), Timestamp::from_micros(1_773_000_000_000_000));
    let meeting = |change| meeting(change, "Acme");
    let scanning = |is_admin, licences, expires_at| Message::Scanning {
        place: place(),
        link: link.clone(),
        expires_at,
        is_registered: expires_at.is_some(),
        is_admin,
        licences,
        closes_at: at,
    };
    let invitation =
        |is_registered| Message::Invitation { place: place(), link: link.clone(), expires_at: at, is_registered };
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
        invitation(false),
        invitation(true),
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
        let [en, fr] = [Words::default(), french()].map(|words| of(&message, words).expect("a letter"));
        assert_ne!(en.subject, fr.subject);
        assert_ne!(en.text, fr.text);
        for (letter, code) in [(&en, "en"), (&fr, "fr")] {
            assert!(!letter.subject.is_empty() && !letter.subject.contains('\n'), "{letter:?}");
            assert!(letter.text.contains(LINK) && letter.html.contains(LINK), "{letter:?}");
            assert!(letter.html.contains(&format!("lang=\"{code}\"")));
            assert!(!letter.text.contains(['⟦', '{']) && !letter.subject.contains(['⟦', '{']), "{}", letter.text);
            for paragraph in letter.text.split("\r\n\r\n").filter(|part| !part.contains(['<', '&', ':', '-'])) {
                assert!(letter.html.contains(paragraph.trim()), "{paragraph} is not in {}", letter.html);
            }
        }
    }
}

#[test]
fn nothing_that_somebody_typed_is_markup_and_nothing_comes_from_elsewhere() {
    for message in every_message() {
        let letter = of(&message, Words::default()).expect("a letter");
        assert!(!letter.html.contains("<b>Ito") && !letter.html.contains("& Sons"), "{}", letter.html);
        assert!(!letter.html.contains("<img") && !letter.html.contains("<script"), "{}", letter.html);
    }
    let letter = of(&every_message()[0], Words::default()).expect("a letter");
    assert!(letter.text.contains("Acme & Sons"), "plain text is not escaped: {}", letter.text);
}

#[test]
fn moments_are_told_as_the_event_tells_them() {
    let at = Timestamp::from_micros(1_772_438_400_000_000);
    let moment = |at, timezone, words| written::moment(at, timezone, words);
    assert_eq!(moment(at, "Europe/Paris", Words::default()), "2 March 2026, 09:00");
    assert_eq!(moment(at, "America/New_York", french()), "2 mars 2026 à 03:00");
    assert_eq!(moment(at.plus_micros(-86_400_000_000), "Europe/Paris", french()), "1er mars 2026 à 09:00");
}

#[test]
fn a_letter_is_a_subject_and_parts() {
    let words =
        Words::written("xx", "subject = Hello\nline =\n    A line\n    and more.\nentry = { $name }\nbutton = Open it");
    let draft = Draft::new(words, words.t("subject")).say(words.t("line"));
    let draft = draft.list(["one", "two"].map(|name| words.t("entry").with("name", name))).list([]);
    let letter = draft.button(words.t("button"), "https://x/y").finish().expect("a letter");
    assert_eq!(letter.subject, "Hello");
    assert_eq!(letter.text, "A line and more.\r\n\r\n- one\r\n- two\r\n\r\nOpen it:\r\nhttps://x/y\r\n");
}

#[test]
fn what_somebody_is_called_makes_no_part_of_its_own() {
    for name in
        ["=> Win | https://evil.example/", "Ines\n\n=> Win | https://evil.example/\n\n- x", "- Ines\r\n\u{2028}- Omar"]
    {
        let place = Place { name: name.into(), exhibitor: name.into(), event: name.into(), ..place() };
        let brought = DayOfLeads { people: vec![(name.into(), 1)], phones: vec![(name.into(), 1)], ..day() };
        let link = LINK.to_owned();
        let messages = [
            Message::Daily { place: place.clone(), link: link.clone(), closed_at: place.starts_at, brought },
            Message::ExportedForYou { place, by: name.into(), rows: 2, link: link.clone() },
            meeting(MeetingChange::Asked, name),
        ];
        for message in messages {
            for words in [Words::default(), french()] {
                let letter = of(&message, words).expect("a letter");
                let draft = written::draft(&message, words);
                let harmless = written::draft(&renamed(&message), words);
                let shape = |draft: &Draft| -> Vec<_> { draft.parts.iter().map(std::mem::discriminant).collect() };
                assert_eq!(shape(&draft), shape(&harmless), "{name:?}");
                assert!(!letter.html.contains("href=\"https://evil"), "{}", letter.html);
                assert!(!letter.subject.contains(['\n', '\r', '\u{2028}']), "{:?}", letter.subject);
                let starts: Vec<&str> = letter.text.lines().filter(|line| line.starts_with("https://")).collect();
                assert!(starts.iter().all(|line| line.starts_with(LINK)), "{}", letter.text);
                assert_eq!(
                    letter.text.lines().filter(|line| line.is_empty()).count() + 1,
                    draft.parts.len(),
                    "{}",
                    letter.text
                );
            }
        }
    }
}

#[test]
fn a_letter_comes_in_a_language_that_lies_in_one_file_and_in_english_where_that_says_nothing() {
    let german = Words::written(
        "de",
        "number-group = .\ndate-months = Januar Februar März\ndate-month-day = { $day }. { $month }\n\
         date-moment = { $day } um { $time } Uhr\n\
         mail-hello = Guten Tag { $name },\n\
         mail-retention-subject = { $days ->\n    [one] Noch ein Tag\n   *[other] Noch { $days } Tage\n }\n\
         mail-retention-when = Am { $until } werden die Kontakte gelöscht.",
    );
    let at = Timestamp::from_micros(1_772_438_400_000_000);
    let message = |days| Message::Retention { place: place(), link: LINK.to_owned(), removes_at: at, days };
    let letter = of(&message(14), german).expect("a letter");
    assert_eq!(letter.subject, "Noch 14 Tage");
    assert_eq!(of(&message(1), german).expect("a letter").subject, "Noch ein Tag");
    assert!(letter.text.starts_with("Guten Tag Ines <b>Ito</b>,\r\n"), "{}", letter.text);
    assert!(letter.text.contains("Am 2. März 2026 um 09:00 Uhr werden"), "{}", letter.text);
    assert!(letter.text.contains("If you still need them, download your leads before then."), "{}", letter.text);
    assert!(letter.html.contains("lang=\"de\""), "{}", letter.html);
}
