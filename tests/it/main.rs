//! End-to-end tests: what the product promises, asked of real servers on SQLite and PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod accounts;
mod captures;
mod devices;
mod durability;
mod events;
mod exhibitors;
mod exports;
mod feed;
mod leads;
mod migrations;
mod openapi;
mod pages;
mod problems;
mod team;
