//! Random bodies: a statement a line, in an order that OPA may have to change.

use crate::generate::scope::{Kind, Writer};

impl Writer {
    /// A body by itself.
    pub(super) fn body(&mut self, most: usize) -> String {
        self.variables.clear();
        let mut lines = if self.once_in(4) { String::new() } else { self.resource_loop() };
        lines.push_str(&self.lines(most));
        lines
    }

    /// A head that may be undefined, and its body.
    pub(super) fn head_and_body(&mut self, kind: Kind, most: usize) -> (String, String) {
        let body = self.body(most);
        let head = match self.variable(kind, true) {
            Some(variable) if self.once_in(2) => variable,
            _ => self.term(kind, 2),
        };
        (head, body)
    }

    /// A body that gives one value: without a loop around it.
    pub(super) fn valued_body(&mut self, kind: Kind, most: usize) -> (String, String) {
        self.variables.clear();
        self.valued_body_with(kind, most)
    }

    /// The same, where some variables are known.
    pub(super) fn valued_body_with(&mut self, kind: Kind, most: usize) -> (String, String) {
        let mut lines = String::new();
        if self.once_in(2) {
            let index = self.random.of(&["0", "0", "1", "count(input.plan.resource_changes) - 1"]);
            let path = self.path("input.plan.resource_changes");
            let name = self.declare(Kind::Resource, false);
            lines.push_str(&format!("\t{name} := {path}[{index}]\n"));
        }
        for _ in 0..=self.below(most) {
            let line = if self.once_in(2) { self.binding() } else { self.condition(2) };
            lines.push_str(&format!("\t{line}\n"));
        }
        let value = self.term(kind, 2);
        (value, lines)
    }

    /// Runs through the resources in one of the ways there are.
    pub(super) fn resource_loop(&mut self) -> String {
        let path = self.path("input.plan.resource_changes");
        let line = match self.below(10) {
            0..=3 => format!("some {} in {path}", self.declare(Kind::Resource, false)),
            4 => {
                let index = self.declare(Kind::Number, true);
                format!("some {index}, {} in {path}", self.declare(Kind::Resource, false))
            }
            5 | 6 => format!("{} := {path}[_]", self.declare(Kind::Resource, false)),
            7 => format!("{} = {path}[_]", self.declare(Kind::Resource, false)),
            8 => {
                let index = self.declare(Kind::Number, true);
                let resource = self.declare(Kind::Resource, false);
                format!("some {index}\n\t{resource} := {path}[{index}]")
            }
            _ => {
                let index = self.declare(Kind::Number, true);
                format!("{} := {path}[{index}]", self.declare(Kind::Resource, false))
            }
        };
        format!("\t{line}\n")
    }

    /// So many statements and one, at most.
    pub(super) fn lines(&mut self, most: usize) -> String {
        let mut lines: Vec<String> = (0..=self.below(most + 1)).map(|_| self.statement()).collect();
        if lines.len() > 1 && self.once_in(5) {
            let (one, other) = (self.below(lines.len()), self.below(lines.len()));
            lines.swap(one, other);
        }
        lines.iter().map(|line| format!("\t{line}\n")).collect()
    }

    /// A body on one line, within brackets.
    pub(super) fn inline(&mut self, most: usize) -> String {
        let lines: Vec<String> = (0..=self.below(most)).map(|_| self.statement()).collect();
        lines.join("; ").replace("\n\t", "; ")
    }

    pub(super) fn comprehension(&mut self, kind: Kind, depth: usize) -> String {
        let shape = match kind {
            Kind::Array => 0,
            Kind::Set => 1,
            Kind::Object => 2,
            _ => self.below(3),
        };
        self.within(|writer| {
            let mut body = if writer.once_in(2) {
                writer.resource_loop().trim().replace("\n\t", "; ")
            } else {
                writer.iteration().replace("\n\t", "; ")
            };
            if !writer.once_in(3) {
                body = format!("{body}; {}", writer.inline(2));
            }
            let element = writer.random.of(&[Kind::Any, Kind::Text, Kind::Number]);
            let term = if writer.once_in(2) {
                writer.variable(Kind::Any, false).unwrap_or_else(|| "1".to_owned())
            } else {
                writer.term(element, depth)
            };
            match shape {
                0 => format!("[{term} | {body}]"),
                1 => format!("{{{term} | {body}}}"),
                _ => {
                    let key = match writer.variable(Kind::Resource, false) {
                        Some(resource) if !writer.once_in(4) => format!("{resource}.address"),
                        _ => writer.term(Kind::Text, 0),
                    };
                    format!("{{{key}: {term} | {body}}}")
                }
            }
        })
    }
}
