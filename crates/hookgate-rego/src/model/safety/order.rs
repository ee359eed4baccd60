//! The order in which the statements of a body can run: each as soon as what it needs is bound, otherwise as written.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use super::outputs::{Arity, outputs};
use super::promoted::needed;
use crate::model::core::{
    Body, Expr, ExprKind, Node, Skip, Term, Value, Var, VarSet, variables_of, variables_of_body, walk_expr,
};

/// A statement that cannot run, and the variables that nothing binds for it.
#[derive(Debug, Clone)]
pub(super) struct Unbound {
    pub(super) expr: Expr,
    pub(super) variables: VarSet,
}

/// Brings a body into order; what cannot run is left out of it and given.
pub(super) fn order(body: Body, safe: &VarSet, arity: &Arity<'_>) -> (Body, Vec<Unbound>) {
    let facts: Vec<Facts> = body.iter().map(|expr| Facts::of(expr, arity)).collect();
    let all: VarSet = facts.iter().flat_map(|facts| &facts.needed).copied().collect();
    let closed = |facts: &Facts| {
        facts.closed.iter().filter(|var| all.contains(var) && !safe.contains(var)).copied().collect()
    };
    let closed: Vec<VarSet> = facts.iter().map(closed).collect();
    let mut ordering = Ordering {
        arity,
        safe: all.intersection(safe).copied().collect(),
        waiting: BTreeMap::new(),
        next: (0..body.len()).collect(),
        later: BTreeSet::new(),
        needs: facts.into_iter().map(|facts| facts.needed).collect(),
    };
    let order = ordering.run(&body, &closed);
    split(body, &order, &ordering.safe, &ordering.needs)
}

/// The body in its order, and the statements that are not in it.
fn split(body: Body, order: &[usize], safe: &VarSet, needs: &[VarSet]) -> (Body, Vec<Unbound>) {
    let mut statements: Vec<Option<Expr>> = body.into_iter().map(Some).collect();
    let mut take = |at: usize| statements.get_mut(at).and_then(Option::take);
    let ordered: Body = order.iter().filter_map(|at| take(*at)).collect();
    let left = statements.into_iter().zip(needs);
    let unbound = left.filter_map(|(expr, needs)| {
        let variables = needs.difference(safe).copied().collect();
        Some(Unbound { expr: expr?, variables })
    });
    (ordered, unbound.collect())
}

struct Facts {
    /// Variables that must be safe.
    needed: VarSet,
    /// Variables in its bodies.
    closed: VarSet,
}

impl Facts {
    fn of(expr: &Expr, arity: &Arity<'_>) -> Self {
        Self { needed: needed(expr, arity), closed: closed_over(expr) }
    }
}

/// All variables in the bodies of a statement.
fn closed_over(expr: &Expr) -> VarSet {
    let mut found = VarSet::new();
    let _ = walk_expr(expr, &mut |node| {
        let is_closed = match node {
            Node::Term(term @ Term { value: Value::Comprehension(_), .. }) => {
                found.extend(variables_of(term, Skip::NOTHING));
                true
            }
            Node::Term(_) => false,
            Node::Expr(expr) => match &expr.kind {
                ExprKind::Every(every) => {
                    found.extend(variables_of_body(&every.body, Skip::NOTHING));
                    true
                }
                ExprKind::Not(operand) => {
                    found.extend(variables_of_body(&operand.body, Skip::NOTHING));
                    true
                }
                ExprKind::Logic(sides) => {
                    found.extend(variables_of_body(&sides.0.body, Skip::NOTHING));
                    found.extend(variables_of_body(&sides.1.body, Skip::NOTHING));
                    true
                }
                _ => false,
            },
        };
        ControlFlow::Continue(!is_closed)
    });
    found
}

struct Ordering<'a> {
    arity: &'a Arity<'a>,
    safe: VarSet,
    /// Statements by the variables that they wait for.
    waiting: BTreeMap<Var, BTreeSet<usize>>,
    /// Statements to be tried in this pass, and in the next one.
    next: BTreeSet<usize>,
    later: BTreeSet<usize>,
    /// What each statement still needs.
    needs: Vec<VarSet>,
}

impl Ordering<'_> {
    /// Passes over the statements until none more can run. A statement is tried again only when a variable that it waits
    /// for is bound, in this pass if it stands behind, so that the order is that of passing over all of them.
    fn run(&mut self, body: &Body, closed: &[VarSet]) -> Vec<usize> {
        let mut order = Vec::new();
        loop {
            while let Some(at) = self.next.pop_first() {
                if let (Some(expr), Some(closed)) = (body.get(at), closed.get(at))
                    && self.try_one(at, expr, closed)
                {
                    order.push(at);
                }
            }
            self.next = std::mem::take(&mut self.later);
            if self.next.is_empty() {
                return order;
            }
        }
    }

    fn try_one(&mut self, at: usize, expr: &Expr, closed: &VarSet) -> bool {
        let bound = outputs(expr, self.arity, &self.safe);
        let Some(needs) = self.needs.get_mut(at) else { return false };
        if !closed.is_empty() {
            if *closed == bound {
                // It would bind what only its own bodies need.
                closed.iter().for_each(|var| {
                    self.waiting.entry(*var).or_default().insert(at);
                });
                return false;
            }
            needs.clone_from(closed);
        }
        needs.retain(|var| !bound.contains(var) && !self.safe.contains(var));
        if !needs.is_empty() {
            // What is bound later may also make this statement bind more.
            let all = needed(expr, self.arity);
            for var in all.iter().chain(closed).filter(|var| !self.safe.contains(var)) {
                self.waiting.entry(*var).or_default().insert(at);
            }
            return false;
        }
        self.bind(at, bound);
        true
    }

    fn bind(&mut self, at: usize, bound: VarSet) {
        for var in bound {
            if self.safe.insert(var) {
                for waiting in self.waiting.remove(&var).unwrap_or_default() {
                    let pass = if waiting > at { &mut self.next } else { &mut self.later };
                    pass.insert(waiting);
                }
            }
        }
    }
}
