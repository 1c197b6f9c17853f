//! `/demo`, there only under `leadline demo`: who can be signed in by a click, badges to scan with a
//! phone of one's own, and buttons that make things happen.

use super::backstage::{Backstage, DARK_HALL, Part};
use super::phones::Worn;
use crate::access::LeadScope;
use crate::access::identity::is_own_origin;
use crate::access::token;
use crate::accounts::api::session_cookie;
use crate::attendees;
use crate::extract::{Agent, PathIds, Payload};
use crate::monitor;
use crate::problem::Problem;
use crate::web::{Page, Shell, qr};
use crate::words::Words;
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use mobile_core::reason::Reason;
use serde::{Deserialize, Serialize};
use std::sync::{Arc, OnceLock};

/// The key of the visitor among those who can be signed in.
const ATTENDEE: &str = "attendee";
/// Badges that the page shows.
const BADGES: usize = 6;

/// What is behind the page, once the halls are open.
pub type Curtain = Arc<OnceLock<Backstage>>;

fn stage(curtain: &Curtain) -> Result<&Backstage, Problem> {
    curtain.get().ok_or_else(|| Problem::new(Reason::Unavailable, "The halls are not open yet. Try again in a moment."))
}

/// The routes.
pub fn routes(curtain: Curtain) -> Router {
    Router::new()
        .route("/demo", get(page))
        .route("/demo/enter", post(enter))
        .route("/demo/scan", post(scan_here))
        .route("/demo/act", post(act))
        .route("/demo/figures", get(figures))
        .route("/demo/badges/{name}", get(badge))
        .route("/demo/scanner.svg", get(scanner))
        .with_state(curtain)
        .layer(axum::middleware::from_fn(crate::web::spoken::layer))
}

struct PartView {
    key: &'static str,
    name: String,
    label: String,
    about: &'static str,
    email: String,
}

/// A badge to be scanned from the screen.
struct BadgeView {
    /// Its place among them.
    place: usize,
    /// What stands under its code, for typing.
    number: String,
}

#[derive(Template)]
#[template(path = "demo/index.html")]
struct DemoPage {
    shell: Shell,
    parts: Vec<PartView>,
    badges: Vec<BadgeView>,
    hero: String,
    /// On a network one click signs nobody in: whoever has the password may.
    asks_password: bool,
    /// Where a phone of the network finds the scanner; empty where none can come in.
    scanner: String,
    acts: [ActView; 5],
}

/// Where a phone of the network finds the scanner.
fn scanner_address(stage: &Backstage) -> String {
    format!("{}/scan", stage.app().settings.own_url())
}

struct ActView {
    code: &'static str,
    label: String,
    about: String,
}

fn acts(hero: &str) -> [ActView; 5] {
    let words = Words::of_request();
    let act = |code, label: &str, about: &str| ActView { code, label: label.to_owned(), about: about.to_owned() };
    [
        act(
            "hall",
            &words.t("demo-act-hall").with("hall", DARK_HALL.to_string()).to_string(),
            &words.t("demo-act-hall-about").to_string(),
        ),
        act("again", &words.t("demo-act-again").to_string(), &words.t("demo-act-again-about").to_string()),
        act("withdraw", &words.t("demo-act-withdraw").to_string(), &words.t("demo-act-withdraw-about").to_string()),
        act(
            "revoke",
            &words.t("demo-act-revoke").to_string(),
            &words.t("demo-act-revoke-about").with("hero", hero).to_string(),
        ),
        act("restart", &words.t("demo-act-restart").to_string(), &words.t("demo-act-restart-about").to_string()),
    ]
}

async fn page(State(curtain): State<Curtain>) -> Result<impl IntoResponse, Problem> {
    let stage = stage(&curtain)?;
    let words = Words::of_request();
    let view = |part: &Part| PartView {
        key: part.key,
        name: part.name.clone(),
        label: words.t(part.label).with("of", part.of.as_str()).into(),
        about: part.about,
        email: part.email.clone(),
    };
    let mut parts: Vec<PartView> = stage.parts.iter().map(view).collect();
    if let Ok((_, name, email)) = stage.attendee().await {
        let label = words.t("demo-visitor").into();
        parts.push(PartView { key: ATTENDEE, name, label, about: "demo-visitor-about", email });
    }
    Ok(Page(DemoPage {
        shell: Shell::anonymous(Words::of_request().t("demo-demo")).running("page"),
        parts,
        badges: (1..=BADGES).zip(&stage.halls.people).map(|(place, worn)| shown(place, worn)).collect(),
        hero: stage.hero.name.clone(),
        asks_password: !stage.is_private,
        scanner: if stage.is_private { String::new() } else { scanner_address(stage) },
        acts: acts(&stage.hero.name),
    }))
}

fn shown(place: usize, worn: &Worn) -> BadgeView {
    BadgeView { place, number: worn.number.clone().unwrap_or_default() }
}

/// Only our own page may press the buttons, and on a network only who knows the password.
fn check(stage: &Backstage, headers: &HeaderMap, password: Option<&str>) -> Result<(), Problem> {
    if !is_own_origin(&stage.app(), headers) {
        return Err(Problem::new(Reason::Forbidden, "This came from a page of another origin."));
    }
    if stage.is_private || password.is_some_and(|sent| token::same(sent.as_bytes(), stage.password.as_bytes())) {
        return Ok(());
    }
    Err(Problem::new(
        Reason::Forbidden,
        "Type the password that the terminal shows; others on this network could press too.",
    ))
}

#[derive(Debug, Deserialize)]
struct Entering {
    who: String,
    #[serde(default)]
    password: Option<String>,
}

async fn enter(
    State(curtain): State<Curtain>,
    headers: HeaderMap,
    agent: Agent,
    Form(sent): Form<Entering>,
) -> Result<Response, Problem> {
    let stage = stage(&curtain)?;
    check(stage, &headers, sent.password.as_deref())?;
    if sent.who == ATTENDEE {
        let (entered, place) = stage.enter_attendee().await?;
        let cookie = attendees::api::cookie(&stage.app(), &entered);
        return Ok(([(header::SET_COOKIE, cookie)], Redirect::to(&place)).into_response());
    }
    let (signed_in, part) = stage.enter(&sent.who, agent.0.as_deref()).await?;
    let cookie = session_cookie(&stage.app(), &signed_in);
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(&part.place)).into_response())
}

#[derive(Debug, Deserialize)]
struct Pairing {
    #[serde(default)]
    password: Option<String>,
}

/// The scanner in this browser: its pairing link, which redeems nothing before somebody taps there.
async fn scan_here(
    State(curtain): State<Curtain>,
    headers: HeaderMap,
    Form(sent): Form<Pairing>,
) -> Result<Redirect, Problem> {
    let stage = stage(&curtain)?;
    check(stage, &headers, sent.password.as_deref())?;
    Ok(Redirect::to(&stage.pair_here().await?))
}

#[derive(Debug, Deserialize)]
struct Acting {
    act: String,
    #[serde(default)]
    password: Option<String>,
}

#[derive(Debug, Serialize)]
struct Said {
    said: String,
}

async fn act(
    State(curtain): State<Curtain>,
    headers: HeaderMap,
    Payload(sent): Payload<Acting>,
) -> Result<Json<Said>, Problem> {
    let stage = stage(&curtain)?;
    check(stage, &headers, sent.password.as_deref())?;
    let said = match sent.act.as_str() {
        "hall" => stage.toggle_hall(),
        "again" => stage.scan_again().await.map_err(|error| Problem::new(Reason::Unavailable, error.to_string()))?,
        "withdraw" => stage.withdraw().await?,
        "revoke" => stage.revoke().await?,
        "restart" => stage.restart()?,
        _ => return Err(Problem::field("/act", "is none of hall, again, withdraw, revoke, restart")),
    };
    Ok(Json(Said { said }))
}

#[derive(Debug, Serialize)]
struct Figures {
    /// What the hero's Leads tab and the monitor say of it.
    hero_leads: String,
    hero_scans: String,
    sent: String,
    received: String,
    hero_sent: String,
    in_tab: String,
    on_phones: String,
    agree: bool,
    dark: Vec<String>,
}

async fn figures(State(curtain): State<Curtain>) -> Result<impl IntoResponse, Problem> {
    let stage = stage(&curtain)?;
    let totals = stage.halls.tally.totals();
    let app = stage.app();
    let scope = LeadScope::of(&app, &stage.owner, stage.hero.id).await?;
    let hero = monitor::exhibitor_stats(&app, &scope).await?;
    let figures = Figures {
        hero_leads: Words::of_request().number(hero.leads),
        hero_scans: Words::of_request().number(hero.scans),
        sent: Words::of_request().number(totals.sent),
        received: Words::of_request().number(totals.received),
        hero_sent: Words::of_request().number(totals.hero_sent),
        in_tab: Words::of_request().number(totals.in_tab),
        on_phones: Words::of_request().number(totals.on_phones),
        agree: totals.agree(),
        dark: stage.halls.network.coverage().dark().map(str::to_owned).collect(),
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(figures)))
}

/// A visitor's code, to be scanned from the screen or from paper.
async fn badge(State(curtain): State<Curtain>, PathIds(name): PathIds<String>) -> Result<Response, Problem> {
    let stage = stage(&curtain)?;
    let number = name.strip_suffix(".svg").and_then(|number| number.parse::<usize>().ok());
    let position = number.and_then(|number| number.checked_sub(1)).filter(|position| *position < BADGES);
    let worn = position.and_then(|position| stage.halls.people.get(position)).ok_or_else(Problem::not_found)?;
    let picture = qr::svg(&worn.code, &Words::of_request().t("demo-badge-picture").to_string())?;
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("image/svg+xml"))], picture).into_response())
}

/// The scanner's address, for the camera of a phone in the same network.
async fn scanner(State(curtain): State<Curtain>) -> Result<Response, Problem> {
    let stage = stage(&curtain)?;
    let picture = qr::svg(&scanner_address(stage), &Words::of_request().t("demo-scanner-picture").to_string())?;
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("image/svg+xml"))], picture).into_response())
}
