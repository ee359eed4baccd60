//! Policies in Rego: from an upload to a judgement. The only place that names the engine and the archive reader.
//!
//! The way of a policy: `archive` (upload → bundle), `compile` (bundle → [`policy::Policy`], or diagnostics with
//! places), `evaluate` (policy and input → hook result). Everything here is synchronous and runs in evaluator
//! processes only; nothing here asks the time, the network, a file or the environment.

pub mod archive;
mod builtins;
pub mod compile;
pub mod evaluate;
pub mod input;
pub mod policy;
