//! Sets the event up through the same functions that the API calls: exhibitors, teams, pairings, and the
//! organiser's [`list`]. All of it some days ago ([`Past`]): an event whose phones are paired while it is
//! on would look like none.

use std::sync::Arc;

use mobile_core::ids::{AccountId, BoothId, DeviceId, EventId, ExhibitorId, RegistrationId, SignInId, TeamMemberId};
use mobile_core::time::Timestamp;
use uuid::Uuid;

use super::DemoError;
use super::fixtures::{AccountRow, ExhibitorRow, Fixtures, Ready};
use super::halls::keyed;
use super::list;
use super::office;
use super::past::Past;
use super::people;
use super::phones::Worn;
use super::questions;
use super::random::Dice;
use super::scenario::Scenario;
use super::traffic::staff_of;
use crate::access::identity::{AccountIdentity, Identity};
use crate::access::{DeviceAdminScope, FormScope, SystemScope, TeamAdminScope};
use crate::accounts::invitations;
use crate::accounts::{self, password::Password};
use crate::app::App;
use crate::devices::pairing::{self, CodeWish, PairRequest};
use crate::devices::{self, DevicePark};
use crate::events::{self, EventDraft};
use crate::exhibitors::{self, booth::BoothParts, booth::BoothText};
use crate::forms;
use crate::team::{self, MemberDraft, roles::Roles};

const HOUR: i64 = 3_600_000_000;
/// How long before the first day the event was set up, in which invitations do not end.
const SET_UP_BEFORE: i64 = 9 * 24 * HOUR;
/// How long before the first day phones were paired.
const PAIRED_BEFORE: i64 = 17 * HOUR;
/// Programs that people of the demo signed in with.
const PROGRAMS: [&str; 4] = ["Chrome on Windows", "Safari on iPhone", "Firefox on Windows", "Chrome on Android"];

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
    /// Its admin, where one signed in.
    pub admin: Option<Identity>,
}

/// The event as it was set up.
#[derive(Debug)]
pub struct Stage {
    pub event: EventId,
    pub stands: Vec<Stand>,
    /// What each person wears now, by position in the list of people.
    pub worn: Vec<Worn>,
    /// Each person's registration, in the same order.
    pub registrations: Vec<RegistrationId>,
    /// The organizer's owner.
    pub owner: Identity,
    /// Who stands at the help desk.
    pub desk: Identity,
}

/// Who sets things up: the organizer's owner, and whoever has the database in hand.
#[derive(Clone)]
struct Director<'a> {
    app: &'a App,
    system: SystemScope,
    fixtures: &'a Fixtures,
    /// Of the password that everybody has.
    password_hash: &'a str,
    owner: Identity,
    seed: u64,
    /// When the halls open for the first time, microseconds since 1970 UTC.
    opens_at: i64,
}

/// Sets up the event. Those of `team.csv` and `organizer.csv` with a key can sign in with `password`.
pub async fn set_up(
    (app, system): (&App, SystemScope),
    scenario: &Scenario,
    password: &Password,
) -> Result<Stage, DemoError> {
    let fixtures = &scenario.fixtures;
    let opens_at = scenario.calendar.days.first().ok_or("an event lasts a day at least")?.opens_at;
    let _then = Past::at(app, opens_at - SET_UP_BEFORE);
    let row = keyed(&fixtures.organizer, "organizer")?;
    let made = accounts::create_owner(app, &fixtures.event.organizer, &row.email, &row.name(), password).await?;
    let account = identity(made.account, row);
    let password_hash = accounts::password::hash(app, password).await?;
    let event = events::create(app, &account, Some(made.organizer), draft(scenario)?).await?.id;
    let owner = Identity::Account(Arc::new(account));
    let office = office::appoint(app, fixtures, (made.organizer, &owner), &password_hash).await?;
    let desk = office.into_iter().find(|(_, row)| row.key == "desk").ok_or("nobody stands at the help desk")?;
    let desk = Identity::Account(Arc::new(identity(desk.0, desk.1)));
    office::meet_teams(app, fixtures, event, &owner).await?;
    let director =
        Director { app, system, fixtures, password_hash: &password_hash, owner, seed: scenario.seed, opens_at };
    let (worn, registrations) = list::register((app, system), event, &scenario.people).await?;
    let mut stands = Vec::with_capacity(fixtures.exhibitors.len());
    for position in 0..fixtures.exhibitors.len() {
        stands.push(director.stand(event, position).await?);
    }
    Ok(Stage { event, stands, worn, registrations, owner: director.owner, desk })
}

fn identity(id: AccountId, row: &AccountRow) -> AccountIdentity {
    AccountIdentity {
        id,
        email: row.email.clone(),
        name: row.name(),
        expires_at: Timestamp::from_micros(i64::MAX),
        sign_in: SignInId(Uuid::nil()),
    }
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
        // Who scans nobody asks nobody.
        if row.phones > 0 {
            let asked = FormScope::of(self.app, &self.owner, id).await?;
            forms::save(self.app, &asked, None, questions::form(self.fixtures, &row.slug)).await?;
        }
        let (staff, admin) = self.team(id, position).await?;
        let phones = self.phones(event, id, position, made.booths.first().map(|booth| booth.id)).await?;
        Ok(Stand { id, staff, phones, admin })
    }

    /// Pairs an exhibitor's phones, and tries those that were tried.
    async fn phones(
        &self,
        event: EventId,
        exhibitor: ExhibitorId,
        position: usize,
        booth: Option<BoothId>,
    ) -> Result<Vec<PairedPhone>, DemoError> {
        let row = &self.fixtures.exhibitors[position];
        if row.phones == 0 {
            return Ok(Vec::new());
        }
        // One stand after the other, as they are built up.
        let paired_at = self.opens_at - PAIRED_BEFORE + position as i64 * 4 * 60_000_000;
        let _then = Past::at(self.app, paired_at);
        let park = DevicePark::from(&DeviceAdminScope::of(self.app, &self.owner, exhibitor).await?);
        let wish = CodeWish { booth, max_uses: u32::try_from(row.phones).ok(), ..CodeWish::default() };
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
                app_version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            };
            let paired = pairing::pair(self.app, request).await?;
            phones.push(PairedPhone {
                device: paired.device_id,
                token: paired.device_token,
                name: device.name.clone(),
            });
        }
        if row.ready == Ready::Tested {
            self.try_phones(event, &phones, paired_at).await?;
        }
        Ok(phones)
    }

    /// Each phone scanned the practice badge soon after it was paired.
    async fn try_phones(&self, event: EventId, phones: &[PairedPhone], paired_at: i64) -> Result<(), DemoError> {
        let tested = (2_i64..).zip(phones);
        let tested =
            tested.map(|(minute, phone)| (phone.device, Timestamp::from_micros(paired_at + minute * 60_000_000)));
        let mut tx = self.app.write().await?;
        devices::mark_tested(&mut tx, event, &tested.collect::<Vec<_>>()).await?;
        tx.commit(&self.app.hub).await?;
        Ok(())
    }

    /// Adds an exhibitor's team. Gives those who scan, in the order in which plans number them, and its
    /// admin where one signed in.
    async fn team(
        &self,
        exhibitor: ExhibitorId,
        position: usize,
    ) -> Result<(Vec<TeamMemberId>, Option<Identity>), DemoError> {
        let row = &self.fixtures.exhibitors[position];
        let scope = TeamAdminScope::of(self.app, &self.owner, exhibitor).await?;
        let (mut staff, mut admin) = (Vec::new(), None);
        let mut dice = Dice::new(self.seed.wrapping_add(position as u64), "team form");
        for person in self.people_of(position, row) {
            let draft = MemberDraft {
                first_name: person.first_name.clone(),
                last_name: person.last_name.clone(),
                email: person.email.clone(),
                roles: roles(&person.roles)?,
                language: None,
                extra: Some(questions::team_answers(self.fixtures, &mut dice).into_iter().collect()),
            };
            let (member, invited) = team::add(self.app, &scope, draft).await?;
            let has = |wanted| person.roles.split(' ').any(|role| role == wanted);
            if !person.key.is_empty() {
                let program = PROGRAMS[(position + staff.len()) % PROGRAMS.len()];
                let with = (self.password_hash, program);
                let entered = invitations::stand_in(self.app, self.system, &invited.invitation.token, with).await?;
                if has("admin") {
                    admin = Some(Identity::Account(Arc::new(identity(entered.user.id, &person))));
                }
            }
            if has("scanner") {
                staff.push(member.id);
            }
        }
        Ok((staff, admin))
    }

    /// An exhibitor's people: those of `team.csv`, else some who are drawn, of whom the first is the admin.
    fn people_of(&self, position: usize, row: &ExhibitorRow) -> Vec<AccountRow> {
        let named = self.fixtures.team.iter().filter(|person| person.exhibitor == row.slug).cloned();
        let named: Vec<AccountRow> = named.collect();
        if !named.is_empty() {
            return named;
        }
        // A stand without phones has come no further than its invitation.
        let count = if row.phones == 0 { 1 } else { staff_of(row.phones) };
        let drawn = people::staff(self.fixtures, position, count, self.seed).into_iter();
        let person = |(number, [first_name, last_name, email]): (usize, [String; 3])| AccountRow {
            exhibitor: row.slug.clone(),
            first_name,
            last_name,
            email,
            roles: if number == 0 { "admin scanner" } else { "scanner" }.to_owned(),
            // Whoever has a key has accepted the invitation; scanners of most stands only hold phones.
            key: if number == 0 && row.ready.has_signed_in() { "admin".to_owned() } else { String::new() },
        };
        drawn.enumerate().map(person).collect()
    }
}

fn roles(names: &str) -> Result<Roles, DemoError> {
    let names: Vec<&str> = names.split(' ').collect();
    Ok(serde_json::from_value(serde_json::json!(names))?)
}
