//! The mail of the evening: where the organiser wants it, visitors hear once, when the day of their first
//! scan closes, how many exhibitors met them and where they see and change what those know.
//!
//! It names no exhibitor and nothing of the visitor: who reads over a shoulder learns nothing. Several
//! servers may look at once: an address is written to by the one that notes it.

use super::evening_store::{self as store, Met};
use crate::app::App;
use crate::daily::{LATE, closed};
use crate::events::cache::EventInfo;
use crate::fields::Email;
use crate::mail::{self, Message};
use crate::problem::Problem;
use mobile_core::time::Timestamp;
use std::time::Duration;

/// How often it is looked.
const EVERY: Duration = Duration::from_secs(30);
/// Addresses of one transaction: scans go in between.
const CHUNK: i64 = 100;

/// Writes the mails of days that have closed. Gives how many.
pub async fn once(app: &App) -> Result<u64, Problem> {
    let now = app.now();
    let mut tx = app.read().await?;
    let events = store::events(&mut tx, now, now.plus_micros(-LATE)).await?;
    tx.done().await?;
    let mut sent = 0;
    for event in events {
        let info = app.events.info(app, event).await?;
        let Some(closed_at) = closed(info.starts_at, info.ends_at, &info.zone(), now) else { continue };
        loop {
            let mut tx = app.read().await?;
            let met = store::due(&mut tx, event, closed_at, CHUNK).await?;
            tx.done().await?;
            if met.is_empty() {
                break;
            }
            sent += tell(app, &info, met, now).await?;
        }
    }
    Ok(sent)
}

async fn tell(app: &App, info: &EventInfo, met: Vec<Met>, now: Timestamp) -> Result<u64, Problem> {
    let mut sent = 0;
    let mut tx = app.write().await?;
    for Met { email, exhibitors } in met {
        // What is no address is noted too, so that nobody looks at it again.
        if !store::claim(&mut tx, info.id, &email, now).await? {
            continue;
        }
        let Ok(to) = Email::parse(&email) else { continue };
        let link = format!("{}/attendee", app.settings.own_url());
        let message = Message::Evening { event: info.name.clone(), exhibitors, link };
        mail::enqueue(app, &mut tx, &to, info.language, &message).await?;
        sent += 1;
    }
    tx.commit(&app.hub).await?;
    Ok(sent)
}

/// Looks every half minute, for as long as the server runs.
pub async fn run(app: App) {
    let mut rounds = app.rounds(EVERY);
    while rounds.next().await {
        if let Err(problem) = once(&app).await {
            tracing::warn!(detail = problem.detail(), "the mails of the evening could not be written; trying again");
        }
    }
}
