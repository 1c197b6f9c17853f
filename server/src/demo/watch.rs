//! The witnesses of the demo: the hero's admin before the Leads tab, and the organiser before the monitor.
//!
//! Both sign in over HTTP and follow a live stream with `mobile-core`'s client, as a browser's page
//! does with its own. What they see is counted in the [`Tally`].

use std::sync::Arc;

use mobile_core::client::{Client, LiveStream};
use mobile_core::ids::CaptureId;
use mobile_core::wire::Frame;
use tokio::sync::oneshot;

use super::phones::Halls;
use super::tally::Tally;

/// Signs somebody in and follows a stream from what is new; `ready` hears once it stands.
pub async fn follow(
    client: Client,
    stream: mobile_core::client::Stream,
    halls: Arc<Halls>,
    ready: oneshot::Sender<()>,
) {
    let mut live = client.follow(stream, None);
    let mut ready = Some(ready);
    loop {
        match next(&mut live).await {
            Some(Frame::Hello { .. }) => {
                if let Some(ready) = ready.take() {
                    // Whoever waited may have given up.
                    let _ = ready.send(());
                }
            }
            Some(frame) => count(&frame, &halls.tally),
            None => return,
        }
    }
}

async fn next(live: &mut LiveStream) -> Option<Frame> {
    match live.next().await {
        Ok(frame) => Some(frame),
        Err(error) => {
            tracing::error!(%error, "a live stream of the demo ended");
            None
        }
    }
}

fn count(frame: &Frame, tally: &Tally) {
    match frame {
        Frame::ScanCounted { device_id, .. } => tally.announced(*device_id),
        Frame::LeadCaptured { capture, .. } if capture.get("kind").is_some_and(|kind| kind == "scan") => {
            let id = capture.get("id").and_then(|id| id.as_str()).and_then(|id| id.parse::<CaptureId>().ok());
            if let Some(id) = id {
                tally.shown(id);
            }
        }
        _ => {}
    }
}
