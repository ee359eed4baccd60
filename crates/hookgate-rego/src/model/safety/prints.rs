//! `print`: each argument is asked for in a comprehension of its own, so that one without a value does not matter. Its
//! variables must be bound above it.

use std::ops::ControlFlow;

use super::outputs::{Arity, outputs};
use crate::model::core::{
    Body, Collection, Comprehension, Expr, ExprKind, Names, Node, Skip, Term, Value, Var, VarSet, equality,
    is_operator, known, reference, string, variables_of, variables_of_expr, walk_body, walk_term,
    walk_terms_mut,
};
use crate::model::names::{Index, arity};
use crate::model::program::Program;
use crate::model::refusal::Code;
use crate::model::words;
use crate::syntax::Span;

pub(in crate::model) fn check(program: &mut Program<'_>, index: &Index) {
    for at in 0..program.rules.len() {
        let Some(rule) = program.rules.get_mut(at) else { continue };
        if !has_print(&rule.body) && !rule.head.value.iter().chain(&rule.head.key).any(has_print_in) {
            continue;
        }
        let mut body = std::mem::take(&mut rule.body);
        let mut safe: VarSet = [known::INPUT, known::DATA].into();
        safe.extend(rule.head.arguments.iter().flat_map(|argument| variables_of(argument, Skip::NOTHING)));
        let mut names = std::mem::replace(&mut program.names, Names::new());
        let arity =
            |name: &[Term]| (!is_operator(name, known::PRINT)).then(|| arity(program, index, name)).flatten();
        let mut prints = Prints { names: &mut names, arity: &arity, found: Vec::new() };
        prints.body(&mut body, safe);
        let found = prints.found;
        program.names = names;
        if let Some(rule) = program.rules.get_mut(at) {
            rule.body = body;
        }
        for (span, var) in found {
            let message = words::undeclared(program, var);
            program.refuse_rule(at, Code::UnsafeVariable, span, message);
        }
    }
}

fn is_print(node: Node<'_>) -> ControlFlow<(), bool> {
    match node {
        Node::Expr(expr) if expr.operands_of(known::PRINT).is_some() => ControlFlow::Break(()),
        Node::Expr(_) | Node::Term(_) => ControlFlow::Continue(true),
    }
}

fn has_print(body: &Body) -> bool {
    walk_body(body, &mut is_print).is_break()
}

fn has_print_in(term: &Term) -> bool {
    walk_term(term, &mut is_print).is_break()
}

struct Prints<'n, 'a> {
    names: &'n mut Names,
    arity: &'a Arity<'a>,
    found: Vec<(Span, Var)>,
}

impl Prints<'_, '_> {
    fn body(&mut self, body: &mut Body, mut safe: VarSet) {
        let mut local = VarSet::new();
        for expr in body {
            self.within(expr, &safe);
            if expr.operands_of(known::PRINT).is_some() {
                self.print(expr, &safe, &local);
            }
            let bound = outputs(expr, self.arity, &safe);
            safe.extend(bound);
            let all = variables_of_expr(expr, Skip::NOTHING);
            local.extend(all.into_iter().filter(|var| self.is_local(*var)));
        }
    }

    fn is_local(&self, var: Var) -> bool {
        use crate::model::core::Origin;
        matches!(self.names.origin(var), Origin::Local(..) | Origin::Generated)
    }

    fn within(&mut self, expr: &mut Expr, safe: &VarSet) {
        match &mut expr.kind {
            ExprKind::Term(term) => self.term(term, safe),
            ExprKind::Call(terms) => terms.iter_mut().for_each(|term| self.term(term, safe)),
            ExprKind::Some(_) | ExprKind::SomeIn(_) => {}
            ExprKind::Every(every) => {
                let mut safe = safe.clone();
                safe.extend([&every.key, &every.value].into_iter().filter_map(Term::var));
                self.body(&mut every.body, safe);
            }
            ExprKind::Not(operand) => self.body(&mut operand.body, safe.clone()),
            ExprKind::Logic(sides) => {
                self.body(&mut sides.0.body, safe.clone());
                self.body(&mut sides.1.body, safe.clone());
            }
        }
    }

    fn term(&mut self, term: &mut Term, safe: &VarSet) {
        walk_terms_mut(term, &mut |inner| {
            if let Value::Comprehension(comprehension) = &mut inner.value {
                self.body(&mut comprehension.body, safe.clone());
            }
            true
        });
    }

    fn print(&mut self, expr: &mut Expr, safe: &VarSet, local: &VarSet) {
        let ExprKind::Call(terms) = &mut expr.kind else { return };
        let mut captured = Vec::new();
        for argument in terms.drain(..).skip(1) {
            let used = variables_of(&argument, Skip::FOR_SAFETY);
            let unbound = used.into_iter().filter(|var| !safe.contains(var) && !local.contains(var));
            let span = argument.span;
            self.found.extend(unbound.map(|var| (span, var)));
            captured.push(captured_in_set(self.names, argument, Vec::new()));
        }
        let operator = reference(expr.span, known::INTERNAL, [string(expr.span, "print")]);
        terms.extend([operator, Term::new(expr.span, Value::Array(captured))]);
    }
}

/// `{new | new = term}`
pub(super) fn captured_in_set(names: &mut Names, term: Term, with: Vec<crate::model::core::With>) -> Term {
    let span = term.span;
    let (mut expr, local) = equality(names, term);
    expr.generated = false;
    expr.with = with;
    let id = names.comprehension();
    let comprehension = Comprehension { id, kind: Collection::Set, key: None, term: local, body: vec![expr] };
    Term::new(span, Value::Comprehension(Box::new(comprehension)))
}
