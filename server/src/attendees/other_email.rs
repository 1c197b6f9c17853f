//! Another e-mail address for exhibitors, proven as the address of a sign-in is: by a link mailed to it.
//!
//! Until somebody who reads that address's mail has opened the link, exhibitors see what they saw before: else
//! anybody could put a stranger's address, or a colleague's, before every exhibitor of a fair. Opening the link
//! asks before it is used up, because mail programs open links too. See `docs/decisions/0028`.

use super::store;
use crate::access::{AttendeeScope, token};
use crate::app::App;
use crate::fields::Email;
use crate::mail::{self, Message};
use crate::problem::Problem;
use crate::registrations;
use crate::storage::Tx;
use crate::words::Words;
use mobile_core::capture::ContactField;
use mobile_core::reason::Reason;

/// How long a link works.
const LINK_MINUTES: i64 = 60;
pub(super) const LINK_MICROS: i64 = LINK_MINUTES * 60_000_000;
/// Mails an attendee may have sent within that time: they go to addresses that may be a stranger's.
const MOST_LINKS: i64 = 5;

/// Where the links lead, at this server.
pub const PROOF_PATH: &str = "/attendee/exhibitor-email";

/// What exhibitors see of an attendee's address, and what they will see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherEmail {
    /// The address that exhibitors see instead of the registered one.
    pub shown: Option<String>,
    /// The address that a link was mailed to, while it waits to be opened.
    pub waiting: Option<String>,
}

/// Names the address that exhibitors are to see, and mails a link to it; `None` and the registered address take
/// the other one back at once.
///
/// # Errors
/// `subject_erased` once nothing of the attendee is kept, `too_many_requests` past five mails an hour.
pub async fn name(
    app: &App,
    scope: &AttendeeScope,
    email: Option<&Email>,
    language: Words,
) -> Result<OtherEmail, Problem> {
    let now = app.now();
    let info = app.events.info(app, scope.event()).await?;
    let mut tx = app.write().await?;
    let own = store::own(&mut tx, scope).await?.filter(|own| own.erased_at.is_none()).ok_or_else(erased)?;
    let registered = own.contact.get(ContactField::Email).unwrap_or_default();
    let is_registered = |email: &&Email| registered.trim().eq_ignore_ascii_case(email.as_str());
    let wanted = email.filter(|email| !is_registered(email));
    let Some(wanted) = wanted.filter(|wanted| own.exhibitor_email() != Some(wanted.as_str())) else {
        // Nothing that was not proven before, so nothing waits any more.
        store::end_address_links(&mut tx, scope, now).await?;
        let shown = registrations::set_exhibitor_email(app, &mut tx, scope, wanted).await?;
        tx.commit(&app.hub).await?;
        return Ok(OtherEmail { shown, waiting: None });
    };
    store::clear_ended(&mut tx, now).await?;
    if store::count_address_links(&mut tx, scope).await? >= MOST_LINKS {
        let detail = "Five links were mailed within the hour. Open the newest, or try again later.";
        return Err(Problem::new(Reason::TooManyRequests, detail).retry_after(3600));
    }
    store::end_address_links(&mut tx, scope, now).await?;
    let secret = token::make(app, token::ADDRESS_LINK);
    let times = (now, now.plus_micros(LINK_MICROS));
    store::insert_address_link(&mut tx, scope, &token::hash(&secret), wanted, times).await?;
    let message = Message::ExhibitorEmail {
        name: own.contact.full_name(),
        event: info.name.clone(),
        link: format!("{}{PROOF_PATH}/{secret}", app.settings.own_url()),
        minutes: LINK_MINUTES,
    };
    mail::enqueue(app, &mut tx, wanted, language, &message).await?;
    tx.commit(&app.hub).await?;
    Ok(OtherEmail { shown: own.exhibitor_email().map(str::to_owned), waiting: Some(wanted.as_str().to_owned()) })
}

/// The address that waits for its link to be opened.
pub async fn waiting(app: &App, scope: &AttendeeScope) -> Result<Option<String>, Problem> {
    let mut tx = app.read().await?;
    let waiting = store::waiting_address(&mut tx, scope, app.now()).await?;
    tx.done().await?;
    Ok(waiting)
}

/// What a link is about: the event, and the address that its exhibitors would see.
#[derive(Debug)]
pub struct Proof {
    /// The event's name.
    pub event: String,
    /// The address.
    pub email: String,
}

/// What a link is about; the page shows it before the link is used.
///
/// # Errors
/// `used_up` when it was used, has ended, or never was.
pub async fn about(app: &App, secret: &str) -> Result<Proof, Problem> {
    let mut tx = app.read().await?;
    let (scope, email) = proven(app, &mut tx, secret).await?;
    tx.done().await?;
    told(app, &scope, &email).await
}

/// Has exhibitors see the address that a link was mailed to, which is used up then.
///
/// # Errors
/// As [`about`].
pub async fn prove(app: &App, secret: &str) -> Result<Proof, Problem> {
    let mut tx = app.write().await?;
    let (scope, email) = proven(app, &mut tx, secret).await?;
    if !store::use_address_link(&mut tx, &token::hash(secret)).await? {
        return Err(used_up());
    }
    registrations::set_exhibitor_email(app, &mut tx, &scope, Some(&email)).await?;
    tx.commit(&app.hub).await?;
    told(app, &scope, &email).await
}

async fn proven(app: &App, tx: &mut Tx, secret: &str) -> Result<(AttendeeScope, Email), Problem> {
    AttendeeScope::proving(tx, &token::hash(secret), app.now()).await?.ok_or_else(used_up)
}

async fn told(app: &App, scope: &AttendeeScope, email: &Email) -> Result<Proof, Problem> {
    let event = app.events.info(app, scope.event()).await?.name.clone();
    Ok(Proof { event, email: email.as_str().to_owned() })
}

fn erased() -> Problem {
    Problem::new(Reason::SubjectErased, "Your details were erased; there is nothing left to show.")
}

fn used_up() -> Problem {
    Problem::new(Reason::UsedUp, "This link was used, or is older than an hour. Ask for a new one.")
}
