//! What an exhibitor's people may do by the moments of the event: nothing in a space that is still
//! shut, nothing with leads before they open, no changes to leads once they are closed.
//!
//! A tab of the space that the organiser closed is refused here too ([`crate::partner_menu`]).
//!
//! Only moments that the organiser has set bind. Delivering is always open: what was captured is kept. The
//! organizer's people and test exhibitors are not bound by the moments.

use super::policy::{Capability, Role};
use crate::events::phases::{MomentsRow, Phases};
use crate::partner_menu::{Menu, State, Tab};
use crate::problem::Problem;
use crate::words::Words;
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;
use sqlx::types::Json;
use std::sync::Arc;

/// The moments of a space's event, and whether they bind.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct OpennessRow {
    #[sqlx(flatten)]
    moments: MomentsRow,
    timezone: String,
    is_test: bool,
    /// Until when the organiser opened this exhibitor's leads again.
    leads_reopened_until: Option<Timestamp>,
    partner_menu: Json<Menu>,
}

/// What is open to whom, when it was looked up.
#[derive(Debug, Clone)]
pub struct Openness {
    phases: Phases,
    timezone: String,
    is_bound: bool,
    now: Timestamp,
    menu: Menu,
}

impl OpennessRow {
    /// As it is for these roles now.
    pub fn openness(&self, roles: &[Role], now: Timestamp) -> Arc<Openness> {
        let is_bound = !self.is_test && !roles.iter().any(|role| role.is_organizers());
        // A default that follows from the dates says when people are mailed; it takes nothing away.
        let phases = Phases {
            leads_open_at: self.moments.leads_open_at.unwrap_or(Timestamp::from_micros(i64::MIN)),
            leads_close_at: self.moments.leads_close_at.map_or(Timestamp::from_micros(i64::MAX), |at| {
                self.leads_reopened_until.map_or(at, |until| at.max(until))
            }),
            ..self.moments.phases()
        };
        Arc::new(Openness { phases, timezone: self.timezone.clone(), is_bound, now, menu: self.partner_menu.0.clone() })
    }
}

impl Openness {
    /// Refuses what the moments or the menu do not allow yet, or no longer.
    pub fn allows(&self, capability: Capability) -> Result<(), Problem> {
        use Capability::{
            Capture, ChartRead, LeadAssign, LeadExport, LeadLive, LeadRead, LeadWrite, RejectedRead, SessionRead,
        };
        if !self.is_bound || capability == Capture {
            return Ok(());
        }
        if self.phases.are_spaces_shut(self.now) {
            let at = self.phases.spaces_open_at.map(|at| self.moment(at)).unwrap_or_default();
            return Err(not_open_yet(format!(
                "Your space is not open yet; the organiser can open it sooner. By the event's clock it opens on “{at}”."
            )));
        }
        let is_of_leads = matches!(
            capability,
            LeadRead | LeadLive | LeadWrite | LeadAssign | LeadExport | RejectedRead | SessionRead | ChartRead
        );
        if is_of_leads && !self.phases.are_leads_open(self.now) {
            let at = self.moment(self.phases.leads_open_at);
            return Err(not_open_yet(format!(
                "Leads are not open yet; the organiser can open them sooner. By the event's clock they open on “{at}”."
            )));
        }
        if matches!(capability, LeadWrite | LeadAssign) && self.phases.are_leads_closed(self.now) {
            let at = self.moment(self.phases.leads_close_at);
            let detail =
                format!("Leads can be read and exported as before. By the event's clock they were closed on “{at}”.");
            return Err(Problem::new(Reason::LeadsClosed, detail));
        }
        capability.tab().map_or(Ok(()), |tab| self.allows_tab(tab))
    }

    /// Refuses a tab, or a part of one, that is not open.
    pub fn allows_tab(&self, tab: Tab) -> Result<(), Problem> {
        match self.tab_state(tab) {
            State::Open => Ok(()),
            State::NotYet(at) => Err(not_open_yet(format!(
                "The organiser opens this part of your space later, by the event's clock on “{}”.",
                self.moment(at)
            ))),
            State::Over(at) => Err(not_included(format!(
                "The organiser closed this part of your space; ask them to open it again. By the event's clock it was \
                 closed on “{}”.",
                self.moment(at)
            ))),
            State::Off => {
                Err(not_included("The organiser has switched this part of the space off. Ask them for it.".to_owned()))
            }
        }
    }

    /// When what is allowed now ends by itself.
    pub fn open_until(&self, capability: Capability) -> Option<Timestamp> {
        capability.tab().filter(|_| self.is_bound).and_then(|tab| self.menu.open_until(tab))
    }

    /// What has become of a tab, for whoever asks.
    pub fn tab_state(&self, tab: Tab) -> State {
        if self.is_bound { self.menu.state(tab, self.now) } else { State::Open }
    }

    /// The menu as the organiser set it.
    pub fn menu(&self) -> &Menu {
        &self.menu
    }

    /// Whether who captures is told of leads.
    pub fn are_leads_shown(&self) -> bool {
        self.allows(Capability::LeadRead).is_ok()
    }

    /// `2 March 2026, 09:00`, at the event, in the words of who asks.
    fn moment(&self, at: Timestamp) -> String {
        let zone = jiff::tz::TimeZone::get(&self.timezone).unwrap_or(jiff::tz::TimeZone::UTC);
        let at = jiff::Timestamp::from_microsecond(at.as_micros()).unwrap_or_default().to_zoned(zone);
        Words::of_request().date_and_time(at.datetime())
    }
}

fn not_open_yet(detail: String) -> Problem {
    Problem::new(Reason::NotOpenYet, detail)
}

/// What is closed for good is the organiser's to include again, like what a package leaves out.
fn not_included(detail: String) -> Problem {
    Problem::new(Reason::NotInPackage, detail)
}
