//! What the functions mean where the engine's own mean something else.

use regorus::{Engine, Value};

use super::{REPLACED, delegate};

/// The arguments and the answer are Rego; the answer is in a list, which is empty where the function refuses.
#[track_caller]
fn check(name: &str, arguments: &str, expected: &str) {
    let value = |text: &str| {
        Engine::new().eval_query(text.to_owned(), false).unwrap().result[0].expressions[0].value.clone()
    };
    let arguments: Vec<Value> = value(arguments).as_array().unwrap().iter().cloned().collect();
    let (_, built_in) = REPLACED.iter().find(|(replaced, _)| *replaced == name).unwrap();
    let found: Vec<Value> = built_in(&arguments).into_iter().collect();
    assert_eq!(Value::from(found), value(expected), "{name}");
    assert_ne!(
        delegate(name, &arguments).ok().map(|own| Value::from(vec![own])),
        Some(value(expected)),
        "{name}: so does the engine's own"
    );
}

#[test]
fn characters_are_counted_and_changed_one_by_one() {
    check("count", r#"["💥"]"#, "[1]");
    check("upper", r#"["ßᾳ"]"#, r#"["ßᾼ"]"#);
    check("lower", r#"["İΑΣ"]"#, r#"["iας"]"#.replace('ς', "σ").as_str());
    check("indexof", r#"["abc", ""]"#, "[]");
    check("indexof_n", r#"["abc", ""]"#, "[]");
    check("substring", r#"["abc", 0.5, 1]"#, "[]");
    check("strings.replace_n", r#"[{"a": "b", "b": "c"}, "ab"]"#, r#"["bc"]"#);
    check("glob.quote_meta", r#"["?[a]"]"#, r#"["\\?\\[a\\]"]"#);
}

#[test]
fn orders_are_opas() {
    check("sort", r#"[[{1}, {"a": 1}]]"#, r#"[[{"a": 1}, {1}]]"#);
    check("max", r#"[[{1}, {"a": 1}]]"#, "[{1}]");
    check("min", r#"[[{1}, {"a": 1}]]"#, r#"[{"a": 1}]"#);
    check("json.marshal", r#"[{{1}, {"a": "<"}}]"#, r#"["[{\"a\":\"\\u003c\"},[1]]"]"#);
}

#[test]
fn numbers_near_zero_and_beyond_64_bits() {
    check("ceil", "[-0.5]", "[1]");
    check("floor", "[-0.5]", "[0]");
    check("round", "[18446744073709551615]", "[]");
    check("format_int", "[-0.5, 10]", r#"["0"]"#);
    check("to_number", r#"[" 1 "]"#, "[]");
    check("units.parse", r#"["1n"]"#, "[]");
}

#[test]
fn texts_are_decoded_strictly() {
    check("base64.decode", r#"["/w=="]"#, "[]");
    check("base64.is_valid", r#"["YWJj\n"]"#, "[true]");
    check("hex.decode", r#"["ff"]"#, "[]");
    check("urlquery.encode", r#"["~a*b"]"#, r#"["~a%2Ab"]"#);
    check("urlquery.encode_object", r#"[{"k": "~*"}]"#, r#"["k=~%2A"]"#);
    check("urlquery.decode", r#"["%zz"]"#, "[]");
    check("urlquery.decode_object", r#"["a=1;b=2"]"#, "[]");
    check("yaml.unmarshal", r#"["a: 012"]"#, "[]");
}

#[test]
fn documents_networks_and_versions() {
    check("json.filter", r#"[{"a": 1}, ["a/b"]]"#, r#"[{"a": 1}]"#);
    check("json.remove", r#"[{"~": 1, "": 2}, ["~0", ""]]"#, r#"[{"": 2}]"#);
    check("object.subset", r#"["a", "a"]"#, "[]");
    check("net.cidr_contains", r#"["010.0.0.0/8", "10.1.2.3"]"#, "[]");
    check("net.cidr_contains", r#"["10.0.0.0/8", "::ffff:10.0.0.1"]"#, "[true]");
    check("net.cidr_expand", r#"["10.0.0.1/31"]"#, r#"[{"10.0.0.0", "10.0.0.1"}]"#);
    check("semver.compare", r#"["v1.2.3-rc.10", "1.2.3-rc.9"]"#, "[1]");
    check("semver.is_valid", r#"["v1.2.3"]"#, "[true]");
}
