//! What the commands that need no server share: policies from paths (`source`), with their tests and cases (`tested`), their files in
//! zips (`archive`), and evaluators of their own (`evaluators`).
//!
//! No socket, no database, and no look into a policy: what it holds is the business of the evaluators' child processes.

pub mod archive;
pub mod document;
pub mod evaluators;
pub mod source;
pub mod tested;

mod folder;
mod head;
mod members;
mod opa_bundle;
mod pack;
