//! The report as a page: to be read at the closing meeting, and printed.

use super::{ExhibitorReport, Report};
use crate::access::MonitorScope;
use crate::app::App;
use crate::events::frame::EventFrame;
use crate::web::menu::EventPage;
use crate::web::text::dotted;
use crate::web::visitor::{PagePath, PageProblem, Visitor};
use crate::web::{EventZone, Page, Shell};
use crate::words::{Text, Words};
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use mobile_core::ids::EventId;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new().route("/events/{event_id}/report", get(report))
}

struct Figure {
    label: &'static str,
    value: String,
    note: String,
}

struct Row {
    name: String,
    place: String,
    scans: String,
    visitors: String,
    ratings: String,
    meetings: String,
    phones: String,
    when: String,
    times: Vec<DayOf>,
    ranks: String,
}

/// A day of an exhibitor with its hours.
struct DayOf {
    name: String,
    scans: String,
    hours: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "report/index.html")]
struct ReportPage {
    shell: Shell,
    event: String,
    figures: Vec<Figure>,
    days: Vec<(String, String)>,
    rows: Vec<Row>,
    download: String,
}

/// Its places by scans, as far as it is in a hall and has a package.
fn ranks(of: &ExhibitorReport, words: Words) -> String {
    let in_hall = (!of.hall.is_empty()).then(|| words.t("report-rank-in-hall").with("rank", of.rank_in_hall).into());
    let in_package = of.rank_in_package.map(|rank| words.t("report-rank-in-package").with("rank", rank).into());
    let ranks: Vec<String> = in_hall.into_iter().chain(in_package).collect();
    ranks.join(", ")
}

/// Its days with scans and their hours.
fn times(of: &ExhibitorReport, report: &Report, words: Words) -> Vec<DayOf> {
    let days = report.days.iter().zip(&of.per_day).filter(|(_, scans)| **scans > 0);
    days.map(|(day, scans)| {
        let hours = report.hours.iter().zip(&of.per_hour).filter(|(hour, scans)| hour.day == *day && **scans > 0);
        DayOf {
            name: named(day, words),
            scans: words.number(*scans),
            hours: hours.map(|(hour, scans)| (format!("{:02}:00", hour.hour), words.number(*scans))).collect(),
        }
    })
    .collect()
}

fn row(of: &ExhibitorReport, report: &Report, zone: &EventZone) -> Row {
    let words = zone.words();
    let phones = match of.licences {
        Some(licences) => words.t("monitor-of").with("part", of.peak_devices).with("whole", licences).into(),
        None => words.number(of.peak_devices.into()),
    };
    let span = of.first_scan_at.zip(of.last_scan_at);
    Row {
        name: of.name.clone(),
        place: dotted(&[format!("{} {}", of.hall, of.booth).trim(), of.package.as_deref().unwrap_or_default()]),
        scans: words.number(of.scans),
        visitors: words.number(of.visitors),
        ratings: format!("{} / {} / {}", of.hot, of.warm, of.cold),
        meetings: words.number(of.meetings),
        phones,
        when: span.map_or_else(|| words.t("readiness-no-scan").into(), |(first, last)| zone.stretch(first, last)),
        times: times(of, report, words),
        ranks: ranks(of, words),
    }
}

fn figures(report: &Report) -> Vec<Figure> {
    let totals = &report.totals;
    let words = Words::of_request();
    let figure = |label, value, note: Text<'_>| Figure { label, value, note: note.into() };
    vec![
        figure(
            "common-scans",
            words.number(totals.scans),
            words.t("report-ratings").with("hot", totals.hot).with("warm", totals.warm).with("cold", totals.cold),
        ),
        figure(
            "monitor-visitors-scanned",
            words.number(totals.visitors),
            words.t("report-of-registered").with("count", totals.registered),
        ),
        figure(
            "report-scans-a-visitor",
            words.hundredths(totals.scans_per_visitor_percent),
            words.t("report-of-those-scanned"),
        ),
        figure("report-meetings", words.number(totals.meetings), words.t("report-meetings-agreed")),
        figure(
            "report-without-a-scan",
            words.number(totals.without_scan),
            words.t("report-of").with("count", totals.exhibitors),
        ),
    ]
}

/// `Saturday 21 November` for a local day of the report.
fn named(day: &str, words: Words) -> String {
    day.parse().map_or_else(|_| day.to_owned(), |day| words.long_day(day))
}

async fn report(
    visitor: Visitor,
    State(app): State<App>,
    PagePath(event): PagePath<EventId>,
) -> Result<impl IntoResponse, PageProblem> {
    let scope = MonitorScope::of(&app, &visitor.identity, event).await?;
    let frame = EventFrame::open(&app, &visitor, &scope, EventPage::Report, "menu-report").await?;
    let report = super::of_event(&app, &scope).await?;
    let per_day = |at: usize| report.exhibitors.iter().filter_map(|row| row.per_day.get(at)).sum::<u64>();
    Ok(Page(ReportPage {
        shell: frame.shell,
        event: frame.event.name.clone(),
        figures: figures(&report),
        days: report
            .days
            .iter()
            .enumerate()
            .map(|(at, day)| (named(day, frame.zone.words()), frame.zone.words().number(per_day(at))))
            .collect(),
        rows: report.exhibitors.iter().map(|of| row(of, &report, &frame.zone)).collect(),
        download: format!("/api/v1/events/{event}/report"),
    }))
}
