//! Writes expressions.

use crate::rego::normalise::print::level::{ITEM, Level};
use crate::rego::normalise::print::{Printer, Style};
use crate::rego::normalise::tree::{Brackets, Comprehension, Expr, Infix, Membership, Operator, Part};

/// The length from which a string is written raw, so that it has the author's lines.
const LONG: usize = 1_000;

impl Printer<'_> {
    /// An expression where one of at least this level may stand.
    pub(super) fn expr(&mut self, expr: &Expr, level: Level) {
        let bracketed = match self.style {
            Style::Plain => Level::of_expr(expr) < level,
            #[cfg(any(test, fuzzing))]
            Style::Outline => Level::of_expr(expr) < Level::Term,
        };
        if bracketed {
            self.text.push('(');
        }
        self.bare(expr);
        if bracketed {
            self.text.push(')');
        }
    }

    fn bare(&mut self, expr: &Expr) {
        match expr {
            Expr::Null => self.text.push_str("null"),
            Expr::Bool(value) => self.text.push_str(if *value { "true" } else { "false" }),
            Expr::Number(text) | Expr::Name(text) => self.text.push_str(text),
            Expr::Text(value) => self.string(value),
            Expr::Ref(base, parts) => {
                self.expr(base, Level::Term);
                for part in parts {
                    self.part(part);
                }
            }
            Expr::Array(items) => self.list("[", items, "]", ITEM),
            Expr::Set(items) if items.is_empty() => self.text.push_str("set()"),
            Expr::Set(items) => self.list("{", items, "}", ITEM),
            Expr::Object(fields) => self.object(fields),
            Expr::Comprehension(comprehension) => self.comprehension(comprehension),
            Expr::Call(call) => {
                self.mark(call.span.as_ref());
                self.expr(&call.function, Level::Term);
                self.list("(", &call.arguments, ")", Level::In);
            }
            Expr::Infix(infix) => self.infix(infix),
            Expr::Membership(member) => self.membership(member),
        }
    }

    fn part(&mut self, part: &Part) {
        match part {
            Part::Field(name) => self.join(".", name, ""),
            Part::Index(index) => {
                self.text.push('[');
                self.expr(index, Level::In);
                self.text.push(']');
            }
        }
    }

    pub(super) fn list(&mut self, open: &str, items: &[Expr], close: &str, level: Level) {
        self.text.push_str(open);
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.comma();
            }
            self.expr(item, level);
        }
        self.text.push_str(close);
    }

    fn object(&mut self, fields: &[(Expr, Expr)]) {
        self.text.push('{');
        for (index, (key, value)) in fields.iter().enumerate() {
            if index > 0 {
                self.comma();
            }
            self.expr(key, ITEM);
            self.text.push_str(": ");
            self.expr(value, ITEM);
        }
        self.text.push('}');
    }

    fn comprehension(&mut self, comprehension: &Comprehension) {
        let (open, close) = match comprehension.kind {
            Brackets::Square => ('[', ']'),
            Brackets::Curly => ('{', '}'),
        };
        self.text.push(open);
        if let Some(key) = &comprehension.key {
            self.expr(key, Level::Term);
            self.text.push_str(": ");
        }
        self.expr(&comprehension.term, Level::Term);
        self.text.push_str(" |");
        self.body(&comprehension.body);
        self.text.push(close);
    }

    fn infix(&mut self, infix: &Infix) {
        let (left, right) = Level::operands(infix.operator);
        // The engine points at the side that the operator does not take.
        self.mark(infix.span.as_ref());
        self.expr(&infix.left, left);
        self.mark(infix.span.as_ref());
        self.join(" ", sign(infix.operator), " ");
        self.expr(&infix.right, right);
    }

    fn membership(&mut self, member: &Membership) {
        self.pair(member.key.as_ref(), &member.value, Level::Union);
        self.expr(&member.collection, Level::Union);
    }

    pub(super) fn pair(&mut self, key: Option<&Expr>, value: &Expr, level: Level) {
        if let Some(key) = key {
            self.expr(key, level);
            self.text.push_str(", ");
        }
        self.expr(value, level);
        self.text.push_str(" in ");
    }

    fn string(&mut self, value: &str) {
        #[cfg(any(test, fuzzing))]
        if self.style == Style::Outline {
            return self.join("", &format!("{value:?}"), "");
        }
        if value.len() > LONG && !value.contains('`') {
            self.raw(value);
        } else {
            self.quoted(value);
        }
    }

    fn raw(&mut self, value: &str) {
        self.text.push('`');
        for (index, line) in value.split('\n').enumerate() {
            if index > 0 {
                self.same_line();
            }
            self.text.push_str(line);
        }
        self.text.push('`');
    }

    /// A string as JSON writes it, which is also how Rego reads it.
    fn quoted(&mut self, value: &str) {
        self.text.push('"');
        for character in value.chars() {
            match character {
                '"' => self.text.push_str("\\\""),
                '\\' => self.text.push_str("\\\\"),
                '\n' => self.text.push_str("\\n"),
                control if control.is_control() => {
                    self.join("\\u", &format!("{:04x}", u32::from(control)), "");
                }
                other => self.text.push(other),
            }
        }
        self.text.push('"');
    }
}

const fn sign(operator: Operator) -> &'static str {
    match operator {
        Operator::Declare => ":=",
        Operator::Unify => "=",
        Operator::Equal => "==",
        Operator::Unequal => "!=",
        Operator::Less => "<",
        Operator::LessOrEqual => "<=",
        Operator::Greater => ">",
        Operator::GreaterOrEqual => ">=",
        Operator::Or => "|",
        Operator::And => "&",
        Operator::Add => "+",
        Operator::Subtract => "-",
        Operator::Multiply => "*",
        Operator::Divide => "/",
        Operator::Modulo => "%",
    }
}
