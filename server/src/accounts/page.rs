//! Signing in and out, and the choice between the spaces and events that a person may open.

