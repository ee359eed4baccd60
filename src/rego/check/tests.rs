//! Tables of policies and what is found in them, through the whole of `compile`.

use crate::domain::bundle::{Bundle, BundleFile};
use crate::domain::diagnostic::{Diagnostic, Fault};
use crate::rego::compile::{Language, compile};

fn found_in(files: &[(&str, &str)], language: Language) -> Vec<Diagnostic> {
    let file =
        |(path, text): &(&str, &str)| BundleFile { path: (*path).to_owned(), text: (*text).to_owned() };
    compile(&Bundle { files: files.iter().map(file).collect() }, &language).err().unwrap_or_default()
}

fn in_rules(rules: &str) -> String {
    format!("package policy\n\n{rules}\n")
}

/// The rules begin in row 3.
#[track_caller]
fn refuses(rules: &str, expected: &[(Fault, u32, u32, &str)]) {
    let found = found_in(&[("p.rego", &in_rules(rules))], Language::default());
    let shown = |found: &Diagnostic| {
        let place = found.place.clone().unwrap();
        (found.fault, place.row, place.col, found.message.clone())
    };
    let expected =
        expected.iter().map(|(fault, row, col, message)| (*fault, *row, *col, (*message).to_owned()));
    assert_eq!(found.iter().map(shown).collect::<Vec<_>>(), expected.collect::<Vec<_>>());
}

#[track_caller]
fn passes(rules: &str) {
    let found = found_in(&[("p.rego", &in_rules(rules))], Language::default());
    assert_eq!(found, []);
}

#[track_caller]
fn no_recursion(rules: &str) {
    let found = found_in(&[("p.rego", &in_rules(rules))], Language::default());
    assert!(found.iter().all(|found| found.fault != Fault::Recursion), "{found:?}");
}

#[track_caller]
fn with_functions(rules: &str, expected: Option<&str>) {
    let found = found_in(&[("p.rego", &in_rules(rules))], Language { allow_functions: true });
    assert_eq!(found.first().map(|found| found.message.as_str()), expected);
}

#[track_caller]
fn conflicts(files: &[(&str, &str)], message: &str) {
    let found = found_in(files, Language::default());
    assert_eq!(found.iter().map(|found| found.message.as_str()).collect::<Vec<_>>(), [message]);
}

#[test]
fn functions_are_refused_with_the_way_to_write_it_without() {
    let explained = |name: &str| {
        format!(
            "user-defined functions are not allowed: write the conditions of `{name}` into the rules that call it, \
             or make it a set, `{name} contains x if {{ some x in …; … }}`, and ask `x in {name}`; `--allow-functions` \
             allows them here, the setting `policy.allow_functions` on a server"
        )
    };
    refuses("f(x) := x + 1", &[(Fault::Function, 3, 1, &explained("f"))]);
    refuses("  f() := 1", &[(Fault::Function, 3, 3, &explained("f"))]);
    refuses("default f(_) := 1", &[(Fault::Function, 3, 9, &explained("f"))]);
    refuses("lib.f(x) if x", &[(Fault::Function, 3, 1, &explained("f"))]);
    refuses("f(x) := x\n\nx := f(1)", &[(Fault::Function, 3, 1, &explained("f"))]);
    with_functions("f(x) := x + 1\n\nx := f(1)", None);
}

#[test]
fn functions_of_tests_are_nobodys_business() {
    let files =
        [("p.rego", "package policy\nx := 1"), ("p_test.rego", "package policy\nf(x) := http.send(x) {{{")];
    assert_eq!(found_in(&files, Language::default()), []);
}

#[test]
fn ways_out_of_the_sandbox_are_refused_by_name_and_place() {
    let network =
        "is not allowed: policies have no network; what they need belongs into the input or into data files";
    refuses("x := http.send({})", &[(Fault::ForbiddenBuiltin, 3, 6, &format!("`http.send` {network}"))]);
    refuses(
        "x if {\n\tnot http[\"send\"]({})\n}",
        &[(Fault::ForbiddenBuiltin, 4, 6, &format!("`http.send` {network}"))],
    );
    let style = "is not allowed: its text differs from OPA's in quotes and folding; use `json.marshal`";
    refuses("x := yaml.marshal({})", &[(Fault::ForbiddenBuiltin, 3, 6, &format!("`yaml.marshal` {style}"))]);
    let keys = "it can fetch keys over the network; check tokens before the operation is asked for";
    refuses(
        "x := [y | y := io.jwt.decode(\"\")]",
        &[(Fault::ForbiddenBuiltin, 3, 16, &format!("`io.jwt.decode` is not allowed: {keys}"))],
    );
    for name in ["opa.runtime()", "rand.intn(\"a\", 2)", "uuid.rfc4122(\"a\")", "net.lookup_ip_addr(\"a\")"] {
        let found = found_in(&[("p.rego", &in_rules(&format!("x := {name}")))], Language::default());
        assert_eq!(found[0].fault, Fault::ForbiddenBuiltin, "{name}");
    }
}

#[test]
fn unknown_functions_are_refused_wherever_they_stand() {
    let unknown = |row, col| (Fault::UnknownFunction, row, col, "there is no function `foo.bar`");
    refuses("x := foo.bar(1)", &[unknown(3, 6)]);
    refuses("x contains y if { y := [1, {\"a\": foo.bar(2)}] }", &[unknown(3, 34)]);
    refuses("x if { some y in foo.bar(1); y }", &[unknown(3, 18)]);
    refuses("x if { every y in [1] { foo.bar(y) } }", &[unknown(3, 25)]);
    refuses("x := 1 if { true } else := foo.bar(1)", &[unknown(3, 28)]);
    refuses("x[foo.bar(1)] := 1", &[unknown(3, 3)]);
    refuses("x := 1 if { y with input as foo.bar(1) }\ny := 1", &[unknown(3, 29)]);
    refuses("x := y[foo.bar(1)].z\ny := {}", &[unknown(3, 8)]);
    refuses("default x := {y | y := foo.bar(1)}", &[unknown(3, 24)]);
    let meant = "there is no function `startwith`: is `startswith` meant?";
    refuses("x if startwith(\"a\", \"b\")", &[(Fault::UnknownFunction, 3, 6, meant)]);
    let rule = "`y` is a rule and no function: it takes no arguments";
    refuses("x := y(1)\ny := 1", &[(Fault::UnknownFunction, 3, 6, rule)]);
}

#[test]
fn calls_have_the_right_number_of_arguments() {
    refuses("x := count(1, 2)", &[(Fault::Arity, 3, 6, "`count` takes 1 argument: found 2")]);
    refuses("x if { startswith(\"a\") }", &[(Fault::Arity, 3, 8, "`startswith` takes 2 arguments: found 1")]);
    refuses("x if { count([1], y, 2) }", &[(Fault::Arity, 3, 8, "`count` takes 1 argument: found 3")]);
    passes("x if { count([1], y); y == 1 }");
    passes("x if { walk(input, [path, value]); path; value }");
    passes("x if { print(1, 2, 3); print() }");
    with_functions("f(x) := x\n\ny := f(1, 2)", Some("`f` takes 1 argument: found 2"));
}

#[test]
fn with_replaces_documents_and_functions_by_values_only() {
    passes("x if { y with input as {} with input.a as 1 with data.b as 2 }\ny := input.a");
    passes("import data.lib\nx if { y with lib as 1 }\ny := lib");
    passes("x if y == 5 with time.now_ns as 5\ny := time.now_ns()");
    let by_name = |name: &str| format!("`count` can only be replaced by a value: `{name}` is none");
    refuses("x if y with count as sum\ny := count([1])", &[(Fault::UnknownFunction, 3, 13, &by_name("sum"))]);
    refuses(
        "x if y with count as http.send\ny := count([1])",
        &[(Fault::UnknownFunction, 3, 13, &by_name("http.send"))],
    );
    refuses(
        "x if y with count as nothing\ny := count([1])",
        &[(Fault::UnknownFunction, 3, 13, &by_name("nothing"))],
    );
    let none = "`with` can replace `input`, `data` or a function: `y` is none of them";
    refuses("x if z with y as 1\ny := 1\nz := y", &[(Fault::UnknownFunction, 3, 13, none)]);
    let found = found_in(&[("p.rego", &in_rules("x if y with http.send as 1\ny := 1"))], Language::default());
    assert_eq!(found[0].fault, Fault::ForbiddenBuiltin);
}

#[test]
fn rules_that_need_themselves_are_refused_with_the_way_around() {
    let circle = |row, col, message| (Fault::Recursion, row, col, message);
    refuses("x := x", &[circle(3, 1, "`policy.x` needs itself: policy.x → policy.x")]);
    let three = "`policy.x` needs itself: policy.x → policy.y → policy.z → policy.x";
    refuses("x := y\ny if not z\nz contains 1 if data.policy.x", &[circle(3, 1, three)]);
    refuses(
        "x contains y if { some y in [z | z := x[_]] }",
        &[circle(3, 1, "`policy.x` needs itself: policy.x → policy.x")],
    );
    refuses("x := data.policy", &[circle(3, 1, "`policy.x` needs itself: policy.x → policy.x")]);
    refuses(
        "x[k] := v if { some k, v in x }",
        &[circle(3, 1, "`policy.x[_]` needs itself: policy.x[_] → policy.x[_]")],
    );
    refuses(
        "x := 1 if y with input as x\ny := 1",
        &[circle(3, 1, "`policy.x` needs itself: policy.x → policy.x")],
    );
    with_functions("f(x) := f(x)", Some("`policy.f` needs itself: policy.f → policy.f"));
    with_functions(
        "f(x) := g(x)\ng(x) := f(x)",
        Some("`policy.f` needs itself: policy.f → policy.g → policy.f"),
    );
}

#[test]
fn names_that_only_look_like_the_rule_are_no_recursion() {
    no_recursion("x.a := 1\nx.b := x.a + 1");
    no_recursion("x contains y if { some y in input.xs }\ny contains z if { some z in x }");
    no_recursion("x := 1 if { y := 2; y > 1 }\ny := x");
    no_recursion("x := [y | some y in input.y]\ny := x");
    no_recursion("x if { every y in input.ys { y } }\ny := x");
    no_recursion("x := input.x\ny := {\"x\": 1}.x");
    no_recursion("import input.x\ny := x");
    with_functions("f(y) := y + 1\ny := f(1)", None);
}

#[test]
fn recursion_is_found_across_packages() {
    let files = [
        ("a.rego", "package policy\nimport data.lib as l\nhook_result := l.x"),
        ("b.rego", "package lib\nx := data.policy[input.name]"),
    ];
    conflicts(&files, "`policy.hook_result` needs itself: policy.hook_result → lib.x → policy.hook_result");
}

#[test]
fn a_chain_of_two_thousand_rules_is_no_circle() {
    let chain: Vec<String> = (0..1_998).map(|index| format!("a{index} := a{}", index + 1)).collect();
    let scan_only = found_in(
        &[("p.rego", &in_rules(&format!("{}\na1998 := a0", chain.join("\n"))))],
        Language::default(),
    );
    assert_eq!(scan_only.len(), 1);
    assert_eq!(scan_only[0].fault, Fault::Recursion);
    assert!(scan_only[0].message.contains("→ … → policy.a0"));
}

#[test]
fn a_rule_and_data_at_one_path_are_refused() {
    let rule = ("p.rego", "package policy\nhook_result := {\"is_passed\": false}");
    let hidden = "`policy.hook_result` is both a rule and data: the data would hide the rule";
    conflicts(&[("data.json", r#"{"policy":{"hook_result":{"is_passed":true}}}"#), rule], hidden);
    conflicts(&[rule, ("policy/data.yaml", "hook_result: {is_passed: true}")], hidden);
    conflicts(
        &[rule, ("data.json", r#"{"policy":1}"#)],
        "`policy` is both a rule and data: the data would hide the rule",
    );
    let part = ("p.rego", "package policy\nhook_result[\"is_passed\"] := false");
    conflicts(&[("data.json", r#"{"policy":{"hook_result":{"err_msg":"x"}}}"#), part], hidden);
    let files =
        [rule, ("policy/limits/data.json", r#"{"max":1}"#), ("data.json", r#"{"policy":{"other":1}}"#)];
    assert_eq!(found_in(&files, Language::default()), []);
}

#[test]
fn a_key_is_given_once() {
    let twice = |row, col, key| (Fault::Conflict, row, col, key);
    refuses(
        "x := {\"a\": 1, \"b\": 2, \"a\": 3}",
        &[twice(3, 24, "the key `a` is given twice: only the last would count")],
    );
    refuses(
        "x if { some y in input; y == {1: 1, 1.0: 2} }",
        &[twice(3, 37, "the key `1.0` is given twice: only the last would count")],
    );
    passes("x := {\"a\": 1, \"b\": {\"a\": 1}, \"1\": 1, 1: 1}\ny := {k: 1, k2: 2} if { k := 1; k2 := 2 }");
}

#[test]
fn what_always_holds_has_one_value() {
    let again = "`policy.x` always has another value too, by p.rego:3:1: give one of them a condition";
    refuses("x := 1\nx := 2", &[(Fault::Conflict, 4, 1, again)]);
    refuses("x := {\"a\": [1]}\nx := {\"a\": [2]}", &[(Fault::Conflict, 4, 1, again)]);
    let part = "`policy.x.y` always has another value too, by p.rego:3:1: give one of them a condition";
    refuses("x.y := true\nx[\"y\"] := false", &[(Fault::Conflict, 4, 1, part)]);
    let files = [("a.rego", "package policy\nx := 1"), ("b.rego", "package policy\nx := 2")];
    conflicts(&files, "`policy.x` always has another value too, by a.rego:2:1: give one of them a condition");
    passes("x := 1\nx := 1.0\ny := 1\ny := 2 if input.a\ndefault z := 1\nz := 2\nw := input.a\nw := 1");
}

#[test]
fn a_bracket_on_the_next_row_is_no_argument() {
    let broken = |name| format!("`{name}` and the `(` on a later row make a call: put a `;` between them");
    refuses("x if {\n\ty := input.a\n\t(y > 1)\n}", &[(Fault::UnknownFunction, 4, 7, &broken("input.a"))]);
    passes("x if {\n\ty := input.a;\n\t(y > 1)\n}\nz := count(\n\t[1],\n)");
}

#[test]
fn one_name_is_one_kind() {
    let at = |row, message| (Fault::Conflict, row, 1, message);
    refuses("x := 1\nx contains 2", &[at(4, "`policy.x` is a set here and a value above")]);
    refuses("x[1] := 2\nx := 1", &[at(4, "`policy.x` is a value here and an object above")]);
    refuses("default x := 1\ndefault x := 2", &[(Fault::Conflict, 4, 9, "`policy.x` has a default above")]);
    with_functions("x := 1\nx(y) := y", Some("`policy.x` is a function here and a value above"));
    passes(
        "default x := 1\nx := 2 if input.a\nx := 3 if input.b\ny contains 1\ny contains 2\nz[\"a\"] := 1\nz[\"b\"] := 2",
    );
}

#[test]
fn defaults_are_constants() {
    let at = |col| (Fault::Compile, 3, col, "the value of a default must be a constant");
    refuses("default x := {\"is_passed\": input.ok}", &[at(28)]);
    refuses("default x := [count([1])]", &[at(15)]);
    passes("default x := {\"is_passed\": false, \"n\": [1, -1], \"s\": [y | some y in [1]]}");
}

#[test]
fn rego_v0_is_refused_in_words_that_say_so() {
    let v0 = |written: &str| {
        format!("this is Rego v0: write `{written}`, or have `hookgate lint --fix` rewrite the file")
    };
    refuses("deny[msg] {\n\tmsg := \"x\"\n}", &[(Fault::Syntax, 3, 11, &v0("deny contains msg if { … }"))]);
    refuses("allow { true }", &[(Fault::Syntax, 3, 7, &v0("allow if { … }"))]);
    refuses("deny[\"x\"]", &[(Fault::Syntax, 3, 1, &v0("deny contains \"x\""))]);
    passes("deny contains \"x\"\np[\"x\"] if input.a\nq[\"x\"] := 1");
}

#[test]
fn what_the_parser_refuses_has_place_line_and_words() {
    refuses("x := ", &[(Fault::Syntax, 4, 1, "expecting expression")]);
    refuses("\tx := \"é\" + ]", &[(Fault::Syntax, 3, 13, "expecting expression")]);
    refuses("x := 01", &[(Fault::Syntax, 3, 7, "invalid number")]);
    refuses(
        "x := \"\\ud800\"",
        &[(
            Fault::Syntax,
            3,
            6,
            "the string cannot be read: unexpected end of hex escape at line 1 column 8",
        )],
    );
    refuses("input := 1", &[(Fault::Syntax, 3, 1, "input cannot be shadowed")]);
    let found = found_in(&[("p.rego", "package policy\n__target__ := \"x\"")], Language::default());
    assert_eq!(found[0].message, "`__target__` is not Rego: remove it");
}

#[test]
fn what_the_compiler_refuses_has_a_place() {
    refuses("x if { y > 1 }", &[(Fault::Compile, 3, 8, "use of undefined variable `y` is unsafe")]);
    refuses(
        "x if { y := 1; y := 2 }",
        &[(
            Fault::Compile,
            3,
            8,
            "var `y` used before definition below: if a rule has that name too, rename one of them",
        )],
    );
}

#[test]
fn faults_of_all_files_are_reported_together_and_bounded() {
    let files = [("b.rego", "package b\nx := foo(1)"), ("a.rego", "package a\ny := bar(1)\nz := baz(2)")];
    let found = found_in(&files, Language::default());
    let places = found.iter().map(|found| found.place.as_ref().unwrap().to_string());
    assert_eq!(places.collect::<Vec<_>>(), ["a.rego:2:6", "a.rego:3:6", "b.rego:2:6"]);
    let syntax = [("b.rego", "package b\nx := ]"), ("a.rego", "package a\ny := }"), ("data.json", "1")];
    assert_eq!(found_in(&syntax, Language::default()).len(), 3);
    let many: Vec<String> = (0..200).map(|index| format!("x{index} := foo(1)")).collect();
    assert_eq!(found_in(&[("p.rego", &in_rules(&many.join("\n")))], Language::default()).len(), 50);
}

#[test]
fn rules_statements_and_variables_are_bounded() {
    let rules: Vec<String> = (0..2_001).map(|index| format!("x{index} := 1")).collect();
    refuses(
        &rules.join("\n"),
        &[(Fault::TooManyParts, 2_003, 1, "too many rules: at most 2000 are allowed in one policy")],
    );
    let body = |statement: &str, count: usize| format!("x if {{\n{}}}", statement.repeat(count));
    passes(&body("input.a\n", 500));
    let message = "too many statements in one body: at most 500 are allowed";
    refuses(&body("input.a\n", 501), &[(Fault::TooManyParts, 3, 6, message)]);
    refuses(
        &format!("x := [1 | {}]", "input.a; ".repeat(500) + "true"),
        &[(Fault::TooManyParts, 3, 9, message)],
    );
    let variables: Vec<String> = (0..501).map(|index| format!("v{index}")).collect();
    let list = variables.join(", ");
    refuses(&format!("x if {{ some {list}; v0 = 1 }}"), &[(Fault::TooManyParts, 3, 6, message)]);
    refuses(&format!("x if {{ [{list}] := input.a }}"), &[(Fault::TooManyParts, 3, 6, message)]);
}

#[test]
fn patterns_that_are_written_out_are_those_of_re2() {
    passes(r"x if regex.match(`^\w{64}$`, input.name)");
    passes("x if regex.match(input.pattern, input.name)");
    refuses(
        "x if regex.match(`a(?=b)`, input.name)",
        &[(
            Fault::Compile,
            3,
            6,
            "`regex.match` is given a pattern that is none: `(?=` is a look-around, which RE2 does not have",
        )],
    );
    refuses(
        r"x := regex.replace(input.name, `(a)\1`, `b`)",
        &[(
            Fault::Compile,
            3,
            6,
            "`regex.replace` is given a pattern that is none: `\\1` is a back-reference, which RE2 does not have",
        )],
    );
}
