//! Who is mailed at which moment, what the mail says, and that nobody gets it twice.

use super::store::{self, PersonRow};
use crate::access::{EventAdminScope, EventScope};
use crate::accounts::{self, Invitation};
use crate::app::App;
use crate::audit::{self, Action, NewEntry};
use crate::events::cache::EventInfo;
use crate::fields::Email;
use crate::mail::letter::{self, Letter};
use crate::mail::{self, Message, Place};
use crate::problem::Problem;
use crate::rights;
use crate::storage::Tx;
use crate::words::Words;
use mobile_core::ids::TeamMemberId;
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// People mailed in one transaction, so that scans go in between.
const CHUNK: usize = 50;

/// A mail of a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MailKind {
    /// The space is open: for admins.
    Access,
    /// Leads are open, how to pair, licences, terms: for admins and scanners.
    Scanning,
}

/// To whom of those it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Who has not got it yet.
    #[default]
    New,
    /// Who has not got it, or never signed in since.
    NeverSignedIn,
    /// Everybody, again.
    All,
}

impl Audience {
    fn has(self, person: &PersonRow, kind: MailKind) -> bool {
        person.is_for(kind)
            && match self {
                Self::New => !person.has_got(kind),
                Self::NeverSignedIn => person.account_id.is_none(),
                Self::All => true,
            }
    }
}

/// The mail that says all there is to say to somebody: where leads are open already, the access mail would be
/// followed by the scanning mail within seconds, so that one goes out in its place.
fn in_force(kind: MailKind, info: &EventInfo, person: &PersonRow, now: Timestamp) -> MailKind {
    if info.phases.are_leads_open(now) && person.is_for(MailKind::Scanning) { MailKind::Scanning } else { kind }
}

/// What would be sent.
#[derive(Debug)]
pub struct Preview {
    /// To whom.
    pub people: Vec<PersonRow>,
    /// What the first of them gets, with a link that leads nowhere.
    pub letter: Letter,
}

/// Shows a mail before it is sent.
pub async fn preview(
    app: &App,
    scope: &EventAdminScope,
    kind: MailKind,
    audience: Audience,
    language: Option<Words>,
) -> Result<Preview, Problem> {
    let info = app.events.info(app, scope.event()).await?;
    let mut tx = app.read().await?;
    let mut people = store::people(&mut tx, scope.event()).await?;
    tx.done().await?;
    people.retain(|person| audience.has(person, kind));
    let language = language.or_else(|| people.first()?.language).unwrap_or(info.language);
    let nobody = || PersonRow {
        id: TeamMemberId(uuid::Uuid::nil()),
        exhibitor_id: mobile_core::ids::ExhibitorId(uuid::Uuid::nil()),
        exhibitor_name: "Acme".to_owned(),
        account_id: None,
        first_name: "Ines".to_owned(),
        last_name: "Ito".to_owned(),
        email: String::new(),
        language: None,
        is_admin: true,
        is_scanner: false,
        is_registered: false,
        access_mailed_at: None,
        scanning_mailed_at: None,
        terms: crate::packages::store::TermsRow::default(),
    };
    let person = people.first().cloned().unwrap_or_else(nobody);
    // A link that works is made for one person, when the mail is written.
    let shown = Invitation { token: "…".to_owned(), expires_at: app.now().plus_micros(14 * 24 * 3600 * 1_000_000) };
    let kind = in_force(kind, &info, &person, app.now());
    let message = message(app, &info, &person, kind, person.account_id.is_none().then_some(&shown));
    let letter = letter::of(&message, language)
        .map_err(|error| Problem::new(Reason::Internal, "The mail cannot be shown.").caused_by(error.to_string()))?;
    Ok(Preview { people, letter })
}

/// Sends a mail to all whom it is for; the access mail opens the spaces.
///
/// # Errors
/// `not_open_yet` for the scanning mail before leads open.
pub async fn send(app: &App, scope: &EventAdminScope, kind: MailKind, audience: Audience) -> Result<u64, Problem> {
    let event = scope.event();
    let now = app.now();
    match kind {
        MailKind::Access => open_spaces(app, scope).await?,
        MailKind::Scanning => {
            let mut tx = app.read().await?;
            let row = store::find(&mut tx, event).await?.ok_or_else(Problem::not_found)?;
            tx.done().await?;
            let phases = row.moments.phases();
            if !phases.are_leads_open(now) || !phases.are_spaces_opened(now) {
                return Err(Problem::new(
                    Reason::NotOpenYet,
                    "Leads are not open yet, so there is nothing to see: send the access mails first, and let leads open.",
                ));
            }
        }
    }
    let info = app.events.info(app, event).await?;
    let mut tx = app.read().await?;
    let mut people = store::people(&mut tx, event).await?;
    tx.done().await?;
    people.retain(|person| audience.has(person, kind));
    let sent = mail_all(app, &info, &people, kind).await?;
    let mut tx = app.write().await?;
    let detail = json!({"kind": kind, "audience": audience, "count": sent});
    let entry = NewEntry::new(Action::TeamsMailed, Some(scope.account()), Some(event.0)).with(detail);
    audit::append(app, &mut tx, event, &entry).await?;
    tx.commit(&app.hub).await?;
    Ok(sent)
}

async fn open_spaces(app: &App, scope: &EventAdminScope) -> Result<(), Problem> {
    let event = scope.event();
    let now = app.now();
    let mut tx = app.write().await?;
    let known = store::find_for_edit(&mut tx, event).await?.ok_or_else(Problem::not_found)?;
    if known.moments.phases().are_spaces_opened(now) {
        tx.done().await?;
        return Ok(());
    }
    let mut row = known;
    row.moments.spaces_open_at = Some(now);
    store::update(&mut tx, event, &row).await?;
    let detail = json!({"before": known.told(), "after": row.told()});
    let entry = NewEntry::new(Action::PhasesChanged, Some(scope.account()), Some(event.0)).with(detail);
    audit::append(app, &mut tx, event, &entry).await?;
    Ok(rights::commit(app, tx, event, event.into(), event.0).await?)
}

async fn mail_all(app: &App, info: &EventInfo, people: &[PersonRow], kind: MailKind) -> Result<u64, Problem> {
    let mut sent = 0;
    for chunk in people.chunks(CHUNK) {
        let mut tx = app.write().await?;
        for person in chunk {
            let kind = in_force(kind, info, person, app.now());
            sent += u64::from(mail_one(app, &mut tx, info, person, kind).await?);
        }
        tx.commit(&app.hub).await?;
        tokio::task::yield_now().await;
    }
    Ok(sent)
}

/// Mails one person, unless another has done so since they were looked up. Whoever has not joined is invited, by a
/// link that nobody else is told.
async fn mail_one(
    app: &App,
    tx: &mut Tx,
    info: &EventInfo,
    person: &PersonRow,
    kind: MailKind,
) -> Result<bool, Problem> {
    let Ok(to) = Email::parse(&person.email) else { return Ok(false) };
    if !store::mailed(tx, info.id, person, kind, app.now()).await? {
        return Ok(false);
    }
    let invitation = match person.account_id {
        None => Some(accounts::invite_by_mail(app, tx, info.id, person.id).await?),
        Some(_) => None,
    };
    let message = message(app, info, person, kind, invitation.as_ref());
    mail::enqueue(app, tx, &to, person.language.unwrap_or(info.language), &message).await?;
    Ok(true)
}

fn message(
    app: &App,
    info: &EventInfo,
    person: &PersonRow,
    kind: MailKind,
    invitation: Option<&Invitation>,
) -> Message {
    let server = app.settings.own_url();
    let place = Place {
        name: person.name(),
        exhibitor: person.exhibitor_name.clone(),
        event: info.name.clone(),
        timezone: info.timezone.clone(),
        starts_at: info.starts_at,
    };
    match (kind, invitation) {
        (MailKind::Access, Some(invitation)) => Message::Invitation {
            place,
            link: invitation.link(server),
            expires_at: invitation.expires_at,
            is_registered: person.is_registered,
        },
        (MailKind::Access, None) => Message::SpaceOpen { place, link: format!("{server}/") },
        (MailKind::Scanning, invitation) => Message::Scanning {
            place,
            link: invitation.map_or_else(
                || format!("{server}/exhibitors/{}/leads", person.exhibitor_id),
                |invitation| invitation.link(server),
            ),
            expires_at: invitation.map(|invitation| invitation.expires_at),
            is_registered: person.is_registered,
            is_admin: person.is_admin,
            licences: person.terms.entitlements().licences.map(i64::from),
            closes_at: info.phases.leads_close_at,
        },
    }
}

/// Which mail somebody with these roles gets now; none while nothing is open to them.
fn due(info: &EventInfo, person: &PersonRow, now: Timestamp) -> Option<MailKind> {
    if !info.phases.are_spaces_opened(now) {
        return None;
    }
    if info.phases.are_leads_open(now) && person.is_for(MailKind::Scanning) {
        Some(MailKind::Scanning)
    } else if person.is_for(MailKind::Access) {
        Some(MailKind::Access)
    } else {
        None
    }
}

/// Mails somebody who was added, or given more to do, after an opening: once. Whether a mail goes out.
pub async fn welcome(app: &App, tx: &mut Tx, info: &EventInfo, member: TeamMemberId) -> Result<bool, Problem> {
    let Some(person) = store::person(tx, info.id, member).await? else { return Ok(false) };
    match due(info, &person, app.now()) {
        Some(kind) if !person.has_got(kind) => mail_one(app, tx, info, &person, kind).await,
        _ => Ok(false),
    }
}

/// Mails somebody once more because an admin asks for it. Whether a mail goes out: none does before
/// something is open to them.
pub async fn remind(app: &App, tx: &mut Tx, info: &EventInfo, member: TeamMemberId) -> Result<bool, Problem> {
    let Some(person) = store::person(tx, info.id, member).await? else { return Ok(false) };
    match due(info, &person, app.now()) {
        Some(kind) => mail_one(app, tx, info, &person, kind).await,
        None => Ok(false),
    }
}

/// Sends the scanning mail of events whose leads have opened. Several servers may do so at once: each
/// person is mailed by one of them.
pub async fn mail_openings(app: &App) -> Result<u64, Problem> {
    let now = app.now();
    let mut tx = app.read().await?;
    let events = store::unmailed(&mut tx, now).await?;
    tx.done().await?;
    let mut sent = 0;
    for (event, moments) in events {
        if !moments.phases().are_leads_open(now) {
            continue;
        }
        app.events.forget(event);
        let info = app.events.info(app, event).await?;
        let mut tx = app.read().await?;
        let mut people = store::people(&mut tx, event).await?;
        tx.done().await?;
        people.retain(|person| Audience::New.has(person, MailKind::Scanning));
        let count = mail_all(app, &info, &people, MailKind::Scanning).await?;
        let mut tx = app.write().await?;
        store::scanning_mailed(&mut tx, event, now).await?;
        tx.commit(&app.hub).await?;
        tracing::info!(%event, count, "leads are open: the teams were told how to scan");
        sent += count;
    }
    Ok(sent)
}

/// Looks every few seconds whether leads have opened somewhere, for as long as the server runs.
pub async fn run(app: App) {
    let mut rounds = app.rounds(std::time::Duration::from_secs(5));
    while rounds.next().await {
        if let Err(problem) = mail_openings(&app).await {
            tracing::warn!(detail = problem.detail(), "the scanning mails could not be sent; trying again");
        }
    }
}

/// How many people each mail would reach, and has reached.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Reach {
    /// People it is for.
    pub people: u64,
    /// Who has got it.
    pub mailed: u64,
    /// Who never signed in.
    pub never_signed_in: u64,
}

/// Counts the people of each mail: access, then scanning.
pub async fn reach(app: &App, scope: &EventScope) -> Result<[Reach; 2], Problem> {
    let mut tx = app.read().await?;
    let people = store::people(&mut tx, scope.event()).await?;
    tx.done().await?;
    Ok([MailKind::Access, MailKind::Scanning].map(|kind| {
        people.iter().filter(|person| person.is_for(kind)).fold(Reach::default(), |reach, person| Reach {
            people: reach.people + 1,
            mailed: reach.mailed + u64::from(person.has_got(kind)),
            never_signed_in: reach.never_signed_in + u64::from(person.account_id.is_none()),
        })
    }))
}
