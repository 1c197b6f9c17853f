//! Print runs: many badges, chosen and put in order once, printed a chunk at a time.
//!
//! A run keeps which badges it covers, each at its place, and up to which place they came out of the
//! printer. Nothing counts as printed until somebody says so, and whoever goes on, here or at another
//! counter, goes on after that place: nobody is printed twice, and nobody is left out. Whoever
//! got a new badge since gets that one; badges that were revoked, or printed at the desk where the run is of
//! those not yet printed, are passed over.

pub mod api;
pub mod page;
mod sheets;
pub mod store;

pub use sheets::{sheets, test_page};

use crate::access::DeskScope;
use crate::app::App;
use crate::badges::stock::StockParams;
use crate::problem::Problem;
use crate::registrations::folding::fold;
use crate::storage::Tx;
use mobile_core::badge::number;
use mobile_core::capture::ContactField;
use mobile_core::ids::{BadgeId, RegistrationId};
use mobile_core::reason::Reason;
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use std::collections::HashMap;
use store::{Candidate, PlaceRow, RunRow};
use uuid::Uuid;

/// Badges in one document, unless the run says otherwise.
const CHUNK: u32 = 100;
const MOST_CHUNK: u32 = 500;
const MAX_TEXT: usize = 200;

/// The order of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PrintOrder)]
pub enum Order {
    /// By surname.
    #[default]
    Surname,
    /// By exhibitor, with a separator before each; whoever is in no team comes last.
    Exhibitor,
}

/// Whether a run goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema)]
#[sqlx(type_name = "TEXT", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
#[schema(as = PrintRunStatus)]
pub enum Status {
    /// There is more to print.
    Open,
    /// Somebody stopped it; it can go on.
    Stopped,
    /// Everything that could be printed was.
    Done,
}

/// What a run covers, in which order, and what it is printed on.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = PrintChoice)]
pub struct Choice {
    /// Only people of this category.
    pub category: Option<String>,
    /// Only people whose company or exhibitor has this in its name, in any spelling.
    pub company: Option<String>,
    /// Only badges that were never printed.
    pub is_unprinted: bool,
    /// In which order.
    pub order: Order,
    /// Badges in one document, 1 to 500; 100 if absent.
    pub chunk: Option<u32>,
    /// What they are printed on, and how far the printer is off.
    pub stock: StockParams,
}

impl Choice {
    fn chunk(&self) -> i64 {
        i64::from(self.chunk.unwrap_or(CHUNK))
    }

    fn check(&self) -> Result<(), Problem> {
        self.stock.stock()?;
        if !(1..=i64::from(MOST_CHUNK)).contains(&self.chunk()) {
            return Err(Problem::field("/chunk", format!("must be from 1 to {MOST_CHUNK}")));
        }
        for (pointer, text) in [("/category", &self.category), ("/company", &self.company)] {
            if text.as_ref().is_some_and(|text| text.chars().count() > MAX_TEXT) {
                return Err(Problem::field(pointer, format!("must have at most {MAX_TEXT} characters")));
            }
        }
        Ok(())
    }
}

/// The next documents' badges: where they begin and end, and who is first and last.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = PrintChunk)]
pub struct Chunk {
    /// The place after which it begins.
    pub after: i64,
    /// The place that it ends with.
    pub through: i64,
    /// How many badges it has; those that were revoked or printed meanwhile are passed over.
    pub count: u64,
    /// Whose badge comes out first.
    pub first: String,
    /// Whose comes out last.
    pub last: String,
}

/// Chooses the badges of a run and puts them in order.
pub async fn begin(app: &App, scope: &DeskScope, choice: Choice) -> Result<(RunRow, Option<Chunk>), Problem> {
    choice.check()?;
    let mut tx = app.write().await?;
    let found = store::candidates(&mut tx, scope, choice.category.as_deref(), choice.is_unprinted).await?;
    let places = ordered(found, &choice);
    if places.is_empty() {
        let detail = "No badge fits this choice, so there is nothing to print.";
        return Err(Problem::new(Reason::NotFound, detail));
    }
    let row = RunRow {
        id: app.new_id(),
        choice: Json(choice),
        total: places.len() as i64,
        done: 0,
        status: Status::Open,
        account_id: Some(scope.account()),
        created_at: app.now(),
        updated_at: app.now(),
    };
    store::insert(&mut tx, scope, &row, &places).await?;
    let next = next(&mut tx, scope, &row).await?;
    tx.commit(&app.hub).await?;
    Ok((row, next))
}

/// The badges that a choice covers, one a person, each with the part of the pile that it belongs to.
fn ordered(found: Vec<Candidate>, choice: &Choice) -> Vec<(BadgeId, String)> {
    let wanted = choice.company.as_deref().map(fold).filter(|text| !text.is_empty());
    let is_wanted = |one: &Candidate| {
        let company = one.contact.get(ContactField::Company).unwrap_or_default();
        let named = [company, one.exhibitor.as_deref().unwrap_or_default()];
        wanted.as_ref().is_none_or(|wanted| named.iter().any(|name| fold(name).contains(wanted.as_str())))
    };
    // Whoever has two good badges, after a merge, wears the newer one.
    let mut newest: HashMap<RegistrationId, Candidate> = HashMap::new();
    for one in found.into_iter().filter(is_wanted) {
        match newest.get(&one.registration_id) {
            Some(known) if known.id > one.id => {}
            _ => drop(newest.insert(one.registration_id, one)),
        }
    }
    let part = |one: &Candidate| match choice.order {
        Order::Surname => String::new(),
        Order::Exhibitor => one.exhibitor.clone().unwrap_or_default(),
    };
    let mut sorted: Vec<(bool, String, String, BadgeId, String)> = newest
        .into_values()
        .map(|one| {
            let part = part(&one);
            (part.is_empty(), fold(&part), one.sort_name, one.id, part)
        })
        .collect();
    sorted.sort();
    sorted.into_iter().map(|(.., id, part)| (id, part)).collect()
}

/// The runs of an event, the newest first.
pub async fn list(app: &App, scope: &DeskScope) -> Result<Vec<(RunRow, Option<Chunk>)>, Problem> {
    const SHOWN: i64 = 20;
    let mut tx = app.read().await?;
    let mut found = Vec::new();
    for row in store::list(&mut tx, scope, SHOWN).await? {
        let next = next(&mut tx, scope, &row).await?;
        found.push((row, next));
    }
    tx.done().await?;
    Ok(found)
}

/// One run.
pub async fn get(app: &App, scope: &DeskScope, id: Uuid) -> Result<(RunRow, Option<Chunk>), Problem> {
    let mut tx = app.read().await?;
    let row = store::find(&mut tx, scope, id).await?.ok_or_else(Problem::not_found)?;
    let next = next(&mut tx, scope, &row).await?;
    tx.done().await?;
    Ok((row, next))
}

/// What comes out next; nothing of a run that was stopped or is done.
async fn next(tx: &mut Tx, scope: &DeskScope, row: &RunRow) -> Result<Option<Chunk>, Problem> {
    if row.status != Status::Open {
        return Ok(None);
    }
    let places = printable(tx, scope, row).await?;
    let (Some(first), Some(last)) = (places.first(), places.last()) else { return Ok(None) };
    Ok(Some(Chunk {
        after: row.done,
        through: last.place,
        count: places.len() as u64,
        first: first.face.contact.full_name(),
        last: last.face.contact.full_name(),
    }))
}

async fn printable(tx: &mut Tx, scope: &DeskScope, row: &RunRow) -> Result<Vec<PlaceRow>, Problem> {
    Ok(store::printable(tx, scope, row, row.choice.chunk()).await?)
}

/// How far the printer came.
#[derive(Debug, Clone, Default)]
pub struct Printed {
    /// The last place that came out.
    pub through: Option<i64>,
    /// The number on the last badge that came out; goes before the place.
    pub badge_number: Option<String>,
}

/// Notes what came out of the printer, and counts those prints. Said again, it changes nothing.
pub async fn confirm(
    app: &App,
    scope: &DeskScope,
    id: Uuid,
    printed: Printed,
) -> Result<(RunRow, Option<Chunk>), Problem> {
    let mut tx = app.write().await?;
    let mut row = store::find_for_edit(&mut tx, scope, id).await?.ok_or_else(Problem::not_found)?;
    let handed = printable(&mut tx, scope, &row).await?;
    let most = handed.last().map_or(row.done, |place| place.place);
    let through = match (&printed.badge_number, printed.through) {
        (Some(text), _) => {
            let number = number::parse(text).ok_or_else(|| {
                Problem::field("/badge_number", "is no badge number; it is printed on the badge like 7F3K-92QX")
            })?;
            let place = store::place_of(&mut tx, scope, id, number.as_str()).await?;
            place.ok_or_else(|| Problem::field("/badge_number", "is on no badge of this run"))?
        }
        (None, Some(through)) => through,
        (None, None) => {
            return Err(Problem::field("/through", "is needed, or badge_number: say which badge came out last"));
        }
    };
    let pointer = if printed.badge_number.is_some() { "/badge_number" } else { "/through" };
    if through > most {
        return Err(Problem::field(
            pointer,
            format!("lies beyond what was handed to the printer, which ends at {most}"),
        ));
    }
    if through > row.done {
        let came_out: Vec<BadgeId> =
            handed.iter().filter(|place| place.place <= through).map(|place| place.face.id).collect();
        store::count_prints(&mut tx, scope, &came_out).await?;
        row.done = through;
        row.updated_at = app.now();
        if printable(&mut tx, scope, &row).await?.is_empty() {
            (row.done, row.status) = (row.total, Status::Done);
        }
        store::update(&mut tx, scope, &row).await?;
    }
    let next = next(&mut tx, scope, &row).await?;
    tx.commit(&app.hub).await?;
    Ok((row, next))
}

/// Stops a run, or lets it go on.
///
/// # Errors
/// `used_up` where it is done.
pub async fn turn(
    app: &App,
    scope: &DeskScope,
    id: Uuid,
    is_stopped: bool,
) -> Result<(RunRow, Option<Chunk>), Problem> {
    let mut tx = app.write().await?;
    let mut row = store::find_for_edit(&mut tx, scope, id).await?.ok_or_else(Problem::not_found)?;
    if row.status == Status::Done {
        return Err(Problem::new(Reason::UsedUp, "Everything of this print run was printed."));
    }
    row.status = if is_stopped { Status::Stopped } else { Status::Open };
    row.updated_at = app.now();
    // What was left may have been printed at the desk meanwhile.
    if !is_stopped && printable(&mut tx, scope, &row).await?.is_empty() {
        (row.done, row.status) = (row.total, Status::Done);
    }
    store::update(&mut tx, scope, &row).await?;
    let next = next(&mut tx, scope, &row).await?;
    tx.commit(&app.hub).await?;
    Ok((row, next))
}

#[cfg(test)]
mod tests {
    use super::*;
    use mobile_core::capture::Contact;

    fn candidate(id: u128, who: u128, sort_name: &str, company: &str, exhibitor: Option<&str>) -> Candidate {
        let mut contact = Contact::default();
        contact.set(ContactField::Company, company);
        Candidate {
            id: BadgeId(Uuid::from_u128(id)),
            registration_id: RegistrationId(Uuid::from_u128(who)),
            sort_name: sort_name.to_owned(),
            contact: Json(contact),
            exhibitor: exhibitor.map(str::to_owned),
        }
    }

    fn ids(places: &[(BadgeId, String)]) -> Vec<u128> {
        places.iter().map(|(id, _)| id.0.as_u128()).collect()
    }

    #[test]
    fn badges_are_in_order_of_surname_and_a_person_has_one() {
        let found = vec![
            candidate(1, 1, "zola emile", "", None),
            candidate(2, 2, "aziz noor", "", None),
            candidate(3, 2, "aziz noor", "", None),
        ];
        assert_eq!(ids(&ordered(found, &Choice::default())), [3, 1]);
    }

    #[test]
    fn by_exhibitor_whoever_is_in_no_team_comes_last() {
        let found = vec![
            candidate(1, 1, "a", "", None),
            candidate(2, 2, "b", "", Some("Zeta")),
            candidate(3, 3, "c", "", Some("Éclair")),
            candidate(4, 4, "a", "", Some("Zeta")),
        ];
        let choice = Choice { order: Order::Exhibitor, ..Choice::default() };
        assert_eq!(ids(&ordered(found, &choice)), [3, 4, 2, 1]);
    }

    #[test]
    fn a_company_is_found_in_any_spelling() {
        let found = vec![candidate(1, 1, "a", "Café Noir SARL", None), candidate(2, 2, "b", "Acme", Some("Café Noir"))];
        let choice = |company: &str| Choice { company: Some(company.to_owned()), ..Choice::default() };
        assert_eq!(ids(&ordered(found.clone(), &choice("CAFE noir"))), [1, 2]);
        assert_eq!(ids(&ordered(found, &choice("sarl"))), [1]);
    }
}
