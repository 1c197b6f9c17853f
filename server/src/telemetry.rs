//! Logs and counters: what an operator sees.

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use std::fmt;
use std::io::IsTerminal as _;

/// Counters and gauges of one server process.
pub struct Metrics {
    registry: Registry,
    /// HTTP requests answered.
    pub requests: Counter,
    /// Requests answered with 5xx.
    pub failures: Counter,
    /// Transactions of the capture writer.
    pub groups: Counter,
    /// Captures in them.
    pub grouped: Counter,
    /// Transactions that were done again because another node was in the way.
    pub collisions: Counter,
    /// Live sockets open now.
    pub sockets: Gauge,
    /// Messages sent to live sockets.
    pub messages: Counter,
    /// Sockets that were cut off because they were too slow.
    pub too_slow: Counter,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("leadline");
        let mut counter = |name: &str, help: &str| {
            let counter = Counter::default();
            registry.register(name, help, counter.clone());
            counter
        };
        let requests = counter("http_requests", "HTTP requests answered");
        let failures = counter("http_failures", "HTTP requests answered with 5xx");
        let groups = counter("capture_groups", "Transactions of the capture writer");
        let grouped = counter("captures_received", "Captures in the transactions of the writer");
        let collisions = counter("capture_collisions", "Transactions repeated because another node was in the way");
        let messages = counter("live_messages", "Messages sent to live sockets");
        let too_slow = counter("live_too_slow", "Live sockets cut off because they were too slow");
        let sockets = Gauge::default();
        registry.register("live_sockets", "Live sockets open now", sockets.clone());
        Self { registry, requests, failures, groups, grouped, collisions, sockets, messages, too_slow }
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

impl Metrics {
    /// The counters in the text format of OpenMetrics.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to memory cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

/// How logs are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Begins logging to stderr. `level` is a filter such as `info` or `server=debug`.
pub fn begin(level: &str, format: LogFormat) -> Result<(), String> {
    use tracing_subscriber::EnvFilter;
    // What PostgreSQL merely remarks, such as that a table is there already, is no news.
    let filter = EnvFilter::try_new(format!("sqlx::postgres::notice=warn,{level}"))
        .map_err(|error| format!("log level {level:?} cannot be read: {error}"))?;
    // Colours are for eyes; a file or a journal gets none.
    let is_seen = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(is_seen);
    let begun = match format {
        LogFormat::Text => builder.with_target(false).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    begun.map_err(|error| error.to_string())
}
