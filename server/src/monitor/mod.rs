//! The organiser's live monitor: who scans, who does not, and which phones hold scans that have not
//! arrived. Its messages have no room for an attendee's personal data.

pub mod halls;
pub mod page;
mod scans;
pub mod states;
pub mod store;
mod told;
pub mod wall;

use crate::access::{ExhibitorScope, MonitorScope};
use crate::app::App;
use crate::events::cache::{EventInfo, booth_label};
use crate::feed::audience::AudienceKey;
use crate::leads::store::counted;
use crate::problem::Problem;
use crate::storage::Tx;
use mobile_core::reason::Reason;
use mobile_core::wire::Frame;
use mobile_core::wire::frames::{DeviceStatus, ExhibitorStats, MonitorStats};
use std::time::Duration;
use told::Told;

/// How long the first look at an event may take.
const FIRST_LOOK: Duration = Duration::from_secs(5);

/// An event as its monitor shows it.
#[derive(Debug)]
pub struct Snapshot {
    /// The head of the feed read before the rest: connect with `since=seq`.
    pub seq: u64,
    /// The totals.
    pub stats: MonitorStats,
    /// Every exhibitor that is no test.
    pub exhibitors: Vec<ExhibitorStats>,
    /// Every device of theirs and of the organiser's that may scan or still holds scans.
    pub devices: Vec<DeviceStatus>,
}

/// The states that a subscriber of the monitor would get now. Joins the monitor's audience for a
/// moment, so that the numbers are counted once for all who look.
pub async fn snapshot(app: &App, scope: &MonitorScope) -> Result<Snapshot, Problem> {
    let mut tx = app.read().await?;
    let seq = crate::feed::store::head(&mut tx, scope.event()).await?;
    tx.done().await?;
    let (_feed, mut subscription) = app.hub.join(app, scope.event(), AudienceKey::Monitor, seq);
    let deadline = tokio::time::Instant::now() + FIRST_LOOK;
    let mut exhibitors = Vec::new();
    let mut devices = Vec::new();
    let stats = loop {
        subscription.moved.mark_unchanged();
        let states = subscription.audience.states();
        let told = states.iter().filter_map(|state| serde_json::from_str::<Told>(state).ok());
        let mut totals = None;
        for told in told.filter(|told| !told.is_gone) {
            match told.frame {
                Frame::MonitorStats(stats) => totals = Some(stats),
                Frame::ExhibitorStats(stats) => exhibitors.push(stats),
                Frame::DeviceStatus(status) => devices.push(status),
                _ => {}
            }
        }
        if let Some(stats) = totals {
            break stats;
        }
        exhibitors.clear();
        devices.clear();
        if tokio::time::timeout_at(deadline, subscription.moved.changed()).await.is_err() {
            return Err(Problem::new(Reason::Unavailable, "The totals are being counted. Try again in a moment."));
        }
    };
    Ok(Snapshot { seq, stats, exhibitors, devices })
}

/// The totals of one exhibitor, read now; scans within the last minute come with its stream.
pub async fn exhibitor_stats(app: &App, scope: &ExhibitorScope) -> Result<ExhibitorStats, Problem> {
    let info = app.events.info(app, scope.event()).await?;
    let mut tx = app.read().await?;
    let stats = exhibitor_stats_within(&mut tx, scope, &info).await?;
    tx.done().await?;
    Ok(stats)
}

/// The same within a read that goes on.
pub async fn exhibitor_stats_within(
    tx: &mut Tx,
    scope: &ExhibitorScope,
    info: &EventInfo,
) -> Result<ExhibitorStats, Problem> {
    let only = Some(scope.exhibitor());
    let own = store::exhibitors(tx, scope.event(), only).await?.pop().ok_or_else(Problem::not_found)?;
    let devices = store::devices(tx, scope.event(), only).await?;
    let (scans, leads, last_scan_at) = counted::of_space(tx, scope.event(), scope.space(), &info.phases).await?;
    Ok(ExhibitorStats {
        exhibitor_id: own.id,
        name: own.name,
        booth: own.hall.zip(own.number).map(|(hall, number)| booth_label(&hall, &number)),
        scans: scans as u64,
        leads: leads as u64,
        scans_last_minute: 0,
        last_scan_at,
        devices: devices.iter().filter(|device| !device.is_revoked).count() as u64,
        not_yet_sent: devices.iter().map(|device| device.not_yet_sent).sum(),
    })
}
