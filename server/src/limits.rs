//! How often one may ask: failures by network address, and everything by who asks.
//!
//! A whole hall of a fair is behind one address, so an address is only slowed down for what fails, where
//! secrets can be guessed, and only there: whoever is signed in goes on. By identity, a phone or a
//! program that has run wild is told to wait; captures are not counted, whose writer has a bound of its
//! own. What is counted is kept per process, of IPv6 by networks of 64 bits. Decision 22 says how the numbers
//! were found.

use crate::access::identity::token_of;
use crate::access::token;
use crate::app::App;
use crate::problem::Problem;
use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::clock::{Clock as _, MonotonicClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use mobile_core::reason::Reason;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The sizes of the limits; the defaults are for fairs.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    /// Failures that one address may make at once.
    pub failures: u32,
    /// Failures that come back to it each minute.
    pub failures_a_minute: u32,
    /// Requests that one identity may make at once.
    pub requests: u32,
    /// Requests that come back to it each second.
    pub requests_a_second: u32,
}

impl Default for Sizes {
    /// A hall of 2,000 phones in which one in five mistypes a code on the first morning makes 400
    /// failures; a guesser gets no further than 60 a minute, one in 10^16 of the shortest secret a year.
    /// No page or phone asks more than a few times a second, but an organiser's program may set up a whole
    /// fair request by request, and a hall's screens may share one sign-in: what is stopped is a loop
    /// that nobody watches, after a minute.
    fn default() -> Self {
        Self { failures: 400, failures_a_minute: 60, requests: 60_000, requests_a_second: 1000 }
    }
}

type Keyed<K> = RateLimiter<K, HashMapStateStore<K>, MonotonicClock, NoOpMiddleware<Instant>>;

/// Keys that are remembered before those that have recovered are forgotten.
const MOST: usize = 20_000;

/// What was counted lately.
#[derive(Debug)]
pub struct Limits {
    failures: Keyed<IpAddr>,
    requests: Keyed<token::TokenHash>,
    /// Until when an address that failed too often waits.
    waiting: Mutex<HashMap<IpAddr, Instant>>,
}

fn quota(a_period: u32, period: Duration, burst: u32) -> Quota {
    let least = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
    let quota = Quota::with_period(period / least(a_period).get()).unwrap_or(Quota::per_second(least(a_period)));
    quota.allow_burst(least(burst))
}

impl Limits {
    /// Nothing counted yet.
    pub fn new(sizes: Sizes) -> Self {
        let failures = quota(sizes.failures_a_minute, Duration::from_secs(60), sizes.failures);
        let requests = quota(sizes.requests_a_second, Duration::from_secs(1), sizes.requests);
        Self {
            failures: RateLimiter::new(failures, HashMapStateStore::default(), MonotonicClock),
            requests: RateLimiter::new(requests, HashMapStateStore::default(), MonotonicClock),
            waiting: Mutex::default(),
        }
    }

    /// How long an address still waits.
    fn wait_of(&self, address: IpAddr) -> Option<Duration> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let left = waiting.get(&address)?.checked_duration_since(MonotonicClock.now());
        if left.is_none() {
            waiting.remove(&address);
        }
        left
    }

    fn failed(&self, address: IpAddr) {
        if self.failures.len() > MOST {
            self.failures.retain_recent();
        }
        if let Err(until) = self.failures.check_key(&address) {
            let wait = until.wait_time_from(MonotonicClock.now());
            let now = MonotonicClock.now();
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            if waiting.len() >= MOST {
                waiting.retain(|_, until| *until > now);
            }
            waiting.insert(address, now + wait);
        }
    }

    /// Counts a request; how long to wait where there were too many.
    fn asked(&self, identity: &token::TokenHash) -> Option<Duration> {
        if self.requests.len() > MOST {
            self.requests.retain_recent();
        }
        let until = self.requests.check_key(identity).err()?;
        Some(until.wait_time_from(MonotonicClock.now()))
    }
}

/// Where somebody who has no right yet proves one, by something that can be guessed.
const GUESSED: [(&str, &str); 14] = [
    ("POST", "/api/v1/auth/login"),
    ("POST", "/api/v1/auth/devices"),
    ("POST", "/api/v1/auth/invitations/{token}/accept"),
    ("POST", "/api/v1/auth/password-resets/{token}"),
    ("POST", "/api/v1/attendee/sign-in"),
    ("GET", "/api/v1/pairing-codes/{pairing_code}/qr.svg"),
    ("GET", "/api/v1/attendee/{token}"),
    ("GET", "/api/v1/calendars/{token}"),
    ("POST", "/sign-in"),
    ("POST", "/sign-in/code"),
    ("GET", "/attendee/sign-in/{token}"),
    ("POST", "/attendee/sign-in/{token}"),
    ("GET", "/invitations/{token}"),
    ("POST", "/invitations/{token}"),
];

fn is_guessed(method: &Method, path: &str) -> bool {
    GUESSED.iter().any(|(wanted, place)| *wanted == method.as_str() && *place == path)
}

/// Whether an answer says that what was sent proves nothing.
fn is_failure(status: StatusCode) -> bool {
    matches!(status.as_u16(), 401 | 404 | 410 | 422)
}

/// The network that a request comes from. Behind a proxy that is trusted, that of the address it names last.
fn address_of(app: &App, request: &Request) -> Option<IpAddr> {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
    let named = app.settings.is_behind_proxy.then(|| forwarded(request.headers())).flatten();
    named.or(peer).map(network_of)
}

/// What failures are counted by: an address, and of IPv6 the first 64 bits, since whoever has one has all that begin
/// with them.
fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64))),
        address @ IpAddr::V4(_) => address,
    }
}

fn forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    let named = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    named.rsplit(',').next()?.trim().parse().ok()
}

fn too_many(detail: &'static str, wait: Duration) -> Response {
    let seconds = u32::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u32::MAX).max(1);
    Problem::new(Reason::TooManyRequests, detail).retry_after(seconds).into_response()
}

/// Refuses what comes too often, before anything is looked up.
pub async fn hold(State(app): State<App>, request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    if is_guessed(request.method(), path) {
        let Some(address) = address_of(&app, &request) else { return next.run(request).await };
        if let Some(wait) = app.limits.wait_of(address) {
            return too_many(
                "Too many attempts from this network failed. Wait a moment; whoever is signed in goes on.",
                wait,
            );
        }
        let response = next.run(request).await;
        if is_failure(response.status()) {
            app.limits.failed(address);
        }
        return response;
    }
    if path.starts_with("/api/v1/") && path != "/api/v1/captures" {
        let asked = token_of(request.headers()).and_then(|(token, _)| app.limits.asked(&token::hash(token)));
        if let Some(wait) = asked {
            return too_many(
                "You ask more often than any person or phone does. Wait a moment, and ask less often.",
                wait,
            );
        }
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_waits_only_after_more_failures_than_a_hall_makes() {
        let limits = Limits::new(Sizes::default());
        let (hall, other): (IpAddr, IpAddr) = ([10, 0, 0, 1].into(), [10, 0, 0, 2].into());
        for _ in 0..400 {
            limits.failed(hall);
        }
        assert_eq!(limits.wait_of(hall), None);
        for _ in 0..3 {
            limits.failed(hall);
        }
        assert!(limits.wait_of(hall).is_some_and(|wait| wait <= Duration::from_secs(2)));
        assert_eq!(limits.wait_of(other), None);
    }

    #[test]
    fn one_identity_that_runs_wild_waits_and_others_do_not() {
        let limits = Limits::new(Sizes { requests: 3, requests_a_second: 1, ..Sizes::default() });
        let (wild, calm) = (token::hash("wild"), token::hash("calm"));
        assert_eq!((0..3).filter(|_| limits.asked(&wild).is_some()).count(), 0);
        assert!(limits.asked(&wild).is_some_and(|wait| wait <= Duration::from_secs(1)));
        assert_eq!(limits.asked(&calm), None);
    }

    #[test]
    fn addresses_of_one_ipv6_network_count_together() {
        let network = |text: &str| network_of(text.parse().expect("an address"));
        assert_eq!(network("2001:db8:1:2:aaaa::1"), network("2001:db8:1:2:bbbb:cccc:dddd:2"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"), "an IPv4 address written as one of IPv6");
    }

    #[test]
    fn addresses_that_have_waited_are_forgotten_once_there_are_many() {
        let limits = Limits::new(Sizes { failures: 1, failures_a_minute: 1, ..Sizes::default() });
        let past = MonotonicClock.now();
        let fill = (0..u32::try_from(MOST).expect("few")).map(|number| (IpAddr::V4(number.into()), past));
        limits.waiting.lock().expect("free").extend(fill);
        let address: IpAddr = [203, 0, 113, 1].into();
        for _ in 0..3 {
            limits.failed(address);
        }
        assert!(limits.waiting.lock().expect("free").len() <= 1);
    }

    #[test]
    fn the_last_address_that_a_proxy_names_counts() {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", "1.2.3.4, 10.0.0.7".parse().expect("a header"));
        assert_eq!(forwarded(&headers), Some([10, 0, 0, 7].into()));
    }
}
