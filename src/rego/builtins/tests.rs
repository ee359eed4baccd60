use super::{BUILTINS, REPLACED, Refusal, catalogue, clock};
use crate::rego::builtins::catalogue::Standing;
use regorus::Value;
use serde_json::json;

fn call(name: &str, arguments: &[serde_json::Value]) -> Result<Value, Refusal> {
    let arguments: Vec<Value> = arguments.iter().cloned().map(Value::from).collect();
    let (_, built_in) = REPLACED.iter().find(|(replaced, _)| *replaced == name).unwrap();
    built_in(&arguments)
}

#[track_caller]
fn gives(name: &str, arguments: &[serde_json::Value], expected: &serde_json::Value) {
    assert_eq!(call(name, arguments), Ok(Value::from(expected.clone())), "{name}");
}

#[track_caller]
fn refuses(name: &str, arguments: &[serde_json::Value], part: &str) {
    let refusal = call(name, arguments).unwrap_err().to_string();
    assert!(refusal.contains(part), "{name}: {refusal}");
}

/// A value of little memory that is 2^levels long when it is written out.
fn doubled(levels: usize) -> Value {
    (0..levels).fold(Value::from("x"), |value, _| Value::from(vec![value.clone(), value]))
}

#[test]
fn only_what_is_there_and_allowed_is_replaced() {
    for (name, _) in REPLACED {
        assert!(BUILTINS.contains_key(name), "{name}");
        assert!(matches!(catalogue::standing(name), Standing::Allowed { .. }), "{name}");
    }
}

#[test]
fn ranges_are_as_long_as_allowed_and_no_longer() {
    gives("numbers.range", &[json!(3), json!(1)], &json!([3, 2, 1]));
    gives("numbers.range", &[json!(1), json!(1)], &json!([1]));
    gives("numbers.range_step", &[json!(1), json!(6), json!(2)], &json!([1, 3, 5]));
    gives("numbers.range_step", &[json!(6), json!(1), json!(2)], &json!([6, 4, 2]));
    let longest = call("numbers.range", &[json!(1), json!(100_000)]).unwrap();
    assert_eq!(longest.as_array().unwrap().as_slice().len(), 100_000);
    refuses("numbers.range", &[json!(0), json!(100_000)], "more than 100000 numbers");
    refuses("numbers.range", &[json!(0), json!(9_000_000_000_000_000_000_i64)], "more than 100000 numbers");
    refuses("numbers.range", &[json!(i64::MIN), json!(i64::MAX)], "more than 100000 numbers");
    refuses("numbers.range_step", &[json!(1), json!(2), json!(0)], "the step must be a positive integer");
    refuses("numbers.range", &[json!(1.5), json!(2)], "wrong type");
}

#[test]
fn quantities_have_small_exponents() {
    gives("units.parse_bytes", &[json!("10Ki")], &json!(10240));
    gives("units.parse", &[json!("1E")], &json!(1_000_000_000_000_000_000_i64));
    refuses("units.parse", &[json!("1e1000000000Gi")], "exponent");
    refuses("units.parse", &[json!("1e-1000000000Gi")], "exponent");
    refuses("units.parse", &[json!("1e1000000000E")], "exponent");
    refuses("units.parse_bytes", &[json!("1e_1000000000")], "exponent");
    gives("units.parse", &[json!("5e1Gi")], &json!(53_687_091_200_i64));
    gives("units.parse", &[json!("-3.5E2m")], &json!(-0.35));
    gives("units.parse_bytes", &[json!("1KiB")], &json!(1024));
    refuses("units.parse_bytes", &[json!("1e999999999Gi")], "exponent");
    refuses("units.parse_bytes", &[json!("9".repeat(1000))], "too long");
    refuses("units.parse", &[json!("10 Ki")], "wrong type");
}

#[test]
fn documents_are_read_within_bounds() {
    let magic = json!(r#"{"$serde_json::private::Number":"1e1000000000"}"#);
    assert!(call("yaml.unmarshal", std::slice::from_ref(&magic)).unwrap().as_object().is_ok());
    gives("json.is_valid", std::slice::from_ref(&magic), &json!(true));
    gives("json.is_valid", &[json!("{")], &json!(false));
    gives("json.is_valid", &[json!(1)], &json!(false));
    gives("yaml.is_valid", &[json!("a: [")], &json!(false));
    refuses("json.is_valid", &[json!("[".repeat(20_000))], "nested too deeply");
    refuses("json.unmarshal", &[json!("1e400")], "too great a number");
    refuses("json.unmarshal", &[json!("{")], "not valid JSON");
    refuses("to_number", std::slice::from_ref(&magic), "wrong type");
    gives("to_number", &[json!("12.5")], &json!(12.5));
    gives("json.filter", &[json!({"a": [1]}), json!([["a", magic]])], &json!({"a": []}));
    gives("json.filter", &[json!({"a": {"b": 1}, "c": 2}), json!(["a/b"])], &json!({"a": {"b": 1}}));
}

#[test]
fn what_grows_is_bounded() {
    let large = json!("x".repeat(9 << 20));
    refuses("concat", &[json!(""), json!([large, large])], "more than 16777216 bytes");
    refuses("replace", &[json!("a".repeat(100_000)), json!("a"), json!("b".repeat(1_000))], "bytes");
    refuses("replace", &[json!("a".repeat(100_000)), json!(""), json!("b".repeat(1_000))], "bytes");
    refuses("strings.replace_n", &[json!({"a": "b".repeat(1_000)}), json!("a".repeat(100_000))], "bytes");
    refuses("bits.lsh", &[json!(1), json!(1_000_000)], "a shift of more than");
    let half = json!(vec![0; 600_000]);
    refuses("array.concat", &[half.clone(), half], "more than 1000000 items");
    gives("concat", &[json!(", "), json!(["a", "b"])], &json!("a, b"));
    gives("replace", &[json!("aXbX"), json!("X"), json!("y")], &json!("ayby"));
    gives("strings.replace_n", &[json!({"a": "1", "b": "2"}), json!("abc")], &json!("12c"));
    gives("array.concat", &[json!([1]), json!([2])], &json!([1, 2]));
}

#[test]
fn a_small_value_that_is_endless_when_written_is_refused() {
    for name in ["json.marshal", "hex.encode"] {
        let (_, built_in) = REPLACED.iter().find(|(replaced, _)| *replaced == name).unwrap();
        assert!(built_in(&[doubled(60)]).unwrap_err().to_string().contains("bytes"), "{name}");
    }
    let (_, sprintf) = REPLACED.iter().find(|(replaced, _)| *replaced == "sprintf").unwrap();
    let refusal = sprintf(&[Value::from("%v"), Value::from(vec![doubled(60)])]).unwrap_err();
    assert!(refusal.to_string().contains("bytes"));
    gives("json.marshal", &[json!({"a": [1]})], &json!("{\"a\":[1]}"));
}

#[test]
fn formats_have_bounded_widths() {
    gives("sprintf", &[json!("%s has %d"), json!(["a", 2])], &json!("a has 2"));
    gives("sprintf", &[json!("%5d%%"), json!([2])], &json!("    2%"));
    gives("sprintf", &[json!("%4000000000d"), json!([1])], &json!("%!(NOVERB)%!(EXTRA int64=1)"));
    gives("sprintf", &[json!("%٣d"), json!([1])], &json!("%!٣(int64=1)d"));
    gives("sprintf", &[json!("%d"), json!([])], &json!("%!d(MISSING)"));
    refuses("sprintf", &[json!("%1000000d%1000000d"), json!([1, 2])], "more than 1048576 bytes");
}

#[test]
fn networks_are_expanded_up_to_65536_addresses() {
    let expanded = call("net.cidr_expand", &[json!("10.0.0.3/31")]).unwrap();
    assert_eq!(expanded.to_string(), r#"["10.0.0.2","10.0.0.3"]"#);
    assert!(expanded.as_set().is_ok());
    for network in ["0.0.0.0/0", "::/0", "10.0.0.0/15", "fd00::/64"] {
        refuses("net.cidr_expand", &[json!(network)], "more than 65536 addresses");
    }
    refuses("net.cidr_expand", &[json!("10.0.0.0/99")], "wrong type");
}

#[test]
fn what_made_the_engine_panic_has_an_answer() {
    gives("object.subset", &[json!([]), json!([])], &json!(true));
    gives("object.subset", &[json!(["a"]), json!([])], &json!(true));
    gives("object.subset", &[json!({"a": {"b": 1, "c": 2}}), json!({"a": {"b": 1}})], &json!(true));
    gives("object.subset", &[json!([1, 2, 3]), json!([2, 3])], &json!(true));
    gives("object.subset", &[json!([1, 2, 3]), json!([1, 3])], &json!(false));
    gives("strings.count", &[json!("abc"), json!("")], &json!(4));
    gives("strings.count", &[json!("aaa"), json!("aa")], &json!(1));
    gives(
        "regex.template_match",
        &[json!("aaaaaaaaaa{x}"), json!("aaa"), json!("{"), json!("}")],
        &json!(false),
    );
    refuses("time.parse_ns", &[json!("é"), json!("")], "none by its layout");
}

#[test]
fn time_is_what_was_set_and_never_the_machines() {
    clock::set_now(7);
    gives("time.now_ns", &[], &json!(7));
    gives("time.clock", &[json!([3_600_000_000_000_i64, "UTC"])], &json!([1, 0, 0]));
    refuses("time.clock", &[json!([0, "Local"])], "Local");
    refuses("time.diff", &[json!(0), json!([0, "Local"])], "Local");
}

#[test]
fn trace_is_true_as_in_opa() {
    gives("trace", &[json!("note")], &json!(true));
}
