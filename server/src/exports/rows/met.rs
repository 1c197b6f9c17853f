//! Rows of the tabs of other ways to meet: conversations, sessions, connections and meetings.
//!
//! People show as their lead does. Whoever is no lead has not agreed to anything: of a meeting with
//! them only the meeting is told.

use super::super::Trouble;
use super::super::read::Leads;
use super::super::sheet::{Cell, Sheet};
use super::{Consent, Rows, contact, is_withdrawn, notes};
use crate::leads::view;
use crate::meetings::Side;
use crate::meetings::store::MeetingRow;
use crate::networking::store::ConnectedRow;
use crate::sessions::attendance::fold::minutes;
use crate::sessions::attendance::lists::ExportedRow;
use crate::sharing::member_store::MemberRow;
use crate::sharing::store::ConversationRow;
use mobile_core::capture::ContactField as F;
use mobile_core::ids::RegistrationId;
use mobile_core::wire::LeadView;
use std::collections::HashMap;

/// The fields of a person that these tabs show, after reference and category.
const FIELDS: [F; 7] = [F::FirstName, F::LastName, F::JobTitle, F::Company, F::Email, F::Phone, F::Country];

/// Leads by their people, without those who withdrew.
fn shown(leads: &Leads) -> HashMap<RegistrationId, LeadView> {
    let views = leads.rows.iter().filter_map(|lead| {
        let view = view::render(lead, &leads.event, &leads.names);
        (!is_withdrawn(view.consent)).then_some((lead.registration_id?, view))
    });
    views.collect()
}

fn person(lead: Option<&LeadView>) -> [Cell<'_>; 9] {
    let known = lead.and_then(|lead| lead.registration.as_ref());
    let mut cells = [Cell::Empty; 9];
    cells[0] = Cell::text(known.and_then(|known| known.external_id.as_deref()));
    cells[1] = Cell::text(known.map(|known| known.category.as_str()));
    for (cell, field) in cells[2..].iter_mut().zip(FIELDS) {
        *cell = Cell::text(lead.and_then(|lead| contact(lead, field)));
    }
    cells
}

impl Rows<'_> {
    pub(super) fn attended(&self, leads: &Leads, rows: &[ExportedRow], sheet: &mut impl Sheet) -> Result<(), Trouble> {
        let shown = shown(leads);
        for attended in rows {
            let Some(lead) = shown.get(&attended.registration_id) else { continue };
            let session = attended.session_id.to_string();
            let mut row = self.cells();
            row.all([
                Cell::Text(&session),
                Cell::Text(&attended.title),
                Cell::text(attended.room.as_deref()),
                Cell::Local(attended.starts_at),
                Cell::Local(attended.ends_at),
            ]);
            row.all(person(Some(lead)));
            row.all([
                Cell::Local(attended.first_in_at),
                Cell::local(attended.last_out_at),
                Cell::Utc(attended.first_in_at),
                Cell::utc(attended.last_out_at),
                // Without a check-out nobody knows how long it was.
                attended.last_out_at.map_or(Cell::Empty, |_| Cell::Integer(minutes(attended.dwell_us))),
                Cell::Text(lead.consent.as_str()),
            ]);
            sheet.row(&row.cells)?;
        }
        Ok(())
    }

    pub(super) fn met(
        &self,
        leads: Option<&Leads>,
        rows: &[MeetingRow],
        sheet: &mut impl Sheet,
    ) -> Result<(), Trouble> {
        let shown = leads.map(shown).unwrap_or_default();
        for meeting in rows {
            let lead = shown.get(&meeting.registration_id);
            if leads.is_some() && lead.is_none() {
                continue;
            }
            let (id, member) = (meeting.id.to_string(), meeting.member());
            let asked_by = if meeting.asked_by == Side::Exhibitor { "exhibitor" } else { "attendee" };
            let mut row = self.cells();
            row.all([
                Cell::Text(&id),
                Cell::Text(meeting.status.as_str()),
                Cell::Local(meeting.starts_at),
                Cell::Local(meeting.ends_at),
                Cell::Utc(meeting.starts_at),
                Cell::Utc(meeting.ends_at),
                Cell::text(meeting.location.as_deref()),
                Cell::text(member.as_deref()),
                Cell::Text(asked_by),
            ]);
            row.all(person(lead));
            row.all([
                Cell::text(meeting.message.as_deref()),
                Cell::Local(meeting.created_at),
                Cell::Local(meeting.updated_at),
            ]);
            sheet.row(&row.cells)?;
        }
        Ok(())
    }

    pub(super) fn shared(
        &self,
        leads: &Leads,
        rows: &[ConversationRow],
        members: &[MemberRow],
        sheet: &mut impl Sheet,
    ) -> Result<(), Trouble> {
        let shown = shown(leads);
        for conversation in rows {
            let Some(lead) = shown.get(&conversation.registration_id) else { continue };
            let with = members.iter().filter(|member| member.conversation_id == conversation.id);
            let with: Vec<String> = with.filter_map(|member| leads.names.member(member.member_id)).collect();
            let with = with.join(", ");
            let notice = notice(leads, lead);
            let mut row = self.cells();
            row.all(person(Some(lead)));
            row.all([
                Cell::Text(&with),
                Cell::Text("conversation"),
                Cell::local(conversation.answered_at),
                Cell::utc(conversation.answered_at),
                Cell::Integer(conversation.message_count),
                Cell::local(conversation.last_message_at),
                Cell::utc(conversation.last_message_at),
                Cell::Text(lead.consent.as_str()),
                Cell::text(notice),
            ]);
            sheet.row(&row.cells)?;
        }
        Ok(())
    }

    pub(super) fn connected(
        &self,
        leads: &Leads,
        rows: &[ConnectedRow],
        sheet: &mut impl Sheet,
    ) -> Result<(), Trouble> {
        let shown = shown(leads);
        for connection in rows {
            let Some(lead) = shown.get(&connection.registration_id) else { continue };
            let member = connection.member.full_name();
            let kept = leads.rows.iter().find(|row| row.id == lead.id);
            let log = leads.logs.get(&lead.id).map(Vec::as_slice);
            let notes = kept.map(|row| notes(lead, &row.fold, log, &leads.names)).unwrap_or_default();
            let notice = notice(leads, lead);
            let mut row = self.cells();
            row.all(person(Some(lead)));
            row.all([
                Cell::Text(&member),
                Cell::Text(connection.status.as_str()),
                Cell::local(connection.connected_at),
                Cell::utc(connection.connected_at),
                Cell::Notes(&notes),
                Cell::Text(lead.consent.as_str()),
                Cell::text(notice),
            ]);
            sheet.row(&row.cells)?;
        }
        Ok(())
    }
}

/// The notice that somebody agreed under.
fn notice<'a>(leads: &'a Leads, lead: &LeadView) -> Option<&'a str> {
    let kept = leads.rows.iter().find(|row| row.id == lead.id)?;
    Consent::of(kept, lead, leads).notice
}
