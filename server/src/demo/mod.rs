//! The demo: simulated phones at a realistic event, through pixels and HTTP.

pub mod picture;
