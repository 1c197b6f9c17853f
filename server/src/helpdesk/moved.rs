//! What a move made of captures: taking it back, and finding captures again that it carried on since
//! something else was done with them.

use super::{ActionRow, annulment, built_upon, read, store};
use crate::access::{CaptureScope, SystemScope};
use crate::app::App;
use crate::captures::store::{LogRow, later};
use crate::captures::{self, Surroundings};
use crate::feed::NewEntry;
use crate::problem::Problem;
use crate::storage::{StorageError, Tx};
use mobile_core::ids::{CaptureId, EventId, ExhibitorId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqlx::types::Json;
use std::collections::{HashMap, HashSet};

/// What taking a move back needs: each capture that moved, and what it became.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Moved {
    pub(super) from: Option<ExhibitorId>,
    pub(super) to: Option<ExhibitorId>,
    pub(super) pairs: Vec<(CaptureId, CaptureId)>,
    /// Once it was taken back: each capture that came back, and as what.
    #[serde(default)]
    pub(super) restored: Vec<(CaptureId, CaptureId)>,
}

/// The same of one that is captured once more at another stand.
pub(super) fn annulment_by_move(app: &App, capture: CaptureId, target: ExhibitorId) -> Value {
    let mut annul = annulment(app, capture);
    annul["moved_to"] = json!(target);
    annul
}

/// A capture that was annulled as it is captured once more where it was, by whom it was made then, under an id
/// of its own.
pub(super) fn again(
    row: &LogRow,
    (event, exhibitor): (EventId, ExhibitorId),
    id: CaptureId,
) -> Result<(CaptureScope, Vec<Value>), StorageError> {
    let logged = row.logged()?;
    let mut body = logged.capture.body.clone();
    if let Some(fields) = body.as_object_mut() {
        fields.remove("device_seq");
        if logged.capture.member_id == logged.author.member {
            // The scope says it: whoever is named is looked for in the team, and may have left it since.
            fields.remove("member_id");
        }
        fields.insert("id".to_owned(), json!(id));
        fields.insert("captured_at".to_owned(), json!(row.corrected_at));
        fields.insert("restored_from".to_owned(), json!(row.id));
        if !fields.contains_key("code") {
            fields.insert("lead_id".to_owned(), json!(row.lead_id));
        }
    }
    Ok((SystemScope::new().on_behalf(event, exhibitor, &logged.author), vec![body]))
}

/// Annuls what was captured anew, and captures what was annulled again where it was.
pub(super) async fn undo(
    app: &App,
    tx: &mut Tx,
    around: &Surroundings,
    mut deed: ActionRow,
) -> Result<Vec<NewEntry>, Problem> {
    let event = around.info.id;
    let mut was: Moved = read(&deed)?;
    store::end_move(tx, event, deed.id, app.now()).await?;
    let (Some(from), Some(to)) = (was.from, was.to) else { return Ok(Vec::new()) };
    let (mut annulled, mut written) = (Vec::new(), Vec::new());
    let wanted: Vec<CaptureId> = was.pairs.iter().map(|(old, _)| *old).collect();
    for (_, new) in &was.pairs {
        annulled.push(annulment_by_move(app, *new, from));
    }
    for row in later::by_ids(tx, event, from.into(), &wanted).await? {
        let id: CaptureId = app.new_id();
        was.restored.push((row.id, id));
        written.push(again(&row, (event, from), id)?);
    }
    deed.undo = Json(serde_json::to_value(&was).unwrap_or_default());
    store::put_action(tx, event, &deed).await?;
    written.push((SystemScope::new().capturing(event, to), annulled));
    written.sort_by_key(|(scope, _)| scope.space());
    Ok(captures::write(app, tx, around, written).await?.entries)
}

/// Captures that the desk took in, as they are by now: what a move carried on and brought back has another id.
///
/// # Errors
/// `used_up` where a move that stands carried one of them on.
pub(super) async fn standing(
    tx: &mut Tx,
    event: EventId,
    taken: impl IntoIterator<Item = CaptureId>,
) -> Result<Vec<CaptureId>, Problem> {
    let (mut elsewhere, mut restored) = (HashSet::new(), HashMap::new());
    for deed in store::moves(tx, event).await? {
        let was: Moved = read(&deed)?;
        match deed.undone_at {
            None => elsewhere.extend(was.pairs.iter().map(|(old, _)| *old)),
            Some(_) => restored.extend(was.restored),
        }
    }
    let mut standing = Vec::new();
    for mut id in taken {
        while let Some(next) = restored.get(&id) {
            id = *next;
        }
        if elsewhere.contains(&id) {
            return Err(built_upon());
        }
        standing.push(id);
    }
    Ok(standing)
}
