//! Who the demo lets everybody be by a click, and the stand that it is about.

use super::backstage::{Hero, Part};
use super::halls::keyed;
use super::scenario::Scenario;
use super::seed::Stage;
use super::traffic::{Act, Planned, Target, Warmth};
use super::{DemoError, diary};

/// Who can be signed in by a click, and the stand that the demo is about.
pub fn cast(scenario: &Scenario, stage: &Stage) -> Result<(Vec<Part>, Hero), DemoError> {
    let fixtures = &scenario.fixtures;
    let position = fixtures.hero();
    let name = &fixtures.exhibitors[position].name;
    let stand = stage.stands.get(position).ok_or("the hero has no stand")?;
    let space = |page| format!("/exhibitors/{}/{page}", stand.id);
    let event = |page| format!("/events/{}/{page}", stage.event);
    let (team, organizer) = (&fixtures.team, &fixtures.organizer);
    let parts = [
        ("hero-admin", team, "demo-part-admin", "demo-part-admin-about", space("leads")),
        ("hero-scanner", team, "demo-part-scanner", "demo-part-scanner-about", space("leads")),
        ("hero-contact", team, "demo-part-contact", "demo-part-contact-about", space("meetings")),
        ("organizer", organizer, "demo-part-organizer", "demo-part-organizer-about", event("monitor")),
        ("manager", organizer, "demo-part-manager", "demo-part-manager-about", event("exhibitors")),
        ("viewer", organizer, "demo-part-viewer", "demo-part-viewer-about", event("monitor")),
        ("desk", organizer, "demo-part-desk", "demo-part-desk-about", event("help-desk")),
    ];
    let part = |(key, rows, label, about, place): (&'static str, &Vec<_>, &'static str, &'static str, String)| {
        let row = keyed(rows, key)?;
        let of = if row.exhibitor.is_empty() { &fixtures.event.organizer } else { name };
        Ok::<_, DemoError>(Part {
            key,
            name: row.name(),
            label,
            of: of.clone(),
            about,
            email: row.email.clone(),
            place,
        })
    };
    let parts = parts.into_iter().map(part).collect::<Result<Vec<_>, _>>()?;
    let guests = diary::guests(scenario, position);
    let visitor = guests.first().and_then(|guest| stage.registrations.get(*guest)).copied();
    let phone = |at: usize| stand.phones.get(at).cloned().ok_or("the hero has too few phones");
    // Whom somebody else than the colleague wrote about, so that there are two notes by two people.
    let wrote = |act: &&Planned| act.by == 0 && matches!(act.act, Act::Note(_));
    let noted: Vec<Target> = scenario.story.sent.iter().filter(wrote).map(|act| act.target).collect();
    let hot = scenario.story.sent.iter().filter_map(|act| match (&act.act, act.target) {
        (Act::Rating(Warmth::Hot), Target::Person(person))
            if act.target != scenario.story.withdrawn && noted.contains(&act.target) =>
        {
            stage.worn.get(person).map(|worn| worn.code.clone())
        }
        _ => None,
    });
    let hero = Hero {
        id: stand.id,
        name: name.clone(),
        colleague: *stand.staff.get(1).ok_or("the hero has too few scanners")?,
        phone: phone(0)?,
        holding: phone(scenario.story.holding_phone)?,
        hot: hot.collect(),
        visitor: visitor.ok_or("the hero has no warm visitor")?,
    };
    Ok((parts, hero))
}
