//! Slows down guessing at one account's password, or at its second step: after five failures each
//! further one doubles the wait, up to half a minute, or five minutes.
//!
//! Only signing in waits. Whoever is signed in stays so, and the wait is short enough that nobody is
//! locked out for long by someone else's guesses. Kept per process and forgotten after a quarter of
//! an hour, or a day; addresses that no account has are counted alike, so that the answer tells nothing.

use crate::fields::Email;
use mobile_core::time::Timestamp;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

const FREE: u32 = 5;
const MINUTE: i64 = 60 * 1_000_000;
const MOST: usize = 10_000;

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    last: Timestamp,
}

impl Failures {
    fn until(self, longest_seconds: i64) -> Timestamp {
        let over = self.count.saturating_sub(FREE);
        let seconds = if over == 0 { 0 } else { (1_i64 << (over - 1).min(20)).min(longest_seconds) };
        self.last.plus_micros(seconds * 1_000_000)
    }
}

/// Failed sign-ins of the last while.
#[derive(Debug)]
pub struct Throttle {
    longest_seconds: i64,
    forgotten_micros: i64,
    failures: Mutex<HashMap<Email, Failures>>,
}

impl Throttle {
    /// For passwords, at which anybody may guess: others must not be locked out by it.
    pub fn of_passwords() -> Self {
        Self { longest_seconds: 30, forgotten_micros: 15 * MINUTE, failures: Mutex::default() }
    }

    /// For codes, at which only who knows the password can guess: at best one in 1,200 finds one of
    /// the three that count within a day.
    pub fn of_codes() -> Self {
        Self { longest_seconds: 300, forgotten_micros: 24 * 60 * MINUTE, failures: Mutex::default() }
    }

    fn failures(&self) -> MutexGuard<'_, HashMap<Email, Failures>> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Seconds to wait before the next attempt; none when it may be made now.
    pub fn wait(&self, email: &Email, now: Timestamp) -> Option<u32> {
        let micros = self.failures().get(email)?.until(self.longest_seconds).micros_since(now);
        (micros > 0).then(|| (micros + 999_999) as u32 / 1_000_000)
    }

    /// Counts a failed attempt.
    pub fn failed(&self, email: &Email, now: Timestamp) {
        let mut failures = self.failures();
        if failures.len() >= MOST {
            failures.retain(|_, known| now.micros_since(known.last) < self.forgotten_micros);
        }
        if failures.len() >= MOST {
            // Under a flood of made-up addresses, those that were tried hardest stay.
            failures.retain(|_, known| known.count > FREE);
        }
        let known = failures.entry(email.clone()).or_insert(Failures { count: 0, last: now });
        if now.micros_since(known.last) >= self.forgotten_micros {
            known.count = 0;
        }
        *known = Failures { count: known.count.saturating_add(1), last: now };
    }

    /// Forgets the failures of an account whose owner has just signed in.
    pub fn succeeded(&self, email: &Email) {
        self.failures().remove(email);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn email(text: &str) -> Email {
        Email::parse(text).expect("an address")
    }

    #[test]
    fn guessing_at_one_account_gets_slower_and_others_are_not_touched() {
        let throttle = Throttle::of_passwords();
        let (ines, omar) = (email("ines@acme.example"), email("omar@acme.example"));
        let mut now = Timestamp::from_micros(1_000_000_000);
        let mut waits = Vec::new();
        for _ in 0..14 {
            throttle.failed(&ines, now);
            let wait = throttle.wait(&ines, now).unwrap_or(0);
            waits.push(wait);
            now = now.plus_micros(i64::from(wait) * 1_000_000);
        }
        assert_eq!(waits, [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 30, 30, 30, 30]);
        assert_eq!(throttle.wait(&omar, now), None);
        throttle.succeeded(&ines);
        assert_eq!(throttle.wait(&ines, now), None);
    }

    #[test]
    fn failures_are_forgotten_after_a_while() {
        let throttle = Throttle::of_passwords();
        let ines = email("ines@acme.example");
        let start = Timestamp::from_micros(0);
        for _ in 0..9 {
            throttle.failed(&ines, start);
        }
        let later = start.plus_micros(15 * MINUTE);
        throttle.failed(&ines, later);
        assert_eq!(throttle.wait(&ines, later), None);
    }
}
