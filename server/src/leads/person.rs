//! Whom a lead is about: the one place that says what a lead's row takes over from its person.

use super::store::{self, LeadRow, PersonRow};
use crate::consent::{self, OwnWords};
use crate::storage::{StorageError, Tx};
use mobile_core::ids::{EventId, RegistrationId, SpaceId};
use mobile_core::time::Timestamp;
use mobile_core::wire::lead::ConsentState;

/// The person who a lead becomes.
pub(super) struct Person {
    id: RegistrationId,
    row: PersonRow,
    words: OwnWords,
}

impl Person {
    /// Somebody who is registered; none where they are not.
    pub(super) async fn find(tx: &mut Tx, event: EventId, id: RegistrationId) -> Result<Option<Self>, StorageError> {
        let Some(row) = store::person(tx, event, id).await? else { return Ok(None) };
        let words = consent::own_words(tx, event, &[id]).await?;
        Ok(Some(Self { id, row, words }))
    }

    /// The same, of somebody whose row is there.
    pub(super) async fn get(tx: &mut Tx, event: EventId, id: RegistrationId) -> Result<Self, StorageError> {
        let found = Self::find(tx, event, id).await?;
        found.ok_or_else(|| StorageError::Corrupt(format!("the registration {id} of a lead is not there")))
    }

    /// Whether they are of the space's own team.
    pub(super) fn is_of(&self, space: SpaceId) -> bool {
        self.row.exhibitor_id.is_some_and(|own| SpaceId::from(own) == space)
    }

    /// What they said themselves that holds for a space.
    pub(super) fn word_to(&self, space: SpaceId) -> Option<(ConsentState, Timestamp)> {
        self.words.of(self.id, space)
    }

    /// Makes a lead theirs. One that was somebody else's, or nobody's, follows what they said from now on.
    pub(super) fn take(&self, lead: &mut LeadRow) {
        if lead.registration_id != Some(self.id) {
            lead.registration_id = Some(self.id);
            lead.hear(self.word_to(lead.space_id));
        }
        lead.code_hash = None;
        lead.category = Some(self.row.category.clone());
        lead.registered = Some(self.row.contact.clone());
        lead.external_id.clone_from(&self.row.external_id);
    }
}
