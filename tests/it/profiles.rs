//! What exhibitors show of themselves: the organiser's fields, the profile and its logo, and the list that
//! attendees search.

use crate::browsing::attendee;
use harness::http::{Answer, Api};
use harness::{Fair, Space, TeamMember, on_every_engine};
use image::{DynamicImage, ImageFormat};
use mobile_core::capture::ContactField;
use reqwest::Method;
use serde_json::{Value, json};
use std::io::Cursor;

/// Sends JSON in the place of what was there.
async fn put(api: &Api, path: &str, version: Option<i64>, body: &Value) -> Answer {
    let version = version.map(|version| format!("\"{version}\""));
    let mut headers = vec![("content-type", "application/json")];
    headers.extend(version.as_deref().map(|version| ("if-match", version)));
    api.send(Method::PUT, path, &headers, Some(body.to_string().into_bytes())).await
}

fn picture(width: u32, height: u32, kind: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::new_rgb8(width, height).write_to(&mut bytes, kind).unwrap();
    bytes.into_inner()
}

async fn upload(member: &TeamMember, space: &Space, kind: &str, bytes: Vec<u8>) -> Answer {
    let path = format!("/exhibitors/{}/profile/logo", space.id);
    member.api.send(Method::PUT, &path, &[("content-type", kind)], Some(bytes)).await
}

/// An attendee and where their own addresses begin.
async fn noor(fair: &Fair) -> (Api, String) {
    let badge = fair.registration("Noor Aziz").with(ContactField::Email, "noor@a.example").badge().await;
    (attendee(fair, "noor@a.example").await, format!("/attendee/{}", badge.registration))
}

/// The names of a list.
fn names(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect()
}

on_every_engine! {
    async fn what_an_admin_publishes_attendees_find_at_once(fair) {
        let (acme, olga) = (fair.exhibitor("Acmé Pumps").open().await, fair.organizer().await);
        let ada = acme.admin("Ada Admin").await;
        fair.exhibitor("Bolt").open().await;
        let booth = json!({"booth": "Hall 2 / B14"});
        olga.api.patch(&format!("/events/{}/exhibitors/{}", fair.site.event, acme.id), None, &booth).await.done(200);
        let team = format!("/exhibitors/{}/team", acme.id);
        let cleo = json!({"first_name": "Cleo", "last_name": "Contact", "email": "cleo@acme.example",
            "roles": ["commercial_contact"]});
        ada.api.post(&team, &cleo).await.done(201);
        let talk = json!({"title": "Zinc 2030", "exhibitor_id": acme.id, "starts_at": fair.now().plus_micros(3_600_000_000),
            "ends_at": fair.now().plus_micros(7_200_000_000)});
        olga.api.post(&format!("/events/{}/sessions", fair.site.event), &talk).await.done(201);
        let own = format!("/exhibitors/{}/profile", acme.id);
        let empty = ada.api.get(&own).await.done(200);
        assert_eq!((&empty["version"], &empty["values"]), (&json!(0), &json!({})));
        let values = json!({"about": "We <b>pump</b>.\nSince 1920.", "tags": ["Pompes", "pompes", "Zinc"],
            "website": "acme.example"});
        let saved = put(&ada.api, &own, Some(0), &json!({"values": values})).await.done(200);
        assert_eq!(saved["values"]["tags"], json!(["Pompes", "Zinc"]));
        assert_eq!(saved["values"]["website"], "https://acme.example");
        let (noor, area) = noor(fair).await;
        let list = async |query: &str| noor.get(&format!("{area}/profiles{query}")).await.done(200);
        let all = list("").await;
        assert_eq!(names(&all), ["Acmé Pumps", "Bolt"]);
        assert_eq!(all["items"][0]["booths"], json!(["Hall 2 B14"]));
        for query in ["?q=acme", "?q=PUMPS%20b14", "?q=pompes", "?tag=POMPES", "?q=zinc&tag=pompes"] {
            assert_eq!(names(&list(query).await), ["Acmé Pumps"], "{query}");
        }
        for query in ["?q=since", "?tag=pomp", "?q=acme&tag=steel"] {
            assert_eq!(names(&list(query).await), Vec::<&str>::new(), "{query} looks at name, booths and tags alone");
        }
        let first = list("?limit=1").await;
        let cursor = first["next_cursor"].as_str().unwrap();
        assert_eq!(names(&list(&format!("?limit=1&cursor={cursor}")).await), ["Bolt"]);
        let profile = noor.get(&format!("{area}/profiles/{}", acme.id)).await.done(200);
        assert_eq!(profile["values"]["about"], "We <b>pump</b>.\nSince 1920.");
        assert_eq!(profile["contacts"], json!([{"name": "Cleo Contact", "email": "cleo@acme.example"}]));
        assert_eq!(profile["sessions"][0]["title"], "Zinc 2030");
        assert_eq!(profile["free_slots"], json!([]));
    }

    async fn a_profile_takes_what_the_organisers_fields_say_and_names_what_is_wrong(fair) {
        let (acme, olga) = (fair.exhibitor("Acme").open().await, fair.organizer().await);
        let ada = acme.admin("Ada Admin").await;
        let fields = format!("/events/{}/profile-fields", fair.site.event);
        let own = format!("/exhibitors/{}/profile", acme.id);
        let keys = |form: &Value| -> Vec<String> {
            form["items"].as_array().unwrap().iter().map(|field| field["key"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(keys(&olga.api.get(&fields).await.done(200)), ["about", "tags", "website"]);
        let motto = json!({"key": "motto", "kind": "line", "words": {"en": "Motto", "fr": "Devise"}, "most": 10});
        olga.api.post(&fields, &motto).await.done(201);
        olga.api.post(&fields, &motto).await.refused("already_exists");
        let moved = olga.api.patch(&format!("{fields}/motto"), None, &json!({"position": 1})).await.done(200);
        assert_eq!(keys(&moved), ["motto", "about", "tags", "website"]);
        for (wrong, pointer) in [
            (json!({"key": "A b", "kind": "line", "words": {"en": "x"}, "most": 10}), "/key"),
            (json!({"key": "b", "kind": "line", "words": {}, "most": 10}), "/words/en"),
            (json!({"key": "b", "kind": "line", "words": {"en": "x".repeat(81)}, "most": 10}), "/words/en"),
            (json!({"key": "b", "kind": "line", "words": {"en": "x"}, "most": 201}), "/most"),
            (json!({"key": "b", "kind": "tags", "words": {"en": "x"}, "most": 0}), "/most"),
            (json!({"key": "b", "kind": "html", "words": {"en": "x"}, "most": 9}), "/kind"),
        ] {
            let refused = olga.api.post(&fields, &wrong).await.refused("invalid_field");
            assert_eq!(refused.errors[0].pointer, pointer, "{wrong}");
        }
        for (values, pointer) in [
            (json!({"motto": "eleven char"}), "/values/motto"),
            (json!({"motto": "a\nb"}), "/values/motto"),
            (json!({"about": "x".repeat(2_001)}), "/values/about"),
            (json!({"about": "a\u{0}b"}), "/values/about"),
            (json!({"tags": (0..11).map(|n| format!("tag {n}")).collect::<Vec<_>>()}), "/values/tags"),
            (json!({"tags": ["x".repeat(41)]}), "/values/tags"),
            (json!({"tags": "pumps"}), "/values/tags"),
            (json!({"website": "javascript:alert(1)"}), "/values/website"),
            (json!({"slogan": "x"}), "/values/slogan"),
        ] {
            let refused = put(&ada.api, &own, None, &json!({"values": values})).await.refused("invalid_field");
            assert_eq!(refused.errors[0].pointer, pointer, "{values}");
        }
        put(&ada.api, &own, None, &json!({"values": {"motto": 7}})).await.refused("invalid_field");
        put(&ada.api, &own, None, &json!({"values": {"motto": "Flow", "tags": ["Pumps"]}})).await.done(200);
        put(&ada.api, &own, Some(0), &json!({"values": {}})).await.refused("old_version");

        // What stands in a field that is gone is shown to nobody, found by nobody, and there again with it.
        let (noor, area) = noor(fair).await;
        let profile = format!("{area}/profiles/{}", acme.id);
        olga.api.delete(&format!("{fields}/tags")).await.done(200);
        assert_eq!(noor.get(&profile).await.done(200)["values"], json!({"motto": "Flow"}));
        assert_eq!(names(&noor.get(&format!("{area}/profiles?q=pumps")).await.done(200)), Vec::<&str>::new());
        let tags = json!({"key": "tags", "kind": "tags", "words": {"en": "Products"}, "most": 5});
        olga.api.post(&fields, &tags).await.done(201);
        assert_eq!(names(&noor.get(&format!("{area}/profiles?q=pumps")).await.done(200)), ["Acme"]);
        olga.api.delete(&format!("{fields}/none")).await.refused("not_found");
    }

    async fn a_logo_is_known_by_its_content_drawn_anew_and_kept_by_browsers_for_good(fair) {
        let acme = fair.exhibitor("Acme").open().await;
        let ada = acme.admin("Ada Admin").await;
        // What a file says it is counts for nothing.
        let kept = upload(&ada, &acme, "text/html", picture(900, 300, ImageFormat::Jpeg)).await.done(200);
        let address = kept["logo"].as_str().unwrap().strip_prefix("/api/v1").unwrap().to_owned();
        let served = fair.site.api.get(&address).await;
        assert_eq!((served.status, served.header("content-type")), (200, Some("image/png")));
        assert_eq!(served.header("cache-control"), Some("public, max-age=31536000, immutable"));
        assert_eq!(served.header("x-content-type-options"), Some("nosniff"));
        let drawn = image::load_from_memory(&served.body).unwrap();
        assert_eq!((drawn.width(), drawn.height()), (480, 160));
        let (noor, area) = noor(fair).await;
        assert_eq!(noor.get(&format!("{area}/profiles")).await.done(200)["items"][0]["logo"], kept["logo"]);
        upload(&ada, &acme, "image/svg+xml", b"<svg onload='alert(1)'/>".to_vec()).await.refused("unsupported_media_type");
        upload(&ada, &acme, "image/png", b"\x89PNG\r\n\x1a\n".to_vec()).await.refused("unsupported_media_type");
        upload(&ada, &acme, "image/png", picture(3_001, 1, ImageFormat::Png)).await.refused("too_large");
        upload(&ada, &acme, "image/png", vec![0; 2 * 1024 * 1024 + 1]).await.refused("too_large");
        assert_eq!(fair.site.api.get(&address).await.status, 200, "a refused upload changes nothing");
        let other = upload(&ada, &acme, "image/png", picture(4, 4, ImageFormat::Png)).await.done(200);
        assert_ne!(other["logo"], kept["logo"], "another picture has another address");
        fair.site.api.get(&address).await.refused("not_found");
        ada.api.delete(&format!("/exhibitors/{}/profile/logo", acme.id)).await.done(204);
        let own = ada.api.get(&format!("/exhibitors/{}/profile", acme.id)).await.done(200);
        assert_eq!(own["logo"], Value::Null);
    }

    async fn a_profile_of_another_event_or_of_who_tries_things_out_is_not_there(fair) {
        let (acme, olga) = (fair.exhibitor("Acme").open().await, fair.organizer().await);
        let elsewhere = fair.elsewhere().await;
        let foreign = elsewhere.exhibitor("Zeta").open().await;
        let (noor, area) = noor(fair).await;
        noor.get(&format!("{area}/profiles/{}", foreign.id)).await.refused("not_found");
        let path = format!("/events/{}/exhibitors/{}", fair.site.event, acme.id);
        olga.api.patch(&path, None, &json!({"is_test": true})).await.done(200);
        noor.get(&format!("{area}/profiles/{}", acme.id)).await.refused("not_found");
        assert_eq!(names(&noor.get(&format!("{area}/profiles")).await.done(200)), Vec::<&str>::new());
        let sam = acme.scanner("Sam Scanner").await;
        sam.api.get(&format!("/exhibitors/{}/profile", acme.id)).await.refused("forbidden");
    }

    async fn fields_profiles_and_logos_come_along_to_next_years_event_and_go_with_their_exhibitor(fair) {
        let (acme, olga) = (fair.exhibitor("Acme").open().await, fair.organizer().await);
        let ada = acme.admin("Ada Admin").await;
        let event = format!("/events/{}", fair.site.event);
        olga.api.delete(&format!("{event}/profile-fields/website")).await.done(200);
        put(&ada.api, &format!("/exhibitors/{}/profile", acme.id), None, &json!({"values": {"about": "Pumps"}})).await.done(200);
        let kept = upload(&ada, &acme, "image/png", picture(4, 4, ImageFormat::Png)).await.done(200);
        let order = json!({"slug": "next", "name": "Next", "starts_at": fair.now(), "ends_at": fair.now().plus_micros(1)});
        let next = olga.api.post(&format!("{event}/duplicates"), &order).await.done(201);
        let next = next["id"].as_str().unwrap().to_owned();
        let fields = olga.api.get(&format!("/events/{next}/profile-fields")).await.done(200);
        assert_eq!(fields["items"].as_array().unwrap().len(), 2);
        let copied = olga.api.get(&format!("/events/{next}/exhibitors")).await.done(200);
        let copied = format!("/exhibitors/{}/profile", copied["items"][0]["id"].as_str().unwrap());
        let profile = olga.api.get(&copied).await.done(200);
        assert_eq!(profile["values"], json!({"about": "Pumps"}));
        assert!(profile["logo"].is_string() && profile["logo"] != kept["logo"], "{profile}");
        olga.api.delete(&format!("{event}/exhibitors/{}", acme.id)).await.done(204);
        fair.site.api.get(kept["logo"].as_str().unwrap().strip_prefix("/api/v1").unwrap()).await.refused("not_found");
        assert_eq!(olga.api.get(&copied).await.done(200)["logo"], profile["logo"], "the copy is its own");
    }
}
