//! What the engine answers to the questions about rules that were taken apart.

use std::collections::BTreeMap;

use regorus::{Engine, Value};

use crate::rego::engine_error::EngineError;
use crate::rego::evaluate::ready;
use crate::rego::explain::Explainer;
use crate::rego::failure;
use crate::rego::normalise::dissect::Dissection;

/// The values of questions by their rules, or why there is none.
pub(super) struct Answers(BTreeMap<String, Result<Value, String>>);

impl Answers {
    /// Asks all questions of a dissection; `None` when the engine does not take its modules.
    pub(super) fn collect(explainer: &Explainer<'_>, dissection: &Dissection) -> Option<Self> {
        let mut engine = explainer.policy.engine.clone();
        for (position, module) in dissection.modules.iter().enumerate() {
            engine.add_policy(format!("(questions {position})"), module.clone()).ok()?;
        }
        engine.eval_query("true".to_owned(), false).ok()?;
        let rules = rules_of(dissection);
        let together = ask_all(explainer, &engine, &rules);
        let answers = together.unwrap_or_else(|| {
            let each = rules.iter().map(|rule| ask_one(explainer, &engine, rule));
            each.collect()
        });
        Some(Self(rules.into_iter().zip(answers).collect()))
    }

    /// The items of the list that answers a question.
    pub(super) fn find(&self, rule: &str) -> Result<&[Value], &str> {
        match self.0.get(rule) {
            Some(Ok(Value::Array(items))) => Ok(items.as_slice()),
            Some(Err(cause)) => Err(cause),
            Some(Ok(_)) | None => Ok(&[]),
        }
    }
}

fn rules_of(dissection: &Dissection) -> Vec<String> {
    let mut rules = Vec::new();
    for clause in dissection.rules.iter().flat_map(|rule| &rule.clauses) {
        rules.push(clause.solutions.clone());
        rules.extend(clause.head.iter().map(|piece| piece.values.clone()));
        for statement in &clause.statements {
            rules.push(statement.holds.clone());
            rules.extend(statement.pieces.iter().map(|piece| piece.values.clone()));
        }
    }
    rules
}

/// All answers in one evaluation, which makes what they share once; none if one of them fails.
fn ask_all(
    explainer: &Explainer<'_>,
    engine: &Engine,
    rules: &[String],
) -> Option<Vec<Result<Value, String>>> {
    let mut engine = ready(engine, explainer.input, &explainer.left());
    let answer = engine.eval_query(format!("[{}]", rules.join(",\n")), false).ok()?;
    let row = answer.result.into_iter().next()?;
    let value = row.expressions.into_iter().next()?.value;
    let items = value.as_array().ok()?.as_slice();
    (items.len() == rules.len()).then(|| items.iter().cloned().map(Ok).collect())
}

fn ask_one(explainer: &Explainer<'_>, engine: &Engine, rule: &str) -> Result<Value, String> {
    if explainer.is_over() {
        return Err("there was no time to find out".to_owned());
    }
    let mut engine = ready(engine, explainer.input, &explainer.left());
    engine
        .eval_rule(rule.to_owned())
        .map_err(|error| failure::kind_of(&EngineError::parse(&error.to_string()).message))
}
