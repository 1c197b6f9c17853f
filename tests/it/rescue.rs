//! Rescue files: what a phone could not send arrives without the phone, once, and as it was.

use harness::{Answer, Fair, Organizer, Phone, TeamMember, on_every_engine};
use mobile_core::badge::BadgeText;
use mobile_core::capture::Entry;
use mobile_core::ids::{CaptureId, QueueId};
use mobile_core::queue::file::FileStorage;
use mobile_core::queue::{Draft, Queue};
use mobile_core::rescue::{self, RescueKey, Saver};
use mobile_core::time::Timestamp;
use mobile_core::wire::{Outcome, Paired, Receipts};
use serde_json::{Value, json};

const MINUTE: i64 = 60_000_000;

/// A phone that was paired, scanned without network, and has only its queue.
struct Stranded {
    paired: Paired,
    queue: Queue<FileStorage>,
    ids: Vec<CaptureId>,
    folder: tempfile::TempDir,
}

async fn pair(admin: &TeamMember, install: &str) -> Paired {
    let codes = format!("/exhibitors/{}/pairing-codes", admin.exhibitor);
    let code = admin.api.post(&codes, &json!({})).await.done(201);
    let wish = json!({"pairing_code": code["pairing_code"], "install_id": install, "device_name": "Pixel", "platform": "android"});
    admin.site.api.post("/auth/devices", &wish).await.ok()
}

impl Stranded {
    async fn phone(fair: &Fair, admin: &TeamMember, codes: &[&str]) -> Self {
        let paired = pair(admin, "install").await;
        let folder = tempfile::tempdir().unwrap();
        let storage = FileStorage::open(folder.path()).unwrap();
        let (mut queue, _) = Queue::open(storage, fair.app().new_id::<QueueId>()).unwrap();
        queue.deliver_to(&admin.exhibitor.to_string(), fair.app().new_id()).unwrap();
        let mut ids = Vec::new();
        for code in codes {
            let draft = Draft::scan(fair.app().new_id(), fair.now(), &BadgeText::new(code).unwrap(), Entry::Camera);
            ids.push(draft.id);
            queue.push(draft, 0).unwrap();
        }
        Self { paired, queue, ids, folder }
    }

    /// A door that let these in without network.
    async fn door(fair: &Fair, olga: &Organizer, session: &Value, codes: &[&str]) -> Self {
        let event = format!("/events/{}", fair.site.event);
        let wish = json!({"label": "North door", "session_ids": [session["id"]]});
        let code = olga.api.post(&format!("{event}/pairing-codes"), &wish).await.done(201);
        let wish = json!({"pairing_code": code["pairing_code"], "install_id": "door", "device_name": "Door", "platform": "reader"});
        let paired: Paired = fair.site.api.post("/auth/devices", &wish).await.ok();
        let folder = tempfile::tempdir().unwrap();
        let storage = FileStorage::open(folder.path()).unwrap();
        let (mut queue, _) = Queue::open(storage, fair.app().new_id::<QueueId>()).unwrap();
        queue.deliver_to("doors", fair.app().new_id()).unwrap();
        let mut ids = Vec::new();
        for code in codes {
            let check = json!({"kind": "session_check_in", "session_id": session["id"], "code": code});
            let draft =
                Draft { id: fair.app().new_id(), captured_at: fair.now(), fields: Draft::fields_of(check).unwrap() };
            ids.push(draft.id);
            queue.push(draft, 0).unwrap();
        }
        Self { paired, queue, ids, folder }
    }

    fn saver(&self, now: Timestamp) -> Saver<'_> {
        Saver {
            event_id: self.paired.event.id,
            device_id: Some(self.paired.device_id),
            exhibitor_id: self.paired.exhibitor.as_ref().map(|exhibitor| exhibitor.id),
            device_token: Some(&self.paired.device_token),
            clock_offset_us: Some(0),
            now,
        }
    }

    fn file(&self, saver: Saver<'_>) -> Vec<u8> {
        let key = RescueKey::from_hex(self.paired.rescue_key.as_deref().unwrap()).unwrap();
        rescue::seal(&rescue::contents(&self.queue, saver), key, [7; 32]).unwrap()
    }

    /// The same phone with a network after all.
    async fn deliver(&self, fair: &Fair) -> Receipts {
        let captures: Vec<Value> =
            self.queue.unsent().map(|capture| serde_json::from_str(capture.body.get()).unwrap()).collect();
        let batch = json!({"sent_at": fair.now(), "queue_id": self.queue.queue_id(),
            "last_device_seq": self.queue.last_seq(self.queue.queue_id()), "captures": captures});
        fair.site.api.with_token(self.paired.device_token.clone()).post("/captures", &batch).await.ok()
    }
}

/// The rescue file of a phone that scanned these codes without network, and how many it holds.
pub async fn stranded_file(fair: &Fair, admin: &TeamMember, codes: &[&str]) -> (Vec<u8>, usize) {
    let phone = Stranded::phone(fair, admin, codes).await;
    (phone.file(phone.saver(fair.now())), codes.len())
}

async fn import(organizer: &Organizer, file: &[u8]) -> Answer {
    let path = format!("/events/{}/captures/import", organizer.site.event);
    let kind = [("content-type", rescue::MEDIA_TYPE)];
    organizer.api.send(reqwest::Method::POST, &path, &kind, Some(file.to_vec())).await
}

fn outcomes(receipts: &Receipts) -> Vec<Outcome> {
    receipts.results.iter().map(|receipt| receipt.outcome).collect()
}

on_every_engine! {
    async fn a_rescue_file_brings_what_a_phone_could_not_send(fair) {
        let ada = fair.exhibitor("Acme").open().await.admin("Ada").await;
        let badge = fair.registration("Noor Aziz").badge().await;
        let phone = Stranded::phone(fair, &ada, &[&badge.code, "HALL-4-0017", &badge.code]).await;
        let scanned_at = fair.now();
        let file = phone.file(phone.saver(scanned_at));
        fair.app().clock.advance(90 * MINUTE);
        let desk = fair.site.organizer_member("Desk", "desk").await;
        let receipts: Receipts = import(&desk, &file).await.ok();
        assert_eq!(outcomes(&receipts), [Outcome::Accepted; 3]);
        assert_eq!(receipts.contiguous_seq, 3);
        let ids: Vec<String> = receipts.results.iter().filter_map(|receipt| receipt.id.clone()).collect();
        assert_eq!(ids, phone.ids.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert!(receipts.results.iter().all(|receipt| receipt.lead.is_none()), "the desk sees no leads");
        let leads: Value = ada.leads("").await.ok();
        assert_eq!(leads["total"], 2);
        let lead = leads["items"].as_array().unwrap().iter().find(|lead| lead["scan_count"] == 2).unwrap();
        let scan = &lead["scans"][0];
        assert_eq!(scan["device"], json!(phone.paired.device_id), "it keeps its device");
        let at: Timestamp = scan["at"].as_str().unwrap().parse().unwrap();
        assert!(at.micros_since(scanned_at).abs() < MINUTE, "scanned at {scanned_at}, not at {at} when the file came");
    }

    async fn importing_again_and_sending_after_all_change_nothing(fair) {
        let ada = fair.exhibitor("Acme").open().await.admin("Ada").await;
        let badge = fair.registration("Noor Aziz").badge().await;
        let phone = Stranded::phone(fair, &ada, &[&badge.code, "HALL-4-0017"]).await;
        let file = phone.file(phone.saver(fair.now()));
        let owner = fair.organizer().await;
        import(&owner, &file).await.done(200);
        let again: Receipts = import(&owner, &file).await.ok();
        assert_eq!(outcomes(&again), [Outcome::Duplicate; 2]);
        let sent = phone.deliver(fair).await;
        assert_eq!((outcomes(&sent), sent.contiguous_seq), (vec![Outcome::Duplicate; 2], 2));
        let leads: Value = ada.leads("").await.ok();
        assert!(leads["items"].as_array().unwrap().iter().all(|lead| lead["scan_count"] == 1));
    }

    async fn a_revoked_phones_file_brings_what_was_scanned_before(fair) {
        let ada = fair.exhibitor("Acme").open().await.admin("Ada").await;
        let mut phone = Stranded::phone(fair, &ada, &["BEFORE-1"]).await;
        fair.app().clock.advance(MINUTE);
        let revoke = format!("/exhibitors/{}/devices/{}", ada.exhibitor, phone.paired.device_id);
        ada.api.delete(&revoke).await.done(204);
        fair.app().clock.advance(MINUTE);
        let late = Draft::scan(fair.app().new_id(), fair.now(), &BadgeText::new("AFTER-1").unwrap(), Entry::Camera);
        phone.queue.push(late, 0).unwrap();
        let file = phone.file(phone.saver(fair.now()));
        let receipts: Receipts = import(&fair.organizer().await, &file).await.ok();
        assert_eq!(outcomes(&receipts), [Outcome::Accepted, Outcome::Rejected]);
        assert_eq!(receipts.results[1].reason, Some(mobile_core::reason::Reason::DeviceRevoked));
        assert_eq!(ada.rejected().await.len(), 1, "kept aside for the admin");
        let sent = phone.deliver(fair).await;
        assert!(sent.is_access_ended, "the phone is told to show nothing any more");
    }

    async fn a_file_still_proves_its_device_after_the_phone_renewed_its_token(fair) {
        let ada = fair.exhibitor("Acme").open().await.admin("Ada").await;
        let badge = fair.registration("Noor Aziz").badge().await;
        let stranded = Stranded::phone(fair, &ada, &[&badge.code]).await;
        let file = stranded.file(stranded.saver(fair.now()));
        let mut api = fair.site.api.with_token(&stranded.paired.device_token);
        for _ in 0..2 {
            let told = api.post("/auth/devices/token", &json!({})).await.done(201);
            api = fair.site.api.with_token(told["device_token"].as_str().unwrap());
            api.post("/captures", &json!({"sent_at": fair.now(), "captures": []})).await.done(200);
        }
        let desk = fair.site.organizer_member("Desk", "desk").await;
        import(&desk, &file).await.done(200);
        let lead = &ada.leads("").await.ok::<Value>()["items"][0];
        assert_eq!(lead["scans"][0]["device"], json!(stranded.paired.device_id));
    }

    async fn a_file_that_does_not_prove_its_device_comes_from_nobody_in_particular(fair) {
        let ada = fair.exhibitor("Acme").open().await.admin("Ada").await;
        let phone = Stranded::phone(fair, &ada, &["HALL-4-0017"]).await;
        let forged = Saver { device_token: Some("ld_guessed"), ..phone.saver(fair.now()) };
        let receipts: Receipts = import(&fair.organizer().await, &phone.file(forged)).await.ok();
        assert_eq!(outcomes(&receipts), [Outcome::Accepted]);
        let leads: Value = ada.leads("").await.ok();
        assert_eq!(leads["items"][0]["scans"][0]["device"], Value::Null);
        let bolt = fair.elsewhere().await.exhibitor("Zeta").open().await;
        let (mut queue, _) = Queue::open(FileStorage::open(phone.folder.path().join("other")).unwrap(), fair.app().new_id()).unwrap();
        queue.deliver_to(&bolt.id.to_string(), fair.app().new_id()).unwrap();
        queue.push(Draft::scan(fair.app().new_id(), fair.now(), &BadgeText::new("X").unwrap(), Entry::Camera), 0).unwrap();
        let elsewhere = Stranded { queue, ids: vec![], paired: phone.paired.clone(), folder: tempfile::tempdir().unwrap() };
        let receipts: Receipts = import(&fair.organizer().await, &elsewhere.file(elsewhere.saver(fair.now()))).await.ok();
        assert_eq!((outcomes(&receipts), receipts.results[0].errors[0].pointer.as_str()), (vec![Outcome::Rejected], "/exhibitor_id"));
    }

    async fn a_file_that_cannot_be_opened_says_why(fair) {
        let ada = fair.exhibitor("Acme").open().await.admin("Ada").await;
        let phone = Stranded::phone(fair, &ada, &["HALL-4-0017"]).await;
        let file = phone.file(phone.saver(fair.now()));
        let owner = fair.organizer().await;
        let told = async |bytes: &[u8], code: &str| import(&owner, bytes).await.refused(code).detail;
        assert!(told(b"%PDF-1.7", "unsupported_media_type").await.contains("not a Leadline rescue file"));
        assert!(told(&file[..file.len() - 9], "invalid_field").await.contains("cut short or was changed"));
        let mut changed = file.clone();
        changed[60] ^= 1;
        assert!(told(&changed, "invalid_field").await.contains("cut short or was changed"));
        let mut other_key = file.clone();
        other_key[21] ^= 1;
        assert!(told(&other_key, "invalid_field").await.contains("another key"));
        let elsewhere = fair.elsewhere().await;
        let stranger = elsewhere.organizer_member("Other Owner", "owner").await;
        let problem = import(&stranger, &file).await.refused("invalid_field");
        assert!(problem.detail.contains("another event"), "{}", problem.detail);
        let path = format!("/events/{}/captures/import", fair.site.event);
        owner.api.post(&path, &json!({})).await.refused("unsupported_media_type");
    }

    async fn what_a_lost_phone_had_delivered_before_is_known_when_it_comes_again(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ada, ines) = (space.admin("Ada").await, space.phone("Ines").await);
        let scan = ines.scanned("HALL-4-0017");
        ines.deliver(std::slice::from_ref(&scan)).await.all_accepted();
        fair.site.lose(&ines).await;
        let fresh = ines.scanned("HALL-4-0018");
        let upload = ines.deliver(&[scan, fresh]).await;
        assert_eq!(upload.outcomes(), [Outcome::Duplicate, Outcome::Rejected]);
        assert!(upload.results.iter().all(|receipt| receipt.lead.is_none()), "it shows nothing");
        assert_eq!(ada.rejected().await.len(), 1);
    }

    async fn a_file_that_was_taken_in_is_taken_back_for_a_day_and_can_be_taken_in_again(fair) {
        let ada = fair.exhibitor("Acme").open().await.admin("Ada").await;
        let (noor, omar) = (fair.registration("Noor Aziz").badge().await, fair.registration("Omar Bey").badge().await);
        let phone = Stranded::phone(fair, &ada, &[&noor.code, &omar.code]).await;
        let file = phone.file(phone.saver(fair.now()));
        let desk = fair.site.organizer_member("Desk", "desk").await;
        let deeds = format!("/events/{}/desk-actions", fair.site.event);
        import(&desk, &file).await.done(200);
        let again: Receipts = import(&desk, &file).await.ok();
        assert_eq!(outcomes(&again), [Outcome::Duplicate; 2]);
        let listed = desk.api.get(&deeds).await.json();
        assert_eq!(listed["items"].as_array().unwrap().len(), 1, "the second time it brought nothing, so there is nothing to take back");
        let deed = &listed["items"][0];
        assert_eq!((&deed["kind"], &deed["leads"], &deed["is_undoable"]), (&json!("rescue"), &json!(2), &json!(true)));
        let undo = |deed: &Value| format!("{deeds}/{}/undo", deed["id"].as_str().unwrap());
        desk.api.post(&undo(deed), &json!({})).await.done(200);
        assert_eq!(ada.leads("").await.json()["total"], 0);
        desk.api.post(&undo(deed), &json!({})).await.refused("used_up");

        // Taken back by mistake: the file brings it again, once.
        import(&desk, &file).await.done(200);
        let leads = ada.leads("").await.json();
        assert_eq!(leads["total"], 2);
        assert!(leads["items"].as_array().unwrap().iter().all(|lead| lead["scan_count"] == 1), "{leads}");
        import(&desk, &file).await.done(200);
        assert!(ada.leads("").await.json()["items"].as_array().unwrap().iter().all(|lead| lead["scan_count"] == 1));
        let newest = desk.api.get(&deeds).await.json()["items"][0].clone();
        assert_eq!((&newest["kind"], &newest["leads"]), (&json!("rescue"), &json!(2)));
        desk.api.post(&undo(&newest), &json!({})).await.done(200);
        assert_eq!(ada.leads("").await.json()["total"], 0);
        import(&desk, &file).await.done(200);
        let last = desk.api.get(&deeds).await.json()["items"][0].clone();
        fair.app().clock.advance(25 * 60 * MINUTE);
        desk.api.post(&undo(&last), &json!({})).await.refused("used_up");
        assert_eq!(ada.leads("").await.json()["total"], 2);
    }

    async fn a_file_that_stopped_on_its_way_in_is_taken_back_all_the_same(fair) {
        let ada = fair.exhibitor("Acme").open().await.admin("Ada").await;
        let (noor, omar) = (fair.registration("Noor Aziz").badge().await, fair.registration("Omar Bey").badge().await);
        let phone = Stranded::phone(fair, &ada, &[&noor.code, &omar.code]).await;
        let file = phone.file(phone.saver(fair.now()));
        let desk = fair.site.organizer_member("Desk", "desk").await;
        let deeds = format!("/events/{}/desk-actions", fair.site.event);
        // What is noted before a file goes in is all there is where the server ended before it was in.
        let stop = async || {
            let mut tx = fair.app().write().await.unwrap();
            let mut deed = server::helpdesk::store::rescues(&mut tx, fair.site.event).await.unwrap().pop().unwrap();
            (deed.undo.0["is_open"], deed.leads) = (json!(true), 0);
            server::helpdesk::store::put_action(&mut tx, fair.site.event, &deed).await.unwrap();
            tx.commit(&fair.app().hub).await.unwrap();
        };
        let undo = async |deed: &Value| {
            desk.api.post(&format!("{deeds}/{}/undo", deed["id"].as_str().unwrap()), &json!({})).await.done(200);
        };
        import(&desk, &file).await.done(200);
        stop().await;
        let again: Receipts = import(&desk, &file).await.ok();
        assert_eq!(outcomes(&again), [Outcome::Duplicate; 2]);
        let listed = desk.api.get(&deeds).await.json();
        assert_eq!((listed["items"].as_array().unwrap().len(), &listed["items"][0]["leads"]), (1, &json!(2)), "{listed}");
        undo(&listed["items"][0]).await;
        assert_eq!(ada.leads("").await.json()["total"], 0);

        import(&desk, &file).await.done(200);
        stop().await;
        undo(&desk.api.get(&deeds).await.json()["items"][0]).await;
        assert_eq!(ada.leads("").await.json()["total"], 0, "nor need it be sent again for that");
        import(&desk, &file).await.done(200);
        let leads = ada.leads("").await.json();
        assert_eq!(leads["total"], 2);
        assert!(leads["items"].as_array().unwrap().iter().all(|lead| lead["scan_count"] == 1), "{leads}");
    }

    async fn check_ins_of_a_doors_file_go_and_come_with_it(fair) {
        let acme = fair.exhibitor("Acme").open().await;
        let (ada, olga) = (acme.admin("Ada").await, fair.organizer().await);
        let (noor, omar) = (fair.registration("Noor Aziz").badge().await, fair.registration("Omar Bey").badge().await);
        let event = format!("/events/{}", fair.site.event);
        let talk = json!({"title": "Opening", "exhibitor_id": acme.id, "starts_at": fair.now().plus_micros(-MINUTE),
            "ends_at": fair.now().plus_micros(60 * MINUTE)});
        let talk = olga.api.post(&format!("{event}/sessions"), &talk).await.done(201);
        let door = Stranded::door(fair, &olga, &talk, &[&noor.code, &omar.code]).await;
        let file = door.file(door.saver(fair.now()));
        let inside = async || {
            let session = format!("{event}/sessions/{}", talk["id"].as_str().unwrap());
            let leads = ada.leads("?source=session").await.json()["total"].as_u64().unwrap();
            (olga.api.get(&session).await.done(200)["inside"].as_u64().unwrap(), leads)
        };
        let newest = async || olga.api.get(&format!("{event}/desk-actions")).await.json()["items"][0].clone();
        let undo = async |deed: Value| {
            olga.api.post(&format!("{event}/desk-actions/{}/undo", deed["id"].as_str().unwrap()), &json!({})).await.done(200);
        };
        import(&olga, &file).await.done(200);
        assert_eq!(inside().await, (2, 2), "who attends is a lead of the session's exhibitor");
        undo(newest().await).await;
        assert_eq!(inside().await, (0, 0));
        // Taken in once more it counts once more, and once only.
        import(&olga, &file).await.done(200);
        assert_eq!(inside().await, (2, 2));
        import(&olga, &file).await.done(200);
        assert_eq!(inside().await, (2, 2));
        undo(newest().await).await;
        assert_eq!((inside().await, acme.rows_unlike_their_log().await), ((0, 0), vec![]));
    }

    async fn every_phone_of_an_event_gets_the_same_key(fair) {
        let ada = fair.exhibitor("Acme").open().await.admin("Ada").await;
        let (first, second) = (pair(&ada, "one").await, pair(&ada, "two").await);
        assert_eq!(first.rescue_key.as_deref().map(str::len), Some(64));
        assert_eq!(first.rescue_key, second.rescue_key);
        let elsewhere = fair.elsewhere().await.exhibitor("Zeta").open().await.admin("Zoe").await;
        assert_ne!(pair(&elsewhere, "three").await.rescue_key, first.rescue_key);
    }
}

/// A phone of the harness and one that pairs itself are told the same of access.
#[test]
fn a_phone_that_may_still_read_is_told_so() {
    harness::run(harness::Engine::Sqlite, "access_is_told", async |fair| {
        let phone: Phone = fair.exhibitor("Acme").open().await.phone("Ines").await;
        assert!(!phone.heartbeat().await.0.is_access_ended);
        fair.site.revoke(&phone).await;
        assert!(phone.heartbeat().await.0.is_access_ended);
    });
}
