//! A policy and an input give a hook result. Never panics, never serialises what the policy made.

use std::num::NonZeroU32;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use regorus::utils::limits::ExecutionTimerConfig;
use regorus::{Engine, Value};

use crate::domain::verdict::{Evaluation, HookResult};
use crate::rego::engine_error::EngineError;
use crate::rego::input::Input;
use crate::rego::policy::Policy;
use crate::rego::{builtins, failure, result};

/// The object the gate asks for.
pub(super) const QUESTION: &str = "data.policy.hook_result";
/// How often the engine looks at its timer: often enough, and too seldom to be measured.
const CHECK_INTERVAL: NonZeroU32 = NonZeroU32::new(64).unwrap();

/// What one evaluation may use.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The longest time.
    pub timeout: Duration,
    /// What `time.now_ns` answers: the operation's begin.
    pub now_ns: i64,
}

/// Asks `policy` about `input`.
pub fn evaluate(policy: &Policy, input: &Input, limits: &Limits) -> Evaluation {
    let begin = Instant::now();
    // After a panic the clone it happened in is dropped; the policy's own engine was not touched.
    let attempt = AssertUnwindSafe(|| judge(policy, input, limits));
    let mut evaluation = catch_unwind(attempt).unwrap_or_else(|_| failure::panicked());
    if evaluation.location.is_none() {
        let left = limits.timeout.saturating_sub(begin.elapsed());
        // The answer asks for nothing that was not asked before: what took less than half of the time can be asked twice.
        let ask = |engine: &Engine, rule: &str| {
            (left.saturating_mul(2) > limits.timeout)
                .then(|| repeat(engine, rule, (input, left, limits.now_ns)))
                .flatten()
        };
        evaluation.location = policy.origins.find(evaluation.result, ask);
    }
    evaluation.duration_us = u64::try_from(begin.elapsed().as_micros()).unwrap_or(u64::MAX);
    evaluation
}

/// The value of a rule on a copy of an engine; none when there is none, or it is not certain.
fn repeat(engine: &Engine, rule: &str, (input, timeout, now_ns): (&Input, Duration, i64)) -> Option<Value> {
    let attempt = || ready(engine, input, &Limits { timeout, now_ns }).eval_rule(rule.to_owned()).ok();
    catch_unwind(AssertUnwindSafe(attempt)).ok().flatten()
}

/// A copy of an engine, about to be asked about `input`.
pub(super) fn ready(engine: &Engine, input: &Input, limits: &Limits) -> Engine {
    let mut engine = engine.clone();
    builtins::set_now(limits.now_ns);
    let timer = ExecutionTimerConfig { limit: limits.timeout, check_interval: CHECK_INTERVAL };
    engine.set_execution_timer_config(timer);
    engine.set_input(input.0.clone());
    builtins::set_lenient(false);
    engine
}

fn judge(policy: &Policy, input: &Input, limits: &Limits) -> Evaluation {
    if !policy.declares_hook_result() {
        return Evaluation::of(HookResult::NotDeclared);
    }
    let mut engine = ready(&policy.engine, input, limits);
    // Asking for a rule is three times faster than a query, but works for the plain name only.
    let answer = if policy.declaration.is_plain {
        engine.eval_rule(QUESTION.to_owned())
    } else {
        engine.eval_query(QUESTION.to_owned(), false).map(|answer| {
            let first = answer.result.into_iter().next().and_then(|row| row.expressions.into_iter().next());
            first.map_or(Value::Undefined, |found| found.value)
        })
    };
    match answer {
        Ok(value) => result::read(&value),
        Err(error) if error.downcast_ref().is_some_and(failure::is_timeout) => {
            Evaluation::over_time(limits.timeout)
        }
        Err(error) => {
            let error = EngineError::parse(&error.to_string());
            failure::errored(&error, error.origin(&policy.rows), limits.timeout)
        }
    }
}
