//! Tests: rules named `test_…`, each made a rule that can be asked by itself.
//!
//! Rules of one name are tests of their own to OPA, so every one but the first gets a name of ours. A test with cases,
//! `test_x[case]`, does not say which cases failed: a set beside it has all that are gone through.

use std::collections::BTreeMap;

use regorus::unstable::Span;

use crate::rego::normalise::fresh::Fresh;
use crate::rego::normalise::packages::steps;
use crate::rego::normalise::tree::{Clause, Expr, Literal, Part, Rule, RuleKind, Statement};
use crate::rego::normalise::walk::{self, Names};

const PREFIX: &str = "test_";
const SKIPPED_PREFIX: &str = "todo_test_";

/// A test, and how to ask for it.
#[derive(Debug, Clone)]
pub(in crate::rego) struct TestRule {
    /// The path of its package.
    pub(in crate::rego) package: String,
    /// Its name, with a number if it is not the first of that name.
    pub(in crate::rego) name: String,
    /// The path of its package and the first part of its own name.
    pub(in crate::rego) path: Vec<String>,
    /// The query that gives its value; none if it is to be skipped.
    pub(in crate::rego) query: Option<String>,
    /// The query that gives the names of all its cases.
    pub(in crate::rego) cases: Option<String>,
    /// Where it begins.
    pub(in crate::rego) span: Span,
    /// Where its statements begin.
    pub(in crate::rego) statements: Vec<Span>,
}

/// Finds the tests among the rules of a package's files, and makes them ready.
pub(super) fn prepare(package: &Expr, files: &mut [Vec<Rule>], fresh: &mut Fresh) -> Vec<TestRule> {
    let mut suite = Suite { package: steps(package), seen: BTreeMap::new(), fresh };
    let mut tests = Vec::new();
    for rules in files {
        let mut beside = Vec::new();
        for rule in rules.iter_mut().filter(|rule| rule.kind != RuleKind::Default && rule.arguments.is_none())
        {
            tests.extend(suite.prepare(rule, &mut beside));
        }
        rules.append(&mut beside);
    }
    tests
}

struct Suite<'a> {
    package: Vec<String>,
    /// How many tests there were of each name.
    seen: BTreeMap<String, usize>,
    fresh: &'a mut Fresh,
}

impl Suite<'_> {
    fn prepare(&mut self, rule: &mut Rule, beside: &mut Vec<Rule>) -> Option<TestRule> {
        let path = steps(&rule.name);
        let at = path.iter().position(|step| step.starts_with(PREFIX) || step.starts_with(SKIPPED_PREFIX))?;
        let mut named = path.get(..=at)?.to_vec();
        let test = TestRule {
            package: self.path(&[]),
            name: self.numbered(show(&named)),
            path: self.package.iter().chain(path.first()).cloned().collect(),
            query: None,
            cases: None,
            span: rule.origin.span.clone(),
            statements: statements(rule),
        };
        if named.last()?.starts_with(SKIPPED_PREFIX) {
            return Some(test);
        }
        if test.name.contains('#') {
            let own = self.fresh.name();
            rename(&mut rule.name, at, &own);
            named.pop();
            named.push(own);
        }
        let cases = self.cases(rule, at).map(|cases| {
            let query = self.path(&steps(&cases.name));
            beside.push(cases);
            query
        });
        Some(TestRule { query: Some(self.path(&named)), cases, ..test })
    }

    fn numbered(&mut self, name: String) -> String {
        let count = self.seen.entry(name.clone()).or_default();
        let number = *count;
        *count = number.saturating_add(1);
        if number == 0 { name } else { format!("{name}#{number:02}") }
    }

    fn path(&self, below: &[String]) -> String {
        let steps = ["data".to_owned()].into_iter().chain(self.package.iter().cloned());
        show(&steps.chain(below.iter().cloned()).collect::<Vec<_>>())
    }

    /// The set of all cases: those for which the statements hold up to where the last part of their name is known.
    fn cases(&mut self, rule: &Rule, at: usize) -> Option<Rule> {
        let Expr::Ref(_, parts) = &rule.name else { return None };
        // Only one part of a name can be computed, the last.
        let key = parts.iter().skip(at).find_map(computed)?;
        let first = rule.clauses.first()?;
        let mut names = Names::new();
        walk::all_names_of(key, &mut names);
        let known = names.iter().filter_map(|name| first.body.iter().position(|held| mentions(held, name)));
        let length = known.max().map_or(0, |last| last.saturating_add(1));
        let clause = Clause {
            origin: first.origin.clone(),
            value: Some(key.clone()),
            body: first.body.iter().take(length).cloned().collect(),
        };
        Some(Rule {
            origin: rule.origin.clone(),
            kind: RuleKind::Element,
            name: Expr::Name(self.fresh.name()),
            arguments: None,
            clauses: vec![clause],
        })
    }
}

fn computed(part: &Part) -> Option<&Expr> {
    match part {
        Part::Index(Expr::Text(_)) | Part::Field(_) => None,
        Part::Index(index) => Some(index),
    }
}

/// Whether a statement says something about a name; `some x` alone does not.
fn mentions(statement: &Statement, name: &str) -> bool {
    let mut names = Names::new();
    if !matches!(statement.literal, Literal::Some(_)) {
        walk::own_names(std::slice::from_ref(statement), &mut names);
    }
    names.contains(name)
}

fn statements(rule: &Rule) -> Vec<Span> {
    let bodies = rule.clauses.iter().flat_map(|clause| &clause.body);
    bodies.map(|statement| statement.origin.span.clone()).collect()
}

fn rename(name: &mut Expr, at: usize, own: &str) {
    match name {
        Expr::Ref(base, parts) => match at.checked_sub(1) {
            None => **base = Expr::name(own),
            Some(index) => {
                if let Some(part) = parts.get_mut(index) {
                    *part = Part::Field(own.to_owned());
                }
            }
        },
        name => *name = Expr::name(own),
    }
}

/// A path as Rego writes it.
fn show(path: &[String]) -> String {
    let mut text = String::new();
    for step in path {
        if text.is_empty() {
            text.push_str(step);
        } else if is_plain(step) {
            text.push('.');
            text.push_str(step);
        } else {
            text.push('[');
            text.push_str(&serde_json::Value::from(step.as_str()).to_string());
            text.push(']');
        }
    }
    text
}

fn is_plain(step: &str) -> bool {
    let mut letters = step.chars();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}
