//! The organiser's list of registrations: imported as a CSV file, with the badges that were reissued or
//! lost since.

use super::DemoError;
use super::people::Person;
use super::phones::Worn;
use crate::access::SystemScope;
use crate::app::App;
use crate::badges::{self, Badge, BadgeStatus};
use crate::registrations::{self, import::Import, import::Options, load};
use mobile_core::ids::{EventId, RegistrationId};
use std::collections::HashMap;

/// Imports the registrations as a CSV file and deals with the badges that were reissued or lost.
pub(super) async fn register(
    (app, system): (&App, SystemScope),
    event: EventId,
    people: &[Person],
) -> Result<(Vec<Worn>, Vec<RegistrationId>), DemoError> {
    let file = list_file(people)?;
    let import = tokio::task::spawn_blocking(move || Import::read(&file, &Options::default())).await??;
    let report = load::load(app, &system.importer(event), import, false, |_| {}).await?;
    if report.created != people.len() as u64 {
        return Err(format!(
            "only {} of {} registrations went in: {:?}",
            report.created,
            people.len(),
            report.bad_rows
        )
        .into());
    }
    let desk = system.desk(event);
    let mut badges: HashMap<String, Badge> = HashMap::with_capacity(people.len());
    let mut after = None;
    loop {
        let page = registrations::list(app, &desk, "", after, 500).await?;
        for item in page.items {
            if let (Some(reference), Some(badge)) = (item.registration.external_id, badges::current(&item.badges)) {
                badges.insert(reference, badge.clone());
            }
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let mut worn = Vec::with_capacity(people.len());
    let mut registrations = Vec::with_capacity(people.len());
    let mut visitors = 0;
    for person in people {
        let badge = badges.get(&person.external_id).ok_or("a registration has no badge")?;
        let mut now = badge.clone();
        if person.category == "visitor" {
            visitors += 1;
            now = end_some(app, &desk, badge, visitors).await?;
        }
        registrations.push(badge.registration_id);
        worn.push(Worn { code: now.code.clone(), number: Some(now.printed_number()) });
    }
    Ok((worn, registrations))
}

/// Reissues and revokes the badges of a few visitors; gives the badge that is worn in the halls.
async fn end_some(
    app: &App,
    desk: &crate::access::DeskScope,
    badge: &Badge,
    visitor: usize,
) -> Result<Badge, DemoError> {
    match visitor {
        // Every other one still wears the old badge, which counts as the new one.
        100..108 => {
            let new = badges::reissue(app, desk, badge.id).await?;
            return Ok(if visitor.is_multiple_of(2) { new } else { badge.clone() });
        }
        // Somebody else walks about with these.
        200..204 => badges::revoke(app, desk, badge.id, BadgeStatus::Lost).await?,
        204 => badges::revoke(app, desk, badge.id, BadgeStatus::Misuse).await?,
        205 => badges::revoke(app, desk, badge.id, BadgeStatus::Cancelled).await?,
        _ => return Ok(badge.clone()),
    };
    Ok(badge.clone())
}

/// The list as an organiser would upload it.
fn list_file(people: &[Person]) -> Result<Vec<u8>, DemoError> {
    let mut file = csv::Writer::from_writer(Vec::new());
    file.write_record([
        "external_id",
        "category",
        "first_name",
        "last_name",
        "email",
        "company",
        "job_title",
        "phone",
        "postcode",
        "city",
        "country",
        "language",
        "badge_code",
    ])?;
    for person in people {
        let optional = |text: &Option<String>| text.clone().unwrap_or_default();
        file.write_record([
            person.external_id.clone(),
            person.category.clone(),
            person.first_name.clone(),
            person.last_name.clone(),
            optional(&person.email),
            optional(&person.company),
            optional(&person.job_title),
            optional(&person.phone),
            optional(&person.postcode),
            optional(&person.city),
            person.country.clone(),
            person.language.clone(),
            optional(&person.imported_code),
        ])?;
    }
    file.into_inner().map_err(|error| DemoError::from(error.to_string()))
}
