//! Ready? What each exhibitor has done before the doors open, and the mail that reminds of the rest.
//!
//! Read from what is there (accounts, devices, the practice badge, leads), never ticked by hand. Of visitors
//! counts and times only; who runs a team is named to those who may manage teams. Test exhibitors are left out.

pub mod api;
pub mod page;
pub mod store;

use crate::access::{Capability, EventAdminScope, EventScope};
use crate::accounts;
use crate::app::App;
use crate::audit::{self, Action, NewEntry};
use crate::fields::Email;
use crate::mail::{self, Message, Place};
use crate::packages::Entitlements;
use crate::phases;
use crate::problem::Problem;
use mobile_core::ids::ExhibitorId;
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::{BTreeSet, HashMap};
use store::ReadyRow;

/// Exhibitors reminded with one request; more are more requests.
pub const MOST: usize = 1000;

/// A step on the way to a stand that scans, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// An admin has signed in.
    SignedIn,
    /// The team is more than one admin.
    Team,
    /// A phone is paired.
    Paired,
    /// A paired phone has scanned the practice badge.
    Tested,
    /// The phones ask questions of the exhibitor's own.
    QuestionsSet,
    /// Somebody was scanned.
    Scanned,
    /// The contact details of somebody who was scanned show.
    WithContact,
}

impl Step {
    /// Every step, in their order.
    pub const ALL: [Self; 7] =
        [Self::SignedIn, Self::Team, Self::Paired, Self::Tested, Self::QuestionsSet, Self::Scanned, Self::WithContact];

    /// Whether an exhibitor can take it with what its package includes.
    fn is_open_to(self, entitlements: &Entitlements) -> bool {
        match self {
            Self::SignedIn | Self::Team => true,
            Self::Paired | Self::Tested | Self::Scanned | Self::WithContact => entitlements.scanning,
            Self::QuestionsSet => entitlements.scanning && entitlements.questions,
        }
    }

    /// As JSON, addresses and exports name it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::SignedIn => "signed_in",
            Self::Team => "team",
            Self::Paired => "paired",
            Self::Tested => "tested",
            Self::QuestionsSet => "questions_set",
            Self::Scanned => "scanned",
            Self::WithContact => "with_contact",
        }
    }
}

/// How far one exhibitor has come.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Readiness {
    /// The exhibitor.
    pub exhibitor_id: ExhibitorId,
    /// Its name.
    pub name: String,
    /// Its first booth, hall and number.
    pub booth: Option<String>,
    /// The steps that are done, in their order.
    pub done: Vec<Step>,
    /// The steps that are left to do; those that its package leaves out are in neither list.
    pub left: Vec<Step>,
    /// People in the team.
    pub team: u64,
    /// Phones that are paired now.
    pub devices: u64,
    /// Admins who can be reminded.
    pub admins: u64,
    /// Whom to call: those admins, where one may know.
    pub contacts: Vec<AdminContact>,
    /// Its first scan.
    pub first_scan_at: Option<Timestamp>,
    /// When it was reminded last.
    pub reminded_at: Option<Timestamp>,
}

/// An admin of an exhibitor, to be called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct AdminContact {
    /// First and last name.
    pub name: String,
    /// The address.
    pub email: String,
    /// Whether they have signed in.
    pub has_signed_in: bool,
}

impl Readiness {
    /// Whether a step is done.
    pub fn has(&self, step: Step) -> bool {
        self.done.contains(&step)
    }

    /// Whether nothing at all was done.
    pub fn is_untouched(&self) -> bool {
        self.done.is_empty()
    }
}

impl From<ReadyRow> for Readiness {
    fn from(row: ReadyRow) -> Self {
        let is_done = |step: &Step| match step {
            Step::SignedIn => row.has_signed_in,
            Step::Team => row.team > 1,
            Step::Paired => row.devices > 0,
            Step::Tested => row.is_tested,
            Step::QuestionsSet => row.has_questions,
            Step::Scanned => row.first_scan_at.is_some(),
            Step::WithContact => row.has_contact,
        };
        let entitlements = row.terms.entitlements();
        let (done, left): (Vec<Step>, Vec<Step>) = Step::ALL.into_iter().partition(is_done);
        Self {
            done,
            left: left.into_iter().filter(|step| step.is_open_to(&entitlements)).collect(),
            exhibitor_id: row.id,
            booth: row.hall.zip(row.number).map(|(hall, number)| crate::events::cache::booth_label(&hall, &number)),
            name: row.name,
            team: row.team as u64,
            devices: row.devices as u64,
            admins: row.admins as u64,
            contacts: Vec::new(),
            first_scan_at: row.first_scan_at,
            reminded_at: row.reminded_at,
        }
    }
}

/// Which exhibitors are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Filter {
    /// All of them.
    #[default]
    All,
    /// Those that have done nothing.
    Nothing,
    /// Those where no admin has signed in.
    NotSignedIn,
    /// Those without a paired phone, whose package has phones.
    NotPaired,
    /// Those whose phones never scanned the practice badge.
    NotTested,
    /// Those that ask no questions of their own.
    NotAsking,
    /// Those without a scan.
    NotScanned,
}

impl Filter {
    /// Every filter, in the order of the page.
    pub const ALL: [Self; 7] = [
        Self::All,
        Self::Nothing,
        Self::NotSignedIn,
        Self::NotPaired,
        Self::NotTested,
        Self::NotAsking,
        Self::NotScanned,
    ];

    /// Whether it lets an exhibitor through.
    pub fn has(self, ready: &Readiness) -> bool {
        match self {
            Self::All => true,
            Self::Nothing => ready.is_untouched(),
            Self::NotSignedIn => !ready.has(Step::SignedIn),
            Self::NotPaired => ready.left.contains(&Step::Paired),
            Self::NotTested => ready.left.contains(&Step::Tested),
            Self::NotAsking => ready.left.contains(&Step::QuestionsSet),
            Self::NotScanned => ready.left.contains(&Step::Scanned),
        }
    }
}

/// How far each exhibitor has come, by name.
pub async fn of_event(app: &App, scope: &EventScope, filter: Filter) -> Result<Vec<Readiness>, Problem> {
    let mut tx = app.read().await?;
    let rows = store::list(&mut tx, scope).await?;
    let is_told = scope.role().may(Capability::TeamManage);
    let admins = if is_told { store::admins(&mut tx, scope).await? } else { Vec::new() };
    tx.done().await?;
    let mut contacts: HashMap<ExhibitorId, Vec<AdminContact>> = HashMap::new();
    for admin in admins {
        contacts.entry(admin.exhibitor_id).or_default().push(AdminContact {
            name: format!("{} {}", admin.first_name, admin.last_name).trim().to_owned(),
            email: admin.email,
            has_signed_in: admin.has_signed_in,
        });
    }
    let with_contacts =
        |ready: Readiness| Readiness { contacts: contacts.remove(&ready.exhibitor_id).unwrap_or_default(), ..ready };
    Ok(rows.into_iter().map(Readiness::from).filter(|ready| filter.has(ready)).map(with_contacts).collect())
}

/// What became of a reminder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Reminded {
    /// Mails on their way.
    pub mails: u64,
    /// Exhibitors that were reminded; the others have an admin without an address, or nothing left to do.
    pub exhibitors: u64,
}

/// Mails the admins of some exhibitors what is still to be done, each in their language, with a link
/// that lets those in who never signed in.
///
/// # Errors
/// `not_open_yet` before the spaces are open: nobody is mailed before something is open to them.
pub async fn remind(app: &App, scope: &EventAdminScope, wanted: &[ExhibitorId]) -> Result<Reminded, Problem> {
    if wanted.len() > MOST {
        return Err(Problem::field("/exhibitor_ids", format!("has more than {MOST} entries; send several requests")));
    }
    let event = scope.event();
    let info = app.events.info(app, event).await?;
    let now = app.now();
    let wanted: BTreeSet<ExhibitorId> = wanted.iter().copied().collect();
    let mut open = of_event(app, scope, Filter::All).await?;
    open.retain(|ready| wanted.contains(&ready.exhibitor_id) && !ready.left.is_empty());
    if !open.is_empty() && !info.phases.are_spaces_opened(now) {
        let detail = "The spaces are not open yet; send the access mails under Moments and mails first.";
        return Err(Problem::new(Reason::NotOpenYet, detail));
    }
    let mut reminded = Reminded { mails: 0, exhibitors: 0 };
    let server = app.settings.own_url();
    for ready in open {
        // One transaction an exhibitor, so that scans go in between.
        let mut tx = app.write().await?;
        let mut mails = 0;
        for admin in phases::store::admins_of(&mut tx, event, ready.exhibitor_id).await? {
            let Ok(to) = Email::parse(&admin.email) else { continue };
            let (link, expires_at) = match admin.account_id {
                Some(_) => (format!("{server}/exhibitors/{}/leads", ready.exhibitor_id), None),
                None => {
                    let invitation = accounts::invite_by_mail(app, &mut tx, event, admin.id).await?;
                    (invitation.link(server), Some(invitation.expires_at))
                }
            };
            let place = Place {
                name: admin.name(),
                exhibitor: admin.exhibitor_name.clone(),
                event: info.name.clone(),
                timezone: info.timezone.clone(),
                starts_at: info.starts_at,
            };
            let missing = |step| ready.left.contains(&step);
            let message = Message::Reminder {
                place,
                link,
                expires_at,
                is_unpaired: missing(Step::Paired),
                is_untested: missing(Step::Tested),
                is_alone: missing(Step::Team),
                asks_nothing: missing(Step::QuestionsSet),
            };
            mail::enqueue(app, &mut tx, &to, admin.language.unwrap_or(info.language), &message).await?;
            mails += 1;
        }
        if mails > 0 {
            store::set_reminded(&mut tx, event, ready.exhibitor_id, now).await?;
            let entry = NewEntry::new(Action::ExhibitorReminded, Some(scope.account()), Some(ready.exhibitor_id.0));
            let entry = entry.at(ready.exhibitor_id).with(json!({"name": ready.name, "mails": mails}));
            audit::append(app, &mut tx, event, &entry).await?;
            reminded.mails += mails;
            reminded.exhibitors += 1;
        }
        tx.commit(&app.hub).await?;
    }
    Ok(reminded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ready(done: &[Step]) -> Readiness {
        Readiness {
            exhibitor_id: ExhibitorId(uuid::Uuid::nil()),
            name: "Acme".into(),
            booth: None,
            done: done.to_vec(),
            left: Step::ALL.into_iter().filter(|step| !done.contains(step)).collect(),
            team: 0,
            devices: 0,
            admins: 0,
            contacts: Vec::new(),
            first_scan_at: None,
            reminded_at: None,
        }
    }

    #[test]
    fn who_has_paired_has_not_done_nothing_and_may_be_untested_still() {
        let paired = ready(&[Step::Paired]);
        let through: Vec<Filter> = Filter::ALL.into_iter().filter(|filter| filter.has(&paired)).collect();
        assert_eq!(
            through,
            [Filter::All, Filter::NotSignedIn, Filter::NotTested, Filter::NotAsking, Filter::NotScanned]
        );
        assert!(Filter::Nothing.has(&ready(&[])));
    }
}
