//! What each message says: the keys of its subject and of its parts, in order, and what fills them. The
//! texts are in `words/locales`, in the files `mails` and `mails_accounts`.

use super::letter::Draft;
use super::{DayOfLeads, FactorChange, MeetingChange, Message, Place};
use crate::access::OrganizerRole;
use crate::words::{Text, Words};
use mobile_core::time::Timestamp;

/// A message as a letter in these words.
pub(super) fn draft(message: &Message, words: Words) -> Draft {
    let t = |key| words.t(key);
    match message {
        Message::Invitation { place, link, expires_at, is_registered } => {
            let asks = of_place("mail-invitation-asks", place, words).with("opening", opening(place, words));
            Draft::new(words, of_place("mail-invitation-subject", place, words))
                .say(hello(&place.name, words))
                .say(asks)
                .say_if(*is_registered, of_place("account-registered-already", place, words))
                .button(t("mail-join-the-team"), link)
                .say(t("mail-invitation-link").with("until", moment(*expires_at, &place.timezone, words)))
                .say(t("mail-invitation-ignore"))
        }
        Message::OrganizerInvitation { name, organizer, role, link, days } => {
            Draft::new(words, t("mail-organizer-subject").with("organizer", organizer))
                .say(hello(name, words))
                .say(t("mail-organizer-asks").with("organizer", organizer))
                .list([t(role_key(*role))])
                .button(t("mail-organizer-accept"), link)
                .say(t("mail-organizer-link").with("days", days))
                .say(t("mail-organizer-ignore"))
        }
        Message::SpaceOpen { place, link } => {
            Draft::new(words, t("mail-space-subject").with("exhibitor", &place.exhibitor))
                .say(hello(&place.name, words))
                .say(of_place("mail-space-open", place, words).with("opening", opening(place, words)))
                .button(t("mail-open-your-space"), link)
                .say(t("mail-space-sign-in"))
        }
        Message::Scanning { place, link, expires_at, is_registered, is_admin, licences, closes_at } => {
            let open = of_place("mail-scanning-open", place, words).with("opening", opening(place, words));
            let steps = if *is_admin {
                let licences = licences.map_or_else(
                    || t("mail-scanning-no-limit"),
                    |licences| t("mail-scanning-licences").with("licences", licences),
                );
                [t("mail-scanning-make-codes"), t("mail-scanning-scan-it"), licences]
            } else {
                [t("mail-scanning-ask-code"), t("mail-scanning-scan-code"), t("mail-scanning-offline")]
            };
            let draft = Draft::new(words, of_place("mail-scanning-subject", place, words))
                .say(hello(&place.name, words))
                .say(open)
                .list(steps)
                .say_if(*is_registered, of_place("account-registered-already", place, words));
            way_in(draft, place, (link, *expires_at), words)
                .say(t("mail-scanning-terms").with("closing", moment(*closes_at, &place.timezone, words)))
        }
        Message::Reminder { place, link, expires_at, is_unpaired, is_untested, is_alone, asks_nothing } => {
            let left = [
                (expires_at.is_some(), "mail-reminder-join"),
                (*is_alone, "mail-reminder-invite"),
                (*is_unpaired, "mail-reminder-pair"),
                (*is_untested, "mail-reminder-practise"),
                (*asks_nothing, "mail-reminder-questions"),
                (true, "mail-reminder-watch"),
            ];
            let draft = Draft::new(words, of_place("mail-reminder-subject", place, words))
                .say(hello(&place.name, words))
                .say(of_place("mail-reminder-minutes", place, words).with("opening", opening(place, words)))
                .list(left.into_iter().filter(|(is_left, _)| *is_left).map(|(_, key)| words.t(key)));
            way_in(draft, place, (link, *expires_at), words)
        }
        Message::Daily { place, link, closed_at, brought } => {
            daily(place, brought, moment(*closed_at, &place.timezone, words), words)
                .button(t("mail-daily-look"), link)
                .say(t("mail-daily-why"))
        }
        Message::Retention { place, link, removes_at, days } => {
            let until = moment(*removes_at, &place.timezone, words);
            Draft::new(words, of_place("mail-retention-subject", place, words).with("days", days))
                .say(hello(&place.name, words))
                .say(t("mail-retention-when").with("until", until).with("event", &place.event))
                .say(t("mail-retention-download"))
                .button(t("mail-retention-export"), link)
                .say(t("mail-retention-late"))
        }
        Message::ExportedForYou { place, by, rows, link } => {
            let exported = t("mail-exported-by").with("by", by).with("exhibitor", &place.exhibitor);
            Draft::new(words, of_place("mail-exported-subject", place, words))
                .say(hello(&place.name, words))
                .say(exported.with("rows", rows))
                .say(t("mail-exported-not-asked"))
                .button(t("mail-exported-see"), link)
        }
        Message::Erased { event } => Draft::new(words, t("mail-erased-subject").with("event", event))
            .say(t("mail-hello-nobody"))
            .say(t("mail-erased-what").with("event", event))
            .say(t("mail-erased-downloads"))
            .say(t("mail-erased-last")),
        Message::Evening { event, exhibitors, link } => {
            Draft::new(words, t("mail-evening-subject").with("event", event))
                .say(t("mail-hello-nobody"))
                .say(t("mail-evening-met").with("exhibitors", exhibitors).with("event", event))
                .say(t("mail-evening-area"))
                .button(t("mail-open-my-area"), link)
                .say(t("mail-evening-once"))
        }
        Message::PasswordReset { name, link, minutes } => Draft::new(words, t("mail-reset-subject"))
            .say(hello(name, words))
            .say(t("mail-reset-asked"))
            .button(t("mail-choose-a-password"), link)
            .say(t("mail-reset-link").with("minutes", minutes))
            .say(t("mail-reset-ignore")),
        Message::AttendeeSignIn { name, events, link, minutes } => Draft::new(words, t("mail-area-subject"))
            .say(hello(name, words))
            .say(t("mail-area-link").with("events", events))
            .button(t("mail-open-my-area"), link)
            .say(t("mail-area-once").with("minutes", minutes))
            .say(t("mail-area-ignore")),
        Message::ExhibitorEmail { name, event, link, minutes } => Draft::new(words, t("mail-address-subject"))
            .say(t("mail-hello-nobody"))
            .say(t("mail-address-asks").with("name", name).with("event", event))
            .button(t("mail-address-yes"), link)
            .say(t("mail-address-once").with("minutes", minutes))
            .say(t("mail-address-ignore")),
        Message::Meeting { name, with, event, timezone, starts_at, location, note, change, link, .. } => {
            let met = Met { with, event, location, note };
            meeting(name, &met, moment(*starts_at, timezone, words), *change, words)
                .button(t(answer_key(*change)), link)
                .say(t("mail-meeting-calendar"))
        }
        Message::PasswordChanged { name, link } => Draft::new(words, t("mail-changed-subject"))
            .say(hello(name, words))
            .say(t("mail-changed-just"))
            .say(t("mail-changed-not-you"))
            .button(t("mail-choose-a-password"), link),
        Message::SecondFactor { name, change, link } => {
            let (subject, what) = match change {
                FactorChange::On => ("mail-factor-on-subject", "mail-factor-on"),
                FactorChange::Off => ("mail-factor-off-subject", "mail-factor-off"),
                FactorChange::RecoveryUsed => ("mail-factor-recovery-subject", "mail-factor-recovery"),
            };
            Draft::new(words, t(subject))
                .say(hello(name, words))
                .say(t(what))
                .say(t("mail-factor-not-you"))
                .button(t("mail-factor-look"), link)
        }
    }
}

/// A text that names exhibitor and event.
fn of_place<'k>(key: &'k str, place: &Place, words: Words) -> Text<'k> {
    words.t(key).with("exhibitor", &place.exhibitor).with("event", &place.event)
}

fn hello(name: &str, words: Words) -> Text<'static> {
    if name.is_empty() { words.t("mail-hello-nobody") } else { words.t("mail-hello").with("name", name) }
}

/// The space, or the invitation into it, which works once.
fn way_in(draft: Draft, place: &Place, (link, expires_at): (&str, Option<Timestamp>), words: Words) -> Draft {
    match expires_at {
        Some(at) => draft
            .button(words.t("mail-join-the-team"), link)
            .say(words.t("mail-works-until").with("until", moment(at, &place.timezone, words))),
        None => draft.button(words.t("mail-open-your-space"), link),
    }
}

fn daily(place: &Place, brought: &DayOfLeads, closing: String, words: Words) -> Draft {
    let counts = [
        ("mail-daily-hot", brought.hot),
        ("mail-daily-warm", brought.warm),
        ("mail-daily-cold", brought.cold),
        ("mail-daily-unrated", brought.unrated),
    ];
    let named = |(name, count): &(String, i64)| words.t("mail-daily-count").with("name", name).with("count", count);
    let draft = Draft::new(words, of_place("mail-daily-subject", place, words).with("total", brought.total()))
        .say(hello(&place.name, words))
        .say(words.t("mail-daily-brought").with("closing", closing))
        .list(counts.map(|(key, count)| words.t(key).with("count", count)));
    let draft = if brought.people.is_empty() { draft } else { draft.say(words.t("mail-daily-people")) };
    let draft = draft.list(brought.people.iter().map(named));
    let sent = if brought.phones.is_empty() { "mail-daily-all-sent" } else { "mail-daily-phones-hold" };
    draft.say(words.t(sent)).list(brought.phones.iter().map(named))
}

/// What a mail about a meeting names.
struct Met<'m> {
    with: &'m str,
    event: &'m str,
    location: &'m str,
    note: &'m str,
}

fn meeting(name: &str, met: &Met<'_>, begins: String, change: MeetingChange, words: Words) -> Draft {
    let (subject, sentence) = match change {
        MeetingChange::Asked => ("mail-meeting-asked-subject", "mail-meeting-asked"),
        MeetingChange::Moved => ("mail-meeting-moved-subject", "mail-meeting-moved"),
        MeetingChange::Accepted => ("mail-meeting-accepted-subject", "mail-meeting-accepted"),
        MeetingChange::Declined => ("mail-meeting-declined-subject", "mail-meeting-declined"),
        MeetingChange::Cancelled => ("mail-meeting-cancelled-subject", "mail-meeting-cancelled"),
        MeetingChange::Expired => ("mail-meeting-expired-subject", "mail-meeting-expired"),
        MeetingChange::Reminder => ("mail-meeting-soon-subject", "mail-meeting-soon"),
    };
    let (subject, who) = if met.with.is_empty() {
        (words.t(subject), words.t("mail-meeting-an-attendee").to_string())
    } else {
        let whole = words.t("mail-meeting-subject").with("what", words.t(subject));
        (whole.with("with", met.with), met.with.to_owned())
    };
    let time = if met.location.is_empty() {
        words.t("mail-meeting-time")
    } else {
        words.t("mail-meeting-time-and-place").with("location", met.location)
    };
    let draft = Draft::new(words, subject)
        .say(hello(name, words))
        .say(words.t(sentence).with("who", who).with("event", met.event))
        .say(time.with("begins", begins));
    if met.note.is_empty() { draft } else { draft.say(words.t("mail-meeting-note").with("note", met.note)) }
}

const fn answer_key(change: MeetingChange) -> &'static str {
    match change {
        MeetingChange::Asked | MeetingChange::Moved => "mail-meeting-answer",
        _ => "mail-meeting-see",
    }
}

const fn role_key(role: OrganizerRole) -> &'static str {
    match role {
        OrganizerRole::Owner => "mail-organizer-owner",
        OrganizerRole::Manager => "mail-organizer-manager",
        OrganizerRole::Viewer => "mail-organizer-viewer",
        OrganizerRole::Desk => "mail-organizer-desk",
    }
}

fn opening(place: &Place, words: Words) -> String {
    moment(place.starts_at, &place.timezone, words)
}

/// A moment as the event tells it: `3 March 2026, 09:00`.
pub(super) fn moment(at: Timestamp, timezone: &str, words: Words) -> String {
    let zone = jiff::tz::TimeZone::get(timezone).unwrap_or(jiff::tz::TimeZone::UTC);
    let at = jiff::Timestamp::from_microsecond(at.as_micros()).unwrap_or_default();
    words.date_and_time(at.to_zoned(zone).datetime())
}
