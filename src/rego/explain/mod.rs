//! Why a policy says what it says about an input: on request only, after the verdict, and without any effect on it.
//!
//! The rules behind the verdict are taken apart level by level (`normalise::dissect`), the engine is asked for the values of their parts
//! (`answers`), and what is worth showing is written down (`story`), cut and masked.

pub(super) mod answers;
mod lines;
mod story;
#[cfg(test)]
mod tests;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use regorus::Engine;

use crate::domain::explanation::Explanation;
use crate::rego::builtins::end_prints;
use crate::rego::compile::new_engine;
use crate::rego::evaluate::{Limits, ready};
use crate::rego::explain::answers::{Answers, Desk};
use crate::rego::explain::story::Story;
use crate::rego::input::Input;
use crate::rego::normalise::Purpose;
use crate::rego::normalise::dissect::{Anatomy, Dissection, RuleName};
use crate::rego::policy::Policy;
use crate::rego::redact::Secrets;

/// How many rules lie at most between one that is shown and `hook_result`.
const MAX_DEPTH: u32 = 3;
/// The most names of rules that are followed.
const MAX_RULES: usize = 20;

/// Says why `policy` says about `input` what it says.
pub fn explain(policy: &Policy, input: &Input, limits: &Limits) -> Explanation {
    if !policy.declares_hook_result() {
        return Explanation::missing("there is no rule `hook_result` in package `policy`");
    }
    let attempt = AssertUnwindSafe(|| Explainer::new(policy, input, limits).explain());
    catch_unwind(attempt).unwrap_or_else(|_| {
        // What the listener heard before the panic is nobody's.
        drop(end_prints());
        Explanation::missing("the engine cannot take the policy apart")
    })
}

/// What is asked, and until when.
pub(super) struct Explainer<'a> {
    policy: &'a Policy,
    input: &'a Input,
    begin: Instant,
    limits: &'a Limits,
}

impl<'a> Explainer<'a> {
    fn new(policy: &'a Policy, input: &'a Input, limits: &'a Limits) -> Self {
        Self { policy, input, begin: Instant::now(), limits }
    }

    /// The limits of the next question.
    fn left(&self) -> Limits {
        let timeout = self.limits.timeout.saturating_sub(self.begin.elapsed());
        Limits { timeout: timeout.max(Duration::from_millis(1)), ..*self.limits }
    }

    fn is_over(&self) -> bool {
        self.begin.elapsed() >= self.limits.timeout
    }

    fn explain(&self) -> Explanation {
        let (evaluated, prints, secrets) = lines::run(self, Secrets::find(&self.input.0));
        let mut story = Story::new(self.policy, &secrets);
        if prints.dropped > 0 {
            story.note(format!("{} more lines were printed", prints.dropped));
        }
        self.follow(&mut story);
        let (rules, note) = story.finish();
        Explanation { rules, evaluated, prints: prints.kept, note }
    }

    /// From `hook_result` to the rules it names, and on.
    fn follow(&self, story: &mut Story<'_>) {
        let mut anatomy = Anatomy::of(&self.parse());
        let mut seen: Vec<RuleName> = Vec::new();
        let mut names = anatomy.roots();
        for depth in 0..=MAX_DEPTH {
            names.retain(|name| !seen.contains(name));
            let room = MAX_RULES.saturating_sub(seen.len());
            if names.len() > room {
                names.truncate(room);
                story.note("more rules than are shown have a part in it".to_owned());
            }
            seen.extend(names.iter().cloned());
            let mut next = Vec::new();
            for (dissection, answers) in self.ask(&mut anatomy, &names, story) {
                for rule in &dissection.rules {
                    story.tell(rule, depth, &answers, &mut next);
                }
            }
            if next.is_empty() || story.is_full() {
                return;
            }
            names = next;
        }
    }

    /// Takes rules apart and asks; rule by rule if the engine does not take all of them at once.
    fn ask(
        &self,
        anatomy: &mut Anatomy,
        names: &[RuleName],
        story: &mut Story<'_>,
    ) -> Vec<(Dissection, Answers)> {
        let ready = |engine: &Engine| ready(engine, self.input, &self.left());
        let is_over = || self.is_over();
        let desk = Desk { engine: &self.policy.engine, ready: &ready, is_over: &is_over };
        let together = anatomy.dissect(names);
        if let Some(answers) = Answers::collect(&desk, &together) {
            return vec![(together, answers)];
        }
        let mut found = Vec::new();
        for name in names {
            let dissection = anatomy.dissect(std::slice::from_ref(name));
            match Answers::collect(&desk, &dissection) {
                Some(answers) => found.push((dissection, answers)),
                None => story.note(format!("`{name}` cannot be taken apart")),
            }
        }
        found
    }

    fn parse(&self) -> Vec<regorus::unstable::Ref<regorus::unstable::Module>> {
        let mut engine = new_engine(Purpose::Gate);
        for (path, text) in &self.policy.written {
            // It was parsed before, when the policy was compiled.
            drop(engine.add_policy(path.clone(), text.clone()));
        }
        engine.get_modules().clone()
    }
}
