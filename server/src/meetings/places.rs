//! Places to meet: tables, rooms and online rooms, the organiser's or an exhibitor's own, and the slots
//! of their catalogue.

use super::place_store as store;
use super::requests::entry;
use super::slots::OpeningHours;
use crate::access::{EventAdminScope, EventScope, MeetingAdminScope, MeetingScope};
use crate::app::App;
use crate::feed;
use crate::fields::Fields;
use crate::paging::{Page, PageParams};
use crate::problem::Problem;
use crate::storage::Tx;
use mobile_core::ids::{EventId, ExhibitorId, MeetingLocationId, MeetingSlotId, RegistrationId, TeamMemberId};
use mobile_core::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What a place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "TEXT", rename_all = "snake_case")]
#[schema(as = MeetingPlaceKind)]
pub enum PlaceKind {
    /// A table.
    #[default]
    Table,
    /// A room.
    Room,
    /// An online room.
    Online,
}

/// A place as it is sent.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewMeetingLocation)]
pub struct NewLocation {
    /// What it is called, such as "Table 4".
    pub name: String,
    /// A table, a room or an online room.
    #[serde(default)]
    pub kind: PlaceKind,
    /// How to get there, or the address of an online room.
    #[serde(default)]
    pub address: Option<String>,
    /// What meetings there are about.
    #[serde(default)]
    pub theme: Option<String>,
    /// The commercial contact who is met there.
    #[serde(default)]
    pub member_id: Option<TeamMemberId>,
}

/// What changes of a place; fields that are absent stay.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = EditMeetingLocation)]
pub struct LocationEdit {
    /// What it is called.
    pub name: Option<String>,
    /// A table, a room or an online room.
    pub kind: Option<PlaceKind>,
    /// How to get there; null: nothing is said.
    #[serde(deserialize_with = "crate::extract::given")]
    #[schema(value_type = Option<String>)]
    pub address: Option<Option<String>>,
    /// What meetings there are about; null: anything.
    #[serde(deserialize_with = "crate::extract::given")]
    #[schema(value_type = Option<String>)]
    pub theme: Option<Option<String>>,
    /// The commercial contact who is met there; null: nobody in particular.
    #[serde(deserialize_with = "crate::extract::given")]
    #[schema(value_type = Option<TeamMemberId>)]
    pub member_id: Option<Option<TeamMemberId>>,
}

impl LocationEdit {
    fn over(self, known: &Location) -> NewLocation {
        NewLocation {
            name: self.name.unwrap_or_else(|| known.name.clone()),
            kind: self.kind.unwrap_or(known.kind),
            address: self.address.unwrap_or_else(|| known.address.clone()),
            theme: self.theme.unwrap_or_else(|| known.theme.clone()),
            member_id: self.member_id.unwrap_or(known.member_id),
        }
    }
}

/// A place to be kept.
#[derive(Debug)]
pub struct NewPlace {
    pub(super) name: String,
    pub(super) kind: PlaceKind,
    pub(super) address: Option<String>,
    pub(super) theme: Option<String>,
    pub(super) member: Option<TeamMemberId>,
}

/// A place.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema, sqlx::FromRow)]
#[schema(as = MeetingLocation)]
pub struct Location {
    /// The place.
    pub id: MeetingLocationId,
    /// Whose it is; null: the organiser's, for everybody.
    pub exhibitor_id: Option<ExhibitorId>,
    /// The commercial contact who is met there.
    pub member_id: Option<TeamMemberId>,
    /// What it is called.
    pub name: String,
    /// A table, a room or an online room.
    pub kind: PlaceKind,
    /// How to get there, or the address of an online room.
    pub address: Option<String>,
    /// What meetings there are about.
    pub theme: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A slot that nobody has taken.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema, sqlx::FromRow)]
pub struct FreeSlot {
    /// The slot.
    pub id: MeetingSlotId,
    /// Where.
    pub location_id: MeetingLocationId,
    /// The place's name.
    pub location: String,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
}

/// What became of opening hours.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
pub struct MadeSlots {
    /// Slots that are new.
    pub created: u64,
    /// Slots that there were, or that would have overlapped one.
    pub skipped: u64,
}

/// Whose places somebody manages: the organiser's, or one exhibitor's.
#[derive(Debug, Clone, Copy)]
pub struct Estate {
    event: EventId,
    exhibitor: Option<ExhibitorId>,
}

impl Estate {
    /// The event.
    pub fn event(&self) -> EventId {
        self.event
    }

    /// The exhibitor; none: the organiser.
    pub fn exhibitor(&self) -> Option<ExhibitorId> {
        self.exhibitor
    }
}

impl From<&EventScope> for Estate {
    fn from(scope: &EventScope) -> Self {
        Self { event: scope.event(), exhibitor: None }
    }
}

impl From<&EventAdminScope> for Estate {
    fn from(scope: &EventAdminScope) -> Self {
        Self { event: scope.event(), exhibitor: None }
    }
}

impl From<&MeetingScope> for Estate {
    fn from(scope: &MeetingScope) -> Self {
        Self { event: scope.event(), exhibitor: Some(scope.exhibitor()) }
    }
}

impl From<&MeetingAdminScope> for Estate {
    fn from(scope: &MeetingAdminScope) -> Self {
        Self { event: scope.event(), exhibitor: Some(scope.exhibitor()) }
    }
}

/// The places that can be met at: an exhibitor sees the organiser's too.
pub async fn list(app: &App, estate: &Estate, page: &PageParams) -> Result<Page<Location>, Problem> {
    let (limit, after) = (page.limit()?, page.after::<MeetingLocationId>()?);
    let mut tx = app.read().await?;
    let seq = feed::store::head(&mut tx, estate.event).await?;
    let rows = store::list(&mut tx, estate, after, limit + 1).await?;
    tx.done().await?;
    Ok(Page::of(rows, limit, seq, |row| row.id))
}

async fn checked(tx: &mut Tx, estate: &Estate, new: NewLocation) -> Result<NewPlace, Problem> {
    let mut wrong = Fields::default();
    let name = wrong.line("/name", &new.name, 200);
    let address = wrong.optional_line("/address", new.address.as_deref(), 500);
    let theme = wrong.optional_line("/theme", new.theme.as_deref(), 200);
    if let Some(member) = new.member_id
        && !store::has_member(tx, estate.event, estate.exhibitor, member).await?
    {
        wrong.wrong("/member_id", "is nobody of this exhibitor's team");
    }
    let name = wrong.done(name)?;
    Ok(NewPlace { name, kind: new.kind, address, theme, member: new.member_id })
}

/// Makes a place.
pub async fn create(app: &App, estate: &Estate, new: NewLocation) -> Result<Location, Problem> {
    let mut tx = app.write().await?;
    let new = checked(&mut tx, estate, new).await?;
    let row = store::insert(&mut tx, estate, app.new_id(), &new, app.now()).await?;
    tx.commit(&app.hub).await?;
    Ok(row)
}

/// Changes a place; its meetings and slots are there under its new name.
pub async fn edit(app: &App, estate: &Estate, id: MeetingLocationId, edit: LocationEdit) -> Result<Location, Problem> {
    let mut tx = app.write().await?;
    store::lock(&mut tx, estate, id).await?;
    let known = find_own(&mut tx, estate, id).await?;
    let new = checked(&mut tx, estate, edit.over(&known)).await?;
    let row = store::update(&mut tx, estate, id, &new).await?;
    tx.commit(&app.hub).await?;
    Ok(row)
}

/// Deletes a place with its slots; meetings that are agreed on stay and have no place any more, which
/// calendars and live views are told.
pub async fn delete(app: &App, estate: &Estate, id: MeetingLocationId) -> Result<(), Problem> {
    let now = app.now();
    let mut tx = app.write().await?;
    store::lock(&mut tx, estate, id).await?;
    find_own(&mut tx, estate, id).await?;
    let meetings = store::delete(&mut tx, estate, id, now).await?;
    let entries: Vec<_> = meetings.into_iter().map(|(exhibitor, meeting)| entry(exhibitor, meeting, now)).collect();
    if !entries.is_empty() {
        feed::store::append(&mut tx, estate.event, &entries).await?;
    }
    tx.commit(&app.hub).await?;
    Ok(())
}

async fn find_own(tx: &mut Tx, estate: &Estate, id: MeetingLocationId) -> Result<Location, Problem> {
    let found = store::find(tx, estate.event, estate.exhibitor, id).await?;
    found.filter(|place| place.exhibitor_id == estate.exhibitor).ok_or_else(Problem::not_found)
}

/// Makes the slots of a place's opening hours; the same again makes none.
pub async fn open(
    app: &App,
    estate: &Estate,
    id: MeetingLocationId,
    hours: &OpeningHours,
) -> Result<MadeSlots, Problem> {
    let info = app.events.info(app, estate.event).await?;
    let times = hours.checked(&info)?.times(&info.zone());
    let mut tx = app.write().await?;
    store::lock(&mut tx, estate, id).await?;
    find_own(&mut tx, estate, id).await?;
    let known = store::times(&mut tx, estate, id).await?;
    let is_free = |(from, to): &&(Timestamp, Timestamp)| {
        // Slots of one place overlap nowhere, so the last that begins before this one ends is enough.
        let before = known.partition_point(|(begin, _)| begin < to);
        before.checked_sub(1).is_none_or(|at| known[at].1 <= *from)
    };
    let fresh = times.iter().filter(is_free).map(|(from, to)| (app.new_id(), *from, *to));
    let new: Vec<(MeetingSlotId, Timestamp, Timestamp)> = fresh.collect();
    store::insert_slots(&mut tx, estate, id, &new).await?;
    tx.commit(&app.hub).await?;
    let created = new.len() as u64;
    Ok(MadeSlots { created, skipped: times.len() as u64 - created })
}

/// What free slots are looked for.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// The exhibitor to meet.
    pub exhibitor: ExhibitorId,
    /// Whose calendar must be free too.
    pub registration: Option<RegistrationId>,
    /// And whose.
    pub member: Option<TeamMemberId>,
    /// Not before this.
    pub from: Timestamp,
    /// The nearest to this first.
    pub near: Timestamp,
}
