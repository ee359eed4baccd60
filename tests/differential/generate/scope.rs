//! What can be named where a piece of a policy is written.

use crate::random::Random;

/// What a term is expected to be. It often is not: OPA cannot know the types of an input either.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Resource,
    Attributes,
    Tags,
    Text,
    Number,
    Flag,
    Array,
    Set,
    Object,
    Any,
}

#[derive(Debug, Clone)]
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) kind: Kind,
    /// Whether it is of that kind for certain.
    pub(super) sure: bool,
}

/// What a rule gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Set,
    Object,
    Value(Kind),
}

#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub(super) package: &'static str,
    pub(super) name: String,
    pub(super) shape: Shape,
}

/// Writes one policy.
#[derive(Debug)]
pub(super) struct Writer {
    pub(super) random: Random,
    pub(super) decimals: bool,
    pub(super) variables: Vec<Variable>,
    pub(super) rules: Vec<Rule>,
    pub(super) functions: Vec<String>,
    /// The package of the file at work.
    pub(super) package: &'static str,
    /// What the file calls packages and parts of the input.
    pub(super) aliases: Vec<(String, String)>,
    made: usize,
}

const NAMES: &[&str] = &["r", "x", "y", "k", "v", "i", "name", "tag", "rc", "after", "value"];

impl Writer {
    pub(super) const fn new(random: Random, decimals: bool) -> Self {
        Self {
            random,
            decimals,
            variables: Vec::new(),
            rules: Vec::new(),
            functions: Vec::new(),
            package: "policy",
            aliases: Vec::new(),
            made: 0,
        }
    }

    pub(super) fn into_random(self) -> Random {
        self.random
    }

    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.random.below(bound)
    }

    pub(super) fn once_in(&mut self, times: usize) -> bool {
        self.random.once_in(times)
    }

    pub(super) fn word(&mut self, words: &[&'static str]) -> &'static str {
        self.random.of(words)
    }

    /// A name for a new variable, which is in scope from now on.
    pub(super) fn declare(&mut self, kind: Kind, sure: bool) -> String {
        let name = self.fresh();
        self.variables.push(Variable { name: name.clone(), kind, sure });
        name
    }

    /// A name for a variable: usually one that nothing has, sometimes one that hides another or a rule.
    pub(super) fn fresh(&mut self) -> String {
        self.made += 1;
        let taken = |name: &str, variables: &[Variable]| variables.iter().any(|known| known.name == name);
        if self.once_in(3) {
            let name = self.word(NAMES);
            if !taken(name, &self.variables) || self.once_in(12) {
                return name.to_owned();
            }
        }
        if self.once_in(60) && !self.rules.is_empty() {
            let index = self.below(self.rules.len());
            return self.rules[index].name.clone();
        }
        format!("v{}", self.made)
    }

    /// A variable of that kind, if there is one; `sure` ones if asked for.
    pub(super) fn variable(&mut self, kind: Kind, sure: bool) -> Option<String> {
        let fits =
            |variable: &&Variable| (kind == Kind::Any || variable.kind == kind) && (variable.sure || !sure);
        let fitting: Vec<String> =
            self.variables.iter().filter(fits).map(|variable| variable.name.clone()).collect();
        (!fitting.is_empty()).then(|| self.random.of(&fitting))
    }

    /// A rule of that shape as this file names it.
    pub(super) fn rule(&mut self, fits: impl Fn(Shape) -> bool) -> Option<String> {
        let fitting: Vec<Rule> = self.rules.iter().filter(|rule| fits(rule.shape)).cloned().collect();
        (!fitting.is_empty()).then(|| {
            let rule = self.random.of(&fitting);
            self.named(&rule)
        })
    }

    fn named(&mut self, rule: &Rule) -> String {
        if rule.package == self.package && !self.once_in(15) {
            return rule.name.clone();
        }
        let whole = format!("{}.{}", rule.package, rule.name);
        let find = |path: &str| self.aliases.iter().find(|(known, _)| known == path).map(|(_, alias)| alias);
        match (find(&whole), find(rule.package)) {
            (Some(alias), _) => alias.clone(),
            (None, Some(alias)) => format!("{alias}.{}", rule.name),
            (None, None) => format!("data.{whole}"),
        }
    }

    /// A part of the input as this file names it.
    pub(super) fn path(&mut self, path: &'static str) -> String {
        let alias = self.aliases.iter().find_map(|(known, alias)| {
            let rest = path.strip_prefix(known.as_str())?;
            (rest.is_empty() || rest.starts_with('.')).then(|| format!("{alias}{rest}"))
        });
        match (alias, path.strip_prefix("input.plan")) {
            (Some(path), _) => path,
            (None, Some(rest)) if self.once_in(20) => format!("input[\"plan\"]{rest}"),
            (None, _) => path.to_owned(),
        }
    }

    /// Forgets the variables that `write` declares.
    pub(super) fn within<T>(&mut self, write: impl FnOnce(&mut Self) -> T) -> T {
        let known = self.variables.clone();
        let written = write(self);
        self.variables = known;
        written
    }
}
