//! The document that describes the API: whole, valid, and of every route.

use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

fn document() -> Value {
    serde_json::from_str(&server::router::document().to_json().unwrap()).unwrap()
}

fn operations(document: &Value) -> Vec<(String, String, &Value)> {
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in METHODS {
            if let Some(operation) = item.get(method) {
                found.push((method.to_uppercase(), path.clone(), operation));
            }
        }
    }
    found
}

#[test]
fn every_operation_says_its_name_its_answers_and_its_problems() {
    let document = document();
    assert_eq!(document["openapi"].as_str().map(|version| &version[..3]), Some("3.1"));
    let mut names = BTreeSet::new();
    for (method, path, operation) in operations(&document) {
        let at = format!("{method} {path}");
        assert!(path.starts_with("/api/v1/"), "{at}");
        let name = operation["operationId"].as_str().unwrap_or_else(|| panic!("{at} has no operationId"));
        assert!(names.insert(name.to_owned()), "{at}: the name {name} is taken");
        assert!(operation["tags"].as_array().is_some_and(|tags| !tags.is_empty()), "{at} has no tag");
        assert!(operation["summary"].as_str().is_some_and(|summary| !summary.is_empty()), "{at} has no summary");
        let responses = operation["responses"].as_object().unwrap_or_else(|| panic!("{at} has no answers"));
        assert!(responses.keys().any(|status| status.starts_with(['1', '2', '3'])), "{at}: when it works");
        assert!(responses.keys().any(|status| status.starts_with('4')), "{at}: when it does not");
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        for name in path.split('{').skip(1).filter_map(|rest| rest.split('}').next()) {
            let is_told = |parameter: &Value| parameter["name"] == name && parameter["in"] == "path";
            assert!(parameters.iter().any(is_told), "{at}: {name} is not described");
        }
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let document = document();
    let mut references = BTreeSet::new();
    collect(&document, &mut references);
    assert!(!references.is_empty());
    for reference in references {
        let pointer = reference.strip_prefix('#').unwrap_or_else(|| panic!("{reference} leads elsewhere"));
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
}

fn collect(value: &Value, references: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            if let Some(Value::String(reference)) = map.get("$ref") {
                references.insert(reference.clone());
            }
            map.values().for_each(|value| collect(value, references));
        }
        Value::Array(items) => items.iter().for_each(|value| collect(value, references)),
        _ => {}
    }
}

/// A body that is put together from others has the fields of all of them: none of them may be closed.
#[test]
fn no_part_of_a_body_shuts_out_the_others() {
    fn look(value: &Value, document: &Value) {
        if let Some(parts) = value["allOf"].as_array().filter(|parts| parts.len() > 1) {
            for part in parts {
                let named = part["$ref"].as_str().and_then(|reference| document.pointer(reference.strip_prefix('#')?));
                let part = named.unwrap_or(part);
                assert_ne!(part["additionalProperties"], Value::Bool(false), "{part} is a part of {value}");
            }
        }
        match value {
            Value::Object(map) => map.values().for_each(|value| look(value, document)),
            Value::Array(items) => items.iter().for_each(|value| look(value, document)),
            _ => {}
        }
    }
    let document = document();
    look(&document, &document);
}

/// The names that a tagged schema gives its kinds, in whatever way they are put together.
fn kinds<'d>(schema: &'d Value, tag: &str, into: &mut BTreeSet<&'d str>) {
    let named = schema["properties"][tag]["enum"].as_array().into_iter().flatten();
    into.extend(named.filter_map(Value::as_str));
    for part in ["oneOf", "allOf"].into_iter().filter_map(|part| schema[part].as_array()).flatten() {
        kinds(part, tag, into);
    }
}

/// The texts that stand in a source after something, between two places of it.
fn named<'s>(source: &'s str, (from, to): (&str, &str), before: &str) -> BTreeSet<&'s str> {
    let (_, rest) = source.split_once(from).unwrap();
    let (within, _) = rest.split_once(to).unwrap();
    within.split(before).skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

#[test]
fn every_kind_of_capture_and_of_message_is_described() {
    let document = document();
    let schemas = &document["components"]["schemas"];
    let captures =
        named(include_str!("../../mobile-core/src/capture.rs"), ("pub const fn kind(", "\n    }\n"), "=> \"");
    let mut described = BTreeSet::new();
    kinds(&schemas["CaptureKind"], "kind", &mut described);
    assert_eq!(described, captures);
    assert!(captures.contains("scan") && captures.contains("annul") && captures.len() >= 15, "{captures:?}");
    let batch = &schemas["Batch"]["properties"]["captures"];
    assert_eq!(batch["items"]["$ref"], "#/components/schemas/Capture", "{batch}");

    let frames =
        named(include_str!("../../mobile-core/src/wire/frames.rs"), ("pub enum Frame {", "\n}\n"), "rename = \"");
    let mut described = BTreeSet::new();
    kinds(&schemas["Frame"], "type", &mut described);
    assert_eq!(described, frames);
    assert!(frames.contains("lead.captured") && frames.contains("monitor.stats"), "{frames:?}");
    let messages = &schemas["Polled"]["properties"]["messages"];
    assert_eq!(messages["items"]["$ref"], "#/components/schemas/Frame", "{messages}");
}

/// Captures keep what is not known of them, so that a newer phone loses nothing on an older server.
#[test]
fn no_kind_of_capture_shuts_out_what_it_does_not_name() {
    fn is_open(schema: &Value) -> bool {
        let mut parts = ["oneOf", "allOf"].into_iter().filter_map(|part| schema[part].as_array()).flatten();
        schema.get("additionalProperties").is_none() && parts.all(is_open)
    }
    let document = document();
    for name in ["Capture", "CaptureKind"] {
        let schema = &document["components"]["schemas"][name];
        assert!(schema.is_object() && is_open(schema), "{name}: {schema}");
    }
}

#[test]
fn an_export_is_asked_for_in_a_body_with_what_its_address_takes() {
    let document = document();
    let exhibitor = &document["paths"];
    let asked = &exhibitor["/api/v1/exhibitors/{exhibitor_id}/leads/export"]["get"]["parameters"];
    let asked = asked.as_array().unwrap().iter().filter(|parameter| parameter["in"] == "query");
    let asked: BTreeSet<&str> = asked.filter_map(|parameter| parameter["name"].as_str()).collect();
    let body = &exhibitor["/api/v1/exhibitors/{exhibitor_id}/exports"]["post"]["requestBody"]["content"];
    let body = body["application/json"]["schema"]["$ref"].as_str().unwrap();
    let body = document.pointer(body.strip_prefix('#').unwrap()).unwrap();
    let sent: BTreeSet<&str> = body["properties"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(sent, asked);
    assert!(sent.contains("rating") && sent.contains("since_last"), "{sent:?}");
    assert_eq!(body["required"], serde_json::json!(["format"]));
}

#[test]
fn no_route_of_the_api_is_left_undescribed() {
    // Routes made with `routes!` carry their description; a bare `.route(` does not.
    let mut bare = Vec::new();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../server/src");
    each_file(&source, &mut |path, text| {
        if path.ends_with("router.rs") || path.ends_with("openapi.rs") {
            return;
        }
        for line in text.lines().filter(|line| line.contains(".route(\"") && line.contains("/api/")) {
            bare.push(format!("{}: {}", path.display(), line.trim()));
        }
        if path.ends_with("api.rs") && text.contains(".route(") {
            bare.push(path.display().to_string());
        }
    });
    assert_eq!(bare, Vec::<String>::new());
}

pub fn each_file(folder: &Path, look: &mut impl FnMut(&Path, &str)) {
    for entry in folder.read_dir().unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            each_file(&path, look);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            look(&path, &std::fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn the_contracts_calls_are_there() {
    let document = document();
    let found: BTreeSet<String> = operations(&document)
        .into_iter()
        .map(|(method, path, _)| {
            let parts = path["/api/v1".len()..].split('/').map(|part| if part.starts_with('{') { "{}" } else { part });
            format!("{method} {}", parts.collect::<Vec<_>>().join("/"))
        })
        .collect();
    let expected = [
        "POST /auth/login",
        "POST /auth/logout",
        "GET /me",
        "POST /auth/invitations/{}/accept",
        "POST /auth/devices",
        "GET /events",
        "POST /events",
        "GET /events/{}",
        "PATCH /events/{}",
        "GET /events/{}/exhibitors",
        "POST /events/{}/exhibitors",
        "GET /events/{}/exhibitors/{}",
        "PATCH /events/{}/exhibitors/{}",
        "DELETE /events/{}/exhibitors/{}",
        "GET /events/{}/registrations",
        "POST /events/{}/registrations",
        "POST /events/{}/registrations/import",
        "POST /events/{}/badges/{}/print",
        "POST /events/{}/badges/{}/reissue",
        "POST /events/{}/badges/{}/revoke",
        "POST /events/{}/badges/{}/assign",
        "GET /exhibitors/{}/team",
        "POST /exhibitors/{}/team",
        "PATCH /exhibitors/{}/team/{}",
        "DELETE /exhibitors/{}/team/{}",
        "POST /exhibitors/{}/pairing-codes",
        "POST /events/{}/pairing-codes",
        "GET /exhibitors/{}/devices",
        "DELETE /exhibitors/{}/devices/{}",
        "POST /exhibitors/{}/devices/{}/lost",
        "POST /captures",
        "POST /events/{}/captures/import",
        "GET /events/{}/badge-filter",
        "GET /exhibitors/{}/leads",
        "GET /exhibitors/{}/leads/{}",
        "PATCH /exhibitors/{}/leads/{}",
        "GET /exhibitors/{}/leads/export",
        "GET /exhibitors/{}/rejected-captures",
        "GET /exhibitors/{}/live",
        "GET /exhibitors/{}/feed",
        "GET /events/{}/live",
        "GET /events/{}/feed",
        "POST /live-tickets",
    ];
    let missing: Vec<&str> = expected.into_iter().filter(|call| !found.contains(*call)).collect();
    assert_eq!(missing, Vec::<&str>::new(), "of {found:#?}");
}

#[test]
fn the_document_and_its_page_are_served() {
    harness::run(harness::Engine::Sqlite, "the_document_is_served", async |fair| {
        let served = fair.site.api.get("/openapi.json").await;
        assert_eq!((served.status, served.header("content-type")), (200, Some("application/json")));
        assert_eq!(served.json(), document());
        let page = fair.site.api.get("//api/docs").await;
        assert_eq!(page.status, 200);
        let text = page.text();
        let loads = ["href=\"http", "src=", "url(", "<script"].into_iter().find(|sign| text.contains(sign));
        assert_eq!(loads, None, "it loads nothing from elsewhere");
        // Whatever is listed in the contents is there, and every request can be copied.
        let links: Vec<&str> = text.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(links.len() > 200, "{}", links.len());
        for link in links {
            assert!(text.contains(&format!("id=\"{link}\"")), "{link} leads nowhere");
        }
        for (method, path, operation) in operations(&document()) {
            let name = operation["operationId"].as_str().unwrap();
            let section = text.split(&format!("<section id=\"{name}\">")).nth(1);
            let section = section.and_then(|rest| rest.split("</section>").next());
            let section = section.unwrap_or_else(|| panic!("{method} {path} has no section"));
            assert!(section.contains("<code>curl ") && section.contains(&path), "{method} {path}: {section}");
        }
    });
}
