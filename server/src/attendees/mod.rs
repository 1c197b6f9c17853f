//! The attendee's own area: the badge, who has which of their details, what they allow, their agenda,
//! and their data.
//!
//! An attendee proves their address by a mailed link ([`sign_in`]) and acts for each registration that
//! has it; the desk can also give out a secret link for one, for an hour. Either makes an
//! `AttendeeScope`, the mailed link alone a `ProvenScope`, which speaks for them. What exhibitors may see
//! is asked of `leads::view`, what is allowed and taken back goes through `consent`.

pub mod api;
pub mod cards;
pub mod data;
pub mod evening;
mod evening_store;
pub mod met;
pub mod other_email;
mod other_email_api;
pub mod page;
pub mod sign_in;
pub mod store;

use crate::access::AttendeeScope;
use crate::app::App;
use crate::problem::Problem;
use store::OwnRow;

/// What the event knows of an attendee.
pub async fn own(app: &App, scope: &AttendeeScope) -> Result<OwnRow, Problem> {
    let mut tx = app.read().await?;
    let own = store::own(&mut tx, scope).await?.ok_or_else(Problem::not_found)?;
    tx.done().await?;
    Ok(own)
}
