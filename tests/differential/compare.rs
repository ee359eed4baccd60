//! Random policies, here and in OPA.

use std::fmt::Write as _;
use std::path::Path;
use std::{fs, thread};

use serde_json::{Value as Json, json};

use crate::files::{Files, number, setting};
use crate::generate::{Pairs, generate};
use crate::opa::Opa;
use crate::ours;
use crate::shrink::{Shrink, shrink};
use crate::tally::{Class, Tally, classify, reason};

/// How many policies are tried, unless `HOOKGATE_DIFFERENTIAL_POLICIES` says more.
const POLICIES: u64 = 150;
/// How many inputs each is asked about.
const INPUTS: usize = 24;
/// How many differences are made small and shown.
const SHOWN: usize = 40;

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
    let mut run = Run { tally: Tally::default(), different: Vec::new() };
    for seed in first..first + policies {
        if setting("HG_ONLY").is_some_and(|only| !only.split(",").any(|text| text == seed.to_string())) {
            continue;
        }
        run.compare(&mut opa, seed);
        if (seed - first) % 1_000 == 999 {
            println!("to seed {seed}: {} pairs, different seeds: {:?}", run.tally.pairs(), run.seeds());
        }
    }
    println!("seeds {first} to {}\n{}", first + policies - 1, run.tally.show());
    run.report(&mut opa);
    run.tally.check();
}

struct Run {
    tally: Tally,
    /// Seeds and the first input of each that is answered otherwise.
    different: Vec<(u64, Json)>,
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
            let ours = ours::judge(&policy, input);
            let class = classify(&ours, &judged.lenient, &judged.strict);
            if class == Class::Different {
                if decimals {
                    self.tally.decimals += 1;
                } else if self.different.last().is_none_or(|(known, _)| *known != seed) {
                    self.different.push((seed, input.clone()));
                }
            }
            *self.tally.classes.entry(class).or_default() += 1;
        }
    }

    fn seeds(&self) -> Vec<u64> {
        self.different.iter().map(|(seed, _)| *seed).collect()
    }

    /// Shows what differs, made small.
    fn report(&self, opa: &mut Opa) {
        let mut text = String::new();
        for (seed, input) in self.different.iter().take(SHOWN) {
            let Pairs { files, functions, .. } = generate(*seed, INPUTS);
            let small =
                shrink(files, input.clone(), &mut |files, input| differs(opa, files, input, functions));
            let (ours, judged) = ask(opa, &small, functions).unwrap();
            write!(text, "\nseed {seed}\n{small}ours: {ours}\nopa:  {judged}\n").unwrap();
            if let Some(folder) = setting("HOOKGATE_DIFFERENTIAL_KEEP") {
                keep(&Path::new(&folder).join(format!("seed-{seed}")), &small);
            }
        }
        assert!(
            self.different.is_empty(),
            "{} policies differ: {:?}\n{text}",
            self.different.len(),
            self.seeds()
        );
    }
}

fn ask(opa: &mut Opa, small: &Shrink, functions: bool) -> Result<(String, String), String> {
    opa.load(&small.files, None)?;
    let policy = ours::prepare(&small.files, functions)?;
    let judged = opa.judge(std::slice::from_ref(&small.input)).remove(0);
    Ok((format!("{:?}", ours::judge(&policy, &small.input)), format!("{judged:?}")))
}

fn differs(opa: &mut Opa, files: &Files, input: &Json, functions: bool) -> bool {
    let Ok(policy) = ours::prepare(files, functions) else { return false };
    if opa.load(files, None).is_err() {
        return false;
    }
    let judged = opa.judge(std::slice::from_ref(input)).remove(0);
    classify(&ours::judge(&policy, input), &judged.lenient, &judged.strict) == Class::Different
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
        assert!(self.accepted * 10 >= (self.accepted + refused) * 6, "too many are refused");
        let pairs = self.pairs();
        let failed = self.of(|class| matches!(class, Class::BothFailed));
        assert!(failed * 3 < pairs, "too many fail: {failed} of {pairs}");
        for word in ["PASSED", "REFUSED", "UNDEFINED"] {
            let count = self.of(|class| *class == Class::Equal(word));
            assert!(count * 100 > pairs, "only {count} of {pairs} are {word}");
        }
    }
}
