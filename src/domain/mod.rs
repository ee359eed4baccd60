//! What things are: the words of the gate as types. No I/O, no async, no clock.
//!
//! The glossary, one word per thing, in code, API and documents alike:
//!
//! | Word | Meaning |
//! |---|---|
//! | hook | a private hook: a named Rego policy of one account, with versions |
//! | version, default version | an immutable semantic version of a hook's policy; the one that decides |
//! | policy, bundle | the Rego; its files as one checked set |
//! | operation | one attempt at something on a stack; has a work id |
//! | phase | `pre` (before), `success` (after, only if it succeeded), `post` (after, always) |
//! | hook result | what the policy said |
//! | verdict | the hook result under the hook's failure mode |
//! | decision | ALLOWED or DENIED: all verdicts together, and the stored record of it |
//! | outcome | what the orchestrator reports at the end: SUCCEEDED or FAILED; ABANDONED if it never does |
//! | course | what becomes of an operation after its decision: the outcome, and the later phases |
//! | event | a line of a stack's history |

pub mod account;
pub mod bundle;
pub mod call;
pub mod capabilities;
pub mod course;
pub mod coverage;
pub mod decision_event;
pub mod diagnostic;
pub mod encoding;
pub mod event;
pub mod explanation;
pub mod hook;
pub mod input_schema;
pub mod invalid;
pub mod judgement;
pub mod lint;
pub mod mask;
pub mod operation;
pub mod outcome;
pub mod page;
pub mod phase;
pub mod policy_source;
pub mod spelling;
pub mod stack;
pub mod stored_input;
pub mod telling;
pub mod time;
pub mod unit_test;
pub mod verdict;
