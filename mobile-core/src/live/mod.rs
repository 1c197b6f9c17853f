//! Following a live stream: what a subscriber does next, without I/O. The messages are in
//! [`crate::wire::frames`], the native edge in `client::live` (feature `client`).

mod resume;

pub use resume::{End, Lost, Next, Resume, SILENCE_LIMIT_US};
