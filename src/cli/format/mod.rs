//! Reports in the forms that other programs read: the results of tests (`junit`, `tap`) and findings at places (`github`, `sarif`).
//!
//! What is written is a model of its own (`model`), so that every command that checks something can use every form. The texts in it
//! come from policies: nothing leaves a writer that a terminal, a parser or a runner could take for a command.

pub(super) mod github;
pub(super) mod junit;
pub(super) mod model;
pub(super) mod sarif;
pub(super) mod tap;

#[cfg(test)]
mod tests;
