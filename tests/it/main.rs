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
mod bundles;
mod cli;
mod decisions;
mod durability;
mod errors;
mod evaluator;
mod explain;
mod gate;
mod input_schema;
mod limits;
mod lint;
mod masking;
mod model;
mod operations;
mod outcomes;
mod phases;
mod phases_under_load;
mod policies;
mod registry;
mod run;
mod sdk;
mod stories;
mod support;
mod turns;
mod versions;
