//! A state as streams tell it: the frame that everybody knows, and whether it is the last of what it is about.

use crate::feed::render::text;
use axum::extract::ws::Utf8Bytes;
use mobile_core::ids::ExhibitorId;
use mobile_core::wire::Frame;
use serde::{Deserialize, Serialize};
use std::ops::Not;

/// A state of an exhibitor or a device. One that is listed no more is told once again with `is_gone`: pages drop
/// it, and a program that does not know the field keeps what it had.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// The state.
    #[serde(flatten)]
    pub frame: Frame,
    /// Whether the monitor lists it no more.
    #[serde(default, skip_serializing_if = "Not::not")]
    pub is_gone: bool,
}

impl Told {
    /// As a message.
    pub fn text(&self) -> Utf8Bytes {
        // What goes on is the bare frame, without the detour of one within another.
        if self.is_gone { text(self) } else { text(&self.frame) }
    }
}

/// A state under the name that it is kept by.
#[derive(Debug)]
pub struct State {
    /// Its name.
    pub name: String,
    /// Which exhibitor's; none for the organiser's devices.
    pub of: Option<ExhibitorId>,
    /// What is told.
    pub told: Told,
}

#[cfg(test)]
mod tests {
    use super::*;
    use mobile_core::wire::frames::ExhibitorStats;

    #[test]
    fn what_is_gone_is_said_in_a_frame_that_everybody_knows() {
        let stats = ExhibitorStats {
            exhibitor_id: ExhibitorId(uuid::Uuid::nil()),
            name: "Acme".into(),
            booth: None,
            scans: 3,
            leads: 2,
            scans_last_minute: 0,
            last_scan_at: Some(mobile_core::time::Timestamp::from_micros(7)),
            devices: 1,
            not_yet_sent: 0,
        };
        for is_gone in [false, true] {
            let told = Told { frame: Frame::ExhibitorStats(stats.clone()), is_gone };
            let text = told.text();
            assert_eq!(text.contains("is_gone"), is_gone, "{text}");
            assert_eq!(serde_json::from_str::<Told>(&text).unwrap(), told);
            assert_eq!(serde_json::from_str::<Frame>(&text).unwrap(), told.frame);
        }
    }
}
