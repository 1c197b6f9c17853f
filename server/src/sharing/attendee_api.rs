//! The attendee's side of conversations.

use super::api::{Block, NewReport, NewText, ReadUpTo};
use super::sides::{self, Seen};
use super::view::{AttendeeConversationView, MessageView};
use super::{Party, agree, news, talk};
use crate::access::ProvenScope;
use crate::app::App;
use crate::extract::{Params, PathIds, Payload};
use crate::openapi::Refused;
use crate::paging::{Page, PageParams};
use crate::problem::Problem;
use axum::Json;
use axum::extract::{FromRequestParts as _, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use mobile_core::ids::{ConversationId, ExhibitorId};
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, begin))
        .routes(routes!(get))
        .routes(routes!(messages, write))
        .routes(routes!(read))
        .routes(routes!(share))
        .routes(routes!(block))
        .routes(routes!(report))
        .routes(routes!(wait))
}

/// A message to an exhibitor.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewAttendeeConversation {
    /// To whom.
    exhibitor_id: ExhibitorId,
    /// What, 1 to 4,000 characters; shown as text, whatever it holds.
    text: String,
    /// Whether the exhibitor is to see the attendee's contact details; absent: as it is.
    #[serde(default)]
    share: bool,
}

/// What an attendee says about their contact details.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct SharingWord {
    /// True: the exhibitor sees them. False: refused, or taken back.
    granted: bool,
}

/// What is waited for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct WaitParams {
    /// The `state` of the answer before; absent: answers at once.
    since: Option<i64>,
    /// Seconds to wait for news, 0 to 55.
    #[param(minimum = 0, maximum = 55, default = 25)]
    wait: Option<u64>,
}

type Ids = PathIds<(String, ConversationId)>;

/// Lists an attendee's conversations, the one that changed last first.
#[utoipa::path(get, path = "/attendee/{token}/conversations", operation_id = "list_attendee_conversations",
    tag = "conversations", params(("token" = String, Path), PageParams),
    responses((status = 200, description = "A page of conversations", body = Page<AttendeeConversationView>), Refused))]
async fn list(
    State(app): State<App>,
    scope: ProvenScope,
    Params(page): Params<PageParams>,
) -> Result<Json<Page<AttendeeConversationView>>, Problem> {
    sides::list(&app, &scope, None, &page).await
}

/// Writes to an exhibitor; contact details go along only when the attendee says so.
#[utoipa::path(post, path = "/attendee/{token}/conversations", operation_id = "begin_attendee_conversation",
    tag = "conversations", params(("token" = String, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes sending again safe")),
    request_body = NewAttendeeConversation,
    responses((status = 201, description = "Written", body = AttendeeConversationView), Refused))]
async fn begin(
    State(app): State<App>,
    scope: ProvenScope,
    Payload(sent): Payload<NewAttendeeConversation>,
) -> Result<(StatusCode, Json<AttendeeConversationView>), Problem> {
    let party = Party::from(&*scope);
    let both = (sent.exhibitor_id, scope.registration());
    let mut row = talk::begin(&app, &party, both, &sent.text).await?;
    if sent.share {
        row = agree::share(&app, &party, row.id, true).await?;
    }
    sides::written(&app, &scope, row).await
}

/// One conversation of an attendee.
#[utoipa::path(get, path = "/attendee/{token}/conversations/{conversation_id}",
    operation_id = "get_attendee_conversation", tag = "conversations",
    params(("token" = String, Path), ("conversation_id" = ConversationId, Path)),
    responses((status = 200, description = "The conversation", body = AttendeeConversationView), Refused))]
async fn get(State(app): State<App>, scope: ProvenScope, ids: Ids) -> Seen<ProvenScope> {
    sides::get(&app, &scope, ids.0.1).await
}

/// Lists the messages of an attendee's conversation, the newest first.
#[utoipa::path(get, path = "/attendee/{token}/conversations/{conversation_id}/messages",
    operation_id = "list_attendee_messages", tag = "conversations",
    params(("token" = String, Path), ("conversation_id" = ConversationId, Path), PageParams),
    responses((status = 200, description = "A page of messages", body = Page<MessageView>), Refused))]
async fn messages(
    State(app): State<App>,
    scope: ProvenScope,
    ids: Ids,
    Params(page): Params<PageParams>,
) -> Result<Json<Page<MessageView>>, Problem> {
    sides::messages(&app, &scope, ids.0.1, &page).await
}

/// Writes into an attendee's conversation.
#[utoipa::path(post, path = "/attendee/{token}/conversations/{conversation_id}/messages",
    operation_id = "write_attendee_message", tag = "conversations",
    params(("token" = String, Path), ("conversation_id" = ConversationId, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes sending again safe")),
    request_body = NewText,
    responses((status = 201, description = "Written", body = AttendeeConversationView), Refused))]
async fn write(
    State(app): State<App>,
    scope: ProvenScope,
    ids: Ids,
    Payload(sent): Payload<NewText>,
) -> Result<(StatusCode, Json<AttendeeConversationView>), Problem> {
    sides::write(&app, &scope, ids.0.1, &sent).await
}

/// Notes how far an attendee has read a conversation.
#[utoipa::path(post, path = "/attendee/{token}/conversations/{conversation_id}/read",
    operation_id = "read_attendee_conversation", tag = "conversations",
    params(("token" = String, Path), ("conversation_id" = ConversationId, Path)), request_body = ReadUpTo,
    responses((status = 204, description = "Noted"), Refused))]
async fn read(
    State(app): State<App>,
    scope: ProvenScope,
    ids: Ids,
    Payload(sent): Payload<ReadUpTo>,
) -> Result<StatusCode, Problem> {
    sides::read(&app, &scope, ids.0.1, &sent).await
}

/// Shares the attendee's contact details with the exhibitor, refuses to, or takes them back.
#[utoipa::path(post, path = "/attendee/{token}/conversations/{conversation_id}/sharing",
    operation_id = "share_contact", tag = "conversations",
    params(("token" = String, Path), ("conversation_id" = ConversationId, Path)), request_body = SharingWord,
    responses((status = 200, description = "As it is now", body = AttendeeConversationView), Refused))]
async fn share(
    State(app): State<App>,
    scope: ProvenScope,
    ids: Ids,
    Payload(sent): Payload<SharingWord>,
) -> Seen<ProvenScope> {
    sides::seen(&app, &scope, agree::share(&app, &Party::from(&*scope), ids.0.1, sent.granted).await?).await
}

/// Blocks the exhibitor, or lets it write again.
#[utoipa::path(put, path = "/attendee/{token}/conversations/{conversation_id}/block",
    operation_id = "block_exhibitor", tag = "conversations",
    params(("token" = String, Path), ("conversation_id" = ConversationId, Path)), request_body = Block,
    responses((status = 200, description = "Done", body = AttendeeConversationView), Refused))]
async fn block(
    State(app): State<App>,
    scope: ProvenScope,
    ids: Ids,
    Payload(sent): Payload<Block>,
) -> Seen<ProvenScope> {
    sides::block(&app, &scope, ids.0.1, &sent).await
}

/// Reports the exhibitor to the organiser, who learns that and why, not what was written.
#[utoipa::path(post, path = "/attendee/{token}/conversations/{conversation_id}/report",
    operation_id = "report_exhibitor", tag = "conversations",
    params(("token" = String, Path), ("conversation_id" = ConversationId, Path)), request_body = NewReport,
    responses((status = 204, description = "Reported"), Refused))]
async fn report(
    State(app): State<App>,
    scope: ProvenScope,
    ids: Ids,
    Payload(sent): Payload<NewReport>,
) -> Result<StatusCode, Problem> {
    sides::report(&app, &scope, ids.0.1, &sent).await
}

/// Waits until something changes in an attendee's conversations.
#[utoipa::path(get, path = "/attendee/{token}/news", operation_id = "wait_for_attendee_news", tag = "conversations",
    params(("token" = String, Path), WaitParams),
    responses((status = 200, description = "As it is now", body = news::News), Refused))]
async fn wait(
    State(app): State<App>,
    scope: ProvenScope,
    mut parts: Parts,
    Params(params): Params<WaitParams>,
) -> Result<Json<news::News>, Problem> {
    let wait = params.wait.unwrap_or(25);
    if wait > crate::feed::poll::LONGEST_WAIT {
        return Err(Problem::field("?wait", "must be from 0 to 55"));
    }
    let news = news::wait(&app, &scope, params.since, std::time::Duration::from_secs(wait)).await?;
    // Whose sign-in ended meanwhile does not hear what came.
    ProvenScope::from_request_parts(&mut parts, &app).await?;
    Ok(Json(news))
}
