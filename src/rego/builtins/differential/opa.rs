//! Asks the real OPA, all calls at once.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::json;

use super::Call;
use crate::rego::opa;

/// Values that JSON does not have.
pub(super) const SPECIALS: &str = r#"[
    set(), {1, 2}, {"b", "a"}, {[1], {"a": 1}, {2}, "x", 3, true, null, 1.5}, {1: "one", [2]: "two", {3}: {4}},
    18446744073709551615, 18446744073709551616, -18446744073709551617, 9223372036854775807, -9223372036854775808,
    9223372036854775808, 123456789012345678901234567890, {"x": {"y", "z"}}, [{1}, {2}], {{1}, {2}, {1, 2}}, {{"a": 2}, {"a": 1}},
    {{1, 2}, {2, 3}}, {"a": {1, 2}, "b": [{3}]}, {"a", "b", "c"}, {null}, {{}}, {set()}, {"c", "é", "日", ""}, {1, "a"}, {["a", "b"], "c/d"}
]"#;

/// What OPA answers to each call, as Rego text; nothing where it refuses. Nothing at all without OPA.
pub(super) fn answers(calls: &[Call]) -> Option<Vec<Option<String>>> {
    let program = opa::find()?;
    let folder = tempfile::tempdir().unwrap();
    let module = folder.path().join("batch.rego");
    std::fs::write(&module, write_module(calls)).unwrap();
    let mut child = Command::new(program)
        .args(["eval", "--format", "raw", "--stdin-input", "--data"])
        .arg(&module)
        .arg("json.marshal(data.batch.answers)")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let input = write_input(calls);
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(input.to_string().as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let found: BTreeMap<String, BTreeMap<String, String>> = serde_json::from_str(&text)
        .unwrap_or_else(|error| panic!("{error}: {}", text.chars().take(2_000).collect::<String>()));
    let find = |(index, call): (usize, &Call)| found.get(&call.function)?.get(&index.to_string()).cloned();
    Some(calls.iter().enumerate().map(find).collect())
}

/// By function, then by the number of the call: the arguments.
fn write_input(calls: &[Call]) -> serde_json::Value {
    let mut input: BTreeMap<&str, BTreeMap<String, &[serde_json::Value]>> = BTreeMap::new();
    for (index, call) in calls.iter().enumerate() {
        input.entry(&call.function).or_default().insert(index.to_string(), &call.arguments);
    }
    json!(input)
}

fn write_module(calls: &[Call]) -> String {
    let mut module = String::from("package batch\n");
    writeln!(module, "specials := {SPECIALS}").unwrap();
    module.push_str(
        r#"
is_special(x) if x["$"] >= 0
value(x) := specials[x["$"]] if is_special(x)
value(x) := x if not is_special(x)
arg(x) := [value(e) | some e in x] if is_array(x)
arg(x) := value(x) if not is_array(x)
"#,
    );
    let arities: BTreeSet<_> = calls.iter().map(|call| (&call.function, call.arguments.len())).collect();
    for (function, arity) in arities {
        let arguments: Vec<_> = (0..arity).map(|index| format!("arg(a[{index}])")).collect();
        writeln!(
            module,
            "answers[{function:?}][i] := t if {{ some i, a in input[{function:?}]; count(a) == {arity}; \
             v := {function}({}); t := sprintf(\"%v\", [[v]]) }}",
            arguments.join(", ")
        )
        .unwrap();
    }
    module
}
