//! The whole way of a policy here: checked, rewritten and compiled as at registration, evaluated as by a child.

use std::time::Duration;

use serde_json::{Value as Json, json};

use hookgate::domain::bundle::{Bundle, BundleFile};
use hookgate::rego::compile::{Language, compile};
use hookgate::rego::evaluate::{Limits, evaluate};
use hookgate::rego::input;
use hookgate::rego::policy::Policy;

use crate::files::Files;
use crate::verdict::{Answer, of};

/// The policy of these files.
///
/// # Errors
/// The first reason to refuse it.
pub(crate) fn prepare(files: &Files, allow_functions: bool) -> Result<Policy, String> {
    prepare_with(files, &json!({}), allow_functions)
}

/// The policy of these files and this data.
///
/// # Errors
/// The first reason to refuse it.
pub(crate) fn prepare_with(files: &Files, data: &Json, allow_functions: bool) -> Result<Policy, String> {
    let file = |(path, text): &(String, String)| BundleFile { path: path.clone(), text: text.clone() };
    let data = BundleFile { path: "data.json".to_owned(), text: data.to_string() };
    let bundle = Bundle { files: files.iter().map(file).chain([data]).collect() };
    match compile(&bundle, &Language { allow_functions }) {
        Ok(policy) => Ok(policy),
        Err(found) => Err(found.first().map(|wrong| wrong.message.clone()).unwrap_or_default()),
    }
}

/// What it says to an input.
pub(crate) fn judge(policy: &Policy, document: &Json) -> Answer {
    let input = match input::parse(document.to_string().as_bytes(), "{}") {
        Ok(input) => input,
        Err(why) => return Answer::Failed(why.to_string()),
    };
    of(evaluate(policy, &input, &Limits { timeout: Duration::from_secs(10), now_ns: 0 }))
}
