//! Captures: the immutable things people do on devices and pages.
//!
//! A capture arrives as a JSON object, is parsed here into a [`Capture`] that cannot be wrong, and
//! is kept as it came: fields this version does not know stay in its `body`, so that a newer phone
//! loses nothing on an older server. Parsing collects every wrong field, not only the first.
//! What captures add up to is in [`crate::fold`].

mod parse;
mod raw;

use crate::ids::{CaptureId, ConnectionId, ConversationId, ExhibitorId, LeadId, MeetingId, SessionId, TeamMemberId};
use crate::reason::Reason;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// Most captures a batch may hold.
pub const MAX_BATCH: usize = 500;
/// Most bytes a batch may have.
pub const MAX_BATCH_BYTES: usize = 1 << 20;
/// Longest text a code can hold, in bytes (a QR code holds less).
pub const MAX_CODE_BYTES: usize = 8 * 1024;
/// Longest note, in characters.
pub const MAX_NOTE_CHARS: usize = 10_000;
/// Longest tag, stage, contact field or operator, in characters.
pub const MAX_FIELD_CHARS: usize = 300;
/// Most tags or answers one capture may name.
pub const MAX_ITEMS: usize = 100;

/// How interested a person is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Rating {
    /// Wants to buy.
    Hot,
    /// Worth a call.
    Warm,
    /// Just passing.
    Cold,
}

impl Rating {
    /// The name in JSON and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hot => "hot",
            Self::Warm => "warm",
            Self::Cold => "cold",
        }
    }

    /// The rating of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "hot" => Some(Self::Hot),
            "warm" => Some(Self::Warm),
            "cold" => Some(Self::Cold),
            _ => None,
        }
    }
}

/// How a code came into a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Entry {
    /// Read from the camera's live picture.
    #[default]
    Camera,
    /// A badge number typed by hand.
    Typed,
    /// A keyboard-like hardware reader.
    Reader,
    /// Read from a still picture.
    Photo,
}

/// What a consent is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Purpose {
    /// The exhibitor may see the contact details.
    Disclosure,
    /// The exhibitor may advertise to the person.
    Marketing,
    /// The exhibitor may write to the person here.
    Messages,
}

impl Purpose {
    /// The name in JSON and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Disclosure => "disclosure",
            Self::Marketing => "marketing",
            Self::Messages => "messages",
        }
    }
}

/// A field of a person's contact details.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum ContactField {
    /// Given name.
    FirstName,
    /// Family name.
    LastName,
    /// Employer.
    Company,
    /// Position.
    JobTitle,
    /// E-mail address.
    Email,
    /// Telephone number as typed.
    Phone,
    /// Street and number.
    Street,
    /// Postal code, as text.
    Postcode,
    /// Town.
    City,
    /// Country, as typed.
    Country,
    /// Preferred language.
    Language,
}

impl ContactField {
    /// Every field, in the order forms and exports show them.
    pub const ALL: [Self; 11] = [
        Self::FirstName,
        Self::LastName,
        Self::JobTitle,
        Self::Company,
        Self::Email,
        Self::Phone,
        Self::Street,
        Self::Postcode,
        Self::City,
        Self::Country,
        Self::Language,
    ];

    /// The name in JSON, in imports and in exports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FirstName => "first_name",
            Self::LastName => "last_name",
            Self::Company => "company",
            Self::JobTitle => "job_title",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Street => "street",
            Self::Postcode => "postcode",
            Self::City => "city",
            Self::Country => "country",
            Self::Language => "language",
        }
    }
}

/// Contact details: the fields that are known, none of them empty.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, String>))]
pub struct Contact(pub BTreeMap<ContactField, String>);

impl Contact {
    /// The field's text, if it is known.
    pub fn get(&self, field: ContactField) -> Option<&str> {
        self.0.get(&field).map(String::as_str)
    }

    /// Sets a field; an empty text leaves it unknown.
    pub fn set(&mut self, field: ContactField, text: &str) {
        let text = text.trim();
        if !text.is_empty() {
            self.0.insert(field, text.to_owned());
        }
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// First and last name joined, or an empty text.
    pub fn full_name(&self) -> String {
        let names = [self.get(ContactField::FirstName), self.get(ContactField::LastName)];
        names.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

/// What a person did.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Scanned a code.
    Scan {
        /// How the code came in.
        entry: Entry,
    },
    /// Wrote a note.
    Note {
        /// The note.
        text: String,
    },
    /// Rated the person, or took the rating back.
    Rating {
        /// The new rating.
        rating: Option<Rating>,
    },
    /// Added and removed tags; a tag in both is added.
    Tags {
        /// Tags to add.
        add: Vec<String>,
        /// Tags to remove.
        remove: Vec<String>,
    },
    /// Answered questions of the exhibitor's form.
    Answers {
        /// Answer by question; null takes an answer back.
        answers: BTreeMap<String, Value>,
        /// The version of the form that was on the screen.
        form_version: Option<i64>,
    },
    /// Moved the lead to a stage of the exhibitor's pipeline.
    Stage {
        /// The new stage.
        stage: Option<String>,
    },
    /// Handed the lead to a colleague.
    Owner {
        /// The new owner.
        owner: Option<TeamMemberId>,
    },
    /// Typed contact details, or corrected them.
    Contact {
        /// The fields that were typed; an empty text clears the exhibitor's own value.
        fields: BTreeMap<ContactField, String>,
    },
    /// Recorded the person's consent or refusal.
    Consent {
        /// What for.
        purpose: Purpose,
        /// Given or refused.
        granted: bool,
        /// The version of the notice that was shown.
        notice_version: Option<String>,
        /// How it was asked, for instance `booth`.
        channel: Option<String>,
    },
    /// Took an earlier capture back.
    Annul {
        /// The capture taken back; annulling an annulment has no effect.
        annuls: CaptureId,
    },
    /// Went into a session.
    CheckIn {
        /// The session.
        session: SessionId,
        /// Why a supervisor let the person in against the verdict.
        overrides: Option<String>,
        /// Whether the door let the person in by itself, having no network to ask.
        is_let_in: bool,
    },
    /// Left a session.
    CheckOut {
        /// The session.
        session: SessionId,
    },
    /// Agreed on a meeting; the server notes it.
    Meeting {
        /// The meeting.
        meeting: MeetingId,
    },
    /// Shared their contact details in a conversation; the server notes it.
    Shared {
        /// The conversation.
        conversation: ConversationId,
    },
    /// Connected with somebody of the team; the server notes it.
    Connected {
        /// The connection.
        connection: ConnectionId,
    },
}

impl Action {
    /// The `kind` in JSON and in storage.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Scan { .. } => "scan",
            Self::Note { .. } => "note",
            Self::Rating { .. } => "rating",
            Self::Tags { .. } => "tags",
            Self::Answers { .. } => "answers",
            Self::Stage { .. } => "stage",
            Self::Owner { .. } => "owner",
            Self::Contact { .. } => "contact",
            Self::Consent { .. } => "consent",
            Self::Annul { .. } => "annul",
            Self::CheckIn { .. } => "session_check_in",
            Self::CheckOut { .. } => "session_check_out",
            Self::Meeting { .. } => "meeting",
            Self::Shared { .. } => "contact_sharing",
            Self::Connected { .. } => "networking",
        }
    }
}

/// One capture, parsed.
#[derive(Debug, Clone, PartialEq)]
pub struct Capture {
    /// Client-made, unique within the space.
    pub id: CaptureId,
    /// The queue's number of it, from 1.
    pub device_seq: Option<u64>,
    /// The device's time of the deed.
    pub captured_at: Timestamp,
    /// Microseconds since the deed by the device's monotonic clock, when the batch was sent.
    pub age_us: Option<i64>,
    /// Who held the device.
    pub member_id: Option<TeamMemberId>,
    /// Who held the device, as free text for people without an account.
    pub operator: Option<String>,
    /// The space, where the sender stands for several.
    pub exhibitor_id: Option<ExhibitorId>,
    /// The code that was scanned or that names the lead.
    pub code: Option<String>,
    /// The lead it is about, where no code names it.
    pub lead_id: Option<LeadId>,
    /// What was done.
    pub action: Action,
    /// The object as it came, unknown fields included, U+0000 replaced, without `age_us`.
    pub body: Value,
}

/// A wrong field of the input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct FieldError {
    /// JSON pointer to the field.
    pub pointer: String,
    /// What is wrong and what would be right.
    pub detail: String,
}

impl FieldError {
    /// An error at a pointer.
    pub fn new(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), detail: detail.into() }
    }
}

/// Why a JSON value is no capture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed {
    /// The id, if that much could be read.
    pub id: Option<CaptureId>,
    /// The queue's number, if that much could be read.
    pub device_seq: Option<u64>,
    /// The reason for the whole.
    pub reason: Reason,
    /// Every wrong field, pointers relative to the capture.
    pub errors: Vec<FieldError>,
}

impl Capture {
    /// Parses one capture from JSON text.
    ///
    /// # Errors
    /// [`Malformed`] names every wrong field, and the id where it could be read.
    pub fn parse(json: &str) -> Result<Self, Malformed> {
        parse::capture(json)
    }

    /// The contact details that the scanned code itself carries (vCard, MECARD, alf.io); empty for
    /// everything but a scan.
    pub fn carried(&self) -> Contact {
        let code = self.code.as_deref().filter(|_| matches!(self.action, Action::Scan { .. }));
        code.and_then(|code| crate::badge::parse(code).contact().cloned()).unwrap_or_default()
    }

    /// SHA-256 of the content, by which a repeated id is told from a conflicting one.
    ///
    /// Covers the capture and nothing of its delivery: `age_us`, which grows with each attempt, is
    /// not part of it, and neither is the order of the fields.
    pub fn digest(&self) -> [u8; 32] {
        parse::digest(&self.body)
    }
}

#[cfg(test)]
mod tests;
