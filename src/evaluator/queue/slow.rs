//! The accounts whose tasks took long lately. Together they never hold all evaluators: however many accounts somebody has, those
//! that are quick find one.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::domain::account::Account;

/// What one task may take without its account being called slow. Far more than an honest policy needs on a machine that has
/// too much to do: whoever is called slow by mistake waits with those who are.
const LONG: Duration = Duration::from_secs(1);
/// How long an account stays slow.
const MEMORY: Duration = Duration::from_mins(1);
/// What is taken off that for each quick turn.
const FORGIVEN: Duration = Duration::from_secs(5);

/// Until when each of them is slow.
#[derive(Debug, Default)]
pub(super) struct Slow {
    until: HashMap<Account, Instant>,
}

impl Slow {
    /// Remembers that tasks of an account took `time` each.
    pub(super) fn record(&mut self, account: &Account, time: Duration, now: Instant) {
        if time >= LONG {
            // So many as can hold an evaluator for so long within the memory: never a crowd.
            self.until.retain(|_, until| *until > now);
            self.until.extend(now.checked_add(MEMORY).map(|until| (account.clone(), until)));
        } else if let Some(until) = self.until.get_mut(account) {
            *until = until.checked_sub(FORGIVEN).unwrap_or(now);
        }
    }

    /// Whether an account is slow at `now`.
    pub(super) fn contains(&self, account: &Account, now: Instant) -> bool {
        self.until.get(account).is_some_and(|until| *until > now)
    }
}
