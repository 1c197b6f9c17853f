//! Badges of a team: the role `attendee` is a registration with a badge, within the package's quota.
//!
//! Somebody who is registered already, by folded e-mail and names, is linked and keeps their badge. To others
//! they are of the team once they say so themselves, by accepting the invitation that was mailed to them, or at
//! once where the organiser registered them as an exhibitor: until then a name and an address lend nobody's
//! registration to an exhibitor, and what it means for networking and consent is the person's own.
//! Whoever leaves has their badge cancelled after the admin was asked; one that they had before the
//! team took them in stays theirs. Admins print the team's badges where the organiser shows them, those
//! that people had before only once they have accepted their invitation.

use super::store::{self, MemberRow};
use crate::access::TeamAdminScope;
use crate::app::App;
use crate::audit;
use crate::badges::print::{self, Stock};
use crate::badges::{self, BadgeStatus, NewBadge};
use crate::events::cache::EventInfo;
use crate::feed::EntryKind;
use crate::leads;
use crate::phases;
use crate::problem::Problem;
use crate::registrations::{self, Registration, category};
use crate::storage::Tx;
use mobile_core::capture::{Contact, ContactField};
use mobile_core::ids::RegistrationId;
use mobile_core::reason::Reason;
use sqlx::types::Json;

/// The category of registrations that a team makes.
const CATEGORY: &str = "exhibitor";
/// Most badges of one document; more are two teams.
const MOST_PRINTED: i64 = 500;

/// Registers a member, or links the registration that they have; within the team's lock.
///
/// # Errors
/// `badge_quota` when the package includes no further badge.
pub(super) async fn join(
    app: &App,
    tx: &mut Tx,
    scope: &TeamAdminScope,
    (info, exhibitor): (&EventInfo, &str),
    member: &MemberRow,
) -> Result<(), Problem> {
    let desk = scope.desk();
    if let Some(quota) = scope.entitlements().badge_quota
        && store::count_badges(tx, scope).await? >= i64::from(quota)
    {
        return Err(Problem::new(
            Reason::BadgeQuota,
            format!("Your package includes {quota} badges, and all are in use. The organiser can add some."),
        ));
    }
    let now = app.now();
    let mut contact = Contact::default();
    contact.set(ContactField::FirstName, &member.first_name);
    contact.set(ContactField::LastName, &member.last_name);
    contact.set(ContactField::Email, &member.email);
    contact.set(ContactField::Company, exhibitor);
    let fresh = Registration {
        id: app.new_id(),
        external_id: None,
        category: category::code(&info.disclosure, CATEGORY),
        contact: Json(contact),
        exhibitor_contact: None,
        exhibitor_id: Some(scope.exhibitor()),
        valid_days: None,
        allowed_zones: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let keys: Vec<String> = fresh.person_key().into_iter().collect();
    let known = registrations::store::by_person_keys(tx, &desk, &keys).await?.into_iter().next();
    let Some(known) = known else {
        let badge = NewBadge::own(app, fresh.id);
        registrations::store::put(tx, &desk, std::slice::from_ref(&fresh)).await?;
        badges::issue(app, tx, &desk, std::slice::from_ref(&badge)).await?;
        store::set_registration(tx, scope, member.id, Some(fresh.id), true).await?;
        leads::reconcile(app, tx, scope.event(), &[(badge.code_hash, fresh.id)]).await?;
        return Ok(());
    };
    store::set_registration(tx, scope, member.id, Some(known.id), false).await?;
    // Somebody who works for two exhibitors belongs to the first; here they are linked only.
    if known.category == fresh.category {
        registrations::store::set_team(tx, (scope.event(), known.id), scope.exhibitor(), now).await?;
    } else if let Some(account) = member.account_id {
        registrations::join_teams(tx, account, now).await?;
    }
    Ok(())
}

/// The registration that a team made for a member, and that ends when they leave; none for one that
/// they had before.
pub(super) async fn own_registration(
    tx: &mut Tx,
    scope: &TeamAdminScope,
    (info, member): (&EventInfo, &MemberRow),
) -> Result<Option<Registration>, Problem> {
    let Some(id) = member.registration_id.filter(|_| member.is_registered_here) else { return Ok(None) };
    let known = registrations::store::find(tx, &scope.desk(), id).await?;
    // Merged into one that they had, it is that one.
    let category = category::code(&info.disclosure, CATEGORY);
    Ok(known.filter(|known| known.exhibitor_id == Some(scope.exhibitor()) && known.category == category))
}

/// Refuses to cancel a badge that nobody asked to cancel.
pub(super) fn unless_confirmed(is_confirmed: bool) -> Result<(), Problem> {
    if is_confirmed {
        return Ok(());
    }
    let detail = "This person has a badge, which would be cancelled. Send ?confirm=badge to go on.";
    Err(Problem::new(Reason::ConfirmationRequired, detail))
}

/// Ends what the team gave a member: the badge of its own making, or the link to theirs; within the team's lock.
pub(super) async fn leave(
    app: &App,
    tx: &mut Tx,
    scope: &TeamAdminScope,
    (info, member): (&EventInfo, &MemberRow),
) -> Result<(), Problem> {
    let Some(id) = member.registration_id else { return Ok(()) };
    let desk = scope.desk();
    let own = own_registration(tx, scope, (info, member)).await?;
    store::set_registration(tx, scope, member.id, None, false).await?;
    if own.is_some() {
        let now = app.now();
        for badge in badges::store::of_registrations(tx, &desk, &[id]).await? {
            if badge.status == BadgeStatus::Active {
                badges::store::end(tx, &desk, badge.id, BadgeStatus::Cancelled, now).await?;
            }
        }
        leads::touched(app, tx, scope.event(), &[id], EntryKind::Updated).await?;
        return Ok(());
    }
    if let Some(mut known) = registrations::store::find(tx, &desk, id).await?
        && known.exhibitor_id == Some(scope.exhibitor())
    {
        known.exhibitor_id = None;
        known.version += 1;
        known.updated_at = app.now();
        registrations::store::put(tx, &desk, std::slice::from_ref(&known)).await?;
    }
    Ok(())
}

/// The badges of the team as one document.
///
/// # Errors
/// `forbidden` where the organiser prints them.
pub async fn sheets(app: &App, scope: &TeamAdminScope, stock: Stock) -> Result<Vec<u8>, Problem> {
    if !scope.is_organizers() && !phases::has_team_badges(app, scope.event()).await? {
        let detail = "At this event the organiser prints the badges of teams. Ask the organiser.";
        return Err(Problem::new(Reason::Forbidden, detail));
    }
    let mut tx = app.read().await?;
    let registrations: Vec<RegistrationId> = store::registrations(&mut tx, scope, MOST_PRINTED).await?;
    let rows = badges::store::faces_of(&mut tx, &scope.desk(), &registrations).await?;
    tx.done().await?;
    audit::read_people_at(app, scope, "badges", rows.len()).await?;
    let mut faces = Vec::with_capacity(rows.len());
    for row in rows {
        faces.push(badges::api::face_of(app, &scope.desk(), row).await?);
    }
    badges::api::draw(move || print::pdf(&faces, &stock)).await
}
