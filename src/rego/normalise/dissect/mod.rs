//! Rules taken apart: what to ask the engine so that it says which statement of a body failed and what each expression was.
//!
//! An expression is asked for behind the statements before it, `[v | a; b; v = e]`, so that it sees their variables; a statement held if the
//! list up to and with it is not empty.

mod order;
mod pieces;
mod rules;

use regorus::unstable::{Module, Ref};

use crate::domain::diagnostic::Place;
use crate::rego::normalise::Purpose;
use crate::rego::normalise::dissect::pieces::Asker;
use crate::rego::normalise::metadata::Metadata;
use crate::rego::normalise::packages::{self, Files, United};
use crate::rego::normalise::qualify::Questions;

pub(in crate::rego) use rules::RuleName;

/// The most clauses of one rule that are taken apart.
const MAX_CLAUSES: usize = 16;

/// A policy as its author wrote it, its names resolved.
pub(in crate::rego) struct Anatomy {
    packages: Vec<United>,
}

/// Rules taken apart, and the modules that hold the questions.
#[derive(Debug)]
pub(in crate::rego) struct Dissection {
    pub(in crate::rego) rules: Vec<DissectedRule>,
    pub(in crate::rego) modules: Vec<String>,
}

/// All clauses of one name.
#[derive(Debug)]
pub(in crate::rego) struct DissectedRule {
    pub(in crate::rego) name: RuleName,
    pub(in crate::rego) clauses: Vec<DissectedClause>,
    /// Whether there were more clauses than are taken apart.
    pub(in crate::rego) is_cut: bool,
}

/// A rule or an `else`.
#[derive(Debug)]
pub(in crate::rego) struct DissectedClause {
    pub(in crate::rego) place: Place,
    pub(in crate::rego) role: Role,
    /// Whether it makes an element of a set, which is no answer by itself.
    pub(in crate::rego) is_element: bool,
    /// Whether it puts functions in the place of others, which a question cannot do.
    pub(in crate::rego) is_mocked: bool,
    /// A list with an item for each time its body is true.
    pub(in crate::rego) solutions: String,
    /// The expression of its value, unless that is a constant.
    pub(in crate::rego) head: Vec<Piece>,
    pub(in crate::rego) statements: Vec<DissectedStatement>,
    /// The rules that its value names.
    pub(in crate::rego) names: Vec<RuleName>,
}

/// When a clause is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::rego) enum Role {
    First,
    /// When the clause before it does not hold.
    Else,
    /// When no rule holds.
    Default,
}

/// One statement of a body.
#[derive(Debug)]
pub(in crate::rego) struct DissectedStatement {
    pub(in crate::rego) place: Place,
    /// A list with an item for each time it and all before it are true.
    pub(in crate::rego) holds: String,
    /// The statement and what is in it.
    pub(in crate::rego) pieces: Vec<Piece>,
    /// The rules it names.
    pub(in crate::rego) names: Vec<RuleName>,
    /// Lists of the values of both sides, if it says that they are equal.
    pub(in crate::rego) sides: Option<[String; 2]>,
}

/// An expression.
#[derive(Debug)]
pub(in crate::rego) struct Piece {
    pub(in crate::rego) place: Place,
    pub(in crate::rego) text: String,
    pub(in crate::rego) depth: u32,
    /// A list of its values.
    pub(in crate::rego) values: String,
    /// Whether it has no value but only holds or not.
    pub(in crate::rego) is_condition: bool,
    /// The keys that it names, by which a secret is known.
    pub(in crate::rego) keys: Vec<String>,
}

impl Anatomy {
    /// That of the modules of a policy.
    pub(in crate::rego) fn of(modules: &[Ref<Module>]) -> Self {
        let files = packages::by_package(modules);
        // What cannot be read or united was refused before.
        let metadata = Metadata::read(modules).unwrap_or_default();
        let unite = |files: &Files<'_>| files.unite(&metadata, Purpose::Gate).ok();
        Self { packages: files.iter().filter_map(unite).collect() }
    }

    /// What `hook_result` is made by.
    pub(in crate::rego) fn roots(&self) -> Vec<RuleName> {
        rules::roots(&self.packages)
    }

    /// Takes the rules of these names apart.
    pub(in crate::rego) fn dissect(&mut self, names: &[RuleName]) -> Dissection {
        self.take_apart(names, false)
    }

    /// The same for the rules of a test, whose comparisons are asked for side by side.
    pub(in crate::rego) fn dissect_test(&mut self, name: RuleName) -> Dissection {
        self.take_apart(&[name], true)
    }

    fn take_apart(&mut self, names: &[RuleName], has_sides: bool) -> Dissection {
        let known = rules::all(&self.packages);
        let functions = self.packages.iter().flat_map(United::function_paths).collect();
        let (mut dissected, mut modules) = (Vec::new(), Vec::new());
        for united in &mut self.packages {
            let United { package, rules, fresh, .. } = united;
            let questions = Questions::new(&package.path, rules, fresh);
            let mut asker = Asker { known: &known, functions: &functions, package, questions, has_sides };
            let found: Vec<_> = names.iter().filter_map(|name| asker.rule(name)).collect();
            if !found.is_empty() {
                modules.push(asker.questions.print());
                dissected.extend(found);
            }
        }
        dissected.sort_by_key(|rule| names.iter().position(|name| *name == rule.name));
        Dissection { rules: dissected, modules }
    }
}
