//! What comes of the tests that policies bring along: rules named `test_…`.

use serde::{Deserialize, Serialize};

use crate::domain::diagnostic::Place;

/// What came of one test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TestOutcome {
    /// The rule is true, and so is each of its cases.
    Passed,
    /// The rule has no value, or another one.
    Failed,
    /// It could not be evaluated.
    Errored,
    /// Its name begins with `todo_`.
    Skipped,
}

/// One test: a rule whose name begins with `test_`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitTest {
    /// The path of its package, with `data`.
    pub package: String,
    /// Its name; further tests of one name have a number at the end, `#01` and so on.
    pub name: String,
    /// Where it begins.
    pub place: Option<Place>,
}

/// A test and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestResult {
    /// The test.
    pub test: UnitTest,
    /// What came of it.
    pub outcome: TestOutcome,
    /// Why it could not be evaluated.
    pub message: Option<String>,
    /// The statement that failed, as far as that is known.
    pub failed_at: Option<Place>,
    /// The line it begins in, cut to a readable length.
    pub line: Option<String>,
    /// What it and the expressions in it were, as far as that can be said.
    pub values: Vec<StatementValue>,
    /// Both sides of it, if it says that they are equal.
    pub sides: Option<Sides>,
    /// The cases of a test that has some, `test_x[case]`, by their names.
    pub cases: Vec<TestCase>,
    /// What the gate would say instead: to it an error of a built-in function is an error of the hook.
    pub strict_error: Option<String>,
    /// What it printed.
    pub prints: Vec<String>,
    /// How long it took, in microseconds.
    pub duration_us: u64,
}

/// An expression and what it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementValue {
    /// Its text, on one line.
    pub expression: String,
    /// How many expressions it is inside of.
    pub depth: u32,
    /// Its value as JSON, cut to a readable length; `undefined` without one.
    pub value: String,
}

/// Two values that are not equal, as JSON; what is too long is cut and is JSON no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sides {
    /// What stands to the left.
    pub left: String,
    /// What stands to the right.
    pub right: String,
}

/// One case of a test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestCase {
    /// What stands between the brackets.
    pub name: String,
    /// Whether it came out true.
    pub is_passed: bool,
}

impl TestResult {
    /// A bare outcome.
    pub const fn of(test: UnitTest, outcome: TestOutcome) -> Self {
        Self {
            test,
            outcome,
            message: None,
            failed_at: None,
            line: None,
            values: Vec::new(),
            sides: None,
            cases: Vec::new(),
            strict_error: None,
            prints: Vec::new(),
            duration_us: 0,
        }
    }

    /// A test that could not be evaluated, and why.
    pub fn errored(test: UnitTest, message: impl Into<String>) -> Self {
        Self { message: Some(message.into()), ..Self::of(test, TestOutcome::Errored) }
    }
}
