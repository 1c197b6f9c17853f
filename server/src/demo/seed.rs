//! Sets the event up through the same functions that the API calls: exhibitors, teams, pairings, the
//! import of the registrations, reissued and lost badges.

use std::collections::HashMap;
use std::sync::Arc;

use mobile_core::ids::{DeviceId, EventId, ExhibitorId, SignInId, TeamMemberId};
use mobile_core::time::Timestamp;
use uuid::Uuid;

use super::DemoError;
use super::fixtures::Fixtures;
use super::people::{self, Person};
use super::phones::Worn;
use super::questions;
use super::random::Dice;
use super::scenario::Scenario;
use super::traffic::staff_of;
use crate::access::identity::{AccountIdentity, Identity};
use crate::access::{DeviceAdminScope, FormScope, SystemScope, TeamAdminScope};
use crate::accounts::invitations::{self, Acceptance};
use crate::accounts::{self, password::Password};
use crate::app::App;
use crate::badges::{self, Badge, BadgeStatus};
use crate::devices::DevicePark;
use crate::devices::pairing::{self, CodeWish, PairRequest};
use crate::events::{self, EventDraft};
use crate::exhibitors::{self, booth::BoothParts, booth::BoothText};
use crate::forms;
use crate::registrations::{self, import::Import, import::Options, load};
use crate::team::{self, MemberDraft, roles::Roles};

/// A phone that was paired.
#[derive(Clone, Debug)]
pub struct PairedPhone {
    pub device: DeviceId,
    pub token: String,
    pub name: String,
}

/// An exhibitor as it was set up.
#[derive(Clone, Debug)]
pub struct Stand {
    pub id: ExhibitorId,
    /// Members who scan, in the order in which plans number them.
    pub staff: Vec<TeamMemberId>,
    pub phones: Vec<PairedPhone>,
}

/// The event as it was set up.
#[derive(Debug)]
pub struct Stage {
    pub event: EventId,
    pub stands: Vec<Stand>,
    /// What each person wears now, by position in the list of people.
    pub worn: Vec<Worn>,
}

/// Who sets things up: the organizer's owner, and whoever has the database in hand.
#[derive(Clone)]
struct Director<'a> {
    app: &'a App,
    system: SystemScope,
    fixtures: &'a Fixtures,
    password: &'a Password,
    owner: Identity,
    seed: u64,
}

/// Sets up the event. Those of `team.csv` and `organizer.csv` with a key can sign in with `password`.
pub async fn set_up(
    (app, system): (&App, SystemScope),
    scenario: &Scenario,
    password: &Password,
) -> Result<Stage, DemoError> {
    let fixtures = &scenario.fixtures;
    let row = fixtures.organizer.first().ok_or("fixtures/demo/organizer.csv: nobody is in it")?;
    let name = format!("{} {}", row.first_name, row.last_name);
    let owner = accounts::create_owner(app, &fixtures.event.organizer, &row.email, &name, password).await?;
    let account = AccountIdentity {
        id: owner.account,
        email: row.email.clone(),
        name,
        expires_at: Timestamp::from_micros(i64::MAX),
        sign_in: SignInId(Uuid::nil()),
    };
    let event = events::create(app, &account, Some(owner.organizer), draft(scenario)?).await?.id;
    let director =
        Director { app, system, fixtures, password, owner: Identity::Account(Arc::new(account)), seed: scenario.seed };
    let worn = register(&director, event, &scenario.people).await?;
    let mut stands = Vec::with_capacity(fixtures.exhibitors.len());
    for position in 0..fixtures.exhibitors.len() {
        stands.push(director.stand(event, position).await?);
    }
    Ok(Stage { event, stands, worn })
}

fn draft(scenario: &Scenario) -> Result<EventDraft, DemoError> {
    let (days, fixtures) = (&scenario.calendar.days, &scenario.fixtures);
    let (Some(first), Some(last)) = (days.first(), days.last()) else {
        return Err("fixtures/demo/event.toml: an event lasts a day at least".into());
    };
    let sheet = &fixtures.event;
    Ok(EventDraft {
        slug: sheet.slug.clone(),
        name: sheet.name.clone(),
        timezone: sheet.timezone.clone(),
        starts_at: Timestamp::from_micros(first.opens_at),
        ends_at: Timestamp::from_micros(last.closes_at),
        venue: Some(sheet.venue.clone()),
        disclosure: Some(serde_json::from_value(fixtures.disclosure())?),
    })
}

impl Director<'_> {
    /// Adds an exhibitor with its team and its phones.
    async fn stand(&self, event: EventId, position: usize) -> Result<Stand, DemoError> {
        let row = &self.fixtures.exhibitors[position];
        let booth = BoothText::Parts(BoothParts { hall: row.hall.clone(), number: row.booth.clone() });
        let scope = self.system.organizer(event);
        let made = exhibitors::create(self.app, &scope, &row.slug, &row.name, Some(booth), false).await?;
        let id = made.row.id;
        let asked = FormScope::of(self.app, &self.owner, id).await?;
        forms::save(self.app, &asked, None, questions::form(self.fixtures, &row.slug)).await?;
        let staff = self.team(id, position).await?;
        let park = DevicePark::from(&DeviceAdminScope::of(self.app, &self.owner, id).await?);
        let wish = CodeWish {
            booth: made.booths.first().map(|booth| booth.id),
            max_uses: u32::try_from(row.phones).ok(),
            ..CodeWish::default()
        };
        let code = pairing::make_code(self.app, &park, wish).await?.code;
        let mut dice = Dice::new(self.seed.wrapping_add(position as u64), "devices");
        let mut names: Vec<_> = self.fixtures.devices.iter().collect();
        dice.shuffle(&mut names);
        let mut phones = Vec::with_capacity(row.phones);
        for (number, device) in names.into_iter().cycle().take(row.phones).enumerate() {
            let request = PairRequest {
                pairing_code: code.to_string(),
                install_id: format!("demo-{position}-{number}"),
                device_name: device.name.clone(),
                platform: device.platform.clone(),
            };
            let paired = pairing::pair(self.app, request).await?;
            phones.push(PairedPhone {
                device: paired.device_id,
                token: paired.device_token,
                name: device.name.clone(),
            });
        }
        Ok(Stand { id, staff, phones })
    }

    /// Adds an exhibitor's team and gives those who scan, in the order in which plans number them.
    async fn team(&self, exhibitor: ExhibitorId, position: usize) -> Result<Vec<TeamMemberId>, DemoError> {
        let slug = self.fixtures.exhibitors[position].slug.as_str();
        let scope = TeamAdminScope::of(self.app, &self.owner, exhibitor).await?;
        let named: Vec<_> = self.fixtures.team.iter().filter(|row| row.exhibitor == slug).collect();
        let mut staff = Vec::new();
        if named.is_empty() {
            let count = staff_of(self.fixtures.exhibitors[position].phones.max(1));
            for (number, [first, last, email]) in
                people::staff(self.fixtures, position, count, self.seed).into_iter().enumerate()
            {
                let roles = roles(if number == 0 { "admin scanner" } else { "scanner" })?;
                let draft = MemberDraft { first_name: first, last_name: last, email, roles, language: None };
                let (member, _) = team::add(self.app, &scope, draft).await?;
                staff.push(member.id);
            }
            return Ok(staff);
        }
        for row in named {
            let draft = MemberDraft {
                first_name: row.first_name.clone(),
                last_name: row.last_name.clone(),
                email: row.email.clone(),
                roles: roles(&row.roles)?,
                language: None,
            };
            let (member, invited) = team::add(self.app, &scope, draft).await?;
            if !row.key.is_empty() {
                let with = Acceptance { password: self.password.as_str(), code: None, agent: None };
                invitations::accept(self.app, &invited.invitation.token, with).await?;
            }
            if row.roles.split(' ').any(|role| role == "scanner") {
                staff.push(member.id);
            }
        }
        Ok(staff)
    }
}

fn roles(names: &str) -> Result<Roles, DemoError> {
    let names: Vec<&str> = names.split(' ').collect();
    Ok(serde_json::from_value(serde_json::json!(names))?)
}

/// Imports the registrations as a CSV file and deals with the badges that were reissued or lost.
async fn register(director: &Director<'_>, event: EventId, people: &[Person]) -> Result<Vec<Worn>, DemoError> {
    let (app, file) = (director.app, list_file(people)?);
    let import = tokio::task::spawn_blocking(move || Import::read(&file, &Options::default())).await??;
    let report = load::load(app, &director.system.importer(event), import, false, |_| {}).await?;
    if report.created != people.len() as u64 {
        return Err(format!(
            "only {} of {} registrations went in: {:?}",
            report.created,
            people.len(),
            report.bad_rows
        )
        .into());
    }
    let desk = director.system.desk(event);
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
    let mut visitors = 0;
    for person in people {
        let badge = badges.get(&person.external_id).ok_or("a registration has no badge")?;
        let mut now = badge.clone();
        if person.category == "visitor" {
            visitors += 1;
            now = end_some(app, &desk, badge, visitors).await?;
        }
        worn.push(Worn { code: now.code.clone(), number: Some(now.printed_number()) });
    }
    Ok(worn)
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
