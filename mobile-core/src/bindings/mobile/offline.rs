//! What a phone knows without network, at the boundary: which code is aimed at, who scanned it
//! before, whether it is a badge of the event, and the rescue file.
//!
//! Rules are in [`crate::aim`], [`crate::seen`], [`crate::filter`] and [`crate::rescue`]; here are
//! the device's clocks and one lock each, so that a camera's thread and a screen's may both call.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use super::{BindingError, CaptureQueue, LeadlineClient};
use crate::aim::{Aim, AimFrame, Sighting, Verdict as Aimed};
use crate::badge::code_hash;
use crate::bindings::shapes::ReadCode;
use crate::capture::Rating;
use crate::client::{FilterUpdate, now, random};
use crate::decode::Point;
use crate::filter::{BadgeFilter, Verdict};
use crate::ids::EventId;
use crate::rescue::{self, RescueKey, Saver};
use crate::seen::{KeepNames, Seen};
use crate::time::Timestamp;
use crate::wire::Paired;

/// Nothing that is done under these locks panics; were it to, what they hold is whole.
fn hold<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What to do about a camera's picture.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum AimVerdict {
    /// Nothing: no code is aimed at.
    Nothing,
    /// Take it: `CaptureQueue.scan`. It counts as taken.
    Take {
        /// The text as it was read.
        text: String,
    },
    /// It was taken and has not been out of sight since. Show it as done, without a sound.
    Held {
        /// The text as it was read.
        text: String,
    },
    /// It was taken within the last 10 minutes: show when; `tap` takes it again.
    TapToRepeat {
        /// The text as it was read.
        text: String,
        /// Microseconds since it was taken.
        taken_ago_us: u64,
    },
    /// It may be no badge: ask first; `tap` takes it.
    TapToTake {
        /// The text as it was read.
        text: String,
    },
}

impl From<Aimed> for AimVerdict {
    fn from(verdict: Aimed) -> Self {
        match verdict {
            Aimed::Nothing => Self::Nothing,
            Aimed::Take(text) => Self::Take { text },
            Aimed::Held(text) => Self::Held { text },
            Aimed::TapToRepeat { text, taken_ago_us } => Self::TapToRepeat { text, taken_ago_us },
            Aimed::TapToTake(text) => Self::TapToTake { text },
        }
    }
}

/// The middle of a picture to aim with: `share` of its shorter side, square, such as 0.6. Sizes are
/// those of the upright picture.
#[uniffi::export]
pub fn centred_aim(width: u32, height: u32, share: f32) -> AimFrame {
    AimFrame::centred(width as usize, height as usize, share)
}

/// Which of the codes that a camera sees becomes a scan, so that scanning can go on by itself
/// without repeats. One for each camera.
#[derive(Debug, Default, uniffi::Object)]
pub struct ScanAim(Mutex<Aim>);

#[uniffi::export]
impl ScanAim {
    /// Nothing taken yet.
    #[uniffi::constructor]
    pub fn new() -> Self {
        Self::default()
    }

    /// Looks at what was read in one picture of the camera; tell it of pictures without a code too.
    pub fn see(&self, frame: AimFrame, codes: &[ReadCode]) -> AimVerdict {
        let sightings: Vec<Sighting<'_>> = codes.iter().map(Sighting::from).collect();
        hold(&self.0).see(frame, &sightings, now().monotonic_us).into()
    }

    /// The person tapped: what the last picture offered counts as taken, and this is its text.
    pub fn tap(&self) -> Option<String> {
        hold(&self.0).tap(now().monotonic_us)
    }
}

impl<'a> From<&'a ReadCode> for Sighting<'a> {
    /// The centre is the mean of the corners; without any it is nowhere, and never aimed at.
    fn from(code: &'a ReadCode) -> Self {
        let count = code.corners.len() as f32;
        let sum = code.corners.iter().fold(Point::default(), |sum, corner| sum + *corner);
        Self { text: &code.text, centre: sum * (1.0 / count) }
    }
}

/// An earlier scan of the same badge, to be put into words: "Karim scanned Ana at 10:12 (hot)".
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct EarlierScan {
    /// Who scanned: a member's name, else a temp's, else the device's label.
    pub who: Option<String>,
    /// Whom; nothing is "this badge".
    pub whom: Option<String>,
    /// When.
    pub at: Timestamp,
    /// The lead's rating.
    pub rating: Option<Rating>,
}

/// Who scanned a badge before, told without network. Few names stay here, and not for long.
#[derive(Debug, uniffi::Object)]
pub struct SeenBadges(Mutex<Seen>);

#[uniffi::export]
impl SeenBadges {
    /// Nothing seen yet. Names stay of the newest `leads` leads (50 unless the event says otherwise,
    /// 0 for none) and for `hours` hours (12).
    #[uniffi::constructor]
    pub fn new(leads: u32, hours: u32) -> Self {
        Self(Mutex::new(Seen::new(KeepNames { leads: leads as usize, hours })))
    }

    /// What [`SeenBadges::save`] gave, in an earlier run of the app.
    ///
    /// # Errors
    /// [`BindingError::Json`]; begin with an empty one then, nothing is lost but the feedback.
    #[uniffi::constructor]
    pub fn restore(saved: &str) -> Result<Self, BindingError> {
        Ok(Self(Mutex::new(serde_json::from_str(saved)?)))
    }

    /// What to keep between runs, where only this app reads it: it holds the names.
    pub fn save(&self) -> String {
        // Hashes, ids, names and times: nothing in it can fail to become JSON.
        serde_json::to_string(&*hold(&self.0)).unwrap_or_default()
    }

    /// The earlier scan of a badge, if this phone knows of one. Ask before telling of the new one.
    pub fn earlier(&self, code: &str) -> Option<EarlierScan> {
        let earlier = hold(&self.0).earlier(&code_hash(code), now().wall)?;
        Some(EarlierScan { who: earlier.who, whom: earlier.whom, at: earlier.at, rating: earlier.rating })
    }

    /// This phone took a scan, whether or not it was sent.
    pub fn scanned(&self, code: &str, who: Option<String>) {
        hold(&self.0).scanned(&code_hash(code), who.as_deref(), now().wall);
    }

    /// A receipt (`Settled.lead`) or a list told of a lead; `code` is what was scanned, where known.
    ///
    /// # Errors
    /// [`BindingError::Json`] when it is no lead.
    pub fn heard(&self, code: Option<String>, lead: Value) -> Result<(), BindingError> {
        let lead = serde_json::from_value(lead)?;
        hold(&self.0).heard(code.as_deref().map(code_hash).as_ref(), &lead, now().wall);
        Ok(())
    }

    /// A message of `LiveFeed.next`.
    ///
    /// # Errors
    /// [`BindingError::Json`] when it is none.
    pub fn live(&self, message: &str) -> Result<(), BindingError> {
        let frame = serde_json::from_str(message)?;
        hold(&self.0).live(&frame, now().wall);
        Ok(())
    }

    /// Other limits for names; those that are too many go at once.
    pub fn keep_names(&self, leads: u32, hours: u32) {
        hold(&self.0).keep_names(KeepNames { leads: leads as usize, hours }, now().wall);
    }

    /// Another person takes the phone.
    pub fn shift_changed(&self, each_sees_only_their_own: bool) {
        hold(&self.0).shift_changed(each_sees_only_their_own);
    }

    /// The phone was unpaired, its access ended, or it was reported lost.
    pub fn forget(&self) {
        hold(&self.0).forget();
    }
}

/// What can be said of a code without network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum BadgeVerdict {
    /// A badge of this event.
    Genuine,
    /// A badge that was lost, cancelled or misused: kept, and discloses nothing.
    Revoked {
        /// When the server last said so.
        as_of: Timestamp,
    },
    /// "Saved, details follow": a walk-in may be newer than what this phone knows.
    Unknown,
}

/// The event's badges as hashes, for verdicts without network: no personal data.
#[derive(Debug, Default, uniffi::Object)]
pub struct OfflineBadges(Mutex<Option<BadgeFilter>>);

#[uniffi::export(async_runtime = "tokio")]
impl OfflineBadges {
    /// Knows no badge until [`OfflineBadges::update`].
    #[uniffi::constructor]
    pub fn new() -> Self {
        Self::default()
    }

    /// What [`OfflineBadges::save`] gave, in an earlier run of the app.
    ///
    /// # Errors
    /// [`BindingError::Filter`]; begin with an empty one then, and update it.
    #[uniffi::constructor]
    pub fn restore(saved: Vec<u8>) -> Result<Self, BindingError> {
        Ok(Self(Mutex::new(Some(BadgeFilter::from_bytes(&saved)?))))
    }

    /// What to keep between runs; nothing while no badge is known.
    pub fn save(&self) -> Option<Vec<u8>> {
        hold(&self.0).as_ref().map(BadgeFilter::to_bytes)
    }

    /// What can be said of a code.
    pub fn verdict(&self, code: &str) -> BadgeVerdict {
        match hold(&self.0).as_ref().map(|filter| filter.verdict(&code_hash(code))) {
            Some(Verdict::Genuine) => BadgeVerdict::Genuine,
            Some(Verdict::Revoked { as_of }) => BadgeVerdict::Revoked { as_of },
            Some(Verdict::Unknown) | None => BadgeVerdict::Unknown,
        }
    }

    /// Until when it is complete; nothing while no badge is known.
    pub fn as_of(&self) -> Option<Timestamp> {
        hold(&self.0).as_ref().map(BadgeFilter::as_of)
    }

    /// Asks the server what changed. Call it after pairing and every few minutes.
    ///
    /// # Errors
    /// [`BindingError::Client`]; verdicts go on by what was known.
    pub async fn update(&self, client: Arc<LeadlineClient>, event_id: EventId) -> Result<FilterUpdate, BindingError> {
        let mut held = hold(&self.0).clone();
        let update = client.client().update_filter(event_id, &mut held).await?;
        *hold(&self.0) = held;
        Ok(update)
    }
}

#[uniffi::export]
impl CaptureQueue {
    /// What no answer has named yet, as a file that only the event's help desk can open. Save it
    /// where a person can hand it on; importing it twice, or sending the captures after all, is safe.
    ///
    /// # Errors
    /// [`BindingError::Rescue`], also when the pairing came from a server without a rescue key.
    pub fn rescue_file(&self, paired: &Paired) -> Result<Vec<u8>, BindingError> {
        let key = RescueKey::from_hex(paired.rescue_key.as_deref().unwrap_or_default())?;
        let saver = Saver {
            event_id: paired.event.id,
            device_id: Some(paired.device_id),
            exhibitor_id: paired.exhibitor.as_ref().map(|exhibitor| exhibitor.id),
            device_token: Some(&paired.device_token),
            clock_offset_us: self.0.clock_offset_us(),
            now: now().wall,
        };
        let rescued = self.0.with(|queue| rescue::contents(queue, saver));
        let mut fresh = [0; 32];
        for half in fresh.as_chunks_mut::<16>().0 {
            *half = random().to_le_bytes();
        }
        Ok(rescue::seal(&rescued, key, fresh)?)
    }
}
