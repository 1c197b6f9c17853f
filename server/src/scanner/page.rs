//! The scanner's page, its manifest and its service worker. They hold nobody's data and need no
//! sign-in: the phone's token proves itself to the API. The page is the same in every language, because a
//! phone keeps it; what it says lies in the modules of `web/assets/texts.rs`, all of which the phone keeps.
//!
//! The service worker lies at the root, because `/scan` is not below `/scan/`; its scope is `/scan`.
//! It names every file that the app needs under the files' own version, so a new server is a new app.

use crate::app::App;
use crate::problem::Problem;
use crate::web::assets;
use crate::web::qr;
use crate::web::shell;
use crate::words::Words;
use askama::Template;
use axum::Router;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use mobile_core::badge::practice;
use serde_json::json;

/// As for every page, and what an installable app with a worker needs besides. Pictures may be
/// `blob:`: a photograph is shown before it is decoded.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; \
     connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'",
);

/// Nothing but the camera, for this page alone.
const PERMISSIONS: HeaderValue =
    HeaderValue::from_static("camera=(self), screen-wake-lock=(self), microphone=(), geolocation=()");

/// The worker begins here: a worker is looked after by the service worker whose scope its own address
/// is in, and the modules below `/static` are in none.
const WORKER: &str = "/scan/worker.js";

const PRACTICE: &str = "/scan/practice-badge.svg";

/// Everything below `/static` that the app needs to open without network.
const FOLDERS: [&str; 2] = ["js/door/", "js/scan/"];
const FILES: [&str; 14] = [
    "css/base.css",
    "css/door.css",
    "css/questions.css",
    "css/scan.css",
    "icon.svg",
    "scan-180.png",
    "scan-192.png",
    "scan-512.png",
    "js/capture-queue.js",
    "js/core.js",
    "js/questions.js",
    "js/queue-storage.js",
    "js/stream.js",
    "wasm/core.js",
];

/// The routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/scan", get(scan))
        .route("/scan.webmanifest", get(manifest))
        .route("/scan-worker.js", get(service_worker))
        .route(WORKER, get(worker))
        .route(PRACTICE, get(practice_badge))
}

/// The addresses of the app's files, the page itself first, without the two builds of the WebAssembly:
/// a phone needs one of them, and its service worker knows which.
pub fn files() -> Vec<String> {
    let prefix = assets::prefix();
    let of_folders = assets::paths().filter(|path| FOLDERS.iter().any(|folder| path.starts_with(folder)));
    let named = FILES.iter().map(|file| (*file).to_owned());
    let mut files: Vec<String> = named.chain(of_folders).map(|path| format!("{prefix}/{path}")).collect();
    files.sort();
    files.splice(0..0, ["/scan", WORKER, PRACTICE].map(str::to_owned));
    files
}

#[derive(Template)]
#[template(path = "scan/index.html")]
struct ScanPage {
    assets: String,
    /// What the app says of itself when it is paired.
    version: String,
    languages: Vec<Words>,
}

async fn scan() -> Response {
    let files = assets::prefix();
    let version = format!("{} {}", env!("CARGO_PKG_VERSION"), files.rsplit('/').next().unwrap_or_default());
    match (ScanPage { assets: files, version, languages: Words::all().collect() }).render() {
        Ok(html) => {
            let headers = [
                (header::CONTENT_SECURITY_POLICY, POLICY),
                // Asked anew at each visit; the service worker's copy is what opens without network.
                (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
                (HeaderName::from_static("permissions-policy"), PERMISSIONS),
                (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
            ];
            (headers, Html(html)).into_response()
        }
        Err(error) => shell::unrendered(&error),
    }
}

async fn manifest() -> impl IntoResponse {
    let words = Words::of_request();
    let prefix = assets::prefix();
    let icon = |size: u32, purpose: &str| {
        json!({"src": format!("{prefix}/scan-{size}.png"), "sizes": format!("{size}x{size}"), "type": "image/png",
            "purpose": purpose})
    };
    let manifest = json!({
        "id": "/scan",
        "name": "Leadline Scanner",
        "short_name": "Leadline",
        "lang": words.code(),
        "description": words.t("scan-description").to_string(),
        "start_url": "/scan",
        "scope": "/scan",
        "display": "standalone",
        "orientation": "portrait",
        "background_color": "#0b1216",
        "theme_color": "#0b1216",
        "icons": [icon(192, "any"), icon(512, "any"), icon(512, "maskable")],
    });
    ([(header::CONTENT_TYPE, "application/manifest+json"), (header::CACHE_CONTROL, "no-cache")], manifest.to_string())
}

async fn worker() -> impl IntoResponse {
    let script = format!("import {};\n", json!(format!("{}/js/scan/worker.js", assets::prefix())));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/javascript; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (header::CONTENT_SECURITY_POLICY, POLICY),
    ];
    (headers, script)
}

/// The practice badge, the same for everybody: for a screen, the booth's sheet, a printer.
async fn practice_badge() -> Result<impl IntoResponse, Problem> {
    let picture = qr::svg(practice::TEXT, "Practice badge")?;
    let headers = [(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "no-cache")];
    Ok((headers, picture))
}

async fn service_worker() -> impl IntoResponse {
    let (version, files) = (json!(assets::prefix()), json!(files()));
    let source = include_str!("../web/scan/worker.js");
    // One file, so that a browser sees at once that the app has changed.
    let script = format!("const VERSION = {version};\nconst FILES = {files};\n{source}");
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")], script)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_that_the_app_keeps_is_served() {
        let prefix = assets::prefix();
        let files = files();
        assert!(files.len() > FILES.len() + 5, "{files:?}");
        for file in &files[3..] {
            let path = file.strip_prefix(&format!("{prefix}/")).unwrap();
            assert!(assets::paths().any(|known| known == path), "{path} is not there");
        }
        for build in ["wasm/core.wasm", "wasm/core-simd.wasm"] {
            assert!(assets::paths().any(|known| known == build), "{build} is not there");
        }
    }

    #[tokio::test]
    async fn the_practice_badge_can_be_shown_and_printed() {
        let answer = practice_badge().await.unwrap().into_response();
        assert_eq!(answer.headers()[header::CONTENT_TYPE], "image/svg+xml");
        let body = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        assert!(body.starts_with(b"<svg"));
    }

    #[tokio::test]
    async fn the_page_allows_nothing_inline_and_no_other_origin() {
        let answer = scan().await;
        let policy = answer.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(!policy.contains("unsafe-inline") && !policy.contains("https:"), "{policy}");
        let body = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        let html = String::from_utf8(body.to_vec()).unwrap();
        assert!(!html.contains("<style") && !html.contains(" style=") && !html.contains("onclick"));
    }
}
