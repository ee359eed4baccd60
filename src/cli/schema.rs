//! `hookgate schema`: the shape of what policies see as `input`.

use std::io::{self, Write};

use crate::domain::input_schema::INPUT_SCHEMA;

pub(super) fn run(out: &mut impl Write) -> io::Result<()> {
    out.write_all(INPUT_SCHEMA.as_bytes())
}
