//! The rewrites against the engine as it is and against OPA.

mod conformance;
mod fixtures;
mod generate;
mod opa;
mod policies;
mod printing;
mod properties;
mod random;
mod support;
