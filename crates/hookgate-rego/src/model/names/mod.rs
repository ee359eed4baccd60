//! What each name means: imports, rules over all files of a bundle, local variables, what `with` replaces.

mod conflicts;
mod declared;
mod documents;
mod heads;
mod imports;
mod index;
mod locals;
mod mentions;
mod rename;
mod replaced;
mod resolve;
mod scopes;
mod uses;

pub(super) use conflicts::check as check_conflicts;
pub(super) use heads::name_steps;
pub(super) use imports::check as check_imports;
pub(super) use index::{Index, arity};
pub(super) use locals::declare;
pub(super) use replaced::check as check_replaced;
pub(super) use resolve::resolve;
