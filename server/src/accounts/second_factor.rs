//! The second step of signing in: a code of an app (TOTP, RFC 6238: SHA-1, 6 digits, 30 seconds, one
//! step of tolerance), or one of ten recovery codes, each of which works once.
//!
//! A code that was taken is not taken again, nor is an older one. Guessing slows down as it does for
//! passwords. The secret has to be kept as it is; recovery codes are 80 random bits, kept as hashes.

use super::passwords::prove_again;
use super::store::secrets;
use super::store::{self, AccountRow};
use crate::access::{AccountIdentity, token};
use crate::app::App;
use crate::audit::{self, Action, NewEntry};
use crate::fields::Email;
use crate::mail::{self, FactorChange, Message};
use crate::problem::Problem;
use crate::storage::{StorageError, Tx};
use crate::words::Words;
use mobile_core::ids::AccountId;
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;
use totp_rs::{Algorithm, Builder, Secret, Totp};

/// Length of the secret, in bytes: that of the hash, as RFC 4226 asks.
pub const SECRET_BYTES: usize = 20;
const DIGITS: u8 = 6;
const STEP_SECONDS: u64 = 30;
const RECOVERY_CODES: usize = 10;
/// Bytes of a recovery code: 16 letters of base 32.
const RECOVERY_BYTES: usize = 10;
/// What apps show the codes under.
const ISSUER: &str = "Leadline";

fn totp(secret: [u8; SECRET_BYTES]) -> Totp {
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(DIGITS)
        .with_skew(1)
        .with_step_duration(STEP_SECONDS)
        .with_secret(Secret::new_stack(secret))
        .build_noncompliant()
}

fn seconds(at: Timestamp) -> u64 {
    u64::try_from(at.as_micros().div_euclid(1_000_000)).unwrap_or_default()
}

/// The code that an app shows at a time.
pub fn code_at(secret: [u8; SECRET_BYTES], at: Timestamp) -> String {
    totp(secret).generate(seconds(at)).to_string()
}

/// RFC 4648's base 32 without padding, as apps take secrets.
pub fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let (mut text, mut held, mut bits) = (String::new(), 0_u32, 0);
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(char::from(LETTERS[(held >> bits) as usize & 31]));
        }
    }
    if bits > 0 {
        text.push(char::from(LETTERS[(held << (5 - bits)) as usize & 31]));
    }
    text
}

/// What somebody typed: a code of the app, or a recovery code in the one form that is hashed.
enum Typed {
    Code(String),
    Recovery(String),
}

impl Typed {
    fn parse(text: &str) -> Self {
        let plain: String = text.chars().filter(char::is_ascii_alphanumeric).take(64).collect();
        let is_code = plain.len() == usize::from(DIGITS) && plain.bytes().all(|byte| byte.is_ascii_digit());
        if is_code { Self::Code(plain) } else { Self::Recovery(plain.to_ascii_uppercase()) }
    }
}

/// A recovery code as people read it: `ABCD-EFGH-IJKL-MNOP`.
fn printed(code: &str) -> String {
    let groups: Vec<&str> = (0..code.len()).step_by(4).filter_map(|at| code.get(at..at + 4)).collect();
    groups.join("-")
}

/// Whether an account asks for a second step.
pub async fn is_on(tx: &mut Tx, account: AccountId) -> Result<bool, StorageError> {
    Ok(secrets::factor(tx, account).await?.is_some_and(|factor| factor.confirmed_at.is_some()))
}

/// What a person sees of their second step.
#[derive(Debug, Clone, Copy, serde::Serialize, utoipa::ToSchema)]
pub struct SecondFactorView {
    /// Whether signing in asks for a code.
    pub is_on: bool,
    /// How many recovery codes are left.
    pub recovery_codes_left: i64,
}

/// How a person's second step stands.
pub async fn state(app: &App, account: &AccountIdentity) -> Result<SecondFactorView, Problem> {
    let mut tx = app.read().await?;
    let is_on = is_on(&mut tx, account.id).await?;
    let left = secrets::recovery_codes_left(&mut tx, account.id).await?;
    tx.done().await?;
    Ok(SecondFactorView { is_on, recovery_codes_left: left })
}

/// A secret to be given to an app.
#[derive(Debug, Clone)]
pub struct Enrolment {
    /// For typing.
    pub secret: String,
    /// For a QR code: `otpauth://totp/…`.
    pub uri: String,
}

/// Begins a second step: nothing changes before [`confirm`].
///
/// # Errors
/// `wrong_credentials`; `already_exists` when it is on.
pub async fn enrol(app: &App, account: &AccountIdentity, password: &str) -> Result<Enrolment, Problem> {
    let known = prove_again(app, account, password).await?;
    let secret = app.random::<SECRET_BYTES>();
    let mut tx = app.write().await?;
    if !secrets::begin_factor(&mut tx, known.id, &secret, app.now()).await? {
        return Err(already_on());
    }
    tx.commit(&app.hub).await?;
    let secret = base32(&secret);
    let label: String = form_urlencoded::byte_serialize(known.email.as_bytes()).collect();
    let uri = format!(
        "otpauth://totp/{ISSUER}:{label}?secret={secret}&issuer={ISSUER}&algorithm=SHA1&digits={DIGITS}&period={STEP_SECONDS}"
    );
    Ok(Enrolment { secret, uri })
}

fn already_on() -> Problem {
    Problem::new(Reason::AlreadyExists, "The second step is on already. Switch it off first, to set up another app.")
}

fn not_begun() -> Problem {
    Problem::new(Reason::NotFound, "The second step is not set up. Begin with your password.")
}

/// Switches the second step on, by a first code of the app, and gives the recovery codes: once, they
/// are not kept.
pub async fn confirm(
    app: &App,
    account: &AccountIdentity,
    code: &str,
    language: Words,
) -> Result<Vec<String>, Problem> {
    let mut tx = app.read().await?;
    let known = store::account(&mut tx, account.id).await?.ok_or_else(Problem::not_found)?;
    let factor = secrets::factor(&mut tx, account.id).await?.ok_or_else(not_begun)?;
    tx.done().await?;
    if factor.confirmed_at.is_some() {
        return Err(already_on());
    }
    prove(app, &known, code).await?;
    let (codes, hashes) = fresh_codes(app);
    let mut tx = app.write().await?;
    if !secrets::confirm_factor(&mut tx, known.id, app.now()).await? {
        return Err(already_on());
    }
    secrets::set_recovery_codes(&mut tx, known.id, &hashes).await?;
    let entry = NewEntry::new(Action::SecondFactorOn, Some(known.id), Some(known.id.0));
    audit::append(app, &mut tx, audit::SERVER, &entry).await?;
    tell(app, &mut tx, &known, FactorChange::On, language).await?;
    tx.commit(&app.hub).await?;
    Ok(codes)
}

fn fresh_codes(app: &App) -> (Vec<String>, Vec<token::TokenHash>) {
    (0..RECOVERY_CODES)
        .map(|_| {
            let code = base32(&app.random::<RECOVERY_BYTES>());
            (printed(&code), token::hash(&code))
        })
        .unzip()
}

/// Gives new recovery codes; the former ones work no more.
pub async fn renew_codes(
    app: &App,
    account: &AccountIdentity,
    (password, code): (&str, &str),
) -> Result<Vec<String>, Problem> {
    let known = prove_both(app, account, password, code).await?;
    let (codes, hashes) = fresh_codes(app);
    let mut tx = app.write().await?;
    secrets::set_recovery_codes(&mut tx, known.id, &hashes).await?;
    tx.commit(&app.hub).await?;
    Ok(codes)
}

/// Switches the second step off.
pub async fn disable(
    app: &App,
    account: &AccountIdentity,
    (password, code): (&str, &str),
    language: Words,
) -> Result<(), Problem> {
    let known = prove_both(app, account, password, code).await?;
    let mut tx = app.write().await?;
    forget(app, &mut tx, &known, language).await?;
    tx.commit(&app.hub).await?;
    Ok(())
}

/// Takes the second step of an account away, if it has one, and tells of it.
pub(super) async fn forget(app: &App, tx: &mut Tx, known: &AccountRow, language: Words) -> Result<(), StorageError> {
    let was_on = is_on(tx, known.id).await?;
    secrets::remove_factor(tx, known.id).await?;
    if !was_on {
        return Ok(());
    }
    let entry = NewEntry::new(Action::SecondFactorOff, Some(known.id), Some(known.id.0));
    audit::append(app, tx, audit::SERVER, &entry).await?;
    tell(app, tx, known, FactorChange::Off, language).await
}

async fn prove_both(app: &App, account: &AccountIdentity, password: &str, code: &str) -> Result<AccountRow, Problem> {
    let known = prove_again(app, account, password).await?;
    let mut tx = app.read().await?;
    let is_on = is_on(&mut tx, known.id).await?;
    tx.done().await?;
    if !is_on {
        return Err(not_begun());
    }
    prove(app, &known, code).await?;
    Ok(known)
}

/// Checks the code of an account that asks for one.
///
/// # Errors
/// `second_factor_required` when none was given, `wrong_code`, `too_many_requests`.
pub(super) async fn prove_if_on(app: &App, account: &AccountRow, code: Option<&str>) -> Result<(), Problem> {
    let mut tx = app.read().await?;
    let is_on = is_on(&mut tx, account.id).await?;
    tx.done().await?;
    if !is_on {
        return Ok(());
    }
    let code = code.map(str::trim).filter(|code| !code.is_empty()).ok_or_else(|| {
        Problem::new(Reason::SecondFactorRequired, "Your password is right. Send the code of your app too.")
    })?;
    prove(app, account, code).await
}

async fn prove(app: &App, account: &AccountRow, code: &str) -> Result<(), Problem> {
    let email = Email::parse(&account.email).map_err(|_| wrong_code())?;
    let now = app.now();
    if let Some(seconds) = app.code_throttle.wait(&email, now) {
        let detail = "Too many wrong codes for this account. Wait a moment and use the next code of your app.";
        return Err(Problem::new(Reason::TooManyRequests, detail).retry_after(seconds));
    }
    // Counted before it is looked at: of many guesses sent at once, each one counts.
    app.code_throttle.failed(&email, now);
    let mut tx = app.write().await?;
    let factor = secrets::factor(&mut tx, account.id).await?.ok_or_else(not_begun)?;
    let is_right = match Typed::parse(code) {
        Typed::Code(code) => {
            let secret = factor.secret.try_into().map_err(|_| StorageError::Corrupt("second_factor.secret".into()))?;
            match totp(secret).check(&code, seconds(now)) {
                Some(step) => secrets::take_step(&mut tx, account.id, step as i64).await?,
                None => false,
            }
        }
        Typed::Recovery(code) => {
            let taken = secrets::take_recovery_code(&mut tx, account.id, &token::hash(&code), now).await?;
            if taken {
                tell(app, &mut tx, account, FactorChange::RecoveryUsed, Words::default()).await?;
            }
            taken
        }
    };
    if !is_right {
        tx.done().await?;
        return Err(wrong_code());
    }
    tx.commit(&app.hub).await?;
    app.code_throttle.succeeded(&email);
    Ok(())
}

fn wrong_code() -> Problem {
    Problem::new(
        Reason::WrongCode,
        "This code is wrong or was used already. Wait for the next one, or use a recovery code.",
    )
}

async fn tell(
    app: &App,
    tx: &mut Tx,
    account: &AccountRow,
    change: FactorChange,
    language: Words,
) -> Result<(), StorageError> {
    let Ok(to) = Email::parse(&account.email) else { return Ok(()) };
    let message = Message::SecondFactor {
        name: account.name.clone(),
        change,
        link: format!("{}/account", app.settings.own_url()),
    };
    mail::enqueue(app, tx, &to, account.language.unwrap_or(language), &message).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_rfc_6238() {
        // Appendix B, the last six of the eight digits.
        let secret = *b"12345678901234567890";
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            assert_eq!(code_at(secret, Timestamp::from_micros(seconds * 1_000_000)), code);
        }
    }

    #[test]
    fn secrets_are_written_as_rfc_4648_does() {
        for (bytes, text) in [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foobar", "MZXW6YTBOI")] {
            assert_eq!(base32(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn codes_are_taken_however_they_are_typed() {
        assert!(matches!(Typed::parse(" 123 456 "), Typed::Code(code) if code == "123456"));
        let code = base32(&[7; RECOVERY_BYTES]);
        assert_eq!(printed(&code).len(), 19);
        for typed in [printed(&code), printed(&code).to_lowercase(), code.clone()] {
            assert!(matches!(Typed::parse(&typed), Typed::Recovery(plain) if plain == code));
        }
    }
}
