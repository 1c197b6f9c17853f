//! Reading mails as a mail program does: headers, transfer encodings, the two alternatives.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeMap;
use std::path::Path;

/// A mail.
#[derive(Debug, Clone)]
pub struct Mail {
    /// The address it is for.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The HTML.
    pub html: String,
    /// The calendar file that came with it.
    pub calendar: Option<String>,
    /// Its headers, names in lower case.
    pub headers: BTreeMap<String, String>,
}

/// Puts the parts of a mail into `parts` by their type, those of parts within parts too.
fn gather(headers: &BTreeMap<String, String>, body: &str, parts: &mut BTreeMap<String, String>) {
    let kind = &headers["content-type"];
    if !kind.starts_with("multipart/") {
        let kind = kind.split(';').next().expect("a type").to_owned();
        parts.insert(kind, decoded(headers, body));
        return;
    }
    let boundary = kind.split("boundary=").nth(1).expect("a boundary").trim_matches('"');
    for part in body.split(&format!("--{boundary}")).skip(1).filter(|part| !part.starts_with("--")) {
        let (headers, body) = split(part.trim_start_matches("\r\n").as_bytes());
        gather(&headers, &body, parts);
    }
}

impl Mail {
    /// Reads a mail as it came over the wire.
    pub fn parse(raw: &[u8]) -> Self {
        let (headers, body) = split(raw);
        let mut parts = BTreeMap::new();
        gather(&headers, &body, &mut parts);
        let to = headers["to"].rsplit('<').next().expect("an address").trim_end_matches('>').to_owned();
        let part = |kind: &str| parts.get(kind).unwrap_or_else(|| panic!("no {kind}")).clone();
        Self {
            to,
            subject: words(&headers["subject"]),
            text: part("text/plain"),
            html: part("text/html"),
            calendar: parts.get("text/calendar").cloned(),
            headers,
        }
    }

    /// The mails of a folder, oldest first.
    pub fn all_in(folder: &Path) -> Vec<Self> {
        let Ok(entries) = folder.read_dir() else { return Vec::new() };
        let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        files.retain(|path| path.extension().is_some_and(|kind| kind == "eml"));
        files.sort();
        files.iter().map(|path| Self::parse(&std::fs::read(path).unwrap())).collect()
    }

    /// The first address in the text.
    pub fn link(&self) -> &str {
        self.text.lines().find(|line| line.starts_with("http")).expect("a link").trim()
    }

    /// The last part of the link's path: its secret.
    pub fn token(&self) -> &str {
        self.link().rsplit('/').next().expect("a path")
    }
}

fn split(raw: &[u8]) -> (BTreeMap<String, String>, String) {
    let text = String::from_utf8(raw.to_vec()).expect("mails are made of ASCII");
    let (head, body) = text.split_once("\r\n\r\n").expect("headers end with an empty line");
    let head = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    let headers = head.split("\r\n").filter_map(|line| line.split_once(": "));
    (headers.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect(), body.to_owned())
}

fn decoded(headers: &BTreeMap<String, String>, body: &str) -> String {
    let encoding = headers.get("content-transfer-encoding").map_or("7bit", String::as_str);
    let bytes = match encoding {
        "quoted-printable" => quoted_printable(body),
        "base64" => STANDARD.decode(body.replace(['\r', '\n'], "")).expect("base64"),
        _ => body.as_bytes().to_vec(),
    };
    String::from_utf8(bytes).expect("UTF-8").trim_end().to_owned()
}

fn quoted_printable(body: &str) -> Vec<u8> {
    let body = body.replace("=\r\n", "");
    let mut bytes = Vec::with_capacity(body.len());
    let mut rest = body.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first == b'=' {
            let code = std::str::from_utf8(&after[..2]).expect("two digits");
            bytes.push(u8::from_str_radix(code, 16).expect("two hexadecimal digits"));
            rest = &after[2..];
        } else {
            bytes.push(*first);
        }
    }
    bytes
}

/// A header whose words may be encoded (RFC 2047).
fn words(header: &str) -> String {
    let mut text = String::new();
    let mut rest = header;
    while let Some((before, encoded)) = rest.split_once("=?utf-8?b?") {
        // Between two encoded words, space counts for nothing.
        if !before.trim().is_empty() {
            text.push_str(before);
        }
        let (word, after) = encoded.split_once("?=").expect("an encoded word ends");
        text.push_str(std::str::from_utf8(&STANDARD.decode(word).expect("base64")).expect("UTF-8"));
        rest = after;
    }
    text + rest
}
