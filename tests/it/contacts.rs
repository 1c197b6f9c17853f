//! The contact list: whom an exhibitor may ask for a meeting.

use harness::on_every_engine;
use mobile_core::capture::ContactField;
use serde_json::{Value, json};
use server::consent;

on_every_engine! {
    async fn the_contact_list_shows_who_is_listed_and_nothing_that_is_not_disclosed(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let ada = space.admin("Ada").await;
        fair.site.set_disclosure(json!({"*": {"listed": true}, "press": {"listed": false},
            "buyer": {"listed": true, "fields": ["last_name"]}})).await;
        let person = |name: &str| fair.registration(name).with(ContactField::Email, &format!("{}@secret.example", &name[..3]))
            .with(ContactField::Company, "Aziz & Co");
        person("Noor Aziz").badge().await;
        person("Bea Buyer").category("buyer").badge().await;
        person("Paul Presse").category("press").badge().await;
        person("Mia Minor").category("minor").badge().await;
        person("Tea Team").of(&space).badge().await;
        let gone = person("Gus Gone").badge().await;
        let mut tx = fair.app().write().await.unwrap();
        consent::withdraw(fair.app(), &mut tx, fair.site.event, gone.registration, None, "attendee").await.unwrap();
        tx.commit(&fair.app().hub).await.unwrap();
        let list = async |query: &str| {
            ada.api.get(&format!("/exhibitors/{}/contacts{query}", space.id)).await.done(200)["items"].as_array().unwrap().clone()
        };
        let names = |items: &[Value]| {
            let mut names: Vec<String> = items.iter().map(|one| one["last_name"].as_str().unwrap().to_owned()).collect();
            names.sort();
            names
        };
        let all = list("").await;
        assert_eq!(names(&all), ["Aziz", "Buyer"]);
        assert!(!json!(all).to_string().contains("secret.example"), "no address without a lead");
        let buyer = all.iter().find(|one| one["last_name"] == "Buyer").unwrap();
        assert_eq!((&buyer["company"], &buyer["category"]), (&Value::Null, &json!("buyer")));
        assert_eq!(names(&list("?category=buyer").await), ["Buyer"]);
        for query in ["?q=secret", "?q=bea", "?q=presse", "?category=press"] {
            assert_eq!(names(&list(query).await), Vec::<String>::new(), "{query} looks at what shows only");
        }
        let first = ada.api.get(&format!("/exhibitors/{}/contacts?limit=1", space.id)).await.done(200);
        let next = first["next_cursor"].as_str().unwrap();
        let second = list(&format!("?limit=1&cursor={next}")).await;
        assert_ne!(first["items"][0]["registration_id"], second[0]["registration_id"]);
    }

    async fn a_package_without_the_contact_list_has_none(fair) {
        let (olga, space) = (fair.organizer().await, fair.exhibitor("Acme").open().await);
        let ada = space.admin("Ada").await;
        let path = format!("/events/{}/exhibitors/{}", fair.site.event, space.id);
        olga.api.patch(&path, None, &json!({"terms": {"contact_list": false}})).await.done(200);
        ada.api.get(&format!("/exhibitors/{}/contacts", space.id)).await.refused("not_in_package");
    }
}
