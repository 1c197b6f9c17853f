//! What the buttons of `/demo` do: each makes happen, through the real parts, one of the things that
//! people ask about.
//!
//! Nothing here is simulated beside the halls: a colleague's scan goes over HTTP like any phone's, a
//! withdrawal through [`crate::consent`], a revoked phone through [`crate::devices`].

use super::DemoError;
use super::captures::{Moment, Pen};
use super::halls::HOLDS_FOR;
use super::phones::{Halls, Pace};
use super::seed::PairedPhone;
use super::traffic::{Act, Warmth};
use crate::access::{DeskScope, DeviceAdminScope, Identity};
use crate::accounts::{self, Attempt};
use crate::app::App;
use crate::attendees::sign_in::{self, Entered};
use crate::consent;
use crate::devices::pairing::{self, CodeWish};
use crate::devices::{self, DevicePark, Ending};
use crate::problem::Problem;
use crate::registrations;
use crate::words::Words;
use mobile_core::client::{self, Client, Trust};
use mobile_core::ids::{EventId, ExhibitorId, QueueId, RegistrationId, TeamMemberId};
use mobile_core::queue::sync::Event;
use mobile_core::reason::Reason;
use mobile_core::wire::{Batch, SignedIn};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

/// The hall that can be taken off the network.
pub const DARK_HALL: &str = "2";

/// Somebody whom one click signs in.
#[derive(Clone, Debug)]
pub struct Part {
    /// The key of the account in the fixtures.
    pub key: &'static str,
    /// Their name.
    pub name: String,
    /// The message that says who it is.
    pub label: &'static str,
    /// For whom they work.
    pub of: String,
    /// The message that says what they can do.
    pub about: &'static str,
    /// Their address.
    pub email: String,
    /// Where their work begins.
    pub place: String,
}

/// The stand that the demo is about.
#[derive(Clone, Debug)]
pub struct Hero {
    pub id: ExhibitorId,
    pub name: String,
    /// A scanner, who scans a colleague's lead again.
    pub colleague: TeamMemberId,
    /// The phone in the colleague's hands.
    pub phone: PairedPhone,
    /// The phone that holds scans.
    pub holding: PairedPhone,
    /// Codes of visitors whom the stand finds hot, to be used up one after the other.
    pub hot: Vec<String>,
    /// The visitor whose area can be looked at; the stand met them, and they wrote to each other.
    pub visitor: RegistrationId,
}

/// How many hot ones withdrew, from the first on, and how many were met again, from the last on: nobody who
/// withdrew is met again, and nobody withdraws twice.
#[derive(Debug, Default, Clone, Copy)]
pub struct Used {
    withdrew: usize,
    met: usize,
}

impl Used {
    /// Somebody who has not withdrawn yet; they have from now on.
    fn withdraw(&mut self, hot: &[String]) -> Option<String> {
        let code = hot.get(self.withdrew).cloned()?;
        self.withdrew += 1;
        Some(code)
    }

    /// Somebody who has not withdrawn, another one each time while there are others.
    fn meet(&mut self, hot: &[String]) -> Option<String> {
        let left = hot.get(self.withdrew..)?;
        let code = left.iter().rev().nth(self.met % left.len().max(1)).cloned();
        self.met += 1;
        code
    }
}

/// Everything that the page needs.
pub struct Backstage {
    pub event: EventId,
    /// The organizer's owner, who acts behind the buttons.
    pub owner: Identity,
    pub parts: Vec<Part>,
    pub hero: Hero,
    pub halls: Arc<Halls>,
    /// Whether badges are scanned.
    pub pace: watch::Receiver<Pace>,
    /// The password of everybody in the demo.
    pub password: String,
    /// Whether only this machine can come in; else one click does not sign anybody in.
    pub is_private: bool,
    /// How phones reach the server.
    pub server: String,
    pub trust: Trust,
    /// The server that runs now.
    pub app: Mutex<App>,
    /// Asks for the server to be killed and started again.
    pub restart: mpsc::Sender<()>,
    /// How many of the hot ones were used, and for what.
    pub used: Mutex<Used>,
}

impl Backstage {
    /// The server that runs now.
    pub fn app(&self) -> App {
        self.app.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Another server runs on the same database from now on.
    pub fn runs_in(&self, app: App) {
        *self.app.lock().unwrap_or_else(PoisonError::into_inner) = app;
    }

    /// Signs one of the parts in.
    pub async fn enter(&self, key: &str, agent: Option<&str>) -> Result<(SignedIn, &Part), Problem> {
        let part = self.parts.iter().find(|part| part.key == key).ok_or_else(Problem::not_found)?;
        let attempt = Attempt { email: &part.email, password: &self.password, agent };
        Ok((accounts::sign_in(&self.app(), attempt, None).await?, part))
    }

    /// The visitor whose area can be looked at, with their name and the address that they registered with.
    pub async fn attendee(&self) -> Result<(DeskScope, String, String), Problem> {
        let app = self.app();
        let desk = DeskScope::of(&app, &self.owner, self.event).await?;
        let person = registrations::get(&app, &desk, self.hero.visitor).await?.registration;
        let email = person.email().ok_or_else(|| Problem::new(Reason::NotFound, "The visitor has no address."))?;
        Ok((desk, person.contact.full_name(), email))
    }

    /// Signs that visitor in, as the link in a mail would; and where their area is.
    pub async fn enter_attendee(&self) -> Result<(Entered, String), Problem> {
        let (desk, _, email) = self.attendee().await?;
        Ok((sign_in::stand_in(&self.app(), &desk, &email).await?, format!("/attendee/{}", self.hero.visitor)))
    }

    fn used(&self) -> MutexGuard<'_, Used> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the hall off the network, or brings it back.
    pub fn toggle_hall(&self) -> String {
        let words = Words::of_request();
        if self.halls.network.toggle(DARK_HALL) {
            words.t("demo-did-darken").with("hall", DARK_HALL.to_string()).into()
        } else {
            words.t("demo-did-light").with("hall", DARK_HALL.to_string()).into()
        }
    }

    /// A colleague scans a visitor again whom the stand finds hot, rates and writes: both stay.
    pub async fn scan_again(&self) -> Result<String, DemoError> {
        let code = self.used().meet(&self.hero.hot).ok_or("nobody is hot yet")?;
        let mut client = Client::new(&self.server, &self.trust)?;
        client.use_token(&self.hero.phone.token)?;
        let mut pen = Pen::new(client::random() as u64, "colleague");
        let acts = [
            Act::Scan { typed: false },
            Act::Rating(Warmth::Warm),
            Act::Note("Came back with a colleague, asked for the service contract.".to_owned()),
        ];
        let moment = Moment { at: client::now().wall, code: &code, member: self.hero.colleague };
        let written: Vec<_> = acts.iter().map(|act| pen.write(moment, act)).collect();
        let scan = written.first().map(|scan| scan.id).ok_or("there is no scan")?;
        let captures = written.into_iter().zip(1..).map(|(written, number)| written.raw(number));
        let batch = Batch {
            sent_at: client::now().wall,
            queue_id: Some(QueueId(client::new_id())),
            last_device_seq: Some(acts.len() as u64),
            exhibitor_id: None,
            captures: captures.collect::<Result<_, _>>()?,
        };
        match client.send_captures(serde_json::to_string(&batch)?).await {
            Event::Answered(answer) if answer.status == 200 => {
                // It counts in the sum like any phone's.
                let device = self.hero.phone.device;
                self.halls.tally.queued(device, 1);
                self.halls.tally.sent(device, scan);
                Ok(Words::of_request().t("demo-did-again").into())
            }
            other => Err(format!("the colleague's phone got no answer: {other:?}").into()),
        }
    }

    /// A visitor takes back what they allowed every exhibitor.
    pub async fn withdraw(&self) -> Result<String, Problem> {
        let app = self.app();
        let desk = DeskScope::of(&app, &self.owner, self.event).await?;
        let nobody = || Problem::new(Reason::NotFound, "Nobody is left who could withdraw.");
        let code = self.used().withdraw(&self.hero.hot).ok_or_else(nobody)?;
        let found = registrations::list(&app, &desk, &code, None, 1).await?;
        let person = found.items.first().ok_or_else(nobody)?.registration.id;
        let mut tx = app.write().await?;
        let leads = consent::withdraw(&app, &mut tx, self.event, person, None, "demo").await?;
        tx.commit(&app.hub).await?;
        Ok(Words::of_request().t("demo-did-withdraw").with("count", leads).into())
    }

    /// The phones of the stand, as the organizer's owner may manage them.
    async fn park(&self, app: &App) -> Result<DevicePark, Problem> {
        Ok(DevicePark::from(&DeviceAdminScope::of(app, &self.owner, self.hero.id).await?))
    }

    /// Ends the access of the phone that holds scans, which then finds the network: its scans arrive. A phone
    /// that sent everything loses the network first, and goes on scanning until it holds some.
    pub async fn revoke(&self) -> Result<String, Problem> {
        let (app, words) = (self.app(), Words::of_request());
        let park = self.park(&app).await?;
        let (device, network) = (self.hero.holding.device, &self.halls.network);
        let known = devices::get(&app, &park, device).await?;
        // Counted by the phone itself: the server does not hear of what is scanned without network.
        let held = self.halls.tally.held(device);
        let said = |key| String::from(words.t(key).with("name", known.name.as_str()).with("count", held));
        if known.has_ended() {
            network.find(device);
            return Ok(said("demo-did-revoke-before"));
        }
        let is_lost = network.coverage().is_lost(device);
        if *self.pace.borrow() == Pace::Scanning && held == 0 {
            if is_lost {
                return Ok(said("demo-did-lose-before"));
            }
            network.lose(device, Instant::now() + HOLDS_FOR);
            return Ok(said("demo-did-lose"));
        }
        devices::end(&app, &park, device, Ending::Revoked).await?;
        network.find(device);
        Ok(said("demo-did-revoke"))
    }

    /// Makes a pairing code of the stand for whoever asks; where it is redeemed, once they say so there.
    pub async fn pair_here(&self) -> Result<String, Problem> {
        let app = self.app();
        let label = Words::of_request().t("demo-scan-here-label").to_string();
        let wish = CodeWish { label: Some(label), ..CodeWish::default() };
        let made = pairing::make_code(&app, &self.park(&app).await?, wish).await?;
        Ok(format!("/scan?code={}", made.code))
    }

    /// Has the server killed and started anew on the same database.
    pub fn restart(&self) -> Result<String, Problem> {
        let busy = || Problem::new(Reason::Unavailable, "The server is being restarted already.");
        self.restart.try_send(()).map_err(|_| busy())?;
        Ok(Words::of_request().t("demo-did-restart").into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_withdraws_twice_or_is_met_again_after_it() {
        let hot: Vec<String> = ["a", "b", "c"].map(str::to_owned).into();
        let mut used = Used::default();
        assert_eq!([used.meet(&hot), used.meet(&hot)].map(Option::unwrap), ["c", "b"]);
        assert_eq!([used.withdraw(&hot), used.withdraw(&hot)].map(Option::unwrap), ["a", "b"]);
        assert_eq!([used.meet(&hot), used.meet(&hot)].map(Option::unwrap), ["c", "c"]);
        assert_eq!((used.withdraw(&hot).as_deref(), used.withdraw(&hot), used.meet(&hot)), (Some("c"), None, None));
    }
}
