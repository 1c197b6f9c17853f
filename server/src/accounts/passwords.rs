//! New passwords: changed by who knows the old one, or reset by who reads the account's mail.
//!
//! Asking for a reset answers the same, as fast, whether or not the address has an account. A link
//! works once, for an hour; a new password ends every other sign-in and is told by mail.

use super::password::{self, Password};
use super::store::secrets::{self, Purpose};
use super::store::{self, AccountRow};
use super::{MINUTE, second_factor, sign_in, sign_ins};
use crate::access::{AccountIdentity, token};
use crate::app::App;
use crate::audit::{self, Action, NewEntry};
use crate::fields::Email;
use crate::mail::{self, Message};
use crate::problem::Problem;
use crate::registrations;
use crate::storage::{StorageError, Tx};
use crate::words::Words;
use mobile_core::reason::Reason;

/// How long a link to a new password works.
const RESET_MINUTES: i64 = 60;
/// Links an account may be sent within that time; who asks more often has them already.
const MOST_RESETS: i64 = 3;

/// Where somebody asks for a new password, at this server.
pub const RESET_PATH: &str = "/reset-password";

/// Changes the password of a person who is signed in; their other sign-ins end.
///
/// # Errors
/// `wrong_credentials` when the present password is not this one.
pub async fn change(
    app: &App,
    account: &AccountIdentity,
    (current, new): (&str, &str),
    language: Words,
) -> Result<(), Problem> {
    let new = Password::parse(new).map_err(|detail| Problem::field("/new_password", detail))?;
    let known = prove_again(app, account, current).await?;
    let hash = password::hash(app, &new).await?;
    let mut tx = app.write().await?;
    store::set_password(&mut tx, known.id, &hash).await?;
    secrets::end_all(&mut tx, known.id).await?;
    sign_ins::end_all_but(app, &mut tx, known.id, Some(account.sign_in)).await?;
    let entry = NewEntry::new(Action::PasswordChanged, Some(known.id), Some(known.id.0));
    audit::append(app, &mut tx, audit::SERVER, &entry).await?;
    tell(app, &mut tx, &known, language).await?;
    sign_ins::ended(app, tx, known.id).await
}

/// Has somebody who is signed in prove their password once more, before what they could not undo.
pub(super) async fn prove_again(app: &App, account: &AccountIdentity, password: &str) -> Result<AccountRow, Problem> {
    let wrong = || Problem::new(Reason::WrongCredentials, "This is not the password of your account.");
    let mut tx = app.read().await?;
    let known = store::account(&mut tx, account.id).await?.ok_or_else(Problem::not_found)?;
    tx.done().await?;
    let email = Email::parse(&known.email).map_err(|_| wrong())?;
    match sign_in::check_password(app, &email, password, Some(&known)).await {
        Err(problem) if problem.reason() == Reason::WrongCredentials => Err(wrong()),
        Err(problem) => Err(problem),
        Ok(()) => Ok(known),
    }
}

async fn tell(app: &App, tx: &mut Tx, account: &AccountRow, language: Words) -> Result<(), StorageError> {
    let Ok(to) = Email::parse(&account.email) else { return Ok(()) };
    let link = format!("{}{RESET_PATH}", app.settings.own_url());
    let message = Message::PasswordChanged { name: account.name.clone(), link };
    mail::enqueue(app, tx, &to, account.language.unwrap_or(language), &message).await
}

/// Sends a link to a new password, if the address has an account. The answer does not wait for it,
/// so that neither what it says nor how long it takes tells anything.
pub fn ask(app: &App, email: &str, language: Words) -> Result<(), Problem> {
    let email = Email::parse(email).map_err(|detail| Problem::field("/email", detail))?;
    let errand = app.clone();
    app.errands.spawn(async move {
        if let Err(error) = send_link(&errand, &email, language).await {
            tracing::warn!(%error, "a link to a new password could not be sent");
        }
    });
    Ok(())
}

async fn send_link(app: &App, email: &Email, language: Words) -> Result<(), StorageError> {
    let mut tx = app.read().await?;
    let known = store::account_by_email(&mut tx, email).await?;
    tx.done().await?;
    let Some(account) = known else { return Ok(()) };
    let now = app.now();
    let mut tx = app.write().await?;
    let since = now.plus_micros(-RESET_MINUTES * MINUTE);
    // Two that count at once would each find room for one more.
    store::hold(&mut tx, account.id).await?;
    if secrets::count_since(&mut tx, account.id, Purpose::PasswordReset, since).await? >= MOST_RESETS {
        return tx.done().await;
    }
    let secret = token::make(app, token::RESET);
    let lasts = (now, now.plus_micros(RESET_MINUTES * MINUTE));
    secrets::insert(&mut tx, &token::hash(&secret), account.id, Purpose::PasswordReset, lasts).await?;
    let link = format!("{}{RESET_PATH}/{secret}", app.settings.own_url());
    let language = account.language.unwrap_or(language);
    let message = Message::PasswordReset { name: account.name, link, minutes: RESET_MINUTES };
    mail::enqueue(app, &mut tx, email, language, &message).await?;
    tx.commit(&app.hub).await
}

/// Whose password a link sets; the page shows it.
pub async fn whose(app: &App, secret: &str) -> Result<AccountRow, Problem> {
    let mut tx = app.read().await?;
    let account = secrets::find(&mut tx, &token::hash(secret), Purpose::PasswordReset, app.now()).await?;
    let account = store::account(&mut tx, account.ok_or_else(used_up)?).await?.ok_or_else(used_up)?;
    tx.done().await?;
    Ok(account)
}

/// Sets the password that a link asks for; all sign-ins of the account end. Whoever opened it reads the mail of the
/// address: where nobody had shown that before, a second step goes too, or somebody who made an account under
/// another's address could keep its owner out for good.
///
/// # Errors
/// `used_up` when the link was used, has ended, or never was.
pub async fn reset(app: &App, secret: &str, new: &str, language: Words) -> Result<(), Problem> {
    let new = Password::parse(new).map_err(|detail| Problem::field("/password", detail))?;
    let account = whose(app, secret).await?;
    let hash = password::hash(app, &new).await?;
    let mut tx = app.write().await?;
    if !secrets::take(&mut tx, &token::hash(secret), Purpose::PasswordReset, app.now()).await? {
        return Err(used_up());
    }
    store::set_password(&mut tx, account.id, &hash).await?;
    secrets::end_all(&mut tx, account.id).await?;
    if !account.is_email_proven {
        store::set_email_proven(&mut tx, account.id).await?;
        second_factor::forget(app, &mut tx, &account, language).await?;
        registrations::join_teams(&mut tx, account.id, app.now()).await?;
    }
    sign_ins::end_all_but(app, &mut tx, account.id, None).await?;
    let entry = NewEntry::new(Action::PasswordReset, Some(account.id), Some(account.id.0));
    audit::append(app, &mut tx, audit::SERVER, &entry).await?;
    tell(app, &mut tx, &account, language).await?;
    sign_ins::ended(app, tx, account.id).await?;
    if let Ok(email) = Email::parse(&account.email) {
        // Whoever guessed at the old password has not earned the new one's owner a wait.
        app.throttle.succeeded(&email);
    }
    Ok(())
}

fn used_up() -> Problem {
    Problem::new(Reason::UsedUp, "This link was used, or is older than an hour. Ask for a new one.")
}
