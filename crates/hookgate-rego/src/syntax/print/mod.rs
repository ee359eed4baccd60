//! From a tree to text: print, and parse again, and the tree is the same.
//!
//! One line for each statement, in the language that the module is in. What the tree does not hold is not printed: white
//! space, comments, and round brackets that change nothing.

mod rule;
mod statement;
mod term;

use super::tree::{Module, Rule, Statement, Term};

/// Prints a module, which must have been read without an error. Imports and rules stand in the order of their spans, since an import changes how what follows is read.
pub fn module(module: &Module) -> String {
    let mut printer = Printer::default();
    printer.package(&module.package);
    let mut rules = module.rules.iter().peekable();
    for import in &module.imports {
        while let Some(rule) = rules.next_if(|rule| rule.span.start < import.span.start) {
            printer.rule(rule);
        }
        printer.import(import);
    }
    for rule in rules {
        printer.rule(rule);
    }
    printer.text
}

/// Prints one rule.
pub fn rule(rule: &Rule) -> String {
    let mut printer = Printer::default();
    printer.rule(rule);
    printer.text
}

/// Prints one term.
pub fn term(term: &Term) -> String {
    let mut printer = Printer::default();
    printer.term(term);
    printer.text
}

/// Prints one statement.
pub fn statement(statement: &Statement) -> String {
    let mut printer = Printer::default();
    printer.statement(statement);
    printer.text
}

#[derive(Debug, Default)]
struct Printer {
    text: String,
    /// How far the line is set in.
    depth: usize,
}

impl Printer {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Begins a line.
    fn line(&mut self) {
        self.text.push('\n');
        for _ in 0..self.depth {
            self.text.push('\t');
        }
    }
}
