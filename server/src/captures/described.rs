//! What the OpenAPI document says a capture is. `mobile_core::capture` parses captures one by one and keeps fields
//! that it does not know, so that no kind is closed here.

use mobile_core::capture::{Entry, Purpose, Rating};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

/// A capture: one thing that somebody did, by its `kind`. Fields beside those named here are kept.
#[derive(Deserialize, ToSchema)]
#[schema(as = Capture)]
#[expect(dead_code, reason = "describes mobile_core::capture::Capture to OpenAPI")]
pub(super) struct CaptureBody {
    /// Made by the client, unique within the space: an id that is sent again is taken in once.
    id: Uuid,
    /// The queue's number of it, from 1 without a hole.
    #[schema(minimum = 1)]
    device_seq: Option<u64>,
    /// When it was done, by the device's clock.
    #[schema(value_type = String, format = "date-time")]
    captured_at: String,
    /// Microseconds since it was done, by a clock that nobody sets, when the batch was sent.
    #[schema(minimum = 0)]
    age_us: Option<i64>,
    /// Who held the device; when absent, the member that it is paired to.
    member_id: Option<Uuid>,
    /// Who held the device, for people without an account.
    #[schema(max_length = 300)]
    operator: Option<String>,
    /// The space, where the sender stands for several.
    exhibitor_id: Option<Uuid>,
    /// The code that was scanned, or that names the lead.
    code: Option<String>,
    /// The lead, where no code names it. All but a scan and an annulment name it in one way or the other.
    lead_id: Option<Uuid>,
    /// What was done.
    #[serde(flatten)]
    deed: Deed,
}

/// What was done, by `kind`.
#[derive(Deserialize, ToSchema)]
#[schema(as = CaptureKind)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(dead_code, reason = "describes mobile_core::capture::Action to OpenAPI")]
#[expect(clippy::large_enum_variant, reason = "none is ever made")]
enum Deed {
    /// Scanned a code.
    Scan {
        /// What was read, at most 8 KiB.
        code: String,
        /// How it came in; `camera` when absent.
        entry: Option<Entry>,
    },
    /// Wrote a note.
    Note {
        /// The note.
        #[schema(max_length = 10_000)]
        text: String,
    },
    /// Rated the person; null takes the rating back.
    Rating {
        #[schema(required = true)]
        rating: Option<Rating>,
    },
    /// Added and removed tags, at most 100 each; one in both is added.
    Tags {
        /// Tags to add.
        add: Option<Vec<String>>,
        /// Tags to remove.
        remove: Option<Vec<String>>,
    },
    /// Answered questions of the exhibitor's form.
    Answers {
        /// Answer by question; null takes an answer back. Where this is absent, all fields that have no other
        /// meaning are answers.
        #[schema(value_type = Option<Object>)]
        answers: Option<Map<String, Value>>,
        /// The version of the form that was on the screen.
        form_version: Option<i64>,
    },
    /// Moved the lead to a stage; null or nothing takes it out of all.
    Stage {
        #[schema(max_length = 300)]
        stage: Option<String>,
    },
    /// Gave the lead to a colleague; null or nothing to nobody.
    Owner { owner_id: Option<Uuid> },
    /// Typed contact details, or corrected them; an empty text clears the exhibitor's own value. Begins a lead where
    /// `lead_id` is new.
    Contact {
        first_name: Option<String>,
        last_name: Option<String>,
        job_title: Option<String>,
        company: Option<String>,
        email: Option<String>,
        phone: Option<String>,
        street: Option<String>,
        postcode: Option<String>,
        city: Option<String>,
        country: Option<String>,
        language: Option<String>,
    },
    /// Recorded the person's consent, or refusal.
    Consent {
        purpose: Purpose,
        granted: bool,
        /// The version of the notice that was shown.
        notice_version: Option<String>,
        /// How it was asked, for instance `booth`.
        channel: Option<String>,
    },
    /// Took an earlier capture back.
    Annul {
        /// Its id.
        annuls: Uuid,
    },
    /// Went into a session.
    SessionCheckIn {
        session_id: Uuid,
        /// Why a supervisor let the person in against the verdict.
        #[serde(rename = "override")]
        overrides: Option<String>,
        /// Whether the door let the person in by itself, having no network to ask.
        let_in: Option<bool>,
    },
    /// Left a session.
    SessionCheckOut { session_id: Uuid },
    /// Agreed on a meeting; noted by the server.
    Meeting { meeting_id: Uuid },
    /// Shared their contact details in a conversation; noted by the server.
    ContactSharing { conversation_id: Uuid },
    /// Connected with somebody of the team; noted by the server.
    Networking { connection_id: Uuid },
}
