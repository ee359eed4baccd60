//! Formats with all flags, widths, indexes and verbs there are, and some there aren't.

use serde_json::{Value, json};

use super::others::Calls;
use super::random::Random;
use super::{Call, compare};

const VERBS: &[&str] = &[
    "v", "v", "v", "d", "d", "s", "s", "q", "x", "X", "o", "O", "b", "c", "U", "e", "E", "f", "F", "g", "G",
    "t", "T", "p", "%", "z", "w", "é", "!", ".", "[", "",
];
const WIDTHS: &[&str] =
    &["", "", "", "", "1", "5", "8", "12", "20", "*", "03", "1000011", "99999999999999999999"];
const PRECISIONS: &[&str] = &[
    "",
    "",
    "",
    "",
    ".",
    ".0",
    ".1",
    ".2",
    ".3",
    ".6",
    ".10",
    ".17",
    ".30",
    ".*",
    ".[1]*",
    ".-1",
    "..",
    ".10000011",
];
const INDEXES: &[&str] =
    &["", "", "", "", "", "[1]", "[2]", "[3]", "[0]", "[9]", "[-1]", "[x]", "[", "[]", "[1"];
const TEXTS: &[&str] = &["", "a", " is ", "é", "100%% ", "\n", ":", "[", "]", "1"];

fn verb(random: &mut Random) -> String {
    let mut text = String::from("%");
    if random.once_in(2) {
        for _ in 0..random.below(3) {
            text.push_str(random.of(&["+", "-", "#", "0", " "]));
        }
    }
    if random.once_in(2) {
        text.push_str(random.of(INDEXES));
        text.push_str(random.of(WIDTHS));
        text.push_str(random.of(PRECISIONS));
        text.push_str(random.of(INDEXES));
    } else {
        text.push_str(random.of(&["", "", "", "", "5", "10", ".2", "8.3", ".0", "20.10", "03", "6"]));
    }
    text.push_str(random.of(VERBS));
    text
}

fn call(random: &mut Random, arguments: &[Value]) -> Call {
    let mut format = String::from(random.of(TEXTS));
    let verbs = random.below(4);
    for _ in 0..verbs {
        format.push_str(&verb(random));
        format.push_str(random.of(TEXTS));
    }
    let count = verbs.saturating_add(random.below(3)).saturating_sub(random.below(2));
    let chosen: Vec<_> = (0..count).map(|_| random.of(arguments)).collect();
    Call::new("sprintf", [json!(format), json!(chosen)])
}

#[test]
fn formats_say_what_they_say_in_opa() {
    let (mut random, arguments) = (Random::new(1), Calls::read().arguments["formatted"].clone());
    let mut calls: Vec<_> = (0..5_000).map(|_| call(&mut random, &arguments)).collect();
    for verb in VERBS {
        for flag in ["", "+", "-", "#", "0", " ", "#+", "08", "-8", ".2", "8.2", "+08.3", "# ", "+#", "-08"] {
            for _ in 0..8 {
                let argument = random.of(&arguments);
                calls.push(Call::new("sprintf", [json!(format!("<%{flag}{verb}>")), json!([argument])]));
            }
        }
    }
    compare(&calls, |call, ours, _| {
        // Where Go shows an address, we refuse.
        let format = call.arguments[0].as_str().unwrap();
        ours.is_none() && format.contains(['p', 'w'])
    });
}
