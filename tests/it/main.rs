//! The integration tests: a real server on real databases, spoken to over real HTTP.
#![cfg(test)]

mod architecture;
mod errors;
mod evaluator;
mod gate;
mod operations;
mod registry;
mod sdk;
mod support;
mod versions;
