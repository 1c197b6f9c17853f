//! Draws badges: a picture with the QR code (SVG, PNG) and printable sheets (PDF).
//!
//! Pure: a [`BadgeFace`] and a [`Stock`] go in, bytes come out. A name may be in any script; what
//! no embedded font can draw shows as a box and never vanishes. All layout is in millimetres with
//! the origin at the top left. `qr` makes the symbol, `text` shapes, `fit` shrinks and wraps,
//! `layout` places, `pdf` and `picture` draw what was placed.

mod clean;
mod colour;
mod error;
mod fit;
mod fonts;
mod layout;
mod pdf;
mod picture;
mod qr;
mod raster;
mod stock;
#[cfg(test)]
mod tests;
mod text;

pub use colour::Rgb;
pub use error::{CodeProblem, PrintError, StockProblem};
pub use pdf::{Cell, pdf, sheets};
pub use picture::{png, svg};
pub use qr::{QrMatrix, qr};
pub use stock::{PRESETS, Preset, Stock};

/// What one badge says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BadgeFace {
    pub first_name: String,
    pub last_name: String,
    pub company: String,
    pub job_title: String,
    /// The category as people read it, for instance `Visitor`.
    pub category_label: String,
    pub category_colour: Rgb,
    /// As printed, for instance `7F3K-92QX`.
    pub badge_number: String,
    /// What the QR code says.
    pub code: String,
    pub event_name: String,
}
