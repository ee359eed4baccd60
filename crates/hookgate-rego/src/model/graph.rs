//! Which rule needs which, rules that need themselves, and the order in which their types can be found.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ops::ControlFlow;

use super::core::{Expr, Node, Rule, Term, Value, Var, is_constant, key, walk_expr, walk_term};
use super::names::Index;
use super::program::Program;
use super::refusal::Code;
use super::types::Key;

/// The most values that a variable is followed through.
const MAX_VALUES: usize = 64;

/// For each rule, those that it needs.
#[derive(Debug)]
pub(super) struct Graph {
    needs: Vec<BTreeSet<usize>>,
    /// The same the other way round.
    users: Vec<Vec<usize>>,
}

impl Graph {
    pub(super) fn of(program: &Program<'_>, index: &Index) -> Self {
        let paths: Vec<Vec<Term>> = program.rules.iter().map(|rule| program.path(rule)).collect();
        let needs: Vec<BTreeSet<usize>> =
            program.rules.iter().map(|rule| needs(program, index, &paths, rule)).collect();
        let mut users = vec![Vec::new(); needs.len()];
        for (rule, needed) in
            needs.iter().enumerate().flat_map(|(rule, needs)| needs.iter().map(move |needed| (rule, needed)))
        {
            if let Some(users) = users.get_mut(*needed) {
                users.push(rule);
            }
        }
        Self { needs, users }
    }

    /// The rules in an order in which each stands behind what it needs.
    pub(super) fn order(&self) -> Vec<usize> {
        let mut order = Vec::new();
        let mut seen = vec![false; self.needs.len()];
        for start in 0..self.needs.len() {
            self.visit(start, &mut seen, &mut order);
        }
        order
    }

    fn visit(&self, start: usize, seen: &mut [bool], order: &mut Vec<usize>) {
        let mut stack = vec![(start, false)];
        while let Some((rule, is_done)) = stack.pop() {
            if is_done {
                order.push(rule);
                continue;
            }
            match seen.get_mut(rule) {
                Some(seen) if !*seen => *seen = true,
                _ => continue,
            }
            stack.push((rule, true));
            let needs = self.needs.get(rule).into_iter().flatten();
            stack.extend(needs.rev().map(|needed| (*needed, false)));
        }
    }

    /// The rules that need one of these, and those.
    pub(super) fn dependents(&self, rules: &BTreeSet<usize>) -> BTreeSet<usize> {
        let mut found = rules.clone();
        let mut next: Vec<usize> = rules.iter().copied().collect();
        while let Some(rule) = next.pop() {
            let users = self.users.get(rule).into_iter().flatten();
            next.extend(users.filter(|user| found.insert(**user)));
        }
        found
    }

    /// The shortest way from a rule back to itself.
    fn cycle(&self, start: usize) -> Option<Vec<usize>> {
        let mut from: BTreeMap<usize, usize> = BTreeMap::new();
        let mut next = VecDeque::from([start]);
        while let Some(rule) = next.pop_front() {
            for needed in self.needs.get(rule).into_iter().flatten() {
                if *needed == start {
                    return Some(trace(&from, start, rule));
                }
                if let Entry::Vacant(place) = from.entry(*needed) {
                    place.insert(rule);
                    next.push_back(*needed);
                }
            }
        }
        None
    }

    /// The rules that need themselves: those that reach each other with others, or themselves at once.
    fn on_cycles(&self) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let mut seen = vec![false; self.needs.len()];
        for start in self.order().into_iter().rev() {
            let group = self.reached_backwards(start, &mut seen);
            let is_cycle = group.len() > 1
                || group.iter().any(|rule| self.needs.get(*rule).is_some_and(|needs| needs.contains(rule)));
            if is_cycle {
                found.extend(group);
            }
        }
        found
    }

    /// The rules not seen yet that need this one.
    fn reached_backwards(&self, start: usize, seen: &mut [bool]) -> Vec<usize> {
        let mut group = Vec::new();
        let mut next = vec![start];
        while let Some(rule) = next.pop() {
            match seen.get_mut(rule) {
                Some(seen) if !*seen => *seen = true,
                _ => continue,
            }
            group.push(rule);
            next.extend(self.users.get(rule).into_iter().flatten());
        }
        group
    }
}

fn trace(from: &BTreeMap<usize, usize>, start: usize, mut rule: usize) -> Vec<usize> {
    let mut way = vec![start, rule];
    while rule != start
        && let Some(before) = from.get(&rule)
    {
        rule = *before;
        way.push(rule);
    }
    way.reverse();
    way
}

/// How many rules on cycles are told; the others follow from them.
const MAX_CYCLES: usize = 20;

/// Refuses rules that need themselves.
pub(super) fn check(program: &mut Program<'_>, graph: &Graph) {
    let on_cycles = graph.on_cycles();
    for rule in on_cycles.iter().copied().take(MAX_CYCLES) {
        let Some(way) = graph.cycle(rule) else { continue };
        let names: Vec<String> = way
            .iter()
            .filter_map(|at| program.rules.get(*at))
            .map(|rule| format!("`{}`", program.rule_name(rule)))
            .collect();
        let Some(one) = program.rules.get(rule) else { continue };
        let name = names.first().cloned().unwrap_or_default();
        let span = one.span;
        let message = match names.len() {
            0..=2 => format!("{name} needs itself: a rule cannot be defined by its own value"),
            _ => format!("{name} needs itself: {}", names.join(", which needs ")),
        };
        program.refuse_rule(rule, Code::Recursion, span, message);
    }
    for rule in on_cycles {
        if let Some(rule) = program.rules.get_mut(rule) {
            rule.is_faulty = true;
        }
    }
}

fn needs(program: &Program<'_>, index: &Index, paths: &[Vec<Term>], rule: &Rule) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut values: BTreeMap<Var, Vec<&Term>> = BTreeMap::new();
    for expr in &rule.body {
        let _ = walk_expr(expr, &mut |node| {
            reached(node, index, paths, &values, &mut found);
            ControlFlow::Continue(true)
        });
        learn(expr, &mut values);
    }
    let head = &rule.head;
    for term in head.arguments.iter().chain(&head.key).chain(&head.value) {
        let _ = walk_term(term, &mut |node| {
            reached(node, index, paths, &values, &mut found);
            ControlFlow::Continue(true)
        });
    }
    with_branches(program, found)
}

/// Who needs a rule needs its branches.
fn with_branches(program: &Program<'_>, found: BTreeSet<usize>) -> BTreeSet<usize> {
    let mut all = BTreeSet::new();
    for rule in found {
        all.insert(rule);
        let next = rule.saturating_add(1)..;
        let branches = next.take_while(|at| program.rules.get(*at).is_some_and(|rule| rule.is_else));
        all.extend(branches);
    }
    all
}

fn reached(
    node: Node<'_>,
    index: &Index,
    paths: &[Vec<Term>],
    values: &BTreeMap<Var, Vec<&Term>>,
    found: &mut BTreeSet<usize>,
) {
    let Node::Term(Term { value: Value::Ref(path), .. }) = node else { return };
    let mut expanded: Vec<Vec<Term>> = vec![path.clone()];
    for (at, step) in path.iter().enumerate().skip(1) {
        let Some(values) = values_of(step, values).filter(|values| !is_constant(step) && !values.is_empty())
        else {
            continue;
        };
        if expanded.len().saturating_mul(values.len()) > MAX_VALUES {
            continue;
        }
        expanded =
            expanded.iter().flat_map(|path| values.iter().map(|value| replaced(path, at, value))).collect();
    }
    for path in expanded {
        found.extend(index.reach(&path, paths));
    }
}

fn replaced(path: &[Term], at: usize, value: &Term) -> Vec<Term> {
    let step = |(place, step): (usize, &Term)| if place == at { value.clone() } else { step.clone() };
    path.iter().enumerate().map(step).collect()
}

/// Keeps the constants that a statement gives a variable.
fn learn<'r>(expr: &'r Expr, values: &mut BTreeMap<Var, Vec<&'r Term>>) {
    let Some((left, right)) = expr.equality().filter(|_| !expr.negated && expr.with.is_empty()) else {
        return;
    };
    for (var, other) in [(left.var(), right), (right.var(), left)] {
        if let Some(var) = var
            && let Some(known) = values_of(other, values)
        {
            values.entry(var).or_insert(known);
            return;
        }
    }
}

fn values_of<'r>(term: &'r Term, values: &BTreeMap<Var, Vec<&'r Term>>) -> Option<Vec<&'r Term>> {
    match &term.value {
        Value::Var(var) => values.get(var).cloned(),
        Value::Ref(path) => values_at(path, values),
        _ if is_constant(term) => Some(vec![term]),
        _ => None,
    }
}

fn values_at<'r>(path: &'r [Term], values: &BTreeMap<Var, Vec<&'r Term>>) -> Option<Vec<&'r Term>> {
    let (head, steps) = path.split_first()?;
    let mut found = values_of(head, values)?;
    for step in steps {
        let mut next = Vec::new();
        for value in found {
            match key(step) {
                Some(key) => next.extend(member(value, &key)),
                None => next.extend(members(value)?),
            }
        }
        if next.len() > MAX_VALUES {
            return None;
        }
        found = next;
    }
    Some(found)
}

fn member<'r>(value: &'r Term, wanted: &Key) -> Option<&'r Term> {
    match &value.value {
        Value::Array(items) => match wanted {
            Key::Number(at) => items.get(at.parse::<usize>().ok()?),
            _ => None,
        },
        Value::Object(members) => {
            members.iter().find(|(name, _)| key(name).as_ref() == Some(wanted)).map(|(_, value)| value)
        }
        Value::Set(items) => items.iter().find(|item| key(item).as_ref() == Some(wanted)),
        _ => None,
    }
}

fn members(value: &Term) -> Option<Vec<&Term>> {
    match &value.value {
        Value::Array(items) | Value::Set(items) => Some(items.iter().collect()),
        Value::Object(members) => Some(members.iter().map(|(_, value)| value).collect()),
        _ => None,
    }
}
