//! Formats with all flags, widths, indexes and verbs there are, and some there aren't.

use serde_json::{Value, json};

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

fn arguments() -> Vec<Value> {
    let mut all = vec![
        json!(0),
        json!(1),
        json!(-1),
        json!(42),
        json!(65),
        json!(255),
        json!(-255),
        json!(128_169),
        json!(0x10_ffff),
        json!(0x11_0000),
        json!(55_296),
        json!(3),
        json!(10),
        json!(-7),
        json!(1_000_001),
        json!(9_007_199_254_740_993_i64),
        json!(0.5),
        json!(-0.5),
        json!(1.5),
        json!(2.5),
        json!(0.1),
        json!(-1234.5678),
        json!(100_000.5),
        json!(1_234_567.5),
        json!(1e-7),
        json!(1.5e-5),
        json!(1e21),
        json!(1.5e300),
        json!(5e-324),
        json!(123_456_789.123),
        json!(0.000_012_345),
        json!(4.0),
        json!(-3.0),
        json!(99.95),
        json!(999_999.5),
        json!(0.045),
        json!(1e100),
        json!(3.0e10),
        json!(""),
        json!("a"),
        json!("hello"),
        json!("héllo wörld"),
        json!("💥"),
        json!("a\"b\\c`d"),
        json!("tab\tnl\n\u{7}\u{1b}"),
        json!("\u{a0}\u{ad}\u{200b}\u{feff}\u{e000}"),
        json!("日本語"),
        json!("5"),
        json!("%d"),
        json!("e\u{301}"),
        json!(true),
        json!(false),
        json!(null),
        json!([]),
        json!([1, "a", null, [true, 1.5]]),
        json!({}),
        json!({"b": 1, "a": [2, {"c": "d\n"}], "": null}),
    ];
    all.extend((0..16).map(|index| json!({"$": index})));
    all
}

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
    } else if random.once_in(2) {
        text.push_str(random.of(&["5", "10", ".2", "8.3", ".0", "20.10", "03", "6"]));
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
    let (mut random, arguments) = (Random::new(1), arguments());
    let mut calls: Vec<_> = (0..20_000).map(|_| call(&mut random, &arguments)).collect();
    for verb in VERBS {
        for flag in ["", "+", "-", "#", "0", " ", "#+", "08", "-8", ".2", "8.2", "+08.3", "# ", "+#", "-08"] {
            for argument in &arguments {
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
