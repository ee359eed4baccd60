//! What OPA reads is what we read: the same tree, or both refuse.

mod compare;
mod program;
mod refusals;
mod shape;
mod shape_of_rules;
mod v0;

pub(crate) use program::{capabilities, find};
pub(crate) use shape::shape;

#[expect(clippy::disallowed_methods, reason = "a run by hand is told how much to do")]
fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().map_or(default, |value| value.parse().expect("a number"))
}
