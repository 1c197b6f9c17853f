//! People who sign in: their password, their sign-ins, the invitations that bring them, and what
//! they are to organizers and exhibitors.
//!
//! A sign-in ([`sign_in`], [`sign_ins`]) is a row that any node finds by the hash of its token; ending
//! it ends reading everywhere within a second. An invitation ([`invitations`]) links a team member to
//! an account only when it is accepted with that account's password: knowing an address alone opens
//! nobody's space. Who belongs to an organizer its owners and managers say ([`organizers`]). Passwords
//! are changed and reset in [`passwords`]; a code of an app may be asked for besides ([`second_factor`]).
//! No answer tells whether an address has an account.

pub mod agent;
pub mod api;
pub mod invitations;
pub mod language;
pub mod organizers;
pub mod page;
pub mod password;
pub mod passwords;
pub mod second_factor;
pub mod sign_in;
pub mod sign_ins;
pub mod store;
pub mod throttle;
pub mod view;

use crate::access::Role;
use crate::app::App;
use crate::fields::{Email, Fields};
use crate::problem::Problem;
use crate::registrations;
use crate::storage::{StorageError, Tx};
use mobile_core::ids::{AccountId, OrganizerId};
use mobile_core::reason::Reason;
use password::Password;

pub use invitations::{Invitation, InvitationStatus, invite, invite_by_mail, uninvite};
pub use sign_in::{Attempt, Entry, first_step, second_step, sign_in};
pub use sign_ins::sign_out;

const MINUTE: i64 = 60_000_000;
const DAY: i64 = 24 * 60 * MINUTE;
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
    let new = proven(app, &email, name, &hash);
    let is_new = store::insert_account(&mut tx, &new, now).await?;
    let account = if is_new {
        new.id
    } else {
        let known = store::account_by_email(&mut tx, &email).await?.ok_or_else(Problem::not_found)?;
        store::set_password(&mut tx, known.id, &hash).await?;
        if !known.is_email_proven {
            // Somebody may have made it who is not the one whose address it is: what they set up goes.
            store::secrets::remove_factor(&mut tx, known.id).await?;
            store::set_email_proven(&mut tx, known.id).await?;
            registrations::join_teams(&mut tx, known.id, now).await?;
        }
        store::sign_ins::end_all(&mut tx, known.id).await?;
        known.id
    };
    let owned = match store::organizer_by_name(&mut tx, &organizer).await? {
        Some(known) => known,
        None => store::insert_organizer(&mut tx, app.new_id(), &organizer, now).await?,
    };
    store::make_owner(&mut tx, owned, account).await?;
    tx.commit(&app.hub).await?;
    app.identities.clear();
    Ok(Owner { account, organizer: owned, is_new })
}

/// An account that somebody makes who has the database itself in hand, and answers for the address.
fn proven(app: &App, email: &Email, name: String, hash: &str) -> store::AccountRow {
    store::AccountRow {
        id: app.new_id(),
        email: email.as_str().to_owned(),
        name,
        password_hash: Some(hash.to_owned()),
        language: None,
        is_email_proven: true,
    }
}

/// Gives somebody new a place at an organizer with a role of [`Role::organizer`], and a password hash that is
/// there already: for the demo, whose people all have one password.
pub(crate) async fn stand_in(
    app: &App,
    organizer: OrganizerId,
    (email, name): (&str, &str),
    role: &str,
    password_hash: &str,
) -> Result<AccountId, Problem> {
    let email = Email::parse(email).map_err(|detail| Problem::field("/email", detail))?;
    let now = app.now();
    let mut tx = app.write().await?;
    let new = proven(app, &email, name.to_owned(), password_hash);
    if !store::insert_account(&mut tx, &new, now).await? {
        return Err(Problem::new(Reason::AlreadyExists, "Somebody has this e-mail address."));
    }
    store::make_member(&mut tx, organizer, new.id, role).await?;
    tx.commit(&app.hub).await?;
    Ok(new.id)
}

/// The organizers that an account is a member of, with its role.
pub async fn organizers(tx: &mut Tx, account: AccountId) -> Result<Vec<(OrganizerId, Role)>, StorageError> {
    let rows = store::organizers(tx, account).await?.into_iter();
    Ok(rows.filter_map(|(organizer, _, role)| Some((organizer, Role::organizer(&role)?))).collect())
}
