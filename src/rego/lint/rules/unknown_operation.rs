//! `unknown-operation`: the operation, the phase or an action is compared with a word that it never is.

use regorus::unstable::{AssignOp, BoolOp, Expr};

use crate::domain::spelling::nearest;
use crate::rego::check::names::{Part, Path, show};
use crate::rego::lint::Found;
use crate::rego::lint::literals::texts_in;
use crate::rego::lint::places::Places;
use crate::rego::lint::schema::{Shape, Step};
use crate::rego::lint::scopes::Site;
use crate::rego::lint::subject::Subject;

/// Words that other tools and people use for the same.
const OTHERS: [(&str, &str); 5] = [
    ("add", "create"),
    ("change", "update"),
    ("destroy", "delete"),
    ("modify", "update"),
    ("remove", "delete"),
];

pub(super) fn find(subject: &Subject<'_>) -> Vec<Found> {
    subject.scopes.comparisons.iter().flat_map(|site| find_in(subject, *site)).collect()
}

fn find_in(subject: &Subject<'_>, site: Site<'_>) -> Vec<Found> {
    let same = |one, other| {
        let mut found = judge(subject, site, one, other, &[]);
        found.extend(judge(subject, site, other, one, &[]));
        found
    };
    if let Expr::BoolExpr { op: BoolOp::Eq | BoolOp::Ne, lhs, rhs, .. }
    | Expr::AssignExpr { op: AssignOp::Eq, lhs, rhs, .. } = site.expr
    {
        same(lhs, rhs)
    } else if let Expr::Membership { value, collection, .. } = site.expr {
        let mut found = judge(subject, site, value, collection, &[]);
        found.extend(judge(subject, site, collection, value, &[Part::Any]));
        found
    } else {
        Vec::new()
    }
}

/// Looks at the words that are given for what lies at `steps` below an expression.
fn judge(subject: &Subject<'_>, site: Site<'_>, asked: &Expr, given: &Expr, steps: &[Part]) -> Vec<Found> {
    let given = texts_in(subject, given, site.module);
    if given.is_empty() {
        return Vec::new();
    }
    let Some((place, known, is_open)) = known_words(subject, asked, site.module, steps) else {
        return Vec::new();
    };
    let wrong = given.into_iter().filter(|(word, _)| !known.contains(&word.as_str()));
    wrong
        .filter_map(|(word, expr)| {
            let meant = OTHERS.iter().find(|(other, meant)| *other == word && known.contains(meant));
            let meant = meant.map(|(_, meant)| *meant).or_else(|| nearest(&word, known.iter().copied()));
            let message = match meant {
                Some(meant) => format!("`{place}` is never `{word}`: is `{meant}` meant?"),
                None if is_open => return None,
                None => {
                    let known: Vec<_> = known.iter().map(|word| format!("`{word}`")).collect();
                    format!("`{place}` is never `{word}`: it is one of {}", known.join(", "))
                }
            };
            Some(Found::on(expr, message))
        })
        .collect()
}

/// The words that an expression, or what lies below it, can be; with its place, and whether it can be others, too.
fn known_words(
    subject: &Subject<'_>,
    asked: &Expr,
    module: usize,
    steps: &[Part],
) -> Option<(String, Vec<&'static str>, bool)> {
    let places = steps.iter().fold(subject.asker().places(asked, module), Places::below);
    let (mut found, mut all, mut is_open) = (None, Vec::new(), places.is_open);
    for place in places.known {
        let shape = Shape::at(&place.path).filter(|_| place.wraps == 0)?;
        // A whole list is compared by its elements.
        let (shape, path) = match (shape.words(), shape.below(&Part::Any)) {
            (None, Step::Known(element)) if shape.is_list() => {
                (element, [place.path, vec![Part::Any]].concat())
            }
            _ => (shape, place.path),
        };
        let (words, others) = shape.words()?;
        all.extend(words);
        is_open |= others;
        found.get_or_insert(path);
    }
    let input = Part::Name("input".to_owned());
    let path: Path = [input].into_iter().chain(found?).collect();
    // What can come from elsewhere is another's business.
    (!places.is_open).then(|| (show(&path), all, is_open))
}
