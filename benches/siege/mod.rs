//! A server of its own process, those who attack it, and what is seen of it from outside.

pub(crate) mod attack;
pub(crate) mod caller;
mod figures;
pub(crate) mod neighbour;
pub(crate) mod report;
pub(crate) mod server;
pub(crate) mod watch;

/// How the suite reads the same cases.
#[path = "../../tests/it/support"]
#[expect(dead_code, reason = "the suite asks more of them")]
mod support {
    pub(crate) mod bundles;
    pub(crate) mod cases;
}
