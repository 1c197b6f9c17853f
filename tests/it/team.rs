//! Teams: who is added, what their roles let them do, and how their access ends.

use harness::browser::Browser;
use harness::{Answer, TeamMember, eventually, on_every_engine};
use mobile_core::wire::SignedIn;
use reqwest::Method;
use serde_json::{Value, json};

const PASSWORD: &str = "correct horse battery";

fn team(member: &TeamMember) -> String {
    format!("/exhibitors/{}/team", member.exhibitor)
}

fn one(admin: &TeamMember, member: &Value) -> String {
    format!("{}/{}", team(admin), member["id"].as_str().unwrap())
}

async fn add(admin: &TeamMember, name: &str, roles: &[&str]) -> Answer {
    let person =
        json!({"first_name": name, "last_name": "Ito", "email": format!("{name}@acme.example"), "roles": roles});
    admin.api.post(&team(admin), &person).await
}

/// Accepts the invitation of somebody who was just added.
async fn accepted(admin: &TeamMember, added: &Value) -> harness::http::Api {
    let token = added["invitation_url"].as_str().unwrap().rsplit_once('/').unwrap().1;
    let path = format!("/auth/invitations/{token}/accept");
    let signed_in: SignedIn = admin.site.api.post(&path, &json!({"password": PASSWORD})).await.ok();
    admin.site.api.with_token(signed_in.token)
}

on_every_engine! {
    async fn a_person_is_added_with_roles_and_invited(fair) {
        let ada = fair.exhibitor("Acme").open().await.admin("Ada").await;
        let ines = add(&ada, "ines", &["scanner", "commercial_contact"]).await.done(201);
        assert_eq!(ines["roles"], json!(["commercial_contact", "scanner"]));
        assert_eq!(ines["has_accepted"], false);
        assert!(ines["invitation_url"].as_str().unwrap().starts_with(&format!("{}/invitations/li_", fair.site.api.base())));
        accepted(&ada, &ines).await;
        let page: Value = ada.api.get(&team(&ada)).await.ok();
        let listed = &page["items"][1];
        assert_eq!((listed["id"].as_str(), listed["has_accepted"].as_bool()), (ines["id"].as_str(), Some(true)));
        assert!(!page.to_string().contains("invitation"), "a link is told once");
    }

    async fn wrong_fields_and_colleagues_twice_are_refused(fair) {
        let ada = fair.exhibitor("Acme").open().await.admin("Ada").await;
        let bad = json!({"first_name": "", "last_name": "\u{7}", "email": "ines", "roles": []});
        let problem = ada.api.post(&team(&ada), &bad).await.refused("invalid_field");
        let pointers: Vec<&str> = problem.errors.iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(pointers, ["/first_name", "/last_name", "/email", "/roles"]);
        let king = json!({"first_name": "A", "last_name": "B", "email": "a@b.c", "roles": ["king"]});
        let problem = ada.api.post(&team(&ada), &king).await.refused("invalid_field");
        assert!(problem.errors[0].pointer.starts_with("/roles/0"), "{problem:?}");
        add(&ada, "ines", &["scanner"]).await.done(201);
        let twice = json!({"first_name": "Ines", "last_name": "Ito", "email": "INES@acme.example", "roles": ["attendee"]});
        ada.api.post(&team(&ada), &twice).await.refused("already_exists");
    }

    async fn a_member_who_was_kept_without_a_last_name_can_still_be_changed(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let ada = space.admin("Ada").await;
        let sam = space.scanner("Sam").await;
        let path = format!("{}/{}", team(&ada), sam.id);
        let changed = ada.api.patch(&path, None, &json!({"roles": ["admin", "scanner"]})).await.done(200);
        assert_eq!((changed["last_name"].as_str(), &changed["roles"]), (Some(""), &json!(["admin", "scanner"])));
        let problem = ada.api.patch(&path, None, &json!({"last_name": " ", "roles": []})).await.refused("invalid_field");
        let pointers: Vec<&str> = problem.errors.iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(pointers, ["/last_name", "/roles"]);
    }

    async fn only_admins_and_the_organizer_see_and_change_a_team(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let ada = space.admin("Ada").await;
        let stranger = fair.exhibitor("Bolt").open().await.admin("Bo").await;
        let member = format!("{}/{}", team(&ada), ada.id);
        for (name, role, code) in [("Sam", "scanner", "forbidden"), ("Cleo", "commercial_contact", "forbidden"), ("Art", "attendee", "forbidden")] {
            let person = space.member(name, role).await;
            person.api.get(&team(&ada)).await.refused(code);
            person.api.delete(&member).await.refused(code);
        }
        stranger.api.get(&team(&ada)).await.refused("not_found");
        stranger.api.patch(&member, None, &json!({"roles": ["scanner"]})).await.refused("not_found");
        // Nor through one's own team.
        stranger.api.delete(&format!("{}/{}", team(&stranger), ada.id)).await.refused("not_found");
        for role in ["viewer", "desk"] {
            fair.site.organizer_member(role, role).await.api.get(&team(&ada)).await.refused("forbidden");
        }
        let olga = fair.organizer().await;
        olga.api.get(&team(&ada)).await.done(200);
        olga.api.post(&team(&ada), &json!({"first_name": "O", "last_name": "P", "email": "o@p.example", "roles": ["admin"]})).await.done(201);
    }

    async fn the_last_admin_stays(fair) {
        let ada = fair.exhibitor("Acme").open().await.admin("Ada Admin").await;
        let myself = format!("{}/{}", team(&ada), ada.id);
        ada.api.delete(&myself).await.refused("last_admin");
        ada.api.patch(&myself, None, &json!({"roles": ["scanner"]})).await.refused("last_admin");
        ada.api.patch(&myself, None, &json!({"email": "ada.new@acme.example"})).await.refused("last_admin");
        let omar = add(&ada, "omar", &["admin"]).await.done(201);
        // One who was only asked may never come, nor may one whose invitation was taken back.
        for gone in [json!({"roles": ["scanner"]}), json!({"email": "ada.new@acme.example"})] {
            ada.api.patch(&myself, None, &gone).await.refused("last_admin");
        }
        ada.api.delete(&myself).await.refused("last_admin");
        accepted(&ada, &omar).await;
        ada.api.patch(&myself, None, &json!({"roles": ["scanner"]})).await.done(200);
        ada.api.get(&team(&ada)).await.refused("forbidden");
        let olga = fair.organizer().await;
        olga.api.delete(&one(&ada, &omar)).await.refused("last_admin");
    }

    async fn the_organiser_hands_a_space_to_an_admin_who_has_yet_to_join(fair) {
        let ada = fair.exhibitor("Acme").open().await.admin("Ada Admin").await;
        let olga = fair.organizer().await;
        let myself = format!("{}/{}", team(&ada), ada.id);
        olga.api.delete(&myself).await.refused("last_admin");
        let omar = add(&ada, "omar", &["admin"]).await.done(201);
        olga.api.delete(&myself).await.done(204);
        // An address that was typed wrong is corrected, also of the only admin, while nobody has come by it.
        olga.api.patch(&one(&ada, &omar), None, &json!({"email": "omar.ito@acme.example"})).await.done(200);
        olga.api.patch(&one(&ada, &omar), None, &json!({"roles": ["scanner"]})).await.refused("last_admin");
    }

    async fn two_admins_who_remove_each_other_leave_one(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ada, omar) = (space.admin("Ada").await, space.admin("Omar").await);
        let (first, second) = (format!("{}/{}", team(&ada), omar.id), format!("{}/{}", team(&ada), ada.id));
        let (first, second) = tokio::join!(ada.api.delete(&first), omar.api.delete(&second));
        let mut statuses = [first.status, second.status];
        statuses.sort_unstable();
        assert_eq!(statuses[0], 204, "{} {}", first.text(), second.text());
        assert!(statuses[1] >= 400, "both removed each other");
        let olga = fair.organizer().await;
        let page: Value = olga.api.get(&team(&ada)).await.ok();
        assert_eq!(page["items"].as_array().unwrap().len(), 1);
    }

    async fn a_removed_member_stops_reading_and_stays_the_author(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ada, sam) = (space.admin("Ada").await, space.scanner("Sam").await);
        let badge = fair.registration("Noor Aziz").badge().await;
        let scan = json!({"id": uuid::Uuid::from_u128(7), "captured_at": fair.now(), "kind": "scan", "code": badge.code});
        sam.deliver(&[scan]).await.done(200);
        let mut live = sam.live(None).await;
        live.next().await;
        ada.api.delete(&format!("{}/{}", team(&ada), sam.id)).await.done(204);
        sam.leads("").await.refused("not_found");
        assert_eq!(live.end().await, Some(4403));
        let leads: Value = ada.leads("").await.ok();
        assert_eq!(leads["items"][0]["scans"][0]["member_name"], "Sam");
        let page: Value = ada.api.get(&team(&ada)).await.ok();
        assert_eq!(page["items"].as_array().unwrap().len(), 1);
        ada.api.delete(&format!("{}/{}", team(&ada), sam.id)).await.refused("not_found");
        // The address is free again, for a new membership.
        add(&ada, "sam", &["scanner"]).await.done(201);
    }

    async fn a_role_taken_away_ends_what_it_allowed(fair) {
        let ada = fair.exhibitor("Acme").open().await.admin("Ada").await;
        let ines = add(&ada, "ines", &["admin"]).await.done(201);
        let api = accepted(&ada, &ines).await;
        api.get(&team(&ada)).await.done(200);
        let changed = ada.api.patch(&one(&ada, &ines), Some("\"1\""), &json!({"roles": ["scanner"]})).await;
        // Accepting the invitation changed the member.
        changed.refused("old_version");
        ada.api.patch(&one(&ada, &ines), Some("\"2\""), &json!({"roles": ["scanner"]})).await.done(200);
        api.get(&team(&ada)).await.refused("forbidden");
        api.get(&format!("/exhibitors/{}/leads", ada.exhibitor)).await.done(200);
    }

    async fn another_address_is_another_person(fair) {
        let ada = fair.exhibitor("Acme").open().await.admin("Ada").await;
        let ines = add(&ada, "ines", &["scanner"]).await.done(201);
        let api = accepted(&ada, &ines).await;
        let leads = format!("/exhibitors/{}/leads", ada.exhibitor);
        api.get(&leads).await.done(200);
        let changed = ada.api.patch(&one(&ada, &ines), None, &json!({"email": "omar@acme.example"})).await.done(200);
        assert_eq!(changed["has_accepted"], false);
        eventually(async || (api.get(&leads).await.status == 404).then_some(())).await;
    }

    async fn an_invitation_can_be_made_again_and_ends_the_former(fair) {
        let ada = fair.exhibitor("Acme").open().await.admin("Ada").await;
        let ines = add(&ada, "ines", &["scanner"]).await.done(201);
        let again = ada.api.post(&format!("{}/invitation", one(&ada, &ines)), &json!({})).await.done(201);
        let former = ines["invitation_url"].as_str().unwrap().rsplit_once('/').unwrap().1;
        let body = json!({"password": PASSWORD});
        fair.site.api.post(&format!("/auth/invitations/{former}/accept"), &body).await.refused("not_found");
        accepted(&ada, &again).await;
        ada.api.post(&format!("{}/invitation", one(&ada, &ines)), &json!({})).await.refused("already_exists");
    }

    async fn a_removed_members_invitation_opens_nothing(fair) {
        let ada = fair.exhibitor("Acme").open().await.admin("Ada").await;
        let ines = add(&ada, "ines", &["scanner"]).await.done(201);
        ada.api.delete(&one(&ada, &ines)).await.done(204);
        let token = ines["invitation_url"].as_str().unwrap().rsplit_once('/').unwrap().1;
        fair.site.api.post(&format!("/auth/invitations/{token}/accept"), &json!({"password": PASSWORD})).await.refused("not_found");
    }

    async fn an_invitation_is_taken_back_and_its_state_is_told(fair) {
        let ada = fair.exhibitor("Acme").open().await.admin("Ada").await;
        let ines = add(&ada, "ines", &["scanner"]).await.done(201);
        let status = async || {
            let page: Value = ada.api.get(&team(&ada)).await.ok();
            page["items"][1]["status"].as_str().unwrap().to_owned()
        };
        assert_eq!(status().await, "invited");
        let invitation = format!("{}/invitation", one(&ada, &ines));
        ada.api.delete(&invitation).await.done(204);
        assert_eq!(status().await, "not_invited");
        let token = ines["invitation_url"].as_str().unwrap().rsplit_once('/').unwrap().1;
        let accept = format!("/auth/invitations/{token}/accept");
        fair.site.api.post(&accept, &json!({"password": PASSWORD})).await.refused("not_found");
        let again = ada.api.post(&invitation, &json!({})).await.done(201);
        fair.app().clock.advance(2 * 24 * 3_600_000_000);
        ada.api.get("/me").await.done(200);
        assert_eq!(status().await, "invited");
        accepted(&ada, &again).await;
        assert_eq!(status().await, "accepted");
        ada.api.delete(&invitation).await.refused("already_exists");
        ada.api.post(&invitation, &json!({})).await.refused("already_exists");
    }

    async fn an_attendee_of_the_team_is_registered_with_a_badge(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let ada = space.admin("Ada").await;
        let art = add(&ada, "art", &["attendee"]).await.done(201);
        let olga = fair.organizer().await;
        let path = format!("/events/{}/registrations/{}", fair.site.event, art["registration_id"].as_str().unwrap());
        let registered: Value = olga.api.get(&path).await.ok();
        assert_eq!((registered["category"].as_str(), registered["company"].as_str()), (Some("exhibitor"), Some("Acme")));
        let badge = &registered["badge"];
        assert_eq!(badge["status"], "active");
        // The own team never becomes a lead.
        let phone = space.phone("Ines").await;
        phone.scan(badge["code"].as_str().unwrap()).upload().await.all_accepted();
        assert!(ada.names("").await.is_empty());
        let neighbour = fair.exhibitor("Bolt").open().await;
        neighbour.phone("Bo").await.scan(badge["code"].as_str().unwrap()).upload().await.all_accepted();
        assert_eq!(neighbour.admin("Bea").await.names("").await, ["art Ito"]);
    }

    async fn a_badge_is_cancelled_only_after_asking(fair) {
        let ada = fair.exhibitor("Acme").open().await.admin("Ada").await;
        let art = add(&ada, "art", &["attendee", "scanner"]).await.done(201);
        let olga = fair.organizer().await;
        let path = format!("/events/{}/registrations/{}", fair.site.event, art["registration_id"].as_str().unwrap());
        let status = async || {
            let registered: Value = olga.api.get(&path).await.ok();
            registered["badge"]["status"].as_str().unwrap().to_owned()
        };
        let member = one(&ada, &art);
        ada.api.patch(&member, None, &json!({"roles": ["scanner"]})).await.refused("confirmation_required");
        ada.api.delete(&member).await.refused("confirmation_required");
        assert_eq!(status().await, "active");
        let changed = ada.api.patch(&format!("{member}?confirm=badge"), None, &json!({"roles": ["scanner"]})).await.done(200);
        assert_eq!((changed["registration_id"].clone(), status().await.as_str()), (Value::Null, "cancelled"));
        ada.api.delete(&member).await.done(204);
    }

    async fn somebody_who_is_registered_already_is_linked_and_keeps_the_badge(fair) {
        let ada = fair.exhibitor("Acme").open().await.admin("Ada").await;
        let olga = fair.organizer().await;
        let person = json!({"first_name": "Art", "last_name": "Ito", "email": "ART@acme.example", "category": "vip"});
        let known = olga.register(&person).await.done(201);
        let namesake = json!({"first_name": "Bart", "last_name": "Ito", "email": "art@acme.example"});
        olga.register(&namesake).await.done(201);
        let art = add(&ada, "art", &["attendee"]).await.done(201);
        assert_eq!(art["registration_id"], known["id"]);
        ada.api.delete(&one(&ada, &art)).await.done(204);
        let path = format!("/events/{}/registrations/{}", fair.site.event, known["id"].as_str().unwrap());
        let registered: Value = olga.api.get(&path).await.ok();
        assert_eq!((registered["category"].as_str(), registered["badge"]["status"].as_str()), (Some("vip"), Some("active")));
    }

    async fn a_badge_that_the_organiser_made_outlives_the_team_and_is_told_to_it_once_its_owner_agrees(fair) {
        let acme = fair.exhibitor("Acme").open().await;
        let (ada, phone) = (acme.admin("Ada").await, acme.phone("Ines").await);
        let olga = fair.organizer().await;
        let person = json!({"first_name": "art", "last_name": "Ito", "email": "art@acme.example", "category": "exhibitor"});
        let known = olga.register(&person).await.done(201);
        let phases = format!("/events/{}/phases", fair.site.event);
        olga.api.patch(&phases, None, &json!({"has_team_badges": true})).await.done(200);
        let art = add(&ada, "art", &["attendee"]).await.done(201);
        assert_eq!(art["registration_id"], known["id"]);
        let code = known["badge"]["code"].as_str().unwrap();
        let is_told = async || phone.api.get(&format!("/exhibitors/{}/crew", acme.id)).await.text().contains(code);
        assert!(!is_told().await, "a name and an address make nobody a colleague");
        let is_printed = async || ada.api.get(&format!("{}/badges.pdf", team(&ada))).await.status == 200;
        assert!(!is_printed().await, "there is none to print");
        // The link that Ada was given lets somebody in; whether he reads the mail of that address, it does not show.
        accepted(&ada, &art).await;
        assert!(!is_told().await && !is_printed().await, "she could have opened it herself");
        fair.site.api.post("/auth/password-resets", &json!({"email": "art@acme.example"})).await.done(202);
        let reset = format!("/auth/password-resets/{}", fair.mail_to("art@acme.example", 1).await.token());
        fair.site.api.post(&reset, &json!({"password": PASSWORD})).await.done(204);
        assert!(is_told().await);
        assert_eq!(ada.api.get(&format!("{}/badges.pdf", team(&ada))).await.status, 200);
        ada.api.delete(&one(&ada, &art)).await.done(204);
        let path = format!("/events/{}/registrations/{}", fair.site.event, known["id"].as_str().unwrap());
        let registered: Value = olga.api.get(&path).await.ok();
        assert_eq!(registered["badge"]["status"], "active");
    }

    async fn a_team_has_no_more_badges_than_its_package_and_two_at_once_do_not_get_around_it(fair) {
        let ada = fair.exhibitor("Acme").open().await.admin("Ada").await;
        let olga = fair.organizer().await;
        let exhibitor = format!("/events/{}/exhibitors/{}", fair.site.event, ada.exhibitor);
        olga.api.patch(&exhibitor, None, &json!({"terms": {"badge_quota": 2}})).await.done(200);
        add(&ada, "art", &["attendee"]).await.done(201);
        let (first, second) = tokio::join!(add(&ada, "bea", &["attendee"]), add(&ada, "cleo", &["attendee"]));
        let mut statuses = [first.status, second.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409], "{} {}", first.text(), second.text());
        let refused = if first.status == 409 { &first } else { &second };
        refused.refused("badge_quota");
        let page: Value = ada.api.get(&team(&ada)).await.ok();
        assert_eq!(page["items"].as_array().unwrap().len(), 3, "who was refused is not in the team");
    }

    async fn admins_print_the_badges_of_their_team_where_the_organiser_shows_them(fair) {
        let ada = fair.exhibitor("Acme").open().await.admin("Ada").await;
        let olga = fair.organizer().await;
        add(&ada, "art", &["attendee"]).await.done(201);
        add(&ada, "bea", &["attendee"]).await.done(201);
        let path = format!("{}/badges.pdf", team(&ada));
        ada.api.get(&path).await.refused("forbidden");
        assert_eq!(olga.api.get(&path).await.status, 200);
        let phases = format!("/events/{}/phases", fair.site.event);
        olga.api.patch(&phases, None, &json!({"has_team_badges": true})).await.done(200);
        let pdf = ada.api.get(&path).await;
        assert_eq!((pdf.status, pdf.header("content-type")), (200, Some("application/pdf")));
        assert!(pdf.body.starts_with(b"%PDF-"));
    }

    async fn an_admin_says_whether_scanners_see_all_leads_or_their_own(fair) {
        let Some(browser) = Browser::start().await else { return };
        let acme = fair.exhibitor("Acme").open().await;
        let (ada, sam, ines) = (acme.admin("Ada").await, acme.scanner("Sam").await, acme.phone("Ines").await);
        ines.scan(&fair.registration("Noor Aziz").badge().await).upload().await.all_accepted();
        assert_eq!(sam.names("").await, ["Noor Aziz"]);
        let path = format!("/exhibitors/{}/lead-visibility", acme.id);
        let body = || Some(json!({"visibility": "own"}).to_string().into_bytes());
        let json_type = [("content-type", "application/json")];
        sam.api.send(Method::PUT, &path, &json_type, body()).await.refused("forbidden");
        let mut tab = browser.tab(1440, 900).await;
        tab.sign_in(&ada.api).await;
        tab.go(&format!("{}{}", ada.api.base(), team(&ada))).await;
        tab.value("document.querySelector('#visibility select').value = 'own'").await;
        tab.click("#visibility button").await;
        tab.until("document.querySelector('#visibility [value=own]')?.hasAttribute('selected')").await;
        assert_eq!(ada.api.get(&path).await.done(200), json!({"visibility": "own"}));
        assert_eq!((sam.names("").await, ada.names("").await), (vec![], vec!["Noor Aziz".to_owned()]));
        let log = ada.api.get(&format!("/exhibitors/{}/audit", acme.id)).await.done(200);
        assert_eq!(log["items"][0]["action"], "exhibitor_changed");
        assert_eq!(tab.problems(), [] as [&str; 0]);
    }
}
