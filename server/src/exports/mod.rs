//! Exports: what an exhibitor takes home, in the formats that spreadsheets, programs and phones read.
//!
//! `columns` says what stands in each tab; the writers take rows of [`sheet::Cell`] one by one and
//! hold no more than one row, so that any number of rows costs the same memory.

pub mod about;
pub mod columns;
pub mod csv;
pub mod jsonl;
pub mod local_time;
pub mod sheet;
pub mod store;
pub mod vcard;
pub mod xlsx;
