use flate2::{Compress, Compression, FlushCompress};

use super::raw::{Part, archive};
use super::{POLICY, check_accepted, check_refused, unpack_zip};
use crate::domain::diagnostic::Fault;

fn policy() -> Part {
    Part::new("policy.rego", POLICY.as_bytes())
}

fn deflate(content: &[u8]) -> Vec<u8> {
    let mut packed = Vec::with_capacity(1 << 20);
    let mut stream = Compress::new(Compression::best(), false);
    stream.compress_vec(content, &mut packed, FlushCompress::Finish).unwrap();
    packed
}

/// An honest archive, then the same with one thing changed.
#[track_caller]
fn check(change: impl FnOnce(&mut Part), fault: Fault, words: &str) {
    let mut part = policy();
    check_accepted(&unpack_zip(archive(&[part.clone()])));
    change(&mut part);
    check_refused(&unpack_zip(archive(&[part])), fault, words);
}

#[track_caller]
fn check_path(path: &str, fault: Fault, words: &str) {
    let part = Part::new(path, POLICY.as_bytes());
    check_refused(&unpack_zip(archive(&[policy(), part])), fault, words);
}

#[test]
fn headers_that_disagree_are_refused() {
    let disagree = |change: fn(&mut Part), words| check(change, Fault::UnreadableArchive, words);
    disagree(|part| part.local.name = b"harmles.rego".to_vec(), "headers disagree about its name");
    disagree(|part| part.local.flags = 0b1000_0000_0000, "about its flags");
    disagree(|part| part.local.method = 8, "about its packing");
    disagree(|part| part.local.crc ^= 1, "about its checksum");
    disagree(|part| part.local.packed_size -= 1, "about its packed size");
    disagree(|part| part.local.size += 1, "about its size");
    disagree(|part| part.offset = Some(3), "no header where the directory says");
    disagree(|part| part.offset = Some(u32::MAX), "no header where the directory says");
}

#[test]
fn content_that_is_not_what_its_headers_say_is_refused() {
    let lie = |change: fn(&mut Part)| {
        check(change, Fault::UnreadableArchive, "does not have the size and checksum");
    };
    lie(|part| (part.local.crc, part.central.crc) = (7, 7));
    lie(|part| (part.local.size, part.central.size) = (3, 3));
    lie(|part| part.packed_as(8, 15));
    check(|part| part.packed_as(0, 10_000), Fault::UnreadableArchive, "is cut off");
}

#[test]
fn a_bomb_is_refused_by_what_it_promises_or_where_it_breaks_the_promise() {
    let zeros = vec![b'0'; 900_000];
    let honest = Part::deflated("bomb.rego", &zeros, deflate(&zeros));
    let twice = [honest.clone(), honest.clone()];
    check_refused(&unpack_zip(archive(&twice)), Fault::UnpackedTooLarge, "at most 1048576");

    let mut lying = honest;
    (lying.local.size, lying.central.size) = (10, 10);
    check_refused(&unpack_zip(archive(&[lying])), Fault::UnreadableArchive, "size and checksum");
}

#[test]
fn data_that_no_header_tells_of_is_refused() {
    let hide = |change: fn(&mut Part), words| check(change, Fault::UnreadableArchive, words);
    hide(|part| part.behind = b"hidden".to_vec(), "data before or between its entries");
    let text = POLICY.as_bytes();
    let hidden_behind = [deflate(text), b"hidden".to_vec()].concat();
    let part = Part::deflated("policy.rego", text, hidden_behind);
    check_refused(&unpack_zip(archive(&[part])), Fault::UnreadableArchive, "size and checksum");

    let mut second = Part::new("b.rego", b"");
    second.before = b"hidden".to_vec();
    check_refused(&unpack_zip(archive(&[policy(), second])), Fault::UnreadableArchive, "between its entries");

    let after = [archive(&[policy()]), b"more".to_vec()].concat();
    check_refused(&unpack_zip(after), Fault::UnreadableArchive, "behind its end record");
    let mut cut = archive(&[policy()]);
    cut.truncate(cut.len() - 30);
    check_refused(&unpack_zip(cut), Fault::UnreadableArchive, "end record is missing");
}

#[test]
fn a_file_that_the_directory_does_not_list_is_refused() {
    let unlisted = archive(&[Part::new("unlisted.rego", b"")]);
    let length = unlisted.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    let mut part = policy();
    part.before = unlisted[..length].to_vec();
    check_refused(&unpack_zip(archive(&[part])), Fault::UnreadableArchive, "before or between");
}

#[test]
fn entries_that_overlap_are_refused() {
    let mut second = policy();
    second.offset = Some(0);
    check_refused(&unpack_zip(archive(&[policy(), second])), Fault::UnreadableArchive, "its entries overlap");
}

#[test]
fn an_end_record_that_does_not_fit_is_refused() {
    let honest = archive(&[policy()]);
    let end = honest.len() - 22;
    for (at, words) in [
        (4, "end record"),  // another disk
        (8, "end record"),  // entries on this disk
        (12, "end record"), // size of the directory
        (16, "end record"), // start of the directory
        (20, "end record"), // length of a comment that is not there
    ] {
        let mut lying = honest.clone();
        lying[end + at] ^= 2;
        check_refused(&unpack_zip(lying), Fault::UnreadableArchive, words);
    }
    for (count, words) in [(0, "more entries than"), (2, "damaged or cut off")] {
        let mut lying = honest.clone();
        (lying[end + 8], lying[end + 10]) = (count, count);
        check_refused(&unpack_zip(lying), Fault::UnreadableArchive, words);
    }
}

#[test]
fn zip64_is_refused_where_nothing_needs_it() {
    let zip64 = |change: fn(&mut Part)| check(change, Fault::UnreadableArchive, "zip64");
    zip64(|part| part.central.size = u32::MAX);
    zip64(|part| part.central.extra = b"\x01\0\x08\0\0\0\0\0\0\0\0\0".to_vec());
    zip64(|part| part.local.extra = b"\x01\0\x08\0\0\0\0\0\0\0\0\0".to_vec());
    let mut located = archive(&[policy()]);
    let end = located.len() - 22;
    located.splice(end..end, [b"PK\x06\x07".as_slice(), &[0; 16]].concat());
    check_refused(&unpack_zip(located), Fault::UnreadableArchive, "zip64");
}

#[test]
fn extra_fields_cannot_give_another_name() {
    let named = |name: &str| {
        let content = [&[1, 0, 0, 0, 0], name.as_bytes()].concat();
        [b"\x75\x70".as_slice(), &[u8::try_from(content.len()).unwrap(), 0], &content].concat()
    };
    let mut part = policy();
    part.central.extra = named("policy.rego");
    check_accepted(&unpack_zip(archive(&[part])));
    check(|part| part.central.extra = named("another.rego"), Fault::UnreadableArchive, "two different names");
    check(|part| part.local.extra = named("another.rego"), Fault::UnreadableArchive, "two different names");
    check(
        |part| part.local.extra = b"\x75\x70\xff".to_vec(),
        Fault::UnreadableArchive,
        "damaged extra fields",
    );
}

#[test]
fn sums_behind_the_content_are_accepted_if_they_are_the_same() {
    for signed in [true, false] {
        check_accepted(&unpack_zip(archive(&[policy().streamed(signed), Part::new("b.rego", b"")])));
    }
    check(
        |part| {
            *part = part.clone().streamed(true);
            part.behind[5] ^= 1;
        },
        Fault::UnreadableArchive,
        "the sums behind its content",
    );
}

#[test]
fn entries_of_other_kinds_are_refused() {
    let forbidden = |change: fn(&mut Part), words| check(change, Fault::ForbiddenEntry, words);
    forbidden(|part| part.central.flags = 1, "is encrypted");
    forbidden(|part| part.central.flags = 0x20, "flags that are not allowed");
    forbidden(|part| part.central.method = 12, "allowed are stored and deflate");
    for mode in [0o120_777, 0o010_644, 0o020_644, 0o060_644, 0o140_755, 0o040_755] {
        check(|part| part.attributes = mode << 16, Fault::ForbiddenEntry, "a link or another special file");
    }
    forbidden(|part| part.attributes = 0x400, "a link or another special file");
    let folder = Part::new("folder/", b"content");
    check_refused(&unpack_zip(archive(&[policy(), folder])), Fault::ForbiddenEntry, "content of its own");
    let mut honest = policy();
    honest.attributes = 0o100_644 << 16;
    check_accepted(&unpack_zip(archive(&[honest])));
}

#[test]
fn paths_and_names_may_be_as_long_as_the_limits_and_no_longer() {
    let of = |path: String| unpack_zip(archive(&[Part::new(&path, POLICY.as_bytes())]));
    let longest_path = |more: usize| format!("{}{}.rego", "é/".repeat(1021), "a".repeat(1 + more));
    assert_eq!(longest_path(0).chars().count(), 2048);
    check_accepted(&of(longest_path(0)));
    check_refused(&of(longest_path(1)), Fault::PathTooLong, "longer than 2048 characters");
    let longest_name = |more: usize| format!("folder/{}.rego", "é".repeat(125) + &"a".repeat(more));
    check_accepted(&of(longest_name(0)));
    check_refused(&of(longest_name(1)), Fault::NameTooLong, "more than 255 bytes");
}

#[test]
fn paths_that_leave_the_archive_are_refused_in_every_spelling() {
    for path in [
        "../a.rego",
        "a/../b.rego",
        "a/..",
        "a/../",
        "..",
        "..\\a.rego",
        "a\\..\\b",
        ".. /a",
        "%2e%2e/a",
        "%2E./a",
        "a%2f..%2fb",
        "a%5c..%5cb",
        "．．/a",
        "‥/a",
        "a／..／b",
        "／etc/passwd",
    ] {
        check_path(path, Fault::EscapingPath, "leaves the archive");
    }
    for path in ["/a.rego", "//a", "\\a", "\\\\host\\share", "C:/a", "c:\\a", "C:a"] {
        check_path(path, Fault::AbsolutePath, "is absolute");
    }
    for path in
        ["a//b", "a/./b", ".", "./a", "a/.", "", "a//", " ", "a/ /b", "a/. ./b", "...", "．/a", "%2e/a"]
    {
        check_path(path, Fault::EmptyPathPart, "an empty or `.` part");
    }
}

#[test]
fn paths_that_do_not_read_as_they_are_are_refused() {
    check_path("a\\b", Fault::PathCharacters, "a backslash");
    for path in ["a\nb", "a\0b", "a\u{7f}b", "a\u{85}b", "a\u{202e}b", "a\u{2066}b", "a\u{200f}b"] {
        check_path(path, Fault::PathCharacters, "control or bidirectional characters");
    }
    check_path("a\u{202e}b", Fault::PathCharacters, "`a\\u{202e}b`");
    check(
        |part| {
            part.local.name[0] = 0xff;
            part.central.name[0] = 0xff;
        },
        Fault::NotUtf8,
        "the path `\u{fffd}olicy.rego` is not UTF-8",
    );
}

#[test]
fn names_that_some_file_system_holds_equal_are_refused() {
    let pairs = [
        ("a.rego", "a.rego"),
        ("a.rego", "A.rego"),
        ("straße", "STRASSE"),
        ("é", "e\u{301}"),
        ("ﬁle", "file"),
        ("Ａ", "a"),
        ("ς", "σ"),
        ("folder/", "folder"),
        ("folder/", "Folder/"),
        ("a.rego", "a.rego."),
        ("a. /b.rego", "a/b.rego .."),
    ];
    for (one, other) in pairs {
        let parts = [policy(), Part::new(one, b""), Part::new(other, b"")];
        check_refused(&unpack_zip(archive(&parts)), Fault::DuplicateName, "differ only by case");
    }
    check_accepted(&unpack_zip(archive(&[policy(), Part::new("a/policy.rego", b""), Part::new("a/", b"")])));
}
