//! Hookgate: a policy gate in front of stack operations.

pub mod config;
pub mod domain;
pub mod outbound;
pub mod rego;
