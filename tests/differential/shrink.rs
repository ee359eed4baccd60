//! Makes a case small: as long as it still differs, files, rules, lines, brackets and parts of the input go.

use std::fmt;

use serde_json::Value as Json;

use crate::files::Files;

/// A small case.
#[derive(Debug, Clone)]
pub(crate) struct Shrink {
    pub(crate) files: Files,
    pub(crate) input: Json,
}

impl fmt::Display for Shrink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.files.iter().try_for_each(|(name, text)| writeln!(f, "--- {name}\n{}", text.trim_end()))?;
        writeln!(f, "--- input\n{}", self.input)
    }
}

/// Whether a case still differs.
type Differs<'a> = dyn FnMut(&Files, &Json) -> bool + 'a;

/// The smallest case that can be reached.
pub(crate) fn shrink(files: Files, input: Json, differs: &mut Differs<'_>) -> Shrink {
    let mut case = Shrink { files, input };
    loop {
        let size = case.to_string().len();
        drop_files(&mut case, differs);
        for index in 0..case.files.len() {
            drop_pieces(&mut case, index, "\n\n", differs);
            drop_pieces(&mut case, index, "\n", differs);
            drop_pieces(&mut case, index, "; ", differs);
            simplify(&mut case, index, differs);
        }
        shrink_input(&mut case, differs);
        if case.to_string().len() >= size {
            return case;
        }
    }
}

fn attempt(case: &mut Shrink, smaller: Shrink, differs: &mut Differs<'_>) -> bool {
    let works = differs(&smaller.files, &smaller.input);
    if works {
        *case = smaller;
    }
    works
}

fn drop_files(case: &mut Shrink, differs: &mut Differs<'_>) {
    let mut index = 0;
    while index < case.files.len() {
        let mut smaller = case.clone();
        smaller.files.remove(index);
        if !attempt(case, smaller, differs) {
            index += 1;
        }
    }
}

/// Drops runs of pieces, long ones first.
fn drop_pieces(case: &mut Shrink, file: usize, end: &str, differs: &mut Differs<'_>) {
    let mut length = case.files[file].1.split(end).count() / 2;
    while length > 0 {
        let mut start = 0;
        while start + length <= case.files[file].1.split(end).count() {
            let mut pieces: Vec<&str> = case.files[file].1.split(end).collect();
            pieces.drain(start..start + length);
            let text = pieces.join(end);
            let mut smaller = case.clone();
            smaller.files[file].1 = text;
            if !attempt(case, smaller, differs) {
                start += 1;
            }
        }
        length /= 2;
    }
}

/// Puts something simple in the place of what stands in brackets, with or without the name before it.
fn simplify(case: &mut Shrink, file: usize, differs: &mut Differs<'_>) {
    let mut open = 0;
    while let Some(found) = next_open(&case.files[file].1, open) {
        let text = case.files[file].1.clone();
        let Some(close) = closing(&text, found) else { return };
        let name = text[..found]
            .rfind(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.')))
            .map_or(0, |at| at + 1);
        let inner = &text[found + 1..close];
        let first = inner.split(", ").next().unwrap_or_default();
        let shorter = ["", "1", "\"a\"", "[]", "[1]", "{1}", inner, first];
        let tries = [name, found].into_iter().flat_map(|start| shorter.map(|with| (start, with)));
        let replaced = tries.filter(|(start, with)| with.len() < close + 1 - start).any(|(start, with)| {
            let mut smaller = case.clone();
            smaller.files[file].1 = format!("{}{with}{}", &text[..start], &text[close + 1..]);
            attempt(case, smaller, differs)
        });
        if !replaced {
            open = found + 1;
        }
    }
}

fn next_open(text: &str, from: usize) -> Option<usize> {
    text.get(from..)?.find(['(', '[', '{']).map(|at| at + from)
}

fn closing(text: &str, open: usize) -> Option<usize> {
    let (mut depth, mut quoted) = (0_i32, false);
    for (at, character) in text[open..].char_indices() {
        match character {
            '"' => quoted = !quoted,
            '(' | '[' | '{' if !quoted => depth += 1,
            ')' | ']' | '}' if !quoted => {
                depth -= 1;
                if depth == 0 {
                    return Some(open + at);
                }
            }
            _ => {}
        }
    }
    None
}

fn shrink_input(case: &mut Shrink, differs: &mut Differs<'_>) {
    let mut index = 0;
    loop {
        let mut smaller = case.clone();
        let mut left = index;
        if !drop_part(&mut smaller.input, &mut left) {
            return;
        }
        if !attempt(case, smaller, differs) {
            index += 1;
        }
    }
}

/// Drops the part of that number, counted from the outside in; says whether there is one.
fn drop_part(value: &mut Json, left: &mut usize) -> bool {
    let count = match value {
        Json::Array(items) => items.len(),
        Json::Object(fields) => fields.len(),
        _ => return false,
    };
    if *left < count {
        match value {
            Json::Array(items) => drop(items.remove(*left)),
            Json::Object(fields) => {
                let key = fields.keys().nth(*left).unwrap().clone();
                fields.remove(&key);
            }
            _ => {}
        }
        return true;
    }
    *left -= count;
    match value {
        Json::Array(items) => items.iter_mut().any(|item| drop_part(item, left)),
        Json::Object(fields) => fields.values_mut().any(|item| drop_part(item, left)),
        _ => false,
    }
}
