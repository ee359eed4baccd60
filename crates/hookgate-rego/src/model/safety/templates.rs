//! Template strings become calls, with what stands in each `{…}` in a comprehension of its own.

use super::outputs::{Arity, outputs};
use super::prints::captured_in_set;
use crate::model::core::{
    Body, Expr, ExprKind, Names, Skip, Term, Value, Var, VarSet, known, reference, string, variables_of,
};
use crate::model::names::{Index, arity};
use crate::model::program::Program;
use crate::model::refusal::Code;
use crate::model::words;
use crate::syntax::Span;

pub(in crate::model) fn check(program: &mut Program<'_>, index: &Index) {
    for at in 0..program.rules.len() {
        let Some(rule) = program.rules.get_mut(at) else { continue };
        let mut body = std::mem::take(&mut rule.body);
        let mut head = rule.head.clone();
        let mut safe: VarSet = [known::INPUT, known::DATA].into();
        safe.extend(head.arguments.iter().flat_map(|argument| variables_of(argument, Skip::NOTHING)));
        let mut names = std::mem::replace(&mut program.names, Names::new());
        let arity = |name: &[Term]| arity(program, index, name);
        let mut templates = Templates { names: &mut names, arity: &arity, found: Vec::new() };
        let safe = templates.body(&mut body, safe);
        for term in head.arguments.iter_mut().chain(&mut head.key).chain(&mut head.value) {
            templates.term(term, &safe);
        }
        let found = templates.found;
        program.names = names;
        if let Some(rule) = program.rules.get_mut(at) {
            rule.body = body;
            rule.head = head;
        }
        for (span, var) in found {
            let message = words::undeclared(program, var);
            program.refuse_rule(at, Code::UnsafeVariable, span, message);
        }
    }
}

struct Templates<'n, 'a> {
    names: &'n mut Names,
    arity: &'a Arity<'a>,
    found: Vec<(Span, Var)>,
}

impl Templates<'_, '_> {
    /// A body; gives what is bound in it.
    fn body(&mut self, body: &mut Body, mut safe: VarSet) -> VarSet {
        for expr in body.iter() {
            let bound = outputs(expr, self.arity, &safe);
            safe.extend(bound);
        }
        body.iter_mut().for_each(|expr| self.expr(expr, &safe));
        safe
    }

    fn expr(&mut self, expr: &mut Expr, safe: &VarSet) {
        match &mut expr.kind {
            ExprKind::Term(term) => self.term(term, safe),
            ExprKind::Call(terms) => terms.iter_mut().for_each(|term| self.term(term, safe)),
            ExprKind::Some(_) | ExprKind::SomeIn(_) => {}
            ExprKind::Every(every) => {
                self.term(&mut every.domain, safe);
                let mut safe = safe.clone();
                safe.extend([&every.key, &every.value].into_iter().filter_map(Term::var));
                self.body(&mut every.body, safe);
            }
            ExprKind::Not(operand) => operand.body.iter_mut().for_each(|expr| self.expr(expr, safe)),
            ExprKind::Logic(sides) => {
                let sides = &mut **sides;
                sides.0.body.iter_mut().chain(&mut sides.1.body).for_each(|expr| self.expr(expr, safe));
            }
        }
        for with in &mut expr.with {
            self.term(&mut with.target, safe);
            self.term(&mut with.value, safe);
        }
    }

    fn term(&mut self, term: &mut Term, safe: &VarSet) {
        if let Value::Template(parts) = &mut term.value {
            let parts = std::mem::take(parts);
            term.value = self.call(term.span, parts, safe);
        }
        match &mut term.value {
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Var(_)
            | Value::Template(_) => {}
            Value::Ref(items) | Value::Call(items) | Value::Array(items) | Value::Set(items) => {
                items.iter_mut().for_each(|item| self.term(item, safe));
            }
            Value::Object(members) => {
                for (key, value) in members {
                    self.term(key, safe);
                    self.term(value, safe);
                }
            }
            Value::Comprehension(comprehension) => {
                let bound = self.body(&mut comprehension.body, safe.clone());
                comprehension.key.iter_mut().for_each(|key| self.term(key, &bound));
                self.term(&mut comprehension.term, &bound);
            }
        }
    }

    fn call(&mut self, span: Span, parts: Vec<Expr>, safe: &VarSet) -> Value {
        let parts = parts.into_iter().map(|part| self.part(part, safe)).collect();
        let operator = reference(span, known::INTERNAL, [string(span, "template_string")]);
        Value::Call(vec![operator, Term::new(span, Value::Array(parts))])
    }

    fn part(&mut self, part: Expr, safe: &VarSet) -> Term {
        let span = part.span;
        let term = match part.kind {
            ExprKind::Term(term) => term,
            ExprKind::Call(terms) => Term::new(span, Value::Call(terms)),
            _ => Term::new(span, Value::Bool(true)),
        };
        if term.var().is_some() {
            return Term::new(span, Value::Set(vec![term]));
        }
        let used = variables_of(&term, Skip::FOR_SAFETY);
        self.found.extend(used.into_iter().filter(|var| !safe.contains(var)).map(|var| (span, var)));
        captured_in_set(self.names, term, part.with)
    }
}
