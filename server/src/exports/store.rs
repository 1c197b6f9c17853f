//! The list of a space's exports, and what exports read beside the leads themselves.

use crate::access::{ExhibitorScope, ExportScope};
use crate::leads::list::OfScans;
use crate::storage::{StorageError, Tx, lookups};
use crate::{affected, sql, sql_built};
use mobile_core::ids::{
    AccountId, BoothId, CaptureId, DeviceId, EventId, ExhibitorId, ExportId, LeadId, RegistrationId, TeamMemberId,
};
use mobile_core::time::Timestamp;

/// The position of the feed that the last complete export of all leads reached; only exports that were
/// sent to the end count. A person's own; a device's are everybody's.
pub async fn last_sent(tx: &mut Tx, scope: &ExhibitorScope) -> Result<Option<i64>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar(
        "SELECT MAX(to_seq) FROM export WHERE event_id = $1 AND exhibitor_id = $2 AND status = 'sent' \
         AND tab IN ('all', 'scans') AND filter = '' AND format <> 'vcf' AND ($3 IS NULL OR account_id = $3)")
        .bind(scope.event()).bind(scope.exhibitor()).bind(scope.account()).fetch_one(conn))?)
}

/// The position that the last complete export reached which held what this one will: all of its tab
/// (or of all tabs), with the same filter or none. Cards leave out people without a name, so that
/// they count for other cards only.
pub async fn last_sent_like(
    tx: &mut Tx,
    scope: &ExhibitorScope,
    format: super::Format,
    tab: &str,
    filter: &str,
) -> Result<Option<i64>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar(
        "SELECT MAX(to_seq) FROM export WHERE event_id = $1 AND exhibitor_id = $2 AND status = 'sent' \
         AND tab IN ('all', $3) AND filter IN ('', $4) AND (format <> 'vcf' OR format = $5)")
        .bind(scope.event()).bind(scope.exhibitor()).bind(tab).bind(filter).bind(format.as_str())
        .fetch_one(conn))?)
}

/// An export to list.
#[derive(Debug)]
pub struct NewExport<'a> {
    /// The export.
    pub id: ExportId,
    /// Who asked for it; nil: the command line.
    pub account: AccountId,
    /// Its format.
    pub format: &'a str,
    /// Its tab, or `all`.
    pub tab: &'a str,
    /// Its filter as a query string; empty: everything.
    pub filter: &'a str,
    /// It holds what changed after this position of the feed.
    pub from_seq: i64,
    /// It holds what had changed up to this one.
    pub to_seq: i64,
    /// When it was asked for.
    pub created_at: Timestamp,
}

/// Lists an export that begins.
pub async fn begin(tx: &mut Tx, scope: &ExportScope, new: &NewExport<'_>) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "INSERT INTO export (event_id, id, exhibitor_id, account_id, format, tab, filter, status, row_count, \
             from_seq, to_seq, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 'building', 0, $8, $9, $10)"
        )
        .bind(scope.event())
        .bind(new.id)
        .bind(scope.exhibitor())
        .bind(new.account)
        .bind(new.format)
        .bind(new.tab)
        .bind(new.filter)
        .bind(new.from_seq)
        .bind(new.to_seq)
        .bind(new.created_at)
    )?;
    Ok(())
}

/// What has become of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Rows are being written, or handed over.
    Building,
    /// The file lies there.
    Ready,
    /// The last byte was handed over.
    Sent,
    /// It ended early.
    Failed,
}

impl Status {
    /// The name in JSON and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Building => "building",
            Self::Ready => "ready",
            Self::Sent => "sent",
            Self::Failed => "failed",
        }
    }
}

/// Writes how far an export has come. One that was sent stays sent.
pub async fn set_status(
    tx: &mut Tx,
    scope: &ExportScope,
    id: ExportId,
    status: Status,
    rows: u64,
    at: Option<Timestamp>,
) -> Result<(), StorageError> {
    affected!(
        tx,
        sqlx::query(
            "UPDATE export SET status = $4, row_count = $5, finished_at = COALESCE(finished_at, $6) \
             WHERE event_id = $1 AND exhibitor_id = $2 AND id = $3 AND status <> 'sent'"
        )
        .bind(scope.event())
        .bind(scope.exhibitor())
        .bind(id)
        .bind(status.as_str())
        .bind(rows as i64)
        .bind(at)
    )?;
    Ok(())
}

/// Gives up exports that no living process can still be building.
pub async fn give_up(tx: &mut Tx, before: Timestamp) -> Result<u64, StorageError> {
    Ok(affected!(
        tx,
        sqlx::query("UPDATE export SET status = 'failed' WHERE status = 'building' AND created_at < $1").bind(before)
    )?)
}

/// A listed export.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ExportRow {
    /// The export.
    pub id: ExportId,
    /// Its format.
    pub format: String,
    /// Its tab, or `all`.
    pub tab: String,
    /// Its filter as a query string.
    pub filter: String,
    /// What has become of it.
    pub status: String,
    /// Rows written.
    pub row_count: i64,
    /// It holds what changed after this position of the feed.
    pub from_seq: i64,
    /// It holds what had changed up to this one.
    pub to_seq: i64,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// Who asked for it; none: the command line.
    pub created_by: Option<String>,
}

const ROW: &str = "SELECT e.id, e.format, e.tab, e.filter, e.status, e.row_count, e.from_seq, e.to_seq, e.created_at, \
    e.finished_at, a.name AS created_by FROM export e LEFT JOIN account a ON a.id = e.account_id WHERE e.event_id = ";

/// The space's exports, newest first.
pub async fn list(
    tx: &mut Tx,
    scope: &ExportScope,
    before: Option<ExportId>,
    limit: i64,
) -> Result<Vec<ExportRow>, StorageError> {
    Ok(sql_built!(tx, conn, query = ROW => {
        query.push_bind(scope.event()).push(" AND e.exhibitor_id = ").push_bind(scope.exhibitor());
        if let Some(before) = before {
            query.push(" AND e.id < ").push_bind(before);
        }
        query.push(" ORDER BY e.id DESC LIMIT ").push_bind(limit);
    }, query.build_query_as().fetch_all(conn))?)
}

/// One of the space's exports.
pub async fn find(tx: &mut Tx, scope: &ExportScope, id: ExportId) -> Result<Option<ExportRow>, StorageError> {
    Ok(sql_built!(tx, conn, query = ROW => {
        query.push_bind(scope.event()).push(" AND e.exhibitor_id = ").push_bind(scope.exhibitor());
        query.push(" AND e.id = ").push_bind(id);
    }, query.build_query_as().fetch_optional(conn))?)
}

/// Whether less may be seen now of what an export up to a position held: somebody withdrew, or the
/// event discloses less.
pub async fn is_outdated(tx: &mut Tx, scope: &ExportScope, to_seq: i64) -> Result<bool, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM feed WHERE event_id = $1 AND seq > $2 AND ((space_id = $3 AND kind = 'redacted') \
         OR (kind = 'access' AND space_id = $3 AND other_id = $3) OR (kind = 'access' AND space_id = $4 AND COALESCE(other_id, $4) = $4)))")
        .bind(scope.event()).bind(to_seq).bind(scope.space()).bind(scope.event()).fetch_one(conn))?)
}

/// The exhibitor's short name in addresses, its name, and the name of whoever asks.
pub async fn names(tx: &mut Tx, scope: &ExportScope) -> Result<(String, String, Option<String>), StorageError> {
    let (slug, name): (String, String) = sql!(tx, conn => sqlx::query_as(
        "SELECT slug, name FROM exhibitor WHERE event_id = $1 AND id = $2")
        .bind(scope.event()).bind(scope.exhibitor()).fetch_one(conn))?;
    let person: Option<String> = sql!(tx, conn => sqlx::query_scalar("SELECT name FROM account WHERE id = $1")
        .bind(scope.account()).fetch_optional(conn))?;
    Ok((slug, name, person))
}

/// The exhibitor with a short name.
pub async fn exhibitor_by_slug(
    tx: &mut Tx,
    _: crate::access::SystemScope,
    event: EventId,
    slug: &str,
) -> Result<Option<ExhibitorId>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar("SELECT id FROM exhibitor WHERE event_id = $1 AND slug = $2")
        .bind(event).bind(slug).fetch_optional(conn))?)
}

/// The short names of an event's exhibitors.
pub async fn exhibitor_slugs(
    tx: &mut Tx,
    _: crate::access::SystemScope,
    event: EventId,
) -> Result<Vec<String>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_scalar("SELECT slug FROM exhibitor WHERE event_id = $1 ORDER BY slug")
        .bind(event).fetch_all(conn))?)
}

/// What the folds of some leads have by name: answers, typed contact fields, those from codes.
pub type Given = (LeadId, Option<String>, Option<String>, Option<String>);

/// The next leads that answered something or whose contact was typed, in the order of their ids.
pub async fn given(
    tx: &mut Tx,
    scope: &ExportScope,
    after: Option<LeadId>,
    limit: i64,
) -> Result<Vec<Given>, StorageError> {
    Ok(sql_built!(tx, conn, query = "SELECT l.id, CAST(l.fold -> 'answers' AS TEXT), \
        CAST(l.fold -> 'contact' AS TEXT), CAST(CASE WHEN l.registration_id IS NULL THEN l.fold -> 'carried' END AS TEXT) \
        FROM lead l WHERE l.event_id = " => {
        query.push_bind(scope.event()).push(" AND l.space_id = ").push_bind(scope.space());
        query.push(" AND l.consent NOT IN ('withdrawn', 'erased') AND l.has_fields");
        if let Some(after) = after {
            query.push(" AND l.id > ").push_bind(after);
        }
        query.push(" ORDER BY l.id LIMIT ").push_bind(limit);
    }, query.build_query_as().fetch_all(conn))?)
}

/// A word of the ledger.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Said {
    /// Who said it.
    pub registration_id: RegistrationId,
    /// What for.
    pub purpose: String,
    /// Given or taken back.
    pub is_granted: bool,
    /// Where it was said.
    pub channel: String,
    /// The notice that was shown.
    pub notice_version: Option<String>,
    /// When.
    pub created_at: Timestamp,
}

/// What some people said themselves to this exhibitor or to all, oldest first; what its booths recorded is in their
/// leads.
pub async fn said(
    tx: &mut Tx,
    scope: &ExportScope,
    registrations: &[RegistrationId],
) -> Result<Vec<Said>, StorageError> {
    let mut said = Vec::new();
    for run in lookups(registrations) {
        let rows: Vec<Said> = sql_built!(tx, conn, query = "SELECT registration_id, purpose, is_granted, channel, \
            notice_version, created_at FROM consent_entry WHERE is_own AND event_id = " => {
            query.push_bind(scope.event()).push(" AND (exhibitor_id IS NULL OR exhibitor_id = ")
                .push_bind(scope.exhibitor()).push(") AND registration_id IN (");
            let mut list = query.separated(", ");
            for id in &run {
                list.push_bind(*id);
            }
            list.push_unseparated(") ORDER BY created_at, id");
        }, query.build_query_as().fetch_all(conn))?;
        said.extend(rows);
    }
    Ok(said)
}

/// A scan of the log.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ScanRow {
    /// The scan.
    pub id: CaptureId,
    /// Whom it belongs to.
    pub lead_id: LeadId,
    /// The device; none for a page.
    pub device_id: Option<DeviceId>,
    /// Who held it.
    pub member_id: Option<TeamMemberId>,
    /// The booth it stood at.
    pub booth_id: Option<BoothId>,
    /// When, by the corrected clock.
    pub corrected_at: Timestamp,
    /// When, by the device's clock.
    pub captured_at: Timestamp,
    /// When it arrived.
    pub received_at: Timestamp,
    /// What was noticed, separated by commas.
    pub flags: String,
    /// How the code came in; none: by camera.
    pub entry: Option<String>,
    /// Who held the device, as free text.
    pub operator: Option<String>,
}

/// The next scans of some leads, in the order of lead, time and id.
pub async fn scans(
    tx: &mut Tx,
    scope: &ExportScope,
    filter: OfScans,
    leads: &[LeadId],
    after: Option<(LeadId, Timestamp, CaptureId)>,
    limit: i64,
) -> Result<Vec<ScanRow>, StorageError> {
    Ok(sql_built!(tx, conn, query = "SELECT c.id, c.lead_id, c.device_id, c.member_id, c.booth_id, c.corrected_at, \
        c.captured_at, c.received_at, c.flags, CAST(c.body ->> 'entry' AS TEXT) AS entry, \
        CAST(c.body ->> 'operator' AS TEXT) AS operator FROM capture c WHERE c.event_id = " => {
        // Compared plainly, the space would have SQLite read all of its captures by the primary key.
        query.push_bind(scope.event()).push(" AND COALESCE(c.space_id, c.space_id) = ").push_bind(scope.space());
        query.push(" AND c.kind = 'scan' AND c.lead_id IN (");
        let mut list = query.separated(", ");
        for lead in leads {
            list.push_bind(*lead);
        }
        list.push_unseparated(")");
        if let Some(member) = filter.member {
            query.push(" AND c.member_id = ").push_bind(member);
        }
        if let Some(device) = filter.device {
            query.push(" AND c.device_id = ").push_bind(device);
        }
        if let Some(booth) = filter.booth {
            query.push(" AND c.booth_id = ").push_bind(booth);
        }
        if let Some(from) = filter.from {
            query.push(" AND c.corrected_at >= ").push_bind(from);
        }
        if let Some(until) = filter.until {
            query.push(" AND c.corrected_at < ").push_bind(until);
        }
        if let Some((lead, at, id)) = after {
            query.push(" AND (c.lead_id, c.corrected_at, c.id) > (").push_bind(lead).push(", ").push_bind(at)
                .push(", ").push_bind(id).push(")");
        }
        query.push(" ORDER BY c.lead_id, c.corrected_at, c.id LIMIT ").push_bind(limit);
    }, query.build_query_as().fetch_all(conn))?)
}
