//! What phones, the browser and the server share: badge decoding, captures and the lead they fold
//! to, the offline queue and the wire types.
//!
//! The core is pure: no clock, no randomness, no I/O and no panic on input; whatever comes from
//! outside arrives as an argument. The features `client` (native HTTP and live stream), `uniffi`
//! (phones), `wasm` (browser), `sqlx` and `openapi` add edges, never rules.

#![deny(missing_docs)]

pub mod aim;
pub mod badge;
#[cfg(any(feature = "uniffi", feature = "wasm"))]
pub mod bindings;
pub mod capture;
#[cfg(feature = "client")]
pub mod client;
pub mod decode;
pub mod filter;
pub mod fold;
pub mod ids;
pub mod live;
pub mod queue;
pub mod reason;
pub mod rescue;
pub mod seen;
pub mod time;
pub mod wire;

/// The examples of the README, compiled as the crate's own tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

#[cfg(feature = "uniffi")]
uniffi::setup_scaffolding!("leadline");
