//! Why a hook said what it said, in an answer.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::diagnostic::Place;
use crate::domain::explanation::{EvaluatedRows, ExplainedPart, ExplainedRule, Explanation, Print};

/// The way from the input to a hook result. Its texts are cut, and secrets in them are `***`.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ExplanationBody {
    /// The rules that made the result what it is: `hook_result` first, then what it names.
    rules: Vec<ExplainedRuleBody>,
    /// The lines that were evaluated.
    evaluated: Vec<EvaluatedRowsBody>,
    /// What the policy printed.
    prints: Vec<PrintBody>,
    /// What is missing, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

/// One rule, or one `else` of it, for this input.
#[derive(Debug, Serialize, ToSchema)]
struct ExplainedRuleBody {
    rule: String,
    #[schema(value_type = Object)]
    location: Place,
    /// The line it begins with.
    line: String,
    /// How many rules lie between it and `hook_result`.
    depth: u32,
    /// How often its body was true.
    times: u64,
    /// Its expressions, as far as they were looked at: those of a body that was not true end with the statement that failed.
    parts: Vec<ExplainedPartBody>,
}

/// An expression and what it was for this input.
#[derive(Debug, Serialize, ToSchema)]
struct ExplainedPartBody {
    #[schema(value_type = Object)]
    location: Place,
    expression: String,
    /// How many expressions it is inside of.
    depth: u32,
    /// Its first different values as JSON texts; none when it is undefined.
    values: Vec<String>,
    /// How often it had a value: more than once in a loop.
    times: u64,
    /// Why it cannot be said.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// The lines of one file that were evaluated.
#[derive(Debug, Serialize, ToSchema)]
struct EvaluatedRowsBody {
    file: String,
    rows: Vec<u32>,
}

/// One `print` of the policy.
#[derive(Debug, Serialize, ToSchema)]
struct PrintBody {
    /// `file:row`.
    at: String,
    text: String,
}

impl From<Explanation> for ExplanationBody {
    fn from(explanation: Explanation) -> Self {
        let Explanation { rules, evaluated, prints, note } = explanation;
        let rows = evaluated.into_iter().map(|EvaluatedRows { file, rows }| EvaluatedRowsBody { file, rows });
        Self {
            rules: rules.into_iter().map(Into::into).collect(),
            evaluated: rows.collect(),
            prints: prints.into_iter().map(|Print { at, text }| PrintBody { at, text }).collect(),
            note,
        }
    }
}

impl From<ExplainedRule> for ExplainedRuleBody {
    fn from(explained: ExplainedRule) -> Self {
        let ExplainedRule { rule, location, line, depth, times, parts } = explained;
        Self { rule, location, line, depth, times, parts: parts.into_iter().map(Into::into).collect() }
    }
}

impl From<ExplainedPart> for ExplainedPartBody {
    fn from(part: ExplainedPart) -> Self {
        let ExplainedPart { location, expression, depth, values, times, error } = part;
        Self { location, expression, depth, values, times, error }
    }
}
