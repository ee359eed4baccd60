//! What is printed is what was read.

use hookgate_rego::syntax::{Dialect, parse, print};

use crate::corpus;
use crate::mutate::{Random, mutate};
use crate::opa::shape;

/// Prints a text that can be read, and reads that: the tree must be the same. Whether it could be read at all.
#[track_caller]
fn check(text: &str, dialect: Dialect) -> bool {
    let parsed = parse(text, dialect);
    if !parsed.errors.is_empty() {
        return false;
    }
    let printed = print::module(&parsed.module);
    let again = parse(&printed, dialect);
    assert_eq!(again.errors, [], "of\n{text}\nis printed\n{printed}");
    assert_eq!(shape(&again.module), shape(&parsed.module), "of\n{text}\nis printed\n{printed}");
    assert_eq!(print::module(&again.module), printed, "the second print of\n{text}");
    true
}

#[test]
fn every_module_at_hand_can_be_printed_and_read_again() {
    let read = |dialect| corpus::all().iter().filter(|(_, text)| check(text, dialect)).count();
    let (v1, v0) = (read(Dialect::V1), read(Dialect::V0));
    println!("{v1} modules of v1, {v0} of v0");
    assert!(v1 > 300 && v0 > 5);
}

#[test]
fn careless_modules_can_be_printed_and_read_again_and_none_makes_the_parser_panic() {
    let corpus = corpus::all();
    let mut random = Random::new(7);
    let mut read = 0;
    for _ in 0..6_000 {
        let text = mutate(&corpus[random.below(corpus.len())].1, &mut random);
        read += usize::from(check(&text, Dialect::V1));
        check(&text, Dialect::V0);
    }
    assert!(read > 1_000, "{read}");
}

#[test]
fn what_is_easily_printed_wrongly_is_printed_rightly() {
    const BODIES: [&str; 36] = [
        "(a | b) == c",
        "(a | b)",
        "a | b",
        "{(a | b)}",
        "[(a | b)]",
        "[(a | b), c]",
        "{a | b, c}",
        "{(a | b): (c | d)}",
        "{a: b | c, d: e}",
        "[a | b == c, d]",
        "x := a | b",
        "(k, v in xs)",
        "k, v in xs",
        "[(k, v in xs)]",
        "a in b in c",
        "a in (b in c)",
        "f((k, v in xs))",
        "a - b - c",
        "a - (b - c)",
        "a * (b + c)",
        "(a == b) == c",
        "a == (b == c)",
        "-x.y > -1",
        "a - -x",
        "(a + b)[0]",
        "(-x)[0]",
        "a.if.b[\"c d\"][e]",
        "x = `a\\n\tb`",
        "x := \"a\\n\\t\\u0000\\ufeff\\\"\\\\é\"",
        "$\"a{x}\\{b\\n{f(y)}\"",
        "$`a{x}\\{b`",
        "set() == {{}}",
        "[x | x := 1; x]",
        "{x: y | some x, y in z}",
        "not {x}",
        "(f(x))(y)",
    ];
    for body in BODIES {
        for text in [
            format!("package p\n\np if {{\n\t{body}\n}}\n"),
            format!("package p\n\np if {{\n\ta; {body}; b\n}}\n"),
        ] {
            assert!(check(&text, Dialect::V1), "{text}");
        }
    }
    assert!(check("package p\n\np if { a; -b }\n", Dialect::V1));
}

#[test]
fn logic_of_the_future_can_be_printed_and_read_again() {
    const BODIES: [&str; 22] = [
        "a and b",
        "a or b and c",
        "(a or b) and c",
        "not a",
        "not {a; b}",
        "not (a or b)",
        "{a; b} and {c}",
        "(a with input as 1) or b",
        "(a or b) with input as 1",
        "not a with input as 1",
        "({1} == x) and y",
        "x and ({1} == y)",
        "not ({1} == y)",
        "((a))",
        "(a | b) == c and d",
        "{(a | b); c} or d",
        "(a) == b or c",
        "not.x and a",
        "x; and(y, z)",
        "((a) == c or d)",
        "(not a) and b",
        "not (a with input as 1)",
    ];
    for body in BODIES {
        let text = format!("package p\n\nimport rego.v2\n\np if {{\n\t{body}\n}}\n");
        assert_eq!(parse(&text, Dialect::V1).errors, [], "{text}");
        assert!(check(&text, Dialect::V1), "{text}");
    }
}
