//! Attendees who signed in by a mailed link.

use crate::browsing::attendee_of;
use harness::builders::{Badge, Site};
use harness::http::Api;
use mobile_core::capture::ContactField;
use mobile_core::ids::CaptureId;

/// Somebody who is registered, and signed in as such.
#[derive(Debug, Clone)]
pub struct Guest {
    pub badge: Badge,
    pub api: Api,
}

impl Guest {
    /// Registers somebody with an address that nobody else has, and signs them in.
    pub async fn register(site: &Site, name: &str) -> Self {
        Self::at_address(site, name, &format!("{}@guests.example", site.app.new_id::<CaptureId>())).await
    }

    /// The same with this address.
    pub async fn at_address(site: &Site, name: &str, email: &str) -> Self {
        let badge = site.registration(name).with(ContactField::Email, email).badge().await;
        Self { badge, api: attendee_of(site, email).await }
    }

    /// One of their own addresses of the API.
    pub fn at(&self, path: &str) -> String {
        format!("/attendee/{}{path}", self.badge.registration)
    }
}
