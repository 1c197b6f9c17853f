//! Counts what the simulated phones send against what arrives: sent = received = in the tab.
//!
//! Each figure comes from its own witness: *sent* from the receipts that phones got, *received* from
//! the organiser's live stream, *in the tab* from the live stream that the hero's Leads tab shows.
//! Only scans of the simulated phones count, so that a visitor of the demo who scans with a phone
//! of their own does not upset the sum.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::sync::{Mutex, MutexGuard, PoisonError};

use mobile_core::ids::{CaptureId, DeviceId};

/// The counters, shared by phones, watchers and the console.
#[derive(Debug, Default)]
pub struct Tally {
    counts: Mutex<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    totals: Totals,
    /// Scans that receipts named, and scans that the tab showed: a repeat counts once.
    sent: HashSet<CaptureId>,
    shown: HashSet<CaptureId>,
    /// Scans that were in the tab before the phone heard of the receipt.
    early: HashSet<CaptureId>,
    /// The simulated phones.
    phones: HashMap<DeviceId, Simulated>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Simulated {
    /// Whether it is one of the hero's.
    is_hero: bool,
    /// Scans on it that have no receipt yet.
    holds: u64,
}

impl Counts {
    fn is_hero(&self, device: DeviceId) -> bool {
        self.phones.get(&device).is_some_and(|phone| phone.is_hero)
    }

    /// A scan of a phone is settled.
    fn let_go(&mut self, device: DeviceId) {
        self.totals.on_phones = self.totals.on_phones.saturating_sub(1);
        if let Some(phone) = self.phones.get_mut(&device) {
            phone.holds = phone.holds.saturating_sub(1);
        }
    }
}

/// The figures at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Scans that phones have receipts for, of the event and of the hero.
    pub sent: u64,
    pub hero_sent: u64,
    /// Scans that the organiser's stream announced, of the event and of the hero.
    pub received: u64,
    pub hero_received: u64,
    /// Scans that the hero's tab showed.
    pub in_tab: u64,
    /// Scans on phones that have no receipt yet.
    pub on_phones: u64,
    /// Captures that the server refused for good.
    pub refused: u64,
    /// Pictures taken, and those from which no code could be read.
    pub pictures: u64,
    pub unread: u64,
}

impl Tally {
    /// Makes a simulated phone's scans count.
    pub fn enlist(&self, device: DeviceId, is_hero: bool) {
        self.lock().phones.entry(device).or_default().is_hero = is_hero;
    }

    /// A picture was taken; `is_read` tells whether its code came out.
    pub fn photographed(&self, is_read: bool) {
        let totals = &mut self.lock().totals;
        totals.pictures += 1;
        totals.unread += u64::from(!is_read);
    }

    /// Scans went into a phone's queue.
    pub fn queued(&self, device: DeviceId, scans: u64) {
        let mut counts = self.lock();
        counts.totals.on_phones += scans;
        counts.phones.entry(device).or_default().holds += scans;
    }

    /// Scans that a phone holds now.
    pub fn held(&self, device: DeviceId) -> u64 {
        self.lock().phones.get(&device).map_or(0, |phone| phone.holds)
    }

    /// A receipt for a scan came back; the server keeps it.
    pub fn sent(&self, device: DeviceId, scan: CaptureId) {
        let mut counts = self.lock();
        if counts.sent.insert(scan) {
            let is_hero = counts.is_hero(device);
            counts.totals.sent += 1;
            counts.totals.hero_sent += u64::from(is_hero);
            counts.let_go(device);
            if counts.early.remove(&scan) {
                counts.totals.in_tab += 1;
            }
        }
    }

    /// A receipt refused a capture for good.
    pub fn refused(&self, device: DeviceId, is_scan: bool) {
        let mut counts = self.lock();
        counts.totals.refused += 1;
        if is_scan {
            counts.let_go(device);
        }
    }

    /// The organiser's stream announced a scan.
    pub fn announced(&self, device: Option<DeviceId>) {
        let mut counts = self.lock();
        if let Some(phone) = device.and_then(|device| counts.phones.get(&device).copied()) {
            counts.totals.received += 1;
            counts.totals.hero_received += u64::from(phone.is_hero);
        }
    }

    /// The hero's tab showed a scan. Scans of others are kept apart until a receipt says they are ours.
    pub fn shown(&self, scan: CaptureId) {
        let mut counts = self.lock();
        if counts.shown.insert(scan) {
            if counts.sent.contains(&scan) {
                counts.totals.in_tab += 1;
            } else {
                counts.early.insert(scan);
            }
        }
    }

    /// The figures now.
    pub fn totals(&self) -> Totals {
        self.lock().totals
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        // Counters stay true whatever panicked while holding them.
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Totals {
    /// Whether everything sent has arrived everywhere.
    pub fn agree(&self) -> bool {
        self.sent == self.received && self.hero_sent == self.hero_received && self.hero_sent == self.in_tab
    }

    /// One line for the terminal; an equals sign stands only between equal figures.
    pub fn line(&self, hero: &str) -> String {
        let mut line = chain(&[("sent", self.sent), ("received", self.received)]);
        let tab = [("sent", self.hero_sent), ("received", self.hero_received), ("in the tab", self.in_tab)];
        // Writing to a string cannot fail.
        let _ = write!(line, " | {hero}: {}", chain(&tab));
        if self.on_phones > 0 {
            let _ = write!(line, " | {} not yet sent", grouped(self.on_phones));
        }
        if self.unread > 0 {
            let _ = write!(line, " | {} of {} pictures unreadable", grouped(self.unread), grouped(self.pictures));
        }
        if self.refused > 0 {
            let _ = write!(line, " | {} refused", grouped(self.refused));
        }
        line
    }
}

fn chain(figures: &[(&str, u64)]) -> String {
    let mut text = String::new();
    for (position, (name, count)) in figures.iter().enumerate() {
        let joint = match position.checked_sub(1).and_then(|before| figures.get(before)) {
            None => "",
            Some((_, before)) if before == count => " = ",
            Some(_) => ", ",
        };
        // Writing to a string cannot fail.
        let _ = write!(text, "{joint}{name} {}", grouped(*count));
    }
    text
}

/// A number with commas between its thousands.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn id(number: u128) -> Uuid {
        Uuid::from_u128(number)
    }

    #[test]
    fn the_sum_agrees_when_every_witness_saw_every_scan() {
        let tally = Tally::default();
        let (hero, other) = (DeviceId(id(1)), DeviceId(id(2)));
        tally.enlist(hero, true);
        tally.enlist(other, false);
        tally.queued(hero, 2);
        tally.queued(other, 1);
        assert_eq!((tally.held(hero), tally.held(other), tally.totals().on_phones), (2, 1, 3));
        tally.sent(hero, CaptureId(id(10)));
        tally.sent(other, CaptureId(id(11)));
        tally.refused(hero, true);
        assert_eq!((tally.held(hero), tally.held(other), tally.totals().on_phones), (0, 0, 0));
        assert!(!tally.totals().agree());
        tally.announced(Some(hero));
        tally.announced(Some(other));
        tally.shown(CaptureId(id(10)));
        assert!(tally.totals().agree());
        assert_eq!(
            tally.totals().line("Vantelle"),
            "sent 2 = received 2 | Vantelle: sent 1 = received 1 = in the tab 1 | 1 refused"
        );
    }

    #[test]
    fn a_repeated_receipt_or_frame_counts_once_in_any_order() {
        let tally = Tally::default();
        let (hero, scan) = (DeviceId(id(1)), CaptureId(id(10)));
        tally.enlist(hero, true);
        tally.queued(hero, 1);
        tally.shown(scan);
        assert_eq!(tally.totals().in_tab, 0, "nobody knows yet that it is ours");
        for _ in 0..2 {
            tally.sent(hero, scan);
            tally.shown(scan);
        }
        let totals = tally.totals();
        assert_eq!((totals.hero_sent, totals.in_tab, totals.on_phones), (1, 1, 0));
    }

    #[test]
    fn scans_of_other_peoples_phones_stay_out_of_the_sum() {
        let tally = Tally::default();
        tally.announced(Some(DeviceId(id(9))));
        tally.announced(None);
        tally.shown(CaptureId(id(20)));
        assert_eq!(tally.totals(), Totals::default());
    }

    #[test]
    fn figures_that_differ_are_not_joined_by_an_equals_sign() {
        let totals = Totals { sent: 1_234, received: 1_233, on_phones: 12, ..Totals::default() };
        assert_eq!(
            totals.line("V"),
            "sent 1,234, received 1,233 | V: sent 0 = received 0 = in the tab 0 | 12 not yet sent"
        );
    }
}
