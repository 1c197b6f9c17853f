//! The columns of each tab, in order. Adding one at the end of its group is safe; see [`super`].

use super::Kind;

/// Code and kind; the label of each code is the text `column-CODE`.
pub(super) type Spec = (&'static str, Kind);

const LEAD_ID: Spec = ("lead_id", Kind::Id);
const BADGE_NUMBER: Spec = ("badge_number", Kind::Short);
const REGISTRATION_REF: Spec = ("registration_ref", Kind::Short);
const CATEGORY: Spec = ("category", Kind::Short);
const FIRST_NAME: Spec = ("first_name", Kind::Text);
const LAST_NAME: Spec = ("last_name", Kind::Text);
const JOB_TITLE: Spec = ("job_title", Kind::Text);
const COMPANY: Spec = ("company", Kind::Text);
const EMAIL: Spec = ("email", Kind::Text);
const PHONE: Spec = ("phone", Kind::Short);
const COUNTRY: Spec = ("country", Kind::Short);
const NOTES: Spec = ("notes", Kind::Long);
const FIRST_SCANNED: Spec = ("first_scanned_at", Kind::Local);
const LAST_SCANNED: Spec = ("last_scanned_at", Kind::Local);
const FIRST_SCANNED_UTC: Spec = ("first_scanned_at_utc", Kind::Utc);
const LAST_SCANNED_UTC: Spec = ("last_scanned_at_utc", Kind::Utc);
const SCAN_COUNT: Spec = ("scan_count", Kind::Number);
const SCANNED_BY: Spec = ("scanned_by", Kind::Text);
const DISCLOSURE: Spec = ("disclosure_consent", Kind::Short);
const NOTICE: Spec = ("notice_version", Kind::Short);
const MATCH: Spec = ("match", Kind::Short);
const CREATED_AT: Spec = ("created_at", Kind::Local);
const UPDATED_AT: Spec = ("updated_at", Kind::Local);
const BOOTH: Spec = ("booth", Kind::Short);
const TEAM_MEMBER: Spec = ("team_member", Kind::Text);
const STATUS: Spec = ("status", Kind::Short);

pub(super) const SCANS: &[Spec] = &[
    LEAD_ID,
    BADGE_NUMBER,
    REGISTRATION_REF,
    CATEGORY,
    FIRST_NAME,
    LAST_NAME,
    JOB_TITLE,
    COMPANY,
    EMAIL,
    PHONE,
    ("street", Kind::Text),
    ("postcode", Kind::Short),
    ("city", Kind::Short),
    COUNTRY,
    ("language", Kind::Short),
    ("rating", Kind::Short),
    ("stage", Kind::Short),
    ("tags", Kind::Text),
    NOTES,
    FIRST_SCANNED,
    LAST_SCANNED,
    FIRST_SCANNED_UTC,
    LAST_SCANNED_UTC,
    SCAN_COUNT,
    SCANNED_BY,
    ("devices", Kind::Text),
    ("booths", Kind::Text),
    ("owner", Kind::Text),
    ("sources", Kind::Text),
    DISCLOSURE,
    ("marketing_consent", Kind::Short),
    ("consent_at", Kind::Local),
    NOTICE,
    MATCH,
    CREATED_AT,
    UPDATED_AT,
];

pub(super) const CONTACT_SHARING: &[Spec] = &[
    REGISTRATION_REF,
    CATEGORY,
    FIRST_NAME,
    LAST_NAME,
    JOB_TITLE,
    COMPANY,
    EMAIL,
    PHONE,
    COUNTRY,
    ("shared_by", Kind::Text),
    ("channel", Kind::Short),
    ("shared_at", Kind::Local),
    ("shared_at_utc", Kind::Utc),
    ("message_count", Kind::Number),
    ("last_message_at", Kind::Local),
    ("last_message_at_utc", Kind::Utc),
    DISCLOSURE,
    NOTICE,
];

pub(super) const SESSIONS: &[Spec] = &[
    ("session_ref", Kind::Short),
    ("session_title", Kind::Text),
    ("room", Kind::Short),
    ("starts_at", Kind::Local),
    ("ends_at", Kind::Local),
    REGISTRATION_REF,
    CATEGORY,
    FIRST_NAME,
    LAST_NAME,
    JOB_TITLE,
    COMPANY,
    EMAIL,
    PHONE,
    COUNTRY,
    ("checked_in_at", Kind::Local),
    ("checked_out_at", Kind::Local),
    ("checked_in_at_utc", Kind::Utc),
    ("checked_out_at_utc", Kind::Utc),
    ("minutes", Kind::Number),
    DISCLOSURE,
];

pub(super) const NETWORKING: &[Spec] = &[
    REGISTRATION_REF,
    CATEGORY,
    FIRST_NAME,
    LAST_NAME,
    JOB_TITLE,
    COMPANY,
    EMAIL,
    PHONE,
    COUNTRY,
    TEAM_MEMBER,
    STATUS,
    ("connected_at", Kind::Local),
    ("connected_at_utc", Kind::Utc),
    NOTES,
    DISCLOSURE,
    NOTICE,
];

pub(super) const MEETINGS: &[Spec] = &[
    ("meeting_id", Kind::Id),
    STATUS,
    ("starts_at", Kind::Local),
    ("ends_at", Kind::Local),
    ("starts_at_utc", Kind::Utc),
    ("ends_at_utc", Kind::Utc),
    ("location", Kind::Text),
    TEAM_MEMBER,
    ("requested_by", Kind::Text),
    REGISTRATION_REF,
    CATEGORY,
    FIRST_NAME,
    LAST_NAME,
    JOB_TITLE,
    COMPANY,
    EMAIL,
    PHONE,
    COUNTRY,
    ("message", Kind::Long),
    CREATED_AT,
    UPDATED_AT,
];

pub(super) const SCAN_LOG: &[Spec] = &[
    ("capture_id", Kind::Id),
    LEAD_ID,
    BADGE_NUMBER,
    REGISTRATION_REF,
    CATEGORY,
    FIRST_NAME,
    LAST_NAME,
    COMPANY,
    ("scanned_at", Kind::Local),
    ("scanned_at_utc", Kind::Utc),
    ("captured_at_utc", Kind::Utc),
    ("received_at_utc", Kind::Utc),
    SCANNED_BY,
    ("operator", Kind::Text),
    ("device", Kind::Text),
    BOOTH,
    ("entry", Kind::Short),
    MATCH,
    ("flags", Kind::Text),
    ("annulled", Kind::Short),
];

pub(super) const WITHDRAWN: &[Spec] = &[
    LEAD_ID,
    ("withdrawn_at", Kind::Local),
    ("withdrawn_at_utc", Kind::Utc),
    ("purpose", Kind::Short),
    ("channel", Kind::Short),
    NOTICE,
    FIRST_SCANNED,
    LAST_SCANNED,
    SCAN_COUNT,
    SCANNED_BY,
];
