//! Random policies that OPA mostly takes, and inputs with missing attributes and mixed types.

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
        usize::try_from((self.state >> 33) % u64::try_from(bound).unwrap()).unwrap()
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
            self.functions = self.functions + 1;
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
            5 => (0..self.below(3)).map(|_| self.value(depth - 1)).collect(),
            _ => {
                let keys = ["a", "b"];
                keys.into_iter().map(|key| (key.to_owned(), self.value(depth - 1))).collect()
            }
        }
    }

    fn function(&mut self, name: &str) -> String {
        self.variables = vec!["arg".to_owned()];
        self.open = self.variables.clone();
        let body = self.body(2);
        let value = self.term(2);
        self.clear();
        let mut text = format!("\n{name}(arg) := {value} if {{\n{body}}}");
        if self.below(3) == 0 {
            self.variables = vec!["arg".to_owned()];
            self.open = self.variables.clone();
            let body = self.body(2);
            text.push_str(&format!(" else := {} if {{\n{body}}}", self.term(2)));
        }
        self.clear();
        if self.below(4) == 0 {
            text.push_str(&format!("\n\ndefault {name}(_) := \"none\""));
        }
        text + "\n"
    }

    fn rule(&mut self, name: &str) -> String {
        self.clear();
        let body = {
            let most = 4;
            self.body(most)
        };
        match self.below(7) {
            0 | 1 => format!("\n{name} contains {} if {{\n{body}}}\n", self.term(2)),
            2 => format!("\n{name}[{}] := {} if {{\n{body}}}\n", self.term(1), self.term(2)),
            3 => {
                let value = self.term(2);
                let mut text = format!("\ndefault {name} := \"none\"\n\n{name} := {value} if {{\n{body}}}");
                for _ in 0..self.below(2) {
                    self.clear();
                    let body = self.body(2);
                    let value = self.term(2);
                    text.push_str(&format!(" else := {value} if {{\n{body}}}"));
                }
                text + "\n"
            }
            4 => format!("\n{name} if {{\n{body}}}\n"),
            5 => {
                let mut text = format!("\n{name} contains {} if {{\n{body}}}\n", self.term(2));
                self.clear();
                let body = self.body(3);
                text.push_str(&format!("\n{name} contains {} if {{\n{body}}}\n", self.term(2)));
                text
            }
            _ => {
                self.clear();
                format!("\n{name} := {}\n", self.term(3))
            }
        }
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
        self.made += 1;
        let name = format!("v{}", self.made);
        self.variables.push(name.clone());
        name
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

    fn statement(&mut self) -> String {
        match self.below(30) {
            20 => {
                let value = format!("[{}, {}]", self.term(1), self.reference());
                let (one, two) = (self.fresh(), self.fresh_open());
                format!("[{one}, {two}] := {value}")
            }
            21 => {
                let base = self.reference();
                let (one, two) = (self.fresh_open(), self.fresh_open());
                format!("{{\"a\": {one}, \"b\": {two}}} = {base}")
            }
            22 => {
                let (one, two) = (self.reference(), self.reference());
                let index = self.fresh_open();
                format!("{one}[{index}].a == {two}[{index}]")
            }
            23 => {
                let (one, two) = (self.reference(), self.reference());
                let index = self.fresh_open();
                format!("some {index}; {one}[{index}] == {two}")
            }
            24 => {
                let domain = self.open_collection();
                let known = (self.variables.clone(), self.open.clone());
                let (key, name) = (self.fresh_open(), self.fresh_open());
                let body = self.statement();
                (self.variables, self.open) = known;
                format!("every {key}, {name} in {domain} {{ {body}; [{key}, {name}] != [9] }}")
            }
            25 => {
                let comprehension = self.comprehension(1);
                let negation = self.one_of(&["", "not "]);
                format!("{negation}count({comprehension}) > {}", self.below(2))
            }
            26 => {
                let sets = format!(
                    "{{{0} | {0} := {1}}} {2} {{{0} | {0} := {3}}}",
                    "e",
                    self.reference(),
                    "OP",
                    self.reference()
                );
                let operator = self.one_of(&["|", "&", "-"]);
                let sets = sets.replace("OP", operator);
                format!("{} := {sets}", self.fresh())
            }
            27 => format!("{} := count({}) + {}", self.fresh(), self.comprehension(1), self.below(3)),
            28 => {
                let base = self.single();
                let (path, value) = (self.fresh_open(), self.fresh_open());
                match self.below(3) {
                    0 => format!("[{path}, {value}] := walk({base}); [{path}, {value}] != [9]"),
                    1 => format!("{value} := walk({base})[1]; {path} := {value}"),
                    _ => format!("walk({base}, [{path}, {value}]); [{path}, {value}] != [9]"),
                }
            }
            29 => format!("{}, {} in {}", self.reference(), self.term(1), self.open_collection()),
            0 | 1 => {
                let value = self.term(2);
                format!("{} := {value}", self.fresh())
            }
            2 => {
                let value = self.reference();
                format!("{} := {value}", self.fresh_open())
            }
            3 => {
                let value = self.reference();
                format!("{} = {value}", self.fresh_open())
            }
            4 if !self.open.is_empty() => {
                let value = self.open_variable();
                format!("{} := {value}", self.fresh_open())
            }
            4..=6 => {
                let domain = self.open_collection();
                let name = self.fresh_open();
                format!("some {name} in {domain}; {name} != 9")
            }
            7 => {
                let domain = self.open_collection();
                let (key, value) = (self.fresh_open(), self.fresh_open());
                format!("some {key}, {value} in {domain}; [{key}, {value}] != [9]")
            }
            8 => {
                let base = self.collection_reference();
                format!("{base}[{}]", self.fresh())
            }
            9 | 10 => {
                let operator = self.one_of(&["==", "!=", "=="]);
                format!("{} {operator} {}", self.reference(), self.term(1))
            }
            11 => {
                let operator = self.one_of(&["<", "<=", ">", ">="]);
                format!("{} {operator} {}", self.reference(), self.below(3))
            }
            12..=14 => loop {
                let negated = self.negated();
                // OPA takes no `_` there but in a comprehension.
                if !negated.contains("[_]") {
                    break format!("not {negated}");
                }
            },
            15 => {
                let domain = self.open_collection();
                let known = (self.variables.clone(), self.open.clone());
                let name = self.fresh_open();
                let body = {
                    let inner = self.statement();
                    if self.below(2) == 0 {
                        inner
                    } else {
                        let two = self.statement();
                        format!("{inner}; {two}")
                    }
                };
                (self.variables, self.open) = known;
                format!("every {name} in {domain} {{ {name} != 9; {body} }}")
            }
            16 => format!("{} in {}", self.term(1), self.collection()),
            17 => self.call(),
            18 => format!("{} with input.a as {}", self.reference(), self.term(1)),
            _ => self.reference(),
        }
    }

    fn negated(&mut self) -> String {
        match self.below(10) {
            0 | 1 => self.single(),
            2 => format!("{} == {}", self.single(), self.term(1)),
            3 => format!("{} != {}", self.single(), self.term(0)),
            4 => format!("{} in {}", self.single(), self.collection()),
            5 => self.call(),
            6 | 7 if !self.variables.is_empty() => format!("{}[{}]", self.rule_name(), self.variable()),
            8 => format!("{}[{}]", self.rule_name(), self.single()),
            _ => format!("{} > {}", self.single(), self.below(3)),
        }
    }

    fn variable(&mut self) -> String {
        let index = self.below(self.variables.len());
        self.variables[index].clone()
    }

    fn rule_name(&mut self) -> String {
        if self.rules.is_empty() {
            return "input.c".to_owned();
        }
        let index = self.below(self.rules.len());
        self.rules[index].clone()
    }

    fn collection_reference(&mut self) -> String {
        match self.below(4) {
            0 => "input.list".to_owned(),
            1 => "input.map".to_owned(),
            2 => self.reference(),
            _ => format!("{}", self.rule_name()),
        }
    }

    fn collection(&mut self) -> String {
        match self.below(6) {
            0 => format!("[{}, {}]", self.term(1), self.term(1)),
            1 => format!("{{{}, {}}}", self.term(0), self.term(0)),
            2 => self.comprehension(1),
            _ => self.collection_reference(),
        }
    }

    fn reference(&mut self) -> String {
        let base = match self.below(6) {
            0..=2 if !self.open.is_empty() => self.open_variable(),
            _ => format!("input.{}", self.one_of(&["a", "b", "c", "list", "map"])),
        };
        match self.below(6) {
            0 | 1 => format!("{base}.{}", self.one_of(&["a", "b", "m"])),
            2 if !self.variables.is_empty() => format!("{base}[{}]", self.variable()),
            3 => format!("{base}[_]"),
            4 => format!("{base}[_].{}", self.one_of(&["a", "b", "m"])),
            _ => base,
        }
    }

    /// A reference without `_`, which OPA does not take under `not`.
    fn single(&mut self) -> String {
        loop {
            let reference = self.reference();
            if !reference.contains("[_]") {
                return reference;
            }
        }
    }

    fn call(&mut self) -> String {
        match self.below(9) {
            0 => format!("startswith({}, \"a\")", self.single()),
            1 => format!("count({})", self.single()),
            2 => format!("object.get({}, \"a\", {})", self.single(), self.single()),
            3 => format!("type_name({})", self.term(1)),
            4 => format!("is_string({})", self.term(1)),
            5 => format!("concat(\"-\", [{}, {}])", self.single(), self.single()),
            6 | 7 if self.functions > 0 => {
                let index = self.below(self.functions);
                format!("f{index}({})", self.term(1))
            }
            _ => format!("lower({})", self.single()),
        }
    }

    fn comprehension(&mut self, depth: usize) -> String {
        let known = (self.variables.clone(), self.open.clone());
        let mut body = vec![self.statement()];
        if self.below(2) == 0 {
            body.push(self.statement());
        }
        let term = self.term(depth);
        let text = match self.below(3) {
            0 => format!("[{term} | {}]", body.join("; ")),
            1 => format!("{{{term} | {}}}", body.join("; ")),
            _ => format!("{{{}: {term} | {}}}", self.term(0), body.join("; ")),
        };
        (self.variables, self.open) = known;
        text
    }

    fn term(&mut self, depth: usize) -> String {
        if depth == 0 {
            return match self.below(4) {
                0 => self.below(4).to_string(),
                1 => format!("\"{}\"", self.one_of(&["a", "b", "c"])),
                2 if !self.variables.is_empty() => self.variable(),
                _ => self.reference(),
            };
        }
        let depth = depth - 1;
        match self.below(12) {
            0..=2 => self.reference(),
            3 => self.rule_name(),
            4 => self.term(0),
            5 => format!("[{}, {}]", self.term(depth), self.term(depth)),
            6 => format!("{{\"a\": {}, \"b\": {}}}", self.term(depth), self.term(depth)),
            7 => self.call(),
            8 => self.comprehension(depth),
            9 => format!("({} in {})", self.term(depth), self.collection()),
            10 => format!("({} == {})", self.reference(), self.term(depth)),
            _ => format!("{{{}, {}}}", self.term(depth), self.term(depth)),
        }
    }
}
