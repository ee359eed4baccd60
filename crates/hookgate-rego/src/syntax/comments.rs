//! Comments, and the blocks of METADATA among them.

use super::tree::Module;
use super::{Lines, Span};

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// From its `#` to the end of the line.
    pub span: Span,
    /// What stands after the `#`.
    pub text: String,
}

/// A block of comments that begins with `# METADATA` at the beginning of a line: YAML about what follows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata {
    /// From the `#` of its first line to the end of its last one.
    pub span: Span,
    /// Row of the line that says METADATA; the first line of the YAML is in the next row, and so on.
    pub row: u32,
    /// The YAML, each line without its `#` and the one space after it.
    pub yaml: String,
}

/// Gives a module its comments, and each part of it the METADATA before it.
pub(super) fn attach(module: &mut Module, comments: Vec<Comment>, text: &str) {
    let blocks = blocks(&comments, text);
    if !blocks.is_empty() {
        hang(module, blocks);
    }
    module.comments = comments;
}

fn hang(module: &mut Module, blocks: Vec<Metadata>) {
    let Module { package, imports, rules, stray_metadata, .. } = module;
    let mut places = vec![(package.span.start, &mut package.metadata)];
    places.extend(imports.iter_mut().map(|import| (import.span.start, &mut import.metadata)));
    places.extend(rules.iter_mut().map(|rule| (rule.span.start, &mut rule.metadata)));
    places.sort_by_key(|(start, _)| *start);
    for block in blocks {
        let next = places.partition_point(|(start, _)| *start < block.span.end);
        match places.get_mut(next) {
            Some((_, metadata)) => metadata.push(block),
            None => stray_metadata.push(block),
        }
    }
}

/// The blocks of METADATA: comments in lines that follow each other, all at the beginning of theirs.
fn blocks(comments: &[Comment], text: &str) -> Vec<Metadata> {
    let mut blocks: Vec<Metadata> = Vec::new();
    if !comments.iter().any(says_metadata) {
        return blocks;
    }
    let lines = Lines::new(text);
    let mut last_row = None;
    for comment in comments {
        let place = lines.position(comment.span.start);
        let goes_on = last_row.is_some_and(|last: u32| last.saturating_add(1) == place.row);
        if place.col != 1 {
            last_row = None;
        } else if says_metadata(comment) {
            blocks.push(Metadata { span: comment.span, row: place.row, yaml: String::new() });
            last_row = Some(place.row);
        } else if let Some(block) = blocks.last_mut().filter(|_| goes_on) {
            block.yaml.push_str(comment.text.strip_prefix(' ').unwrap_or(&comment.text));
            block.yaml.push('\n');
            block.span = block.span.to(comment.span);
            last_row = Some(place.row);
        } else {
            last_row = None;
        }
    }
    blocks
}

fn says_metadata(comment: &Comment) -> bool {
    comment.text.trim_ascii().starts_with("METADATA")
}
