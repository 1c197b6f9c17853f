//! Check-ins and check-outs of the organiser's doors: captures of the event's own space, which make no
//! lead there but go to their sessions.
//!
//! What a door was told of a check-in it is told again when it sends it again.

use super::{Prepared, Refusal, Work};
use crate::access::CaptureScope;
use crate::sessions::attendance::fold::Direction;
use crate::sessions::attendance::{self, Arrived, Taken};
use crate::sessions::store as sessions;
use crate::storage::{StorageError, Tx};
use mobile_core::capture::{Action, FieldError};
use mobile_core::ids::{DeviceId, SessionId};
use mobile_core::reason::Reason;
use std::collections::{BTreeSet, HashMap};

/// The session of a check-in or a check-out.
fn session_of(action: &Action) -> Option<SessionId> {
    match action {
        Action::CheckIn { session, .. } | Action::CheckOut { session } => Some(*session),
        _ => None,
    }
}

/// Whether a capture is about attendance at the organiser's doors only.
pub(super) fn is_of_door(scope: &CaptureScope, action: &Action) -> bool {
    session_of(action).is_some() && scope.exhibitor().is_none()
}

/// What no phone may say: that both sides agreed to something.
fn is_noted_by_the_server(action: &Action) -> bool {
    matches!(action, Action::Meeting { .. } | Action::Shared { .. } | Action::Connected { .. })
}

impl Work<'_> {
    /// Whether a capture is about attendance only, and about no lead.
    pub(super) fn is_attendance(&self, one: &Prepared) -> bool {
        is_of_door(&self.job(one.job).scope, &one.logged.capture.action)
    }

    /// Refuses what no door of these sessions may say, and what the server alone notes.
    pub(super) async fn check_sessions(&mut self, tx: &mut Tx) -> Result<(), StorageError> {
        let mut wanted = BTreeSet::new();
        let mut doors: HashMap<DeviceId, Option<Vec<SessionId>>> = HashMap::new();
        for one in &self.prepared {
            if let Some(session) = session_of(&one.logged.capture.action).filter(|_| !self.job(one.job).is_own) {
                wanted.insert(session);
                if let Some(device) = self.job(one.job).scope.device() {
                    doors.entry(device).or_default();
                }
            }
        }
        let is_servers = |one: &Prepared| is_noted_by_the_server(&one.logged.capture.action);
        if wanted.is_empty() && !self.prepared.iter().any(is_servers) {
            return Ok(());
        }
        let wanted: Vec<SessionId> = wanted.into_iter().collect();
        let known = sessions::known(tx, self.event, &wanted).await?;
        for (device, sessions) in &mut doors {
            *sessions = sessions::of_door(tx, self.event, *device).await?;
        }
        let mut prepared = std::mem::take(&mut self.prepared);
        prepared.retain(|one| {
            let job = self.job(one.job);
            let wrong = match (&one.logged.capture.action, session_of(&one.logged.capture.action)) {
                _ if job.is_own => None,
                (action, _) if is_noted_by_the_server(action) => {
                    Some((Reason::UnknownKind, "/kind", "is noted by the server alone"))
                }
                (_, Some(_)) if job.scope.exhibitor().is_some() => {
                    Some((Reason::Forbidden, "/kind", "attendance is taken by the organiser's doors"))
                }
                (_, Some(session)) if !known.contains(&session) => {
                    Some((Reason::InvalidField, "/session_id", "is no session of this event"))
                }
                (_, Some(session)) => {
                    let own = job.scope.device().and_then(|device| doors.get(&device)).and_then(Option::as_ref);
                    let is_elsewhere = own.is_some_and(|own| !own.contains(&session));
                    let detail = "is not taken at this door; pair it for this session";
                    is_elsewhere.then_some((Reason::Forbidden, "/session_id", detail))
                }
                _ => None,
            };
            if let Some((reason, pointer, detail)) = wrong {
                let errors = vec![FieldError::new(pointer, detail)];
                self.refused.insert((one.job, one.item), Refusal { reason, errors });
            }
            wrong.is_none()
        });
        self.prepared = prepared;
        Ok(())
    }

    /// Takes check-ins and check-outs to their sessions, and remembers what the doors are told.
    pub(super) async fn attend(&mut self, tx: &mut Tx) -> Result<Taken, StorageError> {
        let (mut places, mut arrived, mut again) = (Vec::new(), Vec::new(), Vec::new());
        for one in self.prepared.iter().filter(|one| self.is_attendance(one)) {
            let place = (one.job, one.item);
            let capture = &one.logged.capture;
            let Some(session) = session_of(&capture.action) else { continue };
            if !self.accepted.contains(&place) {
                let verdict = attendance::verdict_again(tx, &self.around.info, session, capture.id).await?;
                again.extend(verdict.map(|verdict| (place, verdict)));
                continue;
            }
            let (direction, overrides, is_let_in) = match &capture.action {
                Action::CheckIn { overrides, is_let_in, .. } => (Direction::In, overrides.as_deref(), *is_let_in),
                _ => (Direction::Out, None, false),
            };
            // What the badge was worth when it was scanned, not what it is now.
            let is_revoked = one.logged.flags.contains(&Reason::BadgeRevoked);
            places.push(place);
            arrived.push(Arrived {
                id: capture.id.0,
                session,
                person: one
                    .badge
                    .as_ref()
                    .map(|badge| (badge.registration_id, if is_revoked { badge.status.as_str() } else { "active" })),
                code_hash: one.hash,
                direction,
                at: one.logged.corrected_at,
                device_seq: capture.device_seq.unwrap_or(0) as i64,
                overrides,
                is_let_in,
                device: one.logged.author.device,
                operator: one.logged.author.operator.as_deref(),
                author: None,
            });
        }
        let taken = if arrived.is_empty() {
            Taken::default()
        } else {
            attendance::take(self.app, tx, &self.around.info, &arrived).await?
        };
        let fresh = places.into_iter().zip(&taken.verdicts).filter_map(|(place, verdict)| Some((place, (*verdict)?)));
        self.verdicts.extend(again.into_iter().chain(fresh));
        Ok(taken)
    }
}
