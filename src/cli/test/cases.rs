//! The cases of one policy: inputs that are asked as the gate would ask, and what is expected of them.

use std::sync::Arc;

use bytes::Bytes;
use serde_json::json;

use crate::cli::test::expected::{Expected, Mismatch};
use crate::cli::test::policy::Plan;
use crate::cli::test::tried::{Line, Outcome, Tried, Trouble};
use crate::domain::account::Account;
use crate::domain::bundle::PolicyUpload;
use crate::domain::diagnostic::Place;
use crate::domain::mask::KeepInput;
use crate::domain::telling::tell_explanation;
use crate::domain::verdict::Evaluation;
use crate::evaluator::{Answer, Question};
use crate::offline::source::{Source, SourceError};
use crate::offline::tested::CaseFolder;

/// The longest line of an explanation, in characters.
const COLUMNS: usize = 120;
/// The most lines of an explanation.
const MAX_LINES: usize = 30;

/// The cases that are to be run.
#[derive(Debug)]
pub(super) struct Cases(Vec<Case>);

#[derive(Debug)]
struct Case {
    folder: CaseFolder,
    /// The input and what is expected of it, or what is wrong with them.
    content: Result<(Bytes, Expected), String>,
}

impl Cases {
    /// Those of a policy that the filter lets through.
    ///
    /// # Errors
    /// When its folder cannot be read.
    pub(super) fn list(plan: &Plan, source: &Source) -> Result<Self, SourceError> {
        let is_wanted = |case: &CaseFolder| {
            plan.filter.as_ref().is_none_or(|(_, pattern)| pattern.is_match(case.name.as_bytes()))
        };
        let folders = source.list_cases()?.into_iter().filter(is_wanted);
        Ok(Self(folders.map(|folder| Case { content: read(&folder), folder }).collect()))
    }

    /// All inputs that can be read.
    pub(super) fn inputs(&self) -> Vec<Bytes> {
        self.0.iter().filter_map(|case| case.content.as_ref().ok()).map(|(input, _)| input.clone()).collect()
    }

    /// Asks one after another.
    pub(super) async fn run(
        self,
        plan: &Plan,
        source: &Source,
        (account, upload): (Account, &Arc<PolicyUpload>),
    ) -> Vec<Tried> {
        let asker = Asker { plan, source, account, upload };
        let mut tried = Vec::with_capacity(self.0.len());
        for case in self.0 {
            tried.push(asker.run(case).await);
        }
        tried
    }
}

fn read(folder: &CaseFolder) -> Result<(Bytes, Expected), String> {
    let (input, expected) = folder.read().map_err(|cause| cause.to_string())?;
    let expected = Expected::parse(expected.get().as_bytes());
    let expected = expected.map_err(|wrong| format!("`{}`: {wrong}", folder.expected_path()))?;
    Ok((Bytes::from(input.get().to_owned()), expected))
}

struct Asker<'a> {
    plan: &'a Plan,
    source: &'a Source,
    account: Account,
    upload: &'a Arc<PolicyUpload>,
}

impl Asker<'_> {
    async fn run(&self, Case { folder, content }: Case) -> Tried {
        let (outcome, duration_us) = match content {
            Err(message) => (Outcome::Broken(Trouble { message, ..Trouble::default() }), 0),
            Ok((input, expected)) => match self.ask(&input, false).await {
                Ok(said) => {
                    let duration = said.duration_us;
                    (self.outcome(&expected, said, &input).await, duration)
                }
                Err(message) => (Outcome::Errored(Trouble { message, ..Trouble::default() }), 0),
            },
        };
        let place = Some(Place { file: folder.expected_path(), row: 1, col: 1 });
        Tried { name: folder.name, place, duration_us, outcome, prints: Vec::new(), note: None }
    }

    async fn ask(&self, input: &Bytes, explain: bool) -> Result<Evaluation, String> {
        let digest = self.upload.digest();
        let question = Question {
            account: self.account.clone(),
            uploads: [(digest.clone(), Arc::clone(self.upload))].into(),
            digests: vec![digest],
            input: input.clone(),
            gate_members: json!({}),
            now: self.plan.now,
            keep: KeepInput::None,
            explain,
        };
        match self.plan.evaluators.ask(question).await {
            Ok(Answer::Judged(mut judged)) => {
                judged.said.pop().ok_or_else(|| "there is no answer".to_owned())
            }
            Ok(Answer::InputRejected(cause)) => Err(format!("the gate would not take the input: {cause}")),
            Ok(Answer::Missing(_)) => Err("the policy got lost on its way".to_owned()),
            Err(cause) => Err(cause.to_string()),
        }
    }

    async fn outcome(&self, expected: &Expected, said: Evaluation, input: &Bytes) -> Outcome {
        let mismatches = expected.compare(&said);
        if mismatches.is_empty() {
            return Outcome::Passed;
        }
        let mut details = details(&mismatches);
        if expected.is_other_result(&said)
            && let Ok(explained) = self.ask(input, true).await
        {
            details.extend(explanation(&explained));
        }
        let messages: Vec<_> = mismatches.into_iter().map(|mismatch| mismatch.message).collect();
        Outcome::Failed(Trouble {
            message: messages.join("; "),
            place: said.location.as_ref().map(|place| self.source.here(place)),
            details,
            ..Trouble::default()
        })
    }
}

fn details(mismatches: &[Mismatch]) -> Vec<Line> {
    let shown: Vec<_> = mismatches.iter().filter(|mismatch| !mismatch.lines.is_empty()).collect();
    let heading = [Line::Left("expected".to_owned()), Line::Right("got".to_owned())];
    let heading = heading.into_iter().filter(|_| !shown.is_empty());
    let told = shown.iter().flat_map(|mismatch| {
        let title = Line::Plain(format!("{}:", mismatch.message));
        std::iter::once(title).chain(mismatch.lines.iter().cloned())
    });
    heading.chain(told).collect()
}

/// Why the policy says what it says.
fn explanation(said: &Evaluation) -> Vec<Line> {
    let Some(explanation) = &said.explanation else { return Vec::new() };
    let text = tell_explanation(explanation, COLUMNS);
    let mut lines: Vec<_> =
        text.lines().take(MAX_LINES).map(|line| Line::Plain(line.trim_end().to_owned())).collect();
    if text.lines().count() > MAX_LINES {
        lines.push(Line::Plain("  …".to_owned()));
    }
    lines
}
