//! The log: to standard error, as text for people or one JSON object a line; never policy text, inputs or secrets.

use std::io::IsTerminal as _;

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer as _, fmt};

use crate::config::{Log, LogFormat};

/// Starts the log of this process. A second call changes nothing.
pub(super) fn start(log: Log) {
    // Libraries have their say from warnings on: their lower levels may show what a request carries.
    let filter = Targets::new()
        .with_target("hookgate", LevelFilter::from_level(log.level))
        .with_default(LevelFilter::WARN);
    let colours = std::io::stderr().is_terminal();
    let layer = fmt::layer().with_writer(std::io::stderr).with_ansi(colours);
    let layer = match log.format {
        LogFormat::Text => layer.with_target(false).boxed(),
        LogFormat::Json => layer.json().flatten_event(true).boxed(),
    };
    drop(tracing_subscriber::registry().with(layer.with_filter(filter)).try_init());
}
