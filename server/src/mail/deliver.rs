//! Handing mails over: as soon as they are written, again later when that failed.
//!
//! A mail is claimed by moving its due time: of several nodes one does, and if that one dies, the
//! mail is due again when the claim ends. Handed over but not noted, it is sent twice under the same
//! `Message-ID`; never is one lost.

use super::{Message, letter, store};
use crate::app::{App, stopped};
use crate::storage::StorageError;
use mobile_core::time::Timestamp;
use std::time::Duration;
use store::DueMail;

/// How often to look for mails that are due again.
const EVERY: Duration = Duration::from_secs(2);
/// Mails looked up at once.
const BATCH: i64 = 32;
const MINUTE: i64 = 60_000_000;
const DAY: i64 = 24 * 60 * MINUTE;
/// How long a claim holds; a carrier answers sooner or is cut off.
const CLAIM_MICROS: i64 = 5 * MINUTE;
const CARRIER_LIMIT: Duration = Duration::from_mins(2);
/// The longest pause between two attempts.
const LONGEST_PAUSE_MICROS: i64 = 240 * MINUTE;
/// After so long without success a mail is given up.
const PATIENCE_MICROS: i64 = 3 * DAY;
/// For how long it is remembered who got which mail.
const KEPT_MICROS: i64 = 90 * DAY;

/// Delivers for as long as the server runs.
pub async fn run(app: App) {
    let mut stopping = app.stopping();
    let mut pruned_at = Timestamp::from_micros(0);
    loop {
        if let Err(error) = deliver_due(&app).await {
            tracing::warn!(%error, "mails could not be delivered; trying again");
        }
        if app.now().micros_since(pruned_at) >= 60 * MINUTE {
            match prune(&app).await {
                Ok(()) => pruned_at = app.now(),
                Err(error) => tracing::warn!(%error, "old mails could not be thrown away"),
            }
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = app.mails.due.notified() => {}
            () = stopped(&mut stopping) => return,
        }
    }
}

async fn prune(app: &App) -> Result<(), StorageError> {
    let mut tx = app.write().await?;
    store::prune(&mut tx, app.now().plus_micros(-KEPT_MICROS)).await?;
    tx.commit(&app.hub).await
}

/// Delivers what is due now, one after the other.
async fn deliver_due(app: &App) -> Result<(), StorageError> {
    loop {
        let mut tx = app.read().await?;
        let due = store::due(&mut tx, app.now(), BATCH).await?;
        tx.done().await?;
        if due.is_empty() {
            return Ok(());
        }
        for (id, due_at) in due {
            if app.is_stopping() {
                return Ok(());
            }
            let mut tx = app.write().await?;
            let claimed = store::claim(&mut tx, id, due_at, app.now().plus_micros(CLAIM_MICROS)).await?;
            tx.commit(&app.hub).await?;
            if let Some(mail) = claimed {
                attempt(app, &mail).await?;
            }
        }
    }
}

/// Why a mail was not handed over.
#[derive(Debug)]
pub struct Undelivered {
    /// Whether trying again cannot help.
    pub is_final: bool,
    /// What went wrong, without what the mail said.
    pub problem: String,
}

async fn attempt(app: &App, mail: &DueMail) -> Result<(), StorageError> {
    let outcome = match tokio::time::timeout(CARRIER_LIMIT, carry(app, mail)).await {
        Ok(outcome) => outcome,
        Err(_) => Err(Undelivered { is_final: false, problem: "the mail server took too long".to_owned() }),
    };
    let now = app.now();
    let mut tx = app.write().await?;
    match outcome {
        Ok(()) => {
            tracing::info!(mail = %mail.id, attempts = mail.attempts, "mail sent");
            store::sent(&mut tx, mail.id, now).await?;
        }
        Err(Undelivered { is_final, problem }) => {
            if is_final || now.micros_since(mail.created_at) >= PATIENCE_MICROS {
                tracing::warn!(mail = %mail.id, attempts = mail.attempts, problem, "mail given up");
                store::give_up(&mut tx, mail.id, now, &problem).await?;
            } else {
                tracing::info!(mail = %mail.id, attempts = mail.attempts, problem, "mail put off");
                store::put_off(&mut tx, mail.id, now.plus_micros(pause(mail.attempts)), &problem).await?;
            }
        }
    }
    tx.commit(&app.hub).await
}

async fn carry(app: &App, mail: &DueMail) -> Result<(), Undelivered> {
    let broken = |problem: String| Undelivered { is_final: true, problem };
    let message: Message =
        serde_json::from_value(mail.body.0.clone()).map_err(|error| broken(format!("cannot be read: {error}")))?;
    let letter = letter::of(&message, mail.language).map_err(|error| broken(format!("cannot be rendered: {error}")))?;
    app.mails.carrier.carry(mail, letter, message.calendar()).await
}

/// A minute, then twice as long each time, up to four hours.
fn pause(attempts: i64) -> i64 {
    let doubled = attempts.saturating_sub(1).clamp(0, 20);
    (MINUTE << doubled).min(LONGEST_PAUSE_MICROS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_come_further_and_further_apart() {
        let minutes: Vec<i64> = (1..=10).map(|attempts| pause(attempts) / MINUTE).collect();
        assert_eq!(minutes, [1, 2, 4, 8, 16, 32, 64, 128, 240, 240]);
        assert_eq!(pause(i64::MAX), LONGEST_PAUSE_MICROS);
    }
}
