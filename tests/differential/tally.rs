//! How often what happened.

use std::collections::BTreeMap;

use crate::verdict::{Answer, Verdict};

/// How two answers to one input relate.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    /// The same decision.
    Equal(&'static str),
    /// Errors on both sides, where OPA is as strict with built-ins as we are.
    BothFailed,
    /// OPA gave up without an answer.
    OpaPanicked,
    /// An error of ours, for this reason, where OPA has an answer.
    Failed(String),
    /// Another decision.
    Different,
}

/// Relates our answer to that of OPA; `strict` is asked for the stricter one when it is needed.
pub(crate) fn classify(ours: &Answer, opa: &Answer, strict: impl FnOnce() -> Answer) -> Class {
    match ours {
        _ if *opa == Answer::BrokenOff => Class::OpaPanicked,
        Answer::Said(said) if ours == opa => Class::Equal(word(said)),
        Answer::Said(_) => Class::Different,
        Answer::Failed(_) if matches!(opa, Answer::Failed(_)) => Class::BothFailed,
        Answer::BrokenOff => Class::OpaPanicked,
        Answer::Failed(why) => match strict() {
            Answer::Failed(_) | Answer::BrokenOff => Class::BothFailed,
            Answer::Said(_) => Class::Failed(reason(why)),
        },
    }
}

const fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Passed(_) => "PASSED",
        Verdict::Refused(..) => "REFUSED",
        Verdict::Undefined => "UNDEFINED",
        Verdict::Malformed => "MALFORMED",
    }
}

/// A message without what changes from one policy to the next.
pub(crate) fn reason(message: &str) -> String {
    let message = message
        .strip_prefix("the evaluation failed")
        .and_then(|rest| rest.split_once(": "))
        .map_or(message, |(_, why)| why);
    let words = message.split(' ').map(|word| {
        let names = word.chars().any(|c| c.is_ascii_digit());
        if names { "`…`" } else { word }
    });
    words.take(16).collect::<Vec<_>>().join(" ")
}

/// The figures of a run.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) accepted: usize,
    /// By OPA alone, why.
    pub(crate) refused: BTreeMap<String, usize>,
    /// By ours, though not by OPA.
    pub(crate) refused_by_opa: BTreeMap<String, usize>,
    pub(crate) refused_by_both: BTreeMap<String, usize>,
    pub(crate) classes: BTreeMap<Class, usize>,
    /// What differs: policies with decimals, and all others.
    pub(crate) decimals: usize,
}

impl Tally {
    pub(crate) fn pairs(&self) -> usize {
        self.classes.values().sum()
    }

    pub(crate) fn of(&self, fits: impl Fn(&Class) -> bool) -> usize {
        self.classes.iter().filter(|(class, _)| fits(class)).map(|(_, count)| count).sum()
    }

    pub(crate) fn count(map: &mut BTreeMap<String, usize>, reason: String) {
        *map.entry(reason).or_default() += 1;
    }

    /// The figures as text.
    pub(crate) fn show(&self) -> String {
        let refused: usize = self.refused.values().sum();
        let by_both: usize = self.refused_by_both.values().sum();
        let by_opa: usize = self.refused_by_opa.values().sum();
        let mut text = format!(
            "policies: {} accepted, {refused} refused, {by_opa} refused by OPA alone, {by_both} by both\n",
            self.accepted
        );
        ranked(&mut text, "refused", &self.refused);
        ranked(&mut text, "refused by OPA alone", &self.refused_by_opa);
        ranked(&mut text, "refused by both", &self.refused_by_both);
        text.push_str(&format!("pairs: {}\n", self.pairs()));
        for (class, count) in &self.classes {
            let share = *count * 10_000 / self.pairs().max(1);
            text.push_str(&format!("  {count:>8} {:>3}.{:02} %  {class:?}\n", share / 100, share % 100));
        }
        text.push_str(&format!("  of the different, {} with decimals\n", self.decimals));
        text
    }
}

fn ranked(text: &mut String, title: &str, map: &BTreeMap<String, usize>) {
    let mut reasons: Vec<_> = map.iter().collect();
    reasons.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    for (reason, count) in reasons.into_iter().take(25) {
        text.push_str(&format!("  {count:>8} {title}: {reason}\n"));
    }
}
