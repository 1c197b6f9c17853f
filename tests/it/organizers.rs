//! Who belongs to an organizer: asked by mail, given another role, removed, and what holds meanwhile.

use crate::browsing::{has, opened, put, sure};
use harness::browser::Browser;
use harness::{Answer, Fair, Organizer, Subscriber, on_every_engine};
use mobile_core::wire::SignedIn;
use serde_json::{Value, json};

const PASSWORD: &str = "correct horse battery";
const DAY: i64 = 86_400_000_000;

fn members(fair: &Fair) -> String {
    format!("/organizers/{}/members", fair.site.organizer)
}

fn one(fair: &Fair, member: &Value) -> String {
    format!("{}/{}", members(fair), member["id"].as_str().unwrap())
}

async fn invite(fair: &Fair, by: &Organizer, email: &str, role: &str) -> Answer {
    by.api.post(&members(fair), &json!({"name": "Dora Desk", "email": email, "role": role})).await
}

/// The path that accepts what a link offers.
fn acceptance(link: &str) -> String {
    format!("/auth/invitations/{}/accept", link.rsplit_once('/').unwrap().1)
}

async fn actions(fair: &Fair, by: &Organizer) -> Vec<String> {
    let log = by.api.get(&format!("/events/{}/audit", fair.site.event)).await.done(200);
    log["items"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap().to_owned()).collect()
}

on_every_engine! {
    async fn somebody_is_asked_by_mail_and_runs_the_desk_once_they_accept(fair) {
        let olga = fair.organizer().await;
        let dora = invite(fair, &olga, "dora@fairs.example", "desk").await.done(201);
        assert_eq!((dora["role"].as_str(), dora["status"].as_str()), (Some("desk"), Some("invited")));
        let mail = fair.mail_to("dora@fairs.example", 1).await;
        assert!(mail.subject.contains("Spring Fair Ltd"), "{}", mail.subject);
        let link = mail.text.lines().find(|line| line.contains("/invitations/")).unwrap().to_owned();
        let page = fair.site.api.get(&format!("/{}", &link[link.find("/invitations/").unwrap()..])).await.text();
        assert!(page.contains("Spring Fair Ltd") && page.contains("dora@fairs.example"), "{page}");
        let listed = olga.api.get(&members(fair)).await.done(200);
        assert!(!listed.to_string().contains("/invitations/"), "a link is told once");

        let signed_in: SignedIn = fair.site.api.post(&acceptance(&link), &json!({"password": PASSWORD})).await.ok();
        let dora = fair.site.api.with_token(signed_in.token);
        let event = format!("/events/{}", fair.site.event);
        dora.get(&format!("{event}/registrations")).await.done(200);
        dora.post(&format!("{event}/exhibitors"), &json!({"slug": "x", "name": "X"})).await.refused("forbidden");
        dora.get(&members(fair)).await.refused("forbidden");
        let used = fair.site.api.post(&acceptance(&link), &json!({"password": PASSWORD})).await;
        assert_eq!((used.status, used.refused("used_up").status), (410, 410));
        let listed = olga.api.get(&members(fair)).await.done(200);
        let people = listed["items"].as_array().unwrap();
        let of_dora = people.iter().find(|one| one["email"] == "dora@fairs.example").unwrap();
        assert_eq!((&of_dora["status"], &of_dora["role"]), (&json!("accepted"), &json!("desk")));
        assert_eq!(people.len(), 2);
        let said = actions(fair, &olga).await;
        assert!(said.contains(&"organizer_member_invited".to_owned()), "{said:?}");
        assert!(said.contains(&"organizer_member_joined".to_owned()), "{said:?}");
    }

    async fn who_has_an_account_proves_it_and_a_link_that_ended_is_followed_by_another(fair) {
        let olga = fair.organizer().await;
        let space = fair.exhibitor("Acme").open().await;
        let ada = space.admin("Ada").await;
        let person = json!({"first_name": "Ina", "last_name": "Ito", "email": "ina@acme.example", "roles": ["admin"]});
        let added = ada.api.post(&format!("/exhibitors/{}/team", space.id), &person).await.done(201);
        let link = added["invitation_url"].as_str().unwrap();
        fair.site.api.post(&acceptance(link), &json!({"password": PASSWORD})).await.done(200);

        let asked = invite(fair, &olga, "INA@acme.example", "viewer").await.done(201);
        invite(fair, &olga, "ina@acme.example", "desk").await.refused("already_exists");
        let first = asked["invitation_url"].as_str().unwrap().to_owned();
        let wrong = json!({"password": "not the one that she has"});
        fair.site.api.post(&acceptance(&first), &wrong).await.refused("wrong_credentials");
        let again = olga.api.post(&format!("{}/invitation", one(fair, &asked)), &json!({})).await.done(201);
        fair.mail_to("ina@acme.example", 2).await;
        fair.site.api.post(&acceptance(&first), &json!({"password": PASSWORD})).await.refused("not_found");
        let second = again["invitation_url"].as_str().unwrap();
        fair.site.app.clock.advance(15 * DAY);
        fair.site.api.post(&acceptance(second), &json!({"password": PASSWORD})).await.refused("used_up");
        let olga = fair.site.organizer_member("Olga Again", "owner").await;
        let listed = olga.api.get(&members(fair)).await.done(200);
        assert!(listed.to_string().contains("\"expired\""), "{listed}");
        let third = invite(fair, &olga, "ina@acme.example", "viewer").await.done(201);
        let link = third["invitation_url"].as_str().unwrap();
        let signed_in: SignedIn = fair.site.api.post(&acceptance(link), &json!({"password": PASSWORD})).await.ok();
        let ina = fair.site.api.with_token(signed_in.token);
        let me = ina.get("/me").await.done(200);
        assert_eq!(me["memberships"]["organizers"][0]["role"], "viewer");
        assert_eq!(me["memberships"]["exhibitors"].as_array().unwrap().len(), 1, "both, with one account");
    }

    async fn another_role_holds_at_once_and_a_removed_member_reads_nothing(fair) {
        let olga = fair.organizer().await;
        let mona = fair.site.organizer_member("Mona", "manager").await;
        let path = format!("{}/{}", members(fair), mona.account);
        let mut live = mona.live(None).await;
        let changed = olga.api.patch(&path, None, &json!({"role": "desk"})).await.done(200);
        assert_eq!(changed["role"], "desk");
        assert_eq!(live.end().await, Some(4403), "the desk does not watch the monitor");
        let monitor = format!("/events/{}/live", fair.site.event);
        Subscriber::connect(&mona.api, &monitor, None, None).await.expect_err("refused").refused("forbidden");
        mona.api.get(&format!("/events/{}/registrations", fair.site.event)).await.done(200);

        olga.api.patch(&path, None, &json!({"role": "viewer"})).await.done(200);
        let mut live = mona.live(None).await;
        assert_eq!(olga.api.delete(&path).await.status, 204);
        assert_eq!(live.end().await, Some(4403));
        mona.api.get(&format!("/events/{}", fair.site.event)).await.refused("not_found");
        olga.api.delete(&path).await.refused("not_found");
        let said = actions(fair, &olga).await;
        for action in ["organizer_member_changed", "organizer_member_removed"] {
            assert!(said.contains(&action.to_owned()), "{action} in {said:?}");
        }
    }

    async fn the_last_owner_stays_and_owners_alone_name_owners(fair) {
        let olga = fair.organizer().await;
        let mona = fair.site.organizer_member("Mona", "manager").await;
        let (of_olga, of_mona) = (format!("{}/{}", members(fair), olga.account), format!("{}/{}", members(fair), mona.account));
        olga.api.patch(&of_olga, None, &json!({"role": "viewer"})).await.refused("last_admin");
        olga.api.delete(&of_olga).await.refused("last_admin");
        mona.api.patch(&of_olga, None, &json!({"role": "desk"})).await.refused("forbidden");
        mona.api.delete(&of_olga).await.refused("forbidden");
        mona.api.patch(&of_mona, None, &json!({"role": "owner"})).await.refused("forbidden");
        invite(fair, &mona, "x@fairs.example", "owner").await.refused("forbidden");
        let desk = invite(fair, &mona, "x@fairs.example", "desk").await.done(201);
        mona.api.patch(&one(fair, &desk), None, &json!({"role": "owner"})).await.refused("forbidden");
        olga.api.patch(&one(fair, &desk), None, &json!({"role": "owner"})).await.done(200);
        // Whose invitation says owner now, the manager can neither send nor take back.
        mona.api.post(&format!("{}/invitation", one(fair, &desk)), &json!({})).await.refused("forbidden");
        mona.api.delete(&one(fair, &desk)).await.refused("forbidden");
        let link = desk["invitation_url"].as_str().unwrap();
        fair.site.api.post(&acceptance(link), &json!({"password": PASSWORD})).await.done(200);
        olga.api.patch(&of_olga, None, &json!({"role": "viewer"})).await.done(200);
        olga.api.get(&members(fair)).await.refused("forbidden");
    }

    async fn two_owners_cannot_remove_each_other_at_once(fair) {
        let (olga, omar) = (fair.organizer().await, fair.site.organizer_member("Omar", "owner").await);
        let path = |who: &Organizer| format!("{}/{}", members(fair), who.account);
        let (by_olga, by_omar) = (path(&omar), path(&olga));
        let (one, other) = tokio::join!(olga.api.delete(&by_olga), omar.api.delete(&by_omar));
        let gone = [one.status, other.status].iter().filter(|status| **status == 204).count();
        assert_eq!(gone, 1, "{} and {}", one.text(), other.text());
    }

    async fn an_invitation_that_was_taken_back_opens_nothing_and_others_see_nobody(fair) {
        let olga = fair.organizer().await;
        let asked = invite(fair, &olga, "dora@fairs.example", "desk").await.done(201);
        let stranger = fair.elsewhere().await.organizer_member("Pia", "owner").await;
        stranger.api.get(&members(fair)).await.refused("not_found");
        let own = format!("/organizers/{}/members/{}", stranger.site.organizer, asked["id"].as_str().unwrap());
        stranger.api.patch(&own, None, &json!({"role": "owner"})).await.refused("not_found");
        stranger.api.delete(&format!("/organizers/{}/members/{}", stranger.site.organizer, olga.account)).await.refused("not_found");
        assert_eq!(olga.api.delete(&one(fair, &asked)).await.status, 204);
        let link = asked["invitation_url"].as_str().unwrap();
        fair.site.api.post(&acceptance(link), &json!({"password": PASSWORD})).await.refused("not_found");
        let wrong = json!({"name": " ", "email": "dora", "role": "desk"});
        let problem = olga.api.post(&members(fair), &wrong).await.refused("invalid_field");
        let pointers: Vec<&str> = problem.errors.iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(pointers, ["/name", "/email"]);
    }

    async fn an_owner_invites_the_desk_and_changes_its_role_at_the_page(fair) {
        let Some(browser) = Browser::start().await else { return };
        let olga = fair.organizer().await;
        let mut tab = opened(&browser, &olga.api, "/").await;
        tab.click(&format!("a[href='{}']", members(fair))).await;
        has(&mut tab, "#members", "Olga Owner").await;
        tab.go(&format!("{}/events/{}/members", olga.api.base(), fair.site.event)).await;
        tab.click("[data-open=add]").await;
        put(&mut tab, "dialog[open] [name=name]", "Dora Desk").await;
        put(&mut tab, "dialog[open] [name=email]", "dora@fairs.example").await;
        tab.click("dialog[open] .button.primary").await;
        tab.until("document.querySelector('#answer[open] #link')?.value.includes('/invitations/')").await;
        tab.click("#answer [aria-label=Close]").await;
        has(&mut tab, "#members", "Help desk").await;
        tab.click("[aria-label='Change role of Dora Desk']").await;
        tab.value("document.querySelector('dialog[open] [name=role]').value = 'viewer'").await;
        tab.click("dialog[open] .button.primary").await;
        has(&mut tab, "#members tbody tr:nth-child(2)", "Viewer").await;
        tab.click("[aria-label='Remove Dora Desk']").await;
        sure(&mut tab).await;
        tab.until("document.querySelectorAll('#members tbody tr').length === 1").await;
        // She is the only owner, and is told so.
        tab.click("[aria-label='Remove Olga Owner']").await;
        sure(&mut tab).await;
        has(&mut tab, ".toast", "owner").await;
    }
}
