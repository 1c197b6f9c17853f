//! The goal: how many leads an exhibitor wants to have when the doors close, and how far it has come.
//!
//! Whoever sees only their own leads sees how many of the goal are theirs.

use super::store;
use crate::access::{ChartScope, ExhibitorScope, TeamAdminScope};
use crate::app::App;
use crate::audit::{self, Action, NewEntry};
use crate::problem::Problem;
use crate::rights;
use crate::storage::{StorageError, Tx};
use jiff::civil::Date;
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeMap;

/// The largest goal.
pub const MOST: i64 = 1_000_000;
/// Days that a chart shows, of events that go on for weeks.
const MOST_DAYS: usize = 31;

/// New leads of a local day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct GoalDay {
    /// The day.
    #[serde(serialize_with = "as_text")]
    #[schema(value_type = String, example = "2026-11-22")]
    pub day: Date,
    /// Leads that were met first on it.
    pub new: u64,
    /// Leads in all at its end.
    pub total: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn as_text<S: serde::Serializer>(day: &Date, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(day)
}

/// A goal, and the way to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct LeadGoal {
    /// How many leads are wanted; null: nothing is.
    pub leads: Option<i64>,
    /// How many there are.
    pub reached: u64,
    /// Each local day from the event's first, or from the first lead, to today or the event's last.
    pub days: Vec<GoalDay>,
}

/// How many leads an exhibitor wants to have in the end.
pub async fn wanted(tx: &mut Tx, scope: &ExhibitorScope) -> Result<Option<i64>, StorageError> {
    store::goal(tx, scope.event(), scope.exhibitor()).await
}

/// The goal of a space with its progress by day.
pub async fn of(app: &App, scope: &ChartScope) -> Result<LeadGoal, Problem> {
    super::only(scope)?;
    let info = app.events.info(app, scope.event()).await?;
    let zone = crate::web::EventZone::named(&info.timezone);
    let mut tx = app.read().await?;
    let leads = store::goal(&mut tx, scope.event(), scope.exhibitor()).await?;
    let met = store::first_met(&mut tx, scope).await?;
    tx.done().await?;
    let mut new: BTreeMap<Date, u64> = BTreeMap::new();
    for at in &met {
        *new.entry(zone.day(*at)).or_default() += 1;
    }
    let (first, last) = (zone.day(info.starts_at), zone.day(info.ends_at.plus_micros(-1)));
    Ok(LeadGoal { leads, reached: met.len() as u64, days: by_day(&new, (first, last), zone.day(app.now())) })
}

/// Each day until today, without gaps; what came before the first day that is shown is in its total.
fn by_day(new: &BTreeMap<Date, u64>, (first, last): (Date, Date), today: Date) -> Vec<GoalDay> {
    let begin = new.keys().next().map_or(first, |met| first.min(*met));
    // Leads that come late, by upload or by hand, belong to their own day all the same.
    let end = new.keys().last().map_or(last, |met| last.max(*met)).min(today);
    let mut total = 0;
    let days = std::iter::successors(Some(begin), |day| day.tomorrow().ok()).take_while(|day| *day <= end);
    let days: Vec<GoalDay> = days
        .map(|day| {
            let new = new.get(&day).copied().unwrap_or(0);
            total += new;
            GoalDay { day, new, total }
        })
        .collect();
    let surplus = days.len().saturating_sub(MOST_DAYS);
    days.into_iter().skip(surplus).collect()
}

/// Sets the goal, or takes it away.
pub async fn set(app: &App, scope: &TeamAdminScope, leads: Option<i64>) -> Result<(), Problem> {
    if leads.is_some_and(|leads| !(1..=MOST).contains(&leads)) {
        return Err(Problem::field("/leads", format!("must be from 1 to {MOST}, or null for no goal")));
    }
    let mut tx = app.write().await?;
    let before = store::goal(&mut tx, scope.event(), scope.exhibitor()).await?;
    store::set_goal(&mut tx, scope, leads).await?;
    let detail = json!({"before": {"lead_goal": before}, "after": {"lead_goal": leads}});
    let exhibitor = scope.exhibitor();
    let entry = NewEntry::new(Action::ExhibitorChanged, scope.account(), Some(exhibitor.0)).at(exhibitor).with(detail);
    audit::append(app, &mut tx, scope.event(), &entry).await?;
    Ok(rights::commit(app, tx, scope.event(), scope.space(), exhibitor.0).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_without_leads_stand_in_the_chart_and_days_to_come_do_not() {
        let day = |day| date(2026, 3, day);
        let new = BTreeMap::from([(day(3), 2), (day(5), 1)]);
        let days = by_day(&new, (day(3), day(6)), day(5));
        let told: Vec<(i8, u64, u64)> = days.iter().map(|of| (of.day.day(), of.new, of.total)).collect();
        assert_eq!(told, [(3, 2, 2), (4, 0, 2), (5, 1, 3)]);
        assert_eq!(by_day(&BTreeMap::new(), (day(3), day(6)), day(1)), [], "nothing has begun");
    }
}
