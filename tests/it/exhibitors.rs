//! Exhibitors of an event: who adds, changes and deletes them, and what stays of their leads.

use harness::{Answer, on_every_engine};
use serde_json::{Value, json};

on_every_engine! {
    async fn an_exhibitor_is_added_read_and_changed(fair) {
        let olga = fair.organizer().await;
        let made = olga.create_exhibitor(&json!({"slug": "acme", "name": "Acme", "booth": "Hall 2 / B14"})).await;
        let acme = made.done(201);
        assert_eq!((made.header("etag"), acme["booth"].as_str()), (Some("\"1\""), Some("Hall 2 B14")));
        assert_eq!((acme["booths"][0]["hall"].as_str(), acme["booths"][0]["number"].as_str()), (Some("Hall 2"), Some("B14")));
        let path = format!("/events/{}/exhibitors/{}", fair.site.event, acme["id"].as_str().unwrap());
        assert_eq!(olga.api.get(&path).await.done(200), acme);
        let moved = olga.api.patch(&path, Some("\"1\""), &json!({"name": "Acme SA", "booth": {"hall": "3", "number": "C1"}, "visibility": "own"})).await;
        let moved = moved.done(200);
        assert_eq!((moved["name"].as_str(), moved["booth"].as_str(), moved["visibility"].as_str()), (Some("Acme SA"), Some("3 C1"), Some("own")));
        assert_eq!(moved["booths"][0]["id"], acme["booths"][0]["id"], "scans and devices know the booth by its id");
        olga.api.patch(&path, Some("\"1\""), &json!({"name": "Old"})).await.refused("old_version");
        let two = olga.api.patch(&path, None, &json!({"booth": "4 / A1; 3 / C1"})).await.done(200);
        assert_eq!(two["booths"].as_array().unwrap().len(), 2);
        assert_eq!(two["booths"][0], moved["booths"][0], "the one that stayed where it was is the same");
        let one = olga.api.patch(&path, None, &json!({"booth": [{"hall": "4", "number": "A1"}]})).await.done(200);
        assert_eq!((one["booths"].as_array().unwrap().len(), &one["booths"][0]["id"]), (1, &two["booths"][1]["id"]));
        let gone = olga.api.patch(&path, None, &json!({"booth": null})).await.done(200);
        assert_eq!(gone["booth"], Value::Null);
    }

    async fn every_page_of_a_space_names_all_of_its_stands(fair) {
        let acme = fair.exhibitor("Acme").open().await;
        let ada = acme.admin("Ada Admin").await;
        let path = format!("/events/{}/exhibitors/{}", fair.site.event, acme.id);
        fair.organizer().await.api.patch(&path, None, &json!({"booth": "4 / A1; 3 / C1"})).await.done(200);
        for page in ["", "/leads", "/team", "/devices"] {
            let html = ada.api.get(&format!("//exhibitors/{}{page}", acme.id)).await.text();
            assert!(html.contains("4 A1") && html.contains("3 C1"), "{page}");
        }
    }

    async fn wrong_fields_and_taken_slugs_are_refused(fair) {
        let olga = fair.organizer().await;
        let problem = olga.create_exhibitor(&json!({"slug": "A", "name": "", "booth": "Hall 2 /"})).await.refused("invalid_field");
        let pointers: Vec<&str> = problem.errors.iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(pointers, ["/slug", "/name", "/booth"]);
        olga.create_exhibitor(&json!({"slug": "acme"})).await.refused("invalid_field");
        olga.create_exhibitor(&json!({"slug": "acme", "name": "Acme", "booth": 14})).await.refused("invalid_field");
        olga.create_exhibitor(&json!({"slug": "acme", "name": "Acme"})).await.done(201);
        olga.create_exhibitor(&json!({"slug": "acme", "name": "Acme again"})).await.refused("already_exists");
        // Slugs are unique within an event only.
        let elsewhere = fair.elsewhere().await.organizer_member("Pia", "manager").await;
        elsewhere.create_exhibitor(&json!({"slug": "acme", "name": "Acme"})).await.done(201);
    }

    async fn exhibitors_are_seen_by_their_organizer_and_changed_by_its_managers(fair) {
        let acme = fair.exhibitor("Acme").open().await;
        let admin = acme.admin("Ada").await;
        let list = format!("/events/{}/exhibitors", fair.site.event);
        let one = format!("{list}/{}", acme.id);
        for role in ["viewer", "desk"] {
            let person = fair.site.organizer_member(role, role).await;
            person.api.get(&list).await.done(200);
            person.api.get(&one).await.done(200);
            person.create_exhibitor(&json!({"slug": "x", "name": "X"})).await.refused("forbidden");
            person.api.patch(&one, None, &json!({"name": "X"})).await.refused("forbidden");
            person.api.delete(&one).await.refused("forbidden");
        }
        let stranger = fair.elsewhere().await.organizer_member("Pia", "owner").await;
        for api in [&admin.api, &stranger.api] {
            api.get(&list).await.refused("not_found");
            api.get(&one).await.refused("not_found");
            api.delete(&one).await.refused("not_found");
        }
        // An exhibitor of another event is not there, under one's own event either.
        let theirs = stranger.site.exhibitor("Bolt").open().await;
        let path = format!("{list}/{}", theirs.id);
        let olga = fair.organizer().await;
        olga.api.get(&path).await.refused("not_found");
        olga.api.patch(&path, None, &json!({"name": "Mine"})).await.refused("not_found");
        olga.api.delete(&path).await.refused("not_found");
        let both = stranger.site.organizer_member("Bea", "owner").await;
        let mut tx = fair.app().write().await.unwrap();
        server::accounts::store::make_owner(&mut tx, fair.site.organizer, both.account).await.unwrap();
        tx.commit(&fair.app().hub).await.unwrap();
        both.api.delete(&path).await.refused("not_found");
    }

    async fn exhibitors_are_listed_in_pages(fair) {
        let olga = fair.organizer().await;
        for at in 0..5 {
            olga.create_exhibitor(&json!({"slug": format!("x{at}"), "name": format!("X {at}"), "booth": format!("1/{at}")})).await.done(201);
        }
        let (mut names, mut cursor) = (Vec::new(), String::new());
        loop {
            let page: Value = olga.api.get(&format!("/events/{}/exhibitors?limit=2{cursor}", fair.site.event)).await.ok();
            for exhibitor in page["items"].as_array().unwrap() {
                names.push((exhibitor["name"].as_str().unwrap().to_owned(), exhibitor["booth"].as_str().unwrap().to_owned()));
            }
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        let expected: Vec<_> = (0..5).map(|at| (format!("X {at}"), format!("1 {at}"))).collect();
        assert_eq!(names, expected);
    }

    async fn an_exhibitor_without_leads_goes_at_once(fair) {
        let olga = fair.organizer().await;
        let acme = fair.exhibitor("Acme").open().await;
        let admin = acme.admin("Ada").await;
        let path = format!("/events/{}/exhibitors/{}", fair.site.event, acme.id);
        olga.api.delete(&path).await.done(204);
        olga.api.delete(&path).await.refused("not_found");
        admin.leads("").await.refused("not_found");
        olga.create_exhibitor(&json!({"slug": "acme", "name": "Acme"})).await.done(201);
    }

    async fn an_exhibitor_with_leads_goes_after_a_confirmation_and_its_leads_stay_in_a_file(fair) {
        let olga = fair.organizer().await;
        let space = fair.exhibitor("Acme").open().await;
        let (phone, admin) = (space.phone("Ines").await, space.admin("Ada").await);
        let (noor, crew) = (fair.registration("Noor Aziz").badge().await, fair.registration("Carl Crew").category("crew").badge().await);
        phone.scan(&noor).note("wants a demo").upload().await.all_accepted();
        phone.scan(&crew).upload().await;
        let path = format!("/events/{}/exhibitors/{}", fair.site.event, space.id);
        olga.api.delete(&path).await.refused("confirmation_required");
        olga.api.delete(&format!("{path}?confirm=everything")).await.refused("invalid_field");
        admin.leads("").await.done(200);
        olga.api.delete(&format!("{path}?confirm=leads")).await.done(204);
        admin.leads("").await.refused("not_found");
        let folder = fair.database.directory().join("kept-exports");
        let files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
        assert_eq!(files.len(), 1);
        let text = std::fs::read_to_string(&files[0]).unwrap();
        let leads: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(leads.len(), 2);
        assert!(leads.iter().any(|lead| lead["notes"][0]["text"] == "wants a demo"), "{text}");
        assert!(text.contains("Aziz") && !text.contains("Carl"), "what is not disclosed is not in the file either");
        // The phone may not read any more, and a second exhibitor of this name begins empty.
        let reading: Answer = phone.api.get(&format!("/exhibitors/{}/leads", space.id)).await;
        assert!(reading.status >= 400, "{}", reading.text());
        let again = olga.create_exhibitor(&json!({"slug": "acme", "name": "Acme"})).await.done(201);
        let leads: Value = olga.api.get(&format!("/exhibitors/{}/leads", again["id"].as_str().unwrap())).await.ok();
        assert_eq!(leads["total"], 0);
    }
}
