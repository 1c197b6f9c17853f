//! From a query string to what badges are printed on, with errors that name the parameter.

use super::print::{CodeProblem, PrintError, Stock, StockProblem};
use crate::problem::Problem;
use mobile_core::reason::Reason;
use serde::{Deserialize, Serialize};

/// The stock when none is asked for.
const DEFAULT: &str = "a6";
/// Dots an inch of a picture when none are asked for.
const DEFAULT_DPI: u32 = 300;

/// What to print on, and how. Measures in millimetres.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::IntoParams, utoipa::ToSchema)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct StockParams {
    /// A preset (`a6`, `a4-4`, `86x54`, `96x134`, `62mm`, `100x150`) or a size such as `90x120mm`.
    pub stock: Option<String>,
    /// The stock bears its design already: print text and QR only.
    pub preprinted: Option<bool>,
    /// The printer has one ink: the category's band is black.
    pub one_ink: Option<bool>,
    /// What the page keeps free at its top.
    pub margin_top: Option<f32>,
    /// … at its right.
    pub margin_right: Option<f32>,
    /// … at its bottom.
    pub margin_bottom: Option<f32>,
    /// … at its left.
    pub margin_left: Option<f32>,
    /// Badges side by side on a page.
    pub columns: Option<u16>,
    /// Badges one below the other on a page.
    pub rows: Option<u16>,
    /// Moves everything right, for printers that feed off centre.
    pub offset_x: Option<f32>,
    /// Moves everything down.
    pub offset_y: Option<f32>,
    /// Dots an inch of a PNG, 72 to 1200.
    pub dpi: Option<u32>,
}

impl StockParams {
    /// The stock, checked.
    ///
    /// # Errors
    /// An unknown name, a measure out of range, or a badge too small to be read.
    pub fn stock(&self) -> Result<Stock, Problem> {
        let mut stock =
            Stock::parse(self.stock.as_deref().unwrap_or(DEFAULT)).map_err(|problem| stock_problem(&problem))?;
        let margins = [self.margin_top, self.margin_right, self.margin_bottom, self.margin_left];
        for (margin, asked) in stock.margins.iter_mut().zip(margins) {
            *margin = asked.unwrap_or(*margin);
        }
        stock.columns = self.columns.unwrap_or(stock.columns);
        stock.rows = self.rows.unwrap_or(stock.rows);
        stock.offset_x = self.offset_x.unwrap_or(stock.offset_x);
        stock.offset_y = self.offset_y.unwrap_or(stock.offset_y);
        stock.preprinted = self.preprinted.unwrap_or(stock.preprinted);
        stock.one_ink = self.one_ink.unwrap_or(stock.one_ink);
        stock.check().map_err(|problem| stock_problem(&problem))?;
        Ok(stock)
    }

    /// Dots an inch of a picture.
    pub fn dpi(&self) -> u32 {
        self.dpi.unwrap_or(DEFAULT_DPI)
    }
}

fn stock_problem(problem: &StockProblem) -> Problem {
    let detail = problem.to_string();
    match problem {
        StockProblem::OutOfRange { field: "page_width" | "page_height", .. }
        | StockProblem::Unknown { .. }
        | StockProblem::CellTooSmall { .. } => Problem::field("?stock", detail),
        StockProblem::OutOfRange { field, .. } => Problem::field(format!("?{field}"), detail),
    }
}

/// Why badges were not drawn, for the person who asked.
pub fn print_problem(error: PrintError) -> Problem {
    let detail = error.to_string();
    match error {
        PrintError::NothingToPrint => {
            Problem::new(Reason::NotFound, "No badge fits this choice, so there is nothing to print.")
        }
        PrintError::Stock(problem) => stock_problem(&problem),
        PrintError::Resolution { .. } => Problem::field("?dpi", detail),
        PrintError::Code { problem: CodeProblem::TooDense { .. }, .. } => Problem::field("?stock", detail),
        PrintError::Code { .. } => Problem::new(Reason::InvalidField, detail),
        PrintError::Writer(_) => Problem::new(Reason::Internal, "The badge could not be drawn.").caused_by(detail),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preset_is_taken_with_the_measures_that_were_asked_for() {
        let params = StockParams {
            stock: Some("a4-4".into()),
            preprinted: Some(true),
            margin_top: Some(5.0),
            ..StockParams::default()
        };
        let stock = params.stock().unwrap();
        assert!(stock.preprinted);
        assert_eq!((stock.margins[0], stock.columns, stock.rows), (5.0, 2, 2));
    }

    #[test]
    fn a_measure_that_cannot_be_is_refused_by_its_name() {
        for (params, named) in [
            (StockParams { stock: Some("postcard".into()), ..StockParams::default() }, "?stock"),
            (StockParams { margin_left: Some(-1.0), ..StockParams::default() }, "?margin_left"),
            (StockParams { columns: Some(9), ..StockParams::default() }, "?stock"),
            (StockParams { offset_x: Some(f32::NAN), ..StockParams::default() }, "?offset_x"),
        ] {
            let problem = params.stock().unwrap_err();
            assert!(problem.detail().starts_with(named), "{}", problem.detail());
        }
    }
}
