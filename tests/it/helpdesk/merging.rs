//! What was said and done while two people were taken for one, when they are parted again.

use super::{desk, merge, undo, withdraw};
use harness::{Badge, Fair, Organizer, on_every_engine};
use mobile_core::ids::RegistrationId;
use serde_json::{Value, json};

const MINUTE: i64 = 60_000_000;

async fn allow(fair: &Fair, person: RegistrationId) {
    let mut tx = fair.app().write().await.unwrap();
    server::consent::restore(fair.app(), &mut tx, fair.site.event, person, None, "attendee").await.unwrap();
    tx.commit(&fair.app().hub).await.unwrap();
}

/// A session with its list of sign-ups.
struct Talk<'a> {
    olga: &'a Organizer,
    path: String,
}

impl<'a> Talk<'a> {
    async fn new(olga: &'a Organizer, capacity: Value) -> Self {
        let (now, sessions) = (olga.site.app.now(), format!("/events/{}/sessions", olga.site.event));
        let talk = json!({"title": "Opening", "starts_at": now.plus_micros(-MINUTE), "signup": "open",
            "ends_at": now.plus_micros(60 * MINUTE), "capacity": capacity});
        let talk = olga.api.post(&sessions, &talk).await.done(201);
        Self { olga, path: format!("{sessions}/{}/signups", talk["id"].as_str().unwrap()) }
    }

    async fn sign_up(&self, badge: &Badge) {
        self.olga.api.post(&self.path, &json!({"registration_id": badge.registration})).await.done(201);
    }

    async fn cancel(&self, badge: &Badge) {
        self.olga.api.delete(&format!("{}/{}", self.path, badge.registration)).await.done(204);
    }

    /// Who is on the list, in its order, with their state.
    async fn listed(&self) -> Vec<String> {
        let listed = self.olga.api.get(&self.path).await.done(200);
        let of = |row: &Value| format!("{} {}", row["name"].as_str().unwrap(), row["status"].as_str().unwrap());
        listed["items"].as_array().unwrap().iter().map(of).collect()
    }
}

on_every_engine! {
    async fn who_withdraws_while_taken_for_somebody_else_stays_withdrawn_when_they_are_parted(fair) {
        let dora = desk(fair).await;
        let acme = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (acme.phone("Ines").await, acme.admin("Ada").await);
        let (noor, nour) = (fair.registration("Noor Aziz").badge().await, fair.registration("Nour Aziz").badge().await);
        ines.scan(&noor).upload().await.all_accepted();
        ines.scan(&nour).upload().await.all_accepted();
        let merged = merge(&dora, noor.registration, nour.registration, "").await.done(200);
        // Whoever of the two it was signs in as the one who stayed.
        withdraw(fair, noor.registration).await;
        undo(&dora, &merged["action_id"]).await.done(200);
        let leads = ada.leads("?consent=withdrawn").await.json();
        assert_eq!(leads["total"], 2, "it may have been either: {leads}");
        assert!(!leads.to_string().contains("Aziz"), "{leads}");
        // Whom another exhibitor meets only now, too.
        let bolt = fair.exhibitor("Bolt").phones(["Bo"]).await;
        bolt[0].scan(&nour).upload().await.all_accepted();
        let met: Value = bolt[0].api.get(&format!("/exhibitors/{}/leads", bolt[0].exhibitor)).await.ok();
        assert_eq!(met["items"][0]["consent"], "withdrawn");
        allow(fair, nour.registration).await;
        assert_eq!(ada.leads("?consent=withdrawn").await.json()["total"], 1, "each speaks for themselves again");
        assert_eq!(acme.rows_unlike_their_log().await, []);
    }

    async fn what_was_allowed_while_two_were_one_opens_nothing_that_either_had_withdrawn(fair) {
        let dora = desk(fair).await;
        let acme = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (acme.phone("Ines").await, acme.admin("Ada").await);
        let (noor, nour) = (fair.registration("Noor Aziz").badge().await, fair.registration("Nour Aziz").badge().await);
        ines.scan(&noor).upload().await.all_accepted();
        ines.scan(&nour).upload().await.all_accepted();
        withdraw(fair, nour.registration).await;
        let merged = merge(&dora, noor.registration, nour.registration, "").await.done(200);
        allow(fair, noor.registration).await;
        assert_eq!(ada.leads("?consent=withdrawn").await.json()["total"], 0);
        undo(&dora, &merged["action_id"]).await.done(200);
        let leads = ada.leads("?consent=withdrawn").await.json();
        assert_eq!((&leads["total"], &leads["items"][0]["registration"]), (&json!(1), &Value::Null));
        assert_eq!(ada.names("?consent=granted").await, ["Noor Aziz"]);
        assert_eq!(acme.rows_unlike_their_log().await, []);
    }

    async fn a_place_that_a_merge_frees_goes_to_who_waits_and_is_waited_for_when_they_are_parted(fair) {
        let olga = fair.organizer().await;
        let talk = Talk::new(&olga, json!(2)).await;
        let (noor, nour) = (fair.registration("Noor Aziz").badge().await, fair.registration("Nour Aziz").badge().await);
        let omar = fair.registration("Omar Bey").badge().await;
        for badge in [&noor, &nour, &omar] {
            talk.sign_up(badge).await;
        }
        assert_eq!(talk.listed().await, ["Noor Aziz registered", "Nour Aziz registered", "Omar Bey waiting"]);
        let merged = merge(&olga, noor.registration, nour.registration, "").await.done(200);
        assert_eq!(talk.listed().await, ["Noor Aziz registered", "Omar Bey registered"]);
        undo(&olga, &merged["action_id"]).await.done(200);
        assert_eq!(talk.listed().await, ["Noor Aziz registered", "Nour Aziz waiting", "Omar Bey registered"], "no more than may come in");
        talk.cancel(&omar).await;
        assert_eq!(talk.listed().await, ["Noor Aziz registered", "Nour Aziz registered"]);
    }

    async fn what_was_signed_up_or_cancelled_since_a_merge_stays_so_when_they_are_parted(fair) {
        let olga = fair.organizer().await;
        let (kept, left, new) = (Talk::new(&olga, json!(5)).await, Talk::new(&olga, json!(5)).await, Talk::new(&olga, json!(5)).await);
        let full = Talk::new(&olga, json!(1)).await;
        let (noor, nour) = (fair.registration("Noor Aziz").badge().await, fair.registration("Nour Aziz").badge().await);
        let omar = fair.registration("Omar Bey").badge().await;
        kept.sign_up(&nour).await;
        left.sign_up(&nour).await;
        full.sign_up(&omar).await;
        full.sign_up(&nour).await;
        let merged = merge(&olga, noor.registration, nour.registration, "").await.done(200);
        assert_eq!((kept.listed().await, full.listed().await), (vec!["Noor Aziz registered".to_owned()],
            vec!["Omar Bey registered".to_owned(), "Noor Aziz waiting".to_owned()]));
        left.cancel(&noor).await;
        new.sign_up(&noor).await;
        full.cancel(&omar).await;
        undo(&olga, &merged["action_id"]).await.done(200);
        assert_eq!(kept.listed().await, ["Nour Aziz registered"]);
        assert_eq!(left.listed().await, [] as [&str; 0], "what was cancelled does not come back");
        assert_eq!(new.listed().await, ["Noor Aziz registered"], "what was signed up since is not lost");
        assert_eq!(full.listed().await, ["Nour Aziz registered"], "who moved up does not fall back");
    }

    async fn of_three_people_who_signed_up_for_one_talk_the_last_merge_is_taken_back_first(fair) {
        let olga = fair.organizer().await;
        let talk = Talk::new(&olga, Value::Null).await;
        let (noor, nour) = (fair.registration("Noor Aziz").badge().await, fair.registration("Nour Aziz").badge().await);
        let nora = fair.registration("Nora Aziz").badge().await;
        for badge in [&nora, &nour, &noor] {
            talk.sign_up(badge).await;
        }
        let first = merge(&olga, noor.registration, nour.registration, "").await.done(200);
        let second = merge(&olga, noor.registration, nora.registration, "").await.done(200);
        assert_eq!(talk.listed().await, ["Noor Aziz registered"]);
        undo(&olga, &first["action_id"]).await.refused("used_up");
        undo(&olga, &second["action_id"]).await.done(200);
        undo(&olga, &first["action_id"]).await.done(200);
        assert_eq!(talk.listed().await, ["Nora Aziz registered", "Nour Aziz registered", "Noor Aziz registered"]);
    }
}
