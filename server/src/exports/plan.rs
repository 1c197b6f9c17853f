//! What an export will hold: asked for as a query, checked, and fixed before the first row is read.
//!
//! The head of the feed is read before the data, so that whatever changes meanwhile is in the next
//! export that begins after this one. Columns are fixed here too: the questions that were answered,
//! without the fields that the event's policy withholds from everybody.

use super::columns::{Column, Question, Tab, without};
use super::local_time::LocalTimes;
use super::store::{self, NewExport};
use super::{Format, Progress, told};
use crate::access::{ExportScope, Identity};
use crate::app::App;
use crate::audit::{self, Action, NewEntry};
use crate::events::cache::EventInfo;
use crate::extract::parse_query;
use crate::feed;
use crate::forms::{self, Known};
use crate::leads::list::{self, Checked, LeadFilter};
use crate::problem::Problem;
use crate::storage::{StorageError, Tx};
use crate::words::Words;
use mobile_core::capture::ContactField;
use mobile_core::ids::{AccountId, ExportId};
use mobile_core::time::Timestamp;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What is asked for, besides the filter of the list.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ExportParams {
    /// `xlsx` (all tabs in one workbook), `csv`, `jsonl` or `vcf` (a card a person).
    #[param(required = true)]
    pub format: Option<String>,
    /// `scans` (when absent), `contact_sharing`, `sessions`, `networking`, `meetings`, `scan_log` or
    /// `withdrawn`. In a workbook: the only tab that is filled.
    pub tab: Option<String>,
    /// Only what changed since the last such export that was sent to the end.
    pub since_last: Option<bool>,
    /// CSV: begin with a byte order mark, which some spreadsheets need to tell UTF-8.
    pub bom: Option<bool>,
    /// Language of labels in a workbook; when absent, that of the request.
    pub lang: Option<Words>,
}

/// The names of [`ExportParams`].
const OWN: [&str; 5] = ["format", "tab", "since_last", "bom", "lang"];
/// What belongs to one page of the list; an export has everything, in an order that no change moves.
const OF_PAGES: [&str; 3] = ["sort", "limit", "cursor"];

/// An export that was asked for in the right form.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The format.
    pub format: Format,
    /// The tab; none: all of a workbook's.
    pub tab: Option<Tab>,
    /// Which leads.
    pub filter: LeadFilter,
    /// Only what changed since the last one.
    pub since_last: bool,
    /// CSV with a byte order mark.
    pub with_bom: bool,
    /// The language of labels.
    pub language: Words,
}

impl Asked {
    /// Reads what is asked for from the pairs of a query.
    pub fn parse(pairs: &[(String, String)]) -> Result<Self, Problem> {
        let query = |keep: &dyn Fn(&str) -> bool| {
            let mut text = form_urlencoded::Serializer::new(String::new());
            let pairs = pairs.iter().filter(|(name, value)| keep(name) && !value.is_empty());
            text.extend_pairs(pairs);
            text.finish()
        };
        let own: ExportParams = parse_query(&query(&|name| OWN.contains(&name)))?;
        let filter = parse_query(&query(&|name| !OWN.contains(&name) && !OF_PAGES.contains(&name)))?;
        let format = own.format.as_deref().and_then(Format::from_name);
        let format = format.ok_or_else(|| Problem::field("?format", "must be xlsx, csv, jsonl or vcf"))?;
        let tab = match own.tab.as_deref() {
            None if format == Format::Xlsx => None,
            None => Some(Tab::Scans),
            Some(code) => Some(Tab::from_code(code).ok_or_else(|| {
                let codes = Tab::ALL.map(Tab::code).join(", ");
                Problem::field("?tab", format!("must be one of “{codes}”"))
            })?),
        };
        if format == Format::Vcf && tab != Some(Tab::Scans) {
            return Err(Problem::field("?tab", "must be scans, or absent: cards are made of people"));
        }
        let language = own.lang.unwrap_or_else(Words::of_request);
        let (since_last, with_bom) = (own.since_last == Some(true), own.bom == Some(true));
        Ok(Self { format, tab, filter, since_last, with_bom, language })
    }

    /// The tab's code, or `all`.
    pub fn tab_code(&self) -> &'static str {
        self.tab.map_or("all", Tab::code)
    }

    /// The filter as a query string with sorted names; equal filters give equal texts.
    pub fn filter_text(&self) -> String {
        let value = serde_json::to_value(&self.filter).unwrap_or_default();
        let mut text = form_urlencoded::Serializer::new(String::new());
        for (name, value) in value.as_object().into_iter().flatten() {
            match value {
                serde_json::Value::Null => {}
                serde_json::Value::String(value) => drop(text.append_pair(name, value)),
                other => drop(text.append_pair(name, &other.to_string())),
            }
        }
        text.finish()
    }
}

/// An export whose contents are fixed.
#[derive(Debug)]
pub struct Plan {
    /// The export.
    pub id: ExportId,
    /// Whose leads.
    pub scope: ExportScope,
    /// Who is asked again, page by page, whether they still may; none: the command line.
    pub identity: Option<Identity>,
    /// What was asked for.
    pub asked: Asked,
    /// Which leads.
    pub checked: Checked,
    /// The keys of the questions that have a column: those asked now, then those answered besides.
    pub questions: Vec<String>,
    /// The words of the questions.
    pub known: Known,
    /// Columns that the policy withholds.
    withheld: Vec<&'static str>,
    /// It holds what changed after this position of the feed.
    pub from_seq: i64,
    /// It holds what had changed up to this one.
    pub to_seq: i64,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// The event, when it was asked for.
    pub event: Arc<EventInfo>,
    /// The exhibitor's name.
    pub exhibitor: String,
    /// The exhibitor's short name.
    pub slug: String,
    /// Who asked for it.
    pub person: String,
    /// How far it has come.
    pub progress: Progress,
}

impl Plan {
    /// Checks what is asked for, fixes what it holds and lists it.
    pub async fn make(
        app: &App,
        scope: ExportScope,
        identity: Option<Identity>,
        asked: Asked,
    ) -> Result<Arc<Self>, Problem> {
        if let Some(part) = asked.tab.and_then(Tab::part) {
            scope.allows_tab(part)?;
        }
        let event = app.events.info(app, scope.event()).await?;
        // Whoever opens the file another day reads of which one it is.
        let now = app.now();
        let asked = Asked { filter: asked.filter.dated(&event, now), ..asked };
        let filter = asked.filter_text();
        let tab = asked.tab_code();
        let mut tx = app.read().await?;
        let (head, kept_from) = feed::store::bounds(&mut tx, scope.event()).await?;
        let mut checked = asked.filter.clone().check(&mut tx, &scope, &event, now).await?;
        let mut from_seq = 0;
        if asked.since_last {
            let last = store::last_sent_like(&mut tx, &scope, asked.format, tab, &filter).await?;
            // Where the feed no longer reaches back that far, everything is exported again.
            from_seq = last.filter(|last| *last >= kept_from as i64).unwrap_or(0);
            if from_seq > 0 {
                checked.changed_after(from_seq);
            }
        }
        let (leads, scans) = list::totals(&mut tx, &scope, &checked).await?;
        let (slug, exhibitor, person) = store::names(&mut tx, &scope).await?;
        let known = forms::known(&mut tx, scope.event(), scope.exhibitor()).await?;
        tx.done().await?;
        let (answered, typed) = given(app, &scope).await?;
        let fields = event.narrowed.get(&scope.space());
        let is_sold = |field| fields.is_none_or(|fields| fields.contains(&field));
        let is_withheld =
            |field: ContactField| !(typed.contains(&field) || is_disclosed(&event, field) && is_sold(field));
        let withheld = ContactField::ALL.into_iter().filter(|field| is_withheld(*field)).map(ContactField::as_str);
        let total = match asked.tab {
            None => leads + scans,
            Some(Tab::Scans | Tab::Withdrawn) => leads,
            Some(Tab::ScanLog) => scans,
            Some(_) => 0,
        };
        let plan = Self {
            id: app.new_id(),
            identity,
            checked,
            questions: known.keys_in_order(answered),
            known,
            withheld: withheld.collect(),
            from_seq,
            to_seq: head as i64,
            created_at: app.now(),
            event,
            exhibitor,
            slug,
            person: person.unwrap_or_else(|| "leadline".to_owned()),
            progress: Progress { total: total as u64, ..Progress::default() },
            asked,
            scope,
        };
        plan.begin(app, &filter).await?;
        Ok(Arc::new(plan))
    }

    async fn begin(&self, app: &App, filter: &str) -> Result<(), StorageError> {
        let new = NewExport {
            id: self.id,
            account: self.scope.account().unwrap_or(AccountId(uuid::Uuid::nil())),
            format: self.asked.format.as_str(),
            tab: self.asked.tab_code(),
            filter,
            from_seq: self.from_seq,
            to_seq: self.to_seq,
            created_at: self.created_at,
        };
        let mut tx = app.write().await?;
        store::begin(&mut tx, &self.scope, &new).await?;
        let detail = json!({"format": new.format, "tab": new.tab, "filter": filter});
        let entry = NewEntry::new(Action::LeadsExported, self.scope.account(), Some(self.id.0));
        let entry = entry.at(self.scope.exhibitor()).with(detail);
        told::admins(app, &mut tx, self).await?;
        audit::append(app, &mut tx, self.scope.event(), &entry).await?;
        tx.commit(&app.hub).await?;
        app.exports.begin(self.id, self.progress.clone());
        Ok(())
    }

    /// Writes what has become of it.
    pub async fn set_status(&self, app: &App, status: store::Status) -> Result<(), StorageError> {
        let has_ended = status != store::Status::Building;
        if has_ended {
            app.exports.end(self.id);
        }
        let rows = self.progress.rows.load(std::sync::atomic::Ordering::Relaxed);
        let mut tx = app.write().await?;
        let at = has_ended.then(|| app.now());
        store::set_status(&mut tx, &self.scope, self.id, status, rows, at).await?;
        tx.commit(&app.hub).await?;
        Ok(())
    }

    /// Whether a filter narrows what it holds.
    pub fn is_filtered(&self) -> bool {
        !self.asked.filter_text().is_empty()
    }

    /// The tabs that are filled: in a workbook all whose part of the space is open.
    pub fn tabs(&self) -> Vec<Tab> {
        let is_open = |tab: &Tab| tab.part().is_none_or(|part| self.scope.allows_tab(part).is_ok());
        self.asked.tab.map_or_else(|| Tab::ALL.into_iter().filter(is_open).collect(), |tab| vec![tab])
    }

    /// The columns of a tab, and which of all its columns they are.
    pub fn columns(&self, tab: Tab) -> (Vec<Column>, Vec<bool>) {
        let all = tab.columns(&self.asked_in_words(tab));
        let kept = all.iter().map(|column| !self.withheld.contains(&column.code())).collect();
        (without(all, &self.withheld), kept)
    }

    /// The questions in the reader's language; words that another column has too get their key added.
    fn asked_in_words(&self, tab: Tab) -> Vec<Question> {
        let language = self.asked.language.code();
        let mut taken: BTreeSet<String> = tab.columns(&[]).iter().map(|column| column.code().to_owned()).collect();
        let question = |code: &String| {
            let words = self.known.asked.get(code).map(|asked| asked.words(language).to_owned());
            let heading = words.map(|words| if taken.contains(&words) { format!("{words} ({code})") } else { words });
            taken.extend(heading.clone());
            Question { code: code.clone(), label: heading.clone().unwrap_or_else(|| code.clone()), heading }
        };
        self.questions.iter().map(question).collect()
    }

    /// The event's local time.
    pub fn times(&self) -> LocalTimes {
        LocalTimes::new(self.event.zone())
    }

    /// The name of its file, such as `acme-leads-2026-11-22.xlsx`.
    pub fn file_name(&self) -> String {
        file_name(&self.slug, self.asked.tab_code(), self.created_at, &self.event, self.asked.format)
    }
}

/// The name of an export's file.
pub fn file_name(slug: &str, tab: &str, at: Timestamp, event: &EventInfo, format: Format) -> String {
    let slug: String = slug.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let tab = if matches!(tab, "all" | "scans") { "leads".to_owned() } else { tab.replace('_', "-") };
    let on = LocalTimes::new(event.zone()).civil(at);
    format!("{slug}-{tab}-{:04}-{:02}-{:02}.{}", on.year, on.month, on.day, format.as_str())
}

/// Whether any category discloses a field.
fn is_disclosed(event: &EventInfo, field: ContactField) -> bool {
    let named = event.disclosure.0.keys().map(String::as_str);
    named.chain(["*"]).any(|category| event.disclosure.rule(category).has(field))
}

/// Leads looked through at once.
const PAGE: i64 = 2_000;

/// The questions that were answered in a space, and the contact fields that its team typed or that
/// codes carried. Of the whole space, whatever the filter: the next export has the same columns.
async fn given(app: &App, scope: &ExportScope) -> Result<(Vec<String>, BTreeSet<ContactField>), Problem> {
    let mut questions = BTreeSet::new();
    let mut typed = BTreeSet::new();
    let mut after = None;
    loop {
        let mut tx: Tx = app.read().await?;
        let rows = store::given(&mut tx, scope, after, PAGE).await?;
        tx.done().await?;
        for (_, answers, contact, carried) in &rows {
            questions.extend(keys::<String>(answers.as_deref())?);
            typed.extend(keys::<ContactField>(contact.as_deref())?);
            typed.extend(keys::<ContactField>(carried.as_deref())?);
        }
        after = rows.last().map(|row| row.0);
        if rows.len() < PAGE as usize {
            return Ok((questions.into_iter().collect(), typed));
        }
    }
}

/// The names in a JSON object.
fn keys<K: Ord + serde::de::DeserializeOwned>(object: Option<&str>) -> Result<Vec<K>, StorageError> {
    let Some(object) = object else { return Ok(Vec::new()) };
    #[expect(
        clippy::zero_sized_map_values,
        reason = "the values are skipped, not kept; a set cannot be read from an object"
    )]
    let read: Result<BTreeMap<K, IgnoredAny>, _> = serde_json::from_str(object);
    let read = read.map_err(|_| StorageError::Corrupt("a lead's fold has no readable names".into()))?;
    Ok(read.into_keys().collect())
}
