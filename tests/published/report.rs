//! What is told: figures for each project, then the reasons, the most frequent first.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use hookgate::domain::diagnostic::Diagnostic;
use hookgate::domain::unit_test::TestOutcome;

use crate::compare::{Found, Pair, Policy, Tests};

/// The figures of one project.
#[derive(Default)]
pub(crate) struct Report {
    name: String,
    policies: usize,
    accepted: usize,
    refused: usize,
    refused_by_both: usize,
    only_opa_refuses: usize,
    test_files: usize,
    test_files_refused: usize,
    tests_refused: usize,
    test_files_refused_by_opa: usize,
    pairs: usize,
    agree: BTreeMap<&'static str, usize>,
    differ: usize,
    errored: usize,
    strict_errors: usize,
    reasons: BTreeMap<(&'static str, String), usize>,
    pub(crate) details: Vec<String>,
}

impl Report {
    pub(crate) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    pub(crate) fn add(&mut self, path: &str, found: &Found) {
        match found {
            Found::Policy(policy) => self.add_policy(path, policy),
            Found::Tests(tests) => self.add_tests(path, tests),
        }
    }

    fn add_policy(&mut self, path: &str, Policy { ours, opas }: &Policy) {
        self.policies += 1;
        match (ours, opas) {
            (None, None) => self.accepted += 1,
            (None, Some(cause)) => {
                self.accepted += 1;
                self.only_opa_refuses += 1;
                self.count("accepted here, refused by OPA", cause, path, 1);
            }
            (Some(_), Some(_)) => self.refused_by_both += 1,
            (Some(found), None) => {
                self.refused += 1;
                self.count("refused here, accepted by OPA", &kind(found), &format!("{path}: {found}"), 1);
            }
        }
    }

    fn add_tests(&mut self, path: &str, tests: &Tests) {
        self.test_files += 1;
        match (&tests.refused, &tests.opas) {
            (_, Some(cause)) => {
                self.test_files_refused_by_opa += 1;
                self.details.push(format!("tests refused by OPA: {path}: {cause}"));
            }
            (Some(found), None) => {
                self.test_files_refused += 1;
                self.tests_refused += tests.count;
                self.count("tests refused here", &kind(found), &format!("{path}: {found}"), tests.count);
            }
            (None, None) => tests.pairs.iter().for_each(|pair| self.add_pair(path, pair)),
        }
    }

    fn add_pair(&mut self, path: &str, Pair { ours, opa }: &Pair) {
        self.pairs += 1;
        self.strict_errors += usize::from(ours.strict_error.is_some());
        let row = ours.test.place.as_ref().map_or(0, |place| place.row);
        let at = format!("{path}:{row} {}", ours.test.name);
        match (ours.outcome, opa) {
            (here, there) if here == *there => *self.agree.entry(word(here)).or_default() += 1,
            (TestOutcome::Errored, there) => {
                self.errored += 1;
                let message = ours.message.as_deref().unwrap_or_default();
                let cause = message.rsplit_once(": ").map_or(message, |(_, cause)| cause);
                self.count("errored here", cause, &format!("{at} (OPA: {}): {message}", word(*there)), 1);
            }
            (here, there) => {
                self.differ += 1;
                let how = format!("{} here, {} in OPA", word(here), word(*there));
                let row = ours.failed_at.as_ref().map_or(0, |place| place.row);
                self.count("differ", &how, &format!("{at}: row {row}"), 1);
            }
        }
    }

    fn count(&mut self, group: &'static str, cause: &str, detail: &str, by: usize) {
        *self.reasons.entry((group, cause.to_owned())).or_default() += by;
        self.details.push(format!("{group}: {detail}"));
    }

    /// Adds the figures of another.
    pub(crate) fn merge(&mut self, other: Self) {
        self.policies += other.policies;
        self.accepted += other.accepted;
        self.refused += other.refused;
        self.refused_by_both += other.refused_by_both;
        self.only_opa_refuses += other.only_opa_refuses;
        self.test_files += other.test_files;
        self.test_files_refused += other.test_files_refused;
        self.tests_refused += other.tests_refused;
        self.test_files_refused_by_opa += other.test_files_refused_by_opa;
        self.pairs += other.pairs;
        self.differ += other.differ;
        self.errored += other.errored;
        self.strict_errors += other.strict_errors;
        for (key, count) in other.agree {
            *self.agree.entry(key).or_default() += count;
        }
        for (key, count) in other.reasons {
            *self.reasons.entry(key).or_default() += count;
        }
    }

    pub(crate) const HEADER: &str = "| project | policy files | accepted | refused by both | refused here only | test files | not run here | not run by OPA | tests compared | agree pass | agree fail | agree error | agree skip | differ | errored here |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n";

    /// A row of the table.
    pub(crate) fn row(&self) -> String {
        let agree = |word| self.agree.get(word).copied().unwrap_or_default();
        format!(
            "| {} | {} | {} | {} | {} | {} | {} ({} tests) | {} | {} | {} | {} | {} | {} | {} | {} |\n",
            self.name,
            self.policies,
            self.accepted,
            self.refused_by_both,
            self.refused,
            self.test_files,
            self.test_files_refused,
            self.tests_refused,
            self.test_files_refused_by_opa,
            self.pairs,
            agree("pass"),
            agree("fail"),
            agree("error"),
            agree("skip"),
            self.differ,
            self.errored,
        )
    }

    /// The reasons, the most frequent of each group first.
    pub(crate) fn reasons(&self) -> String {
        let mut ranked: Vec<_> = self.reasons.iter().collect();
        ranked.sort_by(|((a_group, _), a), ((b_group, _), b)| a_group.cmp(b_group).then(b.cmp(a)));
        let mut text = format!(
            "\naccepted here and refused by OPA: {}\ntests that the gate's strictness makes errors: {}\n",
            self.only_opa_refuses, self.strict_errors
        );
        let mut last = "";
        for ((group, cause), count) in ranked {
            if *group != last {
                write!(text, "\n{group}:\n").unwrap();
                last = group;
            }
            writeln!(text, "- {count} × {cause}").unwrap();
        }
        text
    }
}

const fn word(outcome: TestOutcome) -> &'static str {
    match outcome {
        TestOutcome::Passed => "pass",
        TestOutcome::Failed => "fail",
        TestOutcome::Errored => "error",
        TestOutcome::Skipped => "skip",
    }
}

/// A message without the names in it, but for those of functions.
fn kind(found: &Diagnostic) -> String {
    if found.message.contains("no function") || found.message.contains("not allowed") {
        return found.message.clone();
    }
    let parts = found.message.split('`').enumerate();
    parts.map(|(index, part)| if index % 2 == 0 { part } else { "`…`" }).collect()
}
