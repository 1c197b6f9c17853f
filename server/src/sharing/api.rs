//! The exhibitor's side of conversations.

use super::oversight::ReportReason;
use super::view::{ConversationView, MessageView};
use super::{Party, Sharing, agree, attendee_api, members, oversight_api, sides, talk};
use crate::access::MessageScope;
use crate::app::App;
use crate::extract::{Params, PathIds, Payload};
use crate::openapi::Refused;
use crate::paging::{Page, PageParams};
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use mobile_core::ids::{ConversationId, ExhibitorId, RegistrationId, TeamMemberId};
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this slice.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, begin))
        .routes(routes!(get))
        .routes(routes!(messages, write))
        .routes(routes!(read))
        .routes(routes!(ask))
        .routes(routes!(block))
        .routes(routes!(report))
        .routes(routes!(add_member))
        .routes(routes!(remove_member))
        .merge(attendee_api::routes())
        .merge(oversight_api::routes())
}

/// Which conversations to list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ConversationParams {
    /// Only those where this was said last in them about contact details.
    #[param(inline)]
    sharing: Option<Sharing>,
    /// Length of the page, 1 to 500.
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// A message to somebody.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewConversation {
    /// To whom.
    registration_id: RegistrationId,
    /// What, 1 to 4,000 characters; shown as text, whatever it holds.
    text: String,
}

/// A message.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewText {
    /// 1 to 4,000 characters; shown as text, whatever it holds.
    pub(super) text: String,
}

/// How far somebody has read.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReadUpTo {
    /// The number of the newest message that was seen.
    pub(super) number: i64,
}

/// Whether the other side is to be blocked.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Block {
    /// True: it cannot write any more. False: it can again.
    pub(super) blocked: bool,
}

/// Why a conversation is reported to the organiser.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewReport {
    /// Why.
    pub(super) reason: ReportReason,
}

/// Somebody of the team.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewMember {
    /// Who: an admin or a scanner of the team.
    member_id: TeamMemberId,
}

type Ids = PathIds<(ExhibitorId, ConversationId)>;

/// Lists the conversations that the caller is in, an admin all of the space, the one that changed last first.
#[utoipa::path(get, path = "/exhibitors/{exhibitor_id}/conversations", operation_id = "list_conversations",
    tag = "conversations", params(("exhibitor_id" = ExhibitorId, Path), ConversationParams),
    responses((status = 200, description = "A page of conversations", body = Page<ConversationView>), Refused))]
async fn list(
    State(app): State<App>,
    scope: MessageScope,
    Params(params): Params<ConversationParams>,
) -> Result<Json<Page<ConversationView>>, Problem> {
    let page = PageParams { limit: params.limit, cursor: params.cursor };
    sides::list(&app, &scope, params.sharing, &page).await
}

/// Writes to an attendee, which asks for their contact details where nobody has written before.
#[utoipa::path(post, path = "/exhibitors/{exhibitor_id}/conversations", operation_id = "begin_conversation",
    tag = "conversations", params(("exhibitor_id" = ExhibitorId, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes sending again safe")),
    request_body = NewConversation,
    responses((status = 201, description = "Written", body = ConversationView), Refused))]
async fn begin(
    State(app): State<App>,
    scope: MessageScope,
    Payload(sent): Payload<NewConversation>,
) -> Result<(StatusCode, Json<ConversationView>), Problem> {
    let both = (scope.exhibitor(), sent.registration_id);
    sides::written(&app, &scope, talk::begin(&app, &Party::from(&scope), both, &sent.text).await?).await
}

/// One conversation.
#[utoipa::path(get, path = "/exhibitors/{exhibitor_id}/conversations/{conversation_id}",
    operation_id = "get_conversation", tag = "conversations",
    params(("exhibitor_id" = ExhibitorId, Path), ("conversation_id" = ConversationId, Path)),
    responses((status = 200, description = "The conversation", body = ConversationView), Refused))]
async fn get(State(app): State<App>, scope: MessageScope, ids: Ids) -> Result<Json<ConversationView>, Problem> {
    sides::get(&app, &scope, ids.0.1).await
}

/// Lists the messages of a conversation, the newest first.
#[utoipa::path(get, path = "/exhibitors/{exhibitor_id}/conversations/{conversation_id}/messages",
    operation_id = "list_messages", tag = "conversations",
    params(("exhibitor_id" = ExhibitorId, Path), ("conversation_id" = ConversationId, Path), PageParams),
    responses((status = 200, description = "A page of messages", body = Page<MessageView>), Refused))]
async fn messages(
    State(app): State<App>,
    scope: MessageScope,
    ids: Ids,
    Params(page): Params<PageParams>,
) -> Result<Json<Page<MessageView>>, Problem> {
    sides::messages(&app, &scope, ids.0.1, &page).await
}

/// Writes into a conversation.
#[utoipa::path(post, path = "/exhibitors/{exhibitor_id}/conversations/{conversation_id}/messages",
    operation_id = "write_message", tag = "conversations",
    params(("exhibitor_id" = ExhibitorId, Path), ("conversation_id" = ConversationId, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes sending again safe")),
    request_body = NewText, responses((status = 201, description = "Written", body = ConversationView), Refused))]
async fn write(
    State(app): State<App>,
    scope: MessageScope,
    ids: Ids,
    Payload(sent): Payload<NewText>,
) -> Result<(StatusCode, Json<ConversationView>), Problem> {
    sides::write(&app, &scope, ids.0.1, &sent).await
}

/// Notes how far the caller has read a conversation that they are in.
#[utoipa::path(post, path = "/exhibitors/{exhibitor_id}/conversations/{conversation_id}/read",
    operation_id = "read_conversation", tag = "conversations",
    params(("exhibitor_id" = ExhibitorId, Path), ("conversation_id" = ConversationId, Path)),
    request_body = ReadUpTo, responses((status = 204, description = "Noted"), Refused))]
async fn read(
    State(app): State<App>,
    scope: MessageScope,
    ids: Ids,
    Payload(sent): Payload<ReadUpTo>,
) -> Result<StatusCode, Problem> {
    sides::read(&app, &scope, ids.0.1, &sent).await
}

/// Asks the attendee for their contact details; once, unless they were never asked.
#[utoipa::path(post, path = "/exhibitors/{exhibitor_id}/conversations/{conversation_id}/request",
    operation_id = "request_contact", tag = "conversations",
    params(("exhibitor_id" = ExhibitorId, Path), ("conversation_id" = ConversationId, Path)),
    responses((status = 200, description = "Asked", body = ConversationView), Refused))]
async fn ask(State(app): State<App>, scope: MessageScope, ids: Ids) -> Result<Json<ConversationView>, Problem> {
    sides::seen(&app, &scope, agree::ask(&app, &Party::from(&scope), ids.0.1).await?).await
}

/// Blocks the attendee, or lets them write again.
#[utoipa::path(put, path = "/exhibitors/{exhibitor_id}/conversations/{conversation_id}/block",
    operation_id = "block_attendee", tag = "conversations",
    params(("exhibitor_id" = ExhibitorId, Path), ("conversation_id" = ConversationId, Path)),
    request_body = Block, responses((status = 200, description = "Done", body = ConversationView), Refused))]
async fn block(
    State(app): State<App>,
    scope: MessageScope,
    ids: Ids,
    Payload(sent): Payload<Block>,
) -> Result<Json<ConversationView>, Problem> {
    sides::block(&app, &scope, ids.0.1, &sent).await
}

/// Reports a conversation to the organiser, who learns that and why, not what was written.
#[utoipa::path(post, path = "/exhibitors/{exhibitor_id}/conversations/{conversation_id}/report",
    operation_id = "report_attendee", tag = "conversations",
    params(("exhibitor_id" = ExhibitorId, Path), ("conversation_id" = ConversationId, Path)),
    request_body = NewReport, responses((status = 204, description = "Reported"), Refused))]
async fn report(
    State(app): State<App>,
    scope: MessageScope,
    ids: Ids,
    Payload(sent): Payload<NewReport>,
) -> Result<StatusCode, Problem> {
    sides::report(&app, &scope, ids.0.1, &sent).await
}

/// Adds somebody of the team to a conversation, who then reads all of it.
#[utoipa::path(post, path = "/exhibitors/{exhibitor_id}/conversations/{conversation_id}/members",
    operation_id = "add_conversation_member", tag = "conversations",
    params(("exhibitor_id" = ExhibitorId, Path), ("conversation_id" = ConversationId, Path)),
    request_body = NewMember, responses((status = 201, description = "Added", body = ConversationView), Refused))]
async fn add_member(
    State(app): State<App>,
    scope: MessageScope,
    ids: Ids,
    Payload(sent): Payload<NewMember>,
) -> Result<(StatusCode, Json<ConversationView>), Problem> {
    sides::written(&app, &scope, members::add(&app, &Party::from(&scope), ids.0.1, sent.member_id).await?).await
}

/// Takes somebody out of a conversation; the last one stays.
#[utoipa::path(delete, path = "/exhibitors/{exhibitor_id}/conversations/{conversation_id}/members/{member_id}",
    operation_id = "remove_conversation_member", tag = "conversations",
    params(("exhibitor_id" = ExhibitorId, Path), ("conversation_id" = ConversationId, Path),
        ("member_id" = TeamMemberId, Path)),
    responses((status = 204, description = "Removed"), Refused))]
async fn remove_member(
    State(app): State<App>,
    scope: MessageScope,
    ids: PathIds<(ExhibitorId, ConversationId, TeamMemberId)>,
) -> Result<StatusCode, Problem> {
    members::remove(&app, &Party::from(&scope), ids.0.1, ids.0.2).await?;
    Ok(StatusCode::NO_CONTENT)
}
