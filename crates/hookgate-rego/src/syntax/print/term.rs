//! Terms, with no more round brackets than they need.

use std::fmt::Write;

use super::Printer;
use crate::syntax::tree::{
    Body, Comprehension, Element, Entry, Operator, Part, Reference, Template, Term, TermKind,
};

/// How tightly `in` binds, in the measure of `Operator::strength`.
const MEMBERSHIP: u8 = 0;
/// How tightly what has no operator binds.
const OPERAND: u8 = 9;

impl Printer {
    pub(super) fn term(&mut self, term: &Term) {
        match &term.kind {
            TermKind::Null => self.push("null"),
            TermKind::Bool(true) => self.push("true"),
            TermKind::Bool(false) => self.push("false"),
            TermKind::Number(text) | TermKind::Var(text) => self.push(text),
            TermKind::String(text) if text.raw => {
                self.push("`");
                self.push(&text.value);
                self.push("`");
            }
            TermKind::String(text) => self.quoted(&text.value),
            TermKind::Template(template) => self.template(template),
            TermKind::Reference(reference) => self.reference(reference),
            TermKind::Call(callee, arguments) => {
                if matches!(callee.kind, TermKind::Call(..)) {
                    self.bracketed(|printer| printer.term(callee));
                } else {
                    self.head_of_steps(callee);
                }
                self.push("(");
                self.list(arguments);
                self.push(")");
            }
            TermKind::Infix(operator, sides) => {
                let strength = operator.strength();
                self.at_least(&sides.0, strength);
                self.push(" ");
                self.push(operator.symbol());
                self.push(" ");
                self.at_least(&sides.1, strength.saturating_add(1));
            }
            TermKind::In(element) => self.membership(element),
            TermKind::Minus(inner) => {
                self.push("-");
                self.term(inner);
            }
            TermKind::Array(items) => self.collection("[", items, "]"),
            TermKind::Set(items) if items.is_empty() => self.push("set()"),
            TermKind::Set(items) => self.collection("{", items, "}"),
            TermKind::Object(entries) => self.object(entries),
            TermKind::Comprehension(comprehension) => self.comprehension(comprehension),
        }
    }

    /// A term as the operand of an operator.
    fn at_least(&mut self, term: &Term, strength: u8) {
        if strength_of(term) < strength || has_key(term) {
            self.bracketed(|printer| printer.term(term));
        } else {
            self.term(term);
        }
    }

    /// A term without `in`.
    pub(super) fn tight(&mut self, term: &Term) {
        self.at_least(term, MEMBERSHIP.saturating_add(1));
    }

    pub(super) fn membership(&mut self, element: &Element) {
        if let Some(key) = &element.key {
            self.tight(key);
            self.push(", ");
            self.tight(&element.value);
        } else {
            self.at_least(&element.value, MEMBERSHIP);
        }
        self.push(" in ");
        self.tight(&element.collection);
    }

    fn reference(&mut self, reference: &Reference) {
        self.head_of_steps(&reference.head);
        for step in &reference.path {
            self.step(step);
        }
    }

    /// What steps or arguments hang on.
    fn head_of_steps(&mut self, head: &Term) {
        if matches!(head.kind, TermKind::Infix(..) | TermKind::In(_) | TermKind::Minus(_)) {
            self.bracketed(|printer| printer.term(head));
        } else {
            self.term(head);
        }
    }

    pub(super) fn list(&mut self, items: &[Term]) {
        for (at, item) in items.iter().enumerate() {
            self.push(if at > 0 { ", " } else { "" });
            self.at_least(item, MEMBERSHIP);
        }
    }

    fn collection(&mut self, open: &str, items: &[Term], close: &str) {
        self.push(open);
        if let Some((first, rest)) = items.split_first() {
            self.first_item(first);
            self.push(if rest.is_empty() { "" } else { ", " });
            self.list(rest);
        }
        self.push(close);
    }

    /// An item behind a bracket or a `:`, where a union would look like a comprehension.
    fn first_item(&mut self, item: &Term) {
        if begins_with_union(item) {
            self.bracketed(|printer| printer.term(item));
        } else {
            self.at_least(item, MEMBERSHIP);
        }
    }

    fn object(&mut self, entries: &[Entry]) {
        self.push("{");
        for (at, entry) in entries.iter().enumerate() {
            self.push(if at > 0 { ", " } else { "" });
            self.first_item(&entry.key);
            self.push(": ");
            self.first_item(&entry.value);
        }
        self.push("}");
    }

    fn comprehension(&mut self, comprehension: &Comprehension) {
        let (open, close) =
            if matches!(comprehension, Comprehension::Array(..)) { ("[", "]") } else { ("{", "}") };
        self.push(open);
        let body = match comprehension {
            Comprehension::Array(term, body) | Comprehension::Set(term, body) => {
                self.at_least(term, OPERAND);
                body
            }
            Comprehension::Object(entry, body) => {
                self.first_item(&entry.key);
                self.push(": ");
                self.at_least(&entry.value, OPERAND);
                body
            }
        };
        self.push(" | ");
        self.in_a_line(body);
        self.push(close);
    }

    fn in_a_line(&mut self, body: &Body) {
        for (at, statement) in body.statements.iter().enumerate() {
            self.push(if at > 0 { "; " } else { "" });
            self.statement(statement);
        }
    }

    fn template(&mut self, template: &Template) {
        let quote = if template.raw { "`" } else { "\"" };
        self.push("$");
        self.push(quote);
        for part in &template.parts {
            match part {
                Part::Text(_, text) if template.raw => self.push(&text.replace('{', "\\{")),
                Part::Text(_, text) => {
                    let text = escaped(text).replace('{', "\\{");
                    self.push(&text);
                }
                Part::Hole(statement) => {
                    self.push("{");
                    self.statement(statement);
                    self.push("}");
                }
            }
        }
        self.push(quote);
    }

    pub(super) fn quoted(&mut self, text: &str) {
        let text = escaped(text);
        self.push("\"");
        self.push(&text);
        self.push("\"");
    }
}

/// A text as it stands between quotes.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' => escaped.push_str("\\\""),
            '\\' => escaped.push_str("\\\\"),
            '\n' => escaped.push_str("\\n"),
            '\t' => escaped.push_str("\\t"),
            '\r' => escaped.push_str("\\r"),
            '\u{FEFF}' => escaped.push_str("\\ufeff"),
            c if c < ' ' => {
                let _ = write!(escaped, "\\u{:04x}", u32::from(c));
            }
            c => escaped.push(c),
        }
    }
    escaped
}

fn strength_of(term: &Term) -> u8 {
    if let TermKind::Infix(operator, _) = &term.kind {
        operator.strength()
    } else if matches!(term.kind, TermKind::In(_)) {
        MEMBERSHIP
    } else {
        OPERAND
    }
}

/// Whether it is `key, value in collection`, whose comma would end it in a list.
fn has_key(term: &Term) -> bool {
    matches!(&term.kind, TermKind::In(element) if element.key.is_some())
}

/// Whether the first operator of a term is `|`.
pub(super) fn begins_with_union(term: &Term) -> bool {
    let (mut term, mut first) = (term, None);
    loop {
        if let TermKind::Infix(operator, sides) = &term.kind
            && strength_of(&sides.0) >= operator.strength()
        {
            first = Some(*operator);
            term = &sides.0;
        } else if let TermKind::In(element) = &term.kind
            && element.key.is_none()
        {
            first = None;
            term = &element.value;
        } else {
            return first == Some(Operator::Or);
        }
    }
}

/// Whether a string can follow a point.
pub(super) fn is_name(text: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_alphabetic() || c == '_';
    text.starts_with(is_letter) && text.chars().all(|c| is_letter(c) || c.is_ascii_digit())
}
