//! The organiser's page of moments and mails: four moments in a row, what each mail says and whom it
//! reaches, and the button that sends it.

use super::mailing::{self, Audience, Preview, Reach};
use super::{Edit, MailKind, Settings};
use crate::access::{EventAdminScope, EventScope};
use crate::app::App;
use crate::events::frame::EventFrame;
use crate::extract::Params;
use crate::problem::Problem;
use crate::web::menu::EventPage;
use crate::web::visitor::{PagePath, PageProblem, Visitor};
use crate::web::{EventZone, Page, Shell};
use crate::words::Words;
use askama::Template;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use mobile_core::ids::EventId;
use mobile_core::reason::Reason;
use mobile_core::time::Timestamp;
use serde::Deserialize;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/events/{event_id}/phases", get(show).post(save))
        .route("/events/{event_id}/phases/mail", post(send))
}

/// A moment as a row of the form.
struct Row {
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    /// As `<input type="datetime-local">` takes it, in the event's zone; empty for the default.
    value: String,
    told: String,
    is_past: bool,
}

/// A language that mails can be in.
struct Language {
    words: Words,
    is_chosen: bool,
}

/// A mail with its numbers.
struct Mailing {
    kind: &'static str,
    label: &'static str,
    hint: &'static str,
    reach: Reach,
    fresh: u64,
}

#[derive(Template)]
#[template(path = "organizer/phases.html")]
struct PhasesPage {
    shell: Shell,
    event: EventId,
    zone: String,
    problem: String,
    notice: String,
    rows: Vec<Row>,
    languages: Vec<Language>,
    has_team_badges: bool,
    has_evening_mail: bool,
    may_change: bool,
    mails: Vec<Mailing>,
    shown: Option<Shown>,
}

/// A mail that is looked at before it is sent.
struct Shown {
    kind: &'static str,
    audience: &'static str,
    label: &'static str,
    count: usize,
    names: Vec<String>,
    more: usize,
    subject: String,
    text: String,
}

/// What the address asks to be shown.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wanted {
    mail: Option<MailKind>,
    audience: Audience,
    sent: Option<u64>,
    saved: bool,
}

fn local(at: Timestamp, zone: &jiff::tz::TimeZone) -> String {
    let at = jiff::Timestamp::from_microsecond(at.as_micros()).unwrap_or_default().to_zoned(zone.clone());
    at.strftime("%Y-%m-%dT%H:%M").to_string()
}

fn kind_name(kind: MailKind) -> &'static str {
    match kind {
        MailKind::Access => "access",
        MailKind::Scanning => "scanning",
    }
}

fn audience_name(audience: Audience) -> &'static str {
    match audience {
        Audience::New => "new",
        Audience::NeverSignedIn => "never_signed_in",
        Audience::All => "all",
    }
}

impl PhasesPage {
    async fn of(app: &App, visitor: &Visitor, event: EventId) -> Result<Self, Problem> {
        let scope = EventScope::of(app, &visitor.identity, event).await?;
        let frame = EventFrame::open(app, visitor, &scope, EventPage::Phases, "menu-moments-and-mails").await?;
        let settings = super::get(app, &scope).await?;
        let [access, scanning] = mailing::reach(app, &scope).await?;
        let mails = vec![
            Mailing {
                kind: "access",
                label: "phases-access-mail",
                hint: "phases-access-mail-about",
                reach: access,
                fresh: access.people - access.mailed,
            },
            Mailing {
                kind: "scanning",
                label: "phases-scanning-mail",
                hint: "phases-scanning-mail-about",
                reach: scanning,
                fresh: scanning.people - scanning.mailed,
            },
        ];
        Ok(Self {
            shell: frame.shell,
            event,
            zone: frame.zone.abbreviation(frame.now),
            problem: String::new(),
            notice: String::new(),
            rows: rows(&settings, &frame.event.zone(), &frame.zone, frame.now),
            languages: Words::all()
                .map(|words| Language { words, is_chosen: words == settings.row.language })
                .collect(),
            has_team_badges: settings.row.has_team_badges,
            has_evening_mail: settings.row.has_evening_mail,
            may_change: EventAdminScope::of(app, &visitor.identity, event).await.is_ok(),
            mails,
            shown: None,
        })
    }
}

fn rows(settings: &Settings, zone: &jiff::tz::TimeZone, told: &EventZone, now: Timestamp) -> Vec<Row> {
    let (set, phases) = (&settings.row.moments, &settings.phases);
    let words = told.words();
    let row = |name, label, hint, given: Option<Timestamp>, holds: Option<Timestamp>| Row {
        name,
        label,
        hint,
        value: given.map(|at| local(at, zone)).unwrap_or_default(),
        told: match (holds, given) {
            (None, _) => words.t("phases-not-yet").into(),
            (Some(at), None) => words.t("phases-by-default").with("time", told.short(at, now)).into(),
            (Some(at), Some(_)) => told.short(at, now),
        },
        is_past: holds.is_some_and(|at| at <= now),
    };
    vec![
        row(
            "spaces_open_at",
            "phases-spaces-open",
            "phases-spaces-open-hint",
            set.spaces_open_at,
            phases.spaces_open_at,
        ),
        row(
            "leads_open_at",
            "phases-leads-open",
            "phases-leads-open-hint",
            set.leads_open_at,
            Some(phases.leads_open_at),
        ),
        row(
            "scanning_from",
            "phases-scanning-begins",
            "phases-scanning-begins-hint",
            set.scanning_from,
            Some(phases.scanning_from),
        ),
        row(
            "scanning_until",
            "phases-scanning-ends",
            "phases-scanning-ends-hint",
            set.scanning_until,
            Some(phases.scanning_until),
        ),
        row(
            "leads_close_at",
            "phases-leads-close",
            "phases-leads-close-hint",
            set.leads_close_at,
            Some(phases.leads_close_at),
        ),
    ]
}

async fn show(
    visitor: Visitor,
    State(app): State<App>,
    PagePath(event): PagePath<EventId>,
    Params(wanted): Params<Wanted>,
) -> Result<Response, PageProblem> {
    let mut page = PhasesPage::of(&app, &visitor, event).await?;
    if let Some(kind) = wanted.mail {
        let scope = EventAdminScope::of(&app, &visitor.identity, event).await?;
        let preview = mailing::preview(&app, &scope, kind, wanted.audience, None).await?;
        page.shown = Some(shown(kind, wanted.audience, preview));
    }
    if let Some(sent) = wanted.sent {
        page.notice = page.shell.t("phases-mails-on-their-way").with("count", sent).into();
    } else if wanted.saved {
        page.notice = page.shell.t("phases-moments-are-set").into();
    }
    Ok(Page(page).into_response())
}

fn shown(kind: MailKind, audience: Audience, preview: Preview) -> Shown {
    const NAMED: usize = 12;
    let count = preview.people.len();
    let name = |person: &super::store::PersonRow| format!("{}, {}", person.name(), person.exhibitor_name);
    Shown {
        kind: kind_name(kind),
        audience: audience_name(audience),
        label: if kind == MailKind::Access { "phases-access-mail" } else { "phases-scanning-mail" },
        count,
        names: preview.people.iter().take(NAMED).map(name).collect(),
        more: count.saturating_sub(NAMED),
        subject: preview.letter.subject,
        text: preview.letter.text,
    }
}

#[derive(Deserialize)]
struct Form5 {
    spaces_open_at: String,
    leads_open_at: String,
    scanning_from: String,
    scanning_until: String,
    leads_close_at: String,
    language: Words,
    #[serde(default)]
    has_team_badges: Option<String>,
    #[serde(default)]
    has_evening_mail: Option<String>,
}

fn unreadable(_: FormRejection) -> PageProblem {
    Problem::new(Reason::InvalidField, "The form came without one of its fields. Go back and send it again.").into()
}

/// A field as a time of the event; empty is the default.
fn moment(text: &str, zone: &jiff::tz::TimeZone, name: &'static str) -> Result<Option<Option<Timestamp>>, Problem> {
    if text.trim().is_empty() {
        return Ok(Some(None));
    }
    let wrong = || Problem::field(format!("/{name}"), "must be a day and a time");
    let civil: jiff::civil::DateTime = text.trim().parse().map_err(|_| wrong())?;
    let at = civil.to_zoned(zone.clone()).map_err(|_| wrong())?;
    Ok(Some(Some(Timestamp::from_micros(at.timestamp().as_microsecond()))))
}

async fn save(
    visitor: Visitor,
    State(app): State<App>,
    PagePath(event): PagePath<EventId>,
    headers: HeaderMap,
    form: Result<Form<Form5>, FormRejection>,
) -> Result<Response, PageProblem> {
    crate::web::visitor::require_own(&app, &headers)?;
    let Form(sent) = form.map_err(unreadable)?;
    let scope = EventAdminScope::of(&app, &visitor.identity, event).await?;
    let zone = app.events.info(&app, event).await.map_err(Problem::from)?.zone();
    let edit = || {
        Ok::<_, Problem>(Edit {
            spaces_open_at: moment(&sent.spaces_open_at, &zone, "spaces_open_at")?,
            leads_open_at: moment(&sent.leads_open_at, &zone, "leads_open_at")?,
            scanning_from: moment(&sent.scanning_from, &zone, "scanning_from")?,
            scanning_until: moment(&sent.scanning_until, &zone, "scanning_until")?,
            leads_close_at: moment(&sent.leads_close_at, &zone, "leads_close_at")?,
            language: Some(sent.language),
            has_team_badges: Some(sent.has_team_badges.is_some()),
            has_evening_mail: Some(sent.has_evening_mail.is_some()),
        })
    };
    let saved = match edit() {
        Ok(edit) => super::edit(&app, &scope, edit).await,
        Err(problem) => Err(problem),
    };
    match saved {
        Ok(_) => Ok(Redirect::to(&format!("/events/{event}/phases?saved=true")).into_response()),
        Err(problem) if problem.reason() == Reason::InvalidField => {
            let detail = problem.told(Words::of_request()).replace(['/', '_'], " ").trim().to_owned();
            let page = PhasesPage { problem: detail, ..PhasesPage::of(&app, &visitor, event).await? };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Page(page)).into_response())
        }
        Err(problem) => Err(problem.into()),
    }
}

#[derive(Deserialize)]
struct SendForm {
    kind: MailKind,
    audience: Audience,
}

async fn send(
    visitor: Visitor,
    State(app): State<App>,
    PagePath(event): PagePath<EventId>,
    headers: HeaderMap,
    form: Result<Form<SendForm>, FormRejection>,
) -> Result<Response, PageProblem> {
    crate::web::visitor::require_own(&app, &headers)?;
    let Form(sent) = form.map_err(unreadable)?;
    let scope = EventAdminScope::of(&app, &visitor.identity, event).await?;
    match mailing::send(&app, &scope, sent.kind, sent.audience).await {
        Ok(count) => Ok(Redirect::to(&format!("/events/{event}/phases?sent={count}")).into_response()),
        Err(problem) if problem.reason() == Reason::NotOpenYet => {
            let problem = problem.told(Words::of_request()).into_owned();
            let page = PhasesPage { problem, ..PhasesPage::of(&app, &visitor, event).await? };
            Ok((StatusCode::CONFLICT, Page(page)).into_response())
        }
        Err(problem) => Err(problem.into()),
    }
}
