//! What a policy decides here is what it decides in OPA: random policies on random plans, and what they found before.
//! README.md says how to run more of them and what the classes mean.
#![cfg(test)]
#![expect(
    clippy::arithmetic_side_effects,
    clippy::string_slice,
    reason = "a test that panics has failed, which is what it is for"
)]
#![expect(
    clippy::format_collect,
    clippy::format_push_string,
    clippy::too_many_lines,
    clippy::wildcard_enum_match_arm,
    reason = "what writes policies is lists of templates"
)]

mod capabilities;
mod compare;
mod files;
mod generate;
mod opa;
mod ours;
#[path = "../support/opa.rs"]
mod program;
mod random;
mod recorded;
mod shipped;
mod shrink;
mod tally;
mod verdict;
