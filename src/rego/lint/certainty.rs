//! Whether something always has a value, and if not, what can be missing.

use std::cell::RefCell;
use std::collections::BTreeMap;

use regorus::unstable::{Expr, Span};

use crate::rego::check::names::{Part, path_of, show, static_names};
use crate::rego::check::walk;
use crate::rego::lint::bindings::{Scope, Target};
use crate::rego::lint::conditions::{Condition, covers_all};
use crate::rego::lint::definitions::Form;
use crate::rego::lint::subject::Subject;

/// How many rules are followed from one to the next.
const MAX_STEPS: u8 = 60;
/// How many missing things are told of one rule.
const MAX_MISSING: usize = 10;
/// What the gate sets in every input.
const ALWAYS_THERE: [&str; 8] =
    ["operation", "stack", "stack.name", "stack.id", "stack.labels", "actor", "work_id", "phase"];

/// Something without which a value is missing.
#[derive(Debug, Clone)]
pub(super) enum Missing {
    /// The rule of this path: it has no value where none of its bodies holds.
    Rule(String, Span),
    /// A place in the input, as it is written.
    Input(String, Span),
}

impl Missing {
    pub(super) const fn span(&self) -> &Span {
        match self {
            Self::Rule(_, span) | Self::Input(_, span) => span,
        }
    }
}

/// What was asked of rules before.
#[derive(Default)]
pub(super) struct KnownGaps(RefCell<BTreeMap<String, Vec<Missing>>>);

impl Subject<'_> {
    /// What can be missing so that the rules of this path have no value; nothing if they always have one.
    pub(super) fn gaps_of_rule(&self, path: &str) -> Vec<Missing> {
        self.gaps_behind(path, MAX_STEPS)
    }

    /// Whether an expression always has a value once the variables in it have theirs.
    pub(super) fn is_certain<'s>(&'s self, expr: &'s Expr, scope: &Scope<'s>) -> bool {
        self.gaps(expr, scope, MAX_STEPS).is_empty()
    }

    fn gaps_behind(&self, path: &str, steps: u8) -> Vec<Missing> {
        if let Some(known) = self.known_gaps.0.borrow().get(path) {
            return known.clone();
        }
        // What goes round in a circle is refused elsewhere.
        self.known_gaps.0.borrow_mut().insert(path.to_owned(), Vec::new());
        let found = steps.checked_sub(1).map(|steps| self.find_gaps(path, steps)).unwrap_or_default();
        self.known_gaps.0.borrow_mut().insert(path.to_owned(), found.clone());
        found
    }

    fn find_gaps(&self, path: &str, steps: u8) -> Vec<Missing> {
        let rules: Vec<_> = self.definitions.named(path).collect();
        let always = |form| matches!(form, Form::Default | Form::Set | Form::Object);
        let Some(first) = rules.first().filter(|_| !rules.iter().any(|rule| always(rule.form))) else {
            return Vec::new();
        };
        let (mut conditions, mut behind_values) = (Vec::new(), Vec::new());
        for (rule, branch) in rules.iter().flat_map(|rule| rule.branches.iter().map(move |it| (rule, it))) {
            let Some(scope) = self.definitions.scope_of(rule, branch) else { return Vec::new() };
            let mut condition = self.conditions(rule.arguments, branch.query, &scope);
            let gaps = branch.value.map_or_else(Vec::new, |value| self.gaps(value, &scope, steps));
            if condition.is_empty() && gaps.is_empty() {
                return Vec::new();
            }
            if condition.is_empty() {
                add(&mut behind_values, gaps);
            } else if !gaps.is_empty() {
                condition.push(Condition::Unlike);
            }
            conditions.push(condition);
        }
        if !behind_values.is_empty() {
            behind_values
        } else if covers_all(&conditions) {
            Vec::new()
        } else {
            vec![Missing::Rule(path.to_owned(), first.name.span().clone())]
        }
    }

    fn gaps<'s>(&'s self, expr: &'s Expr, scope: &Scope<'s>, steps: u8) -> Vec<Missing> {
        if matches!(expr, Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. }) {
            return self.gaps_of_reference(expr, scope, steps);
        }
        let inner = walk::inner(expr);
        if inner.query.is_some() {
            return Vec::new();
        }
        let mut found = Vec::new();
        if let Expr::Call { fcn, .. } = expr {
            found = self.gaps_of_reference(fcn, scope, steps);
        }
        for part in inner.exprs {
            add(&mut found, self.gaps(part, scope, steps));
        }
        found
    }

    fn gaps_of_reference<'s>(&'s self, expr: &'s Expr, scope: &Scope<'s>, steps: u8) -> Vec<Missing> {
        match scope.resolve(expr) {
            Target::Input(path) if !is_always_there(&path) => {
                let written = path_of(expr).map(|path| show(&path)).unwrap_or_default();
                vec![Missing::Input(written, expr.span().clone())]
            }
            Target::Data(path) => {
                let rule = self.definitions.split(&path);
                rule.map(|(name, _)| self.gaps_behind(&name, steps)).unwrap_or_default()
            }
            // A body in which a variable has no value does not hold.
            Target::Local { .. } | Target::Input(_) | Target::Unknown => Vec::new(),
        }
    }
}

fn is_always_there(path: &[Part]) -> bool {
    let names = static_names(path).map(|names| names.join("."));
    path.is_empty() || names.is_some_and(|name| ALWAYS_THERE.contains(&name.as_str()))
}

fn add(found: &mut Vec<Missing>, more: Vec<Missing>) {
    let same = |a: &Missing, b: &Missing| {
        let (a, b) = (a.span(), b.span());
        a.start == b.start && a.source.get_path() == b.source.get_path()
    };
    for missing in more {
        if found.len() < MAX_MISSING && !found.iter().any(|known| same(known, &missing)) {
            found.push(missing);
        }
    }
}
