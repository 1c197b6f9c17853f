//! What every page of the Leads tab needs of its space: scope, event, names, numbers, and its frame.

use super::parts::{PARTS, Part};
use crate::access::LeadScope;
use crate::app::App;
use crate::events::cache::{EventInfo, Names};
use crate::extract::Speaks;
use crate::forms::{self, Known};
use crate::leads::list::choices;
use crate::monitor;
use crate::partner_menu;
use crate::problem::Problem;
use crate::storage::Tx;
use crate::web::menu::{self, SpacePage};
use crate::web::text::{dotted, stand};
use crate::web::visitor::Visitor;
use crate::web::{Crumb, EventZone, Shell};
use crate::words::Words;
use mobile_core::ids::{BoothId, ExhibitorId};
use mobile_core::time::Timestamp;
use mobile_core::wire::frames::ExhibitorStats;
use std::sync::Arc;

/// A number above the list.
pub struct Figure {
    /// What it counts.
    pub label: &'static str,
    /// Its name in the live stream.
    pub name: &'static str,
    /// The number.
    pub value: String,
}

/// A part of the tab.
pub struct Tab {
    /// What it is called.
    pub label: String,
    /// Its name in the address.
    pub code: &'static str,
    /// Its list.
    pub href: String,
    /// How many leads it has; empty where that is not told.
    pub count: String,
    /// Whether it is the one that is shown.
    pub is_current: bool,
}

/// What every page of the space needs.
pub struct Space {
    /// Whose leads, and what the reader may see of them.
    pub scope: LeadScope,
    /// The event.
    pub event: Arc<EventInfo>,
    /// Names of the event's members, phones and booths.
    pub names: Arc<Names>,
    /// What the space adds up to.
    pub stats: ExhibitorStats,
    /// Its stands.
    pub booths: Vec<(BoothId, String)>,
    /// The event's zone, in the reader's words.
    pub zone: EventZone,
    /// When it was asked for.
    pub now: Timestamp,
    /// The address of the list.
    pub base: String,
    /// What the exhibitor asks at the stand, and ever asked.
    pub known: Known,
    /// The reader's language.
    pub language: Words,
}

impl Space {
    /// Looks up what the reader may see of the space, and leaves the read open: what else is read in it is of
    /// the same moment as the numbers.
    pub async fn open(
        app: &App,
        visitor: &Visitor,
        exhibitor: ExhibitorId,
        Speaks(language): Speaks,
    ) -> Result<(Self, Tx), Problem> {
        let scope = LeadScope::of(app, &visitor.identity, exhibitor).await?;
        // Whoever reads asks for nothing else meanwhile: connections that wait for each other would stand still.
        let event = app.events.info(app, scope.event()).await?;
        let names = app.events.names(app, scope.event()).await?;
        let mut tx = app.read().await?;
        let known = forms::known(&mut tx, scope.event(), exhibitor).await?;
        let booths = choices::booths(&mut tx, &scope).await?;
        let stats = monitor::exhibitor_stats_within(&mut tx, &scope, &event).await?;
        let space = Self {
            known,
            language,
            booths,
            names,
            stats,
            zone: EventZone::named(&event.timezone),
            now: app.now(),
            base: format!("/exhibitors/{exhibitor}/leads"),
            event,
            scope,
        };
        Ok((space, tx))
    }

    /// The frame of its pages.
    pub fn shell(&self, visitor: &Visitor) -> Shell {
        let name = &self.stats.name;
        let crumbs = vec![Crumb::to(self.event.name.clone(), "/"), Crumb::here(name.clone())];
        let title = self.zone.words().t("leads-title").with("name", name);
        let shell = Shell::of(title, &visitor.account.name, &visitor.account.email, crumbs);
        let shell = shell.beside(menu::of_space(&self.scope, SpacePage::Leads)).running("page live lead");
        shell.through(&self.scope, &self.zone)
    }

    /// Its stands, event and day in one line.
    pub fn stand(&self) -> String {
        let day = self.zone.event_day(self.event.starts_at, self.event.ends_at, self.now);
        let labels: Vec<&str> = self.booths.iter().map(|(_, label)| label.as_str()).collect();
        dotted(&[&stand(&labels.join(", ")), &self.event.name, &day])
    }

    /// The numbers above the list.
    pub fn figures(&self) -> Vec<Figure> {
        let figures = [
            ("leads-leads", "leads", self.stats.leads),
            ("common-scans", "scans", self.stats.scans),
            ("common-phones", "devices", self.stats.devices),
            ("common-not-yet-sent", "not_yet_sent", self.stats.not_yet_sent),
        ];
        figures.map(|(label, name, value)| Figure { label, name, value: self.zone.words().number(value) }).into()
    }

    /// Where people came from, as far as the reader may open the part that lists them.
    pub fn sources(&self) -> Vec<(String, String)> {
        let words = self.zone.words();
        let anywhere = [("scan", "leads-source-scan"), ("manual", "leads-typed-by-hand")];
        let anywhere = anywhere.map(|(source, label)| (source.to_owned(), words.t(label).to_string()));
        let allowed = PARTS.iter().filter(|part| self.scope.allows_tab(part.tab).is_ok());
        let named = |part: &Part| Some((part.source?.to_owned(), self.scope.menu().setting(part.tab).name(words)));
        anywhere.into_iter().chain(allowed.filter_map(named)).collect()
    }

    /// The parts that the reader may open, in the organiser's order.
    pub fn tabs(&self, current: &str) -> Vec<Tab> {
        let words = self.zone.words();
        let tab = |part: &Part| {
            let is_scans = part.code == "scans";
            Tab {
                label: if is_scans {
                    words.t("common-scans").into()
                } else {
                    self.scope.menu().setting(part.tab).name(words)
                },
                code: part.code,
                href: if is_scans { self.base.clone() } else { format!("{}?tab={}", self.base, part.code) },
                count: if is_scans { self.zone.words().number(self.stats.scans) } else { String::new() },
                is_current: part.code == current,
            }
        };
        // Scans, which has everybody, comes first; the others stand as the organiser ordered them.
        let order: Vec<partner_menu::Tab> = self.scope.menu().tabs().iter().map(|setting| setting.tab).collect();
        let mut parts: Vec<&Part> = PARTS.iter().filter(|part| self.scope.allows_tab(part.tab).is_ok()).collect();
        parts.sort_by_key(|part| (part.code != "scans", order.iter().position(|tab| *tab == part.tab)));
        parts.into_iter().map(tab).collect()
    }
}
