//! What exhibitors and visitors wrote to each other before the demo starts, each message at its time.

use super::DemoError;
use super::diary::guests;
use super::past::Past;
use super::programme::position;
use super::scenario::Scenario;
use super::seed::Stage;
use crate::access::{MessageScope, SystemScope};
use crate::app::App;
use crate::meetings::Side;
use crate::sharing::{self, Party, agree, talk};
use mobile_core::ids::ConversationId;
use serde::Deserialize;

const MINUTE: i64 = 60_000_000;

/// A message, as `conversations.toml` has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessageSheet {
    pub by: Side,
    /// Minutes before the demo starts.
    pub ago: i64,
    pub text: String,
}

/// A conversation, as `conversations.toml` has it; its first message begins it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConversationSheet {
    pub exhibitor: String,
    /// Which of the exhibitor's warmest visitors.
    pub guest: usize,
    /// Whether the visitor shares their contact details; absent: they did not answer.
    #[serde(default)]
    pub shares: Option<bool>,
    pub messages: Vec<MessageSheet>,
}

/// Plays the conversations.
pub async fn write((app, system): (&App, SystemScope), scenario: &Scenario, stage: &Stage) -> Result<(), DemoError> {
    for sheet in &scenario.fixtures.conversations {
        let at = position(scenario, &sheet.exhibitor);
        let at = at.ok_or("fixtures/demo/conversations.toml: an exhibitor is unknown")?;
        let guests = guests(scenario, at);
        let guest = guests.get(sheet.guest).and_then(|guest| stage.registrations.get(*guest));
        let stand = stage.stands.get(at).and_then(|stand| Some((stand.id, stand.admin.as_ref()?)));
        let (Some(guest), Some((exhibitor, admin))) = (guest, stand) else {
            return Err(
                format!("fixtures/demo/conversations.toml: {} and guest {}", sheet.exhibitor, sheet.guest).into()
            );
        };
        let team = Party::from(&MessageScope::of(app, admin, exhibitor).await?);
        let visitor = Party::from(&system.attendee(stage.event, *guest));
        let mut begun: Option<ConversationId> = None;
        for message in &sheet.messages {
            let _then = Past::at(app, scenario.now - message.ago * MINUTE);
            let writer = if message.by == Side::Exhibitor { &team } else { &visitor };
            let row = match begun {
                // Who answers has read what was written.
                Some(id) => {
                    let known = talk::get(app, writer, id).await?;
                    talk::read(app, writer, id, known.message_count).await?;
                    talk::write(app, writer, id, &message.text).await?
                }
                None => talk::begin(app, writer, (exhibitor, *guest), &message.text).await?,
            };
            let is_first_answer = begun.is_some() && message.by == Side::Attendee;
            if let Some(shares) = sheet.shares.filter(|_| is_first_answer)
                && row.sharing == sharing::Sharing::Requested
            {
                agree::share(app, &visitor, row.id, shares).await?;
            } else if sheet.shares.is_some() && message.by == Side::Exhibitor && row.sharing == sharing::Sharing::None {
                agree::ask(app, writer, row.id).await?;
            }
            begun = Some(row.id);
        }
    }
    Ok(())
}
