//! An exhibitor's admins are told when the organiser exports their leads for them.

use super::plan::Plan;
use crate::app::App;
use crate::fields::Email;
use crate::mail::{self, Message, Place};
use crate::phases;
use crate::storage::{StorageError, Tx};

/// Mails the admins where somebody of the organizer exports, who is not of their team.
pub(super) async fn admins(app: &App, tx: &mut Tx, plan: &Plan) -> Result<(), StorageError> {
    let (event, exhibitor) = (&plan.event, plan.scope.exhibitor());
    if plan.scope.account().is_none() || plan.scope.member().is_some() {
        return Ok(());
    }
    for admin in phases::store::admins_of(tx, event.id, exhibitor).await? {
        let Ok(to) = Email::parse(&admin.email) else { continue };
        let place = Place {
            name: admin.name(),
            exhibitor: admin.exhibitor_name.clone(),
            event: event.name.clone(),
            timezone: event.timezone.clone(),
            starts_at: event.starts_at,
        };
        let message = Message::ExportedForYou {
            place,
            by: plan.person.clone(),
            rows: i64::try_from(plan.progress.total).unwrap_or(i64::MAX),
            link: format!("{}/exhibitors/{exhibitor}/activity", app.settings.own_url()),
        };
        mail::enqueue(app, tx, &to, admin.language.unwrap_or(event.language), &message).await?;
    }
    Ok(())
}
