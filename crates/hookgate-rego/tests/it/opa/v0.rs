//! Rego as it was before 1.0, which is read so that it can be rewritten.

use hookgate_rego::syntax::{Dialect, parse};
use serde_json::Value;

use super::shape::{shape, theirs};
use super::{number, program};
use crate::corpus;
use crate::mutate::{Random, mutate};

/// Modules that only v0 has, or that say something else in it.
const MODULES: [&str; 8] = [
    "package p\n\nq[x] { x := 1 }\n\nr.s { true }\n\nt[x] = 1 { x := 2 }\n\nu = 3\n\nv[x]\n\nw.x.y\n",
    "package p\n\nimport future.keywords.if\nimport future.keywords.contains\n\nq contains x if { x := 1 }\n\nr[x] if x == 1\n",
    "package p\n\nf(x) = y { y := x } else = 2 { true }\n\nf(x) { x } { not x }\n\ndefault g = {\"a\": 1}\n",
    "package p\n\nimport rego.v1\n\nq if { every x in [1] { x } }\n\nr contains 1\n",
    "package p\n\nin := 1\n\nif { every := 2; contains(every, in) }\n\nevery[x] { some x; if.x[x] }\n",
    "package p\n\nimport future.keywords\n\nq[k] = v if { some k, v in input; not {k; v} or k and v }\n",
    "package p.if[\"x y\"]\n\nimport data.a as in\n\ndeny[{\"msg\": msg}] { msg := sprintf(\"%v\", [in]) }\n",
    "package p\n\nq = x { x = [y | y = data.z[_]] } else = {1 | true} { {x | x} == {y: z | q} }\n",
];

#[test]
fn modules_of_v0_are_the_trees_that_opa_makes_of_them() {
    let Some(opa) = program::find() else { return };
    let found = corpus::all().into_iter().map(|(_, text)| text).filter(|text| is_only_v0(text));
    let texts: Vec<String> = MODULES.map(str::to_owned).into_iter().chain(found).collect();
    let mut same = 0;
    for text in &texts {
        let parsed = parse(text, Dialect::V0);
        match program::tree_of_v0(&opa, text) {
            Some(tree) => {
                assert_eq!(parsed.errors, [], "{text}");
                assert_eq!(shape(&parsed.module), theirs(tree), "{text}");
                same += 1;
            }
            None => assert_ne!(parsed.errors, [], "{text}"),
        }
    }
    println!("{} modules of v0, {same} equal, the others refused by both", texts.len());
}

/// Whether v0 reads a text and v1 does not.
fn is_only_v0(text: &str) -> bool {
    let reads = |dialect| parse(text, dialect).errors.is_empty();
    reads(Dialect::V0) && !reads(Dialect::V1)
}

#[test]
fn careless_texts_of_v0_are_refused_where_opa_refuses_them() {
    let Some(opa) = program::find() else { return };
    let mut random = Random::new(number("HOOKGATE_MUTANTS_SEED", 5));
    let texts: Vec<String> = (0..number("HOOKGATE_MUTANTS", 400))
        .map(|_| mutate(MODULES[random.below(MODULES.len())], &mut random))
        .collect();
    let (mut both, mut wrong) = (0, Vec::new());
    for (text, refused) in texts.iter().zip(program::errors(&opa, &texts, true)) {
        let parsed = parse(text, Dialect::V0);
        if parsed.errors.is_empty() == refused.is_none() || is_known(&parsed.errors, &shape(&parsed.module)) {
            both += usize::from(refused.is_some());
        } else {
            wrong.push(format!("{refused:?}\n{:?}\n{text}\n----\n", parsed.errors.first()));
        }
    }
    println!("{} careless texts of v0, {both} refused by both", texts.len());
    assert!(
        wrong.is_empty(),
        "{} differ\n{}",
        wrong.len(),
        wrong.iter().take(8).map(String::as_str).collect::<String>()
    );
}

/// What differs on purpose (README.md), or is for others to say.
fn is_known(errors: &[hookgate_rego::syntax::SyntaxError], module: &Value) -> bool {
    let known = [
        "a default has a value",
        "`_` names nothing",
        "there is `(` where a rule should be",
        "there is `-` where a rule should be",
    ];
    errors.first().is_some_and(|error| known.contains(&error.message.as_str()))
        || errors.is_empty() && module.to_string().contains("\"name\":\"contains\"")
}
