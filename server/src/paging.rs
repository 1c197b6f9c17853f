//! Pages of lists: what is asked for, what is answered, and where the next one begins.
//!
//! A list is read one row past its limit; that row only says that there is more. Cursors are keysets
//! ([`crate::storage::cursor`]), so that rows which come or go meanwhile shift nothing.

use crate::problem::Problem;
use crate::storage::cursor;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Which page of a list.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageParams {
    /// Length of the page, 1 to 500.
    #[param(minimum = 1, maximum = 500, default = 100)]
    pub limit: Option<u32>,
    /// The `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// One page of a list.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Page<T> {
    /// The rows, in the list's order.
    pub items: Vec<T>,
    /// Where the next page begins; null on the last one.
    pub next_cursor: Option<String>,
    /// The event's newest feed number before the list was read; 0 for lists that no feed covers.
    pub seq: u64,
}

impl PageParams {
    /// How many rows are asked for.
    pub fn limit(&self) -> Result<usize, Problem> {
        Ok(cursor::limit(self.limit)? as usize)
    }

    /// The place after which the page begins; none for the first page.
    pub fn after<T: DeserializeOwned>(&self) -> Result<Option<T>, Problem> {
        cursor::place(self.cursor.as_deref())
    }
}

impl<T> Page<T> {
    /// Makes a page of rows that were read one past `limit`.
    pub fn of<P: Serialize>(mut rows: Vec<T>, limit: usize, seq: u64, place: impl Fn(&T) -> P) -> Self {
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = rows.last().filter(|_| has_more).map(|last| cursor::write(&place(last)));
        Self { items: rows, next_cursor, seq }
    }

    /// The same page with each row shown otherwise.
    pub fn map<U>(self, show: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(show).collect(), next_cursor: self.next_cursor, seq: self.seq }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_page_with_more_behind_it_has_a_cursor() {
        let full = Page::of(vec![1, 2, 3], 2, 9, |row| *row);
        assert_eq!((full.items.as_slice(), full.seq), ([1, 2].as_slice(), 9));
        let next = PageParams { limit: None, cursor: full.next_cursor };
        assert_eq!(next.after::<i32>().ok().flatten(), Some(2));
        assert_eq!(Page::of(vec![1, 2], 2, 0, |row| *row).next_cursor, None);
    }

    #[test]
    fn a_limit_out_of_bounds_is_named() {
        for limit in [0, 501] {
            let problem = PageParams { limit: Some(limit), cursor: None }.limit().expect_err("out of bounds");
            assert_eq!(problem.reason(), mobile_core::reason::Reason::InvalidField);
        }
    }
}
