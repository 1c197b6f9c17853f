//! Mail: what is said, in which language, and how it gets out.
//!
//! A mail is a row written in the transaction that causes it ([`enqueue`]), so none is sent for what
//! did not happen and none is forgotten. [`deliver`] hands the rows to a [`carrier`], SMTP or a
//! folder of `.eml` files, with retries; several nodes never take the same one at once. [`letter`]
//! makes text and HTML of it, in the words of whoever reads it.

pub mod carrier;
pub mod deliver;
pub mod letter;
mod parts;
pub mod store;
mod written;

use crate::access::OrganizerRole;
use crate::app::App;
use crate::fields::Email;
use crate::storage::{StorageError, Tx};
use crate::words::Words;
use mobile_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tokio::sync::Notify;

pub use carrier::{Sender, SmtpUrl};
pub use parts::{Calendar, DayOfLeads, FactorChange, MeetingChange};

/// Where and for whom a team works: what several messages say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Whom the mail greets: first and last name.
    pub name: String,
    /// The exhibitor.
    pub exhibitor: String,
    /// The event.
    pub event: String,
    /// The event's IANA time zone.
    pub timezone: String,
    /// First day's opening.
    pub starts_at: Timestamp,
}

/// What a mail says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "message", rename_all = "snake_case")]
pub enum Message {
    /// Somebody is asked to join a team; the link works once.
    Invitation {
        /// Where.
        #[serde(flatten)]
        place: Place,
        /// The link.
        link: String,
        /// When the link ends.
        expires_at: Timestamp,
        /// Whether they were registered before, and by accepting become the team's.
        #[serde(default)]
        is_registered: bool,
    },
    /// Somebody is asked to join an organizer; the link works once.
    OrganizerInvitation {
        /// Whom the mail greets.
        name: String,
        /// The organizer.
        organizer: String,
        /// What they will be.
        role: OrganizerRole,
        /// The link.
        link: String,
        /// For how many days the link works.
        days: i64,
    },
    /// The space of somebody who has joined already is open.
    SpaceOpen {
        /// Where.
        #[serde(flatten)]
        place: Place,
        /// The space's address.
        link: String,
    },
    /// The Leads tab is open: how to pair, licences, terms.
    Scanning {
        /// Where.
        #[serde(flatten)]
        place: Place,
        /// The space's address, or an invitation where `expires_at` is given.
        link: String,
        /// When the invitation ends; none for somebody who has joined already.
        expires_at: Option<Timestamp>,
        /// Whether they were registered before, and by accepting become the team's.
        #[serde(default)]
        is_registered: bool,
        /// Whether this person may pair phones.
        is_admin: bool,
        /// Licences of the exhibitor; none: as many as it likes.
        licences: Option<i64>,
        /// When the space stops taking changes.
        closes_at: Timestamp,
    },
    /// What an exhibitor has still to do before the doors open: for its admins.
    Reminder {
        /// Where.
        #[serde(flatten)]
        place: Place,
        /// The space's address, or an invitation where `expires_at` is given.
        link: String,
        /// When the invitation ends; none for somebody who has joined already.
        expires_at: Option<Timestamp>,
        /// Whether no phone is paired.
        is_unpaired: bool,
        /// Whether no phone has scanned the practice badge.
        is_untested: bool,
        /// Whether nobody but the admin is in the team.
        is_alone: bool,
        /// Whether the phones ask no questions of the exhibitor's own.
        #[serde(default)]
        asks_nothing: bool,
    },
    /// What a day brought a stand: for its admins who want it, at closing time.
    Daily {
        /// Where.
        #[serde(flatten)]
        place: Place,
        /// The day's leads.
        link: String,
        /// When the day closed.
        closed_at: Timestamp,
        /// What it brought.
        brought: DayOfLeads,
    },
    /// When the contacts of an event are removed: for the admins of exhibitors with leads.
    Retention {
        /// Where.
        #[serde(flatten)]
        place: Place,
        /// Where the leads are downloaded.
        link: String,
        /// When the contacts go.
        removes_at: Timestamp,
        /// Days until then.
        days: i64,
    },
    /// The organiser exported an exhibitor's leads on its behalf: for its admins.
    ExportedForYou {
        /// Where.
        #[serde(flatten)]
        place: Place,
        /// Who of the organizer did it.
        by: String,
        /// How many rows.
        rows: i64,
        /// The activity of the space.
        link: String,
    },
    /// Somebody's data was erased, as they asked.
    Erased {
        /// The event.
        event: String,
    },
    /// How many exhibitors met a visitor: once, on the evening of the first day of it.
    Evening {
        /// The event.
        event: String,
        /// How many.
        exhibitors: i64,
        /// The attendee area.
        link: String,
    },
    /// Somebody asked for a new password; the link works once.
    PasswordReset {
        /// Whom the mail greets.
        name: String,
        /// The link.
        link: String,
        /// For how many minutes the link works.
        minutes: i64,
    },
    /// An attendee asked to sign in; the link works once.
    AttendeeSignIn {
        /// Whom the mail greets; empty where several people share the address.
        name: String,
        /// The events that the address is registered for.
        events: String,
        /// The link.
        link: String,
        /// For how many minutes the link works.
        minutes: i64,
    },
    /// An attendee named another address for exhibitors, which this goes to; the link works once.
    ExhibitorEmail {
        /// The attendee, as they registered.
        name: String,
        /// The event.
        event: String,
        /// The link.
        link: String,
        /// For how many minutes the link works.
        minutes: i64,
    },
    /// A meeting was asked for, answered, moved or called off by the other side.
    Meeting {
        /// Whom the mail greets.
        name: String,
        /// With whom the meeting is; empty where nothing may be said of them.
        with: String,
        /// The event.
        event: String,
        /// The event's IANA time zone.
        timezone: String,
        /// When it begins.
        starts_at: Timestamp,
        /// Where it is; empty where nothing was said.
        location: String,
        /// What the other side wrote; empty where it wrote nothing.
        note: String,
        /// What happened to it.
        change: MeetingChange,
        /// Where to answer.
        link: String,
        /// The meeting for calendar programs.
        calendar: Calendar,
    },
    /// The password was changed.
    PasswordChanged {
        /// Whom the mail greets.
        name: String,
        /// Where to ask for another one.
        link: String,
    },
    /// The second factor was switched on or off, or a recovery code was used.
    SecondFactor {
        /// Whom the mail greets.
        name: String,
        /// What happened.
        change: FactorChange,
        /// Where to look at it.
        link: String,
    },
}

impl Message {
    /// The calendar file that goes with it.
    pub const fn calendar(&self) -> Option<&Calendar> {
        match self {
            Self::Meeting { calendar, .. } => Some(calendar),
            _ => None,
        }
    }

    /// The name under which it is kept, for lists and counts.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Invitation { .. } => "invitation",
            Self::OrganizerInvitation { .. } => "organizer_invitation",
            Self::SpaceOpen { .. } => "space_open",
            Self::Scanning { .. } => "scanning",
            Self::Reminder { .. } => "reminder",
            Self::Daily { .. } => "daily",
            Self::Retention { .. } => "retention",
            Self::ExportedForYou { .. } => "exported_for_you",
            Self::Erased { .. } => "erased",
            Self::Evening { .. } => "evening",
            Self::PasswordReset { .. } => "password_reset",
            Self::AttendeeSignIn { .. } => "attendee_sign_in",
            Self::ExhibitorEmail { .. } => "exhibitor_email",
            Self::Meeting { .. } => "meeting",
            Self::PasswordChanged { .. } => "password_changed",
            Self::SecondFactor { .. } => "second_factor",
        }
    }
}

/// What the server keeps for its mails.
#[derive(Debug)]
pub struct Mails {
    carrier: carrier::Carrier,
    due: Arc<Notify>,
}

impl Mails {
    /// Ready to carry mails as the settings say.
    pub fn new(settings: &crate::app::Settings) -> Self {
        Self { carrier: carrier::Carrier::new(settings), due: Arc::new(Notify::new()) }
    }

    /// Looks for due mails now instead of in a moment.
    pub fn wake(&self) {
        self.due.notify_one();
    }
}

/// Puts a mail on its way, once this transaction is committed.
pub async fn enqueue(
    app: &App,
    tx: &mut Tx,
    to: &Email,
    language: Words,
    message: &Message,
) -> Result<(), StorageError> {
    store::insert(tx, app.new_id(), to, language, message, app.now()).await?;
    tx.wakes(&app.mails.due);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_kept_and_read_back_as_it_was() {
        let message = Message::PasswordReset { name: "Ines".into(), link: "https://x/y".into(), minutes: 60 };
        let kept = serde_json::to_string(&message).expect("JSON");
        assert_eq!(serde_json::from_str::<Message>(&kept).expect("the message"), message);
    }
}
