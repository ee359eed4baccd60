//! The types of rules, one after the other in the order in which they need each other.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use super::environment::{Layer, Tree};
use super::{Function, Known, Maybe, Type};
use crate::model::core::{Rule, Skip, Term, Var, string, variable, variables_of};
use crate::model::graph::Graph;
use crate::model::names::Index;
use crate::model::program::Program;
use crate::model::refusal::Code;
use crate::model::work::Work;
use crate::syntax::Span;

/// Checks the types of all rules.
pub(in crate::model) fn check(program: &mut Program<'_>, index: &Index, graph: &Graph) {
    let base = Layer::new(None);
    put_builtins(program, &base);
    let mut found = Vec::new();
    let order = graph.order();
    let checker = Checker {
        program,
        index,
        graph,
        work: Work::new(),
        comprehensions: RefCell::default(),
        dependents: RefCell::default(),
        module: Cell::new(0),
    };
    for at in order {
        if let Some(rule) = checker.program.rules.get(at) {
            let faults = checker.rule(&base, rule);
            found.extend(faults.into_iter().map(|fault| (at, fault)));
        }
    }
    for (rule, fault) in found {
        program.refuse_rule(rule, fault.code, fault.span, fault.message);
    }
}

fn put_builtins(program: &mut Program<'_>, base: &Layer<'_>) {
    let builtins: Vec<(&str, Known)> =
        program.builtins.iter().map(|(name, builtin)| (name, Rc::clone(&builtin.of))).collect();
    for (name, of) in builtins {
        let mut steps = name.split('.');
        let head = program.names.written(steps.next().unwrap_or_default());
        let mut path = vec![variable(Span::default(), head)];
        path.extend(steps.map(|step| string(Span::default(), step)));
        base.tree.borrow_mut().put(&path, Some(of));
    }
}

/// What is wrong with a statement.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) code: Code,
    pub(super) span: Span,
    pub(super) message: String,
    /// Whether it may only follow from another fault, whose value is not known.
    pub(super) follows: bool,
}

pub(super) type Faults = Vec<Fault>;

/// What types are checked with.
pub(super) struct Checker<'p, 'm> {
    pub(super) program: &'p Program<'m>,
    pub(super) index: &'p Index,
    pub(super) graph: &'p Graph,
    pub(super) work: Work,
    /// The types of comprehensions that have been checked; none if there is a fault in one.
    pub(super) comprehensions: RefCell<HashMap<u32, Maybe>>,
    /// For each document that is replaced, what depends on it.
    pub(super) dependents: RefCell<HashMap<String, Option<Rc<RefCell<Tree>>>>>,
    /// The file of the rule that is checked.
    pub(super) module: Cell<usize>,
}

impl Checker<'_, '_> {
    fn rule(&self, base: &Layer<'_>, rule: &Rule) -> Faults {
        self.module.set(rule.module);
        let path = self.program.path(rule);
        if rule.is_faulty {
            let ground = self.program.ground_path(rule);
            base.tree.borrow_mut().put(&ground, Some(Type::any()));
            return Faults::new();
        }
        let around = Layer::new(Some(base));
        let inner = Layer::new(Some(&around));
        let faults = self.body(&inner, &rule.body);
        if !faults.is_empty() {
            let ground = self.program.ground_path(rule);
            base.tree.borrow_mut().put(&ground, Some(Type::any()));
            return faults;
        }
        let of = if rule.head.arguments.is_empty() {
            self.value(&inner, rule)
        } else {
            Some(self.function(&inner, rule))
        };
        if let Some(of) = of {
            let ground =
                path.len().saturating_sub(rule.head.reference.len().saturating_sub(rule.head.ground_steps()));
            base.tree.borrow_mut().insert(path.get(..ground).unwrap_or_default(), &of);
        }
        faults
    }

    fn function(&self, layer: &Layer<'_>, rule: &Rule) -> Known {
        for var in rule.head.arguments.iter().flat_map(|argument| variables_of(argument, Skip::NOTHING)) {
            if layer.variable(var).is_none() {
                layer.put(var, Some(Type::any()));
            }
        }
        let arguments = rule.head.arguments.iter().map(|argument| self.of(layer, argument)).collect();
        let result = rule.head.value.as_ref().and_then(|value| self.of(layer, value));
        Rc::new(Type::Function(Function { arguments, variadic: None, result }))
    }

    fn value(&self, layer: &Layer<'_>, rule: &Rule) -> Maybe {
        let head = &rule.head;
        let of = match (&head.value, &head.key) {
            (Some(value), _) => self.of(layer, value)?,
            (None, Some(key)) => Type::set(Some(self.of(layer, key)?)),
            (None, None) => return None,
        };
        self.nested(layer, head.reference.get(head.ground_steps()..).unwrap_or_default(), of)
    }

    /// A value under computed keys is an object for each of them.
    fn nested(&self, layer: &Layer<'_>, steps: &[Term], of: Known) -> Maybe {
        steps.iter().rev().try_fold(of, |of, step| {
            let key = self.of(layer, step)?;
            Some(Type::object(Vec::new(), Some((Some(key), Some(of)))))
        })
    }

    /// The type of a variable, if it is known.
    pub(super) fn known(layer: &Layer<'_>, var: Var) -> Maybe {
        layer.variable(var)
    }
}
