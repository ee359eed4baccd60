//! Hookgate: a policy gate in front of stack operations.
//!
//! In reading order: [`domain`] says what things are; [`service`] has the verbs, one function for each thing a caller
//! can ask for; [`http`] is the face they are asked through. Below the verbs, [`store`] keeps things, [`evaluator`] runs
//! policies in child processes, in which [`rego`] is the engine, and [`outbound`] fetches policies. [`config`] reads the
//! settings, [`app`] puts everything together, [`cli`] has the commands, [`client`] is how they talk to a server, and
//! [`offline`] what those share that need none.

pub mod domain;

pub mod service;

pub mod http;

pub mod clock;
pub mod evaluator;
pub mod outbound;
pub mod rego;
pub mod store;
pub mod worker;

pub mod app;
pub mod cli;
pub mod client;
pub mod config;
pub mod offline;
