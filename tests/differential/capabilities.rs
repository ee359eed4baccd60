//! The capabilities that we publish are read by OPA: it accepts what we accept and refuses what we refuse for its functions.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use hookgate::domain::capabilities::CAPABILITIES;

use crate::program;

/// What `opa check` says about a file or a folder, with our capabilities.
fn check(opa: &Path, capabilities: &Path, path: &Path) -> Output {
    let mut command = Command::new(opa);
    command.args(["check", "--strict", "--capabilities"]).arg(capabilities).arg(path).output().unwrap()
}

#[test]
fn opa_takes_our_capabilities_as_the_bounds_of_a_policy() {
    let Some(opa) = program::find() else {
        println!("left out: no `opa` on the search path or where Go installs it");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let capabilities = folder.path().join("capabilities.json");
    fs::write(&capabilities, CAPABILITIES).unwrap();
    for policy in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("policies")).unwrap() {
        let policy = policy.unwrap().path().join("policy.rego");
        if policy.is_file() {
            let output = check(&opa, &capabilities, &policy);
            assert!(output.status.success(), "{}: {output:?}", policy.display());
        }
    }
    for call in ["http.send({})", "rand.intn(\"\", 2)", "opa.runtime()", "crypto.sha256(\"\")"] {
        let policy = folder.path().join("refused.rego");
        fs::write(&policy, format!("package policy\n\nx := {call}\n")).unwrap();
        let output = check(&opa, &capabilities, &policy);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && said.contains("undefined function"), "{call}: {said}");
    }
}
