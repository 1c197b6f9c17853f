//! The report as a table for spreadsheets: a row an exhibitor, licences for the invoice included; a workbook also has
//! the totals, and each exhibitor by the hour.

use super::{ExhibitorReport, Hour, Report, Totals};
use crate::exports::columns::{Column, Kind};
use crate::exports::csv::CsvSheet;
use crate::exports::local_time::LocalTimes;
use crate::exports::sheet::{Cell, ExportError, Sheet};
use crate::words::Words;
use rust_xlsxwriter::{Format, Workbook};

fn columns(report: &Report, words: Words) -> Vec<Column> {
    let column = |code: &str, key| Column::new(code.to_owned(), Kind::Text).labelled(words.t(key));
    let mut columns: Vec<Column> = [
        ("exhibitor", "common-exhibitor"),
        ("hall", "monitor-hall"),
        ("booth", "exhibitors-stand"),
        ("package", "common-package"),
        ("licences", "report-licences"),
        ("peak_devices", "report-most-phones-at-once"),
        ("extra_devices", "report-beyond-the-licences"),
        ("scans", "common-scans"),
        ("scans_per_licence", "report-scans-a-licence"),
        ("leads", "leads-leads"),
        ("visitors", "report-unique-visitors"),
        ("hot", "leads-hot"),
        ("warm", "leads-warm"),
        ("cold", "leads-cold"),
        ("meetings", "report-meetings"),
        ("first_scan_at", "readiness-step-scanned"),
        ("last_scan_at", "leads-last-scan"),
        ("rank_in_hall", "report-place-in-its-hall"),
        ("rank_in_package", "report-place-in-its-package"),
    ]
    .into_iter()
    .map(|(code, key)| column(code, key))
    .collect();
    columns.extend(report.days.iter().map(|day| column(&format!("scans_{day}"), "report-scans-that-day")));
    columns
}

fn cells(row: &ExhibitorReport) -> Vec<Cell<'_>> {
    let number = |number: u64| Cell::Integer(number as i64);
    let mut cells = vec![
        Cell::Text(&row.name),
        Cell::Text(&row.hall),
        Cell::Text(&row.booth),
        Cell::text(row.package.as_deref()),
        row.licences.map_or(Cell::Empty, |licences| number(licences.into())),
        number(row.peak_devices.into()),
        number(row.extra_devices.into()),
        number(row.scans),
        row.scans_per_licence.map_or(Cell::Empty, number),
        number(row.leads),
        number(row.visitors),
        number(row.hot),
        number(row.warm),
        number(row.cold),
        number(row.meetings),
        Cell::local(row.first_scan_at),
        Cell::local(row.last_scan_at),
        number(row.rank_in_hall.into()),
        row.rank_in_package.map_or(Cell::Empty, |rank| number(rank.into())),
    ];
    cells.extend(row.per_day.iter().map(|scans| number(*scans)));
    cells
}

/// As CSV, with times of the event's zone.
pub fn csv(report: &Report, times: LocalTimes) -> Result<Vec<u8>, ExportError> {
    let mut sheet = CsvSheet::new(Vec::new(), &columns(report, Words::default()), times, true)?;
    for row in &report.exhibitors {
        sheet.row(&cells(row))?;
    }
    sheet.finish()
}

/// As a workbook: exhibitors, the totals, the whole event by the hour, and each exhibitor by the hour.
pub fn xlsx(report: &Report, mut times: LocalTimes, words: Words) -> Result<Vec<u8>, ExportError> {
    let mut workbook = Workbook::new();
    let bold = Format::new().set_bold();
    let sheet = workbook.add_worksheet().set_name(words.t("common-exhibitors"))?;
    for (column, at) in columns(report, words).iter().zip(0_u16..) {
        let day = column.code().strip_prefix("scans_").filter(|day| report.days.iter().any(|known| known == day));
        let label = day.map_or_else(|| column.label(words), str::to_owned);
        sheet.write_string_with_format(0, at, label, &bold)?;
    }
    for (row, line) in report.exhibitors.iter().zip(1_u32..) {
        for (cell, at) in cells(row).into_iter().zip(0_u16..) {
            match cell {
                Cell::Integer(number) => sheet.write_number(line, at, number as f64)?,
                Cell::Text(text) => sheet.write_string(line, at, text)?,
                Cell::Local(time) => {
                    let mut text = Vec::new();
                    times.civil(time).push_minutes(b' ', &mut text);
                    sheet.write_string(line, at, String::from_utf8_lossy(&text).into_owned())?
                }
                _ => continue,
            };
        }
    }
    let sheet = workbook.add_worksheet().set_name(words.t("monitor-totals"))?;
    for ((key, figure), line) in totals(&report.totals).into_iter().zip(0_u32..) {
        sheet.write_string_with_format(line, 0, words.t(key), &bold)?;
        sheet.write_number(line, 1, figure)?;
    }
    let sheet = workbook.add_worksheet().set_name(words.t("report-by-the-hour"))?;
    for (key, at) in ["leads-day", "report-hour", "common-scans"].into_iter().zip(0_u16..) {
        sheet.write_string_with_format(0, at, words.t(key), &bold)?;
    }
    for (hour, line) in report.hours.iter().zip(1_u32..) {
        sheet.write_string(line, 0, &hour.day)?;
        sheet.write_number(line, 1, f64::from(hour.hour))?;
        sheet.write_number(line, 2, hour.scans as f64)?;
    }
    let sheet = workbook.add_worksheet().set_name(words.t("report-exhibitors-by-the-hour"))?;
    sheet.write_string_with_format(0, 0, words.t("common-exhibitor"), &bold)?;
    for (Hour { day, hour, .. }, at) in report.hours.iter().zip(1_u16..) {
        sheet.write_string_with_format(0, at, format!("{day} {hour:02}:00"), &bold)?;
    }
    for (row, line) in report.exhibitors.iter().zip(1_u32..) {
        sheet.write_string(line, 0, &row.name)?;
        for (scans, at) in row.per_hour.iter().zip(1_u16..) {
            sheet.write_number(line, at, *scans as f64)?;
        }
    }
    Ok(workbook.save_to_buffer()?)
}

/// The event as a whole, line by line.
fn totals(of: &Totals) -> [(&'static str, f64); 10] {
    [
        ("common-exhibitors", of.exhibitors as f64),
        ("report-without-a-scan", of.without_scan as f64),
        ("common-scans", of.scans as f64),
        ("monitor-visitors-scanned", of.visitors as f64),
        ("report-registered", of.registered as f64),
        ("report-scans-a-visitor", of.scans_per_visitor_percent as f64 / 100.0),
        ("leads-hot", of.hot as f64),
        ("leads-warm", of.warm as f64),
        ("leads-cold", of.cold as f64),
        ("report-meetings", of.meetings as f64),
    ]
}
