//! Random policies that OPA mostly takes, and inputs with missing attributes and mixed types.

mod statements;
mod terms;

use serde_json::{Value as Json, json};

use super::support::Files;

/// A generator that makes the same policies from the same seed.
pub(super) struct Generator {
    state: u64,
    /// The variables that are bound where it writes.
    variables: Vec<String>,
    /// Those of them whose type OPA cannot know: they stand for a part of the input.
    open: Vec<String>,
    made: usize,
    /// The rules that may be named.
    rules: Vec<String>,
    functions: usize,
}

/// How many rules package `policy` has; they are named `p0`, `p1`, ….
pub(super) const RULES: usize = 6;

impl Generator {
    pub(super) fn new(seed: u64) -> Self {
        let state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        Self { state, variables: Vec::new(), open: Vec::new(), made: 0, rules: Vec::new(), functions: 0 }
    }

    fn below(&mut self, bound: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        usize::try_from(self.state >> 33).unwrap().checked_rem(bound).unwrap()
    }

    fn one_of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }

    /// A policy of two packages in three files.
    pub(super) fn policy(&mut self) -> Files {
        let (mut first, mut second) =
            ("package lib\n".to_owned(), "package lib\n\nimport input.a as shared\n".to_owned());
        // OPA is given one file after the other, so the first can need nothing of the second.
        first.push_str(&self.rule("q0"));
        for name in ["q0", "q1"] {
            self.rules.push(name.to_owned());
            second.push_str(&self.rule(if name == "q0" { "q1" } else { "q2" }));
        }
        self.rules = (0..3).map(|index| format!("data.lib.q{index}")).collect();
        let mut main = "package policy\n\nimport data.lib\nimport input.b as shared\n".to_owned();
        for index in 0..2 {
            main.push_str(&self.function(&format!("f{index}")));
            self.functions = self.functions.saturating_add(1);
        }
        for index in 0..RULES {
            main.push_str(&self.rule(&format!("p{index}")));
            self.rules.push(format!("p{index}"));
        }
        vec![
            ("lib1.rego".to_owned(), first),
            ("lib2.rego".to_owned(), second),
            ("policy.rego".to_owned(), main),
        ]
    }

    /// A document for such policies.
    pub(super) fn input(&mut self) -> Json {
        let mut object = serde_json::Map::new();
        for key in ["a", "b", "c", "list", "map"] {
            if self.below(4) > 0 {
                let value = match key {
                    "list" => self.list(),
                    "map" => self.map(),
                    _ => self.value(2),
                };
                object.insert(key.to_owned(), value);
            }
        }
        Json::Object(object)
    }

    fn list(&mut self) -> Json {
        (0..self.below(4)).map(|_| if self.below(3) == 0 { self.value(1) } else { self.map() }).collect()
    }

    fn map(&mut self) -> Json {
        let keys = ["a", "b", "c", "m"];
        let chosen: Vec<&str> = keys.into_iter().filter(|_| self.below(2) == 0).collect();
        chosen.into_iter().map(|key| (key.to_owned(), self.value(1))).collect()
    }

    fn value(&mut self, depth: usize) -> Json {
        match self.below(if depth == 0 { 5 } else { 8 }) {
            0 => Json::Null,
            1 => json!(self.below(2) == 0),
            2 | 3 => json!(self.below(4)),
            4 => json!(self.one_of(&["a", "b", "c", "m"])),
            5 => (0..self.below(3)).map(|_| self.value(depth.saturating_sub(1))).collect(),
            _ => {
                let keys = ["a", "b"];
                keys.into_iter().map(|key| (key.to_owned(), self.value(depth.saturating_sub(1)))).collect()
            }
        }
    }

    fn function(&mut self, name: &str) -> String {
        self.begin_function();
        let first = self.clause(2);
        self.begin_function();
        let second = if self.below(3) == 0 { format!(" else {}", self.clause(2)) } else { String::new() };
        self.clear();
        let default = if self.below(4) == 0 { format!("\n\ndefault {name}(_) := 0") } else { String::new() };
        format!("\n{name}(arg) {first}{second}{default}\n")
    }

    fn begin_function(&mut self) {
        self.clear();
        self.fresh_named("arg");
    }

    fn rule(&mut self, name: &str) -> String {
        self.clear();
        match self.below(7) {
            0 | 1 => self.element(name),
            2 => {
                let body = self.body(4);
                format!("\n{name}[{}] := {} if {{\n{body}}}\n", self.term(1), self.term(2))
            }
            3 => {
                let first = self.clause(4);
                self.clear();
                let second =
                    if self.below(2) == 0 { format!(" else {}", self.clause(2)) } else { String::new() };
                format!("\ndefault {name} := \"none\"\n\n{name} {first}{second}\n")
            }
            4 => format!("\n{name} if {{\n{}}}\n", self.body(4)),
            5 => {
                let first = self.element(name);
                self.clear();
                first + &self.element(name)
            }
            _ => format!("\n{name} := {}\n", self.term(3)),
        }
    }

    fn element(&mut self, name: &str) -> String {
        let body = self.body(4);
        format!("\n{name} contains {} if {{\n{body}}}\n", self.term(2))
    }

    /// A value and a body of at most so many statements.
    fn clause(&mut self, most: usize) -> String {
        let body = self.body(most);
        format!(":= {} if {{\n{body}}}", self.term(2))
    }

    fn clear(&mut self) {
        self.variables.clear();
        self.open.clear();
    }

    fn body(&mut self, most: usize) -> String {
        let mut statements = Vec::new();
        for _ in 0..=self.below(most) {
            statements.push(self.statement());
        }
        if statements.len() > 1 && self.below(4) == 0 {
            let (one, other) = (self.below(statements.len()), self.below(statements.len()));
            statements.swap(one, other);
        }
        format!("\t{}\n", statements.join(";\n\t"))
    }

    fn fresh(&mut self) -> String {
        self.made = self.made.saturating_add(1);
        let name = format!("v{}", self.made);
        self.variables.push(name.clone());
        name
    }

    fn fresh_named(&mut self, name: &str) {
        self.variables.push(name.to_owned());
        self.open.push(name.to_owned());
    }

    fn fresh_open(&mut self) -> String {
        let name = self.fresh();
        self.open.push(name.clone());
        name
    }

    fn open_variable(&mut self) -> String {
        let index = self.below(self.open.len());
        self.open[index].clone()
    }

    fn open_collection(&mut self) -> String {
        match self.below(4) {
            0 => "input.list".to_owned(),
            1 => "input.map".to_owned(),
            _ => self.reference(),
        }
    }
}
