//! Whoever is refused by a mistake of a policy learns which function failed, where, and at which argument: of every function there is.

use std::time::Duration;

use serde_json::Value;

use crate::domain::bundle::{Bundle, BundleFile};
use crate::domain::capabilities::CAPABILITIES;
use crate::domain::verdict::{Evaluation, HookResult};
use crate::rego::compile::{Language, compile};
use crate::rego::evaluate::{Limits, evaluate};
use crate::rego::input::Input;

/// One of each kind.
const KINDS: &[&str] = &["null", "true", "7", "\"text\"", "[[true]]", "{\"k\": [true]}", "{[true]}"];

/// Arguments that are right where those that the declared types alone suggest are not.
const RIGHT: &[(&str, &[&str])] = &[
    ("base64.decode", &["\"YQ==\""]),
    ("format_int", &["1", "10"]),
    ("net.cidr_contains", &["\"10.0.0.0/8\"", "\"10.1.2.3\""]),
    ("regex.template_match", &["\"a\"", "\"a\"", "\"{\"", "\"}\""]),
    ("semver.compare", &["\"1.0.0\"", "\"1.0.0\""]),
    ("time.parse_ns", &["\"RFC3339\"", "\"2026-01-01T00:00:00Z\""]),
];

/// What has an answer whatever the argument is, although a type is declared: in OPA, too.
const ANSWERS: &[(&str, usize)] = &[
    ("base64.is_valid", 1),
    ("json.is_valid", 1),
    ("net.cidr_is_valid", 1),
    ("regex.is_valid", 1),
    ("yaml.is_valid", 1),
];

struct Function {
    name: String,
    takes: Vec<Value>,
}

fn functions() -> Vec<Function> {
    let published: Value = serde_json::from_str(CAPABILITIES).unwrap();
    let functions = published["builtins"].as_array().unwrap().iter().filter(|function| {
        let is_operator = function.get("infix").is_some();
        let name = function["name"].as_str().unwrap();
        !is_operator && !name.starts_with("internal.") && name != "print"
    });
    let function = |function: &Value| Function {
        name: function["name"].as_str().unwrap().to_owned(),
        takes: function["decl"]["args"].as_array().cloned().unwrap_or_default(),
    };
    functions.map(function).collect()
}

/// Whether a kind of [`KINDS`] is of a declared type, whatever it holds.
fn is_of(declared: &Value, kind: &str) -> bool {
    let name = match kind.as_bytes() {
        [b'n', ..] => "null",
        [b't', ..] => "boolean",
        [b'0'..=b'9', ..] => "number",
        [b'"', ..] => "string",
        [b'[', ..] => "array",
        [b'{', b'[', ..] => "set",
        _ => "object",
    };
    match (declared["type"].as_str().unwrap(), declared["of"].as_array()) {
        ("any", None) => true,
        ("any", Some(of)) => of.iter().any(|one| is_of(one, kind)),
        (declared, _) => declared == name,
    }
}

/// A value of a declared type.
fn right(function: &Function, index: usize) -> String {
    if let Some((_, arguments)) = RIGHT.iter().find(|(name, _)| *name == function.name) {
        return arguments[index].to_owned();
    }
    let declared = &function.takes[index];
    let declared = if declared["type"] == "any" { &declared["of"][0] } else { declared };
    match declared["type"].as_str().unwrap_or("null") {
        "boolean" => "true",
        "number" => "1",
        "string" => "\"a\"",
        "array" => "[]",
        "set" => "set()",
        "object" => "{}",
        _ => "null",
    }
    .to_owned()
}

fn judge(text: String) -> Evaluation {
    let file = BundleFile { path: "shop/policy.rego".to_owned(), text };
    let policy = compile(&Bundle { files: vec![file] }, &Language::default()).unwrap();
    evaluate(&policy, &Input::empty(), &Limits { timeout: Duration::from_secs(5), now_ns: 0 })
}

/// A policy with a call in its fifth row, one of whose arguments is `wrong`.
fn policy(call: &str, wrong: &str) -> String {
    format!(
        "package policy\n\nhook_result := {{\"is_passed\": true, \"err_msg\": type_name(found)}} if {{\n\t\
         wrong := [value | some value in [{wrong}]][0]\n\tfound := {call}\n}}\n"
    )
}

#[test]
fn every_function_that_fails_names_itself_its_place_and_the_argument() {
    let mut answers = Vec::new();
    let mut failures = 0_usize;
    for function in functions() {
        for (index, declared) in function.takes.iter().enumerate() {
            for kind in KINDS.iter().filter(|kind| !is_of(declared, kind)) {
                let arguments: Vec<String> = (0..function.takes.len())
                    .map(|at| if at == index { "wrong".to_owned() } else { right(&function, at) })
                    .collect();
                let call = format!("{}({})", function.name, arguments.join(", "));
                let evaluation = judge(policy(&call, kind));
                let at = index + 1;
                if evaluation.result == HookResult::Errored {
                    let expected = format!(
                        "the evaluation failed at shop/policy.rego:5:11: built-in `{}`: argument {at} must be ",
                        function.name
                    );
                    let message = evaluation.message.unwrap();
                    assert!(message.starts_with(&expected), "{call} with {kind}: {message}");
                    failures += 1;
                } else if !answers.contains(&(function.name.clone(), at)) {
                    answers.push((function.name.clone(), at));
                }
            }
        }
    }
    let expected: Vec<_> = ANSWERS.iter().map(|(name, at)| ((*name).to_owned(), *at)).collect();
    assert_eq!(answers, expected);
    assert!(failures > 500, "{failures}");
}

#[test]
fn a_value_that_is_wrong_is_told_what_it_must_be() {
    for (call, why) in [
        (
            "time.parse_duration_ns(wrong)",
            "argument 1 must be a duration such as `1h30m`, of units up to `h`",
        ),
        ("units.parse_bytes(wrong)", "argument 1 must be a quantity such as `10KiB` or `1.5MB`"),
        ("net.cidr_expand(wrong)", "argument 1 must be a network such as `10.0.0.0/24`"),
        ("semver.compare(\"1.0.0\", wrong)", "argument 2 must be a semantic version such as `1.2.3`"),
        ("hex.decode(wrong)", "argument 1 must be pairs of hexadecimal digits"),
        ("base64.decode(wrong)", "argument 1 must be base64"),
        ("urlquery.decode(wrong)", "in argument 1, two hexadecimal digits must follow each `%`"),
        ("json.unmarshal(wrong)", "not valid JSON"),
        ("substring(wrong, -1, 1)", "the offset is negative"),
        ("array.slice([wrong], 0, 1.5)", "argument 3 must be a whole number"),
        ("format_int(12, 7)", "argument 2, the base, must be 2, 8, 10 or 16"),
    ] {
        let function = call.split('(').next().unwrap();
        let message = judge(policy(call, "\"%1 wrong\"")).message.unwrap();
        let expected =
            format!("the evaluation failed at shop/policy.rego:5:11: built-in `{function}`: {why}");
        assert_eq!(message, expected, "{call}");
    }
}
