//! Who may deliver captures, and to which space.

use super::{DeskScope, Visibility, exhibitor_scope, forbidden};
use crate::access::identity::{DeviceIdentity, Identity};
use crate::access::policy::{Capability, Role};
use crate::access::{store, token};
use crate::app::App;
use crate::problem::Problem;
use mobile_core::ids::{BoothId, DeviceId, EventId, ExhibitorId, SpaceId, TeamMemberId};
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;

/// May deliver captures to one space.
#[derive(Debug, Clone)]
pub struct CaptureScope {
    pub(super) event: EventId,
    pub(super) exhibitor: Option<ExhibitorId>,
    pub(super) member: Option<TeamMemberId>,
    pub(super) device: Option<DeviceId>,
    pub(super) booth: Option<BoothId>,
    pub(super) sees: Option<Visibility>,
    pub(super) ended_at: Option<Timestamp>,
    pub(super) is_lost: bool,
    pub(super) is_in_package: bool,
    pub(super) is_open: bool,
    pub(super) is_for_admin: bool,
}

impl CaptureScope {
    /// The event.
    pub fn event(&self) -> EventId {
        self.event
    }

    /// The space the captures go to.
    pub fn space(&self) -> SpaceId {
        self.exhibitor.map_or_else(|| self.event.into(), SpaceId::from)
    }

    /// The exhibitor; none for doors.
    pub fn exhibitor(&self) -> Option<ExhibitorId> {
        self.exhibitor
    }

    /// Who holds the device, as far as pairing or sign-in tell.
    pub fn member(&self) -> Option<TeamMemberId> {
        self.member
    }

    /// The device.
    pub fn device(&self) -> Option<DeviceId> {
        self.device
    }

    /// The booth the device stands at.
    pub fn booth(&self) -> Option<BoothId> {
        self.booth
    }

    /// Which leads the sender may read; none once its access ended.
    pub fn sees(&self) -> Option<Visibility> {
        self.sees
    }

    /// When access ended: later captures are kept aside.
    pub fn ended_at(&self) -> Option<Timestamp> {
        self.ended_at
    }

    /// Whether the exhibitor's package includes seeing what is captured.
    pub fn is_in_package(&self) -> bool {
        self.is_in_package
    }

    /// Whether leads are open to the sender by the moments of the event.
    pub fn is_open(&self) -> bool {
        self.is_open
    }

    /// Whether everything goes to quarantine.
    pub fn is_lost(&self) -> bool {
        self.is_lost
    }
}

/// For how long a device may deliver what it captured before its access ended.
const DELIVERS_FOR_MICROS: i64 = 30 * 24 * 3600 * 1_000_000;

/// Finds the space that an identity delivers captures to.
///
/// A device has one. A person names the exhibitor, or is in one team only.
pub async fn capture_scope(
    app: &App,
    identity: &Identity,
    exhibitor: Option<ExhibitorId>,
) -> Result<CaptureScope, Problem> {
    match identity {
        Identity::Device(device) => {
            if exhibitor.is_some() && exhibitor != device.exhibitor {
                return Err(Problem::field("/exhibitor_id", "is not the exhibitor this device is paired to"));
            }
            let role = if device.exhibitor.is_some() { Role::Device } else { Role::Door };
            if !role.may(Capability::Capture) {
                return Err(forbidden());
            }
            let ended_at = device.ended_at();
            if ended_at.is_some_and(|ended| app.now().micros_since(ended) > DELIVERS_FOR_MICROS) {
                return Err(Problem::new(Reason::DeviceRevoked, "This device's access ended more than 30 days ago."));
            }
            // One whose access has ended is told nothing, so its package does not matter.
            let (sees, is_in_package, is_open) = match (device.exhibitor, ended_at) {
                (Some(exhibitor), None) => {
                    let scope = exhibitor_scope(app, identity, exhibitor).await?;
                    let is_in_package = scope.is_in_package(Capability::LeadRead);
                    let is_open = scope.openness.are_leads_shown();
                    (Some(scope.sees).filter(|_| is_in_package && is_open), is_in_package, is_open)
                }
                _ => (None, true, true),
            };
            Ok(CaptureScope {
                event: device.event,
                exhibitor: device.exhibitor,
                member: device.member,
                device: Some(device.id),
                booth: device.booth,
                sees,
                ended_at,
                is_lost: device.lost_at.is_some(),
                is_in_package,
                is_open,
                is_for_admin: false,
            })
        }
        Identity::Account(account) => {
            let exhibitor = match exhibitor {
                Some(exhibitor) => exhibitor,
                None => match store::memberships(app, account.id).await?.as_slice() {
                    [only] => *only,
                    [] => return Err(forbidden()),
                    _ => return Err(Problem::field("/exhibitor_id", "is needed: you scan for several exhibitors")),
                },
            };
            exhibitor_scope(app, identity, exhibitor).await?.capturing()
        }
        Identity::View(_) => Err(forbidden()),
    }
}

impl CaptureScope {
    /// Whether the sender sees every lead of the space.
    pub fn sees_everything(&self) -> bool {
        self.is_for_admin || self.sees == Some(Visibility::Team)
    }
}

/// Finds out whom the captures of a rescue file come from: the device whose token the file proves to
/// know, else nobody in particular, in the exhibitor's space that the file names. None where that is
/// no space of the event.
pub async fn rescue_scope(
    app: &App,
    desk: &DeskScope,
    device: Option<(DeviceId, token::TokenHash)>,
    exhibitor: Option<ExhibitorId>,
) -> Result<Option<CaptureScope>, Problem> {
    let event = desk.event();
    let known = match device {
        Some((id, proof)) => store::device_by_any_token(app, &proof)
            .await?
            .filter(|known| known.id == id && known.event == event)
            .filter(|known| exhibitor.is_none() || known.exhibitor == exhibitor),
        None => None,
    };
    let space = known.as_ref().map_or(exhibitor, |known| known.exhibitor);
    match space {
        Some(exhibitor) if store::space(app, event, exhibitor).await?.is_none() => return Ok(None),
        None if known.is_none() => return Ok(None),
        _ => {}
    }
    let known = known.as_ref();
    Ok(Some(CaptureScope {
        event,
        exhibitor: space,
        member: known.and_then(|known| known.member),
        device: known.map(|known| known.id),
        booth: known.and_then(|known| known.booth),
        sees: None,
        ended_at: known.and_then(DeviceIdentity::ended_at),
        is_lost: known.is_some_and(|known| known.lost_at.is_some()),
        // Whoever brings the file is told nothing of leads, so the package does not matter.
        is_in_package: true,
        is_open: true,
        is_for_admin: false,
    }))
}
