//! The Leadline server: API, pages, live hub, capture writer, exports.

pub mod badges;
pub mod cli;
