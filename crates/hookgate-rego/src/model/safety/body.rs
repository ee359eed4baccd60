//! The bodies of rules, and the bodies within their statements.

use super::order::{Unbound, order};
use super::outputs::Arity;
use super::promoted::{needed, needed_by_body};
use crate::model::core::{
    Body, Comprehension, Expr, ExprKind, Names, Skip, Term, Value, VarSet, known, variables_of,
};
use crate::model::names::{Index, arity};
use crate::model::program::Program;
use crate::model::refusal::Code;
use crate::model::words;
use crate::syntax::Span;

/// Brings the bodies of all rules into an order in which they can run.
pub(in crate::model) fn check(program: &mut Program<'_>, index: &Index) {
    let mut found: Vec<(usize, Vec<(Span, String)>)> = Vec::new();
    let mut bodies: Vec<Body> = program.rules.iter_mut().map(|rule| std::mem::take(&mut rule.body)).collect();
    for (at, (rule, body)) in program.rules.iter().zip(&mut bodies).enumerate() {
        if rule.is_faulty {
            continue;
        }
        let arity = |name: &[Term]| arity(program, index, name);
        let mut safe: VarSet = [known::INPUT, known::DATA].into();
        safe.extend(rule.head.arguments.iter().flat_map(|argument| variables_of(argument, Skip::NOTHING)));
        let (ordered, unbound) = order_all(std::mem::take(body), &safe, &arity);
        *body = ordered;
        if !unbound.is_empty() {
            found.push((at, told(program, rule.module, &unbound)));
        }
    }
    for (rule, body) in program.rules.iter_mut().zip(bodies) {
        rule.body = body;
    }
    for (rule, faults) in found {
        for (span, message) in faults {
            program.refuse_rule(rule, Code::UnsafeVariable, span, message);
        }
    }
}

/// A body with all bodies in it in order.
fn order_all(body: Body, safe: &VarSet, arity: &Arity<'_>) -> (Body, Vec<Unbound>) {
    let (mut body, unbound) = order(body, safe, arity);
    let mut inner = Inner { arity, safe: safe.clone(), unbound, place: Span::default() };
    for expr in &mut body {
        inner.place = expr.span;
        inner.expr(expr);
        let bound = needed(expr, arity);
        inner.safe.extend(bound);
    }
    (body, inner.unbound)
}

/// Looks at the bodies within statements, which may use what stands before them.
struct Inner<'a> {
    arity: &'a Arity<'a>,
    safe: VarSet,
    unbound: Vec<Unbound>,
    /// Where the statement stands.
    place: Span,
}

impl Inner<'_> {
    fn expr(&mut self, expr: &mut Expr) {
        match &mut expr.kind {
            ExprKind::Term(term) => self.term(term),
            ExprKind::Call(terms) => terms.iter_mut().for_each(|term| self.term(term)),
            ExprKind::Every(every) => {
                self.safe.extend([&every.key, &every.value].into_iter().filter_map(Term::var));
                self.body(&mut every.body);
            }
            ExprKind::Not(operand) => self.body(&mut operand.body),
            ExprKind::Logic(sides) => {
                self.body(&mut sides.0.body);
                self.body(&mut sides.1.body);
            }
            ExprKind::Some(_) | ExprKind::SomeIn(_) => {}
        }
        for with in &mut expr.with {
            self.term(&mut with.target);
            self.term(&mut with.value);
        }
    }

    fn term(&mut self, term: &mut Term) {
        match &mut term.value {
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Var(_) => {}
            Value::Ref(items) | Value::Call(items) | Value::Array(items) | Value::Set(items) => {
                items.iter_mut().for_each(|item| self.term(item));
            }
            Value::Object(members) => {
                for (key, value) in members {
                    self.term(key);
                    self.term(value);
                }
            }
            Value::Comprehension(comprehension) => self.comprehension(comprehension),
            Value::Template(parts) => parts.iter_mut().for_each(|part| self.expr(part)),
        }
    }

    fn comprehension(&mut self, comprehension: &mut Comprehension) {
        let terms = comprehension.key.iter().chain([&comprehension.term]);
        let used: VarSet = terms.flat_map(|term| variables_of(term, Skip::NOTHING)).collect();
        let mut bound = needed_by_body(&comprehension.body, self.arity);
        bound.extend(&self.safe);
        let variables: VarSet = used.difference(&bound).copied().collect();
        if !variables.is_empty() {
            let expr = Expr::new(self.place, ExprKind::Term(comprehension.term.clone()));
            self.unbound.push(Unbound { expr, variables });
        }
        self.body(&mut comprehension.body);
    }

    fn body(&mut self, body: &mut Body) {
        let (ordered, unbound) = order_all(std::mem::take(body), &self.safe, self.arity);
        *body = ordered;
        self.unbound.extend(unbound);
    }
}

/// What is told of statements that cannot run: each variable once, where it is first; what only follows is left out.
fn told(program: &Program<'_>, module: usize, unbound: &[Unbound]) -> Vec<(Span, String)> {
    let names = &program.names;
    let targets: VarSet = unbound.iter().flat_map(|one| targets(&one.expr)).collect();
    let mut places: Vec<(Span, crate::model::core::Var)> = Vec::new();
    let mut in_order: Vec<&Unbound> = unbound.iter().collect();
    in_order.sort_by_key(|one| one.expr.span);
    let mut seen = VarSet::new();
    for one in &in_order {
        for var in one.variables.iter().filter(|var| names.text(**var).is_some()) {
            if seen.insert(*var) {
                places.push((one.expr.span, *var));
            }
        }
    }
    if places.iter().any(|(_, var)| !targets.contains(var)) {
        places.retain(|(_, var)| !targets.contains(var));
    }
    if places.is_empty() {
        return followed(names, &in_order);
    }
    places.iter().map(|(span, var)| words::unsafe_variable(program, module, *span, *var)).collect()
}

/// The variables that a `:=` gives a value.
fn targets(expr: &Expr) -> VarSet {
    if !expr.assigned {
        return VarSet::new();
    }
    expr.equality().map(|(left, _)| variables_of(left, Skip::NOTHING)).unwrap_or_default()
}

/// Only what nobody wrote is unbound: the statements are told.
fn followed(names: &Names, unbound: &[&Unbound]) -> Vec<(Span, String)> {
    let mut seen = VarSet::new();
    let mut found = Vec::new();
    for one in unbound {
        let generated = one.variables.iter().filter(|var| names.is_generated(**var));
        let new: Vec<_> = generated.filter(|var| seen.insert(**var)).collect();
        if !new.is_empty() {
            let message = "nothing binds what this statement needs: it depends on itself".to_owned();
            found.push((one.expr.span, message));
        }
    }
    found
}
