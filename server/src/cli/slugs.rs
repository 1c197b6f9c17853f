//! Events and exhibitors by their short names in addresses; a name that nobody has is answered with those
//! that are near to it.

use crate::access::SystemScope;
use crate::app::App;
use crate::exports::store::{exhibitor_by_slug, exhibitor_slugs};
use crate::nearest::{did_you_mean, nearest};
use crate::registrations::store::{event_by_slug, event_slugs};
use crate::storage::StorageError;
use mobile_core::ids::{EventId, ExhibitorId};

/// Names that are listed whole where none is near.
const LISTED: usize = 12;

/// The event of a short name.
///
/// # Errors
/// One line that names the events that may be meant.
pub async fn event(app: &App, slug: &str) -> Result<EventId, String> {
    let system = SystemScope::new();
    let mut tx = app.read().await.map_err(|error| told(&error))?;
    let found = event_by_slug(&mut tx, system, slug).await.map_err(|error| told(&error))?;
    let known =
        if found.is_none() { event_slugs(&mut tx, system).await.map_err(|error| told(&error))? } else { Vec::new() };
    tx.done().await.map_err(|error| told(&error))?;
    found.ok_or_else(|| format!("--event: there is no event {slug}; {}", way_out(slug, &known)))
}

/// The exhibitor of a short name, at an event.
///
/// # Errors
/// One line that names the exhibitors that may be meant.
pub async fn exhibitor(app: &App, (event, of): (EventId, &str), slug: &str) -> Result<ExhibitorId, String> {
    let system = SystemScope::new();
    let mut tx = app.read().await.map_err(|error| told(&error))?;
    let found = exhibitor_by_slug(&mut tx, system, event, slug).await.map_err(|error| told(&error))?;
    let known = if found.is_none() {
        exhibitor_slugs(&mut tx, system, event).await.map_err(|error| told(&error))?
    } else {
        Vec::new()
    };
    tx.done().await.map_err(|error| told(&error))?;
    found.ok_or_else(|| format!("--exhibitor: {of} has no exhibitor {slug}; {}", way_out(slug, &known)))
}

fn told(error: &StorageError) -> String {
    error.to_string()
}

/// What was probably meant, else what there is, else where to find it.
fn way_out(slug: &str, known: &[String]) -> String {
    let near = nearest(slug, known.iter().map(String::as_str));
    match (near.as_slice(), known) {
        ([], []) => "there is none yet".to_owned(),
        ([], known) if known.len() <= LISTED => format!("there is {}", known.join(", ")),
        ([], known) => format!("short names are those in addresses, such as {}", known[0]),
        (near, _) => did_you_mean(near),
    }
}

#[cfg(test)]
mod tests {
    use super::way_out;

    #[test]
    fn a_wrong_name_is_answered_with_the_near_ones_or_with_what_there_is() {
        let known = ["vantelle".to_owned(), "arkonis".to_owned()];
        assert_eq!(way_out("vantele", &known), "did you mean vantelle?");
        assert_eq!(way_out("wrong", &known), "there is vantelle, arkonis");
        assert_eq!(way_out("wrong", &[]), "there is none yet");
        let many: Vec<String> = (0..60).map(|number| format!("stand-{number}")).collect();
        let told = "short names are those in addresses, such as stand-0";
        assert_eq!(way_out("vantelle", &many), told);
    }
}
