//! Asking a server, and looking at what it answered.

use mobile_core::wire::ProblemBody;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::sync::OnceLock;
use std::time::Duration;

/// Someone's way to a server: its address and their token.
#[derive(Debug, Clone)]
pub struct Api {
    client: Client,
    base: String,
    token: Option<String>,
}

/// What a server answered.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as it came.
    pub body: Vec<u8>,
}

/// A client, as fast to make as to copy.
pub fn client() -> Client {
    static TLS: OnceLock<()> = OnceLock::new();
    // The client wants TLS to be possible even where it never speaks it.
    TLS.get_or_init(|| drop(rustls::crypto::ring::default_provider().install_default()));
    Client::builder().timeout(Duration::from_secs(60)).build().expect("an HTTP client")
}

impl Api {
    /// A way to a server, as nobody in particular.
    pub fn new(client: Client, base: impl Into<String>) -> Self {
        Self { client, base: base.into(), token: None }
    }

    /// The same way with a token.
    #[must_use]
    pub fn with_token(&self, token: impl Into<String>) -> Self {
        Self { token: Some(token.into()), ..self.clone() }
    }

    /// The same person at another server.
    #[must_use]
    pub fn at(&self, base: impl Into<String>) -> Self {
        Self { base: base.into(), ..self.clone() }
    }

    /// The address without a path.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The token.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// Sends a request; paths begin after `/api/v1` unless they begin with `//`.
    ///
    /// # Errors
    /// When no answer comes.
    pub async fn try_send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Vec<u8>>,
    ) -> Result<Answer, reqwest::Error> {
        let path = path
            .strip_prefix('/')
            .filter(|path| path.starts_with('/'))
            .map_or_else(|| format!("/api/v1{path}"), str::to_owned);
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let mut more = HeaderMap::new();
        for (name, value) in headers {
            more.insert(HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value).unwrap());
        }
        request = request.headers(more);
        if let Some(body) = body {
            request = request.body(body);
        }
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok(Answer { status, headers, body: response.bytes().await?.to_vec() })
    }

    /// As [`Api::try_send`], where an answer must come.
    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Option<Vec<u8>>) -> Answer {
        self.try_send(method, path, headers, body).await.expect("the server answers")
    }

    /// `GET`.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], None).await
    }

    /// `POST` of JSON.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, &[("content-type", "application/json")], Some(body.to_string().into_bytes()))
            .await
    }

    /// `PATCH` of JSON, against a version.
    pub async fn patch(&self, path: &str, version: Option<&str>, body: &Value) -> Answer {
        let mut headers = vec![("content-type", "application/json")];
        headers.extend(version.map(|version| ("if-match", version)));
        self.send(Method::PATCH, path, &headers, Some(body.to_string().into_bytes())).await
    }

    /// `DELETE`.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, &[], None).await
    }
}

impl Answer {
    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON, whatever the status.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("no JSON ({error}): {} {}", self.status, self.text()))
    }

    /// The body of a request that was done.
    #[track_caller]
    pub fn ok<T: DeserializeOwned>(&self) -> T {
        assert!((200..300).contains(&self.status), "{} {}", self.status, self.text());
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// The body of a request that was done with this status.
    #[track_caller]
    pub fn done(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        if self.body.is_empty() { Value::Null } else { self.json() }
    }

    /// The problem of a request that was refused for this reason.
    #[track_caller]
    pub fn refused(&self, code: &str) -> ProblemBody {
        assert!(self.status >= 400, "not refused: {} {}", self.status, self.text());
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{} {}", self.status, self.text());
        let problem: ProblemBody = serde_json::from_slice(&self.body).expect("a problem");
        assert_eq!(problem.code, code, "{}", self.text());
        assert_eq!(problem.status, self.status, "the body repeats the status");
        assert!(!problem.title.is_empty() && !problem.detail.is_empty(), "says what happened: {}", self.text());
        problem
    }
}
