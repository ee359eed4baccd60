//! What the rules look at: the syntax of a policy, and what was found out about it on the way.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use regorus::unstable::{Module, Ref};

use crate::rego::check::names::Names;
use crate::rego::check::scan::{Call, Scan};
use crate::rego::lint::certainty::KnownGaps;
use crate::rego::lint::definitions::Definitions;
use crate::rego::lint::kinds::KnownKinds;
use crate::rego::lint::places::{Asker, Sources};
use crate::rego::lint::reach;
use crate::rego::lint::scopes::Scopes;

/// What the rules look at.
pub(super) struct Subject<'a> {
    /// The files that the gate would load.
    pub(super) modules: &'a [Ref<Module>],
    /// All their rules.
    pub(super) scan: Scan,
    /// The same by their names.
    pub(super) definitions: Definitions<'a>,
    /// Who declares which name.
    pub(super) scopes: Scopes<'a>,
    sources: Sources<'a>,
    reached: OnceCell<BTreeSet<usize>>,
    pub(super) known_kinds: KnownKinds,
    pub(super) known_gaps: KnownGaps,
}

impl<'a> Subject<'a> {
    pub(super) fn of(modules: &'a [Ref<Module>]) -> Self {
        let names: Rc<[Names]> = Names::of_all(modules).into();
        Self {
            modules,
            scan: Scan::of(modules),
            definitions: Definitions::of(modules, Rc::clone(&names)),
            sources: Sources::of(modules, &names),
            scopes: Scopes::of(modules, names),
            reached: OnceCell::new(),
            known_kinds: KnownKinds::default(),
            known_gaps: KnownGaps::default(),
        }
    }

    /// Where values come from.
    pub(super) const fn asker(&self) -> Asker<'_, 'a> {
        Asker::new(&self.scopes, &self.sources)
    }

    /// The positions of the rules that the gate comes to.
    pub(super) fn reached(&self) -> &BTreeSet<usize> {
        self.reached.get_or_init(|| reach::reached(&self.scan, self.modules))
    }

    /// All calls.
    pub(super) fn calls(&self) -> impl Iterator<Item = &Call> {
        self.scan.rules.iter().flat_map(|rule| &rule.calls)
    }
}
