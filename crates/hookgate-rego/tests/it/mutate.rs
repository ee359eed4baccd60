//! Careless texts, made from careful ones.

use std::ops::Range;

/// Numbers that look random and are the same each time.
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }
}

/// What is put in where something is replaced or added.
const WORDS: [&str; 58] = [
    "x",
    "_",
    "input",
    "data",
    "p",
    "q.r",
    "some",
    "every",
    "in",
    "not",
    "if",
    "else",
    "contains",
    "default",
    "with",
    "as",
    "import",
    "package",
    "true",
    "null",
    "and",
    "or",
    "set()",
    "1",
    "0",
    "-",
    "1.5e3",
    ".5",
    "\"a\"",
    "`a`",
    "$\"a{x}b\"",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    ",",
    ";",
    ":",
    ":=",
    "=",
    "==",
    "!=",
    "<",
    "|",
    "&",
    "+",
    "*",
    "%",
    ".",
    "\n",
    "# c\n",
    "{}",
    "[]",
    "f(x)",
    "{x | y}",
    "\t",
];

/// The text with one or two changes.
pub(crate) fn mutate(text: &str, random: &mut Random) -> String {
    let mut changed = text.to_owned();
    for _ in 0..=random.below(2) {
        changed = change(&changed, random);
    }
    changed
}

fn change(text: &str, random: &mut Random) -> String {
    let pieces = pieces(text);
    if pieces.is_empty() {
        return WORDS[random.below(WORDS.len())].to_owned();
    }
    let one = pieces[random.below(pieces.len())].clone();
    let other = pieces[random.below(pieces.len())].clone();
    let word = WORDS[random.below(WORDS.len())];
    match random.below(8) {
        0 | 1 => replace(text, &one, ""),
        2 => replace(text, &one, word),
        3 => replace(text, &(one.start..one.start), &format!("{word} ")),
        4 => replace(text, &(one.end..one.end), word),
        5 => replace(text, &one, &text[other]),
        6 => replace(text, &(one.end..one.end), &text[other]),
        _ => without_line(text, random),
    }
}

fn replace(text: &str, place: &Range<usize>, with: &str) -> String {
    format!("{}{with}{}", &text[..place.start], &text[place.end..])
}

fn without_line(text: &str, random: &mut Random) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let left_out = random.below(lines.len());
    lines.iter().enumerate().filter(|(at, _)| *at != left_out).map(|(_, line)| *line).collect()
}

/// Words, signs and single spaces.
fn pieces(text: &str) -> Vec<Range<usize>> {
    let mut pieces: Vec<Range<usize>> = Vec::new();
    let mut in_word = false;
    for (at, c) in text.char_indices() {
        let is_word = c.is_alphanumeric() || c == '_';
        match pieces.last_mut() {
            Some(last) if is_word && in_word => last.end = at + c.len_utf8(),
            _ => pieces.push(at..at + c.len_utf8()),
        }
        in_word = is_word;
    }
    pieces
}
