//! Why a policy said what it said about one input: made on request, answered and never stored.
//!
//! Everything in it is text that is already cut and masked; nothing here looks at an input.

use serde::{Deserialize, Serialize};

use crate::domain::diagnostic::Place;

/// The way from the input to a hook result.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Explanation {
    /// The rules that made the result what it is: `hook_result` first, then what it names, one level after another.
    pub rules: Vec<ExplainedRule>,
    /// The lines that were evaluated, file by file.
    pub evaluated: Vec<EvaluatedRows>,
    /// What the policy printed.
    pub prints: Vec<Print>,
    /// What is missing, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Explanation {
    /// One that says only why there is none.
    pub fn missing(why: impl Into<String>) -> Self {
        Self { note: Some(why.into()), ..Self::default() }
    }
}

/// One rule, or one `else` of it, for this input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExplainedRule {
    /// Its name, with the package unless that is `policy`.
    pub rule: String,
    /// Where it stands.
    pub location: Place,
    /// The line it begins with.
    pub line: String,
    /// How many rules lie between it and `hook_result`.
    pub depth: u32,
    /// How often its body was true; a default counts as once when it was used.
    pub times: u64,
    /// Its expressions, as far as they were looked at.
    pub parts: Vec<ExplainedPart>,
}

/// An expression and what it was for this input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExplainedPart {
    /// Where it stands.
    pub location: Place,
    /// Its text, as the gate reads it.
    pub expression: String,
    /// How many expressions it is inside of.
    pub depth: u32,
    /// Its first different values; none when it is undefined.
    pub values: Vec<String>,
    /// How often it had a value: more than once in a loop.
    pub times: u64,
    /// Why it cannot be said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// The lines of one file that were evaluated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvaluatedRows {
    /// The path of the file in the bundle.
    pub file: String,
    /// From 1, in order.
    pub rows: Vec<u32>,
}

/// One `print` of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Print {
    /// `file:row`.
    pub at: String,
    /// What it said.
    pub text: String,
}
