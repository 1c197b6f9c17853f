//! The doors of the sessions: one reader a room, which delivers who went in and out, as doors do.

use super::DemoError;
use super::captures::Pen;
use super::programme::Announced;
use super::random::Dice;
use super::scenario::Scenario;
use super::seed::Stage;
use crate::access::SystemScope;
use crate::access::identity::{DeviceIdentity, Identity};
use crate::app::App;
use crate::captures;
use crate::devices::DevicePark;
use crate::devices::pairing::{self, CodeWish, PairRequest};
use mobile_core::ids::{DeviceId, QueueId};
use mobile_core::time::Timestamp;
use mobile_core::wire::{Batch, Outcome};
use serde_json::json;
use std::sync::Arc;

const SECOND: i64 = 1_000_000;

/// Plays who went into the sessions that have begun, and out of those that are over.
pub async fn attend(
    (app, system): (&App, SystemScope),
    scenario: &Scenario,
    stage: &Stage,
    announced: &[Announced],
) -> Result<(), DemoError> {
    let mut rooms: Vec<&str> = announced.iter().map(|session| session.room.as_str()).collect();
    rooms.sort_unstable();
    rooms.dedup();
    for (number, room) in rooms.into_iter().enumerate() {
        let mut sessions: Vec<&Announced> = announced.iter().filter(|session| session.room == room).collect();
        sessions.sort_by_key(|session| session.from);
        let park = DevicePark::from(&system.organizer(stage.event));
        let wish = CodeWish {
            label: Some(room.to_owned()),
            sessions: sessions.iter().map(|session| session.id).collect(),
            ..CodeWish::default()
        };
        let code = pairing::make_code(app, &park, wish).await?.code;
        let request = PairRequest {
            pairing_code: code.to_string(),
            install_id: format!("demo-door-{number}"),
            device_name: format!("Door of {room}"),
            platform: "reader".to_owned(),
            app_version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        };
        let mut door = Door {
            device: pairing::pair(app, request).await?.device_id,
            pen: Pen::new(scenario.seed.wrapping_add(number as u64), "doors"),
            dice: Dice::new(scenario.seed.wrapping_add(number as u64), "doors"),
            last: 0,
        };
        for session in sessions.into_iter().filter(|session| session.from <= scenario.now) {
            door.deliver(app, scenario, stage, session).await?;
        }
    }
    Ok(())
}

/// A reader at a door, with the number of its last capture.
struct Door {
    device: DeviceId,
    pen: Pen,
    dice: Dice,
    last: u64,
}

impl Door {
    async fn deliver(
        &mut self,
        app: &App,
        scenario: &Scenario,
        stage: &Stage,
        session: &Announced,
    ) -> Result<(), DemoError> {
        let mut marks: Vec<(i64, &str, &str)> = Vec::new();
        for worn in session.guests.iter().filter_map(|person| stage.worn.get(*person)) {
            marks.push((session.from + self.dice.between(-8 * 60, 6 * 60) * SECOND, "session_check_in", &worn.code));
            let early = if self.dice.chance(0.15) { self.dice.between(8 * 60, 20 * 60) } else { 0 };
            let out = session.until + (self.dice.between(-60, 4 * 60) - early) * SECOND;
            marks.push((out, "session_check_out", &worn.code));
        }
        marks.retain(|(at, ..)| *at <= scenario.now);
        marks.sort_unstable();
        let mut captures = Vec::with_capacity(marks.len());
        for (at, kind, code) in &marks {
            self.last += 1;
            let at = Timestamp::from_micros(*at);
            let capture = json!({"id": self.pen.id(at), "device_seq": self.last, "captured_at": at, "kind": kind,
                "session_id": session.id, "code": code});
            captures.push(serde_json::value::to_raw_value(&capture)?);
        }
        let sent_at = marks.last().map_or(scenario.now, |(at, ..)| (at + SECOND).min(scenario.now));
        let batch = Batch {
            sent_at: Timestamp::from_micros(sent_at),
            queue_id: Some(QueueId(self.device.0)),
            last_device_seq: Some(self.last),
            exhibitor_id: None,
            captures,
        };
        let identity = Identity::Device(Arc::new(DeviceIdentity {
            id: self.device,
            event: stage.event,
            exhibitor: None,
            member: None,
            booth: None,
            revoked_at: None,
            lost_at: None,
        }));
        let receipts = captures::accept(app, &identity, batch, Timestamp::from_micros(sent_at)).await?;
        match receipts.results.iter().find(|receipt| receipt.outcome != Outcome::Accepted) {
            Some(refused) => Err(format!("a door's check-in was not accepted: {refused:?}").into()),
            None => Ok(()),
        }
    }
}
