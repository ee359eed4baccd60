//! No rule may need itself: the engine finds out while it runs, for functions never.

use crate::domain::diagnostic::{Diagnostic, Fault};
use crate::rego::check::names::{Path, show};
use crate::rego::check::scan::Scan;
use crate::rego::check::tree::Tree;
use crate::rego::place::at_span;

/// The most rules of a circle that are shown.
const MAX_SHOWN: usize = 8;

/// One finding for each circle.
pub(super) fn check(scan: &Scan) -> Vec<Diagnostic> {
    let tree = Tree::of(scan);
    let needs = scan.rules.iter().map(|rule| needed(&tree, &rule.references)).collect::<Vec<_>>();
    find_circles(&needs)
        .into_iter()
        .filter_map(|circle| {
            let rule = scan.rules.get(*circle.first()?)?;
            Some(at_span(Fault::Recursion, &rule.span, explain(scan, &circle)))
        })
        .collect()
}

fn explain(scan: &Scan, circle: &[usize]) -> String {
    let name = |index: &usize| scan.rules.get(*index).map(|rule| show(&rule.path)).unwrap_or_default();
    let first = circle.first().map(name).unwrap_or_default();
    let mut way = circle.iter().take(MAX_SHOWN).map(name).collect::<Vec<_>>();
    if circle.len() > MAX_SHOWN {
        way.push("…".to_owned());
    }
    format!("`{first}` needs itself: {} → {first}", way.join(" → "))
}

fn needed(tree: &Tree, references: &[Path]) -> Vec<usize> {
    let mut found = Vec::new();
    for reference in references {
        tree.find(reference, &mut found);
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// The circles of a graph, each once, found by walking down from every node with a path of our own: the graph can be
/// deeper than a call stack.
fn find_circles(needs: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut state = vec![Visit::New; needs.len()];
    let mut circles = Vec::new();
    for start in 0..needs.len() {
        let mut way: Vec<(usize, std::slice::Iter<'_, usize>)> = Vec::new();
        enter(start, needs, &mut state, &mut way);
        while let Some((node, rest)) = way.last_mut() {
            let node = *node;
            match rest.next() {
                None => {
                    mark(&mut state, node, Visit::Done);
                    way.pop();
                }
                Some(next) => match state.get(*next) {
                    Some(Visit::New) => enter(*next, needs, &mut state, &mut way),
                    Some(Visit::OnTheWay) => {
                        let from = way.iter().position(|(step, _)| step == next).unwrap_or_default();
                        circles.push(way.iter().skip(from).map(|(step, _)| *step).collect());
                    }
                    Some(Visit::Done) | None => {}
                },
            }
        }
    }
    circles
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Visit {
    New,
    OnTheWay,
    Done,
}

fn enter<'n>(
    node: usize,
    needs: &'n [Vec<usize>],
    state: &mut [Visit],
    way: &mut Vec<(usize, std::slice::Iter<'n, usize>)>,
) {
    if let (Some(Visit::New), Some(next)) = (state.get(node), needs.get(node)) {
        mark(state, node, Visit::OnTheWay);
        way.push((node, next.iter()));
    }
}

fn mark(state: &mut [Visit], node: usize, visit: Visit) {
    if let Some(slot) = state.get_mut(node) {
        *slot = visit;
    }
}
