//! What hooks say about an operation, judged: results → verdicts → decision, and whether anything was checked at all
//! (`gate.md` section 2).

use crate::domain::bundle::Digest;
use crate::domain::hook::{FailureMode, HookId, HookName, Version};
use crate::domain::phase::PhaseStatus;
use crate::domain::verdict::{
    DEFAULT_MESSAGE, Decision, Evaluation, HookResult, UndefinedResult, Verdict, decide, judge,
};

/// How many hooks are named in a sentence.
const MAX_NAMED: usize = 5;

/// One hook that takes part in an operation, pinned at begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatingHook {
    /// Its name.
    pub name: HookName,
    /// Its id.
    pub id: HookId,
    /// Its default version at begin.
    pub version: Version,
    /// The policy of that version.
    pub digest: Digest,
    /// What its refusal does.
    pub failure_mode: FailureMode,
}

/// What one hook did to one operation.
#[derive(Debug, Clone, PartialEq)]
pub struct HookOutcome {
    /// The hook.
    pub hook: GatingHook,
    /// What its policy said.
    pub evaluation: Evaluation,
    /// What that means under its failure mode.
    pub verdict: Verdict,
}

impl HookOutcome {
    /// The text of a refusal, or of what went wrong.
    pub fn message(&self) -> &str {
        self.evaluation.message.as_deref().unwrap_or(DEFAULT_MESSAGE)
    }
}

/// A decision with all that led to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// ALLOWED or DENIED.
    pub decision: Decision,
    /// Every hook that was asked, in creation order.
    pub hooks: Vec<HookOutcome>,
    /// The revision of the account's hook set it was computed from.
    pub revision: i64,
}

/// What the operator, and whoever asks, have chosen about judging.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct JudgingRules {
    /// What a rule without a value counts as.
    pub undefined: UndefinedResult,
    /// Whether a hook that fails changes nothing (setting `ignore_pre_hook_failure`).
    pub ignore_failures: bool,
    /// Whether an operation that no hook has judged is denied.
    pub require_hooks: bool,
}

impl Judgement {
    /// The judgement of `hooks`, each with what its policy said: the one place where the gate and the commands decide.
    pub fn of(
        hooks: impl IntoIterator<Item = (GatingHook, Evaluation)>,
        revision: i64,
        rules: JudgingRules,
    ) -> Self {
        let outcome = |(hook, evaluation): (GatingHook, Evaluation)| {
            let verdict = judge(evaluation.result, hook.failure_mode, rules.undefined);
            HookOutcome { hook, evaluation, verdict }
        };
        let hooks: Vec<_> = hooks.into_iter().map(outcome).collect();
        let decision = decide(hooks.iter().map(|outcome| outcome.verdict), rules.ignore_failures);
        let judgement = Self { decision, hooks, revision };
        if rules.require_hooks && judgement.hollowness().is_some() {
            return Self { decision: Decision::Denied, ..judgement };
        }
        judgement
    }

    /// The headline: the text of the first hook whose verdict is FAIL, or else why an operation that no hook refuses is denied.
    pub fn message(&self) -> Option<String> {
        if let Some(error) = self.error() {
            return Some(error.to_owned());
        }
        let hollowness = self.hollowness().filter(|_| self.decision == Decision::Denied)?;
        Some(format!("{hollowness}, and a hook is required (`require_hooks`)"))
    }

    /// The text of the first hook whose verdict is FAIL.
    pub fn error(&self) -> Option<&str> {
        self.hooks.iter().find(|outcome| outcome.verdict == Verdict::Fail).map(HookOutcome::message)
    }

    /// What whoever reads the decision must know besides it, in words.
    pub fn warnings(&self) -> Vec<String> {
        self.hollowness().into_iter().collect()
    }

    /// Why nothing was checked, although nothing denies it: no hook was asked, or none of them judged.
    pub fn hollowness(&self) -> Option<String> {
        let is_denied = self.decision == Decision::Denied && self.error().is_some();
        if is_denied || self.hooks.iter().any(|outcome| outcome.evaluation.result.is_opinion()) {
            return None;
        }
        if self.hooks.is_empty() {
            return Some("no hook is in force in this account: nothing was checked".to_owned());
        }
        let silent = |outcome: &HookOutcome| {
            let HookOutcome { hook, evaluation, .. } = outcome;
            match evaluation.result {
                HookResult::NotDeclared => format!("`{}` declares no `hook_result`", hook.name),
                HookResult::Undefined => format!("`{}` has no value for this input", hook.name),
                HookResult::Passed
                | HookResult::Refused
                | HookResult::Malformed
                | HookResult::Errored
                | HookResult::TimedOut => format!("`{}` is {}", hook.name, evaluation.result.as_str()),
            }
        };
        let mut silent: Vec<String> = self.hooks.iter().take(MAX_NAMED).map(silent).collect();
        let more = self.hooks.len().saturating_sub(MAX_NAMED);
        silent.extend((more > 0).then(|| format!("and {more} more")));
        Some(format!("no hook that was asked has judged it: nothing was checked ({})", silent.join(", ")))
    }

    /// How the phase before the work went.
    pub fn pre_status(&self) -> PhaseStatus {
        match (self.decision, self.error()) {
            (Decision::Denied, _) => PhaseStatus::Failed,
            _ if self.hooks.is_empty() => PhaseStatus::Skipped,
            (Decision::Allowed, Some(_)) => PhaseStatus::Ignored,
            (Decision::Allowed, None) => PhaseStatus::Ok,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{GatingHook, Judgement, JudgingRules};
    use crate::domain::bundle::Digest;
    use crate::domain::hook::{FailureMode, HookId, HookName, Version};
    use crate::domain::verdict::{Decision, Evaluation, HookResult, UndefinedResult};

    const REQUIRED: JudgingRules =
        JudgingRules { undefined: UndefinedResult::Pass, ignore_failures: false, require_hooks: true };

    fn judged(results: &[(HookResult, FailureMode)], rules: JudgingRules) -> Judgement {
        let hook = |(result, failure_mode): &(HookResult, FailureMode)| {
            let hook = GatingHook {
                name: HookName::parse("a-hook").unwrap(),
                id: HookId::UNSAVED,
                version: Version::parse("hook_version", "1.0.0").unwrap(),
                digest: Digest::of(b""),
                failure_mode: *failure_mode,
            };
            (hook, Evaluation::of(*result))
        };
        Judgement::of(results.iter().map(hook), 1, rules)
    }

    #[track_caller]
    fn check(results: &[(HookResult, FailureMode)], hollow: bool) {
        let judgement = judged(results, JudgingRules::default());
        assert_eq!(judgement.hollowness().is_some(), hollow, "{results:?}");
        let required = judged(results, REQUIRED);
        assert_eq!(required.decision == Decision::Denied, hollow || judgement.decision == Decision::Denied);
        assert_eq!(required.message().is_some(), required.decision == Decision::Denied, "{results:?}");
    }

    #[test]
    fn a_yes_without_an_opinion_is_hollow_and_can_be_forbidden() {
        use FailureMode::{Fail, Warn};
        use HookResult::{Errored, NotDeclared, Passed, Refused, TimedOut, Undefined};
        check(&[], true);
        check(&[(NotDeclared, Fail), (Undefined, Fail)], true);
        check(&[(Errored, Warn), (TimedOut, Warn)], true);
        check(&[(NotDeclared, Fail), (Passed, Fail)], false);
        check(&[(Refused, Warn)], false);
        check(&[(Errored, Fail)], false);
    }

    #[test]
    fn hollowness_is_told_in_words() {
        use FailureMode::Fail;
        use HookResult::{NotDeclared, Undefined};
        let told = |results: &[_]| judged(results, REQUIRED).message().unwrap();
        let end = ", and a hook is required (`require_hooks`)";
        assert_eq!(told(&[]), format!("no hook is in force in this account: nothing was checked{end}"));
        assert_eq!(
            told(&[(NotDeclared, Fail), (Undefined, Fail)]),
            format!(
                "no hook that was asked has judged it: nothing was checked (`a-hook` declares no `hook_result`, \
                 `a-hook` has no value for this input){end}"
            )
        );
        assert!(told(&[(Undefined, Fail); 9]).contains("input, and 4 more)"));
    }
}
