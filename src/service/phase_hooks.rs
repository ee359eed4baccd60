//! Who is asked in the phases after the work: the seam between the phases and the hooks that are called over a network.
//!
//! Private hooks are asked before the work only. Nothing here decides what an answer means; `domain::course` does.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use crate::domain::account::Account;
use crate::domain::call::PhaseCall;
use crate::domain::course::LaterHook;
use crate::service::error::Unavailable;
use crate::store::Session;

/// A future behind a reference that lives as long as its borrows.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The hooks of an operation's later phases, in the order they are asked; each at most once in a phase.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LaterHooks {
    /// After success.
    pub success: Vec<LaterHook>,
    /// After the work in any case.
    pub post: Vec<LaterHook>,
}

/// Where the hooks of later phases come from, and how they are called.
pub trait PhaseHooks: fmt::Debug + Send + Sync {
    /// The hooks that an operation which the account begins now will have, whatever changes later. `session` is the
    /// transaction that stores the operation: what is read in it is the account's set at that moment.
    fn list<'a>(
        &'a self,
        session: &'a mut Session,
        account: &'a Account,
    ) -> Pending<'a, Result<LaterHooks, Unavailable>>;

    /// Calls one hook; the error says why it failed. A crash may repeat a call, under the same [`PhaseCall::id`].
    ///
    /// Whoever calls keeps the hook's time limit, and takes a panic for a failure.
    fn call<'a>(&'a self, call: &'a PhaseCall) -> Pending<'a, Result<(), String>>;
}

/// No hooks in later phases.
#[derive(Debug, Clone, Copy)]
pub struct NoPhaseHooks;

impl PhaseHooks for NoPhaseHooks {
    fn list<'a>(
        &'a self,
        _: &'a mut Session,
        _: &'a Account,
    ) -> Pending<'a, Result<LaterHooks, Unavailable>> {
        Box::pin(async { Ok(LaterHooks::default()) })
    }

    fn call<'a>(&'a self, call: &'a PhaseCall) -> Pending<'a, Result<(), String>> {
        Box::pin(async { Err(format!("there is no hook `{}` any more", call.hook.name)) })
    }
}
