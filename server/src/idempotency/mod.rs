//! `Idempotency-Key`: a request that creates something may be sent again after a lost answer, and
//! gets the first answer again instead of creating a second one.
//!
//! Per identity and address, for 24 hours; an attendee's identity is their registration. Another body
//! under the same key is refused. Answers that hold a secret are not stored: their handlers say so with
//! [`HoldsSecret`], and sent again they run again. A request that was refused or failed leaves its key free.
//!
//! A request with a key is answered by a task of its own: a client that goes away takes neither what is
//! under way with it nor the answer, which it asks for again.

mod store;

use crate::access::{AttendeeScope, Identity};
use crate::app::App;
use crate::audit::hex;
use crate::problem::Problem;
use crate::words::Words;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use mobile_core::reason::Reason;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use store::{Claim, Key};
use tracing::Instrument as _;
use uuid::Uuid;

/// The header's name.
pub const HEADER: &str = "idempotency-key";
/// For how long a key is remembered.
const KEPT_MICROS: i64 = 24 * 3600 * 1_000_000;
/// After which time a request without an answer counts as dead: its server was stopped under it.
const DEAD_MICROS: i64 = 60 * 1_000_000;
/// Longest body that may come with a key, and longest JSON answer, in bytes.
const MAX_BODY: usize = 1 << 20;
const MAX_ANSWER: usize = 1 << 20;

/// Marks an answer that holds a secret and must not be stored. Add as `Extension(HoldsSecret)`.
#[derive(Debug, Clone, Copy)]
pub struct HoldsSecret;

/// An answer as it is kept.
#[derive(Debug, Serialize, Deserialize)]
struct Answer {
    etag: Option<String>,
    body: String,
}

/// The layer around the API's routes: `axum::middleware::from_fn_with_state(app, idempotency::once)`.
pub async fn once(State(app): State<App>, request: Request, next: Next) -> Response {
    let is_asked_for = request.method() == Method::POST && request.headers().contains_key(HEADER);
    // Captures carry ids of their own; what is no JSON is an import, which repeats without doubling.
    if !is_asked_for || request.uri().path().ends_with("/captures") || !is_json(request.headers()) {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    // Nobody's request is refused by its handler, in the handler's own words.
    let Some(sender) = sender(&app, &mut parts).await else {
        return next.run(Request::from_parts(parts, body)).await;
    };
    let Ok(body) = to_bytes(body, MAX_BODY).await else {
        return Problem::new(Reason::TooLarge, "The body is larger than this address takes.").into_response();
    };
    let key = match key(sender, parts.uri.path(), &parts.headers, &body) {
        Ok(key) => key,
        Err(problem) => return problem.into_response(),
    };
    match claim(&app, &key).await {
        Ok(Claim::Fresh) => {}
        Ok(Claim::Answered { status, answer }) => return replay(status, &answer),
        Ok(Claim::OtherBody) => {
            let detail = "This key was sent before with another body. Use a new key for a new request.";
            return Problem::new(Reason::IdempotencyKeyReused, detail).into_response();
        }
        Ok(Claim::Running) => {
            let detail = "The first request with this key is still being worked on; send it again in a moment.";
            return Problem::new(Reason::Unavailable, detail).into_response();
        }
        Err(problem) => return problem.into_response(),
    }
    let (words, request) = (Words::of_request(), Request::from_parts(parts, Body::from(body)));
    let working = app.clone();
    let answering = async move {
        let response = next.run(request).await;
        settle(&working, &key, response).await
    };
    match app.errands.spawn(words.said_within(answering).in_current_span()).await {
        Ok(response) => response,
        Err(ended) => match ended.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(ended) => {
                let detail = "The server stopped before the request was done. Send it again.";
                Problem::new(Reason::Unavailable, detail).caused_by(ended).into_response()
            }
        },
    }
}

/// Whose key it is. At an attendee's address, the attendee's: it tells by itself who they are, whoever else is
/// signed in there.
async fn sender(app: &App, parts: &mut Parts) -> Option<Uuid> {
    if let Ok(attendee) = AttendeeScope::from_request_parts(parts, app).await {
        return Some(attendee.registration().0);
    }
    Identity::from_request_parts(parts, app).await.ok().map(|identity| identity.id())
}

fn is_json(headers: &HeaderMap) -> bool {
    crate::extract::require_json(headers).is_ok()
}

fn key(sender: Uuid, path: &str, headers: &HeaderMap, body: &[u8]) -> Result<Key, Problem> {
    let sent = headers.get(HEADER).and_then(|key| key.to_str().ok()).map(str::trim).unwrap_or_default();
    if !(1..=200).contains(&sent.len()) {
        return Err(Problem::field(HEADER, "must be 1 to 200 visible characters, for instance a UUID"));
    }
    Ok(Key { identity: sender, route: route(path), key: sent.to_owned(), body_hash: Sha256::digest(body).into() })
}

/// An address as it is kept. Those of attendees hold the secret of their link, of which nothing but a hash is kept
/// anywhere.
fn route(path: &str) -> String {
    if path.contains("/attendee/") { hex(&Sha256::digest(path)) } else { path.to_owned() }
}

async fn claim(app: &App, key: &Key) -> Result<Claim, Problem> {
    let now = app.now();
    let mut tx = app.write().await?;
    store::prune(&mut tx, now.plus_micros(-KEPT_MICROS)).await?;
    let claim = store::claim(&mut tx, key, now, now.plus_micros(-DEAD_MICROS)).await?;
    tx.commit(&app.hub).await?;
    Ok(claim)
}

fn replay(status: i64, answer: &str) -> Response {
    let kept: Result<Answer, _> = serde_json::from_str(answer);
    let (Ok(kept), Ok(status)) = (kept, StatusCode::from_u16(status as u16)) else {
        return Problem::new(Reason::Internal, "The kept answer cannot be read.").into_response();
    };
    let mut response = (status, kept.body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert("idempotency-replayed", HeaderValue::from_static("true"));
    if let Some(etag) = kept.etag.and_then(|etag| HeaderValue::from_str(&etag).ok()) {
        headers.insert(header::ETAG, etag);
    }
    response
}

/// Keeps the answer, or frees the key.
async fn settle(app: &App, key: &Key, response: Response) -> Response {
    let has_secret = response.extensions().get::<HoldsSecret>().is_some();
    if !response.status().is_success() || has_secret || !is_json(response.headers()) {
        free(app, key).await;
        return response;
    }
    let (parts, body) = response.into_parts();
    let body: Bytes = match to_bytes(body, MAX_ANSWER).await {
        Ok(body) => body,
        Err(error) => {
            free(app, key).await;
            return Problem::new(Reason::Internal, "The answer could not be kept.").caused_by(error).into_response();
        }
    };
    let etag = parts.headers.get(header::ETAG).and_then(|etag| etag.to_str().ok()).map(str::to_owned);
    let answer = Answer { etag, body: String::from_utf8_lossy(&body).into_owned() };
    let answer = serde_json::to_string(&answer).unwrap_or_default();
    if let Err(error) = keep(app, key, parts.status, &answer).await {
        // What was asked for is done; only its answer cannot be had again.
        tracing::warn!(%error, "the answer to an idempotent request could not be kept");
    }
    Response::from_parts(parts, Body::from(body))
}

async fn keep(app: &App, key: &Key, status: StatusCode, answer: &str) -> Result<(), crate::storage::StorageError> {
    let mut tx = app.write().await?;
    store::answer(&mut tx, key, i64::from(status.as_u16()), answer).await?;
    tx.commit(&app.hub).await
}

async fn free(app: &App, key: &Key) {
    let freed = async {
        let mut tx = app.write().await?;
        store::free(&mut tx, key).await?;
        tx.commit(&app.hub).await
    };
    if let Err(error) = freed.await {
        tracing::warn!(%error, "an idempotency key could not be freed; it is free in a minute");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::token;
    use crate::affected;
    use crate::app::{Clock, Settings};
    use crate::storage::Store;
    use axum::Router;
    use axum::routing::post;
    use mobile_core::ids::AccountId;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    use tokio::sync::Semaphore;
    use tower::ServiceExt as _;

    /// Somebody who is signed in.
    async fn signed_in(app: &App) -> String {
        let (account, now, secret) = (app.new_id::<AccountId>(), app.now(), token::make(app, token::ACCOUNT));
        let mut tx = app.write().await.unwrap();
        affected!(
            tx,
            sqlx::query("INSERT INTO account (id, email, name, created_at) VALUES ($1, 'ines@a.example', 'Ines', $2)")
                .bind(account)
                .bind(now)
        )
        .unwrap();
        affected!(
            tx,
            sqlx::query("INSERT INTO sign_in (token_hash, account_id, created_at, expires_at) VALUES ($1, $2, $3, $4)")
                .bind(token::hash(&secret).to_vec())
                .bind(account)
                .bind(now)
                .bind(now.plus_micros(KEPT_MICROS))
        )
        .unwrap();
        tx.commit(&app.hub).await.unwrap();
        secret
    }

    #[tokio::test]
    async fn what_a_lost_connection_had_begun_is_done_once_and_answered_later() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open("sqlite://keys.db", folder.path()).await.unwrap();
        let app = App::start(store, Clock::default(), Settings::default());
        let token = signed_in(&app).await;
        let (done, begun, may_end) =
            (Arc::new(AtomicU32::new(0)), Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
        let parts = (done.clone(), begun.clone(), may_end.clone());
        let make = move || async move {
            let (done, begun, may_end) = parts;
            begun.add_permits(1);
            may_end.acquire().await.unwrap().forget();
            axum::Json(done.fetch_add(1, Ordering::Relaxed))
        };
        let router = Router::new()
            .route("/things", post(make))
            .layer(axum::middleware::from_fn_with_state(app.clone(), once))
            .with_state(app.clone());
        let request = || {
            let sent = axum::http::Request::post("/things")
                .header(header::AUTHORIZATION, format!("Bearer {token}"))
                .header(header::CONTENT_TYPE, "application/json")
                .header(HEADER, "k1");
            router.clone().oneshot(sent.body(Body::from("{}")).unwrap())
        };
        let asking = tokio::spawn(request());
        begun.acquire().await.unwrap().forget();
        asking.abort();
        assert!(asking.await.is_err(), "nobody waits for the answer");
        may_end.add_permits(1);
        app.errands_done().await;
        let again = request().await.unwrap();
        assert_eq!(again.headers()["idempotency-replayed"], "true");
        assert_eq!(to_bytes(again.into_body(), 99).await.unwrap(), "0");
        assert_eq!(done.load(Ordering::Relaxed), 1);
        app.stop().await;
    }
}
