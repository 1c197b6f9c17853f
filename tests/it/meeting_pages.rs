//! The pages of meetings and sessions: proposing, answering, moving and calling off from both sides in
//! real browsers, places with their slots, and the organiser's sessions.

use crate::browsing::{attendee_tab, has, opened, picture, sure};
use harness::browser::{Browser, Tab};
use harness::http::Api;
use harness::{Space, TeamMember, on_every_engine};
use mobile_core::capture::ContactField;
use mobile_core::ids::RegistrationId;
use serde_json::{Value, json};

const MINUTE: i64 = 60_000_000;

/// Fills a field of the open dialog.
async fn fill(tab: &mut Tab, name: &str, text: &str) {
    let field = format!("document.querySelector('dialog[open] [name=\"{name}\"]')");
    tab.value(&format!("(() => {{ const it = {field}; it.focus(); it.select?.(); }})()")).await;
    tab.type_text(text).await;
}

/// A place with slots on every day of the event, of the walked exhibitor.
pub async fn place(space: &Space, ada: &TeamMember, name: &str) -> String {
    let places = format!("/exhibitors/{}/meeting-locations", space.id);
    let made = ada.api.post(&places, &json!({"name": name})).await.done(201);
    let id = made["id"].as_str().unwrap().to_owned();
    let day = |days: i64| space.site.app.now().plus_micros(days * 24 * 60 * MINUTE).to_string()[..10].to_owned();
    let hours = json!({"days": [day(0), day(1)], "opens": "00:00", "closes": "23:30", "minutes": 30});
    ada.api.post(&format!("{places}/{id}/slots"), &hours).await.done(201);
    id
}

async fn calendar(own: &Api, registration: RegistrationId) -> String {
    let link = own.post(&format!("/attendee/{registration}/calendar-link"), &json!({})).await.done(201);
    let url = link["url"].as_str().unwrap();
    url[url.find("/api/v1").unwrap() + "/api/v1".len()..].to_owned()
}

on_every_engine! {
    async fn a_meeting_is_booked_moved_and_called_off_from_both_sides(fair) {
        let Some(browser) = Browser::start().await else { return };
        let acme = fair.exhibitor("Acme").open().await;
        let ada = acme.admin("Ada Admin").await;
        place(&acme, &ada, "Table 4").await;
        fair.site.set_disclosure(json!({"visitor": {"scannable": "yes", "listed": true}})).await;
        let badge = fair.registration("Noor Aziz").with(ContactField::Email, "noor@a.example")
            .with(ContactField::Company, "Aziz & Co").badge().await;
        let meetings = format!("/exhibitors/{}/meetings", acme.id);

        // The exhibitor finds the attendee and proposes the first slot that is free on both sides.
        let mut tab = opened(&browser, &ada.api, &format!("{meetings}/new")).await;
        picture(&mut tab, "meetings-whom-1440").await;
        tab.click("[aria-label='Choose a time with Noor Aziz']").await;
        tab.until("document.querySelectorAll('.slots button').length > 3 && document.readyState === 'complete'").await;
        picture(&mut tab, "meetings-propose-1440").await;
        tab.click(".slots button").await;
        tab.until("document.querySelector('#ahead') !== null").await;
        has(&mut tab, "#ahead", "Noor Aziz").await;
        has(&mut tab, "#ahead", "Waits for their answer").await;
        picture(&mut tab, "meetings-invited-1440").await;

        // The attendee accepts on the phone, and comes up in the Leads tab.
        let agenda = format!("/attendee/{}/agenda", badge.registration);
        let (mut phone, own) = attendee_tab(fair, &browser, "noor@a.example", &agenda).await;
        has(&mut phone, ".agenda", "Asks you for a meeting").await;
        picture(&mut phone, "attendee-asked-390").await;
        phone.click("[aria-label='Accept the meeting with Acme']").await;
        has(&mut phone, ".agenda", "Agreed").await;
        let leads = format!("/exhibitors/{}/leads", acme.id);
        let mut lead_tab = opened(&browser, &ada.api, &format!("{leads}?source=meeting")).await;
        has(&mut lead_tab, "#main", "Noor Aziz").await;
        let feed = calendar(&own, badge.registration).await;
        let first = own.get(&feed).await.text();
        assert!(first.contains("SUMMARY:Acme") && first.contains("STATUS:CONFIRMED") && first.contains("Table 4"), "{first}");
        let start = |text: &str| text.lines().find(|line| line.starts_with("DTSTART")).unwrap().to_owned();

        // The attendee proposes another time; the exhibitor sees whose turn it is, and agrees.
        phone.click("[aria-label='Another time with Acme']").await;
        phone.until("document.querySelectorAll('.slots button').length > 3 && document.readyState === 'complete'").await;
        phone.value("document.querySelectorAll('.slots button')[2].scrollIntoView({block: 'center'})").await;
        phone.click(".slots li:nth-child(3) button").await;
        has(&mut phone, ".agenda", "Waits for their answer").await;
        tab.go(&format!("{}{meetings}?asked_by=exhibitor", ada.api.base())).await;
        has(&mut tab, "#ahead", "Asks for an answer").await;
        tab.click("[aria-label='Accept the meeting with Noor Aziz']").await;
        has(&mut tab, "#ahead", "Accepted").await;
        let second = own.get(&feed).await.text();
        assert_ne!(start(&first), start(&second), "the calendar has the new time");

        // The exhibitor moves it by hand, then the day shows it by place.
        tab.click("[aria-label='Another time with Noor Aziz']").await;
        tab.until("document.querySelector('.own-time') !== null && document.readyState === 'complete'").await;
        tab.value("document.querySelector('.own-time').scrollIntoView({block: 'center'})").await;
        tab.value("document.querySelector('#message').focus()").await;
        tab.type_text("The boss comes too").await;
        tab.click(".own-time .button.primary").await;
        has(&mut tab, "#ahead", "Waits for their answer").await;
        phone.go(&format!("{}{agenda}", own.base())).await;
        phone.click("[aria-label='Accept the meeting with Acme']").await;
        has(&mut phone, ".agenda", "Agreed").await;
        let moved = ada.api.get(&meetings).await.done(200)["items"][0].clone();
        let day = moved["starts_at"].as_str().unwrap()[..10].to_owned();
        tab.go(&format!("{}{meetings}/day?day={day}", ada.api.base())).await;
        if tab.value("document.querySelector('.day-group') === null").await == json!(true) {
            // Near midnight the event's day is the next one.
            tab.click("[rel=next]").await;
        }
        has(&mut tab, ".day-group", "Noor Aziz").await;
        picture(&mut tab, "meetings-day-1440").await;

        // In the week it is moved by the form, with the keyboard; both sides see it, and it is agreed again.
        tab.go(&format!("{}{meetings}/week?day={day}", ada.api.base())).await;
        has(&mut tab, "#week", "Noor Aziz").await;
        picture(&mut tab, "meetings-week-1440").await;
        let button = "#week [aria-label='Move the meeting with Noor Aziz']";
        tab.value(&format!("document.querySelector(\"{button}\").focus()")).await;
        tab.value("document.activeElement.click()").await;
        tab.until("document.querySelector('#move').open").await;
        let clock = "document.querySelector('#move [name=starts_at]')";
        let before = tab.value(&format!("{clock}.value")).await;
        tab.click("#move [data-close]").await;
        // Arrow keys fill the form: down is a quarter of an hour later, right a day; Escape forgets it.
        let minutes = |value: &Value| format!("Date.parse('{}Z') / 60000", value.as_str().unwrap());
        for key in ["ArrowRight", "Escape", "ArrowDown", "ArrowDown", "ArrowUp"] {
            tab.value(&format!("document.querySelector(\"{button}\").focus()")).await;
            tab.press(key).await;
        }
        tab.until("document.querySelector('#week output').textContent.includes('Enter opens the form')").await;
        tab.value("document.activeElement.click()").await;
        let planned = tab.value(&format!("{clock}.value")).await;
        let later = format!("{} - {}", minutes(&planned), minutes(&before));
        assert_eq!(tab.value(&later).await, json!(15), "{before} {planned}");
        tab.click("#move [data-close]").await;
        // Dragged onto another day, the form begins with that day at the same time.
        tab.value(&format!("document.querySelector(\"{button}\").blur()")).await;
        tab.value("(() => {
            const data = new DataTransfer();
            const tell = (name, at) => at.dispatchEvent(new DragEvent(name, { bubbles: true, cancelable: true, dataTransfer: data }));
            const meeting = document.querySelector('#week li[data-movable]');
            const other = [...document.querySelectorAll('#week td[data-date]')].find((cell) => cell !== meeting.closest('td'));
            window.droppedOn = other.dataset.date;
            tell('dragstart', meeting); tell('dragover', other); tell('drop', other); tell('dragend', meeting);
        })()").await;
        tab.until("document.querySelector('#move').open").await;
        let dropped = tab.value(&format!("{clock}.value")).await;
        let (date, clock_before) = (tab.value("window.droppedOn").await, &before.as_str().unwrap()[10..]);
        assert_eq!(dropped, json!(format!("{}{clock_before}", date.as_str().unwrap())));
        tab.click("#move [data-close]").await;
        tab.value(&format!("document.querySelector(\"{button}\").click()")).await;
        tab.until("document.querySelector('#move').open").await;
        tab.value(&format!("{clock}.stepUp(1); document.querySelector('#move [name=ends_at]').stepUp(1)")).await;
        picture(&mut tab, "meetings-move-1440").await;
        tab.click("#move .button.primary").await;
        tab.until("!document.querySelector('#move').open && document.querySelector('#week .flag')?.textContent.includes('Waits')").await;
        let moved = ada.api.get(&meetings).await.done(200)["items"][0].clone();
        assert_eq!((&moved["status"], &moved["awaits"]), (&json!("pending"), &json!("attendee")), "{before} {moved}");
        phone.go(&format!("{}{agenda}", own.base())).await;
        phone.click("[aria-label='Accept the meeting with Acme']").await;
        has(&mut phone, ".agenda", "Agreed").await;

        // The attendee calls it off; both calendars say so.
        phone.click("[aria-label='Cancel the meeting with Acme']").await;
        sure(&mut phone).await;
        phone.until("document.querySelector('.agenda > li[data-off]') !== null").await;
        assert!(own.get(&feed).await.text().contains("STATUS:CANCELLED"));
        tab.go(&format!("{}{meetings}?asked_by=exhibitor", ada.api.base())).await;
        has(&mut tab, "#over", "Cancelled").await;
        assert_eq!(tab.problems(), [] as [&str; 0]);
        assert_eq!(phone.problems(), [] as [&str; 0]);
    }

    async fn what_overlaps_on_a_day_is_marked(fair) {
        let acme = fair.exhibitor("Acme").open().await;
        let ada = acme.admin("Ada Admin").await;
        let (one, two) = (place(&acme, &ada, "Table 1").await, place(&acme, &ada, "Table 2").await);
        let noor = fair.registration("Noor Aziz").badge().await;
        fair.site.set_disclosure(json!({"visitor": {"scannable": "yes", "listed": true}})).await;
        let now = fair.now().as_micros();
        let at = mobile_core::time::Timestamp::from_micros(now - now.rem_euclid(30 * MINUTE) + 60 * MINUTE);
        // Two requests to one attendee hold two places; only the answer will say which of them counts.
        for place in [&one, &two] {
            let wish = json!({"registration_id": noor.registration, "location_id": place, "starts_at": at,
                "ends_at": at.plus_micros(30 * MINUTE)});
            ada.api.post(&format!("/exhibitors/{}/meetings", acme.id), &wish).await.done(201);
        }
        let zone = server::web::EventZone::named("Europe/Paris");
        let page = format!("//exhibitors/{}/meetings/day?day={}", acme.id, zone.day(at));
        let html = ada.api.get(&page).await.text();
        assert_eq!(html.matches("data-conflict").count(), 2, "{html}");
        assert!(html.contains("Table 1") && html.contains("Overlaps with"), "{html}");
        for (view, by) in [("week", ""), ("week", "&by=person"), ("day", "&by=person")] {
            let page = format!("//exhibitors/{}/meetings/{view}?day={}{by}", acme.id, zone.day(at));
            let html = ada.api.get(&page).await.text();
            assert_eq!(html.matches("data-conflict").count(), 2, "{page}: {html}");
            assert_eq!(html.matches("aria-label=\"Move the meeting with").count(), 2, "{page}: both lie ahead");
        }
        let scanner = acme.scanner("Sam").await;
        let html = scanner.api.get(&format!("//exhibitors/{}/meetings?asked_by=exhibitor", acme.id)).await.text();
        assert!(html.contains("Admins of the space answer") && !html.contains("/answer"), "{html}");
        let nonsense = ada.api.get(&format!("//exhibitors/{}/meetings/day?day=tomorrow", acme.id)).await;
        assert_eq!(nonsense.status, 422);
        for day in ["9999-12-31", "-9999-01-01"] {
            let far = ada.api.get(&format!("//exhibitors/{}/meetings/week?day={day}", acme.id)).await;
            assert!(far.status < 500, "{day}: {}", far.status);
        }
        let week = scanner.api.get(&format!("//exhibitors/{}/meetings/week?day={}", acme.id, zone.day(at))).await.text();
        assert!(week.contains("Table 1") && !week.contains("/answer"), "who may not move is offered nothing: {week}");
    }

    async fn an_organiser_makes_places_with_slots_and_renames_them(fair) {
        let Some(browser) = Browser::start().await else { return };
        let organiser = fair.organizer().await;
        let mut tab = opened(&browser, &organiser.api, &format!("/events/{}/meeting-places", fair.site.event)).await;
        tab.click("[data-open=add]").await;
        fill(&mut tab, "name", "Lounge 1").await;
        tab.click("dialog[open] .button.primary").await;
        has(&mut tab, "#places", "Lounge 1").await;
        tab.click("[aria-label='Make slots at Lounge 1']").await;
        fill(&mut tab, "breaks", "12:30-13:30, oops").await;
        tab.click("dialog[open] .button.primary").await;
        tab.until("document.querySelector('dialog[open] .wrong') !== null").await;
        fill(&mut tab, "breaks", "12:30-13:30").await;
        tab.click("dialog[open] .button.primary").await;
        has(&mut tab, "#answer", "new slots").await;
        tab.click("#answer [aria-label=Close]").await;
        tab.click("[aria-label='Edit Lounge 1']").await;
        fill(&mut tab, "name", "Lounge A").await;
        tab.click("dialog[open] .button.primary").await;
        has(&mut tab, "#places", "Lounge A").await;
        has(&mut tab, "#places", "slots").await;
        picture(&mut tab, "places-1440").await;
        tab.click("[aria-label='Delete Lounge A']").await;
        sure(&mut tab).await;
        tab.until("document.querySelector('#places') === null").await;
        assert_eq!(tab.problems().into_iter().filter(|said| !said.contains("422")).collect::<Vec<_>>(), [] as [&str; 0]);
    }

    async fn an_organiser_makes_a_session_and_its_exhibitor_adds_a_speaker(fair) {
        let Some(browser) = Browser::start().await else { return };
        let acme = fair.exhibitor("Acme").open().await;
        let (organiser, ada) = (fair.organizer().await, acme.admin("Ada Admin").await);
        let sessions = format!("/events/{}/sessions", fair.site.event);
        let mut tab = opened(&browser, &organiser.api, &sessions).await;
        tab.click("[data-open=add]").await;
        fill(&mut tab, "title", "Opening").await;
        fill(&mut tab, "room", "Room 1").await;
        fill(&mut tab, "speakers", "Sol Speaker, CTO, Acme").await;
        tab.value(&format!("document.querySelector('dialog[open] [name=exhibitor_id]').value = '{}'", acme.id)).await;
        tab.value("document.querySelector('dialog[open] [name=signup]').value = 'open'").await;
        tab.click("dialog[open] [name=is_editable]").await;
        tab.click("dialog[open] .button.primary").await;
        has(&mut tab, "#rows", "Opening").await;
        has(&mut tab, "#rows", "Sol Speaker").await;
        picture(&mut tab, "sessions-1440").await;
        let listed = organiser.api.get(&sessions).await.done(200)["items"][0].clone();
        assert_eq!(listed["speakers"], json!([{"name": "Sol Speaker", "job_title": "CTO", "company": "Acme"}]));
        let session = listed["id"].as_str().unwrap().to_owned();

        let mut own = opened(&browser, &ada.api, &format!("/exhibitors/{}/sessions", acme.id)).await;
        own.click("[aria-label='Edit Opening']").await;
        own.click("dialog[open] [data-add-line]").await;
        own.click("dialog[open] .button.primary").await;
        has(&mut own, "#main tbody", "Ada Admin").await;
        let now = ada.api.get(&format!("/exhibitors/{}/sessions", acme.id)).await.done(200)["items"][0].clone();
        assert_eq!((&now["speakers"][0]["company"], &now["speakers"][1]["name"]), (&json!("Acme"), &json!("Ada Admin")));

        // Who was inside shows as far as they are disclosed.
        let noor = fair.registration("Noor Aziz").badge().await;
        let crew = fair.registration("Cora Crew").category("crew").badge().await;
        for badge in [&noor, &crew] {
            let mark = json!({"registration_id": badge.registration, "direction": "in", "note": "at the desk"});
            organiser.api.post(&format!("{sessions}/{session}/attendance"), &mark).await.done(201);
        }
        own.go(&format!("{}/exhibitors/{}/sessions/{session}", ada.api.base(), acme.id)).await;
        has(&mut own, "#attended", "Noor Aziz").await;
        let text: Value = own.value("document.querySelector('#main').textContent").await;
        assert!(!text.as_str().unwrap().contains("Cora") && text.as_str().unwrap().contains("1 more came"), "{text}");
        picture(&mut own, "session-attended-1440").await;
        assert_eq!(tab.problems(), [] as [&str; 0]);
        assert_eq!(own.problems(), [] as [&str; 0]);
    }
}
