//! Resuming a live stream: what was seen, when to connect again, and when to stop.
//!
//! Keeps the subscriber's half of design rule 8: it says the last number it saw, heads included,
//! and hands on each message once and in order. Randomness and time arrive as arguments.

use std::fmt;

use serde_json::Value;

use crate::wire::Frame;

const SECOND: u64 = 1_000_000;
/// First pause after a failure, doubled up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: u64 = SECOND;
const LONGEST_PAUSE: u64 = 60 * SECOND;
/// The longest wait that a server may ask for.
const LONGEST_RETRY_AFTER: u64 = 15 * 60 * SECOND;
/// After a restart of the server, everyone returns within this time.
const RESTART_SPREAD: u64 = 5 * SECOND;

/// A stream that says nothing for this long is lost: every 20 s there is a ping and a head.
pub const SILENCE_LIMIT_US: u64 = 50 * SECOND;

/// What a subscriber has seen, and how its connections went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resume {
    since: Option<u64>,
    failures: u32,
    has_progressed: bool,
}

/// How a connection was lost, or did not come about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    /// The server closed it with this code, or without one.
    Closed(Option<u16>),
    /// It broke, fell silent, or could not be made.
    Broken,
    /// The server answered the upgrade with this status.
    Refused {
        /// The HTTP status.
        status: u16,
        /// Its `Retry-After`, in seconds.
        retry_after_s: Option<u64>,
    },
}

/// What to do after a loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Connect again after so many microseconds, with [`Resume::since`] as it is then.
    ConnectAfter(u64),
    /// Do not connect again with this token.
    Stop(End),
}

/// Why a stream is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Nobody is signed in with this token any more: show nothing of the event.
    SignedOut,
    /// The rights were withdrawn.
    Forbidden,
    /// There is no such stream, or not for this caller.
    NotFound,
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SignedOut => "the sign-in has ended; sign in or pair again",
            Self::Forbidden => "the right to follow this stream was withdrawn",
            Self::NotFound => "there is no such stream for this sign-in",
        })
    }
}

impl std::error::Error for End {}

impl Resume {
    /// Begins after this number: the `seq` of the list that is on the screen. `None` begins with
    /// what is new.
    pub fn new(since: Option<u64>) -> Self {
        Self { since, failures: 0, has_progressed: false }
    }

    /// What to say as `since` when connecting.
    pub fn since(&self) -> Option<u64> {
        self.since
    }

    /// Takes a text message. Returns the frame if it is to be handed on: repeats and messages of
    /// kinds that this program does not know are not, the latter count as seen.
    pub fn received(&mut self, text: &str) -> Option<Frame> {
        let Ok(frame) = serde_json::from_str::<Frame>(text) else {
            let seq = serde_json::from_str::<Value>(text).ok()?.get("seq")?.as_u64()?;
            self.see(seq);
            return None;
        };
        match &frame {
            Frame::Hello { seq, .. } => {
                self.since.get_or_insert(*seq);
                (self.failures, self.has_progressed) = (0, false);
            }
            // May lie below what was seen: then the server's feed was restored.
            Frame::Resync { seq } => (self.since, self.has_progressed) = (Some(*seq), true),
            Frame::Head { head } => self.see(*head),
            _ => {
                if let Some(seq) = frame.seen() {
                    if self.since.is_some_and(|since| seq <= since) {
                        return None;
                    }
                    self.see(seq);
                }
            }
        }
        Some(frame)
    }

    fn see(&mut self, seq: u64) {
        if self.since.is_none_or(|since| seq > since) {
            self.since = Some(seq);
            self.has_progressed = true;
        }
    }

    /// Decides what follows a loss. `random` is 64 fresh random bits.
    pub fn lost(&mut self, lost: Lost, random: u64) -> Next {
        let has_progressed = std::mem::take(&mut self.has_progressed);
        match lost {
            Lost::Closed(Some(4401)) | Lost::Refused { status: 401, .. } => return Next::Stop(End::SignedOut),
            Lost::Closed(Some(4403)) | Lost::Refused { status: 403, .. } => return Next::Stop(End::Forbidden),
            Lost::Refused { status: 404, .. } => return Next::Stop(End::NotFound),
            Lost::Closed(Some(1012)) => return Next::ConnectAfter(random % (RESTART_SPREAD + 1)),
            // Too slow: what was missed is waiting. Without progress it would be a tight circle.
            Lost::Closed(Some(4408)) if has_progressed => return Next::ConnectAfter(0),
            Lost::Refused { status: 429 | 503, retry_after_s: Some(seconds) } => {
                let asked = seconds.saturating_mul(SECOND).min(LONGEST_RETRY_AFTER);
                return Next::ConnectAfter(asked + random % (asked / 2 + SECOND));
            }
            _ => {}
        }
        let pause = (FIRST_PAUSE << self.failures.min(6)).min(LONGEST_PAUSE);
        self.failures += 1;
        Next::ConnectAfter(pause / 2 + random % (pause / 2 + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HELLO: &str = r#"{"type":"hello","seq":40,"server_time":"2026-11-22T09:30:00Z"}"#;

    fn head(head: u64) -> String {
        format!(r#"{{"type":"head","head":{head}}}"#)
    }

    fn counted(seq: u64) -> String {
        let nil = uuid::Uuid::nil();
        format!(r#"{{"type":"scan.counted","seq":{seq},"at":"2026-11-22T09:30:00Z","exhibitor_id":"{nil}"}}"#)
    }

    #[test]
    fn a_stream_without_since_begins_at_the_head() {
        let mut resume = Resume::new(None);
        assert!(resume.received(HELLO).is_some());
        assert_eq!(resume.since(), Some(40));
    }

    #[test]
    fn each_message_is_handed_on_once() {
        let mut resume = Resume::new(Some(7));
        assert!(resume.received(HELLO).is_some());
        assert_eq!(resume.since(), Some(7), "hello tells the head, it is not yet seen");
        assert!(resume.received(&counted(9)).is_some());
        assert!(resume.received(&counted(9)).is_none());
        assert!(resume.received(&counted(8)).is_none());
        assert!(resume.received(&counted(12)).is_some());
        assert_eq!(resume.since(), Some(12));
    }

    #[test]
    fn heads_count_as_seen_and_never_go_back() {
        let mut resume = Resume::new(Some(7));
        resume.received(&head(30));
        resume.received(&head(20));
        assert_eq!(resume.since(), Some(30));
    }

    #[test]
    fn a_resync_goes_on_from_its_number_even_a_lower_one() {
        let mut resume = Resume::new(Some(900));
        assert!(resume.received(r#"{"type":"resync","seq":40}"#).is_some());
        assert_eq!(resume.since(), Some(40));
        assert!(resume.received(&counted(41)).is_some());
    }

    #[test]
    fn messages_of_a_newer_server_count_as_seen_and_noise_does_not() {
        let mut resume = Resume::new(Some(7));
        assert!(resume.received(r#"{"type":"robot.arrived","seq":9}"#).is_none());
        assert_eq!(resume.since(), Some(9));
        for noise in ["", "{", "[]", r#"{"seq":-1}"#, r#"{"type":"head"}"#, &"[".repeat(9999)] {
            assert!(resume.received(noise).is_none());
        }
        assert_eq!(resume.since(), Some(9));
    }

    #[test]
    fn a_restarting_server_gets_its_subscribers_back_over_five_seconds() {
        let mut resume = Resume::new(None);
        for random in [0, 1, 4_999_999, 5_000_000, 5_000_001, u64::MAX] {
            let Next::ConnectAfter(pause) = resume.lost(Lost::Closed(Some(1012)), random) else { panic!() };
            assert!(pause <= 5_000_000);
        }
    }

    #[test]
    fn a_slow_subscriber_resumes_at_once_while_it_gets_on() {
        let mut resume = Resume::new(Some(7));
        resume.received(&counted(9));
        assert_eq!(resume.lost(Lost::Closed(Some(4408)), u64::MAX), Next::ConnectAfter(0));
        assert_ne!(resume.lost(Lost::Closed(Some(4408)), u64::MAX), Next::ConnectAfter(0));
    }

    #[test]
    fn withdrawn_access_stops_the_stream() {
        let mut resume = Resume::new(None);
        for (lost, end) in [
            (Lost::Closed(Some(4401)), End::SignedOut),
            (Lost::Closed(Some(4403)), End::Forbidden),
            (Lost::Refused { status: 401, retry_after_s: None }, End::SignedOut),
            (Lost::Refused { status: 403, retry_after_s: None }, End::Forbidden),
            (Lost::Refused { status: 404, retry_after_s: None }, End::NotFound),
        ] {
            assert_eq!(resume.lost(lost, 1), Next::Stop(end));
        }
    }

    #[test]
    fn pauses_double_to_a_minute_and_a_hello_ends_them() {
        let mut resume = Resume::new(None);
        let mut pauses = Vec::new();
        for lost in [
            Lost::Broken,
            Lost::Closed(None),
            Lost::Closed(Some(1006)),
            Lost::Refused { status: 302, retry_after_s: None },
        ] {
            pauses.push(resume.lost(lost, 0));
        }
        assert_eq!(pauses, [500_000, 1_000_000, 2_000_000, 4_000_000].map(Next::ConnectAfter));
        for _ in 0..100 {
            resume.lost(Lost::Broken, u64::MAX);
        }
        assert_eq!(resume.lost(Lost::Broken, 0), Next::ConnectAfter(30_000_000));
        resume.received(HELLO);
        assert_eq!(resume.lost(Lost::Broken, 0), Next::ConnectAfter(500_000));
    }

    #[test]
    fn a_server_that_asks_to_wait_is_heard() {
        let mut resume = Resume::new(None);
        let lost = Lost::Refused { status: 503, retry_after_s: Some(8) };
        assert_eq!(resume.lost(lost, 0), Next::ConnectAfter(8_000_000));
        let lost = Lost::Refused { status: 503, retry_after_s: Some(u64::MAX) };
        assert_eq!(resume.lost(lost, 0), Next::ConnectAfter(900_000_000));
    }
}
