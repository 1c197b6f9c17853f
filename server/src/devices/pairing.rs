//! Pairing: a short code that a phone trades for its token.
//!
//! A code holds 60 random bits in three groups that are easy to type, and ends soon. A phone whose
//! answer was lost sends the same code and install id again: it is the same device, with a fresh
//! token, and no second use of the code. The same app with another code replaces its former device.
//! A device that is paired renews its token by itself ([`renew`]), as often as it likes.

use super::{DevicePark, licences, store};
use crate::access::{OwnDeviceScope, token};
use crate::app::App;
use crate::fields::Fields;
use crate::problem::Problem;
use crate::rights;
use crate::sessions;
use mobile_core::ids::{BoothId, DeviceId, SessionId, TeamMemberId};
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;
use mobile_core::wire::{NamedEvent, NamedExhibitor, NamedMember, Paired};
use sha2::{Digest, Sha256};
use std::fmt;

const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 12;
const GROUP: usize = 4;
const DEFAULT_MICROS: i64 = 15 * 60 * 1_000_000;
const MAX_USES: u32 = 100;
const LONGEST_VERSION: usize = 60;

/// A pairing code in the form in which codes are compared.
#[derive(Clone, PartialEq, Eq)]
pub struct PairingCode(String);

impl PairingCode {
    fn generate(app: &App) -> Self {
        let letters = app.random::<LENGTH>().map(|byte| char::from(LETTERS[usize::from(byte & 31)]));
        Self(letters.into_iter().collect())
    }

    /// Reads a code as people type it: any case, look-alikes mended, spaces and dashes anywhere.
    pub fn parse(text: &str) -> Option<Self> {
        let mut code = String::with_capacity(LENGTH);
        for letter in text.chars().filter(|letter| !letter.is_whitespace() && *letter != '-') {
            let letter = match letter.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            if code.len() == LENGTH || !u8::try_from(letter).is_ok_and(|letter| LETTERS.contains(&letter)) {
                return None;
            }
            code.push(letter);
        }
        (code.len() == LENGTH).then_some(Self(code))
    }

    fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl fmt::Display for PairingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", &self.0[..GROUP], &self.0[GROUP..2 * GROUP], &self.0[2 * GROUP..])
    }
}

impl fmt::Debug for PairingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PairingCode(…)")
    }
}

/// What a pairing code is wanted for.
#[derive(Debug, Clone, Default)]
pub struct CodeWish {
    /// What the devices are for.
    pub label: Option<String>,
    /// Who gets the device.
    pub member: Option<TeamMemberId>,
    /// Where it stands.
    pub booth: Option<BoothId>,
    /// How many devices may be paired; one if absent.
    pub max_uses: Option<u32>,
    /// When it ends; a quarter of an hour from now if absent.
    pub expires_at: Option<Timestamp>,
    /// The sessions whose attendance is taken there, for doors.
    pub sessions: Vec<SessionId>,
    /// The device that gives its place up to the one that is paired.
    pub replaces: Option<DeviceId>,
}

/// A fresh code.
#[derive(Debug)]
pub struct FreshCode {
    /// The code, known to nobody else.
    pub code: PairingCode,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// A code as it is stored.
#[derive(Debug)]
pub struct NewCode {
    pub(super) hash: [u8; 32],
    pub(super) label: Option<String>,
    pub(super) member: Option<TeamMemberId>,
    pub(super) booth: Option<BoothId>,
    pub(super) max_uses: i64,
    pub(super) expires_at: Timestamp,
    pub(super) sessions: Vec<SessionId>,
    pub(super) replaces: Option<DeviceId>,
}

/// Makes a pairing code.
pub async fn make_code(app: &App, park: &DevicePark, wish: CodeWish) -> Result<FreshCode, Problem> {
    let now = app.now();
    let shortly = now.plus_micros(DEFAULT_MICROS);
    let event_ends_at = app.events.info(app, park.event()).await?.ends_at;
    let mut wrong = Fields::default();
    let label = wrong.optional_line("/label", wish.label.as_deref(), 100);
    let max_uses = wish.max_uses.unwrap_or(1);
    if !(1..=MAX_USES).contains(&max_uses) {
        wrong.wrong("/max_uses", format!("must be from 1 to {MAX_USES}"));
    }
    let expires_at = wish.expires_at.unwrap_or(shortly);
    if expires_at <= now {
        wrong.wrong("/expires_at", "must lie in the future");
    } else if expires_at > event_ends_at.max(shortly) {
        wrong.wrong("/expires_at", format!("must not be later than the event's end, {event_ends_at}"));
    }
    let mut tx = app.write().await?;
    if let Some(member) = wish.member
        && !store::has_member(&mut tx, park, member).await?
    {
        wrong.wrong("/member_id", "is nobody of this team");
    }
    if let Some(booth) = wish.booth
        && !store::has_booth(&mut tx, park, booth).await?
    {
        wrong.wrong("/booth_id", "is no booth of this exhibitor");
    }
    let known = sessions::store::known(&mut tx, park.event(), &wish.sessions).await?;
    for (at, session) in wish.sessions.iter().enumerate() {
        if !known.contains(session) {
            wrong.wrong(&format!("/session_ids/{at}"), "is no session of this event");
        }
    }
    wrong.done(Some(()))?;
    let code = PairingCode::generate(app);
    let kept = NewCode {
        hash: code.hash(),
        label,
        member: wish.member,
        booth: wish.booth,
        max_uses: i64::from(max_uses),
        expires_at,
        sessions: wish.sessions,
        replaces: wish.replaces,
    };
    store::insert_code(&mut tx, park, &kept, now).await?;
    tx.commit(&app.hub).await?;
    Ok(FreshCode { code, expires_at })
}

/// The code that a picture is wanted of, while it can be used.
pub async fn usable(app: &App, text: &str) -> Result<PairingCode, Problem> {
    let code = PairingCode::parse(text).ok_or_else(Problem::not_found)?;
    let mut tx = app.read().await?;
    let known = store::find_code(&mut tx, &code.hash()).await?.ok_or_else(Problem::not_found)?;
    tx.done().await?;
    if known.expires_at <= app.now() { Err(used_up()) } else { Ok(code) }
}

fn used_up() -> Problem {
    Problem::new(Reason::UsedUp, "This pairing code was used or has expired. Ask for a new one.")
}

/// A device that wants to be paired.
#[derive(Debug, Clone)]
pub struct PairRequest {
    /// The code as typed or scanned.
    pub pairing_code: String,
    /// Made by the app when it was installed.
    pub install_id: String,
    /// What the phone is called.
    pub device_name: String,
    /// What it runs on.
    pub platform: String,
    /// The version of the app, where it says it.
    pub app_version: Option<String>,
}

/// A device to be kept.
#[derive(Debug)]
pub struct NewDevice {
    pub(super) install_id: String,
    pub(super) name: String,
    pub(super) platform: String,
    pub(super) app_version: Option<String>,
    pub(super) token_hash: token::TokenHash,
}

/// Gives a device another token, and keeps the version of the app where it says it. The token that it has stands
/// for it until the other was used for the first time, so that an answer that got lost locks nobody out.
///
/// # Errors
/// `device_revoked` once its access has ended.
pub async fn renew(app: &App, scope: &OwnDeviceScope, app_version: Option<&str>) -> Result<String, Problem> {
    let mut wrong = Fields::default();
    let app_version = wrong.optional_line("/app_version", app_version, LONGEST_VERSION);
    wrong.done(Some(()))?;
    let device_token = token::make(app, token::DEVICE);
    let mut tx = app.write().await?;
    if !store::offer_token(&mut tx, scope, &token::hash(&device_token), app_version.as_deref()).await? {
        return Err(Problem::new(Reason::DeviceRevoked, "This device's access has ended. Pair it again."));
    }
    tx.commit(&app.hub).await?;
    Ok(device_token)
}

/// Pairs a device.
pub async fn pair(app: &App, request: PairRequest) -> Result<Paired, Problem> {
    let mut wrong = Fields::default();
    let code = PairingCode::parse(&request.pairing_code);
    if code.is_none() {
        wrong.wrong("/pairing_code", "must have 12 letters and digits, such as 7F3K-92QX-M4TP");
    }
    let install_id = wrong.line("/install_id", &request.install_id, 200);
    let name = wrong.line("/device_name", &request.device_name, 100);
    let platform = wrong.line("/platform", &request.platform, 100);
    let app_version = wrong.optional_line("/app_version", request.app_version.as_deref(), LONGEST_VERSION);
    let device_token = token::make(app, token::DEVICE);
    let token_hash = token::hash(&device_token);
    let (code, device) = wrong.done((|| {
        let (install_id, name, platform) = (install_id?, name?, platform?);
        Some((code?, NewDevice { install_id, name, platform, app_version, token_hash }))
    })())?;
    let now = app.now();
    let mut tx = app.write().await?;
    let known = store::lock_code(&mut tx, &code.hash()).await?.ok_or_else(|| {
        Problem::new(
            Reason::NotFound,
            "No such pairing code is known here. Check the letters, and the server's address.",
        )
    })?;
    if known.expires_at <= now {
        return Err(used_up());
    }
    let device_id: DeviceId = match store::paired_before(&mut tx, &known, &device.install_id).await? {
        Some(former) if former.has_ended => return Err(used_up()),
        Some(former) => {
            store::renew(&mut tx, &known, former.id, &device).await?;
            former.id
        }
        None if known.uses >= known.max_uses => return Err(used_up()),
        None => {
            let id = app.new_id();
            let park = DevicePark::of_code(&known);
            licences::make_room(&mut tx, &park, &known, &device, now).await?;
            store::insert_device(&mut tx, &known, id, &device, now).await?;
            store::use_code(&mut tx, &known).await?;
            id
        }
    };
    let event = store::event_name(&mut tx, &known).await?;
    let exhibitor = store::exhibitor_name(&mut tx, &known).await?;
    let member = store::member_name(&mut tx, &known).await?;
    let rescue_key = crate::rescue::key(app, &mut tx, known.event_id).await?;
    // The phone that this one replaces reads nothing any more, on any node.
    let park = DevicePark::of_code(&known);
    rights::commit(app, tx, park.event(), park.space(), device_id.0).await?;
    let (id, slug, name, timezone) = event;
    Ok(Paired {
        device_id,
        device_token,
        event: NamedEvent { id, slug, name, timezone },
        exhibitor: exhibitor.map(|(id, slug, name)| NamedExhibitor { id, slug, name }),
        member: member.map(|(id, first, last)| NamedMember { id, name: format!("{first} {last}").trim().to_owned() }),
        rescue_key: Some(rescue_key.to_hex()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_reads_as_people_type_it() {
        let code = PairingCode::parse("7F3K-92QX-M4TP").expect("a code");
        assert_eq!(code.to_string(), "7F3K-92QX-M4TP");
        assert_eq!(PairingCode::parse(" 7f3k 92qx m4tp"), Some(code));
        assert_eq!(PairingCode::parse("OIL0-92QX-M4TP"), PairingCode::parse("0110-92QX-M4TP"));
        for text in ["", "7F3K-92QX-M4T", "7F3K-92QX-M4TPP", "7F3K-92QX-M4TU", "7F3K-92QX-M4Té"] {
            assert_eq!(PairingCode::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_code_does_not_show_in_logs() {
        assert_eq!(format!("{:?}", PairingCode::parse("7F3K-92QX-M4TP")), "Some(PairingCode(…))");
    }
}
