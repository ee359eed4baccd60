//! Hookgate: a policy gate in front of stack operations.

pub mod domain;
pub mod evaluator;
pub mod rego;
