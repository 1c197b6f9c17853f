//! Tells an answer of ours from everything else that a hall's network may say.

use std::fmt;

use serde::Deserialize;

use crate::capture::FieldError;
use crate::ids::LeadId;
use crate::time::Timestamp;
use crate::wire::{Outcome, ProblemBody};

/// The longest wait that a server may ask for.
const LONGEST_RETRY_AFTER_S: i64 = 15 * 60;

/// An HTTP answer as it came. Redirects are answers: they are not followed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The header `Content-Type`.
    pub content_type: Option<String>,
    /// The header `Retry-After`.
    pub retry_after: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

/// What a problem answer said.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(feature = "wasm", derive(serde::Serialize))]
pub struct Trouble {
    /// The HTTP status.
    pub status: u16,
    /// The reason's code.
    pub code: String,
    /// What exactly, for people.
    pub detail: String,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}, HTTP {})", self.detail, self.code, self.status)
    }
}

impl std::error::Error for Trouble {}

/// What an answer means for what was sent.
#[derive(Debug)]
pub(super) enum Answer {
    Receipts(Receipts),
    /// 401: the token counts no more.
    SignedOut(Trouble),
    /// 429, 503: later.
    Busy {
        retry_after_us: Option<u64>,
    },
    /// 400, 413, 415, 422: something in this request is wrong.
    Unwilling(Trouble),
    /// 5xx: the server failed.
    Broken(Trouble),
    /// 403, 404 and the like: repeating does not help.
    Refused(Trouble),
    /// Not from our server: no network.
    NotOurs,
}

/// The receipts, read leniently: a newer server may say more, and say it with new words.
#[derive(Debug, Deserialize)]
pub(super) struct Receipts {
    pub(super) server_time: Timestamp,
    #[serde(default)]
    pub(super) contiguous_seq: u64,
    /// Absent from servers that do not say.
    pub(super) is_access_ended: Option<bool>,
    pub(super) results: Vec<Receipt>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Receipt {
    pub(super) id: Option<String>,
    outcome: String,
    pub(super) reason: Option<String>,
    #[serde(default)]
    pub(super) errors: Vec<FieldError>,
    pub(super) corrected_at: Option<Timestamp>,
    pub(super) lead_id: Option<LeadId>,
    pub(super) lead: Option<serde_json::Value>,
}

impl Receipt {
    /// `None` for an outcome that this program does not know: it settles nothing.
    pub(super) fn outcome(&self) -> Option<Outcome> {
        match self.outcome.as_str() {
            "accepted" => Some(Outcome::Accepted),
            "duplicate" => Some(Outcome::Duplicate),
            "conflict" => Some(Outcome::Conflict),
            "rejected" => Some(Outcome::Rejected),
            _ => None,
        }
    }
}

pub(super) fn read(response: &Response, now: Timestamp) -> Answer {
    let media_type = response.content_type.as_deref().unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match (response.status, media_type.as_str()) {
        (200, "application/json") => serde_json::from_slice(&response.body).map_or(Answer::NotOurs, Answer::Receipts),
        (400.., "application/problem+json") => match serde_json::from_slice::<ProblemBody>(&response.body) {
            Ok(problem) if problem.status == response.status => refused(problem, response, now),
            _ => Answer::NotOurs,
        },
        _ => Answer::NotOurs,
    }
}

fn refused(problem: ProblemBody, response: &Response, now: Timestamp) -> Answer {
    let ProblemBody { status, code, detail, errors, title, .. } = problem;
    let mut detail = if detail.is_empty() { title } else { detail };
    for FieldError { pointer, detail: wrong } in errors.iter().take(5) {
        detail = format!("{detail}; {pointer} {wrong}");
    }
    let trouble = Trouble { status, code, detail };
    match status {
        401 => Answer::SignedOut(trouble),
        429 | 503 => {
            let asked = response.retry_after.as_deref().and_then(|text| retry_after_s(text, now));
            let asked = asked.map(|seconds| seconds.clamp(0, LONGEST_RETRY_AFTER_S) as u64 * 1_000_000);
            Answer::Busy { retry_after_us: asked }
        }
        400 | 413 | 415 | 422 => Answer::Unwilling(trouble),
        500.. => Answer::Broken(trouble),
        _ => Answer::Refused(trouble),
    }
}

/// RFC 9110, 10.2.3: seconds, or a date.
fn retry_after_s(text: &str, now: Timestamp) -> Option<i64> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<u32>() {
        return Some(i64::from(seconds));
    }
    let date = jiff::fmt::rfc2822::parse(text).ok()?;
    Some(date.timestamp().as_second() - now.as_micros() / 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16, content_type: &str, body: &str) -> Response {
        let content_type = Some(content_type.to_owned()).filter(|text| !text.is_empty());
        Response { status, content_type, retry_after: None, body: body.into() }
    }

    const RECEIPTS: &str = r#"{"server_time":"2026-11-22T09:30:00Z","contiguous_seq":3,"new_field":1,
        "results":[{"id":"x","outcome":"accepted","reason":"a_new_one","lead":{"new":true}}]}"#;
    const NOW: Timestamp = Timestamp::from_micros(784_111_777_000_000);

    #[test]
    fn receipts_of_a_newer_server_are_still_receipts() {
        let answer = read(&response(200, "Application/JSON; charset=utf-8", RECEIPTS), NOW);
        let Answer::Receipts(receipts) = answer else { panic!("{answer:?}") };
        assert_eq!((receipts.contiguous_seq, receipts.results.len()), (3, 1));
    }

    #[test]
    fn what_a_hall_network_says_is_no_network() {
        let portals = [
            response(200, "text/html", "<html>Welcome to Hall Wi-Fi"),
            response(200, "text/html", RECEIPTS),
            response(200, "", ""),
            response(200, "application/json", ""),
            response(200, "application/json", r#"{"success":true}"#),
            response(204, "", ""),
            response(302, "text/html", ""),
            response(401, "text/html", "proxy"),
            response(401, "application/json", r#"{"error":"login"}"#),
            response(407, "application/problem+json", r#"{"status":403}"#),
            response(503, "text/html", "<h1>503"),
            response(511, "text/html", ""),
            response(0, "", ""),
        ];
        for portal in portals {
            assert!(matches!(read(&portal, NOW), Answer::NotOurs), "{portal:?}");
        }
    }

    #[test]
    fn a_server_may_ask_to_wait_in_seconds_or_by_date() {
        let problem = r#"{"type":"about:blank","title":"Busy","status":503,"detail":"","code":"unavailable"}"#;
        for (header, seconds) in
            [("7", Some(7)), ("Sun, 06 Nov 1994 08:49:37 GMT", Some(0)), ("99999", Some(900)), ("soon", None)]
        {
            let answer = read(
                &Response { retry_after: Some(header.into()), ..response(503, "application/problem+json", problem) },
                NOW,
            );
            let Answer::Busy { retry_after_us } = answer else { panic!("{answer:?}") };
            assert_eq!(retry_after_us, seconds.map(|seconds: u64| seconds * 1_000_000), "{header}");
        }
    }
}
