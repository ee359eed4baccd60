//! The rewrites against the engine and against OPA.

mod fixtures;
mod opa;
mod support;
