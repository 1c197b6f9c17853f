//! Views: an organiser sees a space as one of its members does, for a time, and changes nothing.

use crate::helpdesk::picture;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use harness::browser::Browser;
use harness::http::Api;
use harness::{Fair, Organizer, Space, Subscriber, TeamMember, on_every_engine};
use serde_json::{Value, json};

const MINUTE: i64 = 60_000_000;

/// An exhibitor with a lead, its admin, and whoever of the organizer looks.
struct Scene {
    space: Space,
    admin: TeamMember,
    looks: Organizer,
}

impl Scene {
    async fn open(fair: &Fair, role: &str) -> Self {
        let space = fair.exhibitor("Acme").open().await;
        let badge = fair.registration("Noor Aziz").badge().await;
        space.phone("Ines").await.scan(&badge).note("call on Monday").upload().await.all_accepted();
        let admin = space.admin("Ada Admin").await;
        Self { admin, looks: fair.site.organizer_member("Vera Viewer", role).await, space }
    }

    async fn view(&self) -> (Api, Value) {
        let views = format!("/events/{}/views", self.space.site.event);
        let begun = self.looks.api.post(&views, &json!({"member_id": self.admin.id})).await.done(201);
        (self.looks.api.with_token(begun["token"].as_str().unwrap()), begun)
    }

    fn at(&self, path: &str) -> String {
        format!("/exhibitors/{}{path}", self.space.id)
    }
}

on_every_engine! {
    async fn a_view_shows_what_the_member_sees_and_refuses_every_change(fair) {
        let scene = Scene::open(fair, "owner").await;
        let (view, _) = scene.view().await;
        let seen = view.get(&scene.at("/leads")).await.done(200);
        let own = scene.admin.api.get(&scene.at("/leads")).await.done(200);
        assert_eq!(seen["items"], own["items"]);
        let lead = seen["items"][0]["id"].as_str().unwrap();
        let edit = view.patch(&scene.at(&format!("/leads/{lead}")), Some("\"1\""), &json!({"rating": "hot"})).await;
        edit.refused("view_only");
        view.get(&scene.at("/leads/export?format=csv")).await.refused("view_only");
        let batch = json!({"sent_at": fair.now(), "exhibitor_id": scene.space.id, "captures": []});
        view.post("/captures", &batch).await.refused("view_only");
        view.get("/me").await.refused("view_only");
        let bolt = fair.exhibitor("Bolt").open().await;
        view.get(&format!("/exhibitors/{}/leads", bolt.id)).await.refused("not_found");
    }

    async fn a_view_is_bound_by_what_binds_the_member(fair) {
        let space = fair.exhibitor("Acme").with_own_leads_only().open().await;
        let (badge, other) = (fair.registration("Noor Aziz").badge().await, fair.registration("Omar Bell").badge().await);
        let [ines, omar] = [space.scanner("Ines Ito").await, space.scanner("Omar Olsen").await];
        let scan = |code: &str| vec![json!({"id": fair.app().new_id::<mobile_core::ids::CaptureId>(), "kind": "scan",
            "captured_at": fair.now(), "code": code})];
        ines.deliver(&scan(&badge.code)).await.done(200);
        omar.deliver(&scan(&other.code)).await.done(200);
        let owner = fair.organizer().await;
        let begun = owner.api.post(&format!("/events/{}/views", fair.site.event), &json!({"member_id": ines.id})).await;
        let view = owner.api.with_token(begun.done(201)["token"].as_str().unwrap());
        let seen = view.get(&format!("/exhibitors/{}/leads", space.id)).await.done(200);
        assert_eq!(seen["total"], 1, "a scanner of such a team sees their own");
        view.get(&format!("/exhibitors/{}/team", space.id)).await.refused("forbidden");
    }

    async fn contacts_are_masked_for_who_may_not_see_them(fair) {
        let scene = Scene::open(fair, "viewer").await;
        let (view, begun) = scene.view().await;
        assert_eq!(begun["is_masked"], true);
        let seen = view.get(&scene.at("/leads")).await;
        let text = String::from_utf8(seen.body.clone()).unwrap();
        assert!(!text.contains("Noor") && !text.contains("Aziz") && !text.contains("Monday"), "{text}");
        let seen = seen.done(200);
        assert_eq!((seen["total"].as_u64(), &seen["items"][0]["scan_count"]), (Some(1), &json!(1)));
        let lead = seen["items"][0]["id"].as_str().unwrap();
        for path in [format!("/leads/{lead}"), format!("/leads/{lead}/history")] {
            let text = String::from_utf8(view.get(&scene.at(&path)).await.body).unwrap();
            assert!(!text.contains("Aziz") && !text.contains("Monday"), "{path}: {text}");
        }
        // Nor does the place of the next page say by what the last one was sorted.
        let other = fair.registration("Omar Bell").badge().await;
        scene.space.phone("Ines").await.scan(&other).upload().await.all_accepted();
        let first = view.get(&scene.at("/leads?sort=name&limit=1")).await.done(200);
        let cursor = first["next_cursor"].as_str().unwrap();
        let place = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).unwrap()).unwrap();
        assert!(!place.contains("aziz"), "{place}");
        let second = view.get(&scene.at(&format!("/leads?sort=name&limit=1&cursor={cursor}"))).await.done(200);
        assert_ne!(second["items"][0]["id"], first["items"][0]["id"]);
        assert_eq!((second["items"].as_array().unwrap().len(), &second["next_cursor"]), (1, &Value::Null));
        let noor = first["items"][0]["id"].as_str().unwrap();
        let version = format!("\"{}\"", first["items"][0]["version"]);
        scene.admin.edit(noor.parse().unwrap(), Some(&version), &json!({"add": ["fair"]})).await.done(200);
        let again = view.get(&scene.at(&format!("/leads?sort=name&limit=1&cursor={cursor}"))).await.done(200);
        assert_eq!(again["items"], second["items"], "the page goes on behind the same lead");
        view.get(&scene.at("/leads?q=noor")).await.refused("view_only");
        view.get(&scene.at("/feed?wait=0")).await.refused("view_only");
        scene.looks.api.get(&scene.at("/leads")).await.refused("forbidden");
    }

    async fn a_view_is_masked_once_whoever_looks_may_not_see_contacts_any_more(fair) {
        let (olga, scene) = (fair.organizer().await, Scene::open(fair, "manager").await);
        let (view, begun) = scene.view().await;
        assert_eq!(begun["is_masked"], false);
        let seen = view.get(&scene.at("/leads")).await;
        assert!(String::from_utf8(seen.body).unwrap().contains("Aziz"));
        let mut stream = Subscriber::open(&view, &scene.at("/live"), None).await;
        let member = format!("/organizers/{}/members/{}", fair.site.organizer, scene.looks.account);
        olga.api.patch(&member, None, &json!({"role": "viewer"})).await.done(200);
        assert_eq!(stream.end().await, Some(4403));
        let seen = String::from_utf8(view.get(&scene.at("/leads")).await.body).unwrap();
        assert!(!seen.contains("Aziz") && !seen.contains("Monday"), "{seen}");
        view.get(&scene.at("/feed?wait=0")).await.refused("view_only");
        let open = scene.looks.api.get(&format!("/events/{}/views", fair.site.event)).await.done(200);
        assert_eq!(open["items"][0]["is_masked"], true);
        // What comes back with the role is shown again: the view was opened with it.
        olga.api.patch(&member, None, &json!({"role": "manager"})).await.done(200);
        let seen = String::from_utf8(view.get(&scene.at("/leads")).await.body).unwrap();
        assert!(seen.contains("Aziz"), "{seen}");
    }

    async fn both_sides_find_the_view_in_their_activity(fair) {
        let scene = Scene::open(fair, "owner").await;
        let (_, begun) = scene.view().await;
        let event = fair.site.event;
        let of_event = scene.looks.api.get(&format!("/events/{event}/audit")).await.done(200);
        let of_space = scene.admin.api.get(&scene.at("/audit")).await.done(200);
        for log in [of_event, of_space] {
            let entry = log["items"].as_array().unwrap().iter().find(|entry| entry["action"] == "view_begun").cloned();
            let entry = entry.expect("the view is in the log");
            assert_eq!((&entry["subject"], &entry["actor"]), (&json!(scene.admin.id), &json!(scene.looks.account)));
        }
        let view = begun["id"].as_str().unwrap();
        assert_eq!(scene.looks.api.delete(&format!("/events/{event}/views/{view}")).await.status, 204);
        let of_space = scene.admin.api.get(&scene.at("/audit")).await.done(200);
        assert_eq!(of_space["items"][0]["action"], "view_left");
    }

    async fn a_view_ends_by_itself_by_leaving_and_with_what_it_rests_on(fair) {
        let scene = Scene::open(fair, "owner").await;
        let (view, begun) = scene.view().await;
        let mut stream = Subscriber::connect(&view, &scene.at("/live"), None, None).await.unwrap();
        let leave = format!("/events/{}/views/{}", fair.site.event, begun["id"].as_str().unwrap());
        assert_eq!(scene.looks.api.delete(&leave).await.status, 204);
        assert!(matches!(stream.end().await, Some(4401 | 4403)));
        view.get(&scene.at("/leads")).await.refused("not_signed_in");
        let (view, _) = scene.view().await;
        fair.app().clock.advance(31 * MINUTE);
        view.get(&scene.at("/leads")).await.refused("not_signed_in");
        let (view, _) = scene.view().await;
        fair.site.remove_member(scene.admin.id).await;
        view.get(&scene.at("/leads")).await.refused("not_signed_in");
        let ida = scene.space.admin("Ida Idle").await;
        let views = format!("/events/{}/views", fair.site.event);
        let begun = scene.looks.api.post(&views, &json!({"member_id": ida.id})).await.done(201);
        let view = scene.looks.api.with_token(begun["token"].as_str().unwrap());
        scene.looks.api.post("/auth/logout", &json!({})).await;
        fair.app().identities.clear();
        view.get(&scene.at("/leads")).await.refused("not_signed_in");
    }

    async fn an_organiser_looks_through_the_page_and_leaves_it(fair) {
        let Some(browser) = Browser::start().await else { return };
        let scene = Scene::open(fair, "owner").await;
        let (base, event) = (scene.looks.api.base().to_owned(), fair.site.event);
        let mut tab = browser.tab(1280, 900).await;
        tab.sign_in(&scene.looks.api).await;
        tab.go(&format!("{base}/events/{event}/exhibitors")).await;
        tab.click("[aria-label='View as one of the team of Acme']").await;
        tab.until("document.querySelector('h1')?.textContent.includes('See Acme as')").await;
        picture(&mut tab, "view-as-1440").await;
        tab.click("[aria-label='View as Ada Admin']").await;
        tab.until("location.pathname.endsWith('/leads') && document.querySelector('.viewing') !== null").await;
        tab.until("document.querySelector('.viewing').textContent.includes('Ada Admin')").await;
        tab.until("document.querySelector('#rows').textContent.includes('Noor')").await;
        picture(&mut tab, "viewing-1440").await;
        tab.theme("dark").await;
        picture(&mut tab, "viewing-1440-dark").await;
        tab.theme("light").await;
        let path = scene.at("/leads/x").replace("/leads/x", "/team");
        let refused = tab.value(&format!("fetch('/api/v1{path}', {{ method: 'POST', headers: {{ 'content-type': 'application/json' }}, body: '{{}}' }}).then((answer) => answer.json()).then((body) => body.code)")).await;
        assert_eq!(refused, json!("view_only"));
        // The organiser's own pages stay theirs meanwhile.
        let own = tab.value(&format!("fetch('/api/v1/events/{event}').then((answer) => answer.status)")).await;
        assert_eq!(own, json!(200));
        tab.go(&format!("{base}/exhibitors/{}/team", scene.space.id)).await;
        tab.until("document.querySelector('.viewing') !== null").await;
        tab.click(".viewing .button").await;
        tab.until(&format!("location.pathname === '/events/{event}/exhibitors'")).await;
        tab.go(&format!("{base}/exhibitors/{}/team", scene.space.id)).await;
        assert_eq!(tab.value("document.querySelector('.viewing')").await, Value::Null);
    }
}
