//! Two people who wear each other's badges: each badge stands for whoever wears it, from a time on, and
//! what was scanned since goes to the right person.

use super::{Deed, Doer, Kind, built_upon, remember, store};
use crate::access::DeskScope;
use crate::app::App;
use crate::audit::Action;
use crate::badges::{self, Badge};
use crate::problem::Problem;
use crate::storage::Tx;
use mobile_core::ids::{BadgeId, RegistrationId};
use mobile_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What swapping changes.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SwapPreview {
    /// One of the two.
    pub registration_id: RegistrationId,
    /// The other.
    pub other_id: RegistrationId,
    /// The number on the badge that the first one gets, as printed.
    pub badge_number: String,
    /// The number on the badge that the other one gets.
    pub other_badge_number: String,
    /// From when on the badges stand for the other person.
    pub from: Timestamp,
    /// Leads of the two: what was scanned of these badges since then changes its person.
    pub leads: u64,
}

/// What taking it back needs.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Swapped {
    /// Whose badge became whose, each with whom it stood for before.
    badges: [(BadgeId, RegistrationId); 2],
    from: Timestamp,
}

type Two = [(Badge, RegistrationId); 2];

/// The badge of each, with whom it will stand for.
async fn badges_of(tx: &mut Tx, scope: &DeskScope, one: RegistrationId, other: RegistrationId) -> Result<Two, Problem> {
    if one == other {
        return Err(Problem::field("/registration_id", "is the same person"));
    }
    let own = async |tx: &mut Tx, id, problem: Problem| {
        if !badges::store::is_registered(tx, scope, id).await? {
            return Err(problem);
        }
        let all = badges::store::of_registrations(tx, scope, &[id]).await?;
        badges::current(&all).cloned().ok_or_else(|| Problem::field("/registration_id", "has no badge to swap"))
    };
    let first = own(tx, one, Problem::not_found()).await?;
    let second = own(tx, other, Problem::field("/registration_id", "is no registration of this event")).await?;
    Ok([(first, other), (second, one)])
}

/// Says what swapping would change, and changes nothing.
pub async fn preview(
    app: &App,
    scope: &DeskScope,
    (one, other): (RegistrationId, RegistrationId),
    from: Timestamp,
) -> Result<SwapPreview, Problem> {
    let mut tx = app.read().await?;
    let two = badges_of(&mut tx, scope, one, other).await?;
    let looked = looked_at(&mut tx, scope, (one, other), &two, from).await?;
    tx.done().await?;
    Ok(looked)
}

async fn looked_at(
    tx: &mut Tx,
    scope: &DeskScope,
    (one, other): (RegistrationId, RegistrationId),
    [(first, _), (second, _)]: &Two,
    from: Timestamp,
) -> Result<SwapPreview, Problem> {
    // What was scanned before stays with whom it was scanned for.
    let (ones, _) = store::leads_of(tx, scope, one, other, Some(from)).await?;
    let (others, _) = store::leads_of(tx, scope, other, one, Some(from)).await?;
    Ok(SwapPreview {
        registration_id: one,
        other_id: other,
        badge_number: second.printed_number(),
        other_badge_number: first.printed_number(),
        from,
        leads: (ones + others) as u64,
    })
}

/// Swaps the badges of two people from a time on. Gives the deed, by which it can be taken back.
pub async fn swap(
    app: &App,
    scope: &DeskScope,
    (one, other): (RegistrationId, RegistrationId),
    from: Timestamp,
) -> Result<(Uuid, SwapPreview), Problem> {
    let event = scope.event();
    let mut tx = app.write().await?;
    tx.changes_badges(event).await?;
    let two = badges_of(&mut tx, scope, one, other).await?;
    let looked = looked_at(&mut tx, scope, (one, other), &two, from).await?;
    let undo = Swapped { badges: [(two[0].0.id, one), (two[1].0.id, other)], from };
    let deed = Deed {
        id: app.new_id(),
        kind: Kind::Swap,
        action: Action::BadgesSwapped,
        exhibitor: None,
        subject: one.0,
        leads: looked.leads,
        undo: &undo,
    };
    let id = deed.id;
    remember(app, &mut tx, Doer { event, account: Some(scope.account()) }, deed).await?;
    for (badge, person) in two {
        badges::give(app, &mut tx, scope, &badge, person, from).await?;
    }
    tx.commit(&app.hub).await?;
    Ok((id, looked))
}

/// Gives each their badge back, from the same time on.
pub(super) async fn undo(app: &App, tx: &mut Tx, scope: &DeskScope, was: &Swapped) -> Result<(), Problem> {
    let [(first, one), (second, other)] = was.badges;
    for (badge, holder, person) in [(first, other, one), (second, one, other)] {
        let badge = badges::store::find(tx, scope, badge).await?.ok_or_else(built_upon)?;
        if badge.registration_id != holder {
            return Err(built_upon());
        }
        badges::give(app, tx, scope, &badge, person, was.from).await?;
    }
    Ok(())
}
