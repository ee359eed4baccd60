//! Careless texts as people write them: a forgotten `in …`, misspelt names and members, dropped statements and arguments,
//! values of another kind.

use std::ops::Range;

use crate::mutate::Random;

/// What is put in for a value of another kind.
const VALUES: [&str; 14] = [
    "1",
    "\"a\"",
    "true",
    "null",
    "[1]",
    "[\"a\", 1]",
    "{\"a\"}",
    "{\"a\": 1}",
    "{}",
    "[]",
    "set()",
    "input.x",
    "count([1])",
    "x",
];
/// What a function is mistaken for.
const FUNCTIONS: [&str; 16] = [
    "count",
    "sprintf",
    "concat",
    "startswith",
    "object.get",
    "sum",
    "to_number",
    "upper",
    "split",
    "array.concat",
    "is_string",
    "union",
    "walk",
    "json.unmarshal",
    "regex.match",
    "time.clock",
];
/// Operators that are mistaken for each other.
const OPERATORS: [&str; 12] = [":=", "=", "==", "!=", "<", "+", "-", "|", "&", "*", " in ", "%"];

/// The text with one or two slips.
pub(super) fn slip(text: &str, random: &mut Random) -> String {
    let mut changed = text.to_owned();
    for _ in 0..=random.below(5) / 4 {
        changed = one(&changed, random);
    }
    changed
}

fn one(text: &str, random: &mut Random) -> String {
    let words = pieces(text, |c| c.is_alphanumeric() || c == '_');
    if words.is_empty() {
        return text.to_owned();
    }
    let word = words[random.below(words.len())].clone();
    let other = words[random.below(words.len())].clone();
    match random.below(12) {
        0 => forgotten_in(text, random),
        1 | 2 => replace(text, &word, &misspelt(&text[word.clone()], random)),
        3 => without_line(text, random),
        4 => without_argument(text, random),
        5 => replace(text, &word, VALUES[random.below(VALUES.len())]),
        6 => literal(text, random),
        7 => replace(text, &word, &text[other]),
        8 => operator(text, random),
        9 => function(text, random),
        10 => doubled_line(text, random),
        _ => replace(
            text,
            &(word.end..word.end),
            [".x", "[_]", "[0]", "()", "(1)", "[x]", ".a.b"][random.below(7)],
        ),
    }
}

fn pick(places: &[Range<usize>], random: &mut Random) -> Option<Range<usize>> {
    (!places.is_empty()).then(|| places[random.below(places.len())].clone())
}

fn replace(text: &str, place: &Range<usize>, with: &str) -> String {
    format!("{}{with}{}", &text[..place.start], &text[place.end..])
}

/// `some x in xs` becomes `some x`.
fn forgotten_in(text: &str, random: &mut Random) -> String {
    let places = text.match_indices(" in ").map(|(at, _)| {
        let end = text[at..].find(['\n', ';', '}', '{']).map_or(text.len(), |end| at + end);
        at..end
    });
    pick(&places.collect::<Vec<_>>(), random)
        .map_or_else(|| text.to_owned(), |place| replace(text, &place, " "))
}

fn misspelt(word: &str, random: &mut Random) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let at = random.below(letters.len());
    match random.below(4) {
        0 if letters.len() > 1 => {
            letters.remove(at);
        }
        1 => letters.insert(at, letters[at]),
        2 if at + 1 < letters.len() => letters.swap(at, at + 1),
        _ => letters.push('s'),
    }
    letters.into_iter().collect()
}

fn without_line(text: &str, random: &mut Random) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let left_out = random.below(lines.len());
    lines.iter().enumerate().filter(|(at, _)| *at != left_out).map(|(_, line)| *line).collect()
}

fn doubled_line(text: &str, random: &mut Random) -> String {
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    let doubled = random.below(lines.len());
    let to = random.below(lines.len());
    lines.insert(to, lines[doubled]);
    lines.concat()
}

/// `f(a, b)` becomes `f(a)`, and `[a, b]` becomes `[b]`.
fn without_argument(text: &str, random: &mut Random) -> String {
    let places = text.match_indices(',').map(|(at, _)| {
        if at % 2 == 0 {
            let end = text[at + 1..].find([',', ')', ']', '}', '\n']).map_or(text.len(), |end| at + 1 + end);
            at..end
        } else {
            let start = text[..at].rfind([',', '(', '[', '{', '\n']).map_or(0, |start| start + 1);
            start..at + 1
        }
    });
    pick(&places.collect::<Vec<_>>(), random)
        .map_or_else(|| text.to_owned(), |place| replace(text, &place, ""))
}

/// A string or a number becomes something else.
fn literal(text: &str, random: &mut Random) -> String {
    let mut places: Vec<Range<usize>> = Vec::new();
    let quotes: Vec<usize> = text.match_indices('"').map(|(at, _)| at).collect();
    places.extend(quotes.chunks_exact(2).map(|pair| pair[0]..pair[1] + 1));
    places.extend(pieces(text, |c| c.is_ascii_digit()));
    let value = VALUES[random.below(VALUES.len())];
    pick(&places, random).map_or_else(|| text.to_owned(), |place| replace(text, &place, value))
}

fn operator(text: &str, random: &mut Random) -> String {
    let places = OPERATORS
        .iter()
        .flat_map(|operator| text.match_indices(operator))
        .map(|(at, found)| at..at + found.len());
    let with = OPERATORS[random.below(OPERATORS.len())];
    pick(&places.collect::<Vec<_>>(), random)
        .map_or_else(|| text.to_owned(), |place| replace(text, &place, with))
}

/// A function is taken for another, or its call forgotten.
fn function(text: &str, random: &mut Random) -> String {
    let places = text.match_indices('(').map(|(at, _)| {
        let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
        let start = text[..at].rfind(|c| !is_name(c)).map_or(0, |start| start + 1);
        start..at
    });
    let with = FUNCTIONS[random.below(FUNCTIONS.len())];
    pick(&places.collect::<Vec<_>>(), random)
        .map_or_else(|| text.to_owned(), |place| replace(text, &place, with))
}

fn pieces(text: &str, is_inside: impl Fn(char) -> bool) -> Vec<Range<usize>> {
    let mut pieces: Vec<Range<usize>> = Vec::new();
    for (at, c) in text.char_indices().filter(|(_, c)| is_inside(*c)) {
        match pieces.last_mut() {
            Some(last) if last.end == at => last.end = at + c.len_utf8(),
            _ => pieces.push(at..at + c.len_utf8()),
        }
    }
    pieces
}
