//! Policies in child processes: what they answer, and that nothing a policy does is felt by anybody else.

mod answers;
mod children;
mod harm;
mod support;
