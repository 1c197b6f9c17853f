//! The list of leads: filters, sort, total and stable cursors.

use super::store::{COLUMNS, LeadRow, TABLES};
use super::view;
use crate::access::{ExhibitorScope, Visibility};
use crate::app::App;
use crate::audit;
use crate::events::cache::EventInfo;
use crate::events::disclosure::Scannable;
use crate::partner_menu::Tab;
use crate::problem::Problem;
use crate::sql_built;
use crate::storage::{Fetched, StorageError, Tx, cursor};
use futures_util::TryFutureExt as _;
use jiff::civil::Date;
use mobile_core::capture::Rating;
use mobile_core::ids::{BoothId, DeviceId, LeadId, TeamMemberId};
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;
use mobile_core::wire::LeadView;
use mobile_core::wire::lead::{ConsentState, Match};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// What a list shows.
#[derive(Debug, Clone, Default, Deserialize, Serialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct LeadFilter {
    /// Words of names, company, e-mail and tags; every word must begin one of theirs.
    pub q: Option<String>,
    /// Only this rating.
    #[param(inline)]
    pub rating: Option<Rating>,
    /// Only leads without a rating.
    pub unrated: Option<bool>,
    /// Only this stage.
    pub stage: Option<String>,
    /// Only leads of this member.
    #[param(value_type = Option<uuid::Uuid>)]
    pub owner: Option<TeamMemberId>,
    /// Only leads with this tag.
    pub tag: Option<String>,
    /// Only leads from this source: `scan`, `session`, `meeting`, `contact_sharing`, `networking` or
    /// `manual`.
    pub source: Option<String>,
    /// Only this category.
    pub category: Option<String>,
    /// Only this country, as disclosed.
    pub country: Option<String>,
    /// Only this state of consent.
    #[param(inline)]
    pub consent: Option<ConsentState>,
    /// Whether the event knows the person.
    #[param(inline)]
    #[serde(rename = "match")]
    pub matched: Option<Match>,
    /// Only leads that this member scanned.
    #[param(value_type = Option<uuid::Uuid>)]
    pub scanned_by: Option<TeamMemberId>,
    /// Only leads scanned on this device.
    #[param(value_type = Option<uuid::Uuid>)]
    pub device: Option<DeviceId>,
    /// Only leads scanned at this booth.
    #[param(value_type = Option<uuid::Uuid>)]
    pub booth: Option<BoothId>,
    /// Only leads scanned on this local day of the event, as `2026-11-22`.
    pub day: Option<String>,
    /// Only leads scanned at or after this time.
    #[param(value_type = Option<String>, format = "date-time")]
    pub since: Option<Timestamp>,
    /// Only leads scanned before this time.
    #[param(value_type = Option<String>, format = "date-time")]
    pub until: Option<Timestamp>,
    /// Only leads with a note, or without.
    pub has_note: Option<bool>,
    /// Also leads whose every scan was taken back.
    pub annulled: Option<bool>,
    /// Only leads that changed since one's own last complete export; a device: since anybody's.
    pub new_since_export: Option<bool>,
    /// Only leads with this answer, as `question:answer`.
    pub answer: Option<String>,
    /// `last_scanned_at`, `first_scanned_at`, `updated_at` or `name`; with a `-` in front, the other
    /// way round. Newest scan first when absent.
    pub sort: Option<String>,
    /// At most this many, 1 to 500.
    pub limit: Option<u32>,
    /// From the last answer.
    pub cursor: Option<String>,
}

/// A page of leads.
#[derive(Debug, Serialize, ToSchema)]
pub struct LeadList {
    /// The leads.
    pub items: Vec<LeadView>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
    /// The head of the feed read before the list: connect with `since=seq` and nothing is missed.
    pub seq: u64,
    /// How many leads the filter lets through.
    pub total: u64,
}

/// What the sort compares, as SQL of both engines.
#[derive(Debug, Clone, Copy)]
struct Sort {
    column: &'static str,
    is_text: bool,
    is_descending: bool,
}

impl Sort {
    fn parse(sort: Option<&str>) -> Result<Self, Problem> {
        let sort = sort.unwrap_or("-last_scanned_at");
        let (name, is_descending) = sort.strip_prefix('-').map_or((sort, false), |name| (name, true));
        let (column, is_text) = match name {
            "last_scanned_at" => ("COALESCE(l.last_scanned_at, l.newest_at)", false),
            "first_scanned_at" => ("COALESCE(l.first_scanned_at, l.newest_at)", false),
            "updated_at" => ("l.updated_at", false),
            "name" => ("l.search", true),
            _ => {
                return Err(Problem::field(
                    "?sort",
                    "must be last_scanned_at, first_scanned_at, updated_at or name, with - for the other way round",
                ));
            }
        };
        Ok(Self { column, is_text, is_descending })
    }
}

/// The place after a row: the compared value and the id that breaks ties.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Place {
    #[serde(rename = "n")]
    Number(i64, LeadId),
    #[serde(rename = "t")]
    Text(String, LeadId),
}

/// Where leads come from.
const SOURCES: [&str; 6] = ["scan", "session", "meeting", "contact_sharing", "networking", "manual"];

/// A filter whose values were looked up and cannot be wrong.
#[derive(Debug)]
pub struct Checked {
    filter: LeadFilter,
    words: Vec<String>,
    day: Option<(Timestamp, Timestamp)>,
    tag_key: Option<String>,
    /// The key of the question, and the answer.
    answer: Option<(String, String)>,
    exported_to: Option<i64>,
    /// Whether people of the category show it before they have answered.
    is_category_asked: bool,
    sort: Sort,
    place: Option<Place>,
    limit: u32,
}

impl LeadFilter {
    /// Checks the filter for one space.
    pub async fn check(self, tx: &mut Tx, scope: &ExhibitorScope, event: &EventInfo) -> Result<Checked, Problem> {
        let sort = Sort::parse(self.sort.as_deref())?;
        let place = cursor::place::<Place>(self.cursor.as_deref())?;
        if place.as_ref().is_some_and(|place| matches!(place, Place::Text(..)) != sort.is_text) {
            return Err(Problem::field("?cursor", "belongs to another sort; begin without a cursor"));
        }
        let day = self.day.as_deref().map(|day| local_day(day, event)).transpose()?;
        let answer = match self.answer.as_deref() {
            None => None,
            Some(answer) => match answer.split_once(':') {
                Some((question, answer)) => Some((tx.json_key(question), answer.to_owned())),
                None => return Err(Problem::field("?answer", "must be question:answer")),
            },
        };
        let tag_key = self.tag.as_deref().map(|tag| tx.json_key(tag));
        if self.source.as_deref().is_some_and(|source| !SOURCES.contains(&source)) {
            return Err(Problem::field("?source", format!("must be one of {}", SOURCES.join(", "))));
        }
        if let Some(part) = self.source.as_deref().and_then(Tab::of_source) {
            scope.allows_tab(part)?;
        }
        let exported_to = match self.new_since_export {
            Some(true) => Some(crate::exports::store::last_sent(tx, scope).await?.unwrap_or(0)),
            _ => None,
        };
        let words = self.q.as_deref().map(crate::registrations::folding::fold).unwrap_or_default();
        let words = words.split_whitespace().take(8).map(|word| format!("%{}%", escape(word))).collect();
        let limit = cursor::limit(self.limit)?;
        let rule = self.category.as_deref().map(|category| event.disclosure.rule(category).scannable);
        let is_category_asked = rule == Some(Scannable::Ask);
        Ok(Checked { filter: self, words, day, tag_key, answer, exported_to, is_category_asked, sort, place, limit })
    }
}

/// Begin and end of a local day of the event.
fn local_day(day: &str, event: &EventInfo) -> Result<(Timestamp, Timestamp), Problem> {
    let wrong = || Problem::field("?day", "must be a day such as 2026-11-22");
    let date: Date = day.parse().map_err(|_| wrong())?;
    let start = |date: Date| {
        let zoned = date.to_zoned(event.zone()).map_err(|_| wrong())?;
        Ok::<_, Problem>(Timestamp::from_micros(zoned.timestamp().as_microsecond()))
    };
    Ok((start(date)?, start(date.tomorrow().map_err(|_| wrong())?)?))
}

/// `LIKE` without its wildcards.
fn escape(word: &str) -> String {
    word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// Adds the conditions of a filter to a statement over `lead l` and `registration r`.
macro_rules! push_filter {
    ($query:ident, $scope:expr, $checked:expr) => {{
        let (scope, checked) = ($scope, $checked);
        let filter = &checked.filter;
        $query
            .push(" WHERE l.event_id = ")
            .push_bind(scope.event())
            .push(" AND l.space_id = ")
            .push_bind(scope.space());
        if filter.annulled != Some(true) {
            $query.push(" AND NOT l.is_hidden");
        }
        match scope.sees() {
            Visibility::Team => {}
            Visibility::Own(member) => {
                $query
                    .push(" AND (l.owner_id = ")
                    .push_bind(member)
                    .push(
                        " OR EXISTS (SELECT 1 FROM capture c WHERE c.event_id = l.event_id AND c.lead_id = l.id \
                     AND c.space_id = l.space_id AND c.kind = 'scan' AND c.member_id = ",
                    )
                    .push_bind(member)
                    .push("))");
            }
            Visibility::OwnDevice(device) => {
                $query
                    .push(
                        " AND EXISTS (SELECT 1 FROM capture c WHERE c.event_id = l.event_id AND c.lead_id = l.id \
                     AND c.space_id = l.space_id AND c.kind = 'scan' AND c.device_id = ",
                    )
                    .push_bind(device)
                    .push(")");
            }
        }
        for word in &checked.words {
            $query.push(" AND l.search LIKE ").push_bind(word.clone()).push(" ESCAPE '\\'");
        }
        if let Some(rating) = filter.rating {
            $query.push(" AND l.rating = ").push_bind(rating.as_str());
        }
        match filter.unrated {
            Some(true) => {
                $query.push(" AND l.rating IS NULL");
            }
            Some(false) => {
                $query.push(" AND l.rating IS NOT NULL");
            }
            None => {}
        }
        if let Some(stage) = &filter.stage {
            $query.push(" AND l.stage = ").push_bind(stage.clone());
        }
        if let Some(owner) = filter.owner {
            $query.push(" AND l.owner_id = ").push_bind(owner);
        }
        if let Some(key) = &checked.tag_key {
            $query
                .push(" AND CAST(l.fold -> 'tags' -> ")
                .push_bind(key.clone())
                .push(" ->> 'v' AS TEXT) IN ('1', 'true')");
        }
        match filter.source.as_deref() {
            Some("scan") => {
                $query.push(" AND l.scan_count > 0");
            }
            Some("manual") => {
                $query.push(" AND l.scan_count = 0 AND l.fold -> 'sources' IS NULL");
            }
            Some(source) => {
                $query.push(" AND l.fold -> 'sources' -> ").push_bind(source.to_owned()).push(" IS NOT NULL");
            }
            None => {}
        }
        if let Some(category) = &filter.category {
            $query.push(" AND r.category = ").push_bind(category.clone());
            $query.push(if checked.is_category_asked {
                " AND l.consent IN ('granted', 'pending')"
            } else {
                " AND l.consent = 'granted'"
            });
        }
        if let Some(country) = &filter.country {
            $query
                .push(" AND l.consent = 'granted' AND CAST(r.contact ->> 'country' AS TEXT) = ")
                .push_bind(country.clone());
        }
        if let Some(consent) = filter.consent {
            $query.push(" AND l.consent = ").push_bind(consent.as_str());
        }
        match filter.matched {
            Some(Match::Matched) => {
                $query.push(" AND l.registration_id IS NOT NULL");
            }
            Some(Match::Unmatched) => {
                $query.push(" AND l.code_hash IS NOT NULL");
            }
            Some(Match::Manual) => {
                $query.push(" AND l.registration_id IS NULL AND l.code_hash IS NULL");
            }
            None => {}
        }
        let scanned = filter.scanned_by.is_some()
            || filter.device.is_some()
            || filter.booth.is_some()
            || checked.day.is_some()
            || filter.since.is_some()
            || filter.until.is_some();
        if scanned {
            $query.push(
                " AND EXISTS (SELECT 1 FROM capture c WHERE c.event_id = l.event_id AND c.lead_id = l.id \
                 AND c.space_id = l.space_id AND c.kind = 'scan'",
            );
            if let Some(member) = filter.scanned_by {
                $query.push(" AND c.member_id = ").push_bind(member);
            }
            if let Some(device) = filter.device {
                $query.push(" AND c.device_id = ").push_bind(device);
            }
            if let Some(booth) = filter.booth {
                $query.push(" AND c.booth_id = ").push_bind(booth);
            }
            if let Some((start, end)) = checked.day {
                $query.push(" AND c.corrected_at >= ").push_bind(start).push(" AND c.corrected_at < ").push_bind(end);
            }
            if let Some(since) = filter.since {
                $query.push(" AND c.corrected_at >= ").push_bind(since);
            }
            if let Some(until) = filter.until {
                $query.push(" AND c.corrected_at < ").push_bind(until);
            }
            $query.push(")");
        }
        match filter.has_note {
            Some(true) => {
                $query.push(" AND l.note_count > 0");
            }
            Some(false) => {
                $query.push(" AND l.note_count = 0");
            }
            None => {}
        }
        if let Some((question, answer)) = &checked.answer {
            $query
                .push(" AND CAST(l.fold -> 'answers' -> ")
                .push_bind(question.clone())
                .push(" -> 'v' ->> 'a' AS TEXT) = ")
                .push_bind(answer.clone());
        }
        if let Some(seq) = checked.exported_to {
            $query
                .push(" AND l.id IN (SELECT f.lead_id FROM feed f WHERE f.event_id = l.event_id AND f.seq > ")
                .push_bind(seq)
                .push(" AND f.space_id = l.space_id AND f.lead_id IS NOT NULL)");
        }
    }};
}

/// A row with the value that the sort compares.
#[derive(Debug, sqlx::FromRow)]
struct Sorted {
    #[sqlx(flatten)]
    lead: LeadRow,
    by_number: Option<i64>,
    by_text: Option<String>,
}

/// One page of rows and the cursor of the next.
pub async fn page(
    tx: &mut Tx,
    scope: &ExhibitorScope,
    checked: &Checked,
) -> Result<(Vec<LeadRow>, Option<String>), StorageError> {
    let sort = checked.sort;
    let (beyond, order) = if sort.is_descending { (" < ", " DESC") } else { (" > ", " ASC") };
    let compared =
        if sort.is_text { ("CAST(NULL AS BIGINT)", sort.column) } else { (sort.column, "CAST(NULL AS TEXT)") };
    let mut rows: Vec<Sorted> = sql_built!(tx, conn, query = "SELECT " => {
        query.push(COLUMNS).push(", ").push(compared.0).push(" AS by_number, ").push(compared.1)
            .push(" AS by_text").push(TABLES);
        push_filter!(query, scope, checked);
        match &checked.place {
            Some(Place::Number(value, id)) => {
                query.push(" AND (").push(sort.column).push(", l.id)").push(beyond).push("(").push_bind(*value)
                    .push(", ").push_bind(*id).push(")");
            }
            Some(Place::Text(value, id)) => {
                query.push(" AND (").push(sort.column).push(", l.id)").push(beyond).push("(").push_bind(value.clone())
                    .push(", ").push_bind(*id).push(")");
            }
            None => {}
        }
        query.push(" ORDER BY ").push(sort.column).push(order).push(", l.id").push(order).push(" LIMIT ")
            .push_bind(i64::from(checked.limit) + 1);
    }, query.build_query_as().fetch_all(conn))?;
    let more = rows.len() > checked.limit as usize;
    rows.truncate(checked.limit as usize);
    let next = rows.last().filter(|_| more).map(|row| {
        cursor::write(&match (row.by_number, &row.by_text) {
            (Some(value), _) => Place::Number(value, row.lead.id),
            (None, text) => Place::Text(text.clone().unwrap_or_default(), row.lead.id),
        })
    });
    Ok((rows.into_iter().map(|row| row.lead).collect(), next))
}

/// How many leads a filter lets through.
pub async fn total(tx: &mut Tx, scope: &ExhibitorScope, checked: &Checked) -> Result<u64, StorageError> {
    let count: i64 = sql_built!(tx, conn, query = "SELECT COUNT(*)" => {
        query.push(TABLES);
        push_filter!(query, scope, checked);
    }, query.build_query_scalar().fetch_one(conn))?;
    Ok(count as u64)
}

/// Which leads of a filter are read in the order of their ids. Those who withdrew are read apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Among {
    /// Everybody else.
    Present,
    /// Those who took their consent back.
    Withdrawn,
    /// Those who attended a session of the exhibitor.
    Attendees,
    /// Those whom the exhibitor has a meeting with.
    Met,
    /// Those who shared their contact details in a conversation.
    Shared,
    /// Those who connected with somebody of the team.
    Connected,
}

impl Among {
    fn condition(self) -> &'static str {
        match self {
            Self::Present => " AND NOT l.consent IN ('withdrawn', 'erased')",
            Self::Withdrawn => " AND l.consent IN ('withdrawn', 'erased')",
            Self::Attendees => {
                " AND NOT l.consent IN ('withdrawn', 'erased') AND EXISTS (SELECT 1 FROM attendance a JOIN session s \
                  ON s.event_id = a.event_id AND s.id = a.session_id WHERE a.event_id = l.event_id \
                  AND a.registration_id = l.registration_id AND s.exhibitor_id = l.space_id)"
            }
            Self::Met => {
                " AND NOT l.consent IN ('withdrawn', 'erased') AND EXISTS (SELECT 1 FROM meeting m \
                  WHERE m.event_id = l.event_id AND m.registration_id = l.registration_id AND m.exhibitor_id = l.space_id)"
            }
            Self::Shared => {
                " AND NOT l.consent IN ('withdrawn', 'erased') AND l.fold -> 'sources' -> 'contact_sharing' IS NOT NULL"
            }
            Self::Connected => {
                " AND NOT l.consent IN ('withdrawn', 'erased') AND l.fold -> 'sources' -> 'networking' IS NOT NULL"
            }
        }
    }
}

/// Leads of a filter in the order of their ids, which no change moves: whoever reads page by page
/// while scans come in misses none. The rows are [`LeadRow`]s that are not taken apart yet.
pub async fn in_key_order(
    tx: &mut Tx,
    scope: &ExhibitorScope,
    checked: &Checked,
    among: Among,
    after: Option<LeadId>,
    limit: i64,
) -> Result<Fetched, StorageError> {
    Ok(sql_built!(tx, conn, query = "SELECT " => {
        query.push(COLUMNS).push(TABLES);
        push_filter!(query, scope, checked);
        query.push(among.condition());
        if let Some(after) = after {
            query.push(" AND l.id > ").push_bind(after);
        }
        query.push(" ORDER BY l.id LIMIT ").push_bind(limit);
    }, query.build().fetch_all(conn).map_ok(Fetched::from))?)
}

/// How many leads a filter lets through, and how many scans they have.
pub async fn totals(tx: &mut Tx, scope: &ExhibitorScope, checked: &Checked) -> Result<(i64, i64), StorageError> {
    Ok(sql_built!(tx, conn, query = "SELECT COUNT(*), CAST(COALESCE(SUM(l.scan_count), 0) AS BIGINT)" => {
        query.push(TABLES);
        push_filter!(query, scope, checked);
    }, query.build_query_as().fetch_one(conn))?)
}

/// What a filter says of scans, besides of the leads that have such a scan.
#[derive(Debug, Clone, Copy)]
pub struct OfScans {
    /// Scanned by this member.
    pub member: Option<TeamMemberId>,
    /// Scanned on this device.
    pub device: Option<DeviceId>,
    /// Scanned at this booth.
    pub booth: Option<BoothId>,
    /// At this time or later.
    pub from: Option<Timestamp>,
    /// Before this time.
    pub until: Option<Timestamp>,
}

impl Checked {
    /// What the filter says of scans.
    pub fn of_scans(&self) -> OfScans {
        let (start, end) = self.day.unzip();
        OfScans {
            member: self.filter.scanned_by,
            device: self.filter.device,
            booth: self.filter.booth,
            from: self.filter.since.max(start),
            until: [self.filter.until, end].into_iter().flatten().min(),
        }
    }

    /// Only leads that changed after a position of the feed.
    pub fn changed_after(&mut self, seq: i64) {
        self.exported_to = self.exported_to.max(Some(seq));
    }

    /// The same filter from another place on.
    pub fn continue_at(&mut self, cursor: &str) -> bool {
        self.place = cursor::read(cursor);
        self.place.is_some()
    }
}

/// A page of leads as the caller may see them.
pub async fn list(app: &App, scope: &ExhibitorScope, filter: LeadFilter) -> Result<LeadList, Problem> {
    audit::read(app, scope, "list").await?;
    let info = app.events.info(app, scope.event()).await?;
    let names = app.events.names(app, scope.event()).await?;
    if scope.is_masked() && (filter.q.is_some() || filter.tag.is_some() || filter.answer.is_some()) {
        let detail = "Contacts are masked in this view, so nothing is searched by what they say. Clear the search.";
        return Err(Problem::new(Reason::ViewOnly, detail));
    }
    let mut tx = app.read().await?;
    let seq = crate::feed::store::head(&mut tx, scope.event()).await?;
    let checked = filter.check(&mut tx, scope, &info).await?;
    let total = total(&mut tx, scope, &checked).await?;
    let (rows, next_cursor) = page(&mut tx, scope, &checked).await?;
    tx.done().await?;
    let items = rows.iter().map(|row| view::render_for(row, &info, &names, scope)).collect();
    Ok(LeadList { items, next_cursor, seq, total })
}
