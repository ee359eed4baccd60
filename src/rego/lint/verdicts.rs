//! What the gate can be answered: the objects behind `hook_result`, and where their members come from.

use regorus::unstable::Expr;

use crate::rego::check::declaration::{PACKAGE, RULE};
use crate::rego::lint::definitions::Form;
use crate::rego::lint::subject::Subject;
use crate::rego::lint::values::{Member, Source};

/// The path of the rule that the gate asks for, below `data`.
pub(super) fn hook_result() -> String {
    format!("{PACKAGE}.{RULE}")
}

/// Everything the gate can be answered.
pub(super) struct Answers<'s> {
    pub(super) known: Vec<Answer<'s>>,
    /// Whether there are no others.
    pub(super) is_complete: bool,
}

/// One object the gate can be answered, or all that its parts make.
pub(super) struct Answer<'s> {
    /// Where it is written.
    pub(super) place: &'s Expr,
    pub(super) is_passed: Said<'s>,
    pub(super) err_msg: Said<'s>,
    pub(super) findings: Said<'s>,
}

/// What is known of a member of an answer.
pub(super) enum Said<'s> {
    Nothing,
    Unknown,
    /// What stands in the answer; names in it are not followed.
    Given(Vec<Source<'s>>),
}

impl<'s> Said<'s> {
    /// What its value can come from; nothing if that is not known.
    pub(super) fn sources(&self, subject: &'s Subject<'s>) -> Option<Vec<Source<'s>>> {
        let Self::Given(given) = self else { return None };
        let follow = |source: &Source<'s>| match source {
            Source::Expr(expr, scope) => subject.sources(expr, scope),
            Source::True | Source::Unknown => vec![source.clone()],
        };
        Some(given.iter().flat_map(follow).collect())
    }
}

impl Subject<'_> {
    /// Everything the gate can be answered.
    pub(super) fn answers(&self) -> Answers<'_> {
        let mut answers = Answers { known: Vec::new(), is_complete: true };
        for rule in self.definitions.named(&hook_result()) {
            let is_value = matches!(rule.form, Form::Value | Form::Default);
            answers.is_complete &= is_value;
            for branch in rule.branches.iter().filter(|_| is_value) {
                let scope = self.definitions.scope_of(rule, branch);
                let (Some(value), Some(scope)) = (branch.value, scope) else {
                    answers.is_complete = false;
                    continue;
                };
                self.sources(value, &scope).into_iter().for_each(|source| answers.add(&source));
            }
        }
        answers.known.extend(self.parts());
        answers
    }

    /// The answer that rules such as `hook_result.is_passed := …` make together.
    fn parts(&self) -> Option<Answer<'_>> {
        let path = hook_result();
        let first = self.definitions.named(&format!("{path}.is_passed")).next()?;
        let part = |name: &str| self.part(&format!("{path}.{name}"));
        Some(Answer {
            place: first.name,
            is_passed: part("is_passed"),
            err_msg: part("err_msg"),
            findings: part("findings"),
        })
    }

    fn part<'s>(&'s self, path: &str) -> Said<'s> {
        let mut given = Vec::new();
        for rule in self.definitions.named(path) {
            if !matches!(rule.form, Form::Value | Form::Default) {
                return Said::Unknown;
            }
            given.extend(rule.branches.iter().map(|branch| {
                match (branch.value, self.definitions.scope_of(rule, branch)) {
                    (Some(value), Some(scope)) => Source::Expr(value, scope),
                    (None, _) => Source::True,
                    (Some(_), None) => Source::Unknown,
                }
            }));
        }
        if given.is_empty() { Said::Nothing } else { Said::Given(given) }
    }
}

impl<'s> Answers<'s> {
    fn add(&mut self, source: &Source<'s>) {
        let Source::Expr(object @ Expr::Object { .. }, scope) = source else {
            self.is_complete = false;
            return;
        };
        let member = |name: &str| match Subject::member(object, name) {
            Member::Given(value) => Said::Given(vec![Source::Expr(value, scope.clone())]),
            Member::Missing => Said::Nothing,
            Member::Unknown => Said::Unknown,
        };
        let (is_passed, err_msg, findings) = (member("is_passed"), member("err_msg"), member("findings"));
        self.known.push(Answer { place: object, is_passed, err_msg, findings });
    }
}
