//! Core types that cross the boundary as texts: ids, times and JSON.

use serde_json::Value;
use uuid::Uuid;

use crate::client::ClientError;
use crate::ids::{BoothId, CaptureId, DeviceId, EventId, ExhibitorId, LeadId, TeamMemberId};
use crate::time::Timestamp;

uniffi::custom_type!(Timestamp, String, { lower: |time| time.to_string(), try_lift: |text| Ok(text.parse()?) });
uniffi::custom_type!(Value, String, { remote, lower: |value| value.to_string(), try_lift: |text| Ok(text.parse()?) });

macro_rules! ids {
    ($($id:ident),*) => {$(
        uniffi::custom_type!($id, String, { lower: |id| id.to_string(), try_lift: |text| Ok(text.parse()?) });
    )*};
}

ids!(BoothId, CaptureId, DeviceId, EventId, ExhibitorId, LeadId, TeamMemberId);

/// The UUID that an installation bears.
pub(super) fn uuid(text: &str) -> Result<Uuid, ClientError> {
    text.parse().map_err(|_| ClientError::InstallId(text.to_owned()))
}
