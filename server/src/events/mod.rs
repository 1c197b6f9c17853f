//! Events: one exhibition or conference each.

pub mod cache;
pub mod disclosure;
