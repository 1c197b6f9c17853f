//! Badges: codes that stand for registrations, and what becomes of them.
//!
//! A code is looked up by the hash of its key, a badge number by its text; both are unique within
//! an event. A badge's state never rejects a scan (design rule 13): `replaced` counts as the new
//! badge, the other ends disclose nothing from then on. Drawing lives in [`print`], which knows
//! neither the database nor HTTP.

pub mod api;
pub mod category;
pub mod print;
pub mod stock;
pub mod store;

use crate::access::{DeskScope, EventScope};
use crate::app::App;
use crate::audit::{self, Action, NewEntry};
use crate::feed::EntryKind;
use crate::leads::{self, Reattribution};
use crate::problem::Problem;
use crate::storage::{StorageError, Tx};
use mobile_core::badge::{self, BadgeText, code, number};
use mobile_core::ids::{BadgeId, RegistrationId};
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// What a badge is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type, Serialize, Deserialize, utoipa::ToSchema)]
#[sqlx(type_name = "TEXT", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum BadgeStatus {
    /// In use.
    Active,
    /// A newer badge of the same person took its place; a scan of it counts as the new one.
    Replaced,
    /// Lost: whoever carries it is not the person.
    Lost,
    /// The registration was cancelled.
    Cancelled,
    /// Used by somebody else.
    Misuse,
}

impl BadgeStatus {
    /// The name in JSON and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Replaced => "replaced",
            Self::Lost => "lost",
            Self::Cancelled => "cancelled",
            Self::Misuse => "misuse",
        }
    }
}

/// A badge as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Badge {
    /// The badge.
    pub id: BadgeId,
    /// Whom it stands for.
    pub registration_id: RegistrationId,
    /// What its QR says.
    pub code: String,
    /// Its number, without the hyphen.
    pub number: String,
    /// What it is good for.
    pub status: BadgeStatus,
    /// Whether the code came with an import instead of being made here.
    pub is_imported: bool,
    /// How often it was printed.
    pub print_count: i64,
    /// When it was issued.
    pub created_at: Timestamp,
    /// When it stopped being active.
    pub revoked_at: Option<Timestamp>,
}

impl Badge {
    /// The number as printed, `7F3K-92QX`.
    pub fn printed_number(&self) -> String {
        printed_number(&self.number)
    }
}

/// A stored number as it is printed.
pub fn printed_number(number: &str) -> String {
    match number.split_at_checked(number::LENGTH / 2) {
        Some((first, second)) => format!("{first}-{second}"),
        None => number.to_owned(),
    }
}

/// A badge to issue.
#[derive(Debug, Clone)]
pub struct NewBadge {
    /// Its id.
    pub id: BadgeId,
    /// Whom it stands for.
    pub registration: RegistrationId,
    /// What its QR says.
    pub code: String,
    /// SHA-256 of the code's key.
    pub code_hash: [u8; 32],
    /// Its number, without the hyphen.
    pub number: String,
    /// Whether the code came from elsewhere.
    pub is_imported: bool,
    /// When it is issued.
    pub at: Timestamp,
}

impl NewBadge {
    /// A badge with a code of our own.
    pub fn own(app: &App, registration: RegistrationId) -> Self {
        let code = code::generate(&app.random());
        Self::new(app, registration, code.as_str(), false)
    }

    /// A badge whose code is printed by someone else.
    pub fn imported(app: &App, registration: RegistrationId, code: &BadgeText) -> Self {
        Self::new(app, registration, code.as_str(), true)
    }

    fn new(app: &App, registration: RegistrationId, code: &str, is_imported: bool) -> Self {
        Self {
            id: app.new_id(),
            registration,
            code: code.to_owned(),
            code_hash: badge::code_hash(code),
            number: number::generate(&app.random()).as_str().to_owned(),
            is_imported,
            at: app.now(),
        }
    }
}

/// A badge that stands for somebody else from a time on.
#[derive(Debug, Clone, Copy)]
pub struct Assignment {
    /// Its id.
    pub id: Uuid,
    /// The badge.
    pub badge: BadgeId,
    /// Whom it stood for before.
    pub before: RegistrationId,
    /// From when on.
    pub from: Timestamp,
}

/// How often another number is drawn when the event has the first one. With 35 random bits a
/// second draw is needed once in 300,000 badges of an event of 100,000.
const DRAWS: usize = 8;

/// Issues badges. Their codes must be new to the event: look with [`store::owners`] first, in the
/// same transaction after [`Tx::changes_badges`]. Numbers that the event has are drawn again.
pub async fn issue(app: &App, tx: &mut Tx, scope: &EventScope, badges: &[NewBadge]) -> Result<(), StorageError> {
    let mut left: Vec<NewBadge> = badges.to_vec();
    for _ in 0..DRAWS {
        let done = store::insert(tx, scope, &left).await?;
        left.retain(|badge| !done.contains(&badge.id));
        if left.is_empty() {
            return Ok(());
        }
        for badge in &mut left {
            number::generate(&app.random()).as_str().clone_into(&mut badge.number);
        }
    }
    Err(StorageError::Corrupt(format!("{} badges found no free number or code", left.len())))
}

/// Counts one print of a badge.
pub async fn print(app: &App, scope: &DeskScope, id: BadgeId) -> Result<Badge, Problem> {
    let mut tx = app.write().await?;
    let badge = store::count_print(&mut tx, scope, id).await?.ok_or_else(Problem::not_found)?;
    tx.commit(&app.hub).await?;
    Ok(badge)
}

/// Gives the person a new badge with a code of our own; the old one becomes `replaced`, unless it
/// was lost, cancelled or misused, which it stays.
///
/// # Errors
/// `used_up` when a newer badge of the person is already active.
pub async fn reissue(app: &App, scope: &DeskScope, id: BadgeId) -> Result<Badge, Problem> {
    let mut tx = app.write().await?;
    tx.changes_badges(scope.event()).await?;
    let old = store::find(&mut tx, scope, id).await?.ok_or_else(Problem::not_found)?;
    if old.status != BadgeStatus::Active {
        let others = store::of_registrations(&mut tx, scope, &[old.registration_id]).await?;
        if let Some(current) = others.iter().find(|badge| badge.status == BadgeStatus::Active) {
            let detail = format!("Another badge is in use instead; reissue that one: “{}”.", current.printed_number());
            return Err(Problem::new(Reason::UsedUp, detail));
        }
    }
    let new = NewBadge::own(app, old.registration_id);
    if old.status == BadgeStatus::Active {
        store::end(&mut tx, scope, id, BadgeStatus::Replaced, new.at).await?;
    }
    issue(app, &mut tx, scope, std::slice::from_ref(&new)).await?;
    let issued = store::find(&mut tx, scope, new.id).await?.ok_or_else(Problem::not_found)?;
    note(app, &mut tx, scope, Action::BadgeReissued, &issued).await?;
    leads::touched(app, &mut tx, scope.event(), &[old.registration_id], EntryKind::Updated).await?;
    tx.commit(&app.hub).await?;
    Ok(issued)
}

/// Ends a badge. Ending it again with another reason corrects the reason; the time stays.
pub async fn revoke(app: &App, scope: &DeskScope, id: BadgeId, status: BadgeStatus) -> Result<Badge, Problem> {
    let mut tx = app.write().await?;
    tx.changes_badges(scope.event()).await?;
    let old = store::find(&mut tx, scope, id).await?.ok_or_else(Problem::not_found)?;
    store::end(&mut tx, scope, id, status, app.now()).await?;
    let ended = store::find(&mut tx, scope, id).await?.ok_or_else(Problem::not_found)?;
    if ended.status != old.status {
        note(app, &mut tx, scope, Action::BadgeRevoked, &ended).await?;
        leads::touched(app, &mut tx, scope.event(), &[old.registration_id], EntryKind::Updated).await?;
    }
    tx.commit(&app.hub).await?;
    Ok(ended)
}

/// Makes a badge stand for somebody else from a time on: two people wear each other's badges. Scans
/// of it made since then move to the other person's leads, and a capture that arrives later counts
/// for whoever wore the badge when it was made.
pub async fn assign(
    app: &App,
    scope: &DeskScope,
    id: BadgeId,
    registration: RegistrationId,
    from: Timestamp,
) -> Result<Badge, Problem> {
    let mut tx = app.write().await?;
    tx.changes_badges(scope.event()).await?;
    let old = store::find(&mut tx, scope, id).await?.ok_or_else(Problem::not_found)?;
    if !store::is_registered(&mut tx, scope, registration).await? {
        return Err(Problem::field("/registration_id", "is no registration of this event"));
    }
    if old.registration_id == registration {
        return Ok(old);
    }
    let moved = give(app, &mut tx, scope, &old, registration, from).await?;
    tx.commit(&app.hub).await?;
    Ok(moved)
}

/// The same within a transaction, after `changes_badges` and as the last that it does.
pub async fn give(
    app: &App,
    tx: &mut Tx,
    scope: &DeskScope,
    old: &Badge,
    registration: RegistrationId,
    from: Timestamp,
) -> Result<Badge, Problem> {
    let id = old.id;
    let mut holders = store::former_holders(tx, scope, id).await?;
    holders.push(old.registration_id);
    holders.retain(|holder| *holder != registration);
    holders.sort_unstable();
    holders.dedup();
    let assignment = Assignment { id: app.new_id(), badge: id, before: old.registration_id, from };
    store::assign(tx, scope, &assignment, registration, app.now()).await?;
    let code_hash = badge::code_hash(&old.code);
    let moved = Badge { registration_id: registration, ..old.clone() };
    note(app, tx, scope, Action::BadgeAssigned, &moved).await?;
    // Both people's leads show another badge number than before.
    leads::touched(app, tx, scope.event(), &[old.registration_id, registration], EntryKind::Updated).await?;
    for holder in holders {
        let change = Reattribution { code_hash, number: &old.number, from, old: holder, new: registration };
        leads::reattribute(app, tx, scope.event(), &change).await?;
    }
    Ok(moved)
}

/// What was done to a badge, for the audit log.
async fn note(app: &App, tx: &mut Tx, scope: &DeskScope, action: Action, badge: &Badge) -> Result<(), StorageError> {
    let detail = json!({"badge": badge.printed_number(), "status": badge.status});
    let entry = NewEntry::new(action, Some(scope.account()), Some(badge.registration_id.0)).with(detail);
    audit::append(app, tx, scope.event(), &entry).await
}

/// The badge that stands for a person now: the newest active one, else the newest.
pub fn current(badges: &[Badge]) -> Option<&Badge> {
    badges.iter().max_by_key(|badge| (badge.status == BadgeStatus::Active, badge.created_at, badge.id))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn badge(status: BadgeStatus, at: i64) -> Badge {
        Badge {
            id: BadgeId(Uuid::from_u128(at.unsigned_abs().into())),
            registration_id: RegistrationId(Uuid::nil()),
            code: "x".into(),
            number: "7F3K92QX".into(),
            status,
            is_imported: false,
            print_count: 0,
            created_at: Timestamp::from_micros(at),
            revoked_at: None,
        }
    }

    #[test]
    fn a_number_is_printed_in_two_groups() {
        assert_eq!(badge(BadgeStatus::Active, 1).printed_number(), "7F3K-92QX");
        assert_eq!(printed_number("é"), "é", "a foreign number is shown as it is");
    }

    #[test]
    fn the_active_badge_stands_for_a_person_even_beside_a_newer_lost_one() {
        let badges = [badge(BadgeStatus::Active, 1), badge(BadgeStatus::Lost, 2), badge(BadgeStatus::Replaced, 3)];
        assert_eq!(current(&badges).map(|badge| badge.created_at.as_micros()), Some(1));
        assert_eq!(current(&badges[1..]).map(|badge| badge.created_at.as_micros()), Some(3));
    }
}
