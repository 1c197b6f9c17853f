//! What an attendee's pages wait for: a number that rises with every change of their conversations.
//!
//! The wait joins the event's feed as an audience of one person, so that only what concerns them wakes
//! it; what is new is read from the tables, whatever was missed in between.

use super::{Party, store};
use crate::access::AttendeeScope;
use crate::app::App;
use crate::feed;
use crate::feed::audience::AudienceKey;
use crate::problem::Problem;
use serde::Serialize;
use std::time::Duration;

/// What there is of news.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
pub struct News {
    /// Send it as `since` next time.
    pub state: i64,
    /// Messages that the attendee has not read.
    pub unread: i64,
}

async fn read(app: &App, scope: &AttendeeScope) -> Result<News, Problem> {
    let mut tx = app.read().await?;
    let state = store::state(&mut tx, scope.event(), scope.registration()).await?;
    let (_, unread) = store::unread(&mut tx, &Party::from(scope).shown()).await?;
    tx.done().await?;
    Ok(News { state, unread })
}

/// The news now, or the first that come within `wait` where there are none since a state.
pub async fn wait(app: &App, scope: &AttendeeScope, since: Option<i64>, wait: Duration) -> Result<News, Problem> {
    let mut tx = app.read().await?;
    let head = feed::store::head(&mut tx, scope.event()).await?;
    tx.done().await?;
    // Joined before it reads, so that nothing falls between.
    let key = AudienceKey::Attendee(scope.registration());
    let (_feed, mut subscription) = app.hub.join(app, scope.event(), key, head);
    let deadline = tokio::time::Instant::now() + wait;
    let mut stopping = app.stopping();
    loop {
        subscription.moved.mark_unchanged();
        let news = read(app, scope).await?;
        if since != Some(news.state) {
            return Ok(news);
        }
        tokio::select! {
            _ = subscription.moved.changed() => {}
            () = tokio::time::sleep_until(deadline) => return Ok(news),
            () = crate::app::stopped(&mut stopping) => return Ok(news),
        }
    }
}
