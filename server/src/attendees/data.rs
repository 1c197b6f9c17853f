//! All that an event knows of an attendee, for them to take along; and asking for it to be erased.

use super::store::{self, LedgerRow};
use super::{met, own};
use crate::access::AttendeeScope;
use crate::app::App;
use crate::audit::{self, Action, NewEntry};
use crate::meetings::requests::{self, Party};
use crate::paging::PageParams;
use crate::problem::Problem;
use crate::storage::{StorageError, Tx};
use crate::{captures, leads, networking, sharing};
use mobile_core::ids::ExhibitorId;
use mobile_core::time::Timestamp;
use serde_json::{Value, json};

/// Meetings that a download holds at most; nobody has as many.
const MEETINGS: u32 = 500;

/// What is known of the attendee, as a document.
pub async fn download(app: &App, scope: &AttendeeScope) -> Result<Value, Problem> {
    let info = app.events.info(app, scope.event()).await?;
    let own = own(app, scope).await?;
    let exhibitors = met::list(app, scope).await?;
    let page = PageParams { limit: Some(MEETINGS), cursor: None };
    let meetings = requests::list(app, &Party::from(scope), (None, None), &page).await?.items;
    let conversations = sharing::own(app, scope).await?;
    let connections = networking::view::connections(app, scope).await?;
    let mut tx = app.read().await?;
    let mut ledger = store::ledger(&mut tx, scope).await?;
    ledger.extend(recorded(&mut tx, scope).await?);
    ledger.sort_by_key(|row| row.created_at);
    let sessions = store::sessions(&mut tx, scope).await?;
    tx.done().await?;
    let meetings: Vec<Value> = meetings
        .iter()
        .map(|row| {
            json!({"exhibitor": row.exhibitor, "status": row.status, "asked_by": row.asked_by,
                "starts_at": row.starts_at, "ends_at": row.ends_at, "location": row.location,
                "message": row.message, "answer": row.answer})
        })
        .collect();
    let consents: Vec<Value> = ledger
        .iter()
        .map(|row| {
            json!({"exhibitor_id": row.exhibitor_id, "purpose": row.purpose, "granted": row.is_granted,
                "channel": row.channel, "at": row.created_at})
        })
        .collect();
    let sessions: Vec<Value> = sessions
        .iter()
        .map(|row| {
            json!({"title": row.title, "room": row.room, "starts_at": row.starts_at, "ends_at": row.ends_at,
                "signup": row.signup, "first_in_at": row.first_in_at})
        })
        .collect();
    Ok(json!({
        "event": {"name": info.name, "timezone": info.timezone, "starts_at": info.starts_at, "ends_at": info.ends_at},
        "made_at": app.now(),
        "registration": {"id": scope.registration(), "reference": own.external_id, "category": own.category,
            "registered_at": own.created_at, "contact": own.contact.0, "exhibitor_email": own.exhibitor_email(),
            "exhibitor_email_waiting": super::other_email::waiting(app, scope).await?,
            "badge_number": own.badge_number},
        "exhibitors": exhibitors,
        "consents": consents,
        "sessions": sessions,
        "meetings": meetings,
        "conversations": conversations,
        "connections": connections,
        "erasure_asked_at": own.erasure_asked_at,
        "erased_at": own.erased_at,
    }))
}

/// What exhibitors recorded of the attendee's consent and did not take back. It is read where it was recorded, so
/// that it goes along when a lead turns out to be somebody else's.
async fn recorded(tx: &mut Tx, scope: &AttendeeScope) -> Result<Vec<LedgerRow>, StorageError> {
    let spaces = store::spaces(tx, scope).await?.into_iter();
    let keys: Vec<_> = spaces.map(|space| (space, scope.registration())).collect();
    let mut recorded = Vec::new();
    for lead in leads::store::find_by(tx, scope.event(), &keys, false).await? {
        if lead.fold.consents.is_empty() {
            continue;
        }
        for row in captures::store::log_of(tx, scope.event(), lead.space_id, lead.id).await? {
            let logged = row.logged()?;
            if let mobile_core::capture::Action::Consent { purpose, granted, channel, .. } = &logged.capture.action
                && !lead.fold.annulled.contains(&row.id)
            {
                recorded.push(LedgerRow {
                    exhibitor_id: Some(ExhibitorId(lead.space_id.0)),
                    purpose: purpose.as_str().to_owned(),
                    is_granted: *granted,
                    channel: channel.clone().unwrap_or_else(|| "booth".to_owned()),
                    created_at: row.corrected_at,
                });
            }
        }
    }
    Ok(recorded)
}

/// Asks for everything to be erased: what exhibitors see is taken back at once, the organiser is told.
/// Asking again changes nothing. Gives when it was first asked.
pub async fn ask_for_erasure(app: &App, scope: &AttendeeScope) -> Result<Timestamp, Problem> {
    let now = app.now();
    let mut tx = app.write().await?;
    if store::ask_for_erasure(&mut tx, scope, now).await? {
        let entry = NewEntry::new(Action::ErasureAsked, None, Some(scope.registration().0));
        audit::append(app, &mut tx, scope.event(), &entry).await?;
    }
    tx.commit(&app.hub).await?;
    met::allow(app, scope, None, false).await?;
    Ok(own(app, scope).await?.erasure_asked_at.unwrap_or(now))
}
