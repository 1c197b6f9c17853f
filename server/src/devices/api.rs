//! The routes of devices and pairing codes.

use super::pairing::{self, CodeWish, FreshCode, PairRequest};
use super::store::DeviceRow;
use super::{DevicePark, DeviceState, Ending};
use crate::access::{DeviceAdminScope, EventAdminScope, OwnDeviceScope};
use crate::app::App;
use crate::extract::{Params, PathIds, Payload, PublicUrl};
use crate::idempotency::HoldsSecret;
use crate::openapi::Refused;
use crate::paging::{Page, PageParams};
use crate::problem::Problem;
use crate::web::qr;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::{Extension, Json};
use mobile_core::badge::Pairing;
use mobile_core::ids::{BoothId, DeviceId, EventId, ExhibitorId, SessionId, TeamMemberId};
use mobile_core::time::Timestamp;
use mobile_core::wire::{NamedMember, Paired};
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this slice.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(pair))
        .routes(routes!(renew))
        .routes(routes!(make_code))
        .routes(routes!(make_door_code))
        .routes(routes!(code_picture))
        .routes(routes!(list))
        .routes(routes!(revoke))
        .routes(routes!(lose))
        .routes(routes!(list_doors))
        .routes(routes!(revoke_door))
        .routes(routes!(lose_door))
}

/// What a pairing code is for.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPairingCode {
    /// What the devices are for.
    #[serde(default)]
    pub label: Option<String>,
    /// Who gets the device.
    #[serde(default)]
    pub member_id: Option<TeamMemberId>,
    /// Where it stands.
    #[serde(default)]
    pub booth_id: Option<BoothId>,
    /// How many devices may be paired, 1 to 100; absent: one.
    #[serde(default)]
    pub max_uses: Option<u32>,
    /// When the code ends, at the latest with the event; absent: in 15 minutes.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
}

/// What a pairing code of a door is for.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDoorCode {
    /// Which door or desk.
    #[serde(default)]
    pub label: Option<String>,
    /// The sessions whose attendance is taken there; none: any of the event's.
    #[serde(default)]
    pub session_ids: Vec<SessionId>,
}

/// A fresh pairing code.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PairingCodeView {
    /// To be typed into the phone.
    #[schema(example = "7F3K-92QX-M4TP")]
    pub pairing_code: String,
    /// When it ends.
    pub expires_at: Timestamp,
    /// The address of a picture to be scanned instead; it is there as long as the code can be used.
    pub qr: String,
}

/// What a phone sends to be paired.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PairDevice {
    /// As typed or scanned; case, spaces and dashes do not matter.
    pub pairing_code: String,
    /// Made by the app when it was installed.
    pub install_id: String,
    /// What the phone is called.
    pub device_name: String,
    /// What it runs on.
    #[schema(example = "android 16")]
    pub platform: String,
    /// The version of the app; absent: what the `User-Agent` says of it, where that begins with `leadline/`.
    #[serde(default)]
    #[schema(example = "1.4.0")]
    pub app_version: Option<String>,
}

/// A device that renews its token.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RenewDevice {
    /// The version of the app now; absent: as for pairing, else as it was.
    #[serde(default)]
    #[schema(example = "1.4.1")]
    pub app_version: Option<String>,
}

/// The version of an app that gave none: of the clients made of `mobile-core`, which name it in each request.
fn version_of(headers: &HeaderMap) -> Option<String> {
    let agent = headers.get(header::USER_AGENT)?.to_str().ok()?.strip_prefix("leadline/")?;
    agent.split_whitespace().next().map(str::to_owned)
}

/// Whether a device may read and deliver.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeviceStatus {
    /// It reads and delivers.
    Active,
    /// It delivers what it captured before its access ended.
    Revoked,
    /// What it delivers goes to quarantine.
    Lost,
}

/// A paired device.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct DeviceView {
    /// The device.
    pub id: DeviceId,
    /// What it is called.
    pub name: String,
    /// What its pairing code was for.
    pub label: Option<String>,
    /// What it runs on.
    pub platform: String,
    /// Who it was given to.
    pub member: Option<NamedMember>,
    /// Where it stands.
    pub booth_id: Option<BoothId>,
    /// Whether it may read and deliver.
    pub status: DeviceStatus,
    /// Captures it holds that have not arrived, as of its last heartbeat.
    pub not_yet_sent: u64,
    /// When it was last heard of; null before its first heartbeat.
    pub last_seen_at: Option<Timestamp>,
    /// How far its clock is behind the server's, in microseconds.
    pub clock_offset_us: Option<i64>,
    /// When it was paired.
    pub paired_at: Timestamp,
    /// When its access ended.
    pub revoked_at: Option<Timestamp>,
    /// When it was marked lost.
    pub lost_at: Option<Timestamp>,
    /// When it last scanned the practice badge; null: never tried.
    pub tested_at: Option<Timestamp>,
    /// The version of its app, as it said when it was paired or last renewed its token; null: it did not say.
    pub app_version: Option<String>,
}

impl From<(DeviceRow, DeviceState)> for DeviceView {
    fn from((row, state): (DeviceRow, DeviceState)) -> Self {
        let name = [row.first_name, row.last_name].into_iter().flatten().collect::<Vec<_>>().join(" ");
        Self {
            id: row.id,
            name: row.name,
            label: row.label,
            platform: row.platform,
            member: row.member_id.map(|id| NamedMember { id, name: name.trim().to_owned() }),
            booth_id: row.booth_id,
            status: match (row.lost_at, row.revoked_at) {
                (Some(_), _) => DeviceStatus::Lost,
                (None, Some(_)) => DeviceStatus::Revoked,
                (None, None) => DeviceStatus::Active,
            },
            not_yet_sent: state.not_yet_sent,
            last_seen_at: state.last_seen_at,
            clock_offset_us: state.clock_offset_us,
            paired_at: row.created_at,
            revoked_at: row.revoked_at,
            lost_at: row.lost_at,
            tested_at: row.tested_at,
            app_version: row.app_version,
        }
    }
}

type MadeCode = (StatusCode, Extension<HoldsSecret>, Json<PairingCodeView>);

fn made(server: &PublicUrl, fresh: &FreshCode) -> MadeCode {
    let pairing_code = fresh.code.to_string();
    let qr = format!("{}/api/v1/pairing-codes/{pairing_code}/qr.svg", server.0);
    (
        StatusCode::CREATED,
        Extension(HoldsSecret),
        Json(PairingCodeView { pairing_code, expires_at: fresh.expires_at, qr }),
    )
}

/// Trades a pairing code for a device's token. The same code and `install_id` again answer the same
/// device with a fresh token, also when the code is used up, until it ends.
#[utoipa::path(post, path = "/auth/devices", operation_id = "pair_device", tag = "devices", request_body = PairDevice,
    responses((status = 201, description = "Paired", body = Paired),
        Refused))]
async fn pair(
    State(app): State<App>,
    headers: HeaderMap,
    Payload(sent): Payload<PairDevice>,
) -> Result<(StatusCode, [(HeaderName, &'static str); 1], Extension<HoldsSecret>, Json<Paired>), Problem> {
    let request = PairRequest {
        pairing_code: sent.pairing_code,
        install_id: sent.install_id,
        device_name: sent.device_name,
        platform: sent.platform,
        app_version: sent.app_version.or_else(|| version_of(&headers)),
    };
    let paired = pairing::pair(&app, request).await?;
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Extension(HoldsSecret), Json(paired)))
}

/// A device's next token.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct RenewedToken {
    /// Send it as `Authorization: Bearer` from now on.
    pub device_token: String,
}

/// Gives a device another token, for it alone to ask, about once a day. The token that it asked with goes on
/// standing for it until the new one is used for the first time, so a lost answer burns nothing; asking again
/// gives a third one, and the second opens nothing.
#[utoipa::path(post, path = "/auth/devices/token", operation_id = "renew_device_token", tag = "devices",
    request_body = RenewDevice, responses((status = 201, description = "Renewed", body = RenewedToken),
        Refused))]
async fn renew(
    State(app): State<App>,
    scope: OwnDeviceScope,
    headers: HeaderMap,
    Payload(sent): Payload<RenewDevice>,
) -> Result<(StatusCode, [(HeaderName, &'static str); 1], Extension<HoldsSecret>, Json<RenewedToken>), Problem> {
    let app_version = sent.app_version.or_else(|| version_of(&headers));
    let device_token = pairing::renew(&app, &scope, app_version.as_deref()).await?;
    let unkept = [(header::CACHE_CONTROL, "no-store")];
    Ok((StatusCode::CREATED, unkept, Extension(HoldsSecret), Json(RenewedToken { device_token })))
}

/// Makes a pairing code of an exhibitor. It is a secret: the answer is not stored under an
/// `Idempotency-Key`.
#[utoipa::path(post, path = "/exhibitors/{exhibitor_id}/pairing-codes", operation_id = "create_pairing_code",
    tag = "devices", params(("exhibitor_id" = ExhibitorId, Path)), request_body = NewPairingCode,
    responses((status = 201, description = "Made", body = PairingCodeView),
        Refused))]
async fn make_code(
    State(app): State<App>,
    scope: DeviceAdminScope,
    server: PublicUrl,
    Payload(sent): Payload<NewPairingCode>,
) -> Result<MadeCode, Problem> {
    let wish = CodeWish {
        label: sent.label,
        member: sent.member_id,
        booth: sent.booth_id,
        max_uses: sent.max_uses,
        expires_at: sent.expires_at,
        ..CodeWish::default()
    };
    Ok(made(&server, &pairing::make_code(&app, &DevicePark::from(&scope), wish).await?))
}

/// Makes a pairing code of a door or a desk.
#[utoipa::path(post, path = "/events/{event_id}/pairing-codes", operation_id = "create_door_pairing_code",
    tag = "devices", params(("event_id" = EventId, Path)), request_body = NewDoorCode,
    responses((status = 201, description = "Made", body = PairingCodeView),
        Refused))]
async fn make_door_code(
    State(app): State<App>,
    scope: EventAdminScope,
    server: PublicUrl,
    Payload(sent): Payload<NewDoorCode>,
) -> Result<MadeCode, Problem> {
    let wish = CodeWish { label: sent.label, sessions: sent.session_ids, ..CodeWish::default() };
    Ok(made(&server, &pairing::make_code(&app, &DevicePark::from(&scope), wish).await?))
}

/// The picture of a pairing code, for a phone's camera. Whoever has the code may see it.
#[utoipa::path(get, path = "/pairing-codes/{pairing_code}/qr.svg", operation_id = "get_pairing_code_picture",
    tag = "devices", params(("pairing_code" = String, Path)),
    responses((status = 200, description = "The picture", body = String, content_type = "image/svg+xml"),
        Refused))]
async fn code_picture(
    State(app): State<App>,
    server: PublicUrl,
    PathIds(code): PathIds<String>,
) -> Result<([(HeaderName, &'static str); 2], String), Problem> {
    let code = pairing::usable(&app, &code).await?;
    let text = Pairing { server: server.0, code: code.to_string() }.to_text();
    let picture = qr::svg(&text, "Pairing code")?;
    Ok(([(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "no-store")], picture))
}

/// Lists the devices of an exhibitor with what they have not yet sent.
#[utoipa::path(get, path = "/exhibitors/{exhibitor_id}/devices", operation_id = "list_devices", tag = "devices",
    params(("exhibitor_id" = ExhibitorId, Path), PageParams),
    responses((status = 200, description = "A page of devices", body = Page<DeviceView>),
        Refused))]
async fn list(
    State(app): State<App>,
    scope: DeviceAdminScope,
    Params(page): Params<PageParams>,
) -> Result<Json<Page<DeviceView>>, Problem> {
    Ok(Json(super::list(&app, &DevicePark::from(&scope), &page).await?.map(DeviceView::from)))
}

/// Ends a device's access. It may still deliver what it captured before.
#[utoipa::path(delete, path = "/exhibitors/{exhibitor_id}/devices/{device_id}", operation_id = "revoke_device",
    tag = "devices", params(("exhibitor_id" = ExhibitorId, Path), ("device_id" = DeviceId, Path)),
    responses((status = 204, description = "Ended"),
        Refused))]
async fn revoke(
    State(app): State<App>,
    scope: DeviceAdminScope,
    ids: PathIds<(ExhibitorId, DeviceId)>,
) -> Result<StatusCode, Problem> {
    super::end(&app, &DevicePark::from(&scope), ids.0.1, Ending::Revoked).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Marks a device as lost. What it delivers from now on is kept aside for an admin.
#[utoipa::path(post, path = "/exhibitors/{exhibitor_id}/devices/{device_id}/lost", operation_id = "lose_device",
    tag = "devices", params(("exhibitor_id" = ExhibitorId, Path), ("device_id" = DeviceId, Path)),
    responses((status = 200, description = "Marked", body = DeviceView),
        Refused))]
async fn lose(
    State(app): State<App>,
    scope: DeviceAdminScope,
    ids: PathIds<(ExhibitorId, DeviceId)>,
) -> Result<Json<DeviceView>, Problem> {
    Ok(Json(super::end(&app, &DevicePark::from(&scope), ids.0.1, Ending::Lost).await?.into()))
}

/// Lists the devices of an event's doors and desks.
#[utoipa::path(get, path = "/events/{event_id}/devices", operation_id = "list_door_devices", tag = "devices",
    params(("event_id" = EventId, Path), PageParams),
    responses((status = 200, description = "A page of devices", body = Page<DeviceView>),
        Refused))]
async fn list_doors(
    State(app): State<App>,
    scope: EventAdminScope,
    Params(page): Params<PageParams>,
) -> Result<Json<Page<DeviceView>>, Problem> {
    Ok(Json(super::list(&app, &DevicePark::from(&scope), &page).await?.map(DeviceView::from)))
}

/// Ends the access of a door's device.
#[utoipa::path(delete, path = "/events/{event_id}/devices/{device_id}", operation_id = "revoke_door_device",
    tag = "devices", params(("event_id" = EventId, Path), ("device_id" = DeviceId, Path)),
    responses((status = 204, description = "Ended"),
        Refused))]
async fn revoke_door(
    State(app): State<App>,
    scope: EventAdminScope,
    ids: PathIds<(EventId, DeviceId)>,
) -> Result<StatusCode, Problem> {
    super::end(&app, &DevicePark::from(&scope), ids.0.1, Ending::Revoked).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Marks a door's device as lost.
#[utoipa::path(post, path = "/events/{event_id}/devices/{device_id}/lost", operation_id = "lose_door_device",
    tag = "devices", params(("event_id" = EventId, Path), ("device_id" = DeviceId, Path)),
    responses((status = 200, description = "Marked", body = DeviceView),
        Refused))]
async fn lose_door(
    State(app): State<App>,
    scope: EventAdminScope,
    ids: PathIds<(EventId, DeviceId)>,
) -> Result<Json<DeviceView>, Problem> {
    Ok(Json(super::end(&app, &DevicePark::from(&scope), ids.0.1, Ending::Lost).await?.into()))
}
