//! Policies as an engine sees them. Never waits, never asks the time.

pub mod archive;
