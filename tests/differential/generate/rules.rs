//! Random rules of every kind.

use crate::generate::scope::{Kind, Rule, Shape, Writer};

impl Writer {
    /// A rule with all its definitions; others can name it afterwards.
    pub(super) fn any_rule(&mut self) -> String {
        let letter = match self.package {
            "policy" => "p",
            "lib" => "q",
            _ => "s",
        };
        let name = format!("{letter}{}", self.rules.len());
        let (text, shape) = match self.below(20) {
            0..=5 => (self.set_rule(&name), Shape::Set),
            6..=8 => (self.object_rule(&name), Shape::Object),
            9..=11 => self.value_rule(&name),
            12..=14 => (self.holding_rule(&name), Shape::Value(Kind::Flag)),
            15 | 16 => self.chain(&name),
            17 => (self.fields(&name), Shape::Object),
            _ => self.constant(&name),
        };
        self.rules.push(Rule { package: self.package, name, shape });
        text
    }

    fn set_rule(&mut self, name: &str) -> String {
        let mut text = String::new();
        for _ in 0..self.random.of(&[1, 1, 1, 2, 3]) {
            if self.once_in(10) {
                self.variables.clear();
                let (name_of, path) =
                    (self.declare(Kind::Resource, false), self.path("input.plan.resource_changes"));
                text.push_str(&format!(
                    "{name} contains {name_of}.{} if some {name_of} in {path}\n\n",
                    self.word(&["type", "name", "address"])
                ));
                continue;
            }
            let kind =
                self.random.of(&[Kind::Text, Kind::Text, Kind::Any, Kind::Array, Kind::Object, Kind::Number]);
            if self.once_in(8) {
                self.variables.clear();
                let element = self.term(kind, 2);
                text.push_str(&format!("{name} contains {element}\n\n"));
                continue;
            }
            let (element, body) = self.head_and_body(kind, 3);
            text.push_str(&format!("{name} contains {element} if {{\n{body}}}\n\n"));
        }
        text
    }

    fn object_rule(&mut self, name: &str) -> String {
        let mut text = String::new();
        for _ in 0..self.random.of(&[1, 1, 1, 2]) {
            self.variables.clear();
            let mut lines = self.resource_loop();
            lines.push_str(&self.lines(2));
            let key = if self.once_in(4) {
                self.term(Kind::Text, 1)
            } else {
                let resource =
                    self.variable(Kind::Resource, false).unwrap_or_else(|| "input.stack".to_owned());
                format!("{resource}.address")
            };
            let kind = self.random.of(&[Kind::Text, Kind::Any, Kind::Number, Kind::Set, Kind::Tags]);
            let value = self.term(kind, 2);
            text.push_str(&format!("{name}[{key}] := {value} if {{\n{lines}}}\n\n"));
        }
        text
    }

    fn value_rule(&mut self, name: &str) -> (String, Shape) {
        let kind = self.kind();
        let default = if self.once_in(3) {
            format!("default {name} := {}\n\n", self.literal(kind))
        } else {
            String::new()
        };
        let (value, body) = self.valued_body(kind, 2);
        (format!("{default}{name} := {value} if {{\n{body}}}\n\n"), Shape::Value(kind))
    }

    fn holding_rule(&mut self, name: &str) -> String {
        let mut text = if self.once_in(3) { format!("default {name} := false\n\n") } else { String::new() };
        for _ in 0..self.random.of(&[1, 1, 2]) {
            if self.once_in(6) {
                self.variables.clear();
                let condition = self.condition(2);
                text.push_str(&format!("{name} if {condition}\n\n"));
                continue;
            }
            let body = self.body(3);
            text.push_str(&format!("{name} if {{\n{body}}}\n\n"));
        }
        text
    }

    fn chain(&mut self, name: &str) -> (String, Shape) {
        let kind = self.random.of(&[Kind::Text, Kind::Number, Kind::Any]);
        let (value, body) = self.valued_body(kind, 2);
        let mut text = format!("{name} := {value} if {{\n{body}}}");
        for _ in 0..self.random.of(&[1, 1, 2]) {
            let (value, body) = self.valued_body(kind, 2);
            if self.once_in(5) {
                text.push_str(&format!(" else if {{\n{body}}}"));
            } else {
                text.push_str(&format!(" else := {value} if {{\n{body}}}"));
            }
        }
        if self.once_in(2) {
            text.push_str(&format!(" else := {}", self.literal(kind)));
        }
        (text + "\n\n", Shape::Value(kind))
    }

    fn fields(&mut self, name: &str) -> String {
        let mut text = String::new();
        for field in [".name", "[\"size\"]", ".tags.env"].iter().take(1 + self.random.below(3)) {
            let kind = if *field == "[\"size\"]" { Kind::Number } else { Kind::Text };
            if self.once_in(2) {
                self.variables.clear();
                let value = self.term(kind, 2);
                text.push_str(&format!("{name}{field} := {value}\n\n"));
            } else {
                let (value, body) = self.valued_body(kind, 2);
                text.push_str(&format!("{name}{field} := {value} if {{\n{body}}}\n\n"));
            }
        }
        text
    }

    fn constant(&mut self, name: &str) -> (String, Shape) {
        self.variables.clear();
        let kind =
            self.random.of(&[Kind::Set, Kind::Set, Kind::Array, Kind::Object, Kind::Number, Kind::Any]);
        let value = if self.once_in(3) { self.term(kind, 3) } else { self.literal(kind) };
        (format!("{name} := {value}\n\n"), Shape::Value(kind))
    }

    pub(super) fn kind(&mut self) -> Kind {
        let kinds = [Kind::Text, Kind::Number, Kind::Flag, Kind::Array, Kind::Set, Kind::Object, Kind::Any];
        self.random.of(&kinds)
    }
}
