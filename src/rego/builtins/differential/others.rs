//! All other functions that policies may call, on arguments that are right, odd, and wrong.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::random::Random;
use super::{Call, compare, read};

/// What we refuse although OPA answers: numbers of more than 64 bits and encoded bytes that are no text (the engine has
/// neither), moments and zones that its tables don't know, and spellings that nobody writes.
const REFUSED: &[&str] = &[
    "abs",
    "base64.decode",
    "base64url.decode",
    "bits.and",
    "bits.lsh",
    "bits.negate",
    "bits.or",
    "bits.rsh",
    "bits.xor",
    "ceil",
    "floor",
    "format_int",
    "hex.decode",
    "json.is_valid",
    "json.marshal",
    "json.marshal_with_options",
    "json.unmarshal",
    "product",
    "replace",
    "round",
    "sum",
    "time.add_date",
    "time.clock",
    "time.date",
    "time.diff",
    "time.format",
    "time.parse_duration_ns",
    "time.parse_ns",
    "time.weekday",
    "to_number",
    "units.parse",
    "units.parse_bytes",
    "urlquery.decode",
    "urlquery.decode_object",
    "yaml.is_valid",
    "yaml.unmarshal",
];

/// What we answer otherwise: OPA keeps the text of a number, and adds in decimals.
const OTHERWISE: &[&str] =
    &["json.marshal", "json.marshal_with_options", "json.unmarshal", "product", "sum", "yaml.unmarshal"];

/// `fixtures/builtins/calls.json`: lists of arguments by their names, and which of them each function takes.
#[derive(Deserialize)]
pub(super) struct Calls {
    pub(super) arguments: BTreeMap<String, Vec<Value>>,
    functions: Vec<Vec<String>>,
}

impl Calls {
    pub(super) fn read() -> Self {
        serde_json::from_value(read("calls.json")).unwrap()
    }

    fn generate(&self, random: &mut Random) -> Vec<Call> {
        let mut calls = Vec::new();
        for row in &self.functions {
            let (function, lists) = row.split_first().unwrap();
            let lists: Vec<&Vec<Value>> = lists.iter().map(|list| &self.arguments[list]).collect();
            if let [list] = lists.as_slice() {
                calls.extend(list.iter().map(|argument| Call::new(function, [argument.clone()])));
            }
            for _ in 0..if lists.len() == 1 { 0 } else { 200 } {
                calls.push(Call::new(function, lists.iter().map(|list| random.of(list)).collect::<Vec<_>>()));
            }
            for _ in 0..20 {
                let list = |list: &&Vec<Value>| {
                    if random.once_in(2) { self.arguments["anything"].clone() } else { (*list).clone() }
                };
                let lists: Vec<_> = lists.iter().map(list).collect();
                calls.push(Call::new(function, lists.iter().map(|list| random.of(list)).collect::<Vec<_>>()));
            }
        }
        calls
    }
}

/// Whether `call` holds a number that the engine does not keep as OPA does.
fn has_lost_text(call: &Call) -> bool {
    let text = json!(call.arguments).to_string();
    [".0,", ".0]", "0.1,", "e+", "e-", "123456789012345678901234567890"]
        .iter()
        .any(|lost| text.contains(lost))
}

#[test]
fn all_other_functions_say_what_they_say_in_opa() {
    let calls = Calls::read().generate(&mut Random::new(4));
    compare(&calls, |call, ours, opa| match (ours, opa) {
        (None, Some(_)) => REFUSED.contains(&call.function.as_str()),
        (Some(_), Some(_)) => OTHERWISE.contains(&call.function.as_str()) && has_lost_text(call),
        (_, None) => false,
    });
}
