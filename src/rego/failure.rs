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
    ("divide by zero", "`/`: division by zero"),
    ("modulo by zero", "`%`: division by zero"),
    ("modulo on floating-point", "`%` takes whole numbers"),
    ("unary -", "a minus sign stands before something that is no number"),
    ("numeric overflow", "a number is too great"),
    ("invalid regex", "a regular expression is malformed"),
    ("compiled regex exceeded", "a regular expression is too large"),
    ("previous value is not", "a rule is a set in one place and an object in another"),
    ("item cannot be indexed", "a value that is no collection is looked into"),
    ("exceeded memory limit", "too much memory is needed"),
];

/// The words of the engine for its operators, what we call them, and what they take. Its functions are not among them: each has a
/// guard of ours, which says what is wrong.
const OPERATORS: &[(&str, &str, &str)] = &[
    ("add", "+", "numbers"),
    ("sub", "-", "two numbers or two sets"),
    ("mul", "*", "numbers"),
    ("div", "/", "numbers"),
    ("mod", "%", "whole numbers"),
    ("difference", "-", "two numbers or two sets"),
    ("union", "|", "sets"),
    ("intersection", "&", "sets"),
];

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
    let operator = operator_in(message);
    let known = || KINDS.iter().find(|(part, _)| message.contains(part)).map(|(_, kind)| (*kind).to_owned());
    operator.or_else(known).unwrap_or_else(|| "the engine cannot evaluate this expression".to_owned())
}

/// The failure of an operator, from a text of the form "`name` expects … argument. Got `value` instead".
fn operator_in(message: &str) -> Option<String> {
    let (name, said) = message.strip_prefix('`')?.split_once("` expects ")?;
    let (_, operator, takes) = OPERATORS.iter().find(|(word, ..)| *word == name)?;
    let given = said.split_once("Got `").and_then(|(_, value)| kind_in(value, takes));
    let given = given.map(|kind| format!(", not {kind}")).unwrap_or_default();
    Some(format!("`{operator}` takes {takes}{given}"))
}

/// The kind of a value that an operator does not take, from how its text begins: as JSON, in which a set is an array.
fn kind_in(json: &str, takes: &str) -> Option<&'static str> {
    match json.chars().next()? {
        '"' => Some("a string"),
        '{' => Some("an object"),
        '[' if takes.contains("sets") => Some("an array"),
        '[' => Some("an array or a set"),
        't' | 'f' => Some("a boolean"),
        'n' => Some("null"),
        '-' | '0'..='9' => Some("a number"),
        _ => None,
    }
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
        check("`add` expects numeric argument. Got `\"hunter2\"` instead", "`+` takes numbers, not a string");
        check(
            "`difference` expects set argument. Got `{\"password\":\"hunter2\"}` instead",
            "`-` takes two numbers or two sets, not an object",
        );
        check("`union` expects set argument. Got `[\"hunter2\"]` instead", "`|` takes sets, not an array");
        check(
            "value for key `\"hunter2\"` generated multiple times",
            "two definitions give different values",
        );
        let unknown = "the engine cannot evaluate this expression";
        check("hunter2", unknown);
        check("`hunter2!` expects", unknown);
        check("`startswith` expects string argument. Got `{\"password\":\"hunter2\"}` instead", unknown);
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
