//! A text as a QR code for screens: an SVG of black modules on white with its quiet zone.

use crate::problem::Problem;
use mobile_core::reason::Reason;
use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write as _;

/// The quiet zone, in modules.
const QUIET: usize = 4;

/// Draws a text; `label` is what screen readers say.
pub fn svg(text: &str, label: &str) -> Result<String, Problem> {
    let code = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::M)
        .map_err(|error| Problem::new(Reason::Internal, "The picture cannot be drawn.").caused_by(error.to_string()))?;
    let label = label.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
    let side = code.width() + 2 * QUIET;
    let mut svg = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" width="320" height="320" shape-rendering="crispEdges" role="img" aria-label="{label}"><rect width="100%" height="100%" fill="#fff"/><path d=""##
    );
    for (at, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            let (x, y) = (at % code.width() + QUIET, at / code.width() + QUIET);
            // Writing to a text cannot fail.
            let _ = write!(svg, "M{x} {y}h1v1h-1z");
        }
    }
    svg.push_str("\"/></svg>");
    Ok(svg)
}
