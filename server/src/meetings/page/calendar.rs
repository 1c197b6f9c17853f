//! What the day and the week of meetings have in common: meetings by place or by person, with what
//! overlaps, and what moves each of them.

use super::{all, named, overlap, people};
use crate::access::{Capability, MeetingScope};
use crate::app::App;
use crate::events::when;
use crate::exhibitors::frame::SpaceFrame;
use crate::meetings::store::MeetingRow;
use crate::meetings::turn::Turn;
use crate::meetings::when::Choice;
use crate::meetings::{Side, Status, api};
use crate::problem::Problem;
use crate::web::text::json_in_page;
use crate::web::visitor::Visitor;
use jiff::civil::Date;
use mobile_core::ids::ExhibitorId;
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use uuid::Uuid;

/// What meetings are sorted under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum By {
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
    pub by: By,
}

impl Asked {
    /// The day that is meant.
    pub fn day(&self, frame: &SpaceFrame) -> Result<Date, Problem> {
        let (first, last) = (frame.zone.day(frame.event.starts_at), frame.zone.day(frame.event.ends_at));
        match &self.day {
            Some(text) => when::day(text).map_err(|detail| Problem::field("?day", detail)),
            None => Ok(frame.zone.day(frame.now).clamp(first, last.max(first))),
        }
    }

    /// Where a day is shown, in the same order.
    pub fn link(&self, exhibitor: ExhibitorId, view: &str, day: Date) -> String {
        link(exhibitor, view, day, self.by)
    }

    /// Where the same is shown in the other order.
    pub fn other(&self, exhibitor: ExhibitorId, view: &str, day: Date) -> String {
        link(exhibitor, view, day, if self.by == By::Place { By::Person } else { By::Place })
    }
}

fn link(exhibitor: ExhibitorId, view: &str, day: Date, by: By) -> String {
    let by = if by == By::Person { "&by=person" } else { "" };
    format!("/exhibitors/{exhibitor}/meetings/{view}?day={day}{by}")
}

/// A meeting of the calendar.
pub(super) struct Entry {
    pub day: Date,
    pub time: String,
    pub who: String,
    pub work: String,
    /// The place or the person, whichever the group is not.
    pub with: String,
    pub state: &'static str,
    /// What overlaps with it; empty where nothing does.
    pub conflict: String,
    pub message: String,
    /// What the form that moves it begins with; empty where it cannot be moved.
    pub fill: String,
}

/// The meetings at one place or of one person.
pub(super) struct Group {
    pub name: String,
    /// The place or the person; empty for the stand and for nobody in particular.
    pub id: String,
    pub entries: Vec<Entry>,
}

/// What `meetings/move.html` shows.
pub(crate) struct Mover {
    pub api: String,
    pub locations: Vec<Choice>,
    pub members: Vec<Choice>,
}

/// Meetings of some days.
pub(super) struct Calendar {
    pub groups: Vec<Group>,
    pub conflicts: usize,
    /// The field of that form which a group stands for.
    pub field: &'static str,
    /// The form that moves a meeting; none for who may not, and where nothing can be moved.
    pub mover: Option<Mover>,
}

impl Calendar {
    /// The open meetings of these days, by group in their order.
    pub async fn of(
        app: &App,
        visitor: &Visitor,
        scope: &MeetingScope,
        frame: &SpaceFrame,
        (days, by): (&RangeInclusive<Date>, By),
    ) -> Result<Self, Problem> {
        let mut rows = all(app, scope, None).await?;
        rows.retain(|row| row.status.is_open() && days.contains(&frame.zone.day(row.starts_at)));
        let views = api::shown(app, scope, rows.clone()).await?;
        let people = people(app, visitor, scope, &views).await?;
        let can_manage = scope.may(Capability::MeetingManage);
        let words = frame.shell.words;
        let mut groups: BTreeMap<(String, Option<Uuid>), Vec<Entry>> = BTreeMap::new();
        for row in &rows {
            let (who, work) = named(people.get(&row.registration_id));
            let place = row.location.clone().unwrap_or_else(|| words.t("meetings-at-the-stand").into());
            let member = row.member().unwrap_or_else(|| words.t("meetings-nobody-in-particular").into());
            let (group, with) = if by == By::Person {
                ((member, row.member_id.map(|id| id.0)), place)
            } else {
                ((place, row.location_id.map(|id| id.0)), member)
            };
            let state = match (row.status, row.awaits) {
                (Status::Pending, Some(Side::Exhibitor)) => "meetings-asks-for-answer",
                (Status::Pending, _) => "attendees-waits-for-answer",
                _ => "attendees-state-agreed",
            };
            let can_move = can_manage && Turn::of(row, Side::Exhibitor, frame.now).can_move;
            groups.entry(group).or_default().push(Entry {
                day: frame.zone.day(row.starts_at),
                time: frame.zone.clocks(row.starts_at, row.ends_at),
                conflict: conflict(row, &rows, frame),
                message: row.message.clone().unwrap_or_default(),
                fill: if can_move { fill(row, &who, frame) } else { String::new() },
                who,
                work,
                with,
                state,
            });
        }
        let group = |((name, id), entries): ((String, Option<Uuid>), Vec<Entry>)| {
            let id = id.map(|id| id.to_string()).unwrap_or_default();
            Group { name, id, entries }
        };
        let groups: Vec<Group> = groups.into_iter().map(group).collect();
        let entries = || groups.iter().flat_map(|group| &group.entries);
        let conflicts = entries().filter(|entry| !entry.conflict.is_empty()).count();
        let mover = if entries().any(|entry| !entry.fill.is_empty()) {
            let (locations, members) = super::propose::choices(app, scope, (None, None)).await?;
            let api = format!("/api/v1/exhibitors/{}/meetings", scope.exhibitor());
            Some(Mover { api, locations, members })
        } else {
            None
        };
        let field = if by == By::Person { "member_id" } else { "location_id" };
        Ok(Self { groups, conflicts, field, mover })
    }
}

/// What the form that moves a meeting begins with: as it is now.
fn fill(row: &MeetingRow, who: &str, frame: &SpaceFrame) -> String {
    json_in_page(&json!({"id": row.id, "who": who, "starts_at": frame.zone.local(row.starts_at),
        "ends_at": frame.zone.local(row.ends_at), "location_id": row.location_id, "member_id": row.member_id}))
}

/// What takes the same place, the same contact or the same attendee at the same time.
fn conflict(row: &MeetingRow, others: &[MeetingRow], frame: &SpaceFrame) -> String {
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
