//! The rule of `hook_result` that a result comes from: known from the text where only one can have given it, else the policy is asked
//! which did. Where that is not certain there is no place rather than a wrong one.

use regorus::unstable::{Module, Ref};
use regorus::{Engine, Value};

use crate::domain::diagnostic::Place;
use crate::domain::verdict::HookResult;
use crate::rego::normalise::origin::{self, OriginQuestion, Source};

/// The name that the engine has for the module with the question.
const MODULE: &str = "(origin)";

/// The rules that can give a verdict, and how to find out which did.
pub(super) struct Origins {
    sources: Vec<Source>,
    question: Option<Question>,
}

/// An engine that holds the question besides the policy, and the rule to ask for. The engine that decides does not hold it.
struct Question {
    engine: Engine,
    rule: String,
}

impl Origins {
    /// Those of a policy, with its syntax as its author wrote it and the engine it is ready in.
    pub(super) fn trace(modules: &[Ref<Module>], ready: &Engine) -> Self {
        let (sources, question) = origin::trace(modules);
        let mut origins = Self { sources, question: None };
        let is_open = |result| origins.candidates(result).count() > 1 && origins.only(result).is_none();
        if is_open(HookResult::Refused) || is_open(HookResult::Malformed) {
            origins.question = question.and_then(|question| Question::prepare(question, ready));
        }
        origins
    }

    /// Whether it holds an engine of its own.
    pub(super) const fn asks(&self) -> bool {
        self.question.is_some()
    }

    /// Where `result` comes from; `ask` evaluates a rule on a copy of an engine.
    pub(super) fn find(
        &self,
        result: HookResult,
        ask: impl FnOnce(&Engine, &str) -> Option<Value>,
    ) -> Option<Place> {
        if let Some(source) = self.only(result) {
            return Some(source.place.clone());
        }
        if !matches!(result, HookResult::Refused | HookResult::Malformed) {
            return None;
        }
        let Question { engine, rule } = self.question.as_ref()?;
        let position = ask(engine, rule)?.as_i64().ok()?;
        let source = self.sources.get(usize::try_from(position).ok()?)?;
        can_give(source, result).then(|| source.place.clone())
    }

    fn candidates(&self, result: HookResult) -> impl Iterator<Item = &Source> {
        self.sources.iter().filter(move |source| can_give(source, result))
    }

    /// The one source that can give `result`, if there is just one.
    fn only(&self, result: HookResult) -> Option<&Source> {
        let mut sources = self.candidates(result);
        let first = sources.next()?;
        sources.all(|other| other.place == first.place).then_some(first)
    }
}

impl Question {
    fn prepare(question: OriginQuestion, ready: &Engine) -> Option<Self> {
        let mut engine = ready.clone();
        engine.add_policy(MODULE.to_owned(), question.module).ok()?;
        engine.eval_query("true".to_owned(), false).ok()?;
        Some(Self { engine, rule: question.rule })
    }
}

fn can_give(source: &Source, result: HookResult) -> bool {
    match result {
        HookResult::Passed => source.constant != Some(false),
        HookResult::Refused => source.constant != Some(true),
        HookResult::Malformed => source.constant.is_none(),
        // Nothing gave a value: the rule that might have.
        HookResult::Undefined | HookResult::Errored | HookResult::TimedOut => {
            !source.is_default && !source.is_else
        }
        HookResult::NotDeclared => false,
    }
}
