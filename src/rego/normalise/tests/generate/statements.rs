//! Random statements.

use super::Generator;

impl Generator {
    pub(super) fn statement(&mut self) -> String {
        match self.below(30) {
            0..=8 => self.binding(),
            9..=13 => self.iteration(),
            14..=17 => self.quantifier(),
            18..=22 => self.negation(),
            _ => self.condition(),
        }
    }

    /// Binds variables by `:=`, `=` and patterns.
    fn binding(&mut self) -> String {
        match self.below(9) {
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
            5 => {
                let value = format!("[{}, {}]", self.term(1), self.reference());
                let (one, two) = (self.fresh(), self.fresh_open());
                format!("[{one}, {two}] := {value}")
            }
            6 => {
                let base = self.reference();
                let (one, two) = (self.fresh_open(), self.fresh_open());
                format!("{{\"a\": {one}, \"b\": {two}}} = {base}")
            }
            7 => {
                let operator = self.one_of(&["|", "&", "-"]);
                let (left, right) = (self.reference(), self.reference());
                format!("{} := {{e | e := {left}}} {operator} {{e | e := {right}}}", self.fresh())
            }
            // The name is made first: what the comprehension calls by it is another variable.
            _ => format!("{} := count({}) + {}", self.fresh(), self.comprehension(1), self.below(3)),
        }
    }

    /// Binds variables to the parts of something.
    fn iteration(&mut self) -> String {
        match self.below(7) {
            0 | 1 => {
                let domain = self.open_collection();
                let name = self.fresh_open();
                format!("some {name} in {domain}; {name} != 9")
            }
            2 => {
                let domain = self.open_collection();
                let (key, value) = (self.fresh_open(), self.fresh_open());
                format!("some {key}, {value} in {domain}; [{key}, {value}] != [9]")
            }
            3 => {
                let base = self.collection_reference();
                format!("{base}[{}]", self.fresh())
            }
            4 => {
                let (one, two) = (self.reference(), self.reference());
                let index = self.fresh_open();
                format!("{one}[{index}].a == {two}[{index}]")
            }
            5 => {
                let (one, two) = (self.reference(), self.reference());
                let index = self.fresh_open();
                format!("some {index}; {one}[{index}] == {two}")
            }
            _ => {
                let base = self.single();
                let (path, value) = (self.fresh_open(), self.fresh_open());
                match self.below(3) {
                    0 => format!("[{path}, {value}] := walk({base}); [{path}, {value}] != [9]"),
                    1 => format!("{value} := walk({base})[1]; {path} := {value}"),
                    _ => format!("walk({base}, [{path}, {value}]); [{path}, {value}] != [9]"),
                }
            }
        }
    }

    fn quantifier(&mut self) -> String {
        let domain = self.open_collection();
        let known = (self.variables.clone(), self.open.clone());
        let name = self.fresh_open();
        let (names, used) = if self.below(2) == 0 {
            (name.clone(), format!("{name} != 9"))
        } else {
            let key = self.fresh_open();
            (format!("{key}, {name}"), format!("[{key}, {name}] != [9]"))
        };
        let mut body = self.statement();
        if self.below(2) == 0 {
            body = format!("{body}; {}", self.statement());
        }
        (self.variables, self.open) = known;
        format!("every {names} in {domain} {{ {body}; {used} }}")
    }

    fn negation(&mut self) -> String {
        loop {
            let negated = self.negated();
            // OPA takes no `_` there but in a comprehension.
            if !negated.contains("[_]") {
                return format!("not {negated}");
            }
        }
    }

    fn negated(&mut self) -> String {
        match self.below(11) {
            0 | 1 => self.single(),
            2 => format!("{} == {}", self.single(), self.term(1)),
            3 => format!("{} != {}", self.single(), self.term(0)),
            4 => format!("{} in {}", self.single(), self.collection()),
            5 => self.call(),
            6 | 7 if !self.variables.is_empty() => format!("{}[{}]", self.rule_name(), self.variable()),
            8 => format!("{}[{}]", self.rule_name(), self.single()),
            9 => format!("count({}) > {}", self.comprehension(1), self.below(2)),
            _ => format!("{} > {}", self.single(), self.below(3)),
        }
    }

    fn condition(&mut self) -> String {
        match self.below(9) {
            0 | 1 => {
                let operator = self.one_of(&["==", "!=", "=="]);
                format!("{} {operator} {}", self.reference(), self.term(1))
            }
            2 => {
                let operator = self.one_of(&["<", "<=", ">", ">="]);
                format!("{} {operator} {}", self.reference(), self.below(3))
            }
            3 => format!("{} in {}", self.term(1), self.collection()),
            4 => format!("{}, {} in {}", self.reference(), self.term(1), self.open_collection()),
            5 => self.call(),
            6 => format!("{} with input.a as {}", self.reference(), self.term(1)),
            7 => format!("count({}) > {}", self.comprehension(1), self.below(2)),
            _ => self.reference(),
        }
    }
}
