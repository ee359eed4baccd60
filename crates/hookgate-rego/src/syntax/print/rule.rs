//! Packages, imports and rules.

use super::Printer;
use super::term::is_name;
use crate::syntax::tree::{
    Assignment, Body, Else, Head, HeadKind, Import, Package, Rule, SetForm, Term, TermKind, Word,
};

impl Printer {
    pub(super) fn package(&mut self, package: &Package) {
        self.push("package ");
        self.static_path(&package.path);
        self.push("\n");
    }

    pub(super) fn import(&mut self, import: &Import) {
        self.push("\nimport ");
        self.static_path(&import.path);
        if let Some(alias) = &import.alias {
            self.push(" as ");
            self.push(&alias.text);
        }
        self.push("\n");
    }

    fn static_path(&mut self, path: &[Word]) {
        for (at, word) in path.iter().enumerate() {
            if at == 0 {
                self.push(&word.text);
            } else {
                self.named_step(&word.text);
            }
        }
    }

    /// `.name`, or `["…"]` for what is no name.
    pub(super) fn named_step(&mut self, name: &str) {
        if is_name(name) {
            self.push(".");
            self.push(name);
        } else {
            self.push("[");
            self.quoted(name);
            self.push("]");
        }
    }

    pub(super) fn rule(&mut self, rule: &Rule) {
        self.push("\n");
        if rule.default.is_some() {
            self.push("default ");
        }
        self.head(&rule.head);
        for chain in &rule.bodies {
            self.push(if chain.keyword.is_some() { " if" } else { "" });
            self.push(" ");
            self.braces(&chain.body);
        }
        for branch in &rule.elses {
            self.branch(branch);
        }
        self.push("\n");
    }

    fn branch(&mut self, branch: &Else) {
        self.push(" else");
        self.given(branch.value.as_ref());
        if let Some(body) = &branch.body {
            self.push(if branch.keyword.is_some() { " if" } else { "" });
            self.push(" ");
            self.braces(body);
        }
    }

    fn head(&mut self, head: &Head) {
        self.push(&head.name.text);
        for step in &head.path {
            self.step(step);
        }
        if let Some(parameters) = &head.parameters {
            self.push("(");
            self.list(parameters);
            self.push(")");
        }
        match &head.kind {
            HeadKind::Value(value) => self.given(value.as_ref()),
            HeadKind::Element(element, SetForm::Contains(_)) => {
                self.push(" contains ");
                self.term(element);
            }
            HeadKind::Element(element, SetForm::Brackets) => self.step(element),
        }
    }

    fn given(&mut self, value: Option<&(Assignment, Term)>) {
        let Some((assignment, value)) = value else { return };
        self.push(match assignment {
            Assignment::Assign => " := ",
            Assignment::Unify => " = ",
        });
        self.term(value);
    }

    /// A step of a reference.
    pub(super) fn step(&mut self, step: &Term) {
        if let TermKind::String(text) = &step.kind {
            return self.named_step(&text.value);
        }
        self.push("[");
        self.term(step);
        self.push("]");
    }

    /// A body in braces, a line for each statement.
    pub(super) fn braces(&mut self, body: &Body) {
        self.push("{");
        self.depth = self.depth.saturating_add(1);
        for (at, statement) in body.statements.iter().enumerate() {
            let start = self.text.len();
            self.line();
            if at == 0 {
                self.first_statement(statement);
            } else {
                self.statement(statement);
                self.separate(start);
            }
        }
        self.depth = self.depth.saturating_sub(1);
        self.line();
        self.push("}");
    }

    /// Puts a `;` where a line would go on the one before.
    fn separate(&mut self, start: usize) {
        let line = self.text.get(start..).unwrap_or_default().trim_start();
        if ["-", "and(", "or("].iter().any(|sign| line.starts_with(sign)) {
            self.text.insert(start, ';');
        }
    }
}
