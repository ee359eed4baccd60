//! What `with` replaces: documents, and functions by functions or values.

use super::index::Index;
use crate::model::core::{Body, Expr, ExprKind, Names, Term, Value, Var, equality, known, needs_evaluation};
use crate::model::program::Program;
use crate::model::refusal::Code;
use crate::model::words;
use crate::syntax::Span;

/// Checks every `with`, and gives a variable to what it has to work out.
pub(in crate::model) fn check(program: &mut Program<'_>, index: &Index) {
    for at in 0..program.rules.len() {
        let Some(rule) = program.rules.get_mut(at) else { continue };
        let (mut body, mut head) = (std::mem::take(&mut rule.body), rule.head.clone());
        let mut names = std::mem::replace(&mut program.names, Names::new());
        let mut replaced = Replaced { program, index, names: &mut names, found: Vec::new() };
        replaced.body(&mut body);
        for term in head.arguments.iter_mut().chain(&mut head.key).chain(&mut head.value) {
            replaced.term(term);
        }
        let found = replaced.found;
        program.names = names;
        if let Some(rule) = program.rules.get_mut(at) {
            rule.body = body;
            rule.head = head;
        }
        for (span, message) in found {
            program.refuse_rule(at, Code::Replacement, span, message);
        }
    }
}

struct Replaced<'p, 'm, 'n> {
    program: &'p Program<'m>,
    index: &'p Index,
    names: &'n mut Names,
    found: Vec<(Span, String)>,
}

impl Replaced<'_, '_, '_> {
    fn body(&mut self, body: &mut Body) {
        let statements = std::mem::take(body);
        for mut expr in statements {
            self.within(&mut expr);
            for at in 0..expr.with.len() {
                self.one(&mut expr, at, body);
            }
            body.push(expr);
        }
    }

    fn within(&mut self, expr: &mut Expr) {
        match &mut expr.kind {
            ExprKind::Term(term) => self.term(term),
            ExprKind::Call(terms) => terms.iter_mut().for_each(|term| self.term(term)),
            ExprKind::Some(_) | ExprKind::SomeIn(_) => {}
            ExprKind::Every(every) => self.body(&mut every.body),
            ExprKind::Not(operand) => self.body(&mut operand.body),
            ExprKind::Logic(sides) => {
                self.body(&mut sides.0.body);
                self.body(&mut sides.1.body);
            }
        }
    }

    fn term(&mut self, term: &mut Term) {
        crate::model::core::walk_terms_mut(term, &mut |inner| {
            match &mut inner.value {
                Value::Comprehension(comprehension) => self.body(&mut comprehension.body),
                Value::Template(parts) => self.body(parts),
                _ => {}
            }
            true
        });
    }

    fn one(&mut self, expr: &mut Expr, at: usize, body: &mut Body) {
        let Some(with) = expr.with.get_mut(at) else { return };
        as_function(self.program, &mut with.value, self.names);
        match self.check(&with.target, &with.value) {
            Ok(true) if needs_evaluation(&with.value) => {
                let (taken, local) = equality(self.names, with.value.clone());
                with.value = local;
                body.push(taken);
            }
            Ok(_) => as_function(self.program, &mut with.target, self.names),
            Err(message) => self.found.push((with.target.span, message)),
        }
    }

    /// Whether the value has to be worked out.
    fn check(&self, target: &Term, value: &Term) -> Result<bool, String> {
        match root_of(target) {
            Some(known::DATA) => self.check_data(target.reference().unwrap_or_default(), value),
            Some(known::INPUT) => Ok(true),
            _ => match self.builtin(target) {
                Some(name) => self.check_builtin(&name, value),
                None => {
                    Err("`with` replaces `input`, `data` and functions only, or what is in them".to_owned())
                }
            },
        }
    }

    fn check_data(&self, target: &[Term], value: &Term) -> Result<bool, String> {
        let parents = target.len().saturating_sub(1);
        for end in 2..=parents {
            let part = target.get(..end).unwrap_or_default();
            if let Some(rule) =
                self.index.rules_at(part).iter().find_map(|rule| self.program.rules.get(*rule))
            {
                let name = words::reference(self.names, &rule.head.reference);
                return Err(format!("`with` cannot replace a part of the rule `{name}`: replace all of it"));
            }
        }
        let is_function = self.is_function(target);
        if is_function && self.is_function_value(value) {
            return Ok(false);
        }
        Ok(!value.reference().is_some_and(|value| self.is_function(value)))
    }

    fn is_function(&self, path: &[Term]) -> bool {
        let rules = self.index.rules_at(path).iter().filter_map(|rule| self.program.rules.get(*rule));
        rules.into_iter().any(|rule| !rule.head.arguments.is_empty())
    }

    fn is_function_value(&self, value: &Term) -> bool {
        value.reference().is_some_and(|path| self.index.find(path).is_some()) || self.builtin(value).is_some()
    }

    fn builtin(&self, term: &Term) -> Option<String> {
        let name = match &term.value {
            Value::Ref(path) => words::dotted(self.names, path),
            Value::Var(var) => self.names.written_text(*var).to_string(),
            _ => return None,
        };
        self.program.builtins.get(&name).is_some().then_some(name)
    }

    fn check_builtin(&self, name: &str, value: &Term) -> Result<bool, String> {
        let builtin = self.program.builtins.get(name);
        if matches!(name, "eq" | "rego.metadata.chain" | "rego.metadata.rule")
            || name.starts_with("internal.")
        {
            return Err(format!("`{name}` is part of the language and cannot be replaced"));
        }
        if builtin.is_some_and(|builtin| builtin.is_relation) {
            return Err(format!("`{name}` has several values and cannot be replaced"));
        }
        if builtin.is_some_and(|builtin| builtin.is_void) {
            return Err(format!("`{name}` has no value and cannot be replaced"));
        }
        Ok(!self.is_function_value(value))
    }
}

fn root_of(term: &Term) -> Option<Var> {
    term.reference()?.first()?.var().filter(|var| var.is_root())
}

/// The name of a built-in function is a reference to it.
fn as_function(program: &Program<'_>, term: &mut Term, names: &Names) {
    if let Value::Var(var) = term.value
        && program.builtins.get(&names.written_text(var)).is_some()
    {
        term.value = Value::Ref(vec![Term::new(term.span, Value::Var(var))]);
    }
}
