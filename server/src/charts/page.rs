//! The page of charts. Bars are SVG that the server draws, beside the numbers that they show, so that
//! every theme, width and screen reader has them.

use super::goal::{GoalDay, LeadGoal};
use super::{Answers, Count};
use crate::access::{Capability, ChartScope};
use crate::app::App;
use crate::exhibitors::frame::SpaceFrame;
use crate::extract::{Params, Speaks};
use crate::problem::Problem;
use crate::web::menu::SpacePage;
use crate::web::text::json_in_page;
use crate::web::visitor::{PagePath, PageProblem, Visitor};
use crate::web::{Page, Shell};
use crate::words::Words;
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use jiff::civil::Date;
use mobile_core::ids::ExhibitorId;
use serde::Deserialize;
use serde_json::json;

/// How high the highest column is, in CSS pixels.
const HIGHEST: u64 = 160;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new().route("/exhibitors/{exhibitor_id}/charts", get(charts))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Asked {
    day: Option<String>,
}

/// A day to choose.
struct Day {
    label: String,
    href: String,
    is_current: bool,
}

/// A column of the hours.
struct Column {
    label: String,
    /// `12 scans between 10 and 11`.
    told: String,
    value: String,
    height: u64,
    is_highest: bool,
}

/// A line with its bar.
struct Line {
    label: String,
    href: String,
    kind: &'static str,
    value: String,
    share: String,
    /// How far the bar goes, of 100.
    width: u64,
}

struct Question {
    words: String,
    answered: String,
    lines: Vec<Line>,
    range: String,
}

#[derive(Template)]
#[template(path = "charts/index.html")]
struct ChartsPage {
    shell: Shell,
    exhibitor: String,
    place: String,
    days: Vec<Day>,
    total: String,
    columns: Vec<Column>,
    people: Vec<Line>,
    ratings: Vec<Line>,
    questions: Vec<Question>,
    asks: String,
    goal: Goal,
}

/// The goal and the way to it.
struct Goal {
    /// `62 of 200 leads`; how many there are where nothing is wanted.
    told: String,
    /// `31 %`, or empty.
    share: String,
    /// How far the bar goes, of 100.
    width: u64,
    days: Vec<Column>,
    /// The goal as the last column; none without one.
    line: Option<Column>,
    is_set: bool,
    /// What the dialog is filled with; empty for those who may not set it.
    fill: String,
    api: String,
}

fn goal(goal: &LeadGoal, words: Words, (can_set, exhibitor): (bool, ExhibitorId)) -> Goal {
    let wanted = goal.leads.map_or(0, |leads| leads as u64);
    let most = goal.days.iter().map(|day| day.total).max().unwrap_or(0).max(wanted).max(1);
    let height = |count: u64| (count * HIGHEST).div_ceil(most);
    let share = (goal.reached * 100).checked_div(wanted);
    let day = |of: &GoalDay| Column {
        label: words.short_day(of.day),
        told: words
            .t("charts-goal-day")
            .with("day", words.long_day(of.day))
            .with("new", of.new)
            .with("total", of.total)
            .into(),
        value: words.number(of.total),
        height: height(of.total),
        is_highest: wanted > 0 && of.total >= wanted,
    };
    let told = words.t(if wanted > 0 { "charts-goal-of" } else { "charts-goal-none" });
    Goal {
        told: told.with("count", goal.reached).with("goal", wanted).into(),
        share: share.map_or_else(String::new, |share| format!("{share} %")),
        width: share.unwrap_or(0).min(100),
        days: goal.days.iter().map(day).collect(),
        line: goal.leads.map(|leads| Column {
            label: words.t("charts-goal").into(),
            told: words.t("charts-goal-wanted").with("goal", leads).into(),
            value: words.number(wanted),
            height: height(wanted),
            is_highest: false,
        }),
        is_set: wanted > 0,
        fill: if can_set { json_in_page(&json!({"leads": goal.leads})) } else { String::new() },
        api: format!("/api/v1/exhibitors/{exhibitor}/goal"),
    }
}

/// Lines of counts; shares are of `whole`.
fn lines(counts: &[Count], whole: u64, leads: &str, kinds: &[&'static str]) -> Vec<Line> {
    let words = Words::of_request();
    let most = counts.iter().map(|count| count.count).max().unwrap_or(0).max(1);
    let line = |(at, count): (usize, &Count)| {
        let filter = count.filter.as_ref().filter(|_| count.count > 0);
        Line {
            label: count.label.clone(),
            href: filter.map_or_else(String::new, |(name, value)| {
                let mut query = form_urlencoded::Serializer::new(String::new());
                format!("{leads}?{}", query.append_pair(name, value).finish())
            }),
            kind: kinds.get(at).copied().unwrap_or(""),
            value: words.number(count.count),
            share: format!("{} %", (count.count * 100 + whole.max(1) / 2) / whole.max(1)),
            width: count.count * 100 / most,
        }
    };
    counts.iter().enumerate().map(line).collect()
}

fn columns(hours: &[(i8, u64)]) -> Vec<Column> {
    let words = Words::of_request();
    let most = hours.iter().map(|(_, count)| *count).max().unwrap_or(0).max(1);
    let column = |(hour, count): &(i8, u64)| Column {
        label: format!("{hour:02}"),
        told: words.t("charts-scans-between").with("count", *count).with("from", *hour).with("to", hour + 1).into(),
        value: words.number(*count),
        height: (count * HIGHEST).div_ceil(most),
        is_highest: *count == most,
    };
    hours.iter().map(column).collect()
}

fn question(answers: &Answers, leads: &str) -> Question {
    let words = Words::of_request();
    let short = |number: f64| if number.fract() == 0.0 { format!("{number:.0}") } else { format!("{number:.1}") };
    Question {
        words: answers.question.clone(),
        answered: words.t("charts-answers").with("count", answers.answered).into(),
        lines: lines(&answers.choices, answers.answered, leads, &[]),
        range: answers.range.map_or_else(String::new, |(least, mean, most)| {
            let told = words.t("charts-on-average").with("mean", short(mean));
            told.with("least", short(least)).with("most", short(most)).into()
        }),
    }
}

async fn charts(
    visitor: Visitor,
    State(app): State<App>,
    Speaks(language): Speaks,
    PagePath(exhibitor): PagePath<ExhibitorId>,
    Params(asked): Params<Asked>,
) -> Result<impl IntoResponse, PageProblem> {
    let scope = ChartScope::of(&app, &visitor.identity, exhibitor).await?;
    let frame = SpaceFrame::open(&app, &visitor, &scope, SpacePage::Charts, "menu-charts").await?;
    let day: Option<Date> = asked
        .day
        .as_deref()
        .filter(|day| !day.is_empty())
        .map(str::parse)
        .transpose()
        .map_err(|_| Problem::field("?day", "must be a day such as 2026-11-22"))?;
    let charts = super::of(&app, &scope, day, language.code()).await?;
    let wanted = super::goal::of(&app, &scope).await?;
    let base = format!("/exhibitors/{exhibitor}/charts");
    let leads = format!("/exhibitors/{exhibitor}/leads");
    let words = frame.zone.words();
    let all = Day { label: words.t("charts-all-days").into(), href: base.clone(), is_current: day.is_none() };
    let days = charts.days.iter().map(|one| Day {
        label: words.short_day(*one),
        href: format!("{base}?day={one}"),
        is_current: day == Some(*one),
    });
    let scans: u64 = charts.hours.iter().map(|(_, count)| count).sum();
    let rated: u64 = charts.ratings.iter().map(|count| count.count).sum();
    Ok(Page(ChartsPage {
        goal: goal(&wanted, words, (scope.may(Capability::TeamManage), exhibitor)),
        shell: frame.shell,
        exhibitor: frame.exhibitor,
        place: frame.place,
        days: std::iter::once(all).chain(days).collect(),
        total: words.t("common-count-scans").with("count", scans).into(),
        columns: columns(&charts.hours),
        people: lines(&charts.people, scans, &leads, &[]),
        ratings: lines(&charts.ratings, rated, &leads, &["hot", "warm", "cold", "none"]),
        questions: charts.answers.iter().map(|answers| question(answers, &leads)).collect(),
        asks: if scope.may(Capability::FormManage) {
            format!("/exhibitors/{exhibitor}/questions")
        } else {
            String::new()
        },
    }))
}
