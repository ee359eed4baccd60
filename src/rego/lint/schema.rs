//! The published schema of the input, as far as rules ask it: which members there are, and which words.

use std::sync::LazyLock;

use serde_json::Value;

use crate::domain::input_schema::INPUT_SCHEMA;
use crate::rego::check::names::Part;

static SCHEMA: LazyLock<Value> = LazyLock::new(|| serde_json::from_str(INPUT_SCHEMA).unwrap_or_default());

/// How many references are followed from one to the next.
const MAX_REFERENCES: usize = 2;

/// What the schema says of one place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape(&'static Value);

/// What lies a step below a place.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    Known(Shape),
    /// It may be there, and nothing is said of it.
    Open,
    /// It is never there.
    Missing,
}

impl Shape {
    /// Of a place of the input; nothing if the schema does not say.
    pub(super) fn at(path: &[Part]) -> Option<Self> {
        path.iter().try_fold(Self(&SCHEMA), |shape, part| match shape.below(part) {
            Step::Known(shape) => Some(shape),
            Step::Open | Step::Missing => None,
        })
    }

    /// What lies below it.
    pub(super) fn below(self, part: &Part) -> Step {
        match (part, self.0.get("items"), self.0.get("additionalProperties")) {
            (Part::Any, Some(items), _) => known(items),
            (Part::Any, None, Some(others @ Value::Object(_))) => known(others),
            (Part::Any, None, _) => Step::Open,
            (Part::Name(name), Some(items), _) => {
                if name.parse::<u32>().is_ok() {
                    known(items)
                } else {
                    Step::Missing
                }
            }
            (Part::Name(name), None, others) => {
                match (self.0.pointer("/properties").and_then(|all| all.get(name)), others) {
                    (Some(member), _) => known(member),
                    (None, Some(Value::Bool(false))) => Step::Missing,
                    (None, Some(others @ Value::Object(_))) => known(others),
                    (None, _) => Step::Open,
                }
            }
        }
    }

    /// Whether it is a list.
    pub(super) fn is_list(self) -> bool {
        self.0.get("items").is_some()
    }

    /// The members that have names.
    pub(super) fn members(self) -> impl Iterator<Item = &'static str> {
        let members = self.0.get("properties").and_then(Value::as_object);
        members.into_iter().flat_map(|members| members.keys().map(String::as_str))
    }

    /// The words that it can be, and whether it can be others, too.
    pub(super) fn words(self) -> Option<(Vec<&'static str>, bool)> {
        let words = |shape: &'static Value| {
            let words = shape.get("enum")?.as_array()?;
            Some(words.iter().filter_map(Value::as_str).collect::<Vec<_>>())
        };
        let choices = self.0.get("anyOf").and_then(Value::as_array);
        let open = choices.and_then(|choices| choices.iter().find_map(words)).map(|words| (words, true));
        words(self.0).map(|words| (words, false)).or(open)
    }
}

fn known(mut shape: &'static Value) -> Step {
    for _ in 0..MAX_REFERENCES {
        let Some(to) = shape.get("$ref").and_then(Value::as_str).and_then(|to| to.strip_prefix('#')) else {
            break;
        };
        let Some(referred) = SCHEMA.pointer(to) else { return Step::Open };
        shape = referred;
    }
    Step::Known(Shape(shape))
}
