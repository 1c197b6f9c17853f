//! From a request to who is asking.

use super::view::{self, ViewIdentity};
use super::{store, token};
use crate::app::App;
use crate::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use mobile_core::ids::{AccountId, BoothId, DeviceId, EventId, ExhibitorId, SignInId, TeamMemberId};
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;
use std::sync::Arc;

/// The cookie of pages.
pub const COOKIE: &str = "leadline_session";

/// A person who is signed in.
#[derive(Debug, Clone)]
pub struct AccountIdentity {
    /// The account.
    pub id: AccountId,
    /// E-mail address.
    pub email: String,
    /// Name as shown to others.
    pub name: String,
    /// When the sign-in ends, if it is not used until then.
    pub expires_at: Timestamp,
    /// The sign-in.
    pub sign_in: SignInId,
}

/// A paired device.
#[derive(Debug, Clone)]
pub struct DeviceIdentity {
    /// The device.
    pub id: DeviceId,
    /// Its event.
    pub event: EventId,
    /// The exhibitor it scans for; none for doors.
    pub exhibitor: Option<ExhibitorId>,
    /// The member it was given to.
    pub member: Option<TeamMemberId>,
    /// The booth it stands at.
    pub booth: Option<BoothId>,
    /// When its access ended.
    pub revoked_at: Option<Timestamp>,
    /// When it was marked lost.
    pub lost_at: Option<Timestamp>,
}

impl DeviceIdentity {
    /// When its access ended, in whichever way first.
    pub fn ended_at(&self) -> Option<Timestamp> {
        [self.revoked_at, self.lost_at].into_iter().flatten().min()
    }
}

/// Who is asking.
#[derive(Debug, Clone)]
pub enum Identity {
    /// A person.
    Account(Arc<AccountIdentity>),
    /// A device.
    Device(Arc<DeviceIdentity>),
    /// Somebody of the organizer who looks at a space as one of its members sees it.
    View(Arc<ViewIdentity>),
}

impl Identity {
    /// The person, where only people may ask.
    pub fn account(&self) -> Result<&Arc<AccountIdentity>, Problem> {
        match self {
            Self::Account(account) => Ok(account),
            Self::Device(_) => Err(Problem::new(Reason::Forbidden, "A device cannot do this; sign in as a person.")),
            Self::View(_) => {
                Err(Problem::new(Reason::ViewOnly, "A view shows one space; this is about yourself. Leave it first."))
            }
        }
    }

    /// The person before the screen, also one who looks through somebody else's eyes.
    pub fn onlooker(&self) -> Result<&Arc<AccountIdentity>, Problem> {
        match self {
            Self::View(view) => Ok(&view.viewer),
            _ => self.account(),
        }
    }

    /// When the sign-in or the view ends, if nobody uses it until then; a device's access has no end of its own.
    pub fn expires_at(&self) -> Option<Timestamp> {
        match self {
            Self::Account(account) => Some(account.expires_at),
            Self::Device(_) => None,
            Self::View(view) => Some(view.expires_at),
        }
    }

    /// The account, the device or the view: what rights are remembered by.
    pub fn id(&self) -> uuid::Uuid {
        match self {
            Self::Account(account) => account.id.0,
            Self::Device(device) => device.id.0,
            Self::View(view) => view.id,
        }
    }
}

/// The token of a request: the `Authorization` header's, else the cookie's.
pub fn token_of(headers: &HeaderMap) -> Option<(&str, bool)> {
    token_in(headers, COOKIE)
}

/// The same with another cookie.
pub fn token_in<'h>(headers: &'h HeaderMap, cookie: &str) -> Option<(&'h str, bool)> {
    if let Some(value) = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()) {
        let (scheme, token) = value.split_once(' ')?;
        return scheme.eq_ignore_ascii_case("bearer").then_some((token.trim(), false));
    }
    cookie_of(headers, cookie).map(|token| (token, true))
}

/// The value of a cookie.
pub fn cookie_of<'h>(headers: &'h HeaderMap, cookie: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(name, _)| *name == cookie)
        .map(|(_, value)| value)
}

/// Finds out who a token belongs to.
pub async fn identify(app: &App, token: &str) -> Result<Identity, Problem> {
    let hash = token::hash(token);
    let now = app.now();
    let is_over = |identity: &Identity| identity.expires_at().is_some_and(|until| until <= now);
    // One that is over by what is remembered may have been used in this very moment.
    if let Some(identity) = app.identities.get(&hash, now).filter(|identity| !is_over(identity)) {
        return Ok(identity);
    }
    let began = app.identities.begin();
    let found = match token.split_once('_').map(|(prefix, _)| prefix) {
        Some(token::ACCOUNT) => {
            store::account_by_token(app, &hash).await?.map(|account| Identity::Account(Arc::new(account)))
        }
        Some(token::DEVICE) => {
            store::device_by_token(app, &hash).await?.map(|device| Identity::Device(Arc::new(device)))
        }
        Some(token::VIEW) => view::find(app, token).await?.map(Identity::View),
        _ => None,
    };
    let identity = found.filter(|identity| !is_over(identity)).ok_or_else(|| {
        Problem::new(
            Reason::NotSignedIn,
            "The token is unknown or has expired. Sign in again, or pair this phone again.",
        )
    })?;
    app.identities.put(hash, identity.clone(), now, began);
    Ok(identity)
}

/// Until when the sign-in lasts that somebody came by, unless it has ended; for streams that hold no token.
pub async fn still_signed_in(app: &App, identity: &Identity) -> Result<Option<Timestamp>, Problem> {
    let until = match identity {
        Identity::Account(account) => store::sign_in_until(app, account.id, account.sign_in).await?,
        Identity::View(one) => view::open_until(app, one).await?,
        Identity::Device(_) => return Ok(None),
    };
    if until.is_some() {
        return Ok(until);
    }
    Err(Problem::new(Reason::NotSignedIn, "The sign-in that opened this stream has ended. Sign in again."))
}

impl FromRequestParts<App> for Identity {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Some((token, by_cookie)) = token_of(&parts.headers) else {
            return Err(Problem::new(Reason::NotSignedIn, "Send a token as Authorization: Bearer, or sign in."));
        };
        let is_upgrade = parts.headers.contains_key(header::UPGRADE);
        if by_cookie && (changes(&parts.method) || is_upgrade) {
            require_own_origin(app, &parts.headers)?;
        }
        let identity = identify(app, token).await?;
        view::through(app, parts, identity, by_cookie).await
    }
}

/// Whether a request changes something.
pub(super) fn changes(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// A browser sends the cookie from any page that asks it to: only our own pages may act.
pub(super) fn require_own_origin(app: &App, headers: &HeaderMap) -> Result<(), Problem> {
    if is_own_origin(app, headers) {
        return Ok(());
    }
    let detail = "This request came from a page of another origin than the server's public address.";
    Err(Problem::new(Reason::Forbidden, detail))
}

/// Whether the page that sends this request is ours: its origin is the public address's, or that of
/// the request itself.
pub fn is_own_origin(app: &App, headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok()) else {
        return headers.get("sec-fetch-site").is_some_and(|site| site == "same-origin");
    };
    if app.settings.public_url.as_deref().is_some_and(|public| origin_of(public) == origin) {
        return true;
    }
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    origin.split_once("://").is_some_and(|(_, authority)| authority.eq_ignore_ascii_case(host))
}

fn origin_of(url: &str) -> &str {
    let start = url.find("://").map_or(0, |at| at + 3);
    url[start..].find('/').map_or(url, |at| &url[..start + at])
}
