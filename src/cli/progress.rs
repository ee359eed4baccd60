//! A sign of life while somebody else works.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// A spinner on standard error that leaves no trace.
#[derive(Debug)]
pub(super) struct Waiting(Option<ProgressBar>);

impl Waiting {
    /// Turns until it is dropped, if somebody looks on.
    pub(super) fn begin(is_visible: bool, message: String) -> Self {
        let bar = is_visible.then(|| {
            let bar = ProgressBar::new_spinner().with_style(ProgressStyle::default_spinner());
            bar.set_message(message);
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        });
        Self(bar)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
