//! Scopes: proof values that an identity may touch one part of the data in one way.
//!
//! Their fields are private to this file, which makes them only after looking the right up. Others
//! may name them and hold them, as here, but not make them, as `forged` below shows for each.
//!
//! ```
//! use server::access::scope::{CaptureScope, EventScope, ExhibitorScope, ExportScope, ImportScope, SystemScope};
//! fn held(_: (&CaptureScope, &EventScope, &ExhibitorScope, &ExportScope, &ImportScope, &SystemScope)) {}
//! ```

use super::attendee::AttendeeIdentity;
use super::identity::{DeviceIdentity, Identity};
use super::openness::Openness;
use super::policy::{Capability, Role};
use super::store;
use crate::app::App;
use crate::extract::path_id;
use crate::packages::Entitlements;
use crate::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use mobile_core::ids::{AccountId, BoothId, DeviceId, EventId, ExhibitorId, RegistrationId, SpaceId, TeamMemberId};
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;
use std::sync::Arc;

/// Which leads of a space are seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Visibility {
    /// All of them.
    Team,
    /// Those that this member scanned or owns.
    Own(TeamMemberId),
    /// Those that this device scanned, where nobody in particular holds it.
    OwnDevice(DeviceId),
}

/// May be in one exhibitor's space; what for, the narrower scopes below say.
#[derive(Debug, Clone)]
pub struct ExhibitorScope {
    event: EventId,
    exhibitor: ExhibitorId,
    sees: Visibility,
    member: Option<TeamMemberId>,
    device: Option<DeviceId>,
    booth: Option<BoothId>,
    account: Option<AccountId>,
    roles: Vec<Role>,
    entitlements: Arc<Entitlements>,
    openness: Arc<Openness>,
}

impl ExhibitorScope {
    /// The event.
    pub fn event(&self) -> EventId {
        self.event
    }

    /// The exhibitor.
    pub fn exhibitor(&self) -> ExhibitorId {
        self.exhibitor
    }

    /// The exhibitor's space.
    pub fn space(&self) -> SpaceId {
        self.exhibitor.into()
    }

    /// Which leads are seen.
    pub fn sees(&self) -> Visibility {
        self.sees
    }

    /// The team member who asks, if one does.
    pub fn member(&self) -> Option<TeamMemberId> {
        self.member
    }

    /// The account that asks, if a person does.
    pub fn account(&self) -> Option<AccountId> {
        self.account
    }

    /// The device that asks, if one does.
    pub fn device(&self) -> Option<DeviceId> {
        self.device
    }

    /// Whether any of the roles includes this, the package too, and it is time for it.
    pub fn may(&self, capability: Capability) -> bool {
        self.allows(capability).is_ok()
    }

    /// The same, with what to do about it.
    pub fn allows(&self, capability: Capability) -> Result<(), Problem> {
        if !self.roles.iter().any(|role| role.may(capability)) {
            return Err(forbidden());
        }
        if !self.is_in_package(capability) {
            return Err(not_in_package());
        }
        self.openness.allows(capability)
    }

    /// Whether the exhibitor's package includes what this needs.
    pub fn is_in_package(&self, capability: Capability) -> bool {
        capability.entitlements().iter().all(|entitlement| self.entitlements.includes(*entitlement))
    }

    /// What the exhibitor is entitled to.
    pub fn entitlements(&self) -> &Entitlements {
        &self.entitlements
    }

    /// Whether the organizer asks, who is not bound by what exhibitors may.
    pub fn is_organizers(&self) -> bool {
        self.roles.iter().any(|role| role.is_organizers())
    }

    /// The roles that were found.
    pub fn roles(&self) -> &[Role] {
        &self.roles
    }

    /// The proof that this one may send captures, as the same author.
    pub fn capturing(&self) -> Result<CaptureScope, Problem> {
        self.allows(Capability::Capture)?;
        let is_in_package = self.is_in_package(Capability::LeadRead);
        let is_open = self.openness.are_leads_shown();
        Ok(CaptureScope {
            event: self.event,
            exhibitor: Some(self.exhibitor),
            member: self.member,
            device: self.device,
            booth: self.booth,
            sees: Some(self.sees).filter(|_| is_in_package && is_open),
            ended_at: None,
            is_lost: false,
            is_in_package,
            is_open,
            is_for_admin: is_in_package && is_open && self.roles.iter().any(|role| role.sees_all_leads()),
        })
    }
}

/// May deliver captures to one space.
#[derive(Debug, Clone)]
pub struct CaptureScope {
    event: EventId,
    exhibitor: Option<ExhibitorId>,
    member: Option<TeamMemberId>,
    device: Option<DeviceId>,
    booth: Option<BoothId>,
    sees: Option<Visibility>,
    ended_at: Option<Timestamp>,
    is_lost: bool,
    is_in_package: bool,
    is_open: bool,
    is_for_admin: bool,
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

fn forbidden() -> Problem {
    Problem::new(Reason::Forbidden, "Your role here does not include this. Ask an admin of the space.")
}

fn not_in_package() -> Problem {
    Problem::new(Reason::NotInPackage, "Your package does not include this. Ask the organiser, who can switch it on.")
}

/// Shows that a scope cannot be made outside: the same expression compiles here, as a function that
/// nobody calls, and must not compile in a doc test.
macro_rules! forged {
    ($($name:ident: $literal:expr;)*) => {$(
        #[doc = concat!("```compile_fail\nuse server::access::scope::*;\n\
            fn any<T>() -> T { unreachable!() }\nlet forged = || ", stringify!($literal), ";\n```")]
        #[expect(dead_code, reason = "it is there to be compiled")]
        fn $name() {
            fn any<T>() -> T {
                unreachable!("nobody calls this")
            }
            let _ = || $literal;
        }
    )*};
}

forged! {
    an_exhibitor_scope: ExhibitorScope {
        event: any(), exhibitor: any(), sees: any(), member: any(), device: any(), booth: any(), account: any(),
        roles: any(), entitlements: any(), openness: any(),
    };
    a_capture_scope: CaptureScope {
        event: any(), exhibitor: any(), member: any(), device: any(), booth: any(), sees: any(), ended_at: any(),
        is_lost: any(), is_in_package: any(), is_open: any(), is_for_admin: any(),
    };
    a_scanner_scope: ScannerScope { event: any() };
    an_event_scope: EventScope { event: any(), account: any(), role: any() };
    a_lead_scope: LeadScope(any());
    an_attendee_scope: AttendeeScope { event: any(), registration: any() };
    an_export_scope: ExportScope(any());
    an_import_scope: ImportScope(any());
    a_system_scope: SystemScope(());
}

/// Finds out what an identity may be in one exhibitor's space.
pub async fn exhibitor_scope(
    app: &App,
    identity: &Identity,
    exhibitor: ExhibitorId,
) -> Result<ExhibitorScope, Problem> {
    let who = match identity {
        Identity::Account(account) => account.id.0,
        Identity::Device(device) => device.id.0,
    };
    let now = app.now();
    let has_ended = matches!(identity, Identity::Device(device) if device.revoked_at.or(device.lost_at).is_some());
    if let Some(scope) = app.identities.scope(who, exhibitor, now).filter(|_| !has_ended) {
        return Ok(scope);
    }
    let scope = match identity {
        Identity::Account(account) => account_scope(app, account.id, exhibitor).await?,
        Identity::Device(device) => device_scope(app, device, exhibitor).await?,
    };
    app.identities.put_scope(who, &scope, now);
    Ok(scope)
}

async fn account_scope(app: &App, account: AccountId, exhibitor: ExhibitorId) -> Result<ExhibitorScope, Problem> {
    let standing = store::standing(app, account, exhibitor).await?.ok_or_else(Problem::not_found)?;
    let roles = standing.roles();
    if roles.is_empty() {
        return Err(Problem::not_found());
    }
    let sees_all = standing.visibility == "team" || roles.iter().any(|role| role.sees_all_leads());
    let sees = match standing.member() {
        Some(member) if !sees_all => Visibility::Own(member),
        _ => Visibility::Team,
    };
    Ok(ExhibitorScope {
        event: standing.event_id,
        exhibitor: standing.exhibitor_id,
        sees,
        member: standing.member(),
        device: None,
        booth: None,
        account: Some(account),
        openness: standing.openness.openness(&roles, app.now()),
        roles,
        entitlements: Arc::new(standing.terms.entitlements()),
    })
}

async fn device_scope(app: &App, device: &DeviceIdentity, exhibitor: ExhibitorId) -> Result<ExhibitorScope, Problem> {
    if device.exhibitor != Some(exhibitor) {
        return Err(Problem::not_found());
    }
    if device.revoked_at.or(device.lost_at).is_some() {
        return Err(Problem::new(Reason::DeviceRevoked, "This device's access has ended; it can only deliver."));
    }
    let space = store::space(app, device.event, exhibitor).await?.ok_or_else(Problem::not_found)?;
    let sees = match (space.visibility.as_str(), device.member) {
        ("team", _) => Visibility::Team,
        (_, Some(member)) => Visibility::Own(member),
        (_, None) => Visibility::OwnDevice(device.id),
    };
    Ok(ExhibitorScope {
        event: device.event,
        exhibitor,
        sees,
        member: device.member,
        device: Some(device.id),
        booth: device.booth,
        account: None,
        openness: space.openness.openness(&[Role::Device], app.now()),
        roles: vec![Role::Device],
        entitlements: Arc::new(space.terms.entitlements()),
    })
}

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
            let ended_at = match (device.revoked_at, device.lost_at) {
                (Some(revoked), Some(lost)) => Some(revoked.min(lost)),
                (revoked, lost) => revoked.or(lost),
            };
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
    }
}

impl CaptureScope {
    /// Whether the sender sees every lead of the space.
    pub fn sees_everything(&self) -> bool {
        self.is_for_admin || self.sees == Some(Visibility::Team)
    }
}

macro_rules! exhibitor_scopes {
    ($($(#[$doc:meta])* $name:ident: $capability:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub struct $name(ExhibitorScope);

        impl std::ops::Deref for $name {
            type Target = ExhibitorScope;
            fn deref(&self) -> &ExhibitorScope {
                &self.0
            }
        }

        impl $name {
            /// Finds out whether an identity may do this in an exhibitor's space.
            pub async fn of(app: &App, identity: &Identity, exhibitor: ExhibitorId) -> Result<Self, Problem> {
                let scope = exhibitor_scope(app, identity, exhibitor).await?;
                scope.allows(Capability::$capability)?;
                Ok(Self(scope))
            }
        }

        impl FromRequestParts<App> for $name {
            type Rejection = Problem;
            async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
                let identity = Identity::from_request_parts(parts, app).await?;
                Self::of(app, &identity, path_id(parts, "exhibitor_id").await?).await
            }
        }
    )*};
}

exhibitor_scopes! {
    /// May see leads, as far as visibility allows.
    LeadScope: LeadRead;
    /// May give leads to others, all of the space.
    AssignScope: LeadAssign;
    /// May follow leads live, as far as visibility allows.
    LiveScope: LeadLive;
    /// May download leads.
    ExportScope: LeadExport;
    /// May see and change the team.
    TeamAdminScope: TeamManage;
    /// May pair and revoke devices.
    DeviceAdminScope: DeviceManage;
    /// May hold a phone of the stand, and so see who else may.
    CrewScope: Capture;
    /// May say what is asked at the stand.
    FormScope: FormManage;
    /// May see captures that were not accepted.
    RejectedScope: RejectedRead;
    /// May see what was done in the space.
    AuditScope: AuditRead;
    /// May see the meetings of the space.
    MeetingScope: MeetingRead;
    /// May ask for meetings, answer and move them.
    MeetingAdminScope: MeetingManage;
    /// May look for attendees to meet.
    ContactScope: ContactRead;
}

impl TeamAdminScope {
    /// The proof for registering the people of this team, and for their badges.
    pub fn desk(&self) -> DeskScope {
        let account = self.account.unwrap_or(AccountId(uuid::Uuid::nil()));
        DeskScope(EventScope { event: self.event, account, role: Role::Desk })
    }
}

/// May see one event as its organizer.
#[derive(Debug, Clone, Copy)]
pub struct EventScope {
    event: EventId,
    account: AccountId,
    role: Role,
}

impl EventScope {
    /// The event.
    pub fn event(&self) -> EventId {
        self.event
    }

    /// The account that asks.
    pub fn account(&self) -> AccountId {
        self.account
    }

    /// The organizer's role of the account.
    pub fn role(&self) -> Role {
        self.role
    }

    /// Finds out whether an identity may see an event as its organizer.
    pub async fn of(app: &App, identity: &Identity, event: EventId) -> Result<Self, Problem> {
        Self::find(app, identity, event, Capability::EventRead).await
    }

    async fn find(app: &App, identity: &Identity, event: EventId, capability: Capability) -> Result<Self, Problem> {
        let Identity::Account(account) = identity else { return Err(Problem::not_found()) };
        let role = store::event_role(app, account.id, event).await?.ok_or_else(Problem::not_found)?;
        if role.may(capability) { Ok(Self { event, account: account.id, role }) } else { Err(forbidden()) }
    }
}

macro_rules! event_scopes {
    ($($(#[$doc:meta])* $name:ident: $capability:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name(EventScope);

        impl std::ops::Deref for $name {
            type Target = EventScope;
            fn deref(&self) -> &EventScope {
                &self.0
            }
        }

        impl $name {
            /// Finds out whether an identity may do this at an event.
            pub async fn of(app: &App, identity: &Identity, event: EventId) -> Result<Self, Problem> {
                EventScope::find(app, identity, event, Capability::$capability).await.map(Self)
            }
        }

        impl FromRequestParts<App> for $name {
            type Rejection = Problem;
            async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
                let identity = Identity::from_request_parts(parts, app).await?;
                Self::of(app, &identity, path_id(parts, "event_id").await?).await
            }
        }
    )*};
}

event_scopes! {
    /// May change the event and its exhibitors.
    EventAdminScope: EventManage;
    /// May register people and print badges.
    DeskScope: Register;
    /// May import registrations.
    ImportScope: Import;
    /// May watch the live monitor.
    MonitorScope: Monitor;
    /// May see what was done at the event.
    EventAuditScope: AuditRead;
}

/// May scan somewhere at one event: in one of its spaces, or at its doors.
#[derive(Debug, Clone, Copy)]
pub struct ScannerScope {
    event: EventId,
}

impl ScannerScope {
    /// The event.
    pub fn event(&self) -> EventId {
        self.event
    }

    async fn find(app: &App, identity: &Identity, event: EventId) -> Result<Self, Problem> {
        let roles = match identity {
            Identity::Device(device) if device.event != event => Vec::new(),
            Identity::Device(device) if device.revoked_at.or(device.lost_at).is_some() => {
                return Err(Problem::new(
                    Reason::DeviceRevoked,
                    "This device's access has ended; it can only deliver.",
                ));
            }
            Identity::Device(device) if device.exhibitor.is_some() => vec![Role::Device],
            Identity::Device(_) => vec![Role::Door],
            Identity::Account(account) => store::roles_anywhere(app, account.id, event).await?,
        };
        if roles.is_empty() {
            return Err(Problem::not_found());
        }
        if roles.iter().any(|role| role.may(Capability::Capture)) { Ok(Self { event }) } else { Err(forbidden()) }
    }
}

impl FromRequestParts<App> for ScannerScope {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let identity = Identity::from_request_parts(parts, app).await?;
        Self::find(app, &identity, path_id(parts, "event_id").await?).await
    }
}

/// Finds out whom the captures of a rescue file come from: the device whose token the file proves to
/// know, else nobody in particular, in the exhibitor's space that the file names. None where that is
/// no space of the event.
pub async fn rescue_scope(
    app: &App,
    desk: &DeskScope,
    device: Option<(DeviceId, super::token::TokenHash)>,
    exhibitor: Option<ExhibitorId>,
) -> Result<Option<CaptureScope>, Problem> {
    let event = desk.event();
    let known = match device {
        Some((id, proof)) => store::device_by_token(app, &proof)
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
        ended_at: known.and_then(|known| match (known.revoked_at, known.lost_at) {
            (Some(revoked), Some(lost)) => Some(revoked.min(lost)),
            (revoked, lost) => revoked.or(lost),
        }),
        is_lost: known.is_some_and(|known| known.lost_at.is_some()),
        // Whoever brings the file is told nothing of leads, so the package does not matter.
        is_in_package: true,
        is_open: true,
        is_for_admin: false,
    }))
}

impl FromRequestParts<App> for EventScope {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let identity = Identity::from_request_parts(parts, app).await?;
        Self::of(app, &identity, path_id(parts, "event_id").await?).await
    }
}

/// May act for one attendee: whoever holds the secret link that the desk gave them, or signed in by a
/// link mailed to the address of the registration.
#[derive(Debug, Clone, Copy)]
pub struct AttendeeScope {
    event: EventId,
    registration: RegistrationId,
}

impl AttendeeScope {
    /// The event.
    pub fn event(&self) -> EventId {
        self.event
    }

    /// The attendee.
    pub fn registration(&self) -> RegistrationId {
        self.registration
    }
}

impl MeetingAdminScope {
    /// Who may change meetings may see them.
    pub fn reading(&self) -> MeetingScope {
        MeetingScope(self.0.clone())
    }
}

impl AttendeeScope {
    /// The scope of one of the registrations that a signed-in address has.
    pub async fn of(app: &App, attendee: &AttendeeIdentity, registration: RegistrationId) -> Result<Self, Problem> {
        let event = store::event_of_attendee(app, attendee.email(), registration).await?;
        Ok(Self { event: event.ok_or_else(Problem::not_found)?, registration })
    }
}

impl FromRequestParts<App> for AttendeeScope {
    type Rejection = Problem;
    /// In the place of the secret stands the registration's id for whoever signed in by a mailed link.
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let token: String = path_id(parts, "token").await?;
        if let Ok(registration) = token.parse::<RegistrationId>() {
            let attendee = <AttendeeIdentity as FromRequestParts<App>>::from_request_parts(parts, app).await?;
            return Self::of(app, &attendee, registration).await;
        }
        let found = store::attendee_by_link(app, &super::token::hash(&token)).await?;
        let (event, registration) = found.ok_or_else(Problem::not_found)?;
        Ok(Self { event, registration })
    }
}

/// May do everything: the command line and the server's own tasks.
#[derive(Debug, Clone, Copy)]
pub struct SystemScope(());

impl SystemScope {
    /// Made by whoever has the database itself in hand.
    pub(crate) fn new() -> Self {
        Self(())
    }

    /// Stands in one exhibitor's space as its admin.
    pub async fn exhibitor(self, app: &App, event: EventId, exhibitor: ExhibitorId) -> Result<ExportScope, Problem> {
        let space = store::space(app, event, exhibitor).await?.ok_or_else(Problem::not_found)?;
        Ok(ExportScope(ExhibitorScope {
            event,
            exhibitor,
            sees: Visibility::Team,
            member: None,
            device: None,
            booth: None,
            account: None,
            openness: space.openness.openness(&[Role::Owner], app.now()),
            roles: vec![Role::Owner],
            entitlements: Arc::new(space.terms.entitlements()),
        }))
    }

    /// Notes in an exhibitor's space what happened elsewhere at the event.
    pub fn capturing(self, event: EventId, exhibitor: ExhibitorId) -> CaptureScope {
        CaptureScope {
            event,
            exhibitor: Some(exhibitor),
            member: None,
            device: None,
            booth: None,
            sees: None,
            ended_at: None,
            is_lost: false,
            is_in_package: true,
            is_open: true,
            is_for_admin: false,
        }
    }

    /// Writes what a device captured into a space that it was meant for, as that device.
    pub fn on_behalf(self, event: EventId, exhibitor: ExhibitorId, device: Option<DeviceId>) -> CaptureScope {
        CaptureScope { device, ..self.capturing(event, exhibitor) }
    }

    /// Stands at the event's desk.
    pub fn desk(self, event: EventId) -> DeskScope {
        DeskScope(EventScope { event, account: AccountId(uuid::Uuid::nil()), role: Role::Owner })
    }

    /// Stands as whoever imports registrations.
    pub fn importer(self, event: EventId) -> ImportScope {
        ImportScope(EventScope { event, account: AccountId(uuid::Uuid::nil()), role: Role::Owner })
    }

    /// Stands as the organizer.
    pub fn organizer(self, event: EventId) -> EventAdminScope {
        EventAdminScope(EventScope { event, account: AccountId(uuid::Uuid::nil()), role: Role::Owner })
    }
}
