//! Styles, modules and pictures, embedded in the binary and served under `/static/`.
//!
//! Pages name them below a prefix that changes with any file (`/static/v1a2b…/js/leads.js`), so they
//! may be kept for a year; modules import each other by relative paths and share the prefix. The same
//! files without it, or under the prefix of another version, are checked by `ETag` on each use. Modules
//! and styles go without their comments ([`super::lean`]). What the scanner says is a module too, made of the server's
//! words ([`texts`]).

mod texts;

use super::lean::lean;
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rust_embed::Embed;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::LazyLock;

#[derive(Embed)]
#[folder = "src/web/static/"]
struct Files;

const KEEP_FOR_A_YEAR: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const KEEP_FOR_A_WEEK: HeaderValue = HeaderValue::from_static("public, max-age=604800");
const ASK_EACH_TIME: HeaderValue = HeaderValue::from_static("no-cache");

/// `v` and 12 hexadecimal digits over every file: a constant of the binary.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut all = Sha256::new();
    for path in paths() {
        if let Some(file) = find(&path) {
            all.update(path.as_bytes());
            all.update(file.hash);
        }
    }
    format!("v{}", hex(&all.finalize()[..6]))
});

/// Where pages find the files, without a slash at the end.
pub fn prefix() -> String {
    format!("/static/{}", *VERSION)
}

/// Every file's path below the prefix.
pub fn paths() -> impl Iterator<Item = String> {
    Files::iter().map(Cow::into_owned).chain(texts::MODULES.keys().cloned())
}

/// A file to serve.
struct File {
    data: Cow<'static, [u8]>,
    hash: [u8; 32],
}

fn find(path: &str) -> Option<File> {
    match Files::get(path) {
        Some(file) => Some(File { hash: file.metadata.sha256_hash(), data: file.data }),
        None => texts::MODULES
            .get(path)
            .map(|text| File { hash: Sha256::digest(text).into(), data: text.as_bytes().into() }),
    }
}

/// `GET /static/…`, and the icon where browsers look for it beside what is no page.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/static/{*path}", get(serve)).route("/favicon.ico", get(icon))
}

/// Browsers go by the kind that is told, not by the name that they ask for.
async fn icon(headers: HeaderMap) -> Response {
    const PICTURE: &str = "scan-192.png";
    match find(PICTURE) {
        Some(file) => answer(PICTURE, file, KEEP_FOR_A_WEEK, &headers),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn serve(uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches("/static/");
    let (version, path) = match path.split_once('/') {
        Some((first, rest)) if is_version(first) => (Some(first), rest),
        _ => (None, path),
    };
    let Some(file) = find(path) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let keep = if version == Some(VERSION.as_str()) { KEEP_FOR_A_YEAR } else { ASK_EACH_TIME };
    answer(path, file, keep, &headers)
}

fn answer(path: &str, file: File, keep: HeaderValue, asked: &HeaderMap) -> Response {
    let etag = format!("\"{}\"", hex(&file.hash[..16]));
    let is_known = asked
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.split(',').any(|known| known.trim().trim_start_matches("W/") == etag));
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let module = std::str::from_utf8(&file.data).ok().filter(|_| is_source(path));
        let body = match (module.map(|source| lean(source).into_owned()), file.data) {
            (Some(module), _) => Body::from(module),
            (None, Cow::Borrowed(bytes)) => Body::from(bytes),
            (None, Cow::Owned(bytes)) => Body::from(bytes),
        };
        Response::new(body)
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, keep);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(etag) = HeaderValue::try_from(etag) {
        headers.insert(header::ETAG, etag);
    }
    if !is_known {
        headers.insert(header::CONTENT_TYPE, content_type(path));
    }
    response
}

fn content_type(path: &str) -> HeaderValue {
    let kind = mime_guess::from_path(path).first_raw().unwrap_or("application/octet-stream");
    let text = if kind.starts_with("text/") { format!("{kind}; charset=utf-8") } else { kind.to_owned() };
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("application/octet-stream"))
}

fn is_version(segment: &str) -> bool {
    segment.len() == 13 && segment.starts_with('v') && segment[1..].bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Whether a file is written by people: an ECMAScript module, or styles.
fn is_source(path: &str) -> bool {
    std::path::Path::new(path).extension().is_some_and(|extension| extension == "js" || extension == "css")
}

#[cfg(test)]
mod tests {
    use super::*;
    use tower::ServiceExt;

    async fn fetch(path: &str, etag: Option<&HeaderValue>) -> Response {
        let mut request = axum::http::Request::get(path);
        if let Some(etag) = etag {
            request = request.header(header::IF_NONE_MATCH, etag);
        }
        routes::<()>().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    }

    #[tokio::test]
    async fn a_file_under_the_current_prefix_is_kept_for_a_year() {
        let answer = fetch(&format!("{}/js/leads.js", prefix()), None).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()[header::CACHE_CONTROL], KEEP_FOR_A_YEAR);
        assert_eq!(answer.headers()[header::CONTENT_TYPE], "text/javascript; charset=utf-8");
    }

    #[tokio::test]
    async fn a_page_of_an_older_server_still_finds_its_modules() {
        let answer = fetch("/static/v0123456789ab/js/leads.js", None).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()[header::CACHE_CONTROL], ASK_EACH_TIME);
    }

    #[tokio::test]
    async fn a_known_file_is_not_sent_again() {
        let first = fetch("/static/css/base.css", None).await;
        let again = fetch("/static/css/base.css", Some(&first.headers()[header::ETAG])).await;
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    }

    #[tokio::test]
    async fn the_icon_is_where_browsers_look_for_it() {
        let answer = fetch("/favicon.ico", None).await;
        assert_eq!((answer.status(), &answer.headers()[header::CACHE_CONTROL]), (StatusCode::OK, &KEEP_FOR_A_WEEK));
        assert_eq!(answer.headers()[header::CONTENT_TYPE], "image/png");
        let again = fetch("/favicon.ico", Some(&answer.headers()[header::ETAG])).await;
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    }

    #[test]
    fn no_file_ends_a_comment_in_the_middle_of_a_line() {
        for path in paths().filter(|path| is_source(path)) {
            let file = find(&path).unwrap();
            let kept = lean(std::str::from_utf8(&file.data).unwrap()).into_owned();
            assert!(!kept.lines().any(|line| line.starts_with("* ") || line.starts_with("*/")), "{path}: {kept}");
        }
    }

    #[tokio::test]
    async fn a_file_that_is_not_there_is_not_found() {
        assert_eq!(fetch("/static/js/nothing.js", None).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(fetch("/static/../mod.rs", None).await.status(), StatusCode::NOT_FOUND);
    }
}
