//! Looking up tokens, memberships and roles: one statement a question.

mod devices;

pub(super) use devices::{device_by_any_token, device_by_token};

use super::attendee::DESK_LINK_MICROS;
use super::identity::AccountIdentity;
use super::openness::OpennessRow;
use super::policy::Role;
use super::token::{self, TokenHash};
use super::view::ViewIdentity;
use crate::app::App;
use crate::packages::store::TermsRow;
use crate::storage::{StorageError, Tx};
use crate::{affected, sql};
use mobile_core::ids::{AccountId, EventId, ExhibitorId, OrganizerId, RegistrationId, SignInId, TeamMemberId};
use mobile_core::time::Timestamp;
use std::sync::Arc;
use uuid::Uuid;

/// A sign-in that nobody used for so long ends: a stand's laptop goes back to the rental company.
const IDLE_MICROS: i64 = 3 * 24 * 3600 * 1_000_000;
/// How old the time of the last use may get before it is written again.
const SEEN_MICROS: i64 = 5 * 60 * 1_000_000;

#[derive(sqlx::FromRow)]
struct SignInRow {
    id: AccountId,
    email: String,
    name: String,
    created_at: Timestamp,
    expires_at: Timestamp,
    seen_at: Option<Timestamp>,
}

pub(super) async fn account_by_token(app: &App, hash: &TokenHash) -> Result<Option<AccountIdentity>, StorageError> {
    let mut tx = app.read().await?;
    let row: Option<SignInRow> = sql!(tx, conn => sqlx::query_as(
        "SELECT a.id, a.email, a.name, s.created_at, s.expires_at, s.seen_at FROM sign_in s \
         JOIN account a ON a.id = s.account_id WHERE s.token_hash = $1")
        .bind(hash.as_slice()).fetch_optional(conn))?;
    tx.done().await?;
    let Some(row) = row else { return Ok(None) };
    let used_at = row.seen_at.unwrap_or(row.created_at);
    let expires_at = ends_at(row.expires_at, used_at);
    let now = app.now();
    if expires_at > now && now.micros_since(used_at) >= SEEN_MICROS {
        // Beside the request, which need not wait for the one that writes.
        app.errands.spawn(seen(app.clone(), *hash, now));
    }
    let sign_in = SignInId(token::public_id(hash.as_slice()));
    Ok(Some(AccountIdentity { id: row.id, email: row.email, name: row.name, expires_at, sign_in }))
}

/// When a sign-in ends, if nobody uses it until then.
fn ends_at(expires_at: Timestamp, used_at: Timestamp) -> Timestamp {
    expires_at.min(used_at.plus_micros(IDLE_MICROS))
}

/// When a sign-in of an account ends, if nobody uses it until then; none once it has ended.
pub(super) async fn sign_in_until(
    app: &App,
    account: AccountId,
    id: SignInId,
) -> Result<Option<Timestamp>, StorageError> {
    let mut tx = app.read().await?;
    let rows: Vec<(Vec<u8>, Timestamp, Timestamp)> = sql!(tx, conn => sqlx::query_as(
        "SELECT token_hash, expires_at, COALESCE(seen_at, created_at) FROM sign_in \
         WHERE account_id = $1 AND expires_at > $2")
        .bind(account).bind(app.now()).fetch_all(conn))?;
    tx.done().await?;
    let row = rows.into_iter().find(|(hash, ..)| token::public_id(hash) == id.0);
    Ok(row.map(|(_, expires_at, used_at)| ends_at(expires_at, used_at)).filter(|until| *until > app.now()))
}

/// Notes that a sign-in is in use.
async fn seen(app: App, hash: TokenHash, now: Timestamp) {
    let noted = async {
        let mut tx = app.write().await?;
        affected!(
            tx,
            sqlx::query("UPDATE sign_in SET seen_at = $2 WHERE token_hash = $1 AND (seen_at IS NULL OR seen_at < $2)")
                .bind(hash.as_slice())
                .bind(now)
        )?;
        tx.commit(&app.hub).await
    };
    if let Err(error) = noted.await {
        // It is noted at one of the next requests.
        tracing::debug!(%error, "the use of a sign-in could not be noted");
    }
}

/// What an account is to one exhibitor.
#[derive(sqlx::FromRow)]
pub(super) struct Standing {
    pub event_id: EventId,
    pub exhibitor_id: ExhibitorId,
    pub visibility: String,
    member_id: Option<TeamMemberId>,
    is_admin: Option<bool>,
    is_commercial_contact: Option<bool>,
    is_attendee: Option<bool>,
    is_scanner: Option<bool>,
    organizer_role: Option<String>,
    #[sqlx(flatten)]
    pub terms: TermsRow,
    #[sqlx(flatten)]
    pub openness: OpennessRow,
}

impl Standing {
    pub fn member(&self) -> Option<TeamMemberId> {
        self.member_id
    }

    pub fn roles(&self) -> Vec<Role> {
        let member = [
            (self.is_admin, Role::Admin),
            (self.is_scanner, Role::Scanner),
            (self.is_commercial_contact, Role::CommercialContact),
            (self.is_attendee, Role::Attendee),
        ];
        let member = member.into_iter().filter(|(is, _)| *is == Some(true)).map(|(_, role)| role);
        self.organizer_role.as_deref().and_then(Role::organizer).into_iter().chain(member).collect()
    }
}

/// What somebody is to an exhibitor, by the condition that says which member they are.
macro_rules! standing {
    ($member:literal) => {
        concat!("SELECT x.event_id, x.id AS exhibitor_id, x.visibility, m.id AS member_id, m.is_admin, \
     m.is_commercial_contact, m.is_attendee, m.is_scanner, o.role AS organizer_role, x.terms, p.terms AS package_terms, \
     x.is_test, x.leads_reopened_until, e.partner_menu, e.timezone, e.starts_at, e.ends_at, e.spaces_open_at, e.leads_open_at, e.scanning_from, \
     e.scanning_until, e.leads_close_at FROM exhibitor x JOIN event e ON e.id = x.event_id \
     LEFT JOIN package p ON p.event_id = x.event_id AND p.id = x.package_id \
     LEFT JOIN team_member m ON m.event_id = x.event_id AND m.exhibitor_id = x.id AND ", $member, " \
       AND m.removed_at IS NULL \
     LEFT JOIN organizer_member o ON o.organizer_id = e.organizer_id AND o.account_id = $1 WHERE x.id = $2")
    };
}

const STANDING: &str = standing!("m.account_id = $1");
/// No account has a member's id, so the member alone counts.
const STANDING_OF_MEMBER: &str = standing!("m.id = $1");

pub(super) async fn standing(
    app: &App,
    account: AccountId,
    exhibitor: ExhibitorId,
) -> Result<Option<Standing>, StorageError> {
    let mut tx = app.read().await?;
    let row = sql!(tx, conn => sqlx::query_as(STANDING).bind(account).bind(exhibitor).fetch_optional(conn))?;
    tx.done().await?;
    Ok(row)
}

/// What a member is to their exhibitor, whether or not they have an account yet; nothing once removed.
pub(super) async fn standing_of_member(
    app: &App,
    member: TeamMemberId,
    exhibitor: ExhibitorId,
) -> Result<Option<Standing>, StorageError> {
    let mut tx = app.read().await?;
    let row: Option<Standing> = sql!(tx, conn => sqlx::query_as(STANDING_OF_MEMBER).bind(member).bind(exhibitor)
        .fetch_optional(conn))?;
    tx.done().await?;
    Ok(row.filter(|row| row.member_id.is_some()))
}

/// A view with whoever looks.
#[derive(sqlx::FromRow)]
pub(super) struct ViewRow {
    id: Uuid,
    pub event_id: EventId,
    exhibitor_id: ExhibitorId,
    member_id: TeamMemberId,
    first_name: String,
    last_name: String,
    pub account_id: AccountId,
    pub sign_in_id: SignInId,
    is_masked: bool,
    expires_at: Timestamp,
    email: String,
    name: String,
    /// The organizer's role of whoever looks, as it is now.
    pub role: String,
}

impl From<ViewRow> for ViewIdentity {
    fn from(row: ViewRow) -> Self {
        let viewer = AccountIdentity {
            id: row.account_id,
            email: row.email,
            name: row.name,
            expires_at: row.expires_at,
            sign_in: row.sign_in_id,
        };
        Self {
            id: row.id,
            viewer: Arc::new(viewer),
            event: row.event_id,
            exhibitor: row.exhibitor_id,
            member: row.member_id,
            member_name: format!("{} {}", row.first_name, row.last_name).trim().to_owned(),
            is_masked: row.is_masked,
            expires_at: row.expires_at,
        }
    }
}

/// The view of a secret, unless it was left.
pub(super) async fn view_by_token(app: &App, hash: &TokenHash) -> Result<Option<ViewRow>, StorageError> {
    let mut tx = app.read().await?;
    let row = sql!(tx, conn => sqlx::query_as(
        "SELECT v.id, v.event_id, v.exhibitor_id, v.member_id, v.account_id, v.sign_in_id, v.is_masked, v.expires_at, \
         a.email, a.name, o.role, m.first_name, m.last_name FROM view_as v JOIN account a ON a.id = v.account_id \
         JOIN team_member m ON m.event_id = v.event_id AND m.id = v.member_id AND m.removed_at IS NULL \
         JOIN event e ON e.id = v.event_id \
         JOIN organizer_member o ON o.organizer_id = e.organizer_id AND o.account_id = v.account_id \
         WHERE v.token_hash = $1 AND v.ended_at IS NULL")
        .bind(hash.as_slice()).fetch_optional(conn))?;
    tx.done().await?;
    Ok(row)
}

/// Whether a view was not left.
pub(super) async fn is_view_open(app: &App, id: Uuid) -> Result<bool, StorageError> {
    let mut tx = app.read().await?;
    let open: i64 = sql!(tx, conn => sqlx::query_scalar(
        "SELECT COUNT(*) FROM view_as WHERE id = $1 AND ended_at IS NULL").bind(id).fetch_one(conn))?;
    tx.done().await?;
    Ok(open > 0)
}

/// The exhibitors at which an account is a team member, for senders that name none.
pub(super) async fn memberships(app: &App, account: AccountId) -> Result<Vec<ExhibitorId>, StorageError> {
    let mut tx = app.read().await?;
    let rows = sql!(tx, conn => sqlx::query_scalar(
        "SELECT exhibitor_id FROM team_member WHERE account_id = $1 AND removed_at IS NULL \
         AND (is_admin OR is_scanner) ORDER BY created_at LIMIT 2")
        .bind(account).fetch_all(conn))?;
    tx.done().await?;
    Ok(rows)
}

/// The organizer's role of an account at one event.
pub(super) async fn event_role(app: &App, account: AccountId, event: EventId) -> Result<Option<Role>, StorageError> {
    let mut tx = app.read().await?;
    let row: Option<String> = sql!(tx, conn => sqlx::query_scalar(
        "SELECT o.role FROM event e JOIN organizer_member o ON o.organizer_id = e.organizer_id \
         WHERE e.id = $1 AND o.account_id = $2")
        .bind(event).bind(account).fetch_optional(conn))?;
    tx.done().await?;
    Ok(row.as_deref().and_then(Role::organizer))
}

/// The role of an account at one organizer.
pub(super) async fn organizer_role(
    app: &App,
    account: AccountId,
    organizer: OrganizerId,
) -> Result<Option<Role>, StorageError> {
    let mut tx = app.read().await?;
    let row: Option<String> = sql!(tx, conn => sqlx::query_scalar(
        "SELECT role FROM organizer_member WHERE organizer_id = $1 AND account_id = $2")
        .bind(organizer).bind(account).fetch_optional(conn))?;
    tx.done().await?;
    Ok(row.as_deref().and_then(Role::organizer))
}

/// What an account is anywhere at one event: to its organizer, and in each of its teams.
pub(super) async fn roles_anywhere(app: &App, account: AccountId, event: EventId) -> Result<Vec<Role>, StorageError> {
    let organizer = event_role(app, account, event).await?;
    let mut tx = app.read().await?;
    let teams: Vec<(bool, bool, bool, bool)> = sql!(tx, conn => sqlx::query_as(
        "SELECT is_admin, is_scanner, is_commercial_contact, is_attendee FROM team_member \
         WHERE event_id = $1 AND account_id = $2 AND removed_at IS NULL")
        .bind(event).bind(account).fetch_all(conn))?;
    tx.done().await?;
    let of_team = teams.into_iter().flat_map(|(admin, scanner, contact, attendee)| {
        let roles = [
            (admin, Role::Admin),
            (scanner, Role::Scanner),
            (contact, Role::CommercialContact),
            (attendee, Role::Attendee),
        ];
        roles.into_iter().filter(|(is, _)| *is).map(|(_, role)| role)
    });
    Ok(organizer.into_iter().chain(of_team).collect())
}

/// What every sender of an exhibitor's space depends on.
#[derive(sqlx::FromRow)]
pub(super) struct SpaceRow {
    pub visibility: String,
    #[sqlx(flatten)]
    pub terms: TermsRow,
    #[sqlx(flatten)]
    pub openness: OpennessRow,
}

/// An exhibitor's visibility setting and terms, for its devices.
pub(super) async fn space(app: &App, event: EventId, exhibitor: ExhibitorId) -> Result<Option<SpaceRow>, StorageError> {
    let mut tx = app.read().await?;
    let row = sql!(tx, conn => sqlx::query_as(
        "SELECT x.visibility, x.terms, p.terms AS package_terms, x.is_test, x.leads_reopened_until, e.partner_menu, e.timezone, e.starts_at, e.ends_at, \
         e.spaces_open_at, e.leads_open_at, e.scanning_from, e.scanning_until, e.leads_close_at FROM exhibitor x \
         JOIN event e ON e.id = x.event_id LEFT JOIN package p ON p.event_id = x.event_id AND p.id = x.package_id WHERE x.event_id = $1 AND x.id = $2")
        .bind(event).bind(exhibitor).fetch_optional(conn))?;
    tx.done().await?;
    Ok(row)
}

/// Whose side a secret link opens, until it ends.
pub(super) async fn attendee_by_link(
    app: &App,
    hash: &TokenHash,
    now: Timestamp,
) -> Result<Option<(EventId, RegistrationId)>, StorageError> {
    let mut tx = app.read().await?;
    let row = sql!(tx, conn => sqlx::query_as(
        "SELECT event_id, registration_id FROM personal_link WHERE token_hash = $1 AND purpose = 'attendee' \
         AND registration_id IS NOT NULL AND created_at > $2")
        .bind(hash.as_slice()).bind(now.plus_micros(-DESK_LINK_MICROS)).fetch_optional(conn))?;
    tx.done().await?;
    Ok(row)
}

/// Whose address a signed-in attendee's token stands for, and until when.
pub(super) async fn attendee_by_token(
    app: &App,
    hash: &TokenHash,
) -> Result<Option<(String, Timestamp)>, StorageError> {
    let mut tx = app.read().await?;
    let row = sql!(tx, conn => sqlx::query_as("SELECT email, expires_at FROM attendee_sign_in WHERE token_hash = $1")
        .bind(hash.as_slice()).fetch_optional(conn))?;
    tx.done().await?;
    Ok(row)
}

/// Whose address a mailed link proves, and which it is.
pub(super) async fn attendee_by_address_link(
    tx: &mut Tx,
    hash: &TokenHash,
    now: Timestamp,
) -> Result<Option<(EventId, RegistrationId, String)>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT r.event_id, COALESCE(r.merged_into, r.id), l.email FROM exhibitor_email_link l \
         JOIN registration r ON r.event_id = l.event_id AND r.id = l.registration_id \
         WHERE l.token_hash = $1 AND l.expires_at > $2 AND r.erased_at IS NULL")
        .bind(hash.as_slice()).bind(now).fetch_optional(conn))?)
}

/// The exhibitors whose meetings somebody manages as their commercial contact, where the organiser allows it.
pub(super) async fn stands_of_contact(
    app: &App,
    event: EventId,
    registration: RegistrationId,
) -> Result<Vec<(ExhibitorId, TeamMemberId)>, StorageError> {
    let mut tx = app.read().await?;
    let rows = sql!(tx, conn => sqlx::query_as(
        "SELECT t.exhibitor_id, t.id FROM team_member t \
         JOIN registration r ON r.event_id = t.event_id AND r.id = $2 AND (t.registration_id = r.id OR t.email = r.email) \
         WHERE t.event_id = $1 AND t.removed_at IS NULL AND t.is_commercial_contact AND EXISTS \
         (SELECT 1 FROM meeting_rules m WHERE m.event_id = t.event_id AND m.contacts_manage) \
         ORDER BY t.exhibitor_id, t.id")
        .bind(event).bind(registration).fetch_all(conn))?;
    tx.done().await?;
    Ok(rows)
}

/// The registration that stands for one of this address's, with its event: another one, where the desk found
/// both to be one person.
pub(super) async fn attendee_of_address(
    app: &App,
    email: &str,
    registration: RegistrationId,
) -> Result<Option<(EventId, RegistrationId)>, StorageError> {
    let mut tx = app.read().await?;
    let row = sql!(tx, conn => sqlx::query_as(
        "SELECT event_id, COALESCE(merged_into, id) FROM registration WHERE email = $1 \
         AND (id = $2 OR merged_into = $2) LIMIT 1")
        .bind(email).bind(registration).fetch_optional(conn))?;
    tx.done().await?;
    Ok(row)
}
