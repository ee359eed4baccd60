//! Policies in Rego: from an upload to a judgement. The only place that names the engine and the archive reader.
//!
//! The way of a policy: `archive` (upload → bundle), `compile` (bundle → [`policy::Policy`], or diagnostics with
//! places), `evaluate` (policy and `input` → hook result). Everything here is synchronous and runs in evaluator
//! processes only, on a large stack; nothing here asks the time, the network, a file or the environment.

pub mod archive;
pub mod compile;
pub mod evaluate;
pub mod input;
pub mod mask;
pub mod policy;

mod builtins;
mod check;
mod data;
mod document;
mod engine_error;
mod failure;
mod guard;
mod normalise;
mod place;
mod result;
mod syntax;

#[cfg(test)]
mod tests;
