//! A lead's row with the person it belongs to, and the columns that it is read from.

use crate::storage::{StorageError, Tx};
use crate::{shown_contact, sql};
use mobile_core::capture::Contact;
use mobile_core::fold::Fold;
use mobile_core::ids::{EventId, ExhibitorId, LeadId, RegistrationId, SpaceId};
use mobile_core::time::Timestamp;
use mobile_core::wire::lead::ConsentState;
use sqlx::types::Json;

/// What the indexes find a lead by besides its id.
#[derive(Debug, Clone, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Keys {
    registration_id: Option<RegistrationId>,
    code_hash: Option<Vec<u8>>,
    has_fields: bool,
}

/// A lead with the registration it belongs to.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct LeadRow {
    /// Whose it is.
    pub space_id: SpaceId,
    /// The lead.
    pub id: LeadId,
    /// The person, once known.
    pub registration_id: Option<RegistrationId>,
    /// The code's hash while the person is not known.
    pub code_hash: Option<Vec<u8>>,
    /// What the person said of this space or of all: a [`ConsentState`] by name.
    pub own_word: Option<String>,
    /// When they said so.
    pub own_word_at: Option<Timestamp>,
    /// The newest word of the person on marketing that holds for this space: its time twice, and one more where it
    /// refuses. So the newest is the greatest, and the ledger is not sorted at every scan.
    own_marketing: Option<i64>,
    /// Whether no capture is left.
    pub is_hidden: bool,
    /// What its captures add up to.
    pub fold: Json<Fold>,
    /// Rises with every change.
    pub version: i64,
    /// When its first capture arrived.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// The person's category.
    pub category: Option<String>,
    /// What exhibitors may get to see of the person, as far as policy and consent go.
    pub registered: Option<Json<Contact>>,
    /// The organiser's reference.
    pub external_id: Option<String>,
    /// The number on the badge.
    pub badge_number: Option<String>,
    /// Its keys when it was read; those of nobody if it is new. A row is written once: its next reading
    /// brings the next keys.
    #[sqlx(flatten)]
    stored: Keys,
}

impl LeadRow {
    /// A lead of a space that nothing has been said about yet.
    pub fn new(space: SpaceId, id: LeadId, now: Timestamp) -> Self {
        Self {
            space_id: space,
            id,
            registration_id: None,
            code_hash: None,
            own_word: None,
            own_word_at: None,
            own_marketing: None,
            is_hidden: true,
            fold: Json(Fold::default()),
            version: 0,
            created_at: now,
            updated_at: now,
            category: None,
            registered: None,
            external_id: None,
            badge_number: None,
            stored: Keys::default(),
        }
    }

    /// Whether an export has columns because of this lead: answers, or contact fields of the exhibitor's own.
    pub fn has_fields(&self) -> bool {
        !(self.fold.answers.is_empty() && self.fold.contact.is_empty() && self.fold.carried.is_empty())
    }

    /// Whether indexes find it by other keys than when it was read.
    pub fn is_found_otherwise(&self) -> bool {
        let Keys { registration_id, code_hash, has_fields } = &self.stored;
        *registration_id != self.registration_id || *code_hash != self.code_hash || *has_fields != self.has_fields()
    }

    /// What the person said, and when.
    pub fn own_word(&self) -> Option<(ConsentState, Timestamp)> {
        let word = ConsentState::from_name(self.own_word.as_deref()?);
        Some((word, self.own_word_at.unwrap_or_default()))
    }

    /// Whether nothing of the person is kept any more.
    pub fn is_erased(&self) -> bool {
        self.own_word.as_deref() == Some(ConsentState::Erased.as_str())
    }

    /// Takes note of what the person said.
    pub fn hear(&mut self, word: Option<(ConsentState, Timestamp)>) {
        self.own_word = word.map(|(state, _)| state.as_str().to_owned());
        self.own_word_at = word.map(|(_, at)| at);
    }

    /// What the person said themselves of marketing, to this space or to all, and when.
    pub fn own_marketing(&self) -> Option<(bool, Timestamp)> {
        self.own_marketing.map(|word| (word % 2 == 0, Timestamp::from_micros(word / 2)))
    }

    /// Takes note of what they said of it.
    pub fn hear_marketing(&mut self, word: Option<(ConsentState, Timestamp)>) {
        let written = |(state, at): (_, Timestamp)| at.as_micros() * 2 + i64::from(state != ConsentState::Granted);
        self.own_marketing = word.map(written);
    }
}

/// The columns of [`LeadRow`] from `lead l`, `registration r`.
pub const COLUMNS: &str = concat!(
    "l.space_id, l.id, l.registration_id, l.code_hash, l.own_word, l.own_word_at, l.is_hidden, l.fold, l.has_fields, \
    l.version, l.created_at, l.updated_at, r.category, ",
    shown_contact!(),
    " AS registered, r.external_id, (SELECT b.number FROM badge b WHERE b.event_id = l.event_id AND b.registration_id = l.registration_id \
     AND b.status = 'active' ORDER BY b.created_at DESC, b.id DESC LIMIT 1) AS badge_number, \
     (SELECT MAX(c.created_at * 2 + CASE WHEN c.is_granted THEN 0 ELSE 1 END) FROM consent_entry c \
     WHERE c.event_id = l.event_id AND c.registration_id = l.registration_id AND c.is_own AND c.purpose = 'marketing' \
     AND (c.exhibitor_id IS NULL OR c.exhibitor_id = l.space_id)) AS own_marketing"
);

/// The tables of [`COLUMNS`].
pub const TABLES: &str =
    " FROM lead l LEFT JOIN registration r ON r.event_id = l.event_id AND r.id = l.registration_id ";

/// A registered person as their leads know them.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct PersonRow {
    /// The category.
    pub category: String,
    /// What exhibitors may get to see of them, as far as policy and consent go.
    pub contact: Json<Contact>,
    /// The organiser's reference.
    pub external_id: Option<String>,
    /// The exhibitor whose team they are in.
    pub exhibitor_id: Option<ExhibitorId>,
}

/// Somebody who is registered.
pub async fn person(tx: &mut Tx, event: EventId, id: RegistrationId) -> Result<Option<PersonRow>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(concat!(
        "SELECT r.category, ", shown_contact!(), " AS contact, r.external_id, r.exhibitor_id FROM registration r \
         WHERE r.event_id = $1 AND r.id = $2"))
        .bind(event).bind(id).fetch_optional(conn))?)
}

#[cfg(test)]
mod tests {
    #[tokio::test]
    async fn a_lead_and_its_person_are_reached_by_whole_keys() {
        let statement = format!(
            "SELECT {}{} WHERE l.event_id = x'00' AND l.space_id = x'00' AND l.id = x'00'",
            super::COLUMNS,
            super::TABLES
        );
        let plan = crate::storage::plan_of(&statement).await;
        for step in plan.iter().filter(|step| step.contains("SEARCH") || step.contains("SCAN")) {
            assert!(step.contains("event_id=? AND "), "{step} in {plan:?}");
        }
    }
}
