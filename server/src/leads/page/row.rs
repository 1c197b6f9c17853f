//! How a lead looks in the list. The browser paints the rows of the live stream by the same rules
//! (`js/lead-row.js`); the markup exists once, in `templates/leads/row.html`.

use crate::web::EventZone;
use crate::web::text::dotted;
use crate::words::Words;
use mobile_core::capture::{Contact, ContactField, Rating};
use mobile_core::time::Timestamp;
use mobile_core::wire::LeadView;
use mobile_core::wire::lead::{ConsentState, Match};

/// A small label beside a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// The key of what it says.
    pub label: &'static str,
    /// `attention`, `stop` or empty.
    pub kind: &'static str,
}

/// A row of the list.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Row {
    /// The lead.
    pub id: String,
    /// Its version, for `If-Match`.
    pub version: i64,
    /// The newest scan in Unix milliseconds; 0 without one.
    pub last_at: i64,
    /// Where the lead opens.
    pub href: String,
    /// The person, or what is shown instead.
    pub name: String,
    /// What to know before calling.
    pub flags: Vec<Flag>,
    /// Position.
    pub job_title: String,
    /// Employer.
    pub company: String,
    /// Category and country.
    pub about: String,
    /// `hot`, `warm`, `cold` or empty.
    pub rating: &'static str,
    /// The tags in force.
    pub tags: Vec<String>,
    /// The newest scan, RFC 3339.
    pub last_iso: String,
    /// The newest scan, for people.
    pub last_time: String,
    /// Who made it, on what.
    pub last_by: String,
    /// Scans in all.
    pub scans: String,
    /// Notes in all.
    pub notes: String,
    /// Whether it is open beside the list.
    pub is_open: bool,
    /// Whether nothing of the person may or can be shown.
    pub is_hidden: bool,
    /// Whether the person wants nothing more to happen here.
    pub is_closed: bool,
}

/// What rows are painted with.
pub struct RowStyle<'a> {
    /// The event's zone.
    pub zone: &'a EventZone,
    /// Now.
    pub now: Timestamp,
    /// The address of the list, without a slash at the end.
    pub base: &'a str,
    /// The list's query with its `?`, or empty.
    pub query: &'a str,
}

impl Row {
    /// The row of a lead.
    pub fn of(lead: &LeadView, style: &RowStyle<'_>) -> Self {
        let id = lead.id.to_string();
        let words = style.zone.words();
        Self {
            version: lead.version,
            last_at: lead.last_scanned_at.map_or(0, |at| at.as_micros() / 1000),
            href: format!("{}/{id}{}", style.base, style.query),
            flags: flags(lead),
            job_title: field(lead, ContactField::JobTitle).to_owned(),
            company: field(lead, ContactField::Company).to_owned(),
            about: dotted(&[&category(lead, words), field(lead, ContactField::Country)]),
            rating: lead.rating.map_or("", Rating::as_str),
            tags: lead.tags.clone(),
            last_iso: lead.last_scanned_at.map_or_else(String::new, |at| at.to_string()),
            last_time: lead
                .last_scanned_at
                .map_or_else(|| words.t("leads-not-scanned").into(), |at| style.zone.short(at, style.now)),
            last_by: last_by(lead, words),
            scans: words.number(lead.scan_count),
            notes: words.number(lead.note_count),
            is_open: false,
            is_closed: is_closed(lead),
            is_hidden: lead.registration.is_none() && lead.contact.is_none(),
            name: name(lead, words),
            id,
        }
    }
}

/// The person's name, or what is shown instead of it.
pub fn name(lead: &LeadView, words: Words) -> String {
    named(lead).unwrap_or_else(|instead| words.t(instead).into())
}

/// The name, or the key of what stands in its place.
pub fn named(lead: &LeadView) -> Result<String, &'static str> {
    match lead.consent {
        ConsentState::Withdrawn => return Err("leads-withdrawn"),
        ConsentState::Erased => return Err("leads-erased"),
        ConsentState::Granted | ConsentState::Pending => {}
    }
    let full = |contact: Option<&Contact>| contact.map(Contact::full_name).filter(|name| !name.is_empty());
    let typed = lead.contact.as_ref();
    let typed_field = |field| typed.and_then(|contact| contact.get(field)).map(str::to_owned);
    full(lead.registration.as_ref().map(|registration| &registration.contact))
        .or_else(|| full(typed))
        .or_else(|| typed_field(ContactField::Email))
        .or_else(|| typed_field(ContactField::Company))
        .or_else(|| {
            let registered = lead.registration.as_ref().and_then(|known| known.contact.get(ContactField::Company));
            registered.filter(|_| lead.consent != ConsentState::Pending).map(str::to_owned)
        })
        .ok_or(match (lead.matched, lead.consent) {
            (Match::Unmatched, _) if is_revoked(lead) => "leads-revoked-badge",
            (Match::Unmatched, _) => "leads-details-follow",
            (_, ConsentState::Pending) => "leads-waiting-for-consent",
            _ => "leads-not-disclosed",
        })
}

/// Whether the badge was reported lost, cancelled or misused before it was scanned.
fn is_revoked(lead: &LeadView) -> bool {
    lead.flags.iter().any(|flag| flag == "badge_revoked")
}

/// Whether the person withdrew or was erased: nothing is edited any more.
pub fn is_closed(lead: &LeadView) -> bool {
    matches!(lead.consent, ConsentState::Withdrawn | ConsentState::Erased)
}

/// A contact field: the registration's, else the exhibitor's own.
pub fn field(lead: &LeadView, field: ContactField) -> &str {
    let registered = lead.registration.as_ref().and_then(|registration| registration.contact.get(field));
    registered.or_else(|| lead.contact.as_ref().and_then(|contact| contact.get(field))).unwrap_or_default()
}

/// The label of the registration's category, or nothing.
pub fn category(lead: &LeadView, words: Words) -> String {
    lead.registration.as_ref().map_or_else(String::new, |registration| words.coded("category", &registration.category))
}

/// What to know before calling.
pub fn flags(lead: &LeadView) -> Vec<Flag> {
    let instead = named(lead).err();
    let says = |label| instead == Some(label);
    let mut flags = Vec::new();
    if lead.matched == Match::Unmatched && !says("leads-details-follow") && !is_revoked(lead) {
        flags.push(Flag { label: "leads-details-follow", kind: "attention" });
    }
    flags.extend(lead.flags.iter().filter_map(|flag| match flag.as_str() {
        "badge_revoked" if !says("leads-revoked-badge") => {
            Some(Flag { label: "leads-revoked-badge", kind: "attention" })
        }
        "build_up" => Some(Flag { label: "leads-build-up", kind: "" }),
        "late_upload" => Some(Flag { label: "leads-late-upload", kind: "" }),
        "time_outside_event" => Some(Flag { label: "leads-outside-hours", kind: "" }),
        "not_disclosed" if !says("leads-not-disclosed") => Some(Flag { label: "leads-not-disclosed", kind: "" }),
        "unknown_member" => Some(Flag { label: "leads-unknown-colleague", kind: "attention" }),
        _ => None,
    }));
    flags
}

fn last_by(lead: &LeadView, words: Words) -> String {
    let Some(scan) = lead.scans.first() else {
        // Who was met or shared their details was neither scanned nor typed.
        let is_typed = lead.matched == Match::Manual;
        return if is_typed { words.t("leads-typed-by-hand").into() } else { String::new() };
    };
    let who = scan.operator.as_deref().or(scan.member_name.as_deref()).unwrap_or_default();
    let who = if who.is_empty() { String::new() } else { words.t("leads-by").with("who", who).into() };
    dotted(&[&who, scan.device_name.as_deref().unwrap_or_default()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::needless_pass_by_value, reason = "reads better at the calls")]
    fn lead(change: serde_json::Value) -> LeadView {
        let mut lead = serde_json::json!({
            "id": "01890000-0000-7000-8000-000000000001", "registration": null, "contact": null, "rating": null,
            "stage": null, "owner": null, "owner_name": null, "tags": [], "notes": [], "note_count": 0, "answers": {},
            "scans": [], "scan_count": 0, "first_scanned_at": null, "last_scanned_at": null, "source": "scan",
            "sources": ["scan"], "consent": "granted", "marketing_consent": null, "match": "matched", "flags": [],
            "version": 1,
        });
        lead.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        serde_json::from_value(lead).unwrap()
    }

    fn shown(change: serde_json::Value) -> (String, Vec<&'static str>) {
        let lead = lead(change);
        let name = name(&lead, Words::default());
        let flags = flags(&lead).into_iter().map(|flag| flag.label).collect();
        (name, flags)
    }

    #[test]
    fn only_what_was_typed_is_said_to_be() {
        let said = |matched: &str| last_by(&lead(serde_json::json!({"match": matched})), Words::default());
        assert_eq!((said("manual").as_str(), said("matched").as_str()), ("Typed in by hand", ""));
    }

    #[test]
    fn a_withdrawn_person_has_no_name() {
        let person = serde_json::json!({ "first_name": "Noor" });
        assert_eq!(shown(serde_json::json!({ "consent": "withdrawn", "contact": person })).0, "Withdrawn");
    }

    #[test]
    fn an_unknown_code_says_that_details_follow_also_when_it_carries_a_contact() {
        assert_eq!(shown(serde_json::json!({ "match": "unmatched" })), ("Details follow".into(), vec![]));
        let carried =
            serde_json::json!({ "match": "unmatched", "contact": { "first_name": "Gwen", "last_name": "Parry" } });
        assert_eq!(shown(carried), ("Gwen Parry".into(), vec!["leads-details-follow"]));
    }

    #[test]
    fn a_revoked_badge_promises_no_details() {
        let revoked = serde_json::json!({ "match": "unmatched", "flags": ["badge_revoked"] });
        assert_eq!(shown(revoked), ("Revoked badge".into(), vec![]));
    }

    #[test]
    fn the_registration_is_named_before_what_the_stand_typed() {
        let registration = serde_json::json!({
            "id": "01890000-0000-7000-8000-000000000002", "category": "visitor", "first_name": "Noor", "last_name": "Aziz" });
        let typed = serde_json::json!({ "first_name": "Nour" });
        assert_eq!(shown(serde_json::json!({ "registration": registration, "contact": typed })).0, "Noor Aziz");
    }
}
