//! What lay aside: a lost phone's scans, an answer that a form refused. An admin, or the desk for
//! them, takes it in after all or puts it away; nothing of it is thrown away.

use super::{Deed, Doer, Kind, annulment, built_upon, moved, remember, tell};
use crate::access::{RejectedScope, SystemScope};
use crate::app::App;
use crate::audit::Action;
use crate::captures::store::later;
use crate::captures::{self, Surroundings};
use crate::feed::NewEntry;
use crate::problem::Problem;
use crate::storage::Tx;
use mobile_core::capture::Capture;
use mobile_core::fold::Author;
use mobile_core::ids::{CaptureId, ExhibitorId};
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

/// What taking it back needs.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Dealt {
    exhibitor: ExhibitorId,
    /// What was taken in; none where it was put away.
    capture: Option<CaptureId>,
}

/// A capture of the log made of one that lay aside, with the time that it had by the server's clock; of what was
/// laid aside before that was kept, with its device's.
fn mended(
    body: &str,
    id: CaptureId,
    (corrected_at, received_at): (Option<Timestamp>, Timestamp),
) -> Result<Value, Problem> {
    let cannot = |why: &str| {
        Problem::new(
            Reason::InvalidField,
            format!("It cannot be taken in: {why}. It stays here to be read, or discard it."),
        )
    };
    let capture = Capture::parse(body).map_err(|wrong| {
        let first = wrong.errors.first();
        cannot(
            &first.map_or_else(|| "it is no capture".to_owned(), |error| format!("{} {}", error.pointer, error.detail)),
        )
    })?;
    let mut value = capture.body.clone();
    let Some(fields) = value.as_object_mut() else { return Err(cannot("it is no capture")) };
    let by_device = || capture.age_us.map_or(capture.captured_at, |age| received_at.plus_micros(-age));
    let at = corrected_at.unwrap_or_else(|| by_device().min(received_at));
    fields.insert("id".to_owned(), json!(id));
    fields.insert("captured_at".to_owned(), json!(at));
    fields.insert("released_from".to_owned(), json!(capture.id));
    Ok(value)
}

/// Takes a capture in that lay aside, in the space where it was sent to. Gives the deed.
///
/// # Errors
/// `used_up` when it was dealt with already; `invalid_field` and `lead_not_found` with what is wrong
/// with it still.
pub async fn release(app: &App, scope: &RejectedScope, id: Uuid) -> Result<Uuid, Problem> {
    let event = scope.event();
    let around = Surroundings::load(app, event).await?;
    let mut tx = app.write().await?;
    tx.changes_badges(event).await?;
    let row = open(&mut tx, scope, id).await?;
    // Under an id of its own: the one it came with may be taken, or be sent again by its phone.
    let capture: CaptureId = app.new_id();
    let body = mended(&row.body, capture, (row.corrected_at, row.received_at))?;
    let author = Author { member: row.member_id, device: row.device_id, booth: row.booth_id, operator: None };
    let from = SystemScope::new().on_behalf(event, scope.exhibitor(), &author);
    let written = captures::write(app, &mut tx, &around, vec![(from, vec![body])]).await?;
    if let Some(reason) = written.refused.first() {
        return Err(Problem::new(*reason, format!("It cannot be taken in: {}.", reason.title().to_lowercase())));
    }
    deal(app, tx, scope, id, Some(capture), written.entries).await
}

/// Puts a capture away that lay aside. Gives the deed.
pub async fn discard(app: &App, scope: &RejectedScope, id: Uuid) -> Result<Uuid, Problem> {
    let mut tx = app.write().await?;
    open(&mut tx, scope, id).await?;
    deal(app, tx, scope, id, None, Vec::new()).await
}

async fn open(tx: &mut Tx, scope: &RejectedScope, id: Uuid) -> Result<later::AsideRow, Problem> {
    let row = later::aside(tx, scope, id).await?.ok_or_else(Problem::not_found)?;
    match row.dismissed_at {
        None => Ok(row),
        Some(_) => Err(Problem::new(Reason::UsedUp, "Somebody dealt with this one already.")),
    }
}

async fn deal(
    app: &App,
    mut tx: Tx,
    scope: &RejectedScope,
    id: Uuid,
    capture: Option<CaptureId>,
    entries: Vec<NewEntry>,
) -> Result<Uuid, Problem> {
    let event = scope.event();
    if !later::set_dismissed(&mut tx, event, (scope.space(), id), Some(app.now())).await? {
        return Err(Problem::new(Reason::UsedUp, "Somebody dealt with this one already."));
    }
    let is_release = capture.is_some();
    let undo = Dealt { exhibitor: scope.exhibitor(), capture };
    let deed = Deed {
        id: app.new_id(),
        kind: if is_release { Kind::Release } else { Kind::Discard },
        action: if is_release { Action::CaptureReleased } else { Action::CaptureDiscarded },
        exhibitor: Some(scope.exhibitor()),
        subject: id,
        leads: u64::from(is_release),
        undo: &undo,
    };
    let deed_id = deed.id;
    remember(app, &mut tx, Doer { event, account: scope.account() }, deed).await?;
    tell(&mut tx, event, &entries).await?;
    tx.commit(&app.hub).await?;
    Ok(deed_id)
}

/// Lays it aside again; what was taken in is annulled.
pub(super) async fn undo(
    app: &App,
    tx: &mut Tx,
    around: &Surroundings,
    id: Uuid,
    was: &Dealt,
) -> Result<Vec<NewEntry>, Problem> {
    let event = around.info.id;
    if !later::set_dismissed(tx, event, (was.exhibitor.into(), id), None).await? {
        return Err(built_upon());
    }
    let Some(capture) = was.capture else { return Ok(Vec::new()) };
    let standing = moved::standing(tx, event, [capture]).await?;
    let annulled = standing.into_iter().map(|capture| annulment(app, capture)).collect();
    let scope = SystemScope::new().capturing(event, was.exhibitor);
    Ok(captures::write(app, tx, around, vec![(scope, annulled)]).await?.entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_cut_off_or_is_no_capture_says_why_it_stays() {
        let now = Timestamp::from_micros(5);
        for body in ["{\"id\":", "[]", "{\"kind\":\"scan\"}"] {
            let problem = mended(body, CaptureId(Uuid::nil()), (None, now)).expect_err(body);
            assert_eq!(problem.reason(), Reason::InvalidField, "{body}");
        }
    }
}
