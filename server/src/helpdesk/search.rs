//! One search for whatever somebody at the counter names: a booth, a company, a person, an e-mail, a
//! badge number, a phone.

use super::store;
use crate::access::{Capability, DeskScope};
use crate::app::App;
use crate::devices::{self, DevicePark, DeviceState, Licences};
use crate::events::cache::booth_label;
use crate::packages::Terms;
use crate::problem::Problem;
use crate::registrations::folding::fold;
use crate::registrations::view::RegisteredPerson;
use crate::registrations::{self, Registered};
use crate::storage::Tx;
use crate::storage::cursor::MAX_LIMIT;
use mobile_core::ids::{DeviceId, ExhibitorId, RegistrationId, TeamMemberId};
use mobile_core::time::Timestamp;
use serde::Serialize;
use std::collections::HashMap;

/// People and exhibitors that are shown; whoever sees more types another word.
const PEOPLE: u32 = 20;
const EXHIBITORS: usize = 5;

/// What was found.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Found {
    /// Registered people.
    pub people: Vec<FoundPerson>,
    /// Exhibitors, by their own name or booth, or by somebody or a device of theirs.
    pub exhibitors: Vec<FoundExhibitor>,
}

/// A registered person.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct FoundPerson {
    /// The registration.
    #[serde(flatten)]
    pub person: RegisteredPerson,
    /// Exhibitors that have this person as a lead: what a correction changes.
    pub leads: u64,
    /// What the registration is, for pages.
    #[serde(skip)]
    pub registered: Registered,
}

/// An exhibitor.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct FoundExhibitor {
    /// The exhibitor.
    pub id: ExhibitorId,
    /// Its name.
    pub name: String,
    /// Its booths.
    pub booths: Vec<String>,
    /// Its package.
    pub package: Option<String>,
    /// Devices that hold a licence now; only for those who may manage devices.
    pub licences_taken: Option<u64>,
    /// Devices that may; null: as many as are wanted.
    pub licences: Option<u32>,
    /// Its people; only for those who may manage teams.
    pub team: Vec<FoundMember>,
    /// Its devices; only for those who may manage devices.
    pub devices: Vec<FoundDevice>,
    /// Captures of it that lie aside.
    pub aside: u64,
    /// What it agreed on beyond its package, for pages.
    #[serde(skip)]
    pub terms: Terms,
    /// Rises with every change, for pages.
    #[serde(skip)]
    pub version: i64,
}

/// Somebody of an exhibitor's team.
#[derive(Debug, Clone, Serialize, sqlx::FromRow, utoipa::ToSchema)]
pub struct FoundMember {
    /// The member.
    pub id: TeamMemberId,
    /// Whose.
    pub exhibitor_id: ExhibitorId,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// E-mail address.
    pub email: String,
    /// Whether they have accepted their invitation.
    pub has_accepted: bool,
    /// Whether they may do everything in the space.
    pub is_admin: bool,
}

/// A device of an exhibitor.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct FoundDevice {
    /// The device.
    pub id: DeviceId,
    /// What it is called.
    pub name: String,
    /// Captures that it holds.
    pub not_yet_sent: u64,
    /// When it was last heard of.
    pub last_seen_at: Option<Timestamp>,
    /// Whether its access has ended.
    pub has_ended: bool,
}

/// Looks for all of it.
pub async fn search(app: &App, scope: &DeskScope, q: &str) -> Result<Found, Problem> {
    let wanted = fold(q);
    if wanted.is_empty() {
        return Ok(Found { people: Vec::new(), exhibitors: Vec::new() });
    }
    let people = registrations::list(app, scope, q, None, PEOPLE).await?.items;
    let ids: Vec<RegistrationId> = people.iter().map(|person| person.registration.id).collect();
    let mut tx = app.read().await?;
    let leads = store::lead_counts(&mut tx, scope, &ids).await?;
    let mut exhibitors = matching(&mut tx, scope, &wanted).await?;
    tx.done().await?;
    for exhibitor in &mut exhibitors {
        complete(app, scope, exhibitor).await?;
    }
    let shown = |registered: Registered| FoundPerson {
        leads: leads.get(&registered.registration.id).copied().unwrap_or(0) as u64,
        person: RegisteredPerson::from(registered.clone()),
        registered,
    };
    Ok(Found { people: people.into_iter().map(shown).collect(), exhibitors })
}

/// The exhibitors of which all words occur in one line about them: name and booth, a person, a phone.
async fn matching(tx: &mut Tx, scope: &DeskScope, wanted: &str) -> Result<Vec<FoundExhibitor>, Problem> {
    let words: Vec<&str> = wanted.split(' ').collect();
    let has_all = |line: &str| {
        let line = fold(line);
        words.iter().all(|word| line.contains(word))
    };
    let mut lines: HashMap<ExhibitorId, Vec<String>> = HashMap::new();
    let mut booths: HashMap<ExhibitorId, Vec<String>> = HashMap::new();
    for (exhibitor, hall, number) in store::booths(tx, scope).await? {
        booths.entry(exhibitor).or_default().push(booth_label(&hall, &number));
    }
    let mut team: HashMap<ExhibitorId, Vec<FoundMember>> = HashMap::new();
    if scope.role().may(Capability::TeamManage) {
        for member in store::members(tx, scope).await? {
            let line = format!("{} {} {}", member.first_name, member.last_name, member.email);
            lines.entry(member.exhibitor_id).or_default().push(line);
            team.entry(member.exhibitor_id).or_default().push(member);
        }
    }
    if scope.role().may(Capability::DeviceManage) {
        for (exhibitor, name) in store::device_names(tx, scope).await? {
            lines.entry(exhibitor).or_default().push(name);
        }
    }
    let aside: HashMap<_, _> = crate::captures::store::later::aside_by_space(tx, scope.event())
        .await?
        .into_iter()
        .map(|(space, count, _)| (space.0, count as u64))
        .collect();
    let mut found = Vec::new();
    for row in store::exhibitors(tx, scope).await? {
        let stands = booths.remove(&row.id).unwrap_or_default();
        let own = format!("{} {}", row.name, stands.join(" "));
        if !has_all(&own) && !lines.get(&row.id).is_some_and(|lines| lines.iter().any(|line| has_all(line))) {
            continue;
        }
        found.push(FoundExhibitor {
            id: row.id,
            name: row.name,
            booths: stands,
            package: row.package,
            licences_taken: None,
            licences: None,
            team: team.remove(&row.id).unwrap_or_default(),
            devices: Vec::new(),
            aside: aside.get(&row.id.0).copied().unwrap_or(0),
            terms: row.terms.0,
            version: row.version,
        });
        if found.len() == EXHIBITORS {
            break;
        }
    }
    Ok(found)
}

async fn complete(app: &App, scope: &DeskScope, exhibitor: &mut FoundExhibitor) -> Result<(), Problem> {
    if !scope.role().may(Capability::DeviceManage) {
        return Ok(());
    }
    let park = DevicePark::at_desk(scope, exhibitor.id);
    let page = crate::paging::PageParams { limit: Some(MAX_LIMIT), cursor: None };
    let listed = devices::list(app, &park, &page).await?;
    let device = |(row, state): (devices::store::DeviceRow, DeviceState)| FoundDevice {
        id: row.id,
        name: row.name,
        not_yet_sent: state.not_yet_sent,
        last_seen_at: state.last_seen_at,
        has_ended: row.revoked_at.or(row.lost_at).is_some(),
    };
    exhibitor.devices = listed.items.into_iter().map(device).collect();
    // One that has ended may have scanned at the wrong stand before; it comes after those that are in use.
    exhibitor.devices.sort_by_key(|device| device.has_ended && device.not_yet_sent == 0);
    if let Some(Licences { taken, limit, .. }) = devices::licences(app, &park).await? {
        exhibitor.licences_taken = Some(taken as u64);
        exhibitor.licences = limit;
    }
    Ok(())
}
