//! Policies that go over their limits again and again: remembered, and after the third time within a minute not run again
//! until a growing while has passed. Kept per account, so that nobody can spoil a policy for others who use the same.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::domain::account::Account;
use crate::domain::bundle::Digest;

/// From this strike on a policy has to wait.
const PATIENCE: u32 = 3;
/// How long a strike counts, in seconds.
const MEMORY: u64 = 60;
/// More strikes than this lead to no longer wait, and are not held against a policy.
const MAX_COUNT: u32 = 9;
/// The first wait; each further strike doubles it.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_mins(1);
/// The policies remembered at once.
const MAX_POLICIES: usize = 10_000;

/// The record of policies that went over a limit.
#[derive(Debug, Default)]
pub(super) struct Strikes {
    records: HashMap<(Account, Digest), Record>,
}

#[derive(Debug, Clone, Copy)]
struct Record {
    count: u32,
    last: Instant,
}

/// How a policy stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nothing against it.
    Good,
    /// Went over a limit lately: to be run alone.
    Struck,
    /// Not to be run for this long.
    Waits(Duration),
}

impl Strikes {
    /// Remembers that a policy went over a limit.
    pub(super) fn record(&mut self, account: &Account, digest: &Digest, now: Instant) {
        if self.records.len() >= MAX_POLICIES {
            self.records.retain(|_, record| record.count_at(now) > 0);
        }
        let key = (account.clone(), digest.clone());
        let count = self.records.get(&key).map_or(0, |record| record.count_at(now));
        if self.records.len() < MAX_POLICIES || self.records.contains_key(&key) {
            self.records.insert(key, Record { count: count.saturating_add(1).min(MAX_COUNT), last: now });
        }
    }

    /// How the policy stands at `now`.
    pub(super) fn standing(&self, account: &Account, digest: &Digest, now: Instant) -> Standing {
        if self.records.is_empty() {
            return Standing::Good;
        }
        match self.records.get(&(account.clone(), digest.clone())) {
            None => Standing::Good,
            Some(record) => record.standing(now),
        }
    }
}

impl Record {
    /// The strikes that still count: one is forgiven for each minute without another.
    fn count_at(&self, now: Instant) -> u32 {
        let minutes = now.saturating_duration_since(self.last).as_secs() / MEMORY;
        self.count.saturating_sub(u32::try_from(minutes).unwrap_or(u32::MAX))
    }

    fn standing(&self, now: Instant) -> Standing {
        if self.count_at(now) == 0 {
            return Standing::Good;
        }
        let Some(doublings) = self.count.checked_sub(PATIENCE) else { return Standing::Struck };
        let wait = FIRST_WAIT.saturating_mul(2_u32.saturating_pow(doublings)).min(LONGEST_WAIT);
        match wait.checked_sub(now.saturating_duration_since(self.last)) {
            None | Some(Duration::ZERO) => Standing::Struck,
            Some(left) => Standing::Waits(left),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::{Standing, Strikes};
    use crate::domain::account::Account;
    use crate::domain::bundle::Digest;

    fn account(name: &str) -> Account {
        Account::parse(name, "local").unwrap()
    }

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    /// Strikes at these seconds; then the standing at `at`.
    #[track_caller]
    fn check(strikes: &[u64], at: u64, standing: Standing) {
        let (begin, digest) = (Instant::now(), Digest::of(b"policy"));
        let after = |wait| begin.checked_add(seconds(wait)).unwrap();
        let mut book = Strikes::default();
        for strike in strikes {
            book.record(&account("a"), &digest, after(*strike));
        }
        assert_eq!(book.standing(&account("a"), &digest, after(at)), standing);
        assert_eq!(book.standing(&account("b"), &digest, after(at)), Standing::Good);
    }

    #[test]
    fn the_third_strike_within_a_minute_makes_a_policy_wait() {
        check(&[], 0, Standing::Good);
        check(&[0], 1, Standing::Struck);
        check(&[0, 1], 2, Standing::Struck);
        check(&[0, 1, 2], 2, Standing::Waits(seconds(1)));
        check(&[0, 1, 2], 3, Standing::Struck);
    }

    #[test]
    fn the_wait_doubles_up_to_a_minute() {
        check(&[0, 0, 0, 1], 1, Standing::Waits(seconds(2)));
        check(&[0, 0, 0, 1, 3], 3, Standing::Waits(seconds(4)));
        check(&[0; 40], 10, Standing::Waits(seconds(50)));
        check(&[0; 40], 60, Standing::Struck);
    }

    #[test]
    fn a_quiet_minute_forgives_a_strike() {
        check(&[0], 60, Standing::Good);
        check(&[0, 0], 60, Standing::Struck);
        check(&[0, 0], 120, Standing::Good);
        check(&[0, 60, 120, 180], 181, Standing::Struck);
    }
}
