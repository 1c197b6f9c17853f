//! The report as a table for spreadsheets: a row an exhibitor, licences for the invoice included.

use super::{ExhibitorReport, Report};
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

/// As a workbook: exhibitors, and the whole event by the hour.
pub fn xlsx(report: &Report, mut times: LocalTimes, words: Words) -> Result<Vec<u8>, ExportError> {
    let mut workbook = Workbook::new();
    let bold = Format::new().set_bold();
    let sheet = workbook.add_worksheet().set_name(words.t("common-exhibitors"))?;
    for (column, at) in columns(report, words).iter().zip(0_u16..) {
        let label = match column.code().strip_prefix("scans_") {
            Some(day) => day.to_owned(),
            None => column.label(words),
        };
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
    let sheet = workbook.add_worksheet().set_name(words.t("report-by-the-hour"))?;
    for (key, at) in ["leads-day", "report-hour", "common-scans"].into_iter().zip(0_u16..) {
        sheet.write_string_with_format(0, at, words.t(key), &bold)?;
    }
    for (hour, line) in report.hours.iter().zip(1_u32..) {
        sheet.write_string(line, 0, &hour.day)?;
        sheet.write_number(line, 1, f64::from(hour.hour))?;
        sheet.write_number(line, 2, hour.scans as f64)?;
    }
    Ok(workbook.save_to_buffer()?)
}
