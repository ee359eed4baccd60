//! The policies we ship and measure with, here and in OPA.

use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use crate::files::{Files, folders, json, policies, root};
use crate::generate::generate;
use crate::opa::Opa;
use crate::ours;
use crate::tally::{Class, classify};

/// How many random plans each policy is asked about besides its own cases.
const PLANS: usize = 200;

#[test]
fn shipped_policies_decide_what_they_decide_in_opa() {
    let Some(mut opa) = Opa::start() else { return };
    let (mut answered, mut failed) = (0_usize, 0_usize);
    for (seed, (name, files, data, own)) in (1..).zip(shipped()) {
        let policy = ours::prepare_with(&files, &data, false).unwrap_or_else(|why| panic!("{name}: {why}"));
        opa.load(&files, Some(&data)).unwrap_or_else(|why| panic!("{name}: {why}"));
        let inputs: Vec<Json> = own.iter().cloned().chain(generate(seed, PLANS).inputs).collect();
        let judged = opa.judge(&inputs);
        for (index, (input, judged)) in inputs.iter().zip(judged).enumerate() {
            let answer = ours::judge(&policy, input);
            let class =
                classify(&answer, &judged, || opa.judge_strictly(std::slice::from_ref(input)).remove(0));
            assert_ne!(class, Class::Different, "{name}: {input}\nours: {answer:?}\nopa:  {judged:?}");
            assert!(index >= own.len() || matches!(class, Class::Equal(_)), "{name}: {input}: {answer:?}");
            answered += 1;
            failed += usize::from(!matches!(class, Class::Equal(_)));
        }
    }
    println!("{answered} answers of shipped policies, of which {failed} fail");
    assert!(answered > 2_000, "only {answered} answers");
}

/// Name, files, data and the inputs of its cases.
type Shipped = (String, Files, Json, Vec<Json>);

fn shipped() -> Vec<Shipped> {
    let of_folder = |folder: &PathBuf| {
        let cases = folders(&folder.join("cases"));
        let inputs = cases.iter().map(|case| json(&case.join("input.json"))).collect();
        (folder.display().to_string(), policies(folder), data(folder), inputs)
    };
    let shipped = folders(&root("policies")).iter().map(of_folder).collect::<Vec<_>>();
    let measured = policies(&root("benches/policies")).into_iter();
    let measured =
        measured.map(|file| (file.0.clone(), vec![file], Json::Object(serde_json::Map::new()), Vec::new()));
    shipped.into_iter().chain(measured).collect()
}

/// `<name>/data.json` below the key `<name>`.
fn data(policy: &Path) -> Json {
    let named = folders(policy).into_iter().filter(|folder| folder.join("data.json").exists());
    let named = named.map(|folder| {
        (folder.file_name().unwrap().to_str().unwrap().to_owned(), json(&folder.join("data.json")))
    });
    named.collect()
}
