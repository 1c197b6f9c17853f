//! The report as a table for spreadsheets: a row an exhibitor, licences for the invoice included.

use super::{ExhibitorReport, Report};
use crate::exports::columns::{Column, Kind, Language};
use crate::exports::csv::CsvSheet;
use crate::exports::local_time::LocalTimes;
use crate::exports::sheet::{Cell, ExportError, Sheet};
use rust_xlsxwriter::{Format, Workbook};

fn columns(report: &Report) -> Vec<Column> {
    let column = |code: &str, label: &'static str, kind| Column::new(code.to_owned(), label, label, kind);
    let mut columns: Vec<Column> = [
        ("exhibitor", "Exhibitor"),
        ("hall", "Hall"),
        ("booth", "Stand"),
        ("package", "Package"),
        ("licences", "Licences"),
        ("peak_devices", "Most phones at once"),
        ("extra_devices", "Beyond the licences"),
        ("scans", "Scans"),
        ("leads", "Leads"),
        ("visitors", "Unique visitors"),
        ("hot", "Hot"),
        ("warm", "Warm"),
        ("cold", "Cold"),
        ("first_scan_at", "First scan"),
        ("last_scan_at", "Last scan"),
        ("rank_in_hall", "Place in its hall"),
        ("rank_in_package", "Place in its package"),
    ]
    .into_iter()
    .map(|(code, label)| column(code, label, Kind::Text))
    .collect();
    columns.extend(report.days.iter().map(|day| column(&format!("scans_{day}"), "Scans that day", Kind::Text)));
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
        Cell::local(row.first_scan_at),
        Cell::local(row.last_scan_at),
        number(row.rank_in_hall.into()),
        number(row.rank_in_package.into()),
    ];
    cells.extend(row.per_day.iter().map(|scans| number(*scans)));
    cells
}

/// As CSV, with times of the event's zone.
pub fn csv(report: &Report, times: LocalTimes) -> Result<Vec<u8>, ExportError> {
    let mut sheet = CsvSheet::new(Vec::new(), &columns(report), times, true)?;
    for row in &report.exhibitors {
        sheet.row(&cells(row))?;
    }
    sheet.finish()
}

/// As a workbook: exhibitors, and the whole event by the hour.
pub fn xlsx(report: &Report, mut times: LocalTimes) -> Result<Vec<u8>, ExportError> {
    let mut workbook = Workbook::new();
    let bold = Format::new().set_bold();
    let sheet = workbook.add_worksheet().set_name("Exhibitors")?;
    for (column, at) in columns(report).iter().zip(0_u16..) {
        let label = match column.code().strip_prefix("scans_") {
            Some(day) => day.to_owned(),
            None => column.label(Language::English).to_owned(),
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
    let sheet = workbook.add_worksheet().set_name("By the hour")?;
    for (label, at) in ["Day", "Hour", "Scans"].into_iter().zip(0_u16..) {
        sheet.write_string_with_format(0, at, label, &bold)?;
    }
    for (hour, line) in report.hours.iter().zip(1_u32..) {
        sheet.write_string(line, 0, &hour.day)?;
        sheet.write_number(line, 1, f64::from(hour.hour))?;
        sheet.write_number(line, 2, hour.scans as f64)?;
    }
    Ok(workbook.save_to_buffer()?)
}
