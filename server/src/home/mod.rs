//! The home of a partner space: where its stand is, what stands where in numbers, and whom of the organiser
//! to ask. Each number is there for those who may open the page behind it.

pub mod api;
pub mod page;
pub mod store;

use crate::access::{Capability, DeviceAdminScope, Identity, MeetingScope, MessageScope, SpaceScope};
use crate::app::App;
use crate::charts::goal;
use crate::devices::{self, DevicePark};
use crate::events::when::{day_of, start_of};
use crate::exhibitors;
use crate::meetings::{Side, Status, requests};
use crate::paging::PageParams;
use crate::partner_menu::contacts::{self, PartnerContact};
use crate::problem::Problem;
use crate::sharing;
use serde::Serialize;

/// Meetings and devices that are looked at; no space has more open at once.
const MOST: u32 = 500;

/// What stands where, as far as the caller may see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, utoipa::ToSchema)]
pub struct Counters {
    /// Leads that the caller sees; null for those who see none.
    pub leads: Option<u64>,
    /// Those of them that are new today, by the event's clock.
    pub new_today: Option<u64>,
    /// Hot ones.
    pub hot: Option<u64>,
    /// Those that nobody has rated.
    pub unrated: Option<u64>,
    /// How many leads are wanted in the end.
    pub goal: Option<i64>,
    /// Meetings that wait for the exhibitor's answer.
    pub meetings_to_answer: Option<u64>,
    /// Messages that the caller has not read.
    pub unread_messages: Option<u64>,
    /// Devices that hold a licence now.
    pub devices: Option<u64>,
    /// Devices that may; null where there is no limit, too.
    pub licences: Option<u32>,
    /// What the devices have told of and not sent yet.
    pub not_yet_sent: Option<u64>,
}

/// The home of a space.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SpaceHome {
    /// The exhibitor's name.
    pub name: String,
    /// Its booths, hall and number.
    pub booths: Vec<String>,
    /// What stands where.
    pub counters: Counters,
    /// Whom of the organiser to ask.
    pub contacts: Vec<PartnerContact>,
}

/// The home of a space, as whoever asks sees it.
pub async fn of(app: &App, scope: &SpaceScope, identity: &Identity) -> Result<SpaceHome, Problem> {
    let mut tx = app.read().await?;
    let (name, booths) = exhibitors::named(&mut tx, scope).await?.ok_or_else(Problem::not_found)?;
    let contacts = contacts::of(&mut tx, scope.event()).await?;
    tx.done().await?;
    Ok(SpaceHome { name, booths, counters: counters(app, scope, identity).await?, contacts })
}

async fn counters(app: &App, scope: &SpaceScope, identity: &Identity) -> Result<Counters, Problem> {
    let exhibitor = scope.exhibitor();
    let page = PageParams { limit: Some(MOST), cursor: None };
    let mut counters = Counters::default();
    if scope.shows(Capability::LeadRead) {
        let info = app.events.info(app, scope.event()).await?;
        let midnight = start_of(day_of(app.now(), &info.zone()), &info.zone());
        let mut tx = app.read().await?;
        let rows = store::leads(&mut tx, scope, midnight).await?;
        counters.goal = goal::wanted(&mut tx, scope).await?;
        tx.done().await?;
        let sum = |of: &dyn Fn(&store::RatedRow) -> i64| Some(rows.iter().map(of).sum::<i64>().unsigned_abs());
        let rated = |rating: Option<&str>| {
            sum(&|row: &store::RatedRow| if row.rating.as_deref() == rating { row.count } else { 0 })
        };
        counters.leads = sum(&|row: &store::RatedRow| row.count);
        counters.new_today = sum(&|row: &store::RatedRow| row.new_today);
        (counters.hot, counters.unrated) = (rated(Some("hot")), rated(None));
    }
    if scope.shows(Capability::MeetingRead) {
        let party = requests::Party::from(&MeetingScope::of(app, identity, exhibitor).await?);
        let open = requests::list(app, &party, (None, Some(Status::Pending)), &page).await?;
        let waiting = open.items.iter().filter(|row| row.awaits == Some(Side::Exhibitor)).count();
        counters.meetings_to_answer = Some(waiting as u64);
    }
    if scope.shows(Capability::Message) {
        let party = sharing::Party::from(&MessageScope::of(app, identity, exhibitor).await?);
        let (_, unread) = sharing::talk::unread(app, &party).await?;
        counters.unread_messages = Some(unread.unsigned_abs());
    }
    if scope.shows(Capability::DeviceManage) {
        let park = DevicePark::from(&DeviceAdminScope::of(app, identity, exhibitor).await?);
        let licences = devices::licences(app, &park).await?;
        counters.devices = licences.map(|licences| licences.taken as u64);
        counters.licences = licences.and_then(|licences| licences.limit);
        let states = devices::list(app, &park, &page).await?;
        counters.not_yet_sent = Some(states.items.iter().map(|(_, state)| state.not_yet_sent).sum());
    }
    Ok(counters)
}
