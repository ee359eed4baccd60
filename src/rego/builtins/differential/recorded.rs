//! Answers of OPA that were written down (`fixtures/builtins/answers.json`), for machines without it.

use serde::Deserialize;

use super::{Call, answer, are_equal, opa, read, specials};

/// A call and what OPA answers, as Rego text in a list; nothing where it refuses.
#[derive(Deserialize)]
struct Recorded {
    #[serde(flatten)]
    call: Call,
    answer: Option<String>,
}

fn recorded() -> Vec<Recorded> {
    serde_json::from_value(read("answers.json")).unwrap()
}

#[test]
fn what_was_recorded_is_what_we_answer() {
    let specials = specials();
    for Recorded { call, answer: expected } in recorded() {
        let found = answer(&call, &specials);
        let is_right = found == expected || are_equal(found.as_deref(), expected.as_deref());
        assert!(is_right, "{call:?}: {found:?} is not {expected:?}");
    }
}

#[test]
fn what_was_recorded_is_what_opa_answers() {
    let recorded = recorded();
    let calls: Vec<Call> = recorded.iter().map(|recorded| recorded.call.clone()).collect();
    let Some(answers) = opa::answers(&calls) else {
        println!("opa is not installed: {} recorded answers were not looked up", calls.len());
        return;
    };
    for (Recorded { call, answer: expected }, found) in recorded.iter().zip(answers) {
        assert_eq!(*expected, found, "{call:?}");
    }
}
