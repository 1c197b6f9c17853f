//! Rescue files: what a phone could not send, brought by hand.
//!
//! An event gets a key pair with its first phone; pairing gives the public half to each. Importing
//! a file is delivering it: the same writer, the same receipts, the same ids, so that it may be done
//! again, and the phone may still send the same captures. The captures keep their device where the
//! file proves that it is that device's (`docs/decisions/0008-rescue-file.md`).

pub mod api;
mod store;

use crate::access::{DeskScope, scope};
use crate::app::App;
use crate::captures::{Item, Job};
use crate::problem::Problem;
use crate::storage::{StorageError, Tx};
use mobile_core::capture::MAX_BATCH;
use mobile_core::ids::EventId;
use mobile_core::reason::Reason;
use mobile_core::rescue::{self, RescueError, RescueKey, Rescued, RescuedPart};
use mobile_core::wire::{Receipt, Receipts};

/// A phone's clock that is off by more than this is no clock; its times are taken as they are.
const MOST_OFFSET_US: i64 = 400 * 24 * 3600 * 1_000_000;

/// The public key of an event, made where there is none.
pub async fn key(app: &App, tx: &mut Tx, event: EventId) -> Result<RescueKey, StorageError> {
    if let Some(secret) = store::secret(tx, event).await? {
        return Ok(secret.key());
    }
    store::insert(tx, event, app.random(), app.now()).await?;
    // Another node may have been first.
    let secret = store::secret(tx, event).await?;
    secret.map(|secret| secret.key()).ok_or_else(|| StorageError::Corrupt(format!("event {event} got no rescue key")))
}

/// Opens a rescue file and takes in what it holds; receipts come in the order of the file, without
/// the leads, which the one who imports may not be allowed to see.
pub async fn import(app: &App, scope: &DeskScope, file: Vec<u8>) -> Result<Receipts, Problem> {
    let event = scope.event();
    let mut tx = app.read().await?;
    let secret = store::secret(&mut tx, event).await?;
    tx.done().await?;
    let opened = tokio::task::spawn_blocking(move || match secret {
        Some(secret) => rescue::open(&file, event, &secret),
        // No phone was ever paired here, so the file cannot be of this event.
        None => rescue::event_of(&file)
            .and_then(|named| Err(if named == event { RescueError::OtherKey } else { RescueError::OtherEvent(named) })),
    });
    let opened = opened
        .await
        .map_err(|error| Problem::new(Reason::Internal, "The file could not be opened.").caused_by(error))?;
    let rescued = opened.map_err(|error| unreadable(&error))?;
    take_in(app, scope, rescued).await
}

fn unreadable(error: &RescueError) -> Problem {
    let reason = match error {
        RescueError::NotARescueFile => Reason::UnsupportedMediaType,
        RescueError::TooLong => Reason::TooLarge,
        _ => Reason::InvalidField,
    };
    let text = error.to_string();
    let mut letters = text.chars();
    let detail: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).chain(['.']).collect();
    Problem::new(reason, detail)
}

async fn take_in(app: &App, desk: &DeskScope, rescued: Rescued) -> Result<Receipts, Problem> {
    let received_at = app.now();
    let offset = rescued.clock_offset_us.unwrap_or(0);
    // The times are corrected by what the phone knew of its clock, not by when the file came.
    let sent_at = received_at.plus_micros(-offset.clamp(-MOST_OFFSET_US, MOST_OFFSET_US));
    let device = rescued.device_id.zip(rescued.proof());
    let mut results = Vec::with_capacity(rescued.count());
    let mut contiguous_seq = None;
    for RescuedPart { exhibitor_id, queue_id, captures } in rescued.parts {
        let mut items: Vec<Item> = captures.into_iter().map(Item::parse).collect();
        let Some(scope) = scope::rescue_scope(app, desk, device, exhibitor_id).await? else {
            results.extend(items.into_iter().map(|item| item.refused("is no exhibitor of this event")));
            continue;
        };
        // A numbering belongs to a device; of an unknown one it must not be taken away from its own.
        let queue = scope.device().map(|_| queue_id);
        let mut settled = 0;
        while !items.is_empty() {
            let rest = items.split_off(items.len().min(MAX_BATCH));
            let job = Job {
                scope: scope.clone(),
                sent_at,
                received_at,
                queue,
                last_device_seq: None,
                items: std::mem::replace(&mut items, rest),
                edit: None,
                is_own: false,
            };
            let done = app.writer.write(job).await?;
            results.extend(done.receipts.into_iter().map(without_lead));
            settled = done.contiguous_seq;
        }
        contiguous_seq = Some(contiguous_seq.map_or(settled, |least: u64| least.min(settled)));
    }
    let (contiguous_seq, server_time) = (contiguous_seq.unwrap_or(0), app.now());
    Ok(Receipts { server_time, contiguous_seq, is_access_ended: false, results })
}

fn without_lead(receipt: Receipt) -> Receipt {
    Receipt { lead: None, ..receipt }
}
