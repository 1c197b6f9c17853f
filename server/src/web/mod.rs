//! What pages are made of: embedded files, the shell around every page, times and texts as people
//! read them. Handlers are in the slices' `page.rs`; they call the same
//! functions as the API. Pages load nothing from elsewhere and run no inline script or style.

pub mod assets;
mod lean;
pub mod list_query;
pub mod mailed_link;
pub mod menu;
pub mod qr;
pub mod shell;
pub mod spoken;
pub mod text;
pub mod visitor;
pub mod zone;

pub use assets::routes;
pub use shell::{Crumb, ErrorPage, Page, Shell};
pub use visitor::{PageProblem, Visitor};
pub use zone::EventZone;
