//! What a scanner decides at each frame and says of each badge: aim, earlier scans, the badge filter.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

use super::{from_js, now, to_js};
use crate::aim::{self, AimFrame, Sighting};
use crate::badge::{code_hash, number};
use crate::capture::{Contact, ContactField, Entry, Rating};
use crate::decode::Point;
use crate::filter::{self, Verdict};
use crate::ids::{CaptureId, LeadId};
use crate::seen::{KeepNames, Seen};
use crate::time::Timestamp;
use crate::wire::lead::{ConsentState, Match};
use crate::wire::{LeadScan, LeadView};

/// The badge number that a person typed, as it is printed (`7F3K-92QX`); `undefined` when it is none
/// or was mistyped.
#[wasm_bindgen]
pub fn parse_badge_number(text: &str) -> Option<String> {
    number::parse(text).map(|number| number.to_string())
}

/// A frame's size, and how much of its shorter side the aim frame takes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Seeing {
    width: usize,
    height: usize,
    share: f32,
}

/// What is needed of a code that the decoder read.
#[derive(Deserialize)]
struct SeenCode {
    text: String,
    corners: [Corner; 4],
}

#[derive(Deserialize)]
struct Corner {
    x: f32,
    y: f32,
}

/// [`aim::Verdict`] as JavaScript sees it.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum AimVerdict {
    Nothing,
    Take { text: String },
    Held { text: String },
    TapToRepeat { text: String, taken_ago_ms: f64 },
    TapToTake { text: String },
}

impl From<aim::Verdict> for AimVerdict {
    fn from(verdict: aim::Verdict) -> Self {
        match verdict {
            aim::Verdict::Nothing => Self::Nothing,
            aim::Verdict::Take(text) => Self::Take { text },
            aim::Verdict::Held(text) => Self::Held { text },
            aim::Verdict::TapToRepeat { text, taken_ago_us } => {
                Self::TapToRepeat { text, taken_ago_ms: taken_ago_us as f64 / 1e3 }
            }
            aim::Verdict::TapToTake(text) => Self::TapToTake { text },
        }
    }
}

/// Which of the codes in sight becomes a scan; see the core's `aim`.
#[wasm_bindgen]
#[derive(Debug, Default)]
pub struct Aim(aim::Aim);

#[wasm_bindgen]
impl Aim {
    /// Nothing taken yet.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Looks at all codes of one frame, also when there are none. `frame` is `{width, height,
    /// share}`, `codes` what the decoder gave. Answers `{type: "nothing" | "take" | "held" |
    /// "tap_to_repeat" | "tap_to_take", text?, taken_ago_ms?}`; what is to be taken counts as taken.
    ///
    /// # Errors
    /// An `Error` that names what is no frame and no code.
    pub fn see(&mut self, frame: &JsValue, codes: &JsValue, monotonic_ms: f64) -> Result<JsValue, JsError> {
        let Seeing { width, height, share } = from_js(frame)?;
        let codes: Vec<SeenCode> = from_js(codes)?;
        let sightings: Vec<Sighting<'_>> = codes.iter().map(SeenCode::sighting).collect();
        let frame = AimFrame::centred(width, height, share);
        to_js(&AimVerdict::from(self.0.see(frame, &sightings, now(0.0, monotonic_ms).monotonic_us)))
    }

    /// The person tapped: takes what the last frame offered, and says what it was.
    pub fn tap(&mut self, monotonic_ms: f64) -> Option<String> {
        self.0.tap(now(0.0, monotonic_ms).monotonic_us)
    }

    /// What was to be taken could not be kept: it does not count as taken.
    pub fn give_back(&mut self, text: &str) {
        self.0.give_back(text);
    }
}

impl SeenCode {
    fn sighting(&self) -> Sighting<'_> {
        let sum = self.corners.iter().fold((0.0, 0.0), |(x, y), corner| (x + corner.x, y + corner.y));
        Sighting { text: &self.text, centre: Point::new(sum.0 / 4.0, sum.1 / 4.0) }
    }
}

/// What is listened to in a lead. Reading all of one would make the WebAssembly a tenth larger.
#[derive(Deserialize)]
struct HeardLead {
    id: LeadId,
    registration: Option<HeardName>,
    contact: Option<HeardName>,
    rating: Option<Rating>,
    consent: ConsentState,
    scans: Vec<HeardScan>,
}

#[derive(Deserialize)]
struct HeardName {
    first_name: Option<String>,
    last_name: Option<String>,
}

#[derive(Deserialize)]
struct HeardScan {
    id: CaptureId,
    at: Timestamp,
    member_name: Option<String>,
    operator: Option<String>,
    device_name: Option<String>,
}

impl From<HeardLead> for LeadView {
    fn from(heard: HeardLead) -> Self {
        let HeardLead { id, registration, contact, rating, consent, scans } = heard;
        let scan = |HeardScan { id, at, member_name, operator, device_name }| LeadScan {
            id,
            at,
            member: None,
            member_name,
            operator,
            device: None,
            device_name,
            booth: None,
            entry: Entry::default(),
        };
        Self {
            id,
            registration: None,
            // `Seen` takes the first of the two that has a name.
            contact: registration.map(Contact::from).filter(|name| !name.is_empty()).or(contact.map(Contact::from)),
            rating,
            stage: None,
            owner: None,
            owner_name: None,
            tags: Vec::new(),
            notes: Vec::new(),
            note_count: 0,
            answers: BTreeMap::new(),
            scan_count: scans.len() as u64,
            scans: scans.into_iter().map(scan).collect(),
            first_scanned_at: None,
            last_scanned_at: None,
            source: String::new(),
            sources: Vec::new(),
            consent,
            marketing_consent: None,
            matched: Match::Unmatched,
            flags: Vec::new(),
            version: 0,
        }
    }
}

impl From<HeardName> for Contact {
    fn from(HeardName { first_name, last_name }: HeardName) -> Self {
        let mut contact = Self::default();
        contact.set(ContactField::FirstName, first_name.as_deref().unwrap_or_default());
        contact.set(ContactField::LastName, last_name.as_deref().unwrap_or_default());
        contact
    }
}

/// An earlier scan as JavaScript sees it.
#[derive(Serialize)]
struct EarlierScan {
    who: Option<String>,
    whom: Option<String>,
    at: Timestamp,
    rating: Option<Rating>,
}

/// Who scanned a badge before, told by this browser alone; see the core's `seen`.
#[wasm_bindgen]
#[derive(Debug, Default)]
pub struct SeenBadges(Seen);

#[wasm_bindgen]
impl SeenBadges {
    /// What an earlier [`SeenBadges::to_json`] gave; nothing when it is absent or of another program.
    #[wasm_bindgen(constructor)]
    pub fn new(json: Option<String>) -> Self {
        Self(json.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default())
    }

    /// As it is kept.
    ///
    /// # Errors
    /// None that a caller can cause.
    pub fn to_json(&self) -> Result<String, JsError> {
        Ok(serde_json::to_string(&self.0)?)
    }

    /// How many names may stay, and for how many hours.
    pub fn keep_names(&mut self, leads: usize, hours: u32, wall_ms: f64) {
        self.0.keep_names(KeepNames { leads, hours }, wall(wall_ms));
    }

    /// The earlier scan of a badge: `{who, whom, at, rating}`, or null.
    ///
    /// # Errors
    /// None that a text can cause.
    pub fn earlier(&self, code: &str, wall_ms: f64) -> Result<JsValue, JsError> {
        let earlier = self.0.earlier(&code_hash(code), wall(wall_ms));
        to_js(&earlier.map(|earlier| EarlierScan {
            who: earlier.who,
            whom: earlier.whom,
            at: earlier.at,
            rating: earlier.rating,
        }))
    }

    /// This browser took a scan. Ask [`SeenBadges::earlier`] first.
    pub fn scanned(&mut self, code: &str, who: Option<String>, wall_ms: f64) {
        self.0.scanned(&code_hash(code), who.as_deref(), wall(wall_ms));
    }

    /// A receipt, a list or the stream told of a lead; `code` is what was scanned, where known.
    ///
    /// # Errors
    /// An `Error` when it is no lead.
    pub fn heard(&mut self, code: Option<String>, lead: &JsValue, wall_ms: f64) -> Result<(), JsError> {
        let lead = LeadView::from(from_js::<HeardLead>(lead)?);
        self.0.heard(code.as_deref().map(code_hash).as_ref(), &lead, wall(wall_ms));
        Ok(())
    }

    /// Another person takes the phone.
    pub fn shift_changed(&mut self, each_sees_only_their_own: bool) {
        self.0.shift_changed(each_sees_only_their_own);
    }

    /// Unpaired, access ended, or lost: everything goes.
    pub fn forget(&mut self) {
        self.0.forget();
    }
}

/// What can be said of a code without network.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum FilterVerdict {
    Genuine,
    Revoked { as_of: Timestamp },
    Unknown,
}

/// The event's badges without personal data; see the core's `filter`.
#[wasm_bindgen]
#[derive(Debug)]
pub struct BadgeFilter(filter::BadgeFilter);

#[wasm_bindgen]
impl BadgeFilter {
    /// Reads what the server answered, or what [`BadgeFilter::to_bytes`] gave.
    ///
    /// # Errors
    /// An `Error` that says why the bytes are no filter: download it anew.
    #[wasm_bindgen(constructor)]
    pub fn new(bytes: &[u8]) -> Result<Self, JsError> {
        Ok(Self(filter::BadgeFilter::from_bytes(bytes)?))
    }

    /// What names this filter, as text: say it as `since`.
    pub fn version(&self) -> String {
        self.0.version().to_string()
    }

    /// Takes what the server answered to `since`.
    ///
    /// # Errors
    /// An `Error` when it belongs to another filter; this one stays as it was.
    pub fn update(&mut self, bytes: &[u8]) -> Result<(), JsError> {
        Ok(self.0.update(bytes)?)
    }

    /// `{type: "genuine" | "revoked" | "unknown", as_of?}`.
    ///
    /// # Errors
    /// None that a text can cause.
    pub fn verdict(&self, code: &str) -> Result<JsValue, JsError> {
        to_js(&match self.0.verdict(&code_hash(code)) {
            Verdict::Genuine => FilterVerdict::Genuine,
            Verdict::Revoked { as_of } => FilterVerdict::Revoked { as_of },
            Verdict::Unknown => FilterVerdict::Unknown,
        })
    }

    /// As it is kept.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.to_bytes()
    }
}

fn wall(wall_ms: f64) -> Timestamp {
    now(wall_ms, 0.0).wall
}
