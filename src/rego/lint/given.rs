//! Whether a value is made of what the input says, however it is worked on.

use regorus::unstable::{Expr, Rule};

use crate::rego::check::names::{Meaning, path_of, static_names};
use crate::rego::check::walk;
use crate::rego::lint::scopes::{Bound, root_of};
use crate::rego::lint::subject::Subject;

/// Functions whose results are no larger than what is there, or no part of it.
const TELLING: [&str; 9] = [
    "count",
    "type_name",
    "is_string",
    "is_number",
    "is_array",
    "is_object",
    "startswith",
    "endswith",
    "contains",
];

/// Whether an expression in this module takes a part of its value from the input.
pub(super) fn is_given(subject: &Subject<'_>, expr: &Expr, module: usize) -> bool {
    Tracer { subject }.trace(expr, module)
}

#[derive(Clone, Copy)]
struct Tracer<'s, 'a> {
    subject: &'s Subject<'a>,
}

impl Tracer<'_, '_> {
    fn trace(self, expr: &Expr, module: usize) -> bool {
        if let Expr::Call { fcn, params, .. } = expr {
            let name = path_of(fcn).as_deref().and_then(static_names).map(|names| names.join("."));
            let is_telling = name.is_some_and(|name| TELLING.contains(&name.as_str()));
            return !is_telling && params.iter().any(|param| self.trace(param, module));
        }
        if matches!(expr, Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. }) {
            return self.trace_reference(expr, module);
        }
        walk::inner(expr).exprs.into_iter().any(|expr| self.trace(expr, module))
    }

    fn trace_reference(self, expr: &Expr, module: usize) -> bool {
        let (scopes, asker) = (&self.subject.scopes, self.subject.asker());
        if !asker.places(expr, module).known.is_empty() {
            return true;
        }
        if let Some(index) = scopes.position_of(root_of(expr)) {
            return self.trace_local(index);
        }
        let meaning = path_of(expr).and_then(|path| Some(scopes.names.get(module)?.meaning(&path)));
        let Some(Meaning::Rule(path) | Meaning::Data(path)) = meaning else { return false };
        let Some((name, rules, _)) = asker.sources.find_rules(&path) else { return false };
        if let Some(known) = asker.sources.given_rules.borrow().get(&name) {
            return *known;
        }
        // Until it is known, for the case that the rule needs itself.
        asker.sources.given_rules.borrow_mut().insert(name.clone(), false);
        let found = rules.iter().any(|(module, rule)| self.trace_rule(rule, *module));
        asker.sources.given_rules.borrow_mut().insert(name, found);
        found
    }

    fn trace_local(self, index: usize) -> bool {
        let known = &self.subject.asker().sources.given_locals;
        if let Some(known) = known.borrow().get(&index) {
            return *known;
        }
        known.borrow_mut().insert(index, false);
        let local = self.subject.scopes.locals.get(index);
        let found = local.is_some_and(|local| match local.bound {
            Bound::To(value) | Bound::ElementOf(value) => self.trace(value, local.module),
            Bound::Unknown => false,
        });
        known.borrow_mut().insert(index, found);
        found
    }

    fn trace_rule(self, rule: &Rule, module: usize) -> bool {
        let head = walk::head(rule);
        let others = match rule {
            Rule::Spec { bodies, .. } => bodies.as_slice(),
            Rule::Default { .. } => &[],
        };
        let others = others.iter().filter_map(|body| Some(&body.assign.as_ref()?.value));
        let is_function = head.arguments.is_some();
        !is_function && head.exprs.into_iter().chain(others).any(|expr| self.trace(expr, module))
    }
}
