//! The shell around every page, and how a rendered page is answered: never stored (phones and stand
//! laptops are shared), never framed, with a policy that forbids anything inline or from elsewhere.

use super::EventZone;
use super::menu::MenuItem;
use crate::access::ExhibitorScope;
use crate::words::{Text, Words};
use askama::Template;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

/// Allows exactly what pages use: their own modules, styles, pictures, forms and connections.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);

/// One step of "you are here"; the last one has no address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crumb {
    /// What it is called.
    pub label: String,
    /// Where it leads; empty for the page itself.
    pub href: String,
}

impl Crumb {
    /// A step that leads somewhere.
    pub fn to(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: href.into() }
    }

    /// The page itself.
    pub fn here(label: impl Into<String>) -> Self {
        Self { label: label.into(), href: String::new() }
    }
}

/// What the shell shows around a page.
#[derive(Debug, Clone)]
pub struct Shell {
    /// The page's title, most specific part first.
    pub title: String,
    /// Where static files are.
    pub assets: String,
    /// The way here, outermost first.
    pub crumbs: Vec<Crumb>,
    /// Who is signed in; empty when nobody is.
    pub user_name: String,
    /// Their e-mail address.
    pub user_email: String,
    /// Up to two letters for the round button of the menu.
    pub initials: String,
    /// The menu beside the page; none where a page stands alone.
    pub menu: Vec<MenuItem>,
    /// As whom a space is seen by somebody of the organizer.
    pub viewing: Option<Viewing>,
    /// The language of the page.
    pub words: Words,
    /// The modules whose texts the page carries, with spaces between.
    pub modules: &'static str,
}

/// A space that is seen as one of its members sees it.
#[derive(Debug, Clone)]
pub struct Viewing {
    /// The member's name.
    pub name: String,
    /// The clock time at which the view ends.
    pub until: String,
    /// Whether contacts are masked.
    pub is_masked: bool,
}

impl Shell {
    /// The shell for somebody signed in.
    pub fn of(title: impl Into<String>, name: &str, email: &str, crumbs: Vec<Crumb>) -> Self {
        Self {
            title: title.into(),
            assets: super::assets::prefix(),
            crumbs,
            user_name: if name.trim().is_empty() { email.to_owned() } else { name.to_owned() },
            user_email: email.to_owned(),
            initials: super::text::initials(if name.trim().is_empty() { email } else { name }),
            menu: Vec::new(),
            viewing: None,
            words: Words::of_request(),
            modules: "page manage",
        }
    }

    /// The text of a key, for templates.
    pub fn t<'k>(&self, key: &'k str) -> Text<'k> {
        self.words.t(key)
    }

    /// What the page's modules say, as JSON for the page.
    pub fn texts(&self) -> String {
        super::text::json_in_page(&self.words.of_modules(self.modules))
    }

    /// Every language, English first.
    pub fn languages(&self) -> impl Iterator<Item = Words> {
        Words::all()
    }

    /// The languages that the page could be in instead.
    pub fn other_languages(&self) -> impl Iterator<Item = Words> {
        let own = self.words;
        self.languages().filter(move |words| *words != own)
    }

    /// The shell with a menu beside the page.
    #[must_use]
    pub fn beside(mut self, menu: Vec<MenuItem>) -> Self {
        self.menu = menu;
        self
    }

    /// The shell with the banner of the view that a space is seen through, if it is.
    #[must_use]
    pub fn through(mut self, scope: &ExhibitorScope, zone: &EventZone) -> Self {
        self.viewing = scope.view().map(|view| Viewing {
            name: view.member_name.clone(),
            until: zone.clock(view.expires_at),
            is_masked: view.is_masked,
        });
        self
    }

    /// The shell with the texts of other modules than those of every page that manages.
    #[must_use]
    pub fn running(self, modules: &'static str) -> Self {
        Self { modules, ..self }
    }

    /// The shell for somebody who is not signed in.
    pub fn anonymous(title: impl Into<String>) -> Self {
        Self::of(title, "", "", Vec::new())
    }
}

/// The answer when a template fails, which is ours to mend.
pub(crate) fn unrendered(error: &askama::Error) -> Response {
    tracing::error!(%error, "a page could not be rendered");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

/// A rendered page.
pub struct Page<T>(pub T);

impl<T: Template> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        let mut response = match self.0.render() {
            Ok(html) => Html(html).into_response(),
            Err(error) => unrendered(&error),
        };
        let headers = response.headers_mut();
        let fixed: [(HeaderName, HeaderValue); 4] = [
            (header::CONTENT_SECURITY_POLICY, POLICY),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
            (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        ];
        headers.extend(fixed);
        response
    }
}

/// A page that says what went wrong and where to go from here.
#[derive(Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    shell: Shell,
    status: StatusCode,
    detail: String,
    way_out: &'static str,
    way_out_label: &'static str,
}

impl ErrorPage {
    /// The page for a status; `detail` is a sentence for people.
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        let heading = match status {
            StatusCode::NOT_FOUND | StatusCode::GONE => "error-nothing-here",
            StatusCode::FORBIDDEN => "error-not-for-you",
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => "error-one-moment",
            status if status.is_client_error() => "error-did-not-work",
            _ => "error-broke",
        };
        let shell = Shell::anonymous(Words::of_request().t(heading));
        Self { shell, status, detail: detail.into(), way_out: "/", way_out_label: "error-to-spaces" }
    }

    /// With another way to go on; its label is a key.
    #[must_use]
    pub fn leading_to(self, way_out: &'static str, way_out_label: &'static str) -> Self {
        Self { way_out, way_out_label, ..self }
    }
}

impl IntoResponse for ErrorPage {
    fn into_response(self) -> Response {
        let status = self.status;
        (status, Page(self)).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_page_is_not_stored_and_allows_nothing_inline() {
        let answer = ErrorPage::new(StatusCode::NOT_FOUND, "This <page> does not exist.").into_response();
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
        assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store");
        assert!(!answer.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().contains("unsafe"));
        let body = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        let html = String::from_utf8(body.to_vec()).unwrap();
        assert!(html.contains("This &#60;page&#62; does not exist."));
        assert!(!html.contains("<style") && !html.contains(" style="));
    }
}
