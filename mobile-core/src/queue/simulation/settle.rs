//! The end of a schedule: a good network for everyone, and what must then be true.

use super::super::Settlement;
use super::super::sync::{Action, Event};
use super::phone::{Pairing, destination, new_id};
use super::server::Space;
use super::world::{SECOND, SPACES, Tally, World};
use crate::capture::Capture;
use crate::ids::CaptureId;

impl World {
    /// Gives everyone a good network until nothing is left to send and everything was asked about.
    pub(super) fn settle(&mut self, tally: &mut Tally) {
        // Requests that are still under way are lost for good.
        self.late.clear();
        for at in 0..self.phones.len() {
            self.crash(at);
        }
        // What one phone brings back may show another its loss: until a whole round is quiet.
        for _ in 0..8 {
            let before = self.held();
            for at in 0..self.phones.len() {
                for space in 0..SPACES as Space {
                    // Also what a failed write kept after all: nobody was told of it, and it counts.
                    let name = destination(space);
                    let captures = self.phones[at].tabs[0].queue.captures();
                    if captures.iter().any(|capture| capture.destination() == Some(name.as_str())) {
                        self.revoked_deliveries(at, space, tally);
                        self.pair_again_quietly(at, space);
                        self.finish(at);
                    }
                }
            }
            if self.held() == before {
                return;
            }
        }
        panic!("the phones never agree with the server");
    }

    /// How much the server has.
    fn held(&self) -> usize {
        self.server.spaces.values().map(|kept| kept.captures.len() + kept.refused.len()).sum()
    }

    /// A revoked phone first delivers with the token it has.
    fn revoked_deliveries(&mut self, at: usize, space: Space, tally: &mut Tally) {
        let Pairing { token, space: present } = self.phones[at].pairing;
        let Some(device) = self.server.devices.get(&token).copied() else { return };
        let Some(ended_us) = device.ended_us.filter(|_| present == space) else { return };
        let told: Vec<CaptureId> = self.phones[at].tabs[0].queue.unsent().map(|capture| capture.id).collect();
        self.finish(at);
        assert!(self.phones[at].tabs[0].queue.is_access_ended(), "the phone was not told that its access ended");
        for id in told {
            let settlement = &self.phones[at].tabs[0].queue.find(id).unwrap().settlement;
            let is_late = self.taken_us[&id] > ended_us;
            tally.late_after_revocation += u32::from(is_late);
            let is_refused = matches!(settlement, Some(Settlement::NotAccepted { .. }));
            let kept = &self.server.spaces[&space];
            assert!(is_refused == (is_late || kept.refused.contains(&id)) || kept.captures.contains_key(&id));
        }
    }

    fn pair_again_quietly(&mut self, at: usize, space: Space) {
        self.phones[at].pairing = self.pair(space);
        let queue_id = new_id(&mut self.dice);
        let program = &mut self.phones[at].tabs[0];
        program.queue.deliver_to(&destination(space), queue_id).unwrap();
        program.queue.set_access_ended(false).unwrap();
    }

    fn finish(&mut self, at: usize) {
        let mut event = Event::TokenChanged;
        let (mut quiet, mut probed) = (0, 0);
        for turn in 0..4000 {
            let action = self.step_of(at, 0, event).expect("the disk works now").action;
            let queue = &self.phones[at].tabs[0].queue;
            let ours = queue.captures().iter().filter(|capture| queue.is_for_present(capture)).count();
            let (unsent, numberings) = (queue.unsent_count(), queue.queue_ids().len());
            event = match action {
                Action::Send(body) => {
                    let empty = body.contains("\"captures\":[]");
                    (quiet, probed) = match (unsent, empty) {
                        (0, true) => (quiet + 1, probed),
                        (0, false) => (quiet, probed + 1),
                        _ => (0, 0),
                    };
                    self.pass(20_000);
                    self.answer(at, &body)
                }
                Action::WaitUntil(until) => {
                    // Between the probes there are signs of life without captures.
                    let least = if turn % 4 < 2 { 600 * SECOND } else { 0 };
                    let pause = until.saturating_sub(self.now_of(at, 0).monotonic_us).max(least);
                    self.pass(pause);
                    Event::Woke
                }
                // A request was under way when the weather turned.
                Action::AwaitAnswer => Event::Failed,
                Action::PairAgain(_) => panic!("a fresh token was refused"),
            };
            // Every other probe walks on; a walk may be cut short by each numbering.
            let probes = if ours == 0 { 0 } else { 2 * (ours / 8 + numberings + 1) };
            if unsent == 0 && quiet > numberings.min(2) && probed >= probes {
                return;
            }
        }
        panic!("phone {at} never finished");
    }

    pub(super) fn check(&self) {
        for phone in &self.phones {
            let queue = &phone.tabs[0].queue;
            for (id, space) in &phone.told {
                let places: Vec<Space> = self
                    .server
                    .spaces
                    .iter()
                    .filter(|(_, kept)| kept.captures.contains_key(id) || kept.refused.contains(id))
                    .map(|(space, _)| *space)
                    .collect();
                assert_eq!(places, [*space], "{id} was saved for space {space}; it is in these");
            }
            for capture in queue.captures() {
                let sent = Capture::parse(capture.body.get()).unwrap().digest();
                let digests: Vec<[u8; 32]> =
                    self.server.spaces.values().filter_map(|kept| kept.captures.get(&capture.id).copied()).collect();
                match capture.settlement {
                    Some(Settlement::Sent { .. }) => assert_eq!(digests, [sent], "{}", capture.id),
                    Some(Settlement::NotAccepted { .. }) => assert!(
                        self.server.spaces.values().any(|kept| kept.refused.contains(&capture.id)),
                        "{} is kept aside nowhere",
                        capture.id
                    ),
                    None => panic!("{} was never settled", capture.id),
                }
            }
        }
    }
}
