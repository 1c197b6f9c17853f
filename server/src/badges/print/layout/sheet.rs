//! The two ways a badge is arranged: the QR below the name, or beside it where the badge is wider
//! than high. Distances grow with the badge between limits, so that a card and a full page both
//! look as if they were drawn for it.

use std::rc::Rc;

use super::super::colour::Rgb;
use super::super::error::CodeProblem;
use super::super::fit::{Style, fit};
use super::super::fonts::Weight;
use super::super::qr::QrMatrix;
use super::super::stock::Stock;
use super::super::text::{Line, Shaper};
use super::rows::{self, Inks, Row, Squeeze};
use super::{Area, Item, LEAST_QR_MM, Texts, module_size, snap_down};

const INK: Rgb = Rgb(0x14, 0x17, 0x1c);
const SOFT_INK: Rgb = Rgb(0x4a, 0x51, 0x5c);
/// The edge of a band as pale as the paper.
const EDGE: Rgb = Rgb(0xc4, 0xc8, 0xce);
/// The height of Noto's capitals, in ems.
const CAPITAL: f32 = 0.714;

pub(super) struct Sheet<'s> {
    shaper: &'s mut Shaper,
    stock: &'s Stock,
    width: f32,
    height: f32,
    /// What texts keep from the edges.
    pad: f32,
    /// The height of the category band at the foot.
    band: f32,
    inks: Inks,
    pub items: Vec<Item>,
}

#[derive(Clone, Copy)]
struct Column {
    left: f32,
    width: f32,
    is_centred: bool,
}

impl<'s> Sheet<'s> {
    pub(super) fn new(shaper: &'s mut Shaper, stock: &'s Stock) -> Sheet<'s> {
        let (width, height) = stock.cell();
        Sheet {
            shaper,
            stock,
            width,
            height,
            pad: (width.min(height) * 0.075).clamp(3.0, 12.0),
            band: (height * 0.115).clamp(6.5, 26.0),
            // One ink would dither grey letters away.
            inks: Inks { strong: INK, soft: if stock.one_ink { Rgb::BLACK } else { SOFT_INK } },
            items: Vec::new(),
        }
    }

    /// The category: a band of its colour, or on preprinted stock its name alone in the same place.
    pub(super) fn band(&mut self, label: &str, colour: Rgb) {
        let area = Area { x: 0.0, y: self.height - self.band, width: self.width, height: self.band };
        let colour = if self.stock.one_ink { Rgb::BLACK } else { colour };
        let ink = if self.stock.preprinted { INK } else { colour.ink_on() };
        if !self.stock.preprinted {
            self.items.push(Item::Fill { area, colour });
            if colour.contrast(Rgb::WHITE) < 1.3 {
                self.items.push(Item::Fill { area: Area { height: 0.25, ..area }, colour: EDGE });
            }
        }
        let column = Column { left: self.pad, width: self.width - 2.0 * self.pad, is_centred: true };
        let largest = self.band * 0.46;
        let style = Style {
            weight: Weight::Bold,
            largest,
            least_on_one_line: largest * 0.5,
            least: largest * 0.5,
            most_lines: 1,
        };
        let block = fit(self.shaper, label, style, column.width);
        for line in block.lines {
            // Scripts that rise high or hang low stay inside the band; all others sit in its middle.
            let size = block.size.min(self.band * 0.86 / (line.top + line.bottom).max(0.1));
            let margin = self.band * 0.07;
            let middle = area.y + f32::midpoint(self.band, CAPITAL * size);
            let y = middle.min(self.height - margin - line.bottom * size).max(area.y + margin + line.top * size);
            self.text(line, size, y, ink, column);
        }
    }

    /// Two bars with whose the badges after it are, and how many.
    pub(super) fn divider(&mut self, title: &str, note: &str) {
        const BAR: f32 = 1.2;
        let column = Column { left: self.pad, width: self.width - 2.0 * self.pad, is_centred: true };
        let bar = Area { x: self.pad, y: self.pad, width: column.width, height: BAR };
        let foot = Area { y: self.height - self.pad - BAR, ..bar };
        self.items.extend([bar, foot].map(|area| Item::Fill { area, colour: INK }));
        let mut rows = rows::single(self.shaper, title, self.width * 0.1, 3, column.width, INK);
        let below = rows::single(self.shaper, note, self.width * 0.05, 1, column.width, self.inks.soft);
        rows.extend(below.into_iter().map(|row| Row { gap: self.pad * 0.5, ..row }));
        let free = (self.height - rows::height(&rows)).max(0.0);
        self.stack(rows, free * 0.46, column);
    }

    /// A frame 5 mm from the edges and a cross in the middle.
    pub(super) fn ruler(&mut self, note: &str) {
        const INSET: f32 = 5.0;
        const LINE: f32 = 0.3;
        const ARM: f32 = 10.0;
        let (width, height) = (self.width - 2.0 * INSET, self.height - 2.0 * INSET);
        let (middle, centre) = (self.width / 2.0, self.height / 2.0);
        let lines = [
            Area { x: INSET, y: INSET, width, height: LINE },
            Area { x: INSET, y: INSET + height - LINE, width, height: LINE },
            Area { x: INSET, y: INSET, width: LINE, height },
            Area { x: INSET + width - LINE, y: INSET, width: LINE, height },
            Area { x: middle - ARM / 2.0, y: centre - LINE / 2.0, width: ARM, height: LINE },
            Area { x: middle - LINE / 2.0, y: centre - ARM / 2.0, width: LINE, height: ARM },
        ];
        self.items.extend(lines.map(|area| Item::Fill { area, colour: INK }));
        let column = Column { left: INSET + 2.0, width: width - 4.0, is_centred: true };
        let rows = rows::single(self.shaper, note, 3.2, 2, column.width, INK);
        self.stack(rows, INSET + 3.0, column);
    }

    /// The QR below the name, everything centred.
    pub(super) fn below(&mut self, texts: &Texts, code: Rc<QrMatrix>) -> Result<(), CodeProblem> {
        let pad = self.pad;
        let column = Column { left: pad, width: self.width - 2.0 * pad, is_centred: true };
        // Room for the clip or the punched slot of a lanyard on badges that are worn.
        let head = if self.height >= 120.0 { pad + 5.0 } else { pad };
        let floor = self.height - self.band - pad * 0.75;

        let number =
            rows::single(self.shaper, &texts.number, (self.width * 0.046).clamp(2.6, 9.0), 1, column.width, INK);
        let free = floor - head - rows::height(&number);
        // A dense code may take most of the badge; one as small as can be read always has its room.
        let room = (free * 0.62).max((free - 7.0).min(LEAST_QR_MM * 1.1)).min(column.width);
        let module = module_size(&code, (self.height * 0.3).max(LEAST_QR_MM), room)?;
        let side = code.size_with_quiet_zone() as f32 * module;
        let top = snap_down(floor - rows::height(&number) - side);
        self.items.push(Item::Qr { matrix: code, x: snap_down((self.width - side) / 2.0), y: top, module });
        self.stack(number, top + side, column);

        self.texts(texts, self.width, self.width * 0.14, column, (head, top - 0.6));
        Ok(())
    }

    /// The QR at the right of the name, on cards that are wider than high.
    pub(super) fn beside(&mut self, texts: &Texts, code: Rc<QrMatrix>) -> Result<(), CodeProblem> {
        let pad = self.pad;
        let floor = self.height - self.band;
        // The quiet zone is part of the margin: the symbol itself lines up with the padding.
        let edge = pad * 0.5;
        let number_size = (self.height * 0.062).clamp(2.4, 9.0);
        let number = rows::single(self.shaper, &texts.number, number_size, 1, self.width * 0.3, INK);
        let room = (floor - edge - rows::height(&number) - pad * 0.6).min(self.width * 0.45);
        let module = module_size(&code, (self.height * 0.5).max(LEAST_QR_MM), room)?;
        let side = code.size_with_quiet_zone() as f32 * module;
        let number = rows::single(self.shaper, &texts.number, number_size, 1, side, INK);
        let (left, top) =
            (snap_down(self.width - edge - side), snap_down(((floor - side - rows::height(&number)) / 2.0).max(edge)));
        self.items.push(Item::Qr { matrix: code, x: left, y: top, module });
        self.stack(number, top + side, Column { left, width: side, is_centred: true });

        let column = Column { left: pad, width: left - pad - 0.5, is_centred: false };
        self.texts(texts, self.height * 1.15, self.height * 0.165, column, (pad, floor - pad * 0.8));
        Ok(())
    }

    /// The event at the top of `column`, name and details in the middle of what is left of the
    /// height `from`..`to`. `across` sets the size of the event, `largest` the first name's.
    fn texts(&mut self, texts: &Texts, across: f32, largest: f32, column: Column, (from, to): (f32, f32)) {
        let gap = self.pad * 0.5;
        let mut settled = (Vec::new(), Vec::new());
        for squeeze in Squeeze::steps() {
            let size = (across * 0.042).clamp(2.3, 8.0) * squeeze.scale;
            let most_lines = if squeeze.scale < 0.5 { 1 } else { 2 };
            let event = rows::single(self.shaper, &texts.event, size, most_lines, column.width, self.inks.soft);
            let Some(who) = rows::who(self.shaper, texts, largest, column.width, squeeze, self.inks) else {
                continue;
            };
            let fits = from + rows::height(&event) + gap + rows::height(&who) <= to;
            settled = (event, who);
            if fits {
                break;
            }
        }
        let (event, who) = settled;
        let top = from + rows::height(&event) + gap;
        self.stack(event, from, column);
        // A little above the middle looks centred.
        let free = (to - top - rows::height(&who)).max(0.0);
        self.stack(who, top + free * 0.46, column);
    }

    fn stack(&mut self, rows: Vec<Row>, top: f32, column: Column) {
        let mut y = top;
        for row in rows {
            let size = row.block.size;
            y += row.gap;
            for (at, line) in row.block.lines.into_iter().enumerate() {
                if at > 0 {
                    y += rows::between_lines(size);
                }
                let (up, down) = rows::extent(&line, size);
                self.text(line, size, y + up, row.colour, column);
                y += up + down;
            }
        }
    }

    fn text(&mut self, line: Rc<Line>, size: f32, y: f32, colour: Rgb, column: Column) {
        let free = (column.width - line.span() * size).max(0.0);
        let x = column.left + line.left_over * size + if column.is_centred { free / 2.0 } else { 0.0 };
        self.items.push(Item::Text { line, x, y, size, colour });
    }
}
