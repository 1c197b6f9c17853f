//! A lead as one caller may see it: disclosure and consent are applied here and nowhere else.

use super::store::LeadRow;
use crate::access::{ExhibitorScope, Visibility};
use crate::events::cache::{EventInfo, Names};
use crate::events::disclosure::Scannable;
use crate::packages;
use mobile_core::capture::{Contact, Purpose};
use mobile_core::fold::{ConsentGiven, Fold, Won};
use mobile_core::ids::SpaceId;
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;
use mobile_core::wire::lead::{ConsentState, LeadNote, LeadScan, LeadView, Match, RegistrationView};
use serde_json::Value;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// Whether a lead is among those that this visibility shows.
pub fn is_visible(lead: &LeadRow, sees: Visibility) -> bool {
    match sees {
        Visibility::Team => true,
        Visibility::Own(member) => lead.fold.owner() == Some(member) || lead.fold.scanned_by.contains(&member),
        Visibility::OwnDevice(device) => lead.fold.scanned_on.contains(&device),
    }
}

/// The word that holds for a purpose.
#[derive(Debug, Clone, Copy)]
pub enum Word<'a> {
    /// The person's own: whether they allow it.
    Own(bool),
    /// What was recorded at the booth.
    Recorded(&'a Won<ConsentGiven>),
}

impl Word<'_> {
    /// Whether it allows.
    pub fn is_granted(self) -> bool {
        match self {
            Self::Own(is_granted) => is_granted,
            Self::Recorded(said) => said.value.granted,
        }
    }
}

/// Which word holds for a purpose, whatever it is: what the person said themselves counts first, since nobody else
/// undoes it, but what they allowed they may still refuse at a booth later; then what was recorded at the booth.
pub fn word_in_force(own: Option<(bool, Timestamp)>, recorded: Option<&Won<ConsentGiven>>) -> Option<Word<'_>> {
    match (own, recorded) {
        (Some((true, at)), Some(said)) if !said.value.granted && said.order.0 > at => Some(Word::Recorded(said)),
        (Some((is_granted, _)), _) => Some(Word::Own(is_granted)),
        (None, said) => said.map(Word::Recorded),
    }
}

/// The consent in force for a person's details: where no word was said, by the policy of the category.
pub fn consent_state(lead: &LeadRow, event: &EventInfo) -> ConsentState {
    if lead.is_erased() {
        return ConsentState::Erased;
    }
    let own = lead.own_word().map(|(state, at)| (state == ConsentState::Granted, at));
    match word_in_force(own, lead.fold.consents.get(&Purpose::Disclosure)).map(Word::is_granted) {
        Some(true) => ConsentState::Granted,
        Some(false) => ConsentState::Withdrawn,
        None => match lead.category.as_deref().map(|category| event.disclosure.rule(category).scannable) {
            Some(Scannable::Yes) => ConsentState::Granted,
            Some(Scannable::Ask | Scannable::No) | None => ConsentState::Pending,
        },
    }
}

/// What holds for marketing; none where nothing was said, or nothing is kept.
pub fn marketing(lead: &LeadRow) -> Option<bool> {
    let word = word_in_force(lead.own_marketing(), lead.fold.consents.get(&Purpose::Marketing));
    word.filter(|_| !lead.is_erased()).map(Word::is_granted)
}

/// How much may be seen of a lead, as far as a change may take away from it.
#[derive(Debug, Clone, Copy)]
pub struct Openness {
    consent: ConsentState,
    has_card: bool,
}

impl Openness {
    /// Whether less may be seen than before.
    pub fn is_narrower_than(self, before: Self) -> bool {
        let rank = |consent| match consent {
            ConsentState::Granted => 3,
            ConsentState::Pending => 2,
            ConsentState::Withdrawn => 1,
            ConsentState::Erased => 0,
        };
        rank(self.consent) < rank(before.consent) || (before.has_card && !self.has_card)
    }
}

/// How much may be seen of a lead now.
pub fn openness(lead: &LeadRow, event: &EventInfo) -> Openness {
    Openness { consent: consent_state(lead, event), has_card: shows_card(lead) && !lead.fold.carried.is_empty() }
}

/// Whether what its code itself says of somebody is shown: that of a code that is nobody's badge. Of those who
/// are registered the policy says what is shown, and a revoked badge shows nothing.
fn shows_card(lead: &LeadRow) -> bool {
    lead.registration_id.is_none() && !lead.fold.flags.contains(Reason::BadgeRevoked.code())
}

/// What the exhibitor typed of somebody, over what their code says where that is shown.
fn contact(lead: &LeadRow) -> Contact {
    if shows_card(lead) {
        return lead.fold.contact();
    }
    let typed = lead.fold.contact.iter().filter(|(_, won)| !won.value.is_empty());
    let mut contact = Contact::default();
    for (field, won) in typed {
        contact.set(*field, &won.value);
    }
    contact
}

/// The fields of a registered person that may be seen, if any may. Someone who is to be asked shows
/// their company until they have answered.
pub fn disclosed(
    consent: ConsentState,
    space: SpaceId,
    (category, contact): (&str, &Contact),
    event: &EventInfo,
) -> Option<Contact> {
    let rule = event.disclosure.rule(category);
    let shown = match (consent, rule.scannable) {
        (ConsentState::Granted, Scannable::Yes | Scannable::Ask) => Some(rule.disclosed(contact)),
        (ConsentState::Pending, Scannable::Ask) => Some(rule.before_the_answer(contact)),
        _ => None,
    };
    shown.map(|contact| packages::narrowed(contact, event.narrowed.get(&space)))
}

/// The lead as its exhibitor may see it now.
pub fn render(lead: &LeadRow, event: &EventInfo, names: &Names) -> LeadView {
    let fold = &lead.fold;
    let category = lead.category.as_deref();
    let consent = consent_state(lead, event);
    let is_open = !matches!(consent, ConsentState::Withdrawn | ConsentState::Erased);
    let is_granted = consent == ConsentState::Granted;
    let registration =
        lead.registration_id.zip(category).zip(lead.registered.as_ref()).and_then(|((id, category), contact)| {
            Some(RegistrationView {
                id,
                external_id: lead.external_id.clone().filter(|_| is_granted),
                category: category.to_owned(),
                badge_number: lead.badge_number.as_deref().filter(|_| is_granted).map(crate::badges::printed_number),
                contact: disclosed(consent, lead.space_id, (category, &contact.0), event)?,
            })
        });
    let contact = Some(contact(lead)).filter(|contact| is_open && !contact.is_empty());
    let matched = match (lead.registration_id, &lead.code_hash) {
        (Some(_), _) => Match::Matched,
        (None, Some(_)) => Match::Unmatched,
        (None, None) => Match::Manual,
    };
    let sources = sources(fold);
    LeadView {
        id: lead.id,
        registration,
        contact,
        rating: fold.rating(),
        stage: fold.stage().map(str::to_owned),
        owner: fold.owner(),
        owner_name: fold.owner().and_then(|owner| names.member(owner)),
        tags: fold.tags().map(str::to_owned).collect(),
        notes: if is_open { notes(fold, names) } else { Vec::new() },
        note_count: fold.notes.count(),
        answers: if is_open {
            let given = fold.answers.iter().filter(|(_, won)| !won.value.answer.is_null());
            given.map(|(question, won)| (question.clone(), won.value.answer.clone())).collect()
        } else {
            std::collections::BTreeMap::default()
        },
        scans: scans(fold, names),
        scan_count: fold.scans.count(),
        first_scanned_at: fold.first_scanned_at,
        last_scanned_at: fold.last_scanned_at(),
        source: sources.first().cloned().unwrap_or_default(),
        sources,
        consent,
        marketing_consent: marketing(lead),
        matched,
        flags: fold.flags.iter().cloned().collect(),
        version: lead.version,
    }
}

/// The same for whoever looks through this scope: where contacts are masked, only the company and the
/// country are told, and no word that somebody typed.
pub fn render_for(lead: &LeadRow, event: &EventInfo, names: &Names, scope: &ExhibitorScope) -> LeadView {
    let view = render(lead, event, names);
    if scope.is_masked() { masked(view) } else { view }
}

/// What stands in the place of what is masked.
const MASK: &str = "•••";

fn masked(mut view: LeadView) -> LeadView {
    use mobile_core::capture::ContactField::{Company, Country};
    let hide = |contact: &mut Contact| {
        for (_, text) in contact.0.iter_mut().filter(|(field, _)| !matches!(field, Company | Country)) {
            MASK.clone_into(text);
        }
    };
    if let Some(person) = &mut view.registration {
        hide(&mut person.contact);
        (person.external_id, person.badge_number) = (None, None);
    }
    view.contact.iter_mut().for_each(hide);
    view.notes.iter_mut().for_each(|note| MASK.clone_into(&mut note.text));
    view.answers.values_mut().for_each(|answer| *answer = serde_json::json!(MASK));
    view.tags.iter_mut().for_each(|tag| MASK.clone_into(tag));
    view
}

/// Where a lead came from, the first one first.
fn sources(fold: &Fold) -> Vec<String> {
    let scanned = fold.first_scanned_at.map(|at| (at.as_micros(), "scan"));
    let others = fold.sources.iter().map(|(source, at)| (*at, source.as_str()));
    let mut sources: Vec<(i64, &str)> = scanned.into_iter().chain(others).collect();
    if sources.is_empty() {
        sources.push((0, "manual"));
    }
    sources.sort_unstable();
    sources.into_iter().map(|(_, source)| source.to_owned()).collect()
}

fn scans(fold: &Fold, names: &Names) -> Vec<LeadScan> {
    let view = |scan: &mobile_core::fold::FoldedScan| LeadScan {
        id: scan.order.2,
        at: scan.order.0,
        member: scan.author.member,
        member_name: scan.author.member.and_then(|member| names.member(member)),
        operator: scan.author.operator.clone(),
        device: scan.author.device,
        device_name: scan.author.device.and_then(|device| names.devices.get(&device).cloned()),
        booth: scan.author.booth.and_then(|booth| names.booths.get(&booth).cloned()),
        entry: scan.entry,
    };
    fold.scans.kept().iter().map(view).collect()
}

fn notes(fold: &Fold, names: &Names) -> Vec<LeadNote> {
    let view = |note: &mobile_core::fold::FoldedNote| LeadNote {
        id: note.order.2,
        at: note.order.0,
        text: note.text.clone(),
        member: note.author.member,
        member_name: note.author.member.and_then(|member| names.member(member)),
        operator: note.author.operator.clone(),
        device: note.author.device,
        device_name: note.author.device.and_then(|device| names.devices.get(&device).cloned()),
    };
    fold.notes.kept().iter().rev().map(view).collect()
}

/// A capture as it may be shown beside its lead: after a withdrawal, without what it says; without a code that
/// says itself whose it is, where that is not shown.
pub fn shown_capture<'a>(body: &'a RawValue, lead: &LeadRow, shown: &LeadView) -> Cow<'a, RawValue> {
    if matches!(shown.consent, ConsentState::Withdrawn | ConsentState::Erased) {
        return bare_capture(body);
    }
    if shows_card(lead) || !has_card(body) {
        return Cow::Borrowed(body);
    }
    rewritten(body, |fields| fields.retain(|field, _| field != "code"))
}

/// Whether a capture names a code that says itself whose it is.
fn has_card(body: &RawValue) -> bool {
    #[derive(serde::Deserialize)]
    struct Coded {
        code: String,
    }
    let coded = serde_json::from_str::<Coded>(body.get());
    coded.is_ok_and(|coded| mobile_core::badge::parse(&coded.code).contact().is_some())
}

/// What was done and when, without what it says.
pub fn bare_capture(body: &RawValue) -> Cow<'_, RawValue> {
    let told = ["id", "device_seq", "captured_at", "kind"];
    rewritten(body, |fields| fields.retain(|field, _| told.contains(&field.as_str())))
}

fn rewritten(body: &RawValue, change: impl FnOnce(&mut serde_json::Map<String, Value>)) -> Cow<'_, RawValue> {
    let mut fields = serde_json::from_str(body.get()).unwrap_or_default();
    change(&mut fields);
    serde_json::value::to_raw_value(&fields).map_or(Cow::Borrowed(RawValue::NULL), Cow::Owned)
}

/// What a lead is found and sorted by: names first, then company and the rest, folded. Only fields
/// that may be seen are in it, so that searching discloses nothing.
pub fn search_text(lead: &LeadRow, disclosed: Option<&Contact>) -> String {
    use mobile_core::capture::ContactField as F;
    let typed = contact(lead);
    let mut text = String::new();
    for field in [F::LastName, F::FirstName, F::Company, F::Email, F::JobTitle, F::City, F::Country, F::Phone] {
        for contact in [disclosed, Some(&typed)].into_iter().flatten() {
            if let Some(value) = contact.get(field) {
                text.push_str(value);
                text.push(' ');
            }
        }
    }
    for tag in lead.fold.tags() {
        text.push_str(tag);
        text.push(' ');
    }
    crate::registrations::folding::fold(text.trim_end())
}
