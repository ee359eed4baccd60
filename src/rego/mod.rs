//! Policies in Rego: from an upload to a judgement. The only place that names the engine and the archive reader.
//!
//! The way of a policy: `archive` (upload → bundle), `compile` (bundle → [`policy::Policy`], or diagnostics with
//! places), `evaluate` (policy and `input` → hook result),
//! `explain` (the same → why). Everything here is synchronous and runs in evaluator
//! processes only, on a large stack; nothing here asks the time, the network, a file or the environment.

pub mod archive;
pub mod compile;
pub mod evaluate;
pub mod explain;
pub mod fix;
pub mod input;
pub mod lint;
pub mod mask;
pub mod policy;
pub mod testing;

mod builtins;
mod chains;
mod check;
mod data;
mod desugar;
mod document;
mod engine_error;
mod excerpt;
mod failure;
mod guard;
mod normalise;
mod numbers;
mod place;
mod redact;
mod result;
mod syntax;
mod tokens;
mod whence;

#[cfg(any(test, fuzzing))]
pub mod fuzzing;
#[cfg(test)]
#[path = "../../tests/support/opa.rs"]
mod opa;
#[cfg(test)]
mod tests;
