//! What the exhibitors of each hall add up to; `js/halls.js` has the same rules for the stream.

use mobile_core::wire::frames::ExhibitorStats;
use serde::Serialize;
use std::collections::BTreeMap;

/// A hall.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Hall {
    /// As booths name it; empty where they name none.
    pub name: String,
    /// Exhibitors in it.
    pub exhibitors: u64,
    /// Exhibitors with a scan.
    pub scanning: u64,
    /// Scans.
    pub scans: u64,
    /// Scans of the last minute.
    pub last_minute: u64,
    /// Captures that its phones hold.
    pub waiting: u64,
}

/// The hall of a booth's label: all but its number, the last word.
pub fn hall_of(booth: Option<&str>) -> &str {
    booth.and_then(|booth| booth.rsplit_once(' ')).map_or("", |(hall, _)| hall)
}

/// The halls by name; exhibitors without one come last.
pub fn by_hall(exhibitors: &[ExhibitorStats]) -> Vec<Hall> {
    let mut halls: BTreeMap<(bool, &str), Hall> = BTreeMap::new();
    for stats in exhibitors {
        let name = hall_of(stats.booth.as_deref());
        let hall = halls.entry((name.is_empty(), name)).or_default();
        name.clone_into(&mut hall.name);
        hall.exhibitors += 1;
        hall.scanning += u64::from(stats.scans > 0);
        hall.scans += stats.scans;
        hall.last_minute += stats.scans_last_minute;
        hall.waiting += stats.not_yet_sent;
    }
    halls.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use mobile_core::ids::ExhibitorId;

    fn stats(booth: Option<&str>, scans: u64) -> ExhibitorStats {
        ExhibitorStats {
            exhibitor_id: ExhibitorId(uuid::Uuid::nil()),
            name: "Acme".into(),
            booth: booth.map(str::to_owned),
            scans,
            leads: scans,
            scans_last_minute: 1,
            last_scan_at: None,
            devices: 1,
            not_yet_sent: 2,
        }
    }

    #[test]
    fn halls_add_up_and_those_without_one_come_last() {
        let all = [stats(None, 1), stats(Some("Hall 4 B12"), 5), stats(Some("Hall 4 B13"), 0), stats(Some("C1"), 2)];
        let halls = by_hall(&all);
        assert_eq!(halls.iter().map(|hall| hall.name.as_str()).collect::<Vec<_>>(), ["Hall 4", ""]);
        assert_eq!((halls[0].exhibitors, halls[0].scanning, halls[0].scans, halls[0].waiting), (2, 1, 5, 4));
        assert_eq!(halls[1].scans, 3);
    }
}
