//! Patterns of all that RE2 has and some that it hasn't, on texts that they can match, with templates.

use serde_json::json;

use super::random::Random;
use super::{Call, compare};

const ATOMS: &[&str] = &[
    "a",
    "b",
    "ab",
    "abc",
    "A",
    "k",
    "s",
    "é",
    "ß",
    "K",
    "ſ",
    "日",
    "💥",
    " ",
    "-",
    "_",
    "1",
    "\n",
    ".",
    ".",
    "^",
    "$",
    "\\b",
    "\\B",
    "\\A",
    "\\z",
    "\\Z",
    "\\C",
    "\\d",
    "\\D",
    "\\w",
    "\\W",
    "\\s",
    "\\S",
    "\\pL",
    "\\PL",
    "\\p{Lu}",
    "\\p{Greek}",
    "\\p{^Nd}",
    "\\pN",
    "\\p{lu}",
    "\\p{Letter}",
    "\\p{Old_Italic}",
    "\\p{Foo}",
    "\\p{Any}",
    "\\pX",
    "\\pZ",
    "\\t",
    "\\n",
    "\\x41",
    "\\x{e9}",
    "\\x{1F4A5}",
    "\\x{110000}",
    "\\x4",
    "\\07",
    "\\101",
    "\\1",
    "\\8",
    "\\.",
    "\\-",
    "\\_",
    "\\q",
    "\\é",
    "\\Qa.b\\E",
    "\\Q*",
    "\\E",
    "[a]",
    "[^a]",
    "[a-c]",
    "[^a-c\\n]",
    "[]a]",
    "[^]a]",
    "[a-]",
    "[-a]",
    "[\\d-z]",
    "[a-\\d]",
    "[c-a]",
    "[\\w.-]",
    "[[:alpha:]]",
    "[[:^digit:]x]",
    "[[:foo:]]",
    "[[:word:]]",
    "[[:space:]]",
    "[[:punct:]]",
    "[:alpha:]",
    "[\\pL\\d]",
    "[^\\W]",
    "[\\S\\n]",
    "[^\\s]",
    "[é-ü]",
    "[k]",
    "[^k]",
    "[K-Z]",
    "[\\]]",
    "[a&&b]",
    "[a--b]",
    "[a~~b]",
    "[[a]]",
    "[",
    "[]",
    "[^]",
    "[a",
    "[\\Q]",
    "[\\b]",
    "[\\z]",
    "[\\x41-\\x43]",
    "()",
    "(a)",
    "(b)|c",
    "(?:)",
    "(?:ab)",
    "(a|b)",
    "(?P<n>a)",
    "(?<m>b)",
    "(?P<n>b)",
    "(?P<1>a)",
    "(?P<é>a)",
    "(?P<>a)",
    "(?P=n)",
    "(?=a)",
    "(?!a)",
    "(?<=a)",
    "(?<!a)",
    "(?>a)",
    "(?#c)",
    "(?i)",
    "(?s)",
    "(?m)",
    "(?U)",
    "(?x)",
    "(?-i)",
    "(?i-s)",
    "(?-)",
    "(?i-)",
    "(?)",
    "(?i:a)",
    "(?i:k)",
    "(?s:.)",
    "(?-s:.)",
    "(?m:^)",
    "(?m:$)",
    "(?im-s:A.$)",
    "(?U:a*)",
    "(?",
    "(?i",
    "|",
    "||",
    "{",
    "}",
    "{,2}",
    "{a}",
    ")",
    "#",
    "x",
    "/",
    "&",
    "~",
    "\"",
    "\\\"",
];
const REPEATS: &[&str] = &[
    "*", "+", "?", "*?", "+?", "??", "**", "+*", "?+", "*+", "{0}", "{1}", "{2}", "{0,1}", "{1,2}", "{2,}",
    "{0,}", "{2,1}", "{2}?", "{1,3}?", "{2,}?", "{2}{3}", "{01}", "{1001}", "{1000}", "{,1}", "{1,2", "*{2}",
];
const TEXTS: &[&str] = &[
    "a", "b", "c", "ab", "abc", "A", "B", "k", "K", "K", "s", "S", "ſ", "é", "É", "ß", "ẞ", "日", "💥", " ",
    "\n", "\t", "-", "_", "1", "٣", "x", "X", "z", ".", "*", "$", "αβ", "Σ", "ς", "]", "[", "{", "}", "\\",
    ":", "\u{0}", "\u{a0}", "\u{301}",
];
const TEMPLATES: &[&str] = &[
    "",
    "x",
    "$0",
    "$1",
    "${1}",
    "$2",
    "$1x",
    "${1}x",
    "$n",
    "${n}",
    "${m}-$n",
    "$$",
    "$",
    "$$1",
    "${",
    "${1",
    "${}",
    "$01",
    "$-",
    "<$0>",
    "$1é",
    "$é",
    "\\1",
    "$1$2$3",
    "${0}${0}",
    "$999999999999",
    "$9",
    "${1 }",
    "${n}$",
    "&",
];

fn pattern(random: &mut Random, depth: usize) -> String {
    let mut text = String::new();
    for _ in 0..random.below(4).saturating_add(1) {
        match random.below(if depth == 0 { 8 } else { 12 }) {
            0..8 => text.push_str(random.of(ATOMS)),
            8 => text.push_str(&format!("({})", pattern(random, depth.saturating_sub(1)))),
            9 => text.push_str(&format!("(?:{})", pattern(random, depth.saturating_sub(1)))),
            10 => text.push_str(&format!(
                "(?{}:{})",
                random.of(&["i", "s", "m", "U", "im", "-i"]),
                pattern(random, depth.saturating_sub(1))
            )),
            _ => text.push_str(&format!(
                "{}|{}",
                pattern(random, depth.saturating_sub(1)),
                pattern(random, depth.saturating_sub(1))
            )),
        }
        if random.once_in(3) {
            text.push_str(random.of(REPEATS));
        }
    }
    text
}

/// A pattern that is more often right than not, and often matches empty texts.
fn gentle(random: &mut Random, depth: usize) -> String {
    let atoms = [
        "a", "b", "c", "ab", ".", "[ab]", "[^a]", "\\w", "\\b", "\\B", "^", "$", "(?m:^)", "(?m:$)", "é",
        "(?i:k)", "\\W", "",
    ];
    let mut text = String::new();
    for _ in 0..random.below(3).saturating_add(1) {
        let atom = match random.below(if depth == 0 { 6 } else { 10 }) {
            0..6 => random.of(&atoms).to_owned(),
            6 | 7 => format!("({})", gentle(random, depth.saturating_sub(1))),
            8 => format!(
                "({}|{})",
                gentle(random, depth.saturating_sub(1)),
                gentle(random, depth.saturating_sub(1))
            ),
            _ => format!("(?:{}|)", gentle(random, depth.saturating_sub(1))),
        };
        let repeat = random.of(&["", "", "", "*", "+", "?", "*?", "+?", "??", "{2}", "{0,2}", "{1,}", "{0}"]);
        text.push_str(&if repeat.is_empty() { atom } else { format!("(?:{atom}){repeat}") });
    }
    text
}

fn text(random: &mut Random) -> String {
    let length = random.below(8);
    if random.once_in(2) {
        return (0..length).map(|_| random.of(&["a", "b", "c", "a", "b", "é", "k", "\n", "1"])).collect();
    }
    (0..length).map(|_| random.of(TEXTS)).collect()
}

fn calls(random: &mut Random, pattern: &str, calls: &mut Vec<Call>) {
    calls.push(Call::new("regex.is_valid", [json!(pattern)]));
    for _ in 0..2 {
        let text = text(random);
        let limit = random.of(&[-1, -1, -1, 0, 1, 2, 3]);
        calls.push(match random.below(6) {
            0 => Call::new("regex.match", [json!(pattern), json!(text)]),
            1 => Call::new("regex.split", [json!(pattern), json!(text)]),
            2 => Call::new("regex.find_n", [json!(pattern), json!(text), json!(limit)]),
            3 => Call::new("regex.replace", [json!(text), json!(pattern), json!(random.of(TEMPLATES))]),
            _ => Call::new("regex.find_all_string_submatch_n", [json!(pattern), json!(text), json!(limit)]),
        });
    }
}

#[test]
fn patterns_match_what_they_match_in_opa() {
    let mut random = Random::new(2);
    let mut all = Vec::new();
    for atom in ATOMS {
        for repeat in ["", "*", "{2}", "??"] {
            for flags in ["", "(?i)", "(?s)"] {
                for text in ["", "aA kKK sſS éÉ ab.b a\n_-", "ßẞ 日💥 ٣3 ΑαΣσς ]z"] {
                    let pattern = format!("{flags}{atom}{repeat}");
                    all.push(Call::new(
                        "regex.find_all_string_submatch_n",
                        [json!(pattern), json!(text), json!(-1)],
                    ));
                }
            }
        }
    }
    for _ in 0..6_000 {
        let (wild, gentle) = (pattern(&mut random, 2), gentle(&mut random, 3));
        calls(&mut random, &wild, &mut all);
        calls(&mut random, &gentle, &mut all);
    }
    // Go takes ten times as much of a pattern as we do.
    compare(&all, |call, ours, _| {
        ours.is_none() && call.arguments.iter().any(|a| a.to_string().contains("{1000}"))
    });
}

#[test]
fn templates_with_delimiters_match_what_they_match_in_opa() {
    let mut random = Random::new(3);
    let pieces =
        ["urn:", "<", ">", "<.*>", "<[a-z]+>", "{", "}", "{[0-9]{2}}", "a.b", ":", "<(>", "<<a>>", "$", "é"];
    let delimiters = ["<", ">", "{", "}", "", "<<", "é", "a"];
    let all: Vec<_> = (0..2_000)
        .map(|_| {
            let template: String = (0..random.below(4)).map(|_| random.of(&pieces)).collect();
            let text: String = (0..random.below(4))
                .map(|_| random.of(&["urn:", "abc", "12", "a.b", ":", "aXb", "é", "$"]))
                .collect();
            let (open, close) = if random.once_in(5) {
                (random.of(&delimiters), random.of(&delimiters))
            } else {
                random.of(&[("<", ">"), ("{", "}")])
            };
            Call::new("regex.template_match", [json!(template), json!(text), json!(open), json!(close)])
        })
        .collect();
    compare(&all, |_, _, _| false);
}
