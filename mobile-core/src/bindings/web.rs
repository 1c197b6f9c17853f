//! The boundary to JavaScript, made by wasm-bindgen: what the scanner page runs in a worker.
//!
//! Objects cross as JSON, bytes as `Uint8Array`, times as milliseconds the way `Date.now()` and
//! `performance.now()` give them, randomness as 16 bytes of `crypto.getRandomValues`. The glue is
//! served at `/static/wasm/`; bindings/README.md says how a page uses it.

mod scan;
mod storage;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;
use wasm_bindgen::prelude::*;

use self::storage::{JsStorage, PageStorage};
use super::shapes::{BadgeMeaning, FoldedLead, LogEntry, Picture, ReadCode};
use crate::capture::Malformed;
use crate::decode::Decoder;
use crate::fold::{Fold, Logged};
use crate::ids::{self, CaptureId, DeviceId, EventId, ExhibitorId, QueueId};
use crate::queue::sync::{Event, Now, Response, Sync};
use crate::queue::{Draft, PushError, Queue, Queued, Settlement};
use crate::rescue::{self, RescueKey};
use crate::time::Timestamp;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = JSON, js_name = parse, catch)]
    fn json_parse(text: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = JSON, js_name = stringify, catch)]
    fn json_stringify(value: &JsValue) -> Result<Option<String>, JsValue>;
}

fn to_js(value: &impl Serialize) -> Result<JsValue, JsError> {
    json_parse(&serde_json::to_string(value)?).map_err(|_| JsError::new("the result is not JSON"))
}

fn from_js<T: DeserializeOwned>(value: &JsValue) -> Result<T, JsError> {
    let text = json_stringify(value).ok().flatten().ok_or_else(|| JsError::new("this cannot be told as JSON"))?;
    Ok(serde_json::from_str(&text)?)
}

fn malformed(malformed: Malformed) -> JsError {
    PushError::Malformed(malformed).into()
}

/// What a code says and means: `{key, kind, contact, asks_first, pairing_server, pairing_code}`.
///
/// # Errors
/// None that a text can cause.
#[wasm_bindgen]
pub fn parse(text: &str) -> Result<JsValue, JsError> {
    to_js(&BadgeMeaning::from(&crate::badge::parse(text)))
}

/// The lead that captures add up to. `log` is a list of `{capture, corrected_at?, member?, device?,
/// booth?, flags?}` in any order.
///
/// # Errors
/// An `Error` that names the wrong fields of the first entry that is no capture.
#[wasm_bindgen]
pub fn fold(log: &JsValue) -> Result<JsValue, JsError> {
    let log: Vec<LogEntry> = from_js(log)?;
    let log: Result<Vec<Logged>, Malformed> = log.into_iter().map(Logged::try_from).collect();
    to_js(&FoldedLead::from(&Fold::of(&log.map_err(malformed)?)))
}

/// A new id (UUID, version 7) for what is made in this browser.
///
/// # Errors
/// An `Error` when `random` has not 16 bytes.
#[wasm_bindgen]
pub fn make_id(wall_ms: f64, random: &[u8]) -> Result<String, JsError> {
    Ok(ids::uuid(now(wall_ms, 0.0).wall, bits(random)?).to_string())
}

/// Reads codes from pictures. Keep one for the camera: it keeps its buffers.
#[wasm_bindgen]
#[derive(Debug, Default)]
pub struct BadgeDecoder(Decoder);

#[wasm_bindgen]
impl BadgeDecoder {
    /// A decoder without buffers; the first picture makes them.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// All codes of a picture, each once. `picture` is `{width, height, stride?, layout?: "luma" |
    /// "rgba", rotation?, effort?: "preview" | "thorough"}`.
    ///
    /// # Errors
    /// An `Error` that says which size does not fit the bytes.
    pub fn decode(&mut self, data: &[u8], picture: &JsValue) -> Result<JsValue, JsError> {
        let picture: Picture = from_js(picture)?;
        let codes = self.0.decode(&picture.frame(data)?, &picture.budget());
        to_js(&codes.into_iter().map(ReadCode::from).collect::<Vec<_>>())
    }
}

/// A capture of the queue, as the page sees it.
#[derive(Serialize)]
struct KeptCapture<'a> {
    id: CaptureId,
    seq: u64,
    capture: &'a serde_json::value::RawValue,
    settlement: Option<&'a Settlement>,
}

impl<'a> From<&'a Queued> for KeptCapture<'a> {
    fn from(queued: &'a Queued) -> Self {
        let Queued { id, seq, body, settlement, .. } = queued;
        Self { id: *id, seq: *seq, capture: body, settlement: settlement.as_ref() }
    }
}

/// The captures of this browser with their sync machine, over a storage that the page gives.
#[wasm_bindgen]
#[derive(Debug)]
pub struct CaptureQueue {
    queue: Queue<PageStorage>,
    sync: Sync,
}

#[wasm_bindgen]
impl CaptureQueue {
    /// Opens what the storage holds, or begins a queue under `new_id` (a new UUID). `storage` has
    /// the calls `load() -> Uint8Array`, `append(bytes)`, `replace(bytes)` and `setAside(bytes)`,
    /// each of which has happened when it returns, or throws. `exhibitor_id` is needed only where
    /// the sign-in stands for several exhibitors.
    ///
    /// # Errors
    /// An `Error` when the storage cannot be read or is open elsewhere.
    #[wasm_bindgen(constructor)]
    pub fn open(storage: JsStorage, new_id: &str, exhibitor_id: Option<String>) -> Result<Self, JsError> {
        let exhibitor_id = exhibitor_id.map(|id| id.parse::<ExhibitorId>()).transpose()?;
        let (queue, _recovery) = Queue::open(PageStorage(storage), id(new_id)?)?;
        Ok(Self { queue, sync: Sync::new(exhibitor_id) })
    }

    /// Takes a capture: `fields` are its `kind` and what belongs to it. Show it as taken once this
    /// returns its number.
    ///
    /// # Errors
    /// An `Error` that names the wrong fields or the storage's trouble; nothing of it is kept then.
    pub fn push(&mut self, new_id: &str, fields: &JsValue, wall_ms: f64, monotonic_ms: f64) -> Result<f64, JsError> {
        let fields = Draft::fields_of(from_js::<Value>(fields)?).map_err(malformed)?;
        let now = now(wall_ms, monotonic_ms);
        let draft = Draft { id: new_id.parse()?, captured_at: now.wall, fields };
        Ok(self.queue.push(draft, now.monotonic_us)? as f64)
    }

    /// What to do next, when nothing in particular happened: `{action, settled}`. `action` is
    /// `{type: "send", value: body}`, `{type: "wait_until", value: microseconds}` of the monotonic
    /// clock, `{type: "await_answer"}` or `{type: "pair_again", value: trouble}`.
    ///
    /// # Errors
    /// An `Error` when the storage failed; try again after a pause.
    pub fn woke(&mut self, wall_ms: f64, monotonic_ms: f64, random: &[u8]) -> Result<JsValue, JsError> {
        self.handle(Event::Woke, wall_ms, monotonic_ms, random)
    }

    /// The browser says `online`. Answers as [`CaptureQueue::woke`].
    ///
    /// # Errors
    /// As [`CaptureQueue::woke`].
    pub fn network_back(&mut self, wall_ms: f64, monotonic_ms: f64, random: &[u8]) -> Result<JsValue, JsError> {
        self.handle(Event::NetworkBack, wall_ms, monotonic_ms, random)
    }

    /// Another token is used from now on. Answers as [`CaptureQueue::woke`].
    ///
    /// # Errors
    /// As [`CaptureQueue::woke`].
    pub fn token_changed(&mut self, wall_ms: f64, monotonic_ms: f64, random: &[u8]) -> Result<JsValue, JsError> {
        self.handle(Event::TokenChanged, wall_ms, monotonic_ms, random)
    }

    /// `fetch` threw, or took too long. Answers as [`CaptureQueue::woke`].
    ///
    /// # Errors
    /// As [`CaptureQueue::woke`].
    pub fn failed(&mut self, wall_ms: f64, monotonic_ms: f64, random: &[u8]) -> Result<JsValue, JsError> {
        self.handle(Event::Failed, wall_ms, monotonic_ms, random)
    }

    /// The request was answered, by whomever: `{status, content_type, retry_after}` and the bytes of
    /// the body. Answers as [`CaptureQueue::woke`].
    ///
    /// # Errors
    /// As [`CaptureQueue::woke`]; nothing of the answer counts then.
    pub fn answered(
        &mut self,
        head: &JsValue,
        body: Vec<u8>,
        wall_ms: f64,
        monotonic_ms: f64,
        random: &[u8],
    ) -> Result<JsValue, JsError> {
        let head: AnswerHead = from_js(head)?;
        let AnswerHead { status, content_type, retry_after } = head;
        let response = Response { status, content_type, retry_after, body };
        self.handle(Event::Answered(response), wall_ms, monotonic_ms, random)
    }

    /// How it goes: `{type: "online" | "offline" | "busy" | "refused" | "unknown", value?}`.
    ///
    /// # Errors
    /// None that a caller can cause.
    pub fn connection(&self) -> Result<JsValue, JsError> {
        to_js(self.sync.connection())
    }

    /// The id under which the next capture is numbered.
    pub fn queue_id(&self) -> String {
        self.queue.queue_id().to_string()
    }

    /// How many captures no answer has named yet.
    pub fn unsent_count(&self) -> usize {
        self.queue.unsent_count()
    }

    /// Every capture still kept, in the order taken: `{id, seq, capture, settlement}`.
    ///
    /// # Errors
    /// None that a caller can cause.
    pub fn captures(&self) -> Result<JsValue, JsError> {
        to_js(&self.queue.captures().iter().map(KeptCapture::from).collect::<Vec<_>>())
    }

    /// The captures that the server would not take, for a person to look at.
    ///
    /// # Errors
    /// None that a caller can cause.
    pub fn not_accepted(&self) -> Result<JsValue, JsError> {
        to_js(&self.queue.not_accepted().map(KeptCapture::from).collect::<Vec<_>>())
    }

    /// A person has seen that the server would not take this capture.
    ///
    /// # Errors
    /// An `Error` when the storage failed; it is then still shown.
    pub fn dismiss(&mut self, capture_id: &str) -> Result<(), JsError> {
        Ok(self.queue.dismiss(capture_id.parse()?)?)
    }

    /// Says who the captures go to; see the core's `Queue::deliver_to`.
    ///
    /// # Errors
    /// An `Error` when the storage failed; the former destination stays.
    pub fn deliver_to(&mut self, destination: &str, new_id: &str) -> Result<(), JsError> {
        Ok(self.queue.deliver_to(destination, id(new_id)?)?)
    }

    /// Forgets the captures that the server has. Call it 7 days after the event, not before.
    ///
    /// # Errors
    /// An `Error` when the storage failed; they then stay.
    pub fn forget_sent(&mut self) -> Result<(), JsError> {
        Ok(self.queue.forget_sent()?)
    }

    /// Whether the server said that this phone's access has ended: it then shows nothing of the event
    /// and goes on delivering.
    pub fn is_access_ended(&self) -> bool {
        self.queue.is_access_ended()
    }

    /// How many captures wait for another destination than the present one.
    pub fn stranded_count(&self) -> usize {
        self.queue.stranded().count()
    }

    /// A rescue file of everything that has not arrived, sealed to the event's key: its bytes, to be
    /// saved as a file. `saver` is `{event_id, rescue_key, device_id?, exhibitor_id?, token?}`,
    /// `random` 32 bytes of `crypto.getRandomValues`.
    ///
    /// # Errors
    /// An `Error` that names what is missing.
    pub fn rescue(&self, saver: &JsValue, wall_ms: f64, random: &[u8]) -> Result<Vec<u8>, JsError> {
        let saver: RescueSaver = from_js(saver)?;
        let random = <[u8; 32]>::try_from(random).map_err(|_| JsError::new("`random` must have 32 bytes"))?;
        let key = RescueKey::from_hex(&saver.rescue_key)?;
        let contents = rescue::contents(
            &self.queue,
            rescue::Saver {
                event_id: saver.event_id,
                device_id: saver.device_id,
                exhibitor_id: saver.exhibitor_id,
                device_token: saver.token.as_deref(),
                clock_offset_us: self.sync.clock_offset_us(),
                now: now(wall_ms, 0.0).wall,
            },
        );
        Ok(rescue::seal(&contents, key, random)?)
    }

    fn handle(&mut self, event: Event, wall_ms: f64, monotonic_ms: f64, random: &[u8]) -> Result<JsValue, JsError> {
        let now = now(wall_ms, monotonic_ms);
        to_js(&self.sync.handle(event, now, bits(random)?, &mut self.queue)?)
    }
}

/// Who saves a rescue file.
#[derive(serde::Deserialize)]
struct RescueSaver {
    event_id: EventId,
    rescue_key: String,
    device_id: Option<DeviceId>,
    exhibitor_id: Option<ExhibitorId>,
    token: Option<String>,
}

#[derive(serde::Deserialize)]
struct AnswerHead {
    status: u16,
    content_type: Option<String>,
    retry_after: Option<String>,
}

fn bits(random: &[u8]) -> Result<u128, JsError> {
    let random = <[u8; 16]>::try_from(random).map_err(|_| JsError::new("`random` must have 16 bytes"))?;
    Ok(u128::from_be_bytes(random))
}

fn id(text: &str) -> Result<QueueId, JsError> {
    Ok(QueueId(text.parse::<Uuid>()?))
}

fn now(wall_ms: f64, monotonic_ms: f64) -> Now {
    Now { wall: Timestamp::from_micros((wall_ms * 1e3) as i64), monotonic_us: (monotonic_ms * 1e3) as u64 }
}
