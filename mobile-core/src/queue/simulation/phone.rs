//! A phone of the simulation: one disk, and the programs (tabs) that work on it.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use uuid::Uuid;

use super::super::sync::Sync;
use super::super::{Queue, Storage, StorageError};
use super::dice::Dice;
use super::server::Space;
use crate::ids::{CaptureId, QueueId};

/// A disk with faults on demand. Who opens it last owns it: every write of another fails.
#[derive(Debug, Default, Clone)]
pub(super) struct Disk {
    pub(super) bytes: Vec<u8>,
    owner: u64,
    /// The next append keeps only so many bytes and fails.
    pub(super) tear_next: Option<usize>,
    /// The next replacing fails: before it happened, or after.
    pub(super) fail_replace: Option<bool>,
}

/// One program's way to the disk.
#[derive(Debug)]
pub(super) struct Tab {
    disk: Rc<RefCell<Disk>>,
    number: u64,
}

impl Tab {
    fn owned(&self) -> Result<std::cell::RefMut<'_, Disk>, StorageError> {
        let disk = self.disk.borrow_mut();
        if disk.owner == self.number { Ok(disk) } else { Err(StorageError::InUse("another tab".into())) }
    }
}

impl Storage for Tab {
    fn load(&mut self) -> Result<Vec<u8>, StorageError> {
        Ok(self.owned()?.bytes.clone())
    }

    fn append(&mut self, bytes: &[u8]) -> Result<(), StorageError> {
        let mut disk = self.owned()?;
        let kept = disk.tear_next.take();
        disk.bytes.extend_from_slice(&bytes[..kept.unwrap_or(bytes.len()).min(bytes.len())]);
        kept.map_or(Ok(()), |_| Err(StorageError::Failed("the simulation tore this write".into())))
    }

    fn replace(&mut self, bytes: &[u8]) -> Result<(), StorageError> {
        let mut disk = self.owned()?;
        let fails = disk.fail_replace.take();
        if fails != Some(false) {
            disk.bytes = bytes.to_vec();
        }
        fails.map_or(Ok(()), |_| Err(StorageError::Full("the simulation's disk".into())))
    }

    fn set_aside(&mut self, _: &[u8]) -> Result<(), StorageError> {
        Ok(())
    }
}

/// A running program: a queue and its sync machine, as of when it began.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) queue: Queue<Tab>,
    pub(super) sync: Sync,
    /// Its monotonic clock begins here.
    pub(super) born_us: u64,
}

/// What a phone is paired as.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pairing {
    pub(super) token: u64,
    pub(super) space: Space,
}

/// A phone.
#[derive(Debug)]
pub(super) struct Phone {
    pub(super) disk: Rc<RefCell<Disk>>,
    pub(super) tabs: Vec<Program>,
    pub(super) pairing: Pairing,
    /// What its person was told is saved, and for which space.
    pub(super) told: BTreeSet<(CaptureId, Space)>,
    /// What answers that reached it have named.
    pub(super) named: BTreeSet<CaptureId>,
    pub(super) needs_pairing: bool,
}

pub(super) fn destination(space: Space) -> String {
    format!("space {space}")
}

impl Phone {
    /// A phone with one program on what a disk holds.
    pub(super) fn on(disk: Disk, pairing: Pairing, now_us: u64, dice: &mut Dice) -> Self {
        let disk = Disk { tear_next: None, fail_replace: None, ..disk };
        let mut phone = Self {
            disk: Rc::new(RefCell::new(disk)),
            tabs: Vec::new(),
            pairing,
            told: BTreeSet::new(),
            named: BTreeSet::new(),
            needs_pairing: false,
        };
        phone.open(now_us, dice);
        phone.tabs[0].queue.deliver_to(&destination(pairing.space), new_id(dice)).unwrap();
        for capture in phone.tabs[0].queue.captures() {
            if capture.settlement.is_some() {
                phone.named.insert(capture.id);
            }
            let named = capture.destination.as_deref().and_then(|name| name.strip_prefix("space "));
            phone.told.insert((capture.id, named.unwrap().parse().unwrap()));
        }
        phone
    }

    /// Starts another program on the disk, which takes it over.
    pub(super) fn open(&mut self, now_us: u64, dice: &mut Dice) {
        let number = dice.next();
        self.disk.borrow_mut().owner = number;
        let (queue, _) = Queue::open(Tab { disk: self.disk.clone(), number }, new_id(dice)).unwrap();
        for (id, _) in &self.told {
            assert!(queue.find(*id).is_some(), "{id} was told to be saved and is gone");
        }
        self.tabs.push(Program { queue, sync: Sync::new(None), born_us: now_us });
    }

    /// Every program ends, and one starts again.
    pub(super) fn crash(&mut self, now_us: u64, dice: &mut Dice) {
        self.tabs.clear();
        {
            let mut disk = self.disk.borrow_mut();
            (disk.tear_next, disk.fail_replace) = (None, None);
        }
        self.open(now_us, dice);
        // The program knows whom it is paired to, and says so whenever it begins.
        let name = destination(self.pairing.space);
        self.tabs[0].queue.deliver_to(&name, new_id(dice)).unwrap();
    }
}

pub(super) fn new_id(dice: &mut Dice) -> QueueId {
    QueueId(Uuid::from_u128(dice.wide()))
}
