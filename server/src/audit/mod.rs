//! The audit log: what somebody may have to answer for, in a chain of hashes per event.
//!
//! An entry is written in the transaction of what it tells, and holds ids only. What is personal or
//! long lies beside it with a salt, bound by its hash, and can be erased without breaking the chain.
//! `leadline admin verify-audit` walks the chains. Sign-ins belong to no event: theirs is the chain
//! of the nil event, of which each list shows what the people of its event or space did.

pub mod api;
mod chain;
mod list;
pub mod page;
pub mod store;

use crate::access::{DeskScope, ExhibitorScope, SystemScope};
use crate::app::App;
use crate::storage::{StorageError, Tx};
use mobile_core::ids::{AccountId, EventId, ExhibitorId};
use mobile_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use uuid::Uuid;

pub use chain::{Broken, Verified};
pub use list::{list_of_event, list_of_exhibitor};

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Somebody signed in.
    SignedIn,
    /// Somebody signed out.
    SignedOut,
    /// Somebody ended a sign-in of theirs.
    SignInEnded,
    /// Somebody changed their password.
    PasswordChanged,
    /// Somebody set a new password by a mailed link.
    PasswordReset,
    /// Somebody switched the second step of signing in on.
    SecondFactorOn,
    /// Somebody switched the second step of signing in off.
    SecondFactorOff,
    /// The event was changed; its disclosure policy is in the detail.
    EventChanged,
    /// A package was made.
    PackageCreated,
    /// A package was changed.
    PackageChanged,
    /// An exhibitor was added.
    ExhibitorCreated,
    /// An exhibitor was changed: its package, terms, visibility or name.
    ExhibitorChanged,
    /// An exhibitor was deleted with its space.
    ExhibitorDeleted,
    /// Somebody was added to a team.
    MemberAdded,
    /// A team member was changed.
    MemberChanged,
    /// A team member was removed.
    MemberRemoved,
    /// An invitation was taken back: a team member's, or to the organizer.
    InvitationRevoked,
    /// Somebody was asked to join the organizer.
    OrganizerMemberInvited,
    /// Somebody joined the organizer.
    OrganizerMemberJoined,
    /// Somebody of the organizer got another role.
    OrganizerMemberChanged,
    /// Somebody was removed from the organizer, whose access ended.
    OrganizerMemberRemoved,
    /// The moments of the event were changed.
    PhasesChanged,
    /// The menu of the partner space was changed.
    PartnerMenuChanged,
    /// A mail was sent to the teams of the event.
    TeamsMailed,
    /// What an exhibitor asks at the stand was changed.
    FormSaved,
    /// What is asked of team members was changed.
    TeamFormSaved,
    /// The members of all teams were taken along as a table.
    TeamsExported,
    /// The fields of the exhibitors' profiles were changed.
    ProfileFormChanged,
    /// What an exhibitor shows of itself was changed.
    ProfileChanged,
    /// A device's access was ended.
    DeviceRevoked,
    /// A device was marked lost.
    DeviceLost,
    /// A registration was corrected at the desk.
    RegistrationChanged,
    /// An attendee named another e-mail address for exhibitors, or took it back; which one is not told.
    ExhibitorEmailChanged,
    /// The desk made a secret link for an attendee: to their side of things, or to their calendar.
    AttendeeLinkMade,
    /// Two registrations were merged into one.
    RegistrationsMerged,
    /// Somebody got a new badge.
    BadgeReissued,
    /// A badge was ended.
    BadgeRevoked,
    /// A badge was given to whoever wears it.
    BadgeAssigned,
    /// A code that nobody knew got its person.
    CodeAssigned,
    /// A device's scans went to the exhibitor that they belong to.
    ScansMoved,
    /// A capture that lay aside was taken in.
    CaptureReleased,
    /// A capture that lay aside was put away.
    CaptureDiscarded,
    /// An exhibitor's leads were opened again after they were closed.
    LeadsReopened,
    /// Two people who wore each other's badges got their own.
    BadgesSwapped,
    /// A phone's rescue file was taken in.
    RescueTakenIn,
    /// The help desk took something back.
    DeskActionUndone,
    /// An exhibitor was reminded of what it has not done yet.
    ExhibitorReminded,
    /// An event was made after another one.
    EventDuplicated,
    /// An organizer's member looked at an exhibitor's leads.
    LeadsRead,
    /// Somebody read a long list of the people who are registered, or their badges.
    RegistrationsRead,
    /// Leads were exported.
    LeadsExported,
    /// Somebody of the organizer began to look at a space as one of its members sees it.
    ViewBegun,
    /// They left the view.
    ViewLeft,
    /// An attendee asked to be erased.
    ErasureAsked,
    /// The organiser erased an attendee.
    Erased,
    /// For how long contacts are kept was changed.
    RetentionChanged,
    /// The exhibitors were told when contacts are removed.
    RetentionNoticed,
    /// The contacts of an event were removed, its time being over.
    ContactsRemoved,
}

impl Action {
    /// The name that is stored and hashed.
    pub fn code(self) -> String {
        json!(self).as_str().unwrap_or_default().to_owned()
    }
}

/// What is to be remembered.
#[derive(Debug, Clone)]
pub struct NewEntry {
    /// What was done.
    pub action: Action,
    /// By whom; none: by the server's own command line.
    pub actor: Option<AccountId>,
    /// In whose space.
    pub exhibitor: Option<ExhibitorId>,
    /// To what: a member, a device, a package, an export …
    pub subject: Option<Uuid>,
    /// What may be personal: names, and what was there before and after.
    pub detail: Value,
}

impl NewEntry {
    /// An entry of an event.
    pub fn new(action: Action, actor: Option<AccountId>, subject: Option<Uuid>) -> Self {
        // The command line acts as nobody in particular.
        let actor = actor.filter(|actor| !actor.0.is_nil());
        Self { action, actor, exhibitor: None, subject, detail: json!({}) }
    }

    /// In an exhibitor's space, whose admins see it too.
    #[must_use]
    pub fn at(self, exhibitor: ExhibitorId) -> Self {
        Self { exhibitor: Some(exhibitor), ..self }
    }

    /// With what may be personal.
    #[must_use]
    pub fn with(self, detail: Value) -> Self {
        Self { detail, ..self }
    }
}

/// The chain of what belongs to no event.
pub const SERVER: EventId = EventId(Uuid::nil());

/// Appends to an event's chain, as one of the last writes before the commit, but before the feed's:
/// whoever appends too waits.
pub async fn append(app: &App, tx: &mut Tx, event: EventId, new: &NewEntry) -> Result<(), StorageError> {
    let (seq, before) = store::next(tx, event).await?;
    let (salt, detail) = (app.random::<16>(), new.detail.to_string());
    let entry = chain::Entry {
        event,
        seq,
        at: app.now(),
        action: new.action.code(),
        actor: new.actor.map(|actor| actor.0),
        exhibitor: new.exhibitor.map(|exhibitor| exhibitor.0),
        subject: new.subject,
        detail_hash: chain::detail_hash(&salt, &detail),
    };
    let hash = entry.hash(&before);
    store::insert(tx, &entry, &hash).await?;
    store::insert_detail(tx, event, seq, &salt, &detail).await?;
    store::set_head(tx, event, &hash).await
}

/// Who looked at whose leads or at which event's people lately, so that a page that asks every second is one entry a minute.
#[derive(Debug, Default)]
pub struct RecentReads(Mutex<HashMap<(AccountId, Uuid, &'static str), Timestamp>>);

const READ_MICROS: i64 = 60_000_000;
const MOST_READS: usize = 10_000;

impl RecentReads {
    /// Whether this is the first look within a minute.
    fn is_new(&self, key: (AccountId, Uuid, &'static str), now: Timestamp) -> bool {
        let mut reads = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if reads.len() >= MOST_READS {
            reads.retain(|_, at| now.micros_since(*at) < READ_MICROS);
        }
        let is_known = reads.get(&key).is_some_and(|at| (0..READ_MICROS).contains(&now.micros_since(*at)));
        if !is_known {
            reads.insert(key, now);
        }
        !is_known
    }
}

/// Remembers that somebody of the organizer looks at an exhibitor's leads; the exhibitor's own people
/// may look as often as they like. `what` says how: `list`, `lead`, `history` or `stream`.
pub async fn read(app: &App, scope: &ExhibitorScope, what: &'static str) -> Result<(), StorageError> {
    let is_of_team = scope.member().is_some() && scope.view().is_none();
    let Some(account) = scope.account().filter(|_| !is_of_team) else { return Ok(()) };
    if !app.reads.is_new((account, scope.exhibitor().0, what), app.now()) {
        return Ok(());
    }
    let entry = NewEntry::new(Action::LeadsRead, Some(account), None).at(scope.exhibitor()).with(json!({"what": what}));
    let mut tx = app.write().await?;
    append(app, &mut tx, scope.event(), &entry).await?;
    tx.commit(&app.hub).await
}

/// People on one page from which on it is a bulk read: more than a desk needs to find somebody.
const BULK: usize = 50;

/// Remembers that somebody reads so many of an event's people at once, in a list or on badges to print.
pub async fn read_people(app: &App, scope: &DeskScope, count: usize) -> Result<(), StorageError> {
    let entry = NewEntry::new(Action::RegistrationsRead, Some(scope.account()), None);
    bulk_read(app, scope.event(), (scope.event().0, "people"), entry, count).await
}

/// The same of people who are no leads of the exhibitor's: its contact list, its team's badges. `what` says which.
pub async fn read_people_at(
    app: &App,
    scope: &ExhibitorScope,
    what: &'static str,
    count: usize,
) -> Result<(), StorageError> {
    let entry = NewEntry::new(Action::RegistrationsRead, scope.account(), None).at(scope.exhibitor());
    bulk_read(app, scope.event(), (scope.exhibitor().0, what), entry.with(json!({"what": what})), count).await
}

async fn bulk_read(
    app: &App,
    event: EventId,
    (place, what): (Uuid, &'static str),
    mut entry: NewEntry,
    count: usize,
) -> Result<(), StorageError> {
    let Some(account) = entry.actor.filter(|_| count >= BULK) else { return Ok(()) };
    if !app.reads.is_new((account, place, what), app.now()) {
        return Ok(());
    }
    entry.detail["rows"] = json!(count);
    let mut tx = app.write().await?;
    append(app, &mut tx, event, &entry).await?;
    tx.commit(&app.hub).await
}

/// A hash as people compare it: hexadecimal digits.
pub fn hex(hash: &[u8]) -> String {
    use std::fmt::Write as _;
    hash.iter().fold(String::with_capacity(2 * hash.len()), |mut text, byte| {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Walks every chain and says of each how long it is, or where it breaks; those too that there must have been.
pub async fn verify(app: &App, _: SystemScope) -> Result<Vec<Verified>, StorageError> {
    let mut tx = app.read().await?;
    let heads = store::heads(&mut tx).await?;
    let mut verified = Vec::with_capacity(heads.len());
    for head in heads {
        let mut walk = chain::Walk::begin(head.event_id);
        loop {
            let rows = store::after(&mut tx, head.event_id, walk.seq(), 1000).await?;
            let is_last = rows.len() < 1000;
            for row in &rows {
                walk.step(row);
            }
            if is_last {
                break;
            }
        }
        verified.push(walk.end(head.seq, &head.hash));
    }
    let gone = store::headless(&mut tx).await?;
    verified.extend(gone.into_iter().map(|event| chain::Walk::begin(event).gone()));
    tx.done().await?;
    Ok(verified)
}
