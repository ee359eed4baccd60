//! Policies in child processes: what they answer, and that nothing a policy does is felt by anybody else.

mod answers;
mod attacks;
mod children;
mod harm;
#[path = "../../../benches/plans/mod.rs"]
mod plans;
mod support;
mod unit_tests;
