//! The end-of-show report: what each exhibitor did with its phones, and the fair as a whole.
//!
//! Counts and times only: nothing in its types has room for an attendee's data. Test exhibitors are
//! left out. What was annulled or scanned during the build-up does not count, as on the monitor; nor do practice scans
//! and those of an own team: they are no scans of leads.

pub mod api;
pub mod page;
pub mod sheet;
pub mod store;

use crate::access::MonitorScope;
use crate::app::App;
use crate::devices::{self, DeviceState};
use crate::events::cache::EventInfo;
use crate::exhibitors;
use crate::leads::store::counted::{self, QUARTER_US, QuarterRow};
use crate::packages;
use crate::paging::PageParams;
use crate::problem::Problem;
use crate::registrations::folding::fold;
use crate::web::EventZone;
use mobile_core::ids::{ExhibitorId, SpaceId};
use mobile_core::time::Timestamp;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

/// What one exhibitor did.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ExhibitorReport {
    /// The exhibitor.
    pub exhibitor_id: ExhibitorId,
    /// Its name.
    pub name: String,
    /// Its hall; empty where it has no booth or the event no halls.
    pub hall: String,
    /// Its booth within the hall.
    pub booth: String,
    /// Its package.
    pub package: Option<String>,
    /// Licences that it has; null: as many as it wants.
    pub licences: Option<u32>,
    /// The most devices it had at once, as licences count them: 48 hours of silence with nothing to send free one.
    pub peak_devices: u32,
    /// Devices at once beyond its licences, for the invoice.
    pub extra_devices: u32,
    /// Scans.
    pub scans: u64,
    /// Scans a licence, rounded; null where it has as many as it wants, or none.
    pub scans_per_licence: Option<u64>,
    /// People and codes that it met.
    pub leads: u64,
    /// Registered people among them.
    pub visitors: u64,
    /// Leads by rating.
    pub hot: u64,
    /// Leads by rating.
    pub warm: u64,
    /// Leads by rating.
    pub cold: u64,
    /// Meetings that were agreed on.
    pub meetings: u64,
    /// Its first scan.
    pub first_scan_at: Option<Timestamp>,
    /// Its last scan.
    pub last_scan_at: Option<Timestamp>,
    /// Scans per local day, in the order of [`Report::days`].
    pub per_day: Vec<u64>,
    /// Scans by the hour, in the order of [`Report::hours`].
    pub per_hour: Vec<u64>,
    /// Place by scans among those of its hall, 1 the most.
    pub rank_in_hall: u32,
    /// Place by scans among those with its package; null where it has none.
    pub rank_in_package: Option<u32>,
}

/// Scans in one hour of a local day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Hour {
    /// The local day, `2026-11-22`.
    pub day: String,
    /// 0 to 23.
    pub hour: u8,
    /// Scans.
    pub scans: u64,
}

/// The event as a whole.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Totals {
    /// Exhibitors.
    pub exhibitors: u64,
    /// Those without a scan.
    pub without_scan: u64,
    /// Scans.
    pub scans: u64,
    /// Registered people scanned at least once.
    pub visitors: u64,
    /// Registered people.
    pub registered: u64,
    /// Scans a scanned visitor, in hundredths.
    pub scans_per_visitor_percent: u64,
    /// Leads by rating.
    pub hot: u64,
    /// Leads by rating.
    pub warm: u64,
    /// Leads by rating.
    pub cold: u64,
    /// Meetings that were agreed on.
    pub meetings: u64,
}

/// The whole report.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Report {
    /// Local days with scans, oldest first.
    pub days: Vec<String>,
    /// The event as a whole.
    pub totals: Totals,
    /// Scans by the hour, oldest first; hours without a scan are left out.
    pub hours: Vec<Hour>,
    /// Every exhibitor, the most scans first.
    pub exhibitors: Vec<ExhibitorReport>,
}

/// Counts everything.
pub async fn of_event(app: &App, scope: &MonitorScope) -> Result<Report, Problem> {
    let info = app.events.info(app, scope.event()).await?;
    let exhibitors = all_exhibitors(app, scope).await?;
    let packages = packages::list(app, scope, &PageParams { limit: Some(500), cursor: None }).await?.items;
    let mut tx = app.read().await?;
    let spaces = store::spaces(&mut tx, scope, &info.phases).await?;
    let quarters = counted::by_quarter_hour(&mut tx, scope.event(), &info.phases).await?;
    let devices = store::devices(&mut tx, scope).await?;
    let heard_of = devices::heard_of(&mut tx, scope.event(), None).await?;
    let meetings: HashMap<ExhibitorId, i64> = store::meetings(&mut tx, scope).await?.into_iter().collect();
    let (visitors, _) = counted::people(&mut tx, scope.event(), &info.phases).await?;
    let registered = store::registered(&mut tx, scope).await?;
    tx.done().await?;

    let own: HashMap<SpaceId, usize> =
        exhibitors.iter().enumerate().map(|(at, exhibitor)| (exhibitor.row.id.into(), at)).collect();
    let (days, hours, by_time) = by_time(&info, &own, &quarters);
    let spaces: HashMap<SpaceId, store::SpaceRow> = spaces.into_iter().map(|row| (row.space_id, row)).collect();
    let now = app.now();
    let mut spans: HashMap<ExhibitorId, Vec<Span>> = HashMap::new();
    for device in devices {
        let state = heard_of.get(&device.id).copied().unwrap_or_default();
        spans.entry(device.exhibitor_id).or_default().push(Span::of(&device, state, now));
    }
    let mut rows: Vec<ExhibitorReport> = exhibitors
        .iter()
        .zip(by_time)
        .map(|(exhibitor, scanned)| {
            let row = &exhibitor.row;
            let booth = exhibitor.booths.first();
            let met = spaces.get(&row.id.into());
            let count = |of: fn(&store::SpaceRow) -> i64| met.map_or(0, of).unsigned_abs();
            let licences = row.entitlements().licences;
            let scans: u64 = scanned.per_day.iter().sum();
            let peak = peak(spans.get(&row.id).map_or(&[][..], Vec::as_slice));
            ExhibitorReport {
                exhibitor_id: row.id,
                name: row.name.clone(),
                hall: booth.map(|booth| booth.hall.clone()).unwrap_or_default(),
                booth: booth.map(|booth| booth.number.clone()).unwrap_or_default(),
                package: packages.iter().find(|one| Some(one.id) == row.package_id).map(|one| one.name.clone()),
                licences,
                peak_devices: peak,
                extra_devices: licences.map_or(0, |licences| peak.saturating_sub(licences)),
                scans,
                scans_per_licence: licences.and_then(|licences| per(scans, licences.into())),
                leads: count(|row| row.leads),
                visitors: count(|row| row.visitors),
                hot: count(|row| row.hot),
                warm: count(|row| row.warm),
                cold: count(|row| row.cold),
                meetings: meetings.get(&row.id).copied().unwrap_or(0).unsigned_abs(),
                first_scan_at: scanned.first_at,
                last_scan_at: scanned.last_at,
                per_day: scanned.per_day,
                per_hour: scanned.per_hour,
                rank_in_hall: 0,
                rank_in_package: None,
            }
        })
        .collect();
    rows.sort_by_cached_key(|row| (Reverse(row.scans), fold(&row.name)));
    rank(&mut rows);
    let sum = |of: fn(&ExhibitorReport) -> u64| rows.iter().map(of).sum::<u64>();
    let (scans, visitors) = (sum(|row| row.scans), visitors.unsigned_abs());
    let totals = Totals {
        exhibitors: rows.len() as u64,
        without_scan: rows.iter().filter(|row| row.scans == 0).count() as u64,
        scans,
        visitors,
        registered: registered.unsigned_abs(),
        scans_per_visitor_percent: (scans * 100).checked_div(visitors).unwrap_or(0),
        hot: sum(|row| row.hot),
        warm: sum(|row| row.warm),
        cold: sum(|row| row.cold),
        meetings: sum(|row| row.meetings),
    };
    Ok(Report { days, totals, hours, exhibitors: rows })
}

async fn all_exhibitors(app: &App, scope: &MonitorScope) -> Result<Vec<exhibitors::Exhibitor>, Problem> {
    let mut found = Vec::new();
    let mut cursor = None;
    loop {
        let page = exhibitors::list(app, scope, &PageParams { limit: Some(500), cursor }).await?;
        found.extend(page.items.into_iter().filter(|exhibitor| !exhibitor.row.is_test));
        cursor = page.next_cursor;
        if cursor.is_none() {
            return Ok(found);
        }
    }
}

/// How many of one there are for each of another, rounded.
fn per(of: u64, each: u64) -> Option<u64> {
    (of + each / 2).checked_div(each)
}

/// The scans of one exhibitor by time.
#[derive(Debug, Clone, Default)]
struct Scanned {
    per_day: Vec<u64>,
    per_hour: Vec<u64>,
    first_at: Option<Timestamp>,
    last_at: Option<Timestamp>,
}

/// Local days, hours of the whole event, and the scans of each exhibitor. Quarters of an hour are summed up, since
/// some zones are off by 30 or 45 minutes.
fn by_time(
    info: &EventInfo,
    own: &HashMap<SpaceId, usize>,
    quarters: &[QuarterRow],
) -> (Vec<String>, Vec<Hour>, Vec<Scanned>) {
    let zone = EventZone::named(&info.timezone);
    let mut hours: BTreeMap<(String, u8), u64> = BTreeMap::new();
    let mut of_each: Vec<BTreeMap<(String, u8), u64>> = vec![BTreeMap::new(); own.len()];
    let mut scanned = vec![Scanned::default(); own.len()];
    for row in quarters {
        let Some(at) = own.get(&row.space_id) else { continue };
        let begin = Timestamp::from_micros(row.quarter * QUARTER_US);
        let hour = (zone.day(begin).to_string(), zone.hour(begin).unsigned_abs());
        let scans = row.scans.unsigned_abs();
        *of_each[*at].entry(hour.clone()).or_default() += scans;
        *hours.entry(hour).or_default() += scans;
        let one = &mut scanned[*at];
        one.first_at = Some(one.first_at.map_or(row.first_at, |first| first.min(row.first_at)));
        one.last_at = one.last_at.max(Some(row.last_at));
    }
    let mut days: Vec<String> = hours.keys().map(|(day, _)| day.clone()).collect();
    days.dedup();
    for (one, own) in scanned.iter_mut().zip(&of_each) {
        let of_day = |day: &String| own.iter().filter(|((of, _), _)| of == day).map(|(_, scans)| scans).sum::<u64>();
        one.per_day = days.iter().map(of_day).collect();
        one.per_hour = hours.keys().map(|hour| own.get(hour).copied().unwrap_or(0)).collect();
    }
    let hours = hours.into_iter().map(|((day, hour), scans)| Hour { day, hour, scans }).collect();
    (days, hours, scanned)
}

/// From when to when a device took a licence.
#[derive(Debug, Clone, Copy)]
struct Span {
    from: Timestamp,
    until: Option<Timestamp>,
}

impl Span {
    /// Until its access ended, whichever way, or its silence freed the licence.
    fn of(device: &store::DeviceRow, state: DeviceState, now: Timestamp) -> Self {
        let freed = devices::freed_at(device.created_at, state).filter(|at| *at <= now);
        let ends = [device.revoked_at, device.lost_at, freed];
        Self { from: device.created_at, until: ends.into_iter().flatten().min() }
    }
}

/// The most devices at once: ends count before beginnings of the same moment.
fn peak(spans: &[Span]) -> u32 {
    let mut moments: Vec<(Timestamp, i32)> = Vec::with_capacity(spans.len() * 2);
    for span in spans {
        moments.push((span.from, 1));
        moments.extend(span.until.map(|at| (at, -1)));
    }
    moments.sort_unstable();
    let (mut now, mut most) = (0_i32, 0_i32);
    for (_, change) in moments {
        now += change;
        most = most.max(now);
    }
    most.unsigned_abs()
}

/// Places among those of the same hall and of the same package; equal numbers share a place.
fn rank(rows: &mut [ExhibitorReport]) {
    let place = |rows: &[ExhibitorReport], at: usize, is_peer: &dyn Fn(&ExhibitorReport) -> bool| {
        1 + rows.iter().filter(|row| is_peer(row) && row.scans > rows[at].scans).count() as u32
    };
    let places: Vec<(u32, Option<u32>)> = (0..rows.len())
        .map(|at| {
            let own = &rows[at];
            let in_package = own.package.as_ref().map(|_| place(rows, at, &|row| row.package == own.package));
            (place(rows, at, &|row| row.hall == own.hall), in_package)
        })
        .collect();
    for (row, (hall, package)) in rows.iter_mut().zip(places) {
        (row.rank_in_hall, row.rank_in_package) = (hall, package);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scans_a_licence_are_whole_and_none_without_licences() {
        assert_eq!((per(7, 2), per(6, 4), per(5, 4), per(7, 0)), (Some(4), Some(2), Some(1), None));
    }

    #[test]
    fn a_phone_that_replaces_another_does_not_raise_the_peak() {
        let at = Timestamp::from_micros;
        let span = |from: i64, until: Option<i64>| Span { from: at(from), until: until.map(at) };
        assert_eq!(peak(&[]), 0);
        assert_eq!(peak(&[span(1, Some(5)), span(5, None)]), 1);
        assert_eq!(peak(&[span(1, Some(6)), span(5, None), span(9, None)]), 2);
    }
}
