//! Two registrations that are one person: badges of both stay valid and stand for the one who stays,
//! leads fold together, and the stricter consent wins.

use super::{ActionRow, Carried, Deed, Doer, Kind, built_upon, read, remember, store, tell};
use crate::access::DeskScope;
use crate::app::App;
use crate::audit::Action;
use crate::captures::{self, Surroundings};
use crate::consent;
use crate::feed::{EntryKind, NewEntry};
use crate::leads::{self, Joined, Owner};
use crate::meetings::{self, merging::CalledOff};
use crate::networking;
use crate::problem::Problem;
use crate::registrations::merging::{self, Absorbed};
use crate::sessions::attendance::corrections;
use crate::storage::Tx;
use mobile_core::ids::{RegistrationId, SessionId};
use mobile_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What merging would change.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct MergePreview {
    /// The registration that stays.
    pub registration_id: RegistrationId,
    /// The one that it takes in.
    pub merged_id: RegistrationId,
    /// Leads of the one that goes: each becomes the other person's.
    pub leads: u64,
    /// Of those, in spaces that met both: there two leads become one.
    pub joined_leads: u64,
    /// The category afterwards, the stricter of the two.
    pub category: String,
    /// Meetings that will be called off, because the other one has a meeting at the same time that was
    /// agreed on, or asked for, before.
    pub meetings_at_once: u64,
}

/// What taking a merge back needs.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Merged {
    from: RegistrationId,
    into: RegistrationId,
    absorbed: Absorbed,
    carried: Carried,
    marks: Vec<(SessionId, Uuid)>,
    consents: Vec<Uuid>,
    joined: Vec<Joined>,
    #[serde(default)]
    called_off: Vec<CalledOff>,
    #[serde(default)]
    connections: networking::merging::Carried,
}

impl Merged {
    /// Whether one who went had signed up for a session that another one had signed up for.
    fn signs_up_for(&self, other: &Self) -> bool {
        let theirs = &other.carried.signups.0;
        self.carried.signups.0.iter().any(|own| theirs.iter().any(|row| row.0 == own.0))
    }
}

/// Says what merging would change, and changes nothing.
pub async fn preview(
    app: &App,
    scope: &DeskScope,
    into: RegistrationId,
    from: RegistrationId,
) -> Result<MergePreview, Problem> {
    let mut tx = app.read().await?;
    let union = merging::union(app, &mut tx, scope, from, into).await?;
    let preview = looked_at(&mut tx, scope, (from, into), (union.registration.category, app.now())).await?;
    tx.done().await?;
    Ok(preview)
}

async fn looked_at(
    tx: &mut Tx,
    scope: &DeskScope,
    (from, into): (RegistrationId, RegistrationId),
    (category, now): (String, Timestamp),
) -> Result<MergePreview, Problem> {
    let (leads, joined) = store::leads_of(tx, scope, from, into, None).await?;
    Ok(MergePreview {
        registration_id: into,
        merged_id: from,
        leads: leads as u64,
        joined_leads: joined as u64,
        category,
        meetings_at_once: meetings::merging::clashes(tx, scope.event(), from, into, now).await?.len() as u64,
    })
}

/// Merges one registration into another. Gives the deed, by which it can be taken back.
pub async fn merge(
    app: &App,
    scope: &DeskScope,
    into: RegistrationId,
    from: RegistrationId,
) -> Result<(Uuid, MergePreview), Problem> {
    let event = scope.event();
    let around = Surroundings::load(app, event).await?;
    let info = around.info.clone();
    let mut tx = app.write().await?;
    // Waits for scans under way: theirs go to the lead that they know.
    tx.changes_badges(event).await?;
    let union = merging::union(app, &mut tx, scope, from, into).await?;
    let preview = looked_at(&mut tx, scope, (from, into), (union.registration.category.clone(), app.now())).await?;
    merging::absorb(app, &mut tx, scope, from, union.registration).await?;
    let consents = consent::join(app, &mut tx, event, from, into).await?;
    let (marks, mut entries) = corrections::transfer(app, &mut tx, &info, from, into).await?;
    let (called_off, told) = meetings::merging::call_off(app, &mut tx, &info, (from, into)).await?;
    entries.extend(told);
    let carried = store::carry(&mut tx, event, (from, into), app.now()).await?;
    let connections = networking::merging::carry(&mut tx, event, (from, into), app.now()).await?;
    let (joined, told) = leads::join(app, &mut tx, event, from, into).await?;
    entries.extend(told);
    entries.extend(captures::note(app, &mut tx, &around, &connections.annulments(app, (from, into))).await?);
    entries.extend(leads::rehear(app, &mut tx, event, into, (union.kind, true)).await?);
    let undo =
        Merged { from, into, absorbed: union.absorbed, carried, marks, consents, joined, called_off, connections };
    let deed = Deed {
        id: app.new_id(),
        kind: Kind::Merge,
        action: Action::RegistrationsMerged,
        exhibitor: None,
        subject: into.0,
        leads: preview.leads,
        undo: &undo,
    };
    let id = deed.id;
    remember(app, &mut tx, Doer { event, account: Some(scope.account()) }, deed).await?;
    tell(&mut tx, event, &entries).await?;
    tx.commit(&app.hub).await?;
    Ok((id, preview))
}

/// Makes two people of one again: what each had is theirs, and what was captured since with a badge
/// goes with the badge.
pub(super) async fn undo(
    app: &App,
    tx: &mut Tx,
    scope: &DeskScope,
    around: &Surroundings,
    row: &ActionRow,
) -> Result<Vec<NewEntry>, Problem> {
    let was: Merged = read(row)?;
    let (event, info) = (scope.event(), &around.info);
    let both = (was.from, was.into);
    // Of what three people signed up for one row is left: taken apart the other way round than it was joined.
    for later in store::merges_since(tx, event, (was.into, row.created_at)).await? {
        let later: Merged = read(&later)?;
        if later.signs_up_for(&was) {
            return Err(built_upon());
        }
    }
    if !merging::release(app, tx, scope, both, &was.absorbed).await? {
        return Err(built_upon());
    }
    consent::unjoin(app, tx, event, both, (&was.consents, row.created_at)).await?;
    store::give_back(tx, event, both, &was.carried, app.now()).await?;
    let connected = networking::merging::give_back(app, tx, event, both, &was.connections).await?;
    let mut entries = corrections::hand_over(app, tx, info, &was.marks, (was.into, was.from)).await?;
    entries.extend(meetings::merging::bring_back(app, tx, info, &was.called_off).await?);
    let badges = store::codes_of(tx, event, &was.carried.badges).await?;
    let owner = (Owner::Person(was.from), was.into);
    entries.extend(leads::part(app, tx, event, &was.joined, owner, &badges).await?);
    entries.extend(captures::note(app, tx, around, &connected).await?);
    entries.extend(leads::rehear(app, tx, event, was.into, (EntryKind::Updated, false)).await?);
    Ok(entries)
}
