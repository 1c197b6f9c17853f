//! Two people who wear each other's badges, looked at before their badges are swapped.

use super::super::Asked;
use super::name_of;
use crate::access::DeskScope;
use crate::app::App;
use crate::events::when;
use crate::helpdesk::swap;
use crate::problem::Problem;
use crate::web::text::json_in_page;
use mobile_core::ids::RegistrationId;
use serde_json::json;

/// A swap that is looked at.
pub(in crate::helpdesk::page) struct SwapPanel {
    pub one: String,
    pub other: String,
    pub one_id: RegistrationId,
    pub other_id: RegistrationId,
    /// The badges that each gets.
    pub badges: (String, String),
    pub leads: u64,
    /// Since when, as the field takes it.
    pub from: String,
    pub problem: String,
    pub body: String,
}

/// The name of one of the two, and the panel once the other is chosen.
pub(in crate::helpdesk::page) async fn swap_panel(
    app: &App,
    scope: &DeskScope,
    asked: &Asked,
    zone: &jiff::tz::TimeZone,
) -> Result<(String, Option<SwapPanel>), Problem> {
    let Some(one) = asked.swap else { return Ok((String::new(), None)) };
    let name = name_of(app, scope, one).await?;
    let Some(other) = asked.with else { return Ok((name, None)) };
    let mut problem = String::new();
    let since = match asked.from.as_str() {
        "" => app.now(),
        text => when::moment(text, zone).unwrap_or_else(|wrong| {
            wrong.clone_into(&mut problem);
            app.now()
        }),
    };
    let looked = swap::preview(app, scope, (one, other), since).await?;
    let mut body = json!({"registration_id": other});
    if !asked.from.is_empty() {
        body["from"] = json!(since);
    }
    let panel = SwapPanel {
        one: name.clone(),
        other: name_of(app, scope, other).await?,
        one_id: one,
        other_id: other,
        badges: (looked.badge_number, looked.other_badge_number),
        leads: looked.leads,
        from: asked.from.clone(),
        problem,
        body: json_in_page(&body),
    };
    Ok((name, Some(panel)))
}
