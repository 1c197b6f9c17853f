//! Extractors that answer bad input with a [`Problem`].
//!
//! axum's own `Json`, `Path` and `Query` answer in plain text; input goes through these instead,
//! and `clippy.toml` forbids the others.

use crate::app::App;
use crate::nearest;
use crate::problem::Problem;
use crate::words::Words;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use mobile_core::reason::Reason;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::error::Category;
use std::borrow::Cow;

/// A JSON body.
#[derive(Debug)]
pub struct Payload<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Payload<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        require_json(request.headers())?;
        let body = read_body(request, state).await?;
        parse_json(&body).map(Self)
    }
}

/// The whole body as bytes, within the route's limit.
pub async fn read_body<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Problem> {
    Bytes::from_request(request, state).await.map_err(|rejection| {
        if rejection.status() == 413 {
            Problem::new(Reason::TooLarge, "The body is larger than this address takes. Send it in smaller parts.")
        } else {
            Problem::new(Reason::NotJson, "The body ended before it was complete. Send it again.")
        }
    })
}

/// Refuses a body that does not say it is JSON.
pub fn require_json(headers: &HeaderMap) -> Result<(), Problem> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if essence == "application/json" || essence.ends_with("+json") {
        Ok(())
    } else {
        Err(Problem::new(Reason::UnsupportedMediaType, "Send JSON with the header Content-Type: application/json."))
    }
}

/// Parses JSON into a type, naming the field that does not fit.
pub fn parse_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    // A list would be taken for the fields of a struct in their order.
    if body.trim_ascii_start().first() == Some(&b'[') {
        is_json(body)?;
        return Err(Problem::field("", "must be an object, such as {\"field\": \"value\"}"));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path: String = error.path().iter().map(segment).collect();
        let inner = error.into_inner();
        match inner.classify() {
            // What does not fit may be followed by what is no JSON, and then nothing is right.
            Category::Data => match is_json(body) {
                Ok(()) => misfit(path, '/', &without_place(&inner)),
                Err(problem) => problem,
            },
            _ => Problem::new(Reason::NotJson, format!("The body is not readable JSON: {inner}.")),
        }
    })?;
    deserializer
        .end()
        .map_err(|error| Problem::new(Reason::NotJson, format!("The body goes on after its JSON: {error}.")))?;
    Ok(value)
}

/// Whether a body is JSON at all, whatever it says and however deep.
fn is_json(body: &[u8]) -> Result<(), Problem> {
    let read: Result<IgnoredAny, _> = serde_json::from_slice(body);
    read.map(drop).map_err(|error| Problem::new(Reason::NotJson, format!("The body is not readable JSON: {error}.")))
}

fn segment(segment: &serde_path_to_error::Segment) -> String {
    use serde_path_to_error::Segment;
    match segment {
        Segment::Seq { index } => format!("/{index}"),
        Segment::Map { key } | Segment::Enum { variant: key } => {
            format!("/{}", key.replace('~', "~0").replace('/', "~1"))
        }
        Segment::Unknown => "/?".to_owned(),
    }
}

/// The message without "at line 1 column 17", which says nothing about a compact body.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.clone(), |(message, _)| message.to_owned())
}

/// What does not fit, where it is and in words for whoever wrote it: serde names what it knows of.
fn misfit(path: String, sign: char, message: &str) -> Problem {
    let quoted = |start| message.strip_prefix(start).and_then(|rest: &str| rest.split('`').next());
    if let Some(name) = quoted("missing field `") {
        return Problem::field(format!("{path}{sign}{name}"), "is missing");
    }
    if let Some(name) = quoted("unknown field `") {
        return unknown(path, sign, name, message);
    }
    if let (Some(_), Some((_, known))) = (quoted("unknown variant `"), message.split_once("expected ")) {
        let known = known.replace('`', "");
        return Problem::field(path, format!("must be one of “{}”", known.strip_prefix("one of ").unwrap_or(&known)));
    }
    Problem::field(path, plain(message).unwrap_or(message))
}

/// What a parser says of a value that does not fit, as people say it; none where it says it well itself.
fn plain(message: &str) -> Option<&'static str> {
    match message {
        "invalid digit found in string" | "cannot parse integer from empty string" => {
            return Some("must be a whole number, 0 or more");
        }
        "number too large to fit in target type" => return Some("is too large a number"),
        // Of a list in a query, where one value goes.
        "unsupported value" => return Some("may be given only once"),
        _ if message.starts_with("UUID parsing failed") => return Some("must be a UUID"),
        _ => {}
    }
    let found = ["invalid type: ", "invalid value: "].into_iter().find_map(|start| message.strip_prefix(start))?;
    let (_, expected) = found.rsplit_once(", expected ")?;
    Some(match expected {
        "a string" => "must be a text",
        "a sequence" => "must be a list",
        "a boolean" | r#""true", "on" or "false""# => "must be true or false",
        "u8" | "u16" | "u32" | "u64" | "usize" => "must be a whole number, 0 or more",
        "i32" | "i64" => "must be a whole number",
        "f32" | "f64" => "must be a number",
        _ if expected == "a map" || expected.starts_with("struct ") => "must be an object",
        _ => return None,
    })
}

/// A field that nobody knows: what was probably meant, else all that there are.
fn unknown(path: String, sign: char, name: &str, message: &str) -> Problem {
    let known: Vec<&str> = message.split_once("expected ").map_or(Vec::new(), |(_, known)| {
        // Names stand between backticks, so every second part is one.
        known.split('`').skip(1).step_by(2).collect()
    });
    let near = nearest::nearest(name, known.iter().copied());
    let detail = match (near.as_slice(), known.as_slice()) {
        ([], []) => "is not known here: nothing goes there".to_owned(),
        ([], known) => format!("is not known here; there is {}", known.join(", ")),
        (near, _) => format!("is not known here; {}", nearest::did_you_mean(near)),
    };
    // The path leads to the field already where the parser had read its name.
    let is_named = path.rsplit(['/', '?']).next() == Some(name);
    Problem::field(if is_named { path } else { format!("{path}{sign}{name}") }, detail)
}

/// The query string.
#[derive(Debug)]
pub struct Params<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parse_query(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

/// Parses a query string into a type, naming the parameter that does not fit.
pub fn parse_query<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    // No text that is kept holds it, and not every engine can look for it.
    let holds_nul = |(name, value): &(Cow<'_, str>, Cow<'_, str>)| name.contains('\0') || value.contains('\0');
    if query.contains("%00")
        && let Some((name, _)) = form_urlencoded::parse(query.as_bytes()).find(holds_nul)
    {
        return Err(Problem::field(format!("?{}", name.replace('\0', "\u{FFFD}")), "must not hold U+0000"));
    }
    let deserializer = serde_html_form::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
    serde_path_to_error::deserialize(deserializer).map_err(|error| {
        let path: String = error.path().iter().map(segment).collect();
        misfit(path.replacen('/', "?", 1), '?', &error.into_inner().to_string())
    })
}

/// The ids of the path, in order.
#[derive(Debug)]
pub struct PathIds<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for PathIds<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        #[expect(clippy::disallowed_types, reason = "wrapped here, so that nobody else needs it")]
        let path = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        // A path that holds no id names nothing, like an id that nobody has.
        path.map(|path| Self(path.0)).map_err(|_| Problem::not_found())
    }
}

/// One named id of the path.
pub async fn path_id<T: std::str::FromStr>(parts: &mut Parts, name: &str) -> Result<T, Problem> {
    let params =
        axum::extract::RawPathParams::from_request_parts(parts, &()).await.map_err(|_| Problem::not_found())?;
    let value = params.iter().find(|(key, _)| *key == name).map(|(_, value)| value).ok_or_else(Problem::not_found)?;
    value.parse().map_err(|_| Problem::not_found())
}

/// The version named by `If-Match`.
#[derive(Debug, Clone, Copy)]
pub struct IfMatch(pub i64);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get(header::IF_MATCH) else {
            return Err(Problem::new(
                Reason::VersionRequired,
                "Send the ETag of what you read as If-Match, so that nobody's change is lost.",
            ));
        };
        let text = value.to_str().unwrap_or_default().trim();
        let text = text.strip_prefix("W/").unwrap_or(text);
        text.trim_matches('"').parse().map(Self).map_err(|_| {
            Problem::new(Reason::OldVersion, "If-Match names no version of this; read it again and use its ETag.")
        })
    }
}

impl<S: Send + Sync> axum::extract::OptionalFromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Problem> {
        if !parts.headers.contains_key(header::IF_MATCH) {
            return Ok(None);
        }
        <Self as FromRequestParts<S>>::from_request_parts(parts, state).await.map(Some)
    }
}

/// For a field that an edit may leave alone, set, or clear with `null`: tells the last two apart.
///
/// Use as `#[serde(default, deserialize_with = "given")] venue: Option<Option<String>>`.
pub fn given<'de, T: serde::Deserialize<'de>, D: serde::Deserializer<'de>>(source: D) -> Result<Option<T>, D::Error> {
    T::deserialize(source).map(Some)
}

/// The language of a request.
#[derive(Debug, Clone, Copy)]
pub struct Speaks(pub Words);

impl<S: Send + Sync> FromRequestParts<S> for Speaks {
    type Rejection = Problem;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self(Words::of_request()))
    }
}

/// The program that sends a request, in words that its user recognises.
#[derive(Debug, Clone)]
pub struct Agent(pub Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for Agent {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let header = parts.headers.get(header::USER_AGENT).and_then(|header| header.to_str().ok());
        Ok(Self(header.and_then(crate::accounts::agent::described)))
    }
}

/// The address at which people reach this server, without a trailing slash: the one that is set,
/// else the one this request was sent to.
#[derive(Debug, Clone)]
pub struct PublicUrl(pub String);

impl FromRequestParts<App> for PublicUrl {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        if let Some(url) = &app.settings.public_url {
            return Ok(Self(url.clone()));
        }
        let scheme = if app.settings.is_tls { "https" } else { "http" };
        let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
        Ok(Self(format!("{scheme}://{}", host.unwrap_or("localhost"))))
    }
}
