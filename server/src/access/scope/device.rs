//! Who may act for one device: itself.

use crate::access::identity::Identity;
use crate::app::App;
use crate::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use mobile_core::ids::{DeviceId, EventId};
use mobile_core::reason::Reason;

/// A paired device whose access has not ended, about itself: of a stand or of a door.
#[derive(Debug, Clone, Copy)]
pub struct OwnDeviceScope {
    pub(super) event: EventId,
    pub(super) device: DeviceId,
}

impl OwnDeviceScope {
    /// The event.
    pub fn event(&self) -> EventId {
        self.event
    }

    /// The device.
    pub fn device(&self) -> DeviceId {
        self.device
    }
}

impl FromRequestParts<App> for OwnDeviceScope {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Identity::Device(device) = Identity::from_request_parts(parts, app).await? else {
            return Err(Problem::new(Reason::Forbidden, "Only a device does this, with its own token."));
        };
        if device.ended_at().is_some() {
            return Err(Problem::new(Reason::DeviceRevoked, "This device's access has ended. Pair it again."));
        }
        Ok(Self { event: device.event, device: device.id })
    }
}
