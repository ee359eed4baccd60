//! References and comprehensions within terms become statements that bind a variable to what they give; `==` becomes `=`.
//!
//! This comes after safety, which `==` and operands must not help.

use crate::model::core::{Body, Expr, ExprKind, Names, Term, Value, With, equality, known, reference};

/// Takes references and comprehensions out of the statements of a body.
pub(in crate::model) fn take_out_documents(body: &mut Body, names: &mut Names) {
    let statements = std::mem::take(body);
    for mut expr in statements {
        let mut documents = Documents { names, body, with: expr.with.clone() };
        documents.statement(&mut expr);
        body.push(expr);
    }
}

struct Documents<'n, 'b> {
    names: &'n mut Names,
    /// Where the new statements go.
    body: &'b mut Body,
    /// What they are asked under.
    with: Vec<With>,
}

impl Documents<'_, '_> {
    fn statement(&mut self, expr: &mut Expr) {
        let is_equality = expr.is_equality();
        match &mut expr.kind {
            ExprKind::Call(terms) if is_equality => {
                if terms.len() == 3 {
                    terms.iter_mut().skip(1).for_each(|term| self.side(term));
                }
            }
            ExprKind::Call(terms) => terms.iter_mut().skip(1).for_each(|term| self.part(term)),
            ExprKind::Every(every) => {
                self.part(&mut every.domain);
                take_out_documents(&mut every.body, self.names);
            }
            ExprKind::Not(operand) => take_out_documents(&mut operand.body, self.names),
            ExprKind::Logic(sides) => {
                take_out_documents(&mut sides.0.body, self.names);
                take_out_documents(&mut sides.1.body, self.names);
            }
            ExprKind::Term(term) => self.side(term),
            ExprKind::Some(_) | ExprKind::SomeIn(_) => {}
        }
    }

    /// A side of `=` or a statement: it may be one reference or one comprehension itself.
    fn side(&mut self, term: &mut Term) {
        match &mut term.value {
            Value::Ref(path) => path.iter_mut().skip(1).for_each(|step| self.part(step)),
            Value::Comprehension(comprehension) => take_out_documents(&mut comprehension.body, self.names),
            _ => self.part(term),
        }
    }

    /// A part of a statement.
    fn part(&mut self, term: &mut Term) {
        match &mut term.value {
            Value::Ref(path) => {
                path.iter_mut().skip(1).for_each(|step| self.part(step));
                self.take_out(term);
            }
            Value::Comprehension(comprehension) => {
                take_out_documents(&mut comprehension.body, self.names);
                self.take_out(term);
            }
            Value::Array(items) | Value::Set(items) => items.iter_mut().for_each(|item| self.part(item)),
            Value::Object(members) => {
                for (key, value) in members {
                    self.part(key);
                    self.part(value);
                }
            }
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Var(_)
            | Value::Call(_)
            | Value::Template(_) => {}
        }
    }

    fn take_out(&mut self, term: &mut Term) {
        let (mut expr, local) =
            equality(self.names, std::mem::replace(term, Term::new(term.span, Value::Null)));
        *term = local;
        expr.with.clone_from(&self.with);
        self.body.push(expr);
    }
}

/// `a == b` becomes `a = b`, in all bodies.
pub(in crate::model) fn equals(body: &mut Body) {
    for expr in body {
        if expr.operands_of(known::EQUAL).is_some_and(|operands| operands.len() == 2)
            && let ExprKind::Call(terms) = &mut expr.kind
            && let Some(operator) = terms.first_mut()
        {
            *operator = reference(operator.span, known::EQ, []);
        }
        match &mut expr.kind {
            ExprKind::Term(term) => equals_within(term),
            ExprKind::Call(terms) => terms.iter_mut().for_each(equals_within),
            ExprKind::Some(_) | ExprKind::SomeIn(_) => {}
            ExprKind::Every(every) => equals(&mut every.body),
            ExprKind::Not(operand) => equals(&mut operand.body),
            ExprKind::Logic(sides) => {
                equals(&mut sides.0.body);
                equals(&mut sides.1.body);
            }
        }
    }
}

fn equals_within(term: &mut Term) {
    crate::model::core::walk_terms_mut(term, &mut |inner| {
        match &mut inner.value {
            Value::Comprehension(comprehension) => {
                equals_within(&mut comprehension.term);
                equals(&mut comprehension.body);
            }
            Value::Template(parts) => equals(parts),
            _ => {}
        }
        true
    });
}
