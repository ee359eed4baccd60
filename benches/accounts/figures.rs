//! Times, in few words.

use std::fmt;
use std::time::Duration;

/// What most requests took, and what the slowest hundredth took at least.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figures {
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
}

impl Figures {
    pub(crate) fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self { p50: times[times.len() / 2], p99: times[times.len() * 99 / 100] }
    }
}

/// Two cells of a table.
impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = |time: Duration| time.as_secs_f64() * 1_000.0;
        write!(f, "{:.2} ms | {:.2} ms", millis(self.p50), millis(self.p99))
    }
}

/// How many times `base` a time is.
pub(crate) fn ratio(base: Duration, time: Duration) -> String {
    format!("{:.2}", time.as_secs_f64() / base.as_secs_f64())
}
