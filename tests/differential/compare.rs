//! Random policies, here and in OPA.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, thread};

use hookgate::rego::policy::Policy;
use serde_json::{Value as Json, json};

use crate::files::{Files, number, setting};
use crate::generate::{Pairs, generate};
use crate::opa::Opa;
use crate::ours;
use crate::shrink::{Shrink, shrink};
use crate::tally::{Class, Tally, classify, reason};
use crate::verdict::Answer;

/// How many policies are tried, unless `HOOKGATE_DIFFERENTIAL_POLICIES` says more.
const POLICIES: u64 = 150;
/// How many inputs each is asked about.
const INPUTS: usize = 24;
/// How many differences are made small and shown.
const SHOWN: usize = 12;

#[test]
fn random_policies_decide_what_they_decide_in_opa() {
    // As much stack as a child has.
    let run = thread::Builder::new().stack_size(256 << 20).spawn(run).unwrap();
    assert!(run.join().is_ok());
}

fn run() {
    let Some(mut opa) = Opa::start() else { return };
    let first = number("HOOKGATE_DIFFERENTIAL_SEED").unwrap_or(1);
    let policies = number("HOOKGATE_DIFFERENTIAL_POLICIES").unwrap_or(POLICIES);
    let mut run = Run { tally: Tally::default(), found: BTreeMap::new() };
    for seed in first..first + policies {
        run.compare(&mut opa, seed);
        if (seed - first) % 1_000 == 999 {
            println!("to seed {seed}: {} pairs, different seeds: {:?}", run.tally.pairs(), run.different());
        }
    }
    println!("seeds {first} to {}\n{}", first + policies - 1, run.tally.show());
    run.report(&mut opa);
    run.tally.check();
}

struct Run {
    tally: Tally,
    /// What is to be looked at: for each seed the first input.
    found: BTreeMap<Class, Vec<(u64, Json)>>,
}

impl Run {
    fn compare(&mut self, opa: &mut Opa, seed: u64) {
        let Pairs { files, inputs, functions, decimals } = generate(seed, INPUTS);
        let loaded = opa.load(&files, None);
        let policy = match (ours::prepare(&files, functions), loaded) {
            (Ok(policy), Ok(())) => policy,
            (Ok(_), Err(why)) => return Tally::count(&mut self.tally.refused_by_opa, why_of(&why)),
            (Err(why), Ok(())) => return Tally::count(&mut self.tally.refused, reason(&why)),
            (Err(_), Err(why)) => return Tally::count(&mut self.tally.refused_by_both, why_of(&why)),
        };
        self.tally.accepted += 1;
        for (input, judged) in inputs.iter().zip(opa.judge(&inputs)) {
            let class = class(opa, (&policy, input), &judged);
            if decimals && class == Class::Different {
                self.tally.decimals += 1;
            }
            if matches!(class, Class::Different | Class::Failed(_)) {
                let found = self.found.entry(class.clone()).or_default();
                if found.last().is_none_or(|(known, _)| *known != seed) {
                    found.push((seed, input.clone()));
                }
            }
            *self.tally.classes.entry(class).or_default() += 1;
        }
    }

    fn different(&self) -> Vec<u64> {
        self.found.get(&Class::Different).into_iter().flatten().map(|(seed, _)| *seed).collect()
    }

    /// Shows what differs, made small; one case for each other reason if that is asked for.
    fn report(&self, opa: &mut Opa) {
        let explain = setting("HOOKGATE_DIFFERENTIAL_EXPLAIN").is_some();
        for (class, found) in &self.found {
            let different = *class == Class::Different;
            let shown = if different { SHOWN } else { usize::from(explain) };
            for (seed, input) in found.iter().take(shown) {
                let case = Case { seed: *seed, class };
                case.show(opa, input);
            }
        }
        let seeds = self.different();
        assert!(seeds.is_empty(), "{} policies differ: {seeds:?}", seeds.len());
    }
}

/// Something found.
struct Case<'a> {
    seed: u64,
    class: &'a Class,
}

impl Case<'_> {
    fn show(&self, opa: &mut Opa, input: &Json) {
        let Pairs { files, functions, .. } = generate(self.seed, INPUTS);
        let small = shrink(files, input.clone(), &mut |files, input| {
            class_of(opa, files, input, functions).is_some_and(|class| class == *self.class)
        });
        opa.load(&small.files, None).unwrap();
        let ours = ours::judge(&ours::prepare(&small.files, functions).unwrap(), &small.input);
        let judged = opa.judge(std::slice::from_ref(&small.input)).remove(0);
        println!("\nseed {}: {:?}\n{small}ours: {ours:?}\nopa:  {judged:?}", self.seed, self.class);
        if let Some(folder) = setting("HOOKGATE_DIFFERENTIAL_KEEP") {
            keep(&Path::new(&folder).join(format!("seed-{}", self.seed)), &small);
        }
    }
}

fn class_of(opa: &mut Opa, files: &Files, input: &Json, functions: bool) -> Option<Class> {
    let policy = ours::prepare(files, functions).ok()?;
    opa.load(files, None).ok()?;
    let judged = opa.judge(std::slice::from_ref(input)).remove(0);
    Some(class(opa, (&policy, input), &judged))
}

fn class(opa: &mut Opa, (policy, input): (&Policy, &Json), judged: &Answer) -> Class {
    let ours = ours::judge(policy, input);
    classify(&ours, judged, || opa.judge_strictly(std::slice::from_ref(input)).remove(0))
}

/// Writes a case as `fixtures/differential` has them, but for what is expected.
fn keep(folder: &Path, small: &Shrink) {
    fs::create_dir_all(folder).unwrap();
    for (name, text) in &small.files {
        fs::write(folder.join(name.replace('/', "_")), text).unwrap();
    }
    fs::write(folder.join("input.json"), format!("{:#}\n", small.input)).unwrap();
}

/// The codes and words of OPA's refusal.
fn why_of(answer: &str) -> String {
    let answer: Json = serde_json::from_str(answer).unwrap_or(json!({ "message": answer }));
    let first = answer["errors"].get(0).unwrap_or(&answer);
    let message = first["message"].as_str().unwrap_or_default();
    reason(&format!("{} {message}", first["code"].as_str().unwrap_or_default()))
}

impl Tally {
    /// Whether the policies were worth the while.
    fn check(&self) {
        let refused: usize = self.refused.values().sum();
        assert!(self.accepted * 100 >= (self.accepted + refused) * 85, "too many are refused");
        let pairs = self.pairs();
        let failed = self.of(|class| matches!(class, Class::BothFailed));
        assert!(failed * 3 < pairs, "too many fail: {failed} of {pairs}");
        for word in ["PASSED", "REFUSED", "UNDEFINED"] {
            let count = self.of(|class| *class == Class::Equal(word));
            assert!(count * 100 > pairs, "only {count} of {pairs} are {word}");
        }
    }
}
