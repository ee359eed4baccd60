//! Names of rules and imports become whole references.

use std::collections::HashMap;
use std::rc::Rc;

use super::declared::declared;
use crate::model::core::{
    Body, Expr, ExprKind, Operand, Rule, Term, Value, Var, VarSet, known, string, variable,
};
use crate::model::program::Program;
use crate::syntax::Span;

/// The path that a name stands for: what it begins with, and the steps.
type Globals = HashMap<Var, (Var, Vec<Rc<str>>)>;

/// Replaces the names of rules and imports in all rules.
pub(in crate::model) fn resolve(program: &mut Program<'_>) {
    let globals: Vec<Globals> = globals(program);
    for rule in &mut program.rules {
        if let Some(globals) = globals.get(rule.module) {
            Resolver { globals, ignored: Vec::new() }.rule(rule);
        }
    }
}

fn globals(program: &mut Program<'_>) -> Vec<Globals> {
    let mut all: Vec<Globals> = {
        let exports = program.exports();
        let of_module = |module: &crate::model::program::Module<'_>| {
            let names = exports.get(module.package.as_slice()).map(Vec::as_slice).unwrap_or_default();
            names
                .iter()
                .map(|name| {
                    let mut path = module.package.clone();
                    path.push(program.names.written_text(*name));
                    (*name, (known::DATA, path))
                })
                .collect()
        };
        program.modules.iter().map(of_module).collect()
    };
    for (globals, module) in all.iter_mut().zip(&program.modules) {
        for import in module.tree.imports.iter().filter(|import| !import.is_of_the_language()) {
            let (Some(name), Some((root, steps))) = (import.name(), import.path.split_first()) else {
                continue;
            };
            let root = program.names.written(&root.text);
            let steps = steps.iter().map(|word| Rc::from(word.text.as_str())).collect();
            globals.insert(program.names.written(&name.text), (root, steps));
        }
    }
    all
}

struct Resolver<'g> {
    globals: &'g Globals,
    ignored: Vec<VarSet>,
}

impl Resolver<'_> {
    fn rule(&mut self, rule: &mut Rule) {
        let mut bound = VarSet::new();
        rule.head.arguments.iter().for_each(|argument| pattern_variables(argument, &mut bound));
        self.ignored.push(bound);
        self.ignored.push(declared(&rule.body));
        rule.head.reference.iter_mut().skip(1).for_each(|step| self.term(step));
        rule.head.key.iter_mut().for_each(|key| self.term(key));
        rule.head.value.iter_mut().for_each(|value| self.term(value));
        self.body(&mut rule.body);
    }

    fn body(&mut self, body: &mut Body) {
        body.iter_mut().for_each(|expr| self.expr(expr));
    }

    fn expr(&mut self, expr: &mut Expr) {
        match &mut expr.kind {
            ExprKind::Term(term) => self.term(term),
            ExprKind::Call(terms) => self.terms(terms),
            ExprKind::Some(_) => {}
            ExprKind::SomeIn(some) => {
                some.key.iter_mut().for_each(|key| self.term(key));
                self.term(&mut some.value);
                self.term(&mut some.collection);
            }
            ExprKind::Every(every) => {
                self.ignored.push([&every.key, &every.value].into_iter().filter_map(Term::var).collect());
                self.term(&mut every.domain);
                self.body(&mut every.body);
                self.ignored.pop();
            }
            ExprKind::Not(operand) => self.operand(operand),
            ExprKind::Logic(sides) => {
                self.operand(&mut sides.0);
                self.operand(&mut sides.1);
            }
        }
        for with in &mut expr.with {
            self.term(&mut with.target);
            self.term(&mut with.value);
        }
    }

    fn operand(&mut self, operand: &mut Operand) {
        self.body(&mut operand.body);
    }

    fn terms(&mut self, terms: &mut [Term]) {
        terms.iter_mut().for_each(|term| self.term(term));
    }

    fn term(&mut self, term: &mut Term) {
        let span = term.span;
        match &mut term.value {
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
            Value::Var(var) => {
                if let Some(path) = self.global(*var, span) {
                    term.value = Value::Ref(path);
                }
            }
            Value::Ref(path) => self.reference(path),
            Value::Call(items) | Value::Array(items) | Value::Set(items) => self.terms(items),
            Value::Object(members) => {
                for (key, value) in members {
                    self.term(key);
                    self.term(value);
                }
            }
            Value::Comprehension(comprehension) => {
                self.ignored.push(declared(&comprehension.body));
                comprehension.key.iter_mut().for_each(|key| self.term(key));
                self.term(&mut comprehension.term);
                self.body(&mut comprehension.body);
                self.ignored.pop();
            }
            Value::Template(parts) => parts.iter_mut().for_each(|part| self.expr(part)),
        }
    }

    fn reference(&mut self, path: &mut Vec<Term>) {
        path.iter_mut().skip(1).for_each(|step| self.term(step));
        let Some(head) = path.first_mut() else { return };
        let Some(var) = head.var() else { return self.term(head) };
        if let Some(mut whole) = self.global(var, head.span) {
            whole.extend(path.drain(1..));
            *path = whole;
        }
    }

    fn global(&self, var: Var, span: Span) -> Option<Vec<Term>> {
        let (root, steps) = self.globals.get(&var)?;
        if self.ignored.iter().any(|ignored| ignored.contains(&var)) {
            return None;
        }
        let steps = steps.iter().map(|step| string(span, step));
        Some(std::iter::once(variable(span, *root)).chain(steps).collect())
    }
}

/// What a parameter binds: variables in it that are no keys, and not in what is no pattern.
fn pattern_variables(term: &Term, found: &mut VarSet) {
    match &term.value {
        Value::Var(var) => {
            found.insert(*var);
        }
        Value::Array(items) | Value::Ref(items) => {
            items.iter().for_each(|item| pattern_variables(item, found));
        }
        Value::Object(members) => members.iter().for_each(|(_, value)| pattern_variables(value, found)),
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Call(_)
        | Value::Set(_)
        | Value::Comprehension(_)
        | Value::Template(_) => {}
    }
}
