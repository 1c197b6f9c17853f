//! The sign-ins of an account, as their owner sees and ends them.
//!
//! An ended sign-in opens nothing from that moment on, and its live streams end within a second on
//! every node.

use super::store;
use super::store::sign_ins::{self, SignInRow};
use super::{DAY, agent};
use crate::access::{AccountIdentity, token};
use crate::app::App;
use crate::audit::{self, Action, NewEntry};
use crate::problem::Problem;
use crate::rights;
use crate::storage::{StorageError, Tx};
use mobile_core::ids::{AccountId, SignInId};
use mobile_core::time::Timestamp;
use serde::Serialize;

/// A sign-in as its owner sees it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SignInView {
    /// The sign-in.
    pub id: SignInId,
    /// The program that signed in.
    #[schema(example = "Firefox on Windows")]
    pub agent: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, give or take five minutes.
    pub seen_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
    /// Whether this very request came by it.
    pub is_current: bool,
}

impl SignInView {
    fn of(row: &SignInRow, current: SignInId) -> Self {
        let id = SignInId(token::public_id(&row.token_hash));
        Self {
            id,
            agent: row.agent.clone().unwrap_or_else(|| agent::UNKNOWN.to_owned()),
            created_at: row.created_at,
            seen_at: row.seen_at.unwrap_or(row.created_at),
            expires_at: row.expires_at,
            is_current: id == current,
        }
    }
}

/// The sign-ins of a person, the newest first.
pub async fn list(app: &App, account: &AccountIdentity) -> Result<Vec<SignInView>, Problem> {
    let mut tx = app.read().await?;
    let rows = sign_ins::list(&mut tx, account.id, app.now()).await?;
    tx.done().await?;
    Ok(rows.iter().map(|row| SignInView::of(row, account.sign_in)).collect())
}

/// Ends one sign-in of a person.
pub async fn end(app: &App, account: &AccountIdentity, id: SignInId) -> Result<(), Problem> {
    let mut tx = app.write().await?;
    let rows = sign_ins::list(&mut tx, account.id, app.now()).await?;
    let row = rows.iter().find(|row| token::public_id(&row.token_hash) == id.0).ok_or_else(Problem::not_found)?;
    end_row(&mut tx, row).await?;
    let entry = NewEntry::new(Action::SignInEnded, Some(account.id), Some(id.0));
    audit::append(app, &mut tx, audit::SERVER, &entry).await?;
    ended(app, tx, account.id).await
}

/// Ends every sign-in of a person but the one that asks.
pub async fn end_others(app: &App, account: &AccountIdentity) -> Result<(), Problem> {
    let mut tx = app.write().await?;
    let count = end_all_but(app, &mut tx, account.id, Some(account.sign_in)).await?;
    if count > 0 {
        let entry = NewEntry::new(Action::SignInEnded, Some(account.id), Some(account.id.0));
        audit::append(app, &mut tx, audit::SERVER, &entry).await?;
    }
    ended(app, tx, account.id).await
}

/// Ends the sign-ins of an account, but for one; says how many.
pub(super) async fn end_all_but(
    app: &App,
    tx: &mut Tx,
    account: AccountId,
    kept: Option<SignInId>,
) -> Result<usize, Problem> {
    let rows = sign_ins::list(tx, account, app.now()).await?;
    let others: Vec<&SignInRow> =
        rows.iter().filter(|row| Some(SignInId(token::public_id(&row.token_hash))) != kept).collect();
    for row in &others {
        end_row(tx, row).await?;
    }
    Ok(others.len())
}

async fn end_row(tx: &mut Tx, row: &SignInRow) -> Result<(), Problem> {
    let hash = row.token_hash.as_slice().try_into().map_err(|_| StorageError::Corrupt("sign_in.token_hash".into()))?;
    sign_ins::end(tx, &hash).await?;
    Ok(())
}

/// Ends a sign-in: its token opens nothing from now on, and its live streams end.
pub async fn sign_out(app: &App, sign_in_token: &str, account: AccountId) -> Result<(), Problem> {
    let mut tx = app.write().await?;
    let hash = token::hash(sign_in_token);
    if sign_ins::end(&mut tx, &hash).await?.is_some() {
        let id = token::public_id(hash.as_slice());
        let entry = NewEntry::new(Action::SignedOut, Some(account), Some(id));
        audit::append(app, &mut tx, audit::SERVER, &entry).await?;
    }
    ended(app, tx, account).await
}

/// Ends the sign-in that a browser had before it signed in again, so that a token which somebody
/// put there or took from there is worth nothing, nor are the streams that were opened with it.
pub async fn rotate(app: &App, former_token: &str) -> Result<(), Problem> {
    let mut tx = app.write().await?;
    match sign_ins::end(&mut tx, &token::hash(former_token)).await? {
        Some(account) => ended(app, tx, account).await,
        None => Ok(tx.done().await?),
    }
}

/// Commits the end of sign-ins, and tells every node.
pub(super) async fn ended(app: &App, mut tx: Tx, account: AccountId) -> Result<(), Problem> {
    let now = app.now();
    // The streams that these sign-ins may have open are of running events; heads are locked in order.
    let events = store::running_events(&mut tx, account, now.plus_micros(-60 * DAY), now.plus_micros(60 * DAY)).await?;
    for event in events {
        rights::note(&mut tx, event, event.into(), account.0, now).await?;
    }
    tx.commit(&app.hub).await?;
    app.identities.clear();
    Ok(())
}
