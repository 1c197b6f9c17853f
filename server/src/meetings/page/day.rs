//! One day of meetings by place or by person, for the screen and for paper.

use super::calendar::{Asked, By, Calendar};
use super::{Tab, tabs};
use crate::access::MeetingScope;
use crate::app::App;
use crate::exhibitors::frame::SpaceFrame;
use crate::extract::Params;
use crate::web::menu::SpacePage;
use crate::web::visitor::{PagePath, PageProblem, Visitor};
use crate::web::{Page, Shell};
use askama::Template;
use axum::extract::State;
use axum::response::IntoResponse;
use jiff::ToSpan;
use jiff::civil::Date;
use mobile_core::ids::ExhibitorId;

#[derive(Template)]
#[template(path = "meetings/day.html")]
struct DayPage {
    shell: Shell,
    exhibitor: String,
    place: String,
    tabs: Vec<Tab>,
    day: String,
    date: Date,
    calendar: Calendar,
    is_by_person: bool,
    before: String,
    after: String,
    other: String,
    zone: String,
}

pub(super) async fn day(
    visitor: Visitor,
    State(app): State<App>,
    PagePath(exhibitor): PagePath<ExhibitorId>,
    Params(asked): Params<Asked>,
) -> Result<impl IntoResponse, PageProblem> {
    let scope = MeetingScope::of(&app, &visitor.identity, exhibitor).await?;
    let frame = SpaceFrame::open(&app, &visitor, &scope, SpacePage::Meetings, "meetings-of-a-day").await?;
    let day = asked.day(&frame)?;
    let calendar = Calendar::of(&app, &visitor, &scope, &frame, (&(day..=day), asked.by)).await?;
    Ok(Page(DayPage {
        tabs: tabs(exhibitor, "/day", None),
        day: frame.shell.words.long_date(day),
        date: day,
        is_by_person: asked.by == By::Person,
        before: day.checked_sub(1.day()).map(|to| asked.link(exhibitor, "day", to)).unwrap_or_default(),
        after: day.checked_add(1.day()).map(|to| asked.link(exhibitor, "day", to)).unwrap_or_default(),
        other: asked.other(exhibitor, "day", day),
        zone: frame.zone.abbreviation(frame.now),
        shell: frame.shell.running("page manage calendar"),
        exhibitor: frame.exhibitor,
        place: frame.place,
        calendar,
    }))
}
