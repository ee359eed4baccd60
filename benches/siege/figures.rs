//! Times, and how short of processors the machine was meanwhile.

use std::fmt;
use std::fs;
use std::time::{Duration, Instant};

/// How long questions took, and how many were not answered as they should.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    sorted: Vec<Duration>,
    pub(crate) bad: usize,
}

impl Figures {
    pub(crate) fn add(&mut self, other: Self) {
        self.sorted.extend(other.sorted);
        self.sorted.sort_unstable();
        self.bad += other.bad;
    }

    pub(crate) fn count(&self) -> usize {
        self.sorted.len()
    }

    /// The time below which this part of all times lies.
    pub(crate) fn at(&self, part: f64) -> Duration {
        let last = self.sorted.len() - 1;
        self.sorted[last.min((self.sorted.len() as f64 * part) as usize)]
    }
}

impl FromIterator<(Duration, bool)> for Figures {
    fn from_iter<T: IntoIterator<Item = (Duration, bool)>>(answers: T) -> Self {
        let mut figures = Self::default();
        for (time, is_good) in answers {
            figures.sorted.push(time);
            figures.bad += usize::from(!is_good);
        }
        figures.sorted.sort_unstable();
        figures
    }
}

/// Three cells of a table.
impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = |part| self.at(part).as_secs_f64() * 1_000.0;
        write!(f, "{:.2} ms | {:.2} ms | {:.2} ms", millis(0.50), millis(0.99), millis(1.0))
    }
}

/// How long something on this machine has waited for a processor, at one moment.
#[derive(Debug)]
pub(crate) struct Pressure {
    waited: f64,
    at: Instant,
}

impl Pressure {
    pub(crate) fn now() -> Self {
        // Where the kernel does not count it, it is none.
        let text = fs::read_to_string("/proc/pressure/cpu").unwrap_or_default();
        let total = text.split_whitespace().find_map(|word| word.strip_prefix("total="));
        let waited = total.and_then(|total| total.parse().ok()).unwrap_or_default();
        Self { waited, at: Instant::now() }
    }

    /// The share of the time since in which something waited, in percent.
    pub(crate) fn since(&self) -> f64 {
        (Self::now().waited - self.waited) / self.at.elapsed().as_micros() as f64 * 100.0
    }
}
