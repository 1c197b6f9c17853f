//! End-to-end tests: what the product promises, asked of real servers on SQLite and PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod accounts;
mod devices;
mod events;
mod exhibitors;
mod exports;
mod team;
