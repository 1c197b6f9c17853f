//! The mail of the day: at the event's closing time, once, to admins who want it, without anything of a visitor.

use harness::{Fair, TeamMember, eventually, on_every_engine};
use mobile_core::time::Timestamp;
use serde_json::{Value, json};
use server::daily;

const MINUTE: i64 = 60_000_000;

/// Has the event's days close so many minutes from now, in a zone where it is about noon: what happens
/// in a test is on one local day, whenever it runs.
pub async fn closes_in(fair: &Fair, minutes: i64) {
    let olga = fair.organizer().await;
    let now = fair.now();
    let hour = now.as_micros().rem_euclid(24 * 60 * MINUTE) / (60 * MINUTE);
    // The names of these zones count westwards.
    let zone = format!("Etc/GMT{:+}", hour - 12).replace("+0", "");
    let times = json!({"timezone": zone, "starts_at": now.plus_micros(-300 * MINUTE), "ends_at": Timestamp::from_micros(now.as_micros() + minutes * MINUTE)});
    olga.api.patch(&format!("/events/{}", fair.site.event), None, &times).await.done(200);
}

async fn wants(admin: &TeamMember, more: Value) {
    let mut edit = json!({"has_daily_mail": true});
    edit.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let path = format!("/exhibitors/{}/team/{}", admin.exhibitor, admin.id);
    let changed = admin.api.patch(&path, None, &edit).await.done(200);
    assert_eq!(changed["has_daily_mail"], true);
}

on_every_engine! {
    async fn at_closing_time_admins_who_want_it_are_told_what_the_day_brought(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ada, remi) = (space.admin("Ada Admin").await, space.admin("Remi Roux").await);
        let quiet = space.admin("Quentin Quiet").await;
        let (ines, omar) = (space.phone("Ines").await, space.phone("Omar").await);
        for (name, phone, rating) in [("Ana One", &ines, "hot"), ("Bea Two", &ines, "warm"), ("Cleo Three", &omar, "hot")] {
            phone.scan(&fair.registration(name).badge().await).rate(rating).upload().await.all_accepted();
        }
        omar.scan(&fair.registration("Dan Four").badge().await).upload().await.all_accepted();
        // Ines took one more that she has not sent: her phone says so with its next word.
        ines.scanned("held back");
        ines.heartbeat().await;
        wants(&ada, json!({})).await;
        wants(&remi, json!({"language": "fr"})).await;
        closes_in(fair, 10).await;
        assert_eq!(daily::once(fair.app()).await.unwrap(), 0, "the stand is still open");
        fair.app().clock.advance(11 * MINUTE);
        // Two servers look at once, and once more later.
        let other = fair.another_node().await;
        let (first, second) = tokio::join!(daily::once(fair.app()), daily::once(&other.app));
        // Servers look by themselves too, the other one as it starts: whoever is first, two mails are written.
        assert!(first.unwrap() + second.unwrap() <= 2);
        assert_eq!(daily::once(fair.app()).await.unwrap(), 0);
        fair.app().mails.wake();
        let mails = eventually(async || Some(fair.mails()).filter(|mails| mails.len() >= 2)).await;
        assert_eq!(mails.len(), 2);
        assert!(mails.iter().all(|mail| !mail.to.contains("quentin")), "{:?}", quiet.id);
        let english = mails.iter().find(|mail| mail.subject.contains("4 new leads for Acme")).expect("the English one");
        for line in ["Hot: 2", "Warm: 1", "Cold: 0", "Not rated: 1", "Ines: 2", "Omar: 2"] {
            assert!(english.text.contains(line), "{line}: {}", english.text);
        }
        assert!(english.text.contains("These phones still hold scans"), "{}", english.text);
        let french = mails.iter().find(|mail| mail.subject.contains("4 nouveaux leads pour Acme")).expect("the French one");
        assert!(french.text.contains("Chauds : 2") && french.text.contains("fermeture") || french.text.contains("ferme"), "{}", french.text);
        for mail in &mails {
            for visitor in ["Ana", "Bea", "Cleo", "Dan", "One"] {
                assert!(!mail.text.contains(visitor) && !mail.html.contains(visitor), "{visitor}: {}", mail.text);
            }
            assert!(mail.link().contains(&format!("/exhibitors/{}/leads?day=", space.id)), "{}", mail.link());
        }
    }

    async fn a_day_that_ended_long_ago_is_not_told_of_and_who_is_no_admin_gets_nothing(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ada, karim) = (space.admin("Ada Admin").await, space.scanner("Karim Haddad").await);
        let path = format!("/exhibitors/{}/team/{}", space.id, karim.id);
        ada.api.patch(&path, None, &json!({"has_daily_mail": true})).await.done(200);
        closes_in(fair, 10).await;
        fair.app().clock.advance(11 * MINUTE);
        assert_eq!(daily::once(fair.app()).await.unwrap(), 0, "a scanner is not an admin");
        wants(&ada, json!({})).await;
        fair.app().clock.advance(7 * 60 * MINUTE);
        assert_eq!(daily::once(fair.app()).await.unwrap(), 0, "the server was away too long");
    }
}
