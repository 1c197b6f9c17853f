//! Whom of the organiser the people of the stands can ask, and about what: on the home of every partner space.

use super::store;
use crate::access::{EventAdminScope, EventScope};
use crate::app::App;
use crate::audit::{self, Action, NewEntry};
use crate::fields::{Email, Fields};
use crate::problem::Problem;
use crate::storage::{StorageError, Tx};
use mobile_core::ids::EventId;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The most people that are named.
pub const MOST: usize = 20;
const MAX_LINE: usize = 100;
const MAX_PHONE: usize = 40;

/// Somebody of the organiser whom exhibitors can ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PartnerContact {
    /// Their name, or what their desk is called.
    pub name: String,
    /// What they are asked about.
    #[serde(default)]
    pub about: Option<String>,
    /// Their address.
    #[serde(default)]
    pub email: Option<String>,
    /// Their number.
    #[serde(default)]
    pub phone: Option<String>,
}

/// Those of an event.
pub async fn of(tx: &mut Tx, event: EventId) -> Result<Vec<PartnerContact>, StorageError> {
    Ok(store::contacts(tx, event).await?.unwrap_or_default())
}

/// Those of an event, for the organiser.
pub async fn get(app: &App, scope: &EventScope) -> Result<Vec<PartnerContact>, Problem> {
    let mut tx = app.read().await?;
    let contacts = of(&mut tx, scope.event()).await?;
    tx.done().await?;
    Ok(contacts)
}

/// Names them; all others are named no longer.
pub async fn save(
    app: &App,
    scope: &EventAdminScope,
    sent: Vec<PartnerContact>,
) -> Result<Vec<PartnerContact>, Problem> {
    let contacts = checked(sent)?;
    let event = scope.event();
    let mut tx = app.write().await?;
    let before = of(&mut tx, event).await?;
    if before != contacts {
        store::set_contacts(&mut tx, event, &contacts).await?;
        let names = |of: &[PartnerContact]| of.iter().map(|one| one.name.clone()).collect::<Vec<_>>();
        let detail = json!({"before": {"contacts": names(&before)}, "after": {"contacts": names(&contacts)}});
        let entry = NewEntry::new(Action::PartnerMenuChanged, Some(scope.account()), Some(event.0)).with(detail);
        audit::append(app, &mut tx, event, &entry).await?;
    }
    tx.commit(&app.hub).await?;
    Ok(contacts)
}

fn checked(sent: Vec<PartnerContact>) -> Result<Vec<PartnerContact>, Problem> {
    let mut wrong = Fields::default();
    if sent.len() > MOST {
        wrong.wrong("/contacts", format!("must have at most {MOST} entries"));
    }
    let mut contacts = Vec::with_capacity(sent.len());
    for (at, one) in sent.into_iter().enumerate() {
        let at = |field: &str| format!("/contacts/{at}/{field}");
        let email = one.email.as_deref().map(str::trim).filter(|email| !email.is_empty());
        let email = email.and_then(|email| wrong.keep(&at("email"), Email::parse(email)));
        let email = email.map(|email| email.as_str().to_owned());
        let about = wrong.optional_line(&at("about"), one.about.as_deref(), MAX_LINE);
        let phone = wrong.optional_line(&at("phone"), one.phone.as_deref(), MAX_PHONE);
        if let Some(name) = wrong.line(&at("name"), &one.name, MAX_LINE) {
            contacts.push(PartnerContact { name, about, email, phone });
        }
    }
    wrong.done(Some(contacts))
}
