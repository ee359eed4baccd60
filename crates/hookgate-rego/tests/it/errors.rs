//! What is said of a fault: what, where, and what would do.

use hookgate_rego::syntax::{Dialect, Lines, parse};

/// The errors of a text as `row:column message (help)`.
fn said(text: &str) -> Vec<String> {
    let lines = Lines::new(text);
    let errors = parse(text, Dialect::V1).errors.into_iter();
    errors
        .map(|error| {
            let place = lines.position(error.span.start);
            let help = error.help.map(|help| format!(" ({help})")).unwrap_or_default();
            format!("{}:{} {}{help}", place.row, place.col, error.message)
        })
        .collect()
}

#[track_caller]
fn check(body: &str, expected: &[&str]) {
    assert_eq!(said(&format!("package p\n\n{body}\n")), expected, "{body}");
}

#[test]
fn a_file_tells_all_its_faults_at_once() {
    check(
        "a := [1, 2\n\nb := 'x'\n\nc if {\n\tx ==\n}\n\nd := 4\n\ne { true }",
        &[
            "5:1 there is `b` where `,` or `]` should be (the `[` before it is still open)",
            "5:6 `'` begins nothing (strings stand in `\"…\"` or in backquotes)",
            "9:1 there is `}` where a value should be",
            "13:1 `if` is missing before the body (`… if { … }`)",
        ],
    );
}

#[test]
fn what_is_read_before_and_after_a_fault_is_in_the_tree() {
    let parsed = parse("package p\n\na := 1\n\nb := ]\n\nc := 3\n", Dialect::V1);
    let names: Vec<&str> = parsed.module.rules.iter().map(|rule| rule.head.name.text.as_str()).collect();
    assert_eq!(names, ["a", "c"]);
}

#[test]
fn a_common_slip_is_told_with_what_would_do() {
    check("p { true }", &["3:1 `if` is missing before the body (`… if { … }`)"]);
    check("p[x] { x := 1 }", &["3:1 this is how v0 writes a set (`p contains … if { … }`)"]);
    check("p if { x := 1; }", &["3:16 there is `}` where a value should be"]);
    check("p if {}", &[]);
    check("p if { }", &[]);
    check("p := [x | ]", &["3:11 the body is empty (`true` holds always)"]);
    check("p if { !x }", &["3:8 `!` stands alone (`not x` denies, `x != y` compares)"]);
    check(
        "p",
        &["3:1 the rule has neither a value nor a body (`:= value` gives it a value, `if { … }` a body)"],
    );
    check(
        "default p := x",
        &[
            "3:1 a default has no variables, references or calls in it (write a constant, or a comprehension around the rest)",
        ],
    );
    check("default p := 1 if true", &["3:16 a default has no body: it holds when nothing else does"]);
    check("p if { some x y }", &["3:15 there is `y` where the end of the line, `;` or `}` should be"]);
    check(
        "p if x and y",
        &[
            "3:12 there is `y` where `:=`, `contains` or `if` should be (`and` is a name here: the language has to be told that it is a keyword)",
        ],
    );
    check(
        "p if { x and y }",
        &[
            "3:10 there is `and` where the end of the line, `;` or `}` should be (`import future.keywords.and` makes it an operator; statements in lines of their own all hold)",
        ],
    );
    check("p if { every x { x } }", &["3:8 `every` wants `… in … { … }` (`every x in xs { x > 0 }`)"]);
    check(
        "p if { not some x in y }",
        &[
            "3:12 `not` cannot stand before `some` (put the statement into a rule or a comprehension, and deny that)",
        ],
    );
    check("in := 1", &["3:1 `in` is a keyword and cannot name a rule"]);
}

#[test]
fn a_slip_in_an_import_a_number_or_a_string_is_told_with_what_would_do() {
    check(
        "import foo.bar",
        &[
            "3:8 an import begins with `data` or `input`, not with `foo` (`rego.v1` and `future.keywords` can be imported, too)",
        ],
    );
    check(
        "import data.x.if",
        &["3:15 `if` is a keyword and cannot be the name of an import (give it another: `import … as if_`)"],
    );
    check(
        "import rego.v3",
        &["3:8 there is no `rego.v3` to import (there are `rego.v1`, `rego.v2` and `future.keywords`)"],
    );
    check("p := 007", &["3:6 a number cannot begin with a zero (leave it out)"]);
    check("p := 1e999999", &["3:6 the number is too great, or too near to zero"]);
    check("p := \"a", &["3:6 the string does not end in its line: a `\"` is missing"]);
    check(
        "p := \"\\d\"",
        &["3:6 `\\d` is no escape: there are `\\n`, `\\t`, `\\\"`, `\\\\`, `\\u0041` and the like"],
    );
    check(
        "p := \"a\".b",
        &["3:6 a string has no members and cannot be called (give it a name first: `x := …`, then `x[…]`)"],
    );
    check("p := 1;", &["3:7 there is `;` where the next rule should be"]);
    check(
        "p := größe",
        &[
            "3:8 `ö` begins nothing (names are made of letters a to z, digits and `_`; other characters belong in strings)",
        ],
    );
}

#[test]
fn a_file_without_a_package_says_so() {
    assert_eq!(
        said("p := 1\n"),
        ["1:1 there is `p` where the package should be (a file begins with a package: `package policy`)"]
    );
    assert_eq!(said(""), ["1:1 the file says nothing (it begins with a package: `package policy`)"]);
    assert_eq!(
        said("# only a comment\n"),
        ["2:1 the file says nothing (it begins with a package: `package policy`)"]
    );
    let second = "package a\n\np := 1\n\npackage b\n";
    assert_eq!(
        said(second),
        ["5:1 a file has one package, in its first line (put the rules into a file of their own)"]
    );
}

#[test]
fn no_text_has_more_errors_than_somebody_reads() {
    assert_eq!(said(&format!("package p\n{}", "p := ]\n".repeat(10_000))).len(), 100);
}
