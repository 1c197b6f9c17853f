//! All teams of an event as a table for spreadsheets, with what the organiser asked of each member.

use super::store::{self, ListedRow};
use super::{asked, in_words};
use crate::access::EventAdminScope;
use crate::app::App;
use crate::audit::{self, Action, NewEntry};
use crate::exports::columns::{Column, Kind};
use crate::exports::csv::CsvSheet;
use crate::exports::local_time::LocalTimes;
use crate::exports::sheet::{Cell, ExportError, Sheet};
use crate::forms::Known;
use crate::problem::Problem;
use crate::words::Words;
use mobile_core::reason::Reason;
use serde_json::json;

/// Members read at once.
const CHUNK: i64 = 1_000;

/// The table as CSV; who took it along is in the audit log.
pub async fn csv(app: &App, scope: &EventAdminScope, words: Words) -> Result<Vec<u8>, Problem> {
    let info = app.events.info(app, scope.event()).await?;
    let known = asked(app, scope.event()).await?;
    let unwritten = |error: ExportError| {
        Problem::new(Reason::Internal, "The table could not be written; it was logged.").caused_by(error)
    };
    let columns = columns(&known, words);
    let mut sheet = CsvSheet::new(Vec::new(), &columns, LocalTimes::new(info.zone()), true).map_err(unwritten)?;
    let (mut after, mut rows) = (None, 0_usize);
    loop {
        let mut tx = app.read().await?;
        let read = store::listed(&mut tx, scope, after, CHUNK).await?;
        tx.done().await?;
        for row in &read {
            write(&mut sheet, row, &known, words, app.now()).map_err(unwritten)?;
        }
        rows += read.len();
        after = read.last().map(|row| row.member.id);
        if (read.len() as i64) < CHUNK {
            break;
        }
    }
    let entry = NewEntry::new(Action::TeamsExported, Some(scope.account()), None).with(json!({"rows": rows}));
    let mut tx = app.write().await?;
    audit::append(app, &mut tx, scope.event(), &entry).await?;
    tx.commit(&app.hub).await?;
    sheet.finish().map_err(unwritten)
}

fn columns(known: &Known, words: Words) -> Vec<Column> {
    let column = |code: &str| Column::new(code.to_owned(), Kind::Text);
    let mut columns: Vec<Column> =
        ["exhibitor", "first_name", "last_name", "email", "roles", "status"].into_iter().map(column).collect();
    let taken = |name: &str, columns: &[Column]| columns.iter().any(|one| one.code() == name);
    for question in &known.form.questions {
        let name = known.asked.get(&question.key).map_or("", |asked| asked.words(words.code()));
        // Two fields of one name are told apart by their keys.
        let name = if taken(name, &columns) { format!("{name} ({})", question.key) } else { name.to_owned() };
        columns.push(column(&name));
    }
    columns
}

fn write(
    sheet: &mut CsvSheet<Vec<u8>>,
    row: &ListedRow,
    known: &Known,
    words: Words,
    now: mobile_core::time::Timestamp,
) -> Result<(), ExportError> {
    let member = &row.member;
    let (roles, status) = (json!(member.roles()), json!(member.status(now)));
    let roles: Vec<&str> = roles.as_array().into_iter().flatten().filter_map(serde_json::Value::as_str).collect();
    let roles = roles.join("; ");
    let mut cells = vec![
        Cell::Text(&row.exhibitor),
        Cell::Text(&member.first_name),
        Cell::Text(&member.last_name),
        Cell::Text(&member.email),
        Cell::Text(&roles),
        Cell::text(status.as_str()),
    ];
    let said: Vec<Option<String>> = known
        .form
        .questions
        .iter()
        .map(|question| {
            let one = member.extra.get(&question.key).map(|value| (question.key.clone(), value.clone()));
            let one = one.into_iter().collect();
            in_words(known, &one, words).into_iter().next().map(|(_, text)| text)
        })
        .collect();
    cells.extend(said.iter().map(|text| Cell::text(text.as_deref())));
    sheet.row(&cells)
}
