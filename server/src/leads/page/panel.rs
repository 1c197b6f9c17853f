//! How one lead looks beside the list: who, rating, facts, tags, notes, and its history by day.

use super::answers::{self, Answered};
use super::row::{self, Flag};
use crate::events::cache::Names;
use crate::forms::Known;
use crate::leads::history::{History, HistoryEntry};
use crate::web::EventZone;
use crate::web::text::{counted, dotted, json_in_page};
use mobile_core::capture::{ContactField, Rating};
use mobile_core::time::Timestamp;
use mobile_core::wire::LeadView;
use mobile_core::wire::lead::ConsentState;
use serde_json::Value;

/// A rating to choose.
pub struct Choice {
    /// `hot`, `warm`, `cold`.
    pub value: &'static str,
    /// For people.
    pub label: &'static str,
    /// Whether it is in force.
    pub is_on: bool,
}

/// A line of what is known.
pub struct Fact {
    /// What it is.
    pub label: String,
    /// The value.
    pub value: String,
    /// Where it leads; empty for plain text.
    pub href: String,
    /// A remark below it.
    pub note: String,
}

/// A note.
pub struct Note {
    /// What it says.
    pub text: String,
    /// Who wrote it.
    pub who: String,
    /// When, RFC 3339.
    pub iso: String,
    /// When, for people.
    pub time: String,
}

/// Something somebody did.
pub struct Entry {
    /// The icon's name.
    pub icon: &'static str,
    /// `hot`, `warm`, `cold`, `annulled` or empty: the colour.
    pub kind: &'static str,
    /// What was done.
    pub text: String,
    /// What was written; empty where it is shown elsewhere.
    pub quote: String,
    /// Who did it, on what.
    pub by: String,
    /// When, RFC 3339.
    pub iso: String,
    /// The time of day.
    pub time: String,
}

/// The entries of one local day, newest first.
pub struct Day {
    /// `Today`, `Yesterday`, `Friday 20 November`.
    pub label: String,
    /// Newest first.
    pub entries: Vec<Entry>,
}

/// The panel; empty and closed by default.
#[derive(Default)]
pub struct Panel {
    /// Whether a lead is open.
    pub is_open: bool,
    /// Whether the reader may change it.
    pub can_edit: bool,
    /// The lead.
    pub id: String,
    /// Its version, for `If-Match`.
    pub version: i64,
    /// The person, or what is shown instead.
    pub name: String,
    /// Position and employer.
    pub role: String,
    /// What to know before calling.
    pub flags: Vec<Flag>,
    /// Why little is shown, when that is so.
    pub explanation: &'static str,
    /// Where closing leads.
    pub close_href: String,
    /// The three ratings.
    pub ratings: Vec<Choice>,
    /// Contact details and the rest.
    pub facts: Vec<Fact>,
    /// What was answered, in words.
    pub answers: Vec<Answered>,
    /// Whether somebody may answer now.
    pub can_answer: bool,
    /// The answers as they are kept, for the questions to begin with.
    pub raw_answers: String,
    /// The tags in force.
    pub tags: Vec<String>,
    /// Notes in all.
    pub note_count: u64,
    /// The newest notes, newest first.
    pub notes: Vec<Note>,
    /// Where older notes are, as a sentence.
    pub notes_left: String,
    /// Newest day first.
    pub history: Vec<Day>,
    /// Where older entries are, as a sentence.
    pub history_left: &'static str,
}

/// What a panel is painted with.
pub struct PanelStyle<'a> {
    /// The event's zone.
    pub zone: &'a EventZone,
    /// Now.
    pub now: Timestamp,
    /// Where closing leads.
    pub close_href: String,
    /// Names of the event's members.
    pub names: &'a Names,
    /// Whether the reader may change leads.
    pub can_edit: bool,
    /// Whether the package includes asking questions.
    pub can_ask: bool,
    /// What was ever asked.
    pub known: &'a Known,
    /// The language of its words.
    pub language: &'static str,
}

impl Panel {
    /// The panel of a lead.
    pub fn of(lead: &LeadView, history: &History, style: &PanelStyle<'_>) -> Self {
        let name = row::name(lead);
        let can_edit = style.can_edit && !row::is_closed(lead);
        let older = lead.note_count.saturating_sub(lead.notes.len() as u64);
        Self {
            is_open: true,
            can_edit,
            answers: answers::in_words(lead, style.known, style.language),
            can_answer: can_edit && style.can_ask && !style.known.form.questions.is_empty(),
            raw_answers: json_in_page(&lead.answers),
            id: lead.id.to_string(),
            version: lead.version,
            role: joined(lead, &[ContactField::JobTitle, ContactField::Company], ", "),
            flags: row::flags(lead, &name),
            explanation: explanation(lead, &name),
            close_href: style.close_href.clone(),
            ratings: [(Rating::Hot, "Hot"), (Rating::Warm, "Warm"), (Rating::Cold, "Cold")]
                .map(|(rating, label)| Choice { value: rating.as_str(), label, is_on: lead.rating == Some(rating) })
                .into(),
            facts: facts(lead),
            tags: lead.tags.clone(),
            note_count: lead.note_count,
            notes: notes(lead, style),
            notes_left: if older > 0 && !lead.notes.is_empty() {
                format!("{} in the history below.", counted(older, "older note is", "older notes are"))
            } else {
                String::new()
            },
            history: days(lead, &history.items, style),
            history_left: if history.next_cursor.is_some() { "What is older is in the export's scan log." } else { "" },
            name,
        }
    }
}

fn joined(lead: &LeadView, fields: &[ContactField], separator: &str) -> String {
    let parts = fields.iter().map(|field| row::field(lead, *field)).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(separator)
}

fn explanation(lead: &LeadView, name: &str) -> &'static str {
    match (lead.consent, name) {
        (ConsentState::Withdrawn, _) => {
            "This person asked that their details be hidden from you. That you met stays; details and notes are no longer shown."
        }
        (ConsentState::Erased, _) => "This person's data was erased on their request.",
        (_, "Details follow") => {
            "This badge was scanned before its registration arrived. The details appear here by themselves as soon as it does."
        }
        (_, "Revoked badge") => {
            "This badge was reported lost, cancelled or misused before it was scanned, so nothing is shown of its owner."
        }
        (_, "Waiting for consent") => "The details appear here when this person agrees to share them with you.",
        (_, "Not disclosed") => "The organiser does not share the details of this category of visitors.",
        _ => "",
    }
}

fn facts(lead: &LeadView) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut add = |label: &str, value: String, href: String, note: String| {
        if !value.is_empty() {
            facts.push(Fact { label: label.to_owned(), value, href, note });
        }
    };
    // What the stand typed is shown beside what was registered, never over it.
    let own = |field| {
        let registered = lead.registration.as_ref().and_then(|registration| registration.contact.get(field));
        let typed = lead.contact.as_ref().and_then(|contact| contact.get(field));
        match (registered, typed) {
            (Some(registered), Some(typed)) if registered != typed => format!("Your team noted {typed}"),
            _ => String::new(),
        }
    };
    let email = row::field(lead, ContactField::Email);
    add("E-mail", email.to_owned(), format!("mailto:{email}"), own(ContactField::Email));
    let phone = row::field(lead, ContactField::Phone);
    let dialled: String = phone.chars().filter(|digit| digit.is_ascii_digit() || *digit == '+').collect();
    add("Phone", phone.to_owned(), format!("tel:{dialled}"), own(ContactField::Phone));
    let town = joined(lead, &[ContactField::Postcode, ContactField::City], " ");
    let place = [row::field(lead, ContactField::Street), &town, row::field(lead, ContactField::Country)];
    let place = place.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    add("Address", place, String::new(), String::new());
    add("Language", row::field(lead, ContactField::Language).to_owned(), String::new(), String::new());
    add("Category", row::category(lead), String::new(), String::new());
    let badge = lead.registration.as_ref().and_then(|registration| registration.badge_number.clone());
    add("Badge", badge.unwrap_or_default(), String::new(), String::new());
    add("Stage", lead.stage.clone().unwrap_or_default(), String::new(), String::new());
    add("Follow-up", lead.owner_name.clone().unwrap_or_default(), String::new(), String::new());
    facts
}

fn notes(lead: &LeadView, style: &PanelStyle<'_>) -> Vec<Note> {
    let newest_first = lead.notes.iter().rev();
    let note = newest_first.map(|note| Note {
        text: note.text.clone(),
        who: who(note.operator.as_deref(), note.member_name.as_deref()).to_owned(),
        iso: note.at.to_string(),
        time: style.zone.short(note.at, style.now),
    });
    note.collect()
}

fn who<'a>(operator: Option<&'a str>, member: Option<&'a str>) -> &'a str {
    operator.or(member).unwrap_or("Somebody of the team")
}

fn days(lead: &LeadView, items: &[HistoryEntry], style: &PanelStyle<'_>) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    for item in items {
        let (icon, kind, text, quote) = deed(lead, item, style);
        let by = who(item.operator.as_deref(), item.member_name.as_deref());
        let entry = Entry {
            icon,
            kind: if item.is_annulled { "annulled" } else { kind },
            text: if item.is_annulled { format!("{text} (taken back)") } else { text },
            quote,
            by: dotted(&[by, item.device_name.as_deref().unwrap_or_default()]),
            iso: item.at.to_string(),
            time: style.zone.clock(item.at),
        };
        let label = style.zone.day_name(item.at, style.now);
        match days.last_mut() {
            Some(day) if day.label == label => day.entries.push(entry),
            _ => days.push(Day { label, entries: vec![entry] }),
        }
    }
    days
}

/// What was done: icon, colour, sentence, and what was written where that is not shown elsewhere.
fn deed(lead: &LeadView, item: &HistoryEntry, style: &PanelStyle<'_>) -> (&'static str, &'static str, String, String) {
    let PanelStyle { names, known, language, .. } = *style;
    let text = |field: &str| item.capture.get(field).and_then(Value::as_str).unwrap_or_default();
    let plain_deed = |icon, sentence: &str| (icon, "", sentence.to_owned(), String::new());
    match item.kind.as_str() {
        "scan" => match text("entry") {
            "typed" => plain_deed("scan", "Typed the badge number"),
            "reader" => plain_deed("scan", "Scanned with a reader"),
            "photo" => plain_deed("scan", "Scanned from a photo"),
            _ => plain_deed("scan", "Scanned"),
        },
        "note" => {
            let is_above = lead.notes.iter().any(|note| note.id == item.id);
            let quote = if is_above { String::new() } else { text("text").to_owned() };
            ("note", "", "Wrote a note".to_owned(), quote)
        }
        "rating" => match Rating::from_name(text("rating")) {
            Some(rating) => (rating.as_str(), rating.as_str(), format!("Rated {}", rating.as_str()), String::new()),
            None => plain_deed("undo", "Cleared the rating"),
        },
        "tags" => {
            let list = |field| answers::plain(item.capture.get(field).unwrap_or(&Value::Null));
            let sentence = match (list("add"), list("remove")) {
                (added, removed) if removed.is_empty() => format!("Tagged {added}"),
                (added, removed) if added.is_empty() => format!("Removed the tag {removed}"),
                (added, removed) => format!("Tagged {added}, removed {removed}"),
            };
            plain_deed("tag", &sentence)
        }
        "stage" if text("stage").is_empty() => plain_deed("stage", "Cleared the stage"),
        "stage" => plain_deed("stage", &format!("Moved to {}", text("stage"))),
        "owner" => {
            let owner = text("owner_id").parse().ok().and_then(|owner| names.member(owner));
            plain_deed(
                "person",
                &owner.map_or_else(|| "Took the follow-up back".to_owned(), |name| format!("Handed to {name}")),
            )
        }
        "answers" => {
            ("check", "", "Answered the questions".to_owned(), answers::quoted(&item.capture, known, language))
        }
        "contact" => plain_deed("person", "Typed contact details"),
        "consent" if item.capture.get("granted").and_then(Value::as_bool) == Some(true) => {
            plain_deed("shield", "Recorded consent")
        }
        "consent" => plain_deed("shield", "Recorded a refusal"),
        "annul" => plain_deed("undo", "Took an entry back"),
        "session_check_in" => plain_deed("check", "Came to a session"),
        "meeting" => plain_deed("person", "Agreed on a meeting, or asked for it"),
        "contact_sharing" => plain_deed("share", "Shared their contact details in a conversation"),
        "networking" => plain_deed("people", "Connected with somebody of the team"),
        _ => plain_deed("check", "Changed the lead"),
    }
}
