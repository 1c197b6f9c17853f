//! Two registrations of one person: one stays and takes in what the other knows; the other's row
//! stays too, unseen, so that its reference is known to later imports and the desk can take it back.

use super::{Registration, entry_kind, store};
use crate::access::EventScope;
use crate::app::App;
use crate::feed::EntryKind;
use crate::problem::Problem;
use crate::storage::Tx;
use mobile_core::capture::ContactField;
use mobile_core::ids::{ExhibitorId, RegistrationId};
use serde::{Deserialize, Serialize};

/// What a registration took in from another; undoing needs it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Absorbed {
    /// Its category before.
    pub category_before: String,
    /// The fields that it had not, with what they became.
    pub filled: Vec<(ContactField, String)>,
    /// The team that it was in before.
    pub team_before: Option<ExhibitorId>,
    /// Whether it took in the address that the person named for exhibitors.
    #[serde(default)]
    pub took_exhibitor_email: bool,
    /// What the merge made of it; none where it was merged by a version that did not note it.
    #[serde(default)]
    pub became: Option<Became>,
}

/// What a merge made of a registration. What is otherwise by now was corrected since.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Became {
    category: String,
    team: Option<ExhibitorId>,
    exhibitor_email: Option<String>,
}

impl Became {
    fn of(registration: &Registration) -> Self {
        let shown = registration.exhibitor_contact.as_ref();
        Self {
            category: registration.category.clone(),
            team: registration.exhibitor_id,
            exhibitor_email: shown.and_then(|shown| shown.get(ContactField::Email)).map(str::to_owned),
        }
    }
}

/// What becomes of the registration that stays.
#[derive(Debug)]
pub struct Union {
    /// It as it will be.
    pub registration: Registration,
    /// What it took in.
    pub absorbed: Absorbed,
    /// What the spaces are told: whether less may be seen than before.
    pub kind: EntryKind,
}

/// Works out what two registrations add up to. Fields of the one that stays win; of the categories
/// the stricter, since whoever is a minor or crew under either is so under both.
///
/// # Errors
/// `invalid_field` where they are one, or in the teams of two exhibitors.
pub async fn union(
    app: &App,
    tx: &mut Tx,
    scope: &EventScope,
    from: RegistrationId,
    into: RegistrationId,
) -> Result<Union, Problem> {
    const OTHER: &str = "/registration_id";
    if from == into {
        return Err(Problem::field(OTHER, "is this registration itself; name the other one"));
    }
    let policy = &app.events.info(app, scope.event()).await?.disclosure;
    let stays = store::find(tx, scope, into).await?.ok_or_else(Problem::not_found)?;
    let goes = store::find(tx, scope, from)
        .await?
        .ok_or_else(|| Problem::field(OTHER, "is no registration of this event, or was merged already"))?;
    if stays.exhibitor_id.is_some() && goes.exhibitor_id.is_some() && stays.exhibitor_id != goes.exhibitor_id {
        return Err(Problem::field(OTHER, "is in another exhibitor's team; remove one of them from their team first"));
    }
    let mut registration = stays.clone();
    let mut filled = Vec::new();
    for field in ContactField::ALL {
        if let (None, Some(text)) = (stays.contact.get(field), goes.contact.get(field)) {
            registration.contact.set(field, text);
            filled.push((field, text.to_owned()));
        }
    }
    registration.exhibitor_id = stays.exhibitor_id.or(goes.exhibitor_id);
    // What the person keeps from exhibitors under either, they keep under both.
    let took_exhibitor_email = stays.exhibitor_contact.is_none() && goes.exhibitor_contact.is_some();
    if took_exhibitor_email {
        registration.exhibitor_contact.clone_from(&goes.exhibitor_contact);
    }
    let kind = entry_kind(policy, &stays.category, &goes.category);
    if kind == EntryKind::Redacted {
        registration.category.clone_from(&goes.category);
    }
    let shows_less = registration.category != stays.category || took_exhibitor_email;
    let kind = if shows_less { EntryKind::Redacted } else { EntryKind::Updated };
    let absorbed = Absorbed {
        category_before: stays.category,
        filled,
        team_before: stays.exhibitor_id,
        took_exhibitor_email,
        became: Some(Became::of(&registration)),
    };
    Ok(Union { registration, absorbed, kind })
}

/// Writes what two registrations add up to.
pub async fn absorb(
    app: &App,
    tx: &mut Tx,
    scope: &EventScope,
    from: RegistrationId,
    mut union: Registration,
) -> Result<(), Problem> {
    union.version += 1;
    union.updated_at = app.now();
    store::put(tx, scope, std::slice::from_ref(&union)).await?;
    if store::set_merged(tx, scope, from, (None, Some(union.id))).await? {
        return Ok(());
    }
    Err(Problem::field("/registration_id", "was merged meanwhile; look again"))
}

/// Gives a registration that was merged its own existence back. What was corrected meanwhile stays
/// corrected. Gives false where it is not merged into this one any more.
pub async fn release(
    app: &App,
    tx: &mut Tx,
    scope: &EventScope,
    (from, into): (RegistrationId, RegistrationId),
    absorbed: &Absorbed,
) -> Result<bool, Problem> {
    let Some(mut stays) = store::find(tx, scope, into).await? else { return Ok(false) };
    if !store::set_merged(tx, scope, from, (Some(into), None)).await? {
        return Ok(false);
    }
    for (field, text) in &absorbed.filled {
        if stays.contact.get(*field) == Some(text) {
            stays.contact.0.0.remove(field);
        }
    }
    let now = Became::of(&stays);
    let was = absorbed.became.as_ref().unwrap_or(&now);
    if now.category == was.category {
        stays.category.clone_from(&absorbed.category_before);
    }
    if now.team == was.team {
        stays.exhibitor_id = absorbed.team_before;
    }
    if absorbed.took_exhibitor_email && now.exhibitor_email == was.exhibitor_email {
        stays.exhibitor_contact = None;
    }
    stays.version += 1;
    stays.updated_at = app.now();
    store::put(tx, scope, std::slice::from_ref(&stays)).await?;
    Ok(true)
}
