//! Scopes: proof values that an identity may touch one part of the data in one way.
//!
//! Their fields are private to this module, which makes them only after looking the right up: here
//! those of an exhibitor's space, in its parts those of captures, events, attendees and the system.
//! Others may name them and hold them, as here, but not make them, as `forged` below shows for each.
//!
//! ```
//! use server::access::scope::{CaptureScope, EventScope, ExhibitorScope, ExportScope, ImportScope, SystemScope};
//! fn held(_: (&CaptureScope, &EventScope, &ExhibitorScope, &ExportScope, &ImportScope, &SystemScope)) {}
//! ```

mod attendee;
mod calendar;
mod capture;
mod device;
mod event;
mod further;
mod organizer;
mod system;

pub use attendee::{AttendeeScope, ProvenScope, Stand, StandScope};
pub use calendar::CalendarScope;
pub use capture::{CaptureScope, capture_scope, rescue_scope};
pub use device::OwnDeviceScope;
pub use event::{
    DeskScope, EventAdminScope, EventAuditScope, EventScope, ImportScope, MonitorScope, ScannerScope, ViewScope,
};
pub use organizer::OrganizerScope;
pub use system::SystemScope;

use super::identity::{DeviceIdentity, Identity};
use super::openness::Openness;
use super::policy::{Capability, Role};
use super::store;
use super::view::ViewIdentity;
use crate::app::App;
use crate::extract::path_id;
use crate::packages::Entitlements;
use crate::partner_menu::{Menu, State, Tab};
use crate::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use mobile_core::ids::{AccountId, BoothId, DeviceId, EventId, ExhibitorId, SpaceId, TeamMemberId};
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
    view: Option<Arc<ViewIdentity>>,
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

    /// The view through which somebody of the organizer looks, if one does.
    pub fn view(&self) -> Option<&Arc<ViewIdentity>> {
        self.view.as_ref()
    }

    /// Whether contacts are masked for whoever looks.
    pub fn is_masked(&self) -> bool {
        self.view.as_ref().is_some_and(|view| view.is_masked)
    }

    /// The device that asks, if one does.
    pub fn device(&self) -> Option<DeviceId> {
        self.device
    }

    /// Whether any of the roles includes this, the package too, and it is time for it.
    pub fn may(&self, capability: Capability) -> bool {
        self.allows(capability).is_ok()
    }

    /// The same of what a page shows: a view may leave it out.
    pub fn shows(&self, capability: Capability) -> bool {
        self.may(capability) && self.view.as_ref().is_none_or(|view| view.allows(capability).is_ok())
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

    /// When what is allowed now ends by itself: a view's time, a tab's.
    pub fn allowed_until(&self, capability: Capability) -> Option<Timestamp> {
        let view = self.view.as_ref().map(|view| view.expires_at);
        [view, self.openness.open_until(capability)].into_iter().flatten().min()
    }

    /// Whether the exhibitor's package includes what this needs.
    pub fn is_in_package(&self, capability: Capability) -> bool {
        capability.entitlements().iter().all(|entitlement| self.entitlements.includes(*entitlement))
    }

    /// Refuses what belongs to a tab, or a part of one, that is not open.
    pub fn allows_tab(&self, tab: Tab) -> Result<(), Problem> {
        self.openness.allows_tab(tab)
    }

    /// What has become of a tab, for whoever asks: organisers find all of them open.
    pub fn tab_state(&self, tab: Tab) -> State {
        self.openness.tab_state(tab)
    }

    /// The menu as the organiser set it.
    pub fn menu(&self) -> &Menu {
        self.openness.menu()
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
}

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
        view: any(), roles: any(), entitlements: any(), openness: any(),
    };
    a_capture_scope: CaptureScope {
        event: any(), exhibitor: any(), member: any(), device: any(), booth: any(), sees: any(), ended_at: any(),
        is_lost: any(), is_in_package: any(), is_open: any(), is_for_admin: any(),
    };
    a_scanner_scope: ScannerScope { event: any(), door: any() };
    an_event_scope: EventScope { event: any(), account: any(), role: any() };
    an_organizer_scope: OrganizerScope { organizer: any(), account: any(), role: any() };
    a_lead_scope: LeadScope(any());
    an_attendee_scope: AttendeeScope { event: any(), registration: any() };
    a_calendar_scope: CalendarScope { event: any(), exhibitor: any(), member: any() };
    a_proven_scope: ProvenScope(any());
    a_device_scope: OwnDeviceScope { event: any(), device: any() };
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
    let who = identity.id();
    let now = app.now();
    let has_ended = matches!(identity, Identity::Device(device) if device.ended_at().is_some());
    if let Some(scope) = app.identities.scope(who, exhibitor, now).filter(|_| !has_ended) {
        return Ok(scope);
    }
    let began = app.identities.begin();
    let scope = match identity {
        Identity::Account(account) => account_scope(app, account.id, exhibitor).await?,
        Identity::View(view) => view_scope(app, view, exhibitor).await?,
        Identity::Device(device) => device_scope(app, device, exhibitor).await?,
    };
    // What a view shows comes from the view itself, which may have been looked up before rights changed.
    if !matches!(identity, Identity::View(_)) {
        app.identities.put_scope(who, &scope, now, began);
    }
    Ok(scope)
}

async fn account_scope(app: &App, account: AccountId, exhibitor: ExhibitorId) -> Result<ExhibitorScope, Problem> {
    let standing = store::standing(app, account, exhibitor).await?.ok_or_else(Problem::not_found)?;
    standing_scope(app, &standing, account, None)
}

/// What a member sees, for whoever looks as they do.
async fn view_scope(app: &App, view: &Arc<ViewIdentity>, exhibitor: ExhibitorId) -> Result<ExhibitorScope, Problem> {
    if view.exhibitor != exhibitor {
        return Err(Problem::not_found());
    }
    let standing = store::standing_of_member(app, view.member, exhibitor).await?.ok_or_else(Problem::not_found)?;
    standing_scope(app, &standing, view.viewer.id, Some(Arc::clone(view)))
}

fn standing_scope(
    app: &App,
    standing: &store::Standing,
    account: AccountId,
    view: Option<Arc<ViewIdentity>>,
) -> Result<ExhibitorScope, Problem> {
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
        view,
        openness: standing.openness.openness(&roles, app.now()),
        roles,
        entitlements: Arc::new(standing.terms.entitlements()),
    })
}

async fn device_scope(app: &App, device: &DeviceIdentity, exhibitor: ExhibitorId) -> Result<ExhibitorScope, Problem> {
    if device.exhibitor != Some(exhibitor) {
        return Err(Problem::not_found());
    }
    if device.ended_at().is_some() {
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
        view: None,
        openness: space.openness.openness(&[Role::Device], app.now()),
        roles: vec![Role::Device],
        entitlements: Arc::new(space.terms.entitlements()),
    })
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
                if let Some(view) = scope.view() {
                    view.allows(Capability::$capability)?;
                }
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
    /// May see the home of the space.
    SpaceScope: SpaceRead;
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
    /// May say what attendees see of the exhibitor.
    ProfileScope: ProfileManage;
    /// May see captures that were not accepted.
    RejectedScope: RejectedRead;
    /// May see what was done in the space.
    AuditScope: AuditRead;
    /// May see the meetings of the space.
    MeetingScope: MeetingRead;
    /// May ask for meetings, answer and move them.
    MeetingAdminScope: MeetingManage;
    /// May see the exhibitor's sessions and who attended them.
    OwnSessionScope: SessionRead;
    /// May change the exhibitor's sessions, where the organiser allows it.
    OwnSessionAdminScope: SessionManage;
    /// May see what the scans add up to.
    ChartScope: ChartRead;
    /// May look for attendees to meet.
    ContactScope: ContactRead;
    /// May read and write the conversations of the space that they are in, an admin all of them.
    MessageScope: Message;
}
