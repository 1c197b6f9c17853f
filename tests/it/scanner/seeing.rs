//! The camera in the hand: each of its troubles has a screen and a way out, it comes back by itself, and what it
//! can do besides is offered. What browsers here cannot do, the page is told by stubs.

use super::{Camera, PHONE, Stand, next_result, opened, typed, visitors};
use harness::browser::{Browser, Tab};
use harness::on_every_engine;
use mobile_core::badge::Pairing;
use serde_json::{Value, json};

/// A camera that fails as the page's own `camera` in the session's storage says, and works without one.
const FAILS: &str = "
    const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = (wish) => {
        const [name, message] = JSON.parse(sessionStorage.getItem('camera') ?? '[]');
        return name ? Promise.reject(new DOMException(message, name)) : real(wish);
    };
    navigator.permissions.query = async () => ({ state: 'prompt' });";

/// A camera with a light, a zoom and a second lens, and a phone that buzzes and stays awake; `did` has what was asked.
const ABLE: &str = "
    window.did = { constraints: [], buzzed: [], awake: 0, cameras: [] };
    MediaStreamTrack.prototype.getCapabilities = () => ({ torch: true, zoom: { min: 1, max: 3, step: 0.1 } });
    MediaStreamTrack.prototype.applyConstraints = async ({ advanced }) => { did.constraints.push(advanced[0]); };
    const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = ({ video }) => {
        did.cameras.push(video.deviceId?.exact ?? null);
        return real({ video: true });
    };
    navigator.mediaDevices.enumerateDevices = async () =>
        ['front', 'back'].map((deviceId) => ({ kind: 'videoinput', deviceId, label: deviceId }));
    Object.defineProperty(navigator, 'vibrate', { value: (pattern) => { did.buzzed.push(pattern); return true; } });
    Object.defineProperty(navigator, 'wakeLock', { value: { request: async () => {
        did.awake += 1;
        return Object.assign(new EventTarget(), { release: async () => { did.awake -= 1; } });
    } } });";

async fn with_source(browser: &Browser, source: &str) -> Tab {
    let mut tab = browser.tab(PHONE.0, PHONE.1).await;
    tab.ask("Page.addScriptToEvaluateOnNewDocument", &json!({"source": source})).await;
    tab
}

async fn fail_with(tab: &mut Tab, name: &str, message: &str) {
    let said = json!([name, message]).to_string();
    tab.value(&format!("sessionStorage.setItem('camera', {said:?})")).await;
}

async fn trouble(tab: &mut Tab, word: &str) -> String {
    tab.until(&format!("document.querySelector('[data-trouble={word}]') !== null")).await;
    tab.value("document.querySelector('[data-trouble]').innerText").await.as_str().unwrap().to_owned()
}

/// Puts the page aside, as a lock, a call or another app does, and brings it back.
async fn turn_aside(tab: &mut Tab, is_hidden: bool) {
    let state = if is_hidden { "hidden" } else { "visible" };
    let source = format!(
        "Object.defineProperty(document, 'visibilityState', {{ configurable: true, get: () => '{state}' }});
         document.dispatchEvent(new Event('visibilitychange'))"
    );
    tab.value(&source).await;
}

on_every_engine! {
    async fn each_trouble_of_the_camera_has_its_screen_and_a_way_out(fair) {
        let camera = Camera::new();
        let Some(browser) = camera.browser(true).await else { return };
        let stand = Stand::at(fair, "Acme").await;
        let badges = visitors::<4>(fair).await;
        let mut tab = with_source(&browser, FAILS).await;
        tab.go(&format!("{}/sign-in", stand.wire.base)).await;
        fail_with(&mut tab, "NotFoundError", "").await;
        stand.pair(&mut tab).await;
        // It is asked by a tap, after one sentence why.
        let why = trouble(&mut tab, "ask").await;
        assert!(why.contains("No picture is kept or sent"), "{why}");
        tab.click("[data-trouble=ask] .primary").await;
        let words = [
            ("none", "NotReadableError", "", "Everything else works"),
            ("busy", "SecurityError", "", "Close the other app"),
            ("blocked", "UnknownError", "", "forbid the camera"),
        ];
        let mut last = String::new();
        for ((word, next, message, says), badge) in words.into_iter().zip(&badges) {
            let text = trouble(&mut tab, word).await;
            assert!(text.contains(says), "{word}: {text}");
            let ways = "['[data-trouble] input[type=file]', '[data-act=type]'].every((way) => document.querySelector(way))";
            assert_eq!(tab.value(ways).await, json!(true), "{word}: a photograph and a number");
            // Scanning goes on without it.
            typed(&mut tab, &badge.number).await;
            next_result(&mut tab, &mut last).await;
            fail_with(&mut tab, next, message).await;
            if word == "blocked" {
                // Trying again would not help, so it is not offered; the photograph is.
                let first = tab.value("document.querySelector('[data-trouble] .primary').tagName").await;
                assert_eq!(first, json!("LABEL"));
                tab.click("[data-tab=leads]").await;
                tab.until("document.querySelector('.lead-list') !== null").await;
                tab.click("[data-tab=scan]").await;
                trouble(&mut tab, "ask").await;
                tab.click("[data-trouble=ask] .primary").await;
            } else {
                tab.click("[data-trouble] .primary").await;
            }
        }
        trouble(&mut tab, "failed").await;
        // Whoever waves the question away is asked again by a tap, and not sent to the settings.
        fail_with(&mut tab, "NotAllowedError", "Permission dismissed").await;
        tab.click("[data-trouble] .primary").await;
        trouble(&mut tab, "ask").await;
        tab.value("sessionStorage.removeItem('camera')").await;
        tab.click("[data-trouble=ask] .primary").await;
        tab.until("document.querySelector('.view').dataset.open === 'true'").await;
        camera.see(&badges[3].code);
        next_result(&mut tab, &mut last).await;
    }

    async fn who_denied_the_camera_reads_the_steps_of_their_own_browser(fair) {
        let Some(browser) = Browser::start().await else { return };
        let stand = Stand::at(fair, "Acme").await;
        let app = format!("{FAILS} Object.defineProperty(navigator, 'standalone', {{ get: () => true }});");
        let agents = [
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
              Version/18.5 Mobile/15E148 Safari/604.1", "Safari › Camera"),
            ("Mozilla/5.0 (Linux; Android 16; SM-S931B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 \
              Chrome/130.0.0.0 Mobile Safari/537.36", "lock left of the address"),
            ("Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 \
              Mobile Safari/537.36", "icon left of the address"),
        ];
        let mut is_paired = false;
        for (agent, says) in agents {
            let mut tab = with_source(&browser, &app).await;
            tab.ask("Emulation.setUserAgentOverride", &json!({"userAgent": agent})).await;
            if is_paired {
                tab.go(&format!("{}/scan", stand.wire.base)).await;
                tab.until("document.querySelector('.view, .plain-screen .primary') !== null").await;
                if tab.value("document.querySelector('.view') === null").await == json!(true) {
                    tab.click(".plain-screen .primary").await;
                }
            } else {
                stand.pair(&mut tab).await;
                is_paired = true;
            }
            tab.until("document.querySelector('[data-trouble=ask]') !== null").await;
            fail_with(&mut tab, "NotAllowedError", "Permission denied").await;
            tab.click("[data-trouble=ask] .primary").await;
            let text = trouble(&mut tab, "denied").await;
            assert!(text.contains(says), "{agent}: {text}");
        }
    }

    async fn the_camera_comes_back_after_a_lock_a_call_and_another_app(fair) {
        let camera = Camera::new();
        let Some(browser) = camera.browser(true).await else { return };
        let stand = Stand::at(fair, "Acme").await;
        let badges = visitors::<2>(fair).await;
        let mut tab = browser.tab(PHONE.0, PHONE.1).await;
        // While pairing already.
        tab.go(&format!("{}/scan", stand.wire.base)).await;
        tab.click("[data-act=look]").await;
        let is_seen = "document.querySelector('.pair-view video')?.srcObject?.getVideoTracks()[0].readyState === 'live'";
        tab.until(is_seen).await;
        turn_aside(&mut tab, true).await;
        tab.until("!document.querySelector('.pair-view video')?.srcObject").await;
        turn_aside(&mut tab, false).await;
        tab.until(is_seen).await;
        let pairing = Pairing { server: stand.wire.base.clone(), code: stand.code.clone() };
        camera.see(&pairing.to_text());
        tab.until(&format!("document.querySelector('[name=code]').value === {:?}", stand.code)).await;
        camera.see_nothing();
        tab.value("localStorage.setItem('leadline.settings', JSON.stringify({ cardSeconds: 600 }))").await;
        tab.click("[data-act=pair]").await;
        opened(&mut tab).await;

        let mut last = String::new();
        // Another app: the camera is given back while nobody looks, and is there again with the page.
        turn_aside(&mut tab, true).await;
        tab.until("document.querySelector('.view video').srcObject === null").await;
        turn_aside(&mut tab, false).await;
        opened(&mut tab).await;
        camera.see(&badges[0].code);
        next_result(&mut tab, &mut last).await;
        camera.see_nothing();
        // A call: the system takes it away.
        tab.value("(() => {
            window.former = document.querySelector('.view video').srcObject;
            const [track] = former.getVideoTracks();
            track.stop();
            track.dispatchEvent(new Event('ended'));
        })()").await;
        tab.until("(({ srcObject }) => srcObject !== null && srcObject !== window.former)(document.querySelector('.view video'))").await;
        opened(&mut tab).await;
        camera.see(&badges[1].code);
        next_result(&mut tab, &mut last).await;
    }

    async fn light_zoom_and_the_other_camera_are_offered_and_the_screen_stays_on(fair) {
        let camera = Camera::new();
        let Some(browser) = camera.browser(true).await else { return };
        let stand = Stand::at(fair, "Acme").await;
        let [badge] = visitors::<1>(fair).await;
        let mut tab = with_source(&browser, ABLE).await;
        stand.ready(&mut tab).await;
        tab.until("document.querySelectorAll('.tools button').length === 3").await;
        for tool in [1, 2] {
            tab.click(&format!(".tools button:nth-child({tool})")).await;
            tab.until(&format!("did.constraints.length === {tool}")).await;
        }
        tab.until("document.querySelector('.tools button:nth-child(1)').ariaPressed === 'true'").await;
        tab.until("document.querySelector('.tools button:nth-child(2)').textContent === '2×'").await;
        tab.click(".tools button:nth-child(2)").await;
        // A lens that goes no further than three times says so.
        tab.until("document.querySelector('.tools button:nth-child(2)').textContent === '3×'").await;
        tab.click(".tools button:nth-child(1)").await;
        tab.until("document.querySelector('.tools button:nth-child(1)').ariaPressed === 'false'").await;
        let asked = tab.value("did.constraints").await;
        assert_eq!(asked, json!([{"torch": true}, {"zoom": 2}, {"zoom": 3}, {"torch": false}]));

        tab.click(".tools button:nth-child(3)").await;
        tab.until("did.cameras.length === 2 && document.querySelector('.view').dataset.open === 'true'").await;
        let chosen = tab.value("[did.cameras[1], JSON.parse(localStorage.getItem('leadline.settings')).camera]").await;
        assert_eq!(chosen[0], chosen[1], "the choice is kept for the next time");
        assert!(["front", "back"].map(Value::from).contains(&chosen[0]), "{chosen}");

        assert_eq!(tab.value("did.awake").await, json!(1), "the screen stays on");
        camera.see(&badge.code);
        next_result(&mut tab, &mut String::new()).await;
        assert_eq!(tab.value("did.buzzed").await, json!([60]), "one scan, one buzz");
    }
}
