//! What the address of the Leads tab asks for, by whom.

use super::space::Space;
use crate::search;
use crate::web::list_query::ListQuery;

/// The query as this visitor may ask it, or else its address: a view that a team shares opens for everybody, but the
/// organiser has no leads of their own, and a text may be older than the bound on it.
pub(super) fn of_visitor(space: &Space, asked: ListQuery) -> Result<ListQuery, String> {
    let mut query = asked.with("q", search::cut(asked.get("q")));
    if space.scope.member().is_none() {
        query = query.without(&["mine"]);
    }
    let differs = query.get("q") != asked.get("q") || query.get("mine") != asked.get("mine");
    if differs { Err(query.to_address()) } else { Ok(asked) }
}
