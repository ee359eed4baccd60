//! Random terms, of about the kind that is asked for.

use crate::generate::scope::{Kind, Shape, Writer};

impl Writer {
    pub(super) fn resource(&mut self) -> String {
        match self.variable(Kind::Resource, false) {
            Some(variable) if !self.once_in(20) => variable,
            _ => format!("{}[0]", self.path("input.plan.resource_changes")),
        }
    }

    pub(super) fn attributes(&mut self) -> String {
        match self.variable(Kind::Attributes, false) {
            Some(variable) if self.once_in(2) => variable,
            _ => {
                let resource = self.resource();
                match self.below(10) {
                    0 => format!("{resource}.change.before"),
                    1 => format!("{resource}.change[\"after\"]"),
                    2 => format!("object.get({resource}.change, \"after\", {{}})"),
                    3 => format!("{resource}[\"change\"].after_unknown"),
                    _ => format!("{resource}.change.after"),
                }
            }
        }
    }

    pub(super) fn tags(&mut self) -> String {
        match self.variable(Kind::Tags, false) {
            Some(variable) if self.once_in(2) => variable,
            _ => {
                let attributes = self.attributes();
                match self.below(5) {
                    0 if !attributes.contains('(') => format!("object.get({attributes}, \"tags\", {{}})"),
                    1 => "input.stack.labels".to_owned(),
                    _ if attributes.contains('(') => attributes,
                    _ => format!("{attributes}.tags"),
                }
            }
        }
    }

    /// A reference into a resource or the input.
    pub(super) fn attribute(&mut self) -> String {
        let attributes = self.attributes();
        match self.below(15) {
            0 => format!("{}.{}", self.resource(), self.word(&["type", "name", "address", "index"])),
            1 => format!("{}.{}", self.path("input.stack"), self.word(&["name", "id", "missing"])),
            2 => format!("{}.{}", self.path("input.plan.variables"), self.word(&["limit", "env", "allowed"])),
            3 => match self.variable(Kind::Text, false) {
                Some(index) => format!("{attributes}[{index}]"),
                None => format!("{attributes}.name"),
            },
            4 => format!("{}.env", self.tags()),
            5 => format!(
                "{}.change.after_unknown.{}",
                self.resource(),
                self.word(&["name", "acl", "tags", "id"])
            ),
            _ => {
                let key = self.word(&[
                    "name",
                    "acl",
                    "encrypted",
                    "size",
                    "id",
                    "region",
                    "enabled",
                    "owner",
                    "ports",
                    "cidrs",
                ]);
                format!("{attributes}.{key}")
            }
        }
    }

    /// Something to run through, of no certain kind.
    pub(super) fn loose_collection(&mut self) -> String {
        match self.below(7) {
            0 => format!("{}.ingress", self.attributes()),
            1 => format!("{}.cidrs", self.attributes()),
            2 => self.tags(),
            3 => format!("{}.change.actions", self.resource()),
            4 => self.attributes(),
            5 => format!("{}.allowed", self.path("input.plan.variables")),
            _ => match self.rule(|shape| shape != Shape::Value(Kind::Text)) {
                Some(rule) => rule,
                None => format!("{}.ports", self.attributes()),
            },
        }
    }

    pub(super) fn collection(&mut self) -> String {
        match self.below(8) {
            0 => self.term(Kind::Array, 1),
            1 => self.term(Kind::Set, 1),
            2 => self.term(Kind::Object, 1),
            3 => self.comprehension(Kind::Any, 1),
            _ => self.loose_collection(),
        }
    }

    pub(super) fn literal(&mut self, kind: Kind) -> String {
        match kind {
            Kind::Text => {
                let words = [
                    "\"bucket\"",
                    "\"prod\"",
                    "\"web\"",
                    "\"private\"",
                    "\"\"",
                    "\"имя\"",
                    "\"disk\"",
                    "`a.b`",
                    "\"db-1\"",
                ];
                self.word(&words).to_owned()
            }
            Kind::Number if self.decimals && self.once_in(2) => {
                self.word(&["0.1", "0.2", "1.5", "0.3", "2.0", "0.7"]).to_owned()
            }
            Kind::Number => {
                self.word(&["0", "1", "2", "22", "100", "443", "-1", "9007199254740993"]).to_owned()
            }
            Kind::Flag => self.word(&["true", "false"]).to_owned(),
            Kind::Array => self
                .word(&["[]", "[\"create\"]", "[1, \"a\", null]", "[\"prod\", \"dev\"]", "[22, 443]"])
                .to_owned(),
            Kind::Set => {
                let sets = [
                    "set()",
                    "{\"bucket\", \"disk\"}",
                    "{\"prod\", \"dev\", \"\"}",
                    "{22, 80, \"22\"}",
                    "{\"env\", \"owner\"}",
                ];
                self.word(&sets).to_owned()
            }
            Kind::Object | Kind::Tags | Kind::Attributes => self
                .word(&[
                    "{}",
                    "{\"env\": \"prod\"}",
                    "{\"bucket\": 1, \"disk\": 2}",
                    "{\"a\": {\"b\": [1]}}",
                    "{1: \"x\", \"y\": null}",
                ])
                .to_owned(),
            Kind::Any | Kind::Resource => {
                let kind = self.random.of(&[
                    Kind::Text,
                    Kind::Number,
                    Kind::Flag,
                    Kind::Array,
                    Kind::Set,
                    Kind::Object,
                ]);
                if self.once_in(8) { "null".to_owned() } else { self.literal(kind) }
            }
        }
    }

    pub(super) fn term(&mut self, kind: Kind, depth: usize) -> String {
        if self.once_in(30) && kind != Kind::Any {
            return self.attribute();
        }
        if let Some(variable) = self.variable(kind, false)
            && self.once_in(3)
        {
            return variable;
        }
        if self.once_in(6)
            && let Some(rule) = self.rule(|shape| fits(kind, shape))
        {
            return rule;
        }
        if depth == 0 {
            return if self.once_in(2) { self.literal(kind) } else { self.plain(kind) };
        }
        match self.below(10) {
            0 | 1 => self.literal(kind),
            2..=4 => self.plain(kind),
            _ => self.computed(kind, depth - 1),
        }
    }

    /// A reference.
    fn plain(&mut self, kind: Kind) -> String {
        match kind {
            Kind::Resource => self.resource(),
            Kind::Tags => self.tags(),
            Kind::Object if self.once_in(2) => self.tags(),
            Kind::Attributes | Kind::Object => self.attributes(),
            Kind::Text => match self.below(6) {
                0 => format!("{}.type", self.resource()),
                1 => format!("{}.name", self.resource()),
                2 => format!("{}.address", self.resource()),
                3 => format!("{}.{}", self.attributes(), self.word(&["name", "acl", "region", "owner"])),
                4 => format!("{}.{}", self.tags(), self.word(&["env", "owner", "cost"])),
                _ => self
                    .word(&[
                        "input.operation",
                        "input.stack.name",
                        "input.plan.format_version",
                        "input.actor",
                    ])
                    .to_owned(),
            },
            Kind::Number if self.once_in(3) => format!("{}.limit", self.path("input.plan.variables")),
            Kind::Number => format!("{}.size", self.attributes()),
            Kind::Flag => format!("{}.{}", self.attributes(), self.word(&["encrypted", "enabled"])),
            Kind::Array => match self.below(3) {
                0 => format!("{}.change.actions", self.resource()),
                1 => format!("{}.{}", self.attributes(), self.word(&["cidrs", "ports", "ingress"])),
                _ => format!("{}.allowed", self.path("input.plan.variables")),
            },
            Kind::Set => format!("object.keys({})", self.tags()),
            Kind::Any => self.attribute(),
        }
    }
}

/// Whether a rule of that shape gives a term of that kind.
fn fits(kind: Kind, shape: Shape) -> bool {
    match (kind, shape) {
        (Kind::Any, _) | (Kind::Set, Shape::Set) | (Kind::Object | Kind::Tags, Shape::Object) => true,
        (kind, Shape::Value(value)) => kind == value,
        _ => false,
    }
}
