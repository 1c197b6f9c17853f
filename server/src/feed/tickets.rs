//! Live tickets: single use, 30 seconds, redeemed at any node.

use crate::access::{AccountIdentity, Identity, token};
use crate::app::App;
use crate::problem::Problem;
use crate::{affected, sql};
use mobile_core::ids::{AccountId, EventId, ExhibitorId, SignInId};
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;
use std::sync::Arc;
use uuid::Uuid;

const LIVES_MICROS: i64 = 30_000_000;

/// A redeemed ticket.
#[derive(Debug)]
pub struct Ticket {
    /// Who asked for it.
    pub identity: Identity,
    /// The exhibitor's stream it opens.
    pub exhibitor: Option<ExhibitorId>,
    /// The organiser's stream it opens.
    pub event: Option<EventId>,
}

/// Makes a ticket and says when it ends.
pub async fn make(
    app: &App,
    account: &AccountIdentity,
    exhibitor: Option<ExhibitorId>,
    event: Option<EventId>,
) -> Result<(String, Timestamp), Problem> {
    let ticket = token::make(app, token::TICKET);
    let expires_at = app.now().plus_micros(LIVES_MICROS);
    let mut tx = app.write().await?;
    affected!(tx, sqlx::query("DELETE FROM live_ticket WHERE expires_at < $1").bind(app.now()))?;
    affected!(
        tx,
        sqlx::query(
            "INSERT INTO live_ticket (token_hash, account_id, sign_in_id, event_id, exhibitor_id, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6)"
        )
        .bind(token::hash(&ticket).to_vec())
        .bind(account.id)
        .bind(account.sign_in)
        .bind(event)
        .bind(exhibitor)
        .bind(expires_at)
    )?;
    tx.commit(&app.hub).await?;
    Ok((ticket, expires_at))
}

type Redeemed = (AccountId, Option<SignInId>, Option<EventId>, Option<ExhibitorId>, Timestamp);

/// Takes a ticket; a second time it is gone.
pub async fn redeem(app: &App, ticket: &str) -> Result<Ticket, Problem> {
    let mut tx = app.write().await?;
    let row: Option<Redeemed> = sql!(tx, conn => sqlx::query_as(
        "DELETE FROM live_ticket WHERE token_hash = $1 RETURNING account_id, sign_in_id, event_id, exhibitor_id, expires_at")
        .bind(token::hash(ticket).to_vec()).fetch_optional(conn))?;
    let now = app.now();
    let (account, sign_in, event, exhibitor, _) = row
        .filter(|(.., expires_at)| *expires_at > now)
        .ok_or_else(|| Problem::new(Reason::NotSignedIn, "The ticket was used or has expired. Ask for a new one."))?;
    let (email, name): (String, String) = sql!(tx, conn => sqlx::query_as(
        "SELECT email, name FROM account WHERE id = $1").bind(account).fetch_one(conn))?;
    tx.commit(&app.hub).await?;
    let expires_at = now.plus_micros(LIVES_MICROS);
    let sign_in = sign_in.unwrap_or(SignInId(Uuid::nil()));
    let identity = AccountIdentity { id: account, email, name, expires_at, sign_in };
    Ok(Ticket { identity: Identity::Account(Arc::new(identity)), exhibitor, event })
}
