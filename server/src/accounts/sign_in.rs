//! Signing in: the password, then the code of the app where the account asks for one.
//!
//! What guesses costs time, whatever the account: an address that nobody has is checked against a
//! hash that no password has. Wrong passwords slow down further ones for the same address.

use super::store::secrets::{self, Purpose};
use super::store::{self, AccountRow, sign_ins};
use super::{DAY, MINUTE, password, second_factor};
use crate::access::token;
use crate::app::App;
use crate::audit::{self, Action, NewEntry};
use crate::fields::Email;
use crate::problem::Problem;
use crate::storage::Tx;
use mobile_core::reason::Reason;
use mobile_core::wire::{SignedIn, UserView};

/// A sign-in ends after two weeks, whatever happens; sooner when nobody uses it.
const SIGN_IN_MICROS: i64 = 14 * DAY;
/// How long a sign-in waits for its second step.
const SECOND_STEP_MICROS: i64 = 5 * MINUTE;

/// Who wants to sign in.
#[derive(Debug, Clone, Copy)]
pub struct Attempt<'a> {
    /// The e-mail address as typed.
    pub email: &'a str,
    /// The password.
    pub password: &'a str,
    /// The program that signs in, in words.
    pub agent: Option<&'a str>,
}

/// Where a right password leads.
#[derive(Debug)]
pub enum Entry {
    /// In.
    In(SignedIn),
    /// To the second step, with this secret.
    SecondStep(String),
}

/// Signs someone in, password and code at once.
///
/// # Errors
/// `wrong_credentials`, after the same time whether or not the account exists;
/// `second_factor_required` and `wrong_code`; `too_many_requests` after many failures.
pub async fn sign_in(app: &App, attempt: Attempt<'_>, code: Option<&str>) -> Result<SignedIn, Problem> {
    let account = prove(app, attempt).await?;
    second_factor::prove_if_on(app, &account, code).await?;
    enter(app, account, attempt.agent).await
}

/// Signs someone in by the password alone, or as far as the second step.
///
/// # Errors
/// As [`sign_in`].
pub async fn first_step(app: &App, attempt: Attempt<'_>) -> Result<Entry, Problem> {
    let account = prove(app, attempt).await?;
    let mut tx = app.read().await?;
    let is_on = second_factor::is_on(&mut tx, account.id).await?;
    tx.done().await?;
    if !is_on {
        return Ok(Entry::In(enter(app, account, attempt.agent).await?));
    }
    let secret = token::make(app, token::SECOND_STEP);
    let now = app.now();
    let mut tx = app.write().await?;
    let lasts = (now, now.plus_micros(SECOND_STEP_MICROS));
    secrets::insert(&mut tx, &token::hash(&secret), account.id, Purpose::SecondStep, lasts).await?;
    tx.commit(&app.hub).await?;
    Ok(Entry::SecondStep(secret))
}

/// Finishes a sign-in with the code of the app, or with a recovery code.
///
/// # Errors
/// `wrong_code`; `used_up` when the first step is too long ago.
pub async fn second_step(app: &App, secret: &str, code: &str, agent: Option<&str>) -> Result<SignedIn, Problem> {
    let hash = token::hash(secret);
    let mut tx = app.read().await?;
    let account = secrets::find(&mut tx, &hash, Purpose::SecondStep, app.now()).await?.ok_or_else(begin_again)?;
    let account = store::account(&mut tx, account).await?.ok_or_else(begin_again)?;
    tx.done().await?;
    second_factor::prove_if_on(app, &account, Some(code)).await?;
    let mut tx = app.write().await?;
    if !secrets::take(&mut tx, &hash, Purpose::SecondStep, app.now()).await? {
        return Err(begin_again());
    }
    let signed_in = begin(app, &mut tx, account, agent).await?;
    tx.commit(&app.hub).await?;
    Ok(signed_in)
}

fn begin_again() -> Problem {
    Problem::new(Reason::UsedUp, "This took too long. Sign in again with your password.")
}

async fn prove(app: &App, attempt: Attempt<'_>) -> Result<AccountRow, Problem> {
    let Ok(email) = Email::parse(attempt.email) else { return Err(wrong_credentials()) };
    let mut tx = app.read().await?;
    let known = store::account_by_email(&mut tx, &email).await?;
    tx.done().await?;
    check_password(app, &email, attempt.password, known.as_ref()).await?;
    known.ok_or_else(wrong_credentials)
}

fn wrong_credentials() -> Problem {
    Problem::new(Reason::WrongCredentials, "No account has this e-mail and this password.")
}

/// Checks a password, slowly for those who guess. One that is right and was hashed with other
/// parameters than today's is hashed anew.
pub(super) async fn check_password(
    app: &App,
    email: &Email,
    password: &str,
    account: Option<&AccountRow>,
) -> Result<(), Problem> {
    let stored = account.and_then(|account| account.password_hash.as_deref());
    not_too_often(app, email)?;
    let mut turn = password::turn(app).await?;
    // Asked again: of many guesses sent at once, the first ones have failed meanwhile.
    not_too_often(app, email)?;
    if !password::verify(&mut turn, password, stored).await? {
        app.throttle.failed(email, app.now());
        return Err(wrong_credentials());
    }
    app.throttle.succeeded(email);
    drop(turn);
    if let Some((account, old)) = account.zip(stored)
        && password::is_outdated(old)
    {
        let new = password::rehash(app, password).await?;
        let mut tx = app.write().await?;
        store::rehash(&mut tx, account.id, old, &new).await?;
        tx.commit(&app.hub).await?;
    }
    Ok(())
}

fn not_too_often(app: &App, email: &Email) -> Result<(), Problem> {
    let Some(seconds) = app.throttle.wait(email, app.now()) else { return Ok(()) };
    let detail = "Too many wrong passwords for this account. Wait a moment; whoever is signed in stays so.";
    Err(Problem::new(Reason::TooManyRequests, detail).retry_after(seconds))
}

async fn enter(app: &App, account: AccountRow, agent: Option<&str>) -> Result<SignedIn, Problem> {
    let mut tx = app.write().await?;
    let signed_in = begin(app, &mut tx, account, agent).await?;
    tx.commit(&app.hub).await?;
    Ok(signed_in)
}

/// Begins a sign-in of somebody who has proven who they are.
pub(super) async fn begin(
    app: &App,
    tx: &mut Tx,
    account: AccountRow,
    agent: Option<&str>,
) -> Result<SignedIn, Problem> {
    let token = token::make(app, token::ACCOUNT);
    let now = app.now();
    let expires_at = now.plus_micros(SIGN_IN_MICROS);
    sign_ins::insert(tx, &token::hash(&token), account.id, agent, now, expires_at).await?;
    let entry = NewEntry::new(Action::SignedIn, Some(account.id), Some(account.id.0));
    audit::append(app, tx, audit::SERVER, &entry).await?;
    Ok(SignedIn { token, expires_at, user: UserView { id: account.id, email: account.email, name: account.name } })
}
