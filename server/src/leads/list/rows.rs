//! Reading the rows that a filter lets through: a page of them, all in the order of their ids, or their
//! number.

use super::conditions::{push_answered, push_changed, push_country_shown, push_filter};
use super::filter::{AskedAnswer, Checked};
use super::sort::Place;
use crate::access::ExhibitorScope;
use crate::leads::store::{COLUMNS, LeadRow, TABLES};
use crate::storage::{Fetched, StorageError, Tx, cursor};
use crate::{sql, sql_built};
use futures_util::TryFutureExt as _;
use mobile_core::ids::LeadId;
use mobile_core::wire::lead::Match;

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
            Some(Place::Text(id, _)) => {
                query.push(" AND (").push(sort.column).push(", l.id)").push(beyond).push("(SELECT l.search, l.id \
                    FROM lead l WHERE l.event_id = ").push_bind(scope.event()).push(" AND l.space_id = ")
                    .push_bind(scope.space()).push(" AND l.id = ").push_bind(*id).push(")");
            }
            None => {}
        }
        query.push(" ORDER BY ").push(sort.column).push(order).push(", l.id").push(order).push(" LIMIT ")
            .push_bind(i64::from(checked.limit) + 1);
    }, query.build_query_as().fetch_all(conn))?;
    let more = rows.len() > checked.limit as usize;
    rows.truncate(checked.limit as usize);
    let next = rows.last().filter(|_| more).map(|row| {
        let (id, is_named) = (row.lead.id, row.by_text.as_deref().is_some_and(|text| !text.is_empty()));
        cursor::write(&row.by_number.map_or(Place::Text(id, is_named), |value| Place::Number(value, id)))
    });
    Ok((rows.into_iter().map(|row| row.lead).collect(), next))
}

/// Whether a page can begin after a place: a lead that was merged into another since, or whose person withdrew, is
/// nowhere among the names any more, and the page would leave leads out or begin again.
pub(super) async fn is_there(tx: &mut Tx, scope: &ExhibitorScope, place: &Place) -> Result<bool, StorageError> {
    let Place::Text(id, was_named) = place else { return Ok(true) };
    let text: Option<String> = sql!(tx, conn => sqlx::query_scalar(
        "SELECT search FROM lead WHERE event_id = $1 AND space_id = $2 AND id = $3")
        .bind(scope.event()).bind(scope.space()).bind(*id).fetch_optional(conn))?;
    Ok(text.is_some_and(|text| text.is_empty() != *was_named))
}

/// The tables that a filter's conditions speak of: to count leads, nobody's registration is opened unless
/// it is asked for.
fn tables_of(checked: &Checked) -> &'static str {
    if checked.asks_of_people() { TABLES } else { " FROM lead l " }
}

/// How many leads a filter lets through.
pub async fn total(tx: &mut Tx, scope: &ExhibitorScope, checked: &Checked) -> Result<u64, StorageError> {
    let count: i64 = sql_built!(tx, conn, query = "SELECT COUNT(*)" => {
        query.push(tables_of(checked));
        push_filter!(query, scope, checked);
    }, query.build_query_scalar().fetch_one(conn))?;
    Ok(count as u64)
}

/// Which leads of a filter are read in the order of their ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Among {
    /// All.
    Everybody,
    /// All but those who withdrew.
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

/// Adds who is among the leads that a statement over `lead l` reads.
///
/// Of a space's leads few were met otherwise than by a scan: their list is made once and each lead held
/// against it, which asks no question a lead.
macro_rules! push_among {
    ($query:ident, $scope:expr, $among:expr) => {{
        let (event, exhibitor) = ($scope.event(), $scope.exhibitor());
        match $among {
            Among::Everybody => {}
            Among::Withdrawn => {
                $query.push(" AND l.consent IN ('withdrawn', 'erased')");
            }
            _ => {
                $query.push(" AND NOT l.consent IN ('withdrawn', 'erased')");
            }
        }
        match $among {
            Among::Everybody | Among::Withdrawn | Among::Present => {}
            Among::Attendees => {
                $query.push(
                    " AND l.registration_id IN (SELECT a.registration_id FROM session s JOIN attendance a \
                     ON a.event_id = s.event_id AND a.session_id = s.id WHERE s.event_id = ",
                );
                $query.push_bind(event).push(" AND s.exhibitor_id = ").push_bind(exhibitor).push(")");
            }
            Among::Met => {
                $query.push(" AND l.registration_id IN (SELECT m.registration_id FROM meeting m WHERE m.event_id = ");
                $query.push_bind(event).push(" AND m.exhibitor_id = ").push_bind(exhibitor).push(")");
            }
            Among::Shared => {
                $query.push(" AND l.fold -> 'sources' -> 'contact_sharing' IS NOT NULL AND l.registration_id IN \
                     (SELECT c.registration_id FROM conversation c WHERE c.event_id = ");
                $query.push_bind(event).push(" AND c.exhibitor_id = ").push_bind(exhibitor).push(")");
            }
            Among::Connected => {
                $query.push(" AND l.fold -> 'sources' -> 'networking' IS NOT NULL AND l.registration_id IN \
                     (SELECT CASE t.id WHEN k.low_id THEN k.high_id ELSE k.low_id END FROM connection k \
                     JOIN registration t ON t.event_id = k.event_id AND t.id IN (k.low_id, k.high_id) WHERE k.event_id = ");
                $query.push_bind(event).push(" AND t.exhibitor_id = ").push_bind(exhibitor).push(")");
            }
        }
    }};
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
        // A meeting changes without its lead: whoever reads meetings asks what has become of each.
        if let Some(seq) = checked.changed_after.filter(|_| among != Among::Met) {
            push_changed!(query, scope, seq);
        }
        push_among!(query, scope, among);
        if let Some(after) = after {
            query.push(" AND l.id > ").push_bind(after);
        }
        query.push(" ORDER BY l.id LIMIT ").push_bind(limit);
    }, query.build().fetch_all(conn).map_ok(Fetched::from))?)
}

/// How many leads a filter lets through, and how many scans they have.
pub async fn totals(tx: &mut Tx, scope: &ExhibitorScope, checked: &Checked) -> Result<(i64, i64), StorageError> {
    Ok(sql_built!(tx, conn, query = "SELECT COUNT(*), CAST(COALESCE(SUM(l.scan_count), 0) AS BIGINT)" => {
        query.push(tables_of(checked));
        push_filter!(query, scope, checked);
        if let Some(seq) = checked.changed_after {
            push_changed!(query, scope, seq);
        }
    }, query.build_query_as().fetch_one(conn))?)
}

#[cfg(test)]
mod tests {
    use crate::leads::list::sort::Sort;
    use crate::leads::store::{COLUMNS, TABLES};

    const SPACE: &str = "WHERE l.event_id = x'00' AND l.space_id = x'00' AND NOT l.is_hidden";

    /// A space may have ten thousand leads, and a page of them shows a hundred.
    #[tokio::test]
    async fn the_first_page_is_read_in_its_order_and_not_sorted() {
        let newest_first = Sort::parse(None).unwrap().column;
        for beyond in ["", &format!("AND ({newest_first}, l.id) < (1, x'00')")] {
            let statement =
                format!("SELECT {COLUMNS} {TABLES} {SPACE} {beyond} ORDER BY {newest_first} DESC, l.id DESC LIMIT 101");
            let plan = crate::storage::plan_of(&statement).await;
            assert!(plan[0].contains("lead_shown"), "{plan:?}");
            assert!(!plan.iter().any(|step| step.contains("TEMP B-TREE")), "{plan:?}");
        }
    }

    #[tokio::test]
    async fn leads_are_counted_without_being_read() {
        for counted in ["COUNT(*)", "COUNT(*), SUM(l.scan_count)", "COUNT(l.last_scanned_at), MAX(l.last_scanned_at)"] {
            let plan = crate::storage::plan_of(&format!("SELECT {counted} FROM lead l {SPACE}")).await;
            assert!(plan[0].contains("COVERING INDEX lead_shown"), "{plan:?}");
        }
    }

    /// A workbook asks so once for each of its sheets, of a space with any number of leads.
    #[tokio::test]
    async fn the_list_of_those_who_were_met_otherwise_is_made_once() {
        let statement = format!(
            "SELECT {COLUMNS} {TABLES} WHERE l.event_id = x'00' AND l.space_id = x'00' AND NOT l.is_hidden \
             AND NOT l.consent IN ('withdrawn', 'erased') AND l.registration_id IN (SELECT m.registration_id \
             FROM meeting m WHERE m.event_id = x'00' AND m.exhibitor_id = x'00') AND l.id > x'00' \
             ORDER BY l.id LIMIT 256"
        );
        let plan = crate::storage::plan_of(&statement).await;
        assert!(plan.iter().any(|step| step.starts_with("LIST SUBQUERY")), "{plan:?}");
    }
}
