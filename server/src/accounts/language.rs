//! The language of a person: chosen once, kept with the account, and from then on that of every browser
//! in which they sign in and of their mails.

use super::store;
use crate::app::App;
use crate::problem::Problem;
use crate::words::Words;
use mobile_core::ids::AccountId;

/// Keeps what a person chose.
pub async fn keep(app: &App, account: AccountId, words: Words) -> Result<(), Problem> {
    let mut tx = app.write().await?;
    store::set_language(&mut tx, account, words).await?;
    Ok(tx.commit(&app.hub).await?)
}

/// What a person chose, in whichever browser.
pub async fn of(app: &App, account: AccountId) -> Result<Option<Words>, Problem> {
    let mut tx = app.read().await?;
    let language = store::language(&mut tx, account).await?;
    tx.done().await?;
    Ok(language)
}
