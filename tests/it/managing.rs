//! The pages that manage something: team, phones, packages, exhibitors, people, activity. What they
//! do goes through the API, whose rights are tested in `access`; here is that a person gets there.

use harness::browser::{Browser, Tab};
use harness::http::Api;
use harness::on_every_engine;
use serde_json::json;

async fn opened(browser: &Browser, api: &Api, path: &str) -> Tab {
    let mut tab = browser.tab(1280, 900).await;
    tab.sign_in(api).await;
    tab.go(&format!("{}{path}", api.base())).await;
    tab
}

/// Fills a field of the open dialog.
async fn fill(tab: &mut Tab, name: &str, text: &str) {
    tab.value(&format!("(() => {{ const it = document.querySelector('dialog[open] [name=\"{name}\"]'); it.focus(); it.select?.(); }})()"))
        .await;
    tab.type_text(text).await;
}

const SEND: &str = "dialog[open] .button.primary";

on_every_engine! {
    async fn an_admin_adds_edits_and_removes_a_colleague(fair) {
        let Some(browser) = Browser::start().await else { return };
        let space = fair.exhibitor("Acme").open().await;
        let ada = space.admin("Ada Admin").await;
        let mut tab = opened(&browser, &ada.api, &format!("/exhibitors/{}/team", space.id)).await;
        tab.click("[data-open=add]").await;
        fill(&mut tab, "first_name", "Karim").await;
        fill(&mut tab, "last_name", "Haddad").await;
        fill(&mut tab, "email", "karim@acme.example").await;
        tab.click(SEND).await;
        // Without a role the form says so at the roles, and keeps what was typed.
        tab.until("document.querySelector('dialog[open] fieldset .wrong') !== null").await;
        tab.click("dialog[open] [value=scanner]").await;
        tab.click(SEND).await;
        tab.until("document.querySelector('#answer[open] #link')?.value.includes('/invitations/')").await;
        // What is said of the mail is what became of it: one of the two.
        let team = ada.api.get(&format!("/exhibitors/{}/team", space.id)).await.done(200);
        let karim = team["items"].as_array().unwrap().iter().find(|one| one["first_name"] == "Karim").unwrap();
        let again = format!("/exhibitors/{}/team/{}/invitation", space.id, karim["id"].as_str().unwrap());
        let is_mailed = ada.api.post(&again, &json!({})).await.done(201)["is_mailed"].as_bool().unwrap();
        let told = tab.value("[...document.querySelectorAll('#answer-body p')].map((it) => it.textContent).join()").await;
        let said = ["No mail goes out now", "It is on its way by mail"].map(|text| told.as_str().unwrap().contains(text));
        assert_eq!(said, [!is_mailed, is_mailed], "{told}");
        tab.click("#answer [aria-label=Close]").await;
        tab.until("document.querySelectorAll('#main tbody tr').length === 2").await;

        tab.click("[aria-label='Edit Karim Haddad']").await;
        fill(&mut tab, "first_name", "Karime").await;
        tab.click(SEND).await;
        tab.until("document.querySelector('#main').textContent.includes('Karime Haddad')").await;

        tab.click("[aria-label='Remove Karime Haddad']").await;
        tab.until("document.querySelector('#ask').open").await;
        tab.click("#ask-do").await;
        tab.until("document.querySelectorAll('#main tbody tr').length === 1").await;

        tab.go(&format!("{}/exhibitors/{}/activity", ada.api.base(), space.id)).await;
        for said in ["member added", "member changed", "member removed", "Karim"] {
            assert_eq!(tab.value(&format!("document.querySelector('#main').textContent.includes('{said}')")).await, json!(true), "{said}");
        }
        assert_eq!(tab.problems().into_iter().filter(|said| !said.contains("422")).collect::<Vec<_>>(), [] as [&str; 0]);
    }

    async fn the_last_admin_is_told_why_they_cannot_leave(fair) {
        let Some(browser) = Browser::start().await else { return };
        let space = fair.exhibitor("Acme").open().await;
        let ada = space.admin("Ada Admin").await;
        let mut tab = opened(&browser, &ada.api, &format!("/exhibitors/{}/team", space.id)).await;
        tab.click("[aria-label='Remove Ada Admin']").await;
        tab.until("document.querySelector('#ask').open").await;
        tab.click("#ask-do").await;
        tab.until("document.querySelector('.toast')?.textContent.includes('admin')").await;
        assert_eq!(ada.api.get("/me").await.status, 200);
    }

    async fn a_phone_is_paired_with_the_code_that_the_page_shows(fair) {
        let Some(browser) = Browser::start().await else { return };
        let space = fair.exhibitor("Acme").open().await;
        let ada = space.admin("Ada Admin").await;
        let mut tab = opened(&browser, &ada.api, &format!("/exhibitors/{}/devices", space.id)).await;
        tab.click("[data-open=pair]").await;
        fill(&mut tab, "label", "Counter left").await;
        tab.click(SEND).await;
        tab.until("document.querySelector('#answer[open] img')?.complete").await;
        tab.until("document.querySelector('#answer img').naturalWidth > 0").await;
        let code = tab.value("document.querySelector('#answer output').textContent").await;
        let phone = json!({"pairing_code": code, "install_id": "i-1", "device_name": "Nokia of Ines", "platform": "test"});
        fair.site.api.post("/auth/devices", &phone).await.done(201);
        tab.go(&format!("{}/exhibitors/{}/devices", ada.api.base(), space.id)).await;
        tab.until("document.querySelector('#main tbody').textContent.includes('Nokia of Ines')").await;
        tab.click("[aria-label='Unpair Nokia of Ines']").await;
        tab.until("document.querySelector('#ask').open").await;
        tab.click("#ask-do").await;
        tab.until("document.querySelector('#main tbody').textContent.includes('Unpaired')").await;
        assert_eq!(tab.problems(), [] as [&str; 0]);
    }

    async fn an_organiser_sets_up_an_exhibitor_with_a_package(fair) {
        let Some(browser) = Browser::start().await else { return };
        let olga = fair.organizer().await;
        let event = fair.site.event;
        let mut tab = opened(&browser, &olga.api, &format!("/events/{event}/packages")).await;
        tab.click("[data-open=add]").await;
        fill(&mut tab, "name", "Basic").await;
        fill(&mut tab, "terms.licences", "2").await;
        tab.value("document.querySelector('dialog[open] [name=\"terms.export\"]').value = 'no'").await;
        tab.click(SEND).await;
        tab.until("document.querySelector('#main tbody')?.textContent.includes('2 licences')").await;
        tab.until("document.querySelector('#main tbody').textContent.includes('No export')").await;
        // What is said in one place of the form stays when another is changed.
        tab.click("[data-open=edit]").await;
        tab.value("document.querySelector('dialog[open] [name=\"terms.meetings\"]').value = 'no'").await;
        tab.click(SEND).await;
        tab.until("document.querySelector('#main tbody').textContent.includes('No meetings')").await;
        tab.click("[data-open=edit]").await;
        fill(&mut tab, "terms.licences", "2").await;
        tab.click(SEND).await;
        tab.until("document.querySelector('dialog[open]') === null").await;
        let kept = olga.api.get(&format!("/events/{event}/packages")).await.json()["items"][0]["terms"].clone();
        assert_eq!((&kept["meetings"], &kept["export"], &kept["licences"]), (&json!(false), &json!(false), &json!(2)));

        tab.go(&format!("{}/events/{event}/exhibitors", olga.api.base())).await;
        tab.click("[data-open=add]").await;
        fill(&mut tab, "name", "Café Noir & Fils").await;
        tab.until("document.querySelector('dialog[open] [name=slug]').value === 'cafe-noir-fils'").await;
        fill(&mut tab, "booth", "Hall 2 / B14").await;
        tab.click(SEND).await;
        tab.until("document.querySelector('#rows')?.textContent.includes('B14')").await;
        tab.click("[aria-label='Edit Café Noir & Fils']").await;
        tab.value("(() => { const it = document.querySelector('dialog[open] [name=package_id]'); it.selectedIndex = 1; })()").await;
        tab.click(SEND).await;
        tab.until("document.querySelector('#rows')?.textContent.includes('Basic')").await;
        let listed = olga.api.get(&format!("/events/{event}/exhibitors")).await.json();
        let made = listed["items"].as_array().and_then(|all| all.iter().find(|one| one["slug"] == "cafe-noir-fils")).cloned();
        let made = made.expect("the exhibitor");
        assert_eq!((&made["entitlements"]["licences"], &made["entitlements"]["export"]), (&json!(2), &json!(false)));
        assert_eq!(tab.problems(), [] as [&str; 0]);
    }

    async fn an_owner_makes_an_event_in_the_zone_where_it_is(fair) {
        let Some(browser) = Browser::start().await else { return };
        let olga = fair.organizer().await;
        let mut tab = opened(&browser, &olga.api, "/").await;
        tab.click("a[href='/events/new']").await;
        tab.until("location.pathname === '/events/new' && document.readyState === 'complete'").await;
        tab.value("(() => { const put = (name, value) => { const it = document.querySelector(`[name=${name}]`); it.value = value; \
            it.dispatchEvent(new Event('input', { bubbles: true })); }; put('name', 'Été à Paris'); put('timezone', 'Europe/Paris'); \
            put('starts_at', '2027-07-01T09:00'); put('ends_at', '2027-07-03T18:00'); })()").await;
        tab.click("form.form-page .button.primary").await;
        tab.until("/^.events.[0-9a-f-]{36}.exhibitors$/.test(location.pathname)").await;
        let events = olga.api.get("/events").await.json();
        let made = events["items"].as_array().and_then(|all| all.iter().find(|one| one["slug"] == "ete-a-paris")).cloned();
        let made = made.expect("the event");
        assert_eq!(made["starts_at"], "2027-07-01T07:00:00.000000Z", "nine o'clock in Paris");
        assert_eq!(tab.problems(), [] as [&str; 0]);
    }

    async fn a_policy_is_changed_with_a_look_at_what_exhibitors_will_see(fair) {
        let Some(browser) = Browser::start().await else { return };
        let olga = fair.organizer().await;
        let event = fair.site.event;
        let mut tab = opened(&browser, &olga.api, &format!("/events/{event}/disclosure")).await;
        let card = "[...document.querySelectorAll('.policy-card')].find((card) => card.ariaLabel.endsWith('Buyer')).textContent";
        tab.until(&format!("{card}.includes('noor@aziz.example')")).await;
        tab.value("document.querySelector('[name=\"disclosure.buyer.scannable\"]').value = 'ask'").await;
        tab.click(".policy > .dialog-foot .button.primary").await;
        tab.until(&format!("{card}.includes('before the answer')")).await;
        crate::helpdesk::picture(&mut tab, "disclosure-1280").await;
        let saved = olga.api.get(&format!("/events/{event}")).await.done(200);
        assert_eq!(saved["disclosure"]["buyer"]["scannable"], "ask");
        assert_eq!(saved["disclosure"]["minor"]["scannable"], "no");
        // A category of the organiser's own is there for imports, the desk and print runs from then on.
        tab.value("document.querySelector('[name=new_category]').value = 'Trade Préss'").await;
        tab.click(".policy > .dialog-foot .button.primary").await;
        tab.until("document.querySelector('[name=\"disclosure.trade_press.scannable\"]')?.value === 'ask'").await;
        let desk = olga.api.get(&format!("//events/{event}/registration-desk")).await.text();
        assert!(desk.contains("Trade press"), "{desk}");
        assert_eq!(tab.problems(), [] as [&str; 0]);
    }

    async fn an_event_is_duplicated_from_its_exhibitors_page(fair) {
        let Some(browser) = Browser::start().await else { return };
        let olga = fair.organizer().await;
        fair.exhibitor("Acme").open().await;
        let event = fair.site.event;
        let mut tab = opened(&browser, &olga.api, &format!("/events/{event}/exhibitors")).await;
        tab.click("[data-open=duplicate]").await;
        fill(&mut tab, "name", "Spring Fair 2027").await;
        tab.value("(() => { for (const [name, value] of [['starts_at', '2027-07-01T09:00'], ['ends_at', '2027-07-03T18:00']]) \
            document.querySelector(`dialog[open] [name=${name}]`).value = value; })()").await;
        tab.click(SEND).await;
        tab.until(&format!("/^.events.[0-9a-f-]{{36}}.exhibitors$/.test(location.pathname) && !location.pathname.includes('{event}')")).await;
        tab.until("document.querySelector('#rows')?.textContent.includes('Acme')").await;
        assert_eq!(tab.problems(), [] as [&str; 0]);
    }

    async fn the_desk_registers_a_walk_in_and_finds_them_again(fair) {
        let Some(browser) = Browser::start().await else { return };
        let olga = fair.organizer().await;
        let event = fair.site.event;
        let mut tab = opened(&browser, &olga.api, &format!("/events/{event}/people")).await;
        tab.click("[data-open=add]").await;
        fill(&mut tab, "first_name", "Zoë").await;
        fill(&mut tab, "last_name", "Núñez").await;
        fill(&mut tab, "company", "Walk-in Ltd").await;
        tab.click(SEND).await;
        tab.until("/^.{4}-.{4}$/.test(document.querySelector('#answer[open] .number')?.textContent)").await;
        tab.click("#answer [aria-label=Close]").await;
        tab.go(&format!("{}/events/{event}/people?q=nunez+zoe", olga.api.base())).await;
        tab.until("document.querySelectorAll('#main tbody tr').length === 1").await;
        tab.click("[aria-label='New badge for Zoë Núñez']").await;
        tab.until("document.querySelector('#ask').open").await;
        let before = tab.value("document.querySelector('#main tbody .number').textContent").await;
        tab.click("#ask-do").await;
        tab.until(&format!("document.querySelector('#main tbody .number').textContent !== {before}")).await;
        assert_eq!(tab.problems(), [] as [&str; 0]);
    }

    async fn every_page_opens_for_those_whose_role_includes_it_and_for_nobody_else(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let other = fair.exhibitor("Zed").open().await.admin("Zoe Admin").await;
        let (ada, sam, olga) = (space.admin("Ada Admin").await, space.scanner("Sam Scanner").await, fair.organizer().await);
        let (of_space, of_event) = (format!("/exhibitors/{}", space.id), format!("/events/{}", fair.site.event));
        let pages = [
            (of_space.clone(), [200, 200, 404, 200]),
            (format!("{of_space}/leads"), [200, 200, 404, 200]),
            (format!("{of_space}/meetings"), [200, 200, 404, 200]),
            (format!("{of_space}/meetings/day"), [200, 200, 404, 200]),
            (format!("{of_space}/meetings/places"), [200, 200, 404, 200]),
            (format!("{of_space}/meetings/new"), [200, 403, 404, 200]),
            (format!("{of_space}/sessions"), [200, 200, 404, 200]),
            (format!("{of_space}/team"), [200, 403, 404, 200]),
            (format!("{of_space}/devices"), [200, 403, 404, 200]),
            (format!("{of_space}/activity"), [200, 403, 404, 200]),
            (format!("{of_event}/monitor"), [404, 404, 404, 200]),
            (format!("{of_event}/exhibitors"), [404, 404, 404, 200]),
            (format!("{of_event}/sessions"), [404, 404, 404, 200]),
            (format!("{of_event}/meeting-places"), [404, 404, 404, 200]),
            (format!("{of_event}/packages"), [404, 404, 404, 200]),
            (format!("{of_event}/people"), [404, 404, 404, 200]),
            (format!("{of_event}/disclosure"), [404, 404, 404, 200]),
            (format!("{of_event}/help-desk"), [404, 404, 404, 200]),
            (format!("{of_event}/ready"), [404, 404, 404, 200]),
            (format!("{of_event}/wall"), [404, 404, 404, 200]),
            (format!("{of_event}/doors"), [404, 404, 404, 200]),
            (format!("{of_event}/activity"), [404, 404, 404, 200]),
        ];
        for (path, expected) in pages {
            let mut found = Vec::new();
            for api in [&ada.api, &sam.api, &other.api, &olga.api] {
                found.push(api.get(&format!("/{path}")).await.status);
            }
            assert_eq!(found, expected, "{path}: admin, scanner, another's admin, organiser");
        }
        let menu = sam.api.get(&format!("/{of_space}/leads")).await.text();
        assert!(!menu.contains(&format!("{of_space}/team")), "a scanner's menu has no team");
    }

    async fn managing_pages_fit_a_phone_of_390_pixels(fair) {
        let Some(browser) = Browser::start().await else { return };
        let space = fair.exhibitor("Acme Long Name International Holding").open().await;
        let (ada, olga) = (space.admin("Maximiliana-Alexandra Oberschwabenhausen-Unterallgäu").await, fair.organizer().await);
        fair.registration("Maximiliana-Alexandra Freifrau von Oberschwabenhausen-Unterallgäu").badge().await;
        space.phone("A phone with quite a long name that somebody typed").await;
        let mut tab = browser.tab(390, 844).await;
        for (api, place, pages) in [
            (&ada.api, format!("/exhibitors/{}", space.id), &["meetings", "meetings/places", "sessions", "charts", "team", "questions", "devices", "activity"][..]),
            (&olga.api, format!("/events/{}", fair.site.event), &["exhibitors", "packages", "disclosure", "people", "help-desk", "ready", "sessions", "meeting-places", "doors", "activity"]),
        ] {
            tab.sign_in(api).await;
            for page in pages {
                tab.go(&format!("{}{place}/{page}", api.base())).await;
                assert_eq!(tab.value("document.documentElement.scrollWidth").await, json!(390), "{page}");
            }
        }
        assert_eq!(tab.problems(), [] as [&str; 0]);
    }
}
