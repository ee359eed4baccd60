//! Safety: every variable has something that binds it, whatever the order of the statements, and the order is found in
//! which they can run.

mod body;
mod heads;
mod order;
mod outputs;
mod prints;
mod promoted;
mod templates;
mod unify;

pub(super) use body::check as check_bodies;
pub(super) use heads::check as check_heads;
pub(super) use outputs::bound_by_equality;
pub(super) use prints::check as check_prints;
pub(super) use templates::check as check_templates;
