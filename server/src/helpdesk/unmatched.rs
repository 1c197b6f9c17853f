//! Codes that were scanned and belong to nobody: a badge from another system, a misprint, a code of a
//! partner's. The desk says whose it is, and every exhibitor that scanned it knows the person.

use super::{Deed, Doer, Kind, built_upon, remember, store, unhex};
use crate::access::DeskScope;
use crate::app::App;
use crate::audit::{self, Action};
use crate::badges::{self, NewBadge};
use crate::captures::store as log;
use crate::captures::store::later::{self, UnmatchedRow};
use crate::feed::{EntryKind, NewEntry};
use crate::leads::{self, Joined, Owner};
use crate::problem::Problem;
use crate::storage::Tx;
use mobile_core::badge::{self, BadgeText};
use mobile_core::capture::{Contact, ContactField};
use mobile_core::ids::{BadgeId, RegistrationId};
use mobile_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Codes that the desk is shown.
const SHOWN: i64 = 50;
/// Characters of a code that the desk is shown: enough to compare it with a badge in the hand.
const EXCERPT: usize = 48;

/// A code that was scanned and belongs to nobody.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct UnmatchedCode {
    /// The hash of the code, by which it is named here.
    pub code_hash: String,
    /// The beginning of what it says.
    pub code: String,
    /// Whose contact card it is, where it is one.
    pub name: Option<String>,
    /// The employer that the card names.
    pub company: Option<String>,
    /// Exhibitors that scanned it: their leads would change.
    pub leads: u64,
    /// How often it was scanned.
    pub scans: u64,
    /// When last.
    pub last_scanned_at: Option<Timestamp>,
}

impl UnmatchedCode {
    /// What people know it by: whose card it is, else the code.
    pub fn title(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.code)
    }
}

/// What taking an assignment back needs.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Assigned {
    badge: BadgeId,
    person: RegistrationId,
    joined: Vec<Joined>,
}

/// The codes that nobody knows, the latest scanned first.
pub async fn list(app: &App, scope: &DeskScope) -> Result<Vec<UnmatchedCode>, Problem> {
    let mut tx = app.read().await?;
    let mut codes = Vec::new();
    for row in later::unmatched(&mut tx, scope.event(), SHOWN).await? {
        let text = later::text_of(&mut tx, scope.event(), &row.code_hash).await?.unwrap_or_default();
        codes.push(shown(&row, &text));
    }
    tx.done().await?;
    Ok(codes)
}

fn shown(row: &UnmatchedRow, text: &str) -> UnmatchedCode {
    let line = text.split(|c: char| c.is_control()).next().unwrap_or_default();
    let mut code: String = line.chars().take(EXCERPT).collect();
    if code.len() < text.len() {
        code.push('…');
    }
    let badge = badge::parse(text);
    let contact = badge.contact();
    UnmatchedCode {
        code_hash: audit::hex(&row.code_hash),
        code,
        name: contact.map(Contact::full_name).filter(|name| !name.is_empty()),
        company: contact.and_then(|contact| contact.get(ContactField::Company)).map(str::to_owned),
        leads: row.leads as u64,
        scans: row.scans as u64,
        last_scanned_at: row.last_scanned_at,
    }
}

/// Says whose a code is: it becomes one more badge of theirs. Gives the deed and how many leads it
/// changed.
///
/// # Errors
/// `not_found` for a code that was never scanned, or that has a person.
pub async fn assign(
    app: &App,
    scope: &DeskScope,
    code_hash: &str,
    registration: RegistrationId,
) -> Result<(Uuid, u64), Problem> {
    let event = scope.event();
    let hash: [u8; 32] = unhex(code_hash).and_then(|hash| hash.try_into().ok()).ok_or_else(Problem::not_found)?;
    let mut tx = app.write().await?;
    tx.changes_badges(event).await?;
    // A lost badge has its person, whatever became of its scans.
    if !badges::store::owners(&mut tx, scope, &[hash]).await?.is_empty() {
        return Err(Problem::not_found());
    }
    let text = later::text_of(&mut tx, event, &hash).await?.ok_or_else(Problem::not_found)?;
    if !badges::store::is_registered(&mut tx, scope, registration).await? {
        return Err(Problem::field("/registration_id", "is no registration of this event"));
    }
    let code = BadgeText::new(&text).map_err(|error| Problem::field("/code_hash", error.to_string()))?;
    let mut joined = Vec::new();
    for lead in leads::store::find_by_codes_everywhere(&mut tx, event, &[hash]).await? {
        let space = lead.space_id;
        let captures = log::log_of(&mut tx, event, space, lead.id).await?.iter().map(|row| row.id).collect();
        let other = leads::store::find_by(&mut tx, event, &[(space, registration)], true).await?;
        joined.push(Joined { space, lead: lead.id, other: other.first().map(|other| other.id), captures });
    }
    let badge = NewBadge::imported(app, registration, &code);
    badges::issue(app, &mut tx, scope, std::slice::from_ref(&badge)).await?;
    let (id, leads) = (app.new_id(), joined.len() as u64);
    let undo = Assigned { badge: badge.id, person: registration, joined };
    let deed = Deed {
        id,
        kind: Kind::Assign,
        action: Action::CodeAssigned,
        exhibitor: None,
        subject: registration.0,
        leads,
        undo: &undo,
    };
    remember(app, &mut tx, Doer { event, account: Some(scope.account()) }, deed).await?;
    leads::reconcile(app, &mut tx, event, &[(badge.code_hash, registration)]).await?;
    tx.commit(&app.hub).await?;
    Ok((id, leads))
}

/// Takes the badge away again; what was scanned with its code is unmatched as before.
pub(super) async fn undo(app: &App, tx: &mut Tx, scope: &DeskScope, was: &Assigned) -> Result<Vec<NewEntry>, Problem> {
    let event = scope.event();
    let badge = badges::store::find(tx, scope, was.badge).await?.ok_or_else(built_upon)?;
    if badge.registration_id != was.person {
        return Err(built_upon());
    }
    let codes = store::codes_of(tx, event, &[was.badge]).await?;
    let Some((hash, _)) = codes.first() else { return Err(built_upon()) };
    store::remove_badge(tx, event, was.badge).await?;
    let owner = (Owner::Code(*hash), was.person);
    let mut entries = leads::part(app, tx, event, &was.joined, owner, &codes).await?;
    entries.extend(leads::rehear(app, tx, event, was.person, (EntryKind::Updated, false)).await?);
    Ok(entries)
}
