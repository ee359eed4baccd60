//! What OPA reads is what we read: the same tree, or both refuse.

mod compare;
mod program;
mod refusals;
mod shape;
mod shape_of_rules;

pub(crate) use shape::shape;
