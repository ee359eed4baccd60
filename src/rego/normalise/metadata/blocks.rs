//! The comments that begin with `# METADATA`, and what they stand before.

use regorus::Value;
use regorus::unstable::Module;

use crate::domain::diagnostic::{Diagnostic, Fault};
use crate::rego::document;
use crate::rego::normalise::lower;
use crate::rego::normalise::metadata::annotation::{Annotation, Node};
use crate::rego::normalise::metadata::{Said, ground};
use crate::rego::normalise::packages::steps;
use crate::rego::place::{self, at_offset};

/// The most values of one comment.
const MAX_VALUES: usize = 10_000;

/// What a comment says, at an offset of the text.
struct Block {
    offset: usize,
    row: u32,
    yaml: String,
}

/// The annotations of a module, or why one of them cannot be read; none for a comment that stands before nothing.
pub(super) fn annotations(module: &Module) -> Vec<Result<Option<Annotation>, Diagnostic>> {
    let source = &module.package.span.source;
    let nodes = nodes(module);
    let read = |block: Block| {
        let Some(node) = nodes.iter().find(|node| node.row > block.row) else { return Ok(None) };
        let wrong = |message: String| {
            at_offset(Fault::Compile, source.get_path(), source.get_contents(), block.offset, message)
        };
        let value = parse(&block.yaml).map_err(wrong)?;
        Annotation::new(source.get_path(), node, &value).map(Some).map_err(wrong)
    };
    blocks(source.get_contents()).into_iter().map(read).collect()
}

/// The fields of every comment that can be read.
pub(super) fn said(module: &Module) -> Vec<Said> {
    let blocks = blocks(module.package.span.source.get_contents());
    let nodes = if blocks.is_empty() { Vec::new() } else { nodes(module) };
    let read = |block: Block| {
        let node = nodes.iter().find(|node| node.row > block.row)?;
        let fields = parse(&block.yaml).ok()?;
        Some(Said { path: node.path.clone(), is_rule: node.is_rule, fields })
    };
    blocks.into_iter().filter_map(read).collect()
}

fn parse(yaml: &str) -> Result<Value, String> {
    let read = document::parse_yaml(yaml, MAX_VALUES);
    let value = read.map_err(|error| format!("the metadata cannot be read: {error}"))?;
    match value {
        Value::Object(_) => Ok(value),
        _ => Err("the metadata must be fields with values".to_owned()),
    }
}

fn blocks(text: &str) -> Vec<Block> {
    let (mut blocks, mut open, mut offset, mut row) = (Vec::<Block>::new(), false, 0_usize, 0_u32);
    for line in text.split_inclusive('\n') {
        row = row.saturating_add(1);
        match line.trim().strip_prefix('#') {
            Some(said) if said.trim() == "METADATA" => {
                blocks.push(Block { offset, row, yaml: String::new() });
                open = true;
            }
            Some(said) if open => {
                if let Some(block) = blocks.last_mut() {
                    block.yaml.push_str(said);
                    block.yaml.push('\n');
                    block.row = row;
                }
            }
            Some(_) | None => open = false,
        }
        offset = offset.saturating_add(line.len());
    }
    blocks
}

/// The package and the rules of a module, in the order of the text.
fn nodes(module: &Module) -> Vec<Node> {
    let package = steps(&lower::path(&module.package.refr));
    let row = place::of_span(&module.package.span).map_or(1, |place| place.row);
    let mut nodes = vec![Node { row, path: package.clone(), is_rule: false }];
    for rule in lower::rules(0, module) {
        let row = place::of_span(&rule.origin.span).map_or(0, |place| place.row);
        let path = package.iter().cloned().chain(ground(&rule.name)).collect();
        nodes.push(Node { row, path, is_rule: true });
    }
    nodes
}
