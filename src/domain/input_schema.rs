//! The published shape of what policies see as `input`: a JSON Schema (2020-12) with a version in its `$id`.

/// The schema's text. Beside what it names, an input may hold whatever the orchestrator sends.
pub const INPUT_SCHEMA: &str = include_str!("input_schema.json");

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use serde_json::{Value, json};

    use super::INPUT_SCHEMA;
    use crate::domain::hook::HookName;
    use crate::domain::operation::KNOWN_KINDS;
}
