//! How one lead looks beside the list: who, rating, facts, tags, notes, and its history by day.

use super::answers::{self, Answered};
use super::row::{self, Flag};
use crate::events::cache::Names;
use crate::forms::Known;
use crate::leads::edit::UNDOABLE;
use crate::leads::history::{History, HistoryEntry};
use crate::web::EventZone;
use crate::web::text::{dotted, json_in_page};
use crate::words::{Text, Words};
use mobile_core::capture::{ContactField, Rating};
use mobile_core::time::Timestamp;
use mobile_core::wire::LeadView;
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

/// A stage to choose.
pub struct Stage {
    /// What it is called.
    pub name: String,
    /// Whether the lead is at it.
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
    /// The capture, where the reader may take it back; else empty.
    pub undo: String,
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
    /// The tags that the exhibitor offers.
    pub known_tags: Vec<String>,
    /// The stages to choose from, with the one in force; none where the exhibitor has none.
    pub stages: Vec<Stage>,
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
        let words = style.zone.words();
        let can_edit = style.can_edit && !row::is_closed(lead);
        let stages = if can_edit { stages(lead, &style.known.form.stages) } else { Vec::new() };
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
            flags: row::flags(lead),
            explanation: explanation(lead),
            close_href: style.close_href.clone(),
            ratings: [(Rating::Hot, "leads-hot"), (Rating::Warm, "leads-warm"), (Rating::Cold, "leads-cold")]
                .map(|(rating, label)| Choice { value: rating.as_str(), label, is_on: lead.rating == Some(rating) })
                .into(),
            facts: facts(lead, words, stages.is_empty()),
            known_tags: style.known.form.tags.clone(),
            stages,
            tags: lead.tags.clone(),
            note_count: lead.note_count,
            notes: notes(lead, style),
            notes_left: if older > 0 && !lead.notes.is_empty() {
                words.t("leads-older-notes").with("count", older).into()
            } else {
                String::new()
            },
            history: days(lead, &history.items, style),
            history_left: if history.next_cursor.is_some() { "leads-older-in-export" } else { "" },
            name: row::name(lead, words),
        }
    }
}

/// The exhibitor's stages, and the lead's own where it is none of them any more.
fn stages(lead: &LeadView, offered: &[String]) -> Vec<Stage> {
    let former = lead.stage.as_ref().filter(|stage| !offered.contains(stage));
    let all = offered.iter().chain(former);
    all.map(|name| Stage { name: name.clone(), is_on: lead.stage.as_ref() == Some(name) }).collect()
}

fn joined(lead: &LeadView, fields: &[ContactField], separator: &str) -> String {
    let parts = fields.iter().map(|field| row::field(lead, *field)).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(separator)
}

fn explanation(lead: &LeadView) -> &'static str {
    match row::named(lead).err() {
        Some("leads-withdrawn") => "leads-why-withdrawn",
        Some("leads-erased") => "leads-why-erased",
        Some("leads-details-follow") => "leads-why-follow",
        Some("leads-revoked-badge") => "leads-why-revoked",
        Some("leads-waiting-for-consent") => "leads-why-waiting",
        Some("leads-not-disclosed") => "leads-why-not-disclosed",
        _ => "",
    }
}

/// What is known; the stage too, where it is not to be chosen.
fn facts(lead: &LeadView, words: Words, has_stage: bool) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut add = |label: &str, value: String, href: String, note: String| {
        if !value.is_empty() {
            facts.push(Fact { label: words.t(label).into(), value, href, note });
        }
    };
    // What the stand typed is shown beside what was registered, never over it.
    let own = |field| {
        let registered = lead.registration.as_ref().and_then(|registration| registration.contact.get(field));
        let typed = lead.contact.as_ref().and_then(|contact| contact.get(field));
        match (registered, typed) {
            (Some(registered), Some(typed)) if registered != typed => {
                words.t("leads-team-noted").with("text", typed).into()
            }
            _ => String::new(),
        }
    };
    let email = row::field(lead, ContactField::Email);
    add("common-e-mail", email.to_owned(), format!("mailto:{email}"), own(ContactField::Email));
    let phone = row::field(lead, ContactField::Phone);
    let dialled: String = phone.chars().filter(|digit| digit.is_ascii_digit() || *digit == '+').collect();
    add("leads-fact-phone", phone.to_owned(), format!("tel:{dialled}"), own(ContactField::Phone));
    let town = joined(lead, &[ContactField::Postcode, ContactField::City], " ");
    let place = [row::field(lead, ContactField::Street), &town, row::field(lead, ContactField::Country)];
    let place = place.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    add("leads-fact-address", place, String::new(), String::new());
    add("leads-fact-language", row::field(lead, ContactField::Language).to_owned(), String::new(), String::new());
    add("common-category", row::category(lead, words), String::new(), String::new());
    let badge = lead.registration.as_ref().and_then(|registration| registration.badge_number.clone());
    add("common-badge", badge.unwrap_or_default(), String::new(), String::new());
    let stage = lead.stage.clone().filter(|_| has_stage).unwrap_or_default();
    add("leads-fact-stage", stage, String::new(), String::new());
    add("leads-fact-follow-up", lead.owner_name.clone().unwrap_or_default(), String::new(), String::new());
    facts
}

fn notes(lead: &LeadView, style: &PanelStyle<'_>) -> Vec<Note> {
    let newest_first = lead.notes.iter().rev();
    let note = newest_first.map(|note| Note {
        text: note.text.clone(),
        who: who(note.operator.as_deref(), note.member_name.as_deref(), style.zone.words()),
        iso: note.at.to_string(),
        time: style.zone.short(note.at, style.now),
    });
    note.collect()
}

fn who(operator: Option<&str>, member: Option<&str>, words: Words) -> String {
    operator.or(member).map_or_else(|| words.t("leads-somebody").into(), str::to_owned)
}

fn days(lead: &LeadView, items: &[HistoryEntry], style: &PanelStyle<'_>) -> Vec<Day> {
    let words = style.zone.words();
    let mut days: Vec<Day> = Vec::new();
    for item in items {
        let (icon, kind, text, quote) = deed(lead, item, style);
        let by = who(item.operator.as_deref(), item.member_name.as_deref(), words);
        let entry = Entry {
            icon,
            kind: if item.is_annulled { "annulled" } else { kind },
            text: if item.is_annulled { words.t("leads-deed-taken-back").with("text", text).into() } else { text },
            quote,
            by: dotted(&[&by, item.device_name.as_deref().unwrap_or_default()]),
            iso: item.at.to_string(),
            time: style.zone.clock(item.at),
            undo: if style.can_edit && !item.is_annulled && UNDOABLE.contains(&item.kind.as_str()) {
                item.id.to_string()
            } else {
                String::new()
            },
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
    let words = style.zone.words();
    let plain_deed = |icon, sentence: Text<'_>| (icon, "", sentence.to_string(), String::new());
    match item.kind.as_str() {
        "scan" => match text("entry") {
            "typed" => plain_deed("scan", words.t("leads-did-type-number")),
            "reader" => plain_deed("scan", words.t("leads-did-read")),
            "photo" => plain_deed("scan", words.t("leads-did-photo")),
            _ => plain_deed("scan", words.t("leads-did-scan")),
        },
        "note" => {
            let is_above = lead.notes.iter().any(|note| note.id == item.id);
            let quote = if is_above { String::new() } else { text("text").to_owned() };
            ("note", "", words.t("leads-did-note").into(), quote)
        }
        "rating" => match Rating::from_name(text("rating")) {
            Some(rating) => {
                let deed = match rating {
                    Rating::Hot => "leads-did-rate-hot",
                    Rating::Warm => "leads-did-rate-warm",
                    Rating::Cold => "leads-did-rate-cold",
                };
                (rating.as_str(), rating.as_str(), words.t(deed).into(), String::new())
            }
            None => plain_deed("undo", words.t("leads-did-clear-rating")),
        },
        "tags" => {
            let list = |field| answers::plain(item.capture.get(field).unwrap_or(&Value::Null));
            let sentence = match (list("add"), list("remove")) {
                (added, removed) if removed.is_empty() => words.t("leads-did-tag").with("added", added),
                (added, removed) if added.is_empty() => words.t("leads-did-untag").with("removed", removed),
                (added, removed) => words.t("leads-did-retag").with("added", added).with("removed", removed),
            };
            plain_deed("tag", sentence)
        }
        "stage" if text("stage").is_empty() => plain_deed("stage", words.t("leads-did-clear-stage")),
        "stage" => plain_deed("stage", words.t("leads-did-move").with("stage", text("stage"))),
        "owner" => {
            let owner = text("owner_id").parse().ok().and_then(|owner| names.member(owner));
            let handed = |name: String| words.t("leads-did-hand").with("name", name);
            plain_deed("person", owner.map_or_else(|| words.t("leads-did-take-back"), handed))
        }
        "answers" => ("check", "", words.t("leads-did-answer").into(), answers::quoted(&item.capture, known, language)),
        "contact" => plain_deed("person", words.t("leads-did-contact")),
        "consent" if item.capture.get("granted").and_then(Value::as_bool) == Some(true) => {
            plain_deed("shield", words.t("leads-did-consent"))
        }
        "consent" => plain_deed("shield", words.t("leads-did-refusal")),
        "annul" => plain_deed("undo", words.t("leads-did-annul")),
        "session_check_in" => plain_deed("check", words.t("leads-did-session")),
        "meeting" => plain_deed("person", words.t("leads-did-meeting")),
        "contact_sharing" => plain_deed("share", words.t("leads-did-share")),
        "networking" => plain_deed("people", words.t("leads-did-connect")),
        _ => plain_deed("check", words.t("leads-did-change")),
    }
}
