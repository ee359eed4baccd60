//! Patterns of all that RE2 has and some that it hasn't, on texts that they can match, with templates.

use serde::Deserialize;
use serde_json::json;

use super::random::Random;
use super::{Call, compare, read};

/// `fixtures/builtins/patterns.json`: what patterns, texts and templates are made of.
#[derive(Deserialize)]
struct Pieces {
    atoms: Vec<String>,
    repeats: Vec<String>,
    texts: Vec<String>,
    templates: Vec<String>,
}

/// Makes patterns out of pieces.
struct Maker {
    random: Random,
    pieces: Pieces,
}

impl Maker {
    fn new(seed: u64) -> Self {
        Self { random: Random::new(seed), pieces: serde_json::from_value(read("patterns.json")).unwrap() }
    }

    /// Anything that could be a pattern.
    fn wild(&mut self, depth: usize) -> String {
        let mut text = String::new();
        for _ in 0..self.random.below(4).saturating_add(1) {
            let below = depth.saturating_sub(1);
            let part = match self.random.below(if depth == 0 { 8 } else { 12 }) {
                0..8 => self.random.of(&self.pieces.atoms),
                8 => format!("({})", self.wild(below)),
                9 => format!("(?:{})", self.wild(below)),
                10 => {
                    format!("(?{}:{})", self.random.of(&["i", "s", "m", "U", "im", "-i"]), self.wild(below))
                }
                _ => format!("{}|{}", self.wild(below), self.wild(below)),
            };
            text.push_str(&part);
            if self.random.once_in(3) {
                text.push_str(&self.random.of(&self.pieces.repeats));
            }
        }
        text
    }

    /// A pattern that is one, and often matches empty texts.
    fn gentle(&mut self, depth: usize) -> String {
        let atoms = [
            "a", "b", "c", "ab", ".", "[ab]", "[^a]", "\\w", "\\b", "\\B", "^", "$", "(?m:^)", "(?m:$)", "é",
            "(?i:k)", "\\W", "",
        ];
        let repeats = ["", "", "", "*", "+", "?", "*?", "+?", "??", "{2}", "{0,2}", "{1,}", "{0}"];
        let mut text = String::new();
        for _ in 0..self.random.below(3).saturating_add(1) {
            let below = depth.saturating_sub(1);
            let atom = match self.random.below(if depth == 0 { 6 } else { 10 }) {
                0..6 => self.random.of(&atoms).to_owned(),
                6 | 7 => format!("({})", self.gentle(below)),
                8 => format!("({}|{})", self.gentle(below), self.gentle(below)),
                _ => format!("(?:{}|)", self.gentle(below)),
            };
            let repeat = self.random.of(&repeats);
            let group = if repeat.is_empty() { atom } else { format!("(?:{atom}){repeat}") };
            text.push_str(&group);
        }
        text
    }

    fn text(&mut self) -> String {
        let length = self.random.below(8);
        if self.random.once_in(2) {
            let few = ["a", "b", "c", "a", "b", "é", "k", "\n", "1"];
            return (0..length).map(|_| self.random.of(&few)).collect();
        }
        (0..length).map(|_| self.random.of(&self.pieces.texts)).collect()
    }

    fn calls(&mut self, pattern: &str) -> Vec<Call> {
        let mut calls = vec![Call::new("regex.is_valid", [json!(pattern)])];
        for _ in 0..2 {
            let (text, limit) = (self.text(), self.random.of(&[-1, -1, -1, 0, 1, 2, 3]));
            let found = |function| Call::new(function, [json!(pattern), json!(text), json!(limit)]);
            calls.push(match self.random.below(6) {
                0 => Call::new("regex.match", [json!(pattern), json!(text)]),
                1 => Call::new("regex.split", [json!(pattern), json!(text)]),
                2 => found("regex.find_n"),
                3 => {
                    let template = self.random.of(&self.pieces.templates);
                    Call::new("regex.replace", [json!(text), json!(pattern), json!(template)])
                }
                _ => found("regex.find_all_string_submatch_n"),
            });
        }
        calls
    }

    /// Every piece by itself.
    fn singles(&self) -> Vec<Call> {
        let texts = ["", "aA kKK sſS éÉ ab.b a\n_-", "ßẞ 日💥 ٣3 ΑαΣσς ]z"];
        let mut calls = Vec::new();
        for atom in &self.pieces.atoms {
            for (flags, repeat) in
                [("", ""), ("(?i)", ""), ("(?s)", ""), ("", "*"), ("(?i)", "{2}"), ("", "??")]
            {
                calls.extend(texts.iter().map(|text| {
                    let pattern = format!("{flags}{atom}{repeat}");
                    Call::new("regex.find_all_string_submatch_n", [json!(pattern), json!(text), json!(-1)])
                }));
            }
        }
        calls
    }
}

#[test]
fn patterns_match_what_they_match_in_opa() {
    let mut maker = Maker::new(2);
    let mut calls = maker.singles();
    for _ in 0..3_000 {
        let (wild, gentle) = (maker.wild(2), maker.gentle(3));
        calls.extend(maker.calls(&wild));
        calls.extend(maker.calls(&gentle));
    }
    // Go compiles patterns that are ten times as large as the largest of ours.
    compare(&calls, |call, ours, _| ours.is_none() && json!(call.arguments).to_string().contains("{1000}"));
}

#[test]
fn templates_with_delimiters_match_what_they_match_in_opa() {
    let mut random = Random::new(3);
    let pieces =
        ["urn:", "<", ">", "<.*>", "<[a-z]+>", "{", "}", "{[0-9]{2}}", "a.b", ":", "<(>", "<<a>>", "$", "é"];
    let texts = ["urn:", "abc", "12", "a.b", ":", "aXb", "é", "$"];
    let odd = ["<", ">", "{", "}", "", "<<", "é", "a"];
    let call = |_| {
        let template: String = (0..random.below(4)).map(|_| random.of(&pieces)).collect();
        let text: String = (0..random.below(4)).map(|_| random.of(&texts)).collect();
        let usual = random.of(&[("<", ">"), ("{", "}")]);
        let (open, close) = if random.once_in(5) { (random.of(&odd), random.of(&odd)) } else { usual };
        Call::new("regex.template_match", [json!(template), json!(text), json!(open), json!(close)])
    };
    let calls: Vec<_> = (0..2_000).map(call).collect();
    compare(&calls, |_, _, _| false);
}
