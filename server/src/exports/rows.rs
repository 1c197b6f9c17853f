//! Rows of what was read: each tab's cells in the order of its columns.
//!
//! Leads go through [`crate::leads::view`], where disclosure and consent apply. People who withdrew
//! are in the tab Withdrawn and in no other, and there without anything that says who they are.

mod answer;
mod met;

use super::Trouble;
use super::columns::Tab;
use super::plan::Plan;
use super::read::{Leads, Part};
use super::sheet::{Cell, NoteCell, Sheet};
use super::store::{Said, ScanRow};
use crate::events::cache::Names;
use crate::forms::answers::Said as Answered;
use crate::leads::store::LeadRow;
use crate::leads::view;
use answer::Answer;
use mobile_core::capture::{Action, ContactField, Purpose};
use mobile_core::fold::{Author, Fold, Logged};
use mobile_core::ids::{BoothId, DeviceId, TeamMemberId};
use mobile_core::time::Timestamp;
use mobile_core::wire::LeadView;
use mobile_core::wire::lead::{ConsentState, Match};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Makes the rows of one tab.
#[derive(Debug)]
pub struct Rows<'p> {
    tab: Tab,
    plan: &'p Plan,
    kept: Vec<bool>,
}

/// Cells in the order of all columns of a tab; those of withheld columns are dropped.
#[expect(clippy::struct_field_names, reason = "cells are what the writers call them")]
struct Cells<'a, 'k> {
    kept: &'k [bool],
    at: usize,
    cells: Vec<Cell<'a>>,
}

impl<'a> Cells<'a, '_> {
    fn put(&mut self, cell: Cell<'a>) {
        // A column too many would not be kept; the sheet then refuses the row's width.
        if self.kept.get(self.at).copied().unwrap_or(true) {
            self.cells.push(cell);
        }
        self.at += 1;
    }

    fn all<const N: usize>(&mut self, cells: [Cell<'a>; N]) {
        for cell in cells {
            self.put(cell);
        }
    }
}

impl<'p> Rows<'p> {
    /// Rows of a tab.
    pub fn new(plan: &'p Plan, tab: Tab, kept: Vec<bool>) -> Self {
        Self { tab, plan, kept }
    }

    /// Appends what was read to the tab's sheet.
    pub fn put(&self, part: &Part, sheet: &mut impl Sheet) -> Result<(), Trouble> {
        match part {
            Part::Leads(leads) => {
                for lead in &leads.rows {
                    // Told before it is rendered: most are of one tab only.
                    let is_withdrawn = is_withdrawn(view::consent_state(lead, &leads.event));
                    if is_withdrawn != (self.tab == Tab::Withdrawn) {
                        continue;
                    }
                    let shown = view::render(lead, &leads.event, &leads.names);
                    if is_withdrawn {
                        self.withdrawn(lead, &shown, leads, sheet)?;
                    } else {
                        self.person(lead, &shown, leads, sheet)?;
                    }
                }
            }
            Part::Scans(leads, scans) => {
                let mut shown: Option<LeadView> = None;
                for scan in scans {
                    let lead = match shown.take().filter(|lead| lead.id == scan.lead_id) {
                        Some(lead) => Some(lead),
                        None => match leads.rows.binary_search_by_key(&scan.lead_id, |lead| lead.id) {
                            Ok(at) => Some(view::render(&leads.rows[at], &leads.event, &leads.names)),
                            Err(_) => None,
                        },
                    };
                    if let Some(lead) = lead.as_ref().filter(|lead| !is_withdrawn(lead.consent)) {
                        let at = leads.rows.binary_search_by_key(&scan.lead_id, |lead| lead.id);
                        let is_annulled = at.is_ok_and(|at| leads.rows[at].fold.annulled.contains(&scan.id));
                        self.scan(lead, scan, is_annulled, &leads.names, sheet)?;
                    }
                    shown = lead;
                }
            }
            Part::Attended(leads, rows) => self.attended(leads, rows, sheet)?,
            Part::Shared(leads, rows, members) => self.shared(leads, rows, members, sheet)?,
            Part::Connected(leads, rows) => self.connected(leads, rows, sheet)?,
            Part::Met(leads, rows) => self.met(leads.as_deref(), rows, sheet)?,
            Part::End => {}
        }
        Ok(())
    }

    fn cells<'a>(&self) -> Cells<'a, '_> {
        Cells { kept: &self.kept, at: 0, cells: Vec::with_capacity(self.kept.len()) }
    }

    fn person(&self, lead: &LeadRow, shown: &LeadView, leads: &Leads, sheet: &mut impl Sheet) -> Result<(), Trouble> {
        let log = leads.logs.get(&lead.id).map(Vec::as_slice);
        let team = Team::of(&lead.fold, log, &leads.names);
        let notes = notes(shown, &lead.fold, log, &leads.names);
        let consent = Consent::of(lead, shown, leads);
        let number = shown.registration.as_ref().and_then(|known| known.badge_number.as_deref());
        let tags = texts(&shown.tags);
        let sources = texts(&shown.sources);
        let language = self.plan.asked.language.code();
        let answer = |key: &String| {
            let asked = self.plan.known.asked.get(key);
            Answer::from(Answered::of(asked, shown.answers.get(key), language))
        };
        let answers: Vec<Answer> = self.plan.questions.iter().map(answer).collect();
        let mut row = self.cells();
        let id = shown.id.to_string();
        row.all([
            Cell::Text(&id),
            Cell::text(number),
            Cell::text(shown.registration.as_ref().and_then(|known| known.external_id.as_deref())),
            Cell::text(shown.registration.as_ref().map(|known| known.category.as_str())),
        ]);
        for field in ContactField::ALL {
            row.put(Cell::text(contact(shown, field)));
        }
        row.all([
            Cell::text(shown.rating.map(mobile_core::capture::Rating::as_str)),
            Cell::text(shown.stage.as_deref()),
            Cell::List(&tags),
            Cell::Notes(&notes),
        ]);
        for answer in &answers {
            row.put(answer.cell());
        }
        row.all([
            Cell::local(shown.first_scanned_at),
            Cell::local(shown.last_scanned_at),
            Cell::utc(shown.first_scanned_at),
            Cell::utc(shown.last_scanned_at),
            Cell::Integer(shown.scan_count as i64),
            Cell::List(&team.people),
            Cell::List(&team.devices),
            Cell::List(&team.booths),
            Cell::text(shown.owner_name.as_deref()),
            Cell::List(&sources),
            Cell::Text(shown.consent.as_str()),
            Cell::text(shown.marketing_consent.map(|granted| if granted { "granted" } else { "refused" })),
            Cell::local(consent.at),
            Cell::text(consent.notice),
            Cell::Text(matched(shown.matched)),
            Cell::Local(lead.created_at),
            Cell::Local(lead.updated_at),
        ]);
        Ok(sheet.row(&row.cells)?)
    }

    fn scan(
        &self,
        lead: &LeadView,
        scan: &ScanRow,
        is_annulled: bool,
        names: &Names,
        sheet: &mut impl Sheet,
    ) -> Result<(), Trouble> {
        let known = lead.registration.as_ref();
        let number = known.and_then(|known| known.badge_number.as_deref());
        let (id, lead_id) = (scan.id.to_string(), lead.id.to_string());
        let member = scan.member_id.and_then(|member| names.member(member));
        let flags: Vec<Cow<'_, str>> = scan.flags.split(',').filter(|flag| !flag.is_empty()).map(Cow::from).collect();
        let mut row = self.cells();
        row.all([
            Cell::Text(&id),
            Cell::Text(&lead_id),
            Cell::text(number),
            Cell::text(known.and_then(|known| known.external_id.as_deref())),
            Cell::text(known.map(|known| known.category.as_str())),
            Cell::text(contact(lead, ContactField::FirstName)),
            Cell::text(contact(lead, ContactField::LastName)),
            Cell::text(contact(lead, ContactField::Company)),
            Cell::Local(scan.corrected_at),
            Cell::Utc(scan.corrected_at),
            Cell::Utc(scan.captured_at),
            Cell::Utc(scan.received_at),
            Cell::text(member.as_deref()),
            Cell::text(scan.operator.as_deref()),
            Cell::text(scan.device_id.and_then(|device| names.devices.get(&device)).map(String::as_str)),
            Cell::text(scan.booth_id.and_then(|booth| names.booths.get(&booth)).map(String::as_str)),
            Cell::Text(scan.entry.as_deref().unwrap_or("camera")),
            Cell::Text(matched(lead.matched)),
            Cell::List(&flags),
            Cell::Flag(is_annulled),
        ]);
        Ok(sheet.row(&row.cells)?)
    }

    fn withdrawn(
        &self,
        lead: &LeadRow,
        shown: &LeadView,
        leads: &Leads,
        sheet: &mut impl Sheet,
    ) -> Result<(), Trouble> {
        let log = leads.logs.get(&lead.id).map(Vec::as_slice);
        let team = Team::of(&lead.fold, log, &leads.names);
        let consent = Consent::of(lead, shown, leads);
        let id = shown.id.to_string();
        let mut row = self.cells();
        row.all([
            Cell::Text(&id),
            Cell::local(consent.at),
            Cell::utc(consent.at),
            Cell::List(&consent.refused),
            Cell::text(consent.channel),
            Cell::text(consent.notice),
            Cell::local(shown.first_scanned_at),
            Cell::local(shown.last_scanned_at),
            Cell::Integer(shown.scan_count as i64),
            Cell::List(&team.people),
        ]);
        Ok(sheet.row(&row.cells)?)
    }
}

fn is_withdrawn(consent: ConsentState) -> bool {
    matches!(consent, ConsentState::Withdrawn | ConsentState::Erased)
}

/// The organiser's value where it is disclosed, else the exhibitor's own.
fn contact(lead: &LeadView, field: ContactField) -> Option<&str> {
    let disclosed = lead.registration.as_ref().and_then(|known| known.contact.get(field));
    disclosed.or_else(|| lead.contact.as_ref().and_then(|typed| typed.get(field)))
}

fn matched(matched: Match) -> &'static str {
    match matched {
        Match::Matched => "matched",
        Match::Unmatched => "unmatched",
        Match::Manual => "manual",
    }
}

fn texts(texts: &[String]) -> Vec<Cow<'_, str>> {
    texts.iter().map(|text| Cow::from(text.as_str())).collect()
}

/// Who scanned somebody, on what and where.
#[derive(Default)]
struct Team {
    people: Vec<Cow<'static, str>>,
    devices: Vec<Cow<'static, str>>,
    booths: Vec<Cow<'static, str>>,
}

impl Team {
    fn of(fold: &Fold, log: Option<&[Logged]>, names: &Names) -> Self {
        let mut operators: BTreeSet<&str> = BTreeSet::new();
        let mut booths: BTreeSet<BoothId> = BTreeSet::new();
        let authors: Vec<&Author> = match log {
            Some(log) => log.iter().filter(|logged| is_live_scan(logged, fold)).map(|logged| &logged.author).collect(),
            None => fold.scans.kept().iter().map(|scan| &scan.author).collect(),
        };
        for author in authors {
            booths.extend(author.booth);
            operators.extend(author.operator.as_deref());
        }
        let member = |id: &TeamMemberId| names.member(*id).map(Cow::from);
        let device = |id: &DeviceId| names.devices.get(id).cloned().map(Cow::from);
        let mut team = Self {
            people: fold.scanned_by.iter().filter_map(member).collect(),
            devices: fold.scanned_on.iter().filter_map(device).collect(),
            booths: booths.iter().filter_map(|id| names.booths.get(id).cloned()).map(Cow::from).collect(),
        };
        team.people.extend(operators.into_iter().map(|name| Cow::from(name.to_owned())));
        for list in [&mut team.people, &mut team.devices, &mut team.booths] {
            // Two of one name read as one.
            let mut seen = BTreeSet::new();
            list.retain(|name| seen.insert(name.clone()));
        }
        team
    }
}

fn is_live_scan(logged: &Logged, fold: &Fold) -> bool {
    matches!(logged.capture.action, Action::Scan { .. }) && !fold.annulled.contains(&logged.capture.id)
}

/// All notes, oldest first: from the log where the lead's row keeps only the newest.
fn notes<'a>(shown: &'a LeadView, fold: &Fold, log: Option<&'a [Logged]>, names: &Names) -> Vec<NoteCell<'a>> {
    let Some(log) = log.filter(|_| shown.note_count > shown.notes.len() as u64) else {
        let note = |note: &'a mobile_core::wire::lead::LeadNote| {
            let names = [&note.operator, &note.member_name, &note.device_name];
            let author = names.into_iter().find_map(|name| name.as_deref()).unwrap_or_default();
            NoteCell { at: note.at, author: author.into(), text: note.text.as_str().into() }
        };
        return shown.notes.iter().map(note).collect();
    };
    let mut notes: Vec<_> = log
        .iter()
        .filter(|logged| !fold.annulled.contains(&logged.capture.id))
        .filter_map(|logged| match &logged.capture.action {
            Action::Note { text } => Some((logged.order(), logged, text)),
            _ => None,
        })
        .collect();
    notes.sort_by_key(|(order, ..)| *order);
    let author = |author: &Author| {
        let member = || author.member.and_then(|member| names.member(member));
        let device = || author.device.and_then(|device| names.devices.get(&device).cloned());
        author.operator.clone().or_else(member).or_else(device).unwrap_or_default()
    };
    let cell = |(_, logged, text): (_, &'a Logged, &'a String)| NoteCell {
        at: logged.corrected_at,
        author: author(&logged.author).into(),
        text: text.as_str().into(),
    };
    notes.into_iter().map(cell).collect()
}

/// What is on record about somebody's consent.
struct Consent<'a> {
    /// Since when the state in force holds.
    at: Option<Timestamp>,
    notice: Option<&'a str>,
    channel: Option<&'a str>,
    /// The purposes that were refused or taken back.
    refused: Vec<Cow<'static, str>>,
}

impl<'a> Consent<'a> {
    /// The words in force: the person's own, or what was recorded at the booth.
    fn of(lead: &'a LeadRow, shown: &LeadView, leads: &'a Leads) -> Self {
        let ledger = lead.registration_id.and_then(|person| leads.said.get(&person)).map_or(&[][..], Vec::as_slice);
        let word = |purpose: Purpose| -> Option<(bool, Timestamp, Option<&'a str>, &'a str)> {
            let own = ledger.iter().rev().find(|word: &&Said| word.purpose == purpose.as_str());
            let recorded = lead.fold.consents.get(&purpose);
            match view::word_in_force(own.map(|word| (word.is_granted, word.created_at)), recorded)? {
                view::Word::Own(is_granted) => {
                    let own = own?;
                    Some((is_granted, own.created_at, own.notice_version.as_deref(), own.channel.as_str()))
                }
                view::Word::Recorded(said) => {
                    let given = &said.value;
                    let channel = given.channel.as_deref().unwrap_or("booth");
                    Some((given.granted, said.order.0, given.notice_version.as_deref(), channel))
                }
            }
        };
        let purposes = [Purpose::Disclosure, Purpose::Marketing, Purpose::Messages];
        let disclosure = word(Purpose::Disclosure);
        // Where the policy says so, the first scan is the consent.
        let implied = shown.first_scanned_at.filter(|_| shown.consent == ConsentState::Granted);
        Self {
            at: disclosure.map(|word| word.1).or(implied),
            notice: disclosure.and_then(|word| word.2),
            channel: disclosure.map(|word| word.3),
            refused: purposes
                .into_iter()
                .filter(|purpose| word(*purpose).is_some_and(|word| !word.0))
                .map(|purpose| Cow::from(purpose.as_str()))
                .collect(),
        }
    }
}
