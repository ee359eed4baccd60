//! A policy and an input give a hook result. Never panics, never serialises what the policy made.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use regorus::Value;
use regorus::utils::limits::ExecutionTimerConfig;

use crate::domain::verdict::{DEFAULT_MESSAGE, Evaluation, HookResult};
use crate::rego::input::Input;
use crate::rego::policy::Policy;

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
    let mut evaluation = judge(policy, input, limits);
    evaluation.duration_us = u64::try_from(begin.elapsed().as_micros()).unwrap_or(u64::MAX);
    evaluation
}

fn judge(policy: &Policy, input: &Input, limits: &Limits) -> Evaluation {
    if !policy.declares_hook_result {
        return Evaluation::of(HookResult::NotDeclared);
    }
    let mut engine = policy.engine.clone();
    engine.set_execution_timer_config(ExecutionTimerConfig {
        limit: limits.timeout,
        check_interval: CHECK_INTERVAL,
    });
    engine.set_input(input.0.clone());
    match engine.eval_query("data.policy.hook_result".to_owned(), false) {
        Err(error) => Evaluation::with_message(HookResult::Errored, error.to_string()),
        Ok(results) => match results.result.first().and_then(|row| row.expressions.first()) {
            None => Evaluation::of(HookResult::Undefined),
            Some(found) => read(&found.value),
        },
    }
}

fn read(value: &Value) -> Evaluation {
    let member =
        |name: &str| value.as_object().ok().and_then(|object| object.get(&Value::from(name))).cloned();
    match member("is_passed") {
        Some(Value::Bool(true)) => Evaluation::of(HookResult::Passed),
        Some(Value::Bool(false)) => {
            let text = member("err_msg").and_then(|text| text.as_string().ok().map(std::string::ToString::to_string));
            Evaluation::with_message(HookResult::Refused, text.unwrap_or_else(|| DEFAULT_MESSAGE.to_owned()))
        }
        _ => Evaluation::with_message(
            HookResult::Malformed,
            "`hook_result` must be an object with a boolean `is_passed`",
        ),
    }
}
