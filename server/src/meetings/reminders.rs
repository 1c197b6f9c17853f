//! What nobody asks for: the reminder before a meeting, and the end of requests that nobody answered, each
//! with a mail. Several servers may look at once; each meeting is reminded of by one of them.

use super::{Side, letters, reminder_store, requests, store};
use crate::app::App;
use crate::mail::MeetingChange;
use crate::storage::StorageError;
use std::time::Duration;

/// How long before it begins both sides are reminded of a meeting.
const AHEAD: i64 = 60 * 60_000_000;
/// How often it is looked.
const EVERY: Duration = Duration::from_secs(15);

/// Reminds of meetings that begin soon and ends requests whose time is over. Gives how many were reminded of.
pub async fn once(app: &App) -> Result<u64, StorageError> {
    let now = app.now();
    let mut tx = app.read().await?;
    let overdue = reminder_store::events_with_overdue(&mut tx, now).await?;
    let soon = reminder_store::soon(&mut tx, (now, now.plus_micros(AHEAD)), AHEAD).await?;
    tx.done().await?;
    for event in overdue {
        requests::expire(app, event).await?;
    }
    let mut reminded = 0;
    for (event, id) in soon {
        let info = app.events.info(app, event).await?;
        let mut tx = app.write().await?;
        if !reminder_store::reminded(&mut tx, event, id, now).await? {
            continue;
        }
        for row in store::by_ids(&mut tx, event, &[id]).await? {
            for side in [Side::Exhibitor, Side::Attendee] {
                letters::tell(app, &mut tx, &info, &row, (side, MeetingChange::Reminder)).await?;
            }
        }
        tx.commit(&app.hub).await?;
        reminded += 1;
    }
    Ok(reminded)
}

/// Looks every few seconds, for as long as the server runs.
pub async fn run(app: App) {
    let mut rounds = app.rounds(EVERY);
    while rounds.next().await {
        if let Err(error) = once(&app).await {
            tracing::warn!(%error, "reminders of meetings could not be sent; trying again");
        }
    }
}
