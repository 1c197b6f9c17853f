//! The scanner: what a phone at a stand is told besides leads, and the app that runs on it.
//!
//! The app is one page (`page`) that lives on the phone from then on: a service worker keeps it, a
//! worker keeps the captures. It shows nobody's data by itself, so everybody gets the same bytes.
//! `docs/decisions/0011-scanner-page.md` says how it holds together.

pub mod api;
pub mod page;

use crate::access::{CrewScope, Visibility};
use crate::app::App;
use crate::badges::printed_number;
use crate::forms::{self, FormView};
use crate::problem::Problem;
use crate::registrations::folding::fold;
use crate::team;
use mobile_core::ids::TeamMemberId;
use mobile_core::time::Timestamp;
use mobile_core::wire::NamedMember;
use serde::Serialize;
use std::collections::HashMap;

/// Somebody of the team, as a phone knows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct CrewMember {
    /// The member.
    pub id: TeamMemberId,
    /// First and last name.
    pub name: String,
    /// What the QR codes of their badges say, and the numbers printed on them, so that a scan of one changes who
    /// scans, also without network. To those who look at the space through somebody's eyes none are told.
    pub badges: Vec<String>,
}

/// Who may hold a phone of a stand, and what they may see on it.
#[derive(Debug)]
pub struct Crew {
    /// Who it was given to, if to anybody.
    pub member: Option<NamedMember>,
    /// Everybody of the team now, by name.
    pub members: Vec<CrewMember>,
    /// Each sees only the leads that they scanned or own: names go when another takes the phone.
    pub each_sees_only_their_own: bool,
    /// The event's end: sent captures are forgotten a week later.
    pub event_ends_at: Timestamp,
    /// What is asked; nothing where the package does not include it.
    pub form: Option<FormView>,
}

/// The crew of a stand.
pub async fn crew(app: &App, scope: &CrewScope) -> Result<Crew, Problem> {
    let names = app.events.names(app, scope.event()).await?;
    let info = app.events.info(app, scope.event()).await?;
    let named = |id: TeamMemberId| names.member(id).map(|name| NamedMember { id, name });
    let mut badges: HashMap<TeamMemberId, Vec<String>> = HashMap::new();
    if scope.view().is_none() {
        let mut tx = app.read().await?;
        for (member, code, number) in team::crew_badges(&mut tx, scope).await? {
            badges.entry(member).or_default().extend([code, printed_number(&number)]);
        }
        tx.done().await?;
    }
    let is_here = |id: &&TeamMemberId| names.is_member_of(**id, scope.exhibitor());
    let of_crew = |id: TeamMemberId| {
        Some(CrewMember { id, name: names.member(id)?, badges: badges.get(&id).cloned().unwrap_or_default() })
    };
    let mut members: Vec<CrewMember> = names.members.keys().filter(is_here).filter_map(|id| of_crew(*id)).collect();
    members.sort_by_cached_key(|member| (fold(&member.name), member.id));
    let asks = scope.entitlements().questions;
    let form = if asks { Some(forms::get(app, scope, None).await?) } else { None };
    Ok(Crew {
        form,
        member: scope.member().and_then(named),
        members,
        each_sees_only_their_own: scope.sees() != Visibility::Team,
        event_ends_at: info.ends_at,
    })
}
