//! Passwords: Argon2id at OWASP's parameters, computed on threads that give way and only a few at once,
//! so that a storm of sign-ins does not starve scans.
//!
//! Parameters: OWASP Password Storage Cheat Sheet, m = 19,456 KiB, t = 2, p = 1.

use crate::app::App;
use crate::problem::Problem;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use mobile_core::reason::Reason;
use std::fmt;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::OwnedSemaphorePermit;

const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Fewest characters of a password.
pub const MIN_CHARS: usize = 8;
/// Most bytes of a password; more would only cost time.
const MAX_BYTES: usize = 1024;
/// How long a sign-in may wait for its turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// A hash that no password has, for accounts that do not exist or have no password yet: they cost
/// the same time as the others.
const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$Tm9ib2R5J3NTYWx0MTIzNA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// A password that may be set.
#[derive(Clone)]
pub struct Password(String);

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

impl Password {
    /// Reads a new password.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.chars().count() < MIN_CHARS {
            Err(format!("must have at least {MIN_CHARS} characters"))
        } else if text.len() > MAX_BYTES {
            Err(format!("must have at most {MAX_BYTES} bytes"))
        } else {
            Ok(Self(text.to_owned()))
        }
    }

    /// A password that nobody can guess: 20 characters that are easy to read, 100 random bits.
    pub fn generate(app: &App) -> Self {
        const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
        let mut text = String::with_capacity(23);
        for (place, byte) in app.random::<20>().into_iter().enumerate() {
            if place > 0 && place % 5 == 0 {
                text.push('-');
            }
            text.push(char::from(LETTERS[usize::from(byte & 31)]));
        }
        Self(text)
    }

    /// The text, to be shown to its owner.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("OWASP's parameters are within Argon2's bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Leave to compute one hash.
#[derive(Debug)]
pub struct Turn {
    _permit: OwnedSemaphorePermit,
    threads: Handle,
}

/// Waits for leave to compute a hash.
pub async fn turn(app: &App) -> Result<Turn, Problem> {
    match tokio::time::timeout(PATIENCE, app.hashing.clone().acquire_owned()).await {
        Ok(Ok(permit)) => Ok(Turn { _permit: permit, threads: app.hashers.handle() }),
        _ => {
            Err(Problem::new(Reason::Unavailable, "Very many people are signing in right now; try again in a moment.")
                .retry_after(5))
        }
    }
}

/// Hashes a password for storage.
pub async fn hash(app: &App, password: &Password) -> Result<String, Problem> {
    let salt = app.random::<16>();
    let text = password.0.clone();
    let mut turn = turn(app).await?;
    let hashed: Result<PasswordHash, _> =
        apart(&mut turn, move || argon2().hash_password_with_salt(text.as_bytes(), &salt)).await?;
    hashed.map(|hash| hash.to_string()).map_err(|error| failed(&error))
}

/// Hashes a password that was just found right, whatever today's rules for new ones are.
pub async fn rehash(app: &App, password: &str) -> Result<String, Problem> {
    hash(app, &Password(password.to_owned())).await
}

/// Whether a hash was made with other parameters than today's.
pub fn is_outdated(stored: &str) -> bool {
    let params = PasswordHash::new(stored).ok().and_then(|hash| {
        let is_today = hash.algorithm.as_str() == "argon2id" && hash.version == Some(u32::from(Version::V0x13));
        Params::try_from(&hash).ok().filter(|_| is_today)
    });
    params.is_none_or(|params| (params.m_cost(), params.t_cost(), params.p_cost()) != (MEMORY_KIB, PASSES, LANES))
}

/// Whether a password is the one that was hashed; without a hash it is not, after the same time.
pub async fn verify(turn: &mut Turn, password: &str, stored: Option<&str>) -> Result<bool, Problem> {
    // No such password can have been set; the time that is saved tells nothing about the account.
    if password.len() > MAX_BYTES {
        return Ok(false);
    }
    let text = password.to_owned();
    let is_known = stored.is_some();
    let stored = stored.unwrap_or(NOBODYS).to_owned();
    match apart(turn, move || argon2().verify_password(text.as_bytes(), stored.as_str())).await? {
        Ok(()) => Ok(is_known),
        Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
        Err(error) => Err(failed(&error)),
    }
}

fn failed(error: &argon2::password_hash::Error) -> Problem {
    Problem::new(Reason::Internal, "The password could not be checked.").caused_by(error.to_string())
}

/// Runs on a thread that gives way to scans.
///
/// A caller that goes away gives its turn back while the thread still runs; there are so few of them
/// that this does not matter.
async fn apart<T: Send + 'static>(turn: &mut Turn, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
    let done = turn.threads.spawn_blocking(work).await;
    done.map_err(|error| Problem::new(Reason::Internal, "The password could not be checked.").caused_by(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobodys_hash_is_readable_costs_the_same_and_fits_no_password() {
        let hash = PasswordHash::new(NOBODYS).expect("it is a hash");
        let params = Params::try_from(&hash).expect("it has parameters");
        assert_eq!((params.m_cost(), params.t_cost(), params.p_cost()), (MEMORY_KIB, PASSES, LANES));
        let verdict = argon2().verify_password(b"nobody", NOBODYS);
        assert_eq!(verdict, Err(argon2::password_hash::Error::PasswordInvalid));
    }

    #[test]
    fn a_hash_of_other_parameters_is_outdated() {
        assert!(!is_outdated(NOBODYS));
        for older in
            [NOBODYS.replace("t=2", "t=1"), NOBODYS.replace("19456", "4096"), NOBODYS.replace("argon2id", "argon2i")]
        {
            assert!(is_outdated(&older), "{older}");
        }
    }

    #[test]
    fn a_password_is_long_enough_to_resist_and_short_enough_to_hash() {
        assert!(Password::parse("seven77").is_err());
        assert!(Password::parse("eight888").is_ok());
        assert!(Password::parse(&"x".repeat(MAX_BYTES + 1)).is_err());
        assert_eq!(format!("{:?}", Password("secret00".into())), "Password(…)");
    }
}
