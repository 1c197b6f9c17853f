//! The live streams: everything after `since`, in order, once, whatever node and however often a
//! subscriber reconnects; and the end of a stream with the end of the right.

mod rights;

use harness::chaos::Dice;
use harness::{Engine, Fair, Phone, Received, Space, Subscriber, TeamMember, eventually, on_every_engine};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::Duration;

on_every_engine! {
    async fn a_scan_arrives_with_its_lead(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        let badge = fair.registration("Noor Aziz").badge().await;
        let mut live = ada.live(None).await;
        let scan = ines.scanned(&badge);
        ines.deliver(std::slice::from_ref(&scan)).await.all_accepted();
        let frame = live.entry().await;
        assert_eq!((&frame["type"], &frame["capture"]["id"]), (&json!("lead.captured"), &scan["id"]));
        assert_eq!(frame["lead"]["registration"]["first_name"], "Noor");
        assert_eq!(frame["seq"].as_u64(), Some(live.hello + 1));
        assert!(frame["sent_at_us"].is_i64() && frame["at"].is_string());
    }

    async fn a_list_and_then_a_stream_from_its_seq_miss_nothing(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        ines.scan("BEFORE").upload().await.all_accepted();
        let seq = ada.leads("").await.json()["seq"].as_u64().unwrap();
        let between = ines.scanned("BETWEEN");
        ines.deliver(std::slice::from_ref(&between)).await.all_accepted();
        let mut live = ada.live(Some(seq)).await;
        assert_eq!(live.hello, seq + 1);
        assert_eq!(live.entry().await["capture"]["id"], between["id"]);
    }

    async fn everything_after_since_comes_in_order_once(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        let start = ada.live(None).await.hello;
        let mut sent = Vec::new();
        // More than an audience keeps in memory and than one page of the table holds.
        for _ in 0..6 {
            let batch: Vec<Value> = (0..250).map(|_| ines.capture("note", &json!({"code": "HALL", "text": "x"}))).collect();
            ines.deliver(&batch).await.all_accepted();
            sent.extend(batch.iter().map(|capture| capture["id"].as_str().unwrap().to_owned()));
        }
        let mut live = ada.live(Some(start)).await;
        let got = live.captures_until(start + 1500).await;
        assert!(got.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert_eq!(got.into_iter().map(|(_, id)| id).collect::<Vec<_>>(), sent);
    }

    async fn no_hole_and_no_repeat_across_reconnects_while_phones_write(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let other = fair.exhibitor("Bolt").phones(["Vic"]).await;
        let ada = space.admin("Ada").await;
        let start = ada.live(None).await.hello;
        let writing = Writing::begin(&space, 3, 25, Some(other.into_iter().next().unwrap())).await;
        let (streamed, polled) = tokio::join!(
            restless(&ada, start, &writing, 11),
            poller(&ada, start, &writing),
        );
        let sent = writing.sent().await;
        assert_complete(&streamed, &sent);
        assert_complete(&polled, &sent);
    }

    async fn a_position_beyond_the_head_is_told_to_list_again(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        ines.scan("HALL").upload().await.all_accepted();
        let mut live = ada.live(Some(1_000_000)).await;
        let Received::Frame(frame) = live.next().await else { panic!("a message") };
        assert_eq!((&frame["type"], frame["seq"].as_u64()), (&json!("resync"), Some(live.hello)));
        ines.scan("HALL").upload().await.all_accepted();
        assert_eq!(live.entry().await["type"], "lead.captured", "the stream goes on from there");
        let polled = ada.poll(Some(1_000_000), 0).await;
        assert_eq!((&polled["messages"][0]["type"], &polled["seq"]), (&json!("resync"), &polled["head"]));
    }

    async fn a_position_older_than_what_is_kept_is_told_to_list_again(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        for _ in 0..5 {
            ines.scan("HALL").upload().await.all_accepted();
        }
        let head = ada.leads("").await.json()["seq"].as_u64().unwrap();
        let mut tx = fair.app().write().await.unwrap();
        let soon = fair.now().plus_micros(1_000_000);
        server::feed::store::prune(&mut tx, fair.site.event, soon, 2).await.unwrap();
        tx.commit(&fair.app().hub).await.unwrap();
        let mut old = ada.live(Some(head - 4)).await;
        assert_eq!(old.entry().await["type"], "resync");
        let mut kept = ada.live(Some(head - 2)).await;
        assert_eq!(kept.entry().await["seq"].as_u64(), Some(head - 1));
    }

    async fn without_since_only_what_is_new_comes(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        ines.scan("OLD").upload().await.all_accepted();
        let mut live = ada.live(None).await;
        let new = ines.scanned("NEW");
        ines.deliver(std::slice::from_ref(&new)).await.all_accepted();
        assert_eq!(live.entry().await["capture"]["id"], new["id"]);
    }

    async fn a_poll_waits_for_the_first_thing_that_comes(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        let seq = ada.poll(None, 0).await["seq"].as_u64().unwrap();
        let waiting = async {
            // A poll may bring states alone; the reader asks again.
            let mut since = seq;
            loop {
                let polled = ada.poll(Some(since), 20).await;
                since = polled["seq"].as_u64().unwrap();
                let messages = polled["messages"].as_array().unwrap();
                if let Some(frame) = messages.iter().find(|frame| frame["type"] == "lead.captured") {
                    return frame.clone();
                }
            }
        };
        let (frame, _) = tokio::join!(waiting, ines.scan("HALL").upload());
        assert_eq!(frame["seq"].as_u64(), Some(seq + 1));
        let nothing = ada.poll(Some(seq + 1), 0).await;
        assert_eq!(nothing["seq"].as_u64(), Some(seq + 1));
    }

    async fn a_slow_subscriber_is_cut_off_and_resumes_while_the_others_go_on(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada").await);
        let path = format!("/exhibitors/{}/live", space.id);
        let mut slow = Subscriber::open_narrow(&ada.api, &path, None, 4096).await;
        let start = slow.hello;
        let mut quick = ada.live(None).await;
        // Each message shows the newest 20 notes: 200 kB, far more than sockets buffer.
        let text = "n".repeat(10_000);
        let head = start + 120;
        let flood = async {
            for _ in 0..6 {
                let batch: Vec<Value> = (0..20).map(|_| ines.capture("note", &json!({"code": "HALL", "text": text}))).collect();
                ines.deliver(&batch).await.all_accepted();
            }
        };
        let (quickly, ()) = tokio::join!(quick.captures_until(head), flood);
        assert_eq!(quickly.len(), 120);
        eventually(|| async { (fair.app().metrics.too_slow.get() == 1).then_some(()) }).await;
        assert_eq!(slow.end().await, Some(4408));
        let seen = slow.seen;
        assert!(seen < head, "it was cut off");
        let mut resumed = ada.live(Some(seen)).await;
        assert_eq!(resumed.captures_until(head).await.len() as u64, head - seen);
    }

    async fn a_server_that_stops_tells_its_streams_to_reconnect(fair) {
        let ada = fair.exhibitor("Acme").open().await.admin("Ada").await;
        let mut live = ada.live(None).await;
        let node = fair.node();
        let (code, ()) = tokio::join!(live.end(), node.stop());
        assert_eq!(code, Some(1012));
    }

    async fn a_commit_that_nobody_waits_for_is_told_all_the_same(fair) {
        let (app, event) = (fair.app(), fair.site.event);
        for _ in 0..20 {
            let mut tx = app.write().await.unwrap();
            let entry = server::feed::NewEntry {
                space: event.into(),
                kind: server::feed::EntryKind::Access,
                lead: None,
                capture: None,
                other: None,
                at: app.now(),
                sent_at_us: app.now().as_micros(),
            };
            let seq = server::feed::store::append(&mut tx, event, &[entry]).await.unwrap();
            // A client that goes away drops whatever its request was waiting for.
            let mut commit = Box::pin(tx.commit(&app.hub));
            std::future::poll_fn(|cx| Poll::Ready(commit.as_mut().poll(cx).is_ready())).await;
            drop(commit);
            let feed = app.hub.feed(event);
            eventually(async || (*feed.head.borrow() >= seq).then_some(())).await;
        }
    }
}

#[test]
fn two_servers_on_one_postgres_each_serve_every_subscriber() {
    harness::run(Engine::Postgres, "two_servers_on_one_postgres", async |fair: &Fair| {
        let node = fair.another_node().await;
        let space = fair.exhibitor("Acme").open().await;
        let ada = space.admin("Ada").await;
        let there = ada.at(&node.base());
        let start = ada.live(None).await.hello;
        let mut away = space.phone("Away").await;
        away.api = away.api.at(node.base());
        let writing = Writing::begin(&space, 2, 25, Some(away)).await;
        let (here, elsewhere, polled) = tokio::join!(
            restless(&ada, start, &writing, 5),
            restless(&there, start, &writing, 6),
            poller(&there, start, &writing),
        );
        let sent = writing.sent().await;
        assert_complete(&here, &sent);
        assert_complete(&elsewhere, &sent);
        assert_complete(&polled, &sent);
        assert_eq!(space.rows_unlike_their_log().await, []);
    });
}

#[test]
fn a_right_withdrawn_at_one_server_ends_streams_at_the_other() {
    harness::run(Engine::Postgres, "a_right_withdrawn_at_one_server", async |fair: &Fair| {
        let node = fair.another_node().await;
        let space = fair.exhibitor("Acme").open().await;
        let sam = space.scanner("Sam").await;
        let mut live = sam.at(&node.base()).live(None).await;
        sam.at(&node.base()).leads("").await.done(200);
        fair.site.remove_member(sam.id).await;
        assert_eq!(live.end().await, Some(4403));
        sam.at(&node.base()).leads("").await.refused("not_found");
    });
}

#[test]
fn two_servers_that_meet_in_opposite_orders_lose_nothing() {
    harness::run(Engine::Postgres, "two_servers_in_opposite_orders", async |fair: &Fair| {
        let node = fair.another_node().await;
        let space = fair.exhibitor("Acme").open().await;
        let ada = space.admin("Ada").await;
        let codes: Vec<String> = (0..20).map(|number| format!("HALL-{number}")).collect();
        let mut sending = tokio::task::JoinSet::new();
        for place in 0..4 {
            let mut phone = space.phone(&format!("Phone {place}")).await;
            let mut codes = codes.clone();
            if place % 2 == 1 {
                phone.api = phone.api.at(node.base());
                codes.reverse();
            }
            sending.spawn(async move {
                for _ in 0..8 {
                    let batch: Vec<Value> = codes.iter().map(|code| phone.scanned(code.as_str())).collect();
                    phone.deliver(&batch).await.all_accepted();
                }
            });
        }
        while let Some(sent) = sending.join_next().await {
            sent.unwrap();
        }
        let list: Value = ada.leads("").await.ok();
        assert_eq!(list["total"], 20);
        assert!(list["items"].as_array().unwrap().iter().all(|lead| lead["scan_count"] == 32));
        assert_eq!(space.rows_unlike_their_log().await, []);
    });
}

/// Phones that write while others read.
struct Writing {
    sending: tokio::sync::Mutex<tokio::task::JoinSet<Vec<String>>>,
    is_over: Arc<AtomicBool>,
    head: Arc<tokio::sync::Mutex<Option<u64>>>,
    sent: tokio::sync::Mutex<Vec<String>>,
    site: harness::builders::Site,
}

impl Writing {
    /// Some phones of a space, each sending so many batches; one more at another space or server.
    async fn begin(space: &Space, phones: usize, batches: usize, other: Option<Phone>) -> Self {
        let mut sending = tokio::task::JoinSet::new();
        let own = space.id;
        let mut all = Vec::new();
        for number in 0..phones {
            all.push(space.phone(&format!("Phone {number}")).await);
        }
        all.extend(other);
        for (number, phone) in all.into_iter().enumerate() {
            let mut dice = Dice::new(number as u64);
            sending.spawn(async move {
                let mut sent = Vec::new();
                for _ in 0..batches {
                    let count = 1 + dice.below(4);
                    let batch: Vec<Value> =
                        (0..count).map(|_| phone.scanned(format!("HALL-{}", dice.below(9)).as_str())).collect();
                    phone.deliver(&batch).await.all_accepted();
                    if phone.exhibitor == own {
                        sent.extend(batch.iter().map(|scan| scan["id"].as_str().unwrap().to_owned()));
                    }
                    tokio::time::sleep(Duration::from_millis(dice.below(12))).await;
                }
                sent
            });
        }
        Self {
            sending: sending.into(),
            is_over: Arc::default(),
            head: Arc::default(),
            sent: tokio::sync::Mutex::default(),
            site: space.site.clone(),
        }
    }

    /// The head of the feed once everybody has finished; none before.
    async fn final_head(&self) -> Option<u64> {
        if !self.is_over.load(Ordering::Acquire) {
            let mut sending = self.sending.try_lock().ok()?;
            while let Some(done) = sending.try_join_next() {
                self.sent.lock().await.extend(done.unwrap());
            }
            if !sending.is_empty() {
                return None;
            }
            let mut tx = self.site.app.read().await.unwrap();
            *self.head.lock().await = Some(server::feed::store::head(&mut tx, self.site.event).await.unwrap());
            tx.done().await.unwrap();
            self.is_over.store(true, Ordering::Release);
        }
        *self.head.lock().await
    }

    async fn sent(self) -> Vec<String> {
        assert!(self.final_head().await.is_some());
        self.sent.into_inner()
    }
}

/// Connects, listens for a moment, vanishes without a word, and comes back with what it saw.
async fn restless(who: &TeamMember, mut since: u64, writing: &Writing, seed: u64) -> Vec<(u64, String)> {
    let mut dice = Dice::new(seed);
    let mut got = Vec::new();
    let mut connections = 0;
    loop {
        let over = writing.final_head().await;
        let mut live = who.live(Some(since)).await;
        connections += 1;
        let patience = tokio::time::sleep(Duration::from_millis(5 + dice.below(40)));
        let mut left = 1 + dice.below(30);
        tokio::pin!(patience);
        loop {
            tokio::select! {
                received = live.next() => {
                    let Received::Frame(frame) = received else { break };
                    if frame["type"] == "lead.captured" {
                        got.push((frame["seq"].as_u64().unwrap(), frame["capture"]["id"].as_str().unwrap().to_owned()));
                    }
                    left -= 1;
                    if left == 0 { break }
                }
                () = &mut patience => break,
            }
        }
        since = live.seen;
        // The last entries may be another space's, which never come here.
        let Some(head) = over else { continue };
        if since >= head || nothing_left(who, since).await {
            assert!(connections > 3, "it did reconnect");
            return got;
        }
    }
}

async fn nothing_left(who: &TeamMember, since: u64) -> bool {
    let polled = who.poll(Some(since), 0).await;
    !polled["messages"].as_array().unwrap().iter().any(|frame| frame["type"] == "lead.captured")
}

/// Polls until everything is there.
async fn poller(who: &TeamMember, mut since: u64, writing: &Writing) -> Vec<(u64, String)> {
    let mut got = Vec::new();
    loop {
        let over = writing.final_head().await;
        let polled = who.poll(Some(since), 1).await;
        for frame in polled["messages"].as_array().unwrap() {
            if frame["type"] == "lead.captured" {
                got.push((frame["seq"].as_u64().unwrap(), frame["capture"]["id"].as_str().unwrap().to_owned()));
            }
        }
        since = polled["seq"].as_u64().unwrap();
        if over.is_some_and(|head| since >= head) {
            return got;
        }
    }
}

fn assert_complete(got: &[(u64, String)], sent: &[String]) {
    assert!(got.windows(2).all(|pair| pair[0].0 < pair[1].0), "in order, each once");
    let ids: BTreeSet<&String> = got.iter().map(|(_, id)| id).collect();
    assert_eq!(ids.len(), got.len(), "no capture twice");
    assert_eq!(ids, sent.iter().collect(), "no hole");
}
