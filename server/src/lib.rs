//! The Leadline server: API, pages, live hub, capture writer, exports.

pub mod cli;
pub mod web;
