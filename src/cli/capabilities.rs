//! `hookgate capabilities`: the built-in functions that policies may call.

use std::io::{self, Write};

use crate::domain::capabilities::CAPABILITIES;

pub(super) fn run(out: &mut impl Write) -> io::Result<()> {
    out.write_all(CAPABILITIES.as_bytes())
}
