//! One badge as a picture for screens, mails and wallets: QR with its quiet zone, badge number and
//! name, dark on white. SVG and PNG show the same placement; letters are drawn as outlines, so the
//! picture looks the same wherever it is opened, and SVG says its content in its title.

use std::fmt::Write as _;
use std::rc::Rc;

use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder};

use super::clean::clean;
use super::colour::Rgb;
use super::fit::{Style, fit};
use super::fonts::Weight;
use super::layout::{Item, is_family_name_first};
use super::qr::QUIET_MODULES;
use super::raster::{Canvas, write_svg};
use super::text::Shaper;
use super::{BadgeFace, PrintError, qr};

/// The QR with its quiet zone is this wide, and so is the picture.
const WIDTH_MM: f32 = 58.0;

struct Picture {
    height: f32,
    module: f32,
    items: Vec<Item>,
    number: String,
    name: String,
}

/// The picture as a scalable drawing. Its title, which screen readers speak, says number and name.
pub fn svg(face: &BadgeFace) -> Result<String, PrintError> {
    let picture = place(face)?;
    let title = escape(&format!("Badge {}: {}", picture.number, picture.name));
    let height = picture.height;
    let mut svg = String::with_capacity(16 * 1024);
    // Writing to a String cannot fail.
    let _ = write!(
        svg,
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH_MM} {height:.3}" width="{WIDTH_MM}mm" height="{height:.3}mm" role="img" aria-label="{title}"><title>{title}</title><rect width="100%" height="100%" fill="#fff"/>"##
    );
    for item in &picture.items {
        match item {
            Item::Qr { matrix, x, y, module } => {
                let _ = write!(svg, r##"<path fill="#000" transform="translate({x} {y}) scale({module})" d=""##);
                for path in matrix.outlines() {
                    for (at, (column, row)) in path.iter().enumerate() {
                        let letter = if at == 0 { 'M' } else { 'L' };
                        let _ = write!(
                            svg,
                            "{letter}{} {}",
                            usize::from(*column) + QUIET_MODULES,
                            usize::from(*row) + QUIET_MODULES
                        );
                    }
                    svg.push('Z');
                }
                svg.push_str("\"/>");
            }
            Item::Text { line, x, y, size, colour } => {
                let Rgb(r, g, b) = colour;
                let _ = write!(svg, r##"<path fill="#{r:02x}{g:02x}{b:02x}" d=""##);
                write_svg(&mut svg, line, *x, *y, *size);
                svg.push_str("\"/>");
            }
            Item::Fill { .. } => {}
        }
    }
    svg.push_str("</svg>\n");
    Ok(svg)
}

/// The picture in grey at about `dpi` dots an inch: as near as makes each module whole pixels.
pub fn png(face: &BadgeFace, dpi: u32) -> Result<Vec<u8>, PrintError> {
    if !(72..=1200).contains(&dpi) {
        return Err(PrintError::Resolution { dpi });
    }
    let picture = place(face)?;
    let module_pixels = (picture.module * dpi as f32 / 25.4).round().max(2.0);
    let scale = module_pixels / picture.module;
    let (width, height) = ((WIDTH_MM * scale).round() as usize, (picture.height * scale).ceil() as usize);
    let mut canvas = Canvas::white(width, height);
    for item in &picture.items {
        match item {
            Item::Qr { matrix, x, y, .. } => {
                let step = module_pixels as usize;
                let at =
                    |offset: f32, module: usize| (offset * scale).round() as usize + (module + QUIET_MODULES) * step;
                for row in 0..matrix.size() {
                    for column in (0..matrix.size()).filter(|&column| matrix.is_dark(column, row)) {
                        canvas.fill_square(at(*x, column), at(*y, row), step);
                    }
                }
            }
            Item::Text { line, x, y, size, .. } => {
                canvas.write(line, x * scale, y * scale, size * scale);
            }
            Item::Fill { .. } => {}
        }
    }
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes)
        .write_image(canvas.pixels(), width as u32, height as u32, ExtendedColorType::L8)
        .map_err(|error| PrintError::Writer(error.to_string()))?;
    Ok(bytes)
}

fn place(face: &BadgeFace) -> Result<Picture, PrintError> {
    let matrix =
        qr(&face.code).map_err(|problem| PrintError::Code { badge_number: face.badge_number.clone(), problem })?;
    let module = WIDTH_MM / matrix.size_with_quiet_zone() as f32;
    let (number, name) = (clean(&face.badge_number), full_name(face));
    let mut shaper = Shaper::default();
    let mut items = vec![Item::Qr { matrix: Rc::new(matrix), x: 0.0, y: 0.0, module }];
    let mut y = WIDTH_MM;
    let column = WIDTH_MM - 8.0;
    let small = Style { weight: Weight::Bold, largest: 4.2, least_on_one_line: 2.0, least: 2.0, most_lines: 1 };
    let large = Style { weight: Weight::Bold, largest: 5.6, least_on_one_line: 4.2, least: 3.0, most_lines: 2 };
    for (text, style, gap) in [(&number, small, 0.0), (&name, large, 2.6)] {
        let block = fit(&mut shaper, text, style, column);
        for (at, line) in block.lines.into_iter().enumerate() {
            y += if at == 0 { gap } else { block.size * 0.18 };
            let (up, down) = (line.top.max(0.74) * block.size, line.bottom.max(0.2) * block.size);
            let x = 4.0 + line.left_over * block.size + (column - line.span() * block.size).max(0.0) / 2.0;
            items.push(Item::Text { line, x, y: y + up, size: block.size, colour: Rgb(0x14, 0x17, 0x1c) });
            y += up + down;
        }
    }
    Ok(Picture { height: y + 4.0, module, items, number, name })
}

fn full_name(face: &BadgeFace) -> String {
    let (first, last) = (clean(&face.first_name), clean(&face.last_name));
    let (before, after) =
        if is_family_name_first(&first) && is_family_name_first(&last) { (last, first) } else { (first, last) };
    clean(&format!("{before} {after}"))
}

/// For text and quoted attributes. Controls, which XML forbids, were cleaned away before.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // Not characters of XML either.
            '\u{FFFE}' | '\u{FFFF}' => escaped.push('\u{FFFD}'),
            other => escaped.push(other),
        }
    }
    escaped
}
