//! The offline badge filter of each event: built once, kept, and brought up to date by short lists.
//!
//! Nothing of it is stored: the version of a filter is the time up to which it holds every badge, so
//! any node can say what was added since, and after a restart a new one is built. Built on a blocking
//! thread, one at a time. An event with codes that can be guessed gets none ([`guess`]). The format
//! is `mobile_core::filter`'s, the choices are in `docs/decisions/0007-offline-badge-filter.md`.

pub mod api;
mod guess;
mod store;

use crate::access::ScannerScope;
use crate::app::App;
use crate::problem::Problem;
use mobile_core::filter::{BadgeFilter, Changes, REBUILD_SHARE, Verdict, code_key};
use mobile_core::ids::EventId;
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use store::CodeRow;

/// A badge gets its time before its transaction commits; one that commits later than this after it is
/// not in the lists until the filter is built anew.
const MARGIN_US: i64 = 60_000_000;
/// How long an answer is given without looking at the badges again.
const LIVES_US: i64 = 2_000_000;
/// Changes beyond this are not worth listing, however large the event is.
const MOST_CHANGES: i64 = 50_000;

/// The filters of the events in use.
#[derive(Debug, Default)]
pub struct Filters {
    built: Mutex<HashMap<EventId, Arc<Built>>>,
    /// Filters are built one after the other: each takes memory and a thread.
    building: tokio::sync::Mutex<()>,
}

/// A filter, or that there is none, and what was found last.
#[derive(Debug)]
struct Built {
    /// None where codes can be guessed.
    filter: Option<BadgeFilter>,
    since: Timestamp,
    state: Mutex<Option<State>>,
}

/// What an event's badges were at a moment.
#[derive(Debug, Clone)]
struct State {
    looked_at: Timestamp,
    changes: Arc<Changes>,
}

/// What a phone gets.
#[derive(Debug)]
pub enum Answer {
    /// The event has none: its codes can be guessed.
    None,
    /// The phone has it all.
    Same {
        /// What names this state of the filter.
        etag: String,
    },
    /// The whole filter, or what changed.
    Bytes {
        /// What names this state of the filter.
        etag: String,
        /// As `mobile_core::filter` reads them.
        bytes: Vec<u8>,
    },
}

/// The filter of an event, or what changed since the version that a phone has. `known` are the names
/// of states that it has already.
pub async fn answer(
    app: &App,
    scope: &ScannerScope,
    since: Option<u64>,
    known: impl Fn(&str) -> bool,
) -> Result<Answer, Problem> {
    let (built, changes) = current(app, scope).await?;
    let Some(filter) = &built.filter else { return Ok(Answer::None) };
    let etag = etag(&changes);
    if known(&etag) {
        return Ok(Answer::Same { etag });
    }
    match since {
        Some(version) if version == filter.version() => {
            return Ok(Answer::Bytes { etag, bytes: changes.to_bytes() });
        }
        Some(version) => {
            // Built by another node, or by this one before it was built anew.
            if let Some(changes) = changes_since(app, scope, version, &changes).await? {
                return Ok(Answer::Bytes { etag, bytes: changes.to_bytes() });
            }
        }
        None => {}
    }
    let built = built.clone();
    let bytes = on_a_thread(move || {
        let mut whole = built.filter.clone()?;
        whole.apply(Changes::clone(&changes)).ok()?;
        Some(whole.to_bytes())
    })
    .await?;
    bytes.map_or(Ok(Answer::None), |bytes| Ok(Answer::Bytes { etag, bytes }))
}

/// The filter and what changed since it was built, looked at a moment ago at most.
async fn current(app: &App, scope: &ScannerScope) -> Result<(Arc<Built>, Arc<Changes>), Problem> {
    if let Some(found) = fresh(app, scope).await? {
        return Ok(found);
    }
    let _turn = app.filters.building.lock().await;
    // While this one waited its turn, another may have built it.
    if let Some(found) = fresh(app, scope).await? {
        return Ok(found);
    }
    let built = Arc::new(build(app, scope).await?);
    lock(&app.filters.built).insert(scope.event(), built.clone());
    let changes = look(app, scope, &built).await?.unwrap_or_else(|| built.unchanged(app.now()));
    Ok((built, changes))
}

/// What is built already, if it still does.
async fn fresh(app: &App, scope: &ScannerScope) -> Result<Option<(Arc<Built>, Arc<Changes>)>, Problem> {
    let Some(built) = lock(&app.filters.built).get(&scope.event()).cloned() else { return Ok(None) };
    let now = app.now();
    let state = lock(&built.state).clone();
    if let Some(state) = state.filter(|state| (0..LIVES_US).contains(&now.micros_since(state.looked_at))) {
        return Ok(Some((built, state.changes)));
    }
    Ok(look(app, scope, &built).await?.map(|changes| (built, changes)))
}

/// Looks at what changed since a filter was built; none when it should be built anew.
async fn look(app: &App, scope: &ScannerScope, built: &Built) -> Result<Option<Arc<Changes>>, Problem> {
    let looked_at = app.now();
    let mut tx = app.read().await?;
    let added = store::added(&mut tx, scope, built.since, MOST_CHANGES).await?;
    let revoked = store::revoked(&mut tx, scope).await?;
    tx.done().await?;
    let Some(filter) = &built.filter else {
        // Guessable codes stay in the event, so only a new look after a while could find none.
        return Ok((looked_at.micros_since(built.since) < 10 * MARGIN_US).then(|| built.unchanged(looked_at)));
    };
    let is_new = |row: &&CodeRow| hash(row).is_some_and(|hash| filter.verdict(&hash) == Verdict::Unknown);
    let new: Vec<&CodeRow> = added.iter().filter(is_new).collect();
    let imported = || new.iter().filter_map(|row| row.imported.as_deref());
    if added.len() as i64 == MOST_CHANGES || filter.is_outgrown(new.len()) || guess::can_be_guessed(imported()) {
        return Ok(None);
    }
    let changes = Arc::new(Changes {
        version: filter.version(),
        as_of: looked_at,
        added: new.into_iter().filter_map(hash).map(|hash| code_key(&hash)).collect(),
        revoked: keys(&revoked),
    });
    *lock(&built.state) = Some(State { looked_at, changes: changes.clone() });
    Ok(Some(changes))
}

/// What changed since a filter that this node does not have; none when it is more than is worth it.
async fn changes_since(
    app: &App,
    scope: &ScannerScope,
    version: u64,
    current: &Changes,
) -> Result<Option<Changes>, Problem> {
    let Ok(since) = i64::try_from(version) else { return Ok(None) };
    let mut tx = app.read().await?;
    let most = store::count(&mut tx, scope).await? as usize / REBUILD_SHARE;
    let added = store::added(&mut tx, scope, Timestamp::from_micros(since), most as i64 + 1).await?;
    tx.done().await?;
    let is_short = added.len() <= most;
    let keys = || added.iter().filter_map(hash).map(|hash| code_key(&hash)).collect();
    Ok(is_short.then(|| Changes { version, as_of: current.as_of, added: keys(), revoked: current.revoked.clone() }))
}

async fn build(app: &App, scope: &ScannerScope) -> Result<Built, Problem> {
    let as_of = app.now();
    let since = as_of.plus_micros(-MARGIN_US);
    let mut tx = app.read().await?;
    let rows = store::all(&mut tx, scope).await?;
    tx.done().await?;
    let filter = on_a_thread(move || {
        let imported = rows.iter().filter_map(|row| row.imported.as_deref());
        if guess::can_be_guessed(imported) {
            return Ok(None);
        }
        let key = |row: &CodeRow| hash(row).map(|hash| code_key(&hash));
        let codes = rows.iter().filter_map(key).collect();
        let revoked = rows.iter().filter(|row| row.is_revoked).filter_map(key).collect();
        BadgeFilter::build(since.as_micros().unsigned_abs(), as_of, codes, revoked).map(Some)
    })
    .await?;
    let filter = filter
        .map_err(|error| Problem::new(Reason::Internal, "The badge filter could not be built.").caused_by(error))?;
    Ok(Built { filter, since, state: Mutex::new(None) })
}

impl Built {
    fn unchanged(&self, now: Timestamp) -> Arc<Changes> {
        let version = self.filter.as_ref().map_or(0, BadgeFilter::version);
        let changes = Arc::new(Changes { version, as_of: now, added: Vec::new(), revoked: Vec::new() });
        *lock(&self.state) = Some(State { looked_at: now, changes: changes.clone() });
        changes
    }
}

/// What names a state: the filter and both lists, not the time they were looked at.
fn etag(changes: &Changes) -> String {
    let still = Changes { as_of: Timestamp::from_micros(0), ..changes.clone() };
    let digest = Sha256::digest(still.to_bytes());
    let hex = digest[..8].iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    format!("\"{}-{hex}\"", changes.version)
}

fn hash(row: &CodeRow) -> Option<[u8; 32]> {
    row.code_hash.as_slice().try_into().ok()
}

fn keys(hashes: &[Vec<u8>]) -> Vec<u64> {
    hashes.iter().filter_map(|hash| hash.as_slice().try_into().ok()).map(|hash| code_key(&hash)).collect()
}

fn lock<T>(kept: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn on_a_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Problem::new(Reason::Internal, "The badge filter could not be built.").caused_by(error))
}
