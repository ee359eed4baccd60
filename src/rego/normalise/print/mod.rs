//! Writes a package as text: one line for each rule and statement, brackets only where the grammar needs them.
//!
//! Everything is written from the tree and nothing copied from the author's text. For each line it is noted where in
//! the author's text it comes from.

mod expr;
mod level;

use regorus::unstable::Span;

use crate::rego::normalise::print::level::Level;
use crate::rego::normalise::rows::{Lines, Row};
use crate::rego::normalise::tree::{Body, Clause, Expr, Literal, Origin, Package, Rule, RuleKind, Statement};

/// A printed package.
pub(super) struct Printed {
    /// The text.
    pub(super) text: String,
    /// For each line after the first where it comes from.
    pub(super) rows: Vec<Row>,
}

/// Writes a package from files with these lines.
pub(super) fn print(package: &Package, lines: &Lines) -> Printed {
    print_as(Style::Plain, package, lines)
}

/// Writes it so that two packages are written alike only if they are.
#[cfg(any(test, fuzzing))]
pub(super) fn outline(package: &Package, lines: &Lines) -> String {
    print_as(Style::Outline, package, lines).text
}

fn print_as(style: Style, package: &Package, lines: &Lines) -> Printed {
    let mut printer = Printer { text: "package ".to_owned(), rows: Vec::new(), start: 0, lines, style };
    printer.expr(&package.path, Level::Term);
    package.rules.iter().for_each(|rule| printer.rule(rule));
    printer.text.push('\n');
    Printed { text: printer.text, rows: printer.rows }
}

/// An expression as it would be written.
pub(super) fn expr_text(expr: &Expr) -> String {
    text(|printer| printer.expr(expr, Level::Statement))
}

/// A rule as it would be written.
pub(super) fn rule_text(rule: &Rule) -> String {
    text(|printer| printer.rule(rule))
}

/// A statement as it would be written.
pub(super) fn statement_text(statement: &Statement) -> String {
    text(|printer| printer.statement(statement))
}

fn text(write: impl FnOnce(&mut Printer<'_>)) -> String {
    let lines = Lines::of(std::iter::empty());
    let style = Style::Plain;
    let mut printer = Printer { text: String::new(), rows: Vec::new(), start: 0, lines: &lines, style };
    write(&mut printer);
    printer.text
}

/// The width beyond which lists go on in a new line.
const WIDTH: usize = 120;

/// How a tree is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    /// With brackets where they are needed.
    Plain,
    /// With brackets everywhere and strings by every character: Rego for nobody.
    #[cfg(any(test, fuzzing))]
    Outline,
}

struct Printer<'a> {
    text: String,
    rows: Vec<Row>,
    /// Where the current line begins in the text.
    start: usize,
    lines: &'a Lines,
    style: Style,
}

impl Printer<'_> {
    fn line(&mut self, origin: &Origin) {
        self.text.push('\n');
        self.rows.push(self.lines.row(origin));
        self.start = self.text.len();
    }

    /// Goes on in a new line if this one is long: the engine's errors cannot point far to the right.
    fn comma(&mut self) {
        self.text.push(',');
        if self.text.len().saturating_sub(self.start) > WIDTH {
            self.same_line();
        } else {
            self.text.push(' ');
        }
    }

    fn mark(&mut self, span: Option<&Span>) {
        if let (Some(span), Some(row)) = (span, self.rows.last_mut()) {
            self.lines.add(row, self.text.len().saturating_sub(self.start), span);
        }
    }

    fn same_line(&mut self) {
        if let Some(row) = self.rows.last().map(Row::next) {
            self.text.push('\n');
            self.rows.push(row);
            self.start = self.text.len();
        }
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
                // A row of its own, so that it is known by it which of them was evaluated.
                self.line(&clause.origin);
                self.text.push_str("else");
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
                self.text.push_str("every ");
                if let Some(key) = key {
                    self.join(key, ", ", "");
                }
                self.text.push_str(value);
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
        for text in [first, second, third] {
            self.text.push_str(text);
        }
    }
}
