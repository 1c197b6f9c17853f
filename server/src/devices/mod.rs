//! Devices: phones and readers paired to an exhibitor, or to the organizer for doors and desks.
//!
//! Pairing is in [`pairing`], the number of devices that an exhibitor may have in `licences`. Ending
//! a device's access ends its reading within a second and not its delivery: for 30 days it may still hand in what it captured before (design rule 6).

pub mod api;
mod licences;
pub mod page;
pub mod pairing;
pub mod store;

pub use licences::{Licences, freed_at};

use crate::access::{CrewScope, DeskScope, DeviceAdminScope, EventAdminScope, ScannerScope};
use crate::app::App;
use crate::audit::{self, Action, NewEntry};
use crate::captures::Settled;
use crate::feed;
use crate::paging::{Page, PageParams};
use crate::problem::Problem;
use crate::rights;
use crate::storage::{StorageError, Tx};
use mobile_core::ids::{AccountId, DeviceId, EventId, ExhibitorId, SpaceId};
use mobile_core::time::Timestamp;
use serde_json::json;
use std::collections::HashMap;
pub use store::mark_tested;
use store::{DeviceRow, QueueRow};

/// The proof that somebody may manage the devices of one exhibitor, or those of the event's doors.
#[derive(Debug, Clone, Copy)]
pub struct DevicePark {
    event: EventId,
    exhibitor: Option<ExhibitorId>,
    account: Option<AccountId>,
}

impl DevicePark {
    /// Of whom a pairing code is: holding it is the proof.
    fn of_code(code: &store::CodeRow) -> Self {
        Self { event: code.event_id, exhibitor: code.exhibitor_id, account: None }
    }

    /// The doors', of one of which the device itself asks.
    pub(crate) fn of_door(scope: &ScannerScope) -> Self {
        Self { event: scope.event(), exhibitor: None, account: None }
    }

    /// An exhibitor's, as the help desk looks at it; only where the role includes it.
    pub(crate) fn at_desk(scope: &DeskScope, exhibitor: ExhibitorId) -> Self {
        Self { event: scope.event(), exhibitor: Some(exhibitor), account: Some(scope.account()) }
    }

    /// The event.
    pub fn event(&self) -> EventId {
        self.event
    }

    /// The exhibitor; none for the event's doors.
    pub fn exhibitor(&self) -> Option<ExhibitorId> {
        self.exhibitor
    }

    /// Where the devices deliver to.
    pub fn space(&self) -> SpaceId {
        self.exhibitor.map_or_else(|| self.event.into(), SpaceId::from)
    }
}

impl From<&DeviceAdminScope> for DevicePark {
    fn from(scope: &DeviceAdminScope) -> Self {
        Self { event: scope.event(), exhibitor: Some(scope.exhibitor()), account: scope.account() }
    }
}

impl From<&CrewScope> for DevicePark {
    fn from(scope: &CrewScope) -> Self {
        Self { event: scope.event(), exhibitor: Some(scope.exhibitor()), account: scope.account() }
    }
}

impl From<&EventAdminScope> for DevicePark {
    fn from(scope: &EventAdminScope) -> Self {
        Self { event: scope.event(), exhibitor: None, account: Some(scope.account()) }
    }
}

/// What a device's queues tell of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DeviceState {
    /// Captures it holds that have not arrived, as of its last heartbeat.
    pub not_yet_sent: u64,
    /// When it was last heard of.
    pub last_seen_at: Option<Timestamp>,
    /// How far its clock is behind the server's, in microseconds.
    pub clock_offset_us: Option<i64>,
}

impl DeviceState {
    fn add(&mut self, queue: &QueueRow) {
        let settled = Settled::read(queue.contiguous_seq.unsigned_abs(), &queue.ahead);
        self.not_yet_sent += settled.open(queue.last_device_seq.unsigned_abs());
        if self.last_seen_at < Some(queue.seen_at) {
            self.last_seen_at = Some(queue.seen_at);
            self.clock_offset_us = Some(queue.clock_offset_us);
        }
    }
}

/// The devices in the order in which they were paired, with what their queues tell.
pub async fn list(app: &App, park: &DevicePark, page: &PageParams) -> Result<Page<(DeviceRow, DeviceState)>, Problem> {
    let (limit, after) = (page.limit()?, page.after::<DeviceId>()?);
    let mut tx = app.read().await?;
    let seq = feed::store::head(&mut tx, park.event).await?;
    let page = Page::of(store::list(&mut tx, park, after, limit + 1).await?, limit, seq, |row| row.id);
    let ids: Vec<DeviceId> = page.items.iter().map(|row| row.id).collect();
    let states = states(store::queues_of(&mut tx, park, &ids).await?);
    tx.done().await?;
    Ok(page.map(|row| {
        let state = states.get(&row.id).copied().unwrap_or_default();
        (row, state)
    }))
}

/// The licences of an exhibitor; none for doors, which need none.
pub async fn licences(app: &App, park: &DevicePark) -> Result<Option<Licences>, Problem> {
    let mut tx = app.read().await?;
    let counted = licences::count(&mut tx, park, app.now()).await?;
    tx.done().await?;
    Ok(counted)
}

/// What is known of the devices of an event, or of one of its exhibitors, that were heard of.
pub async fn heard_of(
    tx: &mut Tx,
    event: EventId,
    only: Option<ExhibitorId>,
) -> Result<HashMap<DeviceId, DeviceState>, StorageError> {
    Ok(states(store::queues_of_event(tx, event, only).await?))
}

fn states(queues: Vec<QueueRow>) -> HashMap<DeviceId, DeviceState> {
    let mut states: HashMap<DeviceId, DeviceState> = HashMap::new();
    for queue in queues {
        states.entry(queue.device_id).or_default().add(&queue);
    }
    states
}

/// One device.
pub async fn get(app: &App, park: &DevicePark, device: DeviceId) -> Result<DeviceRow, Problem> {
    let mut tx = app.read().await?;
    let row = store::find(&mut tx, park, device).await?.ok_or_else(Problem::not_found)?;
    tx.done().await?;
    Ok(row)
}

/// How a device's access ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// It is not used here any more.
    Revoked,
    /// Nobody knows who holds it: what it delivers goes to quarantine.
    Lost,
}

/// Ends a device's access; what ended before stays as it was.
pub async fn end(
    app: &App,
    park: &DevicePark,
    device: DeviceId,
    ending: Ending,
) -> Result<(DeviceRow, DeviceState), Problem> {
    let now = app.now();
    let mut tx = app.write().await?;
    if !store::end(&mut tx, park, device, ending, now).await? {
        return Err(Problem::not_found());
    }
    let row = store::find(&mut tx, park, device).await?.ok_or_else(Problem::not_found)?;
    let state = states(store::queues_of(&mut tx, park, &[device]).await?).remove(&device).unwrap_or_default();
    let action = match ending {
        Ending::Revoked => Action::DeviceRevoked,
        Ending::Lost => Action::DeviceLost,
    };
    let detail = json!({"name": row.name, "not_yet_sent": state.not_yet_sent});
    let entry = NewEntry::new(action, park.account, Some(device.0)).with(detail);
    let entry = park.exhibitor.map_or(entry.clone(), |exhibitor| entry.at(exhibitor));
    audit::append(app, &mut tx, park.event, &entry).await?;
    rights::commit(app, tx, park.event, park.space(), device.0).await?;
    Ok((row, state))
}
