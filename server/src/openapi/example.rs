//! Examples of what a schema describes: what it names itself as one, else a value of its type that reads
//! like the real thing.

use serde_json::{Map, Value, json};

/// Characters of an example answer that are shown.
pub(super) const MOST: usize = 2_400;
/// How deep objects lie within each other.
const DEEPEST: usize = 5;
/// Fields of a request that has no required ones.
const OPTIONAL: usize = 4;

/// Makes examples out of a document's schemas.
pub(super) struct Examples<'d> {
    document: &'d Value,
}

impl<'d> Examples<'d> {
    pub(super) fn of(document: &'d Value) -> Self {
        Self { document }
    }

    /// What a request sends: its required fields, or a few where none is.
    pub(super) fn request(&self, schema: &Value) -> Value {
        self.value(schema, "", 0, true)
    }

    /// What an answer holds: every field.
    pub(super) fn answer(&self, schema: &Value) -> Value {
        self.value(schema, "", 0, false)
    }

    fn value(&self, schema: &Value, name: &str, depth: usize, is_short: bool) -> Value {
        if let Some(given) = schema.get("example").or_else(|| schema.pointer("/examples/0")) {
            return given.clone();
        }
        if depth > DEEPEST {
            return Value::Null;
        }
        if let Some(reference) = schema["$ref"].as_str() {
            let found = reference.strip_prefix('#').and_then(|pointer| self.document.pointer(pointer));
            return found.map_or(Value::Null, |schema| self.value(schema, name, depth + 1, is_short));
        }
        if let Some(value) = schema.get("const") {
            return value.clone();
        }
        if let Some(first) = schema.pointer("/enum/0") {
            return first.clone();
        }
        for choice in ["oneOf", "anyOf"] {
            if let Some(choices) = schema[choice].as_array() {
                let real = choices.iter().find(|one| one["type"] != "null").or_else(|| choices.first());
                return real.map_or(Value::Null, |schema| self.value(schema, name, depth, is_short));
            }
        }
        if let Some(parts) = schema["allOf"].as_array() {
            let mut whole = Map::new();
            for part in parts {
                if let Value::Object(fields) = self.value(part, name, depth, is_short) {
                    whole.extend(fields);
                }
            }
            return Value::Object(whole);
        }
        match kind(schema) {
            "object" => self.object(schema, depth, is_short),
            "array" if schema.get("items").is_some() => {
                json!([self.value(&schema["items"], name, depth + 1, is_short)])
            }
            "array" => json!([]),
            "integer" => json!(number(name, schema)),
            "number" => json!(1.5),
            "boolean" => json!(true),
            "string" => json!(text(name, schema["format"].as_str().unwrap_or_default())),
            _ => Value::Null,
        }
    }

    fn object(&self, schema: &Value, depth: usize, is_short: bool) -> Value {
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let fields = schema["properties"].as_object().into_iter().flatten();
        let wanted: Vec<(&String, &Value)> = if is_short && !required.is_empty() {
            fields.filter(|(name, _)| required.contains(&name.as_str())).collect()
        } else if is_short {
            fields.take(OPTIONAL).collect()
        } else {
            fields.collect()
        };
        let made =
            wanted.into_iter().map(|(name, schema)| (name.clone(), self.value(schema, name, depth + 1, is_short)));
        Value::Object(made.collect())
    }
}

/// The type; of several, the first that is not null.
fn kind(schema: &Value) -> &str {
    match &schema["type"] {
        Value::String(kind) => kind,
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null").unwrap_or_default(),
        _ if schema.get("properties").is_some() => "object",
        _ => "",
    }
}

fn number(name: &str, schema: &Value) -> i64 {
    match name {
        "limit" => 50,
        "total" | "leads" | "scans" => 42,
        _ => schema["minimum"].as_i64().unwrap_or(1).max(1),
    }
}

fn text(name: &str, format: &str) -> String {
    let text = match (format, name) {
        ("uuid", _) => "01977f3e-52c0-7000-8000-000000000001",
        ("date-time", _) => "2026-06-10T09:30:00Z",
        ("date", _) => "2026-06-10",
        (_, name) if name.ends_with("_at") || name == "until" || name == "from" => "2026-06-10T09:30:00Z",
        (_, name) if name.ends_with("_id") || name == "id" => "01977f3e-52c0-7000-8000-000000000001",
        (_, "email") => "ines@acme.example",
        (_, "first_name") => "Inès",
        (_, "last_name") => "Moreau",
        (_, "name" | "exhibitor" | "company") => "Acme",
        (_, "title" | "label") => "Opening",
        (_, "slug") => "acme",
        (_, "timezone") => "Europe/Paris",
        (_, "language") => "en",
        (_, "code") => "7F3K92QX",
        (_, "number" | "badge_number") => "7F3K-92QX",
        (_, "password") => "a long password",
        (_, "phone") => "+33 6 39 98 12 34",
        (_, "days") => "2026-06-10",
        (_, "opens") => "09:00",
        (_, "closes") => "18:00",
        (_, "next_cursor") => "eyJhdCI6Mn0",
        (_, "token" | "pairing_code") => "7K3D-92QX-M4TZ",
        (_, "category") => "visitor",
        _ => "text",
    };
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_shows_what_must_be_sent_and_an_answer_all_there_is() {
        let document = json!({"components": {"schemas": {"Booth": {"type": "object", "properties": {
            "hall": {"type": "string", "example": "1"}}}}}});
        let schema = json!({"type": "object", "required": ["email"], "properties": {"email": {"type": "string"},
            "booth": {"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/Booth"}]},
            "tags": {"type": ["array", "null"], "items": {"type": "string"}}}});
        let examples = Examples::of(&document);
        assert_eq!(examples.request(&schema), json!({"email": "ines@acme.example"}));
        let all = json!({"email": "ines@acme.example", "booth": {"hall": "1"}, "tags": ["text"]});
        assert_eq!(examples.answer(&schema), all);
    }

    #[test]
    fn a_schema_that_holds_itself_comes_to_an_end() {
        let document = json!({"components": {"schemas": {"Tree": {"type": "object", "properties": {
            "child": {"$ref": "#/components/schemas/Tree"}}}}}});
        let made = Examples::of(&document).answer(&json!({"$ref": "#/components/schemas/Tree"}));
        assert!(made["child"].is_object(), "{made}");
    }
}
