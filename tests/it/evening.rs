//! The mail of the evening: once, when the day of somebody's first scan closes, where the organiser wants it.

use crate::daily::closes_in;
use harness::{Fair, eventually, on_every_engine};
use mobile_core::capture::ContactField::Email;
use serde_json::json;
use server::attendees::evening;
use server::consent;

const MINUTE: i64 = 60_000_000;

async fn wanted(fair: &Fair) {
    let path = format!("/events/{}/phases", fair.site.event);
    let set = fair.organizer().await.api.patch(&path, None, &json!({"has_evening_mail": true})).await.done(200);
    assert_eq!(set["has_evening_mail"], true);
}

on_every_engine! {
    async fn visitors_hear_once_on_the_evening_of_their_first_scan_how_many_met_them(fair) {
        let (acme, bolt) = (fair.exhibitor("Acme").open().await, fair.exhibitor("Bolt").open().await);
        let trial = fair.exhibitor("Trial").open().await;
        let path = format!("/events/{}/exhibitors/{}", fair.site.event, trial.id);
        fair.organizer().await.api.patch(&path, None, &json!({"is_test": true})).await.done(200);
        let person = async |name: &str, email: &str| fair.registration(name).with(Email, email).badge().await;
        let noor = person("Noor Aziz", "noor@secret.example").await;
        let gus = person("Gus Gone", "gus@secret.example").await;
        let tess = person("Tess Try", "tess@secret.example").await;
        person("Una Unmet", "una@secret.example").await;
        let minor = fair.registration("Mia Minor").with(Email, "mia@secret.example").category("minor").badge().await;
        for (space, badges) in [(&acme, vec![&noor, &gus, &minor]), (&bolt, vec![&noor]), (&trial, vec![&noor, &tess])] {
            let phone = space.phone("Ines").await;
            for badge in badges {
                phone.scan(badge).upload().await.all_accepted();
            }
        }
        let mut tx = fair.app().write().await.unwrap();
        consent::withdraw(fair.app(), &mut tx, fair.site.event, gus.registration, None, "attendee").await.unwrap();
        tx.commit(&fair.app().hub).await.unwrap();
        closes_in(fair, 10).await;
        fair.app().clock.advance(11 * MINUTE);
        assert_eq!(evening::once(fair.app()).await.unwrap(), 0, "the organiser does not want it");
        wanted(fair).await;
        // Two servers look at once, and once more later.
        let other = fair.another_node().await;
        let (first, second) = tokio::join!(evening::once(fair.app()), evening::once(&other.app));
        assert!(first.unwrap() + second.unwrap() <= 1);
        assert_eq!(evening::once(fair.app()).await.unwrap(), 0);
        fair.app().mails.wake();
        let mails = eventually(async || Some(fair.mails()).filter(|mails| !mails.is_empty())).await;
        assert_eq!(mails.len(), 1, "{mails:?}");
        let mail = &mails[0];
        assert_eq!(mail.to, "noor@secret.example");
        assert!(mail.text.contains("2 exhibitors scanned your badge"), "{}", mail.text);
        assert!(mail.link().ends_with("/attendee"), "{}", mail.link());
        for word in ["Acme", "Bolt", "Noor", "Aziz"] {
            assert!(!mail.text.contains(word) && !mail.html.contains(word), "{word}: {}", mail.text);
        }
    }

    async fn a_day_that_is_still_open_or_closed_long_ago_is_not_told_of(fair) {
        let phone = fair.exhibitor("Acme").open().await.phone("Ines").await;
        let noor = fair.registration("Noor Aziz").with(Email, "noor@secret.example").badge().await;
        phone.scan(&noor).upload().await.all_accepted();
        wanted(fair).await;
        closes_in(fair, 10).await;
        assert_eq!(evening::once(fair.app()).await.unwrap(), 0, "the stands are still open");
        fair.app().clock.advance(7 * 60 * MINUTE);
        assert_eq!(evening::once(fair.app()).await.unwrap(), 0, "the server was away too long");
    }
}
