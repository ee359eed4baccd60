//! How a policy declares `hook_result`: the object the gate asks for, in any form that Rego has.

use regorus::unstable::{Module, Ref, Rule};

use crate::rego::check::names::{Part, Path, package_of, path_of, show};
use crate::rego::check::walk;

/// The package that the gate asks.
pub(in crate::rego) const PACKAGE: &str = "policy";
/// The rule it asks for.
pub(in crate::rego) const RULE: &str = "hook_result";

/// What was found of `hook_result`.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::rego) struct Declaration {
    /// Whether package `policy` has it in any form.
    pub(in crate::rego) exists: bool,
    /// Whether every rule of it is the plain name, which the engine evaluates faster.
    pub(in crate::rego) is_plain: bool,
    /// Whether package `system.log` has a rule `mask`, as OPA's decision log asks for it.
    pub(in crate::rego) declares_mask: bool,
    /// Another package that has a rule of that name.
    pub(in crate::rego) elsewhere: Option<String>,
}

impl Declaration {
    /// Looks through the modules of a policy.
    pub(in crate::rego) fn find(modules: &[Ref<Module>]) -> Self {
        let mut search = Search::default();
        for module in modules {
            let package = package_of(module);
            module.policy.iter().for_each(|rule| search.look_at(rule, &package));
        }
        Self {
            exists: search.exists,
            is_plain: !search.has_parts,
            declares_mask: search.declares_mask,
            elsewhere: search.elsewhere,
        }
    }
}

#[derive(Default)]
struct Search {
    exists: bool,
    has_parts: bool,
    declares_mask: bool,
    elsewhere: Option<String>,
}

impl Search {
    fn look_at(&mut self, rule: &Rule, package: &[Part]) {
        let name = walk::head(rule).name;
        let path: Path = package.iter().cloned().chain(path_of(name).unwrap_or_default()).collect();
        let known = path.iter().map_while(|part| match part {
            Part::Name(name) => Some(name.as_str()),
            Part::Any => None,
        });
        match known.collect::<Vec<_>>().as_slice() {
            [PACKAGE, RULE, ..] => {
                self.exists = true;
                self.has_parts |= path.len() > 2;
            }
            ["system", "log", "mask", ..] => self.declares_mask = true,
            [.., RULE] => self.elsewhere = Some(show(package)),
            _ => {}
        }
    }
}
