//! The client's HTTP calls. Redirects are not followed: a server of ours never sends one, a
//! captive portal does, and a token must not follow it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use reqwest::{RequestBuilder, Url};
use rustls::ClientConfig;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::Trust;
use crate::filter::{self, BadgeFilter};
use crate::ids::EventId;
use crate::queue::sync::{Event, Response, Trouble};
use crate::wire::{Paired, ProblemBody, SignedIn};

/// A stalled hall network is given up after this.
const REQUEST_LIMIT: Duration = Duration::from_secs(30);
const CONNECT_LIMIT: Duration = Duration::from_secs(10);
/// The longest answer read: 500 receipts, each with its lead.
const LONGEST_ANSWER: usize = 32 << 20;

/// A server, and who asks it.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    pub(super) base: Url,
    pub(super) tls: Option<Arc<ClientConfig>>,
    pub(super) authorization: Option<HeaderValue>,
}

/// What became of asking for the badge filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum FilterUpdate {
    /// The filter is as the server's.
    UpToDate,
    /// The event gets none: its codes could be guessed with one.
    NoneForThisEvent,
}

/// Why a call did not succeed.
#[derive(Debug)]
pub enum ClientError {
    /// The server's address is none.
    Address(String),
    /// The certificates to trust cannot be used.
    Trust(String),
    /// What names this installation is no UUID.
    InstallId(String),
    /// The token holds characters that no token has.
    Token,
    /// No answer came: the reason as the system puts it.
    Unreachable(String),
    /// An answer came that is not of a Leadline server: a captive portal, a proxy, another site.
    NotLeadline {
        /// Its HTTP status.
        status: u16,
    },
    /// The server said no.
    Refused(Trouble),
}

impl Client {
    /// A client of the server at this address (`https://leads.example`, with or without a path).
    ///
    /// # Errors
    /// [`ClientError::Address`] and [`ClientError::Trust`].
    pub fn new(server: &str, trust: &Trust) -> Result<Self, ClientError> {
        let base = address(server)?;
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("leadline/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_LIMIT)
            .timeout(REQUEST_LIMIT);
        // The system's certificates are read only where they are needed.
        let tls = if base.scheme() == "https" { Some(trust.config()?) } else { None };
        builder = match &tls {
            Some(tls) => builder.tls_backend_preconfigured(tls.clone()),
            None => builder.tls_backend_preconfigured(Trust::nobody()?),
        };
        let http = builder.build().map_err(|error| ClientError::Trust(told(&error)))?;
        Ok(Self { http, base, tls: tls.map(Arc::new), authorization: None })
    }

    /// Whether a text can be a server's address.
    ///
    /// # Errors
    /// [`ClientError::Address`] says what it should look like.
    pub fn check_address(server: &str) -> Result<(), ClientError> {
        address(server).map(drop)
    }

    /// Uses a token: of a sign-in or of a device.
    ///
    /// # Errors
    /// [`ClientError::Token`] when it cannot stand in a header.
    pub fn use_token(&mut self, token: &str) -> Result<(), ClientError> {
        let mut value = HeaderValue::from_str(&format!("Bearer {token}")).map_err(|_| ClientError::Token)?;
        value.set_sensitive(true);
        self.authorization = Some(value);
        Ok(())
    }

    /// Signs in and uses the token from here on.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn sign_in(&mut self, email: &str, password: &str) -> Result<SignedIn, ClientError> {
        let body = serde_json::json!({"email": email, "password": password});
        let signed_in: SignedIn = self.post("auth/login", &body).await?;
        self.use_token(&signed_in.token)?;
        Ok(signed_in)
    }

    /// Pairs this device and uses its token from here on. The same code and `install_id` again
    /// answer the same device, so a lost answer burns nothing: keep the `install_id`.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn pair(
        &mut self,
        pairing_code: &str,
        install_id: Uuid,
        device_name: &str,
        platform: &str,
    ) -> Result<Paired, ClientError> {
        let body = serde_json::json!({
            "pairing_code": pairing_code,
            "install_id": install_id,
            "device_name": device_name,
            "platform": platform,
        });
        let paired: Paired = self.post("auth/devices", &body).await?;
        self.use_token(&paired.device_token)?;
        Ok(paired)
    }

    /// Sends what the sync machine said to send, and tells what came of it.
    pub async fn send_captures(&self, batch: String) -> Event {
        let request = self.http.post(self.url("captures")).header(CONTENT_TYPE, "application/json").body(batch);
        self.answer(request).await.map_or(Event::Failed, Event::Answered)
    }

    /// Posts JSON to a call of the API (`events`, `exhibitors/…/team`) and reads its answer.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn post<T: DeserializeOwned>(&self, call: &str, body: &impl Serialize) -> Result<T, ClientError> {
        self.read(self.http.post(self.url(call)).json(body)).await
    }

    /// Reads an answer of the API.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn get<T: DeserializeOwned>(&self, call: &str) -> Result<T, ClientError> {
        self.read(self.http.get(self.url(call))).await
    }

    /// Brings the offline badge filter of an event up to date; keep `held` with [`BadgeFilter::to_bytes`].
    /// Ask every few minutes: unless much has changed, the answer is short.
    ///
    /// # Errors
    /// [`ClientError`]; the filter stays as it was.
    pub async fn update_filter(
        &self,
        event: EventId,
        held: &mut Option<BadgeFilter>,
    ) -> Result<FilterUpdate, ClientError> {
        let since = held.as_ref().map(|filter| format!("?since={}", filter.version())).unwrap_or_default();
        let answer = self.answer(self.http.get(self.url(&format!("events/{event}/badge-filter{since}")))).await?;
        let media_type = answer.content_type.as_deref().unwrap_or_default();
        match answer.status {
            204 => {
                *held = None;
                Ok(FilterUpdate::NoneForThisEvent)
            }
            200 if media_type.starts_with(filter::MEDIA_TYPE) => {
                let not_ours = |_| ClientError::NotLeadline { status: answer.status };
                match held {
                    Some(filter) => filter.update(&answer.body).map_err(not_ours)?,
                    None => *held = Some(BadgeFilter::from_bytes(&answer.body).map_err(not_ours)?),
                }
                Ok(FilterUpdate::UpToDate)
            }
            _ => Err(refusal(&answer)),
        }
    }

    pub(super) fn url(&self, call: &str) -> String {
        format!("{}/api/v1/{call}", self.base.as_str().trim_end_matches('/'))
    }

    async fn read<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, ClientError> {
        let answer = self.answer(request).await?;
        let media_type = answer.content_type.as_deref().unwrap_or_default();
        let not_ours = ClientError::NotLeadline { status: answer.status };
        if (200..300).contains(&answer.status) && media_type.starts_with("application/json") {
            return serde_json::from_slice(&answer.body).map_err(|_| not_ours);
        }
        Err(refusal(&answer))
    }

    async fn answer(&self, request: RequestBuilder) -> Result<Response, ClientError> {
        let mut request =
            request.header(ACCEPT, "application/json, application/problem+json, application/vnd.leadline.badge-filter");
        if let Some(authorization) = &self.authorization {
            request = request.header(AUTHORIZATION, authorization.clone());
        }
        let unreachable = |error: reqwest::Error| ClientError::Unreachable(told(&error));
        let mut answer = request.send().await.map_err(unreachable)?;
        let header = |name| answer.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let (content_type, retry_after) = (header(CONTENT_TYPE), header(RETRY_AFTER));
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(unreachable)? {
            if body.len() + chunk.len() > LONGEST_ANSWER {
                return Err(ClientError::NotLeadline { status: answer.status().as_u16() });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Response { status: answer.status().as_u16(), content_type, retry_after, body })
    }
}

/// What an answer that is not what was asked for says.
fn refusal(answer: &Response) -> ClientError {
    let is_problem = answer.content_type.as_deref().is_some_and(|kind| kind.starts_with("application/problem+json"));
    match serde_json::from_slice::<ProblemBody>(&answer.body) {
        Ok(problem) if problem.status == answer.status && is_problem => {
            let detail = if problem.detail.is_empty() { problem.title } else { problem.detail };
            ClientError::Refused(Trouble { status: problem.status, code: problem.code, detail })
        }
        _ => ClientError::NotLeadline { status: answer.status },
    }
}

fn address(server: &str) -> Result<Url, ClientError> {
    let wrong = |why: &str| ClientError::Address(format!("\"{server}\" {why}, such as https://leads.example"));
    let url = Url::parse(server).map_err(|_| wrong("is not an address"))?;
    match url.scheme() {
        "http" | "https" if url.query().is_none() && url.fragment().is_none() => Ok(url),
        "http" | "https" => Err(wrong("has more than scheme, host and path; give the server's address")),
        _ => Err(wrong("must begin with http:// or https://")),
    }
}

/// The innermost reason: "connection refused" rather than "error sending request".
fn told(error: &dyn std::error::Error) -> String {
    let mut reason = error;
    while let Some(source) = reason.source() {
        reason = source;
    }
    reason.to_string()
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base", &self.base.as_str()).finish_non_exhaustive()
    }
}

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(why) => f.write_str(why),
            Self::Trust(why) => write!(f, "the certificates to trust cannot be used: {why}"),
            Self::InstallId(text) => write!(f, "the install id \"{text}\" is no UUID; make one and keep it"),
            Self::Token => f.write_str("the token holds characters that no token has; copy it again"),
            Self::Unreachable(why) => write!(f, "the server did not answer: {why}"),
            Self::NotLeadline { status } => {
                write!(
                    f,
                    "what answered (HTTP {status}) is not a Leadline server; check the address and the network's sign-in page"
                )
            }
            Self::Refused(trouble) => trouble.fmt(f),
        }
    }
}

impl std::error::Error for ClientError {}
