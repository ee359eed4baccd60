//! Functions that give what an operator can take as it is, and nothing else: for evaluations as lenient as OPA's.

use regorus::{Engine, Value};

/// Gives numbers.
pub(in crate::rego) const NUMBER: &str = "__hookgate_number";
/// Gives sets.
pub(in crate::rego) const SET: &str = "__hookgate_set";
/// Gives numbers and sets.
pub(in crate::rego) const NUMBER_OR_SET: &str = "__hookgate_number_or_set";

/// Adds them to an engine.
pub(in crate::rego) fn install(engine: &mut Engine) {
    let is_number = |value: &Value| matches!(value, Value::Number(_));
    let is_set = |value: &Value| matches!(value, Value::Set(_));
    add(engine, NUMBER, is_number);
    add(engine, SET, is_set);
    add(engine, NUMBER_OR_SET, move |value| is_number(value) || is_set(value));
}

fn add(engine: &mut Engine, name: &str, is_taken: impl Fn(&Value) -> bool + Clone + Send + Sync + 'static) {
    let guard = move |arguments: Vec<Value>| {
        Ok(arguments.into_iter().next().filter(|value| is_taken(value)).unwrap_or(Value::Undefined))
    };
    // Fails only for a name that was added before; the engine is new.
    drop(engine.add_extension(name.to_owned(), 1, Box::new(guard)));
}
