//! The boundary to other languages: [`mobile`] for Kotlin, Swift and Python (feature `uniffi`), and
//! [`web`] for JavaScript (feature `wasm`).
//!
//! Only thin forwards and flat errors: whatever has to be decided is decided in the core, where
//! tests reach it. The shapes that core types cannot have at a boundary are in [`shapes`].

#[cfg(feature = "uniffi")]
pub mod mobile;
pub mod shapes;
#[cfg(feature = "wasm")]
pub mod web;
