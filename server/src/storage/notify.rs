//! Telling the other nodes of one PostgreSQL that a feed has moved.
//!
//! A notification is a hint: `NOTIFY` goes out after the commit, coalesced over 20 ms (inside a
//! transaction it takes a lock of the whole database through the flush), and a lost one costs at
//! most a second, because every node also reads the heads once a second.

use super::Store;
use crate::feed::{self, hub::Hub};
use mobile_core::ids::EventId;
use sqlx::postgres::PgListener;
use std::collections::HashMap;
use std::time::Duration;
use tokio::sync::mpsc;

const CHANNEL: &str = "feed";
const COALESCE: Duration = Duration::from_millis(20);
const POLL: Duration = Duration::from_secs(1);

/// Sends what this node committed to the other nodes. Ends with the channel.
pub async fn send(store: Store, mut committed: mpsc::UnboundedReceiver<(EventId, u64)>) {
    while let Some((event, seq)) = committed.recv().await {
        let Store::Postgres(pool) = &store else { continue };
        let mut heads = HashMap::from([(event, seq)]);
        tokio::time::sleep(COALESCE).await;
        while let Ok((event, seq)) = committed.try_recv() {
            let head = heads.entry(event).or_default();
            *head = seq.max(*head);
        }
        for (event, seq) in heads {
            let sent = sqlx::query("SELECT pg_notify($1, $2)")
                .bind(CHANNEL)
                .bind(format!("{event}:{seq}"))
                .execute(pool)
                .await;
            if let Err(error) = sent {
                tracing::debug!(%error, "a notification was lost; the other nodes poll");
            }
        }
    }
}

/// Hears what other nodes committed, and reads the heads whenever that may have been missed.
pub async fn listen(store: Store, hub: Hub) {
    let Store::Postgres(pool) = &store else { return };
    loop {
        reload(&store, &hub).await;
        let heard = async {
            let mut listener = PgListener::connect_with(pool).await?;
            listener.listen(CHANNEL).await?;
            reload(&store, &hub).await;
            loop {
                match tokio::time::timeout(POLL, listener.try_recv()).await {
                    Ok(Ok(Some(message))) => {
                        if let Some(head) = parse(message.payload()) {
                            hub.heard(&[head]);
                        }
                    }
                    // The connection was lost and made anew, or nothing came for a while.
                    Ok(Ok(None)) | Err(_) => reload(&store, &hub).await,
                    Ok(Err(error)) => return Err::<(), sqlx::Error>(error),
                }
            }
        };
        if let Err(error) = heard.await {
            tracing::debug!(%error, "no notifications; polling");
        }
        tokio::time::sleep(POLL).await;
    }
}

async fn reload(store: &Store, hub: &Hub) {
    match feed::store::heads(store).await {
        Ok(heads) => hub.heard(&heads),
        Err(error) => tracing::debug!(%error, "the feed heads could not be read"),
    }
}

fn parse(payload: &str) -> Option<(EventId, u64)> {
    let (event, seq) = payload.split_once(':')?;
    Some((event.parse().ok()?, seq.parse().ok()?))
}
