//! `duplicate-rule`: a rule that is there twice, word for word.

use std::collections::BTreeMap;

use crate::rego::check::names::{package_of, show};
use crate::rego::lint::Found;
use crate::rego::lint::subject::Subject;
use crate::rego::normalise;
use crate::rego::place::beside;

pub(super) fn find(subject: &Subject<'_>) -> Vec<Found> {
    let (mut known, mut found) = (BTreeMap::new(), Vec::new());
    for module in subject.modules {
        let package = show(&package_of(module));
        for (span, text) in normalise::rule_texts(module) {
            let key = (package.clone(), text);
            match known.get(&key) {
                None => drop(known.insert(key, span)),
                Some(above) => {
                    let above = beside(above, &span);
                    let message =
                        format!("this rule stands {above} already, word for word: remove one of them");
                    found.push(Found::at(&span, message));
                }
            }
        }
    }
    found
}
