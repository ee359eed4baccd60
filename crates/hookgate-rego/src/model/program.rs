//! A bundle while it is checked.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use super::builtins::{Builtin, Builtins};
use super::core::{Names, Rule, Term, Value, Var, known};
use super::refusal::{Code, Refusal};
use crate::syntax::Span;
use crate::syntax::tree;

/// All files of a bundle with what has been found out about them.
#[derive(Debug)]
pub(super) struct Program<'m> {
    pub(super) modules: Vec<Module<'m>>,
    pub(super) rules: Vec<Rule>,
    pub(super) names: Names,
    pub(super) builtins: Builtins,
    pub(super) refusals: Vec<Refusal>,
    /// What the variables are called with which the names of built-in functions begin.
    heads: HashMap<Var, Rc<str>>,
}

/// A file.
#[derive(Debug)]
pub(super) struct Module<'m> {
    pub(super) tree: &'m tree::Module,
    /// The path of its package, without `data`.
    pub(super) package: Vec<Rc<str>>,
    /// What its rules call their local variables.
    pub(super) locals: BTreeSet<String>,
}

impl<'m> Program<'m> {
    pub(super) fn new(modules: &[&'m tree::Module]) -> Self {
        let mut names = Names::new();
        let lowered = modules.iter().enumerate();
        let rules = lowered.flat_map(|(at, module)| super::core::lower(module, at, &mut names)).collect();
        let modules = modules.iter().map(|tree| Module {
            tree,
            package: tree.package.path.iter().map(|word| Rc::from(word.text.as_str())).collect(),
            locals: BTreeSet::new(),
        });
        let builtins = Builtins::read();
        let mut heads = HashMap::new();
        for (name, _) in builtins.iter() {
            let head = name.split('.').next().unwrap_or(name);
            heads.insert(names.written(head), Rc::from(head));
        }
        Self { modules: modules.collect(), rules, names, builtins, refusals: Vec::new(), heads }
    }

    /// Refuses something of a rule, whose later faults may follow from it and are not told.
    pub(super) fn refuse_rule(&mut self, rule: usize, code: Code, span: Span, message: impl Into<String>) {
        let Some(rule) = self.rules.get_mut(rule) else {
            return;
        };
        rule.is_faulty = true;
        let module = rule.module;
        self.refuse(module, code, span, message);
    }

    pub(super) fn refuse(&mut self, module: usize, code: Code, span: Span, message: impl Into<String>) {
        self.refusals.push(Refusal { code, module, span, message: message.into() });
    }

    /// The whole path of a rule: `data`, its package, its name, its steps.
    pub(super) fn path(&self, rule: &Rule) -> Vec<Term> {
        let span = rule.head.span;
        let package =
            self.modules.get(rule.module).map(|module| module.package.as_slice()).unwrap_or_default();
        let mut path = vec![super::core::variable(span, known::DATA)];
        path.extend(package.iter().map(|step| Term::new(span, Value::String(Rc::clone(step)))));
        if let Some(name) = rule.head.name() {
            path.push(Term::new(span, Value::String(self.names.written_text(name))));
        }
        path.extend(rule.head.reference.iter().skip(1).cloned());
        path
    }

    /// The part of its path that has one value.
    pub(super) fn ground_path(&self, rule: &Rule) -> Vec<Term> {
        let mut path = self.path(rule);
        let dynamic = rule.head.reference.len().saturating_sub(rule.head.ground_steps());
        path.truncate(path.len().saturating_sub(dynamic));
        path
    }

    /// What a rule is called by people: its name and steps.
    pub(super) fn rule_name(&self, rule: &Rule) -> String {
        self.write_reference(&rule.head.reference)
    }

    /// A reference as its author might write it.
    pub(super) fn write_reference(&self, path: &[Term]) -> String {
        super::words::reference(&self.names, path)
    }

    /// The dotted name of what is called.
    pub(super) fn callee(&self, name: &[Term]) -> String {
        super::words::dotted(&self.names, name)
    }

    /// The built-in function of a name.
    pub(super) fn builtin(&self, name: &[Term]) -> Option<&Builtin> {
        let (head, steps) = name.split_first()?;
        let mut text = self.heads.get(&head.var()?)?.to_string();
        for step in steps {
            let Value::String(step) = &step.value else { return None };
            text.push('.');
            text.push_str(step);
        }
        self.builtins.get(&text)
    }

    /// The names of the rules of each package.
    pub(super) fn exports(&self) -> HashMap<&[Rc<str>], Vec<Var>> {
        let mut exports: HashMap<&[Rc<str>], Vec<Var>> = HashMap::new();
        for rule in self.rules.iter().filter(|rule| !rule.is_else) {
            if let (Some(module), Some(name)) = (self.modules.get(rule.module), rule.head.name()) {
                exports.entry(&module.package).or_default().push(name);
            }
        }
        exports
    }
}
