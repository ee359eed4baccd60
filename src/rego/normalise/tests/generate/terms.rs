//! Random terms.

use super::Generator;

impl Generator {
    pub(super) fn variable(&mut self) -> String {
        let index = self.below(self.variables.len());
        self.variables[index].clone()
    }

    pub(super) fn rule_name(&mut self) -> String {
        if self.rules.is_empty() {
            return "input.c".to_owned();
        }
        let index = self.below(self.rules.len());
        self.rules[index].clone()
    }

    pub(super) fn collection_reference(&mut self) -> String {
        match self.below(4) {
            0 => "input.list".to_owned(),
            1 => "input.map".to_owned(),
            2 => self.reference(),
            _ => self.rule_name(),
        }
    }

    pub(super) fn collection(&mut self) -> String {
        match self.below(6) {
            0 => format!("[{}, {}]", self.term(1), self.term(1)),
            1 => format!("{{{}, {}}}", self.term(0), self.term(0)),
            2 => self.comprehension(1),
            _ => self.collection_reference(),
        }
    }

    pub(super) fn reference(&mut self) -> String {
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
    pub(super) fn single(&mut self) -> String {
        loop {
            let reference = self.reference();
            if !reference.contains("[_]") {
                return reference;
            }
        }
    }

    pub(super) fn call(&mut self) -> String {
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

    pub(super) fn comprehension(&mut self, depth: usize) -> String {
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

    pub(super) fn term(&mut self, depth: usize) -> String {
        if depth == 0 {
            return match self.below(4) {
                0 => self.below(4).to_string(),
                1 => format!("\"{}\"", self.one_of(&["a", "b", "c"])),
                2 if !self.variables.is_empty() => self.variable(),
                _ => self.reference(),
            };
        }
        let depth = depth.saturating_sub(1);
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
