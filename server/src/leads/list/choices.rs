//! What there is to choose among where the leads of a space are filtered, as far as the form of the stand does not
//! say it: its booths and phones, which a view of the list reads, and what the leads themselves say, which is asked
//! for when somebody opens the filters: it goes through all of them.

use super::conditions::push_country_shown;
use super::filter::countries_of;
use crate::access::ExhibitorScope;
use crate::events::cache::{EventInfo, booth_label};
use crate::forms::{Known, QuestionKind};
use crate::leads::store::push_visible;
use crate::storage::{StorageError, Tx, has_lateral};
use crate::{shown_contact, sql, sql_built};
use mobile_core::capture::ContactField;
use mobile_core::ids::{BoothId, DeviceId};
use mobile_core::wire::LeadView;

/// Most values that a filter offers: those that most leads have.
const MOST: i64 = 200;
/// Longest answer that is offered, in characters.
const LONGEST: i64 = 80;

/// Values that leads have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choices {
    /// Tags.
    pub tags: Vec<String>,
    /// Stages.
    pub stages: Vec<String>,
    /// Countries that are disclosed.
    pub countries: Vec<String>,
    /// Numbers and texts that were answered, each after the key of its question.
    pub answers: Vec<(String, String)>,
}

impl Choices {
    /// Of some leads, as far as they are shown.
    pub fn of(leads: &[LeadView]) -> Self {
        let country =
            |lead: &LeadView| lead.registration.as_ref()?.contact.get(ContactField::Country).map(str::to_owned);
        Self {
            tags: leads.iter().flat_map(|lead| lead.tags.iter().cloned()).collect(),
            stages: leads.iter().filter_map(|lead| lead.stage.clone()).collect(),
            countries: leads.iter().filter_map(country).collect(),
            answers: Vec::new(),
        }
    }

    /// Of all leads of a space that the caller sees. Where contacts are masked, nothing is asked by what was typed.
    pub async fn of_space(
        tx: &mut Tx,
        scope: &ExhibitorScope,
        event: &EventInfo,
        known: &Known,
    ) -> Result<Self, StorageError> {
        let (tags, answers) = if scope.is_masked() {
            (Vec::new(), Vec::new())
        } else {
            (tags(tx, scope).await?, answers(tx, scope, known).await?)
        };
        Ok(Self { tags, stages: stages(tx, scope).await?, countries: countries(tx, scope, event).await?, answers })
    }
}

/// The exhibitor's stands with their labels, oldest first.
pub async fn booths(tx: &mut Tx, scope: &ExhibitorScope) -> Result<Vec<(BoothId, String)>, StorageError> {
    let rows: Vec<(BoothId, String, String)> = sql!(tx, conn => sqlx::query_as(
        "SELECT id, hall, number FROM booth WHERE event_id = $1 AND exhibitor_id = $2 ORDER BY id")
        .bind(scope.event()).bind(scope.exhibitor()).fetch_all(conn))?;
    Ok(rows.into_iter().map(|(id, hall, number)| (id, booth_label(&hall, &number))).collect())
}

/// The exhibitor's phones with their labels, those that were paired last; also those whose access ended.
pub async fn phones(tx: &mut Tx, scope: &ExhibitorScope) -> Result<Vec<(DeviceId, String)>, StorageError> {
    Ok(sql!(tx, conn => sqlx::query_as(
        "SELECT id, name FROM device WHERE event_id = $1 AND exhibitor_id = $2 ORDER BY id DESC LIMIT $3")
        .bind(scope.event()).bind(scope.exhibitor()).bind(MOST).fetch_all(conn))?)
}

/// Adds which leads `l` are looked at.
macro_rules! push_seen {
    ($query:ident, $scope:expr) => {{
        let scope: &ExhibitorScope = $scope;
        $query.push(" WHERE l.event_id = ").push_bind(scope.event());
        $query.push(" AND l.space_id = ").push_bind(scope.space()).push(" AND NOT l.is_hidden");
        push_visible(&mut $query, scope.sees());
    }};
}

async fn stages(tx: &mut Tx, scope: &ExhibitorScope) -> Result<Vec<String>, StorageError> {
    Ok(sql_built!(tx, conn, query = "SELECT l.stage FROM lead l" => {
        push_seen!(query, scope);
        query.push(" AND l.stage IS NOT NULL GROUP BY l.stage ORDER BY COUNT(*) DESC, l.stage LIMIT ").push_bind(MOST);
    }, query.build_query_scalar().fetch_all(conn))?)
}

async fn countries(tx: &mut Tx, scope: &ExhibitorScope, event: &EventInfo) -> Result<Vec<String>, StorageError> {
    const COUNTRY: &str = concat!("CAST(", shown_contact!(), " ->> 'country' AS TEXT)");
    let categories = countries_of(scope, event);
    Ok(sql_built!(tx, conn, query = "SELECT " => {
        query.push(COUNTRY).push(
            " FROM lead l JOIN registration r ON r.event_id = l.event_id AND r.id = l.registration_id");
        push_seen!(query, scope);
        push_country_shown!(query, categories);
        query.push(" AND ").push(COUNTRY).push(" <> '' GROUP BY ").push(COUNTRY)
            .push(" ORDER BY COUNT(*) DESC LIMIT ").push_bind(MOST);
    }, query.build_query_scalar().fetch_all(conn))?)
}

async fn tags(tx: &mut Tx, scope: &ExhibitorScope) -> Result<Vec<String>, StorageError> {
    Ok(sql_built!(tx, conn, query = "SELECT CAST(t.key AS TEXT) FROM lead l, " => {
        let each = if has_lateral(&query) { "jsonb_each" } else { "json_each" };
        query.push(each).push("(l.fold -> 'tags') t");
        push_seen!(query, scope);
        query.push(" AND CAST(t.value ->> 'v' AS TEXT) IN ('1', 'true') GROUP BY t.key ORDER BY COUNT(*) DESC, t.key LIMIT ")
            .push_bind(MOST);
    }, query.build_query_scalar().fetch_all(conn))?)
}

/// What was answered where nothing is to choose: numbers, and texts that are short enough to be read in a list. What
/// people said who withdrew is no longer the exhibitor's to look at.
async fn answers(tx: &mut Tx, scope: &ExhibitorScope, known: &Known) -> Result<Vec<(String, String)>, StorageError> {
    const ANSWER: &str = "CAST(t.value -> 'v' ->> 'a' AS TEXT)";
    let asked = known.form.questions.iter();
    let open: Vec<&str> = asked
        .filter(|question| matches!(question.kind, QuestionKind::Number | QuestionKind::Text))
        .map(|question| question.key.as_str())
        .collect();
    if open.is_empty() {
        return Ok(Vec::new());
    }
    Ok(sql_built!(tx, conn, query = "SELECT CAST(t.key AS TEXT), " => {
        let each = if has_lateral(&query) { "jsonb_each" } else { "json_each" };
        query.push(ANSWER).push(" FROM lead l, ").push(each).push("(l.fold -> 'answers') t");
        push_seen!(query, scope);
        query.push(" AND l.consent NOT IN ('withdrawn', 'erased') AND LENGTH(").push(ANSWER).push(") BETWEEN 1 AND ")
            .push_bind(LONGEST).push(" AND t.key IN (");
        let mut list = query.separated(", ");
        for key in &open {
            list.push_bind((*key).to_owned());
        }
        query.push(") GROUP BY t.key, ").push(ANSWER).push(" ORDER BY COUNT(*) DESC, t.key LIMIT ").push_bind(MOST);
    }, query.build_query_as().fetch_all(conn))?)
}
