//! The Leadline server: API, pages, live hub, capture writer, exports.
//!
//! Every slice has the same inner shape: `mod.rs` rules and types, `api.rs` routes, `store.rs` SQL,
//! `page.rs` HTML. [`access`] alone makes scopes, [`storage`] alone knows the engines, and nothing
//! but [`app::App`] holds state. `docs/architecture.md` is the map.

/// Requests, groups and frames are many small allocations of several threads at once: with the C
/// library's own allocator a fifth of a scan's processor time went into it. The feature `override` has
/// SQLite, which is C, allocate here too: a copy of each value of each row. Huge pages (`no_thp`) would keep
/// twice of what an export took, for nothing that was measured.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

pub mod access;
pub mod accounts;
pub mod app;
pub mod aside;
pub mod attendees;
pub mod audit;
pub mod badges;
pub mod captures;
pub mod charts;
pub mod cli;
pub mod config;
pub mod consent;
pub mod contacts;
pub mod daily;
pub mod demo;
pub mod devices;
pub mod erasure;
pub mod events;
pub mod exhibitors;
pub mod exports;
pub mod extract;
pub mod feed;
pub mod fields;
pub mod filters;
pub mod forms;
pub mod helpdesk;
pub mod home;
pub mod idempotency;
pub mod leads;
pub mod limits;
pub mod linger;
pub mod mail;
pub mod meetings;
pub mod monitor;
pub mod nearest;
pub mod networking;
pub mod openapi;
pub mod packages;
pub mod paging;
pub mod partner_menu;
pub mod phases;
pub mod print_runs;
pub mod problem;
pub mod profiles;
pub mod readiness;
pub mod registrations;
pub mod report;
pub mod rescue;
pub mod rights;
pub mod router;
pub mod saved_views;
pub mod scanner;
pub mod search;
pub mod sessions;
pub mod sharing;
pub mod storage;
pub mod team;
pub mod telemetry;
pub mod tls;
pub mod views;
pub mod web;
pub mod words;
