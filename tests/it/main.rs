//! The integration tests: a real server on real databases, spoken to over real HTTP.
#![cfg(test)]
#![expect(
    clippy::arithmetic_side_effects,
    clippy::string_slice,
    clippy::doc_markdown,
    reason = "a test that panics has failed, which is what it is for"
)]

mod architecture;
mod attacks;
mod bundle_command;
mod bundles;
mod cli;
mod decisions;
mod decisions_command;
mod durability;
mod encodings;
mod errors;
mod eval;
mod eval_reports;
mod evaluator;
mod explain;
mod gate;
mod hooks_command;
mod input_schema;
mod integrations;
mod limits;
mod lint;
mod lint_fix;
mod lint_rules;
mod masking;
mod model;
mod new_policy;
mod operations;
mod operator;
mod outcomes;
mod pages;
mod phases;
mod phases_under_load;
mod policies;
mod pull;
mod push;
mod registry;
mod run;
mod run_outcomes;
mod run_plans;
mod sdk;
mod stories;
mod support;
mod test_command;
mod turns;
mod versions;
