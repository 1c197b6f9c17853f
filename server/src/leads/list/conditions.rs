//! The conditions of a filter as SQL of both engines.

/// Adds that a lead has an answer: a text, a number, a yes or no, or one among several choices.
///
/// Each engine compares it in its own way, since each has its own text for a yes.
macro_rules! push_answered {
    ($query:ident, $asked:expr) => {{
        let asked: &AskedAnswer = $asked;
        if crate::storage::has_lateral(&$query) {
            let start = " AND l.fold -> 'answers' -> ";
            $query.push(start).push_bind(asked.question.clone()).push(" -> 'v' -> 'a' @> ANY (ARRAY[to_jsonb(CAST(");
            $query.push_bind(asked.answer.clone()).push(" AS TEXT))");
            if asked.is_plain {
                $query.push(", CAST(").push_bind(asked.answer.clone()).push(" AS JSONB)");
            }
            $query.push("])");
        } else {
            let start = " AND EXISTS (SELECT 1 FROM json_each(l.fold -> 'answers' -> ";
            $query.push(start).push_bind(asked.question.clone()).push(
                " -> 'v' -> 'a') j WHERE typeof(j.key) <> 'text' AND CASE j.type WHEN 'true' THEN 'true' \
                 WHEN 'false' THEN 'false' WHEN 'null' THEN NULL ELSE CAST(j.value AS TEXT) END = ",
            );
            $query.push_bind(asked.answer.clone()).push(")");
        }
    }};
}

/// Adds that the country of a lead's person is shown, as people of these categories show it.
macro_rules! push_country_shown {
    ($query:ident, $categories:expr) => {{
        let categories: &crate::events::disclosure::Categories = &$categories;
        // PostgreSQL takes no empty list, and no category is called so.
        $query.push(" AND l.consent = 'granted' AND r.category");
        $query.push(if categories.is_all_but { " NOT IN (''" } else { " IN (''" });
        for category in &categories.named {
            $query.push(", ").push_bind(category.clone());
        }
        $query.push(")");
    }};
}

/// Adds the conditions of a filter to a statement over `lead l` and `registration r`.
macro_rules! push_filter {
    ($query:ident, $scope:expr, $checked:expr) => {{
        let (scope, checked) = ($scope, $checked);
        let filter = &checked.filter;
        $query
            .push(" WHERE l.event_id = ")
            .push_bind(scope.event())
            .push(" AND l.space_id = ")
            .push_bind(scope.space());
        if filter.annulled != Some(true) {
            $query.push(" AND NOT l.is_hidden");
        }
        crate::leads::store::push_visible(&mut $query, scope.sees());
        for word in &checked.words {
            $query.push(" AND l.search LIKE ").push_bind(word.clone()).push(" ESCAPE '\\'");
        }
        if let Some(rating) = filter.rating {
            $query.push(" AND l.rating = ").push_bind(rating.as_str());
        }
        match filter.unrated {
            Some(true) => {
                $query.push(" AND l.rating IS NULL");
            }
            Some(false) => {
                $query.push(" AND l.rating IS NOT NULL");
            }
            None => {}
        }
        if let Some(stage) = &filter.stage {
            $query.push(" AND l.stage = ").push_bind(stage.clone());
        }
        if let Some(member) = checked.mine {
            crate::leads::store::push_visible(&mut $query, crate::access::Visibility::Own(member));
        }
        if let Some(owner) = filter.owner {
            $query.push(" AND l.owner_id = ").push_bind(owner);
        }
        if let Some(key) = &checked.tag_key {
            $query
                .push(" AND CAST(l.fold -> 'tags' -> ")
                .push_bind(key.clone())
                .push(" ->> 'v' AS TEXT) IN ('1', 'true')");
        }
        match filter.source.as_deref() {
            Some("scan") => {
                $query.push(" AND l.scan_count > 0");
            }
            Some("manual") => {
                $query.push(" AND l.scan_count = 0 AND l.fold -> 'sources' IS NULL");
            }
            Some(source) => {
                $query.push(" AND l.fold -> 'sources' -> ").push_bind(source.to_owned()).push(" IS NOT NULL");
            }
            None => {}
        }
        if let Some(category) = &filter.category {
            $query.push(" AND r.category = ").push_bind(category.clone());
            $query.push(if checked.is_category_asked {
                " AND l.consent IN ('granted', 'pending')"
            } else {
                " AND l.consent = 'granted'"
            });
        }
        if let Some((country, categories)) = filter.country.as_ref().zip(checked.countries_of.as_ref()) {
            push_country_shown!($query, categories);
            $query
                .push(concat!(" AND CAST(", crate::shown_contact!(), " ->> 'country' AS TEXT) = "))
                .push_bind(country.clone());
        }
        if let Some(consent) = filter.consent {
            $query.push(" AND l.consent = ").push_bind(consent.as_str());
        }
        match filter.matched {
            Some(Match::Matched) => {
                $query.push(" AND l.registration_id IS NOT NULL");
            }
            Some(Match::Unmatched) => {
                $query.push(" AND l.code_hash IS NOT NULL");
            }
            Some(Match::Manual) => {
                $query.push(" AND l.registration_id IS NULL AND l.code_hash IS NULL");
            }
            None => {}
        }
        let scanned = filter.scanned_by.is_some()
            || filter.device.is_some()
            || filter.booth.is_some()
            || checked.from.is_some()
            || checked.until.is_some();
        if scanned {
            $query.push(" AND");
            crate::leads::store::push_scanned(&mut $query);
            if let Some(member) = filter.scanned_by {
                $query.push(" AND c.member_id = ").push_bind(member);
            }
            if let Some(device) = filter.device {
                $query.push(" AND c.device_id = ").push_bind(device);
            }
            if let Some(booth) = filter.booth {
                $query.push(" AND c.booth_id = ").push_bind(booth);
            }
            if let Some(from) = checked.from {
                $query.push(" AND c.corrected_at >= ").push_bind(from);
            }
            if let Some(until) = checked.until {
                $query.push(" AND c.corrected_at < ").push_bind(until);
            }
            $query.push(")");
        }
        match filter.has_note {
            Some(true) => {
                $query.push(" AND l.note_count > 0");
            }
            Some(false) => {
                $query.push(" AND l.note_count = 0");
            }
            None => {}
        }
        if let Some(asked) = &checked.answer {
            push_answered!($query, asked);
        }
        if let Some(seq) = checked.exported_to {
            push_changed!($query, scope, seq);
        }
    }};
}

/// Adds that a lead has changed after a position of the feed, which is read once for all of them.
macro_rules! push_changed {
    ($query:ident, $scope:expr, $seq:expr) => {{
        $query.push(" AND l.id IN (SELECT f.lead_id FROM feed f WHERE f.event_id = ").push_bind($scope.event());
        $query.push(" AND f.seq > ").push_bind($seq).push(" AND f.space_id = ").push_bind($scope.space());
        $query.push(" AND f.lead_id IS NOT NULL)");
    }};
}

pub(super) use {push_answered, push_changed, push_country_shown, push_filter};
