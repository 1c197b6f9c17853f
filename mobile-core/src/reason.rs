//! Why something was refused or flagged: one enum for server, phones and documents.
//!
//! A reason has a code for programs, a title for people and the HTTP status it travels with.
//! Adding one means adding a line below; the table is what OpenAPI and the bindings are made from.

use serde::{Deserialize, Serialize};

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $status:literal, $title:literal;)*) => {
        /// Why something was refused or flagged.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum Reason {
            $($(#[$doc])* #[serde(rename = $code)] $name,)*
        }

        impl Reason {
            /// Every reason, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The name that programs compare.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code),* }
            }

            /// The HTTP status of a problem with this reason.
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status),* }
            }

            /// A short sentence for people.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title),* }
            }

            /// The reason with this code.
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$name),)* _ => None }
            }
        }
    };
}

reasons! {
    /// The code belongs to no badge that the event knows.
    UnknownBadge = "unknown_badge", 404, "This code is not known at this event yet";
    /// The badge was lost, cancelled or misused before the scan.
    BadgeRevoked = "badge_revoked", 409, "This badge is no longer valid";
    /// The event's policy discloses nothing of this person.
    NotDisclosed = "not_disclosed", 403, "The organiser does not share this visitor's details";
    /// The time lies outside the event's phases.
    TimeOutsideEvent = "time_outside_event", 422, "This time lies outside the event";
    /// The queue's number was already used by another capture.
    SeqReused = "seq_reused", 409, "This number was already used by another scan of the phone";
    /// A code longer than a QR code can hold.
    CodeTooLong = "code_too_long", 422, "The code is longer than 8 KiB";
    /// A kind of capture that this server does not know.
    UnknownKind = "unknown_kind", 422, "This kind of entry is not known";
    /// A field is missing or has a wrong value.
    InvalidField = "invalid_field", 422, "A field is missing or wrong";
    /// The lead does not exist in this space.
    LeadNotFound = "lead_not_found", 404, "There is no such lead here";
    /// The id is taken by something with other content.
    IdConflict = "id_conflict", 409, "This id was already used with other content";
    /// The person's data was erased.
    SubjectErased = "subject_erased", 410, "This person's data was erased";
    /// The device's access ended before the capture was made.
    DeviceRevoked = "device_revoked", 403, "This device's access has ended";
    /// The member named is not of this exhibitor.
    UnknownMember = "unknown_member", 422, "This person is not in the exhibitor's team";
    /// The exhibitor's package does not include this.
    NotInPackage = "not_in_package", 403, "Your package does not include this; ask the organiser";
    /// The organiser has not opened this yet.
    NotOpenYet = "not_open_yet", 403, "This is not open yet";
    /// Delivered after leads were closed: kept, and marked.
    LateUpload = "late_upload", 409, "This arrived after the leads were closed";
    /// The event is over for so long that leads stay as they are.
    LeadsClosed = "leads_closed", 403, "This event's leads can be read and exported, but no longer changed";
    /// A scan of the build-up: kept, and out of the event's counters.
    BuildUp = "build_up", 409, "Scanned while the event was being built up";
    /// All licences are in use.
    LicenceLimit = "licence_limit", 409, "All licences are in use; the organiser can add one";
    /// All badges of the package are in use.
    BadgeQuota = "badge_quota", 409, "All badges of your package are in use; the organiser can add some";
    /// An exhibitor keeps at least one admin.
    LastAdmin = "last_admin", 409, "The last admin cannot be removed";
    /// The registration, or the session, is not for this day.
    NotToday = "not_today", 409, "Not valid on this day";
    /// The person is inside already.
    AlreadyInside = "already_inside", 409, "Already inside";
    /// The session does not admit this category.
    CategoryNotAdmitted = "category_not_admitted", 403, "This category is not admitted here";
    /// The registration was cancelled.
    Cancelled = "cancelled", 409, "This registration was cancelled";
    /// Nobody more may go in.
    Full = "full", 409, "There is no room left";
    /// Somebody has to look at it.
    SeeDesk = "see_desk", 409, "Please see the desk";
    /// A place or a person of the meeting is taken at that time.
    SlotTaken = "slot_taken", 409, "This time is taken";
    /// The other side refused, blocked or takes no messages.
    NoMessages = "no_messages", 403, "This person takes no messages from you";

    /// The body is no JSON.
    NotJson = "not_json", 400, "The body is not valid JSON";
    /// The body is JSON but sent as something else.
    UnsupportedMediaType = "unsupported_media_type", 415, "The body's media type is not supported here";
    /// The body is larger than the route allows.
    TooLarge = "too_large", 413, "The body is too large";
    /// Nobody is signed in, or the token is unknown or expired.
    NotSignedIn = "not_signed_in", 401, "Sign in first";
    /// The e-mail or the password is wrong.
    WrongCredentials = "wrong_credentials", 401, "E-mail or password is wrong";
    /// The password is right, and the account asks for a second step.
    SecondFactorRequired = "second_factor_required", 401, "Enter the code of your app too";
    /// The code of the second step is wrong, too old, or was used already.
    WrongCode = "wrong_code", 401, "This code is not right";
    /// The role does not include this.
    Forbidden = "forbidden", 403, "Your role does not allow this";
    /// Somebody of the organizer looks at a space as its member does, which changes nothing.
    ViewOnly = "view_only", 403, "This is a view: nothing can be changed or taken away";
    /// Nothing of this name, or not for this caller.
    NotFound = "not_found", 404, "There is no such thing here";
    /// The method is not offered at this address.
    MethodNotAllowed = "method_not_allowed", 405, "This method is not offered here";
    /// Something with this natural key exists.
    AlreadyExists = "already_exists", 409, "This already exists";
    /// A code or a link that was used or has expired.
    UsedUp = "used_up", 410, "This was already used or has expired";
    /// The thing was changed since it was read.
    OldVersion = "old_version", 412, "This was changed meanwhile; read it again";
    /// `If-Match` is missing.
    VersionRequired = "version_required", 428, "Say which version you edit with If-Match";
    /// Deleting needs an explicit confirmation.
    ConfirmationRequired = "confirmation_required", 409, "This needs an explicit confirmation";
    /// The key was used with another body.
    IdempotencyKeyReused = "idempotency_key_reused", 422, "This Idempotency-Key was used with another body";
    /// Too many attempts.
    TooManyRequests = "too_many_requests", 429, "Too many attempts; try again a little later";
    /// The storage is busy or away; the same request may be sent again.
    Unavailable = "unavailable", 503, "The service is busy; try again shortly";
    /// A mistake of ours.
    Internal = "internal", 500, "Something went wrong on our side";
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_a_code_of_its_own_and_an_error_status() {
        for (i, a) in Reason::ALL.iter().enumerate() {
            assert!((400..600).contains(&a.status()), "{a}");
            assert_eq!(Reason::from_code(a.code()), Some(*a));
            assert!(Reason::ALL[i + 1..].iter().all(|b| a.code() != b.code()), "{a}");
        }
    }
}
