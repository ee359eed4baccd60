//! The statements of a body in an order in which each sees only variables of those before it, as near to the author's as can be.

use crate::rego::normalise::patterns::has_result;
use crate::rego::normalise::prints;
use crate::rego::normalise::tree::{Body, Expr, Literal, Operator, Part, Statement};
use crate::rego::normalise::walk::{self, Names};

/// The variables of a body, and those that the statements so far have bound.
pub(super) struct Bound {
    own: Names,
    bound: Names,
}

impl Bound {
    /// Nothing bound yet of the variables of `body`; `rules` are none.
    pub(super) fn none(body: &Body, rules: &Names) -> Self {
        let mut own = Names::new();
        walk::own_names(body, &mut own);
        own.retain(|name| !rules.contains(name) && !matches!(name.as_str(), "input" | "data" | "_"));
        Self { own, bound: Names::new() }
    }

    /// Whether all variables that an expression uses are bound.
    pub(super) fn allows(&self, expr: &Expr) -> bool {
        let mut used = Names::new();
        uses(expr, &mut used);
        self.has(&used)
    }

    /// Binds what a statement binds.
    pub(super) fn add(&mut self, statement: &Statement) {
        if !matches!(statement.literal, Literal::Not(_) | Literal::Every { .. }) {
            walk::own_names(std::slice::from_ref(statement), &mut self.bound);
        }
    }

    fn has(&self, used: &Names) -> bool {
        used.iter().all(|name| !self.own.contains(name) || self.bound.contains(name))
    }

    fn is_ready(&self, statement: &Statement) -> bool {
        let all = |exprs: &[&Expr]| exprs.iter().all(|expr| self.allows(expr));
        all(&statement.with.iter().map(|with| &with.value).collect::<Vec<_>>())
            && match &statement.literal {
                Literal::Some(_) => true,
                Literal::SomeIn { collection, .. } => self.allows(collection),
                Literal::Every { domain, .. } => {
                    let mut used = Names::new();
                    walk::all_names(&vec![statement.clone()], &mut used);
                    self.allows(domain) && self.has(&used)
                }
                Literal::Is(Expr::Infix(infix)) => match infix.operator {
                    Operator::Declare => self.allows(&infix.right),
                    Operator::Unify => self.allows(&infix.left) || self.allows(&infix.right),
                    _ => all(&[&infix.left, &infix.right]),
                },
                Literal::Is(Expr::Call(call)) if has_result(call) => all(&call
                    .arguments
                    .split_last()
                    .map(|(_, given)| given.iter().collect::<Vec<_>>())
                    .unwrap_or_default()),
                Literal::Is(expr) => self.allows(expr),
                Literal::Not(expr) => {
                    let mut used = Names::new();
                    walk::names_of(expr, &mut used);
                    self.allows(expr) && self.has(&used)
                }
            }
    }
}

/// The statements in their order, without those that only declare or print.
pub(super) fn in_order(body: &Body, rules: &Names) -> Vec<Statement> {
    let mut bound = Bound::none(body, rules);
    let mut left: Vec<&Statement> = body.iter().filter(|statement| decides(statement)).collect();
    let mut ordered = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let next = left.iter().position(|statement| bound.is_ready(statement)).unwrap_or_default();
        let statement = left.remove(next);
        bound.add(statement);
        ordered.push(statement.clone());
    }
    ordered
}

fn decides(statement: &Statement) -> bool {
    match &statement.literal {
        Literal::Some(_) => false,
        Literal::Is(Expr::Call(call)) => !prints::is_print(call),
        Literal::SomeIn { .. } | Literal::Every { .. } | Literal::Is(_) | Literal::Not(_) => true,
    }
}

/// The names that must be bound before an expression has a value; an index that is a variable is bound by it.
fn uses(expr: &Expr, used: &mut Names) {
    match expr {
        Expr::Name(name) => drop(used.insert(name.clone())),
        Expr::Ref(base, parts) => {
            uses(base, used);
            for part in parts {
                match part {
                    Part::Field(_) | Part::Index(Expr::Name(_)) => {}
                    Part::Index(index) => uses(index, used),
                }
            }
        }
        Expr::Comprehension(comprehension) => {
            walk::all_names(&comprehension.body, used);
            comprehension.key.iter().chain([&comprehension.term]).for_each(|term| uses(term, used));
        }
        other => other.inner().into_iter().for_each(|inner| uses(inner, used)),
    }
}
