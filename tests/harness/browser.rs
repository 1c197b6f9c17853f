//! A real browser, driven over its `DevTools` protocol: what pages promise is tested where people use
//! them. Chromium is looked for under its usual names or in `LEADLINE_TEST_CHROMIUM`; without one,
//! the tests that want it say so aloud and check nothing, and in CI they fail.

use crate::http::{Answer, Api};
use base64::Engine as _;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];
/// What starting the browser, and any one command, may take.
const LIMIT: Duration = Duration::from_secs(60);
/// Where the middle of an element is once it stands still and nothing lies over it, as a person who
/// aims at it waits for; after two seconds, where it is by then.
const STILL: &str = "async (selector) => {
    const pause = () => new Promise((yes) => setTimeout(yes, 30));
    let before = '';
    for (let turn = 0; ; turn += 1) {
        const it = document.querySelector(selector);
        it?.scrollIntoView({ block: 'center', behavior: 'instant' });
        const box = it?.getBoundingClientRect();
        const place = box ? [box.x + box.width / 2, box.y + box.height / 2] : null;
        const hit = place && document.elementFromPoint(...place);
        const isFree = hit && (it.contains(hit) || hit.contains(it));
        if (place && ((isFree && String(place) === before) || turn > 66)) return place;
        if (turn > 66) throw new Error(`nothing to click on: ${selector}`);
        before = String(place);
        await pause();
    }
}";
/// What a page may take to become what it should be.
const PAGE_LIMIT: Duration = Duration::from_secs(60);
/// How often a tab sets out for an address.
const GOES: u32 = 4;

/// The numbers of keys that browsers act on by themselves.
const KEYS: [(&str, u32); 7] = [
    ("Tab", 9),
    ("Enter", 13),
    ("Escape", 27),
    ("ArrowLeft", 37),
    ("ArrowUp", 38),
    ("ArrowRight", 39),
    ("ArrowDown", 40),
];

/// A running browser with a profile of its own. It ends with this value.
#[derive(Debug)]
pub struct Browser {
    process: Child,
    profile: TempDir,
    switches: Vec<String>,
    endpoint: String,
}

/// One page of a browser.
#[derive(Debug)]
pub struct Tab {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    last: u64,
    problems: VecDeque<String>,
}

impl Browser {
    /// Starts a browser, if there is one.
    pub async fn start() -> Option<Self> {
        Self::start_with(&[]).await
    }

    /// Starts a browser with further switches, if there is one.
    pub async fn start_with(switches: &[String]) -> Option<Self> {
        let profile = tempfile::tempdir().expect("a directory for the profile");
        if let Some((process, endpoint)) = launch(profile.path(), switches).await {
            return Some(Self { process, profile, switches: switches.to_vec(), endpoint });
        }
        assert!(std::env::var_os("CI").is_none(), "CI must have a browser: apt-get install chromium");
        eprintln!("NOT TESTED: no browser found (apt install chromium, or set LEADLINE_TEST_CHROMIUM)");
        None
    }

    /// Kills it as a flat battery does, and starts it again on the profile that it leaves.
    pub async fn kill_and_start_again(&mut self) {
        self.process.kill().await.expect("a browser to kill");
        // It could not take away its mark that the profile is in use.
        for mark in ["SingletonLock", "SingletonCookie", "SingletonSocket"] {
            std::fs::remove_file(self.profile.path().join(mark)).ok();
        }
        let started = launch(self.profile.path(), &self.switches).await;
        (self.process, self.endpoint) = started.expect("the browser that was there before");
    }

    /// Whether the browser has written something of its pages' `localStorage` that contains this.
    pub fn has_written(&self, text: &str) -> bool {
        let folder = self.profile.path().join("Default/Local Storage/leveldb");
        let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let mut contents = files.filter_map(|file| std::fs::read(file.path()).ok());
        contents.any(|bytes| bytes.windows(text.len()).any(|part| part == text.as_bytes()))
    }

    /// Opens an empty page of a size in CSS pixels.
    pub async fn tab(&self, width: u32, height: u32) -> Tab {
        let api = Api::new(crate::http::client(), format!("http://{}", self.endpoint));
        let answer: Answer = api.send(reqwest::Method::PUT, "//json/new?about:blank", &[], None).await;
        let opened = answer.json();
        let address = opened["webSocketDebuggerUrl"].as_str().expect("the address of the new page");
        let (socket, _) = tokio_tungstenite::connect_async(address).await.expect("a connection to the page");
        let mut tab = Tab { socket, last: 0, problems: VecDeque::new() };
        for domain in ["Page", "Runtime", "Log", "Network"] {
            tab.ask(&format!("{domain}.enable"), &json!({})).await;
        }
        let is_phone = width < 600;
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": is_phone});
        tab.ask("Emulation.setDeviceMetricsOverride", &size).await;
        tab
    }
}

/// Starts the first browser that there is, on a profile; gives it and where it listens.
async fn launch(profile: &Path, switches: &[String]) -> Option<(Child, String)> {
    let named = std::env::var("LEADLINE_TEST_CHROMIUM").ok();
    for name in named.as_deref().into_iter().chain(NAMES) {
        let mut command = Command::new(name);
        command
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .args(["--disable-dev-shm-usage", "--remote-debugging-port=0", "about:blank"])
            .arg(format!("--user-data-dir={}", profile.display()))
            .args(switches)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        let Ok(mut process) = command.spawn() else { continue };
        let mut lines = BufReader::new(process.stderr.take().expect("a piped stderr")).lines();
        let endpoint = tokio::time::timeout(LIMIT, async {
            while let Ok(Some(line)) = lines.next_line().await {
                if let Some((_, address)) = line.split_once("DevTools listening on ws://") {
                    return address.split('/').next().map(str::to_owned);
                }
            }
            None
        });
        let endpoint = endpoint.await.ok().flatten().expect("the browser says where it listens");
        // Its further words are read, or it would stop when the pipe is full.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        return Some((process, endpoint));
    }
    None
}

impl Tab {
    /// Sends a command of the protocol and gives its result.
    pub async fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.try_ask(method, params).await.unwrap_or_else(|refusal| panic!("{method}: {refusal}"))
    }

    /// Sends a command of the protocol and gives its result, or why it has none.
    async fn try_ask(&mut self, method: &str, params: &Value) -> Result<Value, Value> {
        self.last += 1;
        let id = self.last;
        let command = json!({"id": id, "method": method, "params": params}).to_string();
        self.socket.send(Message::text(command)).await.expect("the page takes commands");
        let answer = tokio::time::timeout(LIMIT, async {
            loop {
                let message = self.socket.next().await.expect("the page stays open").expect("the page answers");
                let Ok(text) = message.to_text() else { continue };
                let Ok(said) = serde_json::from_str::<Value>(text) else { continue };
                if said["id"] == json!(id) {
                    return said;
                }
                self.note(&said);
            }
        });
        let answer = answer.await.unwrap_or_else(|_| panic!("{method} took too long"));
        if answer["error"].is_null() { Ok(answer["result"].clone()) } else { Err(answer["error"].clone()) }
    }

    /// Keeps what a person would find in the console.
    fn note(&mut self, said: &Value) {
        let problem = match said["method"].as_str() {
            Some("Runtime.exceptionThrown") => said["params"]["exceptionDetails"]["exception"]["description"].as_str(),
            Some("Log.entryAdded") if said["params"]["entry"]["level"] == "error" => {
                said["params"]["entry"]["text"].as_str()
            }
            _ => None,
        };
        self.problems.extend(problem.map(str::to_owned));
    }

    /// Becomes the person whose token the way to the server carries.
    pub async fn sign_in(&mut self, api: &Api) {
        let token = api.token().expect("somebody who is signed in");
        let cookie = json!({"name": server::access::identity::COOKIE, "value": token, "url": api.base()});
        self.ask("Network.setCookie", &cookie).await;
    }

    /// Goes to an address and waits until it has loaded. A deed that the page before has not ended yet may
    /// load that page anew over this: then this goes there once more, as a person would.
    pub async fn go(&mut self, address: &str) {
        let path =
            address.split_once("://").map_or(address, |(_, rest)| rest).split_once('/').map_or("", |(_, path)| path);
        let path = path.split('?').next().unwrap_or_default();
        let there = format!("document.readyState === 'complete' && location.pathname === '/{path}'");
        for _ in 0..GOES {
            self.ask("Page.navigate", &json!({"url": address})).await;
            if self.comes_true(&there, PAGE_LIMIT / GOES).await.is_ok() {
                return;
            }
        }
        let at = self.value("`${location.href}, ${document.readyState}`").await;
        panic!("never came to {address}, but is at {at}; console: {:?}", self.problems);
    }

    /// The value of an expression.
    pub async fn value(&mut self, expression: &str) -> Value {
        self.evaluate(expression).await.unwrap_or_else(|thrown| panic!("{expression}: {thrown}"))
    }

    /// The value of an expression, or what it threw, or that the page went away meanwhile.
    async fn evaluate(&mut self, expression: &str) -> Result<Value, Value> {
        let params = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let result = self.try_ask("Runtime.evaluate", &params).await?;
        match &result["exceptionDetails"] {
            Value::Null => Ok(result["result"]["value"].clone()),
            thrown => Err(thrown["exception"]["description"].clone()),
        }
    }

    /// Waits until an expression is true. While a page loads, what it asks about may not be there yet:
    /// to throw is not to be true.
    pub async fn until(&mut self, expression: &str) {
        if let Err(now) = self.comes_true(expression, PAGE_LIMIT).await {
            panic!("never came true: {expression}, but {now:?}; console: {:?}", self.problems);
        }
    }

    /// Waits for an expression to be true, for so long. An error is what it was at last.
    async fn comes_true(&mut self, expression: &str, limit: Duration) -> Result<(), Result<Value, Value>> {
        let begun = Instant::now();
        loop {
            let now = self.evaluate(expression).await;
            if now == Ok(json!(true)) {
                return Ok(());
            }
            if begun.elapsed() >= limit {
                return Err(now);
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Clicks the first element of a selector, where it is on the screen.
    pub async fn click(&mut self, selector: &str) {
        let place = self.value(&format!("({STILL})({selector:?})")).await;
        for kind in ["mousePressed", "mouseReleased"] {
            let event = json!({"type": kind, "x": place[0], "y": place[1], "button": "left", "clickCount": 1});
            self.ask("Input.dispatchMouseEvent", &event).await;
        }
    }

    /// Becomes the tab that is looked at. What waits for a frame, such as the end of a dialog, waits in
    /// the others.
    pub async fn to_front(&mut self) {
        self.ask("Page.bringToFront", &json!({})).await;
    }

    /// Types a text where the focus is.
    pub async fn type_text(&mut self, text: &str) {
        self.ask("Input.insertText", &json!({"text": text})).await;
    }

    /// Presses a key that types a character, or one such as `ArrowDown`. The browser itself heeds a key,
    /// as in following a link or closing a dialog, by its number alone.
    pub async fn press(&mut self, key: &str) {
        let text = match key {
            "Enter" => Some("\r"),
            key => Some(key).filter(|key| key.chars().count() == 1),
        };
        let number = KEYS.iter().find(|(name, _)| *name == key).map_or(0, |(_, number)| *number);
        let mut down = json!({"type": "rawKeyDown", "key": key, "windowsVirtualKeyCode": number});
        if let Some(text) = text {
            down["type"] = json!("keyDown");
            down["text"] = json!(text);
        }
        self.ask("Input.dispatchKeyEvent", &down).await;
        let up = json!({"type": "keyUp", "key": key, "windowsVirtualKeyCode": number});
        self.ask("Input.dispatchKeyEvent", &up).await;
    }

    /// Has what the page downloads put into a folder.
    pub async fn downloads_to(&mut self, folder: &Path) {
        let wish = json!({"behavior": "allow", "downloadPath": folder});
        self.ask("Page.setDownloadBehavior", &wish).await;
    }

    /// Becomes nobody.
    pub async fn sign_out(&mut self) {
        self.ask("Network.clearBrowserCookies", &json!({})).await;
    }

    /// Shows pages as for people who prefer `light` or `dark`.
    pub async fn theme(&mut self, theme: &str) {
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": theme}]});
        self.ask("Emulation.setEmulatedMedia", &media).await;
    }

    /// What is on the screen, as PNG. A tab that nobody looks at draws no frames, and its picture would
    /// wait for one until the limit: so it is looked at.
    pub async fn picture(&mut self) -> Vec<u8> {
        self.to_front().await;
        let answer = self.ask("Page.captureScreenshot", &json!({"format": "png"})).await;
        base64::engine::general_purpose::STANDARD.decode(answer["data"].as_str().expect("a picture")).expect("Base64")
    }

    /// Gives the first file input of a selector a file. Nodes are numbered by document: where the page was
    /// loaded anew in between, it is looked for again.
    pub async fn choose_file(&mut self, selector: &str, file: &Path) {
        let mut refusal = Value::Null;
        for _ in 0..10 {
            let root = self.ask("DOM.getDocument", &json!({})).await;
            let found = json!({"nodeId": root["root"]["nodeId"], "selector": selector});
            if let Ok(input) = self.try_ask("DOM.querySelector", &found).await {
                let files = json!({"files": [file.display().to_string()], "nodeId": input["nodeId"]});
                match self.try_ask("DOM.setFileInputFiles", &files).await {
                    Ok(_) => return,
                    Err(said) => refusal = said,
                }
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("no file could be given to {selector}: {refusal}");
    }

    /// What stood in the console since the last look.
    pub fn problems(&mut self) -> Vec<String> {
        self.problems.drain(..).collect()
    }
}
