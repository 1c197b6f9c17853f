//! The list of exhibitors, and what each shows of itself, with its sessions and free times.

use super::{Frame, Guest, Part};
use crate::app::App;
use crate::extract::Params;
use crate::meetings::when::{SlotDay, When, soon};
use crate::profiles::directory::{self, ListedExhibitor, Search};
use crate::profiles::shown::Shown;
use crate::web::list_query::ListQuery;
use crate::web::text::{dotted, initials, stand};
use crate::web::visitor::{PagePath, PageProblem};
use crate::web::{Page, Shell};
use askama::Template;
use axum::extract::State;
use axum::response::IntoResponse;
use mobile_core::ids::{ExhibitorId, RegistrationId};
use serde::Deserialize;

/// Exhibitors on a page.
const ROWS: u32 = 50;
/// Tags that a line of the list shows.
const TAGS: usize = 4;

/// A tag that narrows the list.
struct Tag {
    name: String,
    href: String,
    is_on: bool,
}

/// An exhibitor of the list.
struct Card {
    name: String,
    href: String,
    booths: String,
    logo: String,
    initials: String,
    tags: Vec<Tag>,
}

impl Card {
    fn of(one: ListedExhibitor, area: &str) -> Self {
        let booths: Vec<String> = one.exhibitor.booths.iter().map(|booth| stand(booth)).collect();
        let tag = |name: String| Tag {
            href: format!("{area}/profiles{}", ListQuery::default().with("tag", &name).to_address()),
            is_on: false,
            name,
        };
        Self {
            href: format!("{area}/profiles/{}", one.exhibitor.exhibitor_id),
            booths: dotted(&booths.iter().map(String::as_str).collect::<Vec<_>>()),
            logo: one.logo.unwrap_or_default(),
            initials: initials(&one.exhibitor.name),
            tags: one.tags.into_iter().take(TAGS).map(tag).collect(),
            name: one.exhibitor.name,
        }
    }
}

#[derive(Template)]
#[template(path = "attendees/profiles.html")]
struct ProfilesPage {
    shell: Shell,
    frame: Frame,
    q: String,
    tags: Vec<Tag>,
    cards: Vec<Card>,
    more: String,
    is_all: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    tag: String,
    cursor: Option<String>,
}

pub(super) async fn list(
    guest: Guest,
    State(app): State<App>,
    PagePath(id): PagePath<RegistrationId>,
    Params(asked): Params<Asked>,
) -> Result<impl IntoResponse, PageProblem> {
    let (frame, scope) = Frame::open(&app, &guest, id, Part::Exhibitors).await?;
    let search = Search { q: asked.q.clone(), tag: asked.tag.clone() };
    let found = directory::list(&app, &scope, &search, Some(ROWS), asked.cursor.as_deref()).await?;
    let here = ListQuery::default().with("q", &asked.q).with("tag", &asked.tag);
    let tags = directory::tags(&app, &scope).await?.into_iter();
    Ok(Page(ProfilesPage {
        shell: frame.shell("profiles-all-exhibitors"),
        more: found.next_cursor.map(|cursor| here.with("cursor", &cursor).to_address()).unwrap_or_default(),
        cards: found.items.into_iter().map(|one| Card::of(one, &frame.area)).collect(),
        tags: tags.map(|name| Tag { href: String::new(), is_on: name == asked.tag, name }).collect(),
        q: asked.q,
        is_all: true,
        frame,
    }))
}

/// A talk of the exhibitor.
struct Talk {
    title: String,
    time: String,
    room: String,
}

#[derive(Template)]
#[template(path = "attendees/profile.html")]
struct ProfilePage {
    shell: Shell,
    frame: Frame,
    shown: Shown,
    /// Whether nothing is said in any field.
    is_blank: bool,
    meet: String,
    write: String,
    talks: Vec<Talk>,
    days: Vec<SlotDay>,
}

pub(super) async fn one(
    guest: Guest,
    State(app): State<App>,
    PagePath((id, exhibitor)): PagePath<(RegistrationId, ExhibitorId)>,
) -> Result<impl IntoResponse, PageProblem> {
    let (frame, scope) = Frame::open(&app, &guest, id, Part::Exhibitors).await?;
    let found = directory::get(&app, &scope, exhibitor).await?;
    let shown = Shown::of(&found.exhibitor, &found.profile, frame.zone.words());
    let talks = found.sessions.into_iter().map(|row| Talk {
        time: frame.zone.span(row.starts_at, row.ends_at, frame.now),
        room: row.room.unwrap_or_default(),
        title: row.title,
    });
    let fixed = vec![("exhibitor_id".to_owned(), exhibitor.to_string())];
    let when = When::new(&frame.zone, frame.now, String::new(), fixed, found.slots, soon(frame.now));
    Ok(Page(ProfilePage {
        shell: frame.titled(&shown.name),
        is_blank: shown.fields.iter().all(|field| field.is_empty),
        meet: format!("{}/meet/{exhibitor}", frame.area),
        write: format!("{}/write/{exhibitor}", frame.area),
        talks: talks.collect(),
        days: when.days,
        shown,
        frame,
    }))
}
