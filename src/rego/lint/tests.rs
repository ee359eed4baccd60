//! The examples of every rule, and how comments ignore what is found.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::domain::bundle::{Bundle, BundleFile};
use crate::domain::diagnostic::Warning;
use crate::domain::lint::{Level, LintRule};
use crate::rego::lint::{lint, warn};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/lint")
}

fn bundle(files: &[(&str, &str)]) -> Bundle {
    let file =
        |(path, text): &(&str, &str)| BundleFile { path: (*path).to_owned(), text: (*text).to_owned() };
    Bundle { files: files.iter().map(file).collect() }
}

/// `bad.rego`, or the files of the folder `bad`.
fn example(rule: LintRule, name: &str) -> Bundle {
    let folder = root().join(rule.name());
    if let Ok(text) = fs::read_to_string(folder.join(format!("{name}.rego"))) {
        return bundle(&[("policy.rego", &text)]);
    }
    let mut paths: Vec<_> = fs::read_dir(folder.join(name))
        .unwrap_or_else(|error| panic!("`{rule}` has no example `{name}`: {error}"))
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let texts: Vec<_> = paths
        .iter()
        .map(|path| (path.file_name().unwrap().to_str().unwrap(), fs::read_to_string(path).unwrap()))
        .collect();
    bundle(&texts.iter().map(|(name, text)| (*name, text.as_str())).collect::<Vec<_>>())
}

/// What a rule says about its bad example.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    #[serde(default = "single")]
    file: String,
    row: u32,
    col: u32,
    message: String,
}

fn single() -> String {
    "policy.rego".to_owned()
}

fn told(found: &[Warning], rule: LintRule) -> Vec<Expected> {
    let of_rule = found.iter().filter(|warning| warning.rule == rule && warning.ignored.is_none());
    let told = of_rule.map(|warning| {
        let place = warning.place.clone().unwrap();
        Expected { file: place.file, row: place.row, col: place.col, message: warning.message.clone() }
    });
    told.collect()
}

#[test]
fn every_rule_finds_what_is_bad_and_nothing_in_what_is_good() {
    let mut wrong = Vec::new();
    for rule in LintRule::ALL {
        let path = root().join(rule.name()).join("expect.json");
        let expected = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let expected: Vec<Expected> = serde_json::from_slice(&expected).unwrap();
        assert!(!expected.is_empty(), "`{rule}` promises to find nothing");
        let found = told(&lint(&example(rule, "bad")), rule);
        if found != expected {
            wrong.push(format!("{rule}, bad: {found:#?}"));
        }
        // Rules that are off speak only where somebody wants them to.
        let is_told = |warning: &&Warning| warning.rule == rule || warning.rule.card().level > Level::Ignore;
        let good = lint(&example(rule, "good"));
        let good: Vec<_> = good.iter().filter(is_told).map(ToString::to_string).collect();
        if !good.is_empty() {
            wrong.push(format!("{rule}, good: {good:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn places_hold_whatever_the_ends_of_lines() {
    for rule in LintRule::ALL {
        let unix = example(rule, "bad");
        let dos = |file: &BundleFile| BundleFile { text: file.text.replace('\n', "\r\n"), ..file.clone() };
        let dos = Bundle { files: unix.files.iter().map(dos).collect() };
        assert_eq!(told(&lint(&dos), rule), told(&lint(&unix), rule), "{rule}");
    }
}

#[test]
fn columns_count_characters_of_any_width() {
    let text = "package policy\n\nx := [y | y := \"日本語 é e\u{301} 🙂\"; 1 == 2]\n";
    let found = lint(&bundle(&[("p.rego", text)]));
    let found = found.iter().find(|warning| warning.rule == LintRule::ConstantCondition).unwrap();
    let column = text.lines().nth(2).unwrap().split("1 == 2").next().unwrap().chars().count() + 1;
    assert_eq!(usize::try_from(found.place.as_ref().unwrap().col).unwrap(), column);
}

#[test]
fn the_examples_are_those_of_rules_that_exist() {
    for entry in fs::read_dir(root()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(LintRule::find(&name).is_some(), "there is no rule `{name}`");
    }
}

/// What is found in one file, as `row rule`, with the reason where it is ignored.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let found = lint(&bundle(&[("p.rego", text)]));
    let known = |rule| matches!(rule, LintRule::UnreachableElse | LintRule::UnusedIgnore);
    let shown: Vec<_> = found
        .iter()
        .filter(|warning| known(warning.rule))
        .map(|warning| {
            let row = warning.place.as_ref().unwrap().row;
            let reason = warning.ignored.as_ref().map(|reason| format!(": {reason}"));
            format!("{row} {}{}", warning.rule, reason.unwrap_or_default())
        })
        .collect();
    assert_eq!(shown, expected);
}

const UNREACHED: &str = "x := 1 if true\nelse := 2";

#[test]
fn a_comment_ignores_what_it_covers() {
    let mark = "# hookgate ignore: unreachable-else";
    check(&format!("package policy\n{UNREACHED}\n"), &["3 unreachable-else"]);
    check(&format!("package policy\n{UNREACHED} {mark} so be it\n"), &["3 unreachable-else: so be it"]);
    check(
        &format!("package policy\n{mark} so be it\n\n# more\n{UNREACHED}\n"),
        &["6 unreachable-else: so be it"],
    );
    check(&format!("{mark} old\npackage policy\ny := 1\n{UNREACHED}\n"), &["5 unreachable-else: old"]);
    let second = format!("package policy\n{mark} this one\n{UNREACHED}\nz := 1 if true\nelse := 2\n");
    check(&second, &["4 unreachable-else: this one", "6 unreachable-else"]);
    let crlf = format!("package policy\r\n{UNREACHED} {mark} dos\r\n");
    check(&crlf, &["3 unreachable-else: dos"]);
}

#[test]
fn a_comment_that_ignores_nothing_is_told() {
    let mark = "# hookgate ignore:";
    check(&format!("package policy\n{mark} unreachable-else why\ny := 1\n"), &["2 unused-ignore"]);
    check(
        &format!("package policy\n{mark} no-such why\n{UNREACHED}\n"),
        &["2 unused-ignore", "4 unreachable-else"],
    );
    let both = format!("package policy\n{UNREACHED} {mark} unreachable-else,hook-result-form why\n");
    check(&both, &["3 unreachable-else: why", "3 unused-ignore"]);
    check(
        &format!("package policy\n{UNREACHED} {mark} unreachable-else\n"),
        &["3 unreachable-else: ", "3 unused-ignore"],
    );
}

#[test]
fn registration_says_what_makes_a_policy_useless() {
    let said = |rules: &str| {
        let found = warn(&bundle(&[("p.rego", &format!("package policy\n\n{rules}\n"))]));
        found.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let form = "this `hook_result` has no boolean `is_passed`: the hook would fail";
    assert_eq!(said("hook_result := true"), [format!("p.rego:3:1: {form}")]);
    assert_eq!(said("hook_result := {\"err_msg\": \"\"} if input.a"), [format!("p.rego:3:1: {form}")]);
    assert_eq!(said("default hook_result := {\"is_passed\": \"no\"}"), [format!("p.rego:3:9: {form}")]);
    assert!(said("hook_result contains 1")[0].starts_with("p.rego:3:1: `hook_result` is a set"));
    assert!(said("hook_result(x) := x")[0].starts_with("p.rego:3:1: `hook_result` is a function"));
    assert!(said("x := 1")[0].contains("no rule `hook_result`"));
    let unreached = "hook_result := {\"is_passed\": true} if { true } else := {\"is_passed\": false}";
    assert!(said(unreached)[0].contains("this `else` is never reached"));
    let sound =
        "hook_result := {\"is_passed\": input.a} if { input.b } else := {k: true} if { k := input.c }";
    assert_eq!(said(sound), [""; 0]);
    assert_eq!(said("default hook_result := {\"is_passed\": true}"), [""; 0]);
}

#[test]
fn what_cannot_be_parsed_is_left_to_the_checks() {
    assert_eq!(lint(&bundle(&[("p.rego", "package policy\nx := ")])), []);
}
