//! Who of the team is in a conversation. Admins see all of them, and are in those that attendees begin.

use super::store::{self, ConversationRow};
use super::{Party, find, finish, hold, member_store};
use crate::app::App;
use crate::problem::Problem;
use crate::storage::{StorageError, Tx};
use mobile_core::ids::{ConversationId, EventId, ExhibitorId, TeamMemberId};
use mobile_core::reason::Reason;

/// Who is in a conversation that an attendee begins.
pub(super) async fn of_new(
    tx: &mut Tx,
    event: EventId,
    exhibitor: ExhibitorId,
) -> Result<Vec<TeamMemberId>, StorageError> {
    let team = member_store::team(tx, event, exhibitor).await?;
    Ok(team.into_iter().filter(|one| one.is_admin).map(|one| one.id).collect())
}

/// Adds somebody of the team, who then reads all of it.
pub async fn add(
    app: &App,
    party: &Party,
    id: ConversationId,
    member: TeamMemberId,
) -> Result<ConversationRow, Problem> {
    let mut tx = app.write().await?;
    let mut row = hold(&mut tx, party, id).await?;
    let team = member_store::team(&mut tx, row.event_id, row.exhibitor_id).await?;
    if !team.iter().any(|one| one.id == member) {
        return Err(Problem::field("/member_id", "is no admin or scanner of this team"));
    }
    if member_store::add_member(&mut tx, &row, member, 0, app.now()).await? {
        row.updated_at = app.now();
        store::update(&mut tx, &row).await?;
    }
    let row = find(&mut tx, party, id).await?;
    finish(app, tx, &row).await?;
    Ok(row)
}

/// Takes somebody out. The last one stays, so that somebody answers.
pub async fn remove(app: &App, party: &Party, id: ConversationId, member: TeamMemberId) -> Result<(), Problem> {
    let mut tx = app.write().await?;
    let mut row = hold(&mut tx, party, id).await?;
    let known = member_store::members(&mut tx, row.event_id, &[id]).await?;
    if !known.iter().any(|one| one.member_id == member) {
        return Err(Problem::not_found());
    }
    if known.len() == 1 {
        let detail = "Nobody else is in this conversation. Add somebody first.";
        return Err(Problem::new(Reason::ConfirmationRequired, detail));
    }
    member_store::remove_member(&mut tx, &row, member).await?;
    row.updated_at = app.now();
    store::update(&mut tx, &row).await?;
    finish(app, tx, &row).await?;
    Ok(())
}
