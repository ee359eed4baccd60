//! `fixtures/differential/<claim>/`: what was found once, small, with the answer that OPA gave.

use std::path::Path;

use serde::Deserialize;
use serde_json::Value as Json;

use crate::files::{Files, folders, json, policies, root};
use crate::opa::Opa;
use crate::ours;
use crate::verdict::{Answer, read};

/// `expect.json`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    /// The value of `hook_result` in OPA; null if it has none.
    says: Json,
    /// A part of our message where we fail instead.
    errored: Option<String>,
    /// A part of our message where we refuse the policy instead.
    refused: Option<String>,
}

impl Expect {
    fn answer(&self) -> Answer {
        Answer::Said(read(Some(&self.says).filter(|says| !says.is_null())))
    }
}

struct Fixture {
    name: String,
    files: Files,
    input: Json,
    expect: Expect,
}

#[test]
fn what_was_found_is_decided_as_opa_decided_it() {
    let wrong: Vec<String> = fixtures().iter().filter_map(|fixture| fixture.check().err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn opa_decides_what_was_written_down() {
    let Some(mut opa) = Opa::start() else { return };
    for Fixture { name, files, input, expect } in fixtures() {
        opa.load(&files, None).unwrap_or_else(|why| panic!("{name}: {why}"));
        assert_eq!(opa.judge(&[input]), [expect.answer()], "{name}");
    }
}

impl Fixture {
    fn check(&self) -> Result<(), String> {
        let Self { name, files, input, expect } = self;
        let policy = match (ours::prepare(files, false), &expect.refused) {
            (Err(why), Some(part)) if why.contains(part) => return Ok(()),
            (Err(why), _) => return Err(format!("{name} is refused: {why}")),
            (Ok(_), Some(_)) => return Err(format!("{name} is not refused")),
            (Ok(policy), None) => policy,
        };
        let answer = ours::judge(&policy, input);
        let fits = match (&answer, &expect.errored) {
            (Answer::Failed(why), Some(part)) => why.contains(part),
            (_, Some(_)) => false,
            (answer, None) => *answer == expect.answer(),
        };
        if fits { Ok(()) } else { Err(format!("{name}: {answer:?}\nnot {expect:?}")) }
    }
}

fn fixtures() -> Vec<Fixture> {
    let fixtures: Vec<Fixture> =
        folders(&root("fixtures/differential")).iter().map(|folder| fixture(folder)).collect();
    assert!(!fixtures.is_empty());
    fixtures
}

fn fixture(folder: &Path) -> Fixture {
    let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
    let expect = serde_json::from_value(json(&folder.join("expect.json")));
    let expect = expect.unwrap_or_else(|why| panic!("{name}: {why}"));
    Fixture { files: policies(folder), input: json(&folder.join("input.json")), expect, name }
}
