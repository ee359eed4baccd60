//! What the commands run on that wait for something.

use anyhow::{Context as _, Result};
use tokio::runtime::{Builder, Runtime};

/// For a command that works on several things at once.
pub(super) fn many_threads() -> Result<Runtime> {
    start(Builder::new_multi_thread())
}

/// For a command that only waits.
pub(super) fn one_thread() -> Result<Runtime> {
    start(Builder::new_current_thread())
}

fn start(mut builder: Builder) -> Result<Runtime> {
    builder.enable_all().build().context("cannot start the runtime")
}
