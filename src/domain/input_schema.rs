//! The published shape of what policies see as `input`: a JSON Schema (2020-12) with a version in its `$id`.

/// The schema's text. Beside what it names, an input may hold whatever the orchestrator sends.
pub const INPUT_SCHEMA: &str = include_str!("input_schema.json");

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::INPUT_SCHEMA;
    use crate::domain::invalid::Rule;
    use crate::domain::operation::OperationKind;
    use crate::domain::phase::Phase;

    #[test]
    fn its_words_are_those_of_the_gate() {
        let schema: Value = serde_json::from_str(INPUT_SCHEMA).unwrap();
        let unknown = OperationKind::parse("", &[]).unwrap_err();
        let Rule::NotOneOf(kinds) = unknown.rule else { panic!("no list of kinds") };
        assert_eq!(schema["properties"]["operation"]["anyOf"][0]["enum"], json!(kinds));
        let phases = [Phase::Pre, Phase::Success, Phase::Post].map(Phase::as_str);
        assert_eq!(schema["properties"]["phase"]["enum"], json!(phases));
    }
}
