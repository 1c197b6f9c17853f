//! Choosing when and where to meet, on pages of either side: the free slots, or a time of one's own.

use super::places::FreeSlot;
use crate::web::EventZone;
use crate::web::text::json_in_page;
use mobile_core::time::Timestamp;
use serde_json::{Value, json};

/// How many free slots a page offers.
pub const SLOTS: usize = 24;

/// A choice of a list.
#[derive(Debug, Clone)]
pub struct Choice {
    /// What is sent.
    pub code: String,
    /// What is shown.
    pub label: String,
    /// Whether it is chosen now.
    pub is_chosen: bool,
}

/// A free slot as a button.
#[derive(Debug)]
pub struct SlotChoice {
    /// When.
    pub time: String,
    /// Where.
    pub place: String,
    /// What is sent.
    pub body: String,
}

/// The slots of one day.
#[derive(Debug)]
pub struct SlotDay {
    /// The day.
    pub name: String,
    /// Its slots, the earliest first.
    pub slots: Vec<SlotChoice>,
}

/// What `meetings/when.html` shows.
#[derive(Debug)]
pub struct When {
    /// The operation that is called.
    pub call: String,
    /// What it is told besides the time.
    pub fixed: Vec<(String, String)>,
    /// The free slots.
    pub days: Vec<SlotDay>,
    /// The beginning that the form proposes.
    pub starts: String,
    /// The end that the form proposes.
    pub ends: String,
    /// The places of the form.
    pub locations: Vec<Choice>,
    /// The people who may come.
    pub members: Vec<Choice>,
    /// What is said when it is sent.
    pub verb: &'static str,
    /// Where it leads afterwards.
    pub leave: String,
}

impl When {
    /// A choice between these slots, or a time of one's own near `times`.
    pub fn new(
        zone: &EventZone,
        now: Timestamp,
        call: String,
        fixed: Vec<(String, String)>,
        mut slots: Vec<FreeSlot>,
        times: (Timestamp, Timestamp),
    ) -> Self {
        slots.sort_by_key(|slot| (slot.starts_at, slot.id));
        let mut days: Vec<SlotDay> = Vec::new();
        for slot in slots {
            let name = zone.day_name(slot.starts_at, now);
            let mut body: serde_json::Map<String, Value> =
                fixed.iter().map(|(field, value)| (field.clone(), json!(value))).collect();
            body.insert("slot_id".to_owned(), json!(slot.id));
            let choice = SlotChoice {
                time: zone.clocks(slot.starts_at, slot.ends_at),
                place: slot.location,
                body: json_in_page(&body),
            };
            match days.last_mut().filter(|day| day.name == name) {
                Some(day) => day.slots.push(choice),
                None => days.push(SlotDay { name, slots: vec![choice] }),
            }
        }
        Self {
            call,
            fixed,
            days,
            starts: zone.local(times.0),
            ends: zone.local(times.1),
            locations: Vec::new(),
            members: Vec::new(),
            verb: "meetings-propose-this",
            leave: String::new(),
        }
    }
}

/// A time to propose where nothing is known: the next full half hour, for half an hour.
pub fn soon(now: Timestamp) -> (Timestamp, Timestamp) {
    const HALF: i64 = 30 * 60 * 1_000_000;
    let from = Timestamp::from_micros(now.as_micros() - now.as_micros().rem_euclid(HALF) + 2 * HALF);
    (from, from.plus_micros(HALF))
}
