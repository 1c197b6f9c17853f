//! What people see: signing in, the Leads tab and the monitor, as HTML and in a real browser.

use harness::browser::Browser;
use harness::http::Api;
use harness::{Space, TeamMember, on_every_engine};
use mobile_core::capture::ContactField;
use reqwest::Method;
use reqwest::redirect::Policy;
use serde_json::{Value, json};
use server::accounts::password::Password;
use std::path::Path;

/// The page of a path, which begins with one slash.
async fn page(api: &Api, path: &str) -> String {
    let answer = api.get(&format!("/{path}")).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    answer.text()
}

fn tab_of(space: &Space) -> String {
    format!("/exhibitors/{}/leads", space.id)
}

/// Somebody whose client does not follow redirects, so that a test sees them.
fn still(api: &Api) -> Api {
    let client = reqwest::Client::builder().redirect(Policy::none()).build().expect("a client");
    Api::new(client, api.base())
}

async fn send_form(api: &Api, path: &str, origin: &str, body: &str) -> harness::Answer {
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("origin", origin)];
    api.send(Method::POST, &format!("/{path}"), &headers, Some(body.as_bytes().to_vec())).await
}

on_every_engine! {
    async fn a_page_asks_to_sign_in_and_leads_back_to_itself(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let answer = still(&fair.site.api).get(&format!("/{}?rating=hot", tab_of(&space))).await;
        assert_eq!(answer.status, 303);
        let expected = format!("/sign-in?next=%2Fexhibitors%2F{}%2Fleads%3Frating%3Dhot", space.id);
        assert_eq!(answer.header("location"), Some(expected.as_str()));
        let form = page(&fair.site.api, &expected).await;
        assert!(form.contains(&format!("name=\"next\" value=\"/exhibitors/{}/leads?rating=hot\"", space.id)), "{form}");
    }

    async fn the_sign_in_form_sets_a_cookie_that_scripts_cannot_read(fair) {
        let password = Password::parse("correct horse").unwrap();
        server::accounts::create_owner(fair.app(), "Owl Ltd", "olga@owl.example", "Olga Owl", &password).await.unwrap();
        let visitor = still(&fair.site.api);
        let own = visitor.base().to_owned();
        let sent = |password: &str| format!("email=olga%40owl.example&password={password}&next=%2F%2Fevil.example");
        let wrong = send_form(&visitor, "/sign-in", &own, &sent("wrong-horse")).await;
        assert_eq!(wrong.status, 401);
        assert!(wrong.text().contains("olga@owl.example") && wrong.text().contains("role=\"alert\""), "{}", wrong.text());
        assert_eq!(send_form(&visitor, "/sign-in", "https://evil.example", &sent("correct+horse")).await.status, 403);
        let right = send_form(&visitor, "/sign-in", &own, &sent("correct+horse")).await;
        assert_eq!((right.status, right.header("location")), (303, Some("/")));
        let cookie = right.header("set-cookie").unwrap().to_owned();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
        let pair = cookie.split(';').next().unwrap();
        let home = visitor.send(Method::GET, "//", &[("cookie", pair)], None).await;
        assert!(home.text().contains("Olga Owl"), "{}", home.text());
        let headers = [("cookie", pair), ("origin", own.as_str())];
        let out = visitor.send(Method::POST, "//sign-out", &headers, None).await;
        assert_eq!((out.status, out.header("location")), (303, Some("/sign-in")));
        assert_eq!(visitor.send(Method::GET, "//", &[("cookie", pair)], None).await.status, 303);
    }

    async fn the_leads_tab_says_who_scanned_whom_when_and_what_was_said(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada Admin").await);
        let noor = fair.registration("Noor Aziz").with(ContactField::Company, "Zed & Co").badge().await;
        let lead = ines.scan(&noor).rate("hot").note("wants a demo").tag("pricing").upload().await.all_accepted().lead_id();
        let html = page(&ada.api, &tab_of(&space)).await;
        for text in ["Noor Aziz", "Zed &#38; Co", "by Ines", " CE", "pricing", "aria-pressed=\"true\""] {
            assert!(html.contains(text), "{text} is missing: {html}");
        }
        let panel = page(&ada.api, &format!("{}/{lead}/panel", tab_of(&space))).await;
        for text in ["wants a demo", "Rated hot", "Tagged pricing", "Scanned"] {
            assert!(panel.contains(text), "{text} is missing: {panel}");
        }
        assert!(!page(&ada.api, &format!("{}?rating=cold", tab_of(&space))).await.contains("Noor Aziz"));
        assert!(page(&ada.api, &format!("{}?tab=meetings", tab_of(&space))).await.contains("No meetings yet"));
    }

    async fn another_exhibitors_tab_looks_like_one_that_does_not_exist(fair) {
        let (acme, zed) = (fair.exhibitor("Acme").open().await, fair.exhibitor("Zed").open().await);
        let ada = acme.admin("Ada Admin").await;
        let theirs = ada.api.get(&format!("/{}", tab_of(&zed))).await;
        let nobodys = ada.api.get("//exhibitors/no-id/leads").await;
        assert_eq!((theirs.status, nobodys.status), (404, 404));
        assert_eq!(theirs.text(), nobodys.text());
        assert!(theirs.header("content-type").unwrap().starts_with("text/html"));
    }

    async fn a_page_shows_nothing_of_a_person_who_withdrew(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada Admin").await);
        let noor = fair.registration("Noor Aziz").with(ContactField::Email, "noor@zed.example").badge().await;
        let scanned = ines.scan(&noor).note("a private note").consent("disclosure", false).upload().await.all_accepted();
        let list = page(&ada.api, &tab_of(&space)).await;
        let lead = page(&ada.api, &format!("{}/{}", tab_of(&space), scanned.lead_id())).await;
        for html in [list, lead] {
            assert!(html.contains("Withdrawn"));
            assert!(!html.contains("Noor") && !html.contains("noor@zed") && !html.contains("private"), "{html}");
        }
    }

    async fn what_people_type_is_shown_as_text_and_never_runs(fair) {
        let space = fair.exhibitor("</script><b>Acme").open().await;
        let (ines, ada) = (space.phone("<i>Ines").await, space.admin("Ada Admin").await);
        let badge = fair.registration("<script>alert(1)</script> Aziz").badge().await;
        let lead = ines.scan(&badge).note("<img src=x onerror=alert(1)>").tag("\"><b>").upload().await.all_accepted().lead_id();
        let html = page(&ada.api, &format!("{}/{lead}?q=%3Cscript%3E", tab_of(&space))).await;
        for raw in ["<script>alert", "<img src=x", "<i>Ines", "<b>Acme", "</script><b>"] {
            assert!(!html.contains(raw), "{raw}: {html}");
        }
    }

    async fn a_page_loads_only_its_own_files_and_holds_nothing_inline(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ada, olga) = (space.admin("Ada Admin").await, fair.organizer().await);
        let monitor = format!("/events/{}/monitor", fair.site.event);
        for (api, path) in [(&fair.site.api, "/sign-in".to_owned()), (&ada.api, tab_of(&space)), (&olga.api, monitor)] {
            let answer = api.get(&format!("/{path}")).await;
            let (html, policy) = (answer.text(), answer.header("content-security-policy").unwrap());
            assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
            assert_eq!(answer.header("cache-control"), Some("no-store"));
            assert!(!html.contains(" style=") && !html.contains("<style") && !html.contains(" onclick="), "{path}");
            for inline in html.split("<script").skip(1) {
                assert!(inline.starts_with(" type=\"application/json\"") || inline.contains("src=\"/static/"), "{path}: {inline}");
            }
            for (file, name) in html.match_indices("\"/static/").map(|(at, _)| (&html[at + 1..], path.clone())) {
                let file = file.split('"').next().unwrap();
                let answer = api.get(&format!("/{file}")).await;
                assert_eq!(answer.status, 200, "{name}: {file}");
                assert!(answer.header("cache-control").unwrap().contains("immutable"), "{file}");
            }
        }
    }

    async fn the_monitor_page_counts_scans_and_holds_no_attendees_data(fair) {
        let space = fair.exhibitor("Acme").open().await;
        let (ines, olga) = (space.phone("Ines").await, fair.organizer().await);
        let noor = fair.registration("Noor Aziz").with(ContactField::Email, "noor@zed.example").badge().await;
        ines.scan(&noor).note("a private note").upload().await.all_accepted();
        let html = page(&olga.api, &format!("/events/{}/monitor", fair.site.event)).await;
        assert!(html.contains("Acme") && html.contains("\"unique_visitors\":1"), "{html}");
        assert!(!html.contains("Noor") && !html.contains("noor@zed") && !html.contains("private"), "{html}");
        let ada = space.admin("Ada Admin").await;
        assert_eq!(ada.api.get(&format!("//events/{}/monitor", fair.site.event)).await.status, 404);
    }

    async fn a_scan_appears_in_the_open_tab_and_is_qualified_there(fair) {
        let Some(browser) = Browser::start().await else { return };
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada Admin").await);
        let noor = fair.registration("Noor Aziz").badge().await;
        let mut tab = browser.tab(1440, 900).await;
        tab.sign_in(&ada.api).await;
        tab.go(&format!("{}{}", ada.api.base(), tab_of(&space))).await;
        tab.until("document.querySelector('#live').dataset.state === 'live'").await;
        let lead = ines.scan(&noor).upload().await.all_accepted().lead_id();
        tab.until("document.querySelector('#rows .who')?.textContent === 'Noor Aziz'").await;
        tab.until("document.querySelector('[data-total]').textContent === '1'").await;

        tab.click("#rows [data-rate=hot]").await;
        saved(&ada, lead, |lead| lead["rating"] == "hot").await;
        ines.scan(&noor).rate("cold").upload().await.all_accepted();
        tab.until("document.querySelector('#rows [data-rate=cold]').ariaPressed === 'true'").await;
        tab.until("document.querySelector('#rows [data-slot=scans]').textContent === '2'").await;

        tab.value("document.querySelector('#rows .who').focus()").await;
        tab.press("n").await;
        tab.until("document.activeElement.name === 'note'").await;
        tab.type_text("call on Monday").await;
        tab.click(".note-form button").await;
        saved(&ada, lead, |lead| lead["notes"][0]["text"] == "call on Monday").await;
        tab.until("document.querySelector('.notes .note-text')?.textContent === 'call on Monday'").await;
        tab.press("Escape").await;
        tab.until("document.querySelector('#panel').hidden && location.pathname.endsWith('/leads')").await;
        assert_eq!(tab.problems(), [] as [&str; 0]);
    }

    async fn what_the_tab_shows_is_exported_from_its_dialog(fair) {
        let Some(browser) = Browser::start().await else { return };
        let space = fair.exhibitor("Acme").open().await;
        let (ines, ada) = (space.phone("Ines").await, space.admin("Ada Admin").await);
        for (name, rating) in [("Noor Aziz", "hot"), ("Omar Said", "cold")] {
            ines.scan(&fair.registration(name).badge().await).rate(rating).upload().await.all_accepted();
        }
        let folder = tempfile::tempdir().unwrap();
        let mut tab = browser.tab(1440, 900).await;
        tab.downloads_to(folder.path()).await;
        tab.sign_in(&ada.api).await;
        tab.go(&format!("{}{}?rating=hot", ada.api.base(), tab_of(&space))).await;
        tab.until("document.querySelector('#live').dataset.state === 'live'").await;
        tab.click("[data-action=export]").await;
        tab.until("document.querySelector('#export').open").await;
        tab.click("#export-form [value=filtered]").await;
        tab.click("#export-form [value=csv]").await;
        tab.click("#export-form button.primary").await;
        let csv = String::from_utf8(downloaded(folder.path(), "csv").await).unwrap();
        assert!(csv.contains("Noor") && !csv.contains("Omar"), "only what the tab showed: {csv}");

        tab.until("!document.querySelector('#export-form button.primary').disabled").await;
        tab.click("#export-form [value=all]").await;
        tab.click("#export-form [value=xlsx]").await;
        tab.click("#export-form button.primary").await;
        tab.until("document.querySelector('#export-progress').innerText.includes('Done')").await;
        let workbook = downloaded(folder.path(), "xlsx").await;
        let mut workbook: calamine::Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(workbook)).unwrap();
        let scans = calamine::Reader::worksheet_range_at(&mut workbook, 0).unwrap().unwrap();
        assert_eq!(scans.height(), 4, "two rows of headers and both leads");
        // Both can be had again.
        tab.until("document.querySelectorAll('#earlier a').length >= 1 && document.querySelector('#earlier').innerText.includes('CSV')").await;
        assert_eq!(tab.problems(), [] as [&str; 0]);
    }

    async fn pages_fit_a_phone_of_390_pixels(fair) {
        let Some(browser) = Browser::start().await else { return };
        let space = fair.exhibitor("Acme Long Name International Holding").open().await;
        let (ines, ada, olga) = (space.phone("Ines").await, space.admin("Ada Admin").await, fair.organizer().await);
        let long = fair.registration("Maximiliana-Alexandra Freifrau von Oberschwabenhausen-Unterallgäu").badge().await;
        ines.scan(&long).tag("a rather long tag that somebody typed in a hurry").upload().await.all_accepted();
        let monitor = format!("/events/{}/monitor", fair.site.event);
        let mut tab = browser.tab(390, 844).await;
        for (api, path) in [(&ada.api, tab_of(&space)), (&olga.api, monitor)] {
            tab.sign_in(api).await;
            tab.go(&format!("{}{path}", api.base())).await;
            tab.until("document.querySelector('#live').dataset.state === 'live'").await;
            assert_eq!(tab.value("document.documentElement.scrollWidth").await, json!(390), "{path}");
        }
        assert_eq!(tab.problems(), [] as [&str; 0]);
    }

    async fn signing_out_in_one_tab_ends_the_stream_in_the_other(fair) {
        let Some(browser) = Browser::start().await else { return };
        let space = fair.exhibitor("Acme").open().await;
        let ada = space.admin("Ada Admin").await;
        let mut tab = browser.tab(1440, 900).await;
        tab.sign_in(&ada.api).await;
        tab.go(&format!("{}{}", ada.api.base(), tab_of(&space))).await;
        tab.until("document.querySelector('#live').dataset.state === 'live'").await;
        ada.api.post("/auth/logout", &json!({})).await.done(204);
        tab.until("document.querySelector('#live').dataset.state === 'ended'").await;
    }
}

/// The file of a kind that a browser put into a folder, once it is whole.
async fn downloaded(folder: &Path, kind: &str) -> Vec<u8> {
    harness::eventually(|| async {
        let files = folder.read_dir().unwrap().map(|entry| entry.unwrap().path());
        let file = files.into_iter().find(|path| path.extension().is_some_and(|extension| extension == kind))?;
        std::fs::read(file).ok().filter(|bytes| !bytes.is_empty())
    })
    .await
}

/// Waits until the lead is so on the server.
async fn saved(member: &TeamMember, lead: mobile_core::ids::LeadId, is_so: impl Fn(&Value) -> bool) {
    harness::eventually(|| async { is_so(&member.ask_lead(lead).await.json()).then_some(()) }).await;
}
