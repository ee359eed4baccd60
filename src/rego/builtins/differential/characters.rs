//! Every function of texts on every character that some encoding, escape, case or trimming treats in its own way.

use serde_json::{Value, json};

use super::{Call, compare};

/// The functions of one text.
const OF_ONE: &[&str] = &[
    "base64.decode",
    "base64.encode",
    "base64.is_valid",
    "base64url.decode",
    "base64url.encode",
    "base64url.encode_no_pad",
    "count",
    "glob.quote_meta",
    "hex.decode",
    "hex.encode",
    "json.is_valid",
    "json.marshal",
    "json.unmarshal",
    "lower",
    "net.cidr_is_valid",
    "regex.is_valid",
    "semver.is_valid",
    "strings.reverse",
    "time.parse_duration_ns",
    "time.parse_rfc3339_ns",
    "to_number",
    "trim_space",
    "units.parse",
    "units.parse_bytes",
    "upper",
    "urlquery.decode",
    "urlquery.decode_object",
    "urlquery.encode",
    "yaml.is_valid",
];

/// The functions of a text and a part of it.
const OF_TWO: &[&str] = &[
    "contains",
    "endswith",
    "indexof",
    "indexof_n",
    "split",
    "startswith",
    "strings.count",
    "trim",
    "trim_left",
    "trim_prefix",
    "trim_right",
    "trim_suffix",
];

/// Characters beyond ASCII: blanks, signs without width, cases of one and of several characters, ends of planes.
const BEYOND: &[char] = &[
    '\u{80}',
    '\u{85}',
    '\u{a0}',
    '\u{ad}',
    'µ',
    'ß',
    'à',
    'À',
    'ÿ',
    'ı',
    'İ',
    'ŉ',
    'ſ',
    'ǅ',
    'ȿ',
    'ʼ',
    'ͅ',
    'ϐ',
    'ς',
    'Σ',
    'ю',
    'Ა',
    '\u{1680}',
    '\u{180e}',
    'ẞ',
    'ᾳ',
    'ᾼ',
    '\u{2000}',
    '\u{200b}',
    '\u{2028}',
    '\u{2029}',
    '\u{202f}',
    '\u{205f}',
    '\u{2060}',
    'K',
    'Å',
    'ⅳ',
    '\u{3000}',
    'ꙮ',
    'ꭰ',
    '日',
    '\u{d7ff}',
    '\u{e000}',
    'ﬁ',
    '\u{feff}',
    '\u{fffd}',
    '\u{ffff}',
    '𐐀',
    '𝒳',
    '💥',
    '\u{10ffff}',
];

fn characters() -> impl Iterator<Item = char> {
    (0..=0x7f_u8).map(char::from).chain(BEYOND.iter().copied())
}

/// A character alone, at the ends and in the middle, and where digits, escapes and names are read.
fn texts(c: char) -> Vec<String> {
    [
        "c",
        "aca",
        "cac",
        "%c",
        "%4c",
        "4c",
        "a=c&c=b",
        "1c",
        "c1",
        "1.2.3-c",
        "\"c\"",
        "\"\\c\"",
        "YWc=",
        "YWJc",
        "10.0.0.c/8",
    ]
    .into_iter()
    .map(|form| form.replace('c', &c.to_string()))
    .collect()
}

fn calls(c: char) -> Vec<Call> {
    let texts = texts(c);
    let of_one =
        OF_ONE.iter().flat_map(|function| texts.iter().map(|text| Call::new(function, [json!(text)])));
    let of_two = OF_TWO.iter().flat_map(|function| {
        texts.iter().take(3).map(|text| Call::new(function, [json!(text), json!(c.to_string())]))
    });
    let (text, more) = (json!(c.to_string()), |count: usize| Value::from(vec![c.to_string(); count]));
    let object =
        |value: Value| Call::new("urlquery.encode_object", [json!({format!("k{c}"): value, "b c": "d"})]);
    let mut calls: Vec<_> = of_one.chain(of_two).collect();
    calls.extend([text.clone(), more(0), more(2), json!(1), json!({}), json!([1]), Value::Null].map(object));
    calls.push(Call::new(
        "replace",
        [json!("aca".replace('c', &c.to_string())), text.clone(), json!("\u{e9}")],
    ));
    calls.push(Call::new("concat", [text.clone(), json!(["a", text])]));
    calls
}

/// Where we differ on purpose. We refuse bytes that are no text, durations in days, and spellings of numbers that nobody writes; and
/// YAML is read by another reader, with other edges.
fn is_known(call: &Call, ours: Option<&str>) -> bool {
    const REFUSED: &[&str] = &[
        "base64.decode",
        "base64url.decode",
        "hex.decode",
        "time.parse_duration_ns",
        "to_number",
        "units.parse",
        "units.parse_bytes",
        "urlquery.decode",
        "urlquery.decode_object",
    ];
    const EDGES: &[&str] = &["!", "!1", "?", "\"\\'\"", "\"\\/\""];
    let is_edge = || call.arguments.iter().any(|text| EDGES.iter().any(|edge| text == edge));
    match ours {
        None => REFUSED.contains(&call.function.as_str()),
        Some(_) => call.function == "yaml.is_valid" && is_edge(),
    }
}

#[test]
fn every_character_is_what_it_is_in_opa() {
    let calls: Vec<_> = characters().flat_map(calls).collect();
    compare(&calls, |call, ours, _| is_known(call, ours));
}
