//! The columns of each tab, in order. Adding one at the end of its group is safe; see [`super`].

use super::Kind;

/// Code, English label, French label, kind.
pub(super) type Spec = (&'static str, &'static str, &'static str, Kind);

const LEAD_ID: Spec = ("lead_id", "Lead ID", "ID du lead", Kind::Id);
const BADGE_NUMBER: Spec = ("badge_number", "Badge number", "N° de badge", Kind::Short);
const REGISTRATION_REF: Spec = ("registration_ref", "Registration", "Référence", Kind::Short);
const CATEGORY: Spec = ("category", "Category", "Catégorie", Kind::Short);
const FIRST_NAME: Spec = ("first_name", "First name", "Prénom", Kind::Text);
const LAST_NAME: Spec = ("last_name", "Last name", "Nom", Kind::Text);
const JOB_TITLE: Spec = ("job_title", "Job title", "Fonction", Kind::Text);
const COMPANY: Spec = ("company", "Company", "Société", Kind::Text);
const EMAIL: Spec = ("email", "E-mail", "E-mail", Kind::Text);
const PHONE: Spec = ("phone", "Phone", "Téléphone", Kind::Short);
const COUNTRY: Spec = ("country", "Country", "Pays", Kind::Short);
const NOTES: Spec = ("notes", "Notes", "Notes", Kind::Long);
const FIRST_SCANNED: Spec = ("first_scanned_at", "First scan", "Premier scan", Kind::Local);
const LAST_SCANNED: Spec = ("last_scanned_at", "Last scan", "Dernier scan", Kind::Local);
const FIRST_SCANNED_UTC: Spec = ("first_scanned_at_utc", "First scan (UTC)", "Premier scan (UTC)", Kind::Utc);
const LAST_SCANNED_UTC: Spec = ("last_scanned_at_utc", "Last scan (UTC)", "Dernier scan (UTC)", Kind::Utc);
const SCAN_COUNT: Spec = ("scan_count", "Scans", "Nombre de scans", Kind::Number);
const SCANNED_BY: Spec = ("scanned_by", "Scanned by", "Scanné par", Kind::Text);
const DISCLOSURE: Spec = ("disclosure_consent", "Consent to disclosure", "Accord de communication", Kind::Short);
const NOTICE: Spec = ("notice_version", "Notice version", "Version de la notice", Kind::Short);
const MATCH: Spec = ("match", "Match", "Rapprochement", Kind::Short);
const CREATED_AT: Spec = ("created_at", "Created", "Créé le", Kind::Local);
const UPDATED_AT: Spec = ("updated_at", "Updated", "Modifié le", Kind::Local);
const BOOTH: Spec = ("booth", "Booth", "Stand", Kind::Short);
const TEAM_MEMBER: Spec = ("team_member", "Team member", "Membre de l'équipe", Kind::Text);
const STATUS: Spec = ("status", "Status", "Statut", Kind::Short);

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
    ("street", "Street", "Adresse", Kind::Text),
    ("postcode", "Postcode", "Code postal", Kind::Short),
    ("city", "City", "Ville", Kind::Short),
    COUNTRY,
    ("language", "Language", "Langue", Kind::Short),
    ("rating", "Rating", "Intérêt", Kind::Short),
    ("stage", "Stage", "Étape", Kind::Short),
    ("tags", "Tags", "Étiquettes", Kind::Text),
    NOTES,
    FIRST_SCANNED,
    LAST_SCANNED,
    FIRST_SCANNED_UTC,
    LAST_SCANNED_UTC,
    SCAN_COUNT,
    SCANNED_BY,
    ("devices", "Devices", "Appareils", Kind::Text),
    ("booths", "Booths", "Stands", Kind::Text),
    ("owner", "Owner", "Responsable", Kind::Text),
    ("sources", "Sources", "Origines", Kind::Text),
    DISCLOSURE,
    ("marketing_consent", "Consent to marketing", "Accord de prospection", Kind::Short),
    ("consent_at", "Consent since", "Accord depuis", Kind::Local),
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
    ("shared_by", "Shared by", "Partagé par", Kind::Text),
    ("channel", "Channel", "Canal", Kind::Short),
    ("shared_at", "Shared", "Partagé le", Kind::Local),
    ("shared_at_utc", "Shared (UTC)", "Partagé le (UTC)", Kind::Utc),
    ("message_count", "Messages", "Messages", Kind::Number),
    ("last_message_at", "Last message", "Dernier message", Kind::Local),
    ("last_message_at_utc", "Last message (UTC)", "Dernier message (UTC)", Kind::Utc),
    DISCLOSURE,
    NOTICE,
];

pub(super) const SESSIONS: &[Spec] = &[
    ("session_ref", "Session", "Session", Kind::Short),
    ("session_title", "Title", "Titre", Kind::Text),
    ("room", "Room", "Salle", Kind::Short),
    ("starts_at", "Starts", "Début", Kind::Local),
    ("ends_at", "Ends", "Fin", Kind::Local),
    REGISTRATION_REF,
    CATEGORY,
    FIRST_NAME,
    LAST_NAME,
    JOB_TITLE,
    COMPANY,
    EMAIL,
    PHONE,
    COUNTRY,
    ("checked_in_at", "Entered", "Entrée", Kind::Local),
    ("checked_out_at", "Left", "Sortie", Kind::Local),
    ("checked_in_at_utc", "Entered (UTC)", "Entrée (UTC)", Kind::Utc),
    ("checked_out_at_utc", "Left (UTC)", "Sortie (UTC)", Kind::Utc),
    ("minutes", "Minutes inside", "Minutes de présence", Kind::Number),
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
    ("connected_at", "Connected", "Mis en relation le", Kind::Local),
    ("connected_at_utc", "Connected (UTC)", "Mis en relation le (UTC)", Kind::Utc),
    NOTES,
    DISCLOSURE,
    NOTICE,
];

pub(super) const MEETINGS: &[Spec] = &[
    ("meeting_id", "Meeting ID", "ID du rendez-vous", Kind::Id),
    STATUS,
    ("starts_at", "Starts", "Début", Kind::Local),
    ("ends_at", "Ends", "Fin", Kind::Local),
    ("starts_at_utc", "Starts (UTC)", "Début (UTC)", Kind::Utc),
    ("ends_at_utc", "Ends (UTC)", "Fin (UTC)", Kind::Utc),
    ("location", "Location", "Lieu", Kind::Text),
    TEAM_MEMBER,
    ("requested_by", "Requested by", "Demandé par", Kind::Text),
    REGISTRATION_REF,
    CATEGORY,
    FIRST_NAME,
    LAST_NAME,
    JOB_TITLE,
    COMPANY,
    EMAIL,
    PHONE,
    COUNTRY,
    ("message", "Message", "Message", Kind::Long),
    CREATED_AT,
    UPDATED_AT,
];

pub(super) const SCAN_LOG: &[Spec] = &[
    ("capture_id", "Scan ID", "ID du scan", Kind::Id),
    LEAD_ID,
    BADGE_NUMBER,
    REGISTRATION_REF,
    CATEGORY,
    FIRST_NAME,
    LAST_NAME,
    COMPANY,
    ("scanned_at", "Scanned", "Scanné le", Kind::Local),
    ("scanned_at_utc", "Scanned (UTC)", "Scanné le (UTC)", Kind::Utc),
    ("captured_at_utc", "Device's clock (UTC)", "Horloge de l'appareil (UTC)", Kind::Utc),
    ("received_at_utc", "Received (UTC)", "Reçu le (UTC)", Kind::Utc),
    SCANNED_BY,
    ("operator", "Operator", "Opérateur", Kind::Text),
    ("device", "Device", "Appareil", Kind::Text),
    BOOTH,
    ("entry", "Entry", "Saisie", Kind::Short),
    MATCH,
    ("flags", "Flags", "Signalements", Kind::Text),
    ("annulled", "Annulled", "Annulé", Kind::Short),
];

pub(super) const WITHDRAWN: &[Spec] = &[
    LEAD_ID,
    ("withdrawn_at", "Withdrawn", "Retiré le", Kind::Local),
    ("withdrawn_at_utc", "Withdrawn (UTC)", "Retiré le (UTC)", Kind::Utc),
    ("purpose", "Purpose", "Finalité", Kind::Short),
    ("channel", "Channel", "Canal", Kind::Short),
    NOTICE,
    FIRST_SCANNED,
    LAST_SCANNED,
    SCAN_COUNT,
    SCANNED_BY,
];
