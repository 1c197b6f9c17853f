//! The demonstration event: Leadline's main job on real input, started by one command.
//!
//! [`fixtures`] reads the event's data, [`people`] registers its attendees, [`traffic`] and [`hero`]
//! say who was scanned where and when: all from a seed and the moment of the start alone. [`seed`]
//! plays that past into a server, with what people did beside scanning ([`life`]). [`halls`] opens the
//! doors: [`phones`] scan pictures and upload, [`watch`] sees what arrives, [`tally`] compares. [`page`]
//! is `/demo`, [`backstage`] what its buttons do. The command is in [`crate::cli::demo`].

pub mod backstage;
pub mod captures;
pub mod cases;
pub mod cast;
pub mod codes;
pub mod console;
pub mod crowd;
pub mod days;
pub mod diary;
pub mod doors;
mod error;
pub mod fixtures;
pub mod halls;
pub mod hero;
pub mod history;
pub mod lan;
pub mod letters;
pub mod life;
pub mod list;
pub mod names;
pub mod network;
mod office;
pub mod page;
pub mod past;
pub mod people;
pub mod phones;
pub mod picture;
pub mod programme;
pub mod questions;
pub mod random;
pub mod replay;
pub mod scenario;
pub mod seed;
pub mod showcase;
pub mod tally;
pub mod traffic;
pub mod watch;
pub mod wishes;

pub use error::DemoError;
