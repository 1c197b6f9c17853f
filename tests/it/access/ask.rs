//! A request of an operation.

use super::guests::Guest;
use harness::http::Api;
use serde_json::Value;
use std::collections::HashMap;

/// A request: what goes into the path, and what is sent.
#[derive(Debug, Clone, Default)]
pub struct Ask {
    pub(super) ids: HashMap<&'static str, String>,
    pub(super) query: std::borrow::Cow<'static, str>,
    pub body: Option<Vec<u8>>,
    pub content_type: Option<&'static str>,
    pub version: Option<String>,
    pub is_stream: bool,
    /// The attendee whom it is about, where that is somebody who was made for it: they ask it themselves.
    pub by: Option<Api>,
}

impl Ask {
    /// The operation's path with its ids, from `/api/v1` on.
    pub fn path(&self, template: &str) -> String {
        self.filled(&template["/api/v1".len()..])
    }

    /// A page's path with its ids, as it is asked beside the API.
    pub fn page(&self, template: &str) -> String {
        format!("/{}", self.filled(template))
    }

    fn filled(&self, template: &str) -> String {
        let mut path = template.to_owned();
        for (name, id) in &self.ids {
            path = path.replace(&format!("{{{name}}}"), id);
        }
        assert!(!path.contains('{'), "{template}: an id is missing in {self:?}");
        path + &self.query
    }

    /// The same about an attendee who was made for it.
    pub(super) fn about(self, guest: &Guest) -> Self {
        Self { by: Some(guest.api.clone()), ..self.with("token", guest.badge.registration) }
    }

    #[expect(clippy::needless_pass_by_value, reason = "ids are small, and calls read better without borrowing")]
    pub(super) fn with(mut self, name: &'static str, id: impl ToString) -> Self {
        self.ids.insert(name, id.to_string());
        self
    }

    pub(super) fn json(self, body: &Value) -> Self {
        Self { body: Some(body.to_string().into_bytes()), content_type: Some("application/json"), ..self }
    }

    pub(super) fn query(self, query: &'static str) -> Self {
        Self { query: query.into(), ..self }
    }
}
