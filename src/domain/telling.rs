//! A hook result as a person reads it: the message, and below it the rules and values that made it so.

use crate::domain::explanation::{ExplainedPart, ExplainedRule, Explanation};
use crate::domain::judgement::HookOutcome;
use crate::domain::verdict::Verdict;

/// The width that places are given.
const MIN_PLACE: usize = 12;

/// A hook result on one line, and its explanation on the lines below, each cut to `columns` characters.
pub fn tell(outcome: &HookOutcome, columns: usize) -> String {
    tell_named(&format!("{} {}", outcome.hook.name, outcome.hook.version), outcome, columns)
}

/// The same of a hook that is called otherwise.
pub fn tell_named(name: &str, outcome: &HookOutcome, columns: usize) -> String {
    let sign = match outcome.verdict {
        Verdict::Pass => "✓",
        Verdict::Warn => "!",
        Verdict::Fail => "✗",
    };
    let message = outcome.evaluation.message.as_deref().map(|message| format!("  {message}"));
    let message = message.unwrap_or_default();
    let result = outcome.evaluation.result.as_str();
    let mut lines = Lines { text: String::new(), columns };
    lines.add(&format!("{sign} {name}  {result}{message}"));
    if let Some(explanation) = &outcome.evaluation.explanation {
        lines.text.push_str(&tell_explanation(explanation, columns));
    }
    lines.text
}

/// An explanation, each line indented by two and cut to `columns` characters.
pub fn tell_explanation(explanation: &Explanation, columns: usize) -> String {
    let places = explanation.rules.iter().map(|rule| place_of(rule).chars().count());
    let prints = explanation.prints.iter().map(|print| print.at.chars().count());
    let width = places.chain(prints).max().unwrap_or_default().max(MIN_PLACE);
    let mut lines = Lines { text: String::new(), columns };
    explanation.rules.iter().for_each(|rule| lines.rule(rule, width));
    for print in &explanation.prints {
        lines.add(&format!("  {:width$}  printed: {}", print.at, print.text));
    }
    if let Some(note) = &explanation.note {
        lines.add(&format!("  {:width$}  ({note})", ""));
    }
    lines.text
}

struct Lines {
    text: String,
    columns: usize,
}

impl Lines {
    fn rule(&mut self, rule: &ExplainedRule, width: usize) {
        let times = match rule.times {
            0 => "   not true".to_owned(),
            1 => String::new(),
            times => format!("   {times} times true"),
        };
        self.add(&format!("  {:width$}  {}{times}", place_of(rule), rule.line));
        for part in &rule.parts {
            let indent = usize::try_from(part.depth).unwrap_or_default().saturating_mul(2);
            let said = value_of(part);
            self.add(&format!("  {:width$}    {:indent$}{} → {said}", "", "", part.expression));
        }
    }

    /// Adds a line, whatever stands in it: what is told comes from policies.
    fn add(&mut self, line: &str) {
        let mut shown = line.chars().map(|c| if c.is_control() { '\u{FFFD}' } else { c });
        self.text.extend(shown.by_ref().take(self.columns));
        if shown.next().is_some() {
            self.text.pop();
            self.text.push('…');
        }
        self.text.push('\n');
    }
}

fn place_of(rule: &ExplainedRule) -> String {
    format!("{}:{}", rule.location.file, rule.location.row)
}

fn value_of(part: &ExplainedPart) -> String {
    if let Some(error) = &part.error {
        return format!("error: {error}");
    }
    if part.values.is_empty() {
        return "undefined".to_owned();
    }
    let values = part.values.join(" | ");
    if part.times > 1 { format!("{values}   ({} times)", part.times) } else { values }
}

#[cfg(test)]
mod tests {
    use super::tell;
    use crate::domain::bundle::Digest;
    use crate::domain::diagnostic::Place;
    use crate::domain::explanation::{ExplainedPart, ExplainedRule, Explanation, Print};
    use crate::domain::hook::{FailureMode, HookId, HookName, Version};
    use crate::domain::judgement::{GatingHook, HookOutcome};
    use crate::domain::verdict::{Evaluation, HookResult, Verdict};

    fn outcome() -> HookOutcome {
        let location = Place { file: "policy.rego".to_owned(), row: 14, col: 1 };
        let part = |expression: &str, depth, values: &[&str], times| ExplainedPart {
            location: location.clone(),
            expression: expression.to_owned(),
            depth,
            values: values.iter().map(ToString::to_string).collect(),
            times,
            error: None,
        };
        let failed = ExplainedPart { error: Some("division by zero".to_owned()), ..part("1 / n", 0, &[], 0) };
        let rule = |line: &str, times, parts| ExplainedRule {
            rule: "r".to_owned(),
            location: location.clone(),
            line: line.to_owned(),
            depth: 0,
            times,
            parts,
        };
        let parts =
            vec![part("count(violations) == 0", 0, &["false"], 1), part("violations", 1, &["[\"a\"]"], 1)];
        let rules = vec![
            rule("is_passed := count(violations) == 0", 1, parts),
            rule("violations contains r.address if {", 2, Vec::new()),
            rule("more if {", 0, vec![part("input.x", 0, &[], 0), part("r.n", 0, &["1", "2"], 5), failed]),
        ];
        let prints = vec![Print { at: "lib/a.rego:7".to_owned(), text: "seen\u{1b}[2J".to_owned() }];
        let explanation =
            Explanation { rules, evaluated: Vec::new(), prints, note: Some("the rest is cut".to_owned()) };
        let message = "buckets must be private";
        HookOutcome {
            hook: GatingHook {
                name: HookName::parse("no-public-buckets").unwrap(),
                id: HookId::UNSAVED,
                version: Version::parse("hook_version", "1.2.0").unwrap(),
                digest: Digest::of(b""),
                failure_mode: FailureMode::Fail,
            },
            evaluation: Evaluation {
                explanation: Some(explanation),
                ..Evaluation::with_message(HookResult::Refused, message)
            },
            verdict: Verdict::Fail,
        }
    }

    #[test]
    fn a_refusal_is_told_with_the_rules_behind_it() {
        insta::assert_snapshot!(tell(&outcome(), usize::MAX));
    }

    #[test]
    fn lines_are_cut_to_the_width_of_the_reader() {
        let text = tell(&outcome(), 30);
        assert!(text.lines().all(|line| line.chars().count() <= 30), "{text}");
        assert!(text.starts_with("✗ no-public-buckets 1.2.0  RE…\n"), "{text}");
    }

    #[test]
    fn a_hook_that_passed_is_one_line() {
        let outcome = HookOutcome {
            evaluation: Evaluation::of(HookResult::Passed),
            verdict: Verdict::Pass,
            ..outcome()
        };
        assert_eq!(tell(&outcome, 80), "✓ no-public-buckets 1.2.0  PASSED\n");
    }
}
