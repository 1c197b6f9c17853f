//! What the organiser sees of conversations: how many there are, what was reported and blocked, and the
//! limits that it sets.

use super::oversight_store as store;
use super::talk::Rules;
use crate::access::{EventAdminScope, EventScope};
use crate::app::App;
use crate::fields::Fields;
use crate::meetings::Side;
use crate::problem::Problem;
use mobile_core::ids::{ConversationId, ExhibitorId};
use mobile_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Why a conversation is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "TEXT", rename_all = "snake_case")]
pub enum ReportReason {
    /// Unwanted advertising.
    Spam,
    /// Insults, threats, harassment.
    Offensive,
    /// Something else.
    Other,
}

/// A report as the organiser sees it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema, sqlx::FromRow)]
pub struct Report {
    /// The report.
    #[schema(value_type = uuid::Uuid)]
    pub id: Uuid,
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The exhibitor of it.
    pub exhibitor_id: ExhibitorId,
    /// Its name.
    pub exhibitor: String,
    /// Which side reports the other.
    pub reported_by: Side,
    /// Why.
    pub reason: ReportReason,
    /// Messages that the exhibitor wrote in it.
    pub exhibitor_messages: i64,
    /// Messages that the attendee wrote in it.
    pub attendee_messages: i64,
    /// When.
    pub created_at: Timestamp,
    /// When the organiser dealt with it.
    pub closed_at: Option<Timestamp>,
}

/// How much one exhibitor and attendees write to each other.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema, sqlx::FromRow)]
pub struct Volume {
    /// The exhibitor.
    pub exhibitor_id: ExhibitorId,
    /// Its name.
    pub exhibitor: String,
    /// Conversations.
    pub conversations: i64,
    /// Messages in them.
    pub messages: i64,
    /// Attendees who shared their details.
    pub granted: i64,
    /// Attendees who refused to.
    pub refused: i64,
    /// Attendees who blocked the exhibitor.
    pub blocked_by_attendees: i64,
    /// Attendees whom the exhibitor blocked.
    pub blocked_by_exhibitor: i64,
    /// Reports of its conversations.
    pub reports: i64,
}

/// The volume of each exhibitor that has a conversation, by name.
pub async fn volumes(app: &App, scope: &EventScope) -> Result<Vec<Volume>, Problem> {
    let mut tx = app.read().await?;
    let rows = store::volumes(&mut tx, scope).await?;
    tx.done().await?;
    Ok(rows)
}

/// What was reported, the newest first, 500 at most.
pub async fn reports(app: &App, scope: &EventAdminScope) -> Result<Vec<Report>, Problem> {
    let mut tx = app.read().await?;
    let rows = store::reports(&mut tx, scope).await?;
    tx.done().await?;
    Ok(rows)
}

/// Notes that a report was dealt with.
pub async fn close_report(app: &App, scope: &EventAdminScope, id: Uuid) -> Result<(), Problem> {
    let mut tx = app.write().await?;
    if !store::close_report(&mut tx, scope, id, app.now()).await? {
        return Err(Problem::not_found());
    }
    tx.commit(&app.hub).await?;
    Ok(())
}

/// The event's limits.
pub async fn rules(app: &App, scope: &EventScope) -> Result<Rules, Problem> {
    let mut tx = app.read().await?;
    let rules = super::store::rules(&mut tx, scope.event()).await?;
    tx.done().await?;
    Ok(rules)
}

/// Sets the event's limits.
pub async fn set_rules(app: &App, scope: &EventAdminScope, rules: Rules) -> Result<(), Problem> {
    let mut wrong = Fields::default();
    for (pointer, value, most) in [
        ("/daily_requests", rules.daily_requests, 10_000),
        ("/daily_messages", rules.daily_messages, 100_000),
        ("/unanswered_messages", rules.unanswered_messages, 100),
    ] {
        if !(1..=most).contains(&value) {
            wrong.wrong(pointer, format!("must be from 1 to {most}"));
        }
    }
    wrong.done(Some(()))?;
    let mut tx = app.write().await?;
    store::set_rules(&mut tx, scope, rules).await?;
    tx.commit(&app.hub).await?;
    Ok(())
}
