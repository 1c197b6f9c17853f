//! Invitations: links that bring a team member, or somebody of the organizer, once, for two weeks.
//!
//! Only the hash of a link's secret is kept. Whoever has no account yet chooses a password; whoever
//! has one proves it, second step included, before the team or the role is theirs. Who is asked to join
//! an organizer is in [`super::organizers`]; accepting is the same here.
//!
//! Whoever invites is given a link to pass on, and the mail has another. Both let somebody in; the mailed one
//! alone shows that they read the mail of their address (`account.is_email_proven`), since the other one was in
//! the hands of whoever typed that address.

use super::store::invitations::{self as store, InvitationRow};
use super::store::organizers::{self as organizer_store, AskedRow};
use super::store::{AccountRow, account_by_email, insert_account, set_email_proven, set_first_password};
use super::{DAY, MAX_NAME, organizers, password, second_factor, sign_in};
use crate::access::{SystemScope, token};
use crate::app::App;
use crate::fields::{self, Email};
use crate::problem::Problem;
use crate::registrations;
use crate::rights;
use crate::storage::Tx;
use mobile_core::ids::{EventId, TeamMemberId};
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;
use mobile_core::wire::SignedIn;
use password::Password;

/// For how many days an invitation may be accepted.
pub(super) const INVITATION_DAYS: i64 = 14;

/// How far somebody has come into a team, or into an organizer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InvitationStatus {
    /// They have joined.
    Accepted,
    /// Their link works.
    Invited,
    /// Their link has ended; send another one.
    Expired,
    /// They have no link.
    NotInvited,
}

impl InvitationStatus {
    /// How far somebody is: whether they have joined, and until when their newest link works.
    pub fn of(has_joined: bool, invited_until: Option<Timestamp>, now: Timestamp) -> Self {
        match invited_until {
            _ if has_joined => Self::Accepted,
            Some(until) if until > now => Self::Invited,
            Some(_) => Self::Expired,
            None => Self::NotInvited,
        }
    }
}

/// A fresh invitation.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// The secret of its link, `PUBLIC_URL/invitations/{token}`.
    pub token: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl Invitation {
    /// A new secret that works from now on; its hash is to be kept.
    pub(super) fn make(app: &App) -> Self {
        let token = token::make(app, token::INVITATION);
        Self { token, expires_at: app.now().plus_micros(INVITATION_DAYS * DAY) }
    }

    /// The link at a server's address.
    pub fn link(&self, server: &str) -> String {
        format!("{server}/invitations/{}", self.token)
    }
}

/// Invites a team member by a link to pass on; earlier invitations of the same member end.
pub async fn invite(app: &App, tx: &mut Tx, event: EventId, member: TeamMemberId) -> Result<Invitation, Problem> {
    store::end(tx, event, member).await?;
    let invitation = Invitation::make(app);
    let hash = (&token::hash(&invitation.token), false);
    store::insert(tx, hash, event, member, app.now(), invitation.expires_at).await?;
    Ok(invitation)
}

/// Invites a team member by a link that is mailed to them, and told to nobody else. Earlier invitations work on:
/// whoever finds an older mail first gets in by it too. All end with the first that is accepted.
pub async fn invite_by_mail(
    app: &App,
    tx: &mut Tx,
    event: EventId,
    member: TeamMemberId,
) -> Result<Invitation, Problem> {
    let invitation = Invitation::make(app);
    let hash = (&token::hash(&invitation.token), true);
    store::insert(tx, hash, event, member, app.now(), invitation.expires_at).await?;
    Ok(invitation)
}

/// Ends a member's open invitations.
pub async fn uninvite(tx: &mut Tx, event: EventId, member: TeamMemberId) -> Result<(), Problem> {
    Ok(store::end(tx, event, member).await?)
}

/// What somebody is invited to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Host {
    /// The team of an exhibitor.
    Team {
        /// The exhibitor's name.
        exhibitor: String,
        /// The event's name.
        event: String,
    },
    /// An organizer, by its name.
    Organizer(String),
}

/// What the page of an invitation shows.
#[derive(Debug, Clone)]
pub struct Invited {
    /// Who is invited.
    pub email: String,
    /// To what.
    pub host: Host,
    /// Whether they were registered before, and by accepting become the team's.
    pub is_registered: bool,
    /// Whether this person has a password already, which is asked for then.
    pub has_password: bool,
}

/// An invitation that can be accepted.
#[derive(Debug)]
enum Open {
    Team(InvitationRow),
    Organizer(AskedRow),
}

impl Open {
    fn email(&self) -> &str {
        match self {
            Self::Team(row) => &row.email,
            Self::Organizer(row) => &row.email,
        }
    }

    /// Whether the link that was opened was mailed, and told to nobody else.
    fn is_mailed(&self) -> bool {
        match self {
            Self::Team(row) => row.is_mailed,
            Self::Organizer(row) => row.is_mailed,
        }
    }

    fn name(&self) -> String {
        match self {
            Self::Team(row) => row.name(),
            Self::Organizer(row) => row.name.clone(),
        }
    }
}

/// Looks at an invitation without accepting it.
pub async fn invitation(app: &App, invitation_token: &str) -> Result<Invited, Problem> {
    let mut tx = app.read().await?;
    let open = open_invitation(app, &mut tx, invitation_token).await?;
    let known = match Email::parse(open.email()) {
        Ok(email) => account_by_email(&mut tx, &email).await?,
        Err(_) => None,
    };
    tx.done().await?;
    let (email, has_password) = (open.email().to_owned(), known.is_some_and(|account| account.password_hash.is_some()));
    let is_registered = matches!(&open, Open::Team(row) if row.is_registered);
    let host = match open {
        Open::Team(row) => Host::Team { exhibitor: row.exhibitor_name, event: row.event_name },
        Open::Organizer(row) => Host::Organizer(row.organizer_name),
    };
    Ok(Invited { email, host, is_registered, has_password })
}

async fn open_invitation(app: &App, tx: &mut Tx, invitation_token: &str) -> Result<Open, Problem> {
    let (hash, now) = (token::hash(invitation_token), app.now());
    if let Some(row) = store::find(tx, &hash).await? {
        let is_over = row.accepted_at.is_some() || row.removed_at.is_some() || row.expires_at <= now;
        return if is_over { Err(used_up()) } else { Ok(Open::Team(row)) };
    }
    let row = organizer_store::by_token(tx, &hash).await?.ok_or_else(Problem::not_found)?;
    let is_over = row.accepted_at.is_some() || row.expires_at <= now;
    if is_over { Err(used_up()) } else { Ok(Open::Organizer(row)) }
}

fn used_up() -> Problem {
    Problem::new(Reason::UsedUp, "This invitation was used or has expired. Sign in, or ask for a new one.")
}

/// What somebody accepts an invitation with.
#[derive(Debug, Clone, Copy)]
pub struct Acceptance<'a> {
    /// The new password of a new account, or the one of the account that is there.
    pub password: &'a str,
    /// The code of the app, where the account asks for one.
    pub code: Option<&'a str>,
    /// The program that accepts, in words.
    pub agent: Option<&'a str>,
}

/// Accepts an invitation: sets the password of a new account, or checks that of a known one, links
/// the member to it and signs in.
///
/// # Errors
/// `second_factor_required` and `wrong_code` where the account asks for a code.
pub async fn accept(app: &App, invitation_token: &str, with: Acceptance<'_>) -> Result<SignedIn, Problem> {
    let mut tx = app.read().await?;
    let open = open_invitation(app, &mut tx, invitation_token).await?;
    let email = Email::parse(open.email()).map_err(|_| unusable())?;
    let known = account_by_email(&mut tx, &email).await?;
    tx.done().await?;
    let new_hash = match &known {
        Some(account) if account.password_hash.is_some() => {
            sign_in::check_password(app, &email, with.password, Some(account)).await?;
            second_factor::prove_if_on(app, account, with.code).await?;
            None
        }
        _ => {
            let password = Password::parse(with.password).map_err(|detail| Problem::field("/password", detail))?;
            Some(password::hash(app, &password).await?)
        }
    };
    let is_proven = open.is_mailed();
    take(app, invitation_token, open, known, Proof { new_hash, agent: with.agent, is_proven }).await
}

/// Accepts for somebody of the demo, whose people all have one password: it was hashed once, since a
/// hash takes as long as setting an exhibitor up. For whoever has the database itself in hand.
pub(crate) async fn stand_in(
    app: &App,
    _: SystemScope,
    invitation_token: &str,
    (password_hash, agent): (&str, &str),
) -> Result<SignedIn, Problem> {
    let mut tx = app.read().await?;
    let open = open_invitation(app, &mut tx, invitation_token).await?;
    tx.done().await?;
    let proof = Proof { new_hash: Some(password_hash.to_owned()), agent: Some(agent), is_proven: true };
    take(app, invitation_token, open, None, proof).await
}

/// What somebody who accepts has shown.
struct Proof<'a> {
    /// The hash of the password of an account that had none.
    new_hash: Option<String>,
    /// The program that accepts, in words.
    agent: Option<&'a str>,
    /// Whether they read the mail of the address.
    is_proven: bool,
}

/// Uses an invitation up: gives what it promises to its account, which is made where there is none, and
/// signs in.
async fn take(
    app: &App,
    invitation_token: &str,
    open: Open,
    known: Option<AccountRow>,
    Proof { new_hash, agent, is_proven }: Proof<'_>,
) -> Result<SignedIn, Problem> {
    let email = Email::parse(open.email()).map_err(|_| unusable())?;
    let (hash, now) = (token::hash(invitation_token), app.now());
    let mut tx = app.write().await?;
    let is_taken = match &open {
        Open::Team(_) => store::accept(&mut tx, &hash, now).await?,
        Open::Organizer(_) => organizer_store::accept(&mut tx, &hash, now).await?,
    };
    if !is_taken {
        return Err(used_up());
    }
    let account = match known {
        Some(account) => {
            if let Some(hash) = new_hash {
                if !set_first_password(&mut tx, account.id, &hash, is_proven).await? {
                    return Err(try_again());
                }
            } else if is_proven {
                set_email_proven(&mut tx, account.id).await?;
            }
            account
        }
        None => {
            let name = fields::line(&open.name(), MAX_NAME).unwrap_or_else(|_| email.as_str().to_owned());
            let new = AccountRow {
                id: app.new_id(),
                email: email.as_str().to_owned(),
                name,
                password_hash: new_hash,
                language: None,
                is_email_proven: is_proven,
            };
            if !insert_account(&mut tx, &new, now).await? {
                // Someone with this e-mail accepted another invitation in this very moment.
                return Err(try_again());
            }
            new
        }
    };
    match open {
        Open::Team(row) => {
            store::end(&mut tx, row.event_id, row.member_id).await?;
            // Before the member's row, as a merge and an erasure take them, and in the order in which scans do.
            for event in registrations::events_to_join(&mut tx, account.id, row.event_id).await? {
                tx.changes_badges(event).await?;
            }
            store::link_member(&mut tx, row.event_id, row.member_id, account.id).await?;
            registrations::join_teams(&mut tx, account.id, now).await?;
            let signed_in = sign_in::begin(app, &mut tx, account, agent).await?;
            rights::note(&mut tx, row.event_id, row.exhibitor_id.into(), row.member_id.0, now).await?;
            tx.commit(&app.hub).await?;
            app.identities.clear();
            Ok(signed_in)
        }
        Open::Organizer(_) => {
            let id = account.id;
            registrations::join_teams(&mut tx, id, now).await?;
            let signed_in = sign_in::begin(app, &mut tx, account, agent).await?;
            organizers::join(app, tx, &hash, id).await?;
            Ok(signed_in)
        }
    }
}

fn unusable() -> Problem {
    Problem::new(Reason::UsedUp, "This invitation has no usable e-mail; ask for a new one.")
}

fn try_again() -> Problem {
    Problem::new(Reason::Unavailable, "This account was set up in this very moment; send the same request again.")
}
