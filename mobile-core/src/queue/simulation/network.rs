//! What the network makes of a request: everything a hall does to it.

use serde_json::{Value, json};

use super::super::sync::{Event, Response};
use super::world::{SECOND, Tally, World};

impl World {
    /// What comes of sending; `None` when the phone's program ended meanwhile.
    pub(super) fn network(&mut self, at: usize, tab: usize, body: String, tally: &mut Tally) -> Option<Event> {
        self.pass(20_000);
        let token = self.phones[at].pairing.token;
        match self.dice.below(24) {
            0..=8 => Some(self.answer(at, &body)),
            9 => {
                tally.requests_lost += 1;
                Some(Event::Failed)
            }
            10 | 11 => {
                tally.answers_lost += 1;
                self.deliver(token, &body);
                Some(Event::Failed)
            }
            12 => {
                // Delivered, and a copy of it is still under way.
                tally.duplicates += 1;
                self.deliver(token, &body);
                self.late.push((token, body.clone()));
                Some(self.answer(at, &body))
            }
            13 => {
                // Overtaken by everything that follows.
                tally.reorderings += 1;
                self.late.push((token, body));
                self.pass(30 * SECOND);
                Some(Event::Failed)
            }
            14 => {
                tally.crashes += 1;
                self.deliver(token, &body);
                self.crash(at);
                None
            }
            15 => {
                // The answer comes and cannot be kept, or only in part.
                tally.torn += 1;
                let torn = self.dice.below(300) as usize;
                self.phones[at].disk.borrow_mut().tear_next = Some(torn);
                let event = self.answer(at, &body);
                if self.dice.below(2) == 0 {
                    let _ = self.step_of(at, tab, event);
                    self.crash(at);
                    return None;
                }
                Some(event)
            }
            16 => {
                // The server restarts: before it took the request, or after.
                tally.server_restarts += 1;
                if self.dice.below(2) == 0 {
                    self.deliver(token, &body);
                }
                Some(if self.dice.below(2) == 0 { Event::Failed } else { problem(503, "unavailable", Some("5")) })
            }
            17 => Some(problem(429, "too_many_requests", None)),
            18 => Some(problem(500, "internal", None)),
            19 if self.dice.below(4) == 0 => {
                self.server.devices.remove(&token);
                Some(self.answer(at, &body))
            }
            _ => Some(self.portal(tally)),
        }
    }

    /// The server takes a request, whether or not anybody hears its answer.
    pub(super) fn deliver(&mut self, token: u64, body: &str) -> Option<String> {
        self.server.take(token, body, self.now.wall, &self.taken_us)
    }

    pub(super) fn answer(&mut self, at: usize, body: &str) -> Event {
        let Some(answer) = self.deliver(self.phones[at].pairing.token, body) else {
            return problem(401, "not_signed_in", None);
        };
        let receipts: Value = serde_json::from_str(&answer).unwrap();
        for result in receipts["results"].as_array().unwrap() {
            self.phones[at].named.insert(serde_json::from_value(result["id"].clone()).unwrap());
        }
        said(200, "application/json", &answer)
    }

    /// What is no answer of ours: whatever it says, it is no network.
    fn portal(&mut self, tally: &mut Tally) -> Event {
        let kind = self.dice.below(tally.portals.len() as u64) as usize;
        tally.portals[kind] += 1;
        match kind {
            0 => said(200, "text/html", "<html>Sign in to Hall Wi-Fi</html>"),
            1 => said(302, "text/html", ""),
            2 => said(511, "text/html", "<html>"),
            3 => said(200, "application/json", ""),
            4 => said(200, "application/json", r#"{"results": []}"#),
            5 => said(503, "text/html", "<h1>Service Unavailable</h1>"),
            // A certificate of somebody else's: the client does not even send.
            6 => Event::Failed,
            _ => {
                self.pass(30 * SECOND);
                Event::Failed
            }
        }
    }
}

pub(super) fn problem(status: u16, code: &str, retry_after: Option<&str>) -> Event {
    let body = json!({"type": "about:blank", "title": "", "status": status, "detail": "", "code": code});
    let Event::Answered(response) = said(status, "application/problem+json", &body.to_string()) else {
        unreachable!("an answer is an answer")
    };
    Event::Answered(Response { retry_after: retry_after.map(str::to_owned), ..response })
}

fn said(status: u16, content_type: &str, body: &str) -> Event {
    let content_type = Some(content_type.to_owned());
    Event::Answered(Response { status, content_type, retry_after: None, body: body.into() })
}
