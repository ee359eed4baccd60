//! `regex-pattern`: a pattern that the input brings along.

use regorus::unstable::Expr;

use crate::rego::check::names::{path_of, static_names};
use crate::rego::check::patterns::position_of_pattern;
use crate::rego::lint::Found;
use crate::rego::lint::given::is_given;
use crate::rego::lint::scopes::Site;
use crate::rego::lint::subject::Subject;

pub(super) fn find(subject: &Subject<'_>) -> Vec<Found> {
    let judge = |site: &Site<'_>| {
        let Expr::Call { fcn, params, .. } = site.expr else { return None };
        let name = static_names(&path_of(fcn)?)?.join(".");
        let pattern = params.get(position_of_pattern(&name)?)?;
        let message = format!(
            "the pattern of `{name}` comes from the input: whoever sends it decides what matches, and a wrong one fails the hook"
        );
        is_given(subject, pattern, site.module).then(|| Found::on(pattern, message))
    };
    subject.scopes.calls.iter().filter_map(judge).collect()
}
