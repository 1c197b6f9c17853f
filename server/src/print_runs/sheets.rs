//! The documents of a print run, with what parts the pile, and the page that tests a printer.

use super::store;
use super::{Order, Status, printable};
use crate::access::DeskScope;
use crate::app::App;
use crate::audit;
use crate::badges::api::{draw, face_of};
use crate::badges::print::{self, BadgeFace, Cell};
use crate::badges::stock::StockParams;
use crate::problem::Problem;
use crate::words::Words;
use mobile_core::reason::Reason;
use uuid::Uuid;

/// The next chunk of a run as a document. `after` is where whoever asks believes the run to be.
///
/// # Errors
/// `old_version` where it has gone on since; `used_up` where it was stopped, or is done.
pub async fn sheets(app: &App, scope: &DeskScope, id: Uuid, after: Option<i64>) -> Result<Vec<u8>, Problem> {
    let mut tx = app.read().await?;
    let row = store::find(&mut tx, scope, id).await?.ok_or_else(Problem::not_found)?;
    if row.status == Status::Stopped {
        return Err(Problem::new(Reason::UsedUp, "This print run was stopped. Let it go on first."));
    }
    if after.is_some_and(|after| after != row.done) {
        let detail = "This print run has gone on since, here or at another counter. Read it again.";
        return Err(Problem::new(Reason::OldVersion, detail));
    }
    let places = printable(&mut tx, scope, &row).await?;
    if places.is_empty() || row.status == Status::Done {
        return Err(Problem::new(Reason::UsedUp, "Everything of this print run was printed."));
    }
    let before = store::part_at(&mut tx, scope, id, row.done).await?;
    let sizes = store::part_sizes(&mut tx, scope, id).await?;
    tx.done().await?;
    let stock = row.choice.stock.stock()?;
    let event = app.events.info(app, scope.event()).await?.name.clone();
    let (mut faces, mut dividers) = (Vec::with_capacity(places.len()), Vec::new());
    let (words, mut part) = (Words::of_request(), before);
    for place in places {
        if row.choice.order == Order::Exhibitor && part.as_ref() != Some(&place.part) {
            let count = sizes.iter().find(|(name, _)| *name == place.part).map_or(0, |(_, count)| *count);
            let title = if place.part.is_empty() { words.t("runs-no-exhibitor").into() } else { place.part.clone() };
            dividers.push((faces.len(), title, words.t("runs-badges").with("count", count).to_string()));
            part = Some(place.part.clone());
        }
        faces.push(face_of(app, scope, place.face).await?);
    }
    audit::read_people(app, scope, faces.len()).await?;
    draw(move || print::sheets(&with_dividers(&faces, &dividers), &event, &stock)).await
}

/// The badges with the separators that stand before some of them.
fn with_dividers<'f>(faces: &'f [BadgeFace], dividers: &'f [(usize, String, String)]) -> Vec<Cell<'f>> {
    let mut cells = Vec::with_capacity(faces.len() + dividers.len());
    let mut dividers = dividers.iter().peekable();
    for (at, face) in faces.iter().enumerate() {
        if let Some((_, title, note)) = dividers.next_if(|(before, ..)| *before == at) {
            cells.push(Cell::Divider(title, note));
        }
        cells.push(Cell::Badge(face));
    }
    cells
}

/// A page that shows how far a printer is off, with the offset that was set.
pub async fn test_page(app: &App, scope: &DeskScope, params: &StockParams) -> Result<Vec<u8>, Problem> {
    let stock = params.stock()?;
    let event = app.events.info(app, scope.event()).await?.name.clone();
    let note = Words::of_request()
        .t("runs-test-note")
        .with("x", format!("{:.1}", stock.offset_x))
        .with("y", format!("{:.1}", stock.offset_y))
        .to_string();
    draw(move || print::sheets(&vec![Cell::Ruler(&note); stock.badges_per_page()], &event, &stock)).await
}
