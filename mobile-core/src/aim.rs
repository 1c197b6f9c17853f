//! Which of the codes that the camera sees becomes a scan: continuous scanning without repeats.
//!
//! Only a code whose centre lies inside the aim frame counts, with several the one nearest the
//! frame's centre. The same code is not taken again until it has been out of sight for 3 s, and when
//! it returns within 10 minutes of having been taken, only on a tap. Web addresses, Wi-Fi settings, product and
//! pairing codes ([`Badge::asks_first`]) are taken on a tap only. No clock: time is an argument.

use std::collections::BTreeMap;

use crate::badge::{self, Badge};
use crate::decode::{Code, Point};

/// A code counts as gone when no frame has shown it for this long.
pub const OUT_OF_SIGHT_US: u64 = 3_000_000;
/// Within this time of having been taken, a code is taken again on a tap only.
pub const TAP_WITHIN_US: u64 = 10 * 60 * 1_000_000;
/// Frames further apart than this are no proof that a code was out of sight: the camera stood still.
const STALL_US: u64 = 1_000_000;
/// A tap means what the screen shows; what it showed this long ago is gone.
const OFFER_LASTS_US: u64 = 2_000_000;
/// Codes remembered at most. Nobody takes as many in ten minutes; the oldest is forgotten first.
const MOST_REMEMBERED: usize = 4096;

/// The part of the picture that a person aims with, in pixels of the upright frame.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct AimFrame {
    /// Left edge.
    pub left: f32,
    /// Upper edge.
    pub top: f32,
    /// Right edge.
    pub right: f32,
    /// Lower edge.
    pub bottom: f32,
}

/// A code in a camera's frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sighting<'a> {
    /// What it says.
    pub text: &'a str,
    /// Its middle, in pixels of the upright frame.
    pub centre: Point,
}

/// What to do about a camera frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing: no code is aimed at.
    Nothing,
    /// Take it: the text as it was read. It counts as taken.
    Take(String),
    /// It was taken and has not been out of sight since. Show it as done, without a sound.
    Held(String),
    /// It was taken within the last 10 minutes: show when, and that a tap takes it again.
    TapToRepeat {
        /// The text as it was read.
        text: String,
        /// Microseconds since it was taken.
        taken_ago_us: u64,
    },
    /// It may be no badge: ask first. A tap takes it.
    TapToTake(String),
}

/// The state machine of one camera.
#[derive(Debug, Clone, Default)]
pub struct Aim {
    /// By the key of the code, so that two spellings of one code are one.
    taken: BTreeMap<String, Taken>,
    last_frame_us: Option<u64>,
    offer: Option<Offer>,
}

#[derive(Debug, Clone, Copy)]
struct Taken {
    at_us: u64,
    seen_us: u64,
    /// Whether it has been out of sight since it was taken.
    was_away: bool,
}

#[derive(Debug, Clone)]
struct Offer {
    text: String,
    key: String,
    at_us: u64,
}

impl AimFrame {
    /// The middle of a picture: `share` of its shorter side, square, such as 0.6.
    pub fn centred(width: usize, height: usize, share: f32) -> Self {
        let half = width.min(height) as f32 * share.clamp(0.0, 1.0) / 2.0;
        let (x, y) = (width as f32 / 2.0, height as f32 / 2.0);
        Self { left: x - half, top: y - half, right: x + half, bottom: y + half }
    }

    fn has(&self, point: Point) -> bool {
        point.x >= self.left && point.x <= self.right && point.y >= self.top && point.y <= self.bottom
    }

    /// The squared distance of a point from the middle; comparing needs no root.
    fn distance(&self, point: Point) -> f32 {
        let (x, y) = (f32::midpoint(self.left, self.right) - point.x, f32::midpoint(self.top, self.bottom) - point.y);
        x * x + y * y
    }
}

impl<'a> From<&'a Code> for Sighting<'a> {
    /// A code that the decoder read; its centre is the mean of its corners.
    fn from(code: &'a Code) -> Self {
        let sum = code.corners.iter().fold((0.0, 0.0), |(x, y), corner| (x + corner.x, y + corner.y));
        Self { text: &code.text, centre: Point::new(sum.0 / 4.0, sum.1 / 4.0) }
    }
}

impl Aim {
    /// Looks at all codes of one camera frame, also when there are none. `now_us` is a clock that
    /// never jumps.
    pub fn see(&mut self, frame: AimFrame, codes: &[Sighting<'_>], now_us: u64) -> Verdict {
        let badges: Vec<Badge> = codes.iter().map(|code| badge::parse(code.text)).collect();
        self.remember(&badges, now_us);
        self.offer = None;
        let aimed = codes.iter().zip(&badges).filter(|(code, _)| !code.text.is_empty() && frame.has(code.centre));
        let nearest = aimed.min_by(|(a, _), (b, _)| frame.distance(a.centre).total_cmp(&frame.distance(b.centre)));
        let Some((code, badge)) = nearest else { return Verdict::Nothing };
        let text = code.text.to_owned();
        let offer = Offer { text: text.clone(), key: badge.key().to_owned(), at_us: now_us };
        match self.taken.get(badge.key()) {
            Some(taken) if !taken.was_away => Verdict::Held(text),
            // Also past the ten minutes, as long as it stays in sight: a badge that lies before the
            // camera must not become a scan by itself.
            Some(taken) => {
                let taken_ago_us = now_us.saturating_sub(taken.at_us);
                self.offer = Some(offer);
                Verdict::TapToRepeat { text, taken_ago_us }
            }
            _ if badge.asks_first() => {
                self.offer = Some(offer);
                Verdict::TapToTake(text)
            }
            _ => {
                self.take(offer.key, now_us);
                Verdict::Take(text)
            }
        }
    }

    /// The person tapped: takes what the last frame offered, and says what it was.
    pub fn tap(&mut self, now_us: u64) -> Option<String> {
        let offer = self.offer.take()?;
        if now_us.saturating_sub(offer.at_us) > OFFER_LASTS_US {
            return None;
        }
        self.take(offer.key, now_us);
        Some(offer.text)
    }

    /// What was to be taken could not be kept: it does not count as taken, so that it is taken when it is seen again.
    pub fn give_back(&mut self, text: &str) {
        self.taken.remove(badge::parse(text).key());
    }

    fn take(&mut self, key: String, now_us: u64) {
        self.taken.insert(key, Taken { at_us: now_us, seen_us: now_us, was_away: false });
        if self.taken.len() > MOST_REMEMBERED
            && let Some(oldest) = self.taken.iter().min_by_key(|(_, taken)| taken.seen_us).map(|(key, _)| key.clone())
        {
            self.taken.remove(&oldest);
        }
    }

    /// Notes what is in sight, and forgets what no longer matters.
    fn remember(&mut self, badges: &[Badge], now_us: u64) {
        let last_frame_us = self.last_frame_us.replace(now_us).unwrap_or(now_us);
        let stall_us = now_us.saturating_sub(last_frame_us);
        for taken in self.taken.values_mut() {
            if stall_us > STALL_US {
                // Nobody looked meanwhile, so that time proves nothing.
                taken.seen_us = taken.seen_us.saturating_add(stall_us).min(now_us);
            }
            taken.was_away |= taken.is_out_of_sight(now_us);
        }
        self.taken
            .retain(|_, taken| !taken.is_out_of_sight(now_us) || now_us.saturating_sub(taken.at_us) < TAP_WITHIN_US);
        for badge in badges {
            if let Some(taken) = self.taken.get_mut(badge.key()) {
                taken.seen_us = now_us;
            }
        }
    }
}

impl Taken {
    fn is_out_of_sight(&self, now_us: u64) -> bool {
        now_us.saturating_sub(self.seen_us) >= OUT_OF_SIGHT_US
    }
}

#[cfg(test)]
mod tests;
