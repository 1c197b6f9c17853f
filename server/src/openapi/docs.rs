//! The reference page of the API: a list of contents, how to begin, and of every operation who may call
//! it, what goes in and what comes back, with a request to copy.
//!
//! Made from the document alone, once, when the server starts. It loads nothing from elsewhere and runs
//! no script.

use super::example::{Examples, MOST};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// An operation with where it is.
struct Entry<'d> {
    method: &'static str,
    path: &'d str,
    id: &'d str,
    operation: &'d Value,
}

/// The page of a document.
pub(super) fn page(document: &Value) -> String {
    let mut groups: BTreeMap<&str, Vec<Entry<'_>>> = BTreeMap::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for method in METHODS {
            let Some(operation) = item.get(method) else { continue };
            let tag = operation["tags"][0].as_str().unwrap_or("other");
            let id = operation["operationId"].as_str().unwrap_or_default();
            groups.entry(tag).or_default().push(Entry { method, path, id, operation });
        }
    }
    let mut html = String::from(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>Leadline API</title><link rel=\"icon\" href=\"/static/icon.svg\" type=\"image/svg+xml\"><link rel=\"stylesheet\" href=\"/static/docs.css\"></head><body>\
         <nav class=\"contents\" aria-label=\"Contents\"><p><a href=\"#begin\"><b>Leadline API</b></a></p>",
    );
    for (tag, entries) in &groups {
        let _ = write!(html, "<details><summary>{} <small>{}</small></summary><ul>", named(tag), entries.len());
        for entry in entries {
            let _ = write!(
                html,
                "<li><a href=\"#{}\"><span>{}</span> {}</a></li>",
                entry.id,
                entry.method.to_uppercase(),
                escape(entry.operation["summary"].as_str().unwrap_or_default().trim_end_matches('.'))
            );
        }
        html.push_str("</ul></details>");
    }
    html.push_str("</nav><main>");
    html.push_str(BEGIN);
    let examples = Examples::of(document);
    for (tag, entries) in &groups {
        let _ = write!(html, "<h2 id=\"tag-{}\">{}</h2>", escape(tag), named(tag));
        for entry in entries {
            section(&mut html, entry, &examples);
        }
    }
    html.push_str("</main></body></html>");
    html
}

/// How to begin, by the requests that most programs make first.
const BEGIN: &str = "<h1 id=\"begin\">Leadline API</h1>\
<p>All addresses begin with <code>/api/v1</code>. Programs read the same as <a href=\"/api/v1/openapi.json\">openapi.json</a>. \
Names of fields are lower case with underscores, times are RFC 3339 in UTC, ids are UUIDs.</p>\
<section><h3>Sign in, then send the token</h3>\
<pre tabindex=\"0\"><code>curl -X POST https://leadline.example/api/v1/auth/login \\\n  -H 'Content-Type: application/json' \\\n  -d '{\"email\": \"ines@acme.example\", \"password\": \"…\"}'\n\n\
curl https://leadline.example/api/v1/me -H 'Authorization: Bearer TOKEN'</code></pre>\
<p>Phones and readers get their token from <a href=\"#pair_device\">a pairing code</a> instead.</p></section>\
<section><h3>Send scans</h3>\
<pre tabindex=\"0\"><code>curl -X POST https://leadline.example/api/v1/captures \\\n  -H 'Authorization: Bearer DEVICE_TOKEN' -H 'Content-Type: application/json' \\\n  \
-d '{\"sent_at\": \"2026-06-10T09:30:05Z\", \"captures\": [\n        {\"id\": \"01977f3e-52c0-7000-8000-000000000001\", \"kind\": \"scan\", \"code\": \"7F3K92QX\",\n         \"captured_at\": \"2026-06-10T09:30:00Z\"}]}'</code></pre>\
<p>Each capture is answered on its own. An id that is sent again is taken in once, so that whoever gets no answer sends the same again.</p></section>\
<section><h3>Errors</h3><p>A refusal is <code>application/problem+json</code> with a <code>code</code> to act on, a <code>detail</code> to show, \
and, where fields are wrong, <code>errors</code> that point to each:</p>\
<pre tabindex=\"0\"><code>{\"type\": \"urn:leadline:problem:invalid_field\", \"title\": \"A field is missing or wrong\", \"status\": 422,\n \"code\": \"invalid_field\", \"detail\": \"/sent_at is missing.\", \"errors\": [{\"pointer\": \"/sent_at\", \"detail\": \"is missing\"}]}</code></pre></section>\
<section><h3>Pages and changes</h3><p>A list has <code>items</code> and, where there is more, <code>next_cursor</code>: send it back as <code>?cursor=</code>. \
What can be changed carries an <code>ETag</code>: send it as <code>If-Match</code>, so that nobody’s change is lost. \
A list’s <code>seq</code> is where the live stream goes on from what was read.</p></section>";

fn section(html: &mut String, entry: &Entry<'_>, examples: &Examples<'_>) {
    let operation = entry.operation;
    let text = |name: &str| operation[name].as_str().unwrap_or_default();
    let method = entry.method.to_uppercase();
    let _ = write!(
        html,
        "<section id=\"{}\"><h3><a href=\"#{}\"><code>{method} {}</code></a></h3><p>{}</p>",
        entry.id,
        entry.id,
        escape(entry.path),
        escape(text("summary"))
    );
    for paragraph in text("description").split("\n\n").filter(|paragraph| !paragraph.trim().is_empty()) {
        let _ = write!(html, "<p>{}</p>", escape(paragraph));
    }
    if let Some(rights) = operation.get("x-rights") {
        let _ = write!(html, "<p>{}</p>", escape(&super::rights_text(rights)));
    }
    parameters(html, operation);
    let body = operation.pointer("/requestBody/content/application~1json/schema");
    let sent = body.map(|schema| examples.request(schema));
    let other = operation["requestBody"]["content"].as_object().and_then(|kinds| kinds.keys().next());
    let _ = write!(
        html,
        "<details><summary>Example</summary><pre tabindex=\"0\"><code>{}</code></pre>",
        escape(&command(entry, sent.as_ref(), other.map(String::as_str)))
    );
    if let Some((status, answer)) = answer(operation, examples) {
        let _ = write!(
            html,
            "<p>Answers {status}:</p><pre tabindex=\"0\"><code>{}</code></pre>",
            escape(&shortened(&answer))
        );
    }
    html.push_str("</details>");
    answers(html, operation);
    html.push_str("</section>");
}

fn parameters(html: &mut String, operation: &Value) {
    let parameters = operation["parameters"].as_array().filter(|parameters| !parameters.is_empty());
    let Some(parameters) = parameters else { return };
    html.push_str("<dl>");
    for parameter in parameters {
        let text = |name: &str| escape(parameter[name].as_str().unwrap_or_default());
        let place = if parameter["in"] == "path" { "in the path".to_owned() } else { text("in") };
        let _ = write!(
            html,
            "<div><dt><code>{}</code> <small>{place}</small></dt><dd>{}</dd></div>",
            text("name"),
            text("description")
        );
    }
    html.push_str("</dl>");
}

/// The request as a command to copy.
fn command(entry: &Entry<'_>, sent: Option<&Value>, other: Option<&str>) -> String {
    let method = entry.method.to_uppercase();
    let mut command = String::from("curl ");
    if method != "GET" {
        let _ = write!(command, "-X {method} ");
    }
    let _ = write!(command, "'https://leadline.example{}'", entry.path);
    if entry.operation["x-rights"]["at"] != "nothing" {
        command.push_str(" \\\n  -H 'Authorization: Bearer TOKEN'");
    }
    let is_versioned =
        entry.operation["parameters"].as_array().into_iter().flatten().any(|one| one["name"] == "If-Match");
    if is_versioned {
        command.push_str(" \\\n  -H 'If-Match: \"1\"'");
    }
    match (sent, other) {
        (Some(body), _) => {
            let body = serde_json::to_string_pretty(body).unwrap_or_default().replace('\'', "’");
            let _ = write!(command, " \\\n  -H 'Content-Type: application/json' \\\n  -d '{body}'");
        }
        (None, Some(kind)) => {
            let _ = write!(command, " \\\n  -H 'Content-Type: {kind}' \\\n  --data-binary @FILE");
        }
        (None, None) => {}
    }
    command
}

/// The first answer in JSON when it works.
fn answer(operation: &Value, examples: &Examples<'_>) -> Option<(String, Value)> {
    let responses = operation["responses"].as_object()?;
    let (status, response) = responses.iter().find(|(status, _)| status.starts_with('2'))?;
    let schema = response.pointer("/content/application~1json/schema")?;
    Some((status.clone(), examples.answer(schema)))
}

fn answers(html: &mut String, operation: &Value) {
    html.push_str("<p class=\"answers\">");
    for (status, response) in operation["responses"].as_object().into_iter().flatten() {
        let told = response["description"].as_str().unwrap_or_default();
        let _ = write!(html, "<span><code>{}</code> {}</span> ", escape(status), escape(told));
    }
    html.push_str("</p>");
}

fn shortened(answer: &Value) -> String {
    let text = serde_json::to_string_pretty(answer).unwrap_or_default();
    match text.char_indices().nth(MOST) {
        None => text,
        Some((end, _)) => format!("{}\n…", text[..end].rsplit_once('\n').map_or(&text[..end], |(whole, _)| whole)),
    }
}

/// `meeting_places` as `Meeting places`.
fn named(tag: &str) -> String {
    let text = tag.replace(['_', '-'], " ");
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    escape(&format!("{first}{}", letters.as_str()))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
