//! The boundary to Kotlin, Swift and Python, made by UniFFI's macros.
//!
//! A phone opens its [`CaptureQueue`], pairs a [`LeadlineClient`], scans with a [`BadgeDecoder`] and
//! calls [`CaptureQueue::deliver`] whenever something was captured; what it knows without network is
//! in `offline`. Calls that wait for the network are `suspend` or `async`; the others take
//! milliseconds. See bindings/README.md.

mod offline;
mod types;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;

use super::shapes::{BadgeMeaning, FoldedLead, LogEntry, Picture, ReadCode};
use crate::badge::{BadgeText, BadgeTextError};
use crate::capture::{Entry, Malformed};
use crate::client::{Client, ClientError, Delivery, LiveStream, SharedQueue, Stream, Trust, new_id, now};
use crate::decode::{Decoder, FrameError};
use crate::filter::FilterError;
use crate::fold::{Fold, Logged};
use crate::ids::{CaptureId, EventId, ExhibitorId, QueueId};
use crate::live::End;
use crate::queue::file::FileStorage;
use crate::queue::sync::{Connection, Event, Settled, Step, Trouble};
use crate::queue::{Draft, PushError, Queue, Queued, Settlement, StorageError};
use crate::rescue::RescueError;
use crate::wire::Paired;

pub use self::offline::{AimVerdict, BadgeVerdict, EarlierScan, OfflineBadges, ScanAim, SeenBadges};

/// What a code says and means; never fails.
#[uniffi::export]
pub fn parse_badge(text: &str) -> BadgeMeaning {
    (&crate::badge::parse(text)).into()
}

/// The lead that captures add up to, in whatever order they come.
///
/// # Errors
/// [`BindingError::Capture`] names the wrong fields of the first entry that is no capture.
#[uniffi::export]
pub fn fold_captures(log: Vec<LogEntry>) -> Result<FoldedLead, BindingError> {
    let log: Result<Vec<Logged>, Malformed> = log.into_iter().map(Logged::try_from).collect();
    Ok((&Fold::of(&log?)).into())
}

/// A new id (UUID, version 7) for what is made on this device: an installation, a manual lead.
#[uniffi::export]
pub fn make_id() -> String {
    new_id().to_string()
}

/// Why a call failed. The message says what to do.
#[derive(Debug, uniffi::Error)]
#[uniffi(flat_error)]
pub enum BindingError {
    /// The bytes are no picture of these sizes.
    Frame(FrameError),
    /// The text cannot be that of a code.
    Badge(BadgeTextError),
    /// This is no capture.
    Capture(PushError),
    /// The queue cannot be kept or read.
    Storage(StorageError),
    /// The server did not do what was asked.
    Client(ClientError),
    /// The live stream is over.
    Stream(End),
    /// These bytes are no badge filter.
    Filter(FilterError),
    /// No rescue file can be made.
    Rescue(RescueError),
    /// This is not the JSON that was asked for.
    Json(serde_json::Error),
}

macro_rules! flat {
    ($($variant:ident($source:ty),)*) => {
        impl std::fmt::Display for BindingError {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self { $(Self::$variant(source) => source.fmt(f),)* }
            }
        }
        impl std::error::Error for BindingError {}
        $(impl From<$source> for BindingError {
            fn from(source: $source) -> Self {
                Self::$variant(source)
            }
        })*
    };
}

flat! {
    Frame(FrameError),
    Badge(BadgeTextError),
    Capture(PushError),
    Storage(StorageError),
    Client(ClientError),
    Stream(End),
    Filter(FilterError),
    Rescue(RescueError),
    Json(serde_json::Error),
}

impl From<Malformed> for BindingError {
    fn from(malformed: Malformed) -> Self {
        Self::Capture(PushError::Malformed(malformed))
    }
}

/// Reads codes from pictures. Keep one for the camera: it keeps its buffers.
#[derive(Debug, Default, uniffi::Object)]
pub struct BadgeDecoder(Mutex<Decoder>);

#[uniffi::export]
impl BadgeDecoder {
    /// A decoder without buffers; the first picture makes them.
    #[uniffi::constructor]
    pub fn new() -> Self {
        Self::default()
    }

    /// All codes of a picture, each once. One call at a time; a second one waits.
    ///
    /// # Errors
    /// [`BindingError::Frame`].
    pub fn decode(&self, data: &[u8], picture: Picture) -> Result<Vec<ReadCode>, BindingError> {
        let frame = picture.frame(data)?;
        let mut decoder = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(decoder.decode(&frame, &picture.budget()).into_iter().map(ReadCode::from).collect())
    }
}

/// A capture that was taken.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct TakenCapture {
    /// Its id, by which a delivery names it.
    pub id: CaptureId,
    /// Its number in this queue.
    pub seq: u64,
}

/// A capture of the queue.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct KeptCapture {
    /// Its id.
    pub id: CaptureId,
    /// Its number.
    pub seq: u64,
    /// The capture as JSON.
    pub json: String,
    /// What an answer said of it; nothing while it is not yet sent.
    pub settlement: Option<Settlement>,
}

impl From<&Queued> for KeptCapture {
    fn from(queued: &Queued) -> Self {
        let Queued { id, seq, body, settlement, .. } = queued;
        Self { id: *id, seq: *seq, json: body.get().to_owned(), settlement: settlement.clone() }
    }
}

/// How a delivery ended. Whatever is not settled stays in the queue.
#[derive(Debug, Clone, PartialEq, uniffi::Enum)]
pub enum DeliveryEnd {
    /// Nothing is left to send.
    Done,
    /// The time was up.
    TimeUp {
        /// How it went last.
        connection: Connection,
    },
    /// The token is not taken any more: show nothing of the event, pair again, deliver again.
    PairAgain {
        /// What the server said.
        trouble: Trouble,
    },
    /// The server refuses what is sent, and repeating does not help.
    Refused {
        /// What the server said.
        trouble: Trouble,
    },
}

/// What a delivery did.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct DeliveryReport {
    /// How it ended.
    pub end: DeliveryEnd,
    /// What became of each capture that an answer named.
    pub settled: Vec<Settled>,
}

/// The captures of this phone, on disk from the moment they are taken until the server names them.
#[derive(Debug, uniffi::Object)]
pub struct CaptureQueue(SharedQueue<FileStorage>);

#[uniffi::export(async_runtime = "tokio")]
impl CaptureQueue {
    /// Opens the queue in a folder of the app's own, making it where there is none. The
    /// exhibitor's id is needed only where the token stands for several exhibitors.
    ///
    /// # Errors
    /// [`BindingError::Storage`], also when another process has it open.
    #[uniffi::constructor]
    pub fn open(folder: String, exhibitor_id: Option<ExhibitorId>) -> Result<Self, BindingError> {
        let (queue, _recovery) = Queue::open(FileStorage::open(folder)?, QueueId(new_id()))?;
        Ok(Self(SharedQueue::new(queue, exhibitor_id)))
    }

    /// Takes a scan. Show it as taken once this returns: it survives a crash then.
    ///
    /// # Errors
    /// [`BindingError::Badge`], [`BindingError::Capture`]; nothing of it is kept then.
    pub fn scan(&self, code: &str, entry: Entry) -> Result<TakenCapture, BindingError> {
        let code = BadgeText::new(code)?;
        self.take(Draft::scan(CaptureId(new_id()), now().wall, &code, entry))
    }

    /// Takes any other capture: its `kind` and fields as a JSON object, as the API has them, for
    /// instance `{"kind": "note", "code": "…", "text": "wants a demo"}`.
    ///
    /// # Errors
    /// [`BindingError::Capture`] names the wrong fields; nothing of it is kept then.
    pub fn capture(&self, fields: Value) -> Result<TakenCapture, BindingError> {
        let fields = Draft::fields_of(fields)?;
        self.take(Draft { id: CaptureId(new_id()), captured_at: now().wall, fields })
    }

    /// How many captures no answer has named yet: "12 not yet sent".
    pub fn unsent_count(&self) -> u64 {
        self.0.with(|queue| queue.unsent_count() as u64)
    }

    /// Every capture still kept, in the order taken.
    pub fn captures(&self) -> Vec<KeptCapture> {
        self.0.with(|queue| queue.captures().iter().map(KeptCapture::from).collect())
    }

    /// The captures that the server would not take, for a person to look at.
    pub fn not_accepted(&self) -> Vec<KeptCapture> {
        self.0.with(|queue| queue.not_accepted().map(KeptCapture::from).collect())
    }

    /// A person has seen that the server would not take this capture.
    ///
    /// # Errors
    /// [`BindingError::Storage`]; it is then still shown.
    pub fn dismiss(&self, id: CaptureId) -> Result<(), BindingError> {
        Ok(self.0.with(|queue| queue.dismiss(id))?)
    }

    /// Says who the captures go to: the exhibitor's id, or whatever stays the same as long as they
    /// arrive in the same space. Call it after pairing.
    ///
    /// # Errors
    /// [`BindingError::Storage`]; the former destination stays.
    pub fn deliver_to(&self, destination: &str) -> Result<(), BindingError> {
        Ok(self.0.with(|queue| queue.deliver_to(destination, QueueId(new_id())))?)
    }

    /// Forgets the captures that the server has. Call it 7 days after the event, not before.
    ///
    /// # Errors
    /// [`BindingError::Storage`]; they then stay.
    pub fn forget_sent(&self) -> Result<(), BindingError> {
        Ok(self.0.with(Queue::forget_sent)?)
    }

    /// How the deliveries go.
    pub fn connection(&self) -> Connection {
        self.0.connection()
    }

    /// Sends what is held until nothing is left or the time is up; scanning goes on meanwhile. With
    /// nothing to send, a sign of life when one is due: call it once a minute at the least.
    ///
    /// # Errors
    /// [`BindingError::Storage`] when an answer could not be kept: the same is sent again next time.
    pub async fn deliver(&self, client: Arc<LeadlineClient>, limit: Duration) -> Result<DeliveryReport, BindingError> {
        let mut settled = Vec::new();
        let end = self.0.deliver(&client.client(), limit, |_, one| settled.push(one.clone())).await;
        let end = match end {
            Delivery::Done => DeliveryEnd::Done,
            Delivery::TimeUp { connection } => DeliveryEnd::TimeUp { connection },
            Delivery::PairAgain(trouble) => DeliveryEnd::PairAgain { trouble },
            Delivery::Refused(trouble) => DeliveryEnd::Refused { trouble },
            Delivery::NotKept(error) => return Err(error.into()),
        };
        Ok(DeliveryReport { end, settled })
    }

    /// The sync machine itself, for apps that make the requests on their own, such as background
    /// transfers of the system: what happened in, what to do next out.
    ///
    /// # Errors
    /// [`BindingError::Storage`] when an answer could not be kept.
    pub fn handle(&self, event: Event) -> Result<Step, BindingError> {
        Ok(self.0.handle(event)?)
    }
}

impl CaptureQueue {
    fn take(&self, draft: Draft) -> Result<TakenCapture, BindingError> {
        let id = draft.id;
        Ok(TakenCapture { id, seq: self.0.push(draft)? })
    }
}

/// A server, and who asks it.
#[derive(Debug, uniffi::Object)]
pub struct LeadlineClient(Mutex<Client>);

#[uniffi::export(async_runtime = "tokio")]
impl LeadlineClient {
    /// A client of the server at this address. `certificates` are PEM to trust instead of the
    /// system's, for a server with a certificate of its own.
    ///
    /// # Errors
    /// [`BindingError::Client`] when the address or the certificates are none.
    #[uniffi::constructor]
    pub fn new(server: &str, certificates: Option<Vec<u8>>) -> Result<Self, BindingError> {
        let trust = certificates.map_or(Trust::System, Trust::Pem);
        Ok(Self(Mutex::new(Client::new(server, &trust)?)))
    }

    /// Uses the token that pairing gave, from the phone's safe storage.
    ///
    /// # Errors
    /// [`BindingError::Client`] when it holds characters that no token has.
    pub fn use_token(&self, token: &str) -> Result<(), BindingError> {
        Ok(self.hold(|client| client.use_token(token))?)
    }

    /// Pairs this device and uses its token from here on. The same code and `install_id` again
    /// answer the same device: keep the `install_id` ([`make_id`]) as long as the app is installed.
    ///
    /// # Errors
    /// [`BindingError::Client`] with the server's reason.
    pub async fn pair(
        &self,
        pairing_code: &str,
        install_id: &str,
        device_name: &str,
        platform: &str,
    ) -> Result<Paired, BindingError> {
        let mut client = self.client();
        let paired = client.pair(pairing_code, types::uuid(install_id)?, device_name, platform).await?;
        self.hold(|held| *held = client);
        Ok(paired)
    }

    /// Follows an exhibitor's leads from what follows `since`, or from what is new: a colleague's
    /// scans appear on this phone.
    pub fn follow_exhibitor(&self, exhibitor_id: ExhibitorId, since: Option<u64>) -> LiveFeed {
        LiveFeed(self.client().follow(Stream::Exhibitor(exhibitor_id), since).into())
    }

    /// Follows the organiser's monitor.
    pub fn follow_event(&self, event_id: EventId, since: Option<u64>) -> LiveFeed {
        LiveFeed(self.client().follow(Stream::Event(event_id), since).into())
    }
}

impl LeadlineClient {
    fn client(&self) -> Client {
        self.hold(|client| client.clone())
    }

    fn hold<T>(&self, act: impl FnOnce(&mut Client) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A live stream that resumes by itself.
#[derive(Debug, uniffi::Object)]
pub struct LiveFeed(tokio::sync::Mutex<LiveStream>);

#[uniffi::export(async_runtime = "tokio")]
impl LiveFeed {
    /// The next message as JSON: each once and in order, over however many connections.
    ///
    /// # Errors
    /// [`BindingError::Stream`] when the stream ended for good.
    pub async fn next(&self) -> Result<String, BindingError> {
        let frame = self.0.lock().await.next().await.map_err(|error| error.0)?;
        // A frame came from JSON: this cannot fail.
        Ok(serde_json::to_string(&frame).unwrap_or_default())
    }
}
