//! The judge: the real OPA, run once for each bundle.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use hookgate::domain::bundle::Bundle;
use hookgate::domain::unit_test::TestOutcome;
use serde_json::Value as Json;

/// OPA's program.
pub(crate) struct Opa {
    program: PathBuf,
}

/// What OPA says of the tests of a bundle, by package and name; or why it runs none.
pub(crate) type Judged = Result<BTreeMap<(String, String), TestOutcome>, String>;

impl Opa {
    /// Finds it on the search path or where Go installs it.
    pub(crate) fn find() -> Option<Self> {
        let home = env::home_dir().unwrap_or_default();
        let programs = [PathBuf::from("opa"), home.join("go/bin/opa")];
        let runs = |program: &PathBuf| Command::new(program).arg("version").output().is_ok();
        programs.into_iter().find(runs).map(|program| Self { program })
    }

    /// The first line of `opa version`.
    pub(crate) fn version(&self) -> String {
        let output = Command::new(&self.program).arg("version").output().unwrap();
        String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or_default().to_owned()
    }

    /// Says why OPA refuses a bundle, if it does.
    pub(crate) fn check(&self, bundle: &Bundle) -> Option<String> {
        let folder = write(bundle);
        let output =
            Command::new(&self.program).args(["check", "--bundle"]).arg(folder.path()).output().unwrap();
        (!output.status.success()).then(|| first_error(&output.stderr))
    }

    /// Runs the tests of a bundle, leniently as OPA does by default.
    pub(crate) fn test(&self, bundle: &Bundle) -> Judged {
        let folder = write(bundle);
        let mut command = Command::new(&self.program);
        command.args(["test", "--bundle", "--format", "json", "--timeout", "10s"]).arg(folder.path());
        let output = command.output().unwrap();
        let results: Vec<Json> = serde_json::from_slice(&output.stdout).map_err(|_| {
            first_error(if output.stderr.is_empty() { &output.stdout } else { &output.stderr })
        })?;
        let text = |result: &Json, key: &str| result[key].as_str().unwrap_or_default().to_owned();
        let judge = |result: &Json| ((text(result, "package"), text(result, "name")), outcome(result));
        Ok(results.iter().map(judge).collect())
    }
}

fn write(bundle: &Bundle) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in &bundle.files {
        let path = folder.path().join(&file.path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, &file.text).unwrap();
    }
    folder
}

fn outcome(result: &Json) -> TestOutcome {
    let is = |key: &str| result[key].as_bool() == Some(true);
    match () {
        () if is("skip") => TestOutcome::Skipped,
        () if result.get("error").is_some() => TestOutcome::Errored,
        () if is("fail") => TestOutcome::Failed,
        () => TestOutcome::Passed,
    }
}

/// The first error of OPA's, without its place.
fn first_error(output: &[u8]) -> String {
    let text = String::from_utf8_lossy(output);
    let line = text.lines().find(|line| line.contains("error:")).or_else(|| text.lines().last());
    let line = line.unwrap_or_default();
    line.split_once(": rego_").map_or(line, |(_, said)| said).to_owned()
}
