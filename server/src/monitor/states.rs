//! The states that live pages show beside the feed: devices, exhibitors and totals, at most once a
//! second and only what changed.

use super::scans::{self, Scans};
use super::store::{self, ExhibitorRow};
use super::told::{State, Told};
use super::wall::WallStats;
use crate::app::App;
use crate::events::cache::booth_label;
use crate::events::phases::Phases;
use crate::events::when;
use crate::feed::EntryKind;
use crate::feed::audience::AudienceKey;
use crate::feed::hub::EventFeed;
use crate::feed::render::text;
use crate::leads::store::counted::{self, MinuteRow};
use crate::storage::{StorageError, Tx};
use axum::extract::ws::Utf8Bytes;
use mobile_core::ids::{EventId, ExhibitorId, SpaceId};
use mobile_core::time::Timestamp;
use mobile_core::wire::Frame;
use mobile_core::wire::frames::{DeviceStatus, ExhibitorStats, MonitorStats, RefusedStats, RoomStats};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

const EVERY: Duration = Duration::from_secs(1);
/// Counting people takes a walk over the event's leads, so it is done less often.
const PEOPLE_EVERY: u32 = 5;
const PAGE: i64 = 5000;
/// Doors open so long before a session begins.
const SOON: i64 = 30 * 60_000_000;

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

/// Scans, leads and the newest scan of a space.
type Totals = (i64, i64, Option<Timestamp>);

/// What the counting depends on: where one of these changes, everything is counted anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Basis {
    phases: Phases,
    /// When the event's local day began.
    day: Timestamp,
}

/// What is known of an event from the last look.
#[derive(Debug, Default)]
struct Tally {
    /// None before the first look.
    basis: Option<Basis>,
    position: u64,
    scans: Scans,
    spaces: HashMap<SpaceId, Totals>,
    people: (i64, i64),
    revoked_seen: i64,
    refused: Vec<(String, i64)>,
    rooms: Vec<store::RoomRow>,
    looks: u32,
    /// Something moved since people were counted.
    is_due: bool,
    /// What the monitor listed at the last look, by name.
    listed: HashMap<String, Told>,
    /// What it listed before and does no more: exhibitors that were deleted or became a test, and their devices.
    left: HashMap<String, Utf8Bytes>,
}

/// What one look found. It is taken over when all of it was read: what a failed look would have begun is read
/// again by the next.
struct Look {
    is_anew: bool,
    /// Scans that came in, by space; a space is here too where something else of its leads changed.
    came: HashMap<SpaceId, Vec<Timestamp>>,
    spaces: Vec<(SpaceId, Totals)>,
    /// What was read from the log instead of added up.
    recounted: Vec<(Option<SpaceId>, Vec<MinuteRow>)>,
    people: Option<((i64, i64), i64)>,
    refused: Option<Vec<(String, i64)>>,
    rooms: Vec<store::RoomRow>,
}

impl Tally {
    async fn refresh(&mut self, app: &App, feed: &EventFeed) -> Result<(), StorageError> {
        let audiences = feed.audiences();
        if audiences.is_empty() {
            return Ok(());
        }
        let info = app.events.info(app, feed.event).await?;
        let (zone, now) = (info.zone(), app.now());
        let today = when::day_of(now, &zone);
        let basis = Basis { phases: info.phases, day: when::start_of(today, &zone) };
        let mut tx = app.read().await?;
        let exhibitors = store::exhibitors(&mut tx, feed.event, None).await?;
        let devices = store::devices(&mut tx, feed.event, None).await?;
        let head = crate::feed::store::head(&mut tx, feed.event).await?;
        let moved = head > self.position || self.basis != Some(basis);
        // What moved is counted when its turn comes, also where nothing has moved since.
        self.is_due |= moved;
        let look = self.look(&mut tx, feed.event, &exhibitors, basis, now).await?;
        tx.done().await?;
        self.take(look, basis, now);
        self.looks = if moved || self.is_due { self.looks.wrapping_add(1) } else { 0 };
        self.position = self.position.max(head);
        self.publish(&audiences, &exhibitors, &devices, now, &when::ShowDay::of(now, &zone).date.to_string());
        Ok(())
    }

    /// Reads what has changed since the last look.
    async fn look(
        &self,
        tx: &mut Tx,
        event: EventId,
        exhibitors: &[ExhibitorRow],
        basis: Basis,
        now: Timestamp,
    ) -> Result<Look, StorageError> {
        let phases = &basis.phases;
        let is_anew = self.basis != Some(basis);
        let since = (basis.day, scans::start_of(scans::minute_of(now) - scans::MINUTES + 1));
        let mut recounted = Vec::new();
        let came = if is_anew {
            recounted.push((None, counted::by_minute(tx, event, None, phases, since).await?));
            HashMap::new()
        } else {
            self.came(tx, event, phases).await?
        };
        let mut spaces = Vec::new();
        for exhibitor in exhibitors {
            let space = SpaceId::from(exhibitor.id);
            let came = came.get(&space);
            if !is_anew && came.is_none() {
                continue;
            }
            let totals = counted::of_space(tx, event, space, phases).await?;
            let known = self.spaces.get(&space).map_or(0, |known| known.0);
            if !is_anew && totals.0 != known + came.map_or(0, |came| came.len() as i64) {
                // A scan was taken back or moved away: when that one was, only the log knows.
                recounted.push((Some(space), counted::by_minute(tx, event, Some(space), phases, since).await?));
            }
            spaces.push((space, totals));
        }
        let is_turn = self.looks.is_multiple_of(PEOPLE_EVERY);
        let people = if is_turn && self.is_due {
            let people = counted::people(tx, event, phases).await?;
            Some((people, store::flagged(tx, event, "badge_revoked").await?))
        } else {
            None
        };
        // What is refused and when a session begins is no entry of the feed.
        let refused = if is_turn { Some(store::refused(tx, event).await?) } else { None };
        let rooms = store::rooms(tx, event, (now, now.plus_micros(SOON))).await?;
        Ok(Look { is_anew, came, spaces, recounted, people, refused, rooms })
    }

    /// The spaces that the feed has told something of since the last look, and their new scans.
    async fn came(
        &self,
        tx: &mut Tx,
        event: EventId,
        phases: &Phases,
    ) -> Result<HashMap<SpaceId, Vec<Timestamp>>, StorageError> {
        let mut came: HashMap<SpaceId, Vec<Timestamp>> = HashMap::new();
        let mut position = self.position;
        loop {
            let entries = store::entries_after(tx, event, position, PAGE).await?;
            for entry in &entries {
                position = entry.seq as u64;
                let scans = came.entry(entry.space_id).or_default();
                if entry.kind == EntryKind::Scan && !phases.is_build_up(entry.at) {
                    scans.push(entry.at);
                }
            }
            if (entries.len() as i64) < PAGE {
                return Ok(came);
            }
        }
    }

    fn take(&mut self, look: Look, basis: Basis, now: Timestamp) {
        self.basis = Some(basis);
        if look.is_anew {
            self.spaces.clear();
        }
        for (space, times) in look.came {
            for at in times {
                self.scans.add(space, at, basis.day, now);
            }
        }
        for (only, rows) in &look.recounted {
            self.scans.replace(*only, rows, now);
        }
        self.scans.roll(now);
        self.spaces.extend(look.spaces);
        if let Some(counted) = look.people {
            (self.people, self.revoked_seen) = counted;
            self.is_due = false;
        }
        if let Some(refused) = look.refused {
            self.refused = refused;
        }
        self.rooms = look.rooms;
    }

    fn publish(
        &mut self,
        audiences: &[Arc<crate::feed::audience::Audience>],
        exhibitors: &[ExhibitorRow],
        devices: &[DeviceStatus],
        now: Timestamp,
        today: &str,
    ) {
        let stats: Vec<ExhibitorStats> =
            exhibitors.iter().map(|exhibitor| self.exhibitor(exhibitor, devices, now)).collect();
        let tests: HashSet<ExhibitorId> = exhibitors.iter().filter(|one| one.is_test).map(|one| one.id).collect();
        let of_exhibitor = |stats: &ExhibitorStats| State {
            name: format!("exhibitor:{}", stats.exhibitor_id),
            of: Some(stats.exhibitor_id),
            told: Told { frame: Frame::ExhibitorStats(stats.clone()), is_gone: false },
        };
        let of_device = |device: &DeviceStatus| State {
            name: format!("device:{}", device.device_id),
            of: device.exhibitor_id,
            told: Told {
                frame: Frame::DeviceStatus(device.clone()),
                // Whose access has ended may still hold scans, and then is looked for.
                is_gone: device.is_revoked && device.not_yet_sent == 0,
            },
        };
        let states: Vec<State> = stats.iter().map(of_exhibitor).chain(devices.iter().map(of_device)).collect();
        let texts: Vec<Utf8Bytes> = states.iter().map(|state| state.told.text()).collect();
        let is_listed = |state: &State| state.of.is_none_or(|of| !tests.contains(&of));
        self.part(&states.iter().filter(|state| is_listed(state)).map(|state| state.name.as_str()).collect());
        for audience in audiences {
            let of = |is_theirs: &dyn Fn(&State) -> bool| {
                let theirs = states.iter().zip(&texts).filter(|(state, _)| is_theirs(state));
                theirs.map(|(state, text)| (state.name.clone(), text.clone())).collect::<Vec<_>>()
            };
            match audience.key {
                // States are about stands and phones.
                AudienceKey::Attendee(_) => {}
                AudienceKey::Exhibitor(exhibitor, _) => audience.set_states(of(&|state| state.of == Some(exhibitor))),
                AudienceKey::Monitor => {
                    let totals = self.totals(exhibitors, &stats, devices, now, today);
                    audience.part(self.left.iter().map(|(name, text)| (name.clone(), text.clone())).collect());
                    let mut shown = of(&is_listed);
                    shown.push(("monitor".to_owned(), text(&Frame::MonitorStats(totals))));
                    audience.set_states(shown);
                }
                AudienceKey::Wall => {
                    let totals = self.totals(exhibitors, &stats, devices, now, today);
                    let real = exhibitors.iter().zip(&stats).filter(|(one, _)| !one.is_test);
                    let real: Vec<ExhibitorStats> = real.map(|(_, stats)| stats.clone()).collect();
                    let shown = WallStats::of(&totals, &real);
                    audience.set_states(vec![("wall".to_owned(), text(&shown))]);
                }
            }
        }
        let listed = states.into_iter().filter(is_listed);
        self.listed = listed.map(|state| (state.name, state.told)).collect();
    }

    /// Keeps the last words of what was listed and is not among these names.
    fn part(&mut self, listed: &HashSet<&str>) {
        for (name, told) in std::mem::take(&mut self.listed) {
            if !listed.contains(name.as_str()) {
                self.left.insert(name, Told { is_gone: true, ..told }.text());
            }
        }
        self.left.retain(|name, _| !listed.contains(name.as_str()));
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
            scans_last_minute: self.scans.lately(space, now),
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
        let spaces: HashSet<SpaceId> = real.iter().map(|stats| stats.exhibitor_id.into()).collect();
        let is_real = |device: &&DeviceStatus| device.exhibitor_id.is_none_or(|of| spaces.contains(&of.into()));
        let minute = scans::minute_of(now);
        let of = |wanted: i64| self.scans.in_minute(wanted, |space| spaces.contains(space));
        MonitorStats {
            scans: real.iter().map(|stats| stats.scans).sum(),
            scans_today: spaces.iter().map(|space| self.scans.today(*space)).sum(),
            unique_visitors: self.people.0 as u64,
            exhibitors_active: real.iter().filter(|stats| stats.scans > 0).count() as u64,
            exhibitors: real.len() as u64,
            devices_holding: devices.iter().filter(is_real).filter(|device| device.not_yet_sent > 0).count() as u64,
            not_yet_sent: devices.iter().filter(is_real).map(|device| device.not_yet_sent).sum(),
            unmatched: self.people.1 as u64,
            revoked_seen: self.revoked_seen as u64,
            per_minute: (minute - scans::MINUTES + 1..=minute).map(of).collect(),
            minute: scans::start_of(minute),
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
