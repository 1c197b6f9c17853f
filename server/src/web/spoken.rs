//! Which language a request speaks: the one that the person chose, else the browser's first that there
//! is, else English. The choice is a cookie of this browser, set by the switch in the shell; of whoever is
//! signed in it is kept with the account too, and becomes every browser's in which they sign in.

use crate::access::Identity;
use crate::access::identity::{cookie_of, identify, token_of};
use crate::accounts;
use crate::app::App;
use crate::web::visitor::{PageProblem, require_own, safe_next};
use crate::words::Words;
use axum::extract::rejection::FormRejection;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use axum::{Form, Router};
use serde::Deserialize;

const COOKIE: &str = "leadline_language";
const A_YEAR_S: u32 = 365 * 24 * 60 * 60;

/// The layer that finds out what a request speaks.
pub async fn layer(request: Request, next: Next) -> Response {
    let words = wanted(request.headers());
    words.said_within(next.run(request)).await
}

fn wanted(headers: &HeaderMap) -> Words {
    let asked = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    chosen(headers).or_else(|| accepted(asked).into_iter().find_map(Words::meant)).unwrap_or_default()
}

/// The languages of an `Accept-Language` header, most wanted first.
fn accepted(header: &str) -> Vec<&str> {
    let mut ranked: Vec<(&str, f32)> = header.split(',').filter_map(weighed).collect();
    // Stable: what weighs the same stays in the order of the header.
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
    ranked.into_iter().map(|(code, _)| code).collect()
}

fn weighed(range: &str) -> Option<(&str, f32)> {
    let (tag, weight) = range.split_once(';').unwrap_or((range, "q=1"));
    let weight: f32 = weight.trim().trim_start_matches("q=").parse().ok()?;
    (weight > 0.0).then_some((tag.trim(), weight))
}

/// `POST /language`.
pub fn routes() -> Router<App> {
    Router::new().route("/language", post(choose))
}

#[derive(Deserialize)]
struct Choice {
    language: String,
}

/// Keeps the choice and goes back to the page that it was made on.
async fn choose(
    State(app): State<App>,
    headers: HeaderMap,
    form: Result<Form<Choice>, FormRejection>,
) -> Result<Response, PageProblem> {
    require_own(&app, &headers)?;
    let came_from = headers.get(header::REFERER).and_then(|from| from.to_str().ok()?.parse::<Uri>().ok());
    let back = came_from.as_ref().and_then(Uri::path_and_query).map_or("/", |path| safe_next(path.as_str()));
    let mut answer = Redirect::to(back).into_response();
    if let Some(words) = form.ok().and_then(|Form(choice)| Words::named(&choice.language)) {
        if let Some(cookie) = cookie(&app, words) {
            answer.headers_mut().insert(header::SET_COOKIE, cookie);
        }
        if let Some((token, true)) = token_of(&headers)
            && let Ok(Identity::Account(account)) = identify(&app, token).await
        {
            accounts::language::keep(&app, account.id, words).await?;
        }
    }
    Ok(answer)
}

/// The cookie that keeps a choice in this browser. No secret: the scanner, which opens without network,
/// reads it there.
pub fn cookie(app: &App, words: Words) -> Option<HeaderValue> {
    let secure = if app.settings.is_secure() { "; Secure" } else { "" };
    let cookie = format!("{COOKIE}={}; Path=/; Max-Age={A_YEAR_S}; SameSite=Lax{secure}", words.code());
    HeaderValue::try_from(cookie).ok()
}

/// What was chosen in this browser.
pub fn chosen(headers: &HeaderMap) -> Option<Words> {
    cookie_of(headers, COOKIE).and_then(Words::named)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spoken_with(language: &str, cookie: &str) -> &'static str {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, language.parse().unwrap());
        headers.insert(header::COOKIE, cookie.parse().unwrap());
        wanted(&headers).code()
    }

    #[test]
    fn a_person_chooses_then_the_browser_then_it_is_english() {
        assert_eq!(spoken_with("fr-CH, fr;q=0.9, en;q=0.8", ""), "fr");
        assert_eq!(spoken_with("fr-FR", "a=b; leadline_language=en"), "en");
        assert_eq!(spoken_with("fr-FR", "leadline_language=xx"), "fr");
        assert_eq!(spoken_with("nl, *;q=0.1", ""), "en");
        assert_eq!(spoken_with("", ""), "en");
    }

    #[test]
    fn what_weighs_more_comes_first_and_what_weighs_nothing_not_at_all() {
        assert_eq!(accepted("en;q=0.3, fr-CA;q=0.8, nl"), ["nl", "fr-CA", "en"]);
        assert_eq!(accepted("fr;q=0, en;q=x"), [""; 0]);
    }
}
