//! Local variables get a variable of their own in each scope, and `:=`, `some` and `every` become plain statements.
//!
//! `x := 1; p[x]` becomes `new = 1; p[new]`, and `some k, v in xs` becomes `v = xs[k]`.

use super::rename::rename;
use super::scopes::{Occurrence, Scopes};
use super::uses::{shadowing_builtins, used_in_head};
use crate::model::core::{
    Body, Expr, ExprKind, Names, Operand, Origin, Rule, Skip, SomeIn, Term, Value, Var, VarSet, known,
    reference, variable, variables_of, variables_of_body, walk_terms_mut,
};
use crate::model::program::Program;
use crate::model::refusal::Code;
use crate::model::safety::bound_by_equality;
use crate::syntax::Span;

/// Gives the local variables of all rules their own.
pub(in crate::model) fn declare(program: &mut Program<'_>) {
    let mut arguments = Scopes::new();
    for at in 0..program.rules.len() {
        let Some(rule) = program.rules.get_mut(at) else { continue };
        let mut locals = Locals {
            names: &mut program.names,
            scopes: Scopes::new(),
            found: Vec::new(),
            unused: Vec::new(),
            declared: Vec::new(),
        };
        if !rule.is_else {
            rule.head.arguments.iter_mut().for_each(|argument| locals.argument(argument));
            arguments = locals.scopes.clone();
        }
        locals.scopes = Scopes::new();
        locals.comprehensions_of_head(rule);
        locals.scopes = arguments.clone();
        let shadowed = shadowing_builtins(rule, locals.names, |name| program.builtins.get(name).is_some());
        locals.shadow(shadowed);
        let used = used_in_head(rule);
        locals.body(&mut rule.body, &used);
        locals.head(rule);
        let (found, unused, declared, module) = (locals.found, locals.unused, locals.declared, rule.module);
        if let Some(module) = program.modules.get_mut(module) {
            module.locals.extend(declared);
        }
        let is_faulty = !found.is_empty();
        for (span, message) in found {
            program.refuse_rule(at, Code::Name, span, message);
        }
        for (span, message) in unused.into_iter().filter(|_| !is_faulty) {
            program.refuse(module, Code::Name, span, message);
        }
    }
}

pub(super) struct Locals<'n> {
    pub(super) names: &'n mut Names,
    pub(super) scopes: Scopes,
    found: Vec<(Span, String)>,
    /// Variables of `some` and `every` that nothing uses. What else is wrong with the rule is told beside them.
    unused: Vec<(Span, String)>,
    /// What has been declared.
    declared: Vec<String>,
}

impl Locals<'_> {
    pub(super) fn refuse(&mut self, span: Span, message: impl Into<String>) {
        self.found.push((span, message.into()));
    }

    pub(super) fn text(&self, var: Var) -> String {
        self.names.text(var).unwrap_or("_").to_owned()
    }

    /// A parameter: each variable of the pattern is a local one.
    fn argument(&mut self, term: &mut Term) {
        match &mut term.value {
            Value::Var(var) => {
                let local = self.scopes.declared(*var).unwrap_or_else(|| {
                    let local = self.names.local(*var);
                    self.scopes.insert(*var, local, Occurrence::Argument);
                    local
                });
                *var = local;
            }
            Value::Object(members) => members.iter_mut().for_each(|(_, value)| self.argument(value)),
            Value::Ref(items) | Value::Array(items) => items.iter_mut().for_each(|item| self.argument(item)),
            Value::Call(_) => self.refuse(term.span, "a parameter is a pattern and cannot hold a call"),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Set(_)
            | Value::Comprehension(_)
            | Value::Template(_) => {}
        }
    }

    /// Comprehensions in a head have scopes of their own, that know nothing of the body's.
    fn comprehensions_of_head(&mut self, rule: &mut Rule) {
        let head = &mut rule.head;
        let terms = head.arguments.iter_mut().chain(&mut head.key).chain(&mut head.value);
        for term in terms {
            walk_terms_mut(term, &mut |inner| {
                match &mut inner.value {
                    Value::Comprehension(comprehension) => {
                        self.scopes = Scopes::new();
                        self.comprehension(comprehension);
                    }
                    Value::Template(parts) => {
                        self.scopes = Scopes::new();
                        self.template(parts);
                    }
                    _ => {}
                }
                true
            });
        }
    }

    fn shadow(&mut self, names: Vec<Var>) {
        for name in names {
            if self.scopes.declared(name).is_none() {
                let local = self.names.local(name);
                self.scopes.insert(name, local, Occurrence::Seen);
            }
        }
    }

    /// The head speaks of the variables of the body.
    fn head(&mut self, rule: &mut Rule) {
        let head = &mut rule.head;
        let steps = head.reference.iter_mut().skip(1);
        for term in steps.chain(&mut head.arguments).chain(&mut head.key).chain(&mut head.value) {
            rename(term, &self.scopes);
        }
    }

    /// A body, with the variables that are used beside it.
    pub(super) fn body(&mut self, body: &mut Body, used: &VarSet) {
        let span = body.first().map(|expr| expr.span).unwrap_or_default();
        body.retain_mut(|expr| self.statement(expr));
        if body.is_empty() {
            body.push(Expr::new(span, ExprKind::Term(Term::new(span, Value::Bool(true)))));
        }
        let declared: Vec<(Var, Var)> = self.scopes.declared_here().collect();
        if declared.is_empty() {
            return;
        }
        let all = variables_of_body(body, Skip::NOTHING);
        let is_unused = |(name, local): &(Var, Var)| {
            !all.contains(local) && !used.contains(local) && !used.contains(name)
        };
        for (name, local) in declared.into_iter().filter(is_unused) {
            // A variable of `every` is told where its body begins, as it is no part of it.
            let place = match self.names.origin(local) {
                Origin::Local(_, Some(place)) => *place,
                _ => span,
            };
            let text = self.text(name);
            self.unused.push((place, format!("`{text}` is declared and never used: leave it out")));
        }
    }

    /// A statement; whether there is anything left of it.
    pub(super) fn statement(&mut self, expr: &mut Expr) -> bool {
        if expr.is_assignment() {
            self.assignment(expr);
            return true;
        }
        match &mut expr.kind {
            ExprKind::Some(names) => {
                let span = expr.span;
                for (var, _) in std::mem::take(names) {
                    if let Some(local) = self.declare(var, span, Occurrence::Declared) {
                        self.names.declared_alone(local, span);
                    }
                }
                return false;
            }
            ExprKind::SomeIn(_) => return self.some_in(expr),
            ExprKind::Every(_) => self.every(expr),
            ExprKind::Not(operand) => {
                let message = "a variable cannot be assigned behind `not`: it would be gone behind it";
                self.operand(operand, message);
                self.withs(expr);
            }
            ExprKind::Logic(sides) => {
                let message =
                    "a variable cannot be assigned beside `and` or `or`: it would be gone behind it";
                self.operand(&mut sides.0, message);
                self.operand(&mut sides.1, message);
                self.withs(expr);
            }
            ExprKind::Call(_) | ExprKind::Term(_) => self.expr(expr),
        }
        true
    }

    /// A new local variable, unless the name is taken here.
    fn declare(&mut self, var: Var, span: Span, occurrence: Occurrence) -> Option<Var> {
        if let Some(before) = self.scopes.occurrence(var) {
            let name = self.text(var);
            self.refuse(span, match before {
                Occurrence::Seen => format!("`{name}` is used above, before it is declared: declare it first, or choose another name"),
                Occurrence::Assigned => format!("`{name}` is assigned above: choose another name, or compare with `==`"),
                Occurrence::Declared => format!("`{name}` is declared above: choose another name, or bind it with `=`"),
                Occurrence::Argument => format!("`{name}` is a parameter: choose another name, or compare with `==`"),
            });
            return None;
        }
        let local = self.names.local(var);
        self.scopes.insert(var, local, occurrence);
        self.declared.extend(self.names.text(var).map(str::to_owned));
        Some(local)
    }

    fn some_in(&mut self, expr: &mut Expr) -> bool {
        let ExprKind::SomeIn(some) = &mut expr.kind else { return true };
        let SomeIn { key, value, collection } = (**some).clone();
        let key = key.unwrap_or_else(|| variable(value.span, self.names.generate()));
        let mut bound = variables_of(&key, Skip::FOR_BINDING);
        bound.extend(variables_of(&value, Skip::FOR_BINDING));
        let within = variables_of(&collection, Skip { closures: true, ..Skip::NOTHING });
        let both: Vec<Var> = bound.intersection(&within).copied().collect();
        let mut is_fine = true;
        for var in both.into_iter().filter(|var| !self.names.is_wildcard(*var)).collect::<Vec<_>>() {
            let name = self.text(var);
            self.refuse(
                expr.span,
                format!("`{name}` is looked for in itself: the collection cannot depend on it"),
            );
            is_fine = false;
        }
        if !is_fine {
            return false;
        }
        let safe = variables_of(&collection, Skip::NOTHING);
        let path = match collection.value {
            Value::Ref(mut path) => {
                path.push(key);
                path
            }
            _ => vec![collection, key],
        };
        let span = expr.span;
        let place = path.first().map_or(span, |head| head.span);
        let member = Term::new(place, Value::Ref(path));
        expr.kind = ExprKind::Call(vec![reference(span, known::EQ, []), value, member]);
        for var in bound_by_equality(expr, &safe) {
            if self.declare(var, span, Occurrence::Declared).is_none() {
                return false;
            }
        }
        self.expr(expr);
        true
    }

    fn every(&mut self, expr: &mut Expr) {
        let place = expr.span;
        let ExprKind::Every(every) = &mut expr.kind else { return };
        self.term(&mut every.domain);
        self.scopes.push();
        for term in [&mut every.key, &mut every.value] {
            let Some(var) = term.var() else { continue };
            if !self.names.is_wildcard(var)
                && !self.names.is_generated(var)
                && let Some(local) = self.declare(var, place, Occurrence::Declared)
            {
                term.value = Value::Var(local);
            }
        }
        self.body(&mut every.body, &VarSet::new());
        self.withs(expr);
        self.scopes.pop();
    }

    fn operand(&mut self, operand: &mut Operand, message: &str) {
        if operand.braces {
            self.scopes.push();
            self.body(&mut operand.body, &VarSet::new());
            self.scopes.pop();
            return;
        }
        for expr in &mut operand.body {
            if expr.is_assignment() {
                self.refuse(expr.span, message);
            } else {
                self.statement(expr);
            }
        }
    }

    fn assignment(&mut self, expr: &mut Expr) {
        if expr.negated {
            return self.refuse(expr.span, "a variable cannot be assigned behind `not`: compare with `==`");
        }
        for with in &mut expr.with {
            self.term(&mut with.value);
        }
        let told = self.found.len();
        let ExprKind::Call(terms) = &mut expr.kind else { return };
        let [operator, left, right] = terms.as_mut_slice() else { return };
        self.term(right);
        self.target(left);
        if self.found.len() == told {
            *operator = reference(operator.span, known::EQ, []);
            expr.assigned = true;
        }
    }

    /// What stands before `:=`.
    fn target(&mut self, term: &mut Term) {
        match &mut term.value {
            Value::Var(var) => {
                let var = *var;
                if let Some(local) = self.declare(var, term.span, Occurrence::Assigned) {
                    term.value = Value::Var(local);
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.target(item)),
            Value::Object(members) => members.iter_mut().for_each(|(_, value)| self.target(value)),
            // Refused with the names of documents.
            Value::Ref(path) if path.len() == 1 => {}
            value => {
                let what = kind_of(value);
                self.refuse(term.span, format!("{what} cannot be assigned a value: compare with `==`"));
            }
        }
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Var(_) => "a variable",
        Value::Ref(_) => "a reference",
        Value::Call(_) => "a call",
        Value::Array(_) => "a list",
        Value::Set(_) => "a set",
        Value::Object(_) => "an object",
        Value::Comprehension(_) => "a comprehension",
        Value::Template(_) => "a template string",
    }
}
