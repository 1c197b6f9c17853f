//! The routes of an event's moments and their mails.

use super::mailing::{Audience, Reach};
use super::store::PersonRow;
use super::{Edit, MailKind, Settings, mailing};
use crate::access::{EventAdminScope, EventScope};
use crate::app::App;
use crate::extract::{Params, Payload, given};
use crate::openapi::Refused;
use crate::problem::Problem;
use crate::words::Words;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use mobile_core::ids::{EventId, ExhibitorId, TeamMemberId};
use mobile_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this slice.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get, edit)).routes(routes!(preview)).routes(routes!(send))
}

/// A moment.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct MomentView {
    /// When it is.
    pub at: Timestamp,
    /// Whether that follows from the event's dates.
    pub is_default: bool,
}

impl MomentView {
    fn of(at: Timestamp, set: Option<Timestamp>) -> Self {
        Self { at, is_default: set.is_none() }
    }
}

/// The moments of an event.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PhasesView {
    /// When the spaces open, or opened; null until the organiser sends the access mails or sets it.
    pub spaces_open_at: Option<Timestamp>,
    /// When leads open; 15 days before the first opening by default.
    pub leads_open: MomentView,
    /// When scanning begins, with the build-up; 3 days before the first opening by default.
    pub scanning_from: MomentView,
    /// When scanning ends, with the dismantling; 3 days after the last closing by default.
    pub scanning_until: MomentView,
    /// When leads become read-only; 60 days after the last closing by default.
    pub leads_close: MomentView,
    /// The language of mails to people without one of their own.
    pub language: Words,
    /// Whether exhibitors' admins print the badges of their team.
    pub has_team_badges: bool,
    /// Whether visitors get a mail on the evening of their first scan: how many exhibitors met them.
    pub has_evening_mail: bool,
    /// When everybody who was there then got the scanning mail.
    pub scanning_mailed_at: Option<Timestamp>,
}

impl From<Settings> for PhasesView {
    fn from(settings: Settings) -> Self {
        let (row, phases) = (settings.row, settings.phases);
        Self {
            spaces_open_at: phases.spaces_open_at,
            leads_open: MomentView::of(phases.leads_open_at, row.moments.leads_open_at),
            scanning_from: MomentView::of(phases.scanning_from, row.moments.scanning_from),
            scanning_until: MomentView::of(phases.scanning_until, row.moments.scanning_until),
            leads_close: MomentView::of(phases.leads_close_at, row.moments.leads_close_at),
            language: row.language,
            has_team_badges: row.has_team_badges,
            has_evening_mail: row.has_evening_mail,
            scanning_mailed_at: row.scanning_mailed_at,
        }
    }
}

/// What changes of the moments; fields that are absent stay, null is the default.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditPhases {
    /// When the spaces open; null: when the access mails are sent.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Timestamp>)]
    pub spaces_open_at: Option<Option<Timestamp>>,
    /// When leads open.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Timestamp>)]
    pub leads_open_at: Option<Option<Timestamp>>,
    /// When scanning begins.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Timestamp>)]
    pub scanning_from: Option<Option<Timestamp>>,
    /// When scanning ends.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Timestamp>)]
    pub scanning_until: Option<Option<Timestamp>>,
    /// When leads become read-only.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Timestamp>)]
    pub leads_close_at: Option<Option<Timestamp>>,
    /// The language of mails to people without one of their own.
    #[serde(default)]
    pub language: Option<Words>,
    /// Whether exhibitors' admins print the badges of their team.
    #[serde(default)]
    pub has_team_badges: Option<bool>,
    /// Whether visitors get a mail on the evening of their first scan.
    #[serde(default)]
    pub has_evening_mail: Option<bool>,
}

/// How an event's moments are set.
#[utoipa::path(get, path = "/events/{event_id}/phases", operation_id = "get_phases", tag = "phases",
    params(("event_id" = EventId, Path)),
    responses((status = 200, description = "The moments", body = PhasesView),
        Refused))]
async fn get(State(app): State<App>, scope: EventScope) -> Result<Json<PhasesView>, Problem> {
    Ok(Json(super::get(&app, &scope).await?.into()))
}

/// Sets an event's moments.
#[utoipa::path(patch, path = "/events/{event_id}/phases", operation_id = "edit_phases", tag = "phases",
    params(("event_id" = EventId, Path)), request_body = EditPhases,
    responses((status = 200, description = "The moments as they are now", body = PhasesView),
        Refused))]
async fn edit(
    State(app): State<App>,
    scope: EventAdminScope,
    Payload(sent): Payload<EditPhases>,
) -> Result<Json<PhasesView>, Problem> {
    let edit = Edit {
        spaces_open_at: sent.spaces_open_at,
        leads_open_at: sent.leads_open_at,
        scanning_from: sent.scanning_from,
        scanning_until: sent.scanning_until,
        leads_close_at: sent.leads_close_at,
        language: sent.language,
        has_team_badges: sent.has_team_badges,
        has_evening_mail: sent.has_evening_mail,
    };
    Ok(Json(super::edit(&app, &scope, edit).await?.into()))
}

/// Which mail, to whom, in which language.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PreviewParams {
    /// Which mail.
    pub kind: MailKind,
    /// To whom of those it is for.
    #[serde(default)]
    pub audience: Audience,
    /// In which language it is shown; absent: that of the first person.
    pub language: Option<Words>,
}

/// Somebody who would be mailed.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct RecipientView {
    /// The member.
    pub member_id: TeamMemberId,
    /// First and last name.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// Their exhibitor.
    pub exhibitor_id: ExhibitorId,
    /// Its name.
    pub exhibitor: String,
}

impl RecipientView {
    fn of(person: &PersonRow) -> Self {
        Self {
            member_id: person.id,
            name: person.name(),
            email: person.email.clone(),
            exhibitor_id: person.exhibitor_id,
            exhibitor: person.exhibitor_name.clone(),
        }
    }
}

/// A mail before it is sent.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PreviewView {
    /// How many people would get it.
    pub count: u64,
    /// The first 100 of them.
    pub recipients: Vec<RecipientView>,
    /// The subject, as the first of them gets it.
    pub subject: String,
    /// The plain text; its link leads nowhere.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// Whom the access mail is for, and who has got it.
    pub access: Reach,
    /// Whom the scanning mail is for, and who has got it.
    pub scanning: Reach,
}

/// Shows a mail before it is sent, and to how many people it would go.
#[utoipa::path(get, path = "/events/{event_id}/team-mails/preview", operation_id = "preview_team_mail", tag = "phases",
    params(("event_id" = EventId, Path), PreviewParams),
    responses((status = 200, description = "The mail and its recipients", body = PreviewView),
        Refused))]
async fn preview(
    State(app): State<App>,
    scope: EventAdminScope,
    Params(wanted): Params<PreviewParams>,
) -> Result<Json<PreviewView>, Problem> {
    let shown = mailing::preview(&app, &scope, wanted.kind, wanted.audience, wanted.language).await?;
    let [access, scanning] = mailing::reach(&app, &scope).await?;
    Ok(Json(PreviewView {
        count: shown.people.len() as u64,
        recipients: shown.people.iter().take(100).map(RecipientView::of).collect(),
        subject: shown.letter.subject,
        text: shown.letter.text,
        html: shown.letter.html,
        access,
        scanning,
    }))
}

/// A mail to be sent.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendTeamMail {
    /// Which mail; the access mail opens the spaces.
    pub kind: MailKind,
    /// To whom of those it is for: who has not got it (`new`), who never signed in, or all.
    #[serde(default)]
    pub audience: Audience,
}

/// What was sent.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct TeamMailSent {
    /// How many mails are on their way.
    pub count: u64,
}

/// Sends a mail to the teams of the event. Sent again for `new`, it reaches only those who came since.
#[utoipa::path(post, path = "/events/{event_id}/team-mails", operation_id = "send_team_mail", tag = "phases",
    params(("event_id" = EventId, Path)), request_body = SendTeamMail,
    responses((status = 202, description = "On their way", body = TeamMailSent),
        Refused))]
async fn send(
    State(app): State<App>,
    scope: EventAdminScope,
    Payload(sent): Payload<SendTeamMail>,
) -> Result<(StatusCode, Json<TeamMailSent>), Problem> {
    let count = mailing::send(&app, &scope, sent.kind, sent.audience).await?;
    Ok((StatusCode::ACCEPTED, Json(TeamMailSent { count })))
}
