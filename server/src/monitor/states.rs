//! The states that live pages show beside the feed: devices, exhibitors and totals, at most once a
//! second and only what changed.

use super::store::{self, ExhibitorRow};
use super::wall::WallStats;
use crate::app::App;
use crate::events::cache::booth_label;
use crate::feed::audience::AudienceKey;
use crate::feed::hub::EventFeed;
use crate::feed::render::text;
use crate::storage::StorageError;
use axum::extract::ws::Utf8Bytes;
use mobile_core::ids::{ExhibitorId, SpaceId};
use mobile_core::time::Timestamp;
use mobile_core::wire::Frame;
use mobile_core::wire::frames::{DeviceStatus, ExhibitorStats, MonitorStats, RefusedStats, RoomStats};
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

const EVERY: Duration = Duration::from_secs(1);
/// Counting people takes a walk over the event's leads, so it is done less often.
const PEOPLE_EVERY: u32 = 5;
const MINUTE: i64 = 60_000_000;
/// Minutes of the chart.
const MINUTES: i64 = 60;
const PAGE: i64 = 5000;
/// Doors open so long before a session begins.
const SOON: i64 = 30 * MINUTE;

/// Keeps the states of one event for as long as someone listens, beside the feed's reader of that turn: the
/// next reader has states of its own.
pub async fn run(app: App, feed: Arc<EventFeed>, turn: u64) {
    let mut stopping = app.stopping();
    let mut tally = Tally::default();
    while feed.is_read(turn) {
        if let Err(error) = tally.refresh(&app, &feed).await {
            tracing::debug!(%error, "the monitor's totals could not be read; trying again");
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = crate::app::stopped(&mut stopping) => return,
        }
    }
}

/// What is known of an event from the last look.
#[derive(Debug, Default)]
struct Tally {
    is_begun: bool,
    position: u64,
    /// Minutes since 1970 and scans in them, the newest last.
    minutes: VecDeque<(i64, HashMap<SpaceId, u64>)>,
    spaces: HashMap<SpaceId, (i64, i64, Option<Timestamp>)>,
    people: (i64, i64),
    revoked_seen: i64,
    refused: Vec<(String, i64)>,
    rooms: Vec<store::RoomRow>,
    scans_of_days: HashMap<(String, SpaceId), u64>,
    looks: u32,
    /// Something moved since people were counted.
    is_due: bool,
}

impl Tally {
    async fn refresh(&mut self, app: &App, feed: &EventFeed) -> Result<(), StorageError> {
        let audiences = feed.audiences();
        if audiences.is_empty() {
            return Ok(());
        }
        let info = app.events.info(app, feed.event).await?;
        let zone = info.zone();
        let now = app.now();
        let mut tx = app.read().await?;
        let exhibitors = store::exhibitors(&mut tx, feed.event, None).await?;
        let devices = store::devices(&mut tx, feed.event, None).await?;
        let head = crate::feed::store::head(&mut tx, feed.event).await?;
        let moved = head > self.position || !self.is_begun;
        let mut touched = HashSet::new();
        loop {
            let scans = store::scans_after(&mut tx, feed.event, self.position, PAGE).await?;
            for scan in &scans {
                self.position = scan.seq as u64;
                touched.insert(scan.space_id);
                if info.phases.is_build_up(scan.at) {
                    continue;
                }
                self.count(scan, now);
                let day = jiff::Timestamp::from_microsecond(scan.at.as_micros()).unwrap_or_default();
                let day = day.to_zoned(zone.clone()).date().to_string();
                *self.scans_of_days.entry((day, scan.space_id)).or_default() += 1;
            }
            if (scans.len() as i64) < PAGE {
                break;
            }
        }
        for exhibitor in &exhibitors {
            let space = SpaceId::from(exhibitor.id);
            if !self.is_begun || touched.contains(&space) {
                self.spaces.insert(space, store::space_totals(&mut tx, feed.event, space, &info.phases).await?);
            }
        }
        // What moved is counted when its turn comes, also where nothing has moved since.
        self.is_due |= moved;
        if self.is_due && self.looks.is_multiple_of(PEOPLE_EVERY) {
            self.is_due = false;
            self.people = store::people(&mut tx, feed.event, &info.phases).await?;
            self.revoked_seen = store::flagged(&mut tx, feed.event, "badge_revoked").await?;
        }
        if self.looks.is_multiple_of(PEOPLE_EVERY) {
            // What is refused and when a session begins is no entry of the feed.
            self.refused = store::refused(&mut tx, feed.event).await?;
        }
        self.rooms = store::rooms(&mut tx, feed.event, (now, now.plus_micros(SOON))).await?;
        tx.done().await?;
        self.looks = if moved || self.is_due { self.looks.wrapping_add(1) } else { 0 };
        self.is_begun = true;
        self.position = self.position.max(head);
        self.roll(now);
        let today = jiff::Timestamp::from_microsecond(now.as_micros()).unwrap_or_default();
        let today = today.to_zoned(zone).date().to_string();
        self.publish(&audiences, &exhibitors, &devices, now, &today);
        Ok(())
    }

    fn count(&mut self, scan: &store::ScanRow, now: Timestamp) {
        let minute = scan.at.as_micros().div_euclid(MINUTE);
        if minute <= now.as_micros().div_euclid(MINUTE) - MINUTES {
            return;
        }
        let at = self.minutes.partition_point(|(known, _)| *known < minute);
        if self.minutes.get(at).is_none_or(|(known, _)| *known != minute) {
            self.minutes.insert(at, (minute, HashMap::new()));
        }
        *self.minutes[at].1.entry(scan.space_id).or_default() += 1;
    }

    fn roll(&mut self, now: Timestamp) {
        let oldest = now.as_micros().div_euclid(MINUTE) - MINUTES;
        while self.minutes.front().is_some_and(|(minute, _)| *minute <= oldest) {
            self.minutes.pop_front();
        }
    }

    fn last_minute(&self, space: SpaceId, now: Timestamp) -> u64 {
        let minute = now.as_micros().div_euclid(MINUTE);
        let of = |wanted: i64| {
            let known = self.minutes.iter().find(|(minute, _)| *minute == wanted);
            known.and_then(|(_, spaces)| spaces.get(&space).copied()).unwrap_or(0)
        };
        of(minute) + of(minute - 1)
    }

    fn publish(
        &self,
        audiences: &[Arc<crate::feed::audience::Audience>],
        exhibitors: &[ExhibitorRow],
        devices: &[DeviceStatus],
        now: Timestamp,
        today: &str,
    ) {
        let stats: Vec<ExhibitorStats> =
            exhibitors.iter().map(|exhibitor| self.exhibitor(exhibitor, devices, now)).collect();
        let exhibitor_states: Vec<(ExhibitorId, (String, Utf8Bytes))> = stats
            .iter()
            .map(|stats| {
                let name = format!("exhibitor:{}", stats.exhibitor_id);
                (stats.exhibitor_id, (name, text(&Frame::ExhibitorStats(stats.clone()))))
            })
            .collect();
        let device_states: Vec<(Option<ExhibitorId>, (String, Utf8Bytes))> = devices
            .iter()
            .map(|device| {
                let name = format!("device:{}", device.device_id);
                (device.exhibitor_id, (name, text(&Frame::DeviceStatus(device.clone()))))
            })
            .collect();
        for audience in audiences {
            let mut states = Vec::new();
            let own = match audience.key {
                // States are about stands and phones.
                AudienceKey::Attendee(_) => continue,
                AudienceKey::Exhibitor(exhibitor, _) => Some(exhibitor),
                AudienceKey::Monitor => None,
                AudienceKey::Wall => {
                    let totals = self.totals(exhibitors, &stats, devices, now, today);
                    let real = exhibitors.iter().zip(&stats).filter(|(one, _)| !one.is_test);
                    let real: Vec<ExhibitorStats> = real.map(|(_, stats)| stats.clone()).collect();
                    let shown = WallStats::of(&totals, &real);
                    audience.set_states(vec![("wall".to_owned(), text(&shown))]);
                    continue;
                }
            };
            states.extend(
                exhibitor_states
                    .iter()
                    .filter(|(of, _)| own.is_none_or(|own| own == *of))
                    .map(|(_, state)| state.clone()),
            );
            states.extend(
                device_states
                    .iter()
                    .filter(|(of, _)| own.is_none_or(|own| Some(own) == *of))
                    .map(|(_, state)| state.clone()),
            );
            if audience.key == AudienceKey::Monitor {
                let totals = self.totals(exhibitors, &stats, devices, now, today);
                states.push(("monitor".to_owned(), text(&Frame::MonitorStats(totals))));
            }
            audience.set_states(states);
        }
    }

    fn exhibitor(&self, exhibitor: &ExhibitorRow, devices: &[DeviceStatus], now: Timestamp) -> ExhibitorStats {
        let space = SpaceId::from(exhibitor.id);
        let (scans, leads, last_scan_at) = self.spaces.get(&space).copied().unwrap_or_default();
        let own = || devices.iter().filter(|device| device.exhibitor_id == Some(exhibitor.id));
        ExhibitorStats {
            exhibitor_id: exhibitor.id,
            name: exhibitor.name.clone(),
            booth: exhibitor
                .hall
                .as_deref()
                .zip(exhibitor.number.as_deref())
                .map(|(hall, number)| booth_label(hall, number)),
            scans: scans as u64,
            leads: leads as u64,
            scans_last_minute: self.last_minute(space, now),
            last_scan_at,
            devices: own().filter(|device| !device.is_revoked).count() as u64,
            not_yet_sent: own().map(|device| device.not_yet_sent).sum(),
        }
    }

    fn totals(
        &self,
        exhibitors: &[ExhibitorRow],
        stats: &[ExhibitorStats],
        devices: &[DeviceStatus],
        now: Timestamp,
        today: &str,
    ) -> MonitorStats {
        let real: Vec<&ExhibitorStats> =
            exhibitors.iter().zip(stats).filter(|(exhibitor, _)| !exhibitor.is_test).map(|(_, stats)| stats).collect();
        let tests: HashSet<SpaceId> =
            exhibitors.iter().filter(|exhibitor| exhibitor.is_test).map(|exhibitor| exhibitor.id.into()).collect();
        let is_real = |device: &&DeviceStatus| device.exhibitor_id.is_none_or(|of| !tests.contains(&of.into()));
        let minute = now.as_micros().div_euclid(MINUTE);
        let of = |wanted: i64| {
            let known = self.minutes.iter().find(|(minute, _)| *minute == wanted);
            known.map_or(0, |(_, spaces)| {
                spaces.iter().filter(|(space, _)| !tests.contains(space)).map(|(_, scans)| scans).sum()
            })
        };
        MonitorStats {
            scans: real.iter().map(|stats| stats.scans).sum(),
            scans_today: self
                .scans_of_days
                .iter()
                .filter(|((day, space), _)| day == today && !tests.contains(space))
                .map(|(_, scans)| scans)
                .sum(),
            unique_visitors: self.people.0 as u64,
            exhibitors_active: real.iter().filter(|stats| stats.scans > 0).count() as u64,
            exhibitors: real.len() as u64,
            devices_holding: devices.iter().filter(is_real).filter(|device| device.not_yet_sent > 0).count() as u64,
            not_yet_sent: devices.iter().filter(is_real).map(|device| device.not_yet_sent).sum(),
            unmatched: self.people.1 as u64,
            revoked_seen: self.revoked_seen as u64,
            per_minute: (minute - MINUTES + 1..=minute).map(of).collect(),
            minute: Timestamp::from_micros(minute * MINUTE),
            refused: self
                .refused
                .iter()
                .map(|(reason, count)| RefusedStats { reason: reason.clone(), count: count.unsigned_abs() })
                .collect(),
            rooms: self.rooms.iter().map(|row| room(row, today)).collect(),
        }
    }
}

/// How full a room is today.
fn room(row: &store::RoomRow, today: &str) -> RoomStats {
    RoomStats {
        session_id: row.id,
        title: row.title.clone(),
        room: row.room.clone(),
        inside: if row.counted_on == today { row.inside.unsigned_abs() } else { 0 },
        capacity: row.capacity.map(i64::unsigned_abs),
    }
}
