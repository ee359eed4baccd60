//! Rego: what a text of it says, before anything runs it.
//!
//! - [`syntax`]: bytes to tokens to a tree, with every fault in its place; and from a tree to text again.
//!
//! - [`model`]: what a bundle of them means: names, safety, types.
//!
//! Nothing here evaluates, reads a file or asks the time.

pub mod model;
pub mod syntax;
