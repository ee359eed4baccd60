//! One test: its value, and what that means.

use std::num::NonZeroU32;

use regorus::utils::limits::ExecutionTimerConfig;
use regorus::{Engine, Value};

use crate::domain::diagnostic::Place;
use crate::domain::unit_test::{TestCase, TestOutcome, TestResult};
use crate::domain::verdict::Evaluation;
use crate::rego::builtins::Prints;
use crate::rego::compile::Loaded;
use crate::rego::engine_error::EngineError;
use crate::rego::normalise::TestRule;
use crate::rego::redact::Secrets;
use crate::rego::testing::covering::Covering;
use crate::rego::testing::values::{self, Found};
use crate::rego::testing::{Limits, describe, progress};
use crate::rego::{builtins, failure};

/// How often the engine looks at its timer.
const CHECK_INTERVAL: NonZeroU32 = NonZeroU32::new(64).unwrap();
/// The most cases of one test that are told.
const MAX_CASES: usize = 1_000;

/// Asks for one test.
pub(super) struct Asker<'a> {
    pub(super) strict: &'a Loaded,
    /// Made when it is needed.
    pub(super) lenient: &'a dyn Fn() -> Option<&'a Loaded>,
    pub(super) rule: &'a TestRule,
    pub(super) query: &'a str,
    pub(super) limits: Limits,
    /// Where it comes to, if that is to be known.
    pub(super) covering: &'a Covering,
}

/// What the engine said, or why it said nothing.
struct Answer {
    value: Result<Value, String>,
    prints: Vec<String>,
}

impl Asker<'_> {
    /// Asks as the gate would, and if that fails as OPA would.
    pub(super) fn ask(&self) -> TestResult {
        let strict = self.ask_strictness(&Way { loaded: self.strict, is_lenient: false });
        let is_late = strict.message.as_ref() == Some(&self.over_time());
        if strict.outcome != TestOutcome::Errored || is_late {
            return strict;
        }
        let Some(loaded) = (self.lenient)() else { return strict };
        let lenient = self.ask_strictness(&Way { loaded, is_lenient: true });
        let is_other = lenient.outcome != TestOutcome::Errored;
        TestResult { strict_error: strict.message.filter(|_| is_other), ..lenient }
    }

    fn ask_strictness(&self, way: &Way<'_>) -> TestResult {
        let Answer { value, prints } = self.answer(self.query, way);
        let test = describe(self.rule);
        match value.and_then(|value| self.outcome(&value, way)) {
            Err(message) => TestResult { prints, ..TestResult::errored(test, message) },
            Ok((outcome, cases)) => {
                let Found { place: failed_at, values, sides } = match outcome {
                    TestOutcome::Failed => self.find_failure(way),
                    TestOutcome::Passed | TestOutcome::Errored | TestOutcome::Skipped => Found::default(),
                };
                TestResult { failed_at, values, sides, cases, prints, ..TestResult::of(test, outcome) }
            }
        }
    }

    fn outcome(&self, value: &Value, way: &Way<'_>) -> Result<(TestOutcome, Vec<TestCase>), String> {
        let Some(query) = &self.rule.cases else { return Ok((outcome_of(is_true(value)), Vec::new())) };
        let all = self.answer(query, way).value?;
        let cases = cases(value, &all);
        Ok((outcome_of(cases.iter().all(|case| case.is_passed)), cases))
    }

    fn answer(&self, query: &str, way: &Way<'_>) -> Answer {
        let mut engine = way.engine(self.limits);
        self.covering.watch(&mut engine);
        builtins::listen_to_prints(Secrets::default());
        let answer = engine.eval_query(query.to_owned(), false);
        let prints = shown(builtins::end_prints().0);
        self.covering.collect(&engine, &way.loaded.rows);
        let value = match answer {
            Ok(answer) => {
                let row = answer.result.into_iter().next();
                let first = row.and_then(|row| row.expressions.into_iter().next());
                Ok(first.map_or(Value::Undefined, |found| found.value))
            }
            Err(error) if error.downcast_ref().is_some_and(failure::is_timeout) => Err(self.over_time()),
            Err(error) => Err(self.explain(&error.to_string(), way)),
        };
        Answer { value, prints }
    }

    fn over_time(&self) -> String {
        Evaluation::over_time(self.limits.timeout).message.unwrap_or_default()
    }

    fn explain(&self, error: &str, way: &Way<'_>) -> String {
        let error = EngineError::parse(error);
        let told = failure::errored(&error, error.origin(&way.loaded.rows), self.limits.timeout);
        told.message.unwrap_or_default()
    }

    /// The statement at which it failed: the last that it came to, with what can be said about it.
    fn find_failure(&self, way: &Way<'_>) -> Found {
        let place = self.find_last(way);
        let found = values::find(self, way, place.as_ref()).unwrap_or_default();
        Found { place: place.or(found.place), ..found }
    }

    fn find_last(&self, way: &Way<'_>) -> Option<Place> {
        let mut engine = way.engine(self.limits);
        engine.set_enable_coverage(true);
        engine.eval_query(self.query.to_owned(), false).ok()?;
        progress::find_last(&engine, self.rule, &way.loaded.rows)
    }
}

/// Strict as the gate, or lenient as OPA.
pub(super) struct Way<'a> {
    pub(super) loaded: &'a Loaded,
    is_lenient: bool,
}

impl Way<'_> {
    fn engine(&self, limits: Limits) -> Engine {
        self.copy(&self.loaded.engine, limits)
    }

    /// A copy of an engine, ready for a question.
    pub(super) fn copy(&self, engine: &Engine, limits: Limits) -> Engine {
        let mut engine = engine.clone();
        builtins::set_now(limits.now_ns);
        builtins::set_lenient(self.is_lenient);
        let timer = ExecutionTimerConfig { limit: limits.timeout, check_interval: CHECK_INTERVAL };
        engine.set_execution_timer_config(timer);
        engine.set_input(Value::Undefined);
        engine
    }
}

/// What was printed, line by line, each with its place.
fn shown(Prints { kept, dropped }: Prints) -> Vec<String> {
    let more = (dropped > 0).then(|| format!("and {dropped} more"));
    kept.into_iter().map(|print| format!("{}: {}", print.at, print.text)).chain(more).collect()
}

const fn outcome_of(is_passed: bool) -> TestOutcome {
    if is_passed { TestOutcome::Passed } else { TestOutcome::Failed }
}

fn is_true(value: &Value) -> bool {
    matches!(value, Value::Bool(true))
}

/// The cases gone through, and those that have a value: the others failed.
fn cases(value: &Value, all: &Value) -> Vec<TestCase> {
    let names = all.as_set().map_or_else(|_| Vec::new(), |all| all.iter_sorted().collect());
    let case = |key: &Value| {
        let found = value.as_object().ok().and_then(|found| found.get(key));
        let text = key.as_string().map(ToString::to_string);
        let name = text.unwrap_or_else(|_| key.to_json_str().unwrap_or_default());
        TestCase { name, is_passed: found.is_some_and(is_true) }
    };
    names.into_iter().take(MAX_CASES).map(case).collect()
}
