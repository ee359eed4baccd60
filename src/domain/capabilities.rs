//! What the engine offers to policies, in the format of OPA's `capabilities.json`, for `opa check --capabilities` and for Regal
//! (`policies.md` section 2). Operators are built-in functions there, under the names that OPA gives them.

/// The document: JSON.
pub const CAPABILITIES: &str = include_str!("capabilities.json");
