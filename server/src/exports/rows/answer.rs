//! The cell of an answer.

use crate::exports::sheet::Cell;
use crate::forms::answers::Said;
use std::borrow::Cow;

/// An answer, with what a cell of it borrows.
pub enum Answer {
    /// One value, or none.
    One(Said),
    /// Several choices.
    List(Vec<Cow<'static, str>>),
}

impl From<Said> for Answer {
    fn from(said: Said) -> Self {
        match said {
            Said::Several(texts) => Self::List(texts.into_iter().map(Cow::from).collect()),
            said => Self::One(said),
        }
    }
}

impl Answer {
    /// Its cell.
    pub fn cell(&self) -> Cell<'_> {
        match self {
            Self::List(texts) => Cell::List(texts),
            Self::One(Said::Text(text)) => Cell::Text(text),
            Self::One(Said::Number(number)) => Cell::Integer(*number),
            Self::One(Said::Flag(flag)) => Cell::Flag(*flag),
            Self::One(Said::Nothing | Said::Several(_)) => Cell::Empty,
        }
    }
}
