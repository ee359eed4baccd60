//! `competing-values`: rules of one name that give different values and can hold at once, which is an error of the hook.

use std::collections::BTreeMap;

use regorus::unstable::Expr;

use crate::rego::lint::Found;
use crate::rego::lint::definitions::{Branch, Definition, Form};
use crate::rego::lint::exclusion::Demands;
use crate::rego::lint::sameness::print_of;
use crate::rego::lint::subject::Subject;
use crate::rego::place;

/// The most rules of one name that are compared with each other.
const MAX_COMPARED: usize = 30;

pub(super) fn find(subject: &Subject<'_>) -> Vec<Found> {
    let mut by_path = BTreeMap::<&str, Vec<Claim<'_>>>::new();
    for rule in subject.definitions.rules.iter().filter(|rule| rule.form == Form::Value) {
        let claims = by_path.entry(&rule.path).or_default();
        if claims.len() < MAX_COMPARED {
            claims.extend(Claim::of(rule));
        }
    }
    by_path.values().flat_map(|claims| judge(claims)).collect()
}

/// A rule with one body: its value, and what must hold for it.
struct Claim<'a> {
    rule: &'a Definition<'a>,
    value: String,
    demands: Demands,
}

impl<'a> Claim<'a> {
    /// Nothing for a chain of `else`, of which only one part holds.
    fn of(rule: &'a Definition<'a>) -> Option<Self> {
        let [Branch { value, query }] = rule.branches.as_slice() else { return None };
        let value = value.map_or_else(|| "true".to_owned(), print_of);
        Some(Self { rule, value, demands: Demands::of(*query) })
    }

    fn competes_with(&self, other: &Self) -> bool {
        self.value != other.value && self.demands.agree(&other.demands)
    }
}

/// One finding for each rule that competes with one above.
fn judge(claims: &[Claim<'_>]) -> Vec<Found> {
    let mut found = Vec::new();
    for (index, claim) in claims.iter().enumerate() {
        let above = claims.iter().take(index).find(|above| claim.competes_with(above));
        found.extend(above.map(|above| tell(claim.rule, above.rule.name)));
    }
    found
}

fn tell(rule: &Definition<'_>, above: &Expr) -> Found {
    let message = format!(
        "`{name}` has another value {above}, and where both hold that is an error of the hook: chain them with \
         `else`, or let one exclude the other",
        name = rule.short_name(),
        above = place::beside(above.span(), rule.name.span())
    );
    Found::on(rule.name, message)
}
