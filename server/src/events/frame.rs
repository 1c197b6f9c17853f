//! What stands around every page of an event: its name, the menu, its times.

use super::cache::EventInfo;
use crate::access::EventScope;
use crate::app::App;
use crate::problem::Problem;
use crate::web::menu::{self, EventPage};
use crate::web::visitor::Visitor;
use crate::web::{Crumb, EventZone, Shell};
use crate::words::Words;
use mobile_core::time::Timestamp;
use std::sync::Arc;

/// The frame of one page.
#[derive(Debug)]
pub struct EventFrame {
    /// The shell with the menu.
    pub shell: Shell,
    /// The event.
    pub event: Arc<EventInfo>,
    /// The event's times.
    pub zone: EventZone,
    /// When the page was made.
    pub now: Timestamp,
}

impl EventFrame {
    /// Looks up what stands around a page; `title` is the key of the page's own.
    pub async fn open(
        app: &App,
        visitor: &Visitor,
        scope: &EventScope,
        page: EventPage,
        title: &str,
    ) -> Result<Self, Problem> {
        let title = Words::of_request().t(title).to_string();
        let event = app.events.info(app, scope.event()).await?;
        let crumbs = vec![Crumb::to(event.name.clone(), "/"), Crumb::here(title.clone())];
        let title = format!("{title} · {}", event.name);
        let shell = Shell::of(title, &visitor.account.name, &visitor.account.email, crumbs);
        Ok(Self {
            shell: shell.beside(menu::of_event(scope, page)),
            zone: EventZone::named(&event.timezone),
            now: app.now(),
            event,
        })
    }
}
