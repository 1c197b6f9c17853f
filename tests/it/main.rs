//! End-to-end tests: what the product promises, asked of real servers on SQLite and PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod access;
mod accounts;
mod audit;
mod badges;
mod browser_core;
mod captures;
mod consent;
mod contacts;
mod demo;
mod desk;
mod devices;
mod durability;
mod events;
mod exhibitors;
mod exports;
mod feed;
mod filters;
mod helpdesk;
mod imports;
mod leads;
mod mail;
mod managing;
mod meetings;
mod migrations;
mod openapi;
mod packages;
mod pages;
mod phases;
mod phones;
mod problems;
mod readiness;
mod registrations;
mod report;
mod rescue;
mod scanner;
mod scanning;
mod screenshots;
mod second_factor;
mod sessions;
mod team;
mod wall;
