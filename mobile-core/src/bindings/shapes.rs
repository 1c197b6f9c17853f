//! What crosses the boundary: core types with lists for arrays, texts for ids, and no lifetimes.
//!
//! One set for both boundaries: records of UniFFI, JSON objects in JavaScript.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::badge::{Badge, Foreign, Meaning};
use crate::capture::{Capture, Contact, ContactField, Entry, Malformed, Purpose, Rating};
use crate::decode::{Budget, Code, FoundBy, Frame, FrameError, Level, Luma, Point, Rotation};
use crate::fold::{Author, Fold, Logged};
use crate::ids::{BoothId, CaptureId, DeviceId, TeamMemberId};
use crate::reason::Reason;
use crate::time::Timestamp;

/// How a camera lays out its pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum PixelLayout {
    /// One byte a pixel, brightness first: a bare plane, NV21, NV12, I420, `YUV_420_888`. What
    /// follows the plane of brightness is not looked at.
    #[default]
    Luma,
    /// Red, green, blue and an ignored byte, as a browser's canvas gives them.
    Rgba,
}

/// How much work one picture may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Effort {
    /// A frame of the live preview.
    #[default]
    Preview,
    /// A still picture.
    Thorough,
}

/// What is to be known of a picture besides its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Picture {
    /// Width in pixels, as stored.
    pub width: u32,
    /// Height in pixels, as stored.
    pub height: u32,
    /// Bytes from the start of a row to the next; 0 when rows follow each other without a gap.
    pub stride: u32,
    /// The layout of the pixels.
    pub layout: PixelLayout,
    /// Degrees clockwise until the picture stands upright: 0, 90, 180 or 270; others count as 0.
    pub rotation: u16,
    /// How much work it may cost.
    pub effort: Effort,
}

impl Picture {
    /// The frame that these bytes are.
    ///
    /// # Errors
    /// [`FrameError`] when the bytes are too few or the sizes cannot be.
    pub fn frame<'a>(&self, data: &'a [u8]) -> Result<Frame<'a>, FrameError> {
        let (width, height) = (self.width as usize, self.height as usize);
        let stride = |bytes_per_pixel| if self.stride == 0 { width * bytes_per_pixel } else { self.stride as usize };
        let frame = match self.layout {
            PixelLayout::Luma => Frame::luma(Luma::new(data, width, height, stride(1))?),
            PixelLayout::Rgba => Frame::rgba(data, width, height, stride(4))?,
        };
        Ok(frame.rotated(Rotation::from_degrees(self.rotation).unwrap_or_default()))
    }

    /// The budget that the effort stands for.
    pub fn budget(&self) -> Budget {
        match self.effort {
            Effort::Preview => Budget::preview(),
            Effort::Thorough => Budget::thorough(),
        }
    }
}

/// A code that was read.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(feature = "wasm", derive(Serialize))]
pub struct ReadCode {
    /// What it says.
    pub text: String,
    /// The bytes behind the text.
    pub bytes: Vec<u8>,
    /// Its four corners in pixels of the upright picture, its own top left first.
    pub corners: Vec<Point>,
    /// 1 to 40.
    pub version: u8,
    /// How much of it may be damaged.
    pub level: Level,
    /// Seen from behind.
    pub mirrored: bool,
    /// Light on dark.
    pub inverted: bool,
    /// The stage that read it.
    pub found_by: FoundBy,
}

impl From<Code> for ReadCode {
    fn from(code: Code) -> Self {
        let Code { text, bytes, corners, version, level, mirrored, inverted, found_by } = code;
        Self { text, bytes, corners: corners.to_vec(), version, level, mirrored, inverted, found_by }
    }
}

/// Whose grammar a code follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum BadgeKind {
    /// Leadline's own.
    Leadline,
    /// vCard.
    VCard,
    /// MECARD.
    MeCard,
    /// pretix.
    Pretix,
    /// alf.io.
    Alfio,
    /// eventyay.
    Eventyay,
    /// `PostgreSQL` Europe.
    Pgeu,
    /// The badge to try a phone with: never a lead.
    Practice,
    /// A pairing picture: pair, do not scan.
    Pairing,
    /// A web address.
    Url,
    /// The settings of a wireless network.
    Wifi,
    /// A trade item number.
    Product,
    /// `tel:`, `mailto:` and their like.
    Action,
    /// Any other text.
    Opaque,
}

/// What a code means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct BadgeMeaning {
    /// The form in which codes are compared.
    pub key: String,
    /// Whose grammar it follows.
    pub kind: BadgeKind,
    /// The contact details that it carries itself; empty for most.
    pub contact: HashMap<ContactField, String>,
    /// Ask before taking it as a badge.
    pub asks_first: bool,
    /// The server to pair with, of a pairing picture.
    pub pairing_server: Option<String>,
    /// The code to pair with, of a pairing picture.
    pub pairing_code: Option<String>,
}

impl From<&Badge> for BadgeMeaning {
    fn from(badge: &Badge) -> Self {
        let pairing = match badge.meaning() {
            Meaning::Pairing(pairing) => Some(pairing.clone()),
            _ => None,
        };
        let (pairing_server, pairing_code) = pairing.map(|pairing| (pairing.server, pairing.code)).unzip();
        Self {
            key: badge.key().to_owned(),
            kind: badge.meaning().into(),
            contact: badge.contact().cloned().map(fields).unwrap_or_default(),
            asks_first: badge.asks_first(),
            pairing_server,
            pairing_code,
        }
    }
}

impl From<&Meaning> for BadgeKind {
    fn from(meaning: &Meaning) -> Self {
        match meaning {
            Meaning::Leadline(_) => Self::Leadline,
            Meaning::VCard(_) => Self::VCard,
            Meaning::MeCard(_) => Self::MeCard,
            Meaning::Pretix(_) => Self::Pretix,
            Meaning::Alfio(_) => Self::Alfio,
            Meaning::Eventyay(_) => Self::Eventyay,
            Meaning::Pgeu(_) => Self::Pgeu,
            Meaning::Practice => Self::Practice,
            Meaning::Pairing(_) => Self::Pairing,
            Meaning::Url => Self::Url,
            Meaning::Foreign(Foreign::Wifi) => Self::Wifi,
            Meaning::Foreign(Foreign::Product) => Self::Product,
            Meaning::Foreign(Foreign::Action) => Self::Action,
            Meaning::Opaque => Self::Opaque,
        }
    }
}

/// A capture with what the log adds to it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct LogEntry {
    /// The capture as JSON, as it went to the server or came from it.
    pub capture: Value,
    /// Its time by the server's clock; before a receipt came, the device's.
    #[serde(default)]
    pub corrected_at: Option<Timestamp>,
    /// The team member.
    #[serde(default)]
    pub member: Option<TeamMemberId>,
    /// The device.
    #[serde(default)]
    pub device: Option<DeviceId>,
    /// The booth.
    #[serde(default)]
    pub booth: Option<BoothId>,
    /// Codes of what the server noticed; unknown ones are left out.
    #[serde(default)]
    pub flags: Vec<String>,
}

impl TryFrom<LogEntry> for Logged {
    type Error = Malformed;

    fn try_from(entry: LogEntry) -> Result<Self, Malformed> {
        let LogEntry { capture, corrected_at, member, device, booth, flags } = entry;
        let capture = Capture::parse(&capture.to_string())?;
        let member = member.or(capture.member_id);
        Ok(Self {
            corrected_at: corrected_at.unwrap_or(capture.captured_at),
            author: Author { member, operator: capture.operator.clone(), device, booth },
            flags: flags.iter().filter_map(|flag| Reason::from_code(flag)).collect(),
            carried: capture.carried(),
            capture: capture.into(),
        })
    }
}

/// One scan of a lead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct LeadScan {
    /// The capture.
    pub id: CaptureId,
    /// When.
    pub at: Timestamp,
    /// The team member.
    pub member: Option<TeamMemberId>,
    /// Free text for people without an account.
    pub operator: Option<String>,
    /// The device.
    pub device: Option<DeviceId>,
    /// How the code came in.
    pub entry: Entry,
}

/// One note of a lead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct LeadNote {
    /// The capture.
    pub id: CaptureId,
    /// When.
    pub at: Timestamp,
    /// The team member.
    pub member: Option<TeamMemberId>,
    /// Free text for people without an account.
    pub operator: Option<String>,
    /// The note.
    pub text: String,
}

/// What a set of captures adds up to, as far as a phone knows them.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct FoldedLead {
    /// Everything was taken back: nothing is left to show.
    pub is_hidden: bool,
    /// The rating in force.
    pub rating: Option<Rating>,
    /// The stage in force.
    pub stage: Option<String>,
    /// The member who follows up.
    pub owner: Option<TeamMemberId>,
    /// The tags in force, sorted.
    pub tags: Vec<String>,
    /// The newest notes, oldest first.
    pub notes: Vec<LeadNote>,
    /// How many notes there are in all.
    pub note_count: u64,
    /// The latest answer per question.
    pub answers: HashMap<String, Value>,
    /// What was typed over what the code carried.
    pub contact: HashMap<ContactField, String>,
    /// The latest word per purpose.
    pub consents: HashMap<Purpose, bool>,
    /// The newest scans, newest first.
    pub scans: Vec<LeadScan>,
    /// How many scans there are in all.
    pub scan_count: u64,
    /// The first scan.
    pub first_scanned_at: Option<Timestamp>,
    /// The newest scan.
    pub last_scanned_at: Option<Timestamp>,
    /// What was noticed, as codes.
    pub flags: Vec<String>,
}

impl From<&Fold> for FoldedLead {
    fn from(fold: &Fold) -> Self {
        let answers = fold.answers.iter().filter(|(_, won)| !won.value.answer.is_null());
        let notes = fold.notes.kept().iter().rev().map(|note| LeadNote {
            id: note.order.2,
            at: note.order.0,
            member: note.author.member,
            operator: note.author.operator.clone(),
            text: note.text.clone(),
        });
        let scans = fold.scans.kept().iter().map(|scan| LeadScan {
            id: scan.order.2,
            at: scan.order.0,
            member: scan.author.member,
            operator: scan.author.operator.clone(),
            device: scan.author.device,
            entry: scan.entry,
        });
        Self {
            is_hidden: fold.is_hidden(),
            rating: fold.rating(),
            stage: fold.stage().map(str::to_owned),
            owner: fold.owner(),
            tags: fold.tags().map(str::to_owned).collect(),
            notes: notes.collect(),
            note_count: fold.notes.count(),
            answers: answers.map(|(question, won)| (question.clone(), won.value.answer.clone())).collect(),
            contact: fields(fold.contact()),
            consents: fold.consents.iter().map(|(purpose, won)| (*purpose, won.value.granted)).collect(),
            scans: scans.collect(),
            scan_count: fold.scans.count(),
            first_scanned_at: fold.first_scanned_at,
            last_scanned_at: fold.last_scanned_at(),
            flags: fold.flags.iter().cloned().collect(),
        }
    }
}

fn fields(contact: Contact) -> HashMap<ContactField, String> {
    contact.0.into_iter().collect()
}
