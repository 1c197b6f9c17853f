//! What visitors chose for themselves: the address that exhibitors see instead of the one they registered
//! with.

use super::DemoError;
use super::diary::guests;
use super::past::Past;
use super::scenario::Scenario;
use super::seed::Stage;
use crate::access::SystemScope;
use crate::app::App;
use crate::fields::Email;
use crate::registrations;

/// Which of the hero's warmest visitors did; into the area of the first the demo lets everybody look.
const NAMED: [usize; 2] = [0, 3];
/// How long before the demo starts, in microseconds.
const NAMED_BEFORE: i64 = 90 * 60_000_000;

/// Has them name their addresses.
pub async fn express((app, system): (&App, SystemScope), scenario: &Scenario, stage: &Stage) -> Result<(), DemoError> {
    let _then = Past::at(app, scenario.now - NAMED_BEFORE);
    let guests = guests(scenario, scenario.fixtures.hero());
    for guest in NAMED.iter().filter_map(|place| guests.get(*place).copied()) {
        let registration = stage.registrations.get(guest).ok_or("a guest is not registered")?;
        let email = scenario.people.get(guest).and_then(|person| person.email.as_deref());
        let wished = Email::parse(&format!("fairs.{}", email.ok_or("a guest has no address")?))?;
        // The link that proves the address was opened long ago.
        let mut tx = app.write().await?;
        let scope = system.attendee(stage.event, *registration);
        registrations::set_exhibitor_email(app, &mut tx, &scope, Some(&wished)).await?;
        tx.commit(&app.hub).await?;
    }
    Ok(())
}
