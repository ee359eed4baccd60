//! The layout of a zip: every header read twice, every byte of the archive accounted for.
//!
//! Only what an archive of at most one mebibyte needs is understood; what is left over is refused by name.

use super::directory::{Directory, unreadable, zip64};
use super::fields::{Fields, as_size};
use super::paths::shown;
use crate::domain::diagnostic::{Diagnostic, Fault};

/// One file or folder, as its two headers agree on it. Its content is still packed and not yet checked.
pub(super) struct Entry<'a> {
    /// Its path, as it stands in the headers.
    pub name: &'a [u8],
    /// How its content is packed.
    pub method: Method,
    /// The checksum its content must have.
    pub crc: u32,
    /// The size its content must have.
    pub size: usize,
    /// Its content, packed.
    pub packed: &'a [u8],
}

impl Entry<'_> {
    /// Whether it is a folder, which has no content.
    pub(super) fn is_folder(&self) -> bool {
        self.name.ends_with(b"/")
    }
}

/// The ways of packing that are allowed.
pub(super) enum Method {
    /// As it is.
    Stored,
    /// Deflate.
    Deflated,
}

/// The entries of `archive`, in the order of its directory.
pub(super) fn parse(archive: &[u8]) -> Result<Vec<Entry<'_>>, Diagnostic> {
    let directory = Directory::find(archive)?;
    let mut rest = Fields(directory.bytes);
    let mut entries = Vec::new();
    let mut spans = Vec::new();
    for _ in 0..directory.count {
        let central =
            Central::read(&mut rest).ok_or_else(|| unreadable("its directory is damaged or cut off"))?;
        central.check()?;
        let (entry, end) = locate(archive, &central)?;
        entries.push(entry);
        spans.push((central.offset, end));
    }
    if !rest.0.is_empty() {
        return Err(unreadable("its directory has more entries than its end record says"));
    }
    spans.sort_unstable();
    check_gapless(&spans, directory.start)?;
    Ok(entries)
}

/// What both headers of an entry say about it.
struct Facts<'a> {
    flags: u16,
    method: u16,
    crc: u32,
    packed_size: u32,
    size: u32,
    name: &'a [u8],
    extra: &'a [u8],
}

/// An entry of the central directory.
struct Central<'a> {
    facts: Facts<'a>,
    disk: u16,
    attributes: u32,
    offset: usize,
}

/// The flags that only describe: the effort of compression, sums behind the content, a name in UTF-8.
const KNOWN_FLAGS: u16 = 0b1000_0000_1110;
/// The sums stand behind the content, and may be zero in the header before it.
const STREAMED: u16 = 0b1000;
const ENCRYPTED: u16 = 0b10_0000_0100_0001;

/// The bits of a unix mode that tell what kind of file it is, in the upper half of the attributes.
const KIND: u32 = 0o170_000;
const KIND_FILE: u32 = 0o100_000;
const KIND_FOLDER: u32 = 0o040_000;
/// A reparse point (a link, under Windows) or a volume label, in the lower half.
const DOS_SPECIAL: u32 = 0x0408;

impl<'a> Central<'a> {
    fn read(from: &mut Fields<'a>) -> Option<Self> {
        from.expect(b"PK\x01\x02")?;
        from.skip(4)?;
        let (flags, method) = (from.u16()?, from.u16()?);
        from.skip(4)?;
        let (crc, packed_size, size) = (from.u32()?, from.u32()?, from.u32()?);
        let (name, extra, comment) = (from.u16()?, from.u16()?, from.u16()?);
        let disk = from.u16()?;
        from.skip(2)?;
        let (attributes, offset) = (from.u32()?, from.size()?);
        let (name, extra) = (from.take(name.into())?, from.take(extra.into())?);
        from.skip(comment.into())?;
        let facts = Facts { flags, method, crc, packed_size, size, name, extra };
        Some(Self { facts, disk, attributes, offset })
    }

    /// Refuses what is readable but not allowed.
    fn check(&self) -> Result<(), Diagnostic> {
        let facts = &self.facts;
        let forbidden = |what: &str| Err(fault(Fault::ForbiddenEntry, facts.name, what));
        if facts.flags & ENCRYPTED != 0 {
            return forbidden("is encrypted: allowed are entries that anybody can read");
        }
        if facts.flags & !KNOWN_FLAGS != 0 {
            return forbidden("has flags that are not allowed: make the archive with an ordinary tool");
        }
        if !matches!(facts.method, 0 | 8) {
            return forbidden("is packed in a way that is not allowed: allowed are stored and deflate");
        }
        let kind = (self.attributes >> 16) & KIND;
        let fits = kind == 0 || kind == if facts.name.ends_with(b"/") { KIND_FOLDER } else { KIND_FILE };
        if !fits || self.attributes & DOS_SPECIAL != 0 {
            return forbidden("is a link or another special file: allowed are ordinary files and folders");
        }
        if self.disk != 0 || facts.packed_size == u32::MAX || facts.size == u32::MAX {
            return Err(zip64());
        }
        check_extra(facts)
    }
}

/// The entry that `central` tells of, and where its last byte ends.
fn locate<'a>(archive: &'a [u8], central: &Central<'a>) -> Result<(Entry<'a>, usize), Diagnostic> {
    let wrong = |what| Err(fault(Fault::UnreadableArchive, central.facts.name, what));
    let mut rest = Fields(archive.get(central.offset..).unwrap_or_default());
    let Some(local) = read_local(&mut rest) else {
        return wrong("has no header where the directory says: the archive is damaged");
    };
    // First what would look like a difference and is none.
    check_extra(&local)?;
    if let Some(what) = find_difference(&central.facts, &local) {
        return wrong(&format!("is described in two ways: its headers disagree about its {what}"));
    }
    let facts = &central.facts;
    let (Some(packed), Some(size)) =
        (as_size(facts.packed_size).and_then(|size| rest.take(size)), as_size(facts.size))
    else {
        return wrong("is cut off: the archive is damaged");
    };
    if facts.flags & STREAMED != 0 && skip_descriptor(&mut rest, facts).is_none() {
        return wrong("is described in two ways: the sums behind its content are not those of its header");
    }
    let method = if facts.method == 0 { Method::Stored } else { Method::Deflated };
    let end = archive.len().saturating_sub(rest.0.len());
    Ok((Entry { name: facts.name, method, crc: facts.crc, size, packed }, end))
}

fn read_local<'a>(from: &mut Fields<'a>) -> Option<Facts<'a>> {
    from.expect(b"PK\x03\x04")?;
    from.skip(2)?;
    let (flags, method) = (from.u16()?, from.u16()?);
    from.skip(4)?;
    let (crc, packed_size, size) = (from.u32()?, from.u32()?, from.u32()?);
    let (name, extra) = (from.u16()?, from.u16()?);
    let (name, extra) = (from.take(name.into())?, from.take(extra.into())?);
    Some(Facts { flags, method, crc, packed_size, size, name, extra })
}

fn find_difference(central: &Facts<'_>, local: &Facts<'_>) -> Option<&'static str> {
    let streamed = central.flags & STREAMED != 0;
    let differ = |central: u32, local: u32| central != local && !(streamed && local == 0);
    let facts = [
        ("name", central.name != local.name),
        ("flags", central.flags != local.flags),
        ("packing", central.method != local.method),
        ("checksum", differ(central.crc, local.crc)),
        ("packed size", differ(central.packed_size, local.packed_size)),
        ("size", differ(central.size, local.size)),
    ];
    facts.into_iter().find(|(_, differ)| *differ).map(|(what, _)| what)
}

/// Steps over the sums behind the content of a streamed entry, which may or may not begin with a signature.
fn skip_descriptor(rest: &mut Fields<'_>, facts: &Facts<'_>) -> Option<()> {
    let sums = [facts.crc, facts.packed_size, facts.size].map(u32::to_le_bytes).concat();
    let signed = [b"PK\x07\x08", sums.as_slice()].concat();
    rest.expect(&signed).or_else(|| rest.expect(&sums))
}

/// Refuses extra fields that would change what a header says.
fn check_extra(facts: &Facts<'_>) -> Result<(), Diagnostic> {
    const ZIP64: u16 = 0x0001;
    const UNICODE_PATH: u16 = 0x7075;
    let mut rest = Fields(facts.extra);
    while !rest.0.is_empty() {
        let field = rest.u16().zip(rest.u16()).and_then(|(id, size)| Some((id, rest.take(size.into())?)));
        match field {
            Some((ZIP64, _)) => return Err(zip64()),
            // The other name begins behind a version byte and a checksum.
            Some((UNICODE_PATH, content)) if content.get(5..) != Some(facts.name) => {
                return Err(fault(Fault::UnreadableArchive, facts.name, "has two different names"));
            }
            Some(_) => {}
            None => return Err(fault(Fault::UnreadableArchive, facts.name, "has damaged extra fields")),
        }
    }
    Ok(())
}

/// The entries must follow each other from the first byte to the directory: no overlap, no hidden data.
fn check_gapless(spans: &[(usize, usize)], directory: usize) -> Result<(), Diagnostic> {
    let mut at = 0;
    for (start, end) in spans.iter().copied().chain([(directory, directory)]) {
        if start < at {
            return Err(unreadable("its entries overlap"));
        }
        if start > at {
            return Err(unreadable("it has data before or between its entries"));
        }
        at = end;
    }
    Ok(())
}

fn fault(fault: Fault, name: &[u8], what: &str) -> Diagnostic {
    Diagnostic::new(fault, format!("`{}` {what}", shown(&String::from_utf8_lossy(name))))
}
