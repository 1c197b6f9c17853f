//! People who sign in: their password, their sign-ins, the invitations that bring them, and what
//! they are to organizers and exhibitors.
//!
//! A sign-in is a row that any node finds by the hash of its token; ending it ends reading
//! everywhere within a second. An invitation links a team member to an account only when it is
//! accepted with that account's password: knowing an address alone opens nobody's space.

pub mod api;
pub mod page;
pub mod password;
pub mod store;
pub mod throttle;
pub mod view;

use crate::access::{Role, token};
use crate::app::App;
use crate::audit::{self, Action, NewEntry};
use crate::fields::{self, Email, Fields};
use crate::problem::Problem;
use crate::rights;
use crate::storage::{StorageError, Tx};
use mobile_core::ids::{AccountId, EventId, OrganizerId, TeamMemberId};
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;
use mobile_core::wire::{SignedIn, UserView};
use password::Password;

const SECOND: i64 = 1_000_000;
const DAY: i64 = 24 * 3600 * SECOND;
/// A sign-in ends after two weeks, whatever happens.
const SIGN_IN_MICROS: i64 = 14 * DAY;
/// An invitation may be accepted for two weeks.
const INVITATION_MICROS: i64 = 14 * DAY;
/// Longest name of a person or an organizer, in characters.
pub const MAX_NAME: usize = 200;

/// What [`create_owner`] did.
#[derive(Debug, Clone, Copy)]
pub struct Owner {
    /// The account.
    pub account: AccountId,
    /// The organizer it owns.
    pub organizer: OrganizerId,
    /// Whether the account is new; otherwise its password was set anew.
    pub is_new: bool,
}

/// Makes someone an owner of an organizer, making either as needed.
///
/// For those who have the database itself in hand: an account that exists gets the new password, and
/// its sign-ins end.
pub async fn create_owner(
    app: &App,
    organizer: &str,
    email: &str,
    name: &str,
    password: &Password,
) -> Result<Owner, Problem> {
    let mut wrong = Fields::default();
    let organizer = wrong.line("/organizer", organizer, MAX_NAME);
    let email = wrong.keep("/email", Email::parse(email));
    let name = wrong.line("/name", name, MAX_NAME);
    let (organizer, email, name) = wrong.done((|| Some((organizer?, email?, name?)))())?;
    let hash = password::hash(app, password).await?;
    let now = app.now();
    let mut tx = app.write().await?;
    let made = store::insert_account(&mut tx, app.new_id(), &email, &name, Some(&hash), now).await?;
    let account = match made {
        Some(account) => account,
        None => {
            let known = store::account_by_email(&mut tx, &email).await?.ok_or_else(Problem::not_found)?;
            store::set_password(&mut tx, known.id, &hash).await?;
            store::end_all_sign_ins(&mut tx, known.id).await?;
            known.id
        }
    };
    let owned = match store::organizer_by_name(&mut tx, &organizer).await? {
        Some(known) => known,
        None => store::insert_organizer(&mut tx, app.new_id(), &organizer, now).await?,
    };
    store::make_owner(&mut tx, owned, account).await?;
    tx.commit(&app.hub).await?;
    app.identities.clear();
    Ok(Owner { account, organizer: owned, is_new: made.is_some() })
}

/// Signs someone in.
///
/// # Errors
/// `wrong_credentials`, after the same time whether or not the account exists; `too_many_requests`
/// after many failures.
pub async fn sign_in(app: &App, email: &str, password: &str) -> Result<SignedIn, Problem> {
    let Ok(email) = Email::parse(email) else { return Err(wrong_credentials()) };
    let mut tx = app.read().await?;
    let known = store::account_by_email(&mut tx, &email).await?;
    tx.done().await?;
    let stored = known.as_ref().and_then(|account| account.password_hash.as_deref());
    check_password(app, &email, password, stored).await?;
    let Some(account) = known else { return Err(wrong_credentials()) };
    let mut tx = app.write().await?;
    let signed_in = begin_sign_in(app, &mut tx, account.id, email, account.name).await?;
    tx.commit(&app.hub).await?;
    Ok(signed_in)
}

fn wrong_credentials() -> Problem {
    Problem::new(Reason::WrongCredentials, "No account has this e-mail and this password.")
}

/// Checks a password, slowly for those who guess.
async fn check_password(app: &App, email: &Email, password: &str, stored: Option<&str>) -> Result<(), Problem> {
    not_too_often(app, email)?;
    let mut turn = password::turn(app).await?;
    // Asked again: of many guesses sent at once, the first ones have failed meanwhile.
    not_too_often(app, email)?;
    if password::verify(&mut turn, password, stored).await? {
        app.throttle.succeeded(email);
        Ok(())
    } else {
        app.throttle.failed(email, app.now());
        Err(wrong_credentials())
    }
}

fn not_too_often(app: &App, email: &Email) -> Result<(), Problem> {
    let Some(seconds) = app.throttle.wait(email, app.now()) else { return Ok(()) };
    let detail = "Too many wrong passwords for this account. Wait a moment; whoever is signed in stays so.";
    Err(Problem::new(Reason::TooManyRequests, detail).retry_after(seconds))
}

async fn begin_sign_in(
    app: &App,
    tx: &mut Tx,
    account: AccountId,
    email: Email,
    name: String,
) -> Result<SignedIn, Problem> {
    let token = token::make(app, token::ACCOUNT);
    let now = app.now();
    let expires_at = now.plus_micros(SIGN_IN_MICROS);
    store::insert_sign_in(tx, &token::hash(&token), account, now, expires_at).await?;
    audit::append(app, tx, audit::SERVER, &NewEntry::new(Action::SignedIn, Some(account), Some(account.0))).await?;
    Ok(SignedIn { token, expires_at, user: UserView { id: account, email: email.as_str().to_owned(), name } })
}

/// Ends a sign-in: its token opens nothing from now on, and its live streams end.
pub async fn sign_out(app: &App, sign_in_token: &str, account: AccountId) -> Result<(), Problem> {
    let now = app.now();
    let mut tx = app.write().await?;
    store::end_sign_in(&mut tx, &token::hash(sign_in_token)).await?;
    // The streams that this sign-in may have open are of running events; heads are locked in order.
    let events = store::running_events(&mut tx, account, now.plus_micros(-60 * DAY), now.plus_micros(60 * DAY)).await?;
    for event in events {
        rights::note(&mut tx, event, event.into(), account.0, now).await?;
    }
    tx.commit(&app.hub).await?;
    app.identities.clear();
    Ok(())
}

/// A fresh invitation.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// The secret of its link, `PUBLIC_URL/invitations/{token}`.
    pub token: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Invites a team member; earlier invitations of the same member end.
pub async fn invite(app: &App, tx: &mut Tx, event: EventId, member: TeamMemberId) -> Result<Invitation, Problem> {
    let now = app.now();
    let token = token::make(app, token::INVITATION);
    let expires_at = now.plus_micros(INVITATION_MICROS);
    store::end_invitations(tx, event, member).await?;
    store::insert_invitation(tx, &token::hash(&token), event, member, now, expires_at).await?;
    Ok(Invitation { token, expires_at })
}

/// Ends a member's open invitations.
pub async fn uninvite(tx: &mut Tx, event: EventId, member: TeamMemberId) -> Result<(), Problem> {
    Ok(store::end_invitations(tx, event, member).await?)
}

/// What the page of an invitation shows.
#[derive(Debug, Clone)]
pub struct Invited {
    /// Who is invited.
    pub email: String,
    /// The exhibitor's name.
    pub exhibitor: String,
    /// The event's name.
    pub event: String,
    /// Whether this person has a password already, which is asked for then.
    pub has_password: bool,
}

/// Looks at an invitation without accepting it.
pub async fn invitation(app: &App, invitation_token: &str) -> Result<Invited, Problem> {
    let mut tx = app.read().await?;
    let open = open_invitation(app, &mut tx, invitation_token).await?;
    let known = match Email::parse(&open.email) {
        Ok(email) => store::account_by_email(&mut tx, &email).await?,
        Err(_) => None,
    };
    tx.done().await?;
    let has_password = known.is_some_and(|account| account.password_hash.is_some());
    Ok(Invited { email: open.email, exhibitor: open.exhibitor_name, event: open.event_name, has_password })
}

async fn open_invitation(app: &App, tx: &mut Tx, invitation_token: &str) -> Result<store::InvitationRow, Problem> {
    let row = store::invitation(tx, &token::hash(invitation_token)).await?.ok_or_else(Problem::not_found)?;
    if row.accepted_at.is_some() || row.removed_at.is_some() || row.expires_at <= app.now() {
        return Err(used_up());
    }
    Ok(row)
}

fn used_up() -> Problem {
    Problem::new(Reason::UsedUp, "This invitation was used or has expired. Sign in, or ask for a new one.")
}

/// Accepts an invitation: sets the password of a new account, or checks that of a known one, links
/// the member to it and signs in.
pub async fn accept_invitation(app: &App, invitation_token: &str, password: &str) -> Result<SignedIn, Problem> {
    let mut tx = app.read().await?;
    let open = open_invitation(app, &mut tx, invitation_token).await?;
    let email = Email::parse(&open.email)
        .map_err(|_| Problem::new(Reason::UsedUp, "This invitation has no usable e-mail; ask for a new one."))?;
    let known = store::account_by_email(&mut tx, &email).await?;
    tx.done().await?;
    let new_hash = match known.as_ref().and_then(|account| account.password_hash.as_deref()) {
        Some(stored) => {
            check_password(app, &email, password, Some(stored)).await?;
            None
        }
        None => {
            let password = Password::parse(password).map_err(|detail| Problem::field("/password", detail))?;
            Some(password::hash(app, &password).await?)
        }
    };
    let now = app.now();
    let mut tx = app.write().await?;
    if !store::accept(&mut tx, &token::hash(invitation_token), now).await? {
        return Err(used_up());
    }
    let (account, name) = match known {
        Some(account) => {
            if let Some(hash) = new_hash
                && !store::set_first_password(&mut tx, account.id, &hash).await?
            {
                return Err(try_again());
            }
            (account.id, account.name)
        }
        None => {
            let name = fields::line(&open.name(), MAX_NAME).unwrap_or_else(|_| email.as_str().to_owned());
            let made = store::insert_account(&mut tx, app.new_id(), &email, &name, new_hash.as_deref(), now).await?;
            // None: someone with this e-mail accepted another invitation in this very moment.
            (made.ok_or_else(try_again)?, name)
        }
    };
    store::link_member(&mut tx, open.event_id, open.member_id, account).await?;
    let signed_in = begin_sign_in(app, &mut tx, account, email, name).await?;
    rights::note(&mut tx, open.event_id, open.exhibitor_id.into(), open.member_id.0, now).await?;
    tx.commit(&app.hub).await?;
    app.identities.clear();
    Ok(signed_in)
}

fn try_again() -> Problem {
    Problem::new(Reason::Unavailable, "This account was set up in this very moment; send the same request again.")
}

/// The organizers that an account is a member of, with its role.
pub async fn organizers(tx: &mut Tx, account: AccountId) -> Result<Vec<(OrganizerId, Role)>, StorageError> {
    let rows = store::organizers(tx, account).await?.into_iter();
    Ok(rows.filter_map(|(organizer, _, role)| Some((organizer, Role::organizer(&role)?))).collect())
}
