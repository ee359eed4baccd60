//! The front end of the language from outside: texts to trees and back, with OPA as the judge.
#![cfg(test)]
#![expect(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::string_slice,
    clippy::wildcard_enum_match_arm,
    reason = "a test that panics has failed, which is what it is for"
)]

mod corpus;
mod errors;
mod limits;
mod model;
mod mutate;
mod opa;
mod printing;
mod tree;
