//! How long the tasks of each account take, and which accounts are slow. Those together never hold all evaluators: however many
//! accounts somebody has, the quick ones find one.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::domain::account::Account;

/// An account whose tasks take longer is slow.
const LONG: Duration = Duration::from_millis(250);
/// Tasks that take less are not worth remembering.
const SHORT: Duration = Duration::from_millis(10);
/// The part by which a quick task brings the mean down: a slow one is not forgotten over a few quick ones.
const FORGETTING: u32 = 128;
/// How long what is known of an account counts after its last task.
const MEMORY: Duration = Duration::from_mins(1);
/// The accounts remembered before those that no longer count are forgotten.
const MAX_ACCOUNTS: usize = 1_000;

/// The accounts whose tasks are worth remembering.
#[derive(Debug, Default)]
pub(super) struct Slow {
    paces: HashMap<Account, Pace>,
}

#[derive(Debug, Clone, Copy)]
struct Pace {
    mean: Duration,
    last: Instant,
}

impl Slow {
    /// Remembers that each of `tasks` of an account took `time`.
    pub(super) fn record(&mut self, account: &Account, (time, tasks): (Duration, usize), now: Instant) {
        let known = self.paces.get(account).filter(|pace| pace.counts(now));
        let before = known.map_or(Duration::ZERO, |pace| pace.mean);
        let mean = (0..tasks).fold(before, |mean, _| with(mean, time));
        if mean < SHORT {
            self.paces.remove(account);
            return;
        }
        if self.paces.len() >= MAX_ACCOUNTS {
            self.paces.retain(|_, pace| pace.counts(now));
        }
        self.paces.insert(account.clone(), Pace { mean, last: now });
    }

    /// Whether an account is slow at `now`.
    pub(super) fn contains(&self, account: &Account, now: Instant) -> bool {
        self.paces.get(account).is_some_and(|pace| pace.mean >= LONG && pace.counts(now))
    }
}

impl Pace {
    fn counts(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.last) < MEMORY
    }
}

/// The mean after one more task: up at once, down slowly.
fn with(mean: Duration, time: Duration) -> Duration {
    if time > mean {
        mean.saturating_add(time).checked_div(2).unwrap_or(time)
    } else {
        mean.saturating_sub(mean.saturating_sub(time).checked_div(FORGETTING).unwrap_or_default())
    }
}
