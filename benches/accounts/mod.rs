//! A server on a database with many accounts, and clients of single ones.

pub(crate) mod client;
pub(crate) mod database;
pub(crate) mod figures;
mod fill;
pub(crate) mod site;
