//! What is masked, and that nothing else is.

use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Sifted, ask, sift};
use crate::domain::bundle::{Bundle, BundleFile};
use crate::domain::mask::{InputState, MARKER, Mask};
use crate::domain::verdict::{Evaluation, Finding, HookResult};
use crate::rego::compile::{Language, compile};
use crate::rego::evaluate::Limits;
use crate::rego::input;

const PLAN: &str = include_str!("../../../fixtures/masking/plan.json");
const STATE: &str = include_str!("../../../fixtures/masking/state.json");
const SECRETS: &str = include_str!("../../../fixtures/masking/secrets.txt");

fn sifted(input: &Value, masks: &[Mask], said: &mut [&mut Evaluation]) -> Sifted {
    let gate = json!({"phase": "pre"}).to_string();
    let input = input::parse(input.to_string().as_bytes(), &gate).unwrap();
    sift(&input, &gate, masks, said, true)
}

/// What is kept of `input`, and the paths that were masked.
fn kept(input: &Value) -> (Value, Vec<String>) {
    let Sifted { record, document } = sifted(input, &[], &mut []);
    let text = document.unwrap().unpack().unwrap();
    (serde_json::from_slice(&text).unwrap(), record.masked)
}

#[track_caller]
fn check(input: &Value, expected: &Value, masked: &[&str]) {
    assert_eq!(kept(input), (expected.clone(), masked.iter().map(|path| (*path).to_owned()).collect()));
}

#[test]
fn everything_that_terraform_marks_is_masked_wherever_the_plan_is() {
    let (plan, state): (Value, Value) =
        (serde_json::from_str(PLAN).unwrap(), serde_json::from_str(STATE).unwrap());
    for input in [plan.clone(), json!({"plan": plan, "state": state}), json!({"a": [{"b": plan}]})] {
        let (document, masked) = kept(&input);
        let text = document.to_string();
        for secret in SECRETS.lines() {
            assert!(!text.contains(secret), "{secret}");
        }
        for visible in
            ["visible-output-value", "visible-deeper", "visible-inner", "eu-north-1", "var.db_pass"]
        {
            assert!(text.contains(visible), "{visible}");
        }
        assert!(masked.iter().any(|path| path.ends_with("/variables/session/value")), "{masked:?}");
    }
}

#[test]
fn a_plan_keeps_its_form_but_for_what_is_marked() {
    let plan: Value = serde_json::from_str(PLAN).unwrap();
    let (mut masked, paths) = kept(&plan);
    for path in &paths {
        let place = path.strip_prefix("/input").unwrap();
        let old = plan.pointer(place).unwrap().clone();
        *masked.pointer_mut(place).unwrap() = old;
    }
    assert!(masked == plan, "something else was changed");
}

#[test]
fn secret_names_and_secret_values_are_masked() {
    check(
        &json!({"db": {"password": "hunter2", "port": 5432}, "apiKeys": ["k1", {"id": "k2"}], "token_ttl": "1h"}),
        &json!({"db": {"password": MARKER, "port": 5432}, "apiKeys": [MARKER, {"id": MARKER}], "token_ttl": "1h"}),
        &["/input/apiKeys/0", "/input/apiKeys/1/id", "/input/db/password"],
    );
    check(
        &json!({"http_tokens": "required", "token": "optional"}),
        &json!({"http_tokens": "required", "token": "optional"}),
        &[],
    );
    check(&json!({"x/y~": "AKIAIOSFODNN7EXAMPLE"}), &json!({"x/y~": MARKER}), &["/input/x~1y~0"]);
    check(
        &json!({"secret": null, "token": true, "password": ""}),
        &json!({"secret": null, "token": true, "password": ""}),
        &[],
    );
    let wrapped =
        json!({"expressions": {"password": {"references": ["var.db"]}, "secret": {"constant_value": "x"}}});
    let expected = json!({"expressions": {"password": {"references": ["var.db"]}, "secret": {"constant_value": MARKER}}});
    check(&wrapped, &expected, &["/input/expressions/secret/constant_value"]);
}

#[test]
fn a_masked_value_is_masked_wherever_else_it_stands() {
    check(
        &json!({"password": "hunter2", "url": "x?p=hunter2&y", "hunter2": 1, "pin_password": 12_345_678, "n": 12_345_678}),
        &json!({"password": MARKER, "url": "x?p=(masked)&y", "(masked)": 1, "pin_password": MARKER, "n": MARKER}),
        &["/input/password", "/input/pin_password", "/input/n", "/input/url"],
    );
}

#[test]
fn the_members_of_the_gate_are_left_out() {
    check(&json!({"phase": "mine", "x": 1}), &json!({"x": 1}), &[]);
}

fn mask_of(text: &str, input: &Value) -> Mask {
    let file = |path: &str, text: &str| BundleFile { path: path.to_owned(), text: text.to_owned() };
    let policy = "package policy\nhook_result := {\"is_passed\": true}\n";
    let files = vec![file("policy.rego", policy), file("mask.rego", &format!("package system.log\n{text}"))];
    let policy = compile(&Bundle { files }, &Language::default()).unwrap();
    let limits = Limits { timeout: Duration::from_secs(5), now_ns: 0 };
    ask(&policy, &input::parse(input.to_string().as_bytes(), "{}").unwrap(), &limits)
}

#[track_caller]
fn check_mask(policy: &str, input: &Value, expected: &Value, (masked, erased): (&[&str], &[&str])) {
    let sifted = sifted(input, &[mask_of(policy, input)], &mut []);
    let text = sifted.document.unwrap().unpack().unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&text).unwrap(), *expected);
    assert_eq!((sifted.record.masked, sifted.record.erased), (owned(masked), owned(erased)));
}

fn owned(paths: &[&str]) -> Vec<String> {
    paths.iter().map(|path| (*path).to_owned()).collect()
}

#[test]
fn a_policy_masks_as_in_opa() {
    let input = json!({"a": {"b": "private-value", "c": [1, 2]}, "kind": "x"});
    check_mask(
        r#"mask contains "/input/a/b""#,
        &input,
        &json!({"a": {"c": [1, 2]}, "kind": "x"}),
        (&[], &["/input/a/b"]),
    );
    let upsert = r#"mask contains {"op": "upsert", "path": "/input/a/b", "value": {"was": "text"}} if input.input.kind == "x""#;
    let expected = json!({"a": {"b": {"was": "text"}, "c": [1, 2]}, "kind": "x"});
    check_mask(upsert, &input, &expected, (&["/input/a/b"], &[]));
    let none = r#"mask contains "/input/a/b" if input.input.kind == "y""#;
    check_mask(none, &input, &input, (&[], &[]));
    check_mask(r#"mask contains "/input/none/here""#, &input, &input, (&[], &[]));
    check_mask(r#"mask := ["/input/a"]"#, &input, &json!({"kind": "x"}), (&[], &["/input/a"]));
}

fn refused(text: &str) -> Evaluation {
    let finding = Finding { message: text.to_owned(), rule_id: Some(text.to_owned()), ..Finding::default() };
    Evaluation {
        note: Some(text.to_owned()),
        findings: vec![finding],
        ..Evaluation::with_message(HookResult::Refused, text)
    }
}

#[test]
fn what_is_masked_stands_in_no_text_of_a_hook() {
    let input = json!({"password": "hunter2", "a": "private-value"});
    let mut said = refused("it is hunter2 or private-value");
    let mask = mask_of(r#"mask contains "/input/a""#, &input);
    sifted(&input, &[mask], &mut [&mut said]);
    let text = "it is (masked) or (masked)";
    assert_eq!(said, refused(text));
}

#[test]
fn a_mask_that_fails_lets_nothing_be_kept_or_told() {
    let input = json!({"a": "private-value", "n": 1});
    for policy in [
        r#"mask contains startswith(input.input.n, "x")"#,
        "mask contains 7",
        r#"mask contains "a""#,
        r#"mask contains {"op": "hide", "path": "/input/a"}"#,
        "mask := true",
    ] {
        let mask = mask_of(policy, &input);
        assert!(matches!(mask, Mask::Failed(_)), "{policy}: {mask:?}");
        let mut said = refused("it is private-value");
        let sifted = sifted(&input, &[mask], &mut [&mut said]);
        assert_eq!(sifted.document, None);
        assert!(
            matches!(sifted.record.state, InputState::Withheld(reason) if reason.contains("system.log.mask"))
        );
        assert!(!format!("{:?}{:?}", said.message, said.findings).contains("private-value"));
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(|value| json!(value)),
        any::<i64>().prop_map(|value| json!(value)),
        any::<i32>().prop_map(|value| json!(f64::from(value) + 0.5)),
        "[ -~]{0,12}".prop_map(|value| json!(value)),
    ];
    let name = || {
        prop_oneof![
            "[a-z]{1,3}",
            Just("password".to_owned()),
            Just("sensitive".to_owned()),
            Just("after".to_owned()),
            Just("after_sensitive".to_owned()),
            Just("value".to_owned())
        ]
    };
    leaf.prop_recursive(5, 60, 8, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(|items| json!(items)),
            proptest::collection::btree_map(name(), inner, 0..6).prop_map(|members| json!(members)),
        ]
    })
}

/// Whether `masked` is `original` but for values that were replaced, or texts in which some were.
fn differs_only_by_markers(masked: &Value, original: &Value) -> bool {
    match (masked, original) {
        (Value::String(text), _) if text.contains(MARKER) => true,
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| differs_only_by_markers(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| differs_only_by_markers(a, b)))
        }
        _ => masked == original,
    }
}

proptest! {
    #[test]
    fn masking_changes_nothing_else_and_changes_nothing_twice(inner in any_json()) {
        let input = json!({"x": inner});
        let (masked, _) = kept(&input);
        prop_assert!(differs_only_by_markers(&masked, &input), "{masked}");
        prop_assert_eq!(kept(&masked).0, masked);
    }
}
