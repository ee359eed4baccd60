//! `undefined-result`: a `hook_result` without a value for some inputs. The gate then has no answer, and the stack passes.

use crate::rego::lint::Found;
use crate::rego::lint::certainty::Missing;
use crate::rego::lint::subject::Subject;
use crate::rego::lint::verdicts::hook_result;

pub(super) fn find(subject: &Subject<'_>) -> Vec<Found> {
    let path = hook_result();
    let verdict = format!("{path}.is_passed");
    let whole = subject.gaps_of_rule(&path);
    let whole = whole.iter().map(|missing| Found::at(missing.span(), tell(missing, &path)));
    let part = subject.gaps_of_rule(&verdict);
    let part = part.iter().map(|missing| Found::at(missing.span(), tell_of_part(missing, &verdict)));
    whole.chain(part).collect()
}

fn tell(missing: &Missing, hook_result: &str) -> String {
    match missing {
        Missing::Rule(path, _) if path == hook_result => {
            "`hook_result` is undefined where none of its bodies holds, and then the stack passes: give it a `default`".to_owned()
        }
        Missing::Rule(path, _) => format!(
            "where no body of `{name}` holds, `hook_result` is undefined and the stack passes: give `{name}` a `default`",
            name = short(path)
        ),
        Missing::Input(written, _) => format!(
            "without `{written}` in the input `hook_result` is undefined and the stack passes: give `hook_result` a `default`"
        ),
    }
}

/// An object of parts is always there, and malformed without this one.
fn tell_of_part(missing: &Missing, verdict: &str) -> String {
    match missing {
        Missing::Rule(path, _) if path == verdict => {
            "`hook_result.is_passed` is missing where none of its bodies holds, and then the hook fails: give it a `default`".to_owned()
        }
        Missing::Rule(path, _) => format!(
            "where no body of `{name}` holds, `hook_result.is_passed` is missing and the hook fails: give `{name}` a `default`",
            name = short(path)
        ),
        Missing::Input(written, _) => format!(
            "without `{written}` in the input `hook_result.is_passed` is missing and the hook fails: give it a `default`"
        ),
    }
}

/// The name of a rule without its package, as far as that is known.
fn short(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}
