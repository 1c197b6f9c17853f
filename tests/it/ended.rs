//! What ends at one server ends at the other within a second: roles, phones, sign-ins; what was captured
//! before is delivered all the same.

use harness::{Engine, Fair, Subscriber};
use serde_json::json;
use std::time::{Duration, Instant};

/// How a stream ended, and that it did so within a second of something.
async fn ended(live: &mut Subscriber, since: Instant, code: u16) {
    assert_eq!(live.end().await, Some(code));
    assert!(since.elapsed() < Duration::from_secs(1), "it took {:?}", since.elapsed());
}

#[test]
fn what_ends_at_one_server_ends_at_the_other_within_a_second() {
    harness::run(Engine::Postgres, "what_ends_at_one_server", async |fair: &Fair| {
        let node = fair.another_node().await;
        let (olga, space) = (fair.organizer().await, fair.exhibitor("Acme").open().await);
        let ada = space.admin("Ada").await;

        // A role with the organizer.
        let mona = fair.site.organizer_member("Mona", "manager").await;
        let (monitor, there) = (format!("/events/{}/live", fair.site.event), mona.api.at(node.base()));
        let mut live = Subscriber::open(&there, &monitor, None).await;
        let member = format!("/organizers/{}/members/{}", fair.site.organizer, mona.account);
        let begun = Instant::now();
        olga.api.patch(&member, None, &json!({"role": "desk"})).await.done(200);
        ended(&mut live, begun, 4403).await;
        let polled = there.get(&format!("/events/{}/feed?wait=0", fair.site.event)).await;
        polled.refused("forbidden");

        // A role in a team.
        let sam = space.scanner("Sam").await;
        let mut live = sam.at(&node.base()).live(None).await;
        let begun = Instant::now();
        ada.api.delete(&format!("/exhibitors/{}/team/{}", space.id, sam.id)).await.done(204);
        ended(&mut live, begun, 4403).await;
        sam.at(&node.base()).leads("").await.refused("not_found");

        // A phone, which still delivers what it holds.
        let mut phone = space.phone("Ines").await;
        let held = phone.scanned("HALL-1");
        phone.api = phone.api.at(node.base());
        let path = format!("/exhibitors/{}/live", space.id);
        let mut live = Subscriber::open(&phone.api, &path, None).await;
        let begun = Instant::now();
        ada.api.delete(&format!("/exhibitors/{}/devices/{}", space.id, phone.device)).await.done(204);
        ended(&mut live, begun, 4403).await;
        phone.api.get(&format!("/exhibitors/{}/leads", space.id)).await.refused("device_revoked");
        phone.deliver(&[held]).await.all_accepted();

        // A phone's former token, once the next one was used.
        let renewing = space.phone("Rui").await;
        let told = renewing.api.post("/auth/devices/token", &json!({})).await.done(201);
        let mut live = Subscriber::open(&renewing.api.at(node.base()), &path, None).await;
        let begun = Instant::now();
        let next = renewing.api.with_token(told["device_token"].as_str().unwrap());
        next.get(&format!("/exhibitors/{}/leads", space.id)).await.done(200);
        ended(&mut live, begun, 4401).await;

        // A sign-in.
        let mut live = ada.at(&node.base()).live(None).await;
        let begun = Instant::now();
        assert!(ada.api.post("/auth/logout", &json!({})).await.status < 300);
        ended(&mut live, begun, 4401).await;
        ada.at(&node.base()).leads("").await.refused("not_signed_in");
    });
}
