//! alf.io: tickets say `uuid/mac`, badges printed at its check-in stations `uuid::field::field…`.
//!
//! The key is the ticket's UUID in lower case, since lists hold either form or the bare id, and
//! the newer tickets of alf.io are readable in any case.

use uuid::Uuid;

use super::contact::tidy;
use super::{Badge, Meaning};
use crate::capture::{Contact, ContactField};

/// What an alf.io code says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Alfio {
    /// A ticket: its id and the authentication code, which only alf.io can check.
    Ticket {
        /// The ticket's id.
        ticket: Uuid,
        /// The authentication code.
        mac: String,
    },
    /// A badge: the ticket's id and the fields that the organiser chose to print, unnamed.
    Badge {
        /// The ticket's id.
        ticket: Uuid,
        /// The printed fields in their order.
        fields: Vec<String>,
        /// What of them shows by itself what it is.
        contact: Contact,
    },
}

impl Alfio {
    pub(super) fn contact(&self) -> Option<&Contact> {
        match self {
            Self::Ticket { .. } => None,
            Self::Badge { contact, .. } => Some(contact),
        }
    }
}

pub(super) fn badge(text: &str) -> Option<Badge> {
    let text = text.trim();
    let (head, rest) = text.split_at_checked(36)?;
    // Only the hyphenated form is alf.io's.
    let ticket = Uuid::try_parse(head).ok()?;
    let meaning = if let Some(mac) = rest.strip_prefix('/') {
        let mac = mac.to_owned();
        if mac.is_empty() || !mac.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=-_".contains(&byte)) {
            return None;
        }
        Alfio::Ticket { ticket, mac }
    } else {
        let fields: Vec<String> = rest.strip_prefix("::")?.split("::").map(tidy).collect();
        // The fields have no names; an e-mail address is the one kind that shows what it is.
        let mut contact = Contact::default();
        if let Some(email) = fields.iter().find(|field| is_email(field)) {
            contact.set(ContactField::Email, email);
        }
        Alfio::Badge { ticket, fields, contact }
    };
    Some(Badge::new(ticket.hyphenated().to_string(), Meaning::Alfio(meaning)))
}

fn is_email(field: &str) -> bool {
    field.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !field.contains(' '))
}

#[cfg(test)]
mod tests {
    use super::super::{Meaning, parse};
    use super::*;

    const ID: &str = "0d9c3f1e-4a51-4bf4-9a0e-1f2f3a4b5c6d";

    #[test]
    fn a_ticket_is_known_by_its_id_and_code() {
        let badge = parse(&format!("{}/ab12CD", ID.to_uppercase()));
        assert_eq!(badge.key(), ID);
        assert!(matches!(badge.meaning(), Meaning::Alfio(Alfio::Ticket { mac, .. }) if mac == "ab12CD"));
    }

    #[test]
    fn a_badge_carries_the_printed_fields() {
        let badge = parse(&format!("{ID}::Noor Aziz::Acme::noor@example.org"));
        assert_eq!(badge.key(), ID);
        assert_eq!(badge.contact().and_then(|contact| contact.get(ContactField::Email)), Some("noor@example.org"));
        assert!(matches!(badge.meaning(), Meaning::Alfio(Alfio::Badge { fields, .. }) if fields[1] == "Acme"));
    }

    #[test]
    fn a_bare_id_or_another_tail_is_opaque() {
        for text in [ID.to_owned(), format!("{ID}/"), format!("{ID}/a b"), format!("{ID}:x"), format!("é{ID}")] {
            assert_eq!(*parse(&text).meaning(), Meaning::Opaque, "{text}");
        }
    }
}
