//! The demonstration event: Leadline's main job on real input, started by one command.
//!
//! [`fixtures`] reads the event's data, [`people`] registers its attendees, [`traffic`] and [`hero`]
//! say who was scanned where and when: all from a seed and the moment of the start alone. [`seed`]
//! plays that past into a server, [`halls`] opens the doors: [`phones`] scan pictures and upload,
//! [`watch`] sees what arrives, [`tally`] compares. [`page`] is `/demo`, [`backstage`] what its buttons
//! do. The command is in [`crate::cli::demo`].

pub mod backstage;
pub mod captures;
pub mod codes;
pub mod console;
pub mod crowd;
pub mod days;
mod error;
pub mod fixtures;
pub mod halls;
pub mod hero;
pub mod history;
pub mod lan;
pub mod names;
pub mod network;
pub mod page;
pub mod people;
pub mod phones;
pub mod picture;
pub mod questions;
pub mod random;
pub mod replay;
pub mod scenario;
pub mod seed;
pub mod tally;
pub mod traffic;
pub mod watch;

pub use error::DemoError;
