//! `fixtures/normalise/<rewrite>/<claim>/`: what the engine says bare and rewritten, and what OPA says.

use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value as Json;

use super::opa::{Opa, Query};
use super::support::{Answer, Files, ask, bare, entries, folders, plain, rewritten, sorted};

/// `expect.json`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    /// What is asked for, if it is not `data.policy.hook_result`.
    query: Option<String>,
    /// What OPA says, and the engine about the rewritten policy.
    says: Option<Says>,
    /// What the engine says about the policy as it is, if that is something else.
    bare: Option<Says>,
    /// Whether the policy needs no rewriting: its text stays, but for layout.
    #[serde(default)]
    unchanged: bool,
    /// Parts of the diagnostics, if it is refused.
    #[serde(default)]
    refused: Vec<String>,
    /// Whether OPA refuses it too.
    #[serde(default)]
    refused_by_opa: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Says {
    Undefined,
    Value(Json),
    /// A part of the error.
    Error(String),
}

struct Fixture {
    name: String,
    files: Files,
    input: Json,
    expect: Expect,
}

#[test]
fn every_rewrite_cures_what_it_claims_and_leaves_the_rest() {
    let fixtures = fixtures();
    assert!(fixtures.len() > 20, "only {} fixtures", fixtures.len());
    report(fixtures.iter().filter_map(|fixture| fixture.check().err()));
}

#[test]
fn opa_says_what_the_fixtures_expect_before_and_after() {
    let Some(opa) = Opa::start() else { return };
    report(fixtures().iter().filter_map(|fixture| fixture.judge(&opa).err()));
}

#[track_caller]
fn report(wrong: impl Iterator<Item = String>) {
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

impl Fixture {
    fn query(&self) -> String {
        format!("{} = x", self.expect.query.as_deref().unwrap_or("data.policy.hook_result"))
    }

    fn run(&self, files: &Files) -> Answer {
        match bare(files) {
            Ok(engine) => ask(&engine, &Query { text: &self.query(), data: None, input: Some(&self.input) }),
            Err(why) => Answer::Failed(why),
        }
    }

    fn check(&self) -> Result<(), String> {
        let Expect { says, bare, unchanged, refused, .. } = &self.expect;
        let rewritten = match rewritten(&self.files) {
            Err(why) if !refused.is_empty() && refused.iter().all(|part| why.contains(part)) => return Ok(()),
            Err(why) => return Err(format!("{} is refused: {why}", self.name)),
            Ok(_) if !refused.is_empty() => return Err(format!("{} is not refused", self.name)),
            Ok(files) => files,
        };
        let says = says.as_ref().expect("`says` or `refused`");
        self.compare("rewritten", &self.run(&rewritten), says)?;
        self.compare("bare", &self.run(&self.files), bare.as_ref().unwrap_or(says))?;
        if *unchanged == (rewritten == plain(&self.files)) {
            Ok(())
        } else {
            Err(format!("{}: is it changed or not?\n{}", self.name, self.shown()))
        }
    }

    fn judge(&self, opa: &Opa) -> Result<(), String> {
        let Some(says) = &self.expect.says else {
            let refused = opa.ask(&self.files, &[]).is_err();
            let expected = refused == self.expect.refused_by_opa;
            return if expected { Ok(()) } else { Err(format!("{}: refused by opa: {refused}", self.name)) };
        };
        let query = self.query();
        let queries = [Query { text: &query, data: None, input: Some(&self.input) }];
        for files in [&self.files, &rewritten(&self.files)?] {
            let answers =
                opa.ask(files, &queries).map_err(|why| format!("{}: {why}\n{}", self.name, self.shown()))?;
            self.compare("opa", &answers[0], says)?;
        }
        Ok(())
    }

    fn compare(&self, who: &str, answer: &Answer, says: &Says) -> Result<(), String> {
        let fits = match (answer, says) {
            (Answer::Results(results), Says::Undefined) => results.is_empty(),
            (Answer::Results(results), Says::Value(value)) => {
                results.len() == 1 && sorted(&results[0]["x"]) == sorted(value)
            }
            (Answer::Failed(why), Says::Error(part)) => why.contains(part),
            _ => false,
        };
        let wrong = || format!("{}: {who} says {answer:?}\nnot {says:?}\n{}", self.name, self.shown());
        if fits { Ok(()) } else { Err(wrong()) }
    }

    fn shown(&self) -> String {
        let files = rewritten(&self.files).unwrap_or_default();
        files.into_iter().map(|(_, text)| text).collect::<Vec<_>>().join("\n")
    }
}

/// The files of the fixtures that are not refused.
pub(super) fn accepted() -> Vec<Files> {
    let accepted = fixtures().into_iter().filter(|fixture| fixture.expect.refused.is_empty());
    accepted.map(|fixture| fixture.files).collect()
}

fn fixtures() -> Vec<Fixture> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/normalise");
    let claims = folders(&root).into_iter().flat_map(|rewrite| folders(&rewrite));
    claims.map(|claim| fixture(&root, &claim)).collect()
}

fn fixture(root: &Path, claim: &Path) -> Fixture {
    let name = claim.strip_prefix(root).unwrap().display().to_string();
    let read = |path: &Path| {
        fs::read_to_string(path).unwrap_or_else(|why| panic!("{name}: {}: {why}", path.display()))
    };
    let json = |file: &str| serde_json::from_str::<Json>(&read(&claim.join(file))).unwrap();
    let policies =
        entries(claim).into_iter().filter(|path| path.extension().is_some_and(|end| end == "rego"));
    let file_name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    let files = policies.map(|path| (file_name(&path), read(&path))).collect();
    let expect = serde_json::from_value(json("expect.json")).unwrap_or_else(|why| panic!("{name}: {why}"));
    Fixture { files, input: json("input.json"), expect, name }
}
