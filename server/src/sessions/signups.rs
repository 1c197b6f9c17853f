//! Signing up for a session: a place while there is one, else the waiting list, which moves up when
//! somebody gives theirs back or room is made.

use super::store::{self, SignupRow};
use super::{Programme, Signup};
use crate::access::{AttendeeScope, DeskScope};
use crate::app::App;
use crate::audit;
use crate::feed;
use crate::paging::{Page, PageParams};
use crate::problem::Problem;
use crate::storage::{StorageError, Tx};
use mobile_core::ids::{EventId, RegistrationId, SessionId};
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;

/// The proof that somebody may sign people up: the desk anybody, an attendee themselves.
#[derive(Debug, Clone, Copy)]
pub struct Signer {
    event: EventId,
    only: Option<RegistrationId>,
}

impl Signer {
    /// Refuses anybody but the one whom the signer may act for.
    fn may(&self, person: RegistrationId) -> Result<Programme, Problem> {
        if self.only.is_some_and(|only| only != person) {
            return Err(Problem::not_found());
        }
        Ok(Programme { event: self.event, exhibitor: None })
    }
}

impl From<&DeskScope> for Signer {
    fn from(scope: &DeskScope) -> Self {
        Self { event: scope.event(), only: None }
    }
}

impl From<&AttendeeScope> for Signer {
    fn from(scope: &AttendeeScope) -> Self {
        Self { event: scope.event(), only: Some(scope.registration()) }
    }
}

/// Signs a person up; who has signed up already keeps what they have.
///
/// # Errors
/// `forbidden` where nobody signs up, `category_not_admitted`, and `used_up` when it is over.
pub async fn add(app: &App, signer: &Signer, session: SessionId, person: RegistrationId) -> Result<SignupRow, Problem> {
    let (event, programme) = (signer.event, signer.may(person)?);
    let mut tx = app.write().await?;
    store::lock(&mut tx, event, session).await?;
    let row = store::find(&mut tx, &programme, session).await?.ok_or_else(Problem::not_found)?;
    let known = super::attendance::store::person(&mut tx, event, person).await?;
    let known = known.ok_or_else(|| Problem::field("/registration_id", "is no registration of this event"))?;
    if row.signup == Signup::None {
        return Err(Problem::new(Reason::Forbidden, "Nobody signs up for this session: whoever comes may go in."));
    }
    if row.ends_at <= app.now() {
        return Err(Problem::new(Reason::UsedUp, "This session is over."));
    }
    if row.categories.as_ref().is_some_and(|admitted| !admitted.contains(&known.category)) {
        let detail = format!("This session does not admit the category “{}”.", known.category);
        return Err(Problem::new(Reason::CategoryNotAdmitted, detail));
    }
    let before = store::signup(&mut tx, event, session, person).await?;
    if before.is_none_or(|before| before.status == "cancelled") {
        let (signed_up, newest) = store::count_signups(&mut tx, event, session).await?;
        let has_room = row.capacity.is_none_or(|capacity| signed_up < capacity);
        let status = if has_room { "registered" } else { "waiting" };
        store::put_signup(&mut tx, event, session, person, (status, newest + 1), app.now()).await?;
    }
    let row = store::signup(&mut tx, event, session, person).await?.ok_or_else(Problem::not_found)?;
    tx.commit(&app.hub).await?;
    Ok(row)
}

/// Gives a place back; the first of the waiting list gets it.
pub async fn cancel(app: &App, signer: &Signer, session: SessionId, person: RegistrationId) -> Result<(), Problem> {
    let (event, programme) = (signer.event, signer.may(person)?);
    let mut tx = app.write().await?;
    store::lock(&mut tx, event, session).await?;
    let row = store::find(&mut tx, &programme, session).await?.ok_or_else(Problem::not_found)?;
    let known = store::signup(&mut tx, event, session, person).await?.ok_or_else(Problem::not_found)?;
    store::put_signup(&mut tx, event, session, person, ("cancelled", known.place), app.now()).await?;
    move_up(&mut tx, event, session, row.capacity, app.now()).await?;
    tx.commit(&app.hub).await?;
    Ok(())
}

/// Gives the free places to those who wait longest. The session's row is locked.
pub(super) async fn move_up(
    tx: &mut Tx,
    event: EventId,
    session: SessionId,
    capacity: Option<i64>,
    now: Timestamp,
) -> Result<(), StorageError> {
    let (signed_up, _) = store::count_signups(tx, event, session).await?;
    let free = capacity.map_or(i64::MAX, |capacity| (capacity - signed_up).max(0));
    for (person, place) in store::waiting(tx, event, session, free).await? {
        store::put_signup(tx, event, session, person, ("registered", place), now).await?;
    }
    Ok(())
}

/// Those who signed up and those who wait, in the order of arrival.
pub async fn list(
    app: &App,
    scope: &DeskScope,
    session: SessionId,
    page: &PageParams,
) -> Result<Page<SignupRow>, Problem> {
    let (limit, after) = (page.limit()?, page.after::<(i64, RegistrationId)>()?);
    let mut tx = app.read().await?;
    let seq = feed::store::head(&mut tx, scope.event()).await?;
    store::find(&mut tx, &Programme::from(&**scope), session).await?.ok_or_else(Problem::not_found)?;
    let rows = store::signups(&mut tx, scope.event(), session, after, limit + 1).await?;
    tx.done().await?;
    audit::read_people(app, scope, rows.len().min(limit)).await?;
    Ok(Page::of(rows, limit, seq, |row| (row.place, row.registration_id)))
}
