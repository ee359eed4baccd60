//! Archives written byte by byte, so that a test can make any field lie.
#![expect(clippy::unwrap_used, reason = "what tests and fuzzing write fits its fields")]

use flate2::Crc;

/// What one header of an entry says.
#[derive(Debug, Clone)]
pub(in crate::rego) struct Head {
    pub(in crate::rego) flags: u16,
    pub(in crate::rego) method: u16,
    pub(in crate::rego) crc: u32,
    pub(in crate::rego) packed_size: u32,
    pub(in crate::rego) size: u32,
    pub(in crate::rego) name: Vec<u8>,
    pub(in crate::rego) extra: Vec<u8>,
}

/// One entry with both its headers.
#[derive(Debug, Clone)]
pub(in crate::rego) struct Part {
    pub(in crate::rego) before: Vec<u8>,
    pub(in crate::rego) local: Head,
    pub(in crate::rego) packed: Vec<u8>,
    pub(in crate::rego) behind: Vec<u8>,
    pub(in crate::rego) central: Head,
    pub(in crate::rego) attributes: u32,
    /// Where the directory says it begins, if not where it does.
    pub(in crate::rego) offset: Option<u32>,
}

impl Part {
    /// An honest, stored entry.
    pub(in crate::rego) fn new(name: &str, content: &[u8]) -> Self {
        let mut crc = Crc::new();
        crc.update(content);
        let size = length(content);
        let name = name.as_bytes().to_vec();
        let extra = Vec::new();
        let head = Head { flags: 0, method: 0, crc: crc.sum(), packed_size: size, size, name, extra };
        Self {
            before: Vec::new(),
            local: head.clone(),
            packed: content.to_vec(),
            behind: Vec::new(),
            central: head,
            attributes: 0,
            offset: None,
        }
    }

    /// The same content under deflate, in `packed`.
    pub(in crate::rego) fn deflated(name: &str, content: &[u8], packed: Vec<u8>) -> Self {
        let mut part = Self::new(name, content);
        part.packed_as(8, length(&packed));
        Self { packed, ..part }
    }

    /// Both headers say that the content is packed by `method` into `size` bytes.
    pub(in crate::rego) fn packed_as(&mut self, method: u16, size: u32) {
        for head in [&mut self.local, &mut self.central] {
            (head.method, head.packed_size) = (method, size);
        }
    }

    /// Sums behind the content, zeros before it.
    pub(in crate::rego) fn streamed(mut self, signed: bool) -> Self {
        let sums = [self.local.crc, self.local.packed_size, self.local.size].map(u32::to_le_bytes).concat();
        self.behind = if signed { [b"PK\x07\x08", sums.as_slice()].concat() } else { sums };
        (self.local.crc, self.local.packed_size, self.local.size) = (0, 0, 0);
        (self.local.flags, self.central.flags) = (8, 8);
        self
    }
}

/// The archive of `parts`.
pub(in crate::rego) fn archive(parts: &[Part]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for part in parts {
        bytes.extend(&part.before);
        let offset = part.offset.unwrap_or(length(&bytes));
        write_local(&mut bytes, &part.local);
        bytes.extend(&part.packed);
        bytes.extend(&part.behind);
        write_central(&mut directory, part, offset);
    }
    let start = length(&bytes);
    bytes.extend(&directory);
    let count = u16::try_from(parts.len()).unwrap().to_le_bytes();
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend([count, count].concat());
    bytes.extend([length(&directory), start].map(u32::to_le_bytes).concat());
    bytes.extend([0, 0]);
    bytes
}

fn write_local(bytes: &mut Vec<u8>, head: &Head) {
    bytes.extend(b"PK\x03\x04\x14\0");
    write_facts(bytes, head);
    bytes.extend(&head.name);
    bytes.extend(&head.extra);
}

fn write_central(bytes: &mut Vec<u8>, part: &Part, offset: u32) {
    bytes.extend(b"PK\x01\x02\x14\x03\x14\0");
    write_facts(bytes, &part.central);
    bytes.extend([0; 6]);
    bytes.extend([part.attributes, offset].map(u32::to_le_bytes).concat());
    bytes.extend(&part.central.name);
    bytes.extend(&part.central.extra);
}

fn write_facts(bytes: &mut Vec<u8>, head: &Head) {
    bytes.extend([head.flags, head.method, 0, 0].map(u16::to_le_bytes).concat());
    bytes.extend([head.crc, head.packed_size, head.size].map(u32::to_le_bytes).concat());
    bytes.extend(
        [&head.name, &head.extra].map(|field| u16::try_from(field.len()).unwrap().to_le_bytes()).concat(),
    );
}

fn length(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).unwrap()
}
