//! A request of every operation that a caller with the right gets done, by what it is about.

mod accounts;
mod attendee;
mod desk;
mod people;
mod plain;
mod programme;
mod space;
mod talking;

use super::ask::Ask;
use super::callers::Caller;
use super::targets::Targets;

impl Targets {
    /// The request of an operation about the walked exhibitor's things.
    pub async fn ask(&self, operation: &str, caller: &Caller) -> Ask {
        let own = self.own.ask();
        if plain::NEED_NOTHING_MORE.contains(&operation) {
            return own;
        }
        if let Some(ask) = self.of_accounts(operation, caller, own.clone()).await {
            return ask;
        }
        if let Some(ask) = self.of_attendee(operation, caller, own.clone()).await {
            return ask;
        }
        if let Some(ask) = self.of_talking(operation, caller, own.clone()).await {
            return ask;
        }
        if let Some(ask) = self.of_programme(operation, caller, own.clone()).await {
            return ask;
        }
        if let Some(ask) = self.of_desk(operation, caller, own.clone()).await {
            return ask;
        }
        if let Some(ask) = self.of_people(operation, caller, own.clone()).await {
            return ask;
        }
        if let Some(ask) = self.of_space(operation, caller, own.clone()).await {
            return ask;
        }
        panic!("no request is written for {operation}; add one, so that its rights are proven")
    }
}
