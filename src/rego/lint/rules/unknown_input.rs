//! `unknown-input`: a member of the input that the published schema does not have, so that the reference is always undefined.

use regorus::unstable::{Expr, Span};

use crate::domain::spelling::nearest;
use crate::rego::check::constants::value_of;
use crate::rego::check::names::{Part, Path, path_of, show, static_names};
use crate::rego::lint::Found;
use crate::rego::lint::schema::{Shape, Step};
use crate::rego::lint::scopes::{Site, is_long};
use crate::rego::lint::subject::Subject;

pub(super) fn find(subject: &Subject<'_>) -> Vec<Found> {
    let scopes = &subject.scopes;
    let references = scopes.references.iter().filter_map(|site| find_in(subject, *site));
    let asked = scopes.calls.iter().filter_map(|site| find_in_call(subject, *site));
    references.chain(asked).collect()
}

/// The steps of a reference that lead nowhere: the first of them, if there are any.
fn find_in(subject: &Subject<'_>, site: Site<'_>) -> Option<Found> {
    if is_long(site.expr) {
        return None;
    }
    let (mut rest, mut found) = (site.expr, None);
    loop {
        let (before, part, span) = if let Expr::RefDot { refr, field: (span, _), .. } = rest {
            (refr, Part::Name(span.text().to_owned()), span.clone())
        } else if let Expr::RefBrack { refr, index, .. } = rest {
            let part = path_of(rest).and_then(|mut path| path.pop()).unwrap_or(Part::Any);
            (refr, part, Found::on(index, "").span)
        } else {
            return found;
        };
        found = judge(subject, Site { expr: before, module: site.module }, &part, &span).or(found);
        rest = before;
    }
}

/// `object.get(change, "afer", {})`.
fn find_in_call(subject: &Subject<'_>, site: Site<'_>) -> Option<Found> {
    let Expr::Call { fcn, params, .. } = site.expr else { return None };
    let ([object, key, _], Some(["object", "get"])) =
        (params.as_slice(), path_of(fcn).as_deref().and_then(static_names).as_deref())
    else {
        return None;
    };
    let name = value_of(key)?.as_string().ok()?.to_string();
    judge(subject, Site { expr: object, module: site.module }, &Part::Name(name), &Found::on(key, "").span)
}

fn judge(subject: &Subject<'_>, before: Site<'_>, part: &Part, span: &Span) -> Option<Found> {
    let Part::Name(name) = part else { return None };
    let places = subject.asker().places(before.expr, before.module);
    if places.is_open {
        return None;
    }
    let mut shapes = Vec::new();
    for place in places.known {
        let shape = Shape::at(&place.path).filter(|_| place.wraps == 0)?;
        match shape.below(part) {
            Step::Missing => shapes.push((place.path, shape)),
            Step::Known(_) | Step::Open => return None,
        }
    }
    let (path, shape) = shapes.first()?;
    let members = shapes.iter().flat_map(|(_, shape)| shape.members());
    Some(Found::at(span, complain(path, *shape, name, nearest(name, members))))
}

fn complain(path: &Path, shape: Shape, name: &str, meant: Option<&str>) -> String {
    let whole: Path = [Part::Name("input".to_owned())].into_iter().chain(path.iter().cloned()).collect();
    let whole = show(&whole);
    match meant {
        Some(meant) => format!("`{whole}` has no member `{name}`: is `{meant}` meant?"),
        None if shape.is_list() => {
            format!("`{whole}` is a list and has no member `{name}`: go over it with `some x in …`")
        }
        None => {
            let members: Vec<_> = shape.members().map(|member| format!("`{member}`")).collect();
            format!("`{whole}` has no member `{name}`: it has {}", members.join(", "))
        }
    }
}
