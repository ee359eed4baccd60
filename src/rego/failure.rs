//! What is said about an evaluation that failed: the kind of failure, never a value, for the engine's own texts quote
//! the input.

use std::time::Duration;

use regorus::LimitError;

use crate::domain::diagnostic::Place;
use crate::domain::verdict::{Evaluation, HookResult};
use crate::rego::builtins::MARK;
use crate::rego::engine_error::EngineError;

/// What the engine says, somewhere in a text, and what we say.
const KINDS: &[(&str, &str)] = &[
    ("recursion detected", "a rule needs itself"),
    ("could not find function", "a function is called that is not there"),
    ("multiple outputs", "two definitions give different values"),
    ("generated multiple times", "two definitions give different values"),
    ("rule conflicts with rule", "two definitions give different values"),
    ("could not merge value", "two definitions give different values"),
    ("divide by zero", "division by zero"),
    ("modulo by zero", "division by zero"),
    ("modulo on floating-point", "remainder of a number that is not whole"),
    ("unary -", "a minus sign before something that is no number"),
    ("numeric overflow", "a number is too great"),
    ("invalid regex", "a regular expression is malformed"),
    ("compiled regex exceeded", "a regular expression is too large"),
    ("previous value is not", "a rule is a set in one place and an object in another"),
    ("item cannot be indexed", "a value that is no collection is looked into"),
    ("exceeded memory limit", "too much memory is needed"),
];

/// The words of the engine for its operators.
const OPERATORS: &[(&str, &str)] = &[("add", "+"), ("sub", "-"), ("mul", "*"), ("div", "/"), ("mod", "%")];

const TIMEOUT: &str = "execution exceeded time limit";

/// Whether the engine stopped because of its timer.
pub(super) fn is_timeout(error: &LimitError) -> bool {
    match error {
        LimitError::TimeLimitExceeded { .. } => true,
        LimitError::MemoryLimitExceeded { .. } | LimitError::RegexSizeLimitExceeded { .. } => false,
    }
}

/// The engine panicked.
pub(super) fn panicked() -> Evaluation {
    Evaluation::with_message(
        HookResult::Errored,
        "the evaluation failed: the policy is more than the engine can take",
    )
}

/// The engine gave up, saying so.
pub(super) fn errored(error: &EngineError, place: Option<Place>, limit: Duration) -> Evaluation {
    // The type of the error is lost where it passes through a function.
    if error.message.contains(TIMEOUT) {
        return Evaluation::over_time(limit);
    }
    let at = place.as_ref().map(|place| format!(" at {place}")).unwrap_or_default();
    let message = format!("the evaluation failed{at}: {}", kind_of(&error.message));
    Evaluation { location: place, ..Evaluation::with_message(HookResult::Errored, message) }
}

/// The kind of a failure, from what the engine says.
pub(super) fn kind_of(message: &str) -> String {
    // Ours are free of values, the engine's are not.
    if message.starts_with(MARK) {
        return message.to_owned();
    }
    if let Some(name) = name_in(message) {
        return match OPERATORS.iter().find(|(word, _)| *word == name) {
            Some((_, operator)) => format!("`{operator}` is given something that is no number"),
            None => format!("{MARK}{name}` is given an argument of a wrong type or value"),
        };
    }
    let known = KINDS.iter().find(|(part, _)| message.contains(part));
    known.map_or("a built-in function or an operator is given a wrong value", |(_, kind)| kind).to_owned()
}

/// The name that a text of the form "`name` expects …" begins with.
fn name_in(message: &str) -> Option<&str> {
    let (name, said) = message.strip_prefix('`')?.split_once('`')?;
    let is_name =
        name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '.'));
    (is_name && (said.starts_with(" expects") || said.starts_with(" requires"))).then_some(name)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{TIMEOUT, errored};
    use crate::domain::verdict::HookResult;
    use crate::rego::engine_error::EngineError;

    #[track_caller]
    fn check(said: &str, expected: &str) {
        let text = format!("\n--> p.rego:2:3\n  |\n2 | x\n  | ^\nerror: {said}");
        let evaluation = errored(&EngineError::parse(&text), None, Duration::ZERO);
        assert_eq!(evaluation.result, HookResult::Errored);
        assert_eq!(evaluation.message.unwrap(), format!("the evaluation failed: {expected}"));
    }

    #[test]
    fn no_value_of_the_input_is_ever_shown() {
        let secret = "built-in `startswith` is given an argument of a wrong type or value";
        check("`startswith` expects string argument. Got `{\"password\":\"hunter2\"}` instead", secret);
        check(
            "`add` expects numeric argument. Got `\"hunter2\"` instead",
            "`+` is given something that is no number",
        );
        check(
            "value for key `\"hunter2\"` generated multiple times",
            "two definitions give different values",
        );
        check("hunter2", "a built-in function or an operator is given a wrong value");
        check("`hunter2!` expects", "a built-in function or an operator is given a wrong value");
    }

    #[test]
    fn our_own_texts_are_shown_as_they_are() {
        check(
            "built-in `numbers.range`: more than 100000 numbers",
            "built-in `numbers.range`: more than 100000 numbers",
        );
    }

    #[test]
    fn a_timeout_that_lost_its_type_is_still_one() {
        let error = EngineError::parse(&format!("{TIMEOUT} (elapsed=2ns, limit=1ns)"));
        assert_eq!(errored(&error, None, Duration::ZERO).result, HookResult::TimedOut);
    }
}
