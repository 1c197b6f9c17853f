//! The mail of the day: at closing time, to the admins who want it, what the day brought their stand
//! and which phones still hold something.
//!
//! Numbers, and names of the team and its phones; nothing of any visitor, and nothing attached. Each day
//! closes at the hour at which the event's last one does. Several servers may look at once: an
//! exhibitor's day is told of by the one that notes it.

pub mod store;

use crate::app::App;
use crate::events::cache::EventInfo;
use crate::events::when;
use crate::fields::Email;
use crate::mail::{self, DayOfLeads, Message, Place};
use crate::monitor;
use crate::problem::Problem;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use mobile_core::ids::ExhibitorId;
use mobile_core::time::Timestamp;
use std::time::Duration;

/// How late a day may still be told of, after a server that was away at closing time.
pub const LATE: i64 = 6 * 3600 * 1_000_000;
/// How often it is looked.
const EVERY: Duration = Duration::from_secs(15);

/// The close of a day that is over, and not over for long.
pub fn closed(starts_at: Timestamp, ends_at: Timestamp, zone: &TimeZone, now: Timestamp) -> Option<Timestamp> {
    let end = jiff::Timestamp::from_microsecond(ends_at.as_micros()).ok()?.to_zoned(zone.clone());
    let today = when::day_of(now, zone);
    let days = [Some(today), today.yesterday().ok()].into_iter().flatten();
    let closed = days.map(|day| when::on_the_wall(day, end.time(), false, zone)).find(|at| *at <= now)?;
    (closed > starts_at && closed <= ends_at && now.micros_since(closed) < LATE).then_some(closed)
}

/// The local day that closes at a moment: at midnight, the one that ends.
fn day_that_closes(at: Timestamp, zone: &TimeZone) -> Date {
    when::day_of(at.plus_micros(-1), zone)
}

/// Writes the mails of days that are over. Gives how many.
pub async fn once(app: &App) -> Result<u64, Problem> {
    let now = app.now();
    let mut tx = app.read().await?;
    let events = store::events(&mut tx, now, now.plus_micros(-LATE)).await?;
    tx.done().await?;
    let mut sent = 0;
    for event in events {
        let info = app.events.info(app, event).await?;
        let zone = info.zone();
        let Some(closed_at) = closed(info.starts_at, info.ends_at, &zone, now) else { continue };
        let day = day_that_closes(closed_at, &zone);
        let mut tx = app.read().await?;
        let due = store::due(&mut tx, event, &day.to_string()).await?;
        tx.done().await?;
        for exhibitor in due {
            sent += tell(app, &info, exhibitor, (day, closed_at)).await?;
        }
    }
    Ok(sent)
}

/// Tells the admins of one exhibitor of a day, unless another server has done so.
async fn tell(
    app: &App,
    info: &EventInfo,
    exhibitor: ExhibitorId,
    (day, closed_at): (Date, Timestamp),
) -> Result<u64, Problem> {
    let names = app.events.names(app, info.id).await?;
    let mut tx = app.write().await?;
    if !store::claim(&mut tx, info.id, exhibitor, &day.to_string()).await? {
        return Ok(0);
    }
    let from = when::start_of(day, &info.zone());
    let span = (from, app.now());
    let ratings = store::by_rating(&mut tx, info.id, exhibitor, span).await?;
    let count = |wanted: Option<&str>| {
        ratings.iter().filter(|(rating, _)| rating.as_deref() == wanted).map(|(_, count)| *count).sum::<i64>()
    };
    let people = store::by_person(&mut tx, info.id, exhibitor, span).await?;
    let named = |row: store::ByPerson| Some((row.operator.or_else(|| names.member(row.member_id?))?, row.count));
    let devices = monitor::store::devices(&mut tx, info.id, Some(exhibitor)).await?;
    let holds = devices.into_iter().filter(|device| device.not_yet_sent > 0);
    let brought = DayOfLeads {
        hot: count(Some("hot")),
        warm: count(Some("warm")),
        cold: count(Some("cold")),
        unrated: count(None),
        people: people.into_iter().filter_map(named).collect(),
        phones: holds.map(|device| (device.name, device.not_yet_sent as i64)).collect(),
    };
    let mut sent = 0;
    for reader in store::readers(&mut tx, info.id, exhibitor).await? {
        let Ok(to) = Email::parse(&reader.email) else { continue };
        let message = Message::Daily {
            place: Place {
                name: format!("{} {}", reader.first_name, reader.last_name).trim().to_owned(),
                exhibitor: reader.exhibitor_name,
                event: info.name.clone(),
                timezone: info.timezone.clone(),
                starts_at: info.starts_at,
            },
            link: format!("{}/exhibitors/{exhibitor}/leads?day={day}", app.settings.own_url()),
            closed_at,
            brought: brought.clone(),
        };
        mail::enqueue(app, &mut tx, &to, reader.language.unwrap_or(info.language), &message).await?;
        sent += 1;
    }
    tx.commit(&app.hub).await?;
    Ok(sent)
}

/// Looks every few seconds, for as long as the server runs.
pub async fn run(app: App) {
    let mut rounds = app.rounds(EVERY);
    while rounds.next().await {
        if let Err(problem) = once(&app).await {
            tracing::warn!(detail = problem.detail(), "the mails of the day could not be written; trying again");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    #[test]
    fn each_day_closes_when_the_last_one_does() {
        let zone = TimeZone::get("Europe/Paris").expect("a zone");
        let (starts, ends) = (at("2026-03-03T08:00:00Z"), at("2026-03-05T17:00:00Z"));
        let closed = |now: &str| closed(starts, ends, &zone, at(now));
        assert_eq!(closed("2026-03-03T16:59:59Z"), None, "the first day is still open");
        assert_eq!(closed("2026-03-03T17:00:00Z"), Some(at("2026-03-03T17:00:00Z")));
        assert_eq!(closed("2026-03-04T00:30:00Z"), None, "half past seven hours later nobody waits for it");
        assert_eq!(closed("2026-03-05T18:00:00Z"), Some(ends));
        assert_eq!(closed("2026-03-06T17:30:00Z"), None, "the event is over");
        assert_eq!(closed("2026-03-02T17:30:00Z"), None, "nor has it begun");
    }

    #[test]
    fn an_event_that_ends_at_midnight_closes_the_day_before() {
        let zone = TimeZone::get("Europe/Paris").expect("a zone");
        let ends = at("2026-03-05T23:00:00Z");
        let closed = closed(at("2026-03-04T08:00:00Z"), ends, &zone, at("2026-03-05T23:05:00Z"));
        assert_eq!(closed, Some(ends));
        assert_eq!(day_that_closes(ends, &zone).to_string(), "2026-03-05");
    }
}
