//! One day of meetings by place or by person, for the screen and for paper, with what overlaps.

use super::{Tab, all, named, overlap, people, tabs};
use crate::access::MeetingScope;
use crate::app::App;
use crate::events::when;
use crate::exhibitors::frame::SpaceFrame;
use crate::extract::Params;
use crate::meetings::api;
use crate::meetings::store::MeetingRow;
use crate::meetings::{Side, Status};
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
use serde::Deserialize;
use std::collections::BTreeMap;

/// What the meetings of a day are sorted under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum By {
    #[default]
    Place,
    Person,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    /// The local day; absent: today, or the event's first or last day when it lies outside.
    day: Option<String>,
    #[serde(default)]
    by: By,
}

/// A meeting of the day.
struct Entry {
    time: String,
    who: String,
    work: String,
    /// The place or the person, whichever the group is not.
    with: String,
    state: &'static str,
    /// What overlaps with it; empty where nothing does.
    conflict: String,
    message: String,
}

/// The meetings at one place or of one person.
struct Group {
    name: String,
    entries: Vec<Entry>,
}

#[derive(Template)]
#[template(path = "meetings/day.html")]
struct DayPage {
    shell: Shell,
    exhibitor: String,
    place: String,
    tabs: Vec<Tab>,
    day: String,
    groups: Vec<Group>,
    is_by_person: bool,
    conflicts: usize,
    before: String,
    after: String,
    other: String,
    zone: String,
}

/// What takes the same place, the same contact or the same attendee at the same time.
fn conflict(row: &MeetingRow, others: &[&MeetingRow], frame: &SpaceFrame) -> String {
    let clashes = others.iter().filter(|other| {
        let is_same = other.registration_id == row.registration_id
            || (other.location_id.is_some() && other.location_id == row.location_id)
            || (other.member_id.is_some() && other.member_id == row.member_id);
        other.id != row.id && is_same && overlap((row.starts_at, row.ends_at), (other.starts_at, other.ends_at))
    });
    let times: Vec<String> = clashes.map(|other| frame.zone.clocks(other.starts_at, other.ends_at)).collect();
    if times.is_empty() {
        String::new()
    } else {
        frame.shell.t("meetings-overlaps-with").with("times", times.join(", ")).into()
    }
}

pub(super) async fn day(
    visitor: Visitor,
    State(app): State<App>,
    PagePath(exhibitor): PagePath<ExhibitorId>,
    Params(asked): Params<Asked>,
) -> Result<impl IntoResponse, PageProblem> {
    let scope = MeetingScope::of(&app, &visitor.identity, exhibitor).await?;
    let frame = SpaceFrame::open(&app, &visitor, &scope, SpacePage::Meetings, "meetings-of-a-day").await?;
    let (first, last) = (frame.zone.day(frame.event.starts_at), frame.zone.day(frame.event.ends_at));
    let day: Date = match &asked.day {
        Some(text) => when::day(text).map_err(|detail| Problem::field("?day", detail))?,
        None => frame.zone.day(frame.now).clamp(first, last.max(first)),
    };
    let rows = all(&app, &scope, None).await?;
    let rows: Vec<MeetingRow> =
        rows.into_iter().filter(|row| row.status.is_open() && frame.zone.day(row.starts_at) == day).collect();
    let views = api::shown(&app, &scope, rows.clone()).await?;
    let people = people(&app, &visitor, &scope, &views).await?;
    let all_of_day: Vec<&MeetingRow> = rows.iter().collect();
    let mut groups: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
    let words = frame.shell.words;
    for row in &rows {
        let (who, work) = named(people.get(&row.registration_id));
        let place = row.location.clone().unwrap_or_else(|| words.t("meetings-at-the-stand").into());
        let member = row.member().unwrap_or_else(|| words.t("meetings-nobody-in-particular").into());
        let (group, with) = if asked.by == By::Person { (member, place) } else { (place, member) };
        let state = match (row.status, row.awaits) {
            (Status::Pending, Some(Side::Exhibitor)) => "meetings-asks-for-answer",
            (Status::Pending, _) => "attendees-waits-for-answer",
            _ => "attendees-state-agreed",
        };
        groups.entry(group).or_default().push(Entry {
            time: frame.zone.clocks(row.starts_at, row.ends_at),
            conflict: conflict(row, &all_of_day, &frame),
            message: row.message.clone().unwrap_or_default(),
            who,
            work,
            with,
            state,
        });
    }
    let groups: Vec<Group> = groups.into_iter().map(|(name, entries)| Group { name, entries }).collect();
    let conflicts = groups.iter().flat_map(|group| &group.entries).filter(|entry| !entry.conflict.is_empty()).count();
    let by = if asked.by == By::Person { "&by=person" } else { "" };
    let link = |to: Date, by: &str| format!("/exhibitors/{exhibitor}/meetings/day?day={to}{by}");
    let other = if by.is_empty() { "&by=person" } else { "" };
    Ok(Page(DayPage {
        tabs: tabs(exhibitor, "/day", None),
        day: words.long_date(day),
        is_by_person: asked.by == By::Person,
        before: day.checked_sub(1.day()).map(|to| link(to, by)).unwrap_or_default(),
        after: day.checked_add(1.day()).map(|to| link(to, by)).unwrap_or_default(),
        other: link(day, other),
        zone: frame.zone.abbreviation(frame.now),
        shell: frame.shell,
        exhibitor: frame.exhibitor,
        place: frame.place,
        groups,
        conflicts,
    }))
}
