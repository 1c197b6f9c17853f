//! The offline badge filter: what phones get, how little it is, and who gets it.

use harness::{Fair, Phone, on_every_engine};
use mobile_core::badge::code_hash;
use mobile_core::client::{Client, FilterUpdate, Trust};
use mobile_core::filter::{BadgeFilter, Changes, MEDIA_TYPE, Verdict};
use serde_json::json;

const MINUTE: i64 = 60_000_000;

fn path(fair: &Fair) -> String {
    format!("/events/{}/badge-filter", fair.site.event)
}

async fn whole(fair: &Fair, phone: &Phone) -> BadgeFilter {
    let answer = phone.api.get(&path(fair)).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some(MEDIA_TYPE)), "{}", answer.text());
    assert_eq!(answer.header("cache-control"), Some("private, no-cache"));
    BadgeFilter::from_bytes(&answer.body).unwrap()
}

/// Lets what was looked at a moment ago be looked at again.
fn pass(fair: &Fair, micros: i64) {
    fair.app().clock.advance(micros);
}

on_every_engine! {
    async fn a_phone_knows_without_network_which_badges_are_genuine_and_which_revoked(fair) {
        let phone = fair.exhibitor("Acme").open().await.phone("Ines").await;
        let (noor, ben) = (fair.registration("Noor Aziz").badge().await, fair.registration("Ben Bo").badge().await);
        let (lost, old) = (fair.registration("Lea Lost").badge().await, fair.registration("Rhea Reissued").badge().await);
        fair.site.set_badge(&lost, "lost").await;
        fair.site.set_badge(&old, "replaced").await;
        let filter = whole(fair, &phone).await;
        let verdict = |code: &str| filter.verdict(&code_hash(code));
        assert_eq!((verdict(&noor.code), verdict(&ben.code)), (Verdict::Genuine, Verdict::Genuine));
        assert_eq!(verdict(&lost.code), Verdict::Revoked { as_of: filter.as_of() });
        assert_eq!(verdict(&old.code), Verdict::Genuine, "a replaced badge counts as the new one");
        assert_eq!(verdict("L000000000000000000A"), Verdict::Unknown);
        assert!(fair.now().micros_since(filter.as_of()) < MINUTE);
    }

    async fn what_changed_since_comes_as_a_short_list(fair) {
        let phone = fair.exhibitor("Acme").open().await.phone("Ines").await;
        let mut badges = Vec::new();
        for number in 0..210 {
            badges.push(fair.registration(&format!("Person{number} X")).badge().await);
        }
        pass(fair, 2 * MINUTE);
        let mut filter = whole(fair, &phone).await;
        let fresh = fair.registration("Walk In").badge().await;
        fair.site.set_badge(&badges[3], "misuse").await;
        pass(fair, MINUTE);
        let since = format!("{}?since={}", path(fair), filter.version());
        let answer = phone.api.get(&since).await;
        assert_eq!(answer.status, 200);
        let changes = Changes::from_bytes(&answer.body).unwrap();
        assert_eq!((changes.added.len(), changes.revoked.len(), changes.version), (1, 1, filter.version()));
        assert!(answer.body.len() < 64, "{} bytes", answer.body.len());
        filter.update(&answer.body).unwrap();
        assert_eq!(filter.verdict(&code_hash(&fresh.code)), Verdict::Genuine);
        assert!(matches!(filter.verdict(&code_hash(&badges[3].code)), Verdict::Revoked { .. }));
        let etag = answer.header("etag").unwrap();
        for asked in [since.as_str(), &path(fair)] {
            let again = phone.api.send(reqwest::Method::GET, asked, &[("if-none-match", etag)], None).await;
            assert_eq!((again.status, again.body.len(), again.header("etag")), (304, 0, Some(etag)));
        }
        // A whole download holds the lists too.
        assert_eq!(whole(fair, &phone).await.verdict(&code_hash(&fresh.code)), Verdict::Genuine);
        // Three of 210 are more than one in a hundred.
        for name in ["Walk Too", "Walk Three"] {
            fair.registration(name).badge().await;
        }
        pass(fair, MINUTE);
        let answer = phone.api.get(&since).await;
        let rebuilt = BadgeFilter::from_bytes(&answer.body).unwrap();
        assert!(rebuilt.version() > filter.version() && rebuilt.count() == 213, "{rebuilt:?}");
    }

    async fn another_node_says_what_changed_since_a_filter_that_it_never_built(fair) {
        let phone = fair.exhibitor("Acme").open().await.phone("Ines").await;
        for number in 0..110 {
            fair.registration(&format!("Person{number} X")).badge().await;
        }
        pass(fair, 2 * MINUTE);
        let filter = whole(fair, &phone).await;
        let node = fair.another_node().await;
        let there = phone.api.at(node.base());
        pass(fair, 2 * MINUTE);
        let fresh = fair.registration("Walk In").badge().await;
        let mut kept = filter.clone();
        kept.update(&there.get(&format!("{}?since={}", path(fair), filter.version())).await.body).unwrap();
        assert_eq!(kept.version(), filter.version(), "it was not downloaded whole");
        assert_eq!(kept.verdict(&code_hash(&fresh.code)), Verdict::Genuine);
        let strange = there.get(&format!("{}?since=12", path(fair))).await;
        assert!(BadgeFilter::from_bytes(&strange.body).is_ok(), "a version of long ago gets the whole filter");
        there.get(&format!("{}?since=x", path(fair))).await.refused("invalid_field");
    }

    async fn an_event_with_codes_that_can_be_guessed_has_none(fair) {
        let phone = fair.exhibitor("Acme").open().await.phone("Ines").await;
        for number in 0..20 {
            fair.registration(&format!("Person{number} X")).code(&format!("ORDER-{}", 70_000 + number)).badge().await;
        }
        let answer = phone.api.get(&path(fair)).await;
        assert_eq!((answer.status, answer.body.len()), (204, 0));
        let again = phone.api.get(&format!("{}?since=5", path(fair))).await;
        assert_eq!(again.status, 204);
    }

    async fn guessable_codes_that_come_later_take_the_filter_away(fair) {
        let phone = fair.exhibitor("Acme").open().await.phone("Ines").await;
        let noor = fair.registration("Noor Aziz").badge().await;
        pass(fair, 2 * MINUTE);
        assert_eq!(whole(fair, &phone).await.verdict(&code_hash(&noor.code)), Verdict::Genuine);
        fair.registration("Imported Person").code("4711").badge().await;
        pass(fair, MINUTE);
        assert_eq!(phone.api.get(&path(fair)).await.status, 204);
    }

    async fn the_native_client_keeps_a_filter_up_to_date(fair) {
        let phone = fair.exhibitor("Acme").open().await.phone("Ines").await;
        let noor = fair.registration("Noor Aziz").badge().await;
        let mut client = Client::new(&fair.node().base(), &Trust::System).unwrap();
        client.use_token(phone.api.token().unwrap()).unwrap();
        let mut held = None;
        assert_eq!(client.update_filter(fair.site.event, &mut held).await.unwrap(), FilterUpdate::UpToDate);
        fair.site.set_badge(&noor, "lost").await;
        pass(fair, MINUTE);
        client.update_filter(fair.site.event, &mut held).await.unwrap();
        assert!(matches!(held.unwrap().verdict(&code_hash(&noor.code)), Verdict::Revoked { .. }));
        fair.site.revoke(&phone).await;
        let refused = client.update_filter(fair.site.event, &mut None).await.unwrap_err();
        assert!(refused.to_string().contains("device_revoked"), "{refused}");
    }

    async fn a_team_member_gets_it_and_a_badge_only_one_does_not(fair) {
        let space = fair.exhibitor("Acme").open().await;
        fair.registration("Noor Aziz").badge().await;
        assert_eq!(space.scanner("Sam").await.api.get(&path(fair)).await.status, 200);
        space.member("Ann", "attendee").await.api.get(&path(fair)).await.refused("forbidden");
        fair.site.sign_in("Nobody").await.1.get(&path(fair)).await.refused("not_found");
        assert_eq!(json!(fair.site.api.get(&path(fair)).await.refused("not_signed_in").status), 401);
    }
}
