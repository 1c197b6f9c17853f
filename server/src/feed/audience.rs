//! An audience: subscribers who may see the same, and the frames rendered once for all of them.

use crate::access::Visibility;
use axum::extract::ws::Utf8Bytes;
use mobile_core::ids::{ExhibitorId, RegistrationId};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// Frames kept for subscribers that are a moment behind; those further back read the table.
const RING: usize = 1024;
/// And their bytes: one lead with long notes can fill 200 KiB.
const RING_BYTES: usize = 2 << 20;

/// Who may see the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AudienceKey {
    /// Of one exhibitor, by visibility.
    Exhibitor(ExhibitorId, Visibility),
    /// One attendee, who is told of their own conversations and of nothing else.
    Attendee(RegistrationId),
    /// The organiser's monitor.
    Monitor,
    /// The monitor on a wall, which names nobody: totals and halls, and no entry of the feed.
    Wall,
}

#[derive(Debug, Default)]
struct Ring {
    /// Every frame after this position and up to `covered` is here.
    floor: u64,
    covered: u64,
    frames: VecDeque<(u64, Utf8Bytes)>,
    bytes: usize,
    /// Newest message per state, with the revision it came at.
    states: BTreeMap<String, (u64, Utf8Bytes)>,
    /// The states whose newest message is their last: whoever comes for the first time is not told of them.
    gone: BTreeSet<String>,
    revision: u64,
    /// Frames came since the states were last looked at.
    is_flowing: bool,
    /// States that changed wait for a frame to go with.
    is_waiting: bool,
}

/// What a subscriber gets next.
#[derive(Debug)]
pub enum Next {
    /// These messages: frames in order, then the newest states.
    News {
        /// What to send.
        messages: Vec<Utf8Bytes>,
        /// The position that the frames bring it to.
        position: u64,
        /// The revision that the states bring it to.
        revision: u64,
    },
    /// It is further back than the ring reaches: read the table up to this position first.
    Behind(u64),
}

/// Subscribers who may see the same.
#[derive(Debug)]
pub struct Audience {
    /// Who they are.
    pub key: AudienceKey,
    ring: Mutex<Ring>,
    moved: watch::Sender<u64>,
}

impl Audience {
    pub(super) fn new(key: AudienceKey, from: u64) -> Self {
        let ring = Ring { floor: from, covered: from, ..Ring::default() };
        Self { key, ring: Mutex::new(ring), moved: watch::channel(0).0 }
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds the frames of the entries up to `covered`. Only an audience that got one wakes up.
    pub(super) fn extend(&self, frames: Vec<(u64, Utf8Bytes)>, covered: u64) {
        let woken = !frames.is_empty();
        {
            let mut ring = self.ring();
            ring.covered = covered;
            for frame in frames {
                ring.bytes += frame.1.len();
                ring.frames.push_back(frame);
                while ring.frames.len() > RING || ring.bytes > RING_BYTES {
                    let Some((seq, oldest)) = ring.frames.pop_front() else { break };
                    ring.bytes -= oldest.len();
                    ring.floor = seq;
                }
            }
            if woken {
                ring.is_flowing = true;
                ring.is_waiting = false;
            }
        }
        if woken {
            self.wake();
        }
    }

    /// Forgets rendered frames, because less may be seen now than when they were made.
    pub(super) fn forget(&self) {
        let mut ring = self.ring();
        ring.frames.clear();
        ring.bytes = 0;
        ring.floor = ring.covered;
    }

    /// Sets the newest message of some states; unchanged ones are not sent again.
    ///
    /// While frames flow, states go with the next frame, or at the next look if none came: to wake
    /// thousands of subscribers for them alone costs as much as a frame.
    pub fn set_states(&self, states: Vec<(String, Utf8Bytes)>) {
        let mut ring = self.ring();
        let revision = ring.revision + 1;
        for (name, message) in states {
            ring.gone.remove(&name);
            if ring.states.get(&name).is_none_or(|(_, known)| *known != message) {
                ring.states.insert(name, (revision, message));
                ring.revision = revision;
            }
        }
        let changed = ring.revision == revision;
        let is_flowing = std::mem::take(&mut ring.is_flowing);
        let is_new = changed || ring.is_waiting;
        ring.is_waiting = is_new && is_flowing;
        drop(ring);
        if is_new && !is_flowing {
            self.wake();
        }
    }

    /// Sets the last message of states that are no more; told with the states that are set next.
    pub fn part(&self, states: Vec<(String, Utf8Bytes)>) {
        let mut ring = self.ring();
        let revision = ring.revision + 1;
        for (name, message) in states {
            if ring.states.get(&name).is_some_and(|(_, known)| *known == message) {
                continue;
            }
            ring.states.insert(name.clone(), (revision, message));
            ring.revision = revision;
            ring.is_waiting = true;
            ring.gone.insert(name);
        }
    }

    /// Has every subscriber look: at what is new, at its rights, at whether the server goes on.
    pub(super) fn wake(&self) {
        self.moved.send_modify(|count| *count += 1);
    }

    /// Everything after a position that the ring still holds, and the states newer than a revision. Without one it
    /// is a newcomer, who knew nothing of what is no more; who resumes after a while asks from revision 0.
    pub fn after(&self, position: u64, revision: Option<u64>) -> Next {
        let ring = self.ring();
        if position < ring.floor {
            return Next::Behind(ring.floor);
        }
        let from = ring.frames.partition_point(|(seq, _)| *seq <= position);
        let mut messages: Vec<Utf8Bytes> = ring.frames.range(from..).map(|(_, frame)| frame.clone()).collect();
        let since = revision.unwrap_or_default();
        if ring.revision > since {
            let is_told = |name: &String| revision.is_some() || !ring.gone.contains(name);
            let newer = ring.states.iter().filter(|(name, (at, _))| *at > since && is_told(name));
            messages.extend(newer.map(|(_, (_, message))| message.clone()));
        }
        Next::News { messages, position: ring.covered.max(position), revision: ring.revision }
    }

    /// The newest states.
    pub fn states(&self) -> Vec<Utf8Bytes> {
        self.ring().states.values().map(|(_, message)| message.clone()).collect()
    }

    /// The revision of the newest state.
    pub fn revision(&self) -> u64 {
        self.ring().revision
    }

    /// How far the reader has come for this audience.
    pub fn covered(&self) -> u64 {
        self.ring().covered
    }

    /// Changes whenever there is something to send.
    pub fn moved(&self) -> watch::Receiver<u64> {
        self.moved.subscribe()
    }

    pub(super) fn has_subscribers(&self) -> bool {
        self.moved.receiver_count() > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(range: std::ops::RangeInclusive<u64>) -> Vec<(u64, Utf8Bytes)> {
        range.map(|seq| (seq, Utf8Bytes::from(seq.to_string()))).collect()
    }

    #[test]
    fn a_subscriber_gets_every_frame_once_and_is_told_when_it_is_too_far_back() {
        let audience = Audience::new(AudienceKey::Monitor, 10);
        audience.extend(frames(11..=12), 15);
        assert!(matches!(audience.after(9, None), Next::Behind(10)));
        let Next::News { messages, position, .. } = audience.after(11, None) else { panic!("not behind") };
        assert_eq!((messages.len(), position), (1, 15));
        audience.extend(frames(16..=16 + RING as u64), 16 + RING as u64);
        assert!(matches!(audience.after(11, None), Next::Behind(_)));
    }

    #[test]
    fn while_frames_flow_states_go_with_the_next_frame_or_at_the_next_look() {
        let audience = Audience::new(AudienceKey::Monitor, 0);
        let mut moved = audience.moved();
        audience.set_states(vec![("a".into(), "1".into())]);
        assert!(moved.has_changed().unwrap(), "nothing flows: at once");
        moved.mark_unchanged();
        audience.extend(frames(1..=1), 1);
        moved.mark_unchanged();
        audience.set_states(vec![("a".into(), "2".into())]);
        assert!(!moved.has_changed().unwrap(), "a frame just came: with the next one");
        audience.extend(frames(2..=2), 2);
        let Next::News { messages, .. } = audience.after(1, Some(1)) else { panic!("not behind") };
        assert_eq!(messages, ["2", "2"].map(Utf8Bytes::from), "the frame, then the state");
        moved.mark_unchanged();
        audience.set_states(vec![("a".into(), "3".into())]);
        assert!(!moved.has_changed().unwrap());
        audience.set_states(vec![("a".into(), "3".into())]);
        assert!(moved.has_changed().unwrap(), "no frame came since the last look");
        moved.mark_unchanged();
        audience.set_states(vec![("a".into(), "3".into())]);
        assert!(!moved.has_changed().unwrap(), "told already");
    }

    #[test]
    fn a_state_that_is_no_more_is_told_to_who_may_have_known_it() {
        let audience = Audience::new(AudienceKey::Monitor, 0);
        audience.part(vec![("b".into(), "gone".into())]);
        audience.set_states(vec![("a".into(), "1".into()), ("b".into(), "1".into())]);
        let Next::News { messages, revision, .. } = audience.after(0, None) else { panic!("not behind") };
        assert_eq!(messages.len(), 2);
        let told = |since| match audience.after(0, Some(since)) {
            Next::News { messages, .. } => messages,
            Next::Behind(_) => panic!("not behind"),
        };
        audience.part(vec![("b".into(), "gone".into())]);
        let mut moved = audience.moved();
        audience.set_states(vec![("a".into(), "1".into())]);
        assert!(moved.has_changed().unwrap());
        moved.mark_unchanged();
        assert_eq!(told(revision), [Utf8Bytes::from("gone")]);
        let newcomer = || match audience.after(0, None) {
            Next::News { messages, .. } => messages,
            Next::Behind(_) => panic!("not behind"),
        };
        assert_eq!(newcomer(), [Utf8Bytes::from("1")], "whoever comes for the first time");
        assert_eq!(told(0), ["1", "gone"].map(Utf8Bytes::from), "whoever comes back");
        audience.part(vec![("c".into(), "gone".into())]);
        assert_eq!(told(0).len(), 3, "it went while nobody listened");
        audience.set_states(vec![("b".into(), "2".into())]);
        assert_eq!(newcomer().len(), 2, "it is back");
    }

    #[test]
    fn a_state_is_sent_once_until_it_changes() {
        let audience = Audience::new(AudienceKey::Monitor, 0);
        audience.set_states(vec![("a".into(), "1".into())]);
        let Next::News { messages, revision, .. } = audience.after(0, None) else { panic!("not behind") };
        assert_eq!(messages.len(), 1);
        audience.set_states(vec![("a".into(), "1".into())]);
        let Next::News { messages, .. } = audience.after(0, Some(revision)) else { panic!("not behind") };
        assert!(messages.is_empty());
    }
}
