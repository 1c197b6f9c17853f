//! Mails about meetings: whoever did not act is told what the other side did, with the meeting for their
//! calendar, in the transaction that does it.

use super::calendars::{self, Told};
use super::place_store;
use super::requests::Act;
use super::store::MeetingRow;
use super::{Side, Status};
use crate::app::App;
use crate::attendees::sign_in::AREA_PATH;
use crate::consent;
use crate::events::cache::EventInfo;
use crate::events::disclosure::Scannable;
use crate::fields::Email;
use crate::leads::view;
use crate::mail::{self, MeetingChange, Message};
use crate::storage::{StorageError, Tx};
use crate::words::Words;
use mobile_core::capture::{Contact, ContactField};
use mobile_core::ids::SpaceId;
use mobile_core::wire::lead::ConsentState;

/// What an act is called in a mail; nothing is told of who did not come.
pub(super) fn change(act: &Act) -> Option<MeetingChange> {
    match act {
        Act::Accept => Some(MeetingChange::Accepted),
        Act::Decline => Some(MeetingChange::Declined),
        Act::Cancel => Some(MeetingChange::Cancelled),
        Act::Move(_) => Some(MeetingChange::Moved),
        Act::NoShow => None,
    }
}

/// Tells the side that did not act.
pub(super) async fn tell(
    app: &App,
    tx: &mut Tx,
    info: &EventInfo,
    row: &MeetingRow,
    (actor, change): (Side, MeetingChange),
) -> Result<(), StorageError> {
    match actor {
        Side::Exhibitor => to_attendee(app, tx, info, row, change).await,
        Side::Attendee => to_exhibitor(app, tx, info, row, change).await,
    }
}

async fn to_attendee(
    app: &App,
    tx: &mut Tx,
    info: &EventInfo,
    row: &MeetingRow,
    change: MeetingChange,
) -> Result<(), StorageError> {
    let contact = &row.contact.0;
    let Some(to) = contact.get(ContactField::Email).and_then(|email| Email::parse(email).ok()) else { return Ok(()) };
    let language = contact.get(ContactField::Language).and_then(Words::called).unwrap_or(info.language);
    let told = Told { side: Side::Attendee, known: None, reader: (contact.full_name(), to.as_str().to_owned()) };
    let link = format!("{}{AREA_PATH}/{}/agenda", app.settings.own_url(), row.registration_id);
    let message = message(app, info, row, change, &told, row.exhibitor.clone(), link);
    mail::enqueue(app, tx, &to, language, &message).await
}

async fn to_exhibitor(
    app: &App,
    tx: &mut Tx,
    info: &EventInfo,
    row: &MeetingRow,
    change: MeetingChange,
) -> Result<(), StorageError> {
    let known = seen(tx, info, row).await?;
    let with = known.as_ref().map(Contact::full_name).unwrap_or_default();
    let readers: Vec<(String, String)> = match (row.member(), &row.member_email) {
        (Some(name), Some(email)) => vec![(name, email.clone())],
        _ => {
            let found = place_store::answerers(tx, row.event_id, row.exhibitor_id).await?.into_iter();
            found.map(|one| (format!("{} {}", one.first_name, one.last_name).trim().to_owned(), one.email)).collect()
        }
    };
    for reader in readers {
        let Ok(to) = Email::parse(&reader.1) else { continue };
        let told = Told { side: Side::Exhibitor, known: known.as_ref(), reader };
        let link = format!("{}/exhibitors/{}/meetings", app.settings.own_url(), row.exhibitor_id);
        let message = message(app, info, row, change, &told, with.clone(), link);
        mail::enqueue(app, tx, &to, info.language, &message).await?;
    }
    Ok(())
}

/// What an exhibitor may see of the attendee by this meeting: nothing before they asked or agreed, and
/// then what the policy and their own word allow.
async fn seen(tx: &mut Tx, info: &EventInfo, row: &MeetingRow) -> Result<Option<Contact>, StorageError> {
    let has_met = row.asked_by == Side::Attendee || row.status == Status::Accepted;
    if !has_met {
        return Ok(None);
    }
    let space = SpaceId::from(row.exhibitor_id);
    let words = consent::own_words(tx, row.event_id, &[row.registration_id]).await?;
    let state = match words.of(row.registration_id, space) {
        Some((word, _)) => word,
        None if info.disclosure.rule(&row.category).scannable == Scannable::Yes => ConsentState::Granted,
        None => ConsentState::Pending,
    };
    Ok(view::disclosed(state, space, (row.category.as_str(), &row.shown.0), info))
}

fn message(
    app: &App,
    info: &EventInfo,
    row: &MeetingRow,
    change: MeetingChange,
    told: &Told<'_>,
    with: String,
    link: String,
) -> Message {
    let words = if change == MeetingChange::Asked { &row.message } else { &row.answer };
    Message::Meeting {
        name: told.reader.0.clone(),
        with,
        event: info.name.clone(),
        timezone: info.timezone.clone(),
        starts_at: row.starts_at,
        location: row.location.clone().unwrap_or_default(),
        // One paragraph of a mail: an empty line would end it.
        note: words.as_deref().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" "),
        change,
        link,
        calendar: calendars::mailed(row, told, &info.name, app.now()),
    }
}
