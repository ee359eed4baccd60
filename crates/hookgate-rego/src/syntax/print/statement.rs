//! Statements.

use super::Printer;
use super::term::begins_with_union;
use crate::syntax::tree::{Every, Operand, Statement, StatementKind, Term, With};

impl Printer {
    pub(super) fn statement(&mut self, statement: &Statement) {
        self.statement_kind(&statement.kind);
        self.modifiers(&statement.with);
    }

    /// A statement behind a `{`, where a union to its left would look like a comprehension.
    pub(super) fn first_statement(&mut self, statement: &Statement) {
        match &statement.kind {
            StatementKind::Term(term) if begins_with_union(term) => {
                self.bracketed(|printer| printer.term(term));
            }
            StatementKind::Assign(left, right) if begins_with_union(left) => {
                self.first_pair(left, ":=", right);
            }
            StatementKind::Unify(left, right) if begins_with_union(left) => self.first_pair(left, "=", right),
            StatementKind::And(sides) => self.first_logical("and", sides),
            StatementKind::Or(sides) => self.first_logical("or", sides),
            StatementKind::Term(_)
            | StatementKind::Assign(..)
            | StatementKind::Unify(..)
            | StatementKind::Negated(_)
            | StatementKind::Not(_)
            | StatementKind::Some(_)
            | StatementKind::SomeIn(_)
            | StatementKind::Every(_) => self.statement_kind(&statement.kind),
        }
        self.modifiers(&statement.with);
    }

    fn first_pair(&mut self, left: &Term, sign: &str, right: &Term) {
        self.bracketed(|printer| printer.term(left));
        self.push(" ");
        self.push(sign);
        self.push(" ");
        self.term(right);
    }

    fn first_logical(&mut self, word: &str, sides: &(Operand, Operand)) {
        match sides.0.body.statements.first() {
            Some(first) if !sides.0.braces && !is_group(first) => {
                let start = self.text.len();
                self.first_statement(first);
                self.without_brace(start, first);
                self.push(" ");
                self.push(word);
                self.push(" ");
                self.operand(&sides.1);
            }
            _ => self.logical(word, sides),
        }
    }

    fn modifiers(&mut self, with: &[With]) {
        for with in with {
            self.push(" with ");
            self.term(&with.target);
            self.push(" as ");
            self.term(&with.value);
        }
    }

    fn statement_kind(&mut self, kind: &StatementKind) {
        match kind {
            StatementKind::Term(term) => self.term(term),
            StatementKind::Assign(left, right) => {
                self.term(left);
                self.push(" := ");
                self.term(right);
            }
            StatementKind::Unify(left, right) => {
                self.term(left);
                self.push(" = ");
                self.term(right);
            }
            StatementKind::Negated(inner) => {
                self.push("not ");
                self.statement(inner);
            }
            StatementKind::Not(operand) => {
                self.push("not ");
                self.operand(operand);
            }
            StatementKind::Some(names) => {
                let names: Vec<&str> = names.iter().map(|word| word.text.as_str()).collect();
                self.push("some ");
                self.push(&names.join(", "));
            }
            StatementKind::SomeIn(element) => {
                self.push("some ");
                self.membership(element);
            }
            StatementKind::Every(every) => self.every(every),
            StatementKind::And(sides) => self.logical("and", sides),
            StatementKind::Or(sides) => self.logical("or", sides),
        }
    }

    fn every(&mut self, every: &Every) {
        self.push("every ");
        if let Some(key) = &every.key {
            self.push(&key.text);
            self.push(", ");
        }
        self.push(&every.value.text);
        self.push(" in ");
        self.tight(&every.collection);
        self.push(" ");
        self.braces(&every.body);
    }

    fn logical(&mut self, word: &str, (left, right): &(Operand, Operand)) {
        self.operand(left);
        self.push(" ");
        self.push(word);
        self.push(" ");
        self.operand(right);
    }

    /// What `not`, `and` and `or` are about.
    fn operand(&mut self, operand: &Operand) {
        if operand.braces {
            return self.braces(&operand.body);
        }
        for statement in &operand.body.statements {
            if is_group(statement) {
                self.bracketed(|printer| printer.statement(statement));
            } else {
                let start = self.text.len();
                self.statement(statement);
                self.without_brace(start, statement);
            }
        }
    }

    /// Puts a term that was printed from `start` into round brackets if it begins with a brace, which would open a body.
    fn without_brace(&mut self, start: usize, statement: &Statement) {
        let begins_with_brace = self.text.get(start..).is_some_and(|text| text.starts_with('{'));
        if begins_with_brace && matches!(statement.kind, StatementKind::Term(_)) {
            self.text.insert(start, '(');
            self.push(")");
        }
    }

    pub(super) fn bracketed(&mut self, print: impl FnOnce(&mut Self)) {
        self.push("(");
        print(self);
        self.push(")");
    }
}

/// Whether a statement is an operand only in round brackets.
fn is_group(statement: &Statement) -> bool {
    !statement.with.is_empty() || matches!(statement.kind, StatementKind::And(_) | StatementKind::Or(_))
}
