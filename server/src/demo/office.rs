//! The organiser's office: who works there, and what it asks of the people of the stands.

use super::DemoError;
use super::fixtures::{AccountRow, Fixtures};
use super::halls::keyed;
use super::questions;
use crate::access::{EventAdminScope, Identity, OrganizerScope};
use crate::accounts::{self, organizers};
use crate::app::App;
use crate::partner_menu::contacts::{self, PartnerContact};
use crate::team::form;
use crate::words::Words;
use mobile_core::ids::{AccountId, EventId, OrganizerId};

/// The key of the owner, who makes the organizer.
const OWNER: &str = "organizer";

/// Gives everybody of `organizer.csv` beside the owner their role: those with a key have come, the others
/// were asked. Gives who came.
pub(super) async fn appoint<'f>(
    app: &App,
    fixtures: &'f Fixtures,
    (organizer, owner): (OrganizerId, &Identity),
    password_hash: &str,
) -> Result<Vec<(AccountId, &'f AccountRow)>, DemoError> {
    let scope = OrganizerScope::of(app, owner, organizer).await?;
    let mut came = Vec::new();
    for row in fixtures.organizer.iter().filter(|row| row.key != OWNER) {
        if row.key.is_empty() {
            let role = serde_json::from_value(serde_json::json!(row.roles))?;
            let (name, email) = (row.name(), row.email.clone());
            // The fair is in Paris.
            let language = Words::named("fr").unwrap_or_default();
            organizers::invite(app, &scope, organizers::Draft { name, email, role, language }).await?;
        } else {
            let person = (row.email.as_str(), row.name());
            let who = (person.0, person.1.as_str());
            came.push((accounts::stand_in(app, organizer, who, &row.roles, password_hash).await?, row));
        }
    }
    Ok(came)
}

/// Asks everybody in a team what the caterer and the car park want to know, and says whom they can ask.
pub(super) async fn meet_teams(
    app: &App,
    fixtures: &Fixtures,
    event: EventId,
    owner: &Identity,
) -> Result<(), DemoError> {
    let scope = EventAdminScope::of(app, owner, event).await?;
    form::save(app, &scope, None, questions::team_form(fixtures)).await?;
    let contact = |key: &str, about: &str, phone: &str| {
        let row = keyed(&fixtures.organizer, key)?;
        let (email, about, phone) = (row.email.clone(), about.to_owned(), phone.to_owned());
        Ok::<_, DemoError>(PartnerContact {
            name: row.name(),
            about: Some(about),
            email: Some(email),
            phone: Some(phone),
        })
    };
    let named = vec![
        contact("manager", "Stands, packages, build-up", "+33 6 39 98 40 11")?,
        contact("desk", "Badges, phones, scans", "+33 6 39 98 40 12")?,
    ];
    contacts::save(app, &scope, named).await?;
    Ok(())
}
