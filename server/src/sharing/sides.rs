//! What both sides' routes of conversations do the same way, each with its own proof and its own view of a
//! conversation.

use super::api::{Block, NewReport, NewText, ReadUpTo};
use super::store::ConversationRow;
use super::view::{self, AttendeeConversationView, ConversationView, MessageView};
use super::{Party, Sharing, agree, talk};
use crate::access::{MessageScope, ProvenScope};
use crate::app::App;
use crate::paging::{Page, PageParams};
use crate::problem::Problem;
use axum::Json;
use axum::http::StatusCode;
use mobile_core::ids::ConversationId;

/// The proof of one side.
pub(super) trait Speaker: Sync {
    /// A conversation as this side sees it.
    type View: Send;

    /// Who speaks.
    fn party(&self) -> Party;

    /// Conversations as this side sees them, in the same order.
    fn shown(
        &self,
        app: &App,
        rows: Vec<ConversationRow>,
    ) -> impl Future<Output = Result<Vec<Self::View>, Problem>> + Send;
}

impl Speaker for MessageScope {
    type View = ConversationView;

    fn party(&self) -> Party {
        Party::from(self)
    }

    async fn shown(&self, app: &App, rows: Vec<ConversationRow>) -> Result<Vec<ConversationView>, Problem> {
        view::to_exhibitor(app, self, rows).await
    }
}

impl Speaker for ProvenScope {
    type View = AttendeeConversationView;

    fn party(&self) -> Party {
        Party::from(&**self)
    }

    async fn shown(&self, app: &App, rows: Vec<ConversationRow>) -> Result<Vec<AttendeeConversationView>, Problem> {
        view::to_attendee(app, &self.party(), rows).await
    }
}

/// A conversation as one side sees it.
pub(super) type Seen<S> = Result<Json<<S as Speaker>::View>, Problem>;
/// The same, after something was written into it.
pub(super) type Written<S> = Result<(StatusCode, Json<<S as Speaker>::View>), Problem>;

/// One conversation as its side sees it.
pub(super) async fn seen<S: Speaker>(app: &App, scope: &S, row: ConversationRow) -> Seen<S> {
    scope.shown(app, vec![row]).await?.pop().map(Json).ok_or_else(Problem::not_found)
}

/// The same, for what was just written.
pub(super) async fn written<S: Speaker>(app: &App, scope: &S, row: ConversationRow) -> Written<S> {
    Ok((StatusCode::CREATED, seen(app, scope, row).await?))
}

pub(super) async fn list<S: Speaker>(
    app: &App,
    scope: &S,
    sharing: Option<Sharing>,
    page: &PageParams,
) -> Result<Json<Page<S::View>>, Problem> {
    let found = talk::list(app, &scope.party(), sharing, page).await?;
    let items = scope.shown(app, found.items).await?;
    Ok(Json(Page { items, next_cursor: found.next_cursor, seq: found.seq }))
}

pub(super) async fn get<S: Speaker>(app: &App, scope: &S, id: ConversationId) -> Seen<S> {
    seen(app, scope, talk::get(app, &scope.party(), id).await?).await
}

pub(super) async fn messages<S: Speaker>(
    app: &App,
    scope: &S,
    id: ConversationId,
    page: &PageParams,
) -> Result<Json<Page<MessageView>>, Problem> {
    let party = scope.party();
    let found = talk::messages(app, &party, id, page).await?;
    let items = view::messages(app, &party, found.items).await?;
    Ok(Json(Page { items, next_cursor: found.next_cursor, seq: found.seq }))
}

pub(super) async fn write<S: Speaker>(app: &App, scope: &S, id: ConversationId, sent: &NewText) -> Written<S> {
    written(app, scope, talk::write(app, &scope.party(), id, &sent.text).await?).await
}

pub(super) async fn read<S: Speaker>(
    app: &App,
    scope: &S,
    id: ConversationId,
    sent: &ReadUpTo,
) -> Result<StatusCode, Problem> {
    talk::read(app, &scope.party(), id, sent.number).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn block<S: Speaker>(app: &App, scope: &S, id: ConversationId, sent: &Block) -> Seen<S> {
    seen(app, scope, agree::block(app, &scope.party(), id, sent.blocked).await?).await
}

pub(super) async fn report<S: Speaker>(
    app: &App,
    scope: &S,
    id: ConversationId,
    sent: &NewReport,
) -> Result<StatusCode, Problem> {
    agree::report(app, &scope.party(), id, sent.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}
