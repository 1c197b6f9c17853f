//! What attendees see of exhibitors: the list of all, searched by name, booth and tag, and the profile of
//! each with its booths, people, sessions and free slots.

use super::store::{self, ContactRow};
use super::{Profile, logo};
use crate::access::AttendeeScope;
use crate::app::App;
use crate::events::cache::booth_label;
use crate::feed;
use crate::meetings::places::{FreeSlot, Wanted};
use crate::meetings::requests::{self, Party};
use crate::paging::{Page, PageParams};
use crate::problem::Problem;
use crate::registrations::folding::fold;
use crate::sessions::store::SessionRow;
use crate::sessions::{self, Kind, Programme};
use crate::storage::cursor;
use mobile_core::ids::{EventId, ExhibitorId};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// Sessions that a profile shows.
const SESSIONS: u32 = 100;
/// Free slots that it shows: the next ones.
const SLOTS: usize = 6;

/// Somebody of an exhibitor whom attendees may write to.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PublicContact {
    /// First and last name.
    pub name: String,
    /// E-mail address.
    pub email: String,
}

/// An exhibitor as attendees see it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PublicExhibitor {
    /// The exhibitor.
    pub exhibitor_id: ExhibitorId,
    /// Its name.
    pub name: String,
    /// Its booths, as hall and number.
    pub booths: Vec<String>,
    /// Its commercial contacts.
    pub contacts: Vec<PublicContact>,
}

/// The exhibitors of the event, by name.
pub async fn exhibitors(app: &App, event: EventId) -> Result<Vec<PublicExhibitor>, Problem> {
    public(app, event, None).await
}

/// One of them; none for another event's, and for those that only try things out.
pub async fn exhibitor(app: &App, event: EventId, id: ExhibitorId) -> Result<Option<PublicExhibitor>, Problem> {
    Ok(public(app, event, Some(id)).await?.pop())
}

/// One of them, or what it would be: one that only tries things out is on no list, but sees what its profile
/// would look like.
pub async fn own(app: &App, event: EventId, id: ExhibitorId, name: &str) -> Result<PublicExhibitor, Problem> {
    let alone =
        || PublicExhibitor { exhibitor_id: id, name: name.to_owned(), booths: Vec::new(), contacts: Vec::new() };
    Ok(exhibitor(app, event, id).await?.unwrap_or_else(alone))
}

async fn public(app: &App, event: EventId, only: Option<ExhibitorId>) -> Result<Vec<PublicExhibitor>, Problem> {
    let mut tx = app.read().await?;
    let rows = store::exhibitors(&mut tx, event, only).await?;
    let mut booths: HashMap<ExhibitorId, Vec<String>> = HashMap::new();
    for (of, hall, number) in store::booths(&mut tx, event, only).await? {
        booths.entry(of).or_default().push(booth_label(&hall, &number));
    }
    tx.done().await?;
    let mut found: Vec<PublicExhibitor> = Vec::new();
    for row in rows {
        if found.last().is_none_or(|last| last.exhibitor_id != row.exhibitor_id) {
            found.push(PublicExhibitor {
                exhibitor_id: row.exhibitor_id,
                name: row.exhibitor.clone(),
                booths: booths.remove(&row.exhibitor_id).unwrap_or_default(),
                contacts: Vec::new(),
            });
        }
        if let (Some(contact), Some(last)) = (contact(&row), found.last_mut()) {
            last.contacts.push(contact);
        }
    }
    Ok(found)
}

fn contact(row: &ContactRow) -> Option<PublicContact> {
    let names = [row.first_name.as_deref(), row.last_name.as_deref()];
    let name = names.into_iter().flatten().collect::<Vec<_>>().join(" ").trim().to_owned();
    Some(PublicContact { name, email: row.email.clone()? })
}

/// An exhibitor in the list.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ListedExhibitor {
    /// Who.
    #[serde(flatten)]
    pub exhibitor: PublicExhibitor,
    /// Its tags, in the order of its profile.
    pub tags: Vec<String>,
    /// Where its logo is; null while it has none.
    pub logo: Option<String>,
    #[serde(skip)]
    place: (String, ExhibitorId),
}

/// What is looked for.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// Words that must all occur in name, booths or tags, in any spelling.
    pub q: String,
    /// Only exhibitors with this tag, in any spelling.
    pub tag: String,
}

/// A page of the list, by name.
///
/// An event has some thousand exhibitors at most, and the list needs none of their texts: it is searched
/// here, by what shows, instead of by a column that names, booths and tags would all have to keep true.
pub async fn list(
    app: &App,
    scope: &AttendeeScope,
    search: &Search,
    limit: Option<u32>,
    after: Option<&str>,
) -> Result<Page<ListedExhibitor>, Problem> {
    let limit = cursor::limit(limit)? as usize;
    let after = cursor::place::<(String, ExhibitorId)>(after)?;
    let mut found = all(app, scope).await?;
    let (words, tag) = (crate::search::words(&search.q)?, fold(&search.tag));
    found.retain(|one| {
        let is_tagged = || tag.is_empty() || one.tags.iter().any(|own| fold(own) == tag);
        let parts = one.exhibitor.booths.iter().chain(&one.tags).map(String::as_str);
        let text = || fold(&parts.fold(one.exhibitor.name.clone(), |text, part| text + " " + part));
        let is_behind = after.as_ref().is_none_or(|after| one.place > *after);
        is_behind
            && is_tagged()
            && (words.is_empty() || {
                let text = text();
                words.iter().all(|word| text.contains(word.as_str()))
            })
    });
    found.sort_by(|one, other| one.place.cmp(&other.place));
    found.truncate(limit + 1);
    let mut tx = app.read().await?;
    let seq = feed::store::head(&mut tx, scope.event()).await?;
    tx.done().await?;
    Ok(Page::of(found, limit, seq, |one| one.place.clone()))
}

/// The tags of the event's exhibitors, each in its first spelling, sorted.
pub async fn tags(app: &App, scope: &AttendeeScope) -> Result<Vec<String>, Problem> {
    let mut known = BTreeMap::new();
    for tag in all(app, scope).await?.into_iter().flat_map(|one| one.tags) {
        known.entry(fold(&tag)).or_insert(tag);
    }
    Ok(known.into_values().collect())
}

async fn all(app: &App, scope: &AttendeeScope) -> Result<Vec<ListedExhibitor>, Problem> {
    let mut tx = app.read().await?;
    let tagged = store::tagged(&mut tx, scope.event()).await?;
    tx.done().await?;
    let mut tagged: HashMap<_, _> = tagged.into_iter().map(|row| (row.exhibitor_id, row)).collect();
    let listed = exhibitors(app, scope.event()).await?.into_iter().map(|exhibitor| {
        let row = tagged.remove(&exhibitor.exhibitor_id);
        ListedExhibitor {
            place: (fold(&exhibitor.name), exhibitor.exhibitor_id),
            logo: row.as_ref().and_then(|row| row.logo).map(logo::address),
            tags: row.and_then(|row| row.tags).map(|tags| tags.0).unwrap_or_default(),
            exhibitor,
        }
    });
    Ok(listed.collect())
}

/// An exhibitor's public profile.
#[derive(Debug, Clone)]
pub struct PublicProfile {
    /// Who.
    pub exhibitor: PublicExhibitor,
    /// What it says of itself.
    pub profile: Profile,
    /// Its talks, the earliest first.
    pub sessions: Vec<SessionRow>,
    /// The next slots that are free for both.
    pub slots: Vec<FreeSlot>,
}

/// The profile of an exhibitor.
pub async fn get(app: &App, scope: &AttendeeScope, id: ExhibitorId) -> Result<PublicProfile, Problem> {
    let exhibitor = exhibitor(app, scope.event(), id).await?.ok_or_else(Problem::not_found)?;
    let mut tx = app.read().await?;
    let profile = super::of(&mut tx, scope.event(), id).await?;
    tx.done().await?;
    let page = PageParams { limit: Some(SESSIONS), cursor: None };
    let programme = Programme::from(scope).of_exhibitor(id);
    let mut sessions = sessions::list(app, &programme, &page).await?.items;
    sessions.retain(|row| row.kind == Kind::Talk);
    let now = app.now();
    let wanted = Wanted { exhibitor: id, registration: Some(scope.registration()), member: None, from: now, near: now };
    let mut slots = requests::free(app, &Party::from(scope), wanted, SLOTS).await?;
    slots.sort_by_key(|slot| (slot.starts_at, slot.id));
    Ok(PublicProfile { exhibitor, profile, sessions, slots })
}
