use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use proptest::prelude::*;

use super::{Fixed, fix};
use crate::domain::bundle::BundleFile;
use crate::rego::opa;

fn fixed(text: &str) -> Fixed {
    fix(&BundleFile { path: "policy.rego".to_owned(), text: text.to_owned() })
}

#[track_caller]
fn check(body: &str, expected: &str) {
    let [before, after] = [body, expected].map(|body| format!("package policy\n{body}"));
    assert_eq!(fixed(&before), Fixed::Rewritten(after.clone()));
    assert_eq!(fixed(&after), Fixed::Untouched);
}

#[track_caller]
fn stays(text: &str) {
    assert_eq!(fixed(text), Fixed::Untouched);
}

/// The folders of `fixtures/fix`, each named after what it claims.
fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/fix");
    let cases: Vec<_> = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(!cases.is_empty());
    cases
}

#[test]
fn every_case_is_rewritten_once_or_refused_in_words() {
    for case in cases() {
        let before = fs::read_to_string(case.join("before.rego")).unwrap();
        let said = match fixed(&before) {
            Fixed::Rewritten(text) => {
                assert_eq!(fixed(&text), Fixed::Untouched, "{}", case.display());
                ("after.rego", text)
            }
            Fixed::Unmended(cause) => ("unmended.txt", format!("{cause}\n")),
            Fixed::Untouched => panic!("{} is left as it is", case.display()),
        };
        assert_eq!(fs::read_to_string(case.join(said.0)).unwrap(), said.1, "{}", case.display());
    }
}

#[test]
fn what_is_rewritten_means_the_same_to_opa() {
    let Some(program) = opa::find() else {
        println!("left out: no `opa` on the search path or where Go installs it");
        return;
    };
    let evaluate = |file: PathBuf, version: &str, input: &str| {
        let input_file = tempfile::NamedTempFile::new().unwrap();
        fs::write(input_file.path(), input).unwrap();
        let mut command = Command::new(&program);
        command.args(["eval", version, "--format", "values", "data.policy", "-d"]).arg(&file);
        let output = command.arg("-i").arg(input_file.path()).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{}: {said}", file.display());
        said
    };
    for case in cases().iter().filter(|case| case.join("after.rego").exists()) {
        for input in ["{}", r#"{"name": "a", "names": ["a"], "ok": true, "size": 50, "x": 1}"#] {
            let before = evaluate(case.join("before.rego"), "--v0-compatible", input);
            let after = evaluate(case.join("after.rego"), "--v1-compatible", input);
            assert_eq!(before, after, "{}", case.display());
        }
    }
}

#[test]
fn ends_of_rows_and_letters_of_any_width_stay() {
    check("\r\np[\"é💥\"] {\r\n\ttrue\r\n}\r\n", "\r\np contains \"é💥\" if {\r\n\ttrue\r\n}\r\n");
    check("import future.keywords\r\n\r\np { \"漢\" in [] }", "\r\np if { \"漢\" in [] }");
    check("s = \"é\" { t := \"漢\" } # é\nq = 1", "s := \"é\" if { t := \"漢\" } # é\nq := 1");
}

#[test]
fn what_is_v1_or_no_rego_at_all_stays() {
    stays("package policy\n\np if { true }\nq = 1\n");
    stays("package policy\n\nimport rego.v1\n\np contains 1 if true\n");
    stays("no rego");
    stays("");
    stays("package policy\n\np if { foo bar }\n");
}

#[test]
fn tests_are_rewritten_too() {
    let text = "package policy\n\ntest_x { true with input as {} }\n".to_owned();
    let test = BundleFile { path: "policy_test.rego".to_owned(), text };
    let expected = "package policy\n\ntest_x if { true with input as {} }\n".to_owned();
    assert_eq!(fix(&test), Fixed::Rewritten(expected));
}

fn head() -> impl Strategy<Value = &'static str> {
    let heads =
        ["p", "p[x]", "p = x", "p[\"k\"] = x", "f(y)", "f(y) = x", "default p = 1\nq", "p[{\"a\": [x]}]"];
    prop::sample::select(heads.to_vec())
}

fn gap() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["", " ", "\t", "\n", "\r\n", " # { = [\n"])
}

proptest! {
    #[test]
    fn rules_in_any_form_are_rewritten_and_then_left(
        rules in prop::collection::vec((head(), gap(), gap(), "[a-zé ={}#]{0,6}"), 1..6),
    ) {
        let body = |text: &str, gap: &str| format!("{{{gap}x := \"{text}\"{gap}}}");
        let written = rules.iter().map(|(head, before, inside, text)| {
            format!("{head}{before}{}\n", body(text, inside))
        });
        let text = format!("package policy\n\n{}", written.collect::<String>());
        let Fixed::Rewritten(after) = fixed(&text) else { panic!("{text} is left: {:?}", fixed(&text)) };
        prop_assert_eq!(fixed(&after), Fixed::Untouched);
        prop_assert_eq!(after.matches("if {").count(), rules.len());
    }

    #[test]
    fn any_text_is_looked_at_without_a_panic(text in "(package p\n)?[-=:{}\\[\\]().a-z\"#`\r\né ]*") {
        drop(fixed(&text));
    }
}
