//! The published schema of SARIF, and whether what is printed for code scanners is what it says.

use std::fs;
use std::path::Path;
use std::process::Command;

use jsonschema::Validator;
use serde_json::Value;

/// Judges logs by the published schema.
pub(crate) fn validator() -> Validator {
    let schema = published_schema();
    assert!(schema["title"].as_str().unwrap().contains("2.1.0"), "{}", schema["title"]);
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
}

#[track_caller]
pub(crate) fn check(validator: &Validator, log: &Value) {
    let wrong: Vec<_> =
        validator.iter_errors(log).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The published schema, as a crate of the tests brings it along.
fn published_schema() -> Value {
    let mut command = Command::new(env!("CARGO"));
    command
        .args(["metadata", "--format-version", "1", "--offline", "--locked"])
        .current_dir(env!("CARGO_MANIFEST_DIR"));
    // The crates of other platforms were never fetched.
    command.args(["--filter-platform", &format!("{}-unknown-linux-gnu", std::env::consts::ARCH)]);
    let metadata: Value = serde_json::from_slice(&command.output().unwrap().stdout).unwrap();
    let package =
        metadata["packages"].as_array().unwrap().iter().find(|package| package["name"] == "serde-sarif");
    let manifest = Path::new(package.unwrap()["manifest_path"].as_str().unwrap());
    let path = manifest.with_file_name("src").join("schema.json");
    let mut schema: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    // Its pattern for languages, which we do not name, is no regular expression.
    for named in ["run", "toolComponent"] {
        let language = &mut schema["definitions"][named]["properties"]["language"];
        language.as_object_mut().unwrap().remove("pattern").unwrap();
    }
    schema
}
