//! Which rules can give `hook_result` its value, and the question which of them did for an input.
//!
//! The question is one rule: a chain of `else` with the bodies of all of them in their order, that gives the position of the first that
//! holds. It asks for nothing the policy was not asked itself, and stops earlier.

use regorus::unstable::{Module, Ref};

use crate::domain::diagnostic::Place;
use crate::rego::normalise::Purpose;
use crate::rego::normalise::metadata::Metadata;
use crate::rego::normalise::packages::{self, United, steps};
use crate::rego::normalise::qualify::Questions;
use crate::rego::normalise::tree::{Clause, Expr, Package, Part, Rule, RuleKind, Statement};
use crate::rego::place::of_span;

const PACKAGE: &str = "policy";
const RULE: &str = "hook_result";
const VERDICT: &str = "is_passed";
/// The most rules that are told apart.
const MAX_RULES: usize = 50;

/// A rule, or an `else`, that can give the verdict.
#[derive(Debug, Clone)]
pub(in crate::rego) struct Source {
    /// Where it stands.
    pub(in crate::rego) place: Place,
    /// What it says of `is_passed`, if that stands there as a constant.
    pub(in crate::rego) constant: Option<bool>,
    /// Whether it is there for when no other has a value.
    pub(in crate::rego) is_default: bool,
    /// Whether it goes on where another failed.
    pub(in crate::rego) is_else: bool,
}

/// A module that says which of the sources gave the value.
#[derive(Debug)]
pub(in crate::rego) struct OriginQuestion {
    /// Its text.
    pub(in crate::rego) module: String,
    /// The rule to ask for: its value is a position among the sources.
    pub(in crate::rego) rule: String,
}

/// Lists what can give the verdict of a policy, and how to ask which did, if there are several and they stand in one package.
pub(in crate::rego) fn trace(modules: &[Ref<Module>]) -> (Vec<Source>, Option<OriginQuestion>) {
    let (mut sources, mut questions) = (Vec::new(), Vec::new());
    // What cannot be read or united was refused before.
    let metadata = Metadata::read(modules).unwrap_or_default();
    for files in packages::by_package(modules) {
        let Ok(mut united) = files.unite(&metadata, Purpose::Gate) else { continue };
        let found = find(&united.package);
        sources.extend(found.iter().filter_map(Found::source));
        if (1..=MAX_RULES).contains(&found.len()) {
            questions.push(ask(found, &mut united));
        }
    }
    let asks = questions.len() == 1 && sources.len() > 1;
    (sources, questions.pop().filter(|_| asks))
}

/// A rule or an `else` that can give the verdict.
struct Found {
    kind: RuleKind,
    /// The key it sets, if that is computed.
    key: Option<Expr>,
    /// Whether it gives the verdict itself, and not the object that has it.
    is_verdict: bool,
    is_else: bool,
    clause: Clause,
}

fn find(package: &Package) -> Vec<Found> {
    let mut found = Vec::new();
    for rule in &package.rules {
        let path: Vec<String> = steps(&package.path).into_iter().chain(steps(&rule.name)).collect();
        let Some((key, is_verdict)) = part_of(&path, &rule.name) else { continue };
        found.extend(rule.clauses.iter().enumerate().map(|(position, clause)| Found {
            kind: rule.kind,
            key: key.clone(),
            is_verdict,
            is_else: position > 0,
            clause: clause.clone(),
        }));
    }
    // Defaults hold when nothing else does.
    found.sort_by_key(|found| found.kind == RuleKind::Default);
    found
}

/// What a rule of this path says of `hook_result`: its computed key, and whether it is `is_passed`.
pub(super) fn part_of(path: &[String], name: &Expr) -> Option<(Option<Expr>, bool)> {
    match path.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [PACKAGE, RULE] => Some((None, false)),
        [PACKAGE, RULE, VERDICT] => Some((None, true)),
        [PACKAGE, RULE, ""] => match name {
            Expr::Ref(_, parts) => match parts.last() {
                Some(Part::Index(key)) => Some((Some(key.clone()), true)),
                Some(Part::Field(_)) | None => None,
            },
            _ => None,
        },
        _ => None,
    }
}

impl Found {
    fn source(&self) -> Option<Source> {
        let place = of_span(&self.clause.origin.span)?;
        let is_default = self.kind == RuleKind::Default;
        Some(Source { place, constant: self.constant(), is_default, is_else: self.is_else })
    }

    fn constant(&self) -> Option<bool> {
        match &self.clause.value {
            None => (self.is_verdict && self.kind == RuleKind::Value).then_some(true),
            Some(Expr::Bool(verdict)) if self.is_verdict => Some(*verdict),
            Some(Expr::Object(fields)) if !self.is_verdict && self.kind != RuleKind::Element => {
                fields.iter().find_map(|field| match field {
                    (Expr::Text(name), Expr::Bool(verdict)) if name == VERDICT => Some(*verdict),
                    _ => None,
                })
            }
            Some(_) => None,
        }
    }

    /// The body, as far as it decides whether this gives the verdict; the names are made up.
    fn body(self, questions: &mut Questions<'_>) -> Vec<Statement> {
        let Clause { origin, value, mut body } = self.clause;
        // A default has a constant value and no body to put it in.
        let value = value.filter(|_| self.kind != RuleKind::Default);
        let mut bind = |term: Expr| {
            let name = questions.fresh();
            body.push(Statement::is(origin.clone(), Expr::unify(&name, term)));
            name
        };
        value.map(&mut bind);
        if let Some(key) = self.key.map(&mut bind) {
            let verdict = Expr::Text(VERDICT.to_owned());
            body.push(Statement::is(origin, Expr::unify(&key, verdict)));
        }
        body
    }
}

fn ask(found: Vec<Found>, united: &mut United) -> OriginQuestion {
    let mut questions = Questions::new(&united.package.path, &united.rules, &mut united.fresh);
    let name = Expr::Name(questions.fresh());
    let origin = found.first().map(|found| found.clause.origin.clone());
    let clauses = found.into_iter().enumerate().map(|(position, found)| Clause {
        origin: found.clause.origin.clone(),
        value: Some(Expr::Number(position.to_string())),
        body: found.body(&mut questions),
    });
    let clauses: Vec<Clause> = clauses.collect();
    let rule = origin.map(|origin| Rule { origin, kind: RuleKind::Value, name, arguments: None, clauses });
    let rule = rule.map(|rule| questions.ask(rule)).unwrap_or_default();
    OriginQuestion { module: questions.print(), rule }
}
