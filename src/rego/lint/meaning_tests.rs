//! What the rules that need meaning find and leave alone, beyond their examples.

use crate::domain::bundle::{Bundle, BundleFile};
use crate::domain::lint::LintRule;
use crate::rego::lint::lint;

/// What a rule finds in package `policy`, as rows and columns of what stands below the package.
#[track_caller]
fn check(rule: LintRule, rules: &str, expected: &[(u32, u32)]) {
    let file = BundleFile { path: "p.rego".to_owned(), text: format!("package policy\n{rules}\n") };
    let found = lint(&Bundle { files: vec![file] });
    let of_rule = found.iter().filter(|warning| warning.rule == rule);
    let places: Vec<_> = of_rule
        .map(|warning| {
            let place = warning.place.clone().unwrap();
            (place.row.saturating_sub(1), place.col)
        })
        .collect();
    assert_eq!(places, expected, "{rules}\n{found:#?}");
}

const PASS: &str = r#"hook_result := {"is_passed": true, "err_msg": ""}"#;
const FAIL: &str = r#"hook_result := {"is_passed": false, "err_msg": "no"}"#;

#[test]
fn a_result_is_undefined_where_no_body_holds() {
    let rule = LintRule::UndefinedResult;
    check(rule, &format!("{PASS} if input.a\n{FAIL} if input.b"), &[(1, 1)]);
    check(rule, &format!("{PASS} if {{ input.a; input.b }}\n{FAIL} if not input.a"), &[(1, 1)]);
    check(rule, &format!("{PASS} if input.a == 1\n{FAIL} if input.a != 1"), &[(1, 1)]);
    check(rule, &format!("{PASS} if input.a\nelse := {{\"is_passed\": false}} if input.b"), &[(1, 1)]);
    check(rule, &format!("{PASS} if {{ x := input.a }}"), &[(1, 1)]);
    check(rule, &format!("{PASS} if {{ some x in xs }}\nxs contains 1 if input.a"), &[(1, 1)]);
    check(rule, "hook_result := result\nresult := {\"is_passed\": true} if input.a", &[(2, 1)]);
    check(rule, "hook_result := {\"is_passed\": count(input.xs) == 0}", &[(1, 36)]);
    check(rule, "hook_result := {\"is_passed\": f(1)}\nf(x) if x == 2", &[(2, 1)]);
    check(rule, "hook_result.is_passed if input.a", &[(1, 1)]);
    check(rule, "hook_result.is_passed := input.a == 1", &[(1, 26)]);
}

#[test]
fn a_result_is_defined_where_nothing_is_left_out() {
    let rule = LintRule::UndefinedResult;
    let set = "xs contains 1 if input.a";
    check(rule, &format!("{PASS} if input.a\n{FAIL} if not input.a"), &[]);
    check(rule, &format!("{PASS} if count(xs) == 0\n{FAIL} if count(xs) > 0\n{set}"), &[]);
    check(rule, &format!("{PASS} if count(xs) < 1\n{FAIL} if count(xs) != 0\n{set}"), &[]);
    let three = format!(
        "{PASS} if input.a\n{FAIL} if {{ not input.a; input.b }}\n{FAIL} if {{ not input.a; not input.b }}"
    );
    check(rule, &three, &[]);
    check(rule, &format!("{PASS} if input.a\nelse := {{\"is_passed\": false}}"), &[]);
    check(rule, &format!("{PASS} if {{ print(1); true; xs; n := count(xs) }}\n{set}"), &[]);
    check(rule, &format!("default hook_result := {{\"is_passed\": false}}\n{PASS} if input.a"), &[]);
    check(
        rule,
        "hook_result := {\"is_passed\": \"x\" in xs, \"findings\": [x | x := input.xs[_]]}\nxs contains 1 if input.a",
        &[],
    );
    check(
        rule,
        "hook_result := {\"is_passed\": input.operation == \"DeleteStack\", \"err_msg\": input.stack.name}",
        &[],
    );
    check(rule, "hook_result := {\"is_passed\": data.lists.open}", &[]);
    check(
        rule,
        "hook_result.is_passed := count(xs) == 0\nhook_result.err_msg := input.a\nxs contains 1 if input.b",
        &[],
    );
    check(rule, "hook_result := {\"is_passed\": f(1)}\nf(x) := x == 2", &[]);
}

#[test]
fn a_policy_that_can_do_both_is_left_alone() {
    for rule in [LintRule::NeverDenies, LintRule::NeverPasses] {
        check(rule, &format!("{PASS} if input.a\n{FAIL} if input.b"), &[]);
        check(rule, "hook_result := {\"is_passed\": input.a}", &[]);
        check(rule, "hook_result := data.results[0]", &[]);
        check(rule, "hook_result := {k: true | k := input.keys[_]}", &[]);
        check(rule, "hook_result := {\"is_passed\": ok}\ndefault ok := false\nok if input.a", &[]);
        check(
            rule,
            &format!("{PASS} if input.a\nhook_result := object.union({{}}, input.b) if input.b"),
            &[],
        );
        check(rule, "x := 1", &[]);
    }
    check(
        LintRule::NeverDenies,
        "default hook_result := false\nhook_result := {\"is_passed\": true} if input.a",
        &[],
    );
    check(LintRule::NeverDenies, "hook_result.is_passed if input.a", &[]);
    check(LintRule::NeverPasses, &format!("{FAIL} if input.a"), &[]);
}

#[test]
fn a_verdict_is_followed_through_names() {
    let through = "hook_result := {\"is_passed\": v.ok, \"err_msg\": \"\"} if { v := verdicts[\"a\"] }\n\
                   verdicts := {\"a\": {\"ok\": yes}}\nyes := true";
    check(LintRule::NeverDenies, through, &[(1, 16)]);
    check(LintRule::NeverDenies, "hook_result.is_passed := true", &[(1, 1)]);
    check(LintRule::NeverPasses, "hook_result := r\ndefault r := {\"is_passed\": false}", &[(2, 14)]);
    check(
        LintRule::VerdictType,
        "hook_result := {\"is_passed\": bad}\nbad contains 1 if input.a",
        &[(1, 30)],
    );
    check(LintRule::VerdictType, "hook_result.is_passed := n\nn := count(input.xs)", &[(2, 6)]);
    check(LintRule::VerdictType, "hook_result := {\"is_passed\": f(1)}\nf(x) := count(x)", &[]);
    let element = "hook_result := {\"is_passed\": true, \"findings\": sort(array.concat(a, [x | some x in b]))}\n\
                   a := [{\"text\": 1}]\nb contains {\"msg\": \"x\"} if input.b";
    check(LintRule::MalformedFinding, element, &[(2, 7), (2, 8), (3, 12), (3, 13)]);
}

#[test]
fn names_that_hide_others_are_no_rules() {
    let hidden = "xs contains 1 if input.a\ny if { some xs in input.b; not xs }\nz if { every xs in input.c { xs } }\n\
                  f(xs) if not xs\nv := [1 | some xs in input.b; xs]";
    check(LintRule::SetAsCondition, hidden, &[]);
    check(LintRule::SetAsCondition, "xs contains 1 if input.a\ny if { not xs with input as {} }", &[(2, 12)]);
    check(LintRule::SetAsCondition, "y if not xs\nxs := [1] if input.a", &[]);
    check(LintRule::SetAsCondition, "y if not xs\nxs := [1]", &[(1, 10)]);
}

#[test]
fn one_of_a_loop_is_no_conflict() {
    let rule = LintRule::ConflictingValues;
    check(rule, "x := y if { some y in input.xs }", &[(1, 6)]);
    check(rule, "x := input.xs[_]", &[(1, 6)]);
    check(rule, "x := sprintf(\"%s\", [z]) if { some y in input.xs; z := y.name; z != \"\" }", &[(1, 6)]);
    check(rule, "x := y if { some y in input.xs; y.id == 7 }", &[]);
    check(rule, "x := y.name if { some i, y in input.xs; i = 0 }", &[]);
    check(rule, "x contains y if { some y in input.xs }", &[]);
    check(rule, "x[y] := 1 if { some y in input.xs }", &[]);
    check(rule, "x := [y | some y in input.xs]", &[]);
    check(rule, "x if { some y in input.xs; y > 1 }", &[]);
    check(rule, "x := 1 if { some y in input.xs; y > 1 }", &[]);
}

#[test]
fn any_element_is_another_one_each_time() {
    check(LintRule::ImpossibleBranch, "x if { input.xs[_] == 1; input.xs[_] == 2 }", &[]);
    check(LintRule::ImpossibleBranch, "x if { some i; input.xs[i] == 1; input.xs[i] == 2 }", &[(1, 34)]);
    check(LintRule::ConstantCondition, "x if { input.xs[_].a != input.xs[_].a }", &[]);
    check(LintRule::ConstantCondition, "x if { some i; input.xs[i].a != input.xs[i].a }", &[(1, 16)]);
    check(LintRule::ConstantCondition, "x if { input.a == input.a }", &[]);
    check(LintRule::ConstantCondition, "x if { count(input.xs, n); n > 1 }", &[]);
}

#[test]
fn rules_that_can_hold_at_once_compete() {
    let rule = LintRule::CompetingValues;
    check(rule, "x := 1 if input.a\nx := 2 if input.b", &[(2, 1)]);
    check(rule, "x := 1\nx := 2 if input.b", &[(2, 1)]);
    check(rule, "x if input.a\nx := false if input.b", &[(2, 1)]);
    check(rule, "x := 1 if input.a > 3\nx := 2 if input.a < 5", &[(2, 1)]);
    check(rule, "x := 1 if input.a >= 3\nx := 2 if input.a == 3", &[(2, 1)]);
    check(rule, "x := 1 if input.a\nx := 2 if input.b\nx := 3 if { not input.a; not input.b }", &[(2, 1)]);
}

#[test]
fn rules_that_exclude_each_other_do_not_compete() {
    let rule = LintRule::CompetingValues;
    check(rule, "x if input.a\nx if input.b", &[]);
    check(rule, "x := 1 if input.a\nx := 1 if input.b", &[]);
    check(rule, "x := 1 if input.a\nx := 2 if not input.a", &[]);
    check(rule, "x := 1 if input.a == 1\nx := 2 if input.a == 2\nx := 3 if input.a > 2", &[]);
    check(rule, "x := 1 if input.a != \"b\"\nx := 2 if input.a == \"b\"", &[]);
    check(rule, "x := 1 if input.a < 3\nx := 2 if input.a >= 3", &[]);
    check(rule, "x := 1 if input.a = 1\nx := 2 if input.a = 2", &[]);
    check(rule, "x := 1 if input.a in {1}\nx := 2 if input.a in {2}", &[]);
    check(rule, "x := 1 if startswith(input.a, \"b\")\nx := 2 if startswith(input.a, \"c\")", &[]);
    check(rule, "x := 1 if input.a\nelse := 2 if input.b\nx := 3 if input.c", &[]);
    check(rule, "default x := 1\nx := 2 if input.a", &[]);
    check(rule, "x contains 1 if input.a\nx contains 2", &[]);
    check(rule, "f(a) := 1 if a\nf(a) := 2 if not a", &[]);
}
