//! What the engine answers to the questions about rules that were taken apart.

use std::collections::BTreeMap;

use regorus::{Engine, Value};

use crate::rego::engine_error::EngineError;
use crate::rego::failure;
use crate::rego::normalise::dissect::Dissection;

/// Where questions are asked.
pub(in crate::rego) struct Desk<'a> {
    /// The engine that holds the policy.
    pub(in crate::rego) engine: &'a Engine,
    /// Makes a copy of an engine ready for the next question.
    pub(in crate::rego) ready: &'a dyn Fn(&Engine) -> Engine,
    /// Whether there is no time left.
    pub(in crate::rego) is_over: &'a dyn Fn() -> bool,
}

/// The values of questions by their rules, or why there is none.
pub(in crate::rego) struct Answers(BTreeMap<String, Result<Value, String>>);

impl Answers {
    /// Asks all questions of a dissection; `None` when the engine does not take its modules.
    pub(in crate::rego) fn collect(desk: &Desk<'_>, dissection: &Dissection) -> Option<Self> {
        let mut engine = desk.engine.clone();
        for (position, module) in dissection.modules.iter().enumerate() {
            engine.add_policy(format!("(questions {position})"), module.clone()).ok()?;
        }
        engine.eval_query("true".to_owned(), false).ok()?;
        let rules = rules_of(dissection);
        let together = ask_all(desk, &engine, &rules);
        let answers = together.unwrap_or_else(|| {
            let each = rules.iter().map(|rule| ask_one(desk, &engine, rule));
            each.collect()
        });
        Some(Self(rules.into_iter().zip(answers).collect()))
    }

    /// The items of the list that answers a question.
    pub(in crate::rego) fn find(&self, rule: &str) -> Result<&[Value], &str> {
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
            rules.extend(statement.sides.iter().flatten().cloned());
        }
    }
    rules
}

/// All answers in one evaluation, which makes what they share once; none if one of them fails.
fn ask_all(desk: &Desk<'_>, engine: &Engine, rules: &[String]) -> Option<Vec<Result<Value, String>>> {
    let mut engine = (desk.ready)(engine);
    let answer = engine.eval_query(format!("[{}]", rules.join(",\n")), false).ok()?;
    let row = answer.result.into_iter().next()?;
    let value = row.expressions.into_iter().next()?.value;
    let items = value.as_array().ok()?.as_slice();
    (items.len() == rules.len()).then(|| items.iter().cloned().map(Ok).collect())
}

fn ask_one(desk: &Desk<'_>, engine: &Engine, rule: &str) -> Result<Value, String> {
    if (desk.is_over)() {
        return Err("there was no time to find out".to_owned());
    }
    (desk.ready)(engine)
        .eval_rule(rule.to_owned())
        .map_err(|error| failure::kind_of(&EngineError::parse(&error.to_string()).message))
}
