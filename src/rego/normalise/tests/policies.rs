//! The policies we ship: rewriting changes none of their answers.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use super::opa::{Opa, Query};
use super::support::{Answer, Files, ask, bare, entries, folders, rewritten, values};

const QUERY: &str = "data.policy.hook_result = x";

#[test]
fn shipped_policies_answer_their_cases_as_before() {
    let opa = Opa::start();
    let mut answered = 0_usize;
    for policy in folders(&root()) {
        let (files, data) = (files(&policy), data(&policy));
        let normal = rewritten(&files).unwrap();
        let (before, after) = (bare(&files).unwrap(), bare(&normal).unwrap());
        for case in folders(&policy.join("cases")) {
            let input = json(&case.join("input.json"));
            let query = Query { text: QUERY, data: Some(&data), input: Some(&input) };
            let (Answer::Results(expected), Answer::Results(found)) =
                (ask(&before, &query), ask(&after, &query))
            else {
                panic!("{}: {:?}", case.display(), ask(&after, &query));
            };
            assert_eq!(values(&found), values(&expected), "{}", case.display());
            if let Some(Ok(answers)) = opa.as_ref().map(|opa| opa.ask(&normal, &[query])) {
                let Answer::Results(judged) = &answers[0] else { panic!("{}: {answers:?}", case.display()) };
                assert_eq!(values(judged), values(&expected), "opa: {}", case.display());
            }
            answered += 1;
        }
    }
    assert!(answered > 100, "only {answered} cases");
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("policies")
}

fn files(policy: &Path) -> Files {
    let is_policy = |path: &PathBuf| {
        let name = path.to_str().unwrap();
        path.extension().is_some_and(|end| end == "rego") && !name.ends_with("_test.rego")
    };
    let read = |path: PathBuf| {
        (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(&path).unwrap())
    };
    entries(policy).into_iter().filter(is_policy).map(read).collect()
}

/// `<name>/data.json` below the key `<name>`.
fn data(policy: &Path) -> Json {
    let named = folders(policy).into_iter().filter(|folder| folder.join("data.json").exists());
    named
        .map(|folder| {
            (folder.file_name().unwrap().to_str().unwrap().to_owned(), json(&folder.join("data.json")))
        })
        .collect()
}

fn json(path: &Path) -> Json {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}
