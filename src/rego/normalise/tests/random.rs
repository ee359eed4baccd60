//! Random policies: OPA finds no difference between the original and the rewritten text, and the engine says of the
//! rewritten one what OPA says of the original.

use serde_json::Value as Json;

use super::generate::{Generator, RULES};
use super::opa::{Opa, Query};
use super::support::{Answer, Files, ask, bare, rewritten, setting, values};

/// How many policies are tried, unless `HOOKGATE_RANDOM_POLICIES` says more.
const POLICIES: u64 = 150;
/// How many inputs each is asked about.
const INPUTS: usize = 4;

#[derive(Debug, Default)]
struct Tally {
    /// Pairs of a rule and an input of which OPA had a value or none.
    answered: usize,
    /// Those of which the engine gave an error: it evaluates, and finds conflicts in, more than OPA does.
    errors: usize,
}

#[test]
fn random_policies_mean_the_same_rewritten() {
    let Some(opa) = Opa::start() else { return };
    let policies = setting("HOOKGATE_RANDOM_POLICIES").map_or(POLICIES, |number| number.parse().unwrap());
    let mut tally = Tally::default();
    for seed in 1..=policies {
        let mut generator = Generator::new(seed);
        let files = generator.policy();
        let inputs: Vec<Json> = (0..INPUTS).map(|_| generator.input()).collect();
        compare(&opa, (seed, &files), &inputs, &mut tally);
    }
    println!("{tally:?}");
    assert!(tally.answered > 500, "only {tally:?}: the generator writes what OPA refuses");
    assert!(tally.errors * 100 < tally.answered, "too many errors: {tally:?}");
}

fn compare(opa: &Opa, (seed, files): (u64, &Files), inputs: &[Json], tally: &mut Tally) {
    let texts: Vec<String> = (0..RULES).map(|rule| format!("data.policy.p{rule} = x")).collect();
    let with_input = |input| texts.iter().map(move |text| Query { text, data: None, input: Some(input) });
    let queries: Vec<Query<'_>> = inputs.iter().flat_map(with_input).collect();
    // What OPA refuses, and what we refuse, is not compared.
    let (Ok(original), Ok(normal)) = (opa.ask(files, &queries), rewritten(files)) else { return };
    let mut engine = bare(&normal).unwrap_or_else(|why| panic!("seed {seed}: {why}"));
    engine.set_strict_builtin_errors(false);
    // Another order of statements can be too much for OPA's types.
    let again = opa.ask(&normal, &queries).unwrap_or_default();
    for (index, query) in queries.iter().enumerate() {
        let Answer::Results(expected) = &original[index] else { continue };
        let shown = || format!("seed {seed}, {query:?}\n{files:?}\n{normal:?}");
        if let Some(Answer::Results(found)) = again.get(index) {
            assert_eq!(values(found), values(expected), "opa, rewritten: {}", shown());
        }
        tally.answered = tally.answered.saturating_add(1);
        match ask(&engine, query) {
            Answer::Results(found) => assert_eq!(values(&found), values(expected), "engine: {}", shown()),
            Answer::Failed(_) => tally.errors = tally.errors.saturating_add(1),
        }
    }
}
