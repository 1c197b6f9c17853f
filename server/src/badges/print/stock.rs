//! What badges are printed on: page, margins, how many badges a page holds. Rule: a stock that was
//! checked can hold a badge with a QR of 20 mm, so nothing is printed that cannot be read.

use super::error::StockProblem;

/// The least one badge may measure, in millimetres: the smallest QR, its number, a line of text.
pub(super) const LEAST_CELL_MM: (f32, f32) = (40.0, 45.0);
/// The same for a badge that is wider than high, where the QR stands beside the name.
pub(super) const LEAST_WIDE_CELL_MM: (f32, f32) = (60.0, 38.0);

/// A sheet, card or label. All measures in millimetres.
#[derive(Debug, Clone, PartialEq)]
pub struct Stock {
    pub page_width: f32,
    pub page_height: f32,
    /// What the page keeps free: top, right, bottom, left.
    pub margins: [f32; 4],
    pub columns: u16,
    pub rows: u16,
    /// The stock already bears its design: print text and QR only, no colour and no lines.
    pub preprinted: bool,
    /// The printer has one ink: the category band is black instead of a dithered colour.
    pub one_ink: bool,
    /// Moves everything right (or left), for printers that feed off centre.
    pub offset_x: f32,
    /// Moves everything down (or up).
    pub offset_y: f32,
}

/// A stock known by name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Preset {
    /// What the command line and the API call it.
    pub name: &'static str,
    /// The text that a page shows.
    pub title: &'static str,
    page: (f32, f32),
    grid: (u16, u16),
    one_ink: bool,
}

const fn preset(name: &'static str, title: &'static str, page: (f32, f32)) -> Preset {
    Preset { name, title, page, grid: (1, 1), one_ink: false }
}

/// The stocks known by name.
pub const PRESETS: &[Preset] = &[
    preset("a6", "runs-stock-a6", (105.0, 148.0)),
    Preset { grid: (2, 2), ..preset("a4-4", "runs-stock-a4", (210.0, 297.0)) },
    preset("86x54", "runs-stock-card", (86.0, 54.0)),
    preset("96x134", "runs-stock-badge", (96.0, 134.0)),
    // Label printers for this roll are thermal: one ink.
    Preset { one_ink: true, ..preset("62mm", "runs-stock-roll", (62.0, 100.0)) },
    preset("100x150", "runs-stock-label", (100.0, 150.0)),
];

impl Preset {
    pub fn stock(&self) -> Stock {
        Stock {
            columns: self.grid.0,
            rows: self.grid.1,
            one_ink: self.one_ink,
            ..Stock::single(self.page.0, self.page.1)
        }
    }
}

impl Stock {
    /// One badge that fills a page of this size.
    pub fn single(page_width: f32, page_height: f32) -> Stock {
        Stock {
            page_width,
            page_height,
            margins: [0.0; 4],
            columns: 1,
            rows: 1,
            preprinted: false,
            one_ink: false,
            offset_x: 0.0,
            offset_y: 0.0,
        }
    }

    /// Reads the name of a preset (in any case) or a size such as `90x120mm`, `90 × 120` or `8.5x5.5in`.
    pub fn parse(text: &str) -> Result<Stock, StockProblem> {
        let folded: String = text.trim().to_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
        let folded = folded.replace('×', "x");
        let bare = folded.strip_suffix("mm").unwrap_or(&folded);
        if let Some(preset) = PRESETS.iter().find(|p| p.name == folded || p.name == bare) {
            return Ok(preset.stock());
        }
        let unknown = || StockProblem::Unknown { text: text.chars().take(40).collect() };
        let (bare, unit) = match folded.strip_suffix("in") {
            Some(inches) => (inches, 25.4),
            None => (bare, 1.0),
        };
        let (width, height) = bare.split_once('x').ok_or_else(unknown)?;
        let measure = |digits: &str| -> Result<f32, StockProblem> {
            if !digits.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b',') {
                return Err(unknown());
            }
            let number: f32 = digits.replace(',', ".").parse().map_err(|_| unknown())?;
            Ok(number * unit)
        };
        let stock = Stock::single(measure(width)?, measure(height)?);
        stock.check()?;
        Ok(stock)
    }

    /// Whether every measure is in range and a badge fits.
    pub fn check(&self) -> Result<(), StockProblem> {
        let within = |field, value: f32, least: f32, most: f32| {
            // Written so that NaN is out of range too.
            if value >= least && value <= most {
                Ok(())
            } else {
                Err(StockProblem::OutOfRange { field, value, least, most })
            }
        };
        within("page_width", self.page_width, 40.0, 1000.0)?;
        within("page_height", self.page_height, 38.0, 1000.0)?;
        for (field, value) in
            ["margin_top", "margin_right", "margin_bottom", "margin_left"].into_iter().zip(self.margins)
        {
            within(field, value, 0.0, 100.0)?;
        }
        within("columns", f32::from(self.columns), 1.0, 20.0)?;
        within("rows", f32::from(self.rows), 1.0, 20.0)?;
        within("offset_x", self.offset_x, -20.0, 20.0)?;
        within("offset_y", self.offset_y, -20.0, 20.0)?;
        let (width_mm, height_mm) = self.cell();
        let (least_width_mm, least_height_mm) =
            if is_wide(width_mm, height_mm) { LEAST_WIDE_CELL_MM } else { LEAST_CELL_MM };
        if width_mm >= least_width_mm && height_mm >= least_height_mm {
            Ok(())
        } else {
            Err(StockProblem::CellTooSmall { width_mm, height_mm, least_width_mm, least_height_mm })
        }
    }

    /// Width and height of one badge.
    pub fn cell(&self) -> (f32, f32) {
        let [top, right, bottom, left] = self.margins;
        (
            (self.page_width - left - right) / f32::from(self.columns),
            (self.page_height - top - bottom) / f32::from(self.rows),
        )
    }

    /// Badges on one page.
    pub fn badges_per_page(&self) -> usize {
        usize::from(self.columns) * usize::from(self.rows)
    }

    /// The top left corner of the badge at `index` of its page, row by row, with the offset.
    pub(super) fn origin(&self, index: usize) -> (f32, f32) {
        let (width, height) = self.cell();
        let columns = usize::from(self.columns);
        (
            self.margins[3] + self.offset_x + width * (index % columns) as f32,
            self.margins[0] + self.offset_y + height * (index / columns) as f32,
        )
    }
}

/// Whether the QR stands beside the name instead of below it.
pub(super) fn is_wide(width: f32, height: f32) -> bool {
    width > height * 1.15
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stock_is_known_by_its_name_or_by_its_size() {
        for preset in PRESETS {
            assert_eq!(Stock::parse(preset.name).unwrap(), preset.stock());
            preset.stock().check().unwrap();
        }
        assert_eq!(Stock::parse(" A6 ").unwrap().cell(), (105.0, 148.0));
        assert_eq!(Stock::parse("86x54mm").unwrap(), Stock::parse("86 × 54").unwrap());
        assert_eq!(Stock::parse("90x120mm").unwrap(), Stock::single(90.0, 120.0));
        assert_eq!(Stock::parse("90,5x120.25mm").unwrap(), Stock::single(90.5, 120.25));
        assert_eq!(Stock::parse("4x6in").unwrap(), Stock::single(101.6, 152.4));
        assert_eq!(Stock::parse("a4-4").unwrap().cell(), (105.0, 148.5));
    }

    #[test]
    fn a_text_that_is_no_stock_is_answered_with_the_names_there_are() {
        for wrong in ["", "x", "90x", "x120mm", "90x120x3", "-90x120", "1e2x120", "nanxinf", "a7", "90"] {
            let message = Stock::parse(wrong).unwrap_err().to_string();
            assert!(message.contains("a4-4") && message.contains("90x120mm"), "{wrong}: {message}");
        }
    }

    #[test]
    fn a_stock_too_small_for_a_readable_badge_is_refused() {
        assert!(matches!(Stock::parse("50x42"), Err(StockProblem::CellTooSmall { .. })));
        assert!(matches!(Stock::parse("20x20"), Err(StockProblem::OutOfRange { field: "page_width", .. })));
        let crowded = Stock { columns: 4, rows: 8, ..Stock::single(210.0, 297.0) };
        assert!(matches!(crowded.check(), Err(StockProblem::CellTooSmall { .. })));
        let odd = Stock { offset_x: f32::NAN, ..Stock::single(105.0, 148.0) };
        assert!(matches!(odd.check(), Err(StockProblem::OutOfRange { field: "offset_x", .. })));
        let empty = Stock { columns: 0, ..Stock::single(105.0, 148.0) };
        assert!(matches!(empty.check(), Err(StockProblem::OutOfRange { field: "columns", .. })));
    }
}
