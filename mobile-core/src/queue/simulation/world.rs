//! One schedule: phones, a server, and what befalls them.

use std::collections::{BTreeMap, BTreeSet};

use super::super::sync::{Action, Event, Now, Step};
use super::super::tests::draft;
use super::dice::Dice;
use super::phone::{Disk, Pairing, Phone, destination, new_id};
use super::server::{Device, Server, Space};
use crate::ids::CaptureId;
use crate::time::Timestamp;

pub(super) const SECOND: u64 = 1_000_000;
pub(super) const SPACES: u64 = 2;

/// How often each trouble happened: a schedule that is all sunshine proves nothing.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Tally {
    pub(super) captures: u32,
    pub(super) requests_lost: u32,
    pub(super) answers_lost: u32,
    pub(super) duplicates: u32,
    pub(super) reorderings: u32,
    pub(super) clock_jumps: u32,
    pub(super) crashes: u32,
    pub(super) torn: u32,
    pub(super) server_restarts: u32,
    pub(super) server_restores: u32,
    pub(super) phones_copied: u32,
    pub(super) phones_restored: u32,
    pub(super) both_restored: u32,
    pub(super) second_tabs: u32,
    pub(super) pairings: u32,
    pub(super) moved_to_another_space: u32,
    pub(super) revocations: u32,
    pub(super) unsent_at_revocation: u32,
    pub(super) late_after_revocation: u32,
    pub(super) dismissed: u32,
    pub(super) renumbered: u32,
    pub(super) portals: [u32; 8],
}

pub(super) struct World {
    pub(super) dice: Dice,
    pub(super) server: Server,
    backup: Option<Server>,
    pub(super) phones: Vec<Phone>,
    phone_backup: Option<(Disk, Pairing)>,
    /// Requests still under way, with the token they were sent with.
    pub(super) late: Vec<(u64, String)>,
    pub(super) now: Now,
    pub(super) taken_us: BTreeMap<CaptureId, u64>,
    made: u128,
    were_phones_copied: bool,
}

impl World {
    pub(super) fn new(seed: u64) -> Self {
        let wall = Timestamp::from_micros(1_764_000_000_000_000);
        let mut world = Self {
            dice: Dice(seed),
            server: Server::default(),
            backup: None,
            phones: Vec::new(),
            phone_backup: None,
            late: Vec::new(),
            now: Now { wall, monotonic_us: 0 },
            taken_us: BTreeMap::new(),
            made: 0,
            were_phones_copied: false,
        };
        let pairing = world.pair(0);
        let phone = Phone::on(Disk::default(), pairing, 0, &mut world.dice);
        world.phones.push(phone);
        world
    }

    /// A new device of a space.
    pub(super) fn pair(&mut self, space: Space) -> Pairing {
        let token = self.dice.next();
        self.server.devices.insert(token, Device { space, ended_us: None });
        Pairing { token, space }
    }

    pub(super) fn crash(&mut self, at: usize) {
        self.phones[at].crash(self.now.monotonic_us, &mut self.dice);
    }

    pub(super) fn pass(&mut self, microseconds: u64) {
        self.now.monotonic_us += microseconds;
        self.now.wall = self.now.wall.plus_micros(microseconds as i64);
    }

    pub(super) fn step(&mut self, tally: &mut Tally) {
        let at = self.dice.below(self.phones.len() as u64) as usize;
        let tab = self.dice.below(self.phones[at].tabs.len() as u64) as usize;
        match self.dice.below(28) {
            0..=6 => self.capture(at, tab, tally),
            7..=16 => self.drive(at, tab, tally),
            17 => {
                // Long enough, now and then, for signs of life and probes.
                let pause = if self.dice.below(4) == 0 { 700 } else { 90 };
                let pause = self.dice.below(pause * SECOND);
                self.pass(pause);
            }
            18 => {
                tally.clock_jumps += 1;
                self.now.wall = self.now.wall.plus_micros(self.dice.below(7200 * SECOND) as i64 - 3_600_000_000);
            }
            19 => {
                tally.crashes += 1;
                self.crash(at);
            }
            20 if !self.late.is_empty() => {
                let any = self.dice.below(self.late.len() as u64) as usize;
                let (token, body) = self.late.remove(any);
                self.deliver(token, &body);
            }
            21 => self.copy_or_restore_a_phone(at, tally),
            22 => self.back_up_or_restore_the_server(tally),
            23 => self.open_another_tab(at, tally),
            24 if self.dice.below(3) == 0 => self.revoke(at, tally),
            25 if self.dice.below(4) == 0 => {
                let space = self.dice.below(SPACES) as Space;
                self.pair_again(at, space, tally);
            }
            26 => self.dismiss(at, tab, tally),
            _ => {
                if self.phones[at].needs_pairing {
                    let space = self.phones[at].pairing.space;
                    self.pair_again(at, space, tally);
                }
            }
        }
    }

    pub(super) fn now_of(&self, at: usize, tab: usize) -> Now {
        let born_us = self.phones[at].tabs[tab].born_us;
        Now { monotonic_us: self.now.monotonic_us - born_us, ..self.now }
    }

    fn capture(&mut self, at: usize, tab: usize, tally: &mut Tally) {
        self.made += 1;
        tally.captures += 1;
        let (draft, now) = (draft(self.made), self.now_of(at, tab));
        let id = draft.id;
        self.taken_us.insert(id, self.now.monotonic_us);
        let torn = (self.dice.below(8) == 0).then(|| self.dice.below(400) as usize);
        let phone = &mut self.phones[at];
        phone.disk.borrow_mut().tear_next = torn;
        if self.dice.below(16) == 0 {
            phone.disk.borrow_mut().fail_replace = Some(self.dice.below(2) == 0);
        }
        let taken = phone.tabs[tab].queue.push(draft, now.monotonic_us);
        tally.torn += u32::from(torn.is_some() && taken.is_err());
        if taken.is_ok() {
            let space = phone.pairing.space;
            phone.told.insert((id, space));
        } else if self.dice.below(2) == 0 {
            self.crash(at);
        }
        let mut disk = self.phones[at].disk.borrow_mut();
        (disk.tear_next, disk.fail_replace) = (None, None);
    }

    fn copy_or_restore_a_phone(&mut self, at: usize, tally: &mut Tally) {
        let (disk, pairing) = (self.phones[at].disk.borrow().clone(), self.phones[at].pairing);
        if self.phones.len() < 2 {
            // Copied to a new phone, both go on.
            tally.phones_copied += 1;
            self.were_phones_copied = true;
            let copy = Phone::on(disk, pairing, self.now.monotonic_us, &mut self.dice);
            self.phones.push(copy);
        } else if let Some((former, pairing)) = self.phone_backup.take() {
            // Restored from a backup: what only it held since then is gone with it.
            tally.phones_restored += 1;
            self.phones[at] = Phone::on(former, pairing, self.now.monotonic_us, &mut self.dice);
        } else {
            self.phone_backup = Some((disk, pairing));
        }
    }

    fn back_up_or_restore_the_server(&mut self, tally: &mut Tally) {
        let Some(backup) = self.backup.take() else {
            self.backup = Some(self.server.clone());
            return;
        };
        tally.server_restores += 1;
        tally.both_restored += u32::from(self.were_phones_copied);
        self.server = backup;
    }

    fn open_another_tab(&mut self, at: usize, tally: &mut Tally) {
        let now_us = self.now.monotonic_us;
        let phone = &mut self.phones[at];
        if phone.tabs.len() == 1 {
            tally.second_tabs += 1;
            phone.open(now_us, &mut self.dice);
        } else {
            // The second tab ends; the one that is left takes the queue over again.
            phone.tabs.clear();
            phone.open(now_us, &mut self.dice);
        }
    }

    fn revoke(&mut self, at: usize, tally: &mut Tally) {
        let phone = &self.phones[at];
        let unsent = phone.tabs.last().map_or(0, |tab| tab.queue.unsent_count());
        let now_us = self.now.monotonic_us;
        if let Some(device) = self.server.devices.get_mut(&phone.pairing.token)
            && device.ended_us.is_none()
        {
            device.ended_us = Some(now_us);
            tally.revocations += 1;
            tally.unsent_at_revocation += u32::from(unsent > 0);
        }
    }

    fn pair_again(&mut self, at: usize, space: Space, tally: &mut Tally) {
        tally.pairings += 1;
        tally.moved_to_another_space += u32::from(space != self.phones[at].pairing.space);
        let pairing = self.pair(space);
        let phone = &mut self.phones[at];
        {
            let mut disk = phone.disk.borrow_mut();
            (disk.tear_next, disk.fail_replace) = (None, None);
        }
        phone.needs_pairing = false;
        phone.pairing = pairing;
        // A tab that does not own the queue cannot pair: pairing is done in the one that does.
        if phone.tabs.len() > 1 {
            phone.tabs.remove(0);
        }
        let name = destination(space);
        phone.tabs[0].queue.deliver_to(&name, new_id(&mut self.dice)).unwrap();
        self.handle(at, 0, Event::TokenChanged, tally);
    }

    fn dismiss(&mut self, at: usize, tab: usize, tally: &mut Tally) {
        let queue = &mut self.phones[at].tabs[tab].queue;
        let first = queue.not_accepted().next().map(|capture| capture.id);
        if let Some(id) = first
            && queue.dismiss(id).is_ok()
        {
            tally.dismissed += 1;
        }
    }

    fn drive(&mut self, at: usize, tab: usize, tally: &mut Tally) {
        let action = self.handle(at, tab, Event::Woke, tally);
        if let Some(Action::WaitUntil(until)) = action
            && self.dice.below(2) == 0
        {
            let pause = until.saturating_sub(self.now_of(at, tab).monotonic_us);
            self.pass(pause);
        }
    }

    /// One step of a machine, with everything that must hold at each.
    pub(super) fn step_of(&mut self, at: usize, tab: usize, event: Event) -> Option<Step> {
        let (random, now) = (self.dice.wide(), self.now_of(at, tab));
        let phone = &mut self.phones[at];
        let program = &mut phone.tabs[tab];
        let before: BTreeSet<CaptureId> = program.queue.unsent().map(|capture| capture.id).collect();
        let not_accepted: Vec<CaptureId> = program.queue.not_accepted().map(|capture| capture.id).collect();
        let step = program.sync.handle(event, now, random, &mut program.queue);
        for id in before {
            let settled = program.queue.find(id).expect("what is unsent stays").settlement.is_some();
            assert!(!settled || phone.named.contains(&id), "{id} was settled though no answer named it");
        }
        for id in not_accepted {
            assert!(program.queue.find(id).is_some(), "{id} was not accepted and is gone");
        }
        let step = step.ok()?;
        if program.queue.is_access_ended() {
            assert!(step.settled.iter().all(|settled| settled.lead.is_none()), "a lead was shown after access ended");
        }
        Some(step)
    }

    /// Handles an event and everything that follows at once.
    fn handle(&mut self, at: usize, tab: usize, event: Event, tally: &mut Tally) -> Option<Action> {
        let mut event = event;
        for _ in 0..60 {
            let former = self.phones[at].tabs[tab].queue.queue_id();
            let step = self.step_of(at, tab, event)?;
            tally.renumbered += u32::from(self.phones[at].tabs[tab].queue.queue_id() != former);
            event = match step.action {
                Action::Send(body) => self.network(at, tab, body, tally)?,
                Action::PairAgain(_) => {
                    self.phones[at].needs_pairing = true;
                    return None;
                }
                action => return Some(action),
            };
        }
        panic!("a phone that never pauses");
    }
}
