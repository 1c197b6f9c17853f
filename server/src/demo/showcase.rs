//! What the organiser sold and what exhibitors say of themselves: packages, and profiles that attendees
//! read.

use super::DemoError;
use super::past::Past;
use super::programme::position;
use super::scenario::Scenario;
use super::seed::Stage;
use crate::access::{ProfileScope, SystemScope};
use crate::app::App;
use crate::exhibitors::{self, ExhibitorEdit};
use crate::packages::{self, Terms};
use crate::profiles;
use crate::profiles::fields::{Content, Value};
use serde::Deserialize;

/// How long before the first day exhibitors presented themselves, in microseconds.
const PRESENTED_BEFORE: i64 = 5 * 24 * 3_600_000_000;

/// A package, as `packages.toml` has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackageSheet {
    pub name: String,
    /// Exhibitors of this draw and more have it, unless one before it fits.
    pub from: u32,
    pub terms: Terms,
}

/// What an exhibitor, or all of an industry, say of themselves.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileSheet {
    /// The exhibitor's slug or the industry's name.
    #[serde(alias = "exhibitor")]
    pub name: String,
    pub about: String,
    pub tags: Vec<String>,
}

/// `profiles.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileSheets {
    pub own: Vec<ProfileSheet>,
    pub industry: Vec<ProfileSheet>,
}

/// Sells every exhibitor a package, and has those who signed in present themselves.
pub async fn present((app, system): (&App, SystemScope), scenario: &Scenario, stage: &Stage) -> Result<(), DemoError> {
    let first = scenario.calendar.days.first().ok_or("an event lasts a day at least")?;
    let _then = Past::at(app, first.opens_at - PRESENTED_BEFORE);
    let organizer = system.organizer(stage.event);
    let mut sold = Vec::new();
    for sheet in &scenario.fixtures.packages {
        sold.push((sheet.from, packages::create(app, &organizer, &sheet.name, &sheet.terms).await?.id));
    }
    for (row, stand) in scenario.fixtures.exhibitors.iter().zip(&stage.stands) {
        if let Some((_, package)) = sold.iter().find(|(from, _)| row.draw >= *from) {
            let edit = ExhibitorEdit { package: Some(Some(*package)), ..ExhibitorEdit::default() };
            exhibitors::edit(app, &organizer, stand.id, None, edit).await?;
        }
        if row.ready.has_signed_in()
            && let Some(content) = said(scenario, &row.slug)
        {
            let scope = ProfileScope::of(app, &stage.owner, stand.id).await?;
            profiles::save(app, &scope, None, &content).await?;
        }
    }
    Ok(())
}

/// What an exhibitor writes into the fields that every event has.
fn said(scenario: &Scenario, slug: &str) -> Option<Content> {
    let row = scenario.fixtures.exhibitors.get(position(scenario, slug)?)?;
    let sheets = &scenario.fixtures.profiles;
    let own = sheets.own.iter().find(|sheet| sheet.name == slug);
    let sheet = own.or_else(|| sheets.industry.iter().find(|sheet| sheet.name == row.industry))?;
    let about = sheet.about.trim().replace("{name}", &row.name);
    Some(Content::from([
        ("about".to_owned(), Value::Text(about)),
        ("tags".to_owned(), Value::Tags(sheet.tags.clone())),
        ("website".to_owned(), Value::Text(format!("https://{slug}.example"))),
    ]))
}
