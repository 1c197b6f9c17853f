//! Routes of the live streams.

use super::poll::{self, LONGEST_WAIT, Polled};
use super::socket::{self, Subscriber, Watch};
use super::{audience::AudienceKey, tickets};
use crate::access::{Identity, LiveScope, MonitorScope, identity};
use crate::app::App;
use crate::audit;
use crate::extract::{Params, PathIds, Payload};
use crate::openapi::Refused;
use crate::problem::Problem;
use axum::Json;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use mobile_core::ids::{EventId, ExhibitorId};
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(exhibitor_live))
        .routes(routes!(exhibitor_feed))
        .routes(routes!(event_live))
        .routes(routes!(event_feed))
        .routes(routes!(wall_live))
        .routes(routes!(wall_feed))
        .routes(routes!(make_ticket))
}

/// Where a stream begins.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Live {
    /// The last `seq` seen; absent: only what is new.
    since: Option<u64>,
    /// A ticket of `POST /live-tickets`, where no header can be sent.
    ticket: Option<String>,
}

/// Where a poll begins and how long it waits.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Poll {
    /// The last `seq` seen; absent: only what is new.
    since: Option<u64>,
    /// Seconds to wait for something new, at most 55; 25 when absent.
    wait: Option<u64>,
}

impl Poll {
    fn wait(&self) -> Duration {
        Duration::from_secs(self.wait.unwrap_or(25).min(LONGEST_WAIT))
    }
}

/// Who opens a stream: by header, by cookie, or by a ticket.
struct Opener {
    identity: Identity,
    token: Option<Box<str>>,
    ticket: Option<tickets::Ticket>,
}

impl FromRequestParts<App> for Opener {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Params(live) = Params::<Live>::from_request_parts(parts, app).await?;
        if let Some(ticket) = live.ticket {
            let ticket = tickets::redeem(app, &ticket).await?;
            return Ok(Self { identity: ticket.identity.clone(), token: None, ticket: Some(ticket) });
        }
        if let Some(token) = token_of_protocols(&parts.headers) {
            parts.headers.insert(header::AUTHORIZATION, token);
        }
        let identity = Identity::from_request_parts(parts, app).await?;
        // A view is no sign-in: the cookie's token would stand for whoever looks.
        let token = identity::token_of(&parts.headers).filter(|_| !matches!(identity, Identity::View(_)));
        let token = token.map(|(token, _)| token.into());
        Ok(Self { identity, token, ticket: None })
    }
}

impl Opener {
    /// By what the right to see is looked up again.
    fn into_watch(self) -> Watch {
        match self.token {
            Some(token) => Watch::Token(token),
            None => Watch::Named(self.identity),
        }
    }
}

/// What a browser asks for as a protocol of the socket, beside [`PROTOCOL`]: the token of a device, whose
/// page has neither a cookie nor a header to send it with.
const BEARER: &str = "bearer.";
/// The protocol that is spoken; a browser that asked for some wants one of them named.
const PROTOCOL: &str = "leadline";

/// The token among the protocols that a socket asks for, as the header that other clients send.
fn token_of_protocols(headers: &HeaderMap) -> Option<HeaderValue> {
    let protocols = headers.get(header::SEC_WEBSOCKET_PROTOCOL)?.to_str().ok()?;
    let token = protocols.split(',').find_map(|protocol| protocol.trim().strip_prefix(BEARER))?;
    HeaderValue::try_from(format!("Bearer {token}")).ok()
}

/// axum's buffer of 128 KiB is cleared at each poll, which makes a socket three times slower; what
/// clients send here is small.
fn tuned(upgrade: WebSocketUpgrade) -> WebSocketUpgrade {
    let upgrade = upgrade.protocols([PROTOCOL]);
    upgrade.read_buffer_size(2048).write_buffer_size(4096).max_message_size(64 * 1024).max_frame_size(64 * 1024)
}

type Upgrade = Result<WebSocketUpgrade, axum::extract::ws::rejection::WebSocketUpgradeRejection>;

fn upgraded(upgrade: Upgrade) -> Result<WebSocketUpgrade, Problem> {
    upgrade.map(tuned).map_err(|_| {
        Problem::new(Reason::InvalidField, "This address speaks WebSocket; use …/feed for a long poll over plain HTTP.")
    })
}

/// The exhibitor's stream (WebSocket).
#[utoipa::path(get, path = "/exhibitors/{exhibitor_id}/live", operation_id = "exhibitor_live", tag = "live",
    params(("exhibitor_id" = Uuid, Path), Live),
    responses((status = 101, description = "Switching to WebSocket; text frames, each a `Frame` of the schemas"),
        Refused))]
async fn exhibitor_live(
    opener: Opener,
    State(app): State<App>,
    PathIds(exhibitor): PathIds<ExhibitorId>,
    Params(live): Params<Live>,
    upgrade: Upgrade,
) -> Result<Response, Problem> {
    if opener.ticket.as_ref().is_some_and(|ticket| ticket.exhibitor != Some(exhibitor)) {
        return Err(Problem::not_found());
    }
    let scope = LiveScope::of(&app, &opener.identity, exhibitor).await?;
    audit::read(&app, &scope, "stream").await?;
    let key = AudienceKey::Exhibitor(exhibitor, scope.sees());
    let subscriber = Subscriber { watch: opener.into_watch(), event: scope.event(), key, since: live.since };
    Ok(upgraded(upgrade)?.on_upgrade(move |socket| socket::serve(app, socket, subscriber)))
}

/// The exhibitor's stream as a long poll.
#[utoipa::path(get, path = "/exhibitors/{exhibitor_id}/feed", operation_id = "exhibitor_feed", tag = "live",
    params(("exhibitor_id" = Uuid, Path), Poll),
    responses((status = 200, body = Polled), Refused))]
async fn exhibitor_feed(
    headers: HeaderMap,
    identity: Identity,
    scope: LiveScope,
    State(app): State<App>,
    Params(poll): Params<Poll>,
) -> Result<Json<Polled>, Problem> {
    audit::read(&app, &scope, "stream").await?;
    let key = AudienceKey::Exhibitor(scope.exhibitor(), scope.sees());
    let polled = poll::poll(&app, scope.event(), key, poll.since, poll.wait()).await?;
    if let Identity::View(_) = identity {
        // A view is no sign-in: the cookie's token would stand for whoever looks.
        Watch::Named(identity).still_sees(&app, scope.event(), key).await?;
    } else {
        still_sees(&app, &headers, scope.event(), key).await?;
    }
    Ok(Json(polled))
}

/// The organiser's stream (WebSocket).
///
/// An exhibitor or a device that the monitor lists no more (deleted, unpaired, made a test) is told once again in its
/// last state, with `is_gone`; who comes back with `since` hears it too.
#[utoipa::path(get, path = "/events/{event_id}/live", operation_id = "event_live", tag = "live",
    params(("event_id" = Uuid, Path), Live),
    responses((status = 101, description = "Switching to WebSocket; text frames, each a `Frame` of the schemas"),
        Refused))]
async fn event_live(
    opener: Opener,
    State(app): State<App>,
    PathIds(event): PathIds<EventId>,
    Params(live): Params<Live>,
    upgrade: Upgrade,
) -> Result<Response, Problem> {
    follow(app, opener, event, AudienceKey::Monitor, live.since, upgrade).await
}

/// Opens a stream of the organiser's.
async fn follow(
    app: App,
    opener: Opener,
    event: EventId,
    key: AudienceKey,
    since: Option<u64>,
    upgrade: Upgrade,
) -> Result<Response, Problem> {
    if opener.ticket.as_ref().is_some_and(|ticket| ticket.event != Some(event)) {
        return Err(Problem::not_found());
    }
    let scope = MonitorScope::of(&app, &opener.identity, event).await?;
    let subscriber = Subscriber { watch: opener.into_watch(), event: scope.event(), key, since };
    Ok(upgraded(upgrade)?.on_upgrade(move |socket| socket::serve(app, socket, subscriber)))
}

/// The organiser's stream as a long poll.
#[utoipa::path(get, path = "/events/{event_id}/feed", operation_id = "event_feed", tag = "live",
    params(("event_id" = Uuid, Path), Poll),
    responses((status = 200, body = Polled), Refused))]
async fn event_feed(
    headers: HeaderMap,
    scope: MonitorScope,
    State(app): State<App>,
    Params(poll): Params<Poll>,
) -> Result<Json<Polled>, Problem> {
    wait_for(&app, &headers, &scope, AudienceKey::Monitor, &poll).await
}

/// Waits for what is new on a stream of the organiser's.
async fn wait_for(
    app: &App,
    headers: &HeaderMap,
    scope: &MonitorScope,
    key: AudienceKey,
    poll: &Poll,
) -> Result<Json<Polled>, Problem> {
    let polled = poll::poll(app, scope.event(), key, poll.since, poll.wait()).await?;
    still_sees(app, headers, scope.event(), key).await?;
    Ok(Json(polled))
}

/// A poll waits: whoever may not see any more what came meanwhile does not get it.
async fn still_sees(app: &App, headers: &HeaderMap, event: EventId, key: AudienceKey) -> Result<(), Problem> {
    let (token, _) = identity::token_of(headers).ok_or_else(Problem::not_found)?;
    Watch::Token(token.into()).still_sees(app, event, key).await.map(drop)
}

/// The stream of a wall (WebSocket): totals and halls once a second at most, and no name, no device, no id.
#[utoipa::path(get, path = "/events/{event_id}/wall/live", operation_id = "wall_live", tag = "live",
    params(("event_id" = Uuid, Path), Live),
    responses((status = 101, description = "Switching to WebSocket; text frames, of type `wall.stats` and the ones \
        that keep a stream going"), Refused))]
async fn wall_live(
    opener: Opener,
    State(app): State<App>,
    PathIds(event): PathIds<EventId>,
    Params(live): Params<Live>,
    upgrade: Upgrade,
) -> Result<Response, Problem> {
    follow(app, opener, event, AudienceKey::Wall, live.since, upgrade).await
}

/// The stream of a wall as a long poll.
#[utoipa::path(get, path = "/events/{event_id}/wall/feed", operation_id = "wall_feed", tag = "live",
    params(("event_id" = Uuid, Path), Poll),
    responses((status = 200, body = Polled), Refused))]
async fn wall_feed(
    headers: HeaderMap,
    scope: MonitorScope,
    State(app): State<App>,
    Params(poll): Params<Poll>,
) -> Result<Json<Polled>, Problem> {
    wait_for(&app, &headers, &scope, AudienceKey::Wall, &poll).await
}

/// Which stream a ticket opens: one of the two.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewTicket {
    /// The exhibitor's stream.
    exhibitor_id: Option<ExhibitorId>,
    /// The organiser's stream.
    event_id: Option<EventId>,
}

/// A ticket.
#[derive(Debug, Serialize, ToSchema)]
struct TicketView {
    /// Send it as `?ticket=`, once.
    ticket: String,
    /// When it ends.
    expires_at: Timestamp,
}

/// Get a ticket for a stream, where no header can be sent.
#[utoipa::path(post, path = "/live-tickets", operation_id = "make_live_ticket", tag = "live",
    request_body = NewTicket,
    responses((status = 201, body = TicketView), Refused))]
async fn make_ticket(
    identity: Identity,
    State(app): State<App>,
    Payload(new): Payload<NewTicket>,
) -> Result<(StatusCode, Json<TicketView>), Problem> {
    let account = identity.account()?.clone();
    match (new.exhibitor_id, new.event_id) {
        (Some(exhibitor), None) => {
            LiveScope::of(&app, &identity, exhibitor).await?;
        }
        (None, Some(event)) => {
            MonitorScope::of(&app, &identity, event).await?;
        }
        _ => return Err(Problem::field("/exhibitor_id", "name either exhibitor_id or event_id")),
    }
    let (ticket, expires_at) = tickets::make(&app, &account, new.exhibitor_id, new.event_id).await?;
    Ok((StatusCode::CREATED, Json(TicketView { ticket, expires_at })))
}
