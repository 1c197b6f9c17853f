//! What is answered before its body was read is read to its end, so that the answer arrives.
//!
//! A connection that is closed with bytes of a request still under way is reset, and whoever sent them
//! never sees that they were too many, or of the wrong kind. What is read here is thrown away, and there
//! is a bound to how much.

use axum::body::{Body, BodyDataStream, Bytes, HttpBody as _};
use axum::extract::Request;
use axum::http::header;
use axum::middleware::Next;
use axum::response::Response;
use futures_util::{Stream, StreamExt as _};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

/// Most bytes that are thrown away; whoever sends more learns it from the connection's end.
const MOST_BYTES: usize = 64 << 20;
/// Longest that the rest of a body is waited for.
const LONGEST: Duration = Duration::from_secs(10);

/// The layer around all routes.
pub async fn linger(request: Request, next: Next) -> Response {
    // Whoever asks first whether to send need not be heard out.
    if request.body().is_end_stream() || request.headers().contains_key(header::EXPECT) {
        return next.run(request).await;
    }
    let rest = Rest::default();
    let lent = |body: Body| Lent { body: Some(body.into_data_stream()), rest: rest.clone() };
    let request = request.map(|body| Body::from_stream(lent(body)));
    let response = next.run(request).await;
    let left = rest.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(body) = left {
        // What becomes of it does not change the answer.
        let _ = tokio::time::timeout(LONGEST, discard(body)).await;
    }
    response
}

async fn discard(mut body: BodyDataStream) {
    let mut left = MOST_BYTES;
    while let Some(Ok(bytes)) = body.next().await {
        let Some(still) = left.checked_sub(bytes.len()) else { return };
        left = still;
    }
}

type Rest = Arc<Mutex<Option<BodyDataStream>>>;

/// A body that, dropped before its end, goes back to whoever lent it.
struct Lent {
    body: Option<BodyDataStream>,
    rest: Rest,
}

impl Stream for Lent {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        let polled = body.poll_next_unpin(cx);
        // Nothing is left of one that has ended or broken.
        if matches!(polled, Poll::Ready(None | Some(Err(_)))) {
            self.body = None;
        }
        polled
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(body) = self.body.take() {
            *self.rest.lock().unwrap_or_else(PoisonError::into_inner) = Some(body);
        }
    }
}
