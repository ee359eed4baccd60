//! What the rules of a policy define: each name below `data` with all its branches, found by its path.

use std::collections::BTreeMap;
use std::rc::Rc;

use regorus::unstable::{Expr, Module, Query, Ref, Rule, RuleHead};

use crate::rego::check::names::{Names, Part, Path, show};
use crate::rego::check::walk;
use crate::rego::lint::bindings::Scope;

/// All rules of a policy.
pub(super) struct Definitions<'a> {
    names: Rc<[Names]>,
    pub(super) rules: Vec<Definition<'a>>,
    by_path: BTreeMap<String, Vec<usize>>,
}

/// One rule.
pub(super) struct Definition<'a> {
    /// The reference in its head.
    pub(super) name: &'a Expr,
    /// Where it lies below `data`, without a key that is computed.
    pub(super) path: String,
    pub(super) form: Form,
    pub(super) arguments: &'a [Ref<Expr>],
    /// Its bodies with what stands behind each.
    pub(super) branches: Vec<Branch<'a>>,
    module: usize,
}

/// What a rule makes of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// One value.
    Value,
    /// One value where no rule has another.
    Default,
    /// A set.
    Set,
    /// An object, key by key.
    Object,
    Function,
}

/// A value and the body under which it holds.
pub(super) struct Branch<'a> {
    /// The value or the element; nothing stands for `true`.
    pub(super) value: Option<&'a Expr>,
    /// The body; nothing if it always holds.
    pub(super) query: Option<&'a Query>,
}

impl<'a> Definitions<'a> {
    /// Those of the modules of a policy.
    pub(super) fn of(modules: &'a [Ref<Module>], names: Rc<[Names]>) -> Self {
        let mut rules = Vec::new();
        for (number, (module, names)) in modules.iter().zip(names.iter()).enumerate() {
            rules.extend(module.policy.iter().map(|rule| Definition::of(rule, number, names)));
        }
        let mut by_path = BTreeMap::<String, Vec<usize>>::new();
        for (index, rule) in rules.iter().enumerate() {
            by_path.entry(rule.path.clone()).or_default().push(index);
        }
        Self { names, rules, by_path }
    }

    /// The rules of exactly this name.
    pub(super) fn named<'d>(&'d self, path: &str) -> impl Iterator<Item = &'d Definition<'a>> + use<'a, 'd> {
        let found = self.by_path.get(path).map_or(&[][..], Vec::as_slice);
        found.iter().filter_map(|index| self.rules.get(*index))
    }

    /// Whether rules lie below this path: then it is an object of them.
    pub(super) fn has_below(&self, path: &str) -> bool {
        let prefix = format!("{path}.");
        self.by_path.range(prefix.clone()..).next().is_some_and(|(next, _)| next.starts_with(&prefix))
    }

    /// The name of the rules that a path leads to, and what follows behind it.
    pub(super) fn split<'p>(&self, path: &'p [Part]) -> Option<(String, &'p [Part])> {
        let known = path.iter().take_while(|part| matches!(part, Part::Name(_))).count();
        (1..=known).find_map(|length| {
            let (start, below) = path.split_at_checked(length)?;
            let name = show(start);
            self.by_path.contains_key(&name).then_some((name, below))
        })
    }

    /// The names that hold in a branch of a rule.
    pub(super) fn scope_of<'d>(&'d self, rule: &Definition<'d>, branch: &Branch<'d>) -> Option<Scope<'d>> {
        let outer = Scope::of_rule(self.names.get(rule.module)?, rule.arguments);
        Some(match branch.query {
            Some(query) => outer.within(query),
            None => outer,
        })
    }
}

impl<'a> Definition<'a> {
    fn of(rule: &'a Rule, module: usize, names: &Names) -> Self {
        let head = walk::head(rule);
        let path = names.of_rule(head.name);
        let known: Path = path.iter().take_while(|part| matches!(part, Part::Name(_))).cloned().collect();
        let form = match rule {
            _ if head.arguments.is_some() => Form::Function,
            _ if known.len() < path.len() => Form::Object,
            Rule::Default { .. } => Form::Default,
            Rule::Spec { head: RuleHead::Set { .. }, .. } => Form::Set,
            Rule::Spec { .. } => Form::Value,
        };
        let (name, arguments) = (head.name.as_ref(), head.arguments.unwrap_or_default());
        Self { name, path: show(&known), form, arguments, branches: branches_of(rule), module }
    }

    /// Its name without its package.
    pub(super) fn short_name(&self) -> &str {
        self.path.rsplit('.').next().unwrap_or_default()
    }
}

fn branches_of(rule: &Rule) -> Vec<Branch<'_>> {
    let (head, bodies) = match rule {
        Rule::Default { value, .. } => return vec![Branch { value: Some(value), query: None }],
        Rule::Spec { head, bodies, .. } => (head, bodies),
    };
    let value = match head {
        RuleHead::Compr { assign, .. } | RuleHead::Func { assign, .. } => {
            assign.as_ref().map(|assign| assign.value.as_ref())
        }
        RuleHead::Set { key, .. } => key.as_ref().map(AsRef::as_ref),
    };
    if bodies.is_empty() {
        return vec![Branch { value, query: None }];
    }
    bodies
        .iter()
        .map(|body| Branch {
            value: if body.is_else {
                body.assign.as_ref().map(|assign| assign.value.as_ref())
            } else {
                value
            },
            query: Some(&body.query),
        })
        .collect()
}
