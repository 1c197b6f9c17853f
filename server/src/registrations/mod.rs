//! Registrations: people registered for an event, however they arrive.
//!
//! `folding` decides when two spellings are the same; `import` turns a file into rows.

pub mod folding;
pub mod import;
