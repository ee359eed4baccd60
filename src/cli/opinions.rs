//! What the hooks of one decision say all together, in the words of every command.

use crate::cli::output::counted;
use crate::domain::verdict::{Decision, HookResult, Verdict};

/// How many hooks said what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Opinions {
    pub(super) all: usize,
    pub(super) refusing: usize,
    warning: usize,
    /// Those that pass without having judged.
    silent: usize,
    judging: usize,
}

impl Opinions {
    pub(super) fn count(hooks: impl IntoIterator<Item = (HookResult, Verdict)>) -> Self {
        let mut opinions = Self::default();
        for (result, verdict) in hooks {
            let counter = match verdict {
                Verdict::Fail => &mut opinions.refusing,
                Verdict::Warn => &mut opinions.warning,
                Verdict::Pass if result.is_opinion() => &mut opinions.judging,
                Verdict::Pass => &mut opinions.silent,
            };
            *counter = counter.saturating_add(1);
            opinions.all = opinions.all.saturating_add(1);
        }
        opinions
    }

    /// Why an operation that is allowed was not checked, if nobody has judged it.
    pub(super) const fn hollowness(self, warnings: &[String]) -> Option<&'static str> {
        match self.all {
            _ if warnings.is_empty() => None,
            0 => Some("this account has no hook in force"),
            _ => Some("no hook that was asked has judged it"),
        }
    }

    /// All of them in a sentence that claims nothing of those that had no opinion.
    pub(super) fn summary(self, decision: Decision) -> String {
        let Self { all, refusing, warning, silent, judging } = self;
        if all == 0 {
            return "no hook was asked".to_owned();
        }
        if judging == all {
            return format!("none of {} refuses it", counted(all, "hook", "hooks"));
        }
        let ignored = if decision == Decision::Allowed { ", which the server ignores" } else { "" };
        let parts = [
            (refusing, format!("{} it{ignored}", said(refusing, "refuses", "refuse"))),
            (warning, said(warning, "warns", "warn").to_owned()),
            (silent, format!("{} no opinion", said(silent, "has", "have"))),
        ];
        let parts = parts.into_iter().filter(|(number, _)| *number > 0);
        parts.map(|(number, words)| format!("{number} of {all} hooks {words}")).collect::<Vec<_>>().join(", ")
    }
}

/// What a hook without an opinion is said to be, when it does not say so itself.
pub(super) const fn silence(result: HookResult) -> Option<&'static str> {
    match result {
        HookResult::NotDeclared => Some("its policy declares no `hook_result`: it has no effect"),
        HookResult::Undefined => Some("`hook_result` has no value for this input"),
        HookResult::Passed
        | HookResult::Refused
        | HookResult::Malformed
        | HookResult::Errored
        | HookResult::TimedOut => None,
    }
}

/// Whether that is a fault of the hook, which nobody can mend who only wanted to be judged.
pub(super) const fn is_broken(result: HookResult) -> bool {
    matches!(result, HookResult::Malformed | HookResult::Errored | HookResult::TimedOut)
}

const fn said(number: usize, one: &'static str, many: &'static str) -> &'static str {
    if number == 1 { one } else { many }
}

#[cfg(test)]
mod tests {
    use super::Opinions;
    use crate::domain::verdict::{Decision, HookResult, Verdict};

    #[track_caller]
    fn check(hooks: &[(HookResult, Verdict)], decision: Decision, expected: &str) {
        assert_eq!(Opinions::count(hooks.iter().copied()).summary(decision), expected);
    }

    #[test]
    fn a_summary_claims_nothing_of_hooks_without_an_opinion() {
        use Decision::{Allowed, Denied};
        let passed = (HookResult::Passed, Verdict::Pass);
        let undeclared = (HookResult::NotDeclared, Verdict::Pass);
        let warns = (HookResult::Refused, Verdict::Warn);
        let refuses = (HookResult::Refused, Verdict::Fail);
        check(&[], Allowed, "no hook was asked");
        check(&[passed], Allowed, "none of 1 hook refuses it");
        check(&[passed, passed], Allowed, "none of 2 hooks refuses it");
        check(&[undeclared], Allowed, "1 of 1 hooks has no opinion");
        check(&[undeclared, passed, undeclared], Allowed, "2 of 3 hooks have no opinion");
        check(&[warns], Allowed, "1 of 1 hooks warns");
        check(
            &[warns, refuses, undeclared],
            Denied,
            "1 of 3 hooks refuses it, 1 of 3 hooks warns, 1 of 3 hooks has no opinion",
        );
        check(&[refuses], Allowed, "1 of 1 hooks refuses it, which the server ignores");
    }
}
