//! The report as a page: to be read at the closing meeting, and printed.

use super::{ExhibitorReport, Report};
use crate::access::MonitorScope;
use crate::app::App;
use crate::events::frame::EventFrame;
use crate::web::Words;
use crate::web::menu::EventPage;
use crate::web::text::dotted;
use crate::web::visitor::{PagePath, PageProblem, Visitor};
use crate::web::words::Text;
use crate::web::{EventZone, Page, Shell};
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use mobile_core::ids::EventId;
use mobile_core::time::Timestamp;

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
    ranks: String,
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

fn row(of: &ExhibitorReport, zone: &EventZone, now: Timestamp) -> Row {
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
        when: span.map_or_else(
            || words.t("readiness-no-scan").into(),
            |(first, last)| format!("{} – {}", zone.short(first, now), zone.short(last, now)),
        ),
        ranks: words.t("report-ranks").with("hall", of.rank_in_hall).with("package", of.rank_in_package).into(),
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
            format!("{}.{:02}", totals.scans_per_visitor_percent / 100, totals.scans_per_visitor_percent % 100),
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
            .map(|(at, day)| (day.clone(), frame.zone.words().number(per_day(at))))
            .collect(),
        rows: report.exhibitors.iter().map(|of| row(of, &frame.zone, frame.now)).collect(),
        download: format!("/api/v1/events/{event}/report"),
    }))
}
