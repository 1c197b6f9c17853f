//! What a phone does about troubles of its own: a database that refuses for a while, a list that cannot be read.

use super::{PHONE, Stand, entered, next_result, typed, visitors};
use harness::browser::Browser;
use harness::wire::Weather;
use harness::{eventually, on_every_engine};
use serde_json::json;

/// A phone's feed over a network of this page's own: the list cannot be read again while the socket goes on. Gives
/// where each connection began and what was told.
const FEED: &str = "(async () => {
    const told = [];
    const sockets = [];
    let isCut = false;
    window.WebSocket = class {
        constructor(url) {
            this.since = new URL(url).searchParams.get('since');
            sockets.push(this);
        }
        close() { setTimeout(() => this.onclose?.({ code: 1006 })); }
    };
    window.fetch = async (path) => {
        if (path.includes('/badge-filter')) return new Response(null, { status: 304 });
        if (!path.includes('/leads?')) return Response.json({ members: [] });
        if (isCut) throw new TypeError('the network is away');
        return Response.json({ items: [{ id: `listed ${sockets.length}` }], seq: sockets.length ? 20 : 5 });
    };
    const tell = (lead) => told.push(lead.id);
    const style = document.querySelector('link[rel=stylesheet]').href;
    const { Feed } = await import(new URL('../js/scan/feed.js', style));
    const feed = new Feed({ eventId: 'e', exhibitorId: 'x', token: 't' }, {
        crew() {}, filter() {}, filterVersion: () => 0, lead: tell, frame: ({ lead }) => tell(lead), moved() {},
    }, {});
    const connected = async (count) => { while (sockets.length < count) await new Promise((go) => setTimeout(go, 10)); };
    const say = (...frames) => { for (const frame of frames) sockets.at(-1).onmessage({ data: JSON.stringify(frame) }); };
    await connected(1);
    isCut = true;
    say({ type: 'hello', seq: 9 }, { type: 'resync', seq: 9 }, { type: 'lead.captured', seq: 12, lead: { id: 'later' } });
    await connected(2);
    isCut = false;
    say({ type: 'hello', seq: 12 }, { type: 'resync', seq: 12 }, { type: 'lead.captured', seq: 21, lead: { id: 'last' } });
    while (!told.includes('last')) await new Promise((go) => setTimeout(go, 10));
    feed.stop();
    return { since: sockets.map((one) => one.since), told, place: feed.since };
})()";

/// A number without what parts it for the eye.
fn bare(number: &str) -> String {
    number.replace('-', "")
}

on_every_engine! {
    async fn a_phone_whose_list_cannot_be_read_goes_past_nothing(fair) {
        let Some(browser) = Browser::start().await else { return };
        let mut tab = browser.tab(PHONE.0, PHONE.1).await;
        tab.go(&format!("{}/sign-in", fair.site.api.base())).await;
        let went = tab.value(FEED).await;
        assert_eq!(went["since"], json!(["5", "5"]), "{went}");
        assert_eq!((&went["told"], &went["place"]), (&json!(["listed 0", "listed 2", "last"]), &json!(21)));
    }

    async fn a_database_that_refused_for_a_while_costs_no_phone_its_day(fair) {
        // On plain HTTP a browser has no files of its own, and scans lie in a database.
        let switches = ["--host-resolver-rules=MAP stand.test 127.0.0.1".to_owned()];
        let Some(browser) = Browser::start_with(&switches).await else { return };
        let mut stand = Stand::at(fair, "Acme").await;
        stand.wire.base = stand.wire.base.replace("127.0.0.1", "stand.test");
        let badges = visitors::<5>(fair).await;
        let mut tab = browser.tab(PHONE.0, PHONE.1).await;
        stand.pair(&mut tab).await;
        let mut last = String::new();
        typed(&mut tab, &badges[0].number).await;
        next_result(&mut tab, &mut last).await;
        tab.until("document.querySelector('.sync-chip').dataset.unsent === '0'").await;

        // The browser closed the database, and there is no room for another. The next scan has its number by then
        // and is sent from memory, as the phone says; after it nothing is taken, and that is said too.
        let cleared = json!({"origin": stand.wire.base, "storageTypes": "indexeddb"});
        tab.ask("Storage.overrideQuotaForOrigin", &json!({"origin": stand.wire.base, "quotaSize": 1})).await;
        tab.ask("Storage.clearDataForOrigin", &cleared).await;
        typed(&mut tab, &badges[1].number).await;
        let text = next_result(&mut tab, &mut last).await;
        assert!(text.contains("Kept in memory only"), "{text}");
        eventually(async || (stand.scanned().await.len() == 2).then_some(())).await;
        entered(&mut tab, &badges[4].number).await;
        let failed = "[...document.querySelectorAll('.toast')].some((one) => one.innerText.includes('Not saved: no space is left on this phone'))";
        tab.until(failed).await;
        // There is room again: the next one is kept, and what was in memory with it.
        tab.ask("Storage.overrideQuotaForOrigin", &json!({"origin": stand.wire.base})).await;
        typed(&mut tab, &badges[2].number).await;
        next_result(&mut tab, &mut last).await;
        tab.until("document.querySelector('.sync-chip').dataset.unsent === '0'").await;

        // It closes the database once more, for nothing but a moment: nobody notices.
        tab.ask("Storage.clearDataForOrigin", &cleared).await;
        stand.wire.turn(Weather::Cut);
        typed(&mut tab, &badges[3].number).await;
        next_result(&mut tab, &mut last).await;
        let kept = tab.value("(async () => {
            const request = (asked) => new Promise((yes, no) => { asked.onsuccess = () => yes(asked.result); asked.onerror = no; });
            const database = await request(indexedDB.open('leadline scans', 1));
            const pieces = await request(database.transaction('pieces').objectStore('pieces').getAll());
            database.close();
            return new Blob(pieces).text();
        })()").await;
        assert!(bare(kept.as_str().unwrap()).contains(&bare(&badges[3].number)), "{kept}");
        stand.wire.turn(Weather::Fair);
        tab.value("window.dispatchEvent(new Event('online'))").await;
        tab.until("document.querySelector('.sync-chip').dataset.unsent === '0'").await;
        let scanned = stand.scanned().await;
        let scanned: Vec<String> = scanned.iter().map(|number| bare(number)).collect();
        let wanted: Vec<String> = badges[..4].iter().map(|badge| bare(&badge.number)).collect();
        assert_eq!(scanned, wanted, "each once, and not the one that was said not to be saved");
    }

    async fn a_phone_without_space_opens_and_sends_what_it_had_kept(fair) {
        let switches = ["--host-resolver-rules=MAP stand.test 127.0.0.1".to_owned()];
        let Some(browser) = Browser::start_with(&switches).await else { return };
        let mut stand = Stand::at(fair, "Acme").await;
        stand.wire.base = stand.wire.base.replace("127.0.0.1", "stand.test");
        let badges = visitors::<2>(fair).await;
        let mut tab = browser.tab(PHONE.0, PHONE.1).await;
        stand.pair(&mut tab).await;
        stand.wire.turn(Weather::Cut);
        typed(&mut tab, &badges[0].number).await;
        let mut last = String::new();
        next_result(&mut tab, &mut last).await;
        tab.until("document.querySelector('.sync-chip').dataset.unsent === '1'").await;

        // Opened anew without room even to say that it was: what had been kept is there, and is sent.
        tab.ask("Storage.overrideQuotaForOrigin", &json!({"origin": stand.wire.base, "quotaSize": 1})).await;
        stand.wire.turn(Weather::Fair);
        tab.go(&format!("{}/scan", stand.wire.base)).await;
        tab.until("document.querySelector('.sync-chip') !== null").await;
        eventually(async || (stand.scanned().await.len() == 1).then_some(())).await;

        // Once there is room the phone notes what has arrived, and goes on.
        tab.ask("Storage.overrideQuotaForOrigin", &json!({"origin": stand.wire.base})).await;
        tab.until("document.querySelector('.sync-chip').dataset.unsent === '0'").await;
        typed(&mut tab, &badges[1].number).await;
        next_result(&mut tab, &mut last).await;
        tab.until("document.querySelector('.sync-chip').dataset.unsent === '0'").await;
        let scanned: Vec<String> = stand.scanned().await.iter().map(|number| bare(number)).collect();
        assert_eq!(scanned, badges.map(|badge| bare(&badge.number)));
    }
}
