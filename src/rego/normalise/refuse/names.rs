//! Names of rules that the engine files where it does not look for them: with computed parts but at the end, or inside
//! of what another rule defines.

use std::collections::BTreeSet;

use crate::domain::diagnostic::{Diagnostic, Fault};
use crate::rego::normalise::packages::{root, steps};
use crate::rego::normalise::refuse::at;
use crate::rego::normalise::tree::{Expr, Part, Rule, RuleKind};

/// What is wrong with the names of rules.
pub(super) fn check(rules: &[Rule]) -> Vec<Diagnostic> {
    let mut defined = Defined::default();
    for rule in rules {
        defined.add(rule);
    }
    let check_rule = |rule: &Rule| {
        let message = check_form(rule).map(|message| at(Fault::Compile, &rule.origin, message));
        message.or_else(|| defined.check(rule).map(|message| at(Fault::Conflict, &rule.origin, message)))
    };
    rules.iter().filter_map(check_rule).collect()
}

fn check_form(rule: &Rule) -> Option<String> {
    if is_bare_set(rule) {
        let name = root(&rule.name)?;
        return Some(format!("`{name}[…]` alone defines nothing: write `{name} contains …`"));
    }
    let Expr::Ref(base, parts) = &rule.name else { return None };
    let name = root(base)?;
    let computed = parts.iter().position(is_computed)?;
    if rule.kind == RuleKind::Element {
        Some(format!(
            "a set under a computed key is not accepted: write `{name}[k] := {{v | …}}`, or a set of pairs `[k, v]`"
        ))
    } else if computed < parts.len().saturating_sub(1) {
        Some(format!(
            "only the last part of the name of a rule may be computed: write `{name}[k] := {{…}}` with an object"
        ))
    } else if rule.clauses.len() > 1 {
        Some("`else` cannot follow a rule with a computed key: write a rule of its own".to_owned())
    } else {
        None
    }
}

/// `p["x"]` without a body, which the engine takes for `p contains "x"` and OPA refuses.
fn is_bare_set(rule: &Rule) -> bool {
    let Expr::Name(name) = &rule.name else { return false };
    let span = &rule.origin.span;
    let start = usize::try_from(span.start).unwrap_or(usize::MAX);
    let rest = span.source.get_contents().get(start..).and_then(|text| text.strip_prefix(name.as_str()));
    rule.kind == RuleKind::Element && rest.is_some_and(|rest| rest.trim_start().starts_with('['))
}

const fn is_computed(part: &Part) -> bool {
    matches!(part, Part::Index(index) if !matches!(index, Expr::Text(_)))
}

/// The paths of rules.
#[derive(Default)]
struct Defined {
    /// Those without a computed part.
    whole: BTreeSet<Vec<String>>,
    /// Those before a computed part.
    keyed: BTreeSet<Vec<String>>,
}

impl Defined {
    fn add(&mut self, rule: &Rule) {
        let (path, computed) = constant(&rule.name);
        if computed {
            self.keyed.insert(path)
        } else {
            self.whole.insert(path)
        };
    }

    /// A name that goes on where another rule has its value or computes its keys.
    fn check(&self, rule: &Rule) -> Option<String> {
        let (path, _) = constant(&rule.name);
        let before = (1..path.len()).filter_map(|length| path.get(..length));
        let within = before.map(<[String]>::to_vec).find_map(|prefix| {
            let keys = self.keyed.contains(&prefix);
            (keys || self.whole.contains(&prefix)).then(|| prefix.join(".") + if keys { "[…]" } else { "" })
        });
        let within = within.or_else(|| {
            let keyed_as_well = self.keyed.contains(&path) && self.whole.contains(&path);
            (keyed_as_well && rule.kind != RuleKind::Default).then(|| path.join(".") + "[…]")
        })?;
        let name = path.join(".");
        Some(format!(
            "`{name}` is also defined by `{within}`, of which the engine sees only one: write both as one"
        ))
    }
}

/// The parts of a name before the first computed one, and whether there is one.
fn constant(name: &Expr) -> (Vec<String>, bool) {
    let parts = match name {
        Expr::Ref(_, parts) => parts.as_slice(),
        _ => &[],
    };
    let computed = parts.iter().position(is_computed);
    let mut path = steps(name);
    path.truncate(computed.map_or(path.len(), |index| index.saturating_add(1)));
    (path, computed.is_some())
}
