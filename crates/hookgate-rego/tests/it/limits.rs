//! Hostile texts: deep, long, broken. Nothing panics, and time is linear.

use std::time::{Duration, Instant};

use hookgate_rego::syntax::{Dialect, MAX_DEPTH, parse, parse_bytes};

/// Ways to stand in each other: what opens, what is inside, what closes.
const NESTS: [(&str, &str, &str); 17] = [
    ("[", "1", "]"),
    ("{", "1", "}"),
    ("(", "1", ")"),
    ("{\"a\": ", "1", "}"),
    ("f(", "1", ")"),
    ("x[", "1", "]"),
    ("[x | ", "true", "]"),
    ("{x | ", "true", "}"),
    ("{x: y | ", "true", "}"),
    ("{a | ", "b", ", c}"),
    ("[a | b, ", "c", "]"),
    ("$\"{", "x", "}\""),
    ("-f(", "1", ")"),
    ("1 + (", "1", ")"),
    ("[1 in ", "xs", "]"),
    ("{x | not ", "y", "}"),
    ("{1 | every x in xs { ", "y", " }}"),
];

fn nested(depth: usize, (open, inner, close): (&str, &str, &str)) -> String {
    format!("package p\n\np := {}{inner}{}\n", open.repeat(depth), close.repeat(depth))
}

#[test]
fn two_hundred_brackets_may_stand_in_each_other() {
    for nest in NESTS.into_iter().filter(|nest| nest.0.len() < 5 && !nest.0.starts_with('-')) {
        let parsed = parse(&nested(200, nest), Dialect::V1);
        assert_eq!(parsed.errors, [], "{nest:?}");
    }
}

#[test]
fn a_hundred_thousand_brackets_are_an_error_that_says_how_many_may_be() {
    for nest in NESTS {
        for text in [nested(100_000, nest), nest.0.repeat(100_000)] {
            let parsed = parse(&text, Dialect::V1);
            assert!(!parsed.errors.is_empty(), "{nest:?}");
        }
        let parsed = parse(&nested(100_000, nest), Dialect::V1);
        let said = format!("this is nested more than {MAX_DEPTH} deep");
        assert!(
            parsed.errors.iter().any(|error| error.message == said),
            "{nest:?}: {:?}",
            parsed.errors.first()
        );
    }
}

#[test]
fn a_chain_is_as_long_as_a_tree_may_be_deep() {
    let chain = |links: usize| format!("package p\n\np := 1{}\n", " + 1".repeat(links));
    assert_eq!(parse(&chain(200), Dialect::V1).errors, []);
    assert!(!parse(&chain(100_000), Dialect::V1).errors.is_empty());
    let logic = |links: usize| {
        format!("package p\nimport rego.v2\n\np if {{\n\ta{}\n}}\n", " and b or c".repeat(links))
    };
    assert_eq!(parse(&logic(100), Dialect::V1).errors, []);
    assert!(!parse(&logic(100_000), Dialect::V1).errors.is_empty());
}

#[test]
fn many_elses_and_bodies_are_no_depth() {
    let elses = format!("package p\n\np := 1 if x{}\n", " else := 2 if y".repeat(10_000));
    assert_eq!(parse(&elses, Dialect::V1).errors, []);
    let bodies = format!("package p\n\np if {{ x }}{}\n", " { y }".repeat(10_000));
    assert_eq!(parse(&bodies, Dialect::V1).errors, []);
    let steps = format!("package p\n\np := x{}\n", ".y[z]".repeat(10_000));
    assert_eq!(parse(&steps, Dialect::V1).errors, []);
}

/// How much is read, and how long that may take. Without all optimisation it is some ten times slower than is promised.
const MOMENT: (usize, Duration) = if cfg!(debug_assertions) {
    (1 << 18, Duration::from_secs(2))
} else {
    (1 << 20, Duration::from_millis(200))
};

#[test]
fn a_mebibyte_of_anything_is_read_in_a_moment() {
    let (size, bound) = MOMENT;
    let mut slowest = (Duration::ZERO, String::new());
    for piece in pieces() {
        let text = format!("package p\nimport rego.v2\n{}", piece.repeat(size / piece.len()));
        slowest = slowest.max((quickest(&text), piece));
    }
    println!("slowest: {slowest:?}");
    assert!(slowest.0 < bound, "{slowest:?}");
}

/// The shortest time that a text takes: others use the machine, too.
fn quickest(text: &str) -> Duration {
    let time = |_| {
        let started = Instant::now();
        let parsed = parse(text, Dialect::V1);
        let took = started.elapsed();
        drop(parsed);
        took
    };
    (0..3).map(time).min().unwrap()
}

fn pieces() -> Vec<String> {
    let mut pieces: Vec<String> = NESTS.iter().map(|nest| nest.0.to_owned()).collect();
    pieces.extend(NESTS.iter().map(|nest| format!("p := {}\n", nest.0.repeat(250))));
    pieces.extend(NESTS.iter().map(|nest| nested(40, *nest).replace("package p", "")));
    let others = [
        "p := x\n",
        "p if { a; b }\n",
        "#\n",
        "\"",
        "`",
        "$\"",
        "{ ",
        "}",
        "a{",
        "a ",
        "\n",
        "\u{A0}",
        "é",
        "!",
        "'\n",
        "p if {\n",
        "else ",
        "p { not ",
        "((",
        "{ (",
        "not {",
        "x, ",
        "some x, ",
        "with x as ",
        "1e9",
        "import data.a\n",
        "# METADATA\n# a: b\n",
        "package q\n",
        "default p := 1\n",
        "a.b[c].d(e)\n",
        "\\",
        "\0",
        "p := `",
        "p if ({",
    ];
    pieces.extend(others.map(str::to_owned));
    pieces
}

#[test]
fn bytes_that_are_no_text_are_an_error_in_their_place() {
    let parsed = parse_bytes(b"package p\n\nx := \"\xFF\"\n", Dialect::V1);
    assert_eq!(parsed.errors.len(), 1);
    assert_eq!(parsed.errors[0].span.start, 17);
}
