//! The native client: HTTP and the live stream over one TLS configuration, and the loop that
//! brings a queue to the server. Decisions are made by [`crate::queue::sync`] and [`crate::live`];
//! here are the clock, the randomness and the sockets.

mod clock;
mod deliver;
mod http;
mod live;
mod shared;
#[cfg(test)]
mod tests;
mod tls;

pub use clock::{new_id, now, random};
pub use deliver::{Delivery, deliver};
pub use http::{Client, ClientError, FilterUpdate};
pub use live::{LiveError, LiveStream, Stream};
pub use shared::SharedQueue;
pub use tls::Trust;
