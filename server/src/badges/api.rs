//! Badges over HTTP: pictures and sheets to print, and what becomes of a badge.

use super::print::{self, BadgeFace};
use super::stock::{StockParams, print_problem};
use super::store::{self, FaceFilter, FaceRow};
use super::{Badge, BadgeStatus, category, printed_number};
use crate::access::DeskScope;
use crate::app::App;
use crate::audit;
use crate::extract::{Params, PathIds, Payload};
use crate::openapi::Refused;
use crate::problem::Problem;
use crate::storage::cursor;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use mobile_core::capture::ContactField;
use mobile_core::ids::{BadgeId, EventId, RegistrationId};
use mobile_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this slice.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(badge_file))
        .routes(routes!(badge_sheets))
        .routes(routes!(print_badge))
        .routes(routes!(reissue_badge))
        .routes(routes!(revoke_badge))
        .routes(routes!(assign_badge))
}

/// A badge.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct BadgeView {
    /// The badge.
    pub id: BadgeId,
    /// Whom it stands for.
    pub registration_id: RegistrationId,
    /// What its QR code says.
    pub code: String,
    /// Its number as printed, for typing.
    #[schema(example = "7F3K-92QX")]
    pub number: String,
    /// What it is good for.
    pub status: BadgeStatus,
    /// Whether the code came with an import.
    pub is_imported: bool,
    /// How often it was printed.
    pub print_count: i64,
    /// When it was issued.
    pub created_at: Timestamp,
    /// When it stopped being active.
    pub revoked_at: Option<Timestamp>,
}

impl From<&Badge> for BadgeView {
    fn from(badge: &Badge) -> Self {
        Self {
            id: badge.id,
            registration_id: badge.registration_id,
            code: badge.code.clone(),
            number: badge.printed_number(),
            status: badge.status,
            is_imported: badge.is_imported,
            print_count: badge.print_count,
            created_at: badge.created_at,
            revoked_at: badge.revoked_at,
        }
    }
}

/// The ids of a badge's address.
type BadgePath = PathIds<(EventId, BadgeId)>;

/// A badge as a picture, as a sheet to print, or as its data.
///
/// The ending of the address chooses: `.svg`, `.png` and `.pdf`, or none for JSON.
#[utoipa::path(get, path = "/events/{event_id}/badges/{badge_id}", operation_id = "get_badge", tag = "badges",
    params(
        ("event_id" = EventId, Path, description = "The event."),
        ("badge_id" = String, Path, description = "The badge's id, alone or with `.svg`, `.png` or `.pdf`."),
        StockParams,
    ),
    responses(
        (status = 200, description = "The badge", content(
            (BadgeView = "application/json"), (String = "image/svg+xml"),
            (Vec<u8> = "image/png"), (Vec<u8> = "application/pdf"))),
        Refused,
    ))]
async fn badge_file(
    scope: DeskScope,
    State(app): State<App>,
    path: PathIds<(EventId, String)>,
    Params(params): Params<StockParams>,
) -> Result<Response, Problem> {
    let (_, file) = path.0;
    let (id, ending) = file.split_once('.').map_or((file.as_str(), None), |(id, ending)| (id, Some(ending)));
    let id: BadgeId = id.parse().map_err(|_| Problem::not_found())?;
    let mut tx = app.read().await?;
    let Some(ending) = ending else {
        let badge = store::find(&mut tx, &scope, id).await?.ok_or_else(Problem::not_found)?;
        tx.done().await?;
        return Ok(Json(BadgeView::from(&badge)).into_response());
    };
    let row = store::face(&mut tx, &scope, id).await?.ok_or_else(Problem::not_found)?;
    tx.done().await?;
    let name = format!("badge-{}", printed_number(&row.number));
    let face = face_of(&app, &scope, row).await?;
    match ending {
        "svg" => {
            let svg = draw(move || print::svg(&face)).await?;
            Ok(file_response("image/svg+xml", &format!("{name}.svg"), svg.into_bytes()))
        }
        "png" => {
            let dpi = params.dpi();
            let png = draw(move || print::png(&face, dpi)).await?;
            Ok(file_response("image/png", &format!("{name}.png"), png))
        }
        "pdf" => {
            let stock = params.stock()?;
            let pdf = draw(move || print::pdf(&[face], &stock)).await?;
            Ok(file_response("application/pdf", &format!("{name}.pdf"), pdf))
        }
        _ => Err(Problem::not_found()),
    }
}

/// Which badges to print together.
#[derive(Debug, Default, Deserialize, Serialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct SheetParams {
    /// Only people of this category.
    category: Option<String>,
    /// Only badges that were never printed.
    unprinted: Option<bool>,
    /// Badges in one document, 1 to 500.
    limit: Option<u32>,
    /// Where the document before ended.
    cursor: Option<String>,
    // What to print on; `deny_unknown_fields` and `flatten` exclude each other.
    stock: Option<String>,
    preprinted: Option<bool>,
    one_ink: Option<bool>,
    margin_top: Option<f32>,
    margin_right: Option<f32>,
    margin_bottom: Option<f32>,
    margin_left: Option<f32>,
    columns: Option<u16>,
    rows: Option<u16>,
    offset_x: Option<f32>,
    offset_y: Option<f32>,
}

/// The active badges of the event as one document to print, up to 500 at a time.
///
/// While there are more, the header `Link` (`rel="next"`) says where the next document begins.
#[utoipa::path(get, path = "/events/{event_id}/badges.pdf", operation_id = "print_badges", tag = "badges",
    params(("event_id" = EventId, Path, description = "The event."), SheetParams),
    responses(
        (status = 200, description = "The sheets", body = Vec<u8>, content_type = "application/pdf"),
        Refused,
    ))]
async fn badge_sheets(
    scope: DeskScope,
    State(app): State<App>,
    Params(params): Params<SheetParams>,
) -> Result<Response, Problem> {
    let limit = cursor::limit(params.limit.or(Some(cursor::MAX_LIMIT)))?;
    let stock = params.stock().stock()?;
    let filter = FaceFilter {
        category: params.category.clone(),
        is_unprinted: params.unprinted.unwrap_or(false),
        after: cursor::place(params.cursor.as_deref())?,
        limit: i64::from(limit) + 1,
    };
    let mut tx = app.read().await?;
    let mut rows = store::faces(&mut tx, &scope, &filter).await?;
    tx.done().await?;
    let has_more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next = rows.last().filter(|_| has_more).map(|row| cursor::write(&row.id));
    let mut faces = Vec::with_capacity(rows.len());
    for row in rows {
        faces.push(face_of(&app, &scope, row).await?);
    }
    audit::read_people(&app, &scope, faces.len()).await?;
    let pdf = draw(move || print::pdf(&faces, &stock)).await?;
    let mut response = file_response("application/pdf", "badges.pdf", pdf);
    if let Some(link) = next.and_then(|next| params.link(&scope, next)) {
        response.headers_mut().insert(header::LINK, link);
    }
    Ok(response)
}

impl SheetParams {
    fn stock(&self) -> StockParams {
        StockParams {
            stock: self.stock.clone(),
            preprinted: self.preprinted,
            one_ink: self.one_ink,
            margin_top: self.margin_top,
            margin_right: self.margin_right,
            margin_bottom: self.margin_bottom,
            margin_left: self.margin_left,
            columns: self.columns,
            rows: self.rows,
            offset_x: self.offset_x,
            offset_y: self.offset_y,
            dpi: None,
        }
    }

    /// The same choice, on the same sheets, from another place on.
    fn link(mut self, scope: &DeskScope, next: String) -> Option<HeaderValue> {
        self.cursor = Some(next);
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in serde_json::to_value(self).ok()?.as_object()? {
            match value {
                Value::Null => {}
                Value::String(text) => {
                    query.append_pair(name, text);
                }
                other => {
                    query.append_pair(name, &other.to_string());
                }
            }
        }
        let link = format!("</api/v1/events/{}/badges.pdf?{}>; rel=\"next\"", scope.event(), query.finish());
        HeaderValue::from_str(&link).ok()
    }
}

/// Counts one print of a badge.
#[utoipa::path(post, path = "/events/{event_id}/badges/{badge_id}/print", operation_id = "count_badge_print", tag = "badges",
    params(
        ("event_id" = EventId, Path, description = "The event."),
        ("badge_id" = BadgeId, Path, description = "The badge."),
    ),
    responses(
        (status = 200, description = "Counted", body = BadgeView),
        Refused,
    ))]
async fn print_badge(scope: DeskScope, State(app): State<App>, path: BadgePath) -> Result<Json<BadgeView>, Problem> {
    Ok(Json(BadgeView::from(&super::print(&app, &scope, path.0.1).await?)))
}

/// Gives the person a new badge with a new code and number; the old one becomes `replaced`.
#[utoipa::path(post, path = "/events/{event_id}/badges/{badge_id}/reissue", operation_id = "reissue_badge", tag = "badges",
    params(
        ("event_id" = EventId, Path, description = "The event."),
        ("badge_id" = BadgeId, Path, description = "The badge to replace."),
    ),
    responses(
        (status = 201, description = "The new badge", body = BadgeView),
        Refused,
    ))]
async fn reissue_badge(
    scope: DeskScope,
    State(app): State<App>,
    path: BadgePath,
) -> Result<(StatusCode, Json<BadgeView>), Problem> {
    let badge = super::reissue(&app, &scope, path.0.1).await?;
    Ok((StatusCode::CREATED, Json(BadgeView::from(&badge))))
}

/// Why a badge ends.
#[derive(Debug, Clone, Copy, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum RevokeReason {
    /// The person carries another badge, which this one counts as from now on.
    Replaced,
    /// Lost: whoever carries it is not the person.
    Lost,
    /// The registration was cancelled.
    Cancelled,
    /// Used by somebody else.
    Misuse,
}

impl From<RevokeReason> for BadgeStatus {
    fn from(reason: RevokeReason) -> Self {
        match reason {
            RevokeReason::Replaced => Self::Replaced,
            RevokeReason::Lost => Self::Lost,
            RevokeReason::Cancelled => Self::Cancelled,
            RevokeReason::Misuse => Self::Misuse,
        }
    }
}

/// Ends a badge.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Revoke {
    /// Why.
    reason: RevokeReason,
}

/// Ends a badge. Scans made before stay as they are; later ones disclose nothing.
#[utoipa::path(post, path = "/events/{event_id}/badges/{badge_id}/revoke", operation_id = "revoke_badge", tag = "badges",
    params(
        ("event_id" = EventId, Path, description = "The event."),
        ("badge_id" = BadgeId, Path, description = "The badge."),
    ),
    request_body = Revoke,
    responses(
        (status = 200, description = "The badge as it is now", body = BadgeView),
        Refused,
    ))]
async fn revoke_badge(
    scope: DeskScope,
    State(app): State<App>,
    path: BadgePath,
    Payload(body): Payload<Revoke>,
) -> Result<Json<BadgeView>, Problem> {
    Ok(Json(BadgeView::from(&super::revoke(&app, &scope, path.0.1, body.reason.into()).await?)))
}

/// Says whose a badge really is.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Assign {
    /// Who wears it.
    registration_id: RegistrationId,
    /// Since when; absent: from now on.
    from: Option<Timestamp>,
}

/// Makes a badge stand for somebody else from a time on, where two people wear each other's.
///
/// Scans of it made at or after that time move to the other person's leads.
#[utoipa::path(post, path = "/events/{event_id}/badges/{badge_id}/assign", operation_id = "assign_badge", tag = "badges",
    params(
        ("event_id" = EventId, Path, description = "The event."),
        ("badge_id" = BadgeId, Path, description = "The badge."),
    ),
    request_body = Assign,
    responses(
        (status = 200, description = "The badge as it is now", body = BadgeView),
        Refused,
    ))]
async fn assign_badge(
    scope: DeskScope,
    State(app): State<App>,
    path: BadgePath,
    Payload(body): Payload<Assign>,
) -> Result<Json<BadgeView>, Problem> {
    let from = body.from.unwrap_or_else(|| app.now());
    Ok(Json(BadgeView::from(&super::assign(&app, &scope, path.0.1, body.registration_id, from).await?)))
}

/// What a badge shows, in words.
pub(crate) async fn face_of(app: &App, scope: &DeskScope, row: FaceRow) -> Result<BadgeFace, Problem> {
    let event = app.events.info(app, scope.event()).await?;
    let (category_label, category_colour) = category::label_and_colour(&row.category);
    let text = |field| row.contact.get(field).unwrap_or_default().to_owned();
    Ok(BadgeFace {
        first_name: text(ContactField::FirstName),
        last_name: text(ContactField::LastName),
        company: text(ContactField::Company),
        job_title: text(ContactField::JobTitle),
        category_label,
        category_colour,
        badge_number: printed_number(&row.number),
        code: row.code,
        event_name: event.name.clone(),
    })
}

/// Draws on a thread that may take its time.
pub(crate) async fn draw<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, print::PrintError> + Send + 'static,
) -> Result<T, Problem> {
    let drawn = tokio::task::spawn_blocking(work).await;
    drawn
        .map_err(|error| {
            Problem::new(mobile_core::reason::Reason::Internal, "The badge could not be drawn.").caused_by(error)
        })?
        .map_err(print_problem)
}

/// A file to print, shown by the browser.
pub(crate) fn file_response(kind: &'static str, name: &str, bytes: Vec<u8>) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'"),
    );
    if let Ok(disposition) = HeaderValue::from_str(&format!("inline; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    (headers, bytes).into_response()
}
