//! A week of meetings, a row a place or person and a column a day, for the screen and for paper. Of the
//! week those days are shown that belong to the event or have a meeting.

use super::calendar::{Asked, By, Calendar, Entry, Mover};
use super::{Tab, tabs};
use crate::access::MeetingScope;
use crate::app::App;
use crate::exhibitors::frame::SpaceFrame;
use crate::extract::Params;
use crate::problem::Problem;
use crate::web::menu::SpacePage;
use crate::web::visitor::{PagePath, PageProblem, Visitor};
use crate::web::{Page, Shell};
use askama::Template;
use axum::extract::State;
use axum::response::IntoResponse;
use jiff::ToSpan;
use jiff::civil::Date;
use mobile_core::ids::ExhibitorId;
use std::ops::RangeInclusive;

/// A day's column.
struct Column {
    name: String,
    /// Where the day is shown by itself.
    href: String,
    is_today: bool,
}

/// The meetings at one place or of one person on one day.
struct Cell {
    day: String,
    date: Date,
    entries: Vec<Entry>,
}

/// The week of one place or person.
struct Row {
    name: String,
    id: String,
    cells: Vec<Cell>,
}

#[derive(Template)]
#[template(path = "meetings/week.html")]
struct WeekPage {
    shell: Shell,
    exhibitor: String,
    place: String,
    tabs: Vec<Tab>,
    week: String,
    columns: Vec<Column>,
    rows: Vec<Row>,
    conflicts: usize,
    field: &'static str,
    mover: Option<Mover>,
    is_by_person: bool,
    before: String,
    after: String,
    other: String,
    zone: String,
}

/// Monday to Sunday around a day.
fn week_of(day: Date) -> Result<RangeInclusive<Date>, Problem> {
    let too_far = |_| Problem::field("?day", "lies too far away");
    let monday = day.checked_sub(i64::from(day.weekday().to_monday_zero_offset()).days()).map_err(too_far)?;
    Ok(monday..=monday.checked_add(6.days()).map_err(too_far)?)
}

/// The days of the week that are shown: those that pass, or all seven where none does.
fn shown(week: &RangeInclusive<Date>, is_wanted: impl Fn(Date) -> bool) -> Vec<Date> {
    let all: Vec<Date> = week.start().series(1.day()).take_while(|day| week.contains(day)).collect();
    let wanted: Vec<Date> = all.iter().copied().filter(|day| is_wanted(*day)).collect();
    if wanted.is_empty() { all } else { wanted }
}

pub(super) async fn week(
    visitor: Visitor,
    State(app): State<App>,
    PagePath(exhibitor): PagePath<ExhibitorId>,
    Params(asked): Params<Asked>,
) -> Result<impl IntoResponse, PageProblem> {
    let scope = MeetingScope::of(&app, &visitor.identity, exhibitor).await?;
    let frame = SpaceFrame::open(&app, &visitor, &scope, SpacePage::Meetings, "meetings-of-a-week").await?;
    let day = asked.day(&frame)?;
    let week = week_of(day)?;
    let calendar = Calendar::of(&app, &visitor, &scope, &frame, (&week, asked.by)).await?;
    let event = frame.zone.day(frame.event.starts_at)..=frame.zone.day(frame.event.ends_at);
    let has_meeting = |day: Date| calendar.groups.iter().flat_map(|group| &group.entries).any(|entry| entry.day == day);
    let days = shown(&week, |day| event.contains(&day) || has_meeting(day));
    let words = frame.shell.words;
    let columns = days.iter().map(|day| Column {
        name: words.short_day(*day),
        href: asked.link(exhibitor, "day", *day),
        is_today: *day == frame.zone.day(frame.now),
    });
    let columns: Vec<Column> = columns.collect();
    let rows = calendar.groups.into_iter().map(|group| {
        let shown = columns.iter().zip(&days);
        let mut cells: Vec<Cell> =
            shown.map(|(column, date)| Cell { day: column.name.clone(), date: *date, entries: Vec::new() }).collect();
        for entry in group.entries {
            if let Some(at) = days.iter().position(|day| *day == entry.day) {
                cells[at].entries.push(entry);
            }
        }
        Row { name: group.name, id: group.id, cells }
    });
    let rows: Vec<Row> = rows.collect();
    let span = words.t("attendees-from-to").with("from", words.month_day(*week.start()));
    Ok(Page(WeekPage {
        tabs: tabs(exhibitor, "/week", None),
        week: span.with("to", words.date(*week.end())).to_string(),
        is_by_person: asked.by == By::Person,
        before: day.checked_sub(7.days()).map(|to| asked.link(exhibitor, "week", to)).unwrap_or_default(),
        after: day.checked_add(7.days()).map(|to| asked.link(exhibitor, "week", to)).unwrap_or_default(),
        other: asked.other(exhibitor, "week", day),
        zone: frame.zone.abbreviation(frame.now),
        shell: frame.shell.running("page manage calendar"),
        exhibitor: frame.exhibitor,
        place: frame.place,
        conflicts: calendar.conflicts,
        field: calendar.field,
        mover: calendar.mover,
        columns,
        rows,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_week_runs_from_monday_to_sunday_and_shows_the_events_days_or_all() {
        for day in 16..=22 {
            assert_eq!(week_of(date(2026, 11, day)).ok(), Some(date(2026, 11, 16)..=date(2026, 11, 22)));
        }
        let week = week_of(date(2026, 11, 20)).expect("a week");
        assert_eq!(shown(&week, |day| day.day() > 20), [date(2026, 11, 21), date(2026, 11, 22)]);
        assert_eq!(shown(&week, |_| false).len(), 7);
        assert!(week_of(Date::MAX).is_err(), "there are ends of time, and no panic at them");
    }
}
