//! Why the demo cannot be shown, as one line for the terminal.

use std::fmt;

use crate::problem::Problem;

/// Why the demo cannot be shown.
#[derive(Debug)]
pub struct DemoError(String);

impl fmt::Display for DemoError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for DemoError {}

impl From<Problem> for DemoError {
    fn from(problem: Problem) -> Self {
        // Whoever runs the demo is the operator: no request id leads them to a log.
        Self(match problem.source() {
            Some(source) => format!("{} ({source})", problem.detail()),
            None => problem.detail().to_owned(),
        })
    }
}

macro_rules! from_what_is_told {
    ($($cause:ty),* $(,)?) => {$(
        impl From<$cause> for DemoError {
            fn from(cause: $cause) -> Self {
                Self(cause.to_string())
            }
        }
    )*};
}

from_what_is_told! {
    &str, String, csv::Error, serde_json::Error, std::io::Error, tokio::task::JoinError,
    crate::registrations::import::ImportError, crate::storage::StorageError, super::fixtures::FixtureError,
    mobile_core::client::ClientError, mobile_core::queue::PushError, mobile_core::queue::StorageError, rcgen::Error,
}
