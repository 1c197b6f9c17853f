//! The page that asks for an address to mail a link to: for a new password, for the visitor's own area.
//!
//! Whether anybody has the address is not told: who asked reads the same either way.

use super::visitor::{PageProblem, require_own};
use super::{Page, Shell};
use crate::app::App;
use crate::problem::Problem;
use crate::words::Words;
use askama::Template;
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use mobile_core::reason::Reason;
use serde::Deserialize;

/// What such a page says, each a key of the messages, and where its form goes.
#[derive(Debug)]
pub struct AskForLink {
    /// The address of the page.
    pub path: &'static str,
    /// Its title.
    pub title: &'static str,
    /// What the link is for.
    pub lead: &'static str,
    /// What a browser fills in by itself.
    pub autocomplete: &'static str,
    /// What is said of a text that is no address.
    pub no_address: &'static str,
    /// That a mail may be on its way to `asked`.
    pub if_known: &'static str,
    /// What to do when it does not come.
    pub nothing_there: &'static str,
    /// The words of a link to ask again, where there is one.
    pub again: &'static str,
    /// What stands before the link to signing in.
    pub before_sign_in: &'static str,
    /// The words of the link to signing in.
    pub sign_in: &'static str,
}

/// An address, as the form sends it.
#[derive(Debug, Deserialize)]
pub struct Address {
    email: String,
}

#[derive(Template)]
#[template(path = "ask_link.html")]
struct AskPage {
    shell: Shell,
    says: &'static AskForLink,
    /// What was typed that is no address, to be mended.
    refused: Option<String>,
    /// Where a mail may be on its way to; empty before somebody asked.
    asked: String,
}

impl AskForLink {
    fn page(&'static self) -> AskPage {
        let shell = Shell::anonymous(Words::of_request().t(self.title));
        AskPage { shell, says: self, refused: None, asked: String::new() }
    }

    /// The page before somebody asked.
    pub fn show(&'static self) -> Response {
        Page(self.page()).into_response()
    }

    /// What it says once somebody asked; `mail` sends the link, and fails for a text that is no address.
    pub fn answer<E>(
        &'static self,
        app: &App,
        headers: &HeaderMap,
        form: Result<Form<Address>, FormRejection>,
        mail: impl FnOnce(&str) -> Result<(), E>,
    ) -> Result<Response, PageProblem> {
        require_own(app, headers)?;
        let Form(sent) = form.map_err(|_| {
            Problem::new(Reason::InvalidField, "The form came without its address. Go back and send it again.")
        })?;
        if mail(&sent.email).is_ok() {
            return Ok(Page(AskPage { asked: sent.email, ..self.page() }).into_response());
        }
        Ok((StatusCode::UNPROCESSABLE_ENTITY, Page(AskPage { refused: Some(sent.email), ..self.page() }))
            .into_response())
    }
}
