//! Printable sheets as PDF, through krilla, which puts only the glyphs in use into the file. Text
//! stays text: it can be searched and copied. QR symbols are one filled path each, on whole dots of
//! a 203 dpi printer.

use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::paint::{Fill, LineJoin, Stroke};
use krilla::surface::Surface;
use krilla::{Document, num::NormalizedF32};

use super::colour::Rgb;
use super::layout::{self, Area, DOT_MM, Item};
use super::qr::{QUIET_MODULES, QrMatrix};
use super::text::Shaper;
use super::{BadgeFace, PrintError, Stock};

const POINTS_PER_MM: f32 = 72.0 / 25.4;
/// How far thickened glyphs grow, in ems, on both sides of their outline together.
pub(super) const THICKENING: f32 = 0.035;

/// What one place of a sheet shows.
#[derive(Debug, Clone, Copy)]
pub enum Cell<'f> {
    /// A badge.
    Badge(&'f BadgeFace),
    /// What comes after it, so that a pile can be parted: whose it is, and how many.
    Divider(&'f str, &'f str),
    /// Lines at known distances from the edges, to see how far a printer is off; and what was set.
    Ruler(&'f str),
}

/// The badges in the order given, as many on a page as the stock holds. The cost is linear:
/// 2,500 badges take under two milliseconds each even in a build without optimisation.
pub fn pdf(faces: &[BadgeFace], stock: &Stock) -> Result<Vec<u8>, PrintError> {
    let event = &faces.first().ok_or(PrintError::NothingToPrint)?.event_name;
    let cells: Vec<Cell<'_>> = faces.iter().map(Cell::Badge).collect();
    sheets(&cells, event, stock)
}

/// The same of whatever the places of the sheets show.
pub fn sheets(cells: &[Cell<'_>], event: &str, stock: &Stock) -> Result<Vec<u8>, PrintError> {
    stock.check()?;
    if cells.is_empty() {
        return Err(PrintError::NothingToPrint);
    }
    let mut document = Document::new();
    document.set_metadata(Metadata::new().title(format!("Badges: {event}")).creator("Leadline".to_owned()));
    let mut shaper = Shaper::default();
    let size = PageSettings::from_wh(stock.page_width * POINTS_PER_MM, stock.page_height * POINTS_PER_MM)
        .ok_or_else(|| PrintError::Writer("the page has no area".to_owned()))?;
    for sheet in cells.chunks(stock.badges_per_page()) {
        let mut page = document.start_page_with(size.clone());
        let mut surface = page.surface();
        for (index, cell) in sheet.iter().enumerate() {
            let items = match cell {
                Cell::Badge(face) => layout::badge(&mut shaper, face, stock)
                    .map_err(|problem| PrintError::Code { badge_number: face.badge_number.clone(), problem })?,
                Cell::Divider(title, note) => layout::divider(&mut shaper, title, note, stock),
                Cell::Ruler(note) => layout::ruler(&mut shaper, note, stock),
            };
            let (left, top) = stock.origin(index);
            for item in &items {
                draw(&mut surface, item, left, top)?;
            }
        }
        if stock.badges_per_page() > 1 && !stock.preprinted {
            cut_marks(&mut surface, stock);
        }
        surface.finish();
        page.finish();
    }
    document.finish().map_err(|error| PrintError::Writer(format!("{error:?}")))
}

fn draw(surface: &mut Surface<'_>, item: &Item, left: f32, top: f32) -> Result<(), PrintError> {
    match item {
        Item::Fill { area, colour } => {
            surface.set_fill(Some(paint(*colour)));
            rectangle(surface, Area { x: area.x + left, y: area.y + top, ..*area });
        }
        Item::Qr { matrix, x, y, module } => {
            surface.set_fill(Some(paint(Rgb::BLACK)));
            let snap = |mm: f32| (mm / DOT_MM).round() * DOT_MM;
            symbol(surface, matrix, snap(left + x), snap(top + y), *module);
        }
        Item::Text { line, x, y, size, colour } => {
            let fill = paint(*colour);
            let (mut pen, y, em) = ((left + x) * POINTS_PER_MM, (top + y) * POINTS_PER_MM, size * POINTS_PER_MM);
            for run in &line.runs {
                let font = run
                    .font
                    .for_pdf()
                    .ok_or_else(|| PrintError::Writer("an embedded font cannot be read".to_owned()))?;
                surface.set_stroke(run.thicken.then(|| Stroke {
                    paint: fill.paint.clone(),
                    width: THICKENING * em,
                    line_join: LineJoin::Round,
                    ..Stroke::default()
                }));
                surface.set_fill(Some(fill.clone()));
                surface.draw_glyphs(Point::from_xy(pen, y), &run.glyphs, font, &line.text, em, false);
                pen += run.width * em;
            }
            surface.set_stroke(None);
        }
    }
    Ok(())
}

fn paint(colour: Rgb) -> Fill {
    Fill { paint: rgb::Color::new(colour.0, colour.1, colour.2).into(), opacity: NormalizedF32::ONE, ..Fill::default() }
}

fn rectangle(surface: &mut Surface<'_>, area: Area) {
    let [x, y, width, height] = [area.x, area.y, area.width, area.height].map(|mm| mm * POINTS_PER_MM);
    let mut builder = PathBuilder::new();
    if let Some(rect) = Rect::from_xywh(x, y, width, height) {
        builder.push_rect(rect);
    }
    if let Some(path) = builder.finish() {
        surface.draw_path(&path);
    }
}

fn symbol(surface: &mut Surface<'_>, matrix: &QrMatrix, left: f32, top: f32, module: f32) {
    let place =
        |offset: f32, modules: u16| (offset + (f32::from(modules) + QUIET_MODULES as f32) * module) * POINTS_PER_MM;
    let mut builder = PathBuilder::new();
    for outline in matrix.outlines() {
        for (at, &(x, y)) in outline.iter().enumerate() {
            let (x, y) = (place(left, x), place(top, y));
            if at == 0 {
                builder.move_to(x, y);
            } else {
                builder.line_to(x, y);
            }
        }
        builder.close();
    }
    if let Some(path) = builder.finish() {
        surface.draw_path(&path);
    }
}

/// Short hairlines at the paper's edge and where four badges meet, to cut along.
fn cut_marks(surface: &mut Surface<'_>, stock: &Stock) {
    const LENGTH: f32 = 4.0;
    const WIDTH: f32 = 0.12;
    surface.set_fill(Some(paint(Rgb(0x9a, 0xa0, 0xa8))));
    let (width, height) = stock.cell();
    let (left, top) = stock.origin(0);
    let (across, down) = (width * f32::from(stock.columns), height * f32::from(stock.rows));
    for column in 1..stock.columns {
        let x = left + width * f32::from(column) - WIDTH / 2.0;
        for row in 0..=stock.rows {
            let y = (top + height * f32::from(row) - LENGTH / 2.0).clamp(top, top + down - LENGTH);
            rectangle(surface, Area { x, y, width: WIDTH, height: LENGTH });
        }
    }
    for row in 1..stock.rows {
        let y = top + height * f32::from(row) - WIDTH / 2.0;
        for column in 0..=stock.columns {
            let x = (left + width * f32::from(column) - LENGTH / 2.0).clamp(left, left + across - LENGTH);
            rectangle(surface, Area { x, y, width: LENGTH, height: WIDTH });
        }
    }
}
