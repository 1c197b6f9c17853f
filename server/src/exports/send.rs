//! Handing an export over: rows as they are read, or a file that was built.
//!
//! The export counts as sent when the receiver has taken the last byte and asks for more; that is
//! committed before the answer ends, so that whoever has the whole answer may ask for what is new
//! since. An answer that is dropped half way leaves a streamed export failed and a built one ready.

use super::build::Writer;
use super::columns::Tab;
use super::plan::Plan;
use super::read::{self, Part, Parts};
use super::rows::Rows;
use super::sheet::Sheet as _;
use super::store::{self, Status};
use super::{Format, Trouble};
use crate::access::ExportScope;
use crate::app::App;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt as _, stream};
use mobile_core::ids::ExportId;
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::io::AsyncReadExt as _;
use tokio::sync::mpsc;

/// Bytes read from a file at once.
const CHUNK: usize = 64 * 1024;

/// Streams an export while it is read.
pub fn stream_rows(app: &App, plan: &Arc<Plan>) -> Response {
    let (sender, receiver) = mpsc::channel(2);
    // Formats that are streamed have one tab.
    let parts = read::start(app, plan, &[plan.asked.tab.unwrap_or(Tab::Scans)]).pop();
    let writing = plan.clone();
    app.aside.handle().spawn(async move {
        let written = match parts {
            Some(parts) => write_rows(&writing, parts, &sender).await,
            None => Err(Trouble::Stopped),
        };
        if let Err(trouble) = written {
            let _ = sender.send(Err(trouble)).await;
        }
    });
    let ending = Ending { app: app.clone(), mark: Mark::Streamed(plan.clone()), has_ended: false };
    let body = body(Source::Rows(receiver), ending);
    (headers(plan.asked.format, &plan.file_name()), body).into_response()
}

/// Writes rows into chunks; each page's rows are one.
async fn write_rows(
    plan: &Plan,
    mut parts: Parts,
    sender: &mpsc::Sender<Result<Bytes, Trouble>>,
) -> Result<(), Trouble> {
    let tab = plan.asked.tab.unwrap_or(Tab::Scans);
    let (columns, kept) = plan.columns(tab);
    let rows = Rows::new(plan, tab, kept);
    let mut writer = Writer::new(Vec::new(), plan, &columns)?;
    loop {
        let part = parts.recv().await.ok_or(Trouble::Stopped)??;
        let is_last = matches!(part, Part::End);
        rows.put(&part, &mut writer)?;
        plan.progress.rows.store(writer.rows(), Ordering::Relaxed);
        let room = writer.output().capacity();
        let chunk = std::mem::replace(writer.output(), Vec::with_capacity(if is_last { 0 } else { room }));
        if !chunk.is_empty() && sender.send(Ok(chunk.into())).await.is_err() {
            // Nobody takes it any more; the end of the answer says so.
            return Ok(());
        }
        if is_last {
            return Ok(());
        }
    }
}

/// Hands over a file that was built.
pub fn send_file(
    app: &App,
    scope: &ExportScope,
    (id, rows): (ExportId, u64),
    format: Format,
    name: &str,
    file: tokio::fs::File,
) -> Response {
    let ending = Ending { app: app.clone(), mark: Mark::Built(scope.clone(), id, rows), has_ended: false };
    (headers(format, name), body(Source::File(file), ending)).into_response()
}

fn headers(format: Format, name: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(format.media_type()));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    headers
}

enum Source {
    Rows(mpsc::Receiver<Result<Bytes, Trouble>>),
    File(tokio::fs::File),
}

impl Source {
    /// The next bytes; none at the end.
    async fn next(&mut self) -> Option<Result<Bytes, Trouble>> {
        match self {
            Self::Rows(receiver) => receiver.recv().await,
            Self::File(file) => {
                let mut chunk = Vec::with_capacity(CHUNK);
                match file.take(CHUNK as u64).read_to_end(&mut chunk).await {
                    Ok(0) => None,
                    Ok(_) => Some(Ok(chunk.into())),
                    Err(error) => Some(Err(error.into())),
                }
            }
        }
    }
}

/// The bytes as an answer's body, without a length: a receiver that is asked to take the end, too,
/// has taken everything before it.
fn body(source: Source, ending: Ending) -> Body {
    let chunks = stream::unfold(Some((source, ending)), async |state| {
        let (mut source, mut ending) = state?;
        match source.next().await {
            Some(Ok(chunk)) => Some((Ok(chunk), Some((source, ending)))),
            Some(Err(trouble)) => {
                tracing::warn!(%trouble, "an export ended early");
                Some((Err(io::Error::other(trouble)), None))
            }
            None => match ending.sent().await {
                Ok(()) => None,
                Err(error) => Some((Err(io::Error::other(error)), None)),
            },
        }
    });
    // What compresses an answer asks once more after its end.
    Body::from_stream(chunks.fuse())
}

/// What is written when the answer ends.
enum Mark {
    Streamed(Arc<Plan>),
    Built(ExportScope, ExportId, u64),
}

/// Writes what became of an export, also when its answer is dropped.
struct Ending {
    app: App,
    mark: Mark,
    has_ended: bool,
}

impl Ending {
    async fn sent(&mut self) -> Result<(), crate::storage::StorageError> {
        match &self.mark {
            Mark::Streamed(plan) => plan.set_status(&self.app, Status::Sent).await?,
            Mark::Built(scope, id, rows) => {
                let mut tx = self.app.write().await?;
                store::set_status(&mut tx, scope, *id, Status::Sent, *rows, Some(self.app.now())).await?;
                tx.commit(&self.app.hub).await?;
            }
        }
        self.has_ended = true;
        Ok(())
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        let Mark::Streamed(plan) = &self.mark else { return };
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        if self.has_ended {
            return;
        }
        let (app, plan) = (self.app.clone(), plan.clone());
        runtime.spawn(async move {
            if let Err(error) = plan.set_status(&app, Status::Failed).await {
                tracing::warn!(export = %plan.id, %error, "an export that ended early could not be listed so");
            }
        });
    }
}
