//! An exhibitor's meetings as its exports read them.

use super::store::{COLUMNS, MeetingRow};
use crate::access::ExportScope;
use crate::sql_built;
use crate::storage::{StorageError, Tx, runs};
use mobile_core::ids::{MeetingId, RegistrationId};
use mobile_core::time::Timestamp;

/// Adds that a meeting has changed after a position of the feed; 0: whenever. The feed is read once for all of them.
macro_rules! push_changed {
    ($query:ident, $scope:expr, $seq:expr) => {{
        if $seq > 0 {
            $query.push(" AND m.id IN (SELECT f.other_id FROM feed f WHERE f.event_id = ").push_bind($scope.event());
            $query.push(" AND f.seq > ").push_bind($seq).push(" AND f.kind = 'meeting' AND f.space_id = ");
            $query.push_bind($scope.exhibitor()).push(")");
        }
    }};
}

/// An exhibitor's meetings with some people that changed after a position, in the order of their times.
pub async fn with_people(
    tx: &mut Tx,
    scope: &ExportScope,
    people: &[RegistrationId],
    from_seq: i64,
) -> Result<Vec<MeetingRow>, StorageError> {
    let mut found = Vec::new();
    for run in runs(people) {
        let rows: Vec<MeetingRow> = sql_built!(tx, conn, query = COLUMNS => {
            query.push_bind(scope.event()).push(" AND m.exhibitor_id = ").push_bind(scope.exhibitor());
            push_changed!(query, scope, from_seq);
            query.push(" AND m.registration_id IN (");
            let mut list = query.separated(", ");
            for person in run {
                list.push_bind(*person);
            }
            list.push_unseparated(") ORDER BY m.starts_at, m.id");
        }, query.build_query_as().fetch_all(conn))?;
        found.extend(rows);
    }
    Ok(found)
}

/// An exhibitor's meetings with people who are no lead of it that changed after a position, after a place.
pub async fn with_strangers(
    tx: &mut Tx,
    scope: &ExportScope,
    from_seq: i64,
    after: Option<(Timestamp, MeetingId)>,
    limit: i64,
) -> Result<Vec<MeetingRow>, StorageError> {
    Ok(sql_built!(tx, conn, query = COLUMNS => {
        query.push_bind(scope.event()).push(" AND m.exhibitor_id = ").push_bind(scope.exhibitor());
        query.push(" AND NOT EXISTS (SELECT 1 FROM lead d WHERE d.event_id = m.event_id AND d.space_id = m.exhibitor_id \
            AND d.registration_id = m.registration_id AND NOT d.is_hidden)");
        push_changed!(query, scope, from_seq);
        if let Some((at, id)) = after {
            query.push(" AND (m.starts_at, m.id) > (").push_bind(at).push(", ").push_bind(id).push(")");
        }
        query.push(" ORDER BY m.starts_at, m.id LIMIT ").push_bind(limit);
    }, query.build_query_as().fetch_all(conn))?)
}
