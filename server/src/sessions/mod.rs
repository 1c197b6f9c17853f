//! Sessions: the talks, entrances and zones of an event, who may go in, and who signed up.
//!
//! The organiser makes them and assigns them to exhibitors, which edit what it allows. Signing up and
//! the waiting list are in [`signups`], check-ins in [`attendance`]. A session's row is the lock that
//! orders everything that is counted about it.

pub mod api;
pub mod attendance;
pub mod attendance_api;
pub mod attendee_api;
mod input;
pub mod merging;
pub mod page;
pub mod rules;
pub mod rules_store;
pub mod signups;
pub mod store;

pub use input::{Draft, Edit, Speaker};

use crate::access::{AttendeeScope, EventAdminScope, EventScope, OwnSessionAdminScope, OwnSessionScope, ScannerScope};
use crate::app::App;
use crate::captures::{self, Surroundings};
use crate::events::when::ShowDay;
use crate::feed;
use crate::paging::{Page, PageParams};
use crate::problem::Problem;
use crate::storage::{StorageError, Tx};
use mobile_core::ids::{EventId, ExhibitorId, SessionId};
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use store::SessionRow;

/// What a session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "TEXT", rename_all = "snake_case")]
#[schema(as = SessionKind)]
pub enum Kind {
    /// A talk or a workshop.
    #[default]
    Talk,
    /// An entrance of the event, which may have several doors.
    Entrance,
    /// A part of the grounds.
    Zone,
}

/// Whether people sign up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "TEXT", rename_all = "snake_case")]
#[schema(as = SessionSignup)]
pub enum Signup {
    /// Nobody signs up; whoever comes may go in.
    #[default]
    None,
    /// Who wants to signs up; others may go in too.
    Open,
    /// Only those who signed up go in.
    Required,
}

/// Whose programme somebody may read: the event's, or one exhibitor's sessions of it.
#[derive(Debug, Clone, Copy)]
pub struct Programme {
    event: EventId,
    exhibitor: Option<ExhibitorId>,
}

impl Programme {
    /// The event.
    pub fn event(&self) -> EventId {
        self.event
    }

    /// The exhibitor; none: all sessions.
    pub fn exhibitor(&self) -> Option<ExhibitorId> {
        self.exhibitor
    }

    /// Of the event's programme, an exhibitor's part.
    #[must_use]
    pub fn of_exhibitor(self, exhibitor: ExhibitorId) -> Self {
        Self { exhibitor: Some(exhibitor), ..self }
    }
}

impl From<&EventScope> for Programme {
    fn from(scope: &EventScope) -> Self {
        Self { event: scope.event(), exhibitor: None }
    }
}

impl From<&ScannerScope> for Programme {
    fn from(scope: &ScannerScope) -> Self {
        Self { event: scope.event(), exhibitor: None }
    }
}

impl From<&AttendeeScope> for Programme {
    fn from(scope: &AttendeeScope) -> Self {
        Self { event: scope.event(), exhibitor: None }
    }
}

impl From<&OwnSessionScope> for Programme {
    fn from(scope: &OwnSessionScope) -> Self {
        Self { event: scope.event(), exhibitor: Some(scope.exhibitor()) }
    }
}

impl From<&OwnSessionAdminScope> for Programme {
    fn from(scope: &OwnSessionAdminScope) -> Self {
        Self { event: scope.event(), exhibitor: Some(scope.exhibitor()) }
    }
}

/// The sessions of a programme, the earliest first.
pub async fn list(app: &App, programme: &Programme, page: &PageParams) -> Result<Page<SessionRow>, Problem> {
    let (limit, after) = (page.limit()?, page.after::<(Timestamp, SessionId)>()?);
    let today = today(app, programme.event).await?;
    let mut tx = app.read().await?;
    let seq = feed::store::head(&mut tx, programme.event).await?;
    let rows = store::list(&mut tx, programme, after, limit + 1).await?;
    tx.done().await?;
    Ok(Page::of(rows, limit, seq, |row| (row.starts_at, row.id)).map(|row| row.as_of(&today)))
}

/// The sessions whose attendance whoever scans may take: at a door, those that it was paired for.
pub async fn list_at_door(app: &App, scope: &ScannerScope, page: &PageParams) -> Result<Page<SessionRow>, Problem> {
    let mut listed = list(app, &Programme::from(scope), page).await?;
    if let Some(door) = scope.door() {
        let mut tx = app.read().await?;
        let own = store::of_door(&mut tx, scope.event(), door).await?;
        tx.done().await?;
        // A page may get shorter by it: its cursor still leads on.
        listed.items.retain(|session| own.as_ref().is_none_or(|own| own.contains(&session.id)));
    }
    Ok(listed)
}

/// One session.
pub async fn get(app: &App, programme: &Programme, id: SessionId) -> Result<SessionRow, Problem> {
    let today = today(app, programme.event).await?;
    let mut tx = app.read().await?;
    let row = store::find(&mut tx, programme, id).await?.ok_or_else(Problem::not_found)?;
    tx.done().await?;
    Ok(row.as_of(&today))
}

async fn today(app: &App, event: EventId) -> Result<String, StorageError> {
    let info = app.events.info(app, event).await?;
    Ok(ShowDay::of(app.now(), &info.zone()).date.to_string())
}

/// Makes a session.
pub async fn create(app: &App, scope: &EventAdminScope, draft: Draft) -> Result<SessionRow, Problem> {
    let info = app.events.info(app, scope.event()).await?;
    let session = draft.checked(&info, true)?;
    let today = today(app, scope.event()).await?;
    let id: SessionId = app.new_id();
    let mut tx = app.write().await?;
    refuse_strangers(&mut tx, scope, &session).await?;
    store::insert(&mut tx, scope, id, &session, &today, app.now()).await?;
    let row = store::find(&mut tx, &Programme::from(&**scope), id).await?.ok_or_else(Problem::not_found)?;
    tx.commit(&app.hub).await?;
    Ok(row)
}

/// Changes a session; `version` is the one that the editor saw. More room lets the waiting list move
/// up, and an exhibitor that it is assigned to gets those who attended as leads.
///
/// # Errors
/// `invalid_field` when fewer may be inside than are.
pub async fn edit(
    app: &App,
    scope: &EventAdminScope,
    id: SessionId,
    version: Option<i64>,
    edit: Edit,
) -> Result<SessionRow, Problem> {
    let info = app.events.info(app, scope.event()).await?;
    let around = Surroundings::load(app, scope.event()).await?;
    let mut tx = app.write().await?;
    tx.reads_badges(scope.event()).await?;
    let programme = Programme::from(&**scope);
    store::lock(&mut tx, scope.event(), id).await?;
    let known = store::find(&mut tx, &programme, id).await?.ok_or_else(Problem::not_found)?;
    Problem::unless_current(known.version, version)?;
    let moves = edit.moves();
    let session = edit.over(&known).checked(&info, moves)?;
    let inside = known.clone().as_of(&ShowDay::of(app.now(), &info.zone()).date.to_string()).inside;
    if session.capacity.is_some_and(|capacity| capacity < inside) {
        let detail = format!("must be at least {inside}: so many people are inside");
        return Err(Problem::field("/capacity", detail));
    }
    refuse_strangers(&mut tx, scope, &session).await?;
    store::update(&mut tx, scope, id, &session).await?;
    signups::move_up(&mut tx, scope.event(), id, session.capacity, app.now()).await?;
    let mut entries = Vec::new();
    if let Some(exhibitor) = session.exhibitor.filter(|new| known.exhibitor_id != Some(*new)) {
        let met = attendance::met_by(&mut tx, scope.event(), id, exhibitor).await?;
        entries = captures::note(app, &mut tx, &around, &met).await?;
    }
    let row = store::find(&mut tx, &programme, id).await?.ok_or_else(Problem::not_found)?;
    if !entries.is_empty() {
        feed::store::append(&mut tx, scope.event(), &entries).await?;
    }
    tx.commit(&app.hub).await?;
    Ok(row)
}

/// What an exhibitor edits of its own session, where the organiser allows it: what is said about it,
/// and who speaks.
pub async fn edit_own(
    app: &App,
    scope: &OwnSessionAdminScope,
    id: SessionId,
    version: Option<i64>,
    edit: Edit,
) -> Result<SessionRow, Problem> {
    let info = app.events.info(app, scope.event()).await?;
    let programme = Programme::from(scope);
    let mut tx = app.write().await?;
    store::lock(&mut tx, scope.event(), id).await?;
    let known = store::find(&mut tx, &programme, id).await?.ok_or_else(Problem::not_found)?;
    Problem::unless_current(known.version, version)?;
    if !known.is_editable {
        let detail = "The organiser edits this session. Ask them for the change, or to let you make it.";
        return Err(Problem::new(Reason::Forbidden, detail));
    }
    let session = edit.over(&known).checked(&info, false)?;
    store::describe(&mut tx, scope, id, &session).await?;
    let row = store::find(&mut tx, &programme, id).await?.ok_or_else(Problem::not_found)?;
    tx.commit(&app.hub).await?;
    Ok(row)
}

async fn refuse_strangers(tx: &mut Tx, scope: &EventScope, session: &input::Checked) -> Result<(), Problem> {
    if let Some(exhibitor) = session.exhibitor
        && !store::has_exhibitor(tx, scope, exhibitor).await?
    {
        return Err(Problem::field("/exhibitor_id", "is no exhibitor of this event"));
    }
    Ok(())
}

/// Deletes a session with its sign-ups. One that somebody attended needs a confirmation.
///
/// # Errors
/// `confirmation_required` when people were inside and nobody said that this may go.
pub async fn delete(
    app: &App,
    scope: &EventAdminScope,
    id: SessionId,
    confirms_attendance: bool,
) -> Result<(), Problem> {
    let mut tx = app.write().await?;
    store::lock(&mut tx, scope.event(), id).await?;
    let known = store::find(&mut tx, &Programme::from(&**scope), id).await?.ok_or_else(Problem::not_found)?;
    let marks = store::count_marks(&mut tx, scope.event(), id).await?;
    if marks > 0 && !confirms_attendance {
        let detail = format!(
            "{} has {marks} check-ins and check-outs. To delete them too, repeat this with ?confirm=attendance.",
            known.title
        );
        return Err(Problem::new(Reason::ConfirmationRequired, detail));
    }
    let people = store::people_of(&mut tx, scope.event(), id).await?;
    store::delete(&mut tx, scope, id).await?;
    for person in people {
        attendance::count_days(&mut tx, scope.event(), person, &app.events.info(app, scope.event()).await?.zone())
            .await?;
    }
    tx.commit(&app.hub).await?;
    Ok(())
}

/// Takes an exhibitor that is deleted off its sessions, which stay.
pub async fn unassign(tx: &mut Tx, event: EventId, exhibitor: ExhibitorId) -> Result<(), StorageError> {
    store::unassign(tx, event, exhibitor).await
}

/// Refuses ids that name no session of the event, each by its place in the field.
pub async fn refuse_unknown(tx: &mut Tx, scope: &EventScope, ids: &[SessionId], field: &str) -> Result<(), Problem> {
    let known = store::known(tx, scope.event(), ids).await?;
    let mut wrong = crate::fields::Fields::default();
    for (at, id) in ids.iter().enumerate() {
        if !known.contains(id) {
            wrong.wrong(&format!("{field}/{at}"), "is no session of this event");
        }
    }
    wrong.done(Some(()))
}
