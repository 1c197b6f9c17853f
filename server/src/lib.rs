//! The Leadline server: API, pages, live hub, capture writer, exports.
//!
//! Every slice has the same inner shape: `mod.rs` rules and types, `api.rs` routes, `store.rs` SQL,
//! `page.rs` HTML. [`access`] alone makes scopes, [`storage`] alone knows the engines, and nothing
//! but [`app::App`] holds state. `docs/architecture.md` is the map.

pub mod access;
pub mod app;
pub mod badges;
pub mod captures;
pub mod cli;
pub mod config;
pub mod events;
pub mod exports;
pub mod extract;
pub mod feed;
pub mod leads;
pub mod monitor;
pub mod openapi;
pub mod problem;
pub mod registrations;
pub mod router;
pub mod storage;
pub mod telemetry;
pub mod tls;
pub mod web;
