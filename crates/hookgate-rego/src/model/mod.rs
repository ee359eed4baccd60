//! What a bundle means before it runs: names, safety and types, as OPA's compiler has them. What it refuses is refused
//! here at the same row, and what it accepts is accepted.
//!
//! The syntax tree is written into a core (`core`) on which the checks work in the order of OPA's stages. A fault in a
//! rule keeps its later checks from telling what only follows; all other rules are checked to the end.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "most questions are about one or two forms of a term; those that go through all of it name every form"
)]
#![expect(clippy::needless_for_each, reason = "what is done with each item is often nothing but one call")]

mod builtins;
mod calls;
mod core;
mod expand;
mod graph;
mod names;
mod program;
mod refusal;
mod safety;
mod types;
mod words;
mod work;

use graph::Graph;
use names::Index;
use program::Program;
pub use refusal::{Code, Refusal};

use crate::syntax::tree::Module;

/// Checks the modules of a bundle together. `exists` says whether the data of the bundle has a value at a path.
///
/// All faults are given, in the order of modules and places.
pub fn check(modules: &[&Module], exists: &dyn Fn(&[&str]) -> bool) -> Vec<Refusal> {
    let mut program = Program::new(modules);
    names::resolve(&mut program);
    let Program { rules, names, .. } = &mut program;
    rules.iter_mut().for_each(|rule| names::name_steps(rule, names));
    names::check_imports(&mut program);
    let index = Index::of(&program);
    names::declare(&mut program);
    safety::check_templates(&mut program, &index);
    calls::check_void(&mut program);
    safety::check_prints(&mut program, &index);
    let Program { rules, names, .. } = &mut program;
    rules.iter_mut().for_each(|rule| expand::take_out_calls(rule, names));
    let graph = Graph::of(&program, &index);
    let Program { rules, names, .. } = &mut program;
    for rule in rules.iter_mut() {
        expand::comprehension_terms(rule, names);
        expand::heads(rule, names);
    }
    names::check_replaced(&mut program, &index);
    names::check_conflicts(&mut program, &index, exists);
    calls::check_functions(&mut program, &index);
    check_safety(&mut program, &index);
    let Program { rules, names, .. } = &mut program;
    for rule in rules.iter_mut().filter(|rule| !rule.is_faulty) {
        expand::equals(&mut rule.body);
        expand::take_out_documents(&mut rule.body, names);
    }
    graph::check(&mut program, &graph);
    types::check(&mut program, &index, &graph);
    calls::check_deprecated(&mut program);
    in_order(program.refusals)
}

fn check_safety(program: &mut Program<'_>, index: &Index) {
    let heads = safety::check_heads(program);
    safety::check_bodies(program, index);
    for (rule, span, message) in heads {
        program.refuse_rule(rule, Code::UnsafeVariable, span, message);
    }
}

fn in_order(mut refusals: Vec<Refusal>) -> Vec<Refusal> {
    refusals.sort_by_key(|refusal| (refusal.module, refusal.span, refusal.code));
    refusals.dedup();
    refusals
}
