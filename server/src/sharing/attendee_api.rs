//! The attendee's side of conversations.

use super::api::{Block, NewReport, NewText, ReadUpTo};
use super::store::ConversationRow;
use super::view::{self, AttendeeConversationView, MessageView};
use super::{Party, agree, news, talk};
use crate::access::AttendeeScope;
use crate::app::App;
use crate::extract::{Params, PathIds, Payload};
use crate::openapi::Refused;
use crate::paging::{Page, PageParams};
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
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

async fn shown(app: &App, party: &Party, row: ConversationRow) -> Result<Json<AttendeeConversationView>, Problem> {
    Ok(Json(view::one_to_attendee(app, party, row).await?))
}

/// Lists an attendee's conversations, the one that changed last first.
#[utoipa::path(get, path = "/attendee/{token}/conversations", operation_id = "list_attendee_conversations",
    tag = "conversations", params(("token" = String, Path), PageParams),
    responses((status = 200, description = "A page of conversations", body = Page<AttendeeConversationView>), Refused))]
async fn list(
    State(app): State<App>,
    scope: AttendeeScope,
    Params(page): Params<PageParams>,
) -> Result<Json<Page<AttendeeConversationView>>, Problem> {
    let party = Party::from(&scope);
    let found = talk::list(&app, &party, None, &page).await?;
    let items = view::to_attendee(&app, &party, found.items).await?;
    Ok(Json(Page { items, next_cursor: found.next_cursor, seq: found.seq }))
}

/// Writes to an exhibitor; contact details go along only when the attendee says so.
#[utoipa::path(post, path = "/attendee/{token}/conversations", operation_id = "begin_attendee_conversation",
    tag = "conversations", params(("token" = String, Path)), request_body = NewAttendeeConversation,
    responses((status = 201, description = "Written", body = AttendeeConversationView), Refused))]
async fn begin(
    State(app): State<App>,
    scope: AttendeeScope,
    Payload(sent): Payload<NewAttendeeConversation>,
) -> Result<(StatusCode, Json<AttendeeConversationView>), Problem> {
    let party = Party::from(&scope);
    let both = (sent.exhibitor_id, scope.registration());
    let mut row = talk::begin(&app, &party, both, &sent.text).await?;
    if sent.share {
        row = agree::share(&app, &party, row.id, true).await?;
    }
    Ok((StatusCode::CREATED, shown(&app, &party, row).await?))
}

/// One conversation of an attendee.
#[utoipa::path(get, path = "/attendee/{token}/conversations/{conversation_id}",
    operation_id = "get_attendee_conversation", tag = "conversations",
    params(("token" = String, Path), ("conversation_id" = ConversationId, Path)),
    responses((status = 200, description = "The conversation", body = AttendeeConversationView), Refused))]
async fn get(
    State(app): State<App>,
    scope: AttendeeScope,
    ids: Ids,
) -> Result<Json<AttendeeConversationView>, Problem> {
    let party = Party::from(&scope);
    let row = talk::get(&app, &party, ids.0.1).await?;
    shown(&app, &party, row).await
}

/// Lists the messages of an attendee's conversation, the newest first.
#[utoipa::path(get, path = "/attendee/{token}/conversations/{conversation_id}/messages",
    operation_id = "list_attendee_messages", tag = "conversations",
    params(("token" = String, Path), ("conversation_id" = ConversationId, Path), PageParams),
    responses((status = 200, description = "A page of messages", body = Page<MessageView>), Refused))]
async fn messages(
    State(app): State<App>,
    scope: AttendeeScope,
    ids: Ids,
    Params(page): Params<PageParams>,
) -> Result<Json<Page<MessageView>>, Problem> {
    let party = Party::from(&scope);
    let found = talk::messages(&app, &party, ids.0.1, &page).await?;
    let items = view::messages(&app, &party, found.items).await?;
    Ok(Json(Page { items, next_cursor: found.next_cursor, seq: found.seq }))
}

/// Writes into an attendee's conversation.
#[utoipa::path(post, path = "/attendee/{token}/conversations/{conversation_id}/messages",
    operation_id = "write_attendee_message", tag = "conversations",
    params(("token" = String, Path), ("conversation_id" = ConversationId, Path)), request_body = NewText,
    responses((status = 201, description = "Written", body = AttendeeConversationView), Refused))]
async fn write(
    State(app): State<App>,
    scope: AttendeeScope,
    ids: Ids,
    Payload(sent): Payload<NewText>,
) -> Result<(StatusCode, Json<AttendeeConversationView>), Problem> {
    let party = Party::from(&scope);
    let row = talk::write(&app, &party, ids.0.1, &sent.text).await?;
    Ok((StatusCode::CREATED, shown(&app, &party, row).await?))
}

/// Notes how far an attendee has read a conversation.
#[utoipa::path(post, path = "/attendee/{token}/conversations/{conversation_id}/read",
    operation_id = "read_attendee_conversation", tag = "conversations",
    params(("token" = String, Path), ("conversation_id" = ConversationId, Path)), request_body = ReadUpTo,
    responses((status = 204, description = "Noted"), Refused))]
async fn read(
    State(app): State<App>,
    scope: AttendeeScope,
    ids: Ids,
    Payload(sent): Payload<ReadUpTo>,
) -> Result<StatusCode, Problem> {
    talk::read(&app, &Party::from(&scope), ids.0.1, sent.number).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Shares the attendee's contact details with the exhibitor, refuses to, or takes them back.
#[utoipa::path(post, path = "/attendee/{token}/conversations/{conversation_id}/sharing",
    operation_id = "share_contact", tag = "conversations",
    params(("token" = String, Path), ("conversation_id" = ConversationId, Path)), request_body = SharingWord,
    responses((status = 200, description = "As it is now", body = AttendeeConversationView), Refused))]
async fn share(
    State(app): State<App>,
    scope: AttendeeScope,
    ids: Ids,
    Payload(sent): Payload<SharingWord>,
) -> Result<Json<AttendeeConversationView>, Problem> {
    let party = Party::from(&scope);
    let row = agree::share(&app, &party, ids.0.1, sent.granted).await?;
    shown(&app, &party, row).await
}

/// Blocks the exhibitor, or lets it write again.
#[utoipa::path(put, path = "/attendee/{token}/conversations/{conversation_id}/block",
    operation_id = "block_exhibitor", tag = "conversations",
    params(("token" = String, Path), ("conversation_id" = ConversationId, Path)), request_body = Block,
    responses((status = 200, description = "Done", body = AttendeeConversationView), Refused))]
async fn block(
    State(app): State<App>,
    scope: AttendeeScope,
    ids: Ids,
    Payload(sent): Payload<Block>,
) -> Result<Json<AttendeeConversationView>, Problem> {
    let party = Party::from(&scope);
    let row = agree::block(&app, &party, ids.0.1, sent.blocked).await?;
    shown(&app, &party, row).await
}

/// Reports the exhibitor to the organiser, who learns that and why, not what was written.
#[utoipa::path(post, path = "/attendee/{token}/conversations/{conversation_id}/report",
    operation_id = "report_exhibitor", tag = "conversations",
    params(("token" = String, Path), ("conversation_id" = ConversationId, Path)), request_body = NewReport,
    responses((status = 204, description = "Reported"), Refused))]
async fn report(
    State(app): State<App>,
    scope: AttendeeScope,
    ids: Ids,
    Payload(sent): Payload<NewReport>,
) -> Result<StatusCode, Problem> {
    agree::report(&app, &Party::from(&scope), ids.0.1, sent.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Waits until something changes in an attendee's conversations.
#[utoipa::path(get, path = "/attendee/{token}/news", operation_id = "wait_for_attendee_news", tag = "conversations",
    params(("token" = String, Path), WaitParams),
    responses((status = 200, description = "As it is now", body = news::News), Refused))]
async fn wait(
    State(app): State<App>,
    scope: AttendeeScope,
    Params(params): Params<WaitParams>,
) -> Result<Json<news::News>, Problem> {
    let wait = params.wait.unwrap_or(25);
    if wait > crate::feed::poll::LONGEST_WAIT {
        return Err(Problem::field("?wait", "must be from 0 to 55"));
    }
    Ok(Json(news::wait(&app, &scope, params.since, std::time::Duration::from_secs(wait)).await?))
}
