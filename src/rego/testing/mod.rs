//! Runs the tests that policies bring along, `test_` rules, with the results of `opa test`.
//!
//! A bundle goes the same way as at the gate (guard, parser, checks, rewriting, engine), with its `_test.rego` files. OPA is
//! lenient by default, the gate is strict: a test in which a built-in function fails is asked again as OPA would, and
//! says what the gate would have said. Nothing here asks the time.

mod asking;
mod covering;
mod extents;
mod progress;
mod values;

use std::cell::OnceCell;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use crate::domain::bundle::Bundle;
use crate::domain::coverage::{Extents, Rows};
use crate::domain::diagnostic::{Diagnostic, Fault};
use crate::domain::unit_test::{TestOutcome, TestResult, UnitTest};
use crate::rego::builtins::regex;
use crate::rego::compile::{Language, Loaded, in_order, load_bundle};
use crate::rego::evaluate::{self, QUESTION};
use crate::rego::input::Input;
use crate::rego::normalise::{Purpose, TestRule};
use crate::rego::place;
use crate::rego::testing::asking::Asker;
use crate::rego::testing::covering::Covering;

/// What a single test may use.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The longest time.
    pub timeout: Duration,
    /// What `time.now_ns` answers.
    pub now_ns: i64,
}

/// The tests of a bundle, ready to run, in the order of packages, files and rows.
pub struct Suite {
    loaded: Loaded,
    /// The same for lenient evaluations, made when the first is needed.
    lenient: OnceCell<Option<Loaded>>,
    bundle: Bundle,
    language: Language,
    covering: Covering,
}

impl Suite {
    /// Checks and compiles a bundle together with its tests, in which functions are allowed.
    ///
    /// # Errors
    /// Every fault found, as [`crate::rego::compile::compile`] has it.
    pub fn load(bundle: Bundle, language: Language) -> Result<Self, Vec<Diagnostic>> {
        let mut loaded = load(&bundle, language, Purpose::Tests)?;
        loaded.tests.sort_by(|a, b| a.package.cmp(&b.package));
        Ok(Self { loaded, lenient: OnceCell::new(), bundle, language, covering: Covering::default() })
    }

    /// Keeps the tests whose name after their package's, `data.policy.test_x`, a pattern matches somewhere.
    ///
    /// # Errors
    /// Says what is wrong with the pattern.
    pub fn keep(&mut self, pattern: &str) -> Result<(), String> {
        regex::check(pattern).map_err(|fault| fault.to_string())?;
        let full = |test: &TestRule| format!("{}.{}", test.package, test.name);
        self.loaded.tests.retain(|test| regex::matches(pattern, &full(test)));
        Ok(())
    }

    /// From now on notes the rows that tests and inputs come to.
    pub fn cover(&mut self) {
        self.covering = Covering::on();
    }

    /// What they may come to.
    pub fn coverable(&self) -> Extents {
        extents::of(&self.loaded.coverable)
    }

    /// The rows they came to since the last time this was asked.
    pub fn take_covered(&self) -> Rows {
        self.covering.take()
    }

    /// Comes to what the gate would come to with this input; what it says is not asked.
    pub fn cover_input(&self, input: &Input, limits: Limits) {
        let attempt = AssertUnwindSafe(|| {
            let limits = evaluate::Limits { timeout: limits.timeout, now_ns: limits.now_ns };
            let mut engine = evaluate::ready(&self.loaded.engine, input, &limits);
            self.covering.watch(&mut engine);
            drop(engine.eval_query(QUESTION.to_owned(), false));
            self.covering.collect(&engine, &self.loaded.rows);
        });
        // After a panic nothing is known about this input, and that is all.
        drop(catch_unwind(attempt));
    }

    /// The tests.
    pub fn tests(&self) -> impl Iterator<Item = UnitTest> {
        self.loaded.tests.iter().map(describe)
    }

    /// Runs the tests from the one at this position on, one each time the next result is asked for.
    pub fn run_from(&self, first: usize, limits: Limits) -> impl Iterator<Item = TestResult> {
        self.loaded.tests.iter().skip(first).map(move |test| self.run(test, limits))
    }

    fn run(&self, rule: &TestRule, limits: Limits) -> TestResult {
        let Some(query) = &rule.query else { return TestResult::of(describe(rule), TestOutcome::Skipped) };
        let begin = Instant::now();
        let lenient = || {
            let load = || load(&self.bundle, self.language, Purpose::LenientTests).ok();
            self.lenient.get_or_init(load).as_ref()
        };
        let covering = &self.covering;
        let asker = Asker { strict: &self.loaded, lenient: &lenient, rule, query, limits, covering };
        // After a panic the clone it happened in is dropped; the suite's own engine was not touched.
        let attempt = AssertUnwindSafe(|| asker.ask());
        let mut result = catch_unwind(attempt).unwrap_or_else(|_| {
            TestResult::errored(describe(rule), "the test is more than the engine can take")
        });
        result.duration_us = u64::try_from(begin.elapsed().as_micros()).unwrap_or(u64::MAX);
        result.line = result.failed_at.as_ref().and_then(|place| place::line_at(&self.bundle, place));
        result
    }
}

impl fmt::Debug for Suite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Suite").field("tests", &self.loaded.tests.len()).finish_non_exhaustive()
    }
}

fn load(bundle: &Bundle, language: Language, purpose: Purpose) -> Result<Loaded, Vec<Diagnostic>> {
    let attempt = AssertUnwindSafe(|| load_bundle(bundle, language, purpose));
    let loaded = catch_unwind(attempt).unwrap_or_else(|_| {
        Err(vec![Diagnostic::new(Fault::TooComplex, "the tests are more than the compiler can take")])
    });
    loaded.map_err(in_order)
}

fn describe(rule: &TestRule) -> UnitTest {
    let TestRule { package, name, span, .. } = rule;
    UnitTest { package: package.clone(), name: name.clone(), place: place::of_span(span) }
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod covered;
