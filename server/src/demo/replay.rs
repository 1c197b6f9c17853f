//! Plays the event's past: the captures of day 1 and of today's first hours, delivered by the devices to
//! the capture writer.

use super::DemoError;
use super::captures::{Moment, Pen};
use super::codes::Stranger;
use super::history::{Delivery, slices};
use super::scenario::Scenario;
use super::seed::{PairedPhone, Stage, Stand};
use super::traffic::{Act, Target};
use crate::access::identity::{DeviceIdentity, Identity};
use crate::app::App;
use crate::captures;
use mobile_core::ids::{EventId, QueueId};
use mobile_core::time::Timestamp;
use mobile_core::wire::{Batch, Outcome};
use std::sync::Arc;
use tokio::task::JoinSet;

/// Delivers past acts, slice by slice; a slice's deliveries go at once, as phones do. Gives the scans.
pub async fn play(
    app: &App,
    stage: &Stage,
    scenario: &Scenario,
    mut told: impl FnMut(usize, usize),
) -> Result<usize, DemoError> {
    let (now, strangers) = (scenario.now, scenario.strangers.as_slice());
    let total = scenario.past.len();
    let scans = scenario.past.iter().filter(|act| matches!(act.act, Act::Scan { .. })).count();
    let mut pen = Pen::new(now.unsigned_abs(), "history");
    let mut done = 0;
    for slice in slices(scenario.past.clone(), now) {
        let mut deliveries = JoinSet::new();
        for delivery in slice {
            done += delivery.acts.len();
            let (identity, batch) = posted(stage, strangers, delivery, &mut pen)?;
            let (app, received_at) = (app.clone(), batch.sent_at);
            deliveries.spawn(async move { captures::accept(&app, &identity, batch, received_at).await });
        }
        while let Some(receipts) = deliveries.join_next().await {
            for receipt in receipts??.results {
                if receipt.outcome != Outcome::Accepted {
                    return Err(format!("history was not accepted: {receipt:?}").into());
                }
            }
        }
        told(done, total);
    }
    Ok(scans)
}

fn posted(
    stage: &Stage,
    strangers: &[Stranger],
    delivery: Delivery,
    pen: &mut Pen,
) -> Result<(Identity, Batch), DemoError> {
    let stand = stage.stands.get(delivery.stand).ok_or("a plan names a stand that is not there")?;
    let phone = stand.phones.get(delivery.phone).ok_or("a plan names a phone that is not there")?;
    let newest = delivery.acts.last().map(|(number, _)| *number);
    let mut captures = Vec::with_capacity(delivery.acts.len());
    for (number, planned) in delivery.acts {
        let worn = match planned.target {
            Target::Person(position) => {
                stage.worn.get(position).map(|worn| (worn.code.as_str(), worn.number.as_deref()))
            }
            Target::Stranger(position) => strangers.get(position).map(|stranger| (stranger.text(), None)),
        };
        let (code, badge_number) = worn.ok_or("a plan names a person who is not there")?;
        let is_typed = matches!(planned.act, Act::Scan { typed: true });
        let member = *stand.staff.get(planned.by).or(stand.staff.first()).ok_or("a stand has nobody who scans")?;
        let moment = Moment {
            at: Timestamp::from_micros(planned.at),
            code: badge_number.filter(|_| is_typed).unwrap_or(code),
            member,
        };
        captures.push(pen.write(moment, &planned.act).raw(number)?);
    }
    let batch = Batch {
        sent_at: Timestamp::from_micros(delivery.sent_at),
        // One queue a phone: its id only has to differ from the others'.
        queue_id: Some(QueueId(phone.device.0)),
        last_device_seq: newest,
        exhibitor_id: None,
        captures,
    };
    Ok((device(stage.event, stand, phone), batch))
}

fn device(event: EventId, stand: &Stand, phone: &PairedPhone) -> Identity {
    Identity::Device(Arc::new(DeviceIdentity {
        id: phone.device,
        event,
        exhibitor: Some(stand.id),
        member: None,
        booth: None,
        revoked_at: None,
        lost_at: None,
    }))
}

/// A sign of life by which the server learns how many captures a phone holds.
pub async fn heartbeat(
    app: &App,
    stage: &Stage,
    (stand, phone): (usize, usize),
    queue: QueueId,
    newest: u64,
) -> Result<(), DemoError> {
    let stand = stage.stands.get(stand).ok_or("a plan names a stand that is not there")?;
    let phone = stand.phones.get(phone).ok_or("a plan names a phone that is not there")?;
    let now = app.now();
    let batch = Batch {
        sent_at: now,
        queue_id: Some(queue),
        last_device_seq: Some(newest),
        exhibitor_id: None,
        captures: Vec::new(),
    };
    captures::accept(app, &device(stage.event, stand, phone), batch, now).await?;
    Ok(())
}
