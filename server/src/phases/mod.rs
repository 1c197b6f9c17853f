//! The organiser's hand on the moments of an event, and the mails that go with them.
//!
//! "Send access mails" opens the spaces and mails their admins; when leads open, the scanning mail
//! goes to admins and scanners, by itself. Whom a team named and who was registered already is asked with
//! the access mails. Nobody is mailed before something is open to them, and whoever comes later is mailed
//! once, by [`welcome`]. Which moment refuses what, is [`crate::access`]'
//! business; the defaults are in [`crate::events::phases`].

pub mod api;
pub mod mailing;
pub mod page;
pub mod store;

pub use mailing::{MailKind, mail_openings, remind, welcome};

use crate::access::{EventAdminScope, EventScope};
use crate::app::App;
use crate::audit::{self, Action, NewEntry};
use crate::events::phases::Phases;
use crate::fields::Fields;
use crate::problem::Problem;
use crate::rights;
use crate::words::Words;
use mobile_core::ids::EventId;
use mobile_core::time::Timestamp;
use serde_json::json;
use store::SettingsRow;

/// The moments and what goes with them, as set and as they hold.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What is kept.
    pub row: SettingsRow,
    /// What holds.
    pub phases: Phases,
}

impl From<SettingsRow> for Settings {
    fn from(row: SettingsRow) -> Self {
        Self { phases: row.moments.phases(), row }
    }
}

/// How the moments of an event are set.
pub async fn get(app: &App, scope: &EventScope) -> Result<Settings, Problem> {
    let mut tx = app.read().await?;
    let row = store::find(&mut tx, scope.event()).await?.ok_or_else(Problem::not_found)?;
    tx.done().await?;
    Ok(row.into())
}

/// Whether exhibitors' admins print the badges of their team.
pub async fn has_team_badges(app: &App, event: EventId) -> Result<bool, Problem> {
    let mut tx = app.read().await?;
    let row = store::find(&mut tx, event).await?.ok_or_else(Problem::not_found)?;
    tx.done().await?;
    Ok(row.has_team_badges)
}

/// What an edit sets; the inner `None` is the default.
#[derive(Debug, Clone, Copy, Default)]
pub struct Edit {
    /// When the spaces open; the default is not before access mails are sent.
    pub spaces_open_at: Option<Option<Timestamp>>,
    /// When leads open.
    pub leads_open_at: Option<Option<Timestamp>>,
    /// When scanning begins.
    pub scanning_from: Option<Option<Timestamp>>,
    /// When scanning ends.
    pub scanning_until: Option<Option<Timestamp>>,
    /// When leads close.
    pub leads_close_at: Option<Option<Timestamp>>,
    /// The language of mails to people without one of their own.
    pub language: Option<Words>,
    /// Whether exhibitors' admins print the badges of their team.
    pub has_team_badges: Option<bool>,
    /// Whether visitors hear on the evening of their first scan who met them.
    pub has_evening_mail: Option<bool>,
}

impl Edit {
    fn applied_to(self, mut row: SettingsRow) -> Result<SettingsRow, Problem> {
        let moments = &mut row.moments;
        moments.spaces_open_at = self.spaces_open_at.unwrap_or(moments.spaces_open_at);
        moments.leads_open_at = self.leads_open_at.unwrap_or(moments.leads_open_at);
        moments.scanning_from = self.scanning_from.unwrap_or(moments.scanning_from);
        moments.scanning_until = self.scanning_until.unwrap_or(moments.scanning_until);
        moments.leads_close_at = self.leads_close_at.unwrap_or(moments.leads_close_at);
        row.language = self.language.unwrap_or(row.language);
        row.has_team_badges = self.has_team_badges.unwrap_or(row.has_team_badges);
        row.has_evening_mail = self.has_evening_mail.unwrap_or(row.has_evening_mail);
        let phases = row.moments.phases();
        let mut wrong = Fields::default();
        if phases.spaces_open_at.is_some_and(|at| at > phases.leads_open_at) {
            wrong.wrong("/spaces_open_at", "must not be later than the opening of the Leads tab, which is in a space");
        }
        if phases.scanning_from > phases.starts_at {
            wrong.wrong("/scanning_from", "must not be later than the beginning of the event");
        }
        if phases.scanning_until < phases.ends_at {
            wrong.wrong("/scanning_until", "must not be earlier than the end of the event");
        }
        if phases.leads_close_at < phases.ends_at {
            wrong.wrong("/leads_close_at", "must not be earlier than the end of the event");
        }
        if phases.leads_open_at > phases.ends_at {
            wrong.wrong("/leads_open_at", "must not be later than the end of the event");
        }
        wrong.done(Some(row))
    }
}

/// Sets the moments of an event.
pub async fn edit(app: &App, scope: &EventAdminScope, edit: Edit) -> Result<Settings, Problem> {
    let event = scope.event();
    let mut tx = app.write().await?;
    let known = store::find_for_edit(&mut tx, event).await?.ok_or_else(Problem::not_found)?;
    let row = edit.applied_to(known)?;
    if row != known {
        store::update(&mut tx, event, &row).await?;
        let detail = json!({"before": known.told(), "after": row.told()});
        let entry = NewEntry::new(Action::PhasesChanged, Some(scope.account()), Some(event.0)).with(detail);
        audit::append(app, &mut tx, event, &entry).await?;
        // What is open changes what people may read.
        rights::commit(app, tx, event, event.into(), event.0).await?;
    }
    Ok(row.into())
}
