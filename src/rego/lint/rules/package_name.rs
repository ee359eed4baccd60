//! `package-name`: a package that is nearly `policy`, while the gate finds nothing in `policy`.

use regorus::unstable::{Module, Ref};

use crate::domain::spelling::nearest;
use crate::rego::check::Declaration;
use crate::rego::check::declaration::PACKAGE;
use crate::rego::check::names::{package_of, show, static_names};
use crate::rego::lint::Found;
use crate::rego::lint::subject::Subject;

/// What is written instead.
const MEANT: [&str; 4] = [PACKAGE, "policies", "polices", "hookgate"];

pub(super) fn find(subject: &Subject<'_>) -> Vec<Found> {
    let is_there = |module: &Ref<Module>| is_policy(module);
    if Declaration::find(subject.modules).exists || subject.modules.iter().any(is_there) {
        return Vec::new();
    }
    subject.modules.iter().filter_map(|module| find_in(module)).collect()
}

fn is_policy(module: &Module) -> bool {
    static_names(&package_of(module)).is_some_and(|names| names == [PACKAGE])
}

fn find_in(module: &Module) -> Option<Found> {
    let package = package_of(module);
    let names = static_names(&package)?;
    let (first, last) = (names.first()?, names.last()?);
    let is_near = match names.as_slice() {
        [name] => nearest(name, MEANT).is_some(),
        _ => [first, last].iter().any(|name| nearest(name, [PACKAGE]).is_some()),
    };
    let shown = show(&package);
    let message = format!(
        "the gate asks package `{PACKAGE}` and this is `{shown}`, so the policy has no effect: write `package {PACKAGE}`"
    );
    is_near.then(|| Found::at(module.package.refr.span(), message))
}
