//! The leads of a space, counted.

use crate::access::SpaceScope;
use crate::leads::store::push_visible;
use crate::sql_built;
use crate::storage::{StorageError, Tx};
use mobile_core::time::Timestamp;

/// Leads of one rating.
#[derive(Debug, sqlx::FromRow)]
pub struct RatedRow {
    /// The rating; none where nobody rated them.
    pub rating: Option<String>,
    /// How many.
    pub count: i64,
    /// How many were met first since midnight.
    pub new_today: i64,
}

/// The leads that the caller sees, by rating.
pub async fn leads(tx: &mut Tx, scope: &SpaceScope, midnight: Timestamp) -> Result<Vec<RatedRow>, StorageError> {
    Ok(sql_built!(tx, conn,
        query = "SELECT l.rating, COUNT(*) AS count, \
         CAST(SUM(CASE WHEN COALESCE(l.first_scanned_at, l.newest_at) >= " => {
        query.push_bind(midnight).push(" THEN 1 ELSE 0 END) AS BIGINT) AS new_today FROM lead l WHERE l.event_id = ")
            .push_bind(scope.event()).push(" AND l.space_id = ").push_bind(scope.space())
            .push(" AND NOT l.is_hidden");
        push_visible(&mut query, scope.sees());
        query.push(" GROUP BY l.rating");
    }, query.build_query_as().fetch_all(conn))?)
}
