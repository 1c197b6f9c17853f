//! Signing in by a mailed link: whoever reads the mail of a registration's address acts for it.
//!
//! The answer to who asks for a link is the same, as fast, whether or not the address is known. A link
//! works once, for an hour; opening it asks before it is used up, because mail programs open links too.

use super::store::{self, OwnRegistration};
use crate::access::{AttendeeIdentity, DeskScope, token};
use crate::app::App;
use crate::fields::Email;
use crate::mail::{self, Message};
use crate::problem::Problem;
use crate::storage::{StorageError, Tx};
use crate::words::Words;
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;

const MINUTE: i64 = 60_000_000;
const DAY: i64 = 24 * 60 * MINUTE;
/// How long a link works.
const LINK_MINUTES: i64 = 60;
/// Links an address may be sent within that time; who asks more often has them already.
const MOST_LINKS: i64 = 5;
/// How long a sign-in lasts: from before a fair until it is over.
const SIGN_IN_MICROS: i64 = 30 * DAY;

/// Where the area begins.
pub const AREA_PATH: &str = "/attendee";
/// Where attendees ask for a link, at this server.
pub const SIGN_IN_PATH: &str = "/attendee/sign-in";

/// Mails a link to an address, if registrations have it.
///
/// # Errors
/// `invalid_field` for what cannot be an address.
pub fn ask(app: &App, email: &str, language: Words) -> Result<(), Problem> {
    let email = Email::parse(email).map_err(|detail| Problem::field("/email", detail))?;
    let errand = app.clone();
    app.errands.spawn(async move {
        if let Err(error) = send_link(&errand, &email, language).await {
            tracing::warn!(%error, "a link for an attendee could not be sent");
        }
    });
    Ok(())
}

async fn send_link(app: &App, email: &Email, language: Words) -> Result<(), StorageError> {
    let mut tx = app.read().await?;
    let known = store::of_address(&mut tx, email.as_str()).await?;
    tx.done().await?;
    let Some(first) = known.first() else { return Ok(()) };
    let now = app.now();
    let mut tx = app.write().await?;
    store::clear_ended(&mut tx, now).await?;
    let since = now.plus_micros(-LINK_MINUTES * MINUTE);
    if store::count_links(&mut tx, email.as_str(), since).await? >= MOST_LINKS {
        return tx.done().await;
    }
    let secret = token::make(app, token::ATTENDEE_LINK);
    store::insert_link(&mut tx, &token::hash(&secret), email.as_str(), (now, now.plus_micros(LINK_MINUTES * MINUTE)))
        .await?;
    let mut events: Vec<String> = known.iter().map(|own| own.event.clone()).collect();
    events.dedup();
    // Several people may share an address: whom the mail greets is then anybody's guess.
    let name = if known.len() == 1 { first.contact.full_name() } else { String::new() };
    let link = format!("{}{SIGN_IN_PATH}/{secret}", app.settings.own_url());
    let message = Message::AttendeeSignIn { name, events: events.join(", "), link, minutes: LINK_MINUTES };
    mail::enqueue(app, &mut tx, email, language, &message).await?;
    tx.commit(&app.hub).await
}

/// The address that a link stands for; the page shows it before the link is used.
///
/// # Errors
/// `used_up` when it was used, has ended, or never was.
pub async fn whose(app: &App, secret: &str) -> Result<String, Problem> {
    let mut tx = app.read().await?;
    let email = store::link(&mut tx, &token::hash(secret), app.now()).await?.ok_or_else(used_up)?;
    tx.done().await?;
    Ok(email)
}

/// A sign-in that has just begun.
#[derive(Debug)]
pub struct Entered {
    /// What later requests prove themselves with.
    pub token: String,
    /// When it ends.
    pub expires_at: Timestamp,
    /// The registrations of the address.
    pub registrations: Vec<OwnRegistration>,
}

/// Signs in by a mailed link, which is used up then.
///
/// # Errors
/// As [`whose`].
pub async fn enter(app: &App, secret: &str) -> Result<Entered, Problem> {
    let now = app.now();
    let mut tx = app.write().await?;
    let email = store::take_link(&mut tx, &token::hash(secret), now).await?.ok_or_else(used_up)?;
    let entered = begin(app, &mut tx, &email).await?;
    tx.commit(&app.hub).await?;
    Ok(entered)
}

async fn begin(app: &App, tx: &mut Tx, email: &str) -> Result<Entered, StorageError> {
    let now = app.now();
    let (token, expires_at) = (token::make(app, token::ATTENDEE), now.plus_micros(SIGN_IN_MICROS));
    store::insert_sign_in(tx, &token::hash(&token), email, (now, expires_at)).await?;
    Ok(Entered { token, expires_at, registrations: store::of_address(tx, email).await? })
}

/// Signs a visitor of the demo in, whose mails nobody reads: for who may register them anyway.
pub(crate) async fn stand_in(app: &App, _: &DeskScope, email: &str) -> Result<Entered, Problem> {
    let mut tx = app.write().await?;
    let entered = begin(app, &mut tx, email).await?;
    tx.commit(&app.hub).await?;
    Ok(entered)
}

fn used_up() -> Problem {
    Problem::new(Reason::UsedUp, "This link was used, or is older than an hour. Ask for a new one.")
}

/// Ends the sign-in that a request came with.
pub async fn leave(app: &App, attendee: &AttendeeIdentity) -> Result<(), Problem> {
    let mut tx = app.write().await?;
    store::end_sign_in(&mut tx, &token::hash(attendee.token())).await?;
    tx.commit(&app.hub).await?;
    Ok(())
}

/// The registrations of the address that signed in, the next event first.
pub async fn registrations(app: &App, attendee: &AttendeeIdentity) -> Result<Vec<OwnRegistration>, Problem> {
    let mut tx = app.read().await?;
    let own = store::of_address(&mut tx, attendee.email()).await?;
    tx.done().await?;
    Ok(own)
}
