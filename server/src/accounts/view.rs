//! What a signed-in person is told about themselves: memberships, and what they may do where.

use super::store;
use crate::access::{AccountIdentity, Capability, Role};
use crate::app::App;
use crate::storage::StorageError;
use mobile_core::ids::{EventId, ExhibitorId, OrganizerId, TeamMemberId};
use mobile_core::wire::UserView;
use serde::Serialize;

/// The answer of `GET /me`.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Me {
    /// Who is signed in.
    pub user: UserView,
    /// What this person belongs to.
    pub memberships: Memberships,
    /// What this person may do.
    pub capabilities: Capabilities,
}

/// What a person belongs to.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Memberships {
    /// Organizers, by name.
    pub organizers: Vec<OrganizerMembership>,
    /// Exhibitors, newest event first.
    pub exhibitors: Vec<ExhibitorMembership>,
}

/// A membership of an organizer.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct OrganizerMembership {
    /// The organizer.
    pub organizer_id: OrganizerId,
    /// Its name.
    pub name: String,
    /// `owner`, `manager`, `viewer` or `desk`.
    pub role: String,
}

/// A place in an exhibitor's team.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ExhibitorMembership {
    /// The exhibitor.
    pub exhibitor_id: ExhibitorId,
    /// Its short name in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its event.
    pub event_id: EventId,
    /// The event's name.
    pub event_name: String,
    /// The person's id in the team.
    pub member_id: TeamMemberId,
    /// Roles in the team.
    #[schema(value_type = Vec<String>)]
    pub roles: Vec<Role>,
}

/// What a person may do.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Capabilities {
    /// Per event of the person's organizers; holds in every exhibitor's space of it.
    pub events: Vec<EventCapabilities>,
    /// Per exhibitor of the person's teams.
    pub exhibitors: Vec<ExhibitorCapabilities>,
}

/// What a person may do at one event.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct EventCapabilities {
    /// The event.
    pub event_id: EventId,
    /// Its short name in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// What may be done.
    pub capabilities: Vec<Capability>,
}

/// What a person may do in one exhibitor's space.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ExhibitorCapabilities {
    /// The exhibitor.
    pub exhibitor_id: ExhibitorId,
    /// Its event.
    pub event_id: EventId,
    /// What may be done.
    pub capabilities: Vec<Capability>,
    /// What the person's roles include and the exhibitor's package does not: the organiser can switch
    /// it on.
    pub not_in_package: Vec<Capability>,
    /// What the roles and the package include, and the event's moments do not allow yet, or no longer.
    pub not_open: Vec<NotOpen>,
}

/// Something that is not open now.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct NotOpen {
    /// What.
    pub capability: Capability,
    /// `not_open_yet` or `leads_closed`.
    pub code: &'static str,
    /// Since or until when, in words.
    pub detail: String,
}

fn capabilities(roles: &[Role]) -> Vec<Capability> {
    Capability::all().filter(|capability| roles.iter().any(|role| role.may(*capability))).collect()
}

fn roles(row: &store::MembershipRow) -> Vec<Role> {
    let roles = [
        (row.is_admin, Role::Admin),
        (row.is_commercial_contact, Role::CommercialContact),
        (row.is_attendee, Role::Attendee),
        (row.is_scanner, Role::Scanner),
    ];
    roles.into_iter().filter_map(|(is, role)| is.then_some(role)).collect()
}

/// Finds out what a person belongs to and may do.
pub async fn me(app: &App, account: &AccountIdentity) -> Result<Me, StorageError> {
    let mut tx = app.read().await?;
    let organizers = store::organizers(&mut tx, account.id).await?;
    let events = store::organized_events(&mut tx, account.id).await?;
    let teams = store::memberships(&mut tx, account.id).await?;
    tx.done().await?;
    let events = events.into_iter().map(|(event_id, slug, name, role)| EventCapabilities {
        event_id,
        slug,
        name,
        capabilities: Role::organizer(&role).map(|role| capabilities(&[role])).unwrap_or_default(),
    });
    let exhibitors = teams.iter().map(|row| {
        let entitlements = row.terms.entitlements();
        let is_in_package =
            |capability: &Capability| capability.entitlements().iter().all(|one| entitlements.includes(*one));
        let roles = roles(row);
        let (included, not_in_package): (Vec<Capability>, Vec<Capability>) =
            capabilities(&roles).into_iter().partition(is_in_package);
        let openness = row.openness.openness(&roles, app.now());
        let (mut capabilities, mut not_open) = (Vec::with_capacity(included.len()), Vec::new());
        for capability in included {
            match openness.allows(capability) {
                Ok(()) => capabilities.push(capability),
                Err(problem) => not_open.push(NotOpen {
                    capability,
                    code: problem.reason().code(),
                    detail: problem.detail().to_owned(),
                }),
            }
        }
        ExhibitorCapabilities {
            exhibitor_id: row.exhibitor_id,
            event_id: row.event_id,
            capabilities,
            not_in_package,
            not_open,
        }
    });
    let capabilities = Capabilities { events: events.collect(), exhibitors: exhibitors.collect() };
    let organizers = organizers.into_iter();
    let memberships = Memberships {
        organizers: organizers
            .map(|(organizer_id, name, role)| OrganizerMembership { organizer_id, name, role })
            .collect(),
        exhibitors: teams
            .into_iter()
            .map(|row| ExhibitorMembership {
                roles: roles(&row),
                exhibitor_id: row.exhibitor_id,
                slug: row.slug,
                name: row.name,
                event_id: row.event_id,
                event_name: row.event_name,
                member_id: row.member_id,
            })
            .collect(),
    };
    let user = UserView { id: account.id, email: account.email.clone(), name: account.name.clone() };
    Ok(Me { user, memberships, capabilities })
}
