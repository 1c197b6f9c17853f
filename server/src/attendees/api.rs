//! The routes of attendees: signing in by a mailed link, and what each may do about their own details.
//!
//! In the place of `{token}` stands a secret link's token, or the id of a registration for whoever
//! signed in by a mailed link.

use super::met::{self, MetExhibitor};
use super::sign_in::{self, Entered};
use super::store::OwnRegistration;
use super::{cards, data, other_email};
use crate::access::attendee::ATTENDEE_COOKIE;
use crate::access::{AttendeeIdentity, AttendeeScope, ProvenScope};
use crate::app::App;
use crate::badges::printed_number;
use crate::extract::{Params, Payload, PublicUrl, Speaks};
use crate::idempotency::HoldsSecret;
use crate::meetings::calendars::{self, LinkView};
use crate::openapi::Refused;
use crate::problem::Problem;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use mobile_core::capture::Contact;
use mobile_core::ids::{EventId, ExhibitorId, RegistrationId};
use mobile_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this slice.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(ask_for_link))
        .routes(routes!(enter))
        .routes(routes!(leave))
        .routes(routes!(own))
        .routes(routes!(exhibitors))
        .routes(routes!(export))
        .routes(routes!(consent))
        .routes(routes!(calendar_link))
        .routes(routes!(download))
        .routes(routes!(erase))
        .merge(super::other_email_api::routes())
}

/// The cookie that the attendee's pages sign in with.
pub fn cookie(app: &App, entered: &Entered) -> HeaderValue {
    set_cookie(app, &entered.token, entered.expires_at.micros_since(app.now()).max(0) / 1_000_000)
}

/// The cookie that takes [`cookie`] back.
pub fn ended_cookie(app: &App) -> HeaderValue {
    set_cookie(app, "", 0)
}

fn set_cookie(app: &App, token: &str, seconds: i64) -> HeaderValue {
    let secure = if app.settings.is_secure() { "; Secure" } else { "" };
    let text = format!("{ATTENDEE_COOKIE}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&text).expect("tokens are base64url")
}

/// Who wants to sign in.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct LinkWish {
    /// The address that they registered with.
    email: String,
}

/// Mails a link that signs an attendee in. The answer is the same whether or not the address is known.
#[utoipa::path(post, path = "/attendee/sign-in-links", operation_id = "ask_for_attendee_link", tag = "attendees",
    request_body = LinkWish,
    responses((status = 202, description = "If registrations have the address, a mail is on its way"), Refused))]
async fn ask_for_link(
    State(app): State<App>,
    Speaks(language): Speaks,
    Payload(sent): Payload<LinkWish>,
) -> Result<StatusCode, Problem> {
    sign_in::ask(&app, &sent.email, language)?;
    Ok(StatusCode::ACCEPTED)
}

/// A mailed link.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct MailedLink {
    /// The last part of the link.
    token: String,
}

/// A registration of the address.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct OwnRegistrationView {
    /// The registration: stands in the place of the token in the attendee's addresses.
    id: RegistrationId,
    /// The event.
    event_id: EventId,
    /// The event's name.
    event: String,
    /// First day's opening.
    starts_at: Timestamp,
    /// Last day's closing.
    ends_at: Timestamp,
    /// First and last name.
    name: String,
}

impl From<OwnRegistration> for OwnRegistrationView {
    fn from(own: OwnRegistration) -> Self {
        Self {
            id: own.id,
            event_id: own.event_id,
            name: own.contact.full_name(),
            event: own.event,
            starts_at: own.starts_at,
            ends_at: own.ends_at,
        }
    }
}

/// An attendee who is signed in.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct SignedInAttendee {
    /// Send it as `Authorization: Bearer`.
    token: String,
    /// When the sign-in ends.
    expires_at: Timestamp,
    /// The registrations of the address.
    registrations: Vec<OwnRegistrationView>,
}

type EnteredAnswer = ([(HeaderName, HeaderValue); 2], Extension<HoldsSecret>, Json<SignedInAttendee>);

/// Signs an attendee in by a mailed link; each works once. The answer also sets the cookie of the pages.
#[utoipa::path(post, path = "/attendee/sign-in", operation_id = "sign_in_attendee", tag = "attendees",
    request_body = MailedLink, responses((status = 200, description = "Signed in", body = SignedInAttendee), Refused))]
async fn enter(State(app): State<App>, Payload(sent): Payload<MailedLink>) -> Result<EnteredAnswer, Problem> {
    let entered = sign_in::enter(&app, &sent.token).await?;
    let headers =
        [(header::SET_COOKIE, cookie(&app, &entered)), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    let registrations = entered.registrations.into_iter().map(OwnRegistrationView::from).collect();
    let answer = SignedInAttendee { token: entered.token, expires_at: entered.expires_at, registrations };
    Ok((headers, Extension(HoldsSecret), Json(answer)))
}

/// Ends an attendee's sign-in; without one there is nothing to end.
#[utoipa::path(post, path = "/attendee/sign-out", operation_id = "sign_out_attendee", tag = "attendees",
    responses((status = 204, description = "Signed out"), Refused))]
async fn leave(
    State(app): State<App>,
    attendee: Option<AttendeeIdentity>,
) -> Result<(StatusCode, [(HeaderName, HeaderValue); 1]), Problem> {
    if let Some(attendee) = attendee {
        sign_in::leave(&app, &attendee).await?;
    }
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, ended_cookie(&app))]))
}

/// An attendee as the event knows them.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct AttendeeSelf {
    /// The event's name.
    event: String,
    /// The category's code.
    category: String,
    /// What is known of the person.
    contact: Contact,
    /// The e-mail address that exhibitors see instead of the registered one; null: they see that one.
    exhibitor_email: Option<String>,
    /// The address that a link was mailed to; exhibitors see it once the link is opened.
    exhibitor_email_waiting: Option<String>,
    /// What the badge's QR says; null while there is no badge.
    badge_code: Option<String>,
    /// The number printed on it.
    badge_number: Option<String>,
    /// When they asked to be erased.
    erasure_asked_at: Option<Timestamp>,
    /// When they were erased.
    erased_at: Option<Timestamp>,
}

/// What the event knows of the attendee, and their badge.
#[utoipa::path(get, path = "/attendee/{token}", operation_id = "get_attendee", tag = "attendees",
    params(("token" = String, Path)), responses((status = 200, body = AttendeeSelf), Refused))]
async fn own(State(app): State<App>, scope: AttendeeScope) -> Result<Json<AttendeeSelf>, Problem> {
    let own = super::own(&app, &scope).await?;
    let event = app.events.info(&app, scope.event()).await?.name.clone();
    let exhibitor_email = own.exhibitor_email().map(str::to_owned);
    let exhibitor_email_waiting = other_email::waiting(&app, &scope).await?;
    Ok(Json(AttendeeSelf {
        event,
        category: own.category,
        exhibitor_email,
        exhibitor_email_waiting,
        contact: own.contact.0,
        badge_code: own.badge_code,
        badge_number: own.badge_number.as_deref().map(printed_number),
        erasure_asked_at: own.erasure_asked_at,
        erased_at: own.erased_at,
    }))
}

/// Exhibitors that have met an attendee.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct MetExhibitors {
    /// By name.
    items: Vec<MetExhibitor>,
}

/// Lists the exhibitors that have met the attendee, and what each of them sees since when.
#[utoipa::path(get, path = "/attendee/{token}/exhibitors", operation_id = "list_met_exhibitors", tag = "attendees",
    params(("token" = String, Path)), responses((status = 200, body = MetExhibitors), Refused))]
async fn exhibitors(State(app): State<App>, scope: AttendeeScope) -> Result<Json<MetExhibitors>, Problem> {
    Ok(Json(MetExhibitors { items: met::list(&app, &scope).await? }))
}

/// What a file is written as.
#[derive(Debug, Clone, Copy, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum CardFormat {
    /// A table.
    Csv,
    /// Cards for an address book.
    Vcf,
}

/// How the exhibitors are to be taken along.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct CardParams {
    /// `csv` or `vcf`.
    #[param(inline)]
    format: CardFormat,
}

/// Downloads the exhibitors that have met the attendee with their public contacts.
#[utoipa::path(get, path = "/attendee/{token}/exhibitors/export", operation_id = "export_met_exhibitors",
    tag = "attendees", params(("token" = String, Path), CardParams),
    responses((status = 200, description = "A CSV table or vCards", body = String, content_type = "text/csv"), Refused))]
async fn export(
    State(app): State<App>,
    scope: AttendeeScope,
    Params(asked): Params<CardParams>,
) -> Result<Response, Problem> {
    let info = app.events.info(&app, scope.event()).await?;
    let met = met::list(&app, &scope).await?;
    let (kind, ending, text) = match asked.format {
        CardFormat::Csv => ("text/csv; charset=utf-8", "csv", cards::csv(&met, &info)),
        CardFormat::Vcf => ("text/vcard; charset=utf-8", "vcf", cards::vcards(&met, &info)),
    };
    Ok(file(kind, &format!("exhibitors-{}.{ending}", info.slug), text))
}

/// A file to be kept, never by a cache on the way.
fn file(kind: &'static str, name: &str, text: String) -> Response {
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""))
        .unwrap_or_else(|_| HeaderValue::from_static("attachment"));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, text).into_response()
}

/// What an attendee allows.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct OwnConsent {
    /// To whom; absent or null: to all exhibitors, also those met later.
    #[serde(default)]
    exhibitor_id: Option<ExhibitorId>,
    /// Given, or taken back.
    granted: bool,
}

/// What came of it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ConsentDone {
    /// Spaces in which the attendee's details appeared or disappeared.
    changed: u64,
}

/// Lets exhibitors see the attendee's details, or takes that back. Lists, streams and exports follow at once.
#[utoipa::path(post, path = "/attendee/{token}/consent", operation_id = "set_own_consent", tag = "attendees",
    params(("token" = String, Path)), request_body = OwnConsent,
    responses((status = 200, body = ConsentDone), Refused))]
async fn consent(
    State(app): State<App>,
    scope: ProvenScope,
    Payload(sent): Payload<OwnConsent>,
) -> Result<Json<ConsentDone>, Problem> {
    let changed = met::allow(&app, &scope, sent.exhibitor_id, sent.granted).await?;
    Ok(Json(ConsentDone { changed }))
}

/// Makes a secret link to the attendee's agenda for calendar programs. It cannot be shown again.
#[utoipa::path(post, path = "/attendee/{token}/calendar-link", operation_id = "make_own_calendar_link",
    tag = "attendees", params(("token" = String, Path)),
    responses((status = 201, description = "Made", body = LinkView), Refused))]
async fn calendar_link(
    State(app): State<App>,
    scope: ProvenScope,
    server: PublicUrl,
) -> Result<(StatusCode, Extension<HoldsSecret>, Json<LinkView>), Problem> {
    let link = calendars::link_of_attendee(&app, &scope, &server).await?;
    Ok((StatusCode::CREATED, Extension(HoldsSecret), Json(link)))
}

/// Downloads all that the event knows of the attendee.
#[utoipa::path(get, path = "/attendee/{token}/data", operation_id = "download_own_data", tag = "attendees",
    params(("token" = String, Path)),
    responses((status = 200, description = "A JSON document", body = Object), Refused))]
async fn download(State(app): State<App>, scope: ProvenScope) -> Result<Response, Problem> {
    let info = app.events.info(&app, scope.event()).await?;
    let data = data::download(&app, &scope).await?;
    let text = serde_json::to_string_pretty(&data).unwrap_or_default();
    Ok(file("application/json", &format!("my-data-{}.json", info.slug), text))
}

/// A request to be erased.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ErasureAsked {
    /// When it was first made.
    asked_at: Timestamp,
}

/// Asks the organiser to erase the attendee. What exhibitors see is taken back at once.
#[utoipa::path(post, path = "/attendee/{token}/erasure", operation_id = "ask_for_erasure", tag = "attendees",
    params(("token" = String, Path)),
    responses((status = 202, description = "Asked", body = ErasureAsked), Refused))]
async fn erase(State(app): State<App>, scope: ProvenScope) -> Result<(StatusCode, Json<ErasureAsked>), Problem> {
    let asked_at = data::ask_for_erasure(&app, &scope).await?;
    Ok((StatusCode::ACCEPTED, Json(ErasureAsked { asked_at })))
}
