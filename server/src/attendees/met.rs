//! The exhibitors that have met an attendee: which of their details each of them sees, since when, and
//! how it can be reached itself.

use super::store;
use crate::access::AttendeeScope;
use crate::app::App;
use crate::consent;
use crate::events::cache::EventInfo;
use crate::leads::store::LeadRow;
use crate::leads::{self, view};
use crate::problem::Problem;
use crate::profiles::directory::{self, PublicExhibitor};
use mobile_core::capture::ContactField;
use mobile_core::ids::{ExhibitorId, RegistrationId, SpaceId};
use mobile_core::time::Timestamp;
use mobile_core::wire::lead::ConsentState;
use serde::Serialize;

/// An exhibitor that has met the attendee, and what it sees of them.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct MetExhibitor {
    /// Who.
    #[serde(flatten)]
    pub exhibitor: PublicExhibitor,
    /// When they first met: a scan, a session, a meeting.
    pub met_at: Timestamp,
    /// What the attendee allows it: `granted`, `pending` while nobody asked, `withdrawn`.
    #[schema(value_type = String)]
    pub consent: ConsentState,
    /// Since when that holds.
    pub since: Timestamp,
    /// The fields it sees.
    #[schema(value_type = Vec<String>)]
    pub fields: Vec<ContactField>,
    /// Whether the event lets an exhibitor see anything of the attendee's category.
    pub is_disclosed_at_all: bool,
}

/// The exhibitors that have met the attendee, by name.
pub async fn list(app: &App, scope: &AttendeeScope) -> Result<Vec<MetExhibitor>, Problem> {
    let info = app.events.info(app, scope.event()).await?;
    let mut tx = app.read().await?;
    let keys: Vec<(SpaceId, RegistrationId)> =
        store::spaces(&mut tx, scope).await?.into_iter().map(|space| (space, scope.registration())).collect();
    let leads = leads::store::find_by(&mut tx, scope.event(), &keys, false).await?;
    tx.done().await?;
    let known = directory::exhibitors(app, scope.event()).await?;
    let met = known.into_iter().filter_map(|exhibitor| {
        let space = SpaceId::from(exhibitor.exhibitor_id);
        let lead = leads.iter().find(|lead| lead.space_id == space && !lead.is_hidden)?;
        Some(met(lead, exhibitor, &info))
    });
    Ok(met.collect())
}

fn met(lead: &LeadRow, exhibitor: PublicExhibitor, info: &EventInfo) -> MetExhibitor {
    let consent = view::consent_state(lead, info);
    let met_at = lead.fold.first_scanned_at.unwrap_or(lead.created_at);
    let category = lead.category.as_deref().unwrap_or_default();
    let registered = lead.registered.as_ref().map(|contact| &contact.0);
    let seen = |consent| {
        let shown = view::disclosed(consent, lead.space_id, (category, registered?), info)?;
        Some(ContactField::ALL.into_iter().filter(|field| shown.get(*field).is_some()).collect::<Vec<_>>())
    };
    let said = lead.fold.consents.get(&mobile_core::capture::Purpose::Disclosure).map(|said| said.order.0);
    let own = lead.own_word().map(|(_, at)| at);
    MetExhibitor {
        exhibitor,
        met_at,
        since: own.max(said).unwrap_or(met_at),
        fields: seen(consent).unwrap_or_default(),
        is_disclosed_at_all: seen(ConsentState::Granted).is_some(),
        consent,
    }
}

/// What an attendee said to all exhibitors at once, and has not taken back since.
pub async fn said_to_all(app: &App, scope: &AttendeeScope) -> Result<Option<(ConsentState, Timestamp)>, Problem> {
    let mut tx = app.read().await?;
    let words = consent::own_words(&mut tx, scope.event(), &[scope.registration()]).await?;
    tx.done().await?;
    // No exhibitor has the nil id, so only what was said to all of them answers.
    Ok(words.of(scope.registration(), SpaceId(uuid::Uuid::nil())))
}

/// Allows an exhibitor, or all of them, to see the attendee's details, or takes that back: every list,
/// stream and later export follows at once. Gives the number of spaces in which something changed.
///
/// # Errors
/// `invalid_field` for an exhibitor that the event does not have.
pub async fn allow(
    app: &App,
    scope: &AttendeeScope,
    exhibitor: Option<ExhibitorId>,
    is_granted: bool,
) -> Result<u64, Problem> {
    if let Some(exhibitor) = exhibitor
        && directory::exhibitor(app, scope.event(), exhibitor).await?.is_none()
    {
        return Err(Problem::field("/exhibitor_id", "is no exhibitor of this event"));
    }
    let (event, person) = (scope.event(), scope.registration());
    let mut tx = app.write().await?;
    let changed = if is_granted {
        consent::restore(app, &mut tx, event, person, exhibitor, CHANNEL).await?
    } else {
        consent::withdraw(app, &mut tx, event, person, exhibitor, CHANNEL).await?
    };
    tx.commit(&app.hub).await?;
    Ok(changed)
}

/// Where the ledger says that something was said.
pub const CHANNEL: &str = "attendee_area";
