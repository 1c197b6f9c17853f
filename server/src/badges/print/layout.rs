//! Places what a badge says on its cell: event, name, job and company, QR with badge number, and
//! the category band. Rule: whatever the texts are, nothing leaves the cell, nothing overlaps, and
//! the QR measures at least 20 mm with its quiet zone of four modules around it. When it gets
//! tight, texts shrink together, then the job title and the company give way; the name stays.

use std::rc::Rc;

use super::colour::Rgb;
use super::error::CodeProblem;
use super::fit::{Block, Style, fit};
use super::fonts::Weight;
use super::qr::QrMatrix;
use super::stock::{Stock, is_wide};
use super::text::{Line, Shaper, clean};
use super::{BadgeFace, qr};

/// One dot at 203 dpi, the commonest label printer: modules measure whole dots, so that each
/// prints as wide as the next.
pub(super) const DOT_MM: f32 = 0.125;
/// The least side of a printed QR with its quiet zone.
pub(super) const LEAST_QR_MM: f32 = 20.0;
/// Two dots at 203 dpi: smaller modules smear together.
const LEAST_MODULE_MM: f32 = 2.0 * DOT_MM;
/// No text is set smaller: 5.1 points.
const LEAST_TEXT_MM: f32 = 1.8;

const INK: Rgb = Rgb(0x14, 0x17, 0x1c);
const SOFT_INK: Rgb = Rgb(0x4a, 0x51, 0x5c);

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
            Item::Text {
                line, x, y, size, ..
            } => Area {
                x: x - line.left_over * size,
                y: y - line.top * size,
                width: line.span() * size,
                height: (line.top + line.bottom) * size,
            },
            Item::Qr {
                matrix,
                x,
                y,
                module,
            } => {
                let side = matrix.size_with_quiet_zone() as f32 * module;
                Area {
                    x: *x,
                    y: *y,
                    width: side,
                    height: side,
                }
            }
        }
    }
}

/// The texts of a face, cleaned once.
struct Texts {
    event: String,
    first: String,
    last: String,
    job: String,
    company: String,
    category: String,
    number: String,
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
pub(super) fn badge(
    shaper: &mut Shaper,
    face: &BadgeFace,
    stock: &Stock,
) -> Result<Vec<Item>, CodeProblem> {
    let (width, height) = stock.cell();
    let wide = is_wide(width, height);
    let texts = Texts::of(face);
    let pad = (width.min(height) * 0.075).clamp(3.0, 8.0);
    let band = if texts.category.is_empty() && stock.preprinted {
        0.0
    } else {
        (height * 0.115).clamp(6.5, 17.0)
    };
    let mut page = Sheet {
        shaper,
        stock,
        width,
        height,
        pad,
        band,
        items: Vec::new(),
    };

    page.band(&texts.category, face.category_colour);
    let code = Rc::new(qr(&face.code)?);
    if wide {
        page.beside(&texts, code)?
    } else {
        page.below(&texts, code)?
    }
    Ok(page.items)
}

struct Sheet<'s> {
    shaper: &'s mut Shaper,
    stock: &'s Stock,
    width: f32,
    height: f32,
    pad: f32,
    band: f32,
    items: Vec<Item>,
}

#[derive(Clone, Copy)]
enum Align {
    Left,
    Centre,
}

/// A block with the space above it and the least rise of its lines.
struct Row {
    block: Block,
    gap: f32,
    colour: Rgb,
}

impl Sheet<'_> {
    fn band(&mut self, label: &str, colour: Rgb) {
        if self.band == 0.0 {
            return;
        }
        let area = Area {
            x: 0.0,
            y: self.height - self.band,
            width: self.width,
            height: self.band,
        };
        let colour = if self.stock.one_ink {
            Rgb::BLACK
        } else {
            colour
        };
        let ink = if self.stock.preprinted {
            INK
        } else {
            colour.ink_on()
        };
        if !self.stock.preprinted {
            self.items.push(Item::Fill { area, colour });
            if colour.contrast(Rgb::WHITE) < 1.3 {
                // A band as pale as the paper gets an edge.
                self.items.push(Item::Fill {
                    area: Area {
                        height: 0.25,
                        ..area
                    },
                    colour: Rgb(0xc4, 0xc8, 0xce),
                });
            }
        }
        let largest = self.band * 0.46;
        let style = Style {
            weight: Weight::Bold,
            largest,
            least_on_one_line: largest * 0.5,
            least: largest * 0.5,
            most_lines: 1,
        };
        let block = fit(self.shaper, label, style, self.width - 2.0 * self.pad);
        let capital = 0.714;
        for line in block.lines {
            // Tall scripts are kept inside the band.
            let size = block
                .size
                .min(self.band * 0.86 / (line.top + line.bottom).max(0.1));
            let middle = area.y + self.band / 2.0;
            let low = (middle + capital * size / 2.0)
                .min(self.height - self.band * 0.07 - line.bottom * size);
            let y = low.max(area.y + self.band * 0.07 + line.top * size);
            self.text(
                line,
                size,
                y,
                ink,
                self.pad,
                self.width - 2.0 * self.pad,
                Align::Centre,
            );
        }
    }

    /// The QR below the name, everything centred.
    fn below(&mut self, texts: &Texts, code: Rc<QrMatrix>) -> Result<(), CodeProblem> {
        let (pad, column) = (self.pad, self.width - 2.0 * self.pad);
        // Room for the clip or the punched slot of a lanyard on badges that are worn.
        let head = if self.height >= 120.0 { pad + 5.0 } else { pad };
        let floor = self.height - self.band;

        let number_size = (self.width * 0.046).clamp(2.6, 5.0);
        let number = self.number(&texts.number, number_size, column);
        let number_height = stack_height(&number);
        let foot = if self.band > 0.0 { pad * 0.75 } else { pad };
        // A dense code may take most of the badge; one as small as can be read always has its room.
        let free = floor - head - foot - number_height;
        let room = (free * 0.62).max((free - 7.0).min(LEAST_QR_MM * 1.1));
        let module = module_size(
            &code,
            (self.height * 0.3).max(LEAST_QR_MM),
            room.min(column),
        )?;
        let side = code.size_with_quiet_zone() as f32 * module;
        let qr_top = snap_down(floor - foot - number_height - side);
        self.items.push(Item::Qr {
            matrix: code,
            x: snap_down((self.width - side) / 2.0),
            y: qr_top,
            module,
        });
        self.stack(number, qr_top + side, pad, column, Align::Centre);

        let bottom = qr_top - 0.6;
        let mut scale = 1.0;
        let (event, rows) = loop {
            let event = self.event(&texts.event, self.width, column, scale);
            let top = head + stack_height(&event) + pad * 0.5;
            let rows = self.who(texts, self.width * 0.125, column, scale);
            if top + stack_height(&rows) <= bottom || scale < 0.12 {
                break (event, rows);
            }
            scale *= 0.93;
        };
        let top = head + stack_height(&event) + pad * 0.5;
        self.stack(event, head, pad, column, Align::Centre);
        let free = (bottom - top - stack_height(&rows)).max(0.0);
        self.stack(rows, top + free * 0.46, pad, column, Align::Centre);
        Ok(())
    }

    /// The QR at the right of the name, on cards that are wider than high.
    fn beside(&mut self, texts: &Texts, code: Rc<QrMatrix>) -> Result<(), CodeProblem> {
        let pad = self.pad;
        let floor = self.height - self.band;
        let number_size = (self.height * 0.062).clamp(2.4, 4.5);
        // The quiet zone is part of the margin: the symbol itself lines up with the padding.
        let edge = pad * 0.5;
        let number_height =
            stack_height(&self.number(&texts.number, number_size, self.width / 2.0));
        let room = (floor - edge - number_height - pad * 0.6).min(self.width * 0.45);
        let module = module_size(&code, (self.height * 0.5).max(LEAST_QR_MM), room)?;
        let side = code.size_with_quiet_zone() as f32 * module;
        let number = self.number(&texts.number, number_size, side);
        let qr_left = snap_down(self.width - edge - side);
        let qr_top = snap_down(((floor - side - number_height) / 2.0).max(edge));
        self.items.push(Item::Qr {
            matrix: code,
            x: qr_left,
            y: qr_top,
            module,
        });
        self.stack(number, qr_top + side, qr_left, side, Align::Centre);

        let column = qr_left - pad - 0.5;
        let bottom = floor - pad * 0.8;
        let mut scale = 1.0;
        let (event, rows) = loop {
            let event = self.event(&texts.event, self.height * 1.15, column, scale);
            let rows = self.who(texts, self.height * 0.15, column, scale);
            let top = pad + stack_height(&event) + pad * 0.5;
            if top + stack_height(&rows) <= bottom || scale < 0.12 {
                break (event, rows);
            }
            scale *= 0.93;
        };
        let top = pad + stack_height(&event) + pad * 0.5;
        self.stack(event, pad, pad, column, Align::Left);
        let free = (bottom - top - stack_height(&rows)).max(0.0);
        self.stack(rows, top + free * 0.5, pad, column, Align::Left);
        Ok(())
    }

    fn event(&mut self, text: &str, across: f32, column: f32, scale: f32) -> Vec<Row> {
        let largest = ((across * 0.042).clamp(2.3, 4.6) * scale).max(LEAST_TEXT_MM);
        let style = Style {
            weight: Weight::Bold,
            largest,
            least_on_one_line: largest * 0.8,
            least: (largest * 0.7).max(LEAST_TEXT_MM),
            most_lines: if scale < 0.5 { 1 } else { 2 },
        };
        let block = fit(self.shaper, text, style, column);
        rows([Row {
            block,
            gap: 0.0,
            colour: self.soft(),
        }])
    }

    fn number(&mut self, text: &str, size: f32, column: f32) -> Vec<Row> {
        let style = Style {
            weight: Weight::Bold,
            largest: size,
            least_on_one_line: size * 0.6,
            least: size * 0.5,
            most_lines: 1,
        };
        let block = fit(self.shaper, text, style, column);
        rows([Row {
            block,
            gap: 0.0,
            colour: INK,
        }])
    }

    /// Name, job title, company. `scale` shrinks all alike; below a half the job goes, below a
    /// quarter the company.
    fn who(&mut self, texts: &Texts, largest: f32, column: f32, scale: f32) -> Vec<Row> {
        let name = (largest * scale).max(LEAST_TEXT_MM);
        let named = |part: f32| Style {
            weight: Weight::Bold,
            largest: (name * part).max(LEAST_TEXT_MM),
            least_on_one_line: (name * part * 0.62).max(LEAST_TEXT_MM),
            least: (name * part * 0.42).max(LEAST_TEXT_MM),
            most_lines: if scale < 0.35 { 1 } else { 2 },
        };
        let small = |weight: Weight, part: f32| Style {
            weight,
            largest: (name * part).max(LEAST_TEXT_MM),
            least_on_one_line: (name * part * 0.8).max(LEAST_TEXT_MM),
            least: (name * part * 0.66).max(LEAST_TEXT_MM),
            most_lines: if scale < 0.6 { 1 } else { 2 },
        };
        let soft = self.soft();
        let mut fitted = |text: &str, style: Style| fit(self.shaper, text, style, column);
        let first = fitted(&texts.first, named(1.0));
        let last = fitted(&texts.last, named(0.76));
        let company = if scale < 0.25 {
            Block::default()
        } else {
            fitted(&texts.company, small(Weight::Bold, 0.4))
        };
        let job = if scale < 0.5 {
            Block::default()
        } else {
            fitted(&texts.job, small(Weight::Regular, 0.37))
        };
        let (after_name, between) = (name * 0.42, name * 0.17);
        rows([
            Row {
                block: first,
                gap: 0.0,
                colour: INK,
            },
            Row {
                block: last,
                gap: name * 0.2,
                colour: INK,
            },
            Row {
                block: job,
                gap: after_name,
                colour: soft,
            },
            Row {
                block: company,
                gap: between,
                colour: INK,
            },
        ])
    }

    fn soft(&self) -> Rgb {
        // One ink would dither grey letters away.
        if self.stock.one_ink {
            Rgb::BLACK
        } else {
            SOFT_INK
        }
    }

    fn stack(&mut self, rows: Vec<Row>, top: f32, left: f32, column: f32, align: Align) {
        let mut y = top;
        for row in rows {
            let size = row.block.size;
            y += row.gap;
            for (at, line) in row.block.lines.into_iter().enumerate() {
                if at > 0 {
                    y += between_lines(size);
                }
                let (up, down) = extent(&line, size);
                self.text(line, size, y + up, row.colour, left, column, align);
                y += up + down;
            }
        }
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "a place on paper has that many numbers"
    )]
    fn text(
        &mut self,
        line: Rc<Line>,
        size: f32,
        y: f32,
        colour: Rgb,
        left: f32,
        column: f32,
        align: Align,
    ) {
        let free = (column - line.span() * size).max(0.0);
        let x = left
            + line.left_over * size
            + match align {
                Align::Left => 0.0,
                Align::Centre => free / 2.0,
            };
        self.items.push(Item::Text {
            line,
            x,
            y,
            size,
            colour,
        });
    }
}

/// Leaves out empty rows; the first that is left needs no space above it.
fn rows<const N: usize>(rows: [Row; N]) -> Vec<Row> {
    let mut rows: Vec<Row> = rows
        .into_iter()
        .filter(|row| !row.block.lines.is_empty())
        .collect();
    if let Some(first) = rows.first_mut() {
        first.gap = 0.0;
    }
    rows
}

/// Above and below the base line: what the ink needs, and never less than capitals and descenders,
/// so that base lines keep an even rhythm.
fn extent(line: &Line, size: f32) -> (f32, f32) {
    (line.top.max(0.74) * size, line.bottom.max(0.2) * size)
}

fn between_lines(size: f32) -> f32 {
    size * 0.16
}

fn stack_height(rows: &[Row]) -> f32 {
    rows.iter()
        .map(|row| {
            let lines: f32 = row
                .block
                .lines
                .iter()
                .map(|line| extent(line, row.block.size))
                .map(|(up, down)| up + down)
                .sum();
            row.gap
                + lines
                + between_lines(row.block.size) * (row.block.lines.len().saturating_sub(1)) as f32
        })
        .sum()
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
        return Err(CodeProblem::TooDense {
            needs_mm: least * modules,
            has_mm: room.max(0.0),
        });
    }
    // Half a millimetre a module is read by any phone from a hand away.
    let good = up((wanted / modules).max(0.5).max(least));
    Ok(down((wanted / modules).max(0.5))
        .max(least)
        .min(good)
        .min(most))
}

fn snap_down(mm: f32) -> f32 {
    (mm / DOT_MM).floor() * DOT_MM
}
