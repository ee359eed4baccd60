//! What is kept of an input, and what is told about it: never a secret.
//!
//! [`ask`] says what a policy wants hidden; [`sift`] masks the document, hides what was masked in the texts of hook results
//! too, and packs it. All of it within the evaluator's limits, since the document is whatever a caller sent.

mod document;
mod named;
mod names;
mod path;
mod secrets;
#[cfg(test)]
mod tests;
mod values;
mod walk;

use regorus::Value;

use crate::domain::mask::{InputRecord, InputState, MARKER, Mask, withhold_texts};
use crate::domain::stored_input::StoredInput;
use crate::domain::verdict::{Evaluation, Finding};
use crate::rego::document::parse_json;
use crate::rego::input::{Input, MAX_GATE_VALUES};
pub use crate::rego::mask::named::ask;
use crate::rego::mask::secrets::Finder;
use crate::rego::mask::walk::Walk;

/// What is left of an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sifted {
    /// What is known about it.
    pub record: InputRecord,
    /// The document itself, if it is to be kept and may be.
    pub document: Option<StoredInput>,
}

/// Masks what is secret in `input`, apart from the members of the gate, and hides it in `said`. Keeps the document if `keep`
/// says so. When a mask is not known, nothing of the input is kept or told.
pub fn sift(
    input: &Input,
    gate_members: &str,
    masks: &[Mask],
    said: &mut [&mut Evaluation],
    keep: bool,
) -> Sifted {
    match try_sift(input, gate_members, masks, &mut *said, keep) {
        Ok(sifted) => sifted,
        Err(reason) => {
            for evaluation in said {
                withhold_texts(evaluation, &reason);
            }
            Sifted { record: InputRecord::withheld(reason), document: None }
        }
    }
}

fn try_sift(
    input: &Input,
    gate_members: &str,
    masks: &[Mask],
    said: &mut [&mut Evaluation],
    keep: bool,
) -> Result<Sifted, String> {
    let mut document = input.0.clone();
    let gate = parse_json(gate_members.as_bytes(), MAX_GATE_VALUES).map_err(|error| error.to_string())?;
    if let (Ok(members), Ok(gate)) = (document.as_object_mut(), gate.as_object()) {
        // The record has them, and a document without them is the same for many operations.
        gate.keys().for_each(|name| drop(members.remove(name)));
    }
    let mut walk = Walk::default();
    document = walk.walk(&document).unwrap_or(document);
    let Walk { mut masked, mut secrets, .. } = walk;
    let (mut erased, mut results, mut unknown) = (Vec::new(), Vec::new(), None);
    for mask in masks {
        let ops = match mask {
            Mask::Undeclared => continue,
            Mask::Named(ops) => ops,
            Mask::Failed(reason) => return Err(reason.clone()),
            Mask::Unknown(reason) => {
                unknown = Some(reason.clone());
                continue;
            }
        };
        for op in ops {
            // What a policy names may have been masked above, and is secret all the same.
            if let Some(value) = named::look(&input.0, &op.path).filter(|_| op.path.starts_with("/input")) {
                secrets.add(value);
            }
            if op.path.starts_with("/result") {
                results.push(op.path.as_str());
            } else if named::apply(&mut document, op, &mut secrets) {
                named::list(if op.value.is_some() { &mut masked } else { &mut erased }, &op.path);
            }
        }
    }
    let finder = secrets.finder()?;
    for evaluation in said {
        hide(evaluation, finder.as_ref(), &results);
    }
    if let Some(reason) = unknown {
        return Ok(Sifted { record: InputRecord::withheld(reason), document: None });
    }
    let state = InputState::Withheld("it was not to be kept".to_owned());
    let mut sifted = Sifted { record: InputRecord { state, masked, erased }, document: None };
    if keep {
        let stored = pack(&document, finder.as_ref(), &mut sifted.record.masked)?;
        sifted.record.state = InputState::Kept(stored.digest.to_string());
        sifted.document = Some(stored);
    }
    Ok(sifted)
}

fn pack(document: &Value, finder: Option<&Finder>, masked: &mut Vec<String>) -> Result<StoredInput, String> {
    let unreadable = |cause: &dyn std::fmt::Display| format!("the input cannot be written down: {cause}");
    let mut text = document::to_json(document).map_err(|cause| unreadable(&cause))?;
    if let Some(finder) = finder
        && finder.finds_in(&text)
    {
        text = document::to_json(&document::hide(document, finder, masked))
            .map_err(|cause| unreadable(&cause))?;
    }
    if text.len() > StoredInput::MAX_SIZE {
        return Err(format!("the input is too large to keep: over {} MiB", StoredInput::MAX_SIZE >> 20));
    }
    StoredInput::pack(&text).map_err(|cause| unreadable(&cause))
}

/// Hides secrets in every text of an evaluation, and the texts that a policy named.
fn hide(evaluation: &mut Evaluation, finder: Option<&Finder>, results: &[&str]) {
    let names = |part: &str| results.iter().any(|path| part.starts_with(path) || path.starts_with(part));
    if names("/result/err_msg") && evaluation.message.is_some() {
        evaluation.message = Some(MARKER.to_owned());
    }
    let hides_findings = names("/result/findings");
    let explained = evaluation.explanation.iter_mut().flat_map(|explanation| {
        let parts = explanation.rules.iter_mut().flat_map(|rule| &mut rule.parts);
        let values = parts.flat_map(|part| part.values.iter_mut().chain(&mut part.error));
        values.chain(explanation.prints.iter_mut().map(|print| &mut print.text))
    });
    let texts = [&mut evaluation.message, &mut evaluation.note].into_iter().flatten().chain(explained);
    for text in texts.chain(evaluation.findings.iter_mut().flat_map(texts_of)) {
        *text = finder.and_then(|finder| finder.hide(text)).unwrap_or_else(|| std::mem::take(text));
    }
    if hides_findings {
        evaluation.findings.iter_mut().flat_map(texts_of).for_each(|text| MARKER.clone_into(text));
    }
}

fn texts_of(finding: &mut Finding) -> impl Iterator<Item = &mut String> {
    let resource = finding.resource.as_mut().map(|resource| [&mut resource.address, &mut resource.kind]);
    let remediation =
        finding.remediation.as_mut().map(|remediation| [&mut remediation.message, &mut remediation.url]);
    let optional = resource.into_iter().chain(remediation).flatten().flatten();
    optional.chain(finding.rule_id.as_mut()).chain(std::iter::once(&mut finding.message))
}
