//! What stands around every page of a space: its name, where it is, the menu, the event's times.

use super::store;
use crate::access::ExhibitorScope;
use crate::app::App;
use crate::events::cache::EventInfo;
use crate::problem::Problem;
use crate::web::menu::{self, SpacePage};
use crate::web::text::{dotted, stand};
use crate::web::visitor::Visitor;
use crate::web::{Crumb, EventZone, Shell};
use crate::words::Words;
use mobile_core::time::Timestamp;
use std::sync::Arc;

/// The frame of one page.
#[derive(Debug)]
pub struct SpaceFrame {
    /// The shell with the menu.
    pub shell: Shell,
    /// The exhibitor's name.
    pub exhibitor: String,
    /// Its stands and its event, in one line.
    pub place: String,
    /// The event.
    pub event: Arc<EventInfo>,
    /// The event's times.
    pub zone: EventZone,
    /// When the page was made.
    pub now: Timestamp,
}

impl SpaceFrame {
    /// Looks up what stands around a page; `title` is the key of the page's own.
    pub async fn open(
        app: &App,
        visitor: &Visitor,
        scope: &ExhibitorScope,
        page: SpacePage,
        title: &str,
    ) -> Result<Self, Problem> {
        let title = Words::of_request().t(title).to_string();
        let event = app.events.info(app, scope.event()).await?;
        let mut tx = app.read().await?;
        let (exhibitor, booths) = store::title(&mut tx, scope).await?.ok_or_else(Problem::not_found)?;
        tx.done().await?;
        let crumbs = vec![Crumb::to(event.name.clone(), "/"), Crumb::here(exhibitor.clone())];
        let shell = Shell::of(format!("{title} · {exhibitor}"), &visitor.account.name, &visitor.account.email, crumbs);
        let zone = EventZone::named(&event.timezone);
        Ok(Self {
            shell: shell.beside(menu::of_space(scope, page)).through(scope, &zone),
            place: dotted(&[&stand(&booths), &event.name]),
            exhibitor,
            zone,
            now: app.now(),
            event,
        })
    }
}
