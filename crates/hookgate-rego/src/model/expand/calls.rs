//! Calls within terms become statements that bind a variable to their value.

use super::append;
use crate::model::core::{
    Body, Comprehension, Expr, ExprKind, Names, Rule, Term, Value, With, equality, variable,
};

/// Takes the calls out of the statements and the head of a rule.
pub(in crate::model) fn take_out_calls(rule: &mut Rule, names: &mut Names) {
    let mut calls = Calls { names };
    let Rule { head, body, .. } = rule;
    for term in head.arguments.iter_mut().chain(&mut head.key).chain(&mut head.value) {
        append(body, calls.term(term));
    }
    calls.body(body);
}

struct Calls<'n> {
    names: &'n mut Names,
}

impl Calls<'_> {
    fn body(&mut self, body: &mut Body) {
        let statements = std::mem::take(body);
        for expr in statements {
            self.statement(expr, body);
        }
    }

    fn statement(&mut self, mut expr: Expr, body: &mut Body) {
        for with in &mut expr.with {
            body.extend(self.term(&mut with.value));
        }
        match &mut expr.kind {
            ExprKind::Term(term) => {
                let taken = self.term(term);
                body.extend(under(taken, &expr.with));
            }
            ExprKind::Call(terms) => {
                let taken: Vec<Expr> = terms.iter_mut().skip(1).flat_map(|term| self.term(term)).collect();
                body.extend(under(taken, &expr.with));
            }
            ExprKind::Every(every) => {
                let (mut domain, local) = equality(self.names, every.domain.clone());
                every.domain = local;
                domain.with.clone_from(&expr.with);
                self.statement(domain, body);
                self.body(&mut every.body);
            }
            ExprKind::Not(operand) => self.body(&mut operand.body),
            ExprKind::Logic(sides) => {
                self.body(&mut sides.0.body);
                self.body(&mut sides.1.body);
            }
            ExprKind::Some(_) | ExprKind::SomeIn(_) => {}
        }
        body.push(expr);
    }

    /// Takes the calls out of a term.
    fn term(&mut self, term: &mut Term) -> Vec<Expr> {
        match &mut term.value {
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Var(_)
            | Value::Template(_) => Vec::new(),
            Value::Call(_) => self.call(term),
            Value::Ref(path) => self.reference(path),
            Value::Array(items) | Value::Set(items) => {
                items.iter_mut().flat_map(|item| self.term(item)).collect()
            }
            Value::Object(members) => members
                .iter_mut()
                .flat_map(|(key, value)| {
                    let mut taken = self.term(key);
                    taken.extend(self.term(value));
                    taken
                })
                .collect(),
            Value::Comprehension(comprehension) => {
                self.comprehension(comprehension);
                Vec::new()
            }
        }
    }

    fn call(&mut self, term: &mut Term) -> Vec<Expr> {
        let span = term.span;
        let output = variable(span, self.names.generate());
        let Value::Call(mut terms) = std::mem::replace(&mut term.value, output.value.clone()) else {
            return Vec::new();
        };
        let mut taken: Vec<Expr> =
            terms.iter_mut().skip(1).flat_map(|argument| self.term(argument)).collect();
        terms.push(output);
        let mut expr = Expr::new(span, ExprKind::Call(terms));
        expr.generated = true;
        taken.push(expr);
        taken
    }

    /// What a reference begins with becomes a variable, too, unless it is a name.
    fn reference(&mut self, path: &mut [Term]) -> Vec<Expr> {
        let mut taken: Vec<Expr> = path.iter_mut().flat_map(|step| self.term(step)).collect();
        if let Some(head) = path.first_mut()
            && matches!(
                head.value,
                Value::Array(_) | Value::Object(_) | Value::Set(_) | Value::Comprehension(_) | Value::Call(_)
            )
        {
            let (expr, local) = equality(self.names, head.clone());
            *head = local;
            taken.push(expr);
        }
        taken
    }

    fn comprehension(&mut self, comprehension: &mut Comprehension) {
        let Comprehension { key, term, body, .. } = comprehension;
        for part in key.iter_mut().chain([term]) {
            append(body, self.term(part));
        }
        self.body(body);
    }
}

/// What is taken out of a statement is asked under the same replacements.
fn under(mut taken: Vec<Expr>, with: &[With]) -> Vec<Expr> {
    if !with.is_empty() {
        taken.iter_mut().for_each(|expr| expr.with = with.to_vec());
    }
    taken
}
