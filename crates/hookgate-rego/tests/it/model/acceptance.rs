//! Accepted and refused as by OPA, at the same rows.

use std::collections::BTreeMap;

use super::careless::slip;
use super::refusals;
use super::server::{Faults, Server};
use crate::corpus;
use crate::mutate::Random;

/// How many careless texts are tried in the ordinary run.
const MUTANTS: usize = 1_500;
/// How many disagreements are shown.
const SHOWN: usize = 40;

/// What a comparison came to.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Clone, Copy)]
enum Outcome {
    BothAccept,
    BothRefuse,
    OtherRow,
    OnlyOpaRefuses,
    OnlyWeRefuse,
    /// The parsers differ.
    Syntax,
}

fn compare(ours: &[(u32, String)], theirs: &Faults) -> Outcome {
    let is_syntax = ours.iter().any(|(_, message)| message.starts_with("syntax: "));
    let is_their_syntax = theirs.iter().any(|(_, code, _)| code == "rego_parse_error");
    match (ours.first(), theirs.first()) {
        (None, None) => Outcome::BothAccept,
        _ if is_syntax && is_their_syntax => Outcome::BothRefuse,
        (None, Some(_)) if is_their_syntax => Outcome::Syntax,
        (Some(_), None) if is_syntax => Outcome::Syntax,
        (None, Some(_)) => Outcome::OnlyOpaRefuses,
        (Some(_), None) => Outcome::OnlyWeRefuse,
        (Some(_), Some(_)) if is_syntax || is_their_syntax => Outcome::BothRefuse,
        (Some(_), Some(_)) => {
            let has_row = |row: u32| ours.iter().any(|(ours, _)| *ours == row);
            if theirs.iter().filter(|(row, ..)| *row > 0).all(|(row, ..)| has_row(*row)) {
                Outcome::BothRefuse
            } else {
                Outcome::OtherRow
            }
        }
    }
}

#[derive(Debug, Default)]
struct Tally {
    counts: BTreeMap<Outcome, usize>,
    shown: Vec<String>,
}

impl Tally {
    fn add(&mut self, name: &str, text: &str, theirs: &Faults) -> Outcome {
        let ours = refusals(text);
        let outcome = compare(&ours, theirs);
        *self.counts.entry(outcome).or_default() += 1;
        if !matches!(outcome, Outcome::BothAccept | Outcome::BothRefuse) && self.shown.len() < SHOWN * 5 {
            self.shown.push(format!("---- {outcome:?} {name}\nopa:  {theirs:?}\nours: {ours:?}\n{text}"));
        }
        outcome
    }

    fn count(&self, outcome: Outcome) -> usize {
        self.counts.get(&outcome).copied().unwrap_or_default()
    }
}

/// A server leaves `print` out, which `opa check` looks at; and two defaults it tells at the package.
fn is_left_out(text: &str) -> bool {
    text.contains("print(") || text.matches("\ndefault ").count() > 1
}

#[test]
fn modules_at_hand_are_accepted_and_refused_as_by_opa() {
    let Some(server) = Server::start() else { return };
    let mut judge = server.judge("one");
    let mut tally = Tally::default();
    for (name, text) in corpus::all() {
        if is_left_out(&text) {
            continue;
        }
        let theirs = judge.faults(&text).expect("OPA's answer");
        tally.add(&name, &text, &theirs);
    }
    println!("{:?}", tally.counts);
    assert!(
        tally.count(Outcome::OnlyOpaRefuses)
            + tally.count(Outcome::OnlyWeRefuse)
            + tally.count(Outcome::OtherRow)
            == 0,
        "{}",
        tally.shown.join("\n")
    );
}

#[test]
fn careless_texts_are_accepted_and_refused_as_by_opa() {
    let Some(mut server) = Server::start() else { return };
    let mut judge = server.judge("one");
    // OPA takes what is called `__local…` for its own and does not say that it is unsafe.
    let plain = |(name, text): (String, String)| (name, text.replace("__local", "local"));
    let texts = corpus::all().into_iter().filter(|(_, text)| text.len() < 8_000).map(plain);
    let texts: Vec<(String, String)> = texts.collect();
    let mut random = Random::new(seed());
    let mut tally = Tally::default();
    for at in 0..mutants() {
        let (name, text) = &texts[random.below(texts.len())];
        let careless = slip(text, &mut random);
        if is_left_out(&careless) {
            continue;
        }
        // OPA breaks on a few: nothing can be compared.
        let Some(theirs) = judge.faults(&careless) else {
            println!("OPA gives no answer on {at} {name}:\n{careless}");
            server = Server::start().expect("another one");
            judge = server.judge("one");
            continue;
        };
        tally.add(&format!("{at} {name}"), &careless, &theirs);
    }
    println!("{:?}", tally.counts);
    let wrong = tally.count(Outcome::OnlyOpaRefuses) + tally.count(Outcome::OnlyWeRefuse);
    assert!(wrong == 0, "{}", tally.shown.join("\n"));
}

#[expect(clippy::disallowed_methods, reason = "the long run is asked for by hand")]
fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|number| number.parse().ok())
}

fn mutants() -> usize {
    setting("HOOKGATE_MUTANTS").map_or(MUTANTS, |number| number as usize)
}

fn seed() -> u64 {
    setting("HOOKGATE_MUTANTS_SEED").unwrap_or(11)
}
