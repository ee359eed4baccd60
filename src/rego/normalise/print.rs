//! Writes a package as text: one line for each rule and statement, brackets only where the grammar needs them.
//!
//! Everything is written from the tree and nothing copied from the author's text. For each line it is noted where in
//! the author's text it comes from.

use std::fmt::Write as _;

use crate::rego::normalise::tree::{
    Body, Brackets, Clause, Comprehension, Expr, Infix, Literal, Membership, Operator, Origin, Package, Part,
    Rule, RuleKind, Statement,
};

/// A printed package.
pub(super) struct Printed {
    /// The text.
    pub(super) text: String,
    /// For each line after the first the file and the row it comes from.
    pub(super) rows: Vec<(usize, u32)>,
}

/// Writes a package.
pub(super) fn print(package: &Package) -> Printed {
    let mut printer = Printer { text: "package ".to_owned(), rows: Vec::new() };
    printer.expr(&package.path, Level::Term);
    package.rules.iter().for_each(|rule| printer.rule(rule));
    printer.text.push('\n');
    Printed { text: printer.text, rows: printer.rows }
}

/// How tightly the parts of an expression hold together, from the loosest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    /// A statement.
    Statement,
    /// `k, v in e`, which would end at a comma elsewhere.
    Pair,
    /// `v in e`.
    In,
    Comparison,
    Union,
    Intersection,
    Sum,
    Product,
    Term,
}

impl Level {
    const fn of(operator: Operator) -> Self {
        match operator {
            Operator::Declare | Operator::Unify => Self::Statement,
            Operator::Equal
            | Operator::Unequal
            | Operator::Less
            | Operator::LessOrEqual
            | Operator::Greater
            | Operator::GreaterOrEqual => Self::Comparison,
            Operator::Or => Self::Union,
            Operator::And => Self::Intersection,
            Operator::Add | Operator::Subtract => Self::Sum,
            Operator::Multiply | Operator::Divide | Operator::Modulo => Self::Product,
        }
    }

    /// What the operands on the left and on the right must at least hold together by.
    const fn operands(operator: Operator) -> (Self, Self) {
        match operator {
            // The whole right side belongs to it, but OPA reads a comparison there only in brackets.
            Operator::Declare | Operator::Unify => (Self::Term, Self::Union),
            Operator::Equal
            | Operator::Unequal
            | Operator::Less
            | Operator::LessOrEqual
            | Operator::Greater
            | Operator::GreaterOrEqual => (Self::Union, Self::Union),
            Operator::Or => (Self::Union, Self::Intersection),
            Operator::And => (Self::Intersection, Self::Sum),
            Operator::Add | Operator::Subtract => (Self::Sum, Self::Product),
            Operator::Multiply | Operator::Divide | Operator::Modulo => (Self::Product, Self::Term),
        }
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

/// What stands in a list: `|` and anything looser would be read as the bar of a comprehension.
const ITEM: Level = Level::Intersection;

struct Printer {
    text: String,
    rows: Vec<(usize, u32)>,
}

impl Printer {
    fn line(&mut self, origin: &Origin) {
        self.text.push('\n');
        self.rows.push((origin.file, origin.span.line));
    }

    fn rule(&mut self, rule: &Rule) {
        self.line(&rule.origin);
        if rule.kind == RuleKind::Default {
            self.text.push_str("default ");
        }
        self.expr(&rule.name, Level::Term);
        if let Some(arguments) = &rule.arguments {
            self.list("(", arguments, ")", Level::In);
        }
        for (index, clause) in rule.clauses.iter().enumerate() {
            if index > 0 {
                self.text.push_str(" else");
            }
            self.clause(rule.kind, clause);
        }
    }

    fn clause(&mut self, kind: RuleKind, clause: &Clause) {
        if let Some(value) = &clause.value {
            self.text.push_str(if kind == RuleKind::Element { " contains " } else { " := " });
            self.expr(value, Level::Union);
        }
        if !clause.body.is_empty() {
            self.text.push_str(" if {");
            self.body(&clause.body);
            self.text.push_str(" }");
        }
    }

    fn body(&mut self, body: &Body) {
        for (index, statement) in body.iter().enumerate() {
            if index > 0 {
                self.text.push(';');
            }
            self.line(&statement.origin);
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &Statement) {
        match &statement.literal {
            Literal::Some(names) => self.join("some ", &names.join(", "), ""),
            Literal::SomeIn { key, value, collection } => {
                self.text.push_str("some ");
                self.pair(key.as_ref(), value, Level::Term);
                self.expr(collection, Level::Union);
            }
            Literal::Every { key, value, domain, body } => {
                let key = key.iter().map(|key| format!("{key}, ")).collect::<String>();
                self.join("every ", &key, value);
                self.text.push_str(" in ");
                self.expr(domain, Level::Union);
                self.text.push_str(" {");
                self.body(body);
                self.text.push_str(" }");
            }
            Literal::Is(expr) => self.expr(expr, Level::Statement),
            Literal::Not(expr) => {
                self.text.push_str("not ");
                self.expr(expr, Level::Statement);
            }
        }
        for with in &statement.with {
            self.text.push_str(" with ");
            self.expr(&with.target, Level::Term);
            self.text.push_str(" as ");
            self.expr(&with.value, Level::Union);
        }
    }

    fn join(&mut self, first: &str, second: &str, third: &str) {
        [first, second, third].iter().for_each(|text| self.text.push_str(text));
    }

    /// An expression where one of at least this level may stand.
    fn expr(&mut self, expr: &Expr, level: Level) {
        let bracketed = level_of(expr) < level;
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
                parts.iter().for_each(|part| self.part(part));
            }
            Expr::Array(items) => self.list("[", items, "]", ITEM),
            Expr::Set(items) if items.is_empty() => self.text.push_str("set()"),
            Expr::Set(items) => self.list("{", items, "}", ITEM),
            Expr::Object(fields) => self.object(fields),
            Expr::Comprehension(comprehension) => self.comprehension(comprehension),
            Expr::Call(call) => {
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

    fn list(&mut self, open: &str, items: &[Expr], close: &str, level: Level) {
        self.text.push_str(open);
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.text.push_str(", ");
            }
            self.expr(item, level);
        }
        self.text.push_str(close);
    }

    fn object(&mut self, fields: &[(Expr, Expr)]) {
        self.text.push('{');
        for (index, (key, value)) in fields.iter().enumerate() {
            if index > 0 {
                self.text.push_str(", ");
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
        self.expr(&infix.left, left);
        self.join(" ", sign(infix.operator), " ");
        self.expr(&infix.right, right);
    }

    fn membership(&mut self, member: &Membership) {
        self.pair(member.key.as_ref(), &member.value, Level::Union);
        self.expr(&member.collection, Level::Union);
    }

    fn pair(&mut self, key: Option<&Expr>, value: &Expr, level: Level) {
        if let Some(key) = key {
            self.expr(key, level);
            self.text.push_str(", ");
        }
        self.expr(value, level);
        self.text.push_str(" in ");
    }

    /// A string as JSON writes it, which is also how Rego reads it.
    fn string(&mut self, value: &str) {
        self.text.push('"');
        for character in value.chars() {
            match character {
                '"' => self.text.push_str("\\\""),
                '\\' => self.text.push_str("\\\\"),
                '\n' => self.text.push_str("\\n"),
                control if control.is_control() => drop(write!(self.text, "\\u{:04x}", u32::from(control))),
                other => self.text.push(other),
            }
        }
        self.text.push('"');
    }
}

fn level_of(expr: &Expr) -> Level {
    match expr {
        Expr::Infix(infix) => Level::of(infix.operator),
        Expr::Membership(member) if member.key.is_some() => Level::Pair,
        Expr::Membership(_) => Level::In,
        Expr::Null
        | Expr::Bool(_)
        | Expr::Number(_)
        | Expr::Text(_)
        | Expr::Name(_)
        | Expr::Ref(..)
        | Expr::Array(_)
        | Expr::Set(_)
        | Expr::Object(_)
        | Expr::Comprehension(_)
        | Expr::Call(_) => Level::Term,
    }
}
