//! Places what a badge says on its cell: event, name, job and company, QR with badge number, and
//! the category band. Rule: whatever the texts are, nothing leaves the cell, nothing overlaps, and
//! the QR measures at least 20 mm with its quiet zone of four modules around it. When it gets
//! tight, texts shrink together, then the job title and the company give way; the name stays.

mod rows;
mod sheet;

use std::rc::Rc;

use self::sheet::Sheet;
use super::clean::clean;
use super::colour::Rgb;
use super::error::CodeProblem;
use super::qr::QrMatrix;
use super::stock::{Stock, is_wide};
use super::text::{Line, Shaper};
use super::{BadgeFace, qr};

/// One dot at 203 dpi, the commonest label printer: modules measure whole dots, so that each
/// prints as wide as the next.
pub(super) const DOT_MM: f32 = 0.125;
/// The least side of a printed QR with its quiet zone.
pub(super) const LEAST_QR_MM: f32 = 20.0;
/// Two dots at 203 dpi: smaller modules smear together.
const LEAST_MODULE_MM: f32 = 2.0 * DOT_MM;
/// Left, top, width and height in millimetres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Area {
    pub x: f32,
    pub y: f32,
    pub width: f32,
    pub height: f32,
}

#[derive(Debug, Clone)]
pub(super) enum Item {
    Fill {
        area: Area,
        colour: Rgb,
    },
    /// `size` is the em, `x` the origin, `y` the base line.
    Text {
        line: Rc<Line>,
        x: f32,
        y: f32,
        size: f32,
        colour: Rgb,
    },
    /// `x` and `y` are the corner of the quiet zone.
    Qr {
        matrix: Rc<QrMatrix>,
        x: f32,
        y: f32,
        module: f32,
    },
}

#[cfg(test)]
impl Item {
    /// What the item covers, ink and quiet zone included.
    pub(super) fn area(&self) -> Area {
        match self {
            Item::Fill { area, .. } => *area,
            Item::Text { line, x, y, size, .. } => Area {
                x: x - line.left_over * size,
                y: y - line.top * size,
                width: line.span() * size,
                height: (line.top + line.bottom) * size,
            },
            Item::Qr { matrix, x, y, module } => {
                let side = matrix.size_with_quiet_zone() as f32 * module;
                Area { x: *x, y: *y, width: side, height: side }
            }
        }
    }
}

/// The texts of a face, cleaned once.
pub(super) struct Texts {
    pub event: String,
    pub first: String,
    pub last: String,
    pub job: String,
    pub company: String,
    pub category: String,
    pub number: String,
}

impl Texts {
    fn of(face: &BadgeFace) -> Texts {
        let (mut first, mut last) = (clean(&face.first_name), clean(&face.last_name));
        if is_family_name_first(&first) && is_family_name_first(&last) {
            first = format!("{last} {first}");
            last.clear();
        }
        if first.is_empty() {
            std::mem::swap(&mut first, &mut last);
        }
        Texts {
            event: clean(&face.event_name),
            first,
            last,
            job: clean(&face.job_title),
            company: clean(&face.company),
            category: clean(&face.category_label),
            number: clean(&face.badge_number),
        }
    }
}

/// Names written in Han, kana or hangul put the family name first.
pub(super) fn is_family_name_first(name: &str) -> bool {
    !name.is_empty()
        && name.chars().all(|c| {
            matches!(c, ' ' | '々' | '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}'
            | '\u{AC00}'..='\u{D7A3}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
        })
}

/// Places one badge in its cell, whose corner is the origin.
pub(super) fn badge(shaper: &mut Shaper, face: &BadgeFace, stock: &Stock) -> Result<Vec<Item>, CodeProblem> {
    let (width, height) = stock.cell();
    let texts = Texts::of(face);
    let code = Rc::new(qr(&face.code)?);
    let mut sheet = Sheet::new(shaper, stock);
    sheet.band(&texts.category, face.category_colour);
    if is_wide(width, height) {
        sheet.beside(&texts, code)?;
    } else {
        sheet.below(&texts, code)?;
    }
    Ok(sheet.items)
}

/// Places what parts a pile of badges.
pub(super) fn divider(shaper: &mut Shaper, title: &str, note: &str, stock: &Stock) -> Vec<Item> {
    let mut sheet = Sheet::new(shaper, stock);
    sheet.divider(&clean(title), &clean(note));
    sheet.items
}

/// Places the lines of a test page, 5 mm from every edge of the badge.
pub(super) fn ruler(shaper: &mut Shaper, note: &str, stock: &Stock) -> Vec<Item> {
    let mut sheet = Sheet::new(shaper, stock);
    sheet.ruler(&clean(note));
    sheet.items
}

/// The side of a module in whole dots: about `wanted` millimetres for the symbol with its quiet
/// zone, more where the symbol is dense, never more than `room`.
pub(super) fn module_size(code: &QrMatrix, wanted: f32, room: f32) -> Result<f32, CodeProblem> {
    let modules = code.size_with_quiet_zone() as f32;
    let least = (LEAST_QR_MM / modules).max(LEAST_MODULE_MM);
    let up = |mm: f32| (mm / DOT_MM - 1e-3).ceil() * DOT_MM;
    let down = |mm: f32| (mm / DOT_MM + 1e-3).floor() * DOT_MM;
    let (least, most) = (up(least), down(room / modules));
    if most < least {
        return Err(CodeProblem::TooDense { needs_mm: least * modules, has_mm: room.max(0.0) });
    }
    // Half a millimetre a module is read by any phone from a hand away.
    let good = up((wanted / modules).max(0.5).max(least));
    Ok(down((wanted / modules).max(0.5)).max(least).min(good).min(most))
}

fn snap_down(mm: f32) -> f32 {
    (mm / DOT_MM).floor() * DOT_MM
}
