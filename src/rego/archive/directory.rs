//! The end of a zip, which tells where its directory is.

use super::fields::Fields;
use crate::domain::diagnostic::{Diagnostic, Fault};

/// The central directory, which must fill the archive from `start` up to the end record.
pub(super) struct Directory<'a> {
    /// Where it begins, which is where the last entry ends.
    pub start: usize,
    /// How many entries it has.
    pub count: u16,
    /// Its headers.
    pub bytes: &'a [u8],
}

impl<'a> Directory<'a> {
    const END_RECORD: usize = 22;
    const ZIP64_LOCATOR: usize = 20;

    pub(super) fn find(archive: &'a [u8]) -> Result<Self, Diagnostic> {
        let end = archive.len().saturating_sub(Self::END_RECORD);
        let (before, record) = archive.split_at_checked(end).unwrap_or((&[], archive));
        if !record.starts_with(b"PK\x05\x06") {
            return Err(match archive.windows(4).rposition(|window| window == b"PK\x05\x06") {
                Some(_) => unreadable(
                    "it has a comment or other data behind its end record: make it without (git: archive `HEAD^{tree}`)",
                ),
                None => unreadable("it is cut off: its end record is missing"),
            });
        }
        let locator = before.len().saturating_sub(Self::ZIP64_LOCATOR);
        if before.get(locator..).is_some_and(|bytes| bytes.starts_with(b"PK\x06\x07")) {
            return Err(zip64());
        }
        Self::read(record, before).ok_or_else(|| unreadable("its end record does not fit its directory"))
    }

    fn read(record: &[u8], before: &'a [u8]) -> Option<Self> {
        let mut fields = Fields(record);
        fields.skip(4)?;
        let one_disk = fields.u32()? == 0;
        let (count_here, count) = (fields.u16()?, fields.u16()?);
        let (size, start) = (fields.size()?, fields.size()?);
        let has_comment = fields.u16()? != 0;
        let bytes = before.get(start..).filter(|bytes| bytes.len() == size)?;
        (one_disk && count_here == count && !has_comment).then_some(Self { start, count, bytes })
    }
}

/// A fault of the whole archive.
pub(super) fn unreadable(why: &str) -> Diagnostic {
    Diagnostic::new(Fault::UnreadableArchive, format!("the archive cannot be read: {why}"))
}

/// The fault of an archive with larger numbers than it needs.
pub(super) fn zip64() -> Diagnostic {
    unreadable(
        "it is written as zip64, for archives beyond 4 GiB, or for several disks: pack it anew without (`zip -fz-`, or `hookgate bundle`)",
    )
}
