//! The exhibitor's pages of conversations.

use crate::app::App;
use axum::Router;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new()
}
