//! A sign of life while somebody else works.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Who waits no longer than this needs no sign.
const PATIENCE: Duration = Duration::from_secs(1);

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

/// How many policies are done, on standard error; leaves no trace.
#[derive(Debug)]
pub(super) struct Progress {
    bar: ProgressBar,
    begun: Instant,
    is_visible: bool,
}

impl Progress {
    /// Counts up to `all`, if somebody looks on and it takes longer than a moment.
    pub(super) fn begin(is_visible: bool, all: usize) -> Self {
        let all = u64::try_from(all).unwrap_or(u64::MAX);
        let bar = ProgressBar::with_draw_target(Some(all), ProgressDrawTarget::hidden());
        Self { bar, begun: Instant::now(), is_visible }
    }

    /// One more is done, and printed by `print`.
    pub(super) fn step<T>(&mut self, print: impl FnOnce() -> T) -> T {
        if std::mem::take(&mut self.is_visible) {
            self.is_visible = !self.show_if_late();
        }
        let printed = self.bar.suspend(print);
        self.bar.inc(1);
        printed
    }

    /// Whether it is shown from now on.
    fn show_if_late(&self) -> bool {
        let is_late = self.begun.elapsed() >= PATIENCE;
        if is_late {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        is_late
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
