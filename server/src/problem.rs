//! The one HTTP error: `application/problem+json` with a reason that programs and people understand.
//!
//! What went wrong inside is logged here, once, with the request id; clients never see it.

use crate::storage::StorageError;
use crate::words::Words;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use mobile_core::capture::FieldError;
use mobile_core::reason::Reason;
use mobile_core::wire::ProblemBody;
use std::borrow::Cow;
use std::error::Error;

/// A refused or failed request.
#[derive(Debug)]
pub struct Problem {
    reason: Reason,
    detail: Cow<'static, str>,
    errors: Vec<FieldError>,
    retry_after: Option<u32>,
    more: serde_json::Map<String, serde_json::Value>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl Problem {
    /// A problem with what exactly went wrong and the way out.
    pub fn new(reason: Reason, detail: impl Into<Cow<'static, str>>) -> Self {
        let retry_after = matches!(reason, Reason::Unavailable | Reason::TooManyRequests).then_some(1);
        let more = serde_json::Map::new();
        Self { reason, detail: detail.into(), errors: Vec::new(), retry_after, more, source: None }
    }

    /// Another tenant's thing, or none: the two look the same.
    pub fn not_found() -> Self {
        Self::new(Reason::NotFound, "Nothing with this id is here for you.")
    }

    /// Refuses an edit of something that was changed since the editor read it.
    pub fn unless_current(known: i64, seen: Option<i64>) -> Result<(), Self> {
        if seen.is_some_and(|seen| seen != known) {
            return Err(Self::new(
                Reason::OldVersion,
                "Somebody changed this meanwhile; read it again and redo your change.",
            ));
        }
        Ok(())
    }

    /// One wrong field.
    pub fn field(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::fields(vec![FieldError::new(pointer, detail)])
    }

    /// Wrong fields.
    pub fn fields(errors: Vec<FieldError>) -> Self {
        let detail = errors.first().map_or_else(String::new, told);
        Self { errors, ..Self::new(Reason::InvalidField, detail) }
    }

    /// The same, where the parameters of a query came as the fields of a body.
    #[must_use]
    pub fn in_body(mut self) -> Self {
        for error in &mut self.errors {
            if let Some(name) = error.pointer.strip_prefix('?') {
                error.pointer = format!("/{name}");
            }
        }
        self.detail = self.errors.first().map_or(self.detail, |first| told(first).into());
        self
    }

    /// Adds what went wrong inside, for the log.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Adds a member that helps to go on (RFC 9457, 3.2), described with the operation.
    #[must_use]
    pub fn with(mut self, name: &str, value: serde_json::Value) -> Self {
        self.more.insert(name.to_owned(), value);
        self
    }

    /// Says when to try again.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// The reason.
    pub fn reason(&self) -> Reason {
        self.reason
    }

    /// What exactly went wrong.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// What exactly went wrong, in these words: where only English has a sentence for it, what the reason
    /// is called.
    pub fn told(&self, words: Words) -> Cow<'_, str> {
        if words.is_english() {
            return Cow::Borrowed(&self.detail);
        }
        let told = match self.errors.first() {
            Some(first) => words.detail(&first.detail).map(|detail| format!("{} {detail}.", first.pointer)),
            None => words.detail(&self.detail),
        };
        Cow::Owned(told.unwrap_or_else(|| words.reason(self.reason)))
    }

    /// What went wrong inside, for whoever runs the server.
    pub fn source(&self) -> Option<&(dyn Error + Send + Sync)> {
        self.source.as_deref()
    }

    /// The wrong fields.
    pub fn errors(&self) -> &[FieldError] {
        &self.errors
    }

    fn body(&self) -> ProblemBody {
        let words = Words::of_request();
        let in_words = |error: &FieldError| {
            let detail = words.detail(&error.detail).map_or_else(|| error.detail.clone(), Into::into);
            FieldError { detail, ..error.clone() }
        };
        ProblemBody {
            kind: format!("urn:leadline:problem:{}", self.reason.code()),
            title: words.reason(self.reason),
            status: self.reason.status(),
            detail: self.told(words).into_owned(),
            code: self.reason.code().to_owned(),
            errors: self.errors.iter().map(in_words).collect(),
        }
    }
}

impl From<StorageError> for Problem {
    fn from(error: StorageError) -> Self {
        let mut problem = Self::new(error.reason(), error.detail());
        problem.retry_after = problem.retry_after.map(|_| error.retry_after());
        problem.caused_by(error)
    }
}

impl From<sqlx::Error> for Problem {
    fn from(error: sqlx::Error) -> Self {
        StorageError::from(error).into()
    }
}

/// A wrong field as a sentence; the whole has no name.
fn told(error: &FieldError) -> String {
    let end = if error.detail.ends_with('?') { "" } else { "." };
    format!("{} {}{end}", error.pointer, error.detail).trim_start().to_owned()
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        if let Some(source) = &self.source {
            if self.reason == Reason::Internal {
                tracing::error!(%source, reason = %self.reason, "request failed");
            } else {
                tracing::debug!(%source, reason = %self.reason, "request refused");
            }
        }
        let status = StatusCode::from_u16(self.reason.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = self.body();
        let body = if self.more.is_empty() {
            serde_json::to_vec(&body).unwrap_or_default()
        } else {
            let mut body = serde_json::to_value(body).unwrap_or_default();
            if let Some(body) = body.as_object_mut() {
                body.extend(self.more);
            }
            serde_json::to_vec(&body).unwrap_or_default()
        };
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
