//! The published shape of what policies see as `input`: a JSON Schema (2020-12) with a version in its `$id`.

/// The schema's text. Beside what it names, an input may hold whatever the orchestrator sends.
pub const INPUT_SCHEMA: &str = include_str!("input_schema.json");
