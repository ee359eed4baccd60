//! Random statements.

use crate::generate::scope::{Kind, Shape, Writer};

impl Writer {
    pub(super) fn statement(&mut self) -> String {
        match self.below(24) {
            0..=5 => self.binding(),
            6..=8 => self.iteration(),
            9..=11 => self.negation(),
            12 => self.quantifier(),
            13 => self.guarded(),
            14 if self.once_in(2) => self.replacing(),
            _ => self.condition(2),
        }
    }

    /// Binds variables by `:=`, `=` and patterns.
    pub(super) fn binding(&mut self) -> String {
        let assign = if self.once_in(5) { "=" } else { ":=" };
        match self.below(12) {
            0 | 1 => {
                let value = self.attributes();
                format!("{} {assign} {value}", self.declare(Kind::Attributes, false))
            }
            2 => {
                let value = self.tags();
                format!("{} {assign} {value}", self.declare(Kind::Tags, false))
            }
            3 | 4 => self.guarded(),
            5 => {
                let (one, other) = (self.term(Kind::Text, 1), self.term(Kind::Any, 1));
                let (first, second) = (self.declare(Kind::Text, false), self.declare(Kind::Any, false));
                format!("[{first}, {second}] {assign} [{one}, {other}]")
            }
            6 => {
                let base = self.resource();
                let name = self.declare(Kind::Text, false);
                let field = self.word(&["type", "name", "address"]);
                match self.below(3) {
                    0 => format!("{{\"{field}\": {name}}} = {base}"),
                    1 => format!("{{\"type\": _, \"name\": {name}, \"address\": _, \"change\": _}} = {base}"),
                    _ => format!("{{\"{field}\": {name}}} := object.filter({base}, [\"{field}\"])"),
                }
            }
            _ => {
                let kind = self.kind();
                let value = self.term(kind, 2);
                format!("{} {assign} {value}", self.declare(kind, false))
            }
        }
    }

    /// A variable whose type is tested.
    pub(super) fn guarded(&mut self) -> String {
        let (kind, test) = self.random.of(&[
            (Kind::Text, "is_string"),
            (Kind::Text, "is_string"),
            (Kind::Number, "is_number"),
            (Kind::Array, "is_array"),
            (Kind::Tags, "is_object"),
        ]);
        let value = self.term(kind, 1);
        let name = self.declare(kind, true);
        format!("{name} := {value}\n\t{test}({name})")
    }

    /// Runs through the parts of something.
    pub(super) fn iteration(&mut self) -> String {
        match self.below(12) {
            0 | 1 => {
                let domain = self.collection();
                format!("some {} in {domain}", self.declare(Kind::Any, false))
            }
            2 => {
                let domain = self.term(Kind::Object, 1);
                let (key, value) = (self.declare(Kind::Text, false), self.declare(Kind::Any, false));
                format!("some {key}, {value} in {domain}")
            }
            3 => {
                let base = self.loose_collection();
                format!("{} := {base}[_]", self.declare(Kind::Any, false))
            }
            4 => {
                let base = self.loose_collection();
                let index = self.declare(Kind::Any, false);
                format!("{} := {base}[{index}]", self.declare(Kind::Any, false))
            }
            5 => {
                let base = match self.below(4) {
                    0 => "input".to_owned(),
                    1 => self.path("input.plan"),
                    _ => self.resource(),
                };
                let (path, value) = (self.declare(Kind::Array, true), self.declare(Kind::Any, false));
                match self.below(4) {
                    0 => format!("[{path}, {value}] := walk({base})"),
                    1 => format!("[{path}, {value}] = walk({base})"),
                    2 => format!("walk({base}, [{path}, {value}])"),
                    _ => format!("walk({base}, [{path}, {value}])\n\tis_string({value})"),
                }
            }
            6 => {
                let (one, other) = (self.attributes(), self.attributes());
                let index = self.declare(Kind::Text, false);
                let operator = self.word(&["==", "!=", "="]);
                format!("{one}[{index}] {operator} {other}[{index}]")
            }
            7 => match self.rule(|shape| shape == Shape::Set) {
                Some(rule) if self.once_in(2) => format!("{rule}[{}]", self.declare(Kind::Any, false)),
                Some(rule) => format!("some {} in {rule}", self.declare(Kind::Any, false)),
                None => self.resource_loop().trim().to_owned(),
            },
            8 => match self.rule(|shape| shape == Shape::Object) {
                Some(rule) => {
                    let key = self.declare(Kind::Text, false);
                    let value = self.declare(Kind::Any, false);
                    match self.below(3) {
                        0 => format!("{value} := {rule}[{key}]"),
                        1 => format!("some {key}, {value} in {rule}"),
                        _ => format!("some {key}\n\t{value} = {rule}[{key}]"),
                    }
                }
                None => self.resource_loop().trim().to_owned(),
            },
            9 if self.once_in(2) => match self.rule(|shape| shape == Shape::Set) {
                Some(rule) => {
                    let (one, other) = (self.declare(Kind::Text, false), self.declare(Kind::Any, false));
                    match self.below(3) {
                        0 => format!("{rule}[[{one}, {other}]]"),
                        1 => format!("some [{one}, {other}] in {rule}"),
                        _ => format!("some {one}, {other}\n\t{rule}[[{one}, {other}]]"),
                    }
                }
                None => self.resource_loop().trim().to_owned(),
            },
            9 => {
                let domain = self.term(Kind::Array, 1);
                let name = self.declare(Kind::Any, false);
                format!("some {{\"from\": {name}, \"to\": _}} in {domain}")
            }
            10 if self.once_in(3)
                && self.package == "policy"
                && self.rules.iter().any(|rule| rule.package == "lib") =>
            {
                let (name, value) = (self.declare(Kind::Text, true), self.declare(Kind::Any, false));
                if self.once_in(2) {
                    format!("some {name}, {value} in data.lib")
                } else {
                    format!("{value} := data.lib[{name}]")
                }
            }
            _ => self.resource_loop().trim().to_owned(),
        }
    }

    pub(super) fn quantifier(&mut self) -> String {
        let domain = self.collection();
        self.within(|writer| {
            let (key, kind) = if writer.once_in(3) {
                (format!("{}, ", writer.declare(Kind::Any, false)), Kind::Any)
            } else {
                (String::new(), writer.random.of(&[Kind::Text, Kind::Any, Kind::Number]))
            };
            let name = writer.declare(kind, false);
            let mut body = writer.condition_on(&name);
            if writer.once_in(3) {
                body = format!("{body}; {}", writer.inline(1));
            }
            if !key.is_empty() && !writer.once_in(3) {
                body = format!("{body}; {} != 77", key.trim_end_matches(", "));
            }
            format!("every {key}{name} in {domain} {{ {body} }}")
        })
    }

    fn condition_on(&mut self, name: &str) -> String {
        match self.below(6) {
            0 => format!("{name} != {}", self.literal(Kind::Text)),
            1 => format!("{name} in {}", self.term(Kind::Set, 1)),
            2 => format!("is_string({name})"),
            3 => format!("not {name} == {}", self.term(Kind::Text, 1)),
            4 => format!("{name} == {}", self.term(Kind::Any, 1)),
            _ => format!("{name} > {}", self.below(30)),
        }
    }

    pub(super) fn negation(&mut self) -> String {
        format!("not {}", self.negatable())
    }

    /// Something that can stand under `not`: without a wildcard, which OPA takes for unsafe.
    pub(super) fn negatable(&mut self) -> String {
        for _ in 0..20 {
            let text = self.within(|writer| match writer.below(10) {
                0 | 1 => writer.attribute(),
                2 => match writer.rule(|shape| matches!(shape, Shape::Value(Kind::Flag))) {
                    Some(rule) => rule,
                    None => writer.condition(1),
                },
                3 => match (writer.rule(|shape| shape == Shape::Set), writer.variable(Kind::Any, false)) {
                    (Some(rule), Some(variable)) => format!("{rule}[{variable}]"),
                    _ => writer.condition(1),
                },
                4 => match writer.rule(|shape| matches!(shape, Shape::Set | Shape::Object)) {
                    Some(rule) => format!("{rule}[{}]", writer.term(Kind::Text, 1)),
                    None => writer.condition(1),
                },
                _ => writer.condition(1),
            });
            if !text.contains("[_]")
                && !text.contains('\n')
                && !text.starts_with("not ")
                && !text.starts_with("every")
                && !text.starts_with("some")
            {
                return text;
            }
        }
        "input.stack.name".to_owned()
    }

    /// `with` in place of a part of the input.
    fn replacing(&mut self) -> String {
        let rule = self.rule(|_| true).unwrap_or_else(|| "input.stack.id".to_owned());
        let value = self.term(Kind::Any, 1);
        match self.below(4) {
            3 => format!("{rule} with input.operation as {value} with input.stack.name as \"x\""),
            0 => format!("{rule} with input.stack as {value}"),
            1 => {
                let known = self.within(Self::fresh);
                format!("{known} := {rule} with input.operation as {value}")
            }
            _ => format!("not {rule} with input.plan.variables as {value}"),
        }
    }
}
